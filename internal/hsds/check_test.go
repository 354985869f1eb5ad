package hsds

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func checker(t testing.TB, m Mode) *Checker {
	t.Helper()
	c, err := NewChecker(m)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// The checker must let the publisher's own examples pass, and those of the
// United Kingdom's validator that are meant to pass.
func TestCheckerPassesWhatConforms(t *testing.T) {
	c := checker(t, Plain)
	for file, kind := range map[string]Kind{
		"publisher/base.json":                     AboutKind,
		"publisher/location.json":                 LocationKind,
		"publisher/organization_full.json":        OrganizationKind,
		"publisher/organization_list.json":        PageOf(OrganizationItem),
		"publisher/service_at_location_full.json": AtLocationKind,
		"publisher/service_at_location_list.json": PageOf(AtLocationItem),
		"publisher/service_full.json":             ServiceKind,
		"publisher/service_list.json":             PageOf(ServiceItem),
		"publisher/taxonomy.json":                 TaxonomyKind,
		"publisher/taxonomy_list.json":            PageOf(TaxonomyKind),
		"publisher/taxonomy_term.json":            TermKind,
		"publisher/taxonomy_term_list.json":       PageOf(TermKind),
		"uk/test/organization_full.json":          OrganizationKind,
		"uk/test/organization_list.json":          PageOf(OrganizationItem),
		"uk/test/service_at_location_full.json":   AtLocationKind,
		"uk/test/service_at_location_list.json":   PageOf(AtLocationItem),
		"uk/test/service_full.json":               ServiceKind,
		"uk/test/service_list.json":               PageOf(ServiceItem),
		"uk/test/taxonomy.json":                   TaxonomyKind,
		"uk/test/taxonomy_list.json":              PageOf(TaxonomyKind),
		"uk/test/taxonomy_term.json":              TermKind,
		"uk/test/taxonomy_term_list.json":         PageOf(TermKind),
	} {
		if err := c.Check(kind, read(t, file)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestTheListOf128ServicesPassesOneByOne(t *testing.T) {
	c := checker(t, Plain)
	var page struct {
		TotalItems int               `json:"total_items"`
		Contents   []json.RawMessage `json:"contents"`
	}
	if err := json.Unmarshal(read(t, "uk/test/service_list.json"), &page); err != nil {
		t.Fatal(err)
	}
	if len(page.Contents) != 128 || page.TotalItems != 31 {
		t.Fatalf("the sample has changed: %d services, says %d", len(page.Contents), page.TotalItems)
	}
	for i, item := range page.Contents {
		if err := c.Check(ServiceItem, item); err != nil {
			t.Errorf("service %d: %v", i, err)
		}
	}
}

// What is meant to fail must be refused, and for the reasons that stand in it.
func TestCheckerRefusesWhatDoesNot(t *testing.T) {
	c := checker(t, Plain)
	var n *Nonconforming

	err := c.Check(ServiceKind, read(t, "uk/fail/service_full.json"))
	if !errors.As(err, &n) {
		t.Fatalf("service_full passes: %v", err)
	}
	want := []Fault{{Path: []string{"email"}, Rule: "format", Want: "email"}, {Path: []string{"url"}, Rule: "format", Want: "uri"}}
	if !slices.EqualFunc(n.Faults, want, func(a, b Fault) bool { return reflect.DeepEqual(a, b) }) {
		t.Errorf("service_full: %v", n)
	}

	err = c.Check(PageOf(ServiceItem), read(t, "uk/fail/service_list.json"))
	if !errors.As(err, &n) || n.Items("contents") != 4 {
		t.Errorf("service_list: %v, want 4 of 4 refused", err)
	}
	err = c.Check(PageOf(OrganizationKind), read(t, "uk/default/organization_list.json"))
	if !errors.As(err, &n) || n.Items("contents") != 10 {
		t.Errorf("organization_list: %v, want 10 of 10 refused", err)
	}
}

func TestStrictModeFindsMisspeltNames(t *testing.T) {
	plain, strict := checker(t, Plain), checker(t, Strict)
	for _, c := range []struct {
		name, doc, want string
		kind            Kind
	}{
		{"at the top", `{"id":"ac148810-d857-441c-9679-408f346de14b","name":"A","status":"active","eligibilty":"x"}`, "eligibilty", ServiceKind},
		{"deep", `{"id":"ac148810-d857-441c-9679-408f346de14b","name":"A","status":"active","phones":[{"id":"ac148810-d857-441c-9679-408f346de14b","number":"1","languages":[{"id":"ac148810-d857-441c-9679-408f346de14b","nmae":"x"}]}]}`, "nmae", ServiceKind},
		{"on a page", `{"total_items":0,"total_pages":0,"page_number":1,"size":0,"first_page":true,"last_page":true,"empty":true,"contents":[],"pages":1}`, "pages", PageOf(ServiceItem)},
		{"in an item", `{"id":"ac148810-d857-441c-9679-408f346de14b","name":"A","status":"active","phones":[]}`, "phones", ServiceItem},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := plain.Check(c.kind, []byte(c.doc)); err != nil {
				t.Errorf("plain: %v", err)
			}
			var n *Nonconforming
			if err := strict.Check(c.kind, []byte(c.doc)); !errors.As(err, &n) || n.Faults[0].Rule != "unknown" || n.Faults[0].Want != c.want {
				t.Errorf("strict: %v", err)
			}
		})
	}
	for _, ok := range []string{"service_full.json", "organization_full.json", "service_at_location_full.json"} {
		if err := strict.Check(Kind(strings.TrimSuffix(ok, "_full.json")), read(t, "publisher/"+ok)); err != nil {
			t.Errorf("the publisher's own %s is refused: %v", ok, err)
		}
	}
}

func TestPageMustSayWhetherItIsEmpty(t *testing.T) {
	doc := `{"total_items":0,"total_pages":0,"page_number":1,"size":0,"first_page":true,"last_page":true,"contents":[]}`
	var n *Nonconforming
	if err := checker(t, Plain).Check(PageOf(ServiceItem), []byte(doc)); !errors.As(err, &n) || n.Faults[0].Want != "empty" {
		t.Errorf("got %v, want empty to be required (release 3.1.1)", err)
	}
}

// Our types hold every property of the schemas and no other.
func TestWireTypesAreTheSchemas(t *testing.T) {
	docs, err := readSchemas()
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]any{
		"service": Service{}, "whole/organization": Organization{}, "location": Location{}, "address": Address{},
		"phone": Phone{}, "schedule": Schedule{}, "language": Language{}, "cost_option": CostOption{},
		"required_document": RequiredDocument{}, "service_area": ServiceArea{}, "whole/service_at_location": ServiceAtLocation{},
		"service_capacity": Capacity{}, "unit": Unit{}, "attribute": Attribute{}, "taxonomy": Taxonomy{},
		"taxonomy_term": Term{}, "metadata": Metadata{}, "contact": Contact{}, "accessibility": Accessibility{},
		"url": URL{}, "program": Program{}, "funding": Funding{}, "organization_identifier": Identifier{},
		"page/service": Page[Service]{}, "about": About{},
	} {
		props := docs[name]["properties"].(document)
		var ours []string
		for i := range reflect.TypeOf(v).NumField() {
			if tag := reflect.TypeOf(v).Field(i).Tag.Get("json"); tag != "-" {
				ours = append(ours, strings.TrimSuffix(tag, ",omitempty"))
			}
		}
		for p := range props {
			if !slices.Contains(ours, p) {
				t.Errorf("%s lacks %s", name, p)
			}
		}
		for _, o := range ours {
			if props[o] == nil {
				t.Errorf("%s has %s, which the standard does not know", name, o)
			}
		}
	}
}

// What is read into our types and written again is the same document.
func TestWireTypesLoseNothing(t *testing.T) {
	for file, v := range map[string]any{
		"service_full.json": &Service{}, "organization_full.json": &Organization{},
		"service_at_location_full.json": &ServiceAtLocation{}, "location.json": &Location{},
		"taxonomy_term.json": &Term{}, "service_list.json": &Page[Service]{},
	} {
		raw := read(t, "publisher/"+file)
		if err := json.Unmarshal(raw, v); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		back, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var a, b any
		if err := errors.Join(json.Unmarshal(raw, &a), json.Unmarshal(back, &b)); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(a, b) {
			t.Errorf("%s came back different", file)
		}
	}
}

func TestNothingIsFetched(t *testing.T) {
	if _, err := (noLoader{}).Load("https://example.org/service.json"); err == nil {
		t.Error("a schema would be fetched from the internet")
	}
}

func BenchmarkCheckFullService(b *testing.B) {
	c, doc := checker(b, Plain), read(b, "publisher/service_full.json")
	for b.Loop() {
		if err := c.Check(ServiceKind, doc); err != nil {
			b.Fatal(err)
		}
	}
}
