package ledger_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

func TestACheckpointIsASignedNoteAnybodyCanRead(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		if _, err := r.Newest(t.Context()); !errors.Is(err, ledger.ErrNoCheckpoint) {
			t.Error(err)
		}
		first := r.checkpoint(t) // an empty ledger can be signed too
		r.fill(t, 5)
		c := r.checkpoint(t)
		if first.Size != 0 || c.Size != 5 || c.After != 0 || c.Origin != "rufaa/training" {
			t.Fatalf("%+v, %+v", first, c)
		}
		text := "rufaa/training\n5\n" + c.Hash.String() + "\ntime 2026-01-31T08:15:00.000Z\nafter 0\n\n— rufaa/training "
		if !strings.HasPrefix(string(c.Note), text) {
			t.Errorf("the note reads\n%s", c.Note)
		}
		got, err := ledger.OpenCheckpoint(c.Note, r.verifier)
		if err != nil || got.Size != 5 || got.Hash != c.Hash || !got.At.Equal(r.now) {
			t.Errorf("%+v, %v", got, err)
		}
		r.now = r.now.Add(time.Hour)
		if again := r.checkpoint(t); !again.At.Equal(c.At) {
			t.Error("nothing was appended, and a new checkpoint was signed")
		}
		if newest, err := r.Newest(t.Context()); err != nil || newest.Size != 5 {
			t.Error(newest, err)
		}
		if rep := r.verify(t); rep.Checkpoints != 2 || rep.Newest.Size != 5 {
			t.Errorf("%+v", rep)
		}
	})
}

func TestALongLoadIsSignedWithoutBeingAsked(t *testing.T) {
	r := newRoom(t, storetest.Open(t, store.SQLite, "load"))
	r.fill(t, 2100)
	if rep := r.verify(t); rep.Checkpoints != 2 || rep.Newest.Size < 2048 || rep.Newest.Size > 2051 {
		t.Errorf("%d checkpoints, the newest of size %d", rep.Checkpoints, rep.Newest.Size)
	}
}

func TestEveryEventIsProvenInEveryCheckpoint(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		var sizes []int64
		for range 6 {
			r.fill(t, 7)
			sizes = append(sizes, r.checkpoint(t).Size)
		}
		for _, size := range sizes {
			for seq := range size {
				p, err := r.Prove(t.Context(), seq, size)
				if err != nil {
					t.Fatal(err)
				}
				// It travels as JSON and is checked with the public key alone.
				raw, err := json.Marshal(p)
				if err != nil {
					t.Fatal(err)
				}
				var q ledger.Proof
				if err := json.Unmarshal(raw, &q); err != nil {
					t.Fatal(err)
				}
				e, c, err := ledger.VerifyProof(q, r.verifier)
				if err != nil || e.Seq != seq || c.Size != size {
					t.Fatalf("event %d of %d: %+v, %v", seq, size, e, err)
				}
			}
		}
		if p, err := r.Prove(t.Context(), 3, 0); err != nil || !strings.Contains(string(p.Checkpoint), "\n42\n") {
			t.Errorf("by the newest checkpoint: %v", err)
		}
		for _, c := range [][2]int64{{42, 0}, {7, 7}, {-1, 0}, {0, 8}} {
			if _, err := r.Prove(t.Context(), c[0], c[1]); !errors.Is(err, ledger.ErrNoCheckpoint) {
				t.Errorf("event %d by the checkpoint of size %d: %v", c[0], c[1], err)
			}
		}
	})
}

func TestAProofThatWasTouchedProvesNothing(t *testing.T) {
	r := newRoom(t, storetest.Open(t, store.SQLite, "touched"))
	r.fill(t, 21)
	r.checkpoint(t)
	good, err := r.Prove(t.Context(), 9, 0)
	if err != nil {
		t.Fatal(err)
	}
	flips := 0
	touch := func(part []byte, p func([]byte) ledger.Proof) {
		for i := range part {
			for bit := range 8 {
				bad := slices.Clone(part)
				bad[i] ^= 1 << bit
				flips++
				if e, _, err := ledger.VerifyProof(p(bad), r.verifier); err == nil {
					t.Errorf("byte %d, bit %d: still proves %+v", i, bit, e)
				}
			}
		}
	}
	touch(good.Body, func(b []byte) ledger.Proof { p := good; p.Body = b; return p })
	touch(good.Checkpoint, func(b []byte) ledger.Proof { p := good; p.Checkpoint = b; return p })
	for i := range good.Path {
		touch(good.Path[i][:], func(b []byte) ledger.Proof {
			p := good
			p.Path = slices.Clone(good.Path)
			copy(p.Path[i][:], b)
			return p
		})
	}
	for _, seq := range []int64{8, 10, -1, 21} {
		p := good
		p.Seq = seq
		if _, _, err := ledger.VerifyProof(p, r.verifier); err == nil {
			t.Errorf("proves event 9 as event %d", seq)
		}
	}
	_, stranger := keys(t, "training")
	if _, _, err := ledger.VerifyProof(good, stranger); err == nil {
		t.Error("another key of the same name is believed")
	}
	if flips < 3000 {
		t.Errorf("%d flips only", flips)
	}
}
