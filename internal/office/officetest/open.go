package officetest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rufaa/internal/accounts"
	"rufaa/internal/demo"
	"rufaa/internal/office"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// Clock is a test's own time.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// Now is the time the test set.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Set puts the clock to a moment.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

// Pass lets time go by.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// Cheap is a password hash that costs nothing; tests are not attacked.
var Cheap = accounts.Settings{Hash: accounts.HashParams{MemoryKiB: 64, Passes: 1, Lanes: 1}}

// World is an office with its clock and folder.
type World struct {
	*office.Office
	Clock *Clock
	Dir   string
	URL   string
}

// Each runs a test on both engines, each with an office of its own.
func Each(t *testing.T, test func(t *testing.T, w *World)) {
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) { test(t, Open(t, engine)) })
	}
}

// worlds numbers the realms of a test binary: on PostgreSQL each is a schema.
var worlds atomic.Int64

// Open makes a demonstration realm with staff and no case.
func Open(t testing.TB, engine store.Engine) *World { return OpenWith(t, engine, nil) }

// OpenWith is Open with options of the test's own.
func OpenWith(t testing.TB, engine store.Engine, also func(*office.Options)) *World {
	t.Helper()
	return open(t, engine, realm.Demo, also)
}

// OpenKindOn makes a realm of another kind on an engine.
func OpenKindOn(t testing.TB, engine store.Engine, kind realm.Kind, also func(*office.Options)) *World {
	t.Helper()
	return open(t, engine, kind, also)
}

// OpenKind makes a realm of another kind, on SQLite.
func OpenKind(t testing.TB, kind realm.Kind, also func(*office.Options)) *World {
	t.Helper()
	return open(t, store.SQLite, kind, also)
}

var sources = sync.OnceValues(func() (*office.Sources, error) { return office.ReadSources(nil) })

// ownSources are the program's data files, read once for all tests of a binary.
func ownSources(t testing.TB) *office.Sources {
	t.Helper()
	s, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func open(t testing.TB, engine store.Engine, kind realm.Kind, also func(*office.Options)) *World {
	t.Helper()
	name := fmt.Sprintf("world-%d", worlds.Add(1))
	w := &World{Clock: &Clock{at: time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)}, Dir: t.TempDir()}
	if engine == store.Postgres {
		w.URL = storetest.PostgresURL(t)
	}
	o := office.Options{Data: w.Dir, Realm: name, URL: w.URL, Now: w.Clock.Now, Accounts: Cheap, Sources: ownSources(t)}
	if also != nil {
		also(&o)
	}
	of, err := office.Create(context.Background(), o, kind)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { of.Close() })
	if err := demo.Enrol(context.Background(), of); err != nil {
		t.Fatal(err)
	}
	w.Office = of
	return w
}

// Who is one of the fictional staff.
func Who(user string) realm.Actor { return demo.Actor(user) }
