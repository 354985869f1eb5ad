package api

import (
	"net/http"
	"slices"
	"testing"
)

// Every operation says what happens when it is sent twice. Whoever adds one that
// changes something gets the keeping of its answer with it; an operation that is
// to be neither is named in once.go, where this test finds it.
func TestEveryOperationSaysWhatHappensWhenItIsSentTwice(t *testing.T) {
	a := build(nil, "")
	known := map[string]bool{}
	for _, op := range a.operations {
		known[op.ID] = true
		reads := op.Method == http.MethodGet || op.Method == http.MethodHead || op.Method == http.MethodOptions
		if reads != (op.Once == OnceReads) && !readings[op.ID] {
			t.Errorf("%s %s: %s", op.Method, op.Path, op.Once)
		}
		described := describesKey(a, op)
		if takes := op.Once == OnceRoom || op.Once == OnceKept; takes != described {
			t.Errorf("%s %s (%s): its description names a key: %v", op.Method, op.Path, op.Once, described)
		}
	}
	for _, list := range []map[string]bool{readings, protocols} {
		for id := range list {
			if !known[id] {
				t.Errorf("%s is named and is no operation", id)
			}
		}
	}
}

func describesKey(a *api, op Operation) bool {
	item := a.huma.OpenAPI().Paths[op.Path]
	if item == nil {
		return false
	}
	o := item.Post
	switch op.Method {
	case http.MethodGet:
		o = item.Get
	case http.MethodPut:
		o = item.Put
	case http.MethodPatch:
		o = item.Patch
	case http.MethodDelete:
		o = item.Delete
	}
	if o == nil {
		return false
	}
	for _, p := range o.Parameters {
		if p.Name == "Idempotency-Key" {
			return true
		}
	}
	return false
}

// What a room without a ledger of its own is told twice is done once: the second
// answer is the first, a secret told once is told again to the same person under
// the same key alone, and a key serves one command.
func TestSettingsFiltersAndAddressesAreDoneOnce(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		key := func(k string) []string { return []string{"Idempotency-Key", k} }
		filter := m{"name": "Risky", "list": "mine", "filter": m{"risk": "high"}}
		first := w.send("manager", "POST", "/lists/filters", filter, key("f")...).is(201)
		again := w.send("manager", "POST", "/lists/filters", filter, key("f")...).is(201)
		if first.text("id") != again.text("id") || again.header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("kept twice: %s %s", first.raw, again.raw)
		}
		w.send("manager", "POST", "/lists/filters", with(filter, "name", "Other"), key("f")...).is(422)
		if other := w.send("manager2", "POST", "/lists/filters", filter, key("f")...).is(201); other.text("id") == first.text("id") {
			t.Error("somebody else's key gave the same filter")
		}
		if n := len(w.get("manager", "/lists").is(200).decoded["lists"].([]any)); n != 1 {
			t.Errorf("%d filters are kept", n)
		}

		feed := w.send("manager", "POST", "/calendar/feed", nil, key("c")...).is(200)
		if same := w.send("manager", "POST", "/calendar/feed", nil, key("c")...).is(200); same.text("path") != feed.text("path") || feed.text("path") == "" {
			t.Errorf("a second address: %s %s", feed.raw, same.raw)
		}
		if new := w.send("manager", "POST", "/calendar/feed", nil).is(200); new.text("path") == feed.text("path") {
			t.Error("without a key it is made anew")
		}
		w.send("manager", "DELETE", "/calendar/feed", nil, key("d")...).is(204)
		w.send("manager", "DELETE", "/calendar/feed", nil, key("d")...).is(204)
		w.send("manager", "DELETE", "/lists/"+first.text("id"), nil, key("e")...).is(204)
		w.send("manager", "DELETE", "/lists/"+first.text("id"), nil, key("e")...).is(204)
		w.send("manager", "DELETE", "/lists/"+first.text("id"), nil, key("g")...).is(404)

		// A refusal is no answer that is kept: mended, it goes under the same key.
		w.send("manager", "POST", "/lists/filters", m{"name": "", "list": "mine", "filter": m{}}, key("h")...).is(422)
		w.send("manager", "POST", "/lists/filters", m{"name": "Mended", "list": "mine", "filter": m{"risk": "low"}}, key("h")...).is(201)

		// Sent at once from a line that stammers: done once.
		ids := make(chan string, 8)
		w.token("manager")
		for range cap(ids) {
			go func() {
				ids <- w.send("manager", "POST", "/lists/filters", with(filter, "name", "Storm"), key("s")...).text("id")
			}()
		}
		var got []string
		for range cap(ids) {
			got = append(got, <-ids)
		}
		slices.Sort(got)
		if got = slices.Compact(got); len(got) != 1 || got[0] == "" {
			t.Errorf("sent at once, kept as %v", got)
		}

		// Nothing of what is kept stands readable in the store.
		var sealed []byte
		if err := w.of.Store.QueryRow(t.Context(), `SELECT answer FROM commands WHERE actor = $1 AND key = $2`, w.ids["manager"], "c").Scan(&sealed); err != nil {
			t.Fatal(err)
		}
		if len(sealed) == 0 || slices.Contains(sealed, '{') && string(sealed[:1]) == "{" {
			t.Errorf("the answer stands there in the clear: %q", sealed)
		}
	})
}
