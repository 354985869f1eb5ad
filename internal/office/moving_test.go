package office_test

import (
	"context"
	"slices"
	"testing"

	datafiles "rufaa/content"
	"rufaa/internal/accounts"
	"rufaa/internal/casefile"
	"rufaa/internal/exercise"
	"rufaa/internal/inquiry"
	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
	"rufaa/internal/store"
)

// between stands where a server may die: when a move is made and its cases are
// to be taken off.
type between struct {
	exercise.People
	here func(context.Context, string)
}

func (b between) Departed(ctx context.Context, staff string) { b.here(ctx, staff) }

// lent is an exercise in which NGO's manager has a case and an inquiry of NGO.
type lent struct {
	*officetest.World
	t              *testing.T
	manager, boss  realm.Actor
	caseID, search string
}

func lend(t *testing.T, engine store.Engine) *lent {
	x := &lent{World: officetest.OpenKindOn(t, engine, realm.Exercise, nil), t: t}
	raw, err := datafiles.Files.ReadFile("scenario/kaskazi.yaml")
	x.must(err)
	script, err := scenario.Load("kaskazi.yaml", raw)
	x.must(err)
	_, cast, err := x.SetUpExercise(t.Context(), realm.System, script, "")
	x.must(err)
	who := func(user string) realm.Actor {
		t.Helper()
		i := slices.IndexFunc(cast, func(c office.Cast) bool { return c.Username == user })
		a, err := x.Accounts.Staff(t.Context(), cast[i].Staff)
		x.must(err)
		return actorOf(a)
	}
	x.manager, x.boss = who("ngo.1"), who("control.1")
	_, err = x.Exercises.TurnClock(t.Context(), x.boss, "", exercise.TurnClock{Act: "run"})
	x.must(err)
	rc, err := x.Cases.Raise(t.Context(), who("dci.2"), casefile.Order{}, &casefile.Alert{Holder: "x-team-ngo", Person: casefile.PersonFacts{Name: "Zawadi", Sex: "female", Minor: "unsure"}})
	x.must(err)
	x.caseID = rc.ID
	_, err = x.Cases.Do(t.Context(), x.manager, rc.ID, casefile.Order{}, &casefile.Take{})
	x.must(err)
	lead := who("dci.1")
	rc, err = x.Inquiries.Open(t.Context(), lead, casefile.Order{}, &inquiry.Open{Kind: "trafficking", Title: "Villa (fictional)"})
	x.must(err)
	x.search = rc.ID
	_, err = x.Inquiries.Do(t.Context(), lead, rc.ID, casefile.Order{}, &inquiry.Join{Staff: x.manager.Staff, Duty: "analyst"})
	x.must(err)
	return x
}

func actorOf(a accounts.Staff) realm.Actor {
	return realm.Actor{Principal: policy.Principal{Staff: a.ID, Agency: a.Agency, Duty: string(a.Duties[0])}, Language: "en"}
}

func (x *lent) must(err error) {
	x.t.Helper()
	if err != nil {
		x.t.Fatal(err)
	}
}

func (x *lent) move(key string) {
	x.t.Helper()
	_, err := x.Exercises.Move(x.t.Context(), x.boss, key, x.manager.Staff, exercise.Move{Team: "DCS", Reason: "DCS has too few"})
	x.must(err)
}

// stands tells in which team and agency somebody is, and on what, for whoever
// reads the store from outside.
func (x *lent) stands() (team, agency string, onCase, onInquiry bool) {
	x.t.Helper()
	ctx := context.Background()
	s, err := x.Exercises.Current(ctx)
	x.must(err)
	m, _ := s.Member(x.manager.Staff)
	people, err := x.Accounts.Lookup(ctx, x.manager.Staff)
	x.must(err)
	c, err := x.Cases.Load(ctx, x.caseID)
	x.must(err)
	in, err := x.Inquiries.Load(ctx, x.search)
	x.must(err)
	return m.Team, people[x.manager.Staff].Agency, c.Member(x.manager.Staff) != nil, in.Member(x.manager.Staff, x.Now()) != nil
}

// Between a move and the taking off of the cases there is nothing to see from
// outside: a server that dies there has done neither, and one that lives both.
func TestAMoveAndWhatFollowsAreOneTransaction(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			x, asked := lend(t, engine), 0
			people := x.ExercisePeople()
			x.Exercises.PlayedBy(between{people, func(ctx context.Context, staff string) {
				asked++
				if team, agency, onCase, onInquiry := x.stands(); team != "NGO" || agency != "x-team-ngo" || !onCase || !onInquiry {
					t.Errorf("killed here it would stand in %s, %s, on case %v and inquiry %v", team, agency, onCase, onInquiry)
				}
				people.Departed(ctx, staff)
			}})
			x.move("lent")
			if team, agency, onCase, onInquiry := x.stands(); asked != 1 || team != "DCS" || agency != "x-team-dcs" || onCase || onInquiry {
				t.Errorf("moved: %s, %s, on case %v and inquiry %v, asked %d times", team, agency, onCase, onInquiry, asked)
			}
		})
	}
}

// What a program of before left when it died there is mended at the next start:
// the case of the team before goes, one of the new team stays.
func TestAMoveThatWasCutOffIsMendedAtTheNextStart(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			x := lend(t, engine)
			x.Exercises.PlayedBy(between{x.ExercisePeople(), func(context.Context, string) {}})
			x.move("cut off")
			if team, _, onCase, onInquiry := x.stands(); team != "DCS" || !onCase || !onInquiry {
				t.Fatalf("nothing is left to mend: %s, %v, %v", team, onCase, onInquiry)
			}
			now := x.manager
			now.Agency = "x-team-dcs"
			rc, err := x.Cases.Raise(t.Context(), now, casefile.Order{}, &casefile.Alert{Holder: "x-team-dcs", Person: casefile.PersonFacts{Name: "Halima", Sex: "female", Minor: "yes"}})
			x.must(err)
			_, err = x.Cases.Do(t.Context(), now, rc.ID, casefile.Order{}, &casefile.Take{})
			x.must(err)
			x.Start()
			if _, _, onCase, onInquiry := x.stands(); onCase || onInquiry {
				t.Errorf("started again, on case %v and inquiry %v of the team before", onCase, onInquiry)
			}
			c, err := x.Cases.Load(t.Context(), rc.ID)
			x.must(err)
			if c.Member(now.Staff) == nil {
				t.Error("the case of the new team went too")
			}
		})
	}
}
