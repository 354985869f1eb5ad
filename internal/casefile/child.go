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

// Kinds of events about a child.
const (
	GuardianAppointed = "case.guardian_appointed"
	InterestsWeighed  = "case.best_interests_weighed"
	AgeAssessed       = "case.age_assessed"
	FamilyTraced      = "case.family_traced"
	CareArranged      = "case.alternative_care_arranged"
)

// Guardian is who speaks for the child. Source: Children Act 2022; UNICEF
// guidelines (a guardian before any other step).
type Guardian struct {
	Record
	Kind  string       `json:"kind"` // vocabulary guardian-kinds
	From  string       `json:"from"`
	Name  vault.Sealed `json:"name"`
	Phone vault.Sealed `json:"phone,omitempty"`
}

func (g *Guardian) texts() []text {
	return []text{{"guardian_name", "name", vault.Identity, g.Name}, {"guardian_phone", "phone", vault.Identity, g.Phone}}
}

// Guardian is who speaks for the child now, or nil.
func (s *State) Guardian() *Guardian { return last(s.Guardians) }

// BestInterests is one weighing of what is best for this child: an assessment
// (one worker, any time) or the formal determination before a lasting step.
//
// Source: Children Act 2022 s.8 and its schedule of factors.
type BestInterests struct {
	Record
	Step       string       `json:"step"`               // assessment, determination
	Factors    []string     `json:"factors"`            // vocabulary interest-factors
	Agencies   []string     `json:"agencies,omitempty"` // who took part
	View       vault.Sealed `json:"view"`               // what the child says
	Conclusion vault.Sealed `json:"conclusion"`
}

func (b *BestInterests) texts() []text {
	return []text{{"child_view", "view", vault.Care, b.View}, {"best_interests", "conclusion", vault.Care, b.Conclusion}}
}

// AgeAssessment is one assessment of age, by several methods, with its margin.
type AgeAssessment struct {
	Record
	Methods []string     `json:"methods"` // vocabulary age-methods
	Low     int          `json:"low"`     // years, the lower end of the margin
	High    int          `json:"high"`
	Child   bool         `json:"child"` // what follows: the benefit of the doubt
	Reasons vault.Sealed `json:"reasons"`
}

func (a *AgeAssessment) texts() []text {
	return []text{{"age_reasons", "reasons", vault.Identity, a.Reasons}}
}

// Tracing is one step of finding and checking the family.
type Tracing struct {
	Record
	Step string       `json:"step"` // vocabulary tracing-steps
	Note vault.Sealed `json:"note,omitempty"`
}

func (t *Tracing) texts() []text { return []text{{"tracing_note", "note", vault.Whereabouts, t.Note}} }

// CareArrangement is where and with whom the child lives while the family
// cannot care. An institution is the last resort.
type CareArrangement struct {
	Record
	Kind     string       `json:"kind"`            // vocabulary alternative-care
	Tried    []string     `json:"tried,omitempty"` // kinds that were tried or ruled out first
	ReviewOn string       `json:"review_on"`
	Reason   vault.Sealed `json:"reason"`
}

func (x *CareArrangement) texts() []text {
	return []text{{"care_reason", "reason", vault.Care, x.Reason}}
}

// forChild refuses what is only asked of children.
func (s *State) forChild() error {
	if err := s.open(); err != nil {
		return err
	}
	if !s.Subject().Child {
		return problem.Refuse("child.only")
	}
	return nil
}

// AppointGuardian names who speaks for the child.
type AppointGuardian struct {
	Kind  string `json:"kind" doc:"Vocabulary guardian-kinds" maxLength:"40"`
	From  string `json:"from" doc:"YYYY-MM-DD" maxLength:"10"`
	Name  string `json:"name" doc:"Sealed as identity" maxLength:"1000"`
	Phone string `json:"phone,omitempty" doc:"Sealed as identity"`
}

// Action is child.record.
func (*AppointGuardian) Action() policy.Action { return policy.ChildRecord }

// Check requires kind, day and name.
func (a *AppointGuardian) Check(c *valid.Check, k *content.Content) {
	c.Term("kind", a.Kind, inList(k, "guardian-kinds"), true)
	c.Day("from", a.From)
	c.Line("name", &a.Name, valid.MaxName, true)
	c.Phone("phone", &a.Phone)
}

func (a *AppointGuardian) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.forChild(); err != nil {
		return nil, err
	}
	r := e.record()
	return happened(GuardianAppointed, Guardian{Record: r, Kind: a.Kind, From: a.From,
		Name: e.text(s, r, "name", vault.Identity, a.Name), Phone: e.text(s, r, "phone", vault.Identity, a.Phone)})
}

// WeighInterests weighs what is best for the child.
type WeighInterests struct {
	Step       string   `json:"step" doc:"assessment or determination" enum:"assessment,determination,"`
	Factors    []string `json:"factors" doc:"What was weighed (vocabulary interest-factors)" maxItems:"20"`
	Agencies   []string `json:"agencies,omitempty" doc:"Who took part; a determination needs two" maxItems:"12"`
	View       string   `json:"view" doc:"What the child says; sealed as care"`
	Conclusion string   `json:"conclusion" doc:"What follows and why; sealed as care"`
}

func (w *WeighInterests) agencies() (field string, ids []string) { return "agencies", w.Agencies }

// Action is child.record.
func (*WeighInterests) Action() policy.Action { return policy.ChildRecord }

// Check requires the child's view: it is heard before anything is concluded.
func (w *WeighInterests) Check(c *valid.Check, k *content.Content) {
	c.Term("step", w.Step, func(s string) bool { return s == "assessment" || s == "determination" }, true)
	if len(w.Factors) == 0 {
		c.Add("factors", "common.error.choose")
	}
	checkTerms(c, k, "factors", "interest-factors", w.Factors)
	slices.Sort(w.Agencies)
	w.Agencies = slices.Compact(w.Agencies)
	c.Count("agencies", len(w.Agencies), 12)
	c.Text("view", &w.View, valid.MaxText, true)
	c.Text("conclusion", &w.Conclusion, valid.MaxText, true)
}

func (w *WeighInterests) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.forChild(); err != nil {
		return nil, err
	}
	if w.Step == "determination" {
		assessed := slices.ContainsFunc(s.BestInterests, func(b BestInterests) bool { return b.Step == "assessment" })
		switch {
		case !assessed:
			return nil, problem.Refuse("child.assessment-first")
		case s.Guardian() == nil:
			return nil, problem.Refuse("child.guardian-first")
		case len(w.Agencies) < 2:
			return nil, problem.Refuse("child.determination-joint")
		}
	}
	r := e.record()
	return happened(InterestsWeighed, BestInterests{Record: r, Step: w.Step, Factors: w.Factors, Agencies: w.Agencies,
		View: e.text(s, r, "view", vault.Care, w.View), Conclusion: e.text(s, r, "conclusion", vault.Care, w.Conclusion)})
}

// AssessAge settles a doubt about age. Nobody is found an adult while the
// margin reaches below 18 or on one method alone.
//
// Source: UNODC university module 8 (presumption and benefit of the doubt);
// Children Act 2022 s.2.
type AssessAge struct {
	Methods []string `json:"methods" doc:"Vocabulary age-methods; none of them alone" maxItems:"10"`
	Low     int      `json:"low" doc:"Lower end of the margin, in years" minimum:"0" maximum:"120"`
	High    int      `json:"high" doc:"Upper end of the margin, in years" minimum:"0" maximum:"120"`
	Agreed  bool     `json:"agreed" doc:"The person agreed after it was explained; refusing is no proof of anything"`
	Reasons string   `json:"reasons" doc:"Sealed as identity"`
}

// Action is child.record.
func (*AssessAge) Action() policy.Action { return policy.ChildRecord }

// Check requires methods, margin and reasons.
func (a *AssessAge) Check(c *valid.Check, k *content.Content) {
	if len(a.Methods) == 0 {
		c.Add("methods", "common.error.choose")
	}
	checkTerms(c, k, "methods", "age-methods", a.Methods)
	slices.Sort(a.Methods)
	a.Methods = slices.Compact(a.Methods)
	c.Between("low", a.Low, 0, valid.MaxAge)
	c.Between("high", a.High, max(a.Low, 0), valid.MaxAge)
	c.Text("reasons", &a.Reasons, valid.MaxText, true)
}

func (a *AssessAge) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.forChild(); err != nil {
		return nil, err
	}
	if !a.Agreed {
		return nil, problem.Refuse("child.age-with-consent")
	}
	r := e.record()
	return happened(AgeAssessed, AgeAssessment{Record: r, Methods: a.Methods, Low: a.Low, High: a.High,
		Child: a.Low < 18 || len(a.Methods) < 2, Reasons: e.text(s, r, "reasons", vault.Identity, a.Reasons)})
}

// TraceFamily records a step of finding the family and checking that it is
// safe. Nobody speaks with the family before the child's interests are weighed.
type TraceFamily struct {
	Step string `json:"step" doc:"Vocabulary tracing-steps" maxLength:"40"`
	Note string `json:"note,omitempty" doc:"Sealed as whereabouts"`
}

// Action is child.record.
func (*TraceFamily) Action() policy.Action { return policy.ChildRecord }

// Check requires the step.
func (x *TraceFamily) Check(c *valid.Check, k *content.Content) {
	c.Term("step", x.Step, inList(k, "tracing-steps"), true)
	c.Text("note", &x.Note, valid.MaxText, false)
}

func (x *TraceFamily) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.forChild(); err != nil {
		return nil, err
	}
	if slices.Contains([]string{"contacted", "reunited"}, x.Step) && len(s.BestInterests) == 0 {
		return nil, problem.Refuse("child.interests-before-family")
	}
	if x.Step == "reunited" && !s.homeSafe() {
		return nil, problem.Refuse("child.verify-before-reunion")
	}
	r := e.record()
	return happened(FamilyTraced, Tracing{Record: r, Step: x.Step, Note: e.text(s, r, "note", vault.Whereabouts, x.Note)})
}

// homeSafe tells whether the home was found safe, and neither found unsafe nor lost
// since.
func (s *State) homeSafe() bool {
	for i := len(s.Tracings) - 1; i >= 0; i-- {
		switch s.Tracings[i].Step {
		case "verified-safe":
			return true
		case "verified-unsafe", "not-found":
			return false
		}
	}
	return false
}

// ArrangeCare records where and with whom the child lives.
type ArrangeCare struct {
	Kind     string   `json:"kind" doc:"Vocabulary alternative-care" maxLength:"40"`
	Tried    []string `json:"tried,omitempty" doc:"What was tried or ruled out first (vocabulary alternative-care)" maxItems:"10"`
	ReviewOn string   `json:"review_on" doc:"YYYY-MM-DD" maxLength:"10"`
	Reason   string   `json:"reason" doc:"Sealed as care"`
}

// Action is child.record.
func (*ArrangeCare) Action() policy.Action { return policy.ChildRecord }

// Check requires kind, review and reason.
func (a *ArrangeCare) Check(c *valid.Check, k *content.Content) {
	c.Term("kind", a.Kind, inList(k, "alternative-care"), true)
	checkTerms(c, k, "tried", "alternative-care", a.Tried)
	c.Ahead("review_on", a.ReviewOn)
	c.Text("reason", &a.Reason, valid.MaxText, true)
}

func (a *ArrangeCare) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.forChild(); err != nil {
		return nil, err
	}
	family := func(kind string) bool { return kind != "institution" }
	if a.Kind == "institution" && !slices.ContainsFunc(a.Tried, family) {
		return nil, problem.Refuse("child.institution-last")
	}
	r := e.record()
	return happened(CareArranged, CareArrangement{Record: r, Kind: a.Kind, Tried: a.Tried, ReviewOn: a.ReviewOn,
		Reason: e.text(s, r, "reason", vault.Care, a.Reason)})
}

var childFolds = map[string]folder{
	GuardianAppointed: adds(func(s *State) *[]Guardian { return &s.Guardians }),
	InterestsWeighed:  adds(func(s *State) *[]BestInterests { return &s.BestInterests }),
	AgeAssessed: on(func(s *State, p AgeAssessment, by By) {
		p.By = by
		s.Ages = append(s.Ages, p)
		who := s.Subject()
		who.Child, who.Minor, who.AgeBand = p.Child, "yes", AgeBand(p.Low)
		if !p.Child {
			who.Minor = "no"
		}
	}),
	FamilyTraced: adds(func(s *State) *[]Tracing { return &s.Tracings }),
	CareArranged: adds(func(s *State) *[]CareArrangement { return &s.CareArrangements }),
}
