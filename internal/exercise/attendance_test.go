package exercise_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"rufaa/internal/exercise"
	"rufaa/internal/problem"
	"rufaa/internal/training"
)

// A sheet is kept whole or not at all, each day once; what was wrong is taken
// back as an event of its own.
func TestAttendanceIsRecordedOnce(t *testing.T) {
	s := setUp(t)
	control, a, b := s.who("control.1"), s.who("dci.1").Staff, s.who("ngo.1").Staff
	for name, x := range map[string]struct {
		sheet exercise.Attendance
		want  string
	}{
		"an empty sheet":   {exercise.Attendance{}, "attendance: common.error.choose"},
		"a day before":     {there(a, 0), "attendance.0.day: exercise.error.day"},
		"a day after":      {there(a, 1, 6), "attendance.1.day: exercise.error.day"},
		"a stranger":       {there("demo-wanjiru", 1), "attendance.0.staff: exercise.error.not_joined"},
		"there and not":    {exercise.Attendance{List: []exercise.Presence{{Staff: a, Day: 1, There: true}, {Staff: a, Day: 1}}}, "attendance.1.there: exercise.error.both"},
		"one of two wrong": {exercise.Attendance{List: append(there(a, 1).List, there(b, 9).List...)}, "attendance.1.day: exercise.error.day"},
	} {
		if _, err := s.Exercises.Attend(s.ctx, control, "", x.sheet); wrong(err) != x.want {
			t.Errorf("%s: %v, want %s", name, err, x.want)
		}
	}
	if n := s.kinds(exercise.Attended); n != 0 {
		t.Fatalf("%d recorded from sheets that were refused", n)
	}
	first, err := s.Exercises.Attend(s.ctx, control, "day-1", exercise.Attendance{List: append(there(a, 1, 1, 2).List, there(b, 1).List...)})
	s.must(err)
	_, err = s.Exercises.Attend(s.ctx, control, "day-1 again", there(a, 1, 2))
	s.must(err)
	if n := s.kinds(exercise.Attended); n != 3 || !slices.Equal(s.state().There[a], []int{1, 2}) {
		t.Errorf("%d events, %v", n, s.state().There[a])
	}
	correction := exercise.Attendance{List: []exercise.Presence{{Staff: a, Day: 2, Reason: "was at the other site"}}}
	for range 2 {
		_, err = s.Exercises.Attend(s.ctx, control, "", correction)
		s.must(err)
	}
	if n := s.kinds(exercise.Attended); n != 4 || !slices.Equal(s.state().There[a], []int{1}) {
		t.Errorf("taken back: %d events, %v", n, s.state().There[a])
	}
	// The first sheet, sent again late under its key, brings nothing back.
	again, err := s.Exercises.Attend(s.ctx, control, "day-1", exercise.Attendance{List: append(there(a, 1, 1, 2).List, there(b, 1).List...)})
	s.must(err)
	// Nor does one that changed nothing when it was first sent.
	_, err = s.Exercises.Attend(s.ctx, control, "day-1 again", there(a, 1, 2))
	s.must(err)
	if !again.Replayed || again.Seq != first.Seq || !slices.Equal(s.state().There[a], []int{1}) {
		t.Errorf("sent again late: %+v, %v", again, s.state().There[a])
	}
	if _, err = s.Exercises.Attend(s.ctx, control, "day-1", there(b, 3)); !errors.Is(err, problem.ErrKeyReused) {
		t.Errorf("another sheet under the same key: %v", err)
	}
	before := s.state().There
	_, err = s.Rebuild(s.ctx)
	s.must(err)
	if after := s.state().There; !slices.Equal(after[a], before[a]) || !slices.Equal(after[b], before[b]) {
		t.Errorf("rebuilt %v from %v", after, before)
	}
}

// Twelve people come; the report is about the group, and small groups cannot be
// worked out, not even from the day on which one was missing.
func TestTheTurnoutTellsNobody(t *testing.T) {
	s := setUp(t)
	control := s.who("control.1")
	var sheet exercise.Attendance
	for i, c := range s.cast[len(s.cast)-40:] { // players
		if i >= 12 {
			break
		}
		p := exercise.Particulars{Agency: "Mtoni Police", Sex: "female", County: "mombasa"}
		if i%2 == 1 {
			p.Sex = "male"
		}
		switch {
		case i >= 9:
			p = exercise.Particulars{Agency: "Tumaini Care"}
		case i == 8:
			p.Agency = "MTONI police" // one agency, however it is written
		}
		_, err := s.Exercises.Describe(s.ctx, control, "", c.Staff, p)
		s.must(err)
		sheet.List = append(sheet.List, there(c.Staff, 1).List...)
		if i > 0 {
			sheet.List = append(sheet.List, there(c.Staff, 2).List...)
		}
	}
	_, err := s.Exercises.Attend(s.ctx, control, "", sheet)
	s.must(err)
	r, err := s.Exercises.OwnTurnout(s.ctx, control)
	s.must(err)
	if r.People.N != 12 || r.People.Hidden {
		t.Errorf("came: %+v", r.People)
	}
	if len(r.ByAgency) != 2 || !r.ByAgency[0].Count.Hidden || !r.ByAgency[1].Count.Hidden {
		t.Errorf("three of Tumaini Care, nine of Mtoni: %+v", r.ByAgency)
	}
	if len(r.ByPart) != 1 || r.ByPart[0].Group != "player" || r.ByPart[0].Count.N != 12 {
		t.Errorf("by part: %+v", r.ByPart)
	}
	for _, c := range r.BySex { // five women, four men, three who did not tell
		if c.Group != "female" && !c.Count.Hidden {
			t.Errorf("by sex: %+v", r.BySex)
		}
	}
	if len(r.Days) != 5 || r.Days[0].Count.N != 12 || !r.Days[1].Count.Hidden || r.Days[2].Count.N != 0 || r.Days[2].Count.Hidden {
		t.Errorf("by day, where one was missing on the second: %+v", r.Days)
	}
	// The course that the exercise belongs to reports the same; that of another
	// exercise there is not.
	secretariat, today := s.who("cts.1"), s.Now().Format("2006-01-02")
	open := &training.Open{Title: "Kaskazi week", County: "mombasa", From: today, To: today, Exercise: "another"}
	if _, err := s.Training.Open(s.ctx, secretariat, "", open); wrong(err) != "exercise: training.error.no_exercise" {
		t.Errorf("a course of an exercise that is none: %v", err)
	}
	open.Exercise = s.state().ID
	rc, err := s.Training.Open(s.ctx, secretariat, "", open)
	s.must(err)
	course, err := s.Training.Report(s.ctx, secretariat, rc.ID)
	s.must(err)
	if !reflect.DeepEqual(course.Exercise, r) || course.Attended.N != 0 {
		t.Errorf("the course reports %+v, control %+v", course.Exercise, r)
	}
	if _, err := s.Training.Report(s.ctx, s.who("dci.1"), rc.ID); !errors.As(err, new(*problem.Denied)) {
		t.Errorf("a player reads the report: %v", err)
	}
	// Whoever leaves was there all the same.
	_, err = s.Exercises.Leave(s.ctx, control, "", sheet.List[0].Staff, "")
	s.must(err)
	if r, err = s.Exercises.OwnTurnout(s.ctx, control); err != nil || r.People.N != 12 {
		t.Errorf("one left, and came: %+v %v", r, err)
	}
}
