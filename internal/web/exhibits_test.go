package web_test

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/hashlist"
	"rufaa/internal/inquiry"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
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
	if !strings.Contains(page.body, "In event 2 the giver saw the seal KE-1, the receiver KE-9.") {
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

var keyField = regexp.MustCompile(`name="_key" value="([^"]+)"`)

// A forensic tool's report over pages: pasted, as a file, wrong with its line,
// with what was typed kept; matches stand on the exhibit's page.
func TestDigestsOverPages(t *testing.T) {
	w := newWorld(t, store.SQLite)
	at, lead, officer := "/scenes/"+w.sceneOf()+"/exhibits", w.token["investigator"], w.token["first_responder"]
	ask(t, w.url, lead, "POST", at+"/new", url.Values{"kind": {"csam"}, "count": {"3"}, "on_exhibit": {"S1/9"}, "custodian": {"By order"}, "place": {"scene"}})
	one := exhibitLink.FindString(ask(t, w.url, lead, "GET", at, nil).body)
	page := one + "/digests"
	known, other := strings.Repeat("ab", 32), strings.Repeat("cd", 16)
	if _, err := w.HashLists.Import(t.Context(), realm.Actor{Principal: policy.Principal{Staff: "keeper-of-lists", Agency: "x-dci-unit", Duty: "investigator"}}, &hashlist.Import{Name: "List", Source: "Invented", Body: strings.NewReader(`{"value":[{"SHA256":"` + known + `","Category":2}]}`)}); err != nil {
		t.Fatal(err)
	}
	form := ask(t, w.url, lead, "GET", page, nil)
	key := keyField.FindStringSubmatch(form.body)
	if form.status != http.StatusOK || key == nil {
		t.Fatalf("the form: %d", form.status)
	}
	if got := ask(t, w.url, officer, "GET", page, nil); got.status != http.StatusForbidden {
		t.Errorf("a searcher gets %d", got.status)
	}
	for _, lang := range []string{"en", "sw"} {
		if strings.Contains(in(t, w.url+page, lead, lang), "⟦") || strings.Contains(in(t, w.url+one, lead, lang), "⟦") {
			t.Errorf("%s: a text is missing", lang)
		}
	}
	send := func(fields map[string]string, file string) answer {
		return multi(t, w.url+page, lead, fields, file)
	}
	typed := map[string]string{"_key": key[1], "tool": "Kipimo", "tool_version": "4.1", "pasted": known + "\nwrong\n"}
	got := send(typed, "")
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "entry 2") || !strings.Contains(got.body, known) || !strings.Contains(got.body, `value="Kipimo"`) {
		t.Errorf("a wrong second line: %d", got.status)
	}
	if got := send(typed, known); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "not both") {
		t.Errorf("both: %d", got.status)
	}
	delete(typed, "pasted")
	if got := send(typed, ""); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "choose the tool") {
		t.Errorf("neither: %d", got.status)
	}
	for range 2 {
		if got := send(typed, "name,sha256,md5\na,"+known+",\nb,,"+other+"\n"); got.status != http.StatusSeeOther {
			t.Fatalf("taken: %d", got.status)
		}
	}
	body := ask(t, w.url, lead, "GET", one, nil).body
	if !strings.Contains(body, "1 of category 2") || strings.Count(body, "the exhibit says 3") != 1 || strings.Contains(body, known) {
		t.Error("the exhibit does not tell what matches, or tells it twice, or tells a digest")
	}
	if body := ask(t, w.url, officer, "GET", one, nil).body; strings.Contains(body, "category 2") {
		t.Error("a searcher is told what matches")
	}
}

// in gives a page in a language.
func in(t *testing.T, path, token, lang string) string {
	t.Helper()
	r, err := http.NewRequest("GET", path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "rufaa", Value: token})
	r.AddCookie(&http.Cookie{Name: "rufaa_lang", Value: lang})
	return take(t, r).body
}

// multi sends a form with a file at its end.
func multi(t *testing.T, path, token string, fields map[string]string, file string) answer {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, value := range fields {
		if err := m.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	name := ""
	if file != "" {
		name = "report.csv"
	}
	part, err := m.CreateFormFile("file", name)
	if err == nil {
		_, err = io.WriteString(part, file)
	}
	if err = errors.Join(err, m.Close()); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest("POST", path, &b)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Accept-Language", "en")
	r.AddCookie(&http.Cookie{Name: "rufaa", Value: token})
	return take(t, r)
}

func take(t *testing.T, r *http.Request) answer {
	t.Helper()
	got, err := browser.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{status: got.StatusCode, body: string(body), header: got.Header}
}

// The time of a wrong clock, told without a script, stands beside the server's.
func TestAWrongClockIsToldWithoutAScript(t *testing.T) {
	w := newWorld(t, store.SQLite)
	at, lead := "/scenes/"+w.sceneOf()+"/exhibits", w.token["investigator"]
	ask(t, w.url, lead, "POST", at+"/new", url.Values{"kind": {"other"}, "description": {"A lock"}, "seal": {"KE-2"}, "place": {"scene"}, "device_clock": {"2026-01-01T08:15"}})
	one := exhibitLink.FindString(ask(t, w.url, lead, "GET", at, nil).body)
	if body := ask(t, w.url, lead, "GET", one, nil).body; one == "" || !strings.Contains(body, "device’s clock") && !strings.Contains(body, "device&#39;s clock") {
		t.Error("the device's time is not shown beside the server's")
	}
	bad := ask(t, w.url, lead, "POST", at+"/new", url.Values{"kind": {"other"}, "description": {"A lock"}, "place": {"scene"}, "device_clock": {"noon"}})
	if bad.status != http.StatusUnprocessableEntity || !strings.Contains(bad.body, "This is no time") {
		t.Errorf("no time at all: %d", bad.status)
	}
}
