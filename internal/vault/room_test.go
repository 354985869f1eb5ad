package vault_test

import (
	"context"
	"crypto/rand"
	"path/filepath"
	"sync"
	"testing"

	"rufaa/internal/keyfile"
	"rufaa/internal/store"
	"rufaa/internal/vault"
)

// All names, places and events in these tests are invented.

// room is a vault with everything it stands on.
type room struct {
	*vault.Vault
	keys    *store.DB
	file    *keyfile.File
	path    string // of the key file
	records *records
}

// records is a recorder that keeps what it was told, or refuses.
type records struct {
	mu     sync.Mutex
	kept   []vault.Opening
	refuse error
}

func (r *records) record(_ context.Context, o vault.Opening) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refuse != nil {
		return r.refuse
	}
	r.kept = append(r.kept, o)
	return nil
}

// forget is a recorder for measuring.
func (r *records) forget(context.Context, vault.Opening) error { return nil }

func (r *records) all() []vault.Opening {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]vault.Opening(nil), r.kept...)
}

func newRoom(t testing.TB, keys *store.DB) *room {
	t.Helper()
	path := filepath.Join(t.TempDir(), "realm.key")
	file, err := keyfile.Create(path, "kenya", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	r := &room{keys: keys, file: file, path: path, records: new(records)}
	r.Vault = vault.New(keys, file, vault.Options{Recorder: r.records.record})
	return r
}

// another is a second server on the same key store, with its own copy of the
// key file in memory.
func (r *room) another(t testing.TB, rec vault.Recorder) *vault.Vault {
	t.Helper()
	file, err := keyfile.Load(r.path, "kenya")
	if err != nil {
		t.Fatal(err)
	}
	return vault.New(r.keys, file, vault.Options{Recorder: rec})
}

func (r *room) seal(t testing.TB, subject string, p vault.Place, text string) vault.Sealed {
	t.Helper()
	s, err := r.Sealer(t.Context(), subject)
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.Seal(p, text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (r *room) open(t testing.TB, p vault.Place, s vault.Sealed) string {
	t.Helper()
	out, err := r.Open(t.Context(), counsellor, []vault.Item{{Place: p, Sealed: s}})
	if err != nil {
		t.Fatal(err)
	}
	return out[0]
}

var counsellor = vault.Opening{Actor: "staff-7", Agency: "agency-2", Duty: "counsellor", Purpose: "care",
	Basis: "consent", Case: "case-1", Device: "office"}

func name(record string) vault.Place {
	return vault.Place{Record: record, Field: "name", Compartment: vault.Identity, Schema: 1}
}

func shelter(record string) vault.Place {
	return vault.Place{Record: record, Field: "place", Compartment: vault.Whereabouts, Schema: 1}
}
