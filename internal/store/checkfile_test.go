package store_test

import (
	"errors"
	"os"
	"testing"

	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// A page of a table that is overwritten is told of, unless its table is one
// that somebody else reads whole.
func TestADamagedTableIsNamed(t *testing.T) {
	at := storetest.Place(t, store.SQLite, "whole")
	db, err := store.Open(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.CheckFile(t.Context()); err != nil {
		t.Fatalf("a new file: %v", err)
	}
	var root, size int64
	if err := db.QueryRow(t.Context(), `SELECT rootpage FROM sqlite_schema WHERE name = 'team'`).Scan(&root); err != nil {
		t.Fatal(err)
	}
	if err := db.QueryRow(t.Context(), `PRAGMA page_size`).Scan(&size); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil { // folds the write-ahead log into the file
		t.Fatal(err)
	}
	raw, err := os.ReadFile(at.Path)
	if err != nil {
		t.Fatal(err)
	}
	raw[(root-1)*size+3], raw[(root-1)*size+4] = 0x7f, 0xff // far more cells than a page has
	if err := os.WriteFile(at.Path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	again := storetest.OpenAt(t, at)
	if err := again.CheckFile(t.Context()); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("a damaged table is told as %v", err)
	}
	if err := again.CheckFile(t.Context(), "team"); err != nil {
		t.Errorf("left out, it is told as %v", err)
	}
}
