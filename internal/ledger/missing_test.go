package ledger_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// lost wants verification, and opening, to say that checkpoints are missing.
func (r *room) lost(t *testing.T) {
	t.Helper()
	_, err := ledger.Verify(t.Context(), r.db, r.verifier)
	_, opened := ledger.New(t.Context(), r.db, ledger.Options{Realm: "training", Signer: r.signer, Verifier: r.verifier, Now: r.clock})
	for what, err := range map[string]error{"verify": err, "open": opened} {
		var d *ledger.Damage
		if !errors.As(err, &d) || d.What != "checkpoint" || !strings.Contains(d.Error(), "the checkpoints are missing") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func (r *room) take(t *testing.T, above int64) {
	t.Helper()
	err := r.db.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`DELETE FROM checkpoints WHERE size > $1`, above)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestCheckpointsThatWereTakenAwayAreMissed: all of them, or the latest.
func TestCheckpointsThatWereTakenAwayAreMissed(t *testing.T) {
	for name, write := range map[string]func(*testing.T, *room){
		"many events in a moment": func(t *testing.T, r *room) { r.fill(t, 3000) },
		"few events over an hour": func(t *testing.T, r *room) {
			for range 6 {
				r.fill(t, 5)
				r.checkpoint(t)
				r.now = r.now.Add(10 * time.Minute)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				r := newRoom(t, db)
				write(t, r)
				all := r.verify(t)
				r.take(t, all.Newest.After-1) // the two latest
				r.lost(t)
				r.take(t, -1)
				r.lost(t)
				if _, err := r.Checkpoint(t.Context()); err == nil {
					t.Error("a new checkpoint buries that the others are missing")
				}
				r.now = r.now.Add(time.Hour)
				if _, err := r.append("case/9", ledger.AnyVersion, happened(1)); err == nil {
					t.Error("the checkpoint of an append buries that the others are missing")
				}
				r.lost(t)
			})
		})
	}
}

// TestACheckpointThatWasBuriedIsMissed: the one of 1024 events was taken away,
// and somebody with the key signed a later one as the first. Only the numbers tell.
func TestACheckpointThatWasBuriedIsMissed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		r.fill(t, 1500)
		rep := r.verify(t)
		r.take(t, -1)
		signed, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n1500\n%s\ntime 2026-01-31T08:15:00.000Z\nafter -\n", ledger.Origin("training"), rep.Root)}, r.signer)
		if err != nil {
			t.Fatal(err)
		}
		err = db.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(`INSERT INTO checkpoints (size, at, note) VALUES (1500, $1, $2)`, r.now.UnixMilli(), signed)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = ledger.Verify(t.Context(), db, r.verifier)
		if err == nil || !strings.Contains(err.Error(), "the checkpoints are missing") {
			t.Error(err)
		}
	})
}

// TestNoCheckpointIsMissedWhereNoneWasSigned: a ledger just begun, one whose
// server was killed between two checkpoints again and again, clocks that jump,
// and appends that reach beyond the number at which they sign.
func TestNoCheckpointIsMissedWhereNoneWasSigned(t *testing.T) {
	for name, write := range map[string]func(*testing.T, *room){
		"nothing yet":                 func(*testing.T, *room) {},
		"killed before the first one": func(t *testing.T, r *room) { r.fill(t, 900) },
		"killed every day, each time before its server signed": func(t *testing.T, r *room) {
			for range 20 {
				r.now = r.now.Add(24 * time.Hour)
				r.Ledger = r.open(t, r.db)
				r.fill(t, 3)
				r.verify(t)
			}
		},
		"a clock that began in 1970 and is set right": func(t *testing.T, r *room) {
			now := r.now
			for _, at := range []time.Time{time.Unix(3, 0), time.Unix(5, 0), now, now.Add(-time.Hour), now.Add(time.Hour), now.Add(-30 * time.Second)} {
				r.now = at
				r.fill(t, 1)
				r.verify(t)
				r.Ledger = r.open(t, r.db)
			}
		},
		"long appends": func(t *testing.T, r *room) {
			for i := range 9 {
				drafts := make([]ledger.Draft, 700)
				for n := range drafts {
					drafts[n] = happened(n)
				}
				if _, err := r.append(fmt.Sprintf("case/%d", i), 0, drafts...); err != nil {
					t.Fatal(err)
				}
				r.verify(t)
			}
		},
		"several appends in one write, over the number and over a minute": func(t *testing.T, r *room) {
			err := r.db.Write(t.Context(), func(tx *store.Tx) error {
				for i := range 2100 {
					if r.now = r.now.Add(time.Second / 10); i%400 == 0 {
						r.now = r.now.Add(2 * time.Minute)
					}
					if _, err := r.Append(tx, "case/1", int64(i), officer, happened(i)); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				r := newRoom(t, db)
				write(t, r)
				r.verify(t)
				r.open(t, db)
				r.checkpoint(t)
				r.verify(t)
			})
		})
	}
}
