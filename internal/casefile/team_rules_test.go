package casefile

import (
	"errors"
	"testing"
	"time"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
)

var wanjiru = policy.Principal{Staff: "wanjiru", Agency: "tumaini", Duty: "case_manager"}

// taken is a case that wanjiru manages.
func taken(t *testing.T) *history {
	t.Helper()
	h := &history{s: &State{ID: "c1", Ref: "RF-TEST-TEST-0"}, k: loaded(t), now: time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)}
	raised := &Alert{Holder: "tumaini", County: "mombasa", Account: "told", Person: PersonFacts{Sex: "female", Minor: "no"}}
	for _, cmd := range []Command{raised, &Take{}} {
		if ok, err := h.play(wanjiru, cmd); !ok || err != nil {
			t.Fatalf("%T: %v %v", cmd, ok, err)
		}
	}
	return h
}

func (h *history) refusal(by policy.Principal, cmd Command) string {
	_, err := cmd.decide(h.s, h.env(by))
	var no *problem.Refused
	if errors.As(err, &no) {
		return no.Rule
	}
	return ""
}

// On the team a colleague has a duty that is theirs, once, and a case does not
// lose its manager by being brought onto its own team in another duty.
func TestAColleagueJoinsInADutyOfTheirs(t *testing.T) {
	h := taken(t)
	mwende := func(duty string) *Join {
		return &Join{Staff: "mwende", Duty: duty, agency: "tumaini", duties: []string{"counsellor", "case_manager"}}
	}
	if rule := h.refusal(wanjiru, mwende("investigator")); rule != "team.own-duty" {
		t.Errorf("a counsellor joins as investigator: %q", rule)
	}
	if ok, _ := h.play(wanjiru, mwende("counsellor")); !ok {
		t.Fatal("she cannot join in her own duty")
	}
	if rule := h.refusal(wanjiru, mwende("counsellor")); rule != "case.step-order" {
		t.Errorf("she joins twice: %q", rule)
	}
	if rule := h.refusal(wanjiru, &Join{Staff: "wanjiru", Duty: "counsellor", agency: "tumaini", duties: []string{"counsellor", "case_manager"}}); rule != "team.manager-stays" {
		t.Errorf("the case loses its manager: %q", rule)
	}
	if ok, _ := h.play(wanjiru, mwende("case_manager")); !ok {
		t.Error("she cannot take another duty of hers on the case")
	}
}

// The level is never lower than the gravest domain: the clock runs by the level.
func TestARiskIsNoLowerThanItsGravestDomain(t *testing.T) {
	k := loaded(t)
	for _, x := range []struct {
		level, staff string
		wrong        bool
	}{{"low", "extreme", true}, {"medium", "high", true}, {"high", "high", false}, {"extreme", "low", false}, {"low", "", false}} {
		c := valid.New(time.Now())
		(&Assess{Level: x.level, Reasons: "told", Domains: map[string]string{"staff": x.staff, "family": "low"}}).Check(c, k)
		if (c.Err() != nil) != x.wrong {
			t.Errorf("%+v: %v", x, c.Err())
		}
	}
}

// A conference that was brought forward was not held on a day to come.
func TestAConferenceIsNotHeldOnADayToCome(t *testing.T) {
	h := taken(t)
	for _, cmd := range []Command{&CallConference{On: "2026-03-20", How: "in-person"}, &HoldConference{Present: []string{"wanjiru"}}} {
		if ok, err := h.play(wanjiru, cmd); !ok || err != nil {
			t.Fatalf("%T: %v %v", cmd, ok, err)
		}
	}
	if on := h.s.Conferences[0].On; on != "2026-03-04" {
		t.Errorf("held on the 4th, told as %s", on)
	}
}

// A form on which nothing was asked is no screening: it would say that there is
// no sign. Why nothing could be asked can be written.
func TestAnEmptyFormIsNoScreening(t *testing.T) {
	k := loaded(t)
	for _, x := range []struct {
		answers map[string]string
		note    string
		wrong   bool
	}{{nil, "", true}, {map[string]string{"withdrawn": "not_asked"}, "", true}, {nil, "She fell asleep.", false}, {map[string]string{"withdrawn": "no"}, "", false}, {map[string]string{"withdrawn": "unknown"}, "", false}} {
		c := valid.New(time.Now())
		(&Screen{Questionnaire: "child-1", Answers: x.answers, Note: x.note, Spoken: Spoken{Language: "sw", Interpreting: "not-needed"}}).Check(c, k)
		if (c.Err() != nil) != x.wrong {
			t.Errorf("%+v: %v", x, c.Err())
		}
	}
}

// A contact that finds her unsafe asks for the risk to be assessed anew, as a
// serious incident does, until it is.
func TestAnUnsafeContactAsksForANewAssessment(t *testing.T) {
	h := taken(t)
	play := func(cmd Command) {
		t.Helper()
		h.now = h.now.Add(time.Hour)
		if ok, err := h.play(wanjiru, cmd); !ok || err != nil {
			t.Fatalf("%T: %v %v", cmd, ok, err)
		}
	}
	play(&Assess{Level: "low", Reasons: "told"})
	play(&Follow{Kind: "phone", On: "2026-03-04", Safe: "yes"})
	if h.s.unassessed() != nil {
		t.Error("a safe contact asks for an assessment")
	}
	play(&Follow{Kind: "phone", On: "2026-03-04", Safe: "no"})
	want := h.now.Add(h.k.Clock("safety-after-incident"))
	if by := h.s.unassessed(); by == nil || !by.Equal(want) {
		t.Fatalf("assess by %v, not %v", by, want)
	}
	if at, clock, _ := h.s.NextDue(); clock != "incident" || !at.Equal(want) {
		t.Errorf("the case's clock is %s at %v", clock, at)
	}
	play(&Assess{Level: "high", Reasons: "told"})
	if h.s.unassessed() != nil {
		t.Error("assessed, and still asked for")
	}
}

// What was called can be called off, before anybody met; then another is called.
func TestACalledConferenceCanBeCalledOff(t *testing.T) {
	h := taken(t)
	call := &CallConference{On: "2026-03-20", How: "in-person"}
	h.must(t, wanjiru, call)
	id := h.s.Conferences[0].ID
	if got := h.refusal(wanjiru, call); got != "case.step-order" {
		t.Fatalf("two at once: %q", got)
	}
	h.must(t, wanjiru, &CallOffConference{Conference: id})
	if c := h.s.Conferences[0]; c.Off == nil || c.Held != nil || h.s.OpenConference() != nil {
		t.Fatalf("called off, and told as %+v", c)
	}
	if at, clock, _ := h.s.NextDue(); clock == "conference" {
		t.Errorf("a conference that does not meet is due at %v", at)
	}
	if got := h.refusal(wanjiru, &HoldConference{Present: []string{"wanjiru"}}); got != "conference.call-first" {
		t.Errorf("held after it was called off: %q", got)
	}
	if got := h.refusal(wanjiru, &CallOffConference{Conference: id}); got != "case.step-order" {
		t.Errorf("called off twice: %q", got)
	}
	h.must(t, wanjiru, call, &HoldConference{Present: []string{"wanjiru"}})
	if got := h.refusal(wanjiru, &CallOffConference{Conference: h.s.Conferences[1].ID}); got != "case.step-order" {
		t.Errorf("held, and called off: %q", got)
	}
}

// A booking took place on its day or later; it can be cancelled before.
func TestABookingIsNotDoneBeforeItsDay(t *testing.T) {
	h := taken(t)
	h.must(t, wanjiru, &Book{Kind: "interpreter", On: "2026-03-05", Language: "so", Cost: 900}, &Book{Kind: "interpreter", On: "2026-03-05", Language: "so"})
	done := &SettleBooking{Booking: h.s.Bookings[0].ID, State: "done", Cost: 900}
	if got := h.refusal(wanjiru, done); got != "booking.before-its-day" {
		t.Errorf("done on the day before: %q", got)
	}
	h.must(t, wanjiru, &SettleBooking{Booking: h.s.Bookings[1].ID, State: "cancelled"})
	h.now = time.Date(2026, 3, 4, 21, 30, 0, 0, time.UTC) // half past midnight in Nairobi
	h.must(t, wanjiru, done)
}

// A case whose manager left the service waits anew: its clock runs from then, not
// from the alert that was taken in time.
func TestACaseWhoseManagerLeftWaitsFromThen(t *testing.T) {
	h := taken(t)
	h.now = h.now.AddDate(0, 0, 10)
	left := h.now.Add(time.Hour)
	h.must(t, policy.Principal{Staff: "system"}, &depart{Staff: wanjiru.Staff})
	want := left.Add(h.k.Clock("alert-taken"))
	if at, clock, _ := h.s.NextDue(); clock != "take" || !at.Equal(want) {
		t.Errorf("to be taken by %v (%s), not %v", at, clock, want)
	}
}

// A plan that a colleague added to holds the goals of before: whoever wrote those
// does not approve it, until somebody else approved them.
func TestAPlanThatAColleagueAddedToIsStillOnesOwn(t *testing.T) {
	h := taken(t)
	lead := policy.Principal{Staff: "baraka", Agency: "tumaini", Duty: "supervisor"}
	both := policy.Principal{Staff: "wanjiru", Agency: "tumaini", Duty: "supervisor"} // her second duty
	kamau := policy.Principal{Staff: "kamau", Agency: "tumaini", Duty: "case_manager"}
	goal := &PlanCare{Goals: []GoalFact{{Text: "To sleep", Service: "psychosocial"}}, ReviewOn: "2026-04-04"}
	play := func(by policy.Principal, cmd Command) {
		t.Helper()
		if ok, err := h.play(by, cmd); !ok || err != nil {
			t.Fatalf("%s, %T: %v %v", by.Staff, cmd, ok, err)
		}
	}
	approve := &Approve{What: ApprovePlan, Approved: true}
	h.s.NeedsAt = &h.now
	play(wanjiru, goal)
	play(kamau, goal)
	if rule := h.refusal(both, approve); rule != "supervision.own-work" {
		t.Errorf("her own goals under a colleague's: %q", rule)
	}
	if rule := h.refusal(kamau, approve); rule != "supervision.own-work" {
		t.Errorf("his own addition: %q", rule)
	}
	play(lead, approve)
	play(kamau, goal)
	if rule := h.refusal(both, approve); rule != "" {
		t.Errorf("his addition to what was approved: %q", rule)
	}
}

// What waits for a task is not due before it, and waits for it once.
func TestATaskIsNotDueBeforeWhatItWaitsFor(t *testing.T) {
	h := taken(t)
	task := func(due string, after ...string) *AddTask {
		return &AddTask{TaskFact{Kind: "other", Staff: "wanjiru", DueOn: due, After: after}}
	}
	if ok, err := h.play(wanjiru, task("2026-03-20")); !ok || err != nil {
		t.Fatal(ok, err)
	}
	first := h.s.Tasks[0].ID
	if rule := h.refusal(wanjiru, task("2026-03-19", first)); rule != "task.due-in-order" {
		t.Errorf("due a day before: %q", rule)
	}
	if ok, err := h.play(wanjiru, task("2026-03-20", first, first)); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if after := h.s.Tasks[1].After; len(after) != 1 {
		t.Errorf("it waits for %v", after)
	}
	if ok, err := h.play(wanjiru, &SettleTask{Task: first, State: "done"}); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if rule := h.refusal(wanjiru, task("2026-03-19", first)); rule != "" {
		t.Errorf("what it waited for is done: %q", rule)
	}
}
