package web_test

import (
	"net/http"
	"strings"
	"testing"

	"rufaa/internal/store"
)

// A filter in the address that no list holds is told in the reader's language,
// not answered with an empty list.
func TestUnknownFiltersAreTold(t *testing.T) {
	w := newWorld(t, store.SQLite)
	for _, x := range []struct{ query, field, en, sw string }{
		{"service=shelterr", "#service", "Service: what the address asks for is in no list", "kinachoombwa kwenye anwani hakimo"},
		{"county=atlantis", "#county", "County: what the address asks for is in no list", "kinachoombwa kwenye anwani hakimo"},
		{"country=zz", "", "Country: what the address asks for is in no list", "kinachoombwa kwenye anwani hakimo"},
		{"language=xx", "#language", "what the address asks for is in no list", "kinachoombwa kwenye anwani hakimo"},
		{"open=perhaps", "#open", "Open: what the address asks for is in no list", "kinachoombwa kwenye anwani hakimo"},
		{"free=1", "#free", "Places: what the address asks for is in no list", "kinachoombwa kwenye anwani hakimo"},
		{"service=shelter&county=nairobi-city&country=ug&language=sw&open=maybe&free=surely&text=zzz", "", "", ""},
		{"", "", "", ""},
	} {
		for lang, want := range map[string]string{"en": x.en, "sw": x.sw} {
			a := ask(t, w.url, w.token["case_manager"]+"; rufaa_lang="+lang, "GET", "/providers?"+x.query, nil)
			told := strings.Contains(a.body, "data-errors")
			if a.status != http.StatusOK || told != (want != "") || !strings.Contains(a.body, want) || told && !strings.Contains(a.body, x.field) {
				t.Errorf("%s in %s: %d, told %v, want %q", x.query, lang, a.status, told, want)
			}
		}
	}
}
