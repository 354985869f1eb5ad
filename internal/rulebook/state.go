package rulebook

import (
	"encoding/json"
	"fmt"
	"time"

	"rufaa/internal/ledger"
)

// Kinds of events.
const (
	Drafted   = "rulebook.drafted"
	Approved  = "rulebook.approved"
	Withdrawn = "rulebook.withdrawn"
)

// DraftedEvent is a new version as somebody proposes it.
type DraftedEvent struct {
	Number   int    `json:"number"`
	Text     string `json:"text"`
	Note     string `json:"note"` // why, for those who read the history
	Restores int    `json:"restores,omitempty"`
	Back     bool   `json:"back,omitempty"` // it restores an earlier version; 0 is the program's own
}

// ApprovedEvent puts a version in force from a moment on.
type ApprovedEvent struct {
	Number  int       `json:"number"`
	From    time.Time `json:"from"`
	Summary Summary   `json:"summary"` // the effect as it was told to the approver
}

// WithdrawnEvent ends a version that is not in force yet.
type WithdrawnEvent struct {
	Number int `json:"number"`
}

// By is who did something and when.
type By struct {
	Staff  string    `json:"staff"`
	Agency string    `json:"agency"`
	Duty   string    `json:"duty"`
	At     time.Time `json:"at"`
}

// Version is one version of a document. Its text is kept apart.
type Version struct {
	Number    int       `json:"number"`
	Note      string    `json:"note"`
	By        By        `json:"by"`
	Restores  *int      `json:"restores,omitempty"`
	Approved  *By       `json:"approved,omitempty"`
	From      time.Time `json:"from,omitzero"`
	Summary   Summary   `json:"summary,omitzero"`
	Withdrawn *By       `json:"withdrawn,omitempty"`
}

// Standing of a version at a moment.
type Standing string

// The standings.
const (
	IsDraft     Standing = "draft"
	IsScheduled Standing = "scheduled" // approved, in force from a later moment
	IsInForce   Standing = "in_force"
	IsReplaced  Standing = "replaced"
	IsWithdrawn Standing = "withdrawn"
)

// State is a document as its events tell it.
type State struct {
	ID       string    `json:"id"`
	Version  int64     `json:"version"` // of the stream
	Versions []Version `json:"versions"`
}

// Version finds one by its number.
func (s *State) version(number int) *Version {
	for i := range s.Versions {
		if s.Versions[i].Number == number {
			return &s.Versions[i]
		}
	}
	return nil
}

// InForce is the version that holds at a moment; nil: the program's own.
func (s *State) InForce(now time.Time) *Version {
	for i := len(s.Versions) - 1; i >= 0; i-- {
		if v := &s.Versions[i]; v.Approved != nil && v.Withdrawn == nil && !v.From.After(now) {
			return v
		}
	}
	return nil
}

// Standing of a version at a moment.
func (s *State) Standing(v *Version, now time.Time) Standing {
	switch {
	case v.Withdrawn != nil:
		return IsWithdrawn
	case v.Approved == nil:
		return IsDraft
	case v.From.After(now):
		return IsScheduled
	case s.InForce(now).Number == v.Number:
		return IsInForce
	}
	return IsReplaced
}

// Pending is the version that waits: a draft, or one scheduled; nil for none.
func (s *State) Pending(now time.Time) *Version {
	if len(s.Versions) == 0 {
		return nil
	}
	v := &s.Versions[len(s.Versions)-1]
	if st := s.Standing(v, now); st == IsDraft || st == IsScheduled {
		return v
	}
	return nil
}

// Fold takes in one event.
func (s *State) Fold(e ledger.Event) error {
	by := By{Staff: e.Actor, Agency: e.Agency, Duty: e.Duty, At: e.At}
	s.Version = e.Version
	switch e.Kind {
	case Drafted:
		var p DraftedEvent
		if err := json.Unmarshal(e.Payload, &p); err != nil {
			return err
		}
		v := Version{Number: p.Number, Note: p.Note, By: by}
		if p.Back {
			v.Restores = &p.Restores
		}
		s.Versions = append(s.Versions, v)
	case Approved:
		var p ApprovedEvent
		if err := json.Unmarshal(e.Payload, &p); err != nil {
			return err
		}
		v := s.version(p.Number)
		if v == nil {
			return fmt.Errorf("rulebook: %s has no version %d", s.ID, p.Number)
		}
		v.Approved, v.From, v.Summary = &by, p.From, p.Summary
	case Withdrawn:
		var p WithdrawnEvent
		if err := json.Unmarshal(e.Payload, &p); err != nil {
			return err
		}
		v := s.version(p.Number)
		if v == nil {
			return fmt.Errorf("rulebook: %s has no version %d", s.ID, p.Number)
		}
		v.Withdrawn = &by
	}
	return nil
}
