package search

import (
	"crypto/rand"
	"path/filepath"
	"testing"

	"rufaa/internal/keyfile"
	"rufaa/internal/store"
)

// testIndex is an index in memory only, under fresh keys.
func testIndex(t testing.TB) *Index {
	t.Helper()
	keys := testKeys(t)
	return &Index{index: keys.Index(), linkage: keys.Linkage()}
}

func testKeys(t testing.TB) *keyfile.File {
	t.Helper()
	keys, err := keyfile.Create(filepath.Join(t.TempDir(), "realm.key"), "kenya", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func open(t testing.TB, db *store.DB, keys *keyfile.File) *Index {
	t.Helper()
	x, err := Open(t.Context(), db, keys)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// FindName looks for one name in all cases, in what is in memory now.
func (x *Index) FindName(name string, limit int, least float64) []Hit {
	return x.find([]string{name}, limit, least, nil)
}
