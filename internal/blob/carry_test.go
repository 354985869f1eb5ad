package blob_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"rufaa/internal/blob"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// What is carried away comes back byte for byte: whole contents and such as are
// half sent, in the order in which they came.
func TestCarriedPiecesComeBack(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		first, half := content(1, 2*blob.PieceSize+9), content(2, 3*blob.PieceSize)
		sums := r.stored("a", first)
		r.begin("b", int64(len(half)))
		r.append("b", 0, half[:blob.PieceSize])
		var out bytes.Buffer
		c := blob.NewCarrier(r.db, r.shelf, &out)
		carry(t, c, r.db)
		at := r.append("b", blob.PieceSize, half[blob.PieceSize:2*blob.PieceSize+5])
		r.stored("c", content(3, 77)) // comes meanwhile
		carry(t, c, r.db)
		if err := c.Close(); err != nil || c.Faults != nil || c.Pieces != 3+3+1 {
			t.Fatalf("carried %d pieces, %v, %v", c.Pieces, c.Faults, err)
		}
		away := r.dir + ".away"
		if err := os.Rename(r.dir, away); err != nil {
			t.Fatal(err)
		}
		if n, err := blob.PutBack(t.Context(), r.db, r.shelf, &out); err != nil || n != 7 {
			t.Fatalf("put back %d, %v", n, err)
		}
		if found := r.inspect("a"); found.Faults != nil || found.Sum != sums.Sealed {
			t.Errorf("found %+v", found)
		}
		if got, err := r.read("a"); err != nil || !bytes.Equal(got, first) {
			t.Errorf("read %d bytes, %v", len(got), err)
		}
		r.append("b", at, half[at:]) // the one on its way goes on
		if _, err := r.Finish(t.Context(), "b"); err != nil {
			t.Fatal(err)
		}
		if got, err := r.read("b"); err != nil || !bytes.Equal(got, half) {
			t.Errorf("read %d bytes, %v", len(got), err)
		}
	})
}

// A content that is destroyed while pieces are carried is no damage; rows that
// are older than that are not used.
func TestCarryingWhileContentsAreDestroyed(t *testing.T) {
	r := newRoom(t, storetest.Open(t, store.SQLite, "files"))
	r.stored("a", content(1, 100))
	r.stored("b", content(2, 100))
	copied := filepath.Join(t.TempDir(), "rows.db")
	if err := r.db.BackupTo(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	rows, err := store.Open(t.Context(), store.Options{Path: copied})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if err := r.Destroy(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	c := blob.NewCarrier(r.db, r.shelf, io.Discard)
	if gone, err := c.Carry(t.Context(), rows); err != nil || !gone || c.Faults != nil || c.Pieces != 1 {
		t.Errorf("gone %v, %v, %v, %d pieces", gone, err, c.Faults, c.Pieces)
	}
	if gone, err := c.Carry(t.Context(), r.db); err != nil || gone {
		t.Errorf("fresh rows: gone %v, %v", gone, err)
	}
}

// Damage is carried, and named; it does not end a backup.
func TestCarryingDamage(t *testing.T) {
	r := newRoom(t, storetest.Open(t, store.SQLite, "files"))
	r.stored("a", content(1, 2*blob.PieceSize+9))
	files, err := filepath.Glob(filepath.Join(r.dir, "*", "*"))
	if err != nil || len(files) != 3 {
		t.Fatal(files, err)
	}
	if err := errors.Join(os.Truncate(files[0], 50), os.Remove(files[1])); err != nil {
		t.Fatal(err)
	}
	c := blob.NewCarrier(r.db, r.shelf, io.Discard)
	carry(t, c, r.db)
	if got := named(c.Faults); got != "piece 0 was altered; piece 1 is missing" || c.Pieces != 2 {
		t.Errorf("%q, %d pieces", got, c.Pieces)
	}
}

// A stream that was made by somebody else writes nowhere but where a counted
// piece lies.
func TestPutBackWritesNothingElse(t *testing.T) {
	r := newRoom(t, storetest.Open(t, store.SQLite, "files"))
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, name := range []string{"../evil", "a/../../evil", "/etc/evil", "a/00000000-MARK", "a/x", "a"} {
		if err := errors.Join(w.WriteHeader(&tar.Header{Name: name, Size: 4, Mode: 0o600}), second(w.Write([]byte("evil")))); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := blob.PutBack(t.Context(), r.db, r.shelf, bytes.NewReader(out.Bytes())); err != nil || n != 0 {
		t.Errorf("put back %d, %v", n, err)
	}
	if left := disk(t, filepath.Dir(r.dir)); len(left) != 0 {
		t.Errorf("%d bytes were written", len(left))
	}
}

func second(_ int, err error) error { return err }

func carry(t *testing.T, c *blob.Carrier, rows *store.DB) {
	t.Helper()
	if gone, err := c.Carry(context.Background(), rows); err != nil || gone {
		t.Fatalf("gone %v, %v", gone, err)
	}
}
