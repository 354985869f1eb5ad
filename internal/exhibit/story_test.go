package exhibit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/ledger"
	"rufaa/internal/problem"
	"rufaa/internal/store"
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

// Two telephones at once get two numbers; none is left out, none comes twice,
// and none can be chosen.
func TestNumbersHaveNoGapAndComeOnce(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		seen := map[string]int{}
		for i := range 8 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				user := []string{lead, officer}[i%2]
				rc, err := s.Exhibits.Record(s.ctx, who(user), s.scene, casefile.Order{}, phone(""))
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				seen[rc.Ref]++
				mu.Unlock()
			}()
		}
		wg.Wait()
		_, list, err := s.Exhibits.OfScene(s.ctx, who(lead), s.scene)
		s.must(err)
		if len(seen) != 8 || len(list) != 8 || list[0].N != 1 || list[7].N != 8 {
			t.Fatalf("%d numbers in %d rows: %v", len(seen), len(list), seen)
		}
		prefix := strings.TrimSuffix(list[0].Number, "001")
		for number, rule := range map[string]string{"003": "exhibit.number-used", "011": "exhibit.number-not-next", "9": "exhibit.number-not-next"} {
			r := phone("")
			r.Number = prefix + number
			_, err := s.Exhibits.Record(s.ctx, who(lead), s.scene, casefile.Order{}, r)
			wantRule(t, err, rule)
		}
		r := phone("")
		r.Number = prefix + "009" // from the roll of labels
		rc, err := s.Exhibits.Record(s.ctx, who(lead), s.scene, casefile.Order{Key: "once"}, r)
		s.must(err)
		again, err := s.Exhibits.Record(s.ctx, who(lead), s.scene, casefile.Order{Key: "once"}, r)
		if err != nil || again.ID != rc.ID || !again.Replayed {
			t.Errorf("sent twice: %+v, %v", again, err)
		}
	})
}

// Who confirms, and how often.
func TestAHandOverIsConfirmedByWhomItIsForAndOnce(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		id := s.record(officer, phone("KE-0003"))
		wantRule(t, s.receive(lead, id, "scene", "KE-0003"), "custody.nothing-offered")
		wantRule(t, s.offer(lead, id, keeper, "scene", "KE-0003"), "custody.not-keeper")
		wantRule(t, s.offer(officer, id, officer, "scene", "KE-0003"), "custody.not-to-oneself")
		s.must(s.offer(officer, id, keeper, "scene", "KE-0003"))
		wantRule(t, s.offer(officer, id, lead, "scene", "KE-0003"), "custody.offer-open")
		wantRule(t, s.receive(lead, id, "scene", "KE-0003"), "custody.not-addressee")
		wantRule(t, s.receive(officer, id, "scene", "KE-0003"), "custody.not-addressee")
		wantNothing(t, s.receive(stander, id, "scene", "KE-0003"))
		before := s.view(lead, id).Version
		if s.view(lead, id).Keeper.Staff != who(officer).Staff {
			t.Error("a refused confirmation moved it")
		}
		_, err := s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Withdraw{Note: "no"})
		wantRule(t, err, "custody.not-giver")
		s.must(s.receive(keeper, id, "store-nairobi", "KE-0003"))
		s.must(s.receive(keeper, id, "store-nairobi", "KE-0003"))
		if v := s.view(keeper, id); v.Version != before+1 || len(v.Steps) != 2 {
			t.Errorf("confirmed twice gave %d versions", v.Version-before)
		}
		wantRule(t, s.receive(officer, id, "scene", "KE-0003"), "custody.nothing-offered")

		// Taken back, declined: nothing changed hands, and both stay on the page.
		s.must(s.offer(keeper, id, lead, "store-nairobi", "KE-0003"))
		_, err = s.Exhibits.Do(s.ctx, who(keeper), id, casefile.Order{}, &exhibit.Withdraw{Note: "Wrong person."})
		s.must(err)
		wantRule(t, s.receive(lead, id, "store-nairobi", "KE-0003"), "custody.nothing-offered")
		s.must(s.offer(keeper, id, analyst, "store-nairobi", "KE-0003"))
		_, err = s.Exhibits.Do(s.ctx, who(analyst), id, casefile.Order{}, &exhibit.Decline{Reason: "not-there"})
		s.must(err)
		v := s.view(keeper, id)
		if len(v.Steps) != 4 || len(v.Chain.Events) != 2 || !v.Chain.Unbroken() || v.Keeper.Staff != who(keeper).Staff {
			t.Errorf("%d steps, %d in the chain, %s", len(v.Steps), len(v.Chain.Events), flaws(v.Chain))
		}
		_, err = s.Exhibits.View(s.ctx, who(analyst), id)
		wantNothing(t, err) // declined: no part in it
	})
}

// Two confirm at once, or a confirmation races a withdrawal: one of them
// happened, and the chain is whole.
func TestAConfirmationAndAWithdrawalAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		for range 4 {
			id := s.record(officer, phone(""))
			s.must(s.offer(officer, id, keeper, "scene", ""))
			var wg sync.WaitGroup
			errs := make([]error, 2)
			wg.Add(2)
			go func() { defer wg.Done(); errs[0] = s.receive(keeper, id, "scene", "") }()
			go func() {
				defer wg.Done()
				_, errs[1] = s.Exhibits.Do(s.ctx, who(officer), id, casefile.Order{}, &exhibit.Withdraw{Note: "Not yet."})
			}()
			wg.Wait()
			if (errs[0] == nil) == (errs[1] == nil) {
				t.Fatalf("both or none: %v, %v", errs[0], errs[1])
			}
			if v := s.view(lead, id); len(v.Steps) != 2 || (v.Keeper.Staff == who(keeper).Staff) != (errs[0] == nil) {
				t.Errorf("kept by %s after %v", v.Keeper.Staff, errs)
			}
		}
	})
}

// Wrong numbers, wrong clocks, what is missing: told at its field, all at once.
func TestBadInputIsToldAtItsField(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		r := phone("KE 00/1")
		r.IMEI, r.At, r.DeviceAt, r.Place, r.Currency, r.Description = "490154203237519", "2026-03-09T10:00", "yesterday", "the moon", "shilling", ""
		_, err := s.Exhibits.Record(s.ctx, who(officer), s.scene, casefile.Order{}, r)
		for _, field := range []string{"imei", "at", "device_at", "place", "currency", "description"} {
			wantField(t, err, field)
		}
		r = phone("<script>")
		_, err = s.Exhibits.Record(s.ctx, who(officer), s.scene, casefile.Order{}, r)
		wantField(t, err, "seal")
		// A telephone five hours fast is taken, kept beside the server's time, and named.
		r = phone("KE-5")
		r.DeviceAt = s.Now().Add(5 * time.Hour).Format(time.RFC3339)
		id := s.record(officer, r)
		if v := s.view(lead, id); flaws(v.Chain) != "device-clock" || !v.Chain.Unbroken() {
			t.Errorf("findings: %s", flaws(v.Chain))
		}
		_, err = s.Exhibits.Record(s.ctx, who(officer), s.scene, casefile.Order{}, phone("KE-5"))
		wantRule(t, err, "custody.seal-used")
		if _, list, err := s.Exhibits.OfScene(s.ctx, who(lead), s.scene); err != nil || len(list) != 1 {
			t.Errorf("%d recorded, %v: something was half done", len(list), err)
		}
	})
}

// Material of child sexual abuse is a row and nothing else.
func TestAbuseMaterialIsARowAndNothingElse(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		device := s.view(lead, s.record(lead, phone("KE-9")))
		row := func() *exhibit.Record {
			return &exhibit.Record{Facts: exhibit.Facts{Kind: "csam", Count: 41, OnExhibit: device.Number, Custodian: "Digital examiner, by order", Tool: "Kipimo Tool 4.1, report 7",
				Digests: "D41D8CD98F00B204E9800998ECF8427E\n" + strings.Repeat("ab", 32)}, Look: exhibit.Look{Place: "scene", Seal: "KE-10"}}
		}
		r := row()
		r.Photos = []string{"file-1"}
		_, err := s.Exhibits.Record(s.ctx, who(lead), s.scene, casefile.Order{}, r)
		wantRule(t, err, "exhibit.csam-nothing-shown")
		r = row()
		r.Custodian = ""
		_, err = s.Exhibits.Record(s.ctx, who(lead), s.scene, casefile.Order{}, r)
		wantRule(t, err, "exhibit.csam-row")
		r = row()
		r.Digests = "not a digest"
		_, err = s.Exhibits.Record(s.ctx, who(lead), s.scene, casefile.Order{}, r)
		wantField(t, err, "digests")
		id := s.record(lead, row())
		_, err = s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Correct{Facts: exhibit.Facts{Kind: "other"}, Why: "x"})
		wantRule(t, err, "exhibit.csam-recorded-anew")
		_, err = s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Correct{Facts: exhibit.Facts{Photos: []string{"f"}}, Why: "x"})
		wantRule(t, err, "exhibit.csam-nothing-shown")
		_, err = s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Ask{Laboratory: "lab-dijitali", Asks: []string{"csam-report"}, Urgency: "urgent"})
		s.must(err)
		_, err = s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Reply{Request: s.view(lead, id).Requests[0].ID, Reference: "1", Summary: "x", Files: []string{"f"}})
		wantRule(t, err, "exhibit.csam-nothing-shown")
		_, err = s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Return{To: "owner", Name: "x", Signed: exhibit.Signed{Digest: strings.Repeat("ab", 32)}, Look: exhibit.Look{Place: "scene"}})
		wantRule(t, err, "exhibit.csam-never-returned")
		// A list finds the row by the digest, and no digest stands in the clear.
		found, err := s.Exhibits.Matching(s.ctx, []string{"d41d8cd98f00b204e9800998ecf8427e", strings.Repeat("cd", 32)})
		if err != nil || len(found) != 1 || found[0] != id {
			t.Errorf("found %v, %v", found, err)
		}
		s.nothingInTheClear("d41d8cd98f00b204e9800998ecf8427e", strings.Repeat("ab", 32))
		_, err = s.Exhibits.Record(s.ctx, who(lead), s.scene, casefile.Order{}, func() *exhibit.Record { r := phone(""); r.Digests = row().Digests; return r }())
		wantRule(t, err, "exhibit.digests-of-csam-only")
	})
}

// Her things go back: a clock runs, the receipt ends it, and nothing follows.
func TestHerThingsGoBack(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		r := &exhibit.Record{Facts: exhibit.Facts{Kind: "document", Document: "passport", Description: "Passport (fictional)", Owner: "victim", Side: "victim", Container: "Box 1"}, Look: exhibit.Look{Seal: "KE-20"}}
		id := s.record(lead, r)
		if v := s.view(lead, id); v.ReturnBy == nil || !v.ReturnBy.Equal(s.Now().Add(720*time.Hour)) {
			t.Fatalf("to be back by %v", v.ReturnBy)
		}
		p := phone("KE-21")
		p.Container = "Box 1"
		_, err := s.Exhibits.Record(s.ctx, who(lead), s.scene, casefile.Order{}, p)
		wantRule(t, err, "exhibit.kept-apart")
		p.ApartReason = "No other box in the vehicle; wrapped twice."
		if v := s.view(lead, s.record(lead, p)); v.Plain.Override != "exhibit.kept-apart" {
			t.Errorf("the remark is missing: %+v", v.Plain)
		}
		s.Clock.Pass(721 * time.Hour)
		if w, err := s.Exhibits.Counts(s.ctx, who(lead)); err != nil || w.Overdue != 1 {
			t.Errorf("%+v, %v", w, err)
		}
		_, err = s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Return{To: "owner", Name: "She (fictional)", Signed: exhibit.Signed{Digest: strings.Repeat("ab", 32)}, Look: exhibit.Look{Place: "other", Seal: "KE-20"}})
		s.must(err)
		v := s.view(lead, id)
		if v.ReturnBy != nil || !v.Chain.Unbroken() || v.Status != exhibit.GivenBack {
			t.Errorf("%+v, %s", v.Status, flaws(v.Chain))
		}
		for name, err := range map[string]error{
			"offer": s.offer(lead, id, keeper, "scene", "KE-20"),
			"move":  second(s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Move{Reason: "safety", Look: exhibit.Look{Place: "scene"}})),
		} {
			var r *problem.Refused
			if !errors.As(err, &r) || r.Rule != "exhibit.ended" {
				t.Errorf("%s after the end: %v", name, err)
			}
		}
		old := s.record(lead, phone("KE-22"))
		destroy := &exhibit.Destroy{Order: "MCCR 12/2026 (fictional)", OrderedOn: "2026-03-20", Method: "crushed", Witnesses: []string{"A Witness", "A Witness"}, Look: exhibit.Look{Place: "store-nairobi", Seal: "KE-22"}}
		_, err = s.Exhibits.Do(s.ctx, who(lead), old, casefile.Order{}, destroy)
		wantRule(t, err, "exhibit.destroyed-before-two")
		destroy.Witnesses = []string{"A Witness", "Another Witness"}
		_, err = s.Exhibits.Do(s.ctx, who(lead), old, casefile.Order{}, destroy)
		s.must(err)
		o, err := s.Exhibits.Open(s.ctx, who(lead), old)
		s.must(err)
		if last := s.view(lead, old).Steps[1]; o.Texts[last.ID+".witness_2"] != "Another Witness" {
			t.Errorf("witnesses: %v", o.Texts)
		}
	})
}

func second[T any](_ T, err error) error { return err }

// A correction adds: what stood there stays, and can still be opened.
func TestACorrectionAdds(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		id := s.record(lead, phone("KE-30"))
		_, err := s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Correct{Facts: exhibit.Facts{Description: "Blue telephone (fictional)", Power: "off"}, Why: "Looked again by daylight."})
		s.must(err)
		v := s.view(lead, id)
		o, err := s.Exhibits.Open(s.ctx, who(lead), id)
		s.must(err)
		past := v.Past[0]
		if v.Plain.Power != "off" || past.Plain.Power != "on-locked" || o.Texts["description"] != "Blue telephone (fictional)" ||
			!strings.HasPrefix(o.Texts[past.ID+".description"], "Black telephone") || o.Texts[past.ID+".why"] == "" || o.Texts["imei"] == "" {
			t.Errorf("%+v; %v", v.Plain, o.Texts)
		}
		_, err = s.Exhibits.Do(s.ctx, who(officer), id, casefile.Order{Expect: 1}, &exhibit.Correct{Facts: exhibit.Facts{Power: "off"}, Why: "x"})
		if !errors.As(err, new(*problem.Changed)) {
			t.Errorf("made on an older version: %v", err)
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

// Nobody else learns that an exhibit exists: by its id, its label, its scene,
// or a list; whatever they do is answered as if there were none.
func TestNobodyElseLearnsThatItExists(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		id := s.record(officer, phone("KE-50"))
		code := s.view(lead, id).Code
		for _, user := range []string{stander, keeper, analyst, "otieno.officer", "wanjiru.case", "odhiambo.court", "halima.migration", "wafula.secretariat", "njoki.data", "ruto.admin", "baraka.lead", "yusuf.language"} {
			for name, err := range map[string]error{
				"view":   second(s.Exhibits.View(s.ctx, who(user), id)),
				"find":   second(s.Exhibits.Find(s.ctx, who(user), code)),
				"open":   second(s.Exhibits.Open(s.ctx, who(user), id)),
				"offer":  s.offer(user, id, keeper, "scene", "KE-50"),
				"take":   s.receive(user, id, "scene", "KE-50"),
				"bad":    second(s.Exhibits.Do(s.ctx, who(user), id, casefile.Order{}, &exhibit.Offer{})),
				"record": second(s.Exhibits.Record(s.ctx, who(user), s.scene, casefile.Order{}, phone(""))),
				"file":   second(s.Exhibits.Dossier(s.ctx, who(user), s.scene, true)),
			} {
				if !errors.Is(err, problem.ErrNotFound) {
					t.Errorf("%s, %s: %v", user, name, err)
				}
			}
			for _, l := range exhibit.Lists {
				if list, _ := s.Exhibits.Worklist(s.ctx, who(user), l); len(list) > 0 {
					t.Errorf("%s is told %d in %s", user, len(list), l)
				}
			}
		}
		if got, err := s.Exhibits.Find(s.ctx, who(lead), strings.ToLower(code)); err != nil || got != id {
			t.Errorf("the label leads to %s, %v", got, err)
		}
	})
}

// What is written in words stands nowhere in the clear, and a rebuild gives the
// same read models.
func TestNothingIsInTheClearAndARebuildIsTheSame(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		const canary = "Kanarizawadi"
		r := phone("KE-60")
		r.Description, r.FoundWhere, r.OwnerName, r.Serial, r.PlaceText, r.Condition = canary, canary, canary, canary, canary, canary
		id := s.record(officer, r)
		_, err := s.Exhibits.Do(s.ctx, who(officer), id, casefile.Order{}, &exhibit.Offer{Role: "courier", Name: canary, Note: canary, Reason: "safety", Look: exhibit.Look{Place: "other", PlaceText: canary, Seal: "KE-60"}})
		s.must(err)
		_, err = s.Exhibits.Open(s.ctx, who(lead), id)
		s.must(err)
		s.nothingInTheClear(canary, "490154203237518")
		before := s.dump()
		_, err = s.Rebuild(s.ctx)
		s.must(err)
		if after := s.dump(); after != before {
			t.Errorf("a rebuild differs:\n%s\n%s", before, after)
		}
	})
}

func (s *tale) nothingInTheClear(words ...string) {
	s.t.Helper()
	for _, word := range words {
		if strings.Contains(s.dump(), word) {
			s.t.Errorf("a read model holds %s", word)
		}
		s.must(s.Ledger.Each(s.ctx, 0, func(e ledger.Event) error {
			if bytes.Contains(e.Payload, []byte(word)) {
				s.t.Errorf("the ledger holds %s in %s", word, e.Kind)
			}
			return nil
		}))
		if s.Store.Engine() != store.SQLite {
			continue
		}
		s.must(filepath.WalkDir(s.Dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			if bytes.Contains(raw, []byte(word)) {
				s.t.Errorf("%s holds %s", filepath.Base(path), word)
			}
			return err
		}))
	}
}

// dump is everything the room's read models hold, in order.
func (s *tale) dump() string {
	s.t.Helper()
	var b strings.Builder
	for _, q := range []string{
		`SELECT id || number || code || kind || owner || status || keeper || awaited || seal, state FROM exhibits ORDER BY id`,
		`SELECT exhibit, staff FROM exhibit_people ORDER BY exhibit, staff`, `SELECT token, exhibit FROM exhibit_tokens ORDER BY token`,
		`SELECT scene, CAST(last AS TEXT) FROM exhibit_series ORDER BY scene`,
	} {
		rows, err := s.Store.Query(s.ctx, q)
		s.must(err)
		for rows.Next() {
			var a, z []byte
			s.must(rows.Scan(&a, &z))
			if json.Valid(z) { // the order of an object's keys says nothing
				var v any
				s.must(json.Unmarshal(z, &v))
				z, _ = json.Marshal(v)
			}
			b.Write(append(append(a, z...), '\n'))
		}
		s.must(rows.Err())
		rows.Close()
	}
	return b.String()
}
