package referral

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/vault"
)

// Kinds of events in a referral's stream, "referral/<id>".
const (
	Sent      = "referral.sent"
	Accepted  = "referral.accepted"
	Declined  = "referral.declined"
	Escalated = "referral.escalated"
	Started   = "referral.started"
	Finished  = "referral.finished"
	Withdrawn = "referral.withdrawn"
	Fed       = "referral.feedback_recorded"
)

// Stream is the ledger's name of a referral's stream.
func Stream(id string) string { return "referral/" + id }

// By is who did a step.
type By struct {
	Staff  string    `json:"staff"`
	Agency string    `json:"agency"`
	Duty   string    `json:"duty"`
	At     time.Time `json:"at"`
}

// Facts are what any referral tells, without identifying: enough for a
// provider to say whether there is a place.
type Facts struct {
	Sex      string `json:"sex,omitempty"`
	AgeBand  string `json:"age_band,omitempty"`
	Child    bool   `json:"child"`
	Language string `json:"language,omitempty"`
	County   string `json:"county,omitempty"`
	Risk     string `json:"risk,omitempty"`
	Others   int    `json:"others,omitempty"` // how many come with her
	Family   int    `json:"family,omitempty"` // of her family with cases of their own, who come along
}

// Disclosed is one sealed text handed over, and the ground it rests on.
type Disclosed struct {
	Label       string       `json:"label"`
	Field       string       `json:"field"` // place in the referral's own record
	Compartment string       `json:"compartment"`
	Basis       string       `json:"basis"`
	Record      string       `json:"record"` // the consent or basis
	Text        vault.Sealed `json:"text"`
}

// SentEvent starts a referral.
type SentEvent struct {
	Case    string       `json:"case"`
	Ref     string       `json:"reference"`
	From    string       `json:"from"`
	To      string       `json:"to"`
	Service string       `json:"service"`
	Purpose string       `json:"purpose"`
	Urgency string       `json:"urgency"`
	Needs   []string     `json:"needs,omitempty"`
	Message vault.Sealed `json:"message,omitempty"`
	Subject string       `json:"subject"` // id of the person, names her keys
	// Rank is the receiver's place in the list of who could take her, and
	// Departure why not the first of it: kept so that the rules of the list can
	// be judged by what people choose.
	Rank      int    `json:"rank,omitempty"`
	Departure string `json:"departure,omitempty"`
	// Family is Together, or why people who belong together are parted.
	Family    string      `json:"family,omitempty"`
	Facts     Facts       `json:"facts"`
	Disclosed []Disclosed `json:"disclosed,omitempty"`
	Due       time.Time   `json:"due"`
}

// StepEvent is every later step.
type StepEvent struct {
	Reason string       `json:"reason,omitempty"` // term of referral-decline-reasons, or of feedback
	From   string       `json:"from,omitempty"`   // whose feedback: person, guardian, provider
	ID     string       `json:"id"`
	Note   vault.Sealed `json:"note,omitempty"`
}

// Step is one line of a referral's history.
type Step struct {
	Kind   string       `json:"kind"`
	Reason string       `json:"reason,omitempty"`
	From   string       `json:"from,omitempty"`
	ID     string       `json:"id"`
	Note   vault.Sealed `json:"note,omitempty"`
	By     By           `json:"by"`
}

// State is a referral as its events tell it.
type State struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
	Status  string `json:"status"` // sent, accepted, started, finished, declined, withdrawn
	SentBy  By     `json:"sent_by"`
	SentEvent
	Escalated *time.Time `json:"escalated,omitempty"`
	Steps     []Step     `json:"steps,omitempty"`
	Changed   time.Time  `json:"changed_at"`
}

// Exists tells a folded referral from an empty one.
func (s *State) Exists() bool { return s.Version > 0 }

// Fold applies one event.
func (s *State) Fold(e ledger.Event) error {
	by := By{Staff: e.Actor, Agency: e.Agency, Duty: e.Duty, At: e.At}
	var err error
	switch e.Kind {
	case Sent:
		err = json.Unmarshal(e.Payload, &s.SentEvent)
		s.SentBy, s.Status = by, "sent"
	case Accepted, Declined, Escalated, Started, Finished, Withdrawn, Fed:
		var p StepEvent
		err = json.Unmarshal(e.Payload, &p)
		s.Steps = append(s.Steps, Step{Kind: e.Kind, Reason: p.Reason, From: p.From, ID: p.ID, Note: p.Note, By: by})
		switch e.Kind {
		case Escalated:
			s.Escalated = &by.At
		case Fed:
		default:
			s.Status = strings.TrimPrefix(e.Kind, "referral.")
		}
	default:
		return fmt.Errorf("referral: event %d: unknown kind %q", e.Seq, e.Kind)
	}
	if err != nil {
		return fmt.Errorf("referral: event %d (%s): %w", e.Seq, e.Kind, err)
	}
	s.ID = strings.TrimPrefix(e.Stream, "referral/")
	s.Version, s.Changed = e.Version, e.At
	return nil
}
