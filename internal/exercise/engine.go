package exercise

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"rufaa/internal/clockwork"
	"rufaa/internal/ledger"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
)

// game is the play of one exercise as this process has folded it. It follows
// from the ledger alone, so that another process, or this one started again,
// folds the same.
type game struct {
	id     string
	script *scenario.Script
	play   *scenario.Play
	reader *Reader
	next   int64 // sequence number to read from
	deeds  []Deed
	causes map[scenario.Deed][]int64
}

// take folds one event: time first, then what it says.
func (g *game) take(e ledger.Event) error {
	g.next = e.Seq + 1
	g.pass(e.At)
	deeds := g.reader.Read(e)
	s := &g.reader.state
	if s.Phase == Ready || s.Phase == "" {
		g.add(deeds)
		return nil
	}
	g.play.Advance(min(s.MomentOf(e.At), s.Ends))
	g.add(deeds)
	switch e.Kind {
	case Fired:
		return read(e, func(p FiredEvent) {
			g.play.Release(p.Inject)
			g.play.Fire(p.Inject)
		})
	case Skipped:
		return read(e, func(p HandEvent) { g.play.Skip(p.Inject, p.Reason) })
	case Held, Released, Stopped, Continued:
		g.hold(s)
	}
	return nil
}

// pass takes the play to a moment of the realm's clock by what time alone brings,
// each at its own moment: what it sets off comes in its order.
func (g *game) pass(now time.Time) {
	for _, d := range g.reader.Pass(now) {
		g.play.Advance(min(d.At, g.reader.state.Ends))
		g.add([]Deed{d})
	}
}

func (g *game) add(deeds []Deed) {
	for _, d := range deeds {
		g.deeds = append(g.deeds, d)
		at := scenario.Deed{Do: d.Do, About: d.About}
		g.causes[at] = append(g.causes[at], d.Events...)
		g.play.Record(d.Fact)
	}
}

// hold keeps back what control holds, and every inject of a scene that the safe
// word stopped; where somebody said it who plays no role, nobody knows which
// scene it was, and all of them stand still. The rest is let go, and what was due
// meanwhile comes then.
func (g *game) hold(s *State) {
	stopped := s.Stopped()
	for i := range g.script.Injects {
		in := &g.script.Injects[i]
		why := ""
		if x := s.Injects[in.ID]; x != nil {
			why = x.Held
		}
		for _, stop := range stopped {
			switch {
			case stop.Character == "":
				why = "the safe word stopped the play"
			case concerns(in, stop.Character):
				why = "the safe word stopped the scene of " + stop.Character
			}
		}
		if why != "" {
			g.play.Hold(in.ID, why)
		} else {
			g.play.Release(in.ID)
		}
	}
}

// concerns tells whether an inject puts a character on the scene.
func concerns(in *scenario.Inject, character string) bool {
	return in.From == character || slices.ContainsFunc(in.Sets, func(d scenario.Deed) bool { return d.About == character })
}

// due are the injects that the play has fired and the ledger does not know.
func (g *game) due(s *State) []scenario.Firing {
	var out []scenario.Firing
	for i := range g.script.Injects {
		in := &g.script.Injects[i]
		at, fired := g.play.Facts().FiredAt(in.ID)
		if x := s.Injects[in.ID]; fired && (x == nil || x.Fired == nil) {
			out = append(out, scenario.Firing{Inject: in, At: at})
		}
	}
	slices.SortStableFunc(out, func(a, b scenario.Firing) int { return cmp.Compare(a.At, b.At) })
	return out
}

// behind names the events that made an inject's condition true.
func (g *game) behind(in *scenario.Inject) []int64 {
	var out []int64
	for _, r := range g.script.Reads(in.ID) {
		out = append(out, g.causes[scenario.Deed{Do: r.Do, About: r.About}]...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Turn takes the play to now: it reads what happened since, and sends what is
// due, each inject once, in the order of (scenario time, place in the file).
// The clockwork calls it many times a second; several servers may.
func (x *Exercises) Turn(ctx context.Context) error {
	if x.clock == nil {
		return nil
	}
	x.turning.Lock()
	defer x.turning.Unlock()
	for range tries {
		again, err := x.turn(ctx)
		if err != nil || !again {
			return err
		}
	}
	return nil // others write faster; the next turn does it
}

// tries bounds how often a turn is made again because others wrote meanwhile.
const tries = 8

func (x *Exercises) turn(ctx context.Context) (again bool, err error) {
	s, err := x.Current(ctx)
	if err != nil || !s.Exists() || s.Phase != Playing {
		return false, err
	}
	x.clock.follow(s)
	g, err := x.game(ctx, s)
	if err != nil {
		return false, err
	}
	if g.reader.state.Version != s.Version { // an event came between the two reads
		return true, nil
	}
	now := min(x.Now(s), s.Ends)
	g.pass(clockwork.Legal(s.Midnight(), now))
	g.play.Advance(now)
	drafts := x.sent(s, g)
	if len(drafts) == 0 {
		return false, nil
	}
	_, err = x.realm.Commit(ctx, realm.Command{Actor: realm.System,
		Appends: []realm.Append{{Stream: Stream(s.ID), Expected: s.Version, Drafts: drafts}}})
	if errors.As(err, new(*problem.Changed)) {
		return true, nil
	}
	return err == nil, err // once more: what was sent may set off something
}

func (x *Exercises) sent(s *State, g *game) []ledger.Draft {
	var drafts []ledger.Draft
	for _, f := range g.due(s) {
		by := ByClock
		if f.Inject.When != "" {
			by = ByCondition
		}
		drafts = append(drafts, draft(Fired, FiredEvent{Inject: f.Inject.ID, Moment: int(f.At), Wall: x.clock.Wall().UTC(),
			By: by, Causes: g.behind(f.Inject), Teams: f.Inject.To}))
	}
	for _, u := range g.play.Closed() {
		if y := s.Injects[u.Inject.ID]; y == nil || y.Unfired == "" && y.Skipped == "" && y.Fired == nil {
			drafts = append(drafts, draft(Unfired, HandEvent{Inject: u.Inject.ID, Moment: int(g.play.Now()), Reason: u.Reason}))
		}
	}
	return drafts
}

// game gives the fold of an exercise, read up to now. The caller holds turning.
func (x *Exercises) game(ctx context.Context, s *State) (*game, error) {
	if x.played == nil || x.played.id != s.ID {
		script, err := x.script(ctx, s)
		if err != nil {
			return nil, err
		}
		g := &game{id: s.ID, script: script, play: script.Play(), causes: map[scenario.Deed][]int64{},
			reader: NewReader(script, x.Words, x.realm.Content.List("places-of-stay"), x.Chains())}
		if err := x.realm.Store.QueryRow(ctx, `SELECT begun_seq FROM exercises WHERE id = $1`, s.ID).Scan(&g.next); err != nil {
			return nil, err
		}
		x.played = g
	}
	g := x.played
	err := x.realm.Ledger.Each(ctx, g.next, g.take)
	if err != nil {
		x.played = nil // folded by half: from the start next time
		return nil, err
	}
	return g, nil
}

// Deeds gives every deed so far, in the order in which the ledger showed them.
func (x *Exercises) Deeds(ctx context.Context, id string) ([]Deed, error) {
	x.turning.Lock()
	defer x.turning.Unlock()
	s, err := x.Load(ctx, id)
	if err != nil || !s.Exists() {
		return nil, err
	}
	g, err := x.game(ctx, s)
	if err != nil {
		return nil, err
	}
	return slices.Clone(g.deeds), nil
}

// Grades gives every criterion with its grade from the deeds so far.
func (x *Exercises) Grades(ctx context.Context, id string) ([]scenario.Graded, error) {
	x.turning.Lock()
	defer x.turning.Unlock()
	s, err := x.Load(ctx, id)
	if err != nil || !s.Exists() {
		return nil, err
	}
	g, err := x.game(ctx, s)
	if err != nil {
		return nil, err
	}
	return g.script.Grade(g.play.Facts()), nil
}

// Script gives the scenario of an exercise, hidden truth included, to a room of
// the realm. Whoever shows any of it to people asks the door first.
func (x *Exercises) Script(ctx context.Context, s *State) (*scenario.Script, error) {
	return x.script(ctx, s)
}
