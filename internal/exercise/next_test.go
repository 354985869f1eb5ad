package exercise_test

import (
	"slices"
	"testing"

	"rufaa/internal/accounts"
	"rufaa/internal/exercise"
	"rufaa/internal/office"
	"rufaa/internal/realm"
)

// Who moved or left in one exercise sits where the next one puts them.
func TestTheNextExerciseSitsEverybodyAnew(t *testing.T) {
	s := setUp(t)
	control := s.who("control.1")
	moved, left := s.who("dci.1").Staff, s.who("dci.2").Staff
	_, err := s.Exercises.Move(s.ctx, control, "", moved, exercise.Move{Team: "NGO", Reason: "too few"})
	s.must(err)
	_, err = s.Exercises.Leave(s.ctx, control, "", left, "")
	s.must(err)
	if _, s.cast, err = s.SetUpExercise(s.ctx, realm.System, kaskazi(t), ""); err != nil {
		t.Fatal(err)
	}
	for _, staff := range []string{moved, left} {
		a, err := s.Accounts.Staff(s.ctx, staff)
		s.must(err)
		if a.Agency != "x-team-dci" || a.State != accounts.Active {
			t.Errorf("%s sits in %s and is %s", a.Username, a.Agency, a.State)
		}
		i := slices.IndexFunc(s.cast, func(c office.Cast) bool { return c.Staff == staff })
		if _, err := s.Accounts.UseCard(s.ctx, s.cast[i].Link, accounts.Client{}); err != nil {
			t.Errorf("the new card of %s: %v", a.Username, err)
		}
	}
}

// A player's account, an actor's and one of control were closed for good after
// the first exercise. The next one is set up all the same: a new account has the
// seat, under the next number, and what is closed stays closed. The one after
// finds them again.
func TestAnAccountClosedForGoodIsReplaced(t *testing.T) {
	s := setUp(t)
	closed := map[string]string{"dci.1": "dci.11", "actor.c1": "actor.c1.1", "control.1": "control.4"}
	for user := range closed {
		s.must(s.Accounts.Leave(s.ctx, accounts.System, s.who(user).Staff))
	}
	for range 2 {
		var err error
		if _, s.cast, err = s.SetUpExercise(s.ctx, realm.System, kaskazi(t), ""); err != nil {
			t.Fatalf("set up after an account was closed: %v", err)
		}
		if n := len(s.state().Members); n != len(s.cast) {
			t.Errorf("%d of %d take part", n, len(s.cast))
		}
		for user, now := range closed {
			i := slices.IndexFunc(s.cast, func(c office.Cast) bool { return c.Username == now })
			if i < 0 {
				t.Fatalf("nobody sits as %s for %s", now, user)
			}
			if m, ok := s.state().Member(s.cast[i].Staff); !ok || user == "dci.1" && m.Team != "DCI" || user == "actor.c1" && m.Character != "C1" || user == "control.1" && m.Part != exercise.Control {
				t.Errorf("%s plays %+v", now, m)
			}
			if _, err := s.Accounts.UseCard(s.ctx, s.cast[i].Link, accounts.Client{}); err != nil {
				t.Errorf("the card of %s: %v", now, err)
			}
			old, err := s.Accounts.StaffByUsername(s.ctx, user)
			s.must(err)
			if _, plays := s.state().Member(old.ID); plays || old.State != accounts.Left {
				t.Errorf("%s, closed for good, plays: %s", user, old.State)
			}
		}
	}
}
