package casefile

import (
	"time"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/vault"
)

// barred is the rule that stands in the way of an act whatever is written in
// it, as the case is now; nil when none does. The commands ask it first, and
// pages ask it before they offer a form: so what is offered and what is refused
// cannot part.
func (s *State) barred(do policy.Action, agency string, now time.Time) *problem.Refused {
	danger := s.Danger.Immediate && s.Danger.Answered == nil
	switch {
	case do == policy.InterviewRecord:
		_, refused := s.VictimFirst(agency, now)
		return refused
	case do == policy.PresumptionDecide && len(s.Screenings) == 0:
		return problem.Refuse("screening.person-decides")
	case do == policy.FollowUpRecord && len(s.Safety) == 0:
		return problem.Refuse("case.step-order", "step", "followup")
	case do != policy.CaseClose:
		return nil
	case s.OpenTransfer() != nil:
		return problem.Refuse("transfer.one-at-a-time")
	case s.OpenReferrals() > 0:
		return problem.Refuse("case.closure-open-referrals", "count", s.OpenReferrals())
	case danger:
		return problem.Refuse("alert.immediate-danger-first")
	}
	return nil
}

// Opens is nil where the reader may open a compartment for a purpose, else the
// denial that opening it would be answered with. Nothing is opened by it.
func (f *Frame) Opens(comp vault.Compartment, purpose string) error { return f.opens(comp, purpose) }

// NoGround is the rule that keeps one of the compartments from an agency, for a
// purpose, at this time; nil when a consent or another basis stands for each.
func (f *Frame) NoGround(agency, purpose string, now time.Time, comps ...vault.Compartment) *problem.Refused {
	for _, comp := range comps {
		if basis, _ := f.all.Ground(agency, purpose, comp, now); basis == "" {
			return problem.Refuse(f.all.WhyNoGround(agency, purpose, comp), "compartment", string(comp))
		}
	}
	return nil
}

// Barred is the rule that would refuse an act of the reader now, whatever was
// written in it; nil when none would. The whole case is asked, also parts that
// the reader does not read: the refusal itself would tell no less. A closed case
// bars nothing here, its page offers the way back only.
func (f *Frame) Barred(do policy.Action) *problem.Refused {
	if f.State.Closure != nil {
		return nil
	}
	return f.bar(do)
}
