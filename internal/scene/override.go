package scene

import (
	"slices"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Kinds of events of overrides.
const (
	Overridden     = "scene.overridden"
	OverrideSeen   = "scene.override_seen"
	OverrideJudged = "scene.override_reviewed"
)

// Override is that the rule which keeps victims and suspects apart was set
// aside: for exactly these clashes, with a reason, a second person told.
type Override struct {
	OverriddenEvent
	By       By      `json:"by"`
	Seen     *By     `json:"seen,omitempty"` // by the second person
	Reviewed *Review `json:"reviewed,omitempty"`
}

// Review is what the oversight found.
type Review struct {
	OverrideJudgedEvent
	By By `json:"by"`
}

// OverriddenEvent sets clashes aside.
type OverriddenEvent struct {
	ID      string       `json:"id"`
	Clashes []Clash      `json:"clashes"`
	Reason  vault.Sealed `json:"reason"`
	Told    string       `json:"told"`
}

// OverrideSeenEvent is the second person's word that he or she knows.
type OverrideSeenEvent struct {
	Override string `json:"override"`
}

// OverrideJudgedEvent is the review of one override.
type OverrideJudgedEvent struct {
	Override  string       `json:"override"`
	Justified bool         `json:"justified"`
	Note      vault.Sealed `json:"note,omitempty"`
}

// Override gives one by id, or nil.
func (s *State) Override(id string) *Override {
	for i := range s.Overrides {
		if s.Overrides[i].ID == id {
			return &s.Overrides[i]
		}
	}
	return nil
}

// See is the second person's word: I know of it.
type See struct {
	Override string `json:"override" doc:"Id of the override" maxLength:"60"`
}

// Action is scene.view: the second person has a part in the scene.
func (*See) Action() policy.Action { return policy.SceneView }

// Check requires the override.
func (x *See) Check(c *valid.Check, _ *content.Content) { c.Text("override", &x.Override, 60, true) }

func (x *See) decide(s *State, e *env) ([]ledger.Draft, error) {
	o := s.Override(x.Override)
	switch {
	case o == nil:
		return nil, problem.ErrNotFound
	case o.Told != e.by.Staff || o.Seen != nil:
		return nil, problem.Refuse("separation.told-only")
	}
	return happened(OverrideSeen, OverrideSeenEvent{Override: o.ID})
}

// Judge is the review of an override by the oversight.
type Judge struct {
	Override  string `json:"override" doc:"Id of the override" maxLength:"60"`
	Justified bool   `json:"justified"`
	Note      string `json:"note" doc:"What the review found; sealed as inquiry"`
}

// Action is separation.review.
func (*Judge) Action() policy.Action { return policy.SeparationReview }

// Check requires the finding in words.
func (x *Judge) Check(c *valid.Check, _ *content.Content) {
	c.Text("override", &x.Override, 60, true)
	c.Text("note", &x.Note, valid.MaxText, true)
}

func (x *Judge) decide(s *State, e *env) ([]ledger.Draft, error) {
	o := s.Override(x.Override)
	switch {
	case o == nil:
		return nil, problem.ErrNotFound
	case o.Reviewed != nil || o.By.Staff == e.by.Staff:
		return nil, problem.Refuse("separation.review-once")
	}
	return happened(OverrideJudged, OverrideJudgedEvent{Override: o.ID, Justified: x.Justified, Note: e.sealed(Subject(s.ID), o.ID, "review", x.Note)})
}

var overrideFolds = map[string]folder{
	Overridden: on(func(s *State, p OverriddenEvent, by By) {
		s.Overrides = append(s.Overrides, Override{OverriddenEvent: p, By: by})
	}),
	OverrideSeen: on(func(s *State, p OverrideSeenEvent, by By) {
		if o := s.Override(p.Override); o != nil {
			o.Seen = &by
		}
	}),
	OverrideJudged: on(func(s *State, p OverrideJudgedEvent, by By) {
		if o := s.Override(p.Override); o != nil {
			o.Reviewed = &Review{OverrideJudgedEvent: p, By: by}
		}
	}),
}

// kinds of what is shared, each once, for the oversight list.
func (o *Override) kinds() []string {
	var out []string
	for _, c := range o.Clashes {
		if !slices.Contains(out, c.Kind) {
			out = append(out, c.Kind)
		}
	}
	return out
}
