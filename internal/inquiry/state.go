package inquiry

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/vault"
)

// Lead is the duty (vocabulary inquiry-duties) of who answers for an inquiry.
const Lead = "lead"

// State is an inquiry as its events tell it.
type State struct {
	ID      string       `json:"id"`
	Version int64        `json:"version"`
	Ref     string       `json:"ref"`
	Agency  string       `json:"agency"`
	Kind    string       `json:"kind"`
	Title   vault.Sealed `json:"title"`
	Opened  By           `json:"opened"`
	Team    []Member     `json:"team"`
	Cases   []CaseLink   `json:"cases,omitempty"`
	Scenes  []SceneRef   `json:"scenes,omitempty"`
	Closure *Closure     `json:"closure,omitempty"`

	Operations []Operation `json:"operations,omitempty"`
	Changed    time.Time   `json:"changed_at"`
}

// Member is somebody's time on the team.
type Member struct {
	Staff  string `json:"staff"`
	Agency string `json:"agency"`
	Duty   string `json:"duty"`
	Since  By     `json:"since"`
	Ends   string `json:"ends,omitempty"` // last day, YYYY-MM-DD
	Left   *By    `json:"left,omitempty"`
}

// On tells whether the membership stands at a moment.
func (m *Member) On(now time.Time) bool {
	if m.Left != nil {
		return false
	}
	if m.Ends == "" {
		return true
	}
	end, err := time.Parse(time.DateOnly, m.Ends)
	return err == nil && now.Before(end.Add(21*time.Hour)) // midnight in East Africa
}

// CaseLink is a case that the inquiry is about.
type CaseLink struct {
	Case  string `json:"case"`
	By    By     `json:"by"`
	Ended *By    `json:"ended,omitempty"`
}

// SceneRef is a scene of the inquiry.
type SceneRef struct {
	ID     string `json:"id"`
	Number int    `json:"number"`
	Class  string `json:"class"`
	CSE    bool   `json:"cse,omitempty"`
	By     By     `json:"by"`
}

// Closure is why nobody works on it any more.
type Closure struct {
	ClosedEvent
	By By `json:"by"`
}

// Exists tells a folded inquiry from an empty one.
func (s *State) Exists() bool { return s.Version > 0 }

// Member gives somebody's membership that stands at the moment, or nil.
func (s *State) Member(staff string, now time.Time) *Member {
	for i := range s.Team {
		if m := &s.Team[i]; m.Staff == staff && m.On(now) {
			return m
		}
	}
	return nil
}

// Members are the ids of who is on the team at the moment.
func (s *State) Members(now time.Time) []string {
	var out []string
	for i := range s.Team {
		if m := &s.Team[i]; m.On(now) {
			out = append(out, m.Staff)
		}
	}
	return out
}

// Leads are the ids of who leads at the moment.
func (s *State) Leads(now time.Time) []string {
	var out []string
	for i := range s.Team {
		if m := &s.Team[i]; m.On(now) && m.Duty == Lead {
			out = append(out, m.Staff)
		}
	}
	return out
}

// leadsBeside tells whether somebody other than staff leads without a last day.
func (s *State) leadsBeside(staff string, now time.Time) bool {
	return slices.ContainsFunc(s.Team, func(m Member) bool {
		return m.Staff != staff && m.Duty == Lead && m.Ends == "" && m.On(now)
	})
}

// HasCase tells whether the inquiry is about a case now.
func (s *State) HasCase(id string) bool {
	return slices.ContainsFunc(s.Cases, func(c CaseLink) bool { return c.Case == id && c.Ended == nil })
}

// CaseIDs are the cases that it is about now.
func (s *State) CaseIDs() []string {
	var out []string
	for _, c := range s.Cases {
		if c.Ended == nil {
			out = append(out, c.Case)
		}
	}
	return out
}

// Resource describes the inquiry to the policy door as one person stands to
// it. One that does not exist is of kind "none".
func (s *State) Resource(staff string, now time.Time) policy.Resource {
	if !s.Exists() {
		return policy.Resource{Kind: "none"}
	}
	r := policy.Resource{Kind: "inquiry", Holder: s.Agency, Team: s.Members(now)}
	if m := s.Member(staff, now); m != nil {
		r.Roles = []string{m.Duty}
	}
	return r
}

// Fold applies one event. An unknown kind is an error, so that an old program
// never works on an inquiry it only half understands.
func (s *State) Fold(e ledger.Event) error {
	f := folds[e.Kind]
	if f == nil {
		return fmt.Errorf("inquiry: event %d: unknown kind %s", e.Seq, e.Kind)
	}
	if err := f(s, e.Payload, By{Staff: e.Actor, Agency: e.Agency, At: e.At}); err != nil {
		return fmt.Errorf("inquiry: event %d (%s): %w", e.Seq, e.Kind, err)
	}
	s.ID = strings.TrimPrefix(e.Stream, "inquiry/")
	s.Version, s.Changed = e.Version, e.At
	return nil
}

type folder func(s *State, payload json.RawMessage, by By) error

func on[P any](apply func(*State, P, By)) folder {
	return func(s *State, payload json.RawMessage, by By) error {
		var p P
		if err := json.Unmarshal(payload, &p); err != nil {
			return err
		}
		apply(s, p, by)
		return nil
	}
}

var folds = map[string]folder{
	Opened: on(func(s *State, p OpenedEvent, by By) {
		s.Ref, s.Agency, s.Kind, s.Title, s.Opened = p.Ref, p.Agency, p.Kind, p.Title, by
		s.Team = []Member{{Staff: by.Staff, Agency: by.Agency, Duty: p.Duty, Since: by}}
	}),
	MemberJoined: on(func(s *State, p MemberJoinedEvent, by By) {
		s.leave(p.Staff, by) // a new duty ends the one before
		s.Team = append(s.Team, Member{Staff: p.Staff, Agency: p.Agency, Duty: p.Duty, Ends: p.Until, Since: by})
	}),
	MemberLeft: on(func(s *State, p MemberLeftEvent, by By) { s.leave(p.Staff, by) }),
	CaseLinked: on(func(s *State, p CaseEvent, by By) { s.Cases = append(s.Cases, CaseLink{Case: p.Case, By: by}) }),
	CaseUnlinked: on(func(s *State, p CaseEvent, by By) {
		for i := range s.Cases {
			if c := &s.Cases[i]; c.Case == p.Case && c.Ended == nil {
				c.Ended = &by
			}
		}
	}),
	SceneOpened: on(func(s *State, p SceneOpenedEvent, by By) {
		s.Scenes = append(s.Scenes, SceneRef{ID: p.Scene, Number: p.Number, Class: p.Class, CSE: p.CSE, By: by})
	}),
	Planned: on(func(s *State, p PlannedEvent, by By) {
		if op := s.Operation(p.ID); op != nil {
			op.PlannedEvent, op.By, op.Briefings = p, by, nil // a new plan is briefed anew
			return
		}
		s.Operations = append(s.Operations, Operation{PlannedEvent: p, By: by})
	}),
	Briefed: on(func(s *State, p BriefedEvent, by By) {
		if op := s.Operation(p.Operation); op != nil {
			op.Briefings = append(op.Briefings, Briefing{p, by})
		}
	}),
	Ended: on(func(s *State, p EndedEvent, by By) {
		if op := s.Operation(p.Operation); op != nil {
			op.Ended = &Ending{p, by}
		}
	}),
	Closed:   on(func(s *State, p ClosedEvent, by By) { s.Closure = &Closure{ClosedEvent: p, By: by} }),
	Reopened: on(func(s *State, _ ReopenedEvent, _ By) { s.Closure = nil }),
}

func (s *State) leave(staff string, by By) {
	for i := range s.Team {
		if m := &s.Team[i]; m.Staff == staff && m.Left == nil {
			m.Left = &by
		}
	}
}
