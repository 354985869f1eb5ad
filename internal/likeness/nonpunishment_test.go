package likeness_test

import (
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/likeness"
	"rufaa/internal/office/officetest"
	"rufaa/internal/referral"
)

func (s *tale) do(user, caseID string, cmds ...casefile.Command) {
	s.t.Helper()
	for _, cmd := range cmds {
		if _, err := s.Cases.Do(s.ctx, officetest.Who(user), caseID, casefile.Order{}, cmd); err != nil {
			s.t.Fatalf("%s, %T: %v", user, cmd, err)
		}
	}
}

// refers sends the case on to another agency with her consent, which takes part.
func (s *tale) refers(manager, caseID, to, agency, purpose string) {
	s.t.Helper()
	talk := casefile.Spoken{Language: "sw", Interpreting: "not-needed"}
	s.do(manager, caseID, &casefile.Ask{Given: true, Purposes: []string{purpose}, Agency: agency, Compartments: []string{"identity", "account"}, How: "spoken", GivenBy: "person", Spoken: talk},
		&casefile.AssessNeeds{Wishes: "To be heard", Needs: []casefile.NeedFact{{Service: "legal", Urgency: "urgent"}}})
	cs, err := s.Cases.Load(s.ctx, caseID)
	s.must(err)
	o := &referral.Offer{To: agency, Purpose: purpose, Urgency: "urgent", Needs: []string{cs.Needs[len(cs.Needs)-1].ID}, Compartments: []string{"identity"}}
	shown, err := s.Referrals.Preview(s.ctx, officetest.Who(manager), caseID, o)
	s.must(err)
	o.Preview = shown.Code
	rc, err := s.Referrals.Send(s.ctx, officetest.Who(manager), caseID, casefile.Order{}, o)
	s.must(err)
	_, err = s.Referrals.Answer(s.ctx, officetest.Who(to), rc.ID, casefile.Order{}, &referral.Answer{Accept: true})
	s.must(err)
}

func (s *tale) arrests(user, caseID string) error {
	_, err := s.Cases.Do(s.ctx, officetest.Who(user), caseID, casefile.Order{}, &casefile.TreatAsOffender{Step: "arrest", Act: "presence"})
	return err
}

func (s *tale) finds(caseID, finding string) {
	s.t.Helper()
	s.do("barasa.inquiry", caseID, &casefile.ReviewSection14{Act: "presence", Finding: finding, Reasons: "r"})
	cs, err := s.Cases.Load(s.ctx, caseID)
	s.must(err)
	s.do("odhiambo.court", caseID, &casefile.ConfirmSection14{Review: cs.Section14[len(cs.Section14)-1].ID})
}

// Two agencies know one woman: one presumes her to be a victim, the other does
// not. Once both said that it is she, what the first holds protects her in the
// case of the second too, also after the first is closed; apart again, no more.
//
// Source: CTIPA s.14; OSCE 2013 recommendations on non-punishment.
func TestWhatALinkedCaseHoldsProtectsHer(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		a := s.knows(ours, told("Hodan Maxamed Warsame", phone("0712 000 111")))
		b := s.knows(theirs, told("Hodaan Mohamed Warsameh", phone("+254712000111")))
		talk := casefile.Spoken{Language: "sw", Interpreting: "not-needed"}
		screened := &casefile.Screen{Questionnaire: "adult-1", Note: "n", Spoken: talk}
		s.do(ours, a, screened, &casefile.Presume{Decision: "presumed", Track: "trafficking"})
		s.do(theirs, b, screened, &casefile.Presume{Decision: "not_presumed", Reason: "no-indicators", Note: "n", WayBack: "w"})
		for _, c := range []struct{ manager, id string }{{ours, a}, {theirs, b}} {
			s.refers(c.manager, c.id, "barasa.inquiry", "x-dci-unit", "investigation")
			s.refers(c.manager, c.id, "odhiambo.court", "x-prosecution", "prosecution")
		}
		s.must(s.arrests("barasa.inquiry", b)) // two people, as far as anybody knows

		s.find()
		s.agree(ours, asked("name", "phone"))
		s.agree(theirs, asked("name", "phone"))
		s.same(ours)
		s.must(s.arrests("barasa.inquiry", b)) // on the word of one side they are not one
		s.same(theirs)
		wantRule(t, s.arrests("barasa.inquiry", b), "nonpunishment.review-first")
		wantRule(t, s.Cases.MayBeSuspect(s.ctx, b), "nonpunishment.review-first")

		// Found unconnected by two people, it is taken; found to be of her being
		// trafficked in the other case, it is not.
		s.finds(b, "not_connected")
		s.must(s.arrests("barasa.inquiry", b))
		s.must(s.Cases.MayBeSuspect(s.ctx, b))
		s.finds(a, "protected")
		wantRule(t, s.arrests("barasa.inquiry", b), "nonpunishment.protected")
		wantRule(t, s.Cases.MayBeSuspect(s.ctx, b), "nonpunishment.review-first")

		_, err := s.Likenesses.Unlink(s.ctx, officetest.Who(ours), s.one(ours).ID, "", &likeness.Unlink{Reason: s.Likenesses.Rules.Unlinking[0].ID})
		s.must(err)
		s.must(s.arrests("barasa.inquiry", b))
	})
}
