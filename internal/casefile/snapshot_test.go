package casefile_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
)

// account opens a case to tell things in.
func account(t *testing.T, w *officetest.World) string {
	t.Helper()
	rc, err := w.Cases.Raise(context.Background(), officetest.Who("wanjiru.case"), casefile.Order{}, &casefile.Alert{Account: "Heard at the market."})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Cases.Do(context.Background(), officetest.Who("wanjiru.case"), rc.ID, casefile.Order{}, &casefile.Take{}); err != nil {
		t.Fatal(err)
	}
	return rc.ID
}

// known is a case as a server reads it.
func known(t *testing.T, cases *casefile.Cases, id string) string {
	t.Helper()
	s, err := cases.Load(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// models are the rows of all cases.
func models(t *testing.T, w *officetest.World) string {
	t.Helper()
	rows, err := w.Store.Query(t.Context(), `SELECT c.id, c.version, c.changed_at, c.stage, k.version, k.state FROM cases c LEFT JOIN case_snapshots k ON k.id = c.id ORDER BY c.id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out strings.Builder
	for rows.Next() {
		var id, stage string
		var version, changed, kept int64
		var state []byte
		if err := rows.Scan(&id, &version, &changed, &stage, &kept, &state); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&out, id, version, changed, stage, kept, string(state))
	}
	return out.String()
}

// A case is written whole only now and then. At each version, before the first
// snapshot, on one and between two, a server that has never seen the case reads
// what the one that changed it knows; so does one that saw it some steps ago.
func TestACaseReadsTheSameFromItsSnapshotAndFromItsShelf(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		id, late := account(t, w), w.Cases.Beside()
		for n := range 37 {
			if _, err := w.Cases.Do(t.Context(), officetest.Who("wanjiru.case"), id, casefile.Order{}, &casefile.Tell{Text: fmt.Sprint("She said ", n)}); err != nil {
				t.Fatal(err)
			}
			want := known(t, w.Cases, id)
			if got := known(t, w.Cases.Beside(), id); got != want {
				t.Fatalf("after %d accounts a fresh server reads\n%s\nnot\n%s", n+1, got, want)
			}
			if n%5 > 0 {
				continue
			}
			if got := known(t, late, id); got != want {
				t.Fatalf("after %d accounts a server that saw it before reads\n%s\nnot\n%s", n+1, got, want)
			}
		}
		var version int64
		if err := w.Store.QueryRow(t.Context(), `SELECT version FROM case_snapshots WHERE id = $1`, id).Scan(&version); err != nil || version != 32 {
			t.Fatalf("the snapshot stands at %d (%v), want 32 of 39", version, err)
		}
		before := models(t, w)
		if _, err := w.Rebuild(t.Context()); err != nil {
			t.Fatal(err)
		}
		if after := models(t, w); after != before {
			t.Errorf("rebuilt, it is\n%s\nnot\n%s", after, before)
		}
	})
}

// Forty tell something in one case at once and nobody said which version they
// looked at: each is decided on anew, none is sent back, all is there once.
func TestManyTellAtOnceAndNobodyIsSentBack(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		id := account(t, w)
		var all sync.WaitGroup
		for n := range 40 {
			all.Go(func() {
				order := casefile.Order{Key: fmt.Sprint("k", n)}
				tell := func() error {
					_, err := w.Cases.Do(t.Context(), officetest.Who("wanjiru.case"), id, order, &casefile.Tell{Text: fmt.Sprintf("  Said by caller %d.  ", n)})
					return err
				}
				for range 2 { // sent again it is the same, though cleaned and decided on anew
					if err := tell(); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		s, err := w.Cases.Load(t.Context(), id)
		if err != nil || len(s.Account) != 41 {
			t.Fatalf("%d accounts (%v), want 41", len(s.Account), err)
		}
	})
}

// What is written together and undone is forgotten by every reader: the next
// event takes the version that the undone one had.
func TestWhatWasUndoneIsNotOnTheShelf(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		id, who, no := account(t, w), officetest.Who("wanjiru.case"), errors.New("no")
		err := w.Store.Together(t.Context(), func(ctx context.Context) error {
			if _, err := w.Cases.Do(ctx, who, id, casefile.Order{}, &casefile.Tell{Text: "Undone."}); err != nil {
				return err
			}
			s, err := w.Cases.Load(ctx, id) // it reads what it wrote
			if err == nil && len(s.Account) != 2 {
				t.Errorf("within, %d accounts are read", len(s.Account))
			}
			return err
		}, func(*store.Tx) error { return no })
		if !errors.Is(err, no) {
			t.Fatal(err)
		}
		if _, err := w.Cases.Beside().Do(t.Context(), who, id, casefile.Order{}, &casefile.Tell{Text: "Told."}); err != nil {
			t.Fatal(err)
		}
		want := known(t, w.Cases.Beside(), id)
		if got := known(t, w.Cases, id); got != want || strings.Count(got, `"text"`) == 0 {
			t.Fatalf("the shelf knows\n%s\nnot\n%s", got, want)
		}
	})
}

// Whoever leaves the service is off the team though others write in the case at
// that moment: the realm's own act is decided anew by itself, and no door, which
// would know nothing of it, is asked in between.
func TestWhoLeavesIsOffTheTeamThoughOthersWrite(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		keeper, leaver := realm.System, officetest.Who("wanjiru.case").Staff
		keeper.Duty = "secretariat"
		for range 8 {
			id := account(t, w)
			var all sync.WaitGroup
			for range 6 {
				all.Go(func() {
					for range 3 {
						_, _ = w.Cases.Do(t.Context(), officetest.Who("wanjiru.case"), id, casefile.Order{}, &casefile.Tell{Text: "Said."}) // refused once she is gone
					}
				})
			}
			for errors.As(w.Cases.Depart(t.Context(), keeper, leaver), new(*problem.Changed)) { // the clockwork comes again
			}
			all.Wait()
			if s, err := w.Cases.Load(t.Context(), id); err != nil || s.Member(leaver) != nil {
				t.Fatalf("she is still on the team (%v)", err)
			}
		}
	})
}
