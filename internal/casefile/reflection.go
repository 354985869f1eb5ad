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

// Kinds of events of the recovery and reflection period.
const (
	ReflectionBegun = "case.reflection_begun"
	ReflectionEnded = "case.reflection_ended"
)

// Reflection is one recovery and reflection period: time to recover and to
// decide freely whether to cooperate. The Counter-Trafficking in Persons Act
// sets none; its length is the clock "reflection" of the deployment.
//
// Source: Council of Europe Convention art. 13 (benchmark: 30 days at least).
type Reflection struct {
	Record
	Ends   time.Time    `json:"ends_at"`
	Ended  *time.Time   `json:"ended_at,omitempty"` // by her own choice, early
	Choice vault.Sealed `json:"choice,omitempty"`   // what she said
}

func (r *Reflection) texts() []text {
	return []text{{"reflection_choice", "choice", vault.Care, r.Choice}}
}

// Reflecting is the period that runs at the moment, or nil.
func (s *State) Reflecting(now time.Time) *Reflection {
	if r := last(s.Reflections); r != nil && r.Ended == nil && now.Before(r.Ends) {
		return r
	}
	return nil
}

// BeginReflection starts the period, once she knows what it is.
type BeginReflection struct{ Spoken }

// Action is reflection.record.
func (*BeginReflection) Action() policy.Action { return policy.ReflectionRecord }

// Check requires the language in which it was explained.
func (b *BeginReflection) Check(c *valid.Check, k *content.Content) { b.Spoken.check(c, k) }

func (b *BeginReflection) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	switch {
	case !s.HeldVictim():
		return nil, problem.Refuse("reflection.presumed-first")
	case s.Reflecting(e.now) != nil:
		return nil, problem.Refuse("case.step-order", "step", "reflection")
	}
	return happened(ReflectionBegun, Reflection{Record: e.record(), Ends: e.now.Add(e.content.Clock("reflection"))})
}

// EndReflection ends the period early. Nobody may but the person herself.
type EndReflection struct {
	OwnChoice bool   `json:"own_choice" doc:"She said so herself, freely, and was told that she need not"`
	Choice    string `json:"choice" doc:"What she said; sealed as care"`
}

// reflectionEnded is the payload of case.reflection_ended.
type reflectionEnded struct {
	Reflection string       `json:"reflection"`
	Choice     vault.Sealed `json:"choice"`
}

// Action is reflection.record.
func (*EndReflection) Action() policy.Action { return policy.ReflectionRecord }

// Check requires her words.
func (x *EndReflection) Check(c *valid.Check, _ *content.Content) {
	c.Text("choice", &x.Choice, valid.MaxText, true)
}

func (x *EndReflection) decide(s *State, e *env) ([]ledger.Draft, error) {
	r := s.Reflecting(e.now)
	if r == nil {
		return nil, problem.Refuse("case.step-order", "step", "reflection")
	}
	if !x.OwnChoice {
		return nil, problem.Refuse("reflection.her-own-choice")
	}
	return happened(ReflectionEnded, reflectionEnded{Reflection: r.ID, Choice: e.text(s, r.Record, "choice", vault.Care, x.Choice)})
}

var reflectionFolds = map[string]folder{
	ReflectionBegun: adds(func(s *State) *[]Reflection { return &s.Reflections }),
	ReflectionEnded: on(func(s *State, p reflectionEnded, by By) {
		if r := find(s.Reflections, p.Reflection); r != nil {
			r.Ended, r.Choice = &by.At, p.Choice
		}
	}),
}
