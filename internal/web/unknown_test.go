package web_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"rufaa/internal/store"
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
