// Package clockwork keeps the three times of an exercise apart: the wall, the
// scenario, and the legal deadlines, which run on scenario time.
//
// It is pure: the wall time is handed in. It keeps true: scenario time never
// runs backwards; pauses, compressed nights and jumps drop nothing that is due
// and never change its order.
package clockwork

import (
	"errors"
	"fmt"
	"time"
)

// Minute is a moment of the scenario: minutes since midnight of day 1.
type Minute int

const dayMinutes = 24 * 60

// Moment is a time of day on a day of the scenario; days count from 1.
func Moment(day, hour, minute int) Minute {
	return Minute((day-1)*dayMinutes + hour*60 + minute)
}

// Day counts from 1.
func (m Minute) Day() int { return int(m)/dayMinutes + 1 }

func (m Minute) String() string {
	return fmt.Sprintf("D%d %02d:%02d", m.Day(), int(m)%dayMinutes/60, int(m)%60)
}

// Act is what control does to the clock.
type Act string

const (
	Run   Act = "run"   // go on at Rate scenario minutes a wall minute
	Pause Act = "pause" // stand still
	Jump  Act = "jump"  // to the moment To, at once
	Step  Act = "step"  // on by To minutes, and stand still
)

// Turn is one act at a wall time; the turns of a run, in order, are its clock.
type Turn struct {
	Wall time.Time
	Act  Act
	Rate float64
	To   Minute
}

// Refusals of a turn.
var (
	ErrBackwards = errors.New("scenario time does not run backwards")
	ErrRate      = errors.New("the rate must be more than 0 and at most 1440 scenario minutes a wall minute")
	ErrAct       = errors.New("unknown act on the clock")
)

// Clock is the fold of turns. The zero Clock stands still at minute 0.
type Clock struct {
	wall time.Time
	at   float64
	rate float64
}

// Start is a clock standing still at a moment.
func Start(wall time.Time, at Minute) Clock { return Clock{wall: wall, at: float64(at)} }

// Turn returns the clock after the act; on a refusal the clock is unchanged.
func (c Clock) Turn(t Turn) (Clock, error) {
	if t.Wall.Before(c.wall) {
		return c, fmt.Errorf("a turn at %s before the last one: %w", t.Wall.Format(time.RFC3339), ErrBackwards)
	}
	next := Clock{wall: t.Wall, at: c.exact(t.Wall), rate: c.rate}
	switch t.Act {
	case Run:
		if !(t.Rate > 0 && t.Rate <= dayMinutes) {
			return c, ErrRate
		}
		next.rate = t.Rate
	case Pause:
		next.rate = 0
	case Jump:
		if float64(t.To) < next.at {
			return c, fmt.Errorf("a jump to %s: %w", t.To, ErrBackwards)
		}
		next.at = float64(t.To)
	case Step:
		if t.To < 0 {
			return c, ErrBackwards
		}
		next.at, next.rate = next.at+float64(t.To), 0
	default:
		return c, ErrAct
	}
	return next, nil
}

func (c Clock) exact(wall time.Time) float64 {
	if wall.Before(c.wall) {
		return c.at
	}
	return c.at + wall.Sub(c.wall).Minutes()*c.rate
}

// At is the scenario's moment at a wall time not before the last turn.
func (c Clock) At(wall time.Time) Minute { return Minute(c.exact(wall)) }

// Civil is the civil time at a wall time, to the fraction of a minute:
// firstDay is midnight of day 1 in the zone of the court.
func (c Clock) Civil(firstDay, wall time.Time) time.Time {
	exact := c.exact(wall)
	whole := Minute(exact)
	return Legal(firstDay, whole).Add(time.Duration((exact - float64(whole)) * float64(time.Minute)))
}

// Rate is how many scenario minutes pass in a wall minute; 0 when it stands still.
func (c Clock) Rate() float64 { return c.rate }

// Standing tells whether the clock is paused.
func (c Clock) Standing() bool { return c.rate == 0 }

// Wall is when a moment will come if nobody touches the clock; false when it
// stands still. A moment already past gives the last turn.
func (c Clock) Wall(m Minute) (time.Time, bool) {
	if float64(m) <= c.at {
		return c.wall, true
	}
	if c.rate == 0 {
		return time.Time{}, false
	}
	return c.wall.Add(time.Duration((float64(m) - c.at) / c.rate * float64(time.Minute))), true
}

// Legal is the civil time a moment stands for, by which legal deadlines are
// counted: firstDay is midnight of day 1 in the zone of the court.
func Legal(firstDay time.Time, m Minute) time.Time {
	y, mo, d := firstDay.Date()
	return time.Date(y, mo, d, 0, int(m), 0, 0, firstDay.Location())
}
