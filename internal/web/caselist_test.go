package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const ownList = "Case No,Full name,Gender,Date opened\nT-1,Zawadi Fikirini,Mke,15/01/2024\nT-2,Almaz Bekele,Chakechake,2/2/2024\nT-3,Bad Date,F,31/31/2024\n"

// The whole way on pages, in Kiswahili: uploaded, tried, a word explained,
// taken, the bad row fetched.
func TestAListOfCasesIsTakenThroughThePages(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		me := w.token["case_manager"]
		if a := w.upload(me, "/cases/list", nil); a.status != http.StatusUnprocessableEntity {
			t.Fatalf("no file: %d", a.status)
		}
		if a := w.upload(me, "/cases/list", []byte(ownList)); a.status != http.StatusSeeOther {
			t.Fatalf("upload: %d %.400s", a.status, a.body)
		}
		page := func() string {
			t.Helper()
			a := w.get(me, "/cases/list")
			if a.status != http.StatusOK || strings.Contains(a.body, "⟦") {
				t.Fatalf("%d %.400s", a.status, a.body)
			}
			return a.body
		}
		draft := between(t, page(), `name="draft" value="`, `"`)
		form := url.Values{"draft": {draft}, "list": {"clients"}, "dates": {"dmy"}, "c.0": {"key"}, "c.1": {"name"}, "c.2": {"sex"}, "c.3": {"opened_on"}}
		if a := w.post("sw", me, "/cases/list/take", url.Values{"draft": {draft}}); a.status != http.StatusUnprocessableEntity {
			t.Fatalf("taken untried: %d", a.status)
		}
		wrong := url.Values{"draft": {draft}, "list": {""}, "dates": {"dmy"}, "c.1": {"name"}}
		if a := w.post("sw", me, "/cases/list/try", wrong); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Ipe orodha jina") {
			t.Fatalf("no name, no number: %d", a.status)
		}
		if a := w.post("sw", me, "/cases/list/try", form); a.status != http.StatusSeeOther {
			t.Fatalf("try: %d %.400s", a.status, a.body)
		}
		if body := page(); !strings.Contains(body, "chakechake") || !strings.Contains(body, "w.0") {
			t.Fatal("the unknown word is not asked about")
		}
		form.Set("w.0.field", "sex")
		form.Set("w.0.word", "chakechake")
		form.Set("w.0", "female")
		if a := w.post("sw", me, "/cases/list/try", form); a.status != http.StatusSeeOther {
			t.Fatalf("try again: %d %.400s", a.status, a.body)
		}
		if a := w.post("sw", me, "/cases/list/take", url.Values{"draft": {draft}}); a.status != http.StatusSeeOther {
			t.Fatalf("take: %d %.400s", a.status, a.body)
		}
		if body := page(); !strings.Contains(body, "not-taken.csv") {
			t.Fatal("the bad row cannot be fetched")
		}
		if a := w.get(me, "/cases/list/not-taken.csv"); a.status != http.StatusOK || !strings.Contains(a.body, "T-3") || strings.Contains(a.body, "T-1") {
			t.Fatalf("rows not taken: %d %q", a.status, a.body)
		}
		if a := w.get(w.token["other"], "/cases/list/not-taken.csv"); a.status != http.StatusNotFound {
			t.Errorf("another agency fetches them: %d", a.status)
		}
		if a := w.get(me, "/"); !strings.Contains(a.body, "/cases/list") {
			t.Error("the work list does not lead to it")
		}
	})
}

func between(t *testing.T, s, a, b string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s, a)
	out, _, ok2 := strings.Cut(rest, b)
	if !ok || !ok2 {
		t.Fatalf("%q is not there", a)
	}
	return out
}
