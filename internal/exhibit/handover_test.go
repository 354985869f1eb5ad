package exhibit_test

import (
	"sync"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/exhibit"
)

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
