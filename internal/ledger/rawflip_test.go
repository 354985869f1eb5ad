package ledger_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// TestAnyFlippedByteOfTheFileIsFound flips bits in the pages of the SQLite
// file that hold the ledger's tables and the index of streams: in cells, page
// headers and free space alike. A flip that no query can see (in free space)
// may pass. Any other must keep the store from opening or be named by Verify.
func TestAnyFlippedByteOfTheFileIsFound(t *testing.T) {
	t.Parallel()
	const flips = 1000
	dir := t.TempDir()
	at := store.Options{Path: filepath.Join(dir, "whole.db")}
	db, err := store.Open(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	r := newRoom(t, db)
	for range 3 {
		r.fill(t, 60)
		r.checkpoint(t)
	}
	if err := db.Close(); err != nil { // folds the write-ahead log into the file
		t.Fatal(err)
	}
	pages := pagesOf(t, at.Path, "events", "tree", "checkpoints", "sqlite_autoindex_events_1")
	whole, err := os.ReadFile(at.Path)
	if err != nil {
		t.Fatal(err)
	}
	before, err := everyValue(t.Context(), at.Path)
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(2, flips))
	path := filepath.Join(dir, "flipped.db")
	unseen := 0
	for range flips {
		page := pages[rnd.IntN(len(pages))]
		offset, bit := page.offset+rnd.Int64N(page.size), rnd.IntN(8)
		whole[offset] ^= 1 << bit
		os.Remove(path + "-wal") // nothing of the flip before may help
		os.Remove(path + "-shm")
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		whole[offset] ^= 1 << bit
		after, readErr := everyValue(t.Context(), path)
		found := verifyFile(t, path, r)
		switch {
		case found == nil && (readErr != nil || after != before):
			t.Errorf("byte %d of a page of %s, bit %d: not found (%v)", offset-page.offset, page.name, bit, readErr)
		case found == nil:
			unseen++
		}
	}
	t.Logf("%d flips in %d pages, %d of them in free space", flips, len(pages), unseen)
	if unseen > flips*4/5 {
		t.Errorf("%d of %d flips hit nothing: the test proves little", unseen, flips)
	}
}

// verifyFile gives what opening and verifying finds wrong with a file.
func verifyFile(t *testing.T, path string, r *room) error {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{Path: path, Readers: 1})
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = ledger.Verify(t.Context(), db, r.verifier)
	var d *ledger.Damage
	if err != nil && !errors.As(err, &d) {
		t.Errorf("an error without a name: %v", err)
	}
	return err
}

type page struct {
	name         string
	offset, size int64
}

func pagesOf(t *testing.T, path string, names ...string) (pages []page) {
	t.Helper()
	db := raw(t, path)
	rows, err := db.Query(`SELECT name, pgoffset, pgsize FROM dbstat WHERE name IN ('` + strings.Join(names, `','`) + `')`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var p page
		if err := rows.Scan(&p.name, &p.offset, &p.size); err != nil {
			t.Fatal(err)
		}
		pages = append(pages, p)
	}
	if err := rows.Err(); err != nil || len(pages) < 10 {
		t.Fatal(len(pages), err)
	}
	return pages
}

func raw(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// everyValue is a digest of all that any query can see of the ledger: each
// value with its type, in the order of the tables, and the index of streams.
func everyValue(ctx context.Context, path string) (string, error) {
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		return "", err
	}
	defer db.Close()
	h := sha256.New()
	for _, text := range []string{
		`SELECT seq, typeof(stream), CAST(stream AS BLOB), version, typeof(kind), CAST(kind AS BLOB), at, typeof(body), CAST(body AS BLOB), typeof(leaf), CAST(leaf AS BLOB) FROM events ORDER BY rowid`,
		`SELECT idx, typeof(hash), CAST(hash AS BLOB) FROM tree ORDER BY rowid`,
		`SELECT size, at, typeof(note), CAST(note AS BLOB) FROM checkpoints ORDER BY rowid`,
		`SELECT seq, typeof(stream), CAST(stream AS BLOB), version FROM events INDEXED BY sqlite_autoindex_events_1 ORDER BY stream, version`,
	} {
		rows, err := db.QueryContext(ctx, text)
		if err != nil {
			return "", err
		}
		names, err := rows.Columns()
		if err != nil {
			return "", err
		}
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				rows.Close()
				return "", err
			}
			fmt.Fprintf(h, "%T %[1]v\n", values)
		}
		if err := rows.Err(); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// TestTheIndexOfStreamsIsReadInVerify: streams are loaded by it, so a check
// that reads the table alone would miss an event that no stream shows.
func TestTheIndexOfStreamsIsReadInVerify(t *testing.T) {
	db := storetest.Open(t, store.SQLite, "plan")
	var id, parent, unused int
	var detail string
	err := db.QueryRow(t.Context(), `EXPLAIN QUERY PLAN SELECT seq, stream, version FROM events
		INDEXED BY sqlite_autoindex_events_1 ORDER BY stream, version`).Scan(&id, &parent, &unused, &detail)
	if err != nil || detail != "SCAN events USING COVERING INDEX sqlite_autoindex_events_1" {
		t.Errorf("%q, %v", detail, err)
	}
}
