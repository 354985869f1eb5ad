package ledger_test

import (
	"errors"
	"testing"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

func TestAnEventIsReadAsItWasAppended(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		out, err := r.append("case/1", 0, happened(1), happened(2))
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Stream(t.Context(), "case/1", 0)
		if err != nil || len(got) != 2 {
			t.Fatal(got, err)
		}
		for i, e := range got {
			if e.Seq != int64(i) || e.Version != int64(i+1) || e.Kind != "case.noted" || e.Schema != 1 ||
				!e.At.Equal(r.now) || e.Meta != officer || e.Realm != "training" || e.Stream != "case/1" ||
				string(e.Payload) != string(out[i].Payload) {
				t.Errorf("event %d: %+v, appended %+v", i, e, out[i])
			}
		}
		if string(got[1].Payload) != `{"number":2,"safe":true}` {
			t.Errorf("payload %s", got[1].Payload)
		}
		if after, err := r.Stream(t.Context(), "case/1", 1); err != nil || len(after) != 1 || after[0].Version != 2 {
			t.Errorf("after version 1: %v, %v", after, err)
		}
		c := r.checkpoint(t)
		if rep := r.verify(t); rep.Events != 2 || rep.Root != c.Hash || rep.Newest.Size != 2 {
			t.Errorf("report %+v", rep)
		}
	})
}

func TestAStaleDecisionConflicts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		r.append("case/1", 0, happened(1), happened(2))
		for _, expected := range []int64{0, 1, 3} {
			_, err := r.append("case/1", expected, happened(3))
			var c *ledger.Conflict
			if !errors.As(err, &c) || c.Stream != "case/1" || c.Expected != expected || c.Have != 2 {
				t.Errorf("expected %d: %v", expected, err)
			}
		}
		if n, err := r.Size(t.Context()); err != nil || n != 2 {
			t.Errorf("size %d, %v", n, err)
		}
	})
}
