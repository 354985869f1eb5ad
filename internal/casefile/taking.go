package casefile

import (
	"slices"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
)

// Take makes the one who sends it the case manager. Whoever comes second is
// told that somebody has the case.
type Take struct{}

// Action is case.take.
func (*Take) Action() policy.Action { return policy.CaseTake }

// Check has nothing to check.
func (*Take) Check(*valid.Check, *content.Content) {}

func (*Take) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	if s.Manager() != nil {
		return nil, problem.Refuse("case.step-order", "step", "take")
	}
	due := e.now.Add(e.content.Clock("safety-first"))
	return happened(Taken, TakenEvent{SafetyDue: &due})
}

// Join brings a colleague of the own agency onto the team.
type Join struct {
	Staff string `json:"staff" doc:"Id of the member of staff" maxLength:"60"`
	Duty  string `json:"duty" doc:"Duty in which they work on this case (vocabulary duties)" maxLength:"40"`

	agency string   // of the member of staff, looked up by the service
	duties []string // that they may act in, looked up too; none when nobody knows
}

// Action is team.change.
func (*Join) Action() policy.Action { return policy.TeamChange }

// Check requires both.
func (j *Join) Check(c *valid.Check, k *content.Content) {
	c.Text("staff", &j.Staff, 60, true)
	c.Term("duty", j.Duty, inList(k, "duties"), true)
}

func (j *Join) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	if j.agency != e.by.Agency {
		return nil, problem.Refuse("team.own-agency")
	}
	switch m := s.Member(j.Staff); {
	case s.keptAway(j.Staff):
		return nil, problem.Refuse("team.kept-away")
	case len(j.duties) > 0 && !slices.Contains(j.duties, j.Duty):
		return nil, problem.Refuse("team.own-duty")
	case s.lastManager(j.Staff) && j.Duty != "case_manager":
		return nil, problem.Refuse("team.manager-stays")
	case m != nil && m.Own() && m.Duty == j.Duty: // is there in this duty already
		return nil, problem.Refuse("case.step-order", "step", "team")
	}
	if m := s.Member(j.Staff); m != nil && m.Own() && m.Duty == j.Duty {
		return nil, problem.Refuse("case.step-order", "step", "join")
	}
	ref := ""
	if m := s.Member(e.by.Staff); m != nil {
		ref = m.Referral
	}
	return happened(TeamJoined, TeamJoinedEvent{Staff: j.Staff, Agency: j.agency, Duty: j.Duty, Referral: ref})
}

// Leave takes somebody of the own agency off the team. The case manager of
// the holding agency leaves last: a case is never without one by accident.
type Leave struct {
	Staff string `json:"staff" doc:"Id of the member of staff" maxLength:"60"`
}

// Action is team.change.
func (*Leave) Action() policy.Action { return policy.TeamChange }

// Check requires the member.
func (l *Leave) Check(c *valid.Check, _ *content.Content) { c.Text("staff", &l.Staff, 60, true) }

func (l *Leave) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	m := s.Member(l.Staff)
	if m == nil || m.Agency != e.by.Agency {
		return nil, problem.ErrNotFound
	}
	if s.lastManager(l.Staff) {
		return nil, problem.Refuse("team.manager-stays")
	}
	return happened(TeamLeft, TeamLeftEvent{Staff: l.Staff})
}

// lastManager tells whether the case would be without a manager of its own
// without somebody.
func (s *State) lastManager(staff string) bool {
	manager := s.Manager()
	if manager == nil || manager.Staff != staff {
		return false
	}
	managers := 0
	for i := range s.Team {
		if t := &s.Team[i]; t.Until == nil && t.Own() && t.Agency == s.Holder && t.Duty == "case_manager" {
			managers++
		}
	}
	return managers < 2
}
