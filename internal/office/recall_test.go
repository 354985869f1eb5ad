package office_test

import (
	"context"
	"errors"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
	"rufaa/internal/referral"
	"rufaa/internal/vault"
)

// A shelter that accepted is asked no more: with the last referral that brought
// it onto the case it leaves the team, and opens nothing from then on. Where
// another of its referrals stands, it stays.
func TestWhoWasBroughtByAReferralLeavesWithIt(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		s := &tale{World: w, t: t, ctx: context.Background()}
		rc, err := w.Cases.Raise(s.ctx, officetest.Who("wanjiru.case"), casefile.Order{}, &casefile.Alert{Holder: "x-tumaini",
			Person: casefile.PersonFacts{Name: "Asha Fiktivo", Minor: "no", Sex: "female"}})
		if err != nil {
			t.Fatal(err)
		}
		s.id = rc.ID
		s.do("wanjiru.case", &casefile.Take{})
		s.do("wanjiru.case", screening("adult-1"))
		s.do("wanjiru.case", &casefile.Presume{Decision: "presumed", Track: "trafficking"})
		s.do("wanjiru.case", &casefile.Assess{Level: "low", Reasons: "r", HerView: "v"})
		s.do("wanjiru.case", &casefile.AssessNeeds{Needs: []casefile.NeedFact{{Service: "shelter", Urgency: "urgent"}, {Service: "medical", Urgency: "urgent"}}})
		s.do("wanjiru.case", consent("x-nyumba-salama", true, "assistance", "identity"))
		cs, _ := w.Cases.Load(s.ctx, s.id)
		var sent []string
		for _, n := range cs.Needs {
			id := s.send("wanjiru.case", &referral.Offer{To: "x-nyumba-salama", Purpose: "assistance", Urgency: "urgent", Needs: []string{n.ID}, Compartments: []string{"identity"}})
			if _, err := w.Referrals.Answer(s.ctx, officetest.Who("salome.shelter"), id, casefile.Order{}, &referral.Answer{Accept: true}); err != nil {
				t.Fatal(err)
			}
			sent = append(sent, id)
		}
		takeBack := func(id string) {
			t.Helper()
			if _, err := w.Referrals.Withdraw(s.ctx, officetest.Who("wanjiru.case"), id, casefile.Order{}, &referral.Recall{}); err != nil {
				t.Fatal(err)
			}
		}
		takeBack(sent[0])
		s.sees("salome.shelter", vault.Identity, "assistance", "Asha Fiktivo")
		takeBack(sent[1])
		if _, err := w.Cases.View(s.ctx, officetest.Who("salome.shelter"), s.id); !errors.Is(err, problem.ErrNotFound) {
			t.Errorf("nothing that she was asked for stands, and she sees the case: %v", err)
		}
		s.shut("salome.shelter", vault.Identity, "assistance", "")
		if cs, _ = w.Cases.Load(s.ctx, s.id); cs.Manager() == nil || cs.Member(officetest.Who("salome.shelter").Staff) != nil {
			t.Errorf("the team: %+v", cs.Team)
		}
	})
}
