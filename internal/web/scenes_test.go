package web_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"rufaa/internal/scene"
	"rufaa/internal/store"
)

var (
	inquiryLink = regexp.MustCompile(`/inquiries/[0-9a-f-]{36}`)
	sceneLink   = regexp.MustCompile(`/scenes/[0-9a-f-]{36}`)
)

// From an inquiry to a scene through the pages: guided steps, persons kept
// apart, a sketch; to everybody else nothing is there, in the very same bytes.
func TestASceneThroughThePages(t *testing.T) {
	w := newWorld(t, store.SQLite)
	tok := w.token["investigator"]
	post := func(path string, v url.Values) answer { t.Helper(); return w.post("sw", tok, path, v) }
	page := func(path string) string {
		t.Helper()
		got := ask(t, w.url, tok, "GET", path, nil)
		if got.status != http.StatusOK || strings.Contains(got.body, "⟦") {
			t.Fatalf("%s: %d %.400s", path, got.status, got.body)
		}
		return got.body
	}
	if got := post("/inquiries/new", url.Values{"title": {"Villa typed"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "Villa typed") {
		t.Fatalf("a form without its kind: %d, and what was typed is lost or not", got.status)
	}
	got := post("/inquiries/new", url.Values{"title": {"Villa"}, "kind": {"child-exploitation"}})
	in := inquiryLink.FindString(got.header.Get("Location"))
	if got.status != http.StatusSeeOther || in == "" {
		t.Fatalf("open: %d %s", got.status, got.header.Get("Location"))
	}
	if body := page(in); strings.Contains(body, "Villa") {
		t.Error("the title is shown before it is opened")
	}
	if body := post(in+"/read", nil).body; !strings.Contains(body, "Villa") {
		t.Error("opened, the title is not shown")
	}
	got = post(in+"/do/scene", url.Values{"class": {"premises"}, "address": {"Green gate"}, "point": {"95,10"}})
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "Green gate") {
		t.Fatalf("a point off the earth: %d", got.status)
	}
	got = post(in+"/do/scene", url.Values{"class": {"premises"}, "address": {"Green gate"}})
	at := sceneLink.FindString(got.header.Get("Location"))
	if at == "" {
		t.Fatalf("open a scene: %d %.300s", got.status, got.body)
	}
	for _, path := range []string{"", "/steps", "/persons", "/log", "/sketch", "/report", "/steps/cse-scene-1/child", "/do/enter", "/do/role", "/do/observe", "/do/release"} {
		if body := page(at + path); strings.Contains(body, "Green gate") {
			t.Errorf("%s shows the address without opening it", path)
		}
	}
	if got := post(at+"/steps/cse-scene-1/stop/skip", url.Values{"reason": {"danger"}}); got.status != http.StatusConflict {
		t.Errorf("stop was skipped: %d", got.status)
	}
	if got := post(at+"/steps/cse-scene-1/stop/done", nil); got.status != http.StatusSeeOther || !strings.HasSuffix(got.header.Get("Location"), "/people") {
		t.Errorf("stop done leads to the next step: %d %s", got.status, got.header.Get("Location"))
	}
	if got := post(at+"/sketch", url.Values{"kind": {"outer-cordon"}, "points": {"10,10 200,10"}, "note": {"Kept words"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "10,10 200,10") || !strings.Contains(got.body, "Kept words") {
		t.Errorf("a point off the sketch: %d", got.status)
	}
	if got := post(at+"/sketch", url.Values{"kind": {"outer-cordon"}, "points": {"10,10 90,10 90,90"}, "code": {`<b>`}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("marks in a code: %d", got.status)
	}
	if got := post(at+"/sketch", url.Values{"kind": {"outer-cordon"}, "points": {"10,10 90,10 90,90"}}); got.status != http.StatusSeeOther || !strings.Contains(page(at+"/sketch"), "<polygon") {
		t.Errorf("a cordon: %d", got.status)
	}
	w.overtaken(at, post)
	if got := post(at+"/report", nil); got.header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(got.body, "%PDF") {
		t.Errorf("the report: %d %s", got.status, got.header.Get("Content-Type"))
	}
	w.nobody(at, in)
}

// overtaken: a form that others were faster than each time says so, and keeps
// what was entered.
func (w *world) overtaken(at string, post func(string, url.Values) answer) {
	w.t.Helper()
	for _, standing := range []string{"victim", "undetermined"} {
		if got := post(at+"/do/arrive", url.Values{"standing": {standing}}); got.status != http.StatusSeeOther {
			w.t.Fatalf("somebody is there: %d", got.status)
		}
	}
	s, err := w.Scenes.Load(context.Background(), strings.TrimPrefix(at, "/scenes/"))
	if err != nil {
		w.t.Fatal(err)
	}
	packed := 0
	w.Scenes.KeepApartFrom(func(context.Context, store.Query, []string) ([]scene.Thing, error) {
		packed++
		return []scene.Thing{{ID: strconv.Itoa(packed), Scene: s.ID, Side: "neither", Container: "B1"}}, nil
	})
	got := post(at+"/do/restate", url.Values{"person": {s.Persons[0].ID}, "standing": {"witness"}, "reason": {"Typed with cold fingers"}})
	if got.status != http.StatusConflict || !strings.Contains(got.body, "Wengine walitangulia") || !strings.Contains(got.body, "Typed with cold fingers") ||
		!regexp.MustCompile(`value="witness"[^>]* checked`).MatchString(got.body) {
		w.t.Errorf("overtaken: %d, and what was typed is lost or nothing says so", got.status)
	}
	w.Scenes.KeepApartFrom(func(context.Context, store.Query, []string) ([]scene.Thing, error) { return nil, nil })
}

// nobody: to whoever has no part, a scene that is there and one that is not
// are the same, on pages and in the API.
func (w *world) nobody(at, in string) {
	w.t.Helper()
	none := w.NewID()
	for _, duty := range []string{"case_manager", "prosecutor", "supervisor", "administrator", "data_protection_officer", "other"} {
		for _, paths := range [][2]string{{at, "/scenes/" + none}, {in, "/inquiries/" + none}, {at + "/log", "/scenes/" + none + "/log"},
			{"/api/v1" + at, "/api/v1/scenes/" + none}, {"/api/v1" + in, "/api/v1/inquiries/" + none}} {
			hide := strings.NewReplacer(strings.TrimPrefix(at, "/scenes/"), "", strings.TrimPrefix(in, "/inquiries/"), "", none, "")
			alike := func() (bool, int, int) {
				a, b := ask(w.t, w.url, w.token[duty], "GET", paths[0], nil), ask(w.t, w.url, w.token[duty], "GET", paths[1], nil)
				return a.status == http.StatusNotFound && b.status == a.status && hide.Replace(a.body) == hide.Replace(b.body), a.status, b.status
			}
			ok, a, b := alike()
			if !ok { // the minute on the page, or a notice's count, may have changed between the two
				ok, a, b = alike()
			}
			if !ok {
				w.t.Errorf("%s at %s: %d, at one that is not there: %d", duty, paths[0], a, b)
			}
		}
	}
	if _, err := w.Scenes.Mine(context.Background(), w.staff["investigator"]); err != nil {
		w.t.Error(err)
	}
}
