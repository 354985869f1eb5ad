package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"rufaa/internal/casefile"
)

// The data protection officer finds closed cases whose time has come on a page
// and over the API, in both languages; nobody else does.
func TestTheEndOfRetentionIsNamed(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		who := w.staff["case_manager"]
		rc, err := w.Cases.Raise(t.Context(), who, casefile.Order{}, &casefile.Alert{Account: canaries["account"]})
		w.must(err)
		for _, cmd := range []casefile.Command{&casefile.Take{}, &casefile.Close{Reason: "own-wish"}} {
			_, err := w.Cases.Do(t.Context(), who, rc.ID, casefile.Order{}, cmd)
			w.must(err)
		}
		w.Clock.Pass(43800*time.Hour + time.Hour)
		dpo := signIn(t, w.url, "proof-data-protection-officer", password)
		manager := signIn(t, w.url, "proof-case-manager", password)
		page := w.get(dpo, "/retention")
		contains(t, "the page", page.body, rc.Ref, `href="/cases/`+rc.ID+`"`, "5 years", "No law sets it")
		if strings.Contains(page.body, canaries["account"]) {
			t.Error("the list opens what is sealed")
		}
		contains(t, "in Kiswahili", ask(t, w.url, dpo, "GET", "/retention?lang=sw", nil).body, rc.Ref)
		contains(t, "the case", w.get(dpo, "/cases/"+rc.ID).body, "its retention ends")
		list := ask(t, w.url, dpo, "GET", "/api/v1/retention", nil)
		contains(t, "the API", list.body, `"due":[{"id":"`+rc.ID+`"`, `"held":[]`)
		_, err = w.Cases.Hold(t.Context(), w.staff["data_protection_officer"], rc.ID, casefile.Order{}, true)
		w.must(err)
		contains(t, "held", w.get(dpo, "/retention").body, "Past the end, kept by a legal hold", rc.Ref, "No closed case has reached the end.")
		contains(t, "the case", w.get(dpo, "/cases/"+rc.ID).body, "A legal hold stops erasure.")
		for _, path := range []string{"/retention", "/api/v1/retention"} {
			if a := ask(t, w.url, manager, "GET", path, nil); a.status != http.StatusForbidden || strings.Contains(a.body, rc.Ref) {
				t.Errorf("a case manager at %s: %d", path, a.status)
			}
		}
	})
}
