package exercise

import (
	"context"
	"errors"
	"slices"
	"time"

	"rufaa/internal/clockwork"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
	"rufaa/internal/valid"
)

// moment is the scenario's moment as events carry it.
func (x *Exercises) moment(s *State) int { return int(x.Now(s)) }

func (x *Exercises) wall() time.Time { return x.clock.Wall().UTC().Truncate(time.Millisecond) }

// TurnClock is an act of control on the clock.
type TurnClock struct {
	Act    string  `json:"act" doc:"run, pause, jump or step" enum:"run,pause,jump,step"`
	Rate   float64 `json:"rate,omitempty" doc:"Of run: scenario minutes in a wall minute, above 0 to 1440"`
	To     string  `json:"to,omitempty" doc:"Of jump: moment like D2 07:00" maxLength:"12"`
	By     int     `json:"by,omitempty" doc:"Of step: minutes" minimum:"0" maximum:"1440"`
	Reason string  `json:"reason,omitempty" doc:"Why, for the review" maxLength:"1000"`
}

// TurnClock starts, pauses, speeds up, jumps or steps the clock. What is due on
// the way is sent, in its order, before the answer.
func (x *Exercises) TurnClock(ctx context.Context, who realm.Actor, key string, t TurnClock) (realm.Receipt, error) {
	var to Minute
	if err := x.check(func(c *valid.Check) {
		c.Term("act", t.Act, func(s string) bool { return slices.Contains([]string{"run", "pause", "jump", "step"}, s) }, true)
		c.Text("reason", &t.Reason, 1000, false)
		switch t.Act {
		case "jump":
			var err error
			if to, err = scenario.ParseMoment(t.To); err != nil {
				c.Add("to", "exercise.error.moment")
			}
		case "step":
			c.Between("by", t.By, 1, 1440)
			to = Minute(t.By)
		case "run":
			if t.Rate == 0 {
				t.Rate = 1
			}
			if !(t.Rate > 0 && t.Rate <= 1440) {
				c.Add("rate", "exercise.error.rate")
			}
		}
	}); err != nil {
		return realm.Receipt{}, err
	}
	if err := x.Turn(ctx); err != nil {
		return realm.Receipt{}, err
	}
	rc, err := x.do(ctx, act{who: who, do: policy.ExerciseControl, key: key, name: "exercise.clock", body: t,
		decide: func(s *State, _ Member) ([]ledger.Draft, error) { return x.turned(s, t, to) }})
	if err != nil {
		return rc, err
	}
	return rc, x.Turn(ctx)
}

func (x *Exercises) turned(s *State, t TurnClock, to Minute) ([]ledger.Draft, error) {
	if s.Phase == Over || s.Phase == Opened {
		return nil, problem.Refuse("exercise.over")
	}
	if s.Frozen != nil && t.Act == "run" {
		return nil, problem.Refuse("exercise.frozen")
	}
	if t.Act == "jump" && to > s.Ends {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "to", Key: "exercise.error.moment"}}}
	}
	ev := TurnedEvent{Act: t.Act, Rate: t.Rate, To: int(to), Wall: x.wall(), Reason: t.Reason, Moment: int(s.Begins)}
	if len(s.Turns) == 0 {
		ev.FirstDay = s.firstDay(ev.Wall)
	} else {
		ev.Moment = x.moment(s)
	}
	turn := clockwork.Turn{Wall: ev.Wall, Act: clockwork.Act(t.Act), Rate: t.Rate, To: to}
	clock := s.Clock()
	if len(s.Turns) == 0 {
		clock = clockwork.Start(ev.Wall, s.Begins)
	}
	if _, err := clock.Turn(turn); errors.Is(err, clockwork.ErrBackwards) {
		return nil, problem.Refuse("exercise.no-way-back")
	} else if err != nil {
		return nil, err
	}
	return []ledger.Draft{draft(Turned, ev)}, nil
}

// firstDay is the first civil day on which play can begin without the realm's
// time running backwards.
func (s *State) firstDay(wall time.Time) string {
	day := wall.In(zone)
	midnight := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
	if clockwork.Legal(midnight, s.Begins).Before(wall) {
		midnight = midnight.AddDate(0, 0, 1)
	}
	return midnight.Format(time.DateOnly)
}
