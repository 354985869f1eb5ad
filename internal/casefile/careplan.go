package casefile

import (
	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Kinds of events of the care plan.
const (
	CarePlanned    = "case.care_planned"
	GoalReviewed   = "case.goal_reviewed"
	ServiceGiven   = "case.service_delivered"
	ServiceStruck  = "case.service_struck"
	MaxShillings   = 100_000_000 // of one cost; more is a slip of the pen
	maxServiceTime = 24 * 60     // minutes of one session
)

// Goal is one thing that she wants to reach, with who helps and by when.
type Goal struct {
	Record
	Plan    string       `json:"plan"` // the care plan it belongs to
	Service string       `json:"service"`
	Agency  string       `json:"agency"` // who sees to it
	DueOn   string       `json:"due_on,omitempty"`
	State   string       `json:"state"` // vocabulary goal-states
	Text    vault.Sealed `json:"text"`
	Review  vault.Sealed `json:"review,omitempty"`
}

func (g *Goal) texts() []text {
	return []text{{"goal", "text", vault.Care, g.Text}, {"goal_review", "review", vault.Care, g.Review}}
}

// CarePlan is one version of the plan: when it is looked at again.
type CarePlan struct {
	Record
	ReviewOn string `json:"review_on"`
	Goals    int    `json:"goals"`
}

// Delivery is one session or service that she really received, with its dose
// and what it cost: the ledger from which restitution is asked (CTIPA s.13).
type Delivery struct {
	Record
	Goal     string       `json:"goal,omitempty"`
	Service  string       `json:"service"`
	Agency   string       `json:"agency"`
	On       string       `json:"on"`
	Minutes  int          `json:"minutes,omitempty"`
	Cost     int          `json:"cost,omitempty"`      // Kenya shillings, whole
	CostKind string       `json:"cost_kind,omitempty"` // vocabulary cost-kinds
	Note     vault.Sealed `json:"note,omitempty"`
	Struck   *By          `json:"struck,omitempty"` // recorded by mistake: it stays to be read, and counts no more
}

func (d *Delivery) texts() []text { return []text{{"delivery_note", "note", vault.Care, d.Note}} }

// PlanCare makes the care plan, or adds goals to it.
type PlanCare struct {
	Goals    []GoalFact `json:"goals" maxItems:"20"`
	ReviewOn string     `json:"review_on" doc:"YYYY-MM-DD, when the plan is looked at with her" maxLength:"10"`
}

// GoalFact is one goal.
type GoalFact struct {
	Text    string `json:"text" doc:"What she wants to reach, in her words; sealed as care"`
	Service string `json:"service" doc:"Service category that leads there" maxLength:"60"`
	Agency  string `json:"agency,omitempty" doc:"Who sees to it; empty is the agency that holds the case" maxLength:"60"`
	DueOn   string `json:"due_on,omitempty" doc:"YYYY-MM-DD" maxLength:"10"`
}

// planned is the payload of case.care_planned.
type planned struct {
	CarePlan
	New []Goal `json:"new"`
}

// Action is plan.change.
func (*PlanCare) Action() policy.Action { return policy.PlanChange }

// Check requires a goal and the day of the review.
func (p *PlanCare) Check(c *valid.Check, k *content.Content) {
	c.Count("goals", len(p.Goals), 20)
	if len(p.Goals) == 0 {
		c.Add("goals.0.text", "common.error.required")
	}
	for i := range p.Goals {
		g := &p.Goals[i]
		c.Text(valid.Index("goals", i, "text"), &g.Text, valid.MaxText, true)
		c.Term(valid.Index("goals", i, "service"), g.Service, func(id string) bool { _, ok := k.Service(id); return ok }, true)
		c.Text(valid.Index("goals", i, "agency"), &g.Agency, 60, false)
		c.FutureDate(valid.Index("goals", i, "due_on"), g.DueOn)
	}
	c.Ahead("review_on", p.ReviewOn)
}

func (p *PlanCare) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	if s.NeedsAt == nil {
		return nil, problem.Refuse("plan.needs-first")
	}
	ev := planned{CarePlan: CarePlan{Record: e.record(), ReviewOn: p.ReviewOn, Goals: len(p.Goals)}}
	for _, g := range p.Goals {
		r := e.record()
		agency := g.Agency
		if agency == "" {
			agency = s.Holder
		}
		ev.New = append(ev.New, Goal{Record: r, Plan: ev.ID, Service: g.Service, Agency: agency, DueOn: g.DueOn, State: "open",
			Text: e.text(s, r, "text", vault.Care, g.Text)})
	}
	return happened(CarePlanned, ev)
}

// ReviewGoal says how far a goal is, after talking with her about it.
type ReviewGoal struct {
	Goal  string `json:"goal" doc:"Id of the goal" maxLength:"60"`
	State string `json:"state" doc:"Vocabulary goal-states" maxLength:"20"`
	Note  string `json:"note,omitempty" doc:"What she says about it; sealed as care"`
}

// goalReviewed is the payload of case.goal_reviewed.
type goalReviewed struct {
	Goal   string       `json:"goal"`
	State  string       `json:"state"`
	Review vault.Sealed `json:"review,omitempty"`
}

// Action is plan.change.
func (*ReviewGoal) Action() policy.Action { return policy.PlanChange }

// Check requires both.
func (g *ReviewGoal) Check(c *valid.Check, k *content.Content) {
	c.Text("goal", &g.Goal, 60, true)
	c.Term("state", g.State, inList(k, "goal-states"), true)
	c.Text("note", &g.Note, valid.MaxText, false)
}

func (g *ReviewGoal) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	have := find(s.Goals, g.Goal)
	if have == nil {
		return nil, problem.ErrNotFound
	}
	return happened(GoalReviewed, goalReviewed{Goal: g.Goal, State: g.State, Review: e.text(s, have.Record, "review", vault.Care, g.Note)})
}

// Deliver records a session or service that she received.
type Deliver struct {
	Goal     string `json:"goal,omitempty" doc:"Id of the goal it serves" maxLength:"60"`
	Service  string `json:"service" doc:"Service category" maxLength:"60"`
	On       string `json:"on" doc:"YYYY-MM-DD" maxLength:"10"`
	Minutes  int    `json:"minutes,omitempty" doc:"How long, in minutes" minimum:"0" maximum:"1440"`
	Cost     int    `json:"cost,omitempty" doc:"Kenya shillings, whole" minimum:"0"`
	CostKind string `json:"cost_kind,omitempty" doc:"Head under CTIPA s.13 (vocabulary cost-kinds)" maxLength:"40"`
	Note     string `json:"note,omitempty" doc:"Sealed as care"`
}

// Action is service.record.
func (*Deliver) Action() policy.Action { return policy.ServiceRecord }

// Check requires service and day; a cost needs its head.
func (d *Deliver) Check(c *valid.Check, k *content.Content) {
	c.Text("goal", &d.Goal, 60, false)
	c.Term("service", d.Service, func(id string) bool { _, ok := k.Service(id); return ok }, true)
	c.Day("on", d.On)
	c.Between("minutes", d.Minutes, 0, maxServiceTime)
	c.Between("cost", d.Cost, 0, MaxShillings)
	c.Term("cost_kind", d.CostKind, inList(k, "cost-kinds"), d.Cost > 0)
	c.Text("note", &d.Note, valid.MaxText, false)
}

func (d *Deliver) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	if d.Goal != "" && find(s.Goals, d.Goal) == nil {
		return nil, problem.ErrNotFound
	}
	r := e.record()
	return happened(ServiceGiven, Delivery{Record: r, Goal: d.Goal, Service: d.Service, Agency: e.by.Agency, On: d.On, Minutes: d.Minutes,
		Cost: d.Cost, CostKind: d.CostKind, Note: e.text(s, r, "note", vault.Care, d.Note)})
}

// StrikeService strikes out a service that was recorded by mistake, such as one
// with a wrong cost: it stays to be read, and the cost ledger leaves it out.
type StrikeService struct {
	Delivery string `json:"delivery" doc:"Id of the record of the service" maxLength:"60"`
}

// ServiceStruckEvent is the payload of case.service_struck.
type ServiceStruckEvent struct {
	Delivery string `json:"delivery"`
}

// Action is service.record.
func (*StrikeService) Action() policy.Action { return policy.ServiceRecord }

// Check requires the record.
func (x *StrikeService) Check(c *valid.Check, _ *content.Content) {
	c.Text("delivery", &x.Delivery, 60, true)
}

func (x *StrikeService) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	d := find(s.Deliveries, x.Delivery)
	switch {
	case d == nil:
		return nil, problem.ErrNotFound
	case d.Agency != e.by.Agency:
		return nil, problem.Refuse("service.own-record")
	case d.Struck != nil:
		return nil, problem.Refuse("case.step-order", "step", "strike-service")
	}
	return happened(ServiceStruck, ServiceStruckEvent{d.ID})
}

// Costs is the cost ledger by the heads of CTIPA s.13, in whole shillings:
// services, bookings and what else was paid for her.
func (s *State) Costs() (by map[string]int, total int) {
	by = map[string]int{}
	for i := range s.Deliveries {
		if d := &s.Deliveries[i]; d.Cost > 0 && d.Struck == nil {
			by[d.CostKind] += d.Cost
			total += d.Cost
		}
	}
	for i := range s.Bookings {
		if b := &s.Bookings[i]; b.Cost > 0 && b.State != "cancelled" {
			by[b.costKind()] += b.Cost
			total += b.Cost
		}
	}
	return by, total
}

var planFolds = map[string]folder{
	CarePlanned: on(func(s *State, p planned, by By) {
		p.By = by
		s.CarePlans = append(s.CarePlans, p.CarePlan)
		for _, g := range p.New {
			g.By = by
			s.Goals = append(s.Goals, g)
		}
	}),
	GoalReviewed: on(func(s *State, p goalReviewed, _ By) {
		if g := find(s.Goals, p.Goal); g != nil {
			g.State, g.Review = p.State, p.Review
		}
	}),
	ServiceGiven: adds(func(s *State) *[]Delivery { return &s.Deliveries }),
	ServiceStruck: on(func(s *State, p ServiceStruckEvent, by By) {
		if d := find(s.Deliveries, p.Delivery); d != nil {
			d.Struck = &by
		}
	}),
}
