package casefile

import (
	"testing"
	"time"

	"rufaa/internal/policy"
)

var (
	police     = policy.Principal{Staff: "barasa", Agency: "dci", Duty: "investigator"}
	prosecutor = policy.Principal{Staff: "odhiambo", Agency: "odpp", Duty: "prosecutor"}
)

func (h *history) must(t *testing.T, by policy.Principal, cmds ...Command) {
	t.Helper()
	for _, cmd := range cmds {
		h.now = h.now.Add(time.Hour)
		if ok, err := h.play(by, cmd); !ok || err != nil {
			t.Fatalf("%T: %v %v", cmd, ok, err)
		}
	}
}

// notPresumed is a case in which somebody decided that she is none.
func notPresumed(t *testing.T) *history {
	t.Helper()
	h := taken(t)
	h.must(t, wanjiru, &Screen{Questionnaire: "adult-1", Note: "n", Spoken: Spoken{Language: "sw", Interpreting: "not-needed"}},
		&Presume{Decision: "not_presumed", Reason: "no-indicators", Note: "n", WayBack: "w"})
	if h.s.MayBeVictim() {
		t.Fatal("nothing speaks for her, and she is held to be one")
	}
	return h
}

// The benefit of the doubt comes back with new facts: between a new screening, or
// a panel that was called, and what is decided on it she is treated as no offender.
//
// Source: CTIPA s.14; issue of the whole joint case, re-screening on new facts.
func TestNewFactsProtectHerUntilTheyAreDecidedOn(t *testing.T) {
	arrest := &TreatAsOffender{Step: "arrest", Act: "presence"}
	anew := &Screen{Questionnaire: "adult-1", Note: "She says who held her passport.", Spoken: Spoken{Language: "sw", Interpreting: "not-needed"}}
	h := notPresumed(t)
	h.must(t, wanjiru, anew)
	if got := h.refusal(police, arrest); got != "nonpunishment.review-first" {
		t.Errorf("screened anew, and arrested: %q", got)
	}
	if h.s.MayBeSuspect() == nil {
		t.Error("screened anew, and held to be a suspect")
	}
	h.must(t, wanjiru, &Presume{Decision: "not_presumed", Reason: "no-indicators", Note: "n", WayBack: "w"})
	if got := h.refusal(police, arrest); got != "" {
		t.Errorf("decided on, and still refused: %q", got)
	}

	seats := []Seat{{"a", "unit"}, {"b", "house"}}
	h.must(t, policy.Principal{Staff: "n", Agency: "tumaini", Duty: "case_manager"}, &ConvenePanel{On: "2026-03-05", Members: []string{"a", "b"}, Papers: "p", seats: seats})
	if got := h.refusal(police, arrest); got != "nonpunishment.review-first" {
		t.Errorf("a panel sits on whether she is a victim, and she is arrested: %q", got)
	}
	h.must(t, policy.Principal{Staff: "n", Agency: "tumaini", Duty: "case_manager"}, &ProposeStatus{Outcome: NotConfirmed, Reasons: "r"})
	for _, x := range seats {
		h.must(t, policy.Principal{Staff: x.Staff, Agency: x.Agency, Duty: "case_manager"}, &GiveVoice{Proposal: h.s.OpenPanel().Proposal.ID, Voice: Agrees})
	}
	if h.s.MayBeVictim() {
		t.Error("a panel did not confirm her, and nothing is open")
	}
	h.must(t, wanjiru, anew)
	if got := h.refusal(police, arrest); got != "nonpunishment.review-first" {
		t.Errorf("new facts after the panel, and she is arrested: %q", got)
	}
	h.must(t, wanjiru, &Presume{Decision: "presumed", Track: "trafficking"})
	if got := h.refusal(police, arrest); got != "nonpunishment.review-first" {
		t.Errorf("presumed on new facts after the panel, and arrested: %q", got)
	}
}

// A suspect rests on the newest finding about an act, as every other step does:
// what was found before and looked at again since holds no more.
func TestASuspectRestsOnTheNewestFinding(t *testing.T) {
	for _, later := range []string{"protected", "more_facts", ""} {
		h := taken(t)
		find := func(finding string) {
			h.must(t, police, &ReviewSection14{Act: "recruiting", Finding: finding, Reasons: "r"})
		}
		find("not_connected")
		if h.s.MayBeSuspect() == nil {
			t.Fatal("a suspect by one person's word")
		}
		h.must(t, prosecutor, &ConfirmSection14{Review: last(h.s.Section14).ID})
		if err := h.s.MayBeSuspect(); err != nil {
			t.Fatalf("found unconnected and confirmed: %v", err)
		}
		if later == "" { // looked at again by nobody else yet
			find("protected")
		} else {
			find(later)
			h.must(t, prosecutor, &ConfirmSection14{Review: last(h.s.Section14).ID})
		}
		if h.s.MayBeSuspect() == nil {
			t.Errorf("a suspect on a finding that %q overtook", later)
		}
	}
}
