package training

import (
	"time"

	"rufaa/internal/problem"
)

const (
	// Asked is how many questions one test has.
	Asked = 14
	// Floor is the share of right answers after the course, in percent, that a
	// certificate needs. Source: reference scenario, criterion K17; a starting
	// value for trainers to set.
	Floor = 60
	// laterDays is how long after the course's last day the later test opens:
	// two months and a half, so that "three months" can be kept.
	laterDays = 75
)

// maySit decides whether a seat may sit a test now; nil, or why not.
func (c *Course) maySit(s *Seat, x Sitting, now time.Time) error {
	switch {
	case s == nil:
		return problem.Refuse("training.seat-first")
	case s.Tests[x] != nil:
		return problem.Refuse("training.sat-already")
	case x == Before && (s.Tests[After] != nil || c.Over):
		return problem.Refuse("training.too-late")
	case x == Later && now.Before(c.laterOpens()):
		return problem.Refuse("training.too-early")
	}
	return nil
}

// Open is the sitting that a seat may sit now, "" when none: what a page offers.
func (c *Course) Open(s *Seat, now time.Time) Sitting {
	for _, x := range Sittings {
		if c.maySit(s, x, now) == nil && (x != After || c.begun(now)) {
			return x
		}
	}
	return ""
}

// begun tells whether the first day of the course has come.
func (c *Course) begun(now time.Time) bool { return now.In(zone).Format(time.DateOnly) >= c.From }

// laterOpens is when the later test opens.
func (c *Course) laterOpens() time.Time {
	t, err := time.ParseInLocation(time.DateOnly, c.To, zone)
	if err != nil {
		return time.Time{}
	}
	return t.AddDate(0, 0, laterDays)
}

// zone is East Africa Time, by which days are counted.
var zone = time.FixedZone("EAT", 3*60*60)
