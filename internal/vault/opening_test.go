package vault_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"rufaa/internal/store"
	"rufaa/internal/vault"
)

func TestAnOpeningIsRecordedWithWhatWasOpened(t *testing.T) {
	each(t, func(t *testing.T, keys *store.DB) {
		r := newRoom(t, keys)
		items := []vault.Item{
			{Place: shelter("person-1"), Sealed: r.seal(t, "person-1", shelter("person-1"), "Kwetu")},
			{Place: name("person-1")},
			{Place: name("person-2"), Sealed: r.seal(t, "person-2", name("person-2"), "Baraka")},
			{Place: name("person-1"), Sealed: r.seal(t, "person-1", name("person-1"), "Amani")},
		}
		out, err := r.Open(t.Context(), counsellor, items)
		if err != nil {
			t.Fatal(err)
		}
		if want := []string{"Kwetu", "", "Baraka", "Amani"}; !slices.Equal(out, want) {
			t.Errorf("opened %q", out)
		}
		kept := r.records.all()
		if len(kept) != 1 {
			t.Fatalf("%d records of one opening", len(kept))
		}
		o := kept[0]
		if want := []string{"person-1/name", "person-1/place", "person-2/name"}; !slices.Equal(o.Fields, want) {
			t.Errorf("fields %q", o.Fields)
		}
		if want := []vault.Compartment{vault.Identity, vault.Whereabouts}; !slices.Equal(o.Compartments, want) {
			t.Errorf("compartments %q", o.Compartments)
		}
		if o.Actor != counsellor.Actor || o.Basis != counsellor.Basis || o.Case != counsellor.Case {
			t.Errorf("the record is of somebody else: %+v", o)
		}
	})
}

func TestNothingToOpenLeavesNoRecord(t *testing.T) {
	r := newRoom(t, sqlite(t, t.TempDir()+"/keys.db"))
	out, err := r.Open(t.Context(), counsellor, []vault.Item{{Place: name("person-1")}, {}})
	if err != nil || !slices.Equal(out, []string{"", ""}) {
		t.Errorf("%q, %v", out, err)
	}
	if n := len(r.records.all()); n != 0 {
		t.Errorf("%d records of nothing", n)
	}
}

func TestWithoutARecordNothingOpens(t *testing.T) {
	each(t, func(t *testing.T, keys *store.DB) {
		r := newRoom(t, keys)
		const canary = "CANARY-amani-fulani"
		it := []vault.Item{{Place: name("person-1"), Sealed: r.seal(t, "person-1", name("person-1"), canary)}}
		full := errors.New("the disk is full")
		r.records.refuse = full
		out, err := r.Open(t.Context(), counsellor, it)
		if !errors.Is(err, full) || out != nil {
			t.Errorf("gave %q, %v", out, err)
		}
		if err == nil || strings.Contains(err.Error(), canary) {
			t.Errorf("the error tells: %v", err)
		}
		if out, err := r.another(t, nil).Open(t.Context(), counsellor, it); !errors.Is(err, vault.ErrNoRecorder) || out != nil {
			t.Errorf("a vault without recorder gave %q, %v", out, err)
		}
	})
}

// The keys are read after the record: an erasure that comes while the record
// is still under way wins, and until then nothing is given.
func TestNotEvenAKeyIsReadBeforeTheRecordIsDurable(t *testing.T) {
	each(t, func(t *testing.T, keys *store.DB) {
		r := newRoom(t, keys)
		it := []vault.Item{{Place: name("person-1"), Sealed: r.seal(t, "person-1", name("person-1"), "Amani")}}
		arrived, durable := make(chan struct{}), make(chan struct{})
		slow := r.another(t, func(context.Context, vault.Opening) error {
			close(arrived)
			<-durable
			return nil
		})
		type answer struct {
			out []string
			err error
		}
		answers := make(chan answer, 1)
		go func() {
			out, err := slow.Open(t.Context(), counsellor, it)
			answers <- answer{out, err}
		}()
		<-arrived
		select {
		case a := <-answers:
			t.Fatalf("given before the record: %q, %v", a.out, a.err)
		case <-time.After(50 * time.Millisecond):
		}
		if err := r.Erase(t.Context(), "person-1"); err != nil {
			t.Fatal(err)
		}
		close(durable)
		if a := <-answers; a.err != nil || !slices.Equal(a.out, []string{vault.Erased}) {
			t.Errorf("a key was read before the record: %q, %v", a.out, a.err)
		}
	})
}

func TestALostKeyIsToldFromAnErasedOne(t *testing.T) {
	each(t, func(t *testing.T, keys *store.DB) {
		r := newRoom(t, keys)
		sealed := r.seal(t, "person-1", name("person-1"), "Amani")
		err := keys.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(`DELETE FROM key_rings WHERE subject = $1`, "person-1")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Open(t.Context(), counsellor, []vault.Item{{Place: name("person-1"), Sealed: sealed}}); !errors.Is(err, vault.ErrNoKey) {
			t.Errorf("got %v", err)
		}
	})
}

func TestManyPersonsOpenInOneCall(t *testing.T) {
	each(t, func(t *testing.T, keys *store.DB) {
		r := newRoom(t, keys)
		var items []vault.Item
		for i := range 70 {
			id := "person-" + strings.Repeat("i", i+1)
			items = append(items, vault.Item{Place: name(id), Sealed: r.seal(t, id, name(id), id)})
		}
		out, err := r.Open(t.Context(), counsellor, items)
		if err != nil {
			t.Fatal(err)
		}
		for i, it := range items {
			if out[i] != it.Place.Record {
				t.Errorf("item %d opened as %q", i, out[i])
			}
		}
	})
}
