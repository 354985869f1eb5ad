package exhibit_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/problem"
)

// From the villa to the store, to the laboratory and to court: the chain holds,
// and everybody on the way sees as much as the work needs.
func TestFromTheVillaToCourt(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		id := s.record(officer, phone("KE-0001"))
		if v := s.view(lead, id); !strings.HasSuffix(v.Number, "/S1/001") || v.Keeper.Staff != who(officer).Staff {
			t.Fatalf("recorded as %s, kept by %s", v.Number, v.Keeper.Staff)
		}
		_, err := s.Exhibits.View(s.ctx, who(keeper), id)
		wantNothing(t, err)
		s.Clock.Pass(40 * time.Minute)
		s.must(s.offer(officer, id, keeper, "store-nairobi", "KE-0001"))
		if list, err := s.Exhibits.Worklist(s.ctx, who(keeper), exhibit.Awaited); err != nil || len(list) != 1 {
			t.Fatalf("%d wait for the keeper of the store, %v", len(list), err)
		}
		s.must(s.receive(keeper, id, "store-nairobi", "KE-0001"))
		_, err = s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Ask{Laboratory: "lab-kipimo", Asks: []string{"extraction"}, Urgency: "urgent", Question: "Which numbers were called?"})
		s.must(err)
		s.Clock.Pass(20 * time.Hour)
		s.hand(keeper, id, analyst, "store-nairobi", "KE-0001")
		s.Clock.Pass(2 * time.Hour)
		_, err = s.Exhibits.Do(s.ctx, who(analyst), id, casefile.Order{}, &exhibit.Move{Reason: "to-laboratory", Travel: 30, Look: exhibit.Look{Place: "lab-kipimo", Seal: "KE-0001"}})
		s.must(err)
		_, err = s.Exhibits.Do(s.ctx, who(analyst), id, casefile.Order{}, &exhibit.OpenSeal{Reason: "laboratory", Note: "For the extraction, before a colleague.", Look: exhibit.Look{Place: "lab-kipimo", Seal: "KE-0001"}})
		s.must(err)
		s.Clock.Pass(3 * time.Hour)
		_, err = s.Exhibits.Do(s.ctx, who(analyst), id, casefile.Order{}, &exhibit.Reseal{Reason: "laboratory", NewSeal: "lab-77", Look: exhibit.Look{Place: "lab-kipimo"}})
		s.must(err)
		request := s.view(analyst, id).Requests[0].ID
		_, err = s.Exhibits.Do(s.ctx, who(analyst), id, casefile.Order{}, &exhibit.Reply{Request: request, Reference: "KFL/26/118", Summary: "Two hundred calls to one number."})
		s.must(err)
		s.hand(analyst, id, lead, "lab-kipimo", "LAB-77")
		s.Clock.Pass(time.Hour)
		_, err = s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Offer{Role: "court-registry", Name: "A clerk (fictional)", Reason: "to-court", Travel: 10, Look: exhibit.Look{Place: "court-mfano", Seal: "LAB-77"}})
		s.must(err)
		paper := exhibit.Signed{Digest: strings.Repeat("ab", 32)}
		attest := &exhibit.Attest{Signed: paper, Look: exhibit.Look{Place: "court-mfano", Seal: "LAB-77"}}
		_, err = s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, attest)
		wantRule(t, err, "custody.attested-by-another")
		s.Clock.Pass(10 * time.Minute)
		_, err = s.Exhibits.Do(s.ctx, who(officer), id, casefile.Order{}, attest)
		s.must(err)

		v := s.view(lead, id)
		if !v.Chain.Unbroken() || len(v.Chain.Findings) != 0 || len(v.Chain.Stays) != 5 {
			t.Errorf("the chain: %s, %d stays", flaws(v.Chain), len(v.Chain.Stays))
		}
		if v.Keeper.Role != "court-registry" || v.Place != "court-mfano" || v.Requests[0].Answer == nil {
			t.Errorf("ends with %+v at %s", v.Keeper, v.Place)
		}
		// The analyst had it: sees that it was so, and opens nothing any more.
		s.view(analyst, id)
		_, err = s.Exhibits.Open(s.ctx, who(analyst), id)
		if !errors.As(err, new(*problem.Denied)) {
			t.Errorf("who had it once opens it: %v", err)
		}
		o, err := s.Exhibits.Open(s.ctx, who(lead), id)
		s.must(err)
		if o.Texts["imei"] != "490154203237518" || o.Texts[request+".summary"] != "Two hundred calls to one number." {
			t.Errorf("opened: %v", o.Texts)
		}
		d, err := s.Exhibits.Dossier(s.ctx, who(lead), s.scene, true)
		s.must(err)
		if len(d.Exhibits) != 1 || d.Exhibits[0].Texts["make"] != "Simu" {
			t.Errorf("dossier: %+v", d)
		}
	})
}

// A broken seal and a missed confirmation are named, with both events.
func TestABrokenSealAndAMissedConfirmationAreNamed(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		id := s.record(officer, phone("KE-0002"))
		s.must(s.offer(officer, id, keeper, "store-nairobi", "KE-0002"))
		s.Clock.Pass(30 * time.Hour)
		if v := s.view(lead, id); flaws(v.Chain) != "unconfirmed" || v.Chain.Unbroken() {
			t.Errorf("after thirty hours: %s", flaws(v.Chain))
		}
		_, err := s.Exhibits.Do(s.ctx, who(keeper), id, casefile.Order{}, &exhibit.Receive{Look: exhibit.Look{At: "2026-03-04T12:32", Place: "store-nairobi", Seal: "KE-0002", Broken: "yes", Condition: "Torn at one side."}})
		s.must(err)
		v := s.view(lead, id)
		if flaws(v.Chain) != "late-confirm seal-broken" || v.Chain.Unbroken() {
			t.Errorf("findings: %s", flaws(v.Chain))
		}
		for _, f := range v.Chain.Findings {
			if f.First.Event != 1 && f.Flaw == "late-confirm" || f.Second.Event != 1 || !f.Second.Received {
				t.Errorf("%+v does not name the hand-over", f)
			}
		}
	})
}

// Money is counted by two; a passcode has its ground; whoever is without an
// account gives it back on paper.
func TestMoneyPasscodesAndPapers(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		cash := &exhibit.Record{Facts: exhibit.Facts{Kind: "cash", Description: "Notes in a tin", Amount: 48500, Currency: "kes", CountedBy: []string{who(lead).Staff}}, Look: exhibit.Look{Seal: "KE-40"}}
		_, err := s.Exhibits.Record(s.ctx, who(lead), s.scene, casefile.Order{}, cash)
		wantRule(t, err, "exhibit.cash-counted-by-two")
		cash.CountedBy = append(cash.CountedBy, who(officer).Staff)
		id := s.record(lead, cash)
		p := phone("KE-41")
		p.Passcode = "4711"
		_, err = s.Exhibits.Record(s.ctx, who(lead), s.scene, casefile.Order{}, p)
		wantRule(t, err, "exhibit.passcode-lawful")
		p.PasscodeHow, p.PasscodeBy = "consent", who(lead).Staff
		s.record(lead, p)

		_, err = s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Offer{Role: "court-registry", Reason: "to-court", Look: exhibit.Look{Place: "court-mfano", Seal: "KE-40"}})
		wantField(t, err, "name")
		_, err = s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Offer{Role: "court-registry", Name: "A clerk", Reason: "to-court", Look: exhibit.Look{Place: "court-mfano", Seal: "KE-40"}})
		s.must(err)
		wantRule(t, s.receive(lead, id, "court-mfano", "KE-40"), "custody.paper-only")
		_, err = s.Exhibits.Do(s.ctx, who(officer), id, casefile.Order{}, &exhibit.Attest{Signed: exhibit.Signed{Digest: "no"}, Look: exhibit.Look{Place: "court-mfano", Seal: "KE-40"}})
		wantField(t, err, "digest")
		paper := exhibit.Signed{Digest: strings.Repeat("ab", 32)}
		_, err = s.Exhibits.Do(s.ctx, who(officer), id, casefile.Order{}, &exhibit.Attest{Signed: paper, Look: exhibit.Look{Place: "court-mfano", Seal: "KE-40"}})
		s.must(err)
		wantRule(t, s.offer(lead, id, keeper, "court-mfano", "KE-40"), "custody.not-keeper")
		s.Clock.Pass(5 * time.Hour)
		_, err = s.Exhibits.Do(s.ctx, who(officer), id, casefile.Order{}, &exhibit.TakeBack{Reason: "from-court", GivenSeal: "KE-40", Signed: paper, Look: exhibit.Look{Place: "court-mfano", Seal: "KE-40"}})
		s.must(err)
		if v := s.view(lead, id); v.Keeper.Staff != who(officer).Staff || !v.Chain.Unbroken() {
			t.Errorf("back with %+v: %s", v.Keeper, flaws(v.Chain))
		}
	})
}
