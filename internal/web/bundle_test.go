package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rufaa/internal/bundle"
)

// A case manager sees what would go before anything does, makes the bundle, and
// what comes down verifies. Nobody else finds the page.
func TestABundleIsPreviewedMadeAndTakenAway(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id := w.rescued(1, "female", 24)
		at := "/cases/" + id + "/bundle"
		token := w.token["case_manager"]
		if a := w.get(token, at); a.status != http.StatusOK || strings.Contains(a.body, "What stays closed") {
			t.Fatalf("%d %s", a.status, a.body)
		}
		a := w.get(token, at+"?recipient=court&purpose=prosecution")
		if a.status != http.StatusOK || !strings.Contains(a.body, "What stays closed") || !strings.Contains(a.body, "Make the bundle") ||
			!strings.Contains(a.body, "Files of evidence are not in this bundle: they go with a bundle of the inquiry") {
			t.Fatalf("%d %s", a.status, a.body)
		}
		if a := w.get(token, at+"?recipient=newspaper&purpose=prosecution"); a.status != http.StatusUnprocessableEntity {
			t.Errorf("another recipient: %d", a.status)
		}
		a = w.post("en", token, at, url.Values{"recipient": {"court"}, "purpose": {"prosecution"}})
		if a.status != http.StatusOK {
			t.Fatalf("%d %s", a.status, a.body)
		}
		r, err := bundle.Verify([]byte(a.body))
		if err != nil || r.Recipient != bundle.Court || r.Whole+r.Leaves < 3 {
			t.Errorf("%+v %v", r, err)
		}
		for _, canary := range []string{canaries["identity"], canaries["whereabouts"]} {
			if strings.Contains(strings.ToLower(a.body), strings.ToLower(canary)) {
				t.Errorf("the bundle holds %q", canary)
			}
		}
		if a := w.post("en", token, at, url.Values{"recipient": {"nobody"}, "purpose": {"prosecution"}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `name="purpose"`) {
			t.Errorf("a wrong recipient: %d", a.status)
		}
		for _, duty := range []string{"counsellor", "administrator", "secretariat"} {
			if a := w.get(w.token[duty], at); a.status == http.StatusOK {
				t.Errorf("%s sees the page", duty)
			}
		}
		if a := w.get(w.token["administrator"], "/operations/witnesses"); a.status != http.StatusOK || !strings.Contains(a.body, "Nobody has witnessed") {
			t.Errorf("witnesses: %d", a.status)
		}
		if a := w.get(w.token["counsellor"], "/operations/witnesses"); a.status == http.StatusOK {
			t.Error("a counsellor sees the witnesses")
		}
	})
}
