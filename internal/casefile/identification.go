package casefile

import (
	"slices"
	"time"

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
	PanelProposed  = "case.panel_proposed"
	VoiceGiven     = "case.panel_voice_given"
	PanelDecided   = "case.panel_decided"
	PanelEnded     = "case.panel_ended"
	SeatLeft       = "case.panel_seat_left"
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
// is a victim. Services run from "presumed" and do not wait for it. Its decision
// stands when its members agreed, each with a voice of their own (voice.go); in
// events from before seats one person wrote who sat on it and what they decided.
type Panel struct {
	Record
	On       string       `json:"on"`
	Agencies []string     `json:"agencies"`
	Seats    []Seat       `json:"seats,omitempty" doc:"Who decides; none on panels of before each had a voice"`
	Due      *time.Time   `json:"due_at,omitempty" doc:"No voice is taken from then on"`
	Review   string       `json:"review,omitempty" doc:"Id of the review that it answers"`
	Members  vault.Sealed `json:"members,omitempty"` // who sat on it, on panels of before seats
	Papers   vault.Sealed `json:"papers,omitempty"`  // what lies before it
	Proposal *Proposal    `json:"proposal,omitempty" doc:"What its members speak on; it decides nothing"`
	Outcome  string       `json:"outcome,omitempty" doc:"What it decided; of a panel on a review, upheld or changed"`
	Reasons  vault.Sealed `json:"reasons,omitempty"` // of the proposal, and so of the decision
	Decided  *By          `json:"decided,omitempty" doc:"Whose voice was the last that it took"`
	Ended    string       `json:"ended,omitempty" doc:"Why it is over without a decision: not_carried, dismissed or lapsed"`
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
	Due      *time.Time   `json:"due_at,omitempty" doc:"By when it is to be answered; none on reviews of before it had a clock"`
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

// DecidedPanel is the last panel that has decided about her status, or nil. One
// that answered a review changed the decision of another, or left it.
func (s *State) DecidedPanel() *Panel {
	for i := len(s.Panels) - 1; i >= 0; i-- {
		if s.Panels[i].Outcome != "" && s.Panels[i].Review == "" {
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

// reviewDue tells by when an open review is to be answered (clock status-review),
// also one about a case that is closed.
func (s *State) reviewDue(put func(time.Time, string)) {
	if r := s.OpenReview(); r != nil && r.Due != nil {
		put(*r.Due, "status_review")
	}
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
	r, due := e.record(), e.now.Add(e.content.Clock("status-review"))
	return happened(ReviewAsked, StatusReview{Record: r, AskedBy: a.AskedBy, Due: &due, Grounds: e.text(s, r, "grounds", vault.Account, a.Grounds)})
}

// AnswerReview records what the review of a presumption found. Who recorded the
// decision does not record its review. What a panel decided is looked at by
// another panel.
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
	if r.Panel != "" {
		return nil, problem.Refuse("identification.review-by-panel")
	}
	if e.by.Staff == s.against(r) || e.by.Staff == s.Presumed.By.Staff { // whoever decided alike meanwhile neither
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
		return p.proposer()
	}
	return s.Presumed.By.Staff
}

// proposer is who wrote down what the panel decided.
func (p *Panel) proposer() string {
	if p.Proposal != nil {
		return p.Proposal.By.Staff
	}
	return p.Decided.Staff
}

var identificationFolds = map[string]folder{
	PanelConvened: adds(func(s *State) *[]Panel { return &s.Panels }),
	PanelProposed: on(foldProposed),
	SeatLeft:      on(foldSeatLeft),
	VoiceGiven:    adds(func(s *State) *[]Voice { return &s.Voices }),
	PanelEnded: on(func(s *State, p panelEnded, _ By) {
		if have := find(s.Panels, p.Panel); have != nil {
			have.Ended = p.How
		}
	}),
	PanelDecided: on(func(s *State, p panelDecided, by By) {
		if have := find(s.Panels, p.Panel); have != nil {
			have.Outcome, have.Decided = p.Outcome, &by
			if have.Proposal == nil { // before a panel's decision was proposed first
				have.Reasons = p.Reasons
			}
		}
	}),
	ReviewAsked: on(func(s *State, r StatusReview, by By) {
		r.stamp(by)
		r.Against = s.Presumed.By.Staff
		if p := s.DecidedPanel(); p != nil { // it stays about this one, whatever panel meets meanwhile
			r.Panel, r.Against = p.ID, p.proposer()
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
