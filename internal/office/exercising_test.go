package office_test

import (
	"slices"
	"testing"

	"rufaa/internal/accounts"
	"rufaa/internal/exercise"
	"rufaa/internal/office"
	"rufaa/internal/realm"
	"rufaa/internal/store"
)

// Agencies of teams that somebody closed after the last exercise take part again in
// the next: they are made for exercises, and everybody of theirs can sign in.
func TestTheNextExerciseOpensAgenciesOfTeamsAgain(t *testing.T) {
	x := lend(t, store.SQLite)
	_, err := x.Exercises.End(t.Context(), x.boss, "", "The day is over")
	x.must(err)
	for _, id := range []string{"x-team-ngo", "x-exercise"} {
		x.must(x.Accounts.CloseAgency(t.Context(), accounts.System, id))
	}
	s, err := x.Exercises.Current(t.Context())
	x.must(err)
	script, err := x.Exercises.Script(t.Context(), s)
	x.must(err)
	next, cast, err := x.SetUpExercise(t.Context(), realm.System, script, "")
	x.must(err)
	if next.ID == s.ID || next.Phase != exercise.Ready {
		t.Errorf("the next exercise is %s, %s", next.ID, next.Phase)
	}
	for _, user := range []string{"control.1", "ngo.1"} {
		i := slices.IndexFunc(cast, func(c office.Cast) bool { return c.Username == user })
		if _, err := x.Accounts.UseCard(t.Context(), cast[i].Link, accounts.Client{}); err != nil {
			t.Errorf("%s does not get in: %v", user, err)
		}
	}
}
