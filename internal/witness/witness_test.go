package witness_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
	"rufaa/internal/witness"
)

// All events in these tests are invented.

var now = time.Now().UTC().Truncate(time.Second)

// server is a ledger that witnesses can ask, and that can be exchanged for
// another one behind the same address.
type server struct {
	*httptest.Server
	signer   note.Signer
	verifier note.Verifier
	shown    atomic.Pointer[http.Handler]
}

func newServer(t *testing.T) *server {
	t.Helper()
	private, public, err := note.GenerateKey(rand.Reader, ledger.Origin("training"))
	if err != nil {
		t.Fatal(err)
	}
	s := &server{}
	if s.signer, err = note.NewSigner(private); err != nil {
		t.Fatal(err)
	}
	if s.verifier, err = note.NewVerifier(public); err != nil {
		t.Fatal(err)
	}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*s.shown.Load()).ServeHTTP(w, r) }))
	t.Cleanup(s.Close)
	return s
}

type world struct {
	*server
	db *store.DB
	l  *ledger.Ledger
}

// serves opens a ledger in a store and shows it to the witnesses with these keys.
func (s *server) serves(t *testing.T, db *store.DB, keys ...string) *world {
	t.Helper()
	l, err := ledger.New(t.Context(), db, ledger.Options{Realm: "training", Signer: s.signer, Verifier: s.verifier, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	c, err := witness.NewCollector(l, db, keys...)
	if err != nil {
		t.Fatal(err)
	}
	h := c.Handler()
	s.shown.Store(&h)
	return &world{s, db, l}
}

func (w *world) happens(t *testing.T, words ...string) {
	t.Helper()
	for _, word := range words {
		err := w.db.Write(t.Context(), func(tx *store.Tx) error {
			_, err := w.l.Append(tx, "case/1", ledger.AnyVersion, ledger.Meta{Actor: "staff-7"}, ledger.Draft{Kind: "case.noted", Schema: 1, Payload: word})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.l.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (s *server) follower(t *testing.T, dir string) *witness.Follower {
	t.Helper()
	f := &witness.Follower{URL: s.URL, Verifier: s.verifier, Dir: dir, Client: s.Client(), Now: func() time.Time { return now }}
	if err := f.Open("agency.example", rand.Reader); err != nil {
		t.Fatal(err)
	}
	return f
}

func look(t *testing.T, f *witness.Follower) {
	t.Helper()
	if err := f.Look(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestAWitnessFollowsAndIsCollected(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := newServer(t)
		dir := t.TempDir()
		f := s.follower(t, dir)
		w := s.serves(t, db, f.Public())
		w.happens(t, "one", "two")
		look(t, f)
		w.happens(t, "three")
		f = s.follower(t, dir) // it remembers over a restart
		look(t, f)
		look(t, f) // nothing new is nothing wrong
		seen, err := witness.Check(t.Context(), db, func(size int64) ([]byte, error) {
			c, err := w.l.CheckpointAt(t.Context(), size)
			return c.Note, err
		})
		if err != nil || len(seen) != 1 || seen[0].Name != "agency.example" || seen[0].Size != 3 {
			t.Fatalf("%+v %v", seen, err)
		}
		if lines, err := witness.Of(t.Context(), db, 2); err != nil || len(lines) != 1 || lines[0].Verifier != f.Public() {
			t.Errorf("%+v %v", lines, err)
		}
		// A line that was touched, or moved to another checkpoint, is named.
		err = db.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE cosignatures SET line = (SELECT line FROM cosignatures WHERE size = 2) WHERE size = 3`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := witness.Check(t.Context(), db, func(size int64) ([]byte, error) {
			c, err := w.l.CheckpointAt(t.Context(), size)
			return c.Note, err
		}); err == nil || !strings.Contains(err.Error(), "agency.example") {
			t.Errorf("a moved co-signature: %v", err)
		}
	})
}

func TestOnlyNamedWitnessesAreKept(t *testing.T) {
	s := newServer(t)
	stranger := s.follower(t, t.TempDir())
	db := storetest.Open(t, store.SQLite, "stranger")
	w := s.serves(t, db, s.follower(t, t.TempDir()).Public())
	w.happens(t, "one")
	if err := stranger.Look(t.Context()); err == nil || errors.Is(err, witness.ErrAlarm) {
		t.Errorf("a witness nobody named: %v", err)
	}
	if seen, err := witness.Newest(t.Context(), db); err != nil || len(seen) != 0 {
		t.Errorf("%+v %v", seen, err)
	}
}

// Three ways of telling another story, each with the realm's own key.
func TestEveryOtherStoryRaisesTheAlarm(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for name, other := range map[string][]string{
			"forked: as many events, another one last":   {"one", "two", "another"},
			"rewritten: more events, the first another":  {"changed", "two", "three", "four", "five"},
			"rolled back: a backup of earlier is served": {"one", "two"},
		} {
			short, _, _ := strings.Cut(name, ":")
			t.Run(short, func(t *testing.T) {
				s := newServer(t)
				dir := t.TempDir()
				f := s.follower(t, dir)
				w := s.serves(t, storetest.Open(t, db.Engine(), "first"+short[:3]), f.Public())
				w.happens(t, "one", "two", "three")
				look(t, f)
				w = s.serves(t, storetest.Open(t, db.Engine(), "second"+short[:3]), f.Public())
				w.happens(t, other...)
				if err := f.Look(t.Context()); !errors.Is(err, witness.ErrAlarm) {
					t.Fatalf("%s: %v", name, err)
				}
				// It stands over a restart, and even when the true story is back.
				f = s.follower(t, dir)
				if err := f.Look(t.Context()); !errors.Is(err, witness.ErrAlarm) {
					t.Errorf("the alarm is forgotten: %v", err)
				}
				st, _, _ := f.State()
				if st.Alarm == nil || st.Alarm.Signed == st.Alarm.Shown {
					t.Error("no evidence was kept")
				}
				if seen, err := witness.Newest(t.Context(), w.db); err != nil || len(seen) != 0 {
					t.Errorf("it signed for the other story: %+v %v", seen, err)
				}
			})
		}
	})
}

func TestARolledBackBackupIsFound(t *testing.T) {
	s := newServer(t)
	f := s.follower(t, t.TempDir())
	db := storetest.Open(t, store.SQLite, "before")
	w := s.serves(t, db, f.Public())
	w.happens(t, "one", "two")
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := db.BackupTo(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	look(t, f)
	w.happens(t, "three")
	look(t, f)
	old, err := store.Open(t.Context(), store.Options{Path: backup})
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	w = s.serves(t, old, f.Public())
	w.happens(t, "something else", "and more", "and more") // it even grew past what was signed
	if err := f.Look(t.Context()); !errors.Is(err, witness.ErrAlarm) {
		t.Fatal(err)
	}
}

func TestAWitnessSignsNothingItCannotRemember(t *testing.T) {
	s := newServer(t)
	dir := t.TempDir()
	f := s.follower(t, dir)
	db := storetest.Open(t, store.SQLite, "unwritable")
	s.serves(t, db, f.Public()).happens(t, "one")
	state := filepath.Join(dir, "state.json")
	if err := errors.Join(os.Remove(state), os.Mkdir(state, 0o700)); err != nil { // nothing can be put in its place
		t.Fatal(err)
	}
	if err := f.Look(t.Context()); err == nil {
		t.Error("it signed")
	}
	if seen, err := witness.Newest(t.Context(), db); err != nil || len(seen) != 0 {
		t.Errorf("%+v %v", seen, err)
	}
}
