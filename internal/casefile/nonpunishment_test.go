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
	if h.s.mayBeSuspect(nil) == nil {
		t.Error("screened anew, and held to be a suspect")
	}
	h.must(t, wanjiru, &Presume{Decision: "not_presumed", Reason: "no-indicators", Note: "n", WayBack: "w"})
	if got := h.refusal(police, arrest); got != "" {
		t.Errorf("decided on, and still refused: %q", got)
	}

	seats := []Seat{{Staff: "a", Agency: "unit"}, {Staff: "b", Agency: "house"}}
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
		if h.s.mayBeSuspect(nil) == nil {
			t.Fatal("a suspect by one person's word")
		}
		h.must(t, prosecutor, &ConfirmSection14{Review: last(h.s.Section14).ID})
		if err := h.s.mayBeSuspect(nil); err != nil {
			t.Fatalf("found unconnected and confirmed: %v", err)
		}
		if later == "" { // looked at again by nobody else yet
			find("protected")
		} else {
			find(later)
			h.must(t, prosecutor, &ConfirmSection14{Review: last(h.s.Section14).ID})
		}
		if h.s.mayBeSuspect(nil) == nil {
			t.Errorf("a suspect on a finding that %q overtook", later)
		}
	}
}

// Whoever was trafficked again after a decision against her is no offender by that
// decision: what was flagged speaks for her until it is decided on.
func TestBeingTraffickedAgainSpeaksForHer(t *testing.T) {
	arrest := &TreatAsOffender{Step: "arrest", Act: "presence"}
	h := notPresumed(t)
	h.must(t, wanjiru, &Close{Reason: "not-a-victim"}, &FlagRetrafficking{On: "2026-03-04", Text: "Seen in the same house."})
	if got := h.refusal(police, arrest); got != "nonpunishment.review-first" {
		t.Errorf("trafficked again, and arrested: %q", got)
	}
	if h.s.mayBeSuspect(nil) == nil {
		t.Error("trafficked again, and held to be a suspect")
	}
	if got := h.refusal(wanjiru, &Close{Reason: "not-a-victim"}); got != "case.closure-may-be-victim" {
		t.Errorf("trafficked again, and help ended: %q", got)
	}
	h.must(t, wanjiru, &Presume{Decision: "not_presumed", Reason: "mistaken", Note: "n", WayBack: "w"})
	if got := h.refusal(police, arrest); got != "" {
		t.Errorf("decided on, and still refused: %q", got)
	}
}

// Help is not ended as that of somebody who is no victim while she is held to be
// one, or while that is open. A case that nobody screened, an alert by mistake,
// is closed as before.
func TestHelpIsNotEndedAsNoVictimsWhileSheMayBeOne(t *testing.T) {
	no, anew := &Close{Reason: "not-a-victim"}, &Screen{Questionnaire: "adult-1", Note: "n", Spoken: Spoken{Language: "sw", Interpreting: "not-needed"}}
	h := taken(t)
	if got := h.refusal(wanjiru, no); got != "" {
		t.Errorf("nobody screened her: %q", got)
	}
	h.must(t, wanjiru, anew)
	for _, made := range []*Presume{{Decision: "presumed", Track: "smuggling"}, {Decision: "cannot_tell", ReviewOn: "2026-04-01"}} {
		if got := h.refusal(wanjiru, no); got != "case.closure-may-be-victim" {
			t.Errorf("%q, and help ended: %q", h.s.Status(), got)
		}
		h.must(t, wanjiru, made)
	}
	h.must(t, wanjiru, &Presume{Decision: "not_presumed", Reason: "mistaken", Note: "n", WayBack: "w"})
	if got := h.refusal(wanjiru, no); got != "" {
		t.Errorf("decided, and still refused: %q", got)
	}
	h.must(t, wanjiru, &ConvenePanel{On: "2026-03-05", Members: []string{"a", "b"}, Papers: "p", seats: []Seat{{Staff: "a", Agency: "unit"}, {Staff: "b", Agency: "house"}}})
	if got := h.refusal(wanjiru, no); got != "case.closure-may-be-victim" {
		t.Errorf("a panel sits, and help ended: %q", got)
	}
}

// Whom a panel confirmed has the period, and stays on the list of those behind a
// lock, though nobody had presumed her before it.
func TestWhoeverAPanelConfirmedIsHeldToBeAVictim(t *testing.T) {
	h := notPresumed(t)
	begin := &BeginReflection{Spoken{Language: "sw", Interpreting: "not-needed"}}
	if got := h.refusal(wanjiru, begin); got != "reflection.presumed-first" {
		t.Errorf("a period for somebody who is not presumed: %q", got)
	}
	leads, seats := policy.Principal{Staff: "n", Agency: "tumaini", Duty: "case_manager"}, []Seat{{Staff: "a", Agency: "unit"}, {Staff: "b", Agency: "house"}}
	h.must(t, leads, &ConvenePanel{On: "2026-03-05", Members: []string{"a", "b"}, Papers: "p", seats: seats}, &ProposeStatus{Outcome: Confirmed, Reasons: "r"})
	for _, x := range seats {
		h.must(t, policy.Principal{Staff: x.Staff, Agency: x.Agency, Duty: "case_manager"}, &GiveVoice{Proposal: h.s.OpenPanel().Proposal.ID, Voice: Agrees})
	}
	if got := h.refusal(wanjiru, begin); got != "" {
		t.Errorf("confirmed, and no time to recover: %q", got)
	}
	h.must(t, wanjiru, &Move{Kind: "police-cell"})
	if got := h.refusal(wanjiru, &Close{Reason: "contact-lost"}); got != "case.closure-detained" {
		t.Errorf("a confirmed victim in a cell leaves the list: %q", got)
	}
}

// The period is the person's and not a case's: while it runs in another case of
// hers nobody asks her here, before she said yes to it since.
func TestThePeriodOfAnotherCaseIsKeptHere(t *testing.T) {
	h := taken(t)
	talk := Spoken{Language: "sw", Interpreting: "not-needed"}
	yes := &Ask{Given: true, Purposes: []string{"investigation"}, Agency: "dci", Compartments: []string{"inquiry"}, How: "spoken", GivenBy: "person", Spoken: talk}
	h.must(t, wanjiru, &Assess{Level: "low", Reasons: "r"}, &AssessNeeds{Wishes: "w"}, yes)
	began := h.now.Add(time.Minute)
	asks := &RecordInterview{On: "2026-03-04", Account: "a", Spoken: talk,
		others: []*State{{ID: "c2", Reflections: []Reflection{{Record: Record{By: By{At: began}}, Ends: began.AddDate(0, 0, 30)}}}}}
	h.now = began.Add(time.Minute)
	if got := h.refusal(police, asks); got != "reflection.running" {
		t.Errorf("asked while the period of another case runs: %q", got)
	}
	h.must(t, wanjiru, yes)
	if got := h.refusal(police, asks); got != "" {
		t.Errorf("she said yes since, and it is refused: %q", got)
	}
}

// Nobody shortens her time to recover by closing the case as no victim's before it
// is over; her own choice does, and so does its end.
func TestHerTimeToRecoverIsNotClosedAway(t *testing.T) {
	h := taken(t)
	talk := Spoken{Language: "sw", Interpreting: "not-needed"}
	h.must(t, wanjiru, &Screen{Questionnaire: "adult-1", Note: "n", Spoken: talk}, &Presume{Decision: "presumed", Track: "trafficking"},
		&BeginReflection{talk}, &Presume{Decision: "not_presumed", Reason: "mistaken", Note: "n", WayBack: "w"})
	no := &Close{Reason: "not-a-victim"}
	if got := h.refusal(wanjiru, no); got != "reflection.her-own-choice" {
		t.Errorf("closed within her time: %q", got)
	}
	if got := h.refusal(wanjiru, &Close{Reason: "own-wish"}); got != "" {
		t.Errorf("her own wish: %q", got)
	}
	began := h.now
	h.now = last(h.s.Reflections).Ends
	if got := h.refusal(wanjiru, no); got != "" {
		t.Errorf("after its end: %q", got)
	}
	h.now = began
	h.must(t, wanjiru, &EndReflection{OwnChoice: true, Choice: "I am well."})
	if got := h.refusal(wanjiru, no); got != "" {
		t.Errorf("after she ended it: %q", got)
	}
}
