package web_test

import (
	"net/http"
	"net/url"
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
		contains(t, "in Kiswahili", ask(t, w.url, dpo+"; rufaa_lang=sw", "GET", "/retention", nil).body, rc.Ref, "Mwisho wa muda wa kutunza", "miaka 5")
		contains(t, "the case", w.get(dpo, "/cases/"+rc.ID).body, "its retention ends")
		list := ask(t, w.url, dpo, "GET", "/api/v1/retention", nil)
		contains(t, "the API", list.body, `"due":[{"id":"`+rc.ID+`"`, `"held":[]`)
		_, err = w.Cases.Hold(t.Context(), w.staff["data_protection_officer"], rc.ID, casefile.Order{}, true)
		w.must(err)
		contains(t, "held", w.get(dpo, "/retention").body, "Past the end, kept by a legal hold", rc.Ref, "No closed case has reached the end.")
		contains(t, "the case", w.get(dpo, "/cases/"+rc.ID).body, "A legal hold stops erasure.")
		_, err = w.Cases.Hold(t.Context(), w.staff["data_protection_officer"], rc.ID, casefile.Order{}, false)
		w.must(err)
		w.erasedByTwo(rc.ID, rc.Ref)
		contains(t, "the case", w.get(dpo, "/cases/"+rc.ID).body, "Its keys were destroyed")
		for _, path := range []string{"/retention", "/api/v1/retention"} {
			if a := ask(t, w.url, manager, "GET", path, nil); a.status != http.StatusForbidden || strings.Contains(a.body, rc.Ref) {
				t.Errorf("a case manager at %s: %d", path, a.status)
			}
		}
	})
}

// erasedByTwo asks for an erasure on its page and confirms it as the Secretariat:
// a wrong reference, and the officer alone, destroy nothing.
func (w *world) erasedByTwo(id, ref string) {
	w.t.Helper()
	dpo, second := signIn(w.t, w.url, "proof-data-protection-officer", password), signIn(w.t, w.url, "proof-secretariat", password)
	at := "/cases/" + id + "/erasure"
	sent := func(token, path string, typed url.Values) answer {
		w.t.Helper()
		v := hiddenOf(w.get(token, at).body)
		for name, values := range typed {
			v[name] = values
		}
		return ask(w.t, w.url, token, "POST", path, v)
	}
	contains(w.t, "before", w.get(second, at).body, "A data protection officer asks first.")
	if a := sent(dpo, at, url.Values{}); a.status != http.StatusUnprocessableEntity {
		w.t.Errorf("asked without a reason: %d", a.status)
	}
	if a := sent(dpo, at, url.Values{"reason": {"retention-over"}}); a.status != http.StatusSeeOther {
		w.t.Fatalf("asked: %d %.300s", a.status, a.body)
	}
	page := w.get(dpo, at).body
	contains(w.t, "the first person", page, "Now a second person confirms it", "The time of keeping is over")
	if strings.Contains(page, "/confirmation") {
		w.t.Error("the first person is offered the second step")
	}
	contains(w.t, "the list", w.get(second, "/erasures").body, ref, at)
	if a := sent(dpo, at+"/confirmation", url.Values{"reference": {ref}}); a.status != http.StatusConflict {
		w.t.Errorf("the first confirms: %d", a.status)
	}
	mistyped := hiddenOf(w.get(second, at).body)
	mistyped.Set("reference", "NRM")
	a := w.post("sw", second, at+"/confirmation", mistyped)
	if a.status != http.StatusUnprocessableEntity {
		w.t.Errorf("another reference: %d", a.status)
	}
	contains(w.t, "in Kiswahili", a.body, "Thibitisha kama mtu wa pili", "Hii si kumbukumbu ya kesi hii", "Muda wa kutunza umeisha")
	if a := w.get(dpo, "/cases/"+id); strings.Contains(a.body, "Its keys were destroyed") {
		w.t.Fatal("destroyed too early")
	}
	if a := sent(second, at+"/confirmation", url.Values{"reference": {ref}}); a.status != http.StatusSeeOther {
		w.t.Fatalf("confirmed: %d %.300s", a.status, a.body)
	}
	contains(w.t, "after", w.get(second, at).body, "The keys of everybody in this case were destroyed.")
}
