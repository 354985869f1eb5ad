package office_test

import (
	"context"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/office/officetest"
	"rufaa/internal/vault"
)

// Whoever answers a complaint reads it, and nothing else of what she told; nobody
// reads a complaint about the own agency, and each reading is on record.
func TestAComplaintIsReadByWhoAnswersIt(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		ctx, who, dpo := context.Background(), officetest.Who("wanjiru.case"), officetest.Who("njoki.data")
		rc, err := w.Cases.Raise(ctx, who, casefile.Order{}, &casefile.Alert{Account: "What befell her", Person: casefile.PersonFacts{Name: "Neema Fiktivo", Minor: "no"}})
		if err != nil {
			t.Fatal(err)
		}
		do := func(cmd casefile.Command) {
			t.Helper()
			if _, err := w.Cases.Do(ctx, who, rc.ID, casefile.Order{}, cmd); err != nil {
				t.Fatalf("%T: %v", cmd, err)
			}
		}
		shut := func(comp vault.Compartment) {
			t.Helper()
			_, err := w.Cases.Open(ctx, dpo, rc.ID, comp, "assistance")
			wantRule(t, err, "case.team-only")
		}
		do(&casefile.Take{})
		shut(vault.Account)
		do(&casefile.Complain{About: "treatment", Agency: dpo.Agency, Text: "The office let me wait"})
		shut(vault.Account)
		do(&casefile.Complain{About: "treatment", Agency: "x-nyumba-salama", Text: "They shouted at me"})
		o, err := w.Cases.Open(ctx, dpo, rc.ID, vault.Account, "assistance")
		if err != nil {
			t.Fatal(err)
		}
		if len(o.Texts) != 1 || o.Texts[0] != "They shouted at me" || o.Basis != casefile.BasisComplaint {
			t.Errorf("opened on the ground %q: %q", o.Basis, o.Texts)
		}
		for _, comp := range []vault.Compartment{vault.Identity, vault.Whereabouts, vault.Care, vault.Inquiry, vault.Immigration} {
			shut(comp)
		}
		seen, err := w.Cases.WhoSaw(ctx, who, rc.ID, 0, 5)
		if err != nil || len(seen) != 1 || seen[0].Staff != dpo.Staff || seen[0].Basis != casefile.BasisComplaint {
			t.Errorf("who saw: %+v %v", seen, err)
		}
	})
}
