package casefile

import (
	"time"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Follow records one contact after care began. In a closed case it is one of the
// contacts after a solution; one that finds her unsafe opens the case again.
type Follow struct {
	Kind   string `json:"kind" doc:"Vocabulary follow-up-kinds" maxLength:"40"`
	On     string `json:"on" doc:"YYYY-MM-DD" maxLength:"10"`
	Safe   string `json:"safe" doc:"Is she safe? yes, no or unknown" enum:"yes,no,unknown,"`
	Note   string `json:"note,omitempty" doc:"Sealed as care"`
	NextOn string `json:"next_on,omitempty" doc:"YYYY-MM-DD of the next contact"`
}

// Action is followup.record.
func (*Follow) Action() policy.Action { return policy.FollowUpRecord }

// Check requires kind, day and whether she is safe.
func (f *Follow) Check(c *valid.Check, k *content.Content) {
	c.Term("kind", f.Kind, inList(k, "follow-up-kinds"), true)
	c.Term("safe", f.Safe, func(s string) bool { return s == "yes" || s == "no" || s == "unknown" }, true)
	if f.On == "" {
		c.Add("on", "common.error.required")
	}
	c.PastDate("on", f.On)
	c.FutureDate("next_on", f.NextOn)
	c.Text("note", &f.Note, valid.MaxText, false)
}

func (f *Follow) decide(s *State, e *env) ([]ledger.Draft, error) {
	if _, contacts := s.NextContact(); !contacts { // a contact after a solution is recorded in a closed case too
		if err := s.open(); err != nil {
			return nil, err
		}
	}
	if refused := s.barred(f.Action(), e.by.Agency, e.now); refused != nil {
		return nil, refused
	}
	id := e.newID()
	var assessBy *time.Time
	if f.Safe == "no" {
		at := e.now.Add(e.content.Clock("safety-after-incident"))
		assessBy = &at
	}
	return happened(FollowedUp, FollowUp{
		ID: id, Kind: f.Kind, On: f.On, Safe: f.Safe, NextOn: f.NextOn, AssessBy: assessBy,
		Note: e.sealed(s.Subject().ID, id, "note", vault.Care, f.Note),
	})
}

// Close ends the work on a case, with a reason; the record stays.
type Close struct {
	Reason string `json:"reason" doc:"Vocabulary closure-reasons" maxLength:"60"`
	Note   string `json:"note,omitempty" doc:"Sealed as care"`
}

// Action is case.close.
func (*Close) Action() policy.Action { return policy.CaseClose }

// Check cleans; that a reason is there is a rule of its own.
func (cl *Close) Check(c *valid.Check, k *content.Content) {
	c.Term("reason", cl.Reason, inList(k, "closure-reasons"), false)
	c.Text("note", &cl.Note, valid.MaxText, false)
}

func (cl *Close) decide(s *State, e *env) ([]ledger.Draft, error) {
	switch {
	case s.Closure != nil:
		return nil, problem.Refuse("case.closed")
	case cl.Reason == "":
		return nil, problem.Refuse("case.closure-reason")
	case cl.Reason == notVictim && s.OpenReview() != nil:
		return nil, problem.Refuse("identification.services-go-on")
	case cl.Reason == notVictim && (s.Status() != "" || len(s.Screenings) > 0) && s.MayBeVictim():
		return nil, problem.Refuse("case.closure-may-be-victim")
	case cl.Reason == notVictim && s.Reflecting(e.now) != nil:
		return nil, problem.Refuse("reflection.her-own-choice")
	}
	if refused := s.barred(cl.Action(), e.by.Agency, e.now); refused != nil {
		return nil, refused
	}
	if s.heldStill(cl.Reason) {
		return nil, problem.Refuse("case.closure-detained")
	}
	id := e.newID()
	return happened(Closed, Closure{ID: id, Reason: cl.Reason, Note: e.sealed(s.Subject().ID, id, "note", vault.Care, cl.Note)})
}

// notVictim is the reason of a closure that says she is none (vocabulary
// closure-reasons). Until that is decided nobody ends help for it; an alert that
// was never screened may be a mistake.
const notVictim = "not-a-victim"

// heldStill tells whether closing would take a victim, presumed or confirmed, who
// is in a cell or prison off the list on which her hours are counted. What ends the
// reason to look for her does not: her death, or that she is on record twice.
func (s *State) heldStill(reason string) bool {
	return s.Detained && s.HeldVictim() && reason != "died" && reason != "duplicate"
}

// Reopen returns a closed case to work.
type Reopen struct {
	Reason string `json:"reason" doc:"Why; sealed as care"`
}

// Action is case.reopen.
func (*Reopen) Action() policy.Action { return policy.CaseReopen }

// Check cleans; that a reason is there is a rule of its own.
func (r *Reopen) Check(c *valid.Check, _ *content.Content) {
	c.Text("reason", &r.Reason, valid.MaxText, false)
}

func (r *Reopen) decide(s *State, e *env) ([]ledger.Draft, error) {
	if s.Closure == nil {
		return nil, problem.Refuse("case.step-order", "step", "reopen")
	}
	if r.Reason == "" {
		return nil, problem.Refuse("case.reopen-reason")
	}
	id := e.newID()
	return happened(Reopened, ReopenedEvent{ID: id, Reason: e.sealed(s.Subject().ID, id, "reason", vault.Care, r.Reason)})
}
