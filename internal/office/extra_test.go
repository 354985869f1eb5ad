package office_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
	"rufaa/internal/referral"
	"rufaa/internal/vault"
)

// An agency notes its own fields on a case: its own team sees them, the partner
// whom the case is referred to meets them nowhere, also not what is sealed.
func TestAnAgencysOwnFieldsAreItsOwn(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		s := &tale{World: w, t: t, ctx: context.Background()}
		rc, err := w.Cases.Raise(s.ctx, officetest.Who("amina.officer"), casefile.Order{}, &casefile.Alert{Holder: "x-tumaini", Person: casefile.PersonFacts{Minor: "no"}})
		if err != nil {
			t.Fatal(err)
		}
		s.id = rc.ID
		s.do("wanjiru.case", &casefile.Take{})
		s.do("wanjiru.case", screening("adult-1"))
		s.do("wanjiru.case", &casefile.Presume{Decision: "presumed", Track: "trafficking"})
		s.do("wanjiru.case", &casefile.Assess{Level: "low", Reasons: "r", HerView: "v"})
		s.do("wanjiru.case", &casefile.AssessNeeds{Needs: []casefile.NeedFact{{Service: "shelter", Urgency: "urgent"}}})
		s.do("wanjiru.case", &casefile.RecordExtra{Values: map[string]string{"programme": "day", "paper-file": "Folder on the third shelf"}})

		mine, err := w.Cases.View(s.ctx, officetest.Who("wanjiru.case"), s.id)
		if err != nil {
			t.Fatal(err)
		}
		if len(mine.State.Extras) != 2 {
			t.Fatalf("own fields: %+v", mine.State.Extras)
		}
		for _, x := range mine.State.Extras {
			if x.Field == "programme" && x.Value != "day" || x.Field == "paper-file" && (x.Value != "" || x.Sealed.IsZero()) {
				t.Errorf("%+v", x)
			}
		}
		s.sees("wanjiru.case", vault.Care, "assistance", "third shelf")

		// The partner is on the team and opens care, by her consent.
		s.do("wanjiru.case", consent("x-nyumba-salama", true, "assistance", "care", "identity"))
		s.last = s.send("wanjiru.case", &referral.Offer{To: "x-nyumba-salama", Purpose: "assistance", Urgency: "urgent",
			Needs: []string{mine.State.Needs[0].ID}, Compartments: []string{"care", "identity"}})
		if _, err := w.Referrals.Answer(s.ctx, officetest.Who("salome.shelter"), s.last, casefile.Order{}, &referral.Answer{Accept: true}); err != nil {
			t.Fatal(err)
		}
		theirs, err := w.Cases.View(s.ctx, officetest.Who("salome.shelter"), s.id)
		if err != nil {
			t.Fatal(err)
		}
		if len(theirs.State.Extras) != 0 {
			t.Errorf("the partner sees %+v", theirs.State.Extras)
		}
		o, err := w.Cases.Open(s.ctx, officetest.Who("salome.shelter"), s.id, vault.Care, "assistance")
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(strings.Join(o.Texts, " "), "third shelf") {
			t.Error("the partner opens another agency's own field")
		}

		for what, values := range map[string]map[string]string{
			"a field of nobody":        {"no-such": "x"},
			"an option that is not":    {"programme": "night"},
			"nothing":                  {},
			"what stands there anyway": {"programme": "day"},
		} {
			_, err := w.Cases.Do(s.ctx, officetest.Who("wanjiru.case"), s.id, casefile.Order{}, &casefile.RecordExtra{Values: values})
			if !errors.As(err, new(*problem.Invalid)) {
				t.Errorf("%s: %v", what, err)
			}
		}
		// A partner has no field of that agency.
		_, err = w.Cases.Do(s.ctx, officetest.Who("salome.shelter"), s.id, casefile.Order{}, &casefile.RecordExtra{Values: map[string]string{"programme": "day"}})
		if !errors.As(err, new(*problem.Invalid)) {
			t.Errorf("the partner records it: %v", err)
		}
		s.do("wanjiru.case", &casefile.RecordExtra{Values: map[string]string{"programme": ""}})
		if mine, err = w.Cases.View(s.ctx, officetest.Who("wanjiru.case"), s.id); err != nil || len(mine.State.Extras) != 1 {
			t.Errorf("a cleared field stands: %v %+v", err, mine.State.Extras)
		}
	})
}
