package review

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"rufaa/internal/exercise"
	"rufaa/internal/ledger"
	"rufaa/internal/scenario"
)

// away is the played story, with nobody of a team there for a time.
func away(p Play, team string, from, to scenario.Minute) Play {
	p.Attendance = &Attendance{Crews: []Crew{{Team: team, Nobody: []Span{{from, to}}}}}
	return p
}

// The police had nobody from nine to ten, when they should have planned: their
// plan of 9:40 is neither late nor missed. What they did in time counts.
func TestWhatWasDueWhileNobodyWasThereDoesNotCount(t *testing.T) {
	s := small(t)
	r := Compute(s, away(played(), "DCI", at(9, 0), at(10, 0)))
	planned := r.Injects[0].Expects[1]
	if planned.State != NoChance || !planned.Nobody {
		t.Errorf("the plan: %+v", planned)
	}
	if police := r.Teams[0]; police.InTime != (Tally{1, 1, 1}) || police.Late != 0 || police.NoChance != 3 {
		t.Errorf("police: %+v", police)
	}
	if r.InTime != (Tally{3, 3, 1}) {
		t.Errorf("in time: %+v", r.InTime)
	}
	// K1 is the helpline's too, which had its chance: it is graded, and says so.
	if k := r.Criteria[0]; k.Grade != scenario.Some || !slices.Equal(k.Nobody, []string{"DCI"}) {
		t.Errorf("K1: %+v", k)
	}
	if k := r.Criteria[1]; k.Nobody != nil {
		t.Errorf("K2 was due later: %+v", k)
	}
	// Done in time, it had its chance, whatever the sheet says.
	if r := Compute(s, away(played(), "NGO", at(8, 0), at(18, 0))); r.Teams[1].InTime != (Tally{2, 2, 1}) {
		t.Errorf("the helpline: %+v", r.Teams[1])
	}
	if r := Compute(s, away(played(), "DCI", at(9, 30), at(10, 0))); r.Injects[0].Expects[1].State != Late {
		t.Errorf("gone from the minute it was due: %+v", r.Injects[0].Expects[1])
	}
}

// A criterion all of which was due while nobody was there had no fair chance:
// it brings no points and takes none. A breach stands.
func TestACriterionThatNobodyCouldMeetIsNotScored(t *testing.T) {
	s, p := small(t), played()
	p.Deeds = slices.DeleteFunc(p.Deeds, func(d Deed) bool { return d.Do == "exhibit_sealed" && d.About == "E1" })
	r := Compute(s, p)
	if k := r.Criteria[1]; k.Grade != scenario.Unable || r.Score.Of != 9 {
		t.Fatalf("with somebody there: %s of %d", k.Grade, r.Score.Of)
	}
	r = Compute(s, away(p, "DCI", at(10, 0), at(18, 0)))
	if k := r.Criteria[1]; k.Grade != scenario.NoChance || !slices.Equal(k.Nobody, []string{"DCI"}) || r.Score.Of != 6 {
		t.Errorf("with nobody there: %+v, of %d", k, r.Score.Of)
	}
	p.Deeds = append(p.Deeds, deed(50, 10, 40, "NGO", "exhibit_mishandled", "E2"))
	if k := Compute(s, away(p, "DCI", at(10, 0), at(18, 0))).Criteria[1]; !k.Breached || k.Grade != scenario.Unable {
		t.Errorf("a breach is forgiven: %+v", k)
	}
}

// From events to numbers: two play in DCI, one comes to NGO in the middle of
// play and one of DCI is lent to it, the other leaves; nobody of DCI is left.
func TestCrewsAreReadFromTheLedger(t *testing.T) {
	s := small(t)
	s.Timetable = append(slices.Clone(s.Timetable), scenario.Day{Day: 2})
	state := &exercise.State{Phase: exercise.Ready, FirstDay: "2026-03-02", Begins: at(8, 0), Ends: at(18, 0) + dayLong, There: map[string][]int{"a": {1}, "c": {1}}}
	midnight := time.Date(2026, 3, 2, 0, 0, 0, 0, time.FixedZone("EAT", 3*3600))
	var c crews
	n := int64(0)
	happens := func(kind string, moment scenario.Minute, payload any) {
		t.Helper()
		raw, err := json.Marshal(payload)
		if err != nil {
			t.Fatal(err)
		}
		n++
		if err := c.read(ledger.Event{Kind: kind, Seq: n, At: midnight.Add(time.Duration(moment) * time.Minute), Payload: raw}, state); err != nil {
			t.Fatal(err)
		}
	}
	join := func(staff, team string, moment scenario.Minute) {
		t.Helper()
		happens(exercise.Joined, moment, exercise.JoinedEvent{Staff: staff, Part: exercise.Player, Team: team})
	}
	join("a", "DCI", 0)
	join("b", "DCI", 0)
	happens(exercise.Joined, 0, exercise.JoinedEvent{Staff: "m", Part: exercise.Mentor, Team: "DCI"})
	state.Phase = exercise.Playing
	join("c", "NGO", at(9, 0))
	happens(exercise.Moved, 0, exercise.MovedEvent{Staff: "a", From: "DCI", To: "NGO", Moment: int(at(10, 0))})
	happens(exercise.Moved, 0, exercise.MovedEvent{Staff: "m", From: "DCI", To: "NGO", Moment: int(at(10, 0))})
	happens(exercise.Left, 0, exercise.LeftEvent{Staff: "b", Reason: "ill", Moment: int(at(11, 0))})
	happens(exercise.Left, 0, exercise.LeftEvent{Staff: "m", Moment: int(at(11, 0))})
	a := c.attendance(s, state, nil)
	want := []Crew{
		// b was not ticked on day 1, and there is no sheet of day 2.
		{Team: "DCI", Began: 2, MovedOut: 1, Left: 1, Ended: 0, Nobody: []Span{{at(10, 0), at(18, 0) + dayLong}}},
		{Team: "NGO", Joined: 1, MovedIn: 1, Ended: 2, Nobody: []Span{{at(8, 0), at(9, 0)}}},
	}
	if !reflect.DeepEqual(a.Crews, want) {
		t.Errorf("crews %+v, want %+v", a.Crews, want)
	}
	if want := []Change{{at(9, 0), "NGO", CrewJoined, 1, []int64{4}}, {at(10, 0), "DCI", CrewMovedOut, 1, []int64{5}},
		{at(10, 0), "NGO", CrewMovedIn, 1, []int64{5}}, {at(11, 0), "DCI", CrewLeft, 1, []int64{7}}}; !reflect.DeepEqual(a.Changes, want) {
		t.Errorf("changes %+v, want %+v", a.Changes, want)
	}
	// A team that did something on a day was there, whatever the sheet says.
	a = c.attendance(s, state, map[string]map[int]bool{"DCI": {1: true}})
	if got := a.Crews[0].Nobody; !reflect.DeepEqual(got, []Span{{at(11, 0), at(18, 0) + dayLong}}) {
		t.Errorf("DCI, which acted on day 1: %v", got)
	}
}
