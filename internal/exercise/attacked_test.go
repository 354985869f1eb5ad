package exercise_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/exercise"
	"rufaa/internal/office"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// raise opens a case that somebody of DCI records, about nobody yet.
func (s *stage) raise(name string) string {
	s.t.Helper()
	rc, err := s.Cases.Raise(s.ctx, s.who("dci.2"), casefile.Order{}, &casefile.Alert{Holder: "x-team-ngo", PlaceKind: "shelter",
		Person: casefile.PersonFacts{Name: name, Sex: "female", Minor: "unsure"}})
	s.must(err)
	return casefile.Stream(rc.ID)
}

// The play is over, the truth is told, and somebody now records on the ordinary
// pages what they have just learnt, or says only now whom a case is about: it
// counts for nothing. What was done in play is put to its person by control,
// until the truth is told.
func TestNothingIsPutRightAfterTheEnd(t *testing.T) {
	s := setUp(t)
	s.clockTo(exercise.TurnClock{Act: "run"})
	s.clockTo(exercise.TurnClock{Act: "jump", To: "D2 08:35"})
	control, player := s.who("control.1"), s.who("dci.2")
	early, second := s.raise("Zawadi"), s.raise("Neema")
	_, err := s.Exercises.End(s.ctx, control, "", "Over")
	s.must(err)
	late := s.raise("Halima")
	_, err = s.Exercises.Card(s.ctx, player, "", late, s.Exercises.Code(s.state(), "C3"))
	wantRule(t, err, "exercise.over")
	_, err = s.Exercises.Link(s.ctx, control, "", early, "C1")
	s.must(err)
	_, err = s.Exercises.Link(s.ctx, control, "", late, "C3")
	s.must(err)
	about := func() string {
		t.Helper()
		deeds, err := s.Exercises.Deeds(s.ctx, s.state().ID)
		s.must(err)
		seen := map[string]bool{}
		for _, d := range deeds {
			seen[d.About] = true
		}
		out := ""
		for _, id := range []string{"C1", "C2", "C3"} {
			if seen[id] {
				out += id + " "
			}
		}
		return out
	}
	if got := about(); got != "C1 " {
		t.Errorf("counted is what was done about %s; C3's case was opened after the end", got)
	}
	_, err = s.Exercises.Reveal(s.ctx, control, "")
	s.must(err)
	_, err = s.Exercises.Link(s.ctx, control, "", second, "C2")
	wantRule(t, err, "exercise.revealed")
	_, err = s.Exercises.Card(s.ctx, player, "", second, s.Exercises.Code(s.state(), "C2"))
	wantRule(t, err, "exercise.revealed")
	if got := about(); got != "C1 " {
		t.Errorf("after the reveal counted is what was done about %s", got)
	}
}

// Mentors and observers watch what happens; what is true, what is expected and
// what control and actors say to each other they learn with everybody else.
func TestTheBoardOfWhoWatchesTellsNothingHidden(t *testing.T) {
	s := setUp(t)
	s.clockTo(exercise.TurnClock{Act: "run"})
	s.clockTo(exercise.TurnClock{Act: "jump", To: "D2 08:35"})
	control := s.who("control.1")
	stream := s.raise("Zawadi") // minor unsure: treated as a child
	_, err := s.Exercises.Link(s.ctx, control, "", stream, "C1")
	s.must(err)
	for do, about := range map[string]string{"identified": "C1", "labelled_wrong": "C7"} {
		_, err = s.Exercises.Notice(s.ctx, control, "", exercise.Notice{Team: "DCI", Do: do, About: about, Reason: "Seen"})
		s.must(err)
	}
	_, err = s.Exercises.Call(s.ctx, control, "", "actors", "C1 hides sixteen")
	s.must(err)
	_, err = s.Exercises.Feel(s.ctx, s.who("actor.c1"), "", s.Exercises.Words.Feelings[0].ID, "wants a break")
	s.must(err)
	_, err = s.Exercises.Stop(s.ctx, s.who("ngo.1"), "", "")
	s.must(err)
	said := func(user string) string {
		t.Helper()
		b, err := s.Exercises.Board(s.ctx, s.who(user))
		s.must(err)
		raw, err := json.Marshal(b)
		s.must(err)
		return string(raw)
	}
	hidden := []string{"identified", "labelled_wrong", "treated_as_child", "hides sixteen", "wants a break", stream, s.who("ngo.1").Staff, "shared C10", `"do":"answered","about":"L1"`}
	full := said("control.1")
	for _, word := range hidden {
		if word != hidden[len(hidden)-1] && !strings.Contains(full, word) {
			t.Errorf("control's board does not say %q", word)
		}
	}
	for _, user := range []string{"mentor.1", "observer.1"} {
		board := said(user)
		for _, word := range hidden {
			if strings.Contains(board, word) {
				t.Errorf("the board of %s says %q", user, word)
			}
		}
		if !strings.Contains(board, `"do":"presumed","about":"C1"`) && !strings.Contains(board, `"presumed"`) {
			t.Errorf("%s does not see that somebody was presumed to be one", user)
		}
	}
	s.comingIsHidden()
	_, err = s.Exercises.End(s.ctx, control, "", "Over")
	s.must(err)
	_, err = s.Exercises.Reveal(s.ctx, control, "")
	s.must(err)
	if !strings.Contains(said("observer.1"), "labelled_wrong") {
		t.Error("after the reveal the board is still veiled")
	}
}

// A guest who watches moves no score and sets off no branch: deeds are noted by hand
// by control and mentors alone.
func TestWhoWatchesChangesNothing(t *testing.T) {
	s := setUp(t)
	s.clockTo(exercise.TurnClock{Act: "run"})
	s.clockTo(exercise.TurnClock{Act: "jump", To: "D1 16:00"})
	seen := exercise.Notice{Team: "DCI", Do: "shared", About: "C10", Reason: "I saw them whisper"} // sets off inject 11
	for _, user := range []string{"observer.1", "actor.c1", "dci.1"} {
		_, err := s.Exercises.Notice(s.ctx, s.who(user), "", seen)
		if !errors.As(err, new(*problem.Denied)) {
			t.Errorf("%s notes a deed: %v", user, err)
		}
	}
	for _, user := range []string{"mentor.1", "control.1"} {
		_, err := s.Exercises.Notice(s.ctx, s.who(user), "", seen)
		s.must(err)
	}
	deeds, err := s.Exercises.Deeds(s.ctx, s.state().ID)
	s.must(err)
	if n := len(slices.DeleteFunc(deeds, func(d exercise.Deed) bool { return d.Do != "shared" })); n != 2 {
		t.Errorf("%d deeds were noted", n)
	}
}

// comingIsHidden holds the boards to what each may know of injects still to come:
// control all of it, a mentor when and to whom, an observer nothing.
func (s *stage) comingIsHidden() {
	s.t.Helper()
	for user, want := range map[string]string{"control.1": "coming told", "mentor.1": "coming", "observer.1": ""} {
		b, err := s.Exercises.Board(s.ctx, s.who(user))
		s.must(err)
		sent, coming, told := 0, false, false
		for _, l := range b.Lines {
			switch {
			case l.Sent != "" && (l.Title == "" || l.From == ""):
				s.t.Errorf("%s does not see what %s is, which was sent", user, l.ID)
			case l.Sent != "":
				sent++
			case l.At == "" && !l.When || len(l.Teams) == 0:
				s.t.Errorf("%s does not see when and to whom %s comes", user, l.ID)
			default:
				coming, told = true, told || l.Title+l.From+l.Channel != ""
			}
		}
		is := strings.TrimSpace(map[bool]string{true: "coming"}[coming] + map[bool]string{true: " told"}[told])
		if sent < 5 || is != want {
			s.t.Errorf("%s sees %d sent, and of what is to come %q, want %q", user, sent, is, want)
		}
	}
}

// What fits no list of the scenario is told so, and writes nothing.
func TestWhatIsLoggedFitsTheScenario(t *testing.T) {
	s := setUp(t)
	s.clockTo(exercise.TurnClock{Act: "run"})
	control, zawadi := s.who("control.1"), s.who("actor.c1")
	before := s.state().Version
	_, stranger := s.Exercises.Tell(s.ctx, zawadi, "", exercise.Tell{Team: "DCI", Staff: strings.Repeat("x", 5000)})
	_, shouted := s.Exercises.Tell(s.ctx, zawadi, "", exercise.Tell{Team: "DCI", Asked: "shouted"})
	_, team := s.Exercises.Notice(s.ctx, control, "", exercise.Notice{Team: "FBI", Do: "identified", About: "C1", Reason: "x"})
	_, inject := s.Exercises.Notice(s.ctx, control, "", exercise.Notice{Team: "DCI", Do: "identified", About: "C1", Inject: "777", Reason: "x"})
	_, nobody := s.Exercises.Call(s.ctx, control, "", "C99", "Are you well?")
	for want, err := range map[string]error{"staff: common.error.unknown_term": stranger, "asked: common.error.unknown_term": shouted, "team: common.error.unknown_term": team,
		"inject: common.error.unknown_term": inject, "to: common.error.unknown_term": nobody} {
		if wrong(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if s.state().Version != before {
		t.Error("a refusal wrote something")
	}
}

// Nobody but control does what control does, whatever they send; nobody but a
// mentor grades, nobody but an actor logs what was told.
func TestWhoTriesWhatIsNotTheirs(t *testing.T) {
	s := setUp(t)
	s.clockTo(exercise.TurnClock{Act: "run"})
	stop, err := s.Exercises.Stop(s.ctx, s.who("actor.c1"), "", "")
	s.must(err)
	steered := func() (n int) {
		for _, kind := range []string{exercise.Turned, exercise.Fired, exercise.Injected, exercise.Frozen, exercise.Continued, exercise.Linked, exercise.Ended, exercise.Revealed} {
			n += s.kinds(kind)
		}
		return n
	}
	before := steered()
	x := s.Exercises
	try := func(who realm.Actor) map[string]error {
		out := map[string]error{}
		keep := func(what string, _ any, err error) { out[what] = err }
		rc := func(what string, f func() (realm.Receipt, error)) { r, err := f(); keep(what, r, err) }
		rc("turns the clock", func() (realm.Receipt, error) { return x.TurnClock(s.ctx, who, "", exercise.TurnClock{Act: "pause"}) })
		rc("sends an inject", func() (realm.Receipt, error) {
			return x.Handle(s.ctx, who, "", "05", exercise.Hand{Do: "send", Reason: "x"})
		})
		rc("makes one up", func() (realm.Receipt, error) {
			return x.Inject(s.ctx, who, "", exercise.Free{Teams: []string{"DCI"}, Channel: x.Words.Channels[0].ID, Title: "x", Content: "x", Reason: "x"})
		})
		rc("freezes", func() (realm.Receipt, error) { return x.Freeze(s.ctx, who, "", "x") })
		rc("lets a stopped scene go on", func() (realm.Receipt, error) { return x.Continue(s.ctx, who, "", stop.ID, "x") })
		rc("links", func() (realm.Receipt, error) { return x.Link(s.ctx, who, "", "case/x", "C1") })
		rc("ends", func() (realm.Receipt, error) { return x.End(s.ctx, who, "", "") })
		rc("reveals", func() (realm.Receipt, error) { return x.Reveal(s.ctx, who, "") })
		truth, err := x.Truth(s.ctx, who)
		keep("reads the truth", truth, err)
		return out
	}
	for _, user := range []string{"dci.1", "cts.1", "actor.c1", "mentor.1", "observer.1"} {
		who := s.who(user)
		tried := try(who)
		if _, err := x.Board(s.ctx, who); user != "mentor.1" && user != "observer.1" {
			tried["watches the board"] = err
		}
		if _, err := x.Mark(s.ctx, who, "", exercise.Mark{Criterion: "K1", Grade: "P"}); user != "mentor.1" {
			tried["grades"] = err
		}
		if _, err := x.Tell(s.ctx, who, "", exercise.Tell{Reveal: "C1.age", Team: "DCI"}); user != "actor.c1" {
			tried["logs what was told"] = err
		}
		if _, err := x.Opening(s.ctx, who); !errors.Is(err, problem.ErrNotFound) {
			t.Errorf("%s reads the opening before the reveal: %v", user, err)
		}
		for what, err := range tried {
			if !errors.As(err, new(*problem.Denied)) && !errors.Is(err, problem.ErrNotFound) {
				t.Errorf("%s %s: %v", user, what, err)
			}
		}
	}
	if n := steered() - before; n != 0 || s.kinds(exercise.Graded) != 1 || s.kinds(exercise.Told) != 1 {
		t.Errorf("the play was steered %d times; %d grades, %d logs", n, s.kinds(exercise.Graded), s.kinds(exercise.Told))
	}
}

// The Secretariat's team plays Kaskazi and may rehearse scenarios: not this one,
// before it is revealed. Control may.
func TestNobodyRehearsesWhatIsPlayed(t *testing.T) {
	s := setUp(t)
	secretariat, control := s.who("cts.1"), s.who("control.1")
	ids, _, err := s.Scenarios(s.ctx, secretariat)
	s.must(err)
	if len(ids) == 0 || slices.Contains(ids, "kaskazi") {
		t.Errorf("offered are %v", ids)
	}
	ask := office.RehearsalAsk{Scenario: "kaskazi", Runs: 1}
	if _, err := s.Rehearse(s.ctx, secretariat, ask); !strings.HasPrefix(wrong(err), "scenario: ") {
		t.Errorf("who plays it rehearses it: %v", err)
	}
	if ids, _, err = s.Scenarios(s.ctx, control); err != nil || !slices.Contains(ids, "kaskazi") {
		t.Errorf("control is offered %v, %v", ids, err)
	}
	s.clockTo(exercise.TurnClock{Act: "run"})
	_, err = s.Exercises.End(s.ctx, control, "", "Over")
	s.must(err)
	_, err = s.Exercises.Reveal(s.ctx, control, "")
	s.must(err)
	if _, err := s.Rehearse(s.ctx, secretariat, ask); err != nil {
		t.Errorf("after the reveal: %v", err)
	}
}

// The safe word of a player, mentor or observer, of whom nobody knows which
// scene they saw, stops all scenes: nothing more is sent until control has seen
// to it. What was due meanwhile comes then, in its order.
func TestTheSafeWordOfWhoPlaysNoRoleStopsAllScenes(t *testing.T) {
	s := setUp(t)
	s.clockTo(exercise.TurnClock{Act: "run"})
	s.clockTo(exercise.TurnClock{Act: "jump", To: "D2 07:55"})
	sent := s.sent()
	for _, x := range []struct {
		user string
		by   int
		due  []string
	}{{"ngo.1", 12, []string{"12"}}, {"observer.1", 25, []string{"13", "14", "15"}}} { // to 08:07, to 08:32
		rc, err := s.Exercises.Stop(s.ctx, s.who(x.user), "", "He is really hurt")
		s.must(err)
		s.clockTo(exercise.TurnClock{Act: "step", By: x.by})
		if got := s.sent(); !slices.Equal(got, sent) {
			t.Fatalf("%s said the safe word, and %v was sent after %v", x.user, got, sent)
		}
		_, err = s.Exercises.Continue(s.ctx, s.who("control.1"), "", rc.ID, "A nurse has looked")
		s.must(err)
		sent = append(sent, x.due...)
		if got := s.sent(); !slices.Equal(got, sent) {
			t.Errorf("let go on, %v was sent, want %v", got, sent)
		}
	}
}
