package ledger_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// history is what a ledger should hold, kept in the plainest way.
type history struct {
	leaves   [][32]byte
	versions map[string]int64
	payloads []string
}

// root is the RFC 6962 tree hash, written from its definition (section 2.1).
func root(leaves [][32]byte) [32]byte {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	left, right := root(leaves[:k]), root(leaves[k:])
	return sha256.Sum256(slices.Concat([]byte{1}, left[:], right[:]))
}

func leaf(body []byte) [32]byte { return sha256.Sum256(slices.Concat([]byte{0}, body)) }

// step is one write of a random history.
type step struct {
	Appends []add
	Refused bool // the write gives an error at its end and is undone
	Fresh   bool // a ledger that has just been opened does it, as another process would
}

type add struct {
	Stream string
	Behind int64 // how many versions the decision is behind; -1: whatever the version
	Events []int
}

var steps = rapid.Custom(func(t *rapid.T) step {
	return step{
		Appends: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) add {
			return add{
				Stream: rapid.SampledFrom([]string{"case/1", "case/2", "provider/1"}).Draw(t, "stream"),
				Behind: rapid.SampledFrom([]int64{0, 0, 0, 0, -1, -1, 1, 2}).Draw(t, "behind"),
				Events: rapid.SliceOfN(rapid.IntRange(0, 99), 1, 12).Draw(t, "events"),
			}
		}), 1, 3).Draw(t, "appends"),
		Refused: rapid.IntRange(0, 4).Draw(t, "refused") == 0,
		Fresh:   rapid.IntRange(0, 4).Draw(t, "fresh") == 0,
	}
})

var errRefused = errors.New("refused by a rule")

// do runs a step inside a write and tells what it added.
func (s step) do(tx *store.Tx, l *ledger.Ledger, h *history) (next history, err error) {
	next = history{leaves: slices.Clone(h.leaves), versions: map[string]int64{}, payloads: slices.Clone(h.payloads)}
	for k, v := range h.versions {
		next.versions[k] = v
	}
	for _, a := range s.Appends {
		drafts := make([]ledger.Draft, len(a.Events))
		for i, n := range a.Events {
			drafts[i] = happened(n)
		}
		have := next.versions[a.Stream]
		expected := ledger.AnyVersion
		if a.Behind >= 0 {
			expected = max(0, have-a.Behind)
		}
		events, err := l.Append(tx, a.Stream, expected, officer, drafts...)
		if expected != ledger.AnyVersion && expected != have {
			var c *ledger.Conflict
			if !errors.As(err, &c) || c.Expected != expected || c.Have != have {
				return next, fmt.Errorf("made on version %d of %d: %v", expected, have, err)
			}
			continue
		}
		if err != nil {
			return next, err
		}
		for i, e := range events {
			if e.Seq != int64(len(next.leaves)) || e.Version != have+1+int64(i) {
				return next, fmt.Errorf("event %d of %s v%d is numbered %d v%d", len(next.leaves), a.Stream, have+1+int64(i), e.Seq, e.Version)
			}
			next.leaves = append(next.leaves, leaf(e.AppendBody(nil)))
			next.payloads = append(next.payloads, fmt.Sprintf(`{"number":%d,"safe":true}`, a.Events[i]))
		}
		next.versions[a.Stream] = have + int64(len(events))
	}
	if s.Refused {
		return next, errRefused
	}
	return next, nil
}

// TestAnyHistory: whatever is appended, refused or undone, in whatever
// grouping, seq and versions have no gap, the root is that of the definition,
// and everything is read back.
func TestAnyHistory(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		longest := 12
		if db.Engine() == store.Postgres {
			longest = 4 // each write waits for the disk, and for the socket several times
		}
		rapid.Check(t, func(rt *rapid.T) {
			empty(t, db)
			r := newRoom(t, db)
			h := &history{}
			for _, group := range rapid.SliceOfN(rapid.SliceOfN(steps, 1, 4), 1, longest).Draw(rt, "groups") {
				r.runGroup(t, rt, h, group)
				if rapid.IntRange(0, 2).Draw(rt, "checkpoint") == 0 {
					if c := r.checkpoint(t); c.Size != int64(len(h.leaves)) || c.Hash != root(h.leaves) {
						rt.Fatalf("checkpoint of size %d with root %v; %d events with root %x", c.Size, c.Hash, len(h.leaves), root(h.leaves))
					}
				}
			}
			h.hold(t, rt, r)
		})
	})
}

// runGroup hands several writes in at once, so that they share a transaction.
// The store runs them one after the other, in an order that is its own; each
// takes the history from where the one before left it.
func (r *room) runGroup(t *testing.T, rt *rapid.T, h *history, group []step) {
	var wg sync.WaitGroup
	for _, s := range group {
		l := r.Ledger
		if s.Fresh {
			l = r.open(t, r.db)
		}
		wg.Go(func() {
			err := r.db.Write(context.Background(), func(tx *store.Tx) error {
				next, err := s.do(tx, l, h)
				if err == nil {
					*h = next // the lane is serial: nobody else is here
				}
				return err
			})
			if err != nil && !errors.Is(err, errRefused) {
				rt.Errorf("write: %v", err)
			}
		})
	}
	wg.Wait()
}

// hold compares a ledger with what it should hold.
func (h *history) hold(t *testing.T, rt *rapid.T, r *room) {
	rep, err := ledger.Verify(t.Context(), r.db, r.verifier)
	if err != nil {
		rt.Fatal(err)
	}
	if rep.Events != int64(len(h.leaves)) || rep.Root != root(h.leaves) {
		rt.Fatalf("%d events with root %v; %d were appended, with root %x", rep.Events, rep.Root, len(h.leaves), root(h.leaves))
	}
	seq, versions := int64(0), map[string]int64{}
	err = r.Each(t.Context(), 0, func(e ledger.Event) error {
		versions[e.Stream]++
		if e.Seq != seq || e.Version != versions[e.Stream] || string(e.Payload) != h.payloads[seq] || leaf(e.AppendBody(nil)) != h.leaves[seq] {
			return fmt.Errorf("event %d is read as %+v", seq, e)
		}
		seq++
		return nil
	})
	if err != nil || seq != int64(len(h.leaves)) {
		rt.Fatalf("read %d of %d events: %v", seq, len(h.leaves), err)
	}
	for stream, version := range h.versions {
		events, err := r.Stream(t.Context(), stream, 0)
		if err != nil || int64(len(events)) != version {
			rt.Fatalf("%s: %d of %d events, %v", stream, len(events), version, err)
		}
	}
}

// empty removes everything, so that one database serves many histories.
func empty(t testing.TB, db *store.DB) {
	t.Helper()
	err := db.Write(context.Background(), func(tx *store.Tx) error {
		for _, table := range []string{"events", "tree", "checkpoints", "commands"} {
			if _, err := tx.Exec(`DELETE FROM ` + table); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestConcurrentDecisionsNeverOverwrite: many decide on what they read and try
// again on a conflict; each success is one version.
func TestConcurrentDecisionsNeverOverwrite(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const workers, each = 8, 12
		r := newRoom(t, db)
		conflicts := make([]int, workers)
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() {
				for done := 0; done < each; {
					events, err := r.Stream(context.Background(), "case/1", 0)
					if err != nil {
						t.Error(err)
						return
					}
					_, err = r.append("case/1", int64(len(events)), happened(w*each+done))
					var c *ledger.Conflict
					switch {
					case err == nil:
						done++
					case errors.As(err, &c):
						conflicts[w]++
					default:
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		events, err := r.Stream(t.Context(), "case/1", 0)
		if err != nil || len(events) != workers*each {
			t.Fatalf("%d events, want %d: %v", len(events), workers*each, err)
		}
		seen := map[int]bool{}
		for i, e := range events {
			var p struct{ Number int }
			if err := json.Unmarshal(e.Payload, &p); err != nil || seen[p.Number] || e.Version != int64(i+1) {
				t.Errorf("version %d: number %d twice, or %v", e.Version, p.Number, err)
			}
			seen[p.Number] = true
		}
		t.Logf("conflicts %v", conflicts)
		r.verify(t)
	})
}

// TestTwoProcessesShareALedger: a command line beside a server.
func TestTwoProcessesShareALedger(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			at := storetest.Place(t, engine, "shared")
			r := newRoom(t, storetest.OpenAt(t, at))
			other := storetest.OpenAt(t, at)
			l := r.open(t, other)
			var wg sync.WaitGroup
			for i := range 40 {
				ledgers, dbs := []*ledger.Ledger{r.Ledger, l}, []*store.DB{r.db, other}
				wg.Go(func() {
					_, err := appendTo(ledgers[i%2], dbs[i%2], fmt.Sprintf("case/%d", i%3), ledger.AnyVersion, happened(i), happened(i))
					if err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			r.checkpoint(t)
			if rep := r.verify(t); rep.Events != 80 {
				t.Errorf("%d events, want 80", rep.Events)
			}
		})
	}
}

// TestAnUndoneAppendLeavesNoTrace: the ledger remembers the edge of the tree
// ahead of the commit. Here the remembered edge of an undone write ends in the
// very event that another process appends after a different one.
func TestAnUndoneAppendLeavesNoTrace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		other := r.open(t, db)
		two := func(l *ledger.Ledger, first int, end error) error {
			return db.Write(t.Context(), func(tx *store.Tx) error {
				for stream, n := range []int{first, 9} {
					if _, err := l.Append(tx, fmt.Sprintf("case/%d", stream), 0, officer, happened(n)); err != nil {
						return err
					}
				}
				return end
			})
		}
		if err := two(r.Ledger, 1, errRefused); !errors.Is(err, errRefused) {
			t.Fatal(err)
		}
		if err := two(other, 2, nil); err != nil {
			t.Fatal(err)
		}
		r.fill(t, 10)
		r.checkpoint(t)
		if rep := r.verify(t); rep.Events != 12 {
			t.Errorf("%d events, want 12", rep.Events)
		}
	})
}
