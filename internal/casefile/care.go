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

// Assess is a risk assessment: the level, by domain where known, the reasons,
// and what she herself thinks of the danger (WHO: heed the person's own view).
type Assess struct {
	Level   string            `json:"level" doc:"Vocabulary risk-levels" maxLength:"20"`
	Domains map[string]string `json:"domains,omitempty" doc:"Vocabulary risk-domains -> risk-levels"`
	Reasons string            `json:"reasons" doc:"Why this level; sealed as whereabouts"`
	HerView string            `json:"her_view,omitempty" doc:"What she herself says about the danger; sealed as whereabouts"`
	Plan    string            `json:"plan,omitempty" doc:"What is done about it; sealed as whereabouts"`
}

// Action is safety.assess.
func (*Assess) Action() policy.Action { return policy.SafetyAssess }

// Check requires level and reasons.
func (a *Assess) Check(c *valid.Check, k *content.Content) {
	c.Term("level", a.Level, inList(k, "risk-levels"), true)
	c.Count("domains", len(a.Domains), 40)
	for d, l := range a.Domains {
		if l == "" {
			delete(a.Domains, d)
			continue
		}
		c.Term("domains", d, inList(k, "risk-domains"), true)
		c.Term("domains", l, inList(k, "risk-levels"), true)
	}
	if a.below(k) {
		c.Add("level", "web.safety.below")
	}
	c.Text("reasons", &a.Reasons, valid.MaxText, true)
	c.Text("her_view", &a.HerView, valid.MaxText, false)
	c.Text("plan", &a.Plan, valid.MaxText, false)
}

// below tells that the level is lower than that of the gravest domain: the clock
// of the next assessment runs by the level, and would forget that domain.
func (a *Assess) below(k *content.Content) bool {
	levels := k.List("risk-levels") // from low to extreme
	rank := func(id string) int { return slices.IndexFunc(levels, func(t content.Term) bool { return t.ID == id }) }
	for _, l := range a.Domains {
		if rank(l) > rank(a.Level) && rank(a.Level) >= 0 {
			return true
		}
	}
	return false
}

func (a *Assess) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	id, who := e.newID(), s.Subject().ID
	return happened(SafetyAssessed, Safety{
		ID: id, Level: a.Level, Domains: a.Domains, ReviewAt: safetyReview(e, a.Level),
		Reasons: e.sealed(who, id, "reasons", vault.Whereabouts, a.Reasons),
		HerView: e.sealed(who, id, "her_view", vault.Whereabouts, a.HerView),
		Plan:    e.sealed(who, id, "plan", vault.Whereabouts, a.Plan),
	})
}

// AssessNeeds adds needs by the service categories of CTIPA s.15; what she
// herself wants comes first.
type AssessNeeds struct {
	Wishes string     `json:"wishes,omitempty" doc:"What she herself wants, in her words; sealed as care"`
	Needs  []NeedFact `json:"needs" maxItems:"40"`
}

// NeedFact is one need.
type NeedFact struct {
	Service string `json:"service" doc:"Service category" maxLength:"60"`
	Urgency string `json:"urgency" doc:"Vocabulary urgencies" maxLength:"20"`
	Note    string `json:"note,omitempty" doc:"Sealed as care"`
}

// Action is needs.assess.
func (*AssessNeeds) Action() policy.Action { return policy.NeedsAssess }

// Check requires at least one need or a wish.
func (n *AssessNeeds) Check(c *valid.Check, k *content.Content) {
	c.Text("wishes", &n.Wishes, valid.MaxText, false)
	c.Count("needs", len(n.Needs), 40)
	if len(n.Needs) == 0 && n.Wishes == "" {
		c.Add("needs", "common.error.choose")
	}
	for i := range n.Needs {
		f := &n.Needs[i]
		c.Term(valid.Index("needs", i, "service"), f.Service, func(id string) bool { s, ok := k.Service(id); return ok && !s.Retired }, true)
		c.Term(valid.Index("needs", i, "urgency"), f.Urgency, inList(k, "urgencies"), true)
		c.Text(valid.Index("needs", i, "note"), &f.Note, valid.MaxText, false)
	}
}

func (n *AssessNeeds) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	ev := NeedsAssessedEvent{WishesID: e.newID()}
	ev.Wishes = e.sealed(s.Subject().ID, ev.WishesID, "wishes", vault.Care, n.Wishes)
	for _, f := range n.Needs {
		id := e.newID()
		ev.Needs = append(ev.Needs, Need{
			ID: id, Service: f.Service, Urgency: f.Urgency,
			Note: e.sealed(s.Subject().ID, id, "note", vault.Care, f.Note),
		})
	}
	return happened(NeedsAssessed, ev)
}

// SettleNeed says that a need is met without a referral, or no longer hers.
type SettleNeed struct {
	Need  string `json:"need" doc:"Id of the need" maxLength:"60"`
	State string `json:"state" doc:"met or dropped" enum:"met,dropped,"`
}

// Action is needs.assess.
func (*SettleNeed) Action() policy.Action { return policy.NeedsAssess }

// Check requires both.
func (n *SettleNeed) Check(c *valid.Check, _ *content.Content) {
	c.Text("need", &n.Need, 60, true)
	c.Term("state", n.State, func(s string) bool { return s == "met" || s == "dropped" }, true)
}

func (n *SettleNeed) decide(s *State, _ *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	for i := range s.Needs {
		if s.Needs[i].ID == n.Need {
			if s.Needs[i].State == "referred" {
				return nil, problem.Refuse("referral.order-of-steps")
			}
			if s.Needs[i].State == n.State {
				return nil, problem.Refuse("case.step-order", "step", "settle")
			}
			return happened(NeedSettled, NeedSettledEvent{Need: n.Need, State: n.State})
		}
	}
	return nil, problem.ErrNotFound
}
