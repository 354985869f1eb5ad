package vault_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"rufaa/internal/store"
	"rufaa/internal/vault"
)

func TestErasureDestroysOneCompartmentOrAll(t *testing.T) {
	each(t, func(t *testing.T, keys *store.DB) {
		r := newRoom(t, keys)
		called := r.seal(t, "person-1", name("person-1"), "Amani")
		stays := r.seal(t, "person-1", shelter("person-1"), "Kwetu")
		other := r.seal(t, "person-2", name("person-2"), "Baraka")

		if err := r.Erase(t.Context(), "person-1", vault.Whereabouts); err != nil {
			t.Fatal(err)
		}
		if got := r.open(t, shelter("person-1"), stays); !vault.IsErased(got) {
			t.Errorf("whereabouts after their erasure: %q", got)
		}
		if got := r.open(t, name("person-1"), called); got != "Amani" {
			t.Errorf("the name went with the whereabouts: %q", got)
		}
		s, err := r.Sealer(t.Context(), "person-1")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Seal(shelter("person-1"), "again"); !errors.Is(err, vault.ErrErased) {
			t.Errorf("sealing where all was erased: %v", err)
		}
		if _, err := s.Seal(name("person-1"), "Amani wa Pili"); err != nil {
			t.Errorf("sealing beside it: %v", err)
		}

		for range 2 { // repeating it changes nothing
			if err := r.Erase(t.Context(), "person-1"); err != nil {
				t.Fatal(err)
			}
		}
		if got := r.open(t, name("person-1"), called); !vault.IsErased(got) {
			t.Errorf("the name after its erasure: %q", got)
		}
		if got := r.open(t, name("person-2"), other); got != "Baraka" {
			t.Errorf("somebody else was erased too: %q", got)
		}
		s, err = r.Sealer(t.Context(), "person-1")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range vault.Compartments() {
			p := vault.Place{Record: "r", Field: "f", Compartment: c, Schema: 1}
			if _, err := s.Seal(p, "again"); !errors.Is(err, vault.ErrErased) {
				t.Errorf("a key for %s was made silently: %v", c, err)
			}
		}
	})
}

func TestAPersonErasedBeforeAnythingWasSealedStaysErased(t *testing.T) {
	each(t, func(t *testing.T, keys *store.DB) {
		r := newRoom(t, keys)
		if err := r.Erase(t.Context(), "person-9", vault.Identity); err != nil {
			t.Fatal(err)
		}
		s, err := r.Sealer(t.Context(), "person-9")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Seal(name("person-9"), "Amani"); !errors.Is(err, vault.ErrErased) {
			t.Errorf("got %v", err)
		}
		if _, err := s.Seal(shelter("person-9"), "Kwetu"); err != nil {
			t.Errorf("what was not erased: %v", err)
		}
	})
}

// A server that opened and sealed for the person before the erasure, and is
// still running, holds nothing by which it could open afterwards. What a
// sealer from before still seals is erased from the start.
func TestErasureReachesServersThatKnewTheKey(t *testing.T) {
	each(t, func(t *testing.T, keys *store.DB) {
		r := newRoom(t, keys)
		sealed := r.seal(t, "person-1", name("person-1"), "Amani")
		old := r.another(t, r.records.record)
		it := []vault.Item{{Place: name("person-1"), Sealed: sealed}}
		if out, err := old.Open(t.Context(), counsellor, it); err != nil || out[0] != "Amani" {
			t.Fatalf("%q, %v", out, err)
		}
		sealer, err := old.Sealer(t.Context(), "person-1")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := sealer.Seal(name("person-1"), "warm"); err != nil {
			t.Fatal(err)
		}
		if err := r.Erase(t.Context(), "person-1"); err != nil {
			t.Fatal(err)
		}
		if out, err := old.Open(t.Context(), counsellor, it); err != nil || !vault.IsErased(out[0]) {
			t.Errorf("the old server opened %q, %v", out, err)
		}
		late, err := sealer.Seal(name("person-1"), "late")
		if err != nil {
			t.Fatal(err)
		}
		if got := r.open(t, name("person-1"), late); !vault.IsErased(got) {
			t.Errorf("what was sealed late opened: %q", got)
		}
	})
}

// The wrapped key leaves the disk: the database file and its journal.
func TestNoFileOfTheKeyStoreHoldsAnErasedKey(t *testing.T) {
	dir := t.TempDir()
	keys := sqlite(t, filepath.Join(dir, "keys.db"))
	r := newRoom(t, keys)
	r.seal(t, "person-1", name("person-1"), "Amani")
	wrapped := wrappedKeys(t, keys, "person-1")
	if !holds(t, dir, wrapped[:64]) {
		t.Fatal("the test does not see the wrapped key even before the erasure")
	}
	if err := r.Erase(t.Context(), "person-1"); err != nil {
		t.Fatal(err)
	}
	for at := 0; at+32 <= len(wrapped); at += 32 {
		if holds(t, dir, wrapped[at:at+32]) {
			t.Fatalf("bytes %d to %d of the wrapped keys are still on disk", at, at+32)
		}
	}
}

func wrappedKeys(t *testing.T, keys *store.DB, subject string) (raw []byte) {
	t.Helper()
	if err := keys.QueryRow(t.Context(), `SELECT keys FROM key_rings WHERE subject = $1`, subject).Scan(&raw); err != nil {
		t.Fatal(err)
	}
	return raw
}

func holds(t *testing.T, dir string, part []byte) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(raw, part) {
			return true
		}
	}
	return false
}

func TestALegalHoldForbidsErasure(t *testing.T) {
	each(t, func(t *testing.T, keys *store.DB) {
		r := newRoom(t, keys)
		ctx := t.Context()
		sealed := r.seal(t, "person-1", name("person-1"), "Amani")
		for _, order := range []string{"order-12", "order-7", "order-12"} {
			if err := r.Hold(ctx, "person-1", order); err != nil {
				t.Fatal(err)
			}
		}
		refused := func(when string) {
			t.Helper()
			if err := r.Erase(ctx, "person-1", vault.Identity); !errors.Is(err, vault.ErrHeld) {
				t.Errorf("%s: %v", when, err)
			}
			if got := r.open(t, name("person-1"), sealed); got != "Amani" {
				t.Errorf("%s: opened %q", when, got)
			}
		}
		refused("under two orders")
		if err := r.Release(ctx, "person-1", "order-7"); err != nil {
			t.Fatal(err)
		}
		refused("under the order that is left")
		if got, err := r.Holds(ctx, "person-1"); err != nil || !slices.Equal(got, []string{"order-12"}) {
			t.Errorf("holds: %q, %v", got, err)
		}
		if err := r.Erase(ctx, "person-2"); err != nil {
			t.Errorf("somebody else's erasure: %v", err)
		}
		if err := r.Release(ctx, "person-1"); err != nil {
			t.Fatal(err)
		}
		if held, err := r.Held(ctx, "person-1"); err != nil || held {
			t.Errorf("held %v, %v", held, err)
		}
		if err := r.Erase(ctx, "person-1"); err != nil {
			t.Fatal(err)
		}
		if got := r.open(t, name("person-1"), sealed); !vault.IsErased(got) {
			t.Errorf("after release and erasure: %q", got)
		}
	})
}
