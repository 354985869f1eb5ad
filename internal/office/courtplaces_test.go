package office_test

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/office/officetest"
	"rufaa/internal/realm"
	"rufaa/internal/referral"
	"rufaa/internal/vault"
)

// All names and texts in these tests are invented.

// A prosecutor may not know where she is, and does not pass it on: the platform
// takes it out of what they may read, and the record says that it opened it.
func TestAPlaceIsMaskedForWhoMayNotKnowIt(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		s := &tale{World: w, t: t, ctx: context.Background()}
		years, court := 24, officetest.Who("odhiambo.court")
		rc, err := w.Cases.Raise(s.ctx, officetest.Who("wanjiru.case"), casefile.Order{}, &casefile.Alert{
			Person: casefile.PersonFacts{Name: "Selam Fiktivo", Age: &years, Minor: "no", Sex: "female"}})
		if err != nil {
			t.Fatal(err)
		}
		s.id = rc.ID
		s.do("wanjiru.case", &casefile.Take{})
		s.do("wanjiru.case", &casefile.Move{Kind: "shelter", Place: "Salama House, Nyali", County: "mombasa"})
		s.do("wanjiru.case", &casefile.Tell{Text: "She sleeps at Salama House now. They kept the passport."})
		s.do("wanjiru.case", &casefile.AssessNeeds{Needs: []casefile.NeedFact{{Service: "legal", Urgency: "urgent"}}})
		s.do("wanjiru.case", consent(court.Agency, true, "prosecution", "identity", "account"))
		cs, err := w.Cases.Load(s.ctx, s.id)
		if err != nil {
			t.Fatal(err)
		}
		ref := s.send("wanjiru.case", &referral.Offer{To: court.Agency, Purpose: "prosecution", Urgency: "urgent", Needs: []string{cs.Needs[0].ID}, Compartments: []string{"identity", "account"}})
		if _, err := w.Referrals.Answer(s.ctx, court, ref, casefile.Order{}, &referral.Answer{Accept: true}); err != nil {
			t.Fatal(err)
		}
		s.sees("odhiambo.court", vault.Account, "prosecution", "Salama House")
		if _, err := w.Cases.Open(s.ctx, court, s.id, vault.Whereabouts, "prosecution"); err == nil {
			t.Fatal("a prosecutor opens where she is")
		}
		made, err := w.Discloser().Make(s.ctx, court, s.id, casefile.Order{}, &casefile.MakeBundle{Recipient: "court", Purpose: "prosecution"})
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		if _, err := made.WriteTo(&file); err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(file.Bytes(), []byte("They kept the passport")) {
			t.Error("her account is missing")
		}
		if low := bytes.ToLower(file.Bytes()); bytes.Contains(low, []byte("salama house")) || bytes.Contains(low, []byte("nyali")) {
			t.Error("where she sleeps stands in the bundle")
		}
		lines, err := w.Cases.WhoSaw(s.ctx, officetest.Who("njoki.data"), s.id, 0, 50)
		if err != nil || !slices.ContainsFunc(lines, func(a casefile.Access) bool {
			return a.Purpose == casefile.PurposeMask && a.Staff == realm.System.Staff
		}) {
			t.Errorf("the record does not tell of it: %+v %v", lines, err)
		}
	})
}
