package vault_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rufaa/internal/keyfile"
	"rufaa/internal/store"
	"rufaa/internal/vault"
)

func TestRotationUnderLoadLosesNothing(t *testing.T) {
	each(t, func(t *testing.T, keys *store.DB) {
		r := newRoom(t, keys)
		var mu sync.Mutex
		var kept []vault.Item
		var stop atomic.Bool
		var wg sync.WaitGroup
		for w := range 4 {
			server := r.another(t, r.records.record)
			wg.Go(func() {
				for i := 0; !stop.Load(); i++ {
					who := fmt.Sprintf("person-%d-%d", w, i%40)
					s, err := server.Sealer(t.Context(), who)
					if err != nil {
						t.Error(err)
						return
					}
					sealed, err := s.Seal(name(who), who)
					if err != nil {
						t.Error(err)
						return
					}
					it := vault.Item{Place: name(who), Sealed: sealed}
					out, err := server.Open(t.Context(), counsellor, []vault.Item{it})
					if err != nil || out[0] != who {
						t.Errorf("opened %q, %v", out, err)
						return
					}
					mu.Lock()
					kept = append(kept, it)
					mu.Unlock()
				}
			})
		}
		moved := 0
		for range 3 {
			time.Sleep(100 * time.Millisecond)
			if err := keyfile.Rotate(r.path); err != nil {
				t.Fatal(err)
			}
			n, err := r.Rewrap(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			moved += n
		}
		stop.Store(true)
		wg.Wait()
		if moved == 0 {
			t.Error("nothing was moved to a new key")
		}
		// The servers of the load may have wrapped under the key they knew.
		if _, err := r.Rewrap(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := keyfile.Retire(r.path); err != nil {
			t.Fatal(err)
		}
		fresh := r.another(t, r.records.record)
		out, err := fresh.Open(t.Context(), counsellor, kept)
		if err != nil {
			t.Fatal(err)
		}
		for i, it := range kept {
			if out[i] != it.Place.Record {
				t.Errorf("%s opened as %q", it.Place.Record, out[i])
			}
		}
		t.Logf("%d subjects moved, %d texts open under the new key alone", moved, len(kept))
	})
}

func TestRewrapContinuesWhereItWasInterrupted(t *testing.T) {
	each(t, func(t *testing.T, keys *store.DB) {
		r := newRoom(t, keys)
		const persons = 600
		var wg sync.WaitGroup
		for w := range 20 { // side by side, to share the flushes
			wg.Go(func() {
				for i := w; i < persons; i += 20 {
					if _, err := r.Sealer(t.Context(), fmt.Sprintf("person-%d", i)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if err := keyfile.Rotate(r.path); err != nil {
			t.Fatal(err)
		}
		first, err := r.Rewrap(&failing{Context: t.Context(), after: 2})
		if !errors.Is(err, context.Canceled) || first == 0 || first == persons {
			t.Fatalf("the interruption came too early or too late: %d, %v", first, err)
		}
		second, err := r.Rewrap(t.Context())
		if err != nil || first+second != persons {
			t.Errorf("%d before, %d after the interruption, %v", first, second, err)
		}
		if again, err := r.Rewrap(t.Context()); again != 0 || err != nil {
			t.Errorf("a third run moved %d, %v", again, err)
		}
	})
}

// failing is a context that ends after it was asked some times.
type failing struct {
	context.Context
	asked atomic.Int32
	after int32
}

func (f *failing) Err() error {
	if f.asked.Add(1) > f.after {
		return context.Canceled
	}
	return nil
}

func TestAnErasureDuringRewrapStays(t *testing.T) {
	each(t, func(t *testing.T, keys *store.DB) {
		r := newRoom(t, keys)
		const persons = 60
		items := make([]vault.Item, persons)
		for i := range items {
			who := fmt.Sprintf("person-%d", i)
			items[i] = vault.Item{Place: name(who), Sealed: r.seal(t, who, name(who), who)}
		}
		if err := keyfile.Rotate(r.path); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		wg.Go(func() {
			for i := range items {
				if err := r.Erase(t.Context(), items[i].Place.Record); err != nil {
					t.Error(err)
				}
			}
		})
		for range 5 {
			if _, err := r.Rewrap(t.Context()); err != nil {
				t.Error(err)
			}
		}
		wg.Wait()
		out, err := r.Open(t.Context(), counsellor, items)
		if err != nil {
			t.Fatal(err)
		}
		for i, text := range out {
			if !vault.IsErased(text) {
				t.Errorf("person %d came back: %q", i, text)
			}
		}
	})
}
