package casefile

import (
	"time"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Kinds of events about her safety beyond the assessment.
const (
	SafetyPlanned    = "case.safety_planned"
	IncidentReported = "case.incident_reported"
)

// SafetyPlan is what was agreed with her in case of danger.
type SafetyPlan struct {
	Record
	Measures  []string     `json:"measures,omitempty"` // vocabulary safety-measures
	Signs     vault.Sealed `json:"signs,omitempty"`
	Contact   vault.Sealed `json:"contact,omitempty"`
	Emergency vault.Sealed `json:"emergency,omitempty"` // where she goes at once
}

func (p *SafetyPlan) texts() []text {
	return []text{
		{"plan_signs", "signs", vault.Whereabouts, p.Signs}, {"plan_contact", "contact", vault.Whereabouts, p.Contact},
		{"plan_emergency", "emergency", vault.Whereabouts, p.Emergency},
	}
}

// Incident is something that happened to her safety.
type Incident struct {
	Record
	Kind     string       `json:"kind"` // vocabulary incident-kinds
	On       string       `json:"on"`
	Serious  bool         `json:"serious"`
	AssessBy *time.Time   `json:"assess_by,omitempty"` // the risk is assessed anew until then
	Text     vault.Sealed `json:"text,omitempty"`
}

func (i *Incident) texts() []text { return []text{{"incident", "text", vault.Whereabouts, i.Text}} }

// PlanSafety writes down the safety plan that was made with her: the signs of
// danger, what she does, whom she calls, where she goes.
type PlanSafety struct {
	Measures  []string `json:"measures" doc:"Vocabulary safety-measures" maxItems:"30"`
	Signs     string   `json:"signs,omitempty" doc:"By what she knows that danger is near; sealed as whereabouts"`
	Contact   string   `json:"contact,omitempty" doc:"Whom she calls, and the word agreed; sealed as whereabouts"`
	Emergency string   `json:"emergency,omitempty" doc:"Emergency place; sealed as whereabouts"`
}

// Action is safety.assess.
func (*PlanSafety) Action() policy.Action { return policy.SafetyAssess }

// Check requires at least one measure.
func (p *PlanSafety) Check(c *valid.Check, k *content.Content) {
	if len(p.Measures) == 0 {
		c.Add("measures", "common.error.choose")
	}
	checkTerms(c, k, "measures", "safety-measures", p.Measures)
	c.Text("signs", &p.Signs, valid.MaxText, false)
	c.Text("contact", &p.Contact, valid.MaxText, false)
	c.Text("emergency", &p.Emergency, valid.MaxText, false)
}

func (p *PlanSafety) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	r := e.record()
	return happened(SafetyPlanned, SafetyPlan{Record: r, Measures: p.Measures,
		Signs:     e.text(s, r, "signs", vault.Whereabouts, p.Signs),
		Contact:   e.text(s, r, "contact", vault.Whereabouts, p.Contact),
		Emergency: e.text(s, r, "emergency", vault.Whereabouts, p.Emergency)})
}

// ReportIncident records a threat, an attempt to reach her, a flight, an
// injury. A serious one starts the clock of a new risk assessment.
type ReportIncident struct {
	Kind    string `json:"kind" doc:"Vocabulary incident-kinds" maxLength:"40"`
	On      string `json:"on" doc:"YYYY-MM-DD" maxLength:"10"`
	Serious bool   `json:"serious" doc:"She, her family or staff are in danger now"`
	Text    string `json:"text" doc:"What happened; sealed as whereabouts"`
}

// Action is safety.assess.
func (*ReportIncident) Action() policy.Action { return policy.SafetyAssess }

// Check requires kind, day and words.
func (i *ReportIncident) Check(c *valid.Check, k *content.Content) {
	c.Term("kind", i.Kind, inList(k, "incident-kinds"), true)
	c.Day("on", i.On)
	c.Text("text", &i.Text, valid.MaxText, true)
}

func (i *ReportIncident) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	r := e.record()
	ev := Incident{Record: r, Kind: i.Kind, On: i.On, Serious: i.Serious, Text: e.text(s, r, "text", vault.Whereabouts, i.Text)}
	if i.Serious {
		at := e.now.Add(e.content.Clock("safety-after-incident"))
		ev.AssessBy = &at
	}
	return happened(IncidentReported, ev)
}

// unassessed is until when the risk is assessed anew, after a serious incident or
// a contact that found her unsafe; nil when somebody has done so since.
func (s *State) unassessed() *time.Time {
	seen := time.Time{}
	if a := s.LastSafety(); a != nil {
		seen = a.By.At
	}
	var first *time.Time
	look := func(at time.Time, by *time.Time) {
		if by != nil && at.After(seen) && (first == nil || by.Before(*first)) {
			first = by
		}
	}
	for i := range s.Incidents {
		look(s.Incidents[i].By.At, s.Incidents[i].AssessBy)
	}
	for i := range s.FollowUps {
		look(s.FollowUps[i].By.At, s.FollowUps[i].AssessBy)
	}
	return first
}

var safetyFolds = map[string]folder{
	SafetyPlanned:    adds(func(s *State) *[]SafetyPlan { return &s.SafetyPlans }),
	IncidentReported: adds(func(s *State) *[]Incident { return &s.Incidents }),
}
