package exercise_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/clockwork"
	"rufaa/internal/custody"
	"rufaa/internal/exercise"
	"rufaa/internal/exhibit"
	"rufaa/internal/inquiry"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
	"rufaa/internal/scene"
)

// searched is a scene at which two officers of the investigators work.
type searched struct {
	*stage
	scene         string
	first, second realm.Actor
}

func (s *stage) search() *searched {
	s.t.Helper()
	x := &searched{stage: s, first: s.who("dci.1"), second: s.who("dci.2")}
	in, err := s.Inquiries.Open(s.ctx, x.first, casefile.Order{}, &inquiry.Open{Kind: s.Content.List("inquiry-kinds")[0].ID, Title: "Kasa Villa (fictional)"})
	s.must(err)
	sc, err := s.Scenes.Open(s.ctx, x.first, in.ID, casefile.Order{}, &scene.Open{Class: s.Content.List("scene-classes")[0].ID})
	s.must(err)
	x.scene = sc.ID
	_, err = s.Scenes.Do(s.ctx, x.first, sc.ID, casefile.Order{}, &scene.Give{Staff: x.second.Staff, Role: "searcher"})
	s.must(err)
	return x
}

// take takes an exhibit up under a seal and types the code of its label.
func (x *searched) take(about, seal string) string {
	x.t.Helper()
	rc, err := x.Exhibits.Record(x.ctx, x.first, x.scene, casefile.Order{}, &exhibit.Record{Facts: exhibit.Facts{Kind: "other", Description: "Prop (fictional)",
		Packaging: "paper-bag", Owner: "suspect"}, Look: exhibit.Look{Place: "scene", Seal: seal}})
	x.must(err)
	_, err = x.TypeCard(x.ctx, x.first, "", "exhibit/"+rc.ID, x.Exercises.Code(x.state(), about))
	x.must(err)
	return rc.ID
}

func (x *searched) do(who realm.Actor, id string, act exhibit.Act) {
	x.t.Helper()
	_, err := x.Exhibits.Do(x.ctx, who, id, casefile.Order{}, act)
	x.must(err)
}

// later is a time of the scenario, as an officer writes it.
func (x *searched) later(from time.Time, by time.Duration) string {
	return from.Add(by).Format(time.RFC3339)
}

// found are the flaws that the deeds name of an exhibit, each with its word.
func (x *searched) found(about string) []string {
	x.t.Helper()
	deeds, err := x.Exercises.Deeds(x.ctx, x.state().ID)
	x.must(err)
	var out []string
	for _, d := range deeds {
		if d.About != about || !strings.HasPrefix(d.Do, "custody_") {
			continue
		}
		if d.Fault == nil || d.Team != "DCI" || len(d.Events) == 0 {
			x.t.Errorf("%s is of team %q, rests on %v and names %v", d, d.Team, d.Events, d.Fault)
			continue
		}
		out = append(out, d.Do+" "+string(d.Fault.Flaw))
	}
	return out
}

// What the room of exhibits finds wrong with a chain is a deed of the play, each
// flaw once, with the events on both sides: what breaks the chain is a gap, what
// does not is a remark, and what the room does not find is none.
func TestEveryFlawOfAChainIsADeed(t *testing.T) {
	s := setUp(t)
	s.clockTo(exercise.TurnClock{Act: "run"})
	s.clockTo(exercise.TurnClock{Act: "jump", To: "D2 09:15"})
	x := s.search()
	began := s.Now()
	offer := func(seal string, after time.Duration) *exhibit.Offer {
		return &exhibit.Offer{To: x.second.Staff, Reason: "to-store", Look: exhibit.Look{Place: "scene", Seal: seal, At: x.later(began, after)}}
	}
	receive := func(seal string, after time.Duration) *exhibit.Receive {
		return &exhibit.Receive{Look: exhibit.Look{Place: "scene", Seal: seal, At: x.later(began, after)}}
	}
	move := func(place, seal string, after time.Duration) *exhibit.Move {
		return &exhibit.Move{Reason: "to-store", Look: exhibit.Look{Place: place, Seal: seal, At: x.later(began, after)}}
	}
	gap, fast, overlap, late, never, taken := x.take("E1", "B-1"), x.take("E2", "B-2"), x.take("E4", "B-4"), x.take("E5", "B-5"), x.take("E7", "B-7"), x.take("E8", "B-8")
	s.clockTo(exercise.TurnClock{Act: "jump", To: "D2 12:00"})
	x.do(x.first, gap, offer("B-1", 10*time.Minute)) // 31 minutes in nobody's hands; 30 are allowed
	x.do(x.second, gap, receive("B-1", 41*time.Minute))
	x.do(x.first, fast, move("store-nairobi", "B-2", time.Hour))
	x.do(x.first, fast, move("store-mtoni", "B-2", 2*time.Hour)) // some 440 km in an hour
	x.do(x.first, overlap, offer("B-4", 20*time.Minute))
	x.do(x.second, overlap, receive("B-4", 15*time.Minute)) // before it was given
	x.do(x.first, taken, offer("B-9", 10*time.Minute))      // a slip of the pen, taken back before it counted
	x.do(x.first, taken, &exhibit.Withdraw{Note: "The number was misread."})
	x.do(x.first, late, offer("B-5", 2*time.Hour))
	x.do(x.first, never, offer("B-7", 2*time.Hour))
	s.clockTo(exercise.TurnClock{Act: "jump", To: "D3 12:30"}) // a day and a half hour later
	x.do(x.second, late, receive("B-5", 2*time.Hour+5*time.Minute))
	if got := x.found("E7"); got != nil {
		t.Errorf("what can still be confirmed is judged: %v", got)
	}
	_, err := s.Exercises.End(s.ctx, s.who("control.1"), "", "")
	s.must(err)
	for about, want := range map[string]string{"E1": "[custody_gap gap]", "E2": "[custody_gap too-fast]", "E4": "[custody_gap overlap]", "E5": "[custody_remark late-confirm]",
		"E7": "[custody_gap unconfirmed]", "E8": "[]"} {
		if got := fmt.Sprint(x.found(about)); got != want {
			t.Errorf("%s: %s, want %s", about, got, want)
		}
	}
	for _, id := range []string{gap, fast, overlap, late, never, taken} { // the room says the same
		v, err := s.Exhibits.View(s.ctx, x.first, id)
		s.must(err)
		var says []string
		for _, f := range v.Chain.Findings {
			says = append(says, map[bool]string{true: "custody_gap ", false: "custody_remark "}[f.Flaw.Breaks()]+string(f.Flaw))
		}
		if got := x.found(s.state().Links["exhibit/"+id]); !slices.Equal(got, says) {
			t.Errorf("%s: the play finds %v, the room %v", s.state().Links["exhibit/"+id], got, says)
		}
	}
	deeds, err := s.Exercises.Deeds(s.ctx, s.state().ID)
	s.must(err)
	i := slices.IndexFunc(deeds, func(d exercise.Deed) bool { return d.About == "E1" && d.Do == "custody_gap" })
	if f := deeds[i].Fault; f.Flaw != custody.Gap || f.Span != 31*time.Minute || len(f.Events) != 2 || f.Events[0] <= f.Events[1] {
		t.Errorf("the gap: %+v", f)
	}
}

// forgotten is Kaskazi with an inject that comes when nobody confirms the hand-over
// of E7: exhibits officer, where is the book?
func forgotten(t *testing.T) *stage {
	t.Helper()
	sc := *kaskazi(t).Scenario
	text := scenario.Text{"en": "Where is the book?", "sw": "Daftari liko wapi?"}
	sc.Injects = append(slices.Clone(sc.Injects), scenario.Inject{ID: "99", When: `done("confirm_overdue", "E7")`, From: "control", To: []string{"DCI"},
		Channel: "phone", Title: text, Content: text})
	script, err := scenario.Compile("forgotten.yaml", &sc)
	if err != nil {
		t.Fatal(err)
	}
	return setUpWith(t, script)
}

// handed offers E7 at noon of day 2, which is confirmed within a day.
func (s *stage) handed() (*searched, string) {
	s.t.Helper()
	s.clockTo(exercise.TurnClock{Act: "pause"})
	s.clockTo(exercise.TurnClock{Act: "jump", To: "D2 12:00"})
	x := s.search()
	id := x.take("E7", "B-7")
	x.do(x.first, id, &exhibit.Offer{To: x.second.Staff, Reason: "to-store", Look: exhibit.Look{Place: "scene", Seal: "B-7"}})
	return x, id
}

// Nobody does anything: the clock alone goes past the hour by which a hand-over
// is confirmed, and the inject that waits for it comes, once, before play ends.
// Confirmed after all, the chain is not broken.
func TestAnOverdueHandOverSetsAnInjectOff(t *testing.T) {
	s := forgotten(t)
	x, id := s.handed()
	s.clockTo(exercise.TurnClock{Act: "jump", To: "D3 11:58"})
	s.clockTo(exercise.TurnClock{Act: "run"})
	s.clock.Pass(time.Minute)
	s.must(s.Exercises.Turn(s.ctx))
	if slices.Contains(s.sent(), "99") {
		t.Fatal("sent while it can still be confirmed in time")
	}
	s.clock.Pass(2 * time.Minute)
	for range 2 {
		s.must(s.Exercises.Turn(s.ctx))
	}
	y := s.state().Injects["99"]
	if y == nil || y.Fired == nil || y.Fired.By != exercise.ByCondition || y.Fired.Moment != int(clockwork.Moment(3, 12, 0)) || len(y.Fired.Causes) == 0 {
		t.Fatalf("the hour is over: %+v", y)
	}
	s.reopen()
	s.clock.Pass(10 * time.Minute)
	s.must(s.Exercises.Turn(s.ctx))
	x.do(x.second, id, &exhibit.Receive{Look: exhibit.Look{Place: "scene", Seal: "B-7"}})
	_, err := s.Exercises.End(s.ctx, s.who("control.1"), "", "")
	s.must(err)
	n := 0
	for _, in := range s.sent() {
		if in == "99" {
			n++
		}
	}
	deeds, err := s.Exercises.Deeds(s.ctx, s.state().ID)
	s.must(err)
	var overdue []exercise.Deed
	for _, d := range deeds {
		if d.Do == "confirm_overdue" {
			overdue = append(overdue, d)
		}
	}
	if n != 1 || len(overdue) != 1 || overdue[0].About != "E7" || overdue[0].At != clockwork.Moment(3, 12, 0) || overdue[0].Team != "" || !slices.Equal(overdue[0].Events, y.Fired.Causes) {
		t.Errorf("sent %d times, overdue %+v, causes %v", n, overdue, y.Fired.Causes)
	}
	if got := fmt.Sprint(x.found("E7")); strings.Contains(got, "custody_gap unconfirmed") {
		t.Errorf("confirmed late, its chain is broken: %s", got)
	}
}

// A jump over the hour sends what time brought at its own place between the
// injects of the timetable.
func TestAJumpKeepsTheOrderOfWhatTimeBrings(t *testing.T) {
	s := forgotten(t)
	s.handed()
	s.clockTo(exercise.TurnClock{Act: "jump", To: "D3 14:00"})
	sent := s.sent()
	i := slices.Index(sent, "99")
	if i < 1 || sent[i-1] != "28" || i+1 >= len(sent) || sent[i+1] != "29" {
		t.Errorf("sent %v; 99 is of noon, between 28 and 29", sent)
	}
}
