package ledger_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
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

func TestAGuardHoldsAStreamThatIsNotAppendedTo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		r.append("case/1", 0, happened(1))
		require := func(stream string, version int64) error {
			return db.Write(t.Context(), func(tx *store.Tx) error { return r.Require(tx, stream, version) })
		}
		if err := errors.Join(require("case/1", 1), require("case/2", 0)); err != nil {
			t.Error(err)
		}
		var c *ledger.Conflict
		if err := require("case/1", 0); !errors.As(err, &c) || c.Have != 1 {
			t.Error(err)
		}
	})
}

func TestACommandSentTwiceIsAnsweredOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		command := func(actor, key, digest string) (answer string, err error) {
			err = db.Write(t.Context(), func(tx *store.Tx) error {
				old, found, err := r.Answer(tx, actor, key, []byte(digest))
				if err != nil || found {
					answer = string(old)
					return err
				}
				events, err := r.Append(tx, "case/1", ledger.AnyVersion, officer, happened(1))
				if err != nil {
					return err
				}
				answer = fmt.Sprint("version ", events[0].Version)
				return r.Remember(tx, actor, key, []byte(digest), []byte(answer))
			})
			return answer, err
		}
		for _, c := range []struct{ actor, key, digest, answer string }{
			{"staff-7", "k1", "d1", "version 1"},
			{"staff-7", "k1", "d1", "version 1"}, // again
			{"staff-8", "k1", "d2", "version 2"}, // another's key of the same name
			{"staff-7", "k2", "d1", "version 3"},
		} {
			if got, err := command(c.actor, c.key, c.digest); err != nil || got != c.answer {
				t.Errorf("%+v: %q, %v", c, got, err)
			}
		}
		if _, err := command("staff-7", "k1", "d9"); !errors.Is(err, ledger.ErrKeyReused) {
			t.Errorf("another command under the same key: %v", err)
		}
		if n, _ := r.Size(t.Context()); n != 3 {
			t.Errorf("%d events, want 3", n)
		}
	})
}

func TestWhatCannotBeAnEventIsRefusedWhole(t *testing.T) {
	r := newRoom(t, storetest.Open(t, store.SQLite, "refused"))
	good := happened(1)
	for name, d := range map[string]ledger.Draft{
		"no kind":         {Schema: 1, Payload: 1},
		"no schema":       {Kind: "case.noted", Payload: 1},
		"a fraction":      {Kind: "case.noted", Schema: 1, Payload: map[string]float64{"age": 17.5}},
		"a huge number":   {Kind: "case.noted", Schema: 1, Payload: uint64(1 << 53)},
		"no JSON at all":  {Kind: "case.noted", Schema: 1, Payload: make(chan int)},
		"nested too deep": {Kind: "case.noted", Schema: 1, Payload: json.RawMessage(strings.Repeat("[", 99) + strings.Repeat("]", 99))},
		"a long body":     {Kind: "case.noted", Schema: 1, Payload: strings.Repeat("a", ledger.MaxBody)},
		"a broken kind":   {Kind: "case.\xff", Schema: 1, Payload: 1},
	} {
		if _, err := r.append("case/1", ledger.AnyVersion, good, d); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := r.append("", ledger.AnyVersion, good); err == nil {
		t.Error("no stream: accepted")
	}
	if _, err := r.append("case/1", ledger.AnyVersion); err == nil {
		t.Error("no event: accepted")
	}
	if n, err := r.Size(t.Context()); n != 0 || err != nil {
		t.Errorf("%d events, %v", n, err)
	}
	r.append("case/1", 0, good)
	r.verify(t)
}

func TestEachReadsInPagesAndMayWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		r.fill(t, 600) // more than two pages
		for _, from := range []int64{0, 1, 255, 256, 599, 600} {
			next := from
			err := r.Each(t.Context(), from, func(e ledger.Event) error {
				if e.Seq != next {
					return fmt.Errorf("event %d where %d is next", e.Seq, next)
				}
				next++
				return nil
			})
			if err != nil || next != 600 {
				t.Errorf("from %d: ended at %d, %v", from, next, err)
			}
		}
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			return r.EachIn(tx, 0, func(e ledger.Event) error { // as a rebuild does
				return r.Remember(tx, "staff-7", fmt.Sprint(e.Seq), []byte("digest"), e.Payload)
			})
		})
		if err != nil {
			t.Error(err)
		}
		stop := errors.New("enough")
		if err := r.Each(t.Context(), 0, func(ledger.Event) error { return stop }); !errors.Is(err, stop) {
			t.Error(err)
		}
	})
}
