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

// Ask records her answer: yes or no, for some purposes, one agency and some
// compartments. A no is recorded in the same form as a yes.
type Ask struct {
	Given        bool     `json:"given" doc:"true: she agrees; false: she was asked and declined"`
	Purposes     []string `json:"purposes" doc:"Vocabulary purposes" maxItems:"20"`
	Agency       string   `json:"agency" doc:"Agency that may know" maxLength:"60"`
	Compartments []string `json:"compartments" doc:"What it may know (vocabulary compartments)" maxItems:"20"`
	How          string   `json:"how" doc:"Vocabulary consent-how" maxLength:"40"`
	GivenBy      string   `json:"given_by" doc:"person or guardian" enum:"person,guardian,"`
	Until        string   `json:"until,omitempty" doc:"YYYY-MM-DD, last day it stands; empty until she takes it back"`
	Spoken
}

// Action is consent.record.
func (*Ask) Action() policy.Action { return policy.ConsentRecord }

// Check requires everything that makes a consent one: what for, who, what, in
// which language, through whom (Data Protection (General) Regulations reg. 4).
func (a *Ask) Check(c *valid.Check, k *content.Content) {
	a.Spoken.check(c, k)
	if len(a.Purposes) == 0 {
		c.Add("purposes", "common.error.choose")
	}
	if len(a.Compartments) == 0 {
		c.Add("compartments", "common.error.choose")
	}
	checkTerms(c, k, "purposes", "purposes", a.Purposes)
	checkTerms(c, k, "compartments", "compartments", a.Compartments)
	c.Text("agency", &a.Agency, 60, true)
	c.Term("how", a.How, inList(k, "consent-how"), true)
	c.Term("given_by", a.GivenBy, func(s string) bool { return s == "person" || s == "guardian" }, true)
	c.FutureDate("until", a.Until)
}

func (a *Ask) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	// A child's own yes is heard and kept as assent, but it takes her guardian
	// or the recorded basis "child" to open anything. Her no always counts.
	if a.Given && a.GivenBy == "person" && s.Subject().Child {
		return nil, problem.Refuse("child.guardian-consents")
	}
	id := e.newID()
	return happened(ConsentRecorded, Consent{
		ID: id, Given: a.Given, Purposes: a.Purposes, Agency: a.Agency, Compartments: a.Compartments,
		Language: a.Language, Interpreting: a.Interpreting,
		Interpreter: e.sealed(s.Subject().ID, id, "interpreter", vault.Care, a.Interpreter),
		How:         a.How, GivenBy: a.GivenBy, Until: a.Until,
	})
}

// Withdraw takes a consent back, with one field, as easily as it was given.
type Withdraw struct {
	Consent string `json:"consent" doc:"Id of the consent" maxLength:"60"`
}

// Action is consent.withdraw.
func (*Withdraw) Action() policy.Action { return policy.ConsentWithdraw }

// Check requires the consent.
func (w *Withdraw) Check(c *valid.Check, _ *content.Content) { c.Text("consent", &w.Consent, 60, true) }

// decide lets a consent be withdrawn on a closed case too: her no outlives it.
func (w *Withdraw) decide(s *State, _ *env) ([]ledger.Draft, error) {
	for i := range s.Consents {
		if k := &s.Consents[i]; k.ID == w.Consent {
			if k.Withdrawn != nil {
				return nil, problem.Refuse("consent.withdrawn")
			}
			return happened(ConsentWithdrawn, ConsentWithdrawnEvent{Consent: k.ID})
		}
	}
	return nil, problem.ErrNotFound
}

// maxBasis bounds how long a ground other than consent stands before somebody
// has to think about it again.
const maxBasis = 30 * 24 * time.Hour

// Ground records another basis than consent: the best interests of a child,
// danger to life, or a duty in law. Always with a reason, always for a time.
type Ground struct {
	Kind         string   `json:"kind" doc:"Vocabulary bases, other than consent" maxLength:"40"`
	Purpose      string   `json:"purpose" doc:"Vocabulary purposes" maxLength:"40"`
	Agency       string   `json:"agency" doc:"Agency that may know" maxLength:"60"`
	Compartments []string `json:"compartments" maxItems:"20"`
	Reason       string   `json:"reason" doc:"Why consent is not the ground; sealed as account"`
	Days         int      `json:"days,omitempty" doc:"How long it stands, 1 to 30 days; 7 when empty" minimum:"0"`
}

// Action is basis.record.
func (*Ground) Action() policy.Action { return policy.BasisRecord }

// Check requires everything but the days.
func (g *Ground) Check(c *valid.Check, k *content.Content) {
	c.Term("kind", g.Kind, func(id string) bool { return id != BasisConsent && inList(k, "bases")(id) }, true)
	c.Term("purpose", g.Purpose, inList(k, "purposes"), true)
	c.Text("agency", &g.Agency, 60, true)
	if len(g.Compartments) == 0 {
		c.Add("compartments", "common.error.choose")
	}
	checkTerms(c, k, "compartments", "compartments", g.Compartments)
	c.Text("reason", &g.Reason, valid.MaxText, false)
	if g.Days == 0 {
		g.Days = 7
	}
	if g.Days < 0 || time.Duration(g.Days)*24*time.Hour > maxBasis {
		c.Add("days", "common.error.number_range", "min", 1, "max", 30)
	}
}

func (g *Ground) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	if g.Reason == "" {
		return nil, problem.Refuse("consent.other-basis-needs-reason")
	}
	if g.Kind == BasisChild && !s.Subject().Child {
		return nil, problem.Refuse("child.basis-needs-child")
	}
	id := e.newID()
	return happened(BasisRecorded, Basis{
		ID: id, Kind: g.Kind, Purpose: g.Purpose, Agency: g.Agency, Compartments: g.Compartments,
		Reason: e.sealed(s.Subject().ID, id, "reason", vault.Account, g.Reason),
		Until:  e.now.AddDate(0, 0, g.Days),
	})
}

// EndGround ends another basis before its time.
type EndGround struct {
	Basis string `json:"basis" doc:"Id of the basis" maxLength:"60"`
}

// Action is basis.record.
func (*EndGround) Action() policy.Action { return policy.BasisRecord }

// Check requires the basis.
func (g *EndGround) Check(c *valid.Check, _ *content.Content) { c.Text("basis", &g.Basis, 60, true) }

func (g *EndGround) decide(s *State, _ *env) ([]ledger.Draft, error) {
	for i := range s.Bases {
		if b := &s.Bases[i]; b.ID == g.Basis && b.Ended == nil {
			return happened(BasisEnded, BasisEndedEvent{Basis: b.ID})
		}
	}
	return nil, problem.ErrNotFound
}
