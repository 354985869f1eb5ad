package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"rufaa/internal/store"
)

// TestRecordsAreWhatStatementsGive reads tables and an index both ways, with
// texts and bytes that spill over pages, deep trees, negative numbers and
// whatever is still in the write-ahead log.
func TestRecordsAreWhatStatementsGive(t *testing.T) {
	db, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "records.db"), Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rapid.Check(t, func(rt *rapid.T) {
		sizes := rapid.SliceOfN(rapid.OneOf(rapid.IntRange(0, 300), rapid.IntRange(900, 1100), rapid.IntRange(3900, 13000)), 0, 120).Draw(rt, "sizes")
		numbers := rapid.SliceOfN(rapid.Int64(), len(sizes), len(sizes)).Draw(rt, "numbers")
		gap := rapid.Int64Range(1, 1<<40).Draw(rt, "gap")
		name := rapid.IntRange(1, 2000).Draw(rt, "length of the names")
		err := db.Write(context.Background(), func(tx *store.Tx) error {
			if _, err := tx.Exec(`DELETE FROM events`); err != nil {
				return err
			}
			for i, size := range sizes {
				stream := fmt.Sprintf("%0*d", name, i/3)
				if _, err := tx.Exec(`INSERT INTO events (seq, stream, version, kind, at, body, leaf) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
					int64(i-2)*gap, stream, numbers[i], "kind", int64(i%3)-1, bytes.Repeat([]byte{byte(i)}, size), []byte{}); err != nil {
					return err
				}
			}
			return nil
		})
		if errors.Is(err, store.ErrTaken) {
			rt.Skip("the same number twice")
		}
		if err != nil {
			rt.Fatal(err)
		}
		for _, settled := range []bool{false, true} {
			if settled {
				if err := db.Settle(context.Background()); err != nil {
					rt.Fatal(err)
				}
			}
			if err := db.View(context.Background(), func(tx *store.Tx) error { return sameRecords(tx, settled) }); err != nil {
				rt.Fatal(err)
			}
		}
	})
}

func sameRecords(tx *store.Tx, settled bool) error {
	unmap, err := tx.Map()
	if err != nil {
		return err
	}
	defer unmap()
	for _, way := range []struct {
		name, text string
		index      bool
	}{
		{"events", `SELECT seq, stream, version, kind, at, body, leaf FROM events ORDER BY seq`, false},
		{"sqlite_autoindex_events_1", `SELECT seq, stream, version, '', 0, '', '' FROM events ORDER BY stream, version`, true},
	} {
		records, err := tx.Records(way.name)
		if err != nil {
			return err
		}
		if settled && !records.FromFile() {
			return fmt.Errorf("%s: the log is in the file, and SQLite is asked for each page", way.name)
		}
		rows, err := tx.Query(way.text)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var seq, version, at int64
			var stream, kind string
			var body, leaf []byte
			if err := rows.Scan(&seq, &stream, &version, &kind, &at, &body, &leaf); err != nil {
				return err
			}
			rowid, record, err := records.Next()
			if err != nil {
				return err
			}
			want := fmt.Sprint(seq, stream, version, true)
			if !way.index {
				want = fmt.Sprint(seq, true, stream, version, kind, at, string(body), string(leaf), true)
			}
			if got, err := shown(rowid, record, way.index); err != nil || got != want {
				return fmt.Errorf("%s: %.200s, not %.200s: %w", way.name, got, want, err)
			}
		}
		if _, _, err := records.Next(); !errors.Is(err, io.EOF) {
			return fmt.Errorf("%s: more follows: %v", way.name, err)
		}
	}
	return nil
}

func shown(rowid int64, record []byte, index bool) (string, error) {
	var f store.Fields
	if index {
		if err := f.Open(record, 3); err != nil {
			return "", err
		}
		stream, ok1 := f.Text()
		version, ok2 := f.Int()
		seq, ok3 := f.Int()
		return fmt.Sprint(seq, string(stream), version, ok1 && ok2 && ok3), nil
	}
	if err := f.Open(record, 7); err != nil {
		return "", err
	}
	null := f.Null()
	stream, ok1 := f.Text()
	version, ok2 := f.Int()
	kind, ok3 := f.Text()
	at, ok4 := f.Int()
	body, ok5 := f.Blob()
	leaf, ok6 := f.Blob()
	return fmt.Sprint(rowid, null, string(stream), version, string(kind), at, string(body), string(leaf), ok1 && ok2 && ok3 && ok4 && ok5 && ok6), nil
}

// FuzzFields takes apart what no database wrote.
func FuzzFields(f *testing.F) {
	f.Add([]byte{4, 0, 13 + 2*3, 1, 'a', 'b', 'c', 7}, 3)
	f.Add([]byte{2, 1}, 1)
	f.Add([]byte{0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0xff, 1}, 2)
	f.Fuzz(func(t *testing.T, raw []byte, count int) {
		var fields store.Fields
		if count < 0 || count > 16 || fields.Open(raw, count) != nil {
			return
		}
		for i := range count + 1 {
			switch i % 4 {
			case 0:
				fields.Int()
			case 1:
				fields.Text()
			case 2:
				fields.Blob()
			default:
				fields.Null()
			}
		}
	})
}
