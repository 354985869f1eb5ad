package exercise

import (
	"context"
	"slices"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
	"rufaa/internal/valid"
)

// Tell is an actor's tap: I told them this.
type Tell struct {
	Reveal string    `json:"reveal,omitempty" doc:"Of the own card; empty for what she says freely" maxLength:"60"`
	Team   string    `json:"team" doc:"Who listened" maxLength:"40"`
	Staff  string    `json:"staff,omitempty" maxLength:"60"`
	Asked  string    `json:"asked,omitempty" doc:"freely, kindly or pressed" enum:"freely,kindly,pressed,"`
	Note   string    `json:"note,omitempty" maxLength:"1000"`
	Tapped time.Time `json:"tapped,omitzero" doc:"When it was tapped, when the phone had no network"`
}

// Tell logs it. It tells "not asked" from "told but not recorded".
func (x *Exercises) Tell(ctx context.Context, who realm.Actor, key string, t Tell) (realm.Receipt, error) {
	if err := x.check(func(c *valid.Check) {
		c.Text("note", &t.Note, 1000, false)
		c.Term("asked", t.Asked, func(s string) bool { _, ok := find(x.Words.Asked, s); return ok }, false)
	}); err != nil {
		return realm.Receipt{}, err
	}
	return x.acted(ctx, who, key, "exercise.tell", t, func(s *State, m Member, script *scenario.Script) (ledger.Draft, error) {
		c := cast(script, m.Character)
		if t.Reveal != "" && !slices.ContainsFunc(c.Reveals, func(r scenario.Reveal) bool { return r.ID == t.Reveal }) {
			return ledger.Draft{}, unknownTerm("reveal")
		}
		if !s.hasTeam(t.Team) {
			return ledger.Draft{}, unknownTerm("team")
		}
		if _, known := s.everJoined(t.Staff); t.Staff != "" && !known {
			return ledger.Draft{}, unknownTerm("staff")
		}
		wall, at := x.tapped(s, t.Tapped)
		return draft(Told, ToldEvent{Character: m.Character, Reveal: t.Reveal, Team: t.Team, Staff: t.Staff, Asked: t.Asked,
			Note: t.Note, Moment: at, Wall: wall}), nil
	})
}

// Treat is an actor's tap: this is how I was treated.
type Treat struct {
	How    string    `json:"how" doc:"treatments of content/exercise.yaml" maxLength:"40"`
	Team   string    `json:"team,omitempty" maxLength:"40"`
	Note   string    `json:"note,omitempty" maxLength:"1000"`
	Tapped time.Time `json:"tapped,omitzero"`
}

// Treat logs it.
func (x *Exercises) Treat(ctx context.Context, who realm.Actor, key string, t Treat) (realm.Receipt, error) {
	if err := x.check(func(c *valid.Check) {
		c.Text("note", &t.Note, 1000, false)
		c.Term("how", t.How, func(s string) bool { _, ok := x.Words.Treatment(s); return ok }, true)
	}); err != nil {
		return realm.Receipt{}, err
	}
	return x.acted(ctx, who, key, "exercise.treat", t, func(s *State, m Member, _ *scenario.Script) (ledger.Draft, error) {
		if t.Team != "" && !s.hasTeam(t.Team) {
			return ledger.Draft{}, unknownTerm("team")
		}
		wall, at := x.tapped(s, t.Tapped)
		return draft(Treated, TreatedEvent{Character: m.Character, How: t.How, Team: t.Team, Note: t.Note, Moment: at, Wall: wall}), nil
	})
}

// Feel answers the wellbeing check; it may be answered at any time.
func (x *Exercises) Feel(ctx context.Context, who realm.Actor, key, how, note string) (realm.Receipt, error) {
	if err := x.check(func(c *valid.Check) {
		c.Text("note", &note, 1000, false)
		c.Term("how", how, func(s string) bool { _, ok := find(x.Words.Feelings, s); return ok }, true)
	}); err != nil {
		return realm.Receipt{}, err
	}
	return x.do(ctx, act{who: who, do: policy.ExerciseAct, key: key, name: "exercise.feel", body: []string{how, note},
		decide: func(s *State, m Member) ([]ledger.Draft, error) {
			return []ledger.Draft{draft(Felt, FeltEvent{Character: m.Character, How: how, Note: note, Moment: x.moment(s)})}, nil
		}})
}

// acted is an actor's log, made while the exercise is played.
func (x *Exercises) acted(ctx context.Context, who realm.Actor, key, name string, body any, make func(*State, Member, *scenario.Script) (ledger.Draft, error)) (realm.Receipt, error) {
	rc, err := x.do(ctx, act{who: who, do: policy.ExerciseAct, key: key, name: name, body: body,
		decide: func(s *State, m Member) ([]ledger.Draft, error) {
			if err := s.playing(); err != nil {
				return nil, err
			}
			script, err := x.script(ctx, s)
			if err != nil {
				return nil, err
			}
			d, err := make(s, m, script)
			return []ledger.Draft{d}, err
		}})
	if err != nil {
		return rc, err
	}
	return rc, x.Turn(ctx)
}

// tapped is when something was tapped: the wall time that the phone tells, when
// it lies between the beginning of play and now, and the moment it stood for.
func (x *Exercises) tapped(s *State, told time.Time) (time.Time, int) {
	now := x.wall()
	if told.IsZero() || told.After(now) || len(s.Turns) == 0 || told.Before(s.Turns[0].Wall) {
		return now, x.moment(s)
	}
	told = told.UTC().Truncate(time.Millisecond)
	return told, int(s.ClockAt(told).At(told))
}

func (s *State) hasTeam(id string) bool {
	return slices.ContainsFunc(s.Teams, func(t Team) bool { return t.ID == id })
}

func unknownTerm(field string) error {
	return &problem.Invalid{Fields: []problem.Field{{Name: field, Key: "common.error.unknown_term"}}}
}

func cast(script *scenario.Script, id string) scenario.Character {
	for _, c := range script.Characters {
		if c.ID == id {
			return c
		}
	}
	return scenario.Character{}
}

// Stop is the safe word: the scene stands still until control lets it go on.
// Nothing is asked; the note may be empty.
func (x *Exercises) Stop(ctx context.Context, who realm.Actor, key, note string) (realm.Receipt, error) {
	if err := x.check(func(c *valid.Check) { c.Text("note", &note, 1000, false) }); err != nil {
		return realm.Receipt{}, err
	}
	id := x.realm.NewID()
	rc, err := x.do(ctx, act{who: who, do: policy.ExerciseStop, key: key, id: id, name: "exercise.stop", body: note,
		decide: func(s *State, m Member) ([]ledger.Draft, error) {
			if err := s.playing(); err != nil {
				return nil, err
			}
			place := ""
			if m.Character != "" {
				script, err := x.script(ctx, s)
				if err != nil {
					return nil, err
				}
				place = cast(script, m.Character).Place
			}
			return []ledger.Draft{draft(Stopped, StoppedEvent{ID: id, Staff: who.Staff, Character: m.Character, Place: place,
				Note: note, Moment: x.moment(s), Wall: x.wall()})}, nil
		}})
	if err != nil {
		return rc, err
	}
	return rc, x.Turn(ctx)
}

// Continue lets a stopped scene go on.
func (x *Exercises) Continue(ctx context.Context, who realm.Actor, key, stop, note string) (realm.Receipt, error) {
	if err := x.check(func(c *valid.Check) { c.Text("note", &note, 1000, true) }); err != nil {
		return realm.Receipt{}, err
	}
	rc, err := x.do(ctx, act{who: who, do: policy.ExerciseControl, key: key, name: "exercise.continue", body: []string{stop, note},
		decide: func(s *State, _ Member) ([]ledger.Draft, error) {
			if !slices.ContainsFunc(s.Stopped(), func(y Stop) bool { return y.ID == stop }) {
				return nil, problem.Refuse("exercise.not-stopped")
			}
			return []ledger.Draft{draft(Continued, ContinuedEvent{Stop: stop, Note: note})}, nil
		}})
	if err != nil {
		return rc, err
	}
	return rc, x.Turn(ctx)
}
