package likeness_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/likeness"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// tale plays two agencies, and those who must learn nothing.
type tale struct {
	*officetest.World
	t   *testing.T
	ctx context.Context
}

// The case managers: of Tumaini, of the network at the coast, and of a third.
const (
	ours   = "wanjiru.case"
	theirs = "fatuma.case"
	third  = "achieng.case"
)

var agencyOf = map[string]string{ours: "x-tumaini", theirs: "x-pwani-haven", third: "x-ziwa", "kamau.case": "x-tumaini"}

// told is a fictional person as one agency wrote her down.
func told(name string, change ...func(*casefile.PersonFacts)) casefile.PersonFacts {
	years := 24
	f := casefile.PersonFacts{Name: name, Sex: "female", Age: &years, Minor: "no", Language: "so"}
	for _, c := range change {
		c(&f)
	}
	return f
}

func phone(number string) func(*casefile.PersonFacts) {
	return func(f *casefile.PersonFacts) { f.Phone = number }
}

func aged(years int) func(*casefile.PersonFacts) {
	return func(f *casefile.PersonFacts) {
		f.Age = &years
		if years < 18 {
			f.Minor = "yes"
		}
	}
}

// knows makes a case that the manager has taken.
func (s *tale) knows(manager string, f casefile.PersonFacts) string {
	s.t.Helper()
	rc, err := s.Cases.Raise(s.ctx, officetest.Who(manager), casefile.Order{}, &casefile.Alert{Holder: agencyOf[manager], Person: f})
	s.must(err)
	_, err = s.Cases.Do(s.ctx, officetest.Who(manager), rc.ID, casefile.Order{}, &casefile.Take{})
	s.must(err)
	return rc.ID
}

func (s *tale) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// find lets the clockwork compare who was written.
func (s *tale) find() {
	s.t.Helper()
	_, err := s.Likenesses.FindAll(s.ctx)
	s.must(err)
}

func (s *tale) list(user string) []likeness.View {
	s.t.Helper()
	out, err := s.Likenesses.List(s.ctx, officetest.Who(user))
	s.must(err)
	return out
}

// one is the only likeness that somebody is told of.
func (s *tale) one(user string) likeness.View {
	s.t.Helper()
	out := s.list(user)
	if len(out) != 1 {
		s.t.Fatalf("%s is told of %d likenesses, want 1", user, len(out))
	}
	return out[0]
}

func (s *tale) phase(user string, want likeness.Phase) likeness.View {
	s.t.Helper()
	v := s.one(user)
	if v.Phase != want {
		s.t.Fatalf("for %s it is %q, want %q", user, v.Phase, want)
	}
	return v
}

func asked(fields ...string) *likeness.Agree {
	return &likeness.Agree{Ground: "consent", Fields: fields, GivenBy: "person", How: "spoken", Language: "so", Interpreting: "not-needed"}
}

func (s *tale) agree(user string, a *likeness.Agree) {
	s.t.Helper()
	_, err := s.Likenesses.Agree(s.ctx, officetest.Who(user), s.one(user).ID, "", a)
	s.must(err)
}

func (s *tale) same(user string) {
	s.t.Helper()
	_, err := s.Likenesses.Judge(s.ctx, officetest.Who(user), s.one(user).ID, "", &likeness.Judge{Verdict: "same"})
	s.must(err)
}

func (s *tale) links(user, caseID string) []likeness.Link {
	s.t.Helper()
	out, err := s.Likenesses.LinksOf(s.ctx, officetest.Who(user), caseID)
	if errors.Is(err, problem.ErrNotFound) || errors.As(err, new(*problem.Denied)) {
		return nil
	}
	s.must(err)
	return out
}

func wantRule(t *testing.T, err error, rule string) {
	t.Helper()
	var r *problem.Refused
	if !errors.As(err, &r) || r.Rule != rule {
		t.Fatalf("got %v, want refusal by %s", err, rule)
	}
}

func onEach(t *testing.T, story func(t *testing.T, s *tale)) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		story(t, &tale{World: w, t: t, ctx: context.Background()})
	})
}

// texts of one side of a comparison, by field.
func texts(list []likeness.Compare) map[string]string {
	out := map[string]string{}
	for _, c := range list {
		out[c.Field] = c.Text
	}
	return out
}

// dump is everything a read model of the room holds, in order.
func (s *tale) dump() string {
	s.t.Helper()
	var b strings.Builder
	for _, q := range []string{
		`SELECT id || case_a || person_a || case_b || person_b || status, state FROM likenesses ORDER BY id`,
		`SELECT id, state FROM families ORDER BY id`, `SELECT case_id, person || family FROM family_members ORDER BY case_id`,
	} {
		rows, err := s.Store.Query(s.ctx, q)
		s.must(err)
		for rows.Next() {
			var a, z []byte
			s.must(rows.Scan(&a, &z))
			b.Write(append(append(a, z...), '\n'))
		}
		s.must(rows.Err())
		rows.Close()
	}
	return b.String()
}

func actor(user string) realm.Actor { return officetest.Who(user) }
