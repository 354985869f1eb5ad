package exercise_test

import (
	"slices"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/exercise"
)

// A panel that two other teams sit on confirms what NGO proposed: that she was
// recognised is the deed of NGO, whoever spoke last.
func TestAPanelsDecisionIsTheDeedOfWhoProposedIt(t *testing.T) {
	s := setUp(t)
	s.clockTo(exercise.TurnClock{Act: "run"})
	s.clockTo(exercise.TurnClock{Act: "jump", To: "D2 08:35"})
	stream := s.raise("Zawadi")
	id := stream[len("case/"):]
	_, err := s.Exercises.Link(s.ctx, s.who("control.1"), "", stream, "C1")
	s.must(err)
	do := func(user string, cmd casefile.Command) {
		t.Helper()
		_, err := s.Cases.Do(s.ctx, s.who(user), id, casefile.Order{}, cmd)
		s.must(err)
	}
	do("ngo.1", &casefile.Take{})
	do("ngo.1", &casefile.Screen{Questionnaire: "child-1", Answers: map[string]string{}, Note: "She fell asleep.", Spoken: casefile.Spoken{Language: "sw", Interpreting: "not-needed"}})
	do("ngo.1", &casefile.Presume{Decision: "cannot_tell", ReviewOn: "2026-03-20"})
	do("ngo.1", &casefile.ConvenePanel{On: "2026-03-03", Members: []string{s.who("dci.1").Staff, s.who("odpp.1").Staff}, Papers: "p"})
	do("ngo.1", &casefile.ProposeStatus{Outcome: casefile.Confirmed, Reasons: "r"})
	for _, user := range []string{"odpp.1", "dci.1"} {
		c, err := s.Cases.Load(s.ctx, id)
		s.must(err)
		do(user, &casefile.GiveVoice{Proposal: c.OpenPanel().Proposal.ID, Voice: casefile.Agrees})
	}
	deeds, err := s.Exercises.Deeds(s.ctx, s.state().ID)
	s.must(err)
	i := slices.IndexFunc(deeds, func(d exercise.Deed) bool { return d.Do == "identified" })
	if i < 0 || deeds[i].Team != "NGO" {
		t.Errorf("a panel's decision shows as %+v", deeds)
	}
}
