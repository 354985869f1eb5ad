package casefile

import (
	"slices"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Kinds of events of formal identification.
const (
	PanelConvened  = "case.panel_convened"
	PanelDecided   = "case.panel_decided"
	ReviewAsked    = "case.status_review_asked"
	ReviewAnswered = "case.status_review_answered"
)

// Outcomes of formal identification (vocabulary panel-outcomes).
const (
	Confirmed    = "confirmed"
	NotConfirmed = "not_confirmed"
	Revoked      = "revoked"
)

// Panel is one meeting of the agencies that decide formally whether somebody
// is a victim. Services run from "presumed" and do not wait for it.
type Panel struct {
	Record
	On       string       `json:"on"`
	Agencies []string     `json:"agencies"`
	Members  vault.Sealed `json:"members"`          // who sat on it
	Papers   vault.Sealed `json:"papers,omitempty"` // what lay before it
	Outcome  string       `json:"outcome,omitempty"`
	Reasons  vault.Sealed `json:"reasons,omitempty"`
	Decided  *By          `json:"decided,omitempty"`
	Changed  string       `json:"changed,omitempty" doc:"Id of the review that changed the decision to confirmed"`
}

// Standing is what the decision is now: as the panel took it, or as a review
// changed it. Empty: not yet decided.
func (p *Panel) Standing() string {
	if p.Changed != "" {
		return Confirmed
	}
	return p.Outcome
}

func (p *Panel) texts() []text {
	return []text{{"panel_members", "members", vault.Account, p.Members}, {"panel_papers", "papers", vault.Account, p.Papers},
		{"panel_reasons", "reasons", vault.Account, p.Reasons}}
}

// StatusReview is her request to have a decision looked at again.
type StatusReview struct {
	Record
	AskedBy  string       `json:"asked_by"` // person, guardian or lawyer
	Panel    string       `json:"panel,omitempty" doc:"Id of the panel whose decision it is about; empty: the presumption"`
	Against  string       `json:"against,omitempty" doc:"Staff who took the decision it is about"`
	Grounds  vault.Sealed `json:"grounds"`
	Outcome  string       `json:"outcome,omitempty"` // upheld, changed
	Reasons  vault.Sealed `json:"reasons,omitempty"`
	Answered *By          `json:"answered,omitempty"`
}

func (r *StatusReview) texts() []text {
	return []text{{"review_grounds", "grounds", vault.Account, r.Grounds}, {"review_reasons", "reasons", vault.Account, r.Reasons}}
}

// Status is what she is held to be: the last formal decision, or else the
// presumption.
func (s *State) Status() string {
	if p := s.DecidedPanel(); p != nil {
		return p.Standing()
	}
	return s.Presumed.Standing()
}

// DecidedPanel is the last panel that has decided, or nil.
func (s *State) DecidedPanel() *Panel {
	for i := len(s.Panels) - 1; i >= 0; i-- {
		if s.Panels[i].Outcome != "" {
			return &s.Panels[i]
		}
	}
	return nil
}

// OpenReview is the review that nobody has answered, or nil.
func (s *State) OpenReview() *StatusReview {
	if r := last(s.StatusReviews); r != nil && r.Outcome == "" {
		return r
	}
	return nil
}

// ConvenePanel calls the panel together. At least two agencies sit on it, so
// that nobody decides alone.
type ConvenePanel struct {
	On       string   `json:"on" doc:"YYYY-MM-DD of the meeting" maxLength:"10"`
	Agencies []string `json:"agencies" doc:"Agencies on the panel, at least two" maxItems:"12"`
	Members  string   `json:"members" doc:"Who sits on it, one a line; sealed as account"`
	Papers   string   `json:"papers,omitempty" doc:"What lies before it; sealed as account"`
}

// Action is identification.panel.
func (*ConvenePanel) Action() policy.Action { return policy.IdentificationPanel }

// Check requires day, agencies and members.
func (p *ConvenePanel) Check(c *valid.Check, _ *content.Content) {
	if _, ok := c.Date("on", p.On); !ok && p.On == "" {
		c.Add("on", "common.error.required")
	}
	slices.Sort(p.Agencies)
	p.Agencies = slices.Compact(p.Agencies)
	c.Count("agencies", len(p.Agencies), 12)
	c.Text("members", &p.Members, valid.MaxText, true)
	c.Text("papers", &p.Papers, valid.MaxText, false)
}

func (p *ConvenePanel) agencies() (field string, ids []string) { return "agencies", p.Agencies }

func (p *ConvenePanel) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	if s.Presumed.Decision == "" {
		return nil, problem.Refuse("screening.person-decides")
	}
	if len(p.Agencies) < 2 {
		return nil, problem.Refuse("identification.two-agencies")
	}
	if last := last(s.Panels); last != nil && last.Outcome == "" {
		return nil, problem.Refuse("case.step-order", "step", "panel")
	}
	r := e.record()
	return happened(PanelConvened, Panel{Record: r, On: p.On, Agencies: p.Agencies,
		Members: e.text(s, r, "members", vault.Account, p.Members), Papers: e.text(s, r, "papers", vault.Account, p.Papers)})
}

// DecideStatus records what the panel decided, with reasons that can be read
// to her.
type DecideStatus struct {
	Outcome string `json:"outcome" doc:"Vocabulary panel-outcomes" maxLength:"20"`
	Reasons string `json:"reasons" doc:"Why; sealed as account"`
}

// panelDecided is the payload of case.panel_decided.
type panelDecided struct {
	Panel   string       `json:"panel"`
	Outcome string       `json:"outcome"`
	Reasons vault.Sealed `json:"reasons"`
}

// Action is identification.panel.
func (*DecideStatus) Action() policy.Action { return policy.IdentificationPanel }

// Check requires outcome and reasons.
func (d *DecideStatus) Check(c *valid.Check, k *content.Content) {
	c.Term("outcome", d.Outcome, inList(k, "panel-outcomes"), true)
	c.Text("reasons", &d.Reasons, valid.MaxText, true)
}

func (d *DecideStatus) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	p := last(s.Panels)
	if p == nil || p.Outcome != "" {
		return nil, problem.Refuse("identification.panel-first")
	}
	if d.Outcome == Revoked && s.Status() != Confirmed {
		return nil, problem.Refuse("identification.revoke-confirmed")
	}
	return happened(PanelDecided, panelDecided{Panel: p.ID, Outcome: d.Outcome, Reasons: e.text(s, p.Record, "reasons", vault.Account, d.Reasons)})
}

// AskReview asks for a decision to be looked at again. Services go on.
type AskReview struct {
	AskedBy string `json:"asked_by" doc:"person, guardian or lawyer" enum:"person,guardian,lawyer,"`
	Grounds string `json:"grounds" doc:"Why; sealed as account"`
}

// Action is identification.review.
func (*AskReview) Action() policy.Action { return policy.IdentificationReview }

// Check requires both.
func (a *AskReview) Check(c *valid.Check, _ *content.Content) {
	c.Term("asked_by", a.AskedBy, func(s string) bool { return s == "person" || s == "guardian" || s == "lawyer" }, true)
	c.Text("grounds", &a.Grounds, valid.MaxText, true)
}

func (a *AskReview) decide(s *State, e *env) ([]ledger.Draft, error) {
	switch {
	case !slices.Contains([]string{NotConfirmed, Revoked, "not_presumed"}, s.Status()):
		return nil, problem.Refuse("identification.nothing-to-review")
	case s.OpenReview() != nil:
		return nil, problem.Refuse("case.step-order", "step", "status-review")
	}
	r := e.record()
	return happened(ReviewAsked, StatusReview{Record: r, AskedBy: a.AskedBy, Grounds: e.text(s, r, "grounds", vault.Account, a.Grounds)})
}

// AnswerReview records what the review found. Who recorded the decision does
// not record its review.
type AnswerReview struct {
	Outcome string `json:"outcome" doc:"upheld or changed" enum:"upheld,changed,"`
	Reasons string `json:"reasons" doc:"Why; sealed as account"`
}

// reviewAnswered is the payload of case.status_review_answered.
type reviewAnswered struct {
	Review  string       `json:"review"`
	Outcome string       `json:"outcome"`
	Reasons vault.Sealed `json:"reasons"`
}

// Action is identification.review.
func (*AnswerReview) Action() policy.Action { return policy.IdentificationReview }

// Check requires both.
func (a *AnswerReview) Check(c *valid.Check, _ *content.Content) {
	c.Term("outcome", a.Outcome, func(s string) bool { return s == "upheld" || s == "changed" }, true)
	c.Text("reasons", &a.Reasons, valid.MaxText, true)
}

func (a *AnswerReview) decide(s *State, e *env) ([]ledger.Draft, error) {
	r := s.OpenReview()
	if r == nil {
		return nil, problem.Refuse("identification.nothing-to-review")
	}
	if e.by.Staff == s.against(r) || r.Panel == "" && e.by.Staff == s.Presumed.By.Staff { // whoever decided alike meanwhile neither
		return nil, problem.Refuse("supervision.own-work")
	}
	return happened(ReviewAnswered, reviewAnswered{Review: r.ID, Outcome: a.Outcome, Reasons: e.text(s, r.Record, "reasons", vault.Account, a.Reasons)})
}

// against is who took the decision that a review is about.
func (s *State) against(r *StatusReview) string {
	if r.Against != "" {
		return r.Against
	}
	if p := find(s.Panels, r.Panel); p != nil { // folded before reviews kept it
		return p.Decided.Staff
	}
	return s.Presumed.By.Staff
}

var identificationFolds = map[string]folder{
	PanelConvened: adds(func(s *State) *[]Panel { return &s.Panels }),
	PanelDecided: on(func(s *State, p panelDecided, by By) {
		if have := find(s.Panels, p.Panel); have != nil {
			have.Outcome, have.Reasons, have.Decided = p.Outcome, p.Reasons, &by
		}
	}),
	ReviewAsked: on(func(s *State, r StatusReview, by By) {
		r.stamp(by)
		r.Against = s.Presumed.By.Staff
		if p := s.DecidedPanel(); p != nil { // it stays about this one, whatever panel meets meanwhile
			r.Panel, r.Against = p.ID, p.Decided.Staff
		}
		s.StatusReviews = append(s.StatusReviews, r)
	}),
	ReviewAnswered: on(func(s *State, p reviewAnswered, by By) {
		r := find(s.StatusReviews, p.Review)
		if r == nil {
			return
		}
		r.Outcome, r.Reasons, r.Answered = p.Outcome, p.Reasons, &by
		if p.Outcome == "changed" { // what was decided stays readable; it no longer holds
			if d := find(s.Panels, r.Panel); d != nil {
				d.Changed = r.ID
			}
			if s.Presumed.Standing() == "not_presumed" {
				s.Presumed.Changed = r.ID
			}
		}
	}),
}
