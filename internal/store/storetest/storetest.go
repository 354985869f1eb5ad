package storetest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"rufaa/internal/store"
)

// Engines are all that a room must run on.
var Engines = []store.Engine{store.SQLite, store.Postgres}

// Each runs the test once on every engine, as the subtests "sqlite" and
// "postgres", each with an empty database.
func Each(t *testing.T, fn func(t *testing.T, db *store.DB)) {
	t.Helper()
	for _, e := range Engines {
		t.Run(string(e), func(t *testing.T) { fn(t, Open(t, e, "rufaa")) })
	}
}

// EachB is Each for benchmarks.
func EachB(b *testing.B, fn func(b *testing.B, db *store.DB)) {
	b.Helper()
	for _, e := range Engines {
		b.Run(string(e), func(b *testing.B) { fn(b, Open(b, e, "rufaa")) })
	}
}

// Open opens a new, empty database with all tables; it is closed and removed
// when the test ends. The name appears in the file's or schema's name.
func Open(t testing.TB, engine store.Engine, name string) *store.DB {
	t.Helper()
	return OpenAt(t, Place(t, engine, name))
}

// OpenAt opens a database made with Place, so that a test can close it and
// open it again. It is closed when the test ends.
func OpenAt(t testing.TB, at store.Options) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// Place gives the options of a new, empty database that is removed when the
// test ends.
func Place(t testing.TB, engine store.Engine, name string) store.Options {
	t.Helper()
	if engine == store.SQLite {
		return store.Options{Path: filepath.Join(t.TempDir(), name+".db")}
	}
	return placeOn(t, PostgresURL(t), name)
}

// placeOn gives a schema of its own on a given server.
func placeOn(t testing.TB, url, name string) store.Options {
	t.Helper()
	schema := schemaFor(name)
	t.Cleanup(func() {
		ctx := context.Background()
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			return // the server is gone, and the schema with it
		}
		defer conn.Close(ctx)
		if _, err := conn.Exec(ctx, `DROP SCHEMA IF EXISTS `+schema+` CASCADE`); err != nil {
			t.Errorf("storetest: drop %s: %v", schema, err)
		}
	})
	return store.Options{URL: url, Schema: schema}
}

func schemaFor(name string) string {
	clean := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToLower(name))
	var id [6]byte
	rand.Read(id[:])
	return "t_" + clean[:min(len(clean), 20)] + "_" + hex.EncodeToString(id[:])
}

var shared struct {
	sync.Mutex
	cluster *Cluster
}

// PostgresURL gives the URL of a PostgreSQL server that all tests of this
// binary share. Open and Place give a schema of its own to each database;
// whoever uses the URL directly does likewise.
func PostgresURL(t testing.TB) string {
	t.Helper()
	if url := os.Getenv("RUFAA_TEST_POSTGRES"); url != "" {
		return url
	}
	shared.Lock()
	defer shared.Unlock()
	if shared.cluster == nil {
		c, err := newCluster("off")
		if err != nil {
			t.Fatal(err)
		}
		shared.cluster = c // stops when the binary ends, see doc.go
	}
	return shared.cluster.URL()
}
