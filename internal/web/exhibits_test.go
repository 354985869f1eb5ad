package web_test

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/inquiry"
	"rufaa/internal/scene"
	"rufaa/internal/store"
)

var exhibitLink = regexp.MustCompile(`/exhibits/[0-9a-f-]{36}`)

// sceneOf opens a scene of the investigator's, with the first responder at it.
func (w *world) sceneOf() string {
	w.t.Helper()
	ctx := w.t.Context()
	in, err := w.Inquiries.Open(ctx, w.staff["investigator"], casefile.Order{}, &inquiry.Open{Kind: w.Content.List("inquiry-kinds")[0].ID, Title: "A yard (fictional)"})
	if err != nil {
		w.t.Fatal(err)
	}
	sc, err := w.Scenes.Open(ctx, w.staff["investigator"], in.ID, casefile.Order{}, &scene.Open{Class: "premises"})
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.Scenes.Do(ctx, w.staff["investigator"], sc.ID, casefile.Order{}, &scene.Give{Staff: w.staff["first_responder"].Staff, Role: "searcher"}); err != nil {
		w.t.Fatal(err)
	}
	return sc.ID
}

// Over pages, in both languages: recorded at the scene, labelled, offered,
// confirmed, and wrong input told beside its field with nothing lost.
func TestAnExhibitOverPages(t *testing.T) {
	w := newWorld(t, store.SQLite)
	at, officer, lead := "/scenes/"+w.sceneOf()+"/exhibits", w.token["first_responder"], w.token["investigator"]
	wrong := ask(t, w.url, officer, "POST", at+"/new", url.Values{"kind": {"device"}, "description": {"Black telephone"}, "imei": {"123"}, "seal": {"KE-1"}, "place": {"scene"}})
	if wrong.status != http.StatusUnprocessableEntity || !strings.Contains(wrong.body, "15 digits") || !strings.Contains(wrong.body, "Black telephone") {
		t.Fatalf("an impossible IMEI: %d %.300s", wrong.status, wrong.body)
	}
	form := url.Values{"kind": {"device"}, "description": {"Kanarisimu"}, "imei": {"490154203237518"}, "seal": {"KE-1"}, "place": {"scene"}, "side": {"suspect"}, "then": {"next"}, "_key": {"one"}}
	saved := ask(t, w.url, officer, "POST", at+"/new", form)
	if saved.status != http.StatusSeeOther || strings.Contains(saved.header.Get("Location"), "Kanarisimu") {
		t.Fatalf("recorded: %d, to %s", saved.status, saved.header.Get("Location"))
	}
	next := ask(t, w.url, officer, "GET", saved.header.Get("Location"), nil)
	one := exhibitLink.FindString(next.body)
	if one == "" || !strings.Contains(next.body, "S1/001") {
		t.Fatalf("the next form does not tell what was recorded: %.300s", next.body)
	}
	if ask(t, w.url, officer, "POST", at+"/new", form); len(exhibitLink.FindAllString(ask(t, w.url, lead, "GET", at, nil).body, -1)) != 1 {
		t.Error("sent twice, it stands twice")
	}
	for _, path := range []string{at + "/labels?size=58", at + "/labels?size=80", at + "/labels?size=a4", at + "/list?size=a4", at + "/list?size=80", one + "/label", one + "/form"} {
		got := ask(t, w.url, lead, "GET", path, nil)
		if got.status != http.StatusOK || !strings.HasPrefix(got.body, "%PDF-") || strings.Contains(got.body, "Kanarisimu") {
			t.Errorf("%s: %d %.60s", path, got.status, got.body)
		}
	}
	page := ask(t, w.url, officer, "GET", one, nil)
	if strings.Contains(page.body, "Kanarisimu") || strings.Contains(page.body, "490154203237518") || !strings.Contains(page.body, "<svg") {
		t.Error("the page tells what is sealed, or draws nothing")
	}
	if opened := ask(t, w.url, officer, "POST", one+"/open", url.Values{}); !strings.Contains(opened.body, "Kanarisimu") {
		t.Errorf("opened: %d", opened.status)
	}
	offer := url.Values{"to": {w.staff["investigator"].Staff}, "reason": {"to-store"}, "seal": {"KE-1"}, "place": {"store-nairobi"}, "broken": {"no"}}
	if got := ask(t, w.url, officer, "POST", one+"/do/offer", offer); got.status != http.StatusSeeOther {
		t.Fatalf("offered: %d %.400s", got.status, got.body)
	}
	if home := ask(t, w.url, lead, "GET", "/", nil); !strings.Contains(home.body, one) {
		t.Error("my work does not tell what waits for my confirmation")
	}
	mine := url.Values{"seal": {"KE-9"}, "place": {"store-nairobi"}, "broken": {"no"}}
	if got := ask(t, w.url, officer, "POST", one+"/do/receive", mine); got.status != http.StatusConflict || !strings.Contains(got.body, "somebody else") {
		t.Errorf("confirmed by the giver: %d", got.status)
	}
	for range 2 {
		if got := ask(t, w.url, lead, "POST", one+"/do/receive", mine); got.status != http.StatusSeeOther {
			t.Fatalf("confirmed: %d %.400s", got.status, got.body)
		}
	}
	page = ask(t, w.url, lead, "GET", one, nil)
	if !strings.Contains(page.body, "In event 2 the seal was KE-1, in event 2 it is KE-9.") {
		t.Error("the other seal is not named")
	}
	if strings.Contains(page.body, "⟦") {
		t.Error("a text is missing")
	}
	for _, duty := range []string{"case_manager", "prosecutor", "secretariat", "administrator", "supervisor"} {
		for _, path := range []string{one, at, one + "/do/offer", one + "/label"} {
			there, absent := ask(t, w.url, w.token[duty], "GET", path, nil), ask(t, w.url, w.token[duty], "GET", strings.Replace(path, path[len(path)-3:], "000", 1), nil)
			if there.status != http.StatusNotFound || path == one && absent.status != there.status {
				t.Errorf("%s gets %d from %s, and %d from none", duty, there.status, path, absent.status)
			}
		}
	}
}

// Every form and the page with findings is whole in both languages.
func TestExhibitPagesInBothLanguages(t *testing.T) {
	w := newWorld(t, store.SQLite)
	at, lead := "/scenes/"+w.sceneOf()+"/exhibits", w.token["investigator"]
	ask(t, w.url, lead, "POST", at+"/new", url.Values{"kind": {"other"}, "description": {"A lock"}, "seal": {"KE-2"}, "place": {"scene"}})
	one := exhibitLink.FindString(ask(t, w.url, lead, "GET", at, nil).body)
	paths := []string{"/exhibits", at, at + "/new", one}
	for _, slug := range []string{"receive", "decline", "offer", "withdraw", "attest", "take-back", "move", "open-seal", "reseal", "laboratory", "result", "correct", "return", "destroy"} {
		paths = append(paths, one+"/do/"+slug)
	}
	for _, lang := range []string{"en", "sw"} {
		for _, path := range paths {
			r, err := http.NewRequest("GET", w.url+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.AddCookie(&http.Cookie{Name: "rufaa", Value: lead})
			r.AddCookie(&http.Cookie{Name: "rufaa_lang", Value: lang})
			got, err := browser.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			body := new(strings.Builder)
			if _, err := io.Copy(body, got.Body); err != nil || got.StatusCode != http.StatusOK || strings.Contains(body.String(), "⟦") {
				i := max(0, strings.Index(body.String(), "⟦"))
				t.Errorf("%s %s: %d %.80s", lang, path, got.StatusCode, body.String()[i:])
			}
			got.Body.Close()
		}
	}
}
