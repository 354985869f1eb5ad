package likeness

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"rufaa/internal/ledger"
)

// Status is where a pair stands, for both sides together. What one side is
// told of it is a View.
type Status string

// The statuses.
const (
	StatusProposed  Status = "proposed"
	StatusComparing Status = "comparing" // both agreed
	StatusLinked    Status = "linked"
	StatusEnded     Status = "ended"
)

// State is a likeness as its events tell it.
type State struct {
	ID      string    `json:"id"`
	Version int64     `json:"version"`
	Status  Status    `json:"status"`
	Rule    string    `json:"rule"`
	Signs   []Sign    `json:"signs"`
	Told    []Sign    `json:"told"` // every sign it was ever proposed for
	Sides   [2]Side   `json:"sides"`
	Ended   *Ending   `json:"ended,omitempty"`
	Changed time.Time `json:"changed_at"`
}

// Side is one case of the pair and what its case manager said.
type Side struct {
	Party
	Agreed  *Agreement `json:"agreed,omitempty"`
	Verdict string     `json:"verdict,omitempty"` // same, different or ""
}

// Agreement is what one side agreed to.
type Agreement struct {
	AgreedEvent
	By By `json:"by"`
}

// Ending is why a pair is no longer open.
type Ending struct {
	Kind   string `json:"kind"` // refused, different, unlinked, lapsed
	Case   string `json:"case,omitempty"`
	Reason string `json:"reason,omitempty"`
	By     By     `json:"by"`
}

// Exists tells a folded likeness from an empty one.
func (s *State) Exists() bool { return s.Version > 0 }

// of is the side whose case an agency holds, and the other; nil when the
// agency has no part in the pair.
func (s *State) of(agency string) (own, other *Side) {
	for i := range s.Sides {
		if s.Exists() && agency != "" && s.Sides[i].Holder == agency {
			return &s.Sides[i], &s.Sides[1-i]
		}
	}
	return nil, nil
}

// news tells whether the signs hold one that the pair was never proposed for.
func (s *State) news(signs []Sign) bool {
	return slices.ContainsFunc(signs, func(x Sign) bool {
		return slices.Contains(telling, x) && !slices.Contains(s.Told, x)
	})
}

// fields are those that both sides agreed to have opened, in their order.
func (s *State) fields() []string {
	if s.Sides[0].Agreed == nil || s.Sides[1].Agreed == nil {
		return nil
	}
	var out []string
	for _, f := range Fields {
		if slices.Contains(s.Sides[0].Agreed.Fields, f) && slices.Contains(s.Sides[1].Agreed.Fields, f) {
			out = append(out, f)
		}
	}
	return out
}

// Fold applies one event. An unknown kind is an error, so that an old program
// never works on a pair it only half understands.
func (s *State) Fold(e ledger.Event) error {
	by := By{Staff: e.Actor, Agency: e.Agency, At: e.At}
	if err := s.apply(e, by); err != nil {
		return fmt.Errorf("likeness: event %d (%s): %w", e.Seq, e.Kind, err)
	}
	s.ID = strings.TrimPrefix(e.Stream, "likeness/")
	s.Version, s.Changed = e.Version, e.At
	return nil
}

func (s *State) apply(e ledger.Event, by By) error {
	switch e.Kind {
	case Proposed:
		var p ProposedEvent
		if err := json.Unmarshal(e.Payload, &p); err != nil {
			return err
		}
		s.propose(p)
	case Agreed:
		var p AgreedEvent
		if err := json.Unmarshal(e.Payload, &p); err != nil {
			return err
		}
		s.side(p.Case).Agreed = &Agreement{AgreedEvent: p, By: by}
		if s.Sides[0].Agreed != nil && s.Sides[1].Agreed != nil {
			s.Status = StatusComparing
		}
	case Judged:
		var p JudgedEvent
		if err := json.Unmarshal(e.Payload, &p); err != nil {
			return err
		}
		s.judge(p, by)
	case Linked:
		s.Status = StatusLinked
	case Refused, Unlinked:
		var p EndedEvent
		if err := json.Unmarshal(e.Payload, &p); err != nil {
			return err
		}
		s.Status = StatusEnded
		s.Ended = &Ending{Kind: strings.TrimPrefix(e.Kind, "likeness."), Case: p.Case, Reason: p.Reason, By: by}
	case Lapsed:
		s.Status, s.Ended = StatusEnded, &Ending{Kind: "lapsed", By: by}
	default:
		return fmt.Errorf("unknown kind")
	}
	return nil
}

// propose opens the pair, also again after an ending: both sides start anew.
func (s *State) propose(p ProposedEvent) {
	s.Status, s.Rule, s.Signs, s.Ended = StatusProposed, p.Rule, p.Signs, nil
	s.Sides = [2]Side{{Party: p.Parties[0]}, {Party: p.Parties[1]}}
	for _, x := range p.Signs {
		if !slices.Contains(s.Told, x) {
			s.Told = append(s.Told, x)
		}
	}
}

func (s *State) judge(p JudgedEvent, by By) {
	if p.Same {
		s.side(p.Case).Verdict = "same"
		return
	}
	s.side(p.Case).Verdict = "different"
	s.Status, s.Ended = StatusEnded, &Ending{Kind: "different", Case: p.Case, By: by}
}

// side is the side of a case that the pair is known to have.
func (s *State) side(caseID string) *Side {
	if s.Sides[1].Case == caseID {
		return &s.Sides[1]
	}
	return &s.Sides[0]
}
