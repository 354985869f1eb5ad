package review

import (
	"encoding/json"
	"errors"
	"fmt"

	"rufaa/internal/content"
	"rufaa/internal/exercise"
	"rufaa/internal/exhibit"
	"rufaa/internal/ledger"
	"rufaa/internal/scenario"
)

// Reading turns the realm's events, in the order of the ledger, into a play of
// one exercise. Add is called for every event.
type Reading struct {
	id     string
	stream string
	reader *exercise.Reader
	state  exercise.State
	begun  bool
	play   Play
	opened *exercise.RevealedEvent
	script *scenario.Script
	crews  crews
}

// NewReading reads the exercise with an id; empty is the first that stands in
// the ledger. Places are the vocabulary places-of-stay; chains computes what is
// wrong with exhibits' custody.
func NewReading(id string, s *scenario.Script, words *exercise.Words, places []content.Term, chains *exhibit.Following) *Reading {
	r := &Reading{id: id, reader: exercise.NewReader(s, words, places, chains), script: s, play: Play{Unsent: map[string]string{}}}
	if id != "" {
		r.stream = exercise.Stream(id)
	}
	return r
}

// Add reads one event.
func (r *Reading) Add(e ledger.Event) error {
	own := len(e.Kind) > 9 && e.Kind[:9] == "exercise."
	switch {
	case own && r.stream == "":
		r.stream = e.Stream
	case own && e.Stream != r.stream:
		return nil // another exercise of this realm
	}
	if own {
		r.begun = true
		if err := r.state.Fold(e); err != nil {
			return err
		}
		if err := r.act(e); err != nil {
			return fmt.Errorf("review: event %d (%s): %w", e.Seq, e.Kind, err)
		}
	}
	for _, d := range r.reader.Read(e) {
		if d.Do == "told" {
			continue // stands in Tellings, with who listened
		}
		event := e.Seq
		if len(d.Events) > 0 {
			event = d.Events[0]
		}
		r.play.Deeds = append(r.play.Deeds, Deed{Fact: d.Fact, Event: event, Hand: d.From == exercise.FromControl, Flaw: r.flaw(&d)})
	}
	if r.begun {
		r.overridden(e)
	}
	return nil
}

// flaw is what a deed says is wrong with a chain of custody; nil when nothing.
// Where it is about people, their teams stand for them.
func (r *Reading) flaw(d *exercise.Deed) *Flaw {
	f := d.Fault
	if f == nil {
		return nil
	}
	out := &Flaw{Flaw: string(f.Flaw), Breaks: f.Flaw.Breaks(), Team: d.Team, At: d.At, Seconds: int64(f.Span.Seconds()), Km: f.Km, Was: f.Was, Is: f.Is,
		First: Side{At: r.state.MomentOf(f.FirstAt), Event: f.Events[len(f.Events)-1]}, Second: Side{At: r.state.MomentOf(f.SecondAt), Event: f.Events[0]}}
	if f.Flaw.OfPeople() {
		out.Was, out.Is = r.state.TeamOf(f.WasOf), r.state.TeamOf(f.IsOf)
	}
	return out
}

func decode[T any](e ledger.Event, then func(T)) error {
	var p T
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return err
	}
	then(p)
	return nil
}

func (r *Reading) act(e ledger.Event) error {
	p := &r.play
	hand := func(h Hand) {
		h.Event = e.Seq
		p.Hands = append(p.Hands, h)
	}
	switch e.Kind {
	case exercise.Committed:
		return decode(e, func(x exercise.CommittedEvent) { p.Digest = x.Digest })
	case exercise.Fired:
		return decode(e, func(x exercise.FiredEvent) {
			byHand := x.By == exercise.ByControl
			p.Sent = append(p.Sent, Sent{Inject: x.Inject, At: scenario.Minute(x.Moment), Hand: byHand, Event: e.Seq})
			if byHand {
				hand(Hand{What: "fired", Inject: x.Inject, Reason: x.Reason, At: scenario.Minute(x.Moment)})
			}
		})
	case exercise.Held, exercise.Released, exercise.Skipped, exercise.Unfired:
		return decode(e, func(x exercise.HandEvent) {
			what := map[string]string{exercise.Held: "held", exercise.Released: "released", exercise.Skipped: "skipped"}[e.Kind]
			if what != "" {
				hand(Hand{What: what, Inject: x.Inject, Reason: x.Reason, At: scenario.Minute(x.Moment)})
			}
			p.Unsent[x.Inject] = x.Reason
		})
	case exercise.Injected:
		return decode(e, func(x exercise.InjectedEvent) {
			hand(Hand{What: "injected", Reason: x.Reason, At: scenario.Minute(x.Moment)})
		})
	case exercise.Noticed:
		return decode(e, func(x exercise.NoticedEvent) {
			hand(Hand{What: "noticed", Do: x.Do, About: x.About, Reason: x.Reason, At: scenario.Minute(x.Moment)})
		})
	case exercise.Frozen:
		return decode(e, func(x exercise.FrozenEvent) {
			hand(Hand{What: "frozen", Reason: x.Text, At: scenario.Minute(x.Moment)})
		})
	case exercise.Turned:
		return decode(e, func(x exercise.TurnedEvent) {
			if x.Act == "jump" {
				hand(Hand{What: "jumped", Reason: x.Reason, At: scenario.Minute(x.Moment)})
			}
		})
	case exercise.Joined, exercise.Left:
		return r.crews.read(e, &r.state)
	case exercise.Moved:
		if err := r.crews.read(e, &r.state); err != nil {
			return err
		}
		return decode(e, func(x exercise.MovedEvent) { // the teams; who it was is nobody's affair
			hand(Hand{What: "moved", About: x.From + " → " + x.To, Reason: x.Reason, At: scenario.Minute(x.Moment)})
		})
	case exercise.Told:
		return decode(e, func(x exercise.ToldEvent) {
			p.Tellings = append(p.Tellings, Telling{Reveal: x.Reveal, Character: x.Character, Team: x.Team, Listener: x.Staff, At: scenario.Minute(x.Moment), Event: e.Seq})
		})
	case exercise.Treated:
		return decode(e, func(x exercise.TreatedEvent) {
			p.Treated = append(p.Treated, Treatment{Character: x.Character, How: x.How, Team: x.Team, Event: e.Seq})
		})
	case exercise.Graded:
		return decode(e, func(x exercise.GradedEvent) {
			p.Marks = append(p.Marks, Mark{Criterion: x.Criterion, Team: x.Team, Grade: scenario.Grade(x.Grade), Mentor: e.Actor, At: scenario.Minute(x.Moment), Wall: x.Wall, Event: e.Seq})
		})
	case exercise.Stopped:
		p.Stops++
	case exercise.Ended:
		return decode(e, func(x exercise.EndedEvent) { p.Over, p.End = true, scenario.Minute(x.Moment) })
	case exercise.Revealed:
		// Who was there is judged as it stood recorded when the truth was told.
		p.Attendance = r.crews.attendance(r.script, &r.state, r.acted())
		return decode(e, func(x exercise.RevealedEvent) { r.opened, p.Scenario, p.Criteria = &x, x.Scenario, x.Criteria })
	}
	return nil
}

// overridden are rules that somebody went round with a reason, which the
// product allows and lists.
func (r *Reading) overridden(e ledger.Event) {
	rule := map[string]string{"case.glass_broken": "glass.second-person", "scene.overridden": "scene.separate"}[e.Kind]
	if rule != "" {
		r.play.Breaks = append(r.play.Breaks, Break{Rule: rule, Team: r.state.TeamOf(e.Agency), Event: e.Seq})
	}
}

// The errors of Play, for callers that decide on them.
var (
	ErrNone        = errors.New("review: there is no exercise in this ledger")
	ErrNotRevealed = errors.New("review: the exercise is not revealed yet: what is hidden stays hidden until control reveals it")
	ErrOther       = errors.New("review: the scenario is not the one that was committed to before play")
)

// Play gives what was read. The scenario must be the one that was revealed: the
// digest in the ledger opens with it.
func (r *Reading) Play() (Play, error) {
	switch {
	case !r.begun:
		return Play{}, ErrNone
	case r.opened == nil:
		return Play{}, ErrNotRevealed
	case !r.opened.Opens(r.play.Digest):
		return Play{}, ErrOther
	}
	raw, err := exercise.Canonical(r.script.Scenario)
	if err != nil {
		return Play{}, err
	}
	if string(raw) != r.opened.File {
		return Play{}, ErrOther
	}
	r.play.Exercise = r.state.ID
	r.play.Attendance.Came = r.state.Turnout(exercise.Days(r.script)) // what is put right later is still told in numbers
	return r.play, nil
}

// acted are the days on which each team did something, or was told something.
func (r *Reading) acted() map[string]map[int]bool {
	out := map[string]map[int]bool{}
	add := func(team string, at scenario.Minute) {
		if out[team] == nil {
			out[team] = map[int]bool{}
		}
		out[team][int(at/dayLong)+1] = true
	}
	for _, d := range r.play.Deeds {
		add(d.Team, d.At)
	}
	for _, t := range r.play.Tellings {
		add(t.Team, t.At)
	}
	return out
}
