package web_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rufaa/internal/store"
	"rufaa/internal/web/assets"
)

// An address that nobody knows, a wrong way of asking, a form from elsewhere
// and what is no form are told on a page, in the reader's language, and do
// nothing.
func TestWhatThereIsNoPageForIsToldOnAPage(t *testing.T) {
	w := newWorld(t, store.SQLite)
	raised := func() string { return ask(t, w.url, w.token["case_manager"], "GET", "/?list=raised", nil).body }
	before := raised()
	for _, x := range []struct {
		method, path, kind, site string
		status                   int
		en, sw                   string
	}{
		{"GET", "/nowhere", "", "", 404, "There is no page at this address", "Hakuna ukurasa kwenye anwani hii"},
		{"GET", "/cases", "", "", 404, "There is no page at this address", "Hakuna ukurasa kwenye anwani hii"},
		{"DELETE", "/providers", "", "", 405, "cannot be read", "hakisomeki"},
		{"POST", "/alerts", "application/json", "", 415, "cannot be read", "hakisomeki"},
		{"POST", "/alerts", "text/plain", "", 415, "cannot be read", "hakisomeki"},
		{"POST", "/alerts", "application/x-www-form-urlencoded", "cross-site", 403, "Sent from another site", "Imetumwa kutoka tovuti nyingine"},
	} {
		for lang, want := range map[string]string{"en": x.en, "sw": x.sw} {
			r, _ := http.NewRequestWithContext(t.Context(), x.method, w.url+x.path, strings.NewReader(`{"account":"x"}`))
			r.Header.Set("Content-Type", x.kind)
			r.Header.Set("Sec-Fetch-Site", x.site)
			r.AddCookie(&http.Cookie{Name: "rufaa", Value: w.token["case_manager"]})
			r.AddCookie(&http.Cookie{Name: "rufaa_lang", Value: lang})
			a, err := browser.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			text, _ := io.ReadAll(a.Body)
			a.Body.Close()
			if a.StatusCode != x.status || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") || !strings.Contains(string(text), want) {
				t.Errorf("%s %s (%s, %s) in %s: %d %s %.300s", x.method, x.path, x.kind, x.site, lang, a.StatusCode, a.Header.Get("Content-Type"), text)
			}
			if x.status == 405 && a.Header.Get("Allow") == "" {
				t.Error("no header Allow")
			}
		}
	}
	if raised() != before {
		t.Error("something was raised all the same")
	}
}

// An unknown file of the pages' own is a page for whoever opens it, and plain
// text for what only fetches it.
func TestAnUnknownAssetIsToldOnAPage(t *testing.T) {
	w := newWorld(t, store.SQLite)
	for accept, x := range map[string]struct{ kind, text string }{
		"text/html,application/xhtml+xml;q=0.9,*/*;q=0.8": {"text/html", "Hakuna ukurasa kwenye anwani hii"},
		"text/css,*/*;q=0.1":                              {"text/plain", "404 page not found"},
		"":                                                {"text/plain", "404 page not found"},
	} {
		for _, path := range []string{"/assets/app.0000.css", "/assets/", "/assets/x/y"} {
			r, _ := http.NewRequestWithContext(t.Context(), "GET", w.url+path, nil)
			r.Header.Set("Accept", accept)
			r.AddCookie(&http.Cookie{Name: "rufaa_lang", Value: "sw"})
			a, err := browser.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			text, _ := io.ReadAll(a.Body)
			a.Body.Close()
			if a.StatusCode != http.StatusNotFound || !strings.HasPrefix(a.Header.Get("Content-Type"), x.kind) || !strings.Contains(string(text), x.text) {
				t.Errorf("%s for %q: %d %s %.200s", path, accept, a.StatusCode, a.Header.Get("Content-Type"), text)
			}
		}
	}
	r, _ := http.NewRequestWithContext(t.Context(), "GET", w.url+assets.URL("app.css"), nil)
	r.Header.Set("Accept", "text/html")
	a, err := browser.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	if text, _ := io.ReadAll(a.Body); a.StatusCode != http.StatusOK || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/css") || len(text) == 0 {
		t.Errorf("the style sheet opened as a page: %d %s", a.StatusCode, a.Header.Get("Content-Type"))
	}
}

// No id has a control character or half a letter: such an address is told as
// any that is not there, also where PostgreSQL would refuse to look it up.
func TestAnAddressThatNoIDHasIsNotThere(t *testing.T) {
	w := newWorld(t, store.Postgres)
	for _, path := range []string{"/cases/%00", "/cases/%ff", "/referrals/a%00b", "/scenes/%00/log", "/training/%0a", "/x/%00"} {
		if a := ask(t, w.url, w.token["case_manager"], "GET", path, nil); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

// Whoever signs in or changes the language goes on within this realm, whatever
// the link said: browsers leave tabs and line ends out of an address.
func TestTheWayBackLeadsToNoOtherSite(t *testing.T) {
	w := newWorld(t, store.SQLite)
	for next, want := range map[string]string{
		"/agencies?x=1": "/agencies?x=1", "//evil.example/": "/", "https://evil.example/": "/", "/\\evil.example": "/",
		"/\t/evil.example": "/", "/\n/evil.example": "/", "\t//evil.example": "/", "/\xff": "/",
	} {
		for path, form := range map[string]url.Values{
			"/sign-in":  {"username": {"proof-case-manager"}, "password": {password}, "next": {next}},
			"/language": {"lang": {"sw"}, "return": {next}},
		} {
			r, err := browser.PostForm(w.url+path, form)
			if err != nil {
				t.Fatal(err)
			}
			r.Body.Close()
			if to := r.Header.Get("Location"); to != want {
				t.Errorf("%s: the way back %q leads to %q", path, next, to)
			}
		}
	}
}
