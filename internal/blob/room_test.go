package blob_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	mrand "math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rufaa/internal/blob"
	"rufaa/internal/keyfile"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
	"rufaa/internal/vault"
)

// room is a keeper with everything it stands on. All contents are invented.
type room struct {
	*blob.Keeper
	t      testing.TB
	db     *store.DB
	vault  *vault.Vault
	shelf  *blob.Folder
	dir    string
	opened []vault.Opening
	now    time.Time
}

func newRoom(t testing.TB, db *store.DB) *room {
	t.Helper()
	r := &room{t: t, db: db, dir: filepath.Join(t.TempDir(), "files"), now: time.Now().UTC()}
	file, err := keyfile.Create(filepath.Join(t.TempDir(), "realm.key"), "kenya", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	r.vault = vault.New(db, file, vault.Options{Recorder: func(_ context.Context, o vault.Opening) error {
		r.opened = append(r.opened, o)
		return nil
	}})
	if r.shelf, err = blob.NewFolder(r.dir); err != nil {
		t.Fatal(err)
	}
	r.Keeper = blob.New(blob.Options{Store: db, Vault: r.vault, Shelf: r.shelf, Now: func() time.Time { return r.now }, Mark: rand.Text})
	return r
}

func each(t *testing.T, fn func(t *testing.T, r *room)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { fn(t, newRoom(t, db)) })
}

func (r *room) begin(id string, size int64, hashes ...string) {
	r.t.Helper()
	if err := r.Begin(context.Background(), blob.Spec{ID: id, Part: vault.Inquiry, Size: size, Hashes: hashes}, nil); err != nil {
		r.t.Fatal(err)
	}
}

func (r *room) append(id string, offset int64, content []byte) int64 {
	r.t.Helper()
	got, err := r.Append(context.Background(), id, offset, bytes.NewReader(content), nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return got
}

// stored keeps a whole content and gives its digests.
func (r *room) stored(id string, content []byte, hashes ...string) *blob.Sums {
	r.t.Helper()
	r.begin(id, int64(len(content)), hashes...)
	r.append(id, 0, content)
	sums, err := r.Finish(context.Background(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return sums
}

var officer = vault.Opening{Actor: "staff-1", Agency: "agency-1", Duty: "investigator", Purpose: "investigation", Basis: "duty", Case: "case-1"}

func (r *room) read(id string) ([]byte, error) {
	in, err := r.Open(context.Background(), officer, id, "file/"+id)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return io.ReadAll(in)
}

func (r *room) inspect(id string) *blob.Inspected {
	r.t.Helper()
	found, err := blob.NewInspector(r.db, r.shelf).Inspect(context.Background(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return found
}

// named are faults as people read them.
func named(faults []blob.Fault) string {
	out := make([]string, len(faults))
	for i, f := range faults {
		out[i] = f.String()
	}
	return strings.Join(out, "; ")
}

func (r *room) exec(text string) error {
	return r.db.Write(context.Background(), func(tx *store.Tx) error { _, err := tx.Exec(text); return err })
}

// content gives bytes that follow from the seed.
func content(seed uint64, n int) []byte {
	var key [32]byte
	key[0], key[1] = byte(seed), byte(seed>>8)
	out := make([]byte, n)
	_, _ = mrand.NewChaCha8(key).Read(out)
	return out
}

// disk gives every byte that stands in a folder.
func disk(t testing.TB, dir string) []byte {
	t.Helper()
	var out []byte
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		out = append(out, raw...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
