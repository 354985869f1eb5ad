package exercise_test

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	datafiles "rufaa/content"
	"rufaa/internal/exercise"
	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// stage is an exercise realm with Kaskazi set up in it.
type stage struct {
	*office.Office
	t     *testing.T
	ctx   context.Context
	clock *officetest.Clock
	dir   string
	url   string // of PostgreSQL; "" is SQLite
	realm string
	cast  []office.Cast
}

// morning is the wall's time when the exercise is set up.
var morning = time.Date(2026, 3, 2, 8, 0, 0, 0, time.FixedZone("EAT", 3*3600))

func kaskazi(t testing.TB) *scenario.Script {
	t.Helper()
	raw, err := datafiles.Files.ReadFile("scenario/kaskazi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	script, err := scenario.Load("kaskazi.yaml", raw)
	if err != nil {
		t.Fatal(err)
	}
	return script
}

func setUp(t *testing.T) *stage {
	t.Helper()
	return setUpWith(t, kaskazi(t))
}

func setUpWith(t *testing.T, script *scenario.Script) *stage {
	t.Helper()
	s := &stage{t: t, ctx: context.Background(), clock: new(officetest.Clock), dir: t.TempDir(), realm: "exercise"}
	s.clock.Set(morning)
	if strings.Contains(t.Name(), "/"+string(store.Postgres)+"/") {
		s.url = storetest.PostgresURL(t) // one database for all: each story has a realm of its own
		s.realm = "play-" + strings.ReplaceAll(path.Base(t.Name()), "_", "-")
	}
	of, err := office.Create(s.ctx, s.options(), realm.Exercise)
	if err != nil {
		t.Fatal(err)
	}
	s.Office = of
	t.Cleanup(func() { s.Office.Close() })
	if _, s.cast, err = of.SetUpExercise(s.ctx, realm.System, script, ""); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *stage) options() office.Options {
	return office.Options{Data: s.dir, Realm: s.realm, URL: s.url, Now: s.clock.Now, Accounts: officetest.Cheap}
}

// reopen is the server killed and started again: nothing is closed in order but
// the file handles.
func (s *stage) reopen() {
	s.t.Helper()
	s.must(s.Office.Realm.Close())
	of, err := office.Open(s.ctx, s.options())
	s.must(err)
	s.Office = of
}

func (s *stage) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// who is somebody of the cast by user name.
func (s *stage) who(user string) realm.Actor {
	s.t.Helper()
	i := slices.IndexFunc(s.cast, func(c office.Cast) bool { return c.Username == user })
	if i < 0 {
		s.t.Fatalf("nobody is called %s", user)
	}
	c := s.cast[i]
	people, err := s.Accounts.Lookup(s.ctx, c.Staff)
	s.must(err)
	return realm.Actor{Principal: policy.Principal{Staff: c.Staff, Agency: c.Agency, Duty: string(people[c.Staff].Duties[0])}, Language: "en"}
}

func (s *stage) clockTo(act exercise.TurnClock) {
	s.t.Helper()
	_, err := s.Exercises.TurnClock(s.ctx, s.who("control.1"), "", act)
	s.must(err)
}

func (s *stage) state() *exercise.State {
	s.t.Helper()
	st, err := s.Exercises.Current(s.ctx)
	s.must(err)
	return st
}

// sent gives the ids of injects in the order in which the ledger has them.
func (s *stage) sent() []string {
	s.t.Helper()
	events, err := s.Ledger.Stream(s.ctx, exercise.Stream(s.state().ID), 0)
	s.must(err)
	var out []string
	for _, e := range events {
		if e.Kind == exercise.Fired {
			_, rest, _ := strings.Cut(string(e.Payload), `"inject":"`)
			id, _, _ := strings.Cut(rest, `"`)
			out = append(out, id)
		}
	}
	return out
}

func wantRule(t *testing.T, err error, rule string) {
	t.Helper()
	var r *problem.Refused
	if !errors.As(err, &r) || r.Rule != rule {
		t.Fatalf("got %v, want refusal by %s", err, rule)
	}
}
