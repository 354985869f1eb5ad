package training

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/vault"
)

// Course is a course as its events tell it.
type Course struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
	OpenedEvent
	Over  bool             `json:"over"`
	Seats map[string]*Seat `json:"seats,omitempty"`
}

// Seat is one person's record. It holds nothing that says who it is but the
// sealed name.
type Seat struct {
	SeatedEvent
	At      time.Time         `json:"at"`
	Tests   map[Sitting]*Test `json:"tests,omitempty"`
	Name    vault.Sealed      `json:"name,omitempty"`
	Code    string            `json:"code,omitempty"`
	ID      string            `json:"credential,omitempty"`
	Issued  time.Time         `json:"issued,omitzero"`
	Revoked string            `json:"revoked,omitempty"` // why
	// Withdrawn is when it was revoked; zero where that was folded by a program of before.
	Withdrawn time.Time `json:"withdrawn,omitzero"`
}

// Test is one sitting.
type Test struct {
	At     time.Time `json:"at"`
	Right  int       `json:"right"`
	Of     int       `json:"of"`
	Missed []string  `json:"missed,omitempty"`
}

// Percent is the score, 0 to 100.
func (t *Test) Percent() float64 {
	if t == nil || t.Of == 0 {
		return 0
	}
	return 100 * float64(t.Right) / float64(t.Of)
}

// Exists tells a folded course from an empty one.
func (c *Course) Exists() bool { return c.Bank != "" }

func read[T any](e ledger.Event, then func(T)) error {
	var p T
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return err
	}
	then(p)
	return nil
}

// Fold applies one event.
func (c *Course) Fold(e ledger.Event) error {
	if err := c.apply(e); err != nil {
		return fmt.Errorf("training: event %d (%s): %w", e.Seq, e.Kind, err)
	}
	c.ID, c.Version = strings.TrimPrefix(e.Stream, "course/"), e.Version
	return nil
}

func (c *Course) seat(id string) *Seat {
	if c.Seats == nil {
		c.Seats = map[string]*Seat{}
	}
	if c.Seats[id] == nil {
		c.Seats[id] = &Seat{Tests: map[Sitting]*Test{}}
	}
	return c.Seats[id]
}

func (c *Course) apply(e ledger.Event) error {
	switch e.Kind {
	case Opened:
		return read(e, func(p OpenedEvent) { c.OpenedEvent = p })
	case Seated:
		return read(e, func(p SeatedEvent) { s := c.seat(p.Seat); s.SeatedEvent, s.At = p, e.At })
	case Sat:
		return read(e, func(p SatEvent) {
			s := c.seat(p.Seat)
			if s.Tests == nil {
				s.Tests = map[Sitting]*Test{}
			}
			s.Tests[p.Sitting] = &Test{At: e.At, Right: p.Right, Of: p.Of, Missed: p.Missed}
		})
	case Named:
		return read(e, func(p NamedEvent) { c.seat(p.Seat).Name = p.Name })
	case Unnamed:
		return read(e, func(p SeatEvent) { c.seat(p.Seat).Name = "" })
	case Ended:
		c.Over = true
		return nil
	case Certified:
		return read(e, func(p CertifiedEvent) {
			s := c.seat(p.Seat)
			s.Code, s.ID, s.Issued, s.Revoked, s.Withdrawn = p.Code, p.ID, e.At, "", time.Time{}
		})
	case Revoked:
		return read(e, func(p RevokedEvent) {
			s := c.seat(p.Seat)
			s.Revoked, s.Withdrawn = p.Reason, e.At
		})
	}
	return fmt.Errorf("unknown kind")
}
