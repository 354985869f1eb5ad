package casefile

import (
	"time"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
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
