package review_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	datafiles "rufaa/content"
	"rufaa/internal/exercise"
	"rufaa/internal/ledger"
	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/review"
	"rufaa/internal/scenario"
)

var morning = time.Date(2026, 3, 2, 8, 0, 0, 0, time.FixedZone("EAT", 3*3600))

// From the first grade to the plan: mentors grade on their phones, one without
// a network; control ends and reveals; the figures are those of the ledger,
// whoever computes them; what follows is planned and done.
func TestFromTheMentorsPhoneToThePlan(t *testing.T) {
	ctx, clock := context.Background(), new(officetest.Clock)
	clock.Set(morning)
	raw, err := datafiles.Files.ReadFile("scenario/kaskazi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	script, err := scenario.Load("kaskazi.yaml", raw)
	if err != nil {
		t.Fatal(err)
	}
	of, err := office.Create(ctx, office.Options{Data: t.TempDir(), Realm: "exercise", Now: clock.Now, Accounts: officetest.Cheap}, realm.Exercise)
	if err != nil {
		t.Fatal(err)
	}
	defer of.Close()
	_, cast, err := of.SetUpExercise(ctx, realm.System, script, "")
	if err != nil {
		t.Fatal(err)
	}
	// part is the first of the cast with a part.
	state, err := of.Exercises.Current(ctx)
	if err != nil {
		t.Fatal(err)
	}
	part := func(p exercise.Part, team string) realm.Actor {
		t.Helper()
		for _, m := range state.Members {
			if m.Part != p || team != "" && m.Team != team && m.Character != team {
				continue
			}
			i := slices.IndexFunc(cast, func(c office.Cast) bool { return c.Staff == m.Staff })
			people, err := of.Accounts.Lookup(ctx, m.Staff)
			if err != nil {
				t.Fatal(err)
			}
			return realm.Actor{Principal: policy.Principal{Staff: m.Staff, Agency: cast[i].Agency, Duty: string(people[m.Staff].Duties[0])}, Language: "en"}
		}
		t.Fatalf("nobody is %s of %s", p, team)
		return realm.Actor{}
	}
	control, mentor, player, zawadi := part(exercise.Control, ""), part(exercise.Mentor, ""), part(exercise.Player, "DCI"), part(exercise.Actor, "C1")
	do := func(rc realm.Receipt, err error) realm.Receipt {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return rc
	}
	rule := func(err error) string {
		var r *problem.Refused
		errors.As(err, &r)
		if r == nil {
			return ""
		}
		return r.Rule
	}
	if _, err := of.Exercises.Mark(ctx, mentor, "", exercise.Mark{Criterion: "K1", Grade: "P"}); rule(err) != "exercise.not-begun" {
		t.Errorf("graded before play: %v", err)
	}
	do(of.Exercises.TurnClock(ctx, control, "", exercise.TurnClock{Act: "run", Rate: 60}))
	clock.Set(morning.Add(10 * time.Minute))
	tapped := clock.Now()
	clock.Set(morning.Add(30 * time.Minute))
	do(of.Exercises.Mark(ctx, mentor, "", exercise.Mark{Criterion: "K1", Grade: "U"}))
	// Tapped twenty minutes ago without a network, sent twice: it counts once.
	for range 2 {
		do(of.Exercises.Mark(ctx, mentor, "phone-1", exercise.Mark{Criterion: "K4", Grade: "S", Team: "DCI", Tapped: tapped}))
	}
	do(of.Exercises.Mark(ctx, mentor, "", exercise.Mark{Criterion: "K1", Grade: "M"})) // thought again
	do(of.Exercises.Note(ctx, mentor, "", exercise.Note{Note: "The police waited for the welfare officer.", Team: "DCI"}))
	if _, err := of.Exercises.Mark(ctx, player, "", exercise.Mark{Criterion: "K1", Grade: "P"}); !errors.As(err, new(*problem.Denied)) {
		t.Errorf("a player grades: %v", err)
	}
	for _, wrong := range []exercise.Mark{{Criterion: "K99", Grade: "P"}, {Criterion: "K1", Grade: "A"}, {Criterion: "K1", Grade: "P", Team: "NOBODY"}} {
		if _, err := of.Exercises.Mark(ctx, mentor, "", wrong); !errors.As(err, new(*problem.Invalid)) {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	// The clock stands for teaching. One grade is tapped without a network, then
	// another with one; the phone sends the first last. What was tapped last counts.
	do(of.Exercises.Freeze(ctx, control, "", "Who speaks first?"))
	clock.Set(morning.Add(35 * time.Minute))
	without := clock.Now()
	clock.Set(morning.Add(40 * time.Minute))
	do(of.Exercises.Mark(ctx, mentor, "", exercise.Mark{Criterion: "K9", Grade: "P"}))
	do(of.Exercises.Mark(ctx, mentor, "phone-2", exercise.Mark{Criterion: "K9", Grade: "U", Tapped: without}))
	do(of.Exercises.Thaw(ctx, control, ""))
	do(of.Exercises.Tell(ctx, zawadi, "", exercise.Tell{Reveal: "C1.age", Team: "DCI", Asked: "kindly"}))
	sheet, err := of.Exercises.Sheet(ctx, mentor)
	if err != nil || len(sheet.Criteria) != 17 || sheet.Criteria[0].Mine[""] != "M" || sheet.Criteria[3].Mine["DCI"] != "S" || len(sheet.Notes) != 1 {
		t.Fatalf("the own sheet: %+v, %v", sheet, err)
	}
	if _, err := of.Reviews.Review(ctx, player, ""); rule(err) != "review.not-revealed" {
		t.Errorf("read before the reveal: %v", err)
	}
	do(of.Exercises.End(ctx, control, "", "The day is over."))
	do(of.Exercises.Reveal(ctx, control, ""))
	if _, err := of.Exercises.Mark(ctx, mentor, "", exercise.Mark{Criterion: "K1", Grade: "P"}); rule(err) != "exercise.revealed" {
		t.Errorf("graded after the reveal: %v", err)
	}
	r, err := of.Reviews.Review(ctx, player, "")
	if err != nil {
		t.Fatal(err)
	}
	k := map[string]review.Criterion{}
	for _, c := range r.Report.Criteria {
		k[c.ID] = c
	}
	if k["K9"].Mentors["P"] != 1 || sheet.Criteria[8].Mine[""] != "P" {
		t.Errorf("what was tapped first and sent last counts: %v, on the sheet %v", k["K9"].Mentors, sheet.Criteria[8].Mine)
	}
	if k["K1"].Mentors["M"] != 1 || len(k["K1"].Mentors) != 1 || k["K4"].Mentors["S"] != 1 {
		t.Errorf("mentors: %v, %v", k["K1"].Mentors, k["K4"].Mentors)
	}
	for _, x := range r.Report.Truths {
		if want := map[bool]string{true: review.ToldNotKept, false: review.NotAsked}[x.Reveal == "C1.age"]; x.State != want {
			t.Errorf("%s: %s, want %s", x.Reveal, x.State, want)
		}
	}
	again(t, of, script, r.Report)
	if _, err := of.Reviews.Improve(ctx, player, "", &review.Improve{}); !errors.As(err, new(*problem.Denied)) {
		t.Errorf("a player plans: %v", err)
	}
	if _, err := of.Reviews.Improve(ctx, control, "", &review.Improve{Criterion: "K1", Owner: "NOBODY"}); !errors.As(err, new(*problem.Invalid)) {
		t.Errorf("half a plan: %v", err)
	}
	task := do(of.Reviews.Improve(ctx, control, "p1", &review.Improve{Criterion: "K1", Text: "Screen each alone.", Owner: "DCI", Due: "2026-06-01"}))
	if twice := do(of.Reviews.Improve(ctx, control, "p1", &review.Improve{Criterion: "K1", Text: "Screen each alone.", Owner: "DCI", Due: "2026-06-01"})); twice.ID != task.ID {
		t.Error("planned twice")
	}
	do(of.Reviews.Finish(ctx, control, "", &review.Finish{ID: task.ID, Note: "Done in the next run."}))
	if _, err := of.Rebuild(ctx); err != nil {
		t.Fatal(err)
	}
	plan, err := of.Reviews.Plan(ctx, player, "")
	if err != nil || len(plan.Tasks) != 1 || plan.Tasks[0].Done == "" {
		t.Errorf("%+v, %v", plan, err)
	}
	runs, err := of.Reviews.Compare(ctx, control)
	if err != nil || len(runs.Runs) != 1 || runs.Other != 0 {
		t.Errorf("%+v, %v", runs, err)
	}
}

// again computes the review from the ledger and the file, as anybody can, and
// wants the same bytes; with another file nothing is computed.
func again(t *testing.T, of *office.Office, script *scenario.Script, want *review.Report) {
	t.Helper()
	read := func(s *scenario.Script) (review.Play, error) {
		reading := review.NewReading("", s, of.Exercises.Words, of.Content.List("places-of-stay"), of.Exhibits.Follow())
		if err := of.Ledger.Each(context.Background(), 0, func(e ledger.Event) error { return reading.Add(e) }); err != nil {
			t.Fatal(err)
		}
		return reading.Play()
	}
	play, err := read(script)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(review.Compute(script, play))
	b, _ := json.Marshal(want)
	if string(a) != string(b) {
		t.Errorf("computed again:\n%s\n%s", a, b)
	}
	other := *script.Scenario
	other.Version = "9.9.9"
	changed, err := scenario.Compile("changed.yaml", &other)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := read(changed); !errors.Is(err, review.ErrOther) {
		t.Errorf("computed with another scenario: %v", err)
	}
}
