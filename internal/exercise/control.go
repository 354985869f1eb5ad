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

// playing refuses what only has sense while the exercise is played.
func (s *State) playing() error {
	switch s.Phase {
	case Playing:
		return nil
	case Ready:
		return problem.Refuse("exercise.not-begun")
	}
	return problem.Refuse("exercise.over")
}

// Hand is what control does to an inject of the scenario.
type Hand struct {
	Do     string `json:"do" doc:"send, hold, release or skip" enum:"send,hold,release,skip"`
	Reason string `json:"reason" doc:"Why, for the review: every criterion it touches is marked" maxLength:"1000"`
}

// Handle sends, holds, releases or skips an inject. Of two controllers who send
// the same, one does and the other is told.
func (x *Exercises) Handle(ctx context.Context, who realm.Actor, key, inject string, h Hand) (realm.Receipt, error) {
	if err := x.check(func(c *valid.Check) {
		c.Term("do", h.Do, func(s string) bool { return slices.Contains([]string{"send", "hold", "release", "skip"}, s) }, true)
		c.Text("reason", &h.Reason, 1000, h.Do != "release")
	}); err != nil {
		return realm.Receipt{}, err
	}
	rc, err := x.do(ctx, act{who: who, do: policy.ExerciseControl, key: key, name: "exercise.hand." + inject, body: h,
		decide: func(s *State, _ Member) ([]ledger.Draft, error) { return x.handled(ctx, s, inject, h) }})
	if err != nil {
		return rc, err
	}
	return rc, x.Turn(ctx)
}

func (x *Exercises) handled(ctx context.Context, s *State, inject string, h Hand) ([]ledger.Draft, error) {
	if err := s.playing(); err != nil {
		return nil, err
	}
	script, err := x.script(ctx, s)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(script.Injects, func(in scenario.Inject) bool { return in.ID == inject })
	if i < 0 {
		return nil, problem.ErrNotFound
	}
	at := s.inject(inject)
	switch {
	case at.Fired != nil:
		return nil, problem.Refuse("exercise.inject-sent")
	case at.Skipped != "":
		return nil, problem.Refuse("exercise.inject-skipped")
	}
	hand := HandEvent{Inject: inject, Moment: x.moment(s), Reason: h.Reason}
	switch h.Do {
	case "send":
		return []ledger.Draft{draft(Fired, FiredEvent{Inject: inject, Moment: hand.Moment, Wall: x.wall(), By: ByControl,
			Reason: h.Reason, Teams: script.Injects[i].To})}, nil
	case "hold":
		return []ledger.Draft{draft(Held, hand)}, nil
	case "release":
		return []ledger.Draft{draft(Released, hand)}, nil
	}
	return []ledger.Draft{draft(Skipped, hand)}, nil
}

// Free is an inject that control makes up.
type Free struct {
	From    string   `json:"from" maxLength:"200"`
	Teams   []string `json:"teams" maxItems:"40"`
	Channel string   `json:"channel" doc:"channels of content/exercise.yaml" maxLength:"40"`
	Title   string   `json:"title" maxLength:"200"`
	Content string   `json:"content" maxLength:"4000"`
	Reason  string   `json:"reason" doc:"Why, for the review" maxLength:"1000"`
}

// Inject sends a free inject.
func (x *Exercises) Inject(ctx context.Context, who realm.Actor, key string, f Free) (realm.Receipt, error) {
	if err := x.check(func(c *valid.Check) {
		c.Text("from", &f.From, valid.MaxName, false)
		c.Text("title", &f.Title, valid.MaxName, true)
		c.Text("content", &f.Content, 4000, true)
		c.Text("reason", &f.Reason, 1000, true)
		c.Term("channel", f.Channel, func(s string) bool { _, ok := find(x.Words.Channels, s); return ok }, true)
		if len(f.Teams) == 0 {
			c.Add("teams", "common.error.choose")
		}
	}); err != nil {
		return realm.Receipt{}, err
	}
	id := x.realm.NewID()
	return x.do(ctx, act{who: who, do: policy.ExerciseControl, key: key, id: id, name: "exercise.free", body: f,
		decide: func(s *State, _ Member) ([]ledger.Draft, error) {
			if err := s.playing(); err != nil {
				return nil, err
			}
			for _, t := range f.Teams {
				if !slices.ContainsFunc(s.Teams, func(y Team) bool { return y.ID == t }) {
					return nil, &problem.Invalid{Fields: []problem.Field{{Name: "teams", Key: "common.error.unknown_term"}}}
				}
			}
			return []ledger.Draft{draft(Injected, InjectedEvent{ID: id, Moment: x.moment(s), From: f.From, Teams: f.Teams,
				Channel: f.Channel, Title: f.Title, Content: f.Content, Reason: f.Reason})}, nil
		}})
}

// Freeze stops the clock for teaching and says to every team what it is about.
func (x *Exercises) Freeze(ctx context.Context, who realm.Actor, key, text string) (realm.Receipt, error) {
	if err := x.check(func(c *valid.Check) { c.Text("text", &text, 2000, true) }); err != nil {
		return realm.Receipt{}, err
	}
	return x.do(ctx, act{who: who, do: policy.ExerciseControl, key: key, name: "exercise.freeze", body: text,
		decide: func(s *State, _ Member) ([]ledger.Draft, error) {
			if err := s.playing(); err != nil {
				return nil, err
			}
			if s.Frozen != nil {
				return nil, problem.Refuse("exercise.frozen")
			}
			now := x.moment(s)
			return []ledger.Draft{draft(Frozen, FrozenEvent{Text: text, Moment: now, Wall: x.wall(), Rate: s.Clock().Rate()}),
				draft(Turned, TurnedEvent{Act: "pause", Wall: x.wall(), Moment: now})}, nil
		}})
}

// Thaw goes on at the rate of before.
func (x *Exercises) Thaw(ctx context.Context, who realm.Actor, key string) (realm.Receipt, error) {
	return x.do(ctx, act{who: who, do: policy.ExerciseControl, key: key, name: "exercise.thaw",
		decide: func(s *State, _ Member) ([]ledger.Draft, error) {
			if s.Frozen == nil {
				return nil, problem.Refuse("exercise.not-frozen")
			}
			out := []ledger.Draft{draft(Thawed, Nothing{})}
			if s.Frozen.Rate > 0 {
				out = append(out, draft(Turned, TurnedEvent{Act: "run", Rate: s.Frozen.Rate, Wall: x.wall(), Moment: x.moment(s)}))
			}
			return out, nil
		}})
}

// Call is a short message between control and actors.
func (x *Exercises) Call(ctx context.Context, who realm.Actor, key, to, text string) (realm.Receipt, error) {
	if err := x.check(func(c *valid.Check) { c.Text("text", &text, 1000, true) }); err != nil {
		return realm.Receipt{}, err
	}
	do := policy.ExerciseAct
	if s, err := x.Current(ctx); err == nil {
		if m, ok := s.Member(who.Staff); ok && m.Part == Control {
			do = policy.ExerciseControl
		}
	}
	id := x.realm.NewID()
	return x.do(ctx, act{who: who, do: do, key: key, id: id, name: "exercise.call", body: []string{to, text},
		decide: func(s *State, m Member) ([]ledger.Draft, error) {
			switch {
			case m.Part != Control:
				to = "control"
			case to != "actors" && !slices.ContainsFunc(s.Members, func(y Member) bool { return y.Part == Actor && y.Character == to }):
				return nil, unknownTerm("to")
			}
			return []ledger.Draft{draft(Called, CalledEvent{ID: id, To: to, Text: text, Wall: x.wall()})}, nil
		}})
}

// End ends play; the clock stands.
func (x *Exercises) End(ctx context.Context, who realm.Actor, key, reason string) (realm.Receipt, error) {
	if err := x.check(func(c *valid.Check) { c.Text("reason", &reason, 1000, false) }); err != nil {
		return realm.Receipt{}, err
	}
	if err := x.Turn(ctx); err != nil {
		return realm.Receipt{}, err
	}
	return x.do(ctx, act{who: who, do: policy.ExerciseControl, key: key, name: "exercise.end", body: reason,
		decide: func(s *State, _ Member) ([]ledger.Draft, error) {
			if err := s.playing(); err != nil {
				return nil, err
			}
			out, now := []ledger.Draft{}, x.moment(s)
			left, err := x.left(ctx, s)
			if err != nil {
				return nil, err
			}
			for _, u := range left {
				if y := s.inject(u.Inject.ID); y.Fired == nil && y.Skipped == "" && y.Unfired == "" {
					out = append(out, draft(Unfired, HandEvent{Inject: u.Inject.ID, Moment: now, Reason: u.Reason}))
				}
			}
			out = append(out, draft(Turned, TurnedEvent{Act: "pause", Wall: x.wall(), Moment: now}),
				draft(Ended, EndedEvent{Moment: now, Wall: x.wall(), Reason: reason}))
			return out, nil
		}})
}

func (x *Exercises) left(ctx context.Context, s *State) ([]scenario.Unfired, error) {
	x.turning.Lock()
	defer x.turning.Unlock()
	g, err := x.game(ctx, s)
	if err != nil {
		return nil, err
	}
	return g.play.Unfired(), nil
}

// Reveal opens the commitment: from now on everybody with a part reads the
// scenario, and anybody can recompute the digest of the start.
func (x *Exercises) Reveal(ctx context.Context, who realm.Actor, key string) (realm.Receipt, error) {
	return x.do(ctx, act{who: who, do: policy.ExerciseControl, key: key, name: "exercise.reveal",
		decide: func(s *State, _ Member) ([]ledger.Draft, error) {
			switch s.Phase {
			case Over:
			case Opened:
				return nil, problem.Refuse("exercise.revealed")
			default:
				return nil, problem.Refuse("exercise.end-first")
			}
			file, salt, err := x.open(ctx, s)
			if err != nil {
				return nil, err
			}
			script, err := x.script(ctx, s)
			if err != nil {
				return nil, err
			}
			ev, err := reveal(salt, file, script.Scenario)
			return []ledger.Draft{draft(Revealed, ev)}, err
		}})
}
