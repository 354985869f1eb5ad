package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"testing"

	"rufaa/internal/store"
)

// What is read straight from the file stays what the snapshot saw, though others
// change every row meanwhile and have the log copied into the file.
func TestASettledFileStaysWhatTheSnapshotSaw(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settled.db")
	db, err := store.Open(t.Context(), store.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const rows = 3000
	write := func(round byte) {
		t.Helper()
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			if _, err := tx.Exec(`DELETE FROM events`); err != nil {
				return err
			}
			for i := range rows {
				if _, err := tx.Exec(`INSERT INTO events (seq, stream, version, kind, at, body, leaf) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
					i, fmt.Sprint("case/", round), i+1, "kind", 1, bytes.Repeat([]byte{round}, 400+i%900), []byte{round}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for round := byte(1); round < 6; round++ {
		write(round)
		if err := db.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		err := db.View(t.Context(), func(tx *store.Tx) error {
			records, err := tx.Records("events")
			if err != nil {
				return err
			}
			if !records.FromFile() {
				t.Error("not read from the file")
			}
			n := 0
			for ; ; n++ {
				if n == 100 || n == 2000 { // more than is read ahead
					write(round + 100)
					if err := db.Settle(context.Background()); err != nil {
						return err
					}
				}
				_, record, err := records.Next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					return err
				}
				if record[len(record)-1] != round {
					return fmt.Errorf("row %d is of a later write", n)
				}
			}
			if n != rows {
				return fmt.Errorf("%d rows, not %d", n, rows)
			}
			late, err := tx.Records("events") // the same snapshot, the same file
			if err != nil || !late.FromFile() {
				return fmt.Errorf("opened again: %w", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A snapshot that needs the log is not read from the file.
func TestWhatStandsInTheLogIsNotLookedForInTheFile(t *testing.T) {
	db, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "log.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO events (seq, stream, version, kind, at, body, leaf) VALUES (0, 's', 1, 'k', 1, $1, $1)`, []byte{1})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.View(t.Context(), func(tx *store.Tx) error {
		records, err := tx.Records("events")
		if err != nil {
			return err
		}
		if records.FromFile() {
			t.Error("read from the file, where the row is not yet")
		}
		_, _, err = records.Next()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
