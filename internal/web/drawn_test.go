package web_test

import (
	"net/http/httptest"
	"regexp"
	"testing"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/referral"
	"rufaa/internal/store"
)

// formKeys are made anew for every form.
var formKeys = regexp.MustCompile(`name="_key" value="[^"]*"`)

// steady is a page without them.
func steady(page string) string { return formKeys.ReplaceAllString(page, "") }

// difference shows where two pages part.
func difference(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	from := max(0, i-80)
	return a[from:min(len(a), i+200)] + "\n--- and anew ---\n" + b[from:min(len(b), i+200)]
}

// A case's page is put together from pieces that were kept when the same person
// looked before. After every step of a case, and as the hours pass, what each
// duty is shown is what a server that keeps nothing shows.
func TestAPageOfKeptPiecesIsThePageDrawnAnew(t *testing.T) {
	w := newWorld(t, store.SQLite)
	id := w.cared(mine, "case_manager")
	for _, d := range []string{"counsellor", "shelter_manager", "investigator"} {
		w.join("case_manager", id, d)
	}
	compared := 0
	look := func(step string) {
		t.Helper()
		anew := httptest.NewServer(mounted(w.Office))
		defer anew.Close()
		for who, token := range w.token {
			for _, lang := range []string{"en", "sw"} {
				token := token + "; rufaa_lang=" + lang
				path := "/cases/" + id
				want := ask(t, anew.URL, token, "GET", path, nil)
				for _, look := range []string{"first", "second"} {
					got := ask(t, w.url, token, "GET", path, nil)
					if got.status == want.status && steady(got.body) != steady(want.body) { // a notice came in between
						want, got = ask(t, anew.URL, token, "GET", path, nil), ask(t, w.url, token, "GET", path, nil)
					}
					if got.status != want.status || steady(got.body) != steady(want.body) {
						t.Fatalf("%s: the %s look of %s in %s differs from a page drawn anew: %s", step, look, who, lang, difference(steady(got.body), steady(want.body)))
					}
				}
				if want.status == 200 {
					compared++
				}
			}
		}
	}
	look("needs")
	steps := []struct {
		name string
		do   func() error
	}{
		{"screened", func() error {
			return w.do("case_manager", id, &casefile.Screen{Questionnaire: "adult-1", Answers: map[string]string{}, Note: "She nodded at the photograph.", Spoken: casefile.Spoken{Language: "sw", Interpreting: "not-needed"}})
		}},
		{"presumed", func() error {
			return w.do("case_manager", id, &casefile.Presume{Decision: "presumed", Track: "trafficking"})
		}},
		{"safety", func() error {
			return w.do("case_manager", id, &casefile.Assess{Level: "high", Reasons: "He looks for her."})
		}},
		{"referred", func() error {
			ref := w.refer("case_manager", id, theirs)
			look("a referral waits")
			w.Clock.Pass(50 * time.Hour)
			look("the referral is late")
			_, err := w.Referrals.Answer(t.Context(), w.staff["other"], ref, casefile.Order{}, &referral.Answer{Accept: true})
			return err
		}},
		{"moved to a cell", func() error {
			return w.do("case_manager", id, &casefile.Move{Kind: "police-cell", Place: "Cell 2"})
		}},
		{"hours in the cell", func() error { w.Clock.Pass(7 * time.Hour); return nil }},
		{"consent withdrawn", func() error {
			s, err := w.Cases.Load(t.Context(), id)
			w.must(err)
			return w.do("case_manager", id, &casefile.Withdraw{Consent: s.Consents[0].ID})
		}},
		{"break-glass", func() error {
			s, err := w.Cases.Load(t.Context(), id)
			w.must(err)
			_, err = w.Cases.BreakGlass(t.Context(), w.staff["immigration_officer"], casefile.Order{}, &casefile.Break{
				Ref: s.Ref, Compartments: []string{"identity"}, Reason: "She is unconscious and must be known now."})
			return err
		}},
		{"break-glass over", func() error { w.Clock.Pass(48 * time.Hour); return nil }},
		{"another need", func() error {
			return w.do("case_manager", id, &casefile.AssessNeeds{Needs: []casefile.NeedFact{{Service: "legal", Urgency: "urgent"}}})
		}},
		{"counsellor leaves", func() error {
			return w.do("case_manager", id, &casefile.Leave{Staff: w.staff["counsellor"].Staff})
		}},
		{"held", func() error {
			_, err := w.Cases.Hold(t.Context(), w.staff["data_protection_officer"], id, casefile.Order{}, true)
			return err
		}},
	}
	for _, step := range steps {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		look(step.name)
	}
	if compared < 60 {
		t.Errorf("only %d pages were shown", compared)
	}
}
