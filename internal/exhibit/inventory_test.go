package exhibit_test

import (
	"testing"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/problem"
)

// What the store holds, by shelf; what should be back; what is at the
// laboratory: for who keeps it, and for nobody who has no part in it.
func TestWhatTheStoreHolds(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		store := func(id, seal, shelf string) {
			s.must(s.offer(lead, id, keeper, "scene", seal))
			_, err := s.Exhibits.Do(s.ctx, who(keeper), id, casefile.Order{}, &exhibit.Receive{Look: exhibit.Look{Place: "store-nairobi", Shelf: shelf, Seal: seal}})
			s.must(err)
		}
		hers := phone("KE-1")
		hers.Side, hers.Owner = "victim", "victim"
		first, second, third := s.record(lead, hers), s.record(lead, phone("KE-2")), s.record(lead, phone("KE-3"))
		store(first, "KE-1", "b-2")
		store(second, "KE-2", "A-1")
		store(third, "KE-3", "")
		s.hand(keeper, third, analyst, "lab-kipimo", "KE-3")
		s.Clock.Pass(800 * time.Hour)
		in, err := s.Exhibits.Inventory(s.ctx, who(keeper), "store-nairobi")
		s.must(err)
		if len(in.Held) != 2 || in.Held[0].ID != second || in.Held[1].Shelf != "B-2" || len(in.Overdue) != 1 || in.Overdue[0].ID != first || len(in.Away) != 1 || in.Away[0].ID != third {
			t.Errorf("%d here, %d overdue, %d away", len(in.Held), len(in.Overdue), len(in.Away))
		}
		if in, err = s.Exhibits.Inventory(s.ctx, who(lead), "store-nairobi"); err != nil || len(in.Held) != 2 {
			t.Errorf("the scene's officer: %+v, %v", in, err)
		}
		if in, err = s.Exhibits.Inventory(s.ctx, who(stander), "store-nairobi"); err != nil || len(in.Held)+len(in.Away) != 0 {
			t.Errorf("somebody without a part: %+v, %v", in, err)
		}
		for _, place := range []string{"lab-kipimo", "nowhere"} {
			if _, err := s.Exhibits.Inventory(s.ctx, who(keeper), place); err != problem.ErrNotFound {
				t.Errorf("%s: %v", place, err)
			}
		}
		if _, err := s.Exhibits.Inventory(s.ctx, who("njoki.data"), "store-nairobi"); err == nil {
			t.Error("whoever has no list of exhibits gets an inventory")
		}
		// Resealed where it stands, it stays on its shelf; elsewhere it has none.
		_, err = s.Exhibits.Do(s.ctx, who(keeper), second, casefile.Order{}, &exhibit.OpenSeal{Reason: "laboratory", Note: "To look.", Look: exhibit.Look{Place: "store-nairobi", Seal: "KE-2"}})
		s.must(err)
		if v := s.view(keeper, second); v.Shelf != "A-1" {
			t.Errorf("on shelf %q", v.Shelf)
		}
		_, err = s.Exhibits.Do(s.ctx, who(keeper), second, casefile.Order{}, &exhibit.Move{Reason: "safety", Look: exhibit.Look{Place: "store-mtoni"}})
		s.must(err)
		if v := s.view(keeper, second); v.Shelf != "" {
			t.Errorf("at another store on shelf %q", v.Shelf)
		}
	})
}
