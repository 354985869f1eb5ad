package exercise

import (
	"sync/atomic"
	"time"

	"rufaa/internal/clockwork"
)

// Clock is the time of an exercise realm: before play the wall's, from the
// first act on the scenario's civil time, by which the realm's events and
// legal deadlines are counted. It never runs backwards.
type Clock struct {
	wall func() time.Time
	now  atomic.Pointer[running]
}

type running struct {
	midnight time.Time
	clock    clockwork.Clock
}

// NewClock is the clock of a realm; wall is nil for the wall clock itself.
func NewClock(wall func() time.Time) *Clock {
	if wall == nil {
		wall = time.Now
	}
	return &Clock{wall: wall}
}

// Wall is the wall's time.
func (c *Clock) Wall() time.Time { return c.wall() }

// Now is the realm's time.
func (c *Clock) Now() time.Time {
	r := c.now.Load()
	if r == nil {
		return c.wall()
	}
	return r.clock.Civil(r.midnight, c.wall())
}

// follow takes the clock to where an exercise stands.
func (c *Clock) follow(s *State) {
	if len(s.Turns) == 0 {
		return
	}
	c.now.Store(&running{midnight: s.Midnight(), clock: s.Clock()})
}
