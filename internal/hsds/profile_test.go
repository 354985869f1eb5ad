package hsds

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
)

// The vectors of RFC 7386, appendix A.
func TestMergePatch(t *testing.T) {
	for _, c := range [][3]string{
		{`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`},
		{`{"a":"b"}`, `{"a":null}`, `{}`},
		{`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`},
		{`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`},
		{`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`},
		{`{"a":[{"b":"c"}]}`, `{"a":[1]}`, `{"a":[1]}`},
		{`["a","b"]`, `["c","d"]`, `["c","d"]`},
		{`{"a":"b"}`, `["c"]`, `["c"]`},
		{`{"a":"foo"}`, `null`, `null`},
		{`{"a":"foo"}`, `"bar"`, `"bar"`},
		{`{"e":null}`, `{"a":1}`, `{"e":null,"a":1}`},
		{`[1,2]`, `{"a":"b","c":null}`, `{"a":"b"}`},
		{`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`},
	} {
		var v [3]any
		for i := range c {
			if err := json.Unmarshal([]byte(c[i]), &v[i]); err != nil {
				t.Fatal(err)
			}
		}
		if got := mergePatch(v[0], v[1]); !reflect.DeepEqual(got, v[2]) {
			t.Errorf("%s with %s: %v, want %s", c[0], c[1], got, c[2])
		}
	}
}

// A patch may add words and narrow; it may not bring or rename a property.
func TestProfileAddsNoProperty(t *testing.T) {
	plain, err := readSchemas()
	if err != nil {
		t.Fatal(err)
	}
	patched, err := readSchemas()
	if err != nil {
		t.Fatal(err)
	}
	if err := applyProfile(patched); err != nil {
		t.Fatal(err)
	}
	changed := 0
	for name := range plain {
		before, _ := plain[name]["properties"].(document)
		after, _ := patched[name]["properties"].(document)
		if len(before) != len(after) {
			t.Errorf("%s: the profile changes which properties there are", name)
		}
		for p := range before {
			if kind := func(d any) any { return d.(document)["type"] }; kind(before[p]) != kind(after[p]) {
				t.Errorf("%s.%s: the profile replaces what the standard says", name, p)
			}
		}
		if !reflect.DeepEqual(plain[name], patched[name]) {
			changed++
		}
	}
	if changed < 5 {
		t.Errorf("only %d schemas are patched", changed)
	}
}

func TestProfileNarrows(t *testing.T) {
	plain, profiled := checker(t, Plain), checker(t, Profiled)
	const head = `{"id":"ac148810-d857-441c-9679-408f346de14b","name":"Fictional shelter","status":"active"`
	for _, c := range []struct{ name, doc, rule string }{
		{"when it was changed", head + `}`, "required"},
		{"an attribute with its term", head + `,"last_modified":"2026-01-01T00:00:00Z","attributes":[{"id":"ac148810-d857-441c-9679-408f346de14b"}]}`, "required"},
		{"capacity says how fresh it is", head + `,"last_modified":"2026-01-01T00:00:00Z","capacities":[{"id":"ac148810-d857-441c-9679-408f346de14b","unit":{"id":"ac148810-d857-441c-9679-408f346de14b","name":"bed"},"available":2,"updated":"2026-01-01T00:00:00Z"}]}`, "required"},
	} {
		if err := plain.Check(ServiceKind, []byte(c.doc)); err != nil {
			t.Errorf("%s: the plain standard refuses it: %v", c.name, err)
		}
		var n *Nonconforming
		if err := profiled.Check(ServiceKind, []byte(c.doc)); !errors.As(err, &n) || n.Faults[0].Rule != c.rule {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestProfileTermsConform(t *testing.T) {
	taxonomies, terms, err := ProfileTerms()
	if err != nil {
		t.Fatal(err)
	}
	strict := checker(t, Strict)
	seen := map[string]bool{}
	for _, tax := range taxonomies {
		mustConform(t, strict, TaxonomyKind, tax)
		seen[tax.ID] = true
	}
	for _, term := range terms {
		mustConform(t, strict, TermKind, term)
		if !seen[term.TaxonomyID] {
			t.Errorf("%s belongs to no taxonomy", term.Code)
		}
		if seen[term.ID] {
			t.Errorf("%s: its id is used twice", term.Code)
		}
		seen[term.ID] = true
	}
	for _, code := range []string{PlaceHidden, CapacityFreshUntil, HoursIntake, HoursPhone} {
		if !seen[ProfileTermID(code)] {
			t.Errorf("the program asks for the term %s, which is not in terms.json", code)
		}
	}
}

func mustConform(t *testing.T, c *Checker, k Kind, v any) {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(k, raw); err != nil {
		t.Errorf("%v", err)
	}
}
