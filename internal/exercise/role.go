package exercise

import (
	"context"
	"slices"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
)

// Role is an actor's briefing card.
type Role struct {
	*Face
	Character string         `json:"id"`
	Code      string         `json:"code" doc:"What players type to say that a case is about this person"`
	Name      string         `json:"name"`
	Age       int            `json:"age"`
	Speaks    []string       `json:"speaks"`
	Place     string         `json:"place"`
	Shows     string         `json:"shows"`
	Says      string         `json:"says"`
	Hides     string         `json:"hides"`
	Never     string         `json:"never"`
	Reveals   []Secret       `json:"reveals"`
	Told      []ToldEvent    `json:"told"`
	Treated   []TreatedEvent `json:"treated"`
	Calls     []CalledEvent  `json:"calls"`
	Teams     []Team         `json:"teams"`
}

// Secret is something she tells under a condition.
type Secret struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	Now  bool   `json:"now" doc:"Trust has reached the gate: she tells it when asked"`
	Free bool   `json:"freely" doc:"No trust is needed"`
	Told bool   `json:"told"`
}

// Role gives an actor the own card.
func (x *Exercises) Role(ctx context.Context, who realm.Actor) (*Role, error) {
	s, m, err := x.Admitted(ctx, who, policy.ExerciseAct)
	if err != nil {
		return nil, err
	}
	x.turning.Lock()
	defer x.turning.Unlock()
	g, err := x.game(ctx, s)
	if err != nil {
		return nil, err
	}
	c, lang := cast(g.script, m.Character), who.Language
	if c.ID == "" {
		return nil, problem.ErrNotFound
	}
	r := &Role{Face: x.face(s, m, lang), Character: c.ID, Code: x.Code(s, c.ID), Name: c.Name.In(lang), Age: c.Age, Speaks: c.Speaks,
		Shows: c.Shows.In(lang), Says: c.Says.In(lang), Hides: c.Hides.In(lang), Never: c.Never.In(lang), Teams: s.Teams}
	for _, p := range g.script.Places {
		if p.ID == c.Place {
			r.Place = p.Name.In(lang)
		}
	}
	now := g.play.Told(c.ID)
	for i := range c.Reveals {
		y := &c.Reveals[i]
		_, told := g.play.Facts().Done("told", y.ID)
		r.Reveals = append(r.Reveals, Secret{ID: y.ID, Text: y.Truth.In(lang), Free: y.Gate <= c.Trust && y.When == "",
			Told: told, Now: slices.ContainsFunc(now, func(z *scenario.Reveal) bool { return z.ID == y.ID })})
	}
	mine := func(id string) bool { return id == c.ID }
	told, err := entries[ToldEvent](ctx, x, s.ID, Told, 400)
	if err != nil {
		return nil, err
	}
	r.Told = slices.DeleteFunc(told, func(e ToldEvent) bool { return !mine(e.Character) })
	treated, err := entries[TreatedEvent](ctx, x, s.ID, Treated, 400)
	if err != nil {
		return nil, err
	}
	r.Treated = slices.DeleteFunc(treated, func(e TreatedEvent) bool { return !mine(e.Character) })
	calls, err := entries[CalledEvent](ctx, x, s.ID, Called, newest)
	r.Calls = slices.DeleteFunc(calls, func(e CalledEvent) bool { return e.To != c.ID && e.To != "actors" })
	return r, err
}

// Truth gives the scenario to control; to everybody with a part once it is
// revealed.
func (x *Exercises) Truth(ctx context.Context, who realm.Actor) (*scenario.Scenario, error) {
	s, _, err := x.Admitted(ctx, who, policy.ExerciseView)
	if err != nil {
		return nil, err
	}
	if s.Phase != Opened {
		if _, _, err := x.Admitted(ctx, who, policy.ExerciseTruth); err != nil {
			return nil, err
		}
	}
	script, err := x.script(ctx, s)
	if err != nil {
		return nil, err
	}
	return script.Scenario, nil
}

// Opening gives what was revealed, from the ledger; before, there is nothing.
func (x *Exercises) Opening(ctx context.Context, who realm.Actor) (*RevealedEvent, error) {
	s, _, err := x.Admitted(ctx, who, policy.ExerciseView)
	if err != nil {
		return nil, err
	}
	if s.Phase != Opened {
		return nil, problem.ErrNotFound
	}
	events, err := x.realm.Ledger.Stream(ctx, Stream(s.ID), 0)
	if err != nil {
		return nil, err
	}
	var out *RevealedEvent
	for _, e := range events {
		if e.Kind == Revealed {
			err = read(e, func(p RevealedEvent) { out = &p })
		}
	}
	return out, err
}
