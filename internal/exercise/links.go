package exercise

import (
	"context"
	"slices"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
	"rufaa/internal/valid"
)

// Link says whom a case is about, by control.
func (x *Exercises) Link(ctx context.Context, who realm.Actor, key, stream, about string) (realm.Receipt, error) {
	return x.link(ctx, who, policy.ExerciseControl, key, LinkedEvent{Stream: stream, About: about, How: "control"})
}

func (x *Exercises) link(ctx context.Context, who realm.Actor, do policy.Action, key string, l LinkedEvent) (realm.Receipt, error) {
	rc, err := x.do(ctx, act{who: who, do: do, key: key, name: "exercise.link", body: l,
		decide: func(s *State, _ Member) ([]ledger.Draft, error) {
			switch {
			case s.Phase == Opened: // the truth is told: nothing is put right by it
				return nil, problem.Refuse("exercise.revealed")
			case s.Phase == Over && do != policy.ExerciseControl:
				return nil, problem.Refuse("exercise.over")
			}
			script, err := x.script(ctx, s)
			if err != nil {
				return nil, err
			}
			if !known(script.Scenario, l.About) {
				return nil, &problem.Invalid{Fields: []problem.Field{{Name: "about", Key: "exercise.error.card"}}}
			}
			if s.Links[l.Stream] == l.About {
				return nil, problem.Refuse("exercise.linked")
			}
			return []ledger.Draft{draft(Linked, l)}, nil
		}})
	if err != nil {
		return rc, err
	}
	return rc, x.Turn(ctx)
}

// known tells whether a scenario has a character, exhibit or place.
func known(s *scenario.Scenario, id string) bool {
	return slices.ContainsFunc(s.Characters, func(c scenario.Character) bool { return c.ID == id }) ||
		slices.ContainsFunc(s.Exhibits, func(e scenario.Exhibit) bool { return e.ID == id }) ||
		slices.ContainsFunc(s.Places, func(p scenario.Place) bool { return p.ID == id })
}

// Notice is a deed that the ledger cannot show.
type Notice struct {
	Team   string `json:"team" maxLength:"40"`
	Do     string `json:"do" doc:"Word of the vocabulary (rufaa exercise words)" maxLength:"40"`
	About  string `json:"about" maxLength:"40"`
	Inject string `json:"inject,omitempty" maxLength:"40"`
	Reason string `json:"reason" doc:"What was seen" maxLength:"1000"`
}

// Notice records it; the review marks it as noted by hand.
func (x *Exercises) Notice(ctx context.Context, who realm.Actor, key string, n Notice) (realm.Receipt, error) {
	if err := x.check(func(c *valid.Check) {
		c.Text("reason", &n.Reason, 1000, true)
		c.Term("do", n.Do, func(s string) bool { _, ok := scenario.Vocabulary[s]; return ok }, true)
	}); err != nil {
		return realm.Receipt{}, err
	}
	rc, err := x.do(ctx, act{who: who, do: policy.ExerciseNotice, key: key, name: "exercise.notice", body: n,
		decide: func(s *State, _ Member) ([]ledger.Draft, error) {
			if err := s.playing(); err != nil {
				return nil, err
			}
			script, err := x.script(ctx, s)
			if err != nil {
				return nil, err
			}
			switch {
			case n.Team != "" && !s.hasTeam(n.Team):
				return nil, unknownTerm("team")
			case n.Inject != "" && !slices.ContainsFunc(script.Injects, func(in scenario.Inject) bool { return in.ID == n.Inject }):
				return nil, unknownTerm("inject")
			}
			if !speaks(script, n.Do, n.About) {
				return nil, &problem.Invalid{Fields: []problem.Field{{Name: "about", Key: "exercise.error.card"}}}
			}
			return []ledger.Draft{draft(Noticed, NoticedEvent{Team: n.Team, Do: n.Do, About: n.About, Inject: n.Inject,
				Moment: x.moment(s), Reason: n.Reason})}, nil
		}})
	if err != nil {
		return rc, err
	}
	return rc, x.Turn(ctx)
}
