package directory

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"rufaa/internal/problem"
)

// Two case managers must not send two people to one bed.
func TestTheLastBedIsHeldOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.add(house("Tumaini House (fictional)", "meru", 0.05, 37.65))
		slot := w.slot(id)
		_, err := w.Do(ctx, manager, id, Order{}, &PlaceHold{Slot: slot})
		refused(t, err, "directory.capacity-not-known")
		w.do(matron, id, &ReportCapacity{Slot: slot, Available: 1, Maximum: num(12)})
		hold := w.do(manager, id, &PlaceHold{Slot: slot, Case: "case-a"})
		_, err = w.Do(ctx, manager2, id, Order{}, &PlaceHold{Slot: slot, Case: "case-b"})
		refused(t, err, "directory.nothing-free")
		_, err = w.Do(ctx, manager2, id, Order{}, &PlaceHold{Slot: slot, Case: "case-a"})
		refused(t, err, "directory.held-already")

		// Given free again, the next may have it; used up, it is gone.
		w.do(manager, id, &ReleaseHold{Hold: hold.ID, Outcome: NotNeeded})
		hold = w.do(manager2, id, &PlaceHold{Slot: slot, Case: "case-b"})
		w.do(matron, id, &ReleaseHold{Hold: hold.ID, Outcome: Arrived})
		if n, ok := w.provider(id).Free(slot, w.clock()); n != 0 || !ok {
			t.Errorf("%d free after she has come, want 0", n)
		}
		_, err = w.Do(ctx, matron, id, Order{}, &ReleaseHold{Hold: hold.ID, Outcome: Arrived})
		refused(t, err, "directory.hold-ended")
	})
}

func TestManyHoldAtTheSameMoment(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.add(house("Tumaini House (fictional)", "meru", 0.05, 37.65))
		slot := w.slot(id)
		const beds, people = 3, 12
		w.do(matron, id, &ReportCapacity{Slot: slot, Available: beds, Maximum: num(12)})
		var wg sync.WaitGroup
		errs := make([]error, people)
		for i := range people {
			wg.Go(func() {
				_, errs[i] = w.Do(ctx, actor(fmt.Sprint("cm-", i), "x-tumaini", "case_manager"), id, Order{}, &PlaceHold{Slot: slot, Case: fmt.Sprint("case-", i)})
			})
		}
		wg.Wait()
		got := 0
		for _, err := range errs {
			var no *problem.Refused
			switch {
			case err == nil:
				got++
			case !errors.As(err, &no) || no.Rule != "directory.nothing-free":
				t.Errorf("want a clear refusal, got %v", err)
			}
		}
		if got != beds {
			t.Errorf("%d holds on %d beds", got, beds)
		}
	})
}

func TestAHoldRunsOutByTheClock(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.add(house("Tumaini House (fictional)", "meru", 0.05, 37.65))
		slot := w.slot(id)
		w.do(matron, id, &ReportCapacity{Slot: slot, Available: 1, Maximum: num(12)})
		first := w.do(manager, id, &PlaceHold{Slot: slot})
		w.pass(w.Taxonomy.Holds.Lasts - time.Second)
		_, err := w.Do(ctx, manager2, id, Order{}, &PlaceHold{Slot: slot})
		refused(t, err, "directory.nothing-free")
		if mine, _ := w.MyHolds(ctx, manager); len(mine) != 1 || mine[0].ID != first.ID {
			t.Errorf("my holds: %+v", mine)
		}
		w.pass(time.Second)
		w.do(manager2, id, &PlaceHold{Slot: slot})
		if mine, _ := w.MyHolds(ctx, manager); len(mine) != 0 {
			t.Errorf("a hold that ran out is still listed: %+v", mine)
		}
	})
}

// Nothing that is kept names the case, and nobody else's hold is anybody's to
// release.
func TestAHoldNamesNoCase(t *testing.T) {
	w := newWorld(t, "sqlite")
	id := w.add(house("Tumaini House (fictional)", "meru", 0.05, 37.65))
	slot := w.slot(id)
	w.do(matron, id, &ReportCapacity{Slot: slot, Available: 4, Maximum: num(12)})
	hold := w.do(manager, id, &PlaceHold{Slot: slot, Case: "CANARY-CASE"})
	w.standsNowhere(t, "CANARY-CASE")
	_, err := w.Do(ctx, manager2, id, Order{}, &ReleaseHold{Hold: hold.ID, Outcome: NotNeeded})
	var denied *problem.Denied
	if !errors.As(err, &denied) {
		t.Errorf("a stranger releases: %v", err)
	}
	if v, err := w.View(ctx, manager2, id); err != nil || len(v.Provider.Holds) != 0 {
		t.Errorf("a stranger sees who holds: %+v %v", v.Provider.Holds, err)
	}
	if v, err := w.View(ctx, matron, id); err != nil || len(v.Provider.Holds) != 1 || v.Provider.Holds[0].For != "" {
		t.Errorf("the house sees its holds, not for which case: %+v %v", v, err)
	}
	again, err := w.HeldFor(ctx, manager, "CANARY-CASE")
	if err != nil || len(again) != 1 {
		t.Errorf("the same case is recognised: %+v %v", again, err)
	}
}
