package casefile

import (
	"context"
	"errors"
	"fmt"
	"time"

	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// Running is one clock of a case, or one thing with a day.
type Running struct {
	Clock  string    `json:"clock"` // as in NextDue, and "booking"
	Item   string    `json:"item,omitempty"`
	Staff  string    `json:"staff,omitempty"` // whose it is; empty is the case manager's
	At     time.Time `json:"at"`
	AllDay bool      `json:"all_day"`
	Kind   string    `json:"kind,omitempty"` // of a task or booking: a term of its vocabulary
}

// Clocks lists every clock that runs on the case; a task and a flag with whose
// it is.
func (s *State) Clocks() []Running {
	var out []Running
	s.eachDue(func(at time.Time, clock string) {
		if clock != "task" && clock != "flag" {
			out = append(out, Running{Clock: clock, At: at, AllDay: byDay[clock]})
		}
	})
	if s.Stage == StageClosed {
		return out
	}
	for i := range s.Tasks {
		if t := &s.Tasks[i]; t.State == "open" {
			if at, ok := t.due(); ok {
				out = append(out, Running{Clock: "task", Item: t.ID, Staff: s.still(t.Staff), At: at, AllDay: true, Kind: t.Kind})
			}
		}
	}
	for i := range s.Flags {
		if f := &s.Flags[i]; f.Cleared == nil {
			if at, ok := endOfDay(f.DueOn); ok {
				out = append(out, Running{Clock: "flag", Item: f.ID, Staff: s.still(f.Owner), At: at, AllDay: true})
			}
		}
	}
	return out
}

// still is somebody who is on the team; "" of somebody who left it, whose tasks
// and flags are the case manager's until they are given to another.
func (s *State) still(staff string) string {
	if len(s.Team) > 0 && s.Member(staff) == nil { // a frame may come without its team
		return ""
	}
	return staff
}

// byDay are the clocks that run out at the end of a day, not at an hour.
var byDay = map[string]bool{"followup": true, "review": true, "place": true, "plan": true, "conference": true, "child_care": true, "contact": true}

// Days lists what has a day but no clock: journeys, escorts and interpreters
// that are ordered, and days in court.
func (s *State) Days() []Running {
	var out []Running
	for i := range s.Hearings {
		if h := &s.Hearings[i]; h.State == "set" {
			if at, ok := endOfDay(h.On); ok {
				out = append(out, Running{Clock: "hearing", Item: h.ID, At: at, AllDay: true, Kind: h.Kind})
			}
		}
	}
	for i := range s.Bookings {
		if b := &s.Bookings[i]; b.State == "booked" && s.Stage != StageClosed {
			if at, ok := endOfDay(b.On); ok {
				out = append(out, Running{Clock: "booking", Item: b.ID, At: at, AllDay: true, Kind: b.Kind})
			}
		}
	}
	return out
}

// nairobi is UTC+3 the whole year.
const nairobi = 3 * time.Hour

// Day is the day in East Africa on which it runs out, YYYY-MM-DD. What is due
// by the end of a day belongs to that day and not to the midnight after it.
func (r Running) Day() string {
	return r.At.Add(nairobi - time.Second).UTC().Format(time.DateOnly)
}

// teamMost is how many open cases somebody's days are read from.
const teamMost = 200

// OfTeam gives the frames of the cases whose team the person is on and that are
// open, or closed with a contact still to come, as far as the duty sees them,
// the most urgent first.
func (c *Cases) OfTeam(ctx context.Context, who realm.Actor) ([]*Frame, error) {
	rows, err := c.realm.Store.Query(ctx, `SELECT case_id FROM team WHERE staff = $1 AND (closed = 0 OR due_at < $3) ORDER BY due_at, case_id LIMIT $2`, who.Staff, teamMost, Never)
	if err != nil {
		return nil, fmt.Errorf("casefile: team: %w", err)
	}
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			rows.Close()
			return nil, err
		}
		ids = append(ids, id)
	}
	rows.Close()
	if err := rows.Err(); err != nil {
		return nil, err
	}
	var out []*Frame
	for _, id := range ids {
		f, err := c.View(ctx, who, id)
		switch {
		case errors.Is(err, problem.ErrNotFound), errors.As(err, new(*problem.Denied)):
		case err != nil:
			return nil, err
		default:
			out = append(out, f)
		}
	}
	return out, nil
}
