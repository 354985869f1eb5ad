package exercise_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"rufaa/internal/accounts"
	"rufaa/internal/casefile"
	"rufaa/internal/exercise"
	"rufaa/internal/office/officetest"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
)

// The stories of the room are told on PostgreSQL too; on SQLite each runs by
// its own name.
func TestTheSameOnPostgreSQL(t *testing.T) {
	for _, story := range []struct {
		name string
		tell func(*testing.T)
	}{
		{"set-up", TestSetUpCommitsBeforeAnybodyPlays}, {"reveal", TestRevealOpensWhatWasCommittedTo}, {"clock", TestNoInjectIsLostWhateverTheClockDoes},
		{"trigger", TestATriggerRunsOnDeedsReadFromTheLedger}, {"control", TestControlsHandOnInjects}, {"safe word", TestTheSafeWordStopsTheScene},
		{"card", TestAnActorsCard}, {"mailbox", TestTheMailbox}, {"late-comer", TestALateComerJoins}, {"refused", TestWhoCannotJoin},
		{"move", TestAMoveLeavesThePastWithTheTeam}, {"leave", TestWhoLeavesIsLetInNoMore}, {"attendance", TestAttendanceIsRecordedOnce},
		{"two controllers", TestTwoControllersAtOnce}, {"turnout", TestTheTurnoutTellsNobody}, {"next", TestTheNextExerciseSitsEverybodyAnew},
		{"custody", TestEveryFlawOfAChainIsADeed}, {"closed", TestAnAccountClosedForGoodIsReplaced}, {"overdue", TestAnOverdueHandOverSetsAnInjectOff}, {"overdue jumped", TestAJumpKeepsTheOrderOfWhatTimeBrings},
	} {
		t.Run(string(store.Postgres)+"/"+story.name, story.tell)
	}
}

// From the file to a realm that can be played: agencies, accounts, providers,
// and a digest that everybody sees and nobody but control can open.
func TestSetUpCommitsBeforeAnybodyPlays(t *testing.T) {
	s := setUp(t)
	st := s.state()
	if st.Phase != exercise.Ready || len(st.Digest) != 64 || len(st.Teams) != 11 {
		t.Fatalf("after set-up: %s, %d teams, digest %q", st.Phase, len(st.Teams), st.Digest)
	}
	face, err := s.Exercises.Face(s.ctx, s.who("dci.1"))
	s.must(err)
	if face.Digest != st.Digest {
		t.Error("a player does not see what was committed to")
	}
	for _, user := range []string{"dci.1", "actor.c1", "mentor.1", "observer.1"} {
		if _, err := s.Exercises.Truth(s.ctx, s.who(user)); err == nil {
			t.Errorf("%s reads what is hidden before it is revealed", user)
		}
	}
	if _, err := s.Exercises.Truth(s.ctx, s.who("control.1")); err != nil {
		t.Error(err)
	}
	if _, _, err := s.Exercises.Admitted(s.ctx, officetest.Who("wanjiru.case"), policy.ExerciseView); !errors.Is(err, problem.ErrNotFound) {
		t.Errorf("somebody without a part is told %v", err)
	}
	// Every card signs its person in, once.
	for _, c := range s.cast[:3] {
		in, err := s.Accounts.UseCard(s.ctx, c.Link, accounts.Client{})
		s.must(err)
		if in.Staff != c.Staff {
			t.Errorf("the card of %s signs %s in", c.Staff, in.Staff)
		}
		if _, err := s.Accounts.UseCard(s.ctx, c.Link, accounts.Client{}); err == nil {
			t.Error("a card works twice")
		}
	}
}

// What was committed to opens at the end, for everybody, and to nothing else.
func TestRevealOpensWhatWasCommittedTo(t *testing.T) {
	s := setUp(t)
	control := s.who("control.1")
	_, err := s.Exercises.Reveal(s.ctx, control, "")
	wantRule(t, err, "exercise.end-first")
	s.clockTo(exercise.TurnClock{Act: "run"})
	_, err = s.Exercises.End(s.ctx, control, "", "")
	s.must(err)
	_, err = s.Exercises.Reveal(s.ctx, control, "")
	s.must(err)
	o, err := s.Exercises.Opening(s.ctx, s.who("dci.1"))
	s.must(err)
	if !o.Opens(s.state().Digest) {
		t.Error("what was revealed is not what was committed to")
	}
	forged := *o
	forged.File = strings.Replace(o.File, `"role":"offender"`, `"role":"victim"`, 1)
	if forged.File == o.File || forged.Opens(s.state().Digest) {
		t.Error("another truth opens the same commitment")
	}
	if _, err := s.Exercises.Truth(s.ctx, s.who("dci.1")); err != nil {
		t.Errorf("a player after the reveal: %v", err)
	}
}

// Pauses, a jump over the night, compressed time and a killed server drop no
// inject and change no order; the clock tells the truth.
func TestNoInjectIsLostWhateverTheClockDoes(t *testing.T) {
	s := setUp(t)
	s.clockTo(exercise.TurnClock{Act: "run", Rate: 30})
	s.clock.Pass(2 * time.Minute) // D1 14:00
	s.must(s.Exercises.Turn(s.ctx))
	if got := strings.Join(s.sent(), " "); got != "01 02 03" {
		t.Fatalf("by D1 14:00 were sent: %s", got)
	}
	s.clockTo(exercise.TurnClock{Act: "pause"})
	s.clock.Pass(3 * time.Hour)
	s.must(s.Exercises.Turn(s.ctx))
	if len(s.sent()) != 3 {
		t.Error("a pause sends")
	}
	before := s.Now()
	s.clockTo(exercise.TurnClock{Act: "jump", To: "D2 08:10"})
	if got, want := strings.Join(s.sent(), " "), "01 02 03 04 05 06 07 08 09 10 12 13"; got != want {
		t.Fatalf("after the jump were sent: %s\nwant: %s", got, want)
	}
	if s.state().Injects["11"] == nil || !strings.Contains(s.state().Injects["11"].Unfired, "shared C10") {
		t.Errorf("the branch not taken has no reason: %+v", s.state().Injects["11"])
	}
	if !s.Now().After(before) {
		t.Error("legal time did not go on with the jump")
	}
	_, err := s.Exercises.TurnClock(s.ctx, s.who("control.1"), "", exercise.TurnClock{Act: "jump", To: "D1 15:00"})
	wantRule(t, err, "exercise.no-way-back")
	// The server is killed in the middle of day 3, with the clock running.
	s.clockTo(exercise.TurnClock{Act: "jump", To: "D3 09:10"})
	s.clockTo(exercise.TurnClock{Act: "run", Rate: 10})
	sent, legal := s.sent(), s.Now()
	s.clock.Pass(30 * time.Second)
	s.reopen()
	if d := s.Now().Sub(legal); d != 5*time.Minute {
		t.Errorf("half a minute of the wall at ten times is %s of the scenario", d)
	}
	s.must(s.Exercises.Turn(s.ctx))
	if got := s.sent(); !slices.Equal(got, sent) {
		t.Errorf("started again it sent %v after %v", got, sent)
	}
	s.clock.Pass(5 * time.Minute) // D3 10:05
	s.must(s.Exercises.Turn(s.ctx))
	if got := s.sent(); got[len(got)-1] != "26" {
		t.Errorf("play does not go on: %v", got)
	}
	n, err := s.Rebuild(s.ctx)
	s.must(err)
	if n == 0 || !slices.Equal(s.sent(), append(sent, "26")) {
		t.Error("rebuilding changed the play")
	}
}

// A branch is taken by what a team did with the ordinary pages, as it is done.
func TestATriggerRunsOnDeedsReadFromTheLedger(t *testing.T) {
	s := setUp(t)
	s.clockTo(exercise.TurnClock{Act: "run"})
	s.clockTo(exercise.TurnClock{Act: "jump", To: "D2 08:35"})
	officer, control := s.who("dci.2"), s.who("control.1")
	if officer.Duty != "first_responder" {
		t.Fatalf("dci.2 acts as %s", officer.Duty)
	}
	rc, err := s.Cases.Raise(s.ctx, officer, casefile.Order{}, &casefile.Alert{Holder: "x-team-ngo", PlaceKind: "shelter",
		Person: casefile.PersonFacts{Name: "Zawadi", Sex: "female", Minor: "unsure"}})
	s.must(err)
	// Nobody knows yet whom the case is about.
	deeds, err := s.Exercises.Deeds(s.ctx, s.state().ID)
	s.must(err)
	if len(deeds) != 0 {
		t.Fatalf("deeds of nobody: %v", deeds)
	}
	code := s.Exercises.Code(s.state(), "C1")
	_, err = s.Exercises.Card(s.ctx, officer, "", casefile.Stream(rc.ID), strings.ToLower(code))
	s.must(err)
	deeds, err = s.Exercises.Deeds(s.ctx, s.state().ID)
	s.must(err)
	for _, want := range []string{"recorded", "safe", "placed", "treated_as_child"} {
		i := slices.IndexFunc(deeds, func(d exercise.Deed) bool { return d.Do == want && d.About == "C1" })
		if i < 0 {
			t.Errorf("the alert did not show %s of C1: %v", want, deeds)
			continue
		}
		if deeds[i].Team != "DCI" || deeds[i].From != exercise.FromLedger || len(deeds[i].Events) != 2 {
			t.Errorf("%+v", deeds[i])
		}
	}
	var wrong *problem.Invalid
	if _, err := s.Exercises.Card(s.ctx, officer, "", casefile.Stream(rc.ID), "ZZZZZ"); !errors.As(err, &wrong) {
		t.Errorf("an unknown card: %v", err)
	}
	_, err = s.Exercises.Notice(s.ctx, control, "", exercise.Notice{Team: "DCI", Do: "custody_gap", About: "E2", Reason: "Bag changed hands unseen"})
	s.must(err)
	s.clockTo(exercise.TurnClock{Act: "jump", To: "D5 09:30"})
	st := s.state()
	if f := st.Injects["40"].Fired; f == nil || f.By != exercise.ByCondition || len(f.Causes) != 1 {
		t.Errorf("inject 40: %+v", f)
	}
}

// Two controllers send the same inject: one does, the other is told. A held one
// waits, and comes when it is let go.
func TestControlsHandOnInjects(t *testing.T) {
	s := setUp(t)
	a, b := s.who("control.1"), s.who("control.2")
	_, err := s.Exercises.Handle(s.ctx, a, "", "05", exercise.Hand{Do: "send", Reason: "early"})
	wantRule(t, err, "exercise.not-begun")
	s.clockTo(exercise.TurnClock{Act: "run"})
	errs := make(chan error, 2)
	for _, who := range []realm.Actor{a, b} {
		go func() {
			_, err := s.Exercises.Handle(s.ctx, who, "", "05", exercise.Hand{Do: "send", Reason: "early"})
			errs <- err
		}()
	}
	first, second := <-errs, <-errs
	if first != nil {
		first, second = second, first
	}
	s.must(first)
	wantRule(t, second, "exercise.inject-sent")
	_, err = s.Exercises.Handle(s.ctx, a, "", "03", exercise.Hand{Do: "hold", Reason: "they are slow"})
	s.must(err)
	s.clockTo(exercise.TurnClock{Act: "jump", To: "D1 15:00"})
	if got := strings.Join(s.sent(), " "); got != "01 05 02 04" {
		t.Fatalf("with 03 held and 05 sent by hand: %s", got)
	}
	_, err = s.Exercises.Handle(s.ctx, b, "", "03", exercise.Hand{Do: "release"})
	s.must(err)
	if got := strings.Join(s.sent(), " "); got != "01 05 02 04 03" {
		t.Fatalf("after letting go: %s", got)
	}
	_, err = s.Exercises.Handle(s.ctx, s.who("dci.1"), "", "06", exercise.Hand{Do: "send", Reason: "x"})
	if err == nil {
		t.Error("a player sends injects")
	}
}

// The safe word stops the scene for all, at once; the rest plays on.
func TestTheSafeWordStopsTheScene(t *testing.T) {
	s := setUp(t)
	s.clockTo(exercise.TurnClock{Act: "run"})
	s.clockTo(exercise.TurnClock{Act: "jump", To: "D2 07:55"})
	zawadi, control := s.who("actor.c1"), s.who("control.1")
	rc, err := s.Exercises.Stop(s.ctx, zawadi, "", "")
	s.must(err)
	s.clockTo(exercise.TurnClock{Act: "jump", To: "D2 08:20"})
	st := s.state()
	if st.Injects["12"] != nil && st.Injects["12"].Fired != nil {
		t.Error("the entry to C1 was played although she stopped it")
	}
	if st.Injects["14"] == nil || st.Injects["14"].Fired == nil {
		t.Error("the scene of C7 stood still too")
	}
	board, err := s.Exercises.Board(s.ctx, control)
	s.must(err)
	if len(board.Stops) != 1 || board.Stops[0].Character != "C1" {
		t.Errorf("control is told %+v", board.Stops)
	}
	_, err = s.Exercises.Continue(s.ctx, control, "", rc.ID, "Break taken, she is well")
	s.must(err)
	if st := s.state(); st.Injects["12"] == nil || st.Injects["12"].Fired == nil {
		t.Error("let go on, the entry does not come")
	}
}

// What an actor logs is a fact: told is not "not asked", and kindness earns
// trust that opens her next words.
func TestAnActorsCard(t *testing.T) {
	s := setUp(t)
	s.clockTo(exercise.TurnClock{Act: "run"})
	zawadi := s.who("actor.c1")
	card, err := s.Exercises.Role(s.ctx, zawadi)
	s.must(err)
	if card.Age != 16 || len(card.Reveals) != 2 || card.Reveals[0].Now {
		t.Fatalf("the card: %+v", card)
	}
	for _, how := range []string{"fed", "unhurried"} {
		_, err = s.Exercises.Treat(s.ctx, zawadi, "", exercise.Treat{How: how, Team: "NGO"})
		s.must(err)
	}
	if card, err = s.Exercises.Role(s.ctx, zawadi); err != nil || !card.Reveals[0].Now {
		t.Errorf("fed and unhurried she would tell her age: %v %+v", err, card)
	}
	tap := exercise.Tell{Reveal: "C1.age", Team: "NGO", Asked: "kindly"}
	for range 2 { // the phone sends again what it is not sure of
		_, err = s.Exercises.Tell(s.ctx, zawadi, "tap-1", tap)
		s.must(err)
	}
	card, err = s.Exercises.Role(s.ctx, zawadi)
	s.must(err)
	if len(card.Told) != 1 || !card.Reveals[0].Told {
		t.Errorf("told once, logged %+v", card.Told)
	}
	if _, err := s.Exercises.Tell(s.ctx, zawadi, "", exercise.Tell{Reveal: "C3.brother", Team: "NGO"}); err == nil {
		t.Error("an actor tells another's secret")
	}
	if _, err := s.Exercises.Role(s.ctx, s.who("dci.1")); err == nil {
		t.Error("a player reads an actor's card")
	}
}

// A team reads what reached it, answers, and nothing leaves the realm.
func TestTheMailbox(t *testing.T) {
	s := setUp(t)
	s.clockTo(exercise.TurnClock{Act: "run"})
	ngo, dci := s.who("ngo.1"), s.who("dci.1")
	mails, err := s.Exercises.Mailbox(s.ctx, ngo)
	s.must(err)
	if len(mails) != 1 || mails[0].ID != "01" {
		t.Fatalf("the helpline has %+v", mails)
	}
	_, err = s.Exercises.Answer(s.ctx, ngo, "", "01", exercise.Answer{Text: "Recorded; sent to DCI and DCS."})
	s.must(err)
	if _, err := s.Exercises.Answer(s.ctx, dci, "", "01", exercise.Answer{Text: "We too"}); !errors.Is(err, problem.ErrNotFound) {
		t.Errorf("a team answers what never reached it: %v", err)
	}
	deeds, err := s.Exercises.Deeds(s.ctx, s.state().ID)
	s.must(err)
	if len(deeds) != 1 || deeds[0].Do != "answered" || deeds[0].About != "L1" || deeds[0].From != exercise.FromAnswer {
		t.Errorf("the answer shows as %+v", deeds)
	}
	for range 2 { // tried again under its own id, it is kept once
		kept, err := s.Exercises.Capture(s.ctx, exercise.Caught{ID: "m-1", Channel: "sms", Staff: dci.Staff, Agency: dci.Agency, Subject: "New task", Body: "Open Rufaa"})
		if s.must(err); !kept {
			t.Error("not kept")
		}
	}
	for user, want := range map[string]int{"dci.1": 1, "dci.2": 0} { // for one person, who alone reads it
		mails, err = s.Exercises.Mailbox(s.ctx, s.who(user))
		s.must(err)
		if len(mails) != want || want == 1 && mails[0].Channel != "sms" {
			t.Errorf("what would have left for %s: %+v", user, mails)
		}
	}
}
