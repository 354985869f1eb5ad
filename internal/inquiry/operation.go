package inquiry

import (
	"strings"
	"unicode"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Sides of a plan that rules speak of (vocabulary operation-sides).
const (
	ForVictims  = "victims"
	ForSuspects = "suspects"
)

// Operation is a planned raid, search or stop: its plan, briefings and end.
type Operation struct {
	PlannedEvent
	By        By         `json:"by"`
	Briefings []Briefing `json:"briefings,omitempty"` // of the present plan
	Ended     *Ending    `json:"ended,omitempty"`
}

// Briefing is that the officers were told the plan.
type Briefing struct {
	BriefedEvent
	By By `json:"by"`
}

// Ending is how the operation ended.
type Ending struct {
	EndedEvent
	By By `json:"by"`
}

// PlannedEvent is the plan as a whole; a later one replaces it.
type PlannedEvent struct {
	ID       string       `json:"id"`
	Record   string       `json:"record"` // of the sealed texts of this version of the plan
	Kind     string       `json:"kind"`   // vocabulary operation-kinds
	On       string       `json:"on"`     // YYYY-MM-DD
	Place    vault.Sealed `json:"place,omitempty"`
	Plan     vault.Sealed `json:"plan,omitempty"`
	Risk     vault.Sealed `json:"risk,omitempty"`
	Officers []Officer    `json:"officers,omitempty"`
	Units    []Unit       `json:"units,omitempty"`
}

// Officer is who does what.
type Officer struct {
	Staff string `json:"staff" doc:"Staff id" maxLength:"100"`
	Role  string `json:"role" doc:"Vocabulary scene-roles" maxLength:"40"`
	Side  string `json:"side" doc:"Vocabulary operation-sides: whom the officer deals with" maxLength:"40"`
}

// Unit is a vehicle or room and whom it is for.
type Unit struct {
	Kind string `json:"kind" doc:"vehicle or room" enum:"vehicle,room,"`
	Name string `json:"name" doc:"A call sign such as V1; no names of persons" maxLength:"30"`
	Side string `json:"side" doc:"Vocabulary operation-sides" maxLength:"40"`
}

// BriefedEvent records a briefing.
type BriefedEvent struct {
	ID        string       `json:"id"`
	Operation string       `json:"operation"`
	Note      vault.Sealed `json:"note,omitempty"`
}

// EndedEvent ends an operation.
type EndedEvent struct {
	ID        string       `json:"id"`
	Operation string       `json:"operation"`
	Outcome   string       `json:"outcome"` // vocabulary operation-ends
	Note      vault.Sealed `json:"note,omitempty"`
}

// Operation gives one by id, or nil.
func (s *State) Operation(id string) *Operation {
	for i := range s.Operations {
		if s.Operations[i].ID == id {
			return &s.Operations[i]
		}
	}
	return nil
}

// Plan makes the plan of an operation, or changes it.
type Plan struct {
	Operation string    `json:"operation,omitempty" doc:"Id of the operation to plan anew; empty: a new one" maxLength:"60"`
	Kind      string    `json:"kind" doc:"Vocabulary operation-kinds" maxLength:"40"`
	On        string    `json:"on" doc:"YYYY-MM-DD" maxLength:"10"`
	Place     string    `json:"place,omitempty" doc:"Sealed as inquiry"`
	Plan      string    `json:"plan,omitempty" doc:"What is done in which order; sealed as inquiry"`
	Risk      string    `json:"risk,omitempty" doc:"Risks for victims, officers and others, and what is done about them; sealed as inquiry"`
	Officers  []Officer `json:"officers,omitempty" maxItems:"60"`
	Units     []Unit    `json:"units,omitempty" maxItems:"60"`

	known func(staff string) bool
}

// Action is inquiry.plan.
func (*Plan) Action() policy.Action { return policy.InquiryPlan }

// Check requires kind and day.
func (p *Plan) Check(c *valid.Check, k *content.Content) {
	c.Text("operation", &p.Operation, 60, false)
	c.Term("kind", p.Kind, inList(k, "operation-kinds"), true)
	if _, ok := c.Date("on", p.On); !ok && p.On == "" {
		c.Add("on", "common.error.required")
	}
	c.Text("place", &p.Place, valid.MaxText, false)
	c.Text("plan", &p.Plan, valid.MaxText, false)
	c.Text("risk", &p.Risk, valid.MaxText, false)
	c.Count("officers", len(p.Officers), 60)
	c.Count("units", len(p.Units), 60)
	for i := range p.Officers {
		o := &p.Officers[i]
		if o.Staff == "" || !p.known(o.Staff) {
			c.Add(valid.Index("officers", i, "staff"), "common.error.unknown_term")
		}
		c.Term(valid.Index("officers", i, "role"), o.Role, inList(k, "scene-roles"), true)
		c.Term(valid.Index("officers", i, "side"), o.Side, inList(k, "operation-sides"), true)
	}
	for i := range p.Units {
		u := &p.Units[i]
		c.Term(valid.Index("units", i, "kind"), u.Kind, func(s string) bool { return s == "vehicle" || s == "room" }, true)
		c.Text(valid.Index("units", i, "name"), &u.Name, 30, true)
		c.Term(valid.Index("units", i, "side"), u.Side, inList(k, "operation-sides"), true)
	}
}

func (p *Plan) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	id := p.Operation
	switch op := s.Operation(id); {
	case id == "":
		id = e.newID()
	case op == nil:
		return nil, problem.ErrNotFound
	case op.Ended != nil:
		return nil, problem.Refuse("inquiry.operation-over")
	}
	if p.mixes() {
		return nil, problem.Refuse("inquiry.victims-apart-in-plan")
	}
	r := e.newID()
	return happened(Planned, PlannedEvent{ID: id, Record: r, Kind: p.Kind, On: p.On, Officers: p.Officers, Units: p.Units,
		Place: e.sealed(r, "place", p.Place), Plan: e.sealed(r, "plan", p.Plan), Risk: e.sealed(r, "risk", p.Risk)})
}

// mixes tells whether the plan gives one officer, vehicle or room to victims
// and to suspects.
func (p *Plan) mixes() bool {
	side := map[string]string{}
	shared := func(what, as string) bool {
		if as != ForVictims && as != ForSuspects {
			return false
		}
		was, known := side[what]
		side[what] = as
		return known && was != as
	}
	for _, o := range p.Officers {
		if shared("officer/"+o.Staff, o.Side) {
			return true
		}
	}
	for _, u := range p.Units {
		if shared(u.Kind+"/"+callSign(u.Name), u.Side) {
			return true
		}
	}
	return false
}

// callSign is a name without case, spaces and marks: V1, v-1 and "V 1" are one.
func callSign(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// Brief records that the officers were told the plan. Risks come first.
type Brief struct {
	Operation string `json:"operation" doc:"Id of the operation" maxLength:"60"`
	Note      string `json:"note,omitempty" doc:"Who was there, what was asked; sealed as inquiry"`
}

// Action is inquiry.plan.
func (*Brief) Action() policy.Action { return policy.InquiryPlan }

// Check requires the operation.
func (b *Brief) Check(c *valid.Check, _ *content.Content) {
	c.Text("operation", &b.Operation, 60, true)
	c.Text("note", &b.Note, valid.MaxText, false)
}

func (b *Brief) decide(s *State, e *env) ([]ledger.Draft, error) {
	op := s.Operation(b.Operation)
	switch {
	case op == nil:
		return nil, problem.ErrNotFound
	case op.Ended != nil:
		return nil, problem.Refuse("inquiry.operation-over")
	case op.Risk.IsZero():
		return nil, problem.Refuse("inquiry.risk-before-raid")
	}
	id := e.newID()
	return happened(Briefed, BriefedEvent{ID: id, Operation: op.ID, Note: e.sealed(id, "note", b.Note)})
}

// Finish ends an operation: carried out, which takes a briefing, or called off.
type Finish struct {
	Operation string `json:"operation" doc:"Id of the operation" maxLength:"60"`
	Outcome   string `json:"outcome" doc:"Vocabulary operation-ends" maxLength:"40"`
	Note      string `json:"note,omitempty" doc:"Sealed as inquiry"`
}

// Action is inquiry.plan.
func (*Finish) Action() policy.Action { return policy.InquiryPlan }

// Check requires operation and outcome.
func (f *Finish) Check(c *valid.Check, k *content.Content) {
	c.Text("operation", &f.Operation, 60, true)
	c.Term("outcome", f.Outcome, inList(k, "operation-ends"), true)
	c.Text("note", &f.Note, valid.MaxText, false)
}

func (f *Finish) decide(s *State, e *env) ([]ledger.Draft, error) {
	op := s.Operation(f.Operation)
	switch {
	case op == nil:
		return nil, problem.ErrNotFound
	case op.Ended != nil:
		return nil, problem.Refuse("inquiry.operation-over")
	case f.Outcome == "carried-out" && len(op.Briefings) == 0:
		return nil, problem.Refuse("inquiry.briefing-first")
	}
	id := e.newID()
	return happened(Ended, EndedEvent{ID: id, Operation: op.ID, Outcome: f.Outcome, Note: e.sealed(id, "note", f.Note)})
}
