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

// RecordInterview records an investigative interview. It rests on care
// already begun and on her consent to this agency; see VictimFirst.
type RecordInterview struct {
	On           string `json:"on" doc:"YYYY-MM-DD" maxLength:"10"`
	Account      string `json:"account" doc:"What she said; sealed as inquiry"`
	Recorded     bool   `json:"recorded" doc:"Audio or video was made"`
	RepeatReason string `json:"repeat_reason,omitempty" doc:"Why she is asked again, when somebody already interviewed her; sealed as account" maxLength:"4000"`
	Spoken

	others []*State // cases of the same person, found by the service
}

// Action is interview.record.
func (*RecordInterview) Action() policy.Action { return policy.InterviewRecord }

// Check requires date, account and language.
func (r *RecordInterview) Check(c *valid.Check, k *content.Content) {
	r.Spoken.check(c, k)
	if r.On == "" {
		c.Add("on", "common.error.required")
	}
	c.PastDate("on", r.On)
	c.Text("account", &r.Account, valid.MaxText, true)
	c.Text("repeat_reason", &r.RepeatReason, 1000, false)
}

// VictimFirst is the order of care before questions. It gives the consent the
// interview rests on, or the rule that stands in the way, the most urgent
// first.
//
// Source: WHO ethical and safety recommendations (do no harm; consent; safety
// first); Victim Protection Act s.4; SOP elements 5 and 10; domain rule of the
// joint response: care before questions.
func (s *State) VictimFirst(agency string, now time.Time) (consent string, refused *problem.Refused) {
	switch {
	case s.Danger.Immediate && s.Danger.Answered == nil:
		return "", problem.Refuse("alert.immediate-danger-first")
	case len(s.Safety) == 0:
		return "", problem.Refuse("victim-first.safety-before-interview")
	case s.NeedsAt == nil:
		return "", problem.Refuse("victim-first.needs-before-interview")
	}
	k := s.consentFor(agency, "investigation", vault.Inquiry, now)
	if r := s.Reflecting(now); r != nil && (k == nil || !k.By.At.After(r.By.At)) {
		return "", problem.Refuse("reflection.running")
	}
	if k == nil || !k.Given {
		if why := s.WhyNoGround(agency, "investigation", vault.Inquiry); why != "consent.needed-to-disclose" {
			return "", problem.Refuse(why)
		}
		return "", problem.Refuse("victim-first.consent-before-interview")
	}
	return k.ID, nil
}

func (r *RecordInterview) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	consent, refused := s.VictimFirst(e.by.Agency, e.now)
	if refused != nil {
		return nil, refused
	}
	if s.recovers(e.by.Agency, e.now, r.others) {
		return nil, problem.Refuse("reflection.running")
	}
	if len(s.Interviews) > 0 && r.RepeatReason == "" {
		return nil, problem.Refuse("victim-first.no-repeat-interview", "count", len(s.Interviews))
	}
	id := e.newID()
	return happened(InterviewHeld, Interview{
		ID: id, On: r.On, Recorded: r.Recorded, Consent: consent,
		Repeat:   e.sealed(s.Subject().ID, id, "repeat_reason", vault.Account, r.RepeatReason),
		Account:  e.sealed(s.Subject().ID, id, "account", vault.Inquiry, r.Account),
		Language: r.Language, Interpreting: r.Interpreting,
		Interpreter: e.sealed(s.Subject().ID, id, "interpreter", vault.Care, r.Interpreter),
	})
}
