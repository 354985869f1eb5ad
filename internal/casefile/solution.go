package casefile

import (
	"cmp"
	"time"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Kinds of events towards a lasting solution.
const (
	ReturnAssessed = "case.return_assessed"
	SolutionChosen = "case.solution_chosen"
	FundApplied    = "case.fund_applied"
	FundAnswered   = "case.fund_answered"
	Retrafficked   = "case.retrafficking_flagged"
)

// ReturnRisk is one assessment of what waits for her in the country of return,
// made jointly by both countries. Source: IOM TACT return-risk matrix.
type ReturnRisk struct {
	Record
	Country string            `json:"country"`
	Joint   bool              `json:"joint"` // the other country's authority or partner took part
	Domains map[string]string `json:"domains,omitempty"`
	Outcome string            `json:"outcome"` // vocabulary return-outcomes: safe, conditions, unsafe
	With    vault.Sealed      `json:"with,omitempty"`
	Reasons vault.Sealed      `json:"reasons"`
}

func (r *ReturnRisk) texts() []text {
	return []text{{"return_with", "with", vault.Whereabouts, r.With}, {"return_reasons", "reasons", vault.Whereabouts, r.Reasons}}
}

// Solution is what she chose for her life after the case.
type Solution struct {
	Record
	Kind   string       `json:"kind"` // vocabulary solution-kinds
	Chosen string       `json:"chosen"`
	Words  vault.Sealed `json:"words"`
}

func (x *Solution) texts() []text { return []text{{"solution_words", "words", vault.Care, x.Words}} }

// FundClaim is an application to the National Assistance Trust Fund for
// Victims of Trafficking (CTIPA s.22-24).
type FundClaim struct {
	Record
	Heads    []string     `json:"heads"`  // vocabulary cost-kinds
	Amount   int          `json:"amount"` // Kenya shillings asked for
	State    string       `json:"state"`  // vocabulary fund-states
	Granted  int          `json:"granted,omitempty"`
	Note     vault.Sealed `json:"note,omitempty"`
	Answered *By          `json:"answered,omitempty"`
}

func (f *FundClaim) texts() []text { return []text{{"fund_note", "note", vault.Care, f.Note}} }

// Retrafficking says that she was trafficked again, or nearly.
type Retrafficking struct {
	Record
	On   string       `json:"on"`
	Text vault.Sealed `json:"text"`
}

func (r *Retrafficking) texts() []text {
	return []text{{"retrafficking", "text", vault.Account, r.Text}}
}

// AssessReturn assesses what waits for her if she returns.
type AssessReturn struct {
	Country string            `json:"country" doc:"Vocabulary countries" maxLength:"60"`
	Joint   bool              `json:"joint" doc:"An authority or partner over there took part"`
	With    string            `json:"with,omitempty" doc:"Who over there; sealed as whereabouts"`
	Domains map[string]string `json:"domains,omitempty" doc:"Vocabulary risk-domains -> risk-levels"`
	Outcome string            `json:"outcome" doc:"Vocabulary return-outcomes" maxLength:"20"`
	Reasons string            `json:"reasons" doc:"Sealed as whereabouts"`
}

// Action is solution.record.
func (*AssessReturn) Action() policy.Action { return policy.SolutionRecord }

// Check requires country, outcome and reasons.
func (a *AssessReturn) Check(c *valid.Check, k *content.Content) {
	c.Term("country", a.Country, inList(k, "countries"), true)
	c.Count("domains", len(a.Domains), 40)
	for d, l := range a.Domains {
		if l == "" {
			delete(a.Domains, d)
			continue
		}
		c.Term("domains", d, inList(k, "risk-domains"), true)
		c.Term("domains", l, inList(k, "risk-levels"), true)
	}
	c.Term("outcome", a.Outcome, inList(k, "return-outcomes"), true)
	c.Text("with", &a.With, valid.MaxName, a.Joint)
	c.Text("reasons", &a.Reasons, valid.MaxText, true)
}

func (a *AssessReturn) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	r := e.record()
	return happened(ReturnAssessed, ReturnRisk{Record: r, Country: a.Country, Joint: a.Joint, Domains: a.Domains, Outcome: a.Outcome,
		With: e.text(s, r, "with", vault.Whereabouts, a.With), Reasons: e.text(s, r, "reasons", vault.Whereabouts, a.Reasons)})
}

// ChooseSolution records the lasting solution. It is hers to choose; a return
// also takes a joint risk assessment that did not find it unsafe.
type ChooseSolution struct {
	Kind   string `json:"kind" doc:"Vocabulary solution-kinds" maxLength:"40"`
	Chosen string `json:"chosen" doc:"Who chose: person, or guardian with the child" enum:"person,guardian,"`
	Words  string `json:"words" doc:"What she says about it; sealed as care"`
}

// Action is solution.record.
func (*ChooseSolution) Action() policy.Action { return policy.SolutionRecord }

// Check requires kind and words.
func (x *ChooseSolution) Check(c *valid.Check, k *content.Content) {
	c.Term("kind", x.Kind, inList(k, "solution-kinds"), true)
	c.Term("chosen", x.Chosen, func(s string) bool { return s == "person" || s == "guardian" }, false)
	c.Text("words", &x.Words, valid.MaxText, true)
}

func (x *ChooseSolution) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	if x.Chosen == "" || x.Chosen == "guardian" && !s.Subject().Child {
		return nil, problem.Refuse("solution.her-choice")
	}
	if s.Subject().Child {
		determined := false
		for i := range s.BestInterests {
			determined = determined || s.BestInterests[i].Step == "determination"
		}
		if !determined {
			return nil, problem.Refuse("solution.determination-first")
		}
	}
	if x.Kind == "return" {
		risk := last(s.ReturnRisks)
		switch {
		case risk == nil || !risk.Joint:
			return nil, problem.Refuse("solution.return-joint-risk")
		case risk.Outcome == "unsafe":
			return nil, problem.Refuse("solution.return-unsafe")
		}
	}
	r := e.record()
	return happened(SolutionChosen, Solution{Record: r, Kind: x.Kind, Chosen: x.Chosen, Words: e.text(s, r, "words", vault.Care, x.Words)})
}

// SolutionFound is the reason of a closure after which she is still asked, over
// two years, how she is (vocabulary closure-reasons).
const SolutionFound = "solution-found"

// contactMonths are the months after a solution in which she is asked how she
// is: closer at first, over two years.
var contactMonths = []int{1, 3, 6, 9, 12, 18, 24}

// NextContact is the next of the follow-up contacts after a solution; ok=false
// when none is left, there is no solution yet, or the case was closed for a
// reason that leaves nobody to ask.
func (s *State) NextContact() (time.Time, bool) {
	x := last(s.Solutions)
	if x == nil || s.Closure != nil && s.Closure.Reason != SolutionFound && s.Closure.Reason != "" {
		return time.Time{}, false
	}
	after := x.By.At
	if f := s.LastFollowUp(); f != nil && f.By.At.After(after) {
		after = f.By.At
	}
	for _, m := range contactMonths {
		if at := x.By.At.AddDate(0, m, 0); at.After(after) {
			return at, true
		}
	}
	return time.Time{}, false
}

// ApplyFund records an application to the trust fund.
type ApplyFund struct {
	Heads  []string `json:"heads" doc:"Vocabulary cost-kinds" maxItems:"10"`
	Amount int      `json:"amount" doc:"Kenya shillings" minimum:"1"`
	Note   string   `json:"note,omitempty" doc:"Sealed as care"`
}

// Action is solution.record.
func (*ApplyFund) Action() policy.Action { return policy.SolutionRecord }

// Check requires heads and amount.
func (a *ApplyFund) Check(c *valid.Check, k *content.Content) {
	if len(a.Heads) == 0 {
		c.Add("heads", "common.error.choose")
	}
	checkTerms(c, k, "heads", "cost-kinds", a.Heads)
	c.Between("amount", a.Amount, 1, MaxShillings)
	c.Text("note", &a.Note, valid.MaxText, false)
}

func (a *ApplyFund) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	r := e.record()
	return happened(FundApplied, FundClaim{Record: r, Heads: a.Heads, Amount: a.Amount, State: "asked", Note: e.text(s, r, "note", vault.Care, a.Note)})
}

// AnswerFund records what the fund answered, or that it paid.
type AnswerFund struct {
	Claim   string `json:"claim" doc:"Id of the application" maxLength:"60"`
	State   string `json:"state" doc:"Vocabulary fund-states" maxLength:"20"`
	Granted int    `json:"granted,omitempty" doc:"Kenya shillings" minimum:"0"`
}

// fundAnswered is the payload of case.fund_answered.
type fundAnswered struct {
	Claim   string `json:"claim"`
	State   string `json:"state"`
	Granted int    `json:"granted,omitempty"`
}

// Action is solution.record.
func (*AnswerFund) Action() policy.Action { return policy.SolutionRecord }

// Check requires claim and state.
func (a *AnswerFund) Check(c *valid.Check, k *content.Content) {
	c.Text("claim", &a.Claim, 60, true)
	c.Term("state", a.State, inList(k, "fund-states"), true)
	c.Between("granted", a.Granted, 0, MaxShillings)
}

func (a *AnswerFund) decide(s *State, _ *env) ([]ledger.Draft, error) {
	f := find(s.Funds, a.Claim)
	if f == nil {
		return nil, problem.ErrNotFound
	}
	granted := a.Granted
	switch allowed := f.State == "granted" || f.State == "part"; a.State {
	case "asked":
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "state", Key: "common.error.choose"}}}
	case "refused":
		granted = 0
	case "paid":
		if !allowed {
			return nil, problem.Refuse("fund.granted-first")
		}
		granted = cmp.Or(granted, f.Granted)
	case "granted":
		granted = cmp.Or(granted, f.Amount)
	case "part":
		if granted == 0 {
			return nil, &problem.Invalid{Fields: []problem.Field{{Name: "granted", Key: "common.error.number_between", Args: []any{"min", 1, "max", f.Amount}}}}
		}
	}
	if granted > f.Amount {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "granted", Key: "common.error.number_between", Args: []any{"min", 0, "max", f.Amount}}}}
	}
	if f.State == "paid" {
		return nil, problem.Refuse("case.step-order", "step", "fund-answer")
	}
	return happened(FundAnswered, fundAnswered{a.Claim, a.State, granted})
}

// FlagRetrafficking says that she was trafficked again, or nearly. It opens a
// closed case again: help comes before paper.
type FlagRetrafficking struct {
	On   string `json:"on" doc:"YYYY-MM-DD" maxLength:"10"`
	Text string `json:"text" doc:"What is known; sealed as account"`
}

// Action is retrafficking.flag.
func (*FlagRetrafficking) Action() policy.Action { return policy.RetraffickingFlag }

// Check requires day and words.
func (f *FlagRetrafficking) Check(c *valid.Check, _ *content.Content) {
	c.Day("on", f.On)
	c.Text("text", &f.Text, valid.MaxText, true)
}

func (f *FlagRetrafficking) decide(s *State, e *env) ([]ledger.Draft, error) {
	r := e.record()
	return happened(Retrafficked, Retrafficking{Record: r, On: f.On, Text: e.text(s, r, "text", vault.Account, f.Text)})
}

var solutionFolds = map[string]folder{
	ReturnAssessed: adds(func(s *State) *[]ReturnRisk { return &s.ReturnRisks }),
	SolutionChosen: adds(func(s *State) *[]Solution { return &s.Solutions }),
	FundApplied:    adds(func(s *State) *[]FundClaim { return &s.Funds }),
	FundAnswered: on(func(s *State, p fundAnswered, by By) {
		if f := find(s.Funds, p.Claim); f != nil {
			f.State, f.Granted, f.Answered = p.State, p.Granted, &by
		}
	}),
	Retrafficked: on(func(s *State, p Retrafficking, by By) {
		p.By = by
		s.Retraffickings = append(s.Retraffickings, p)
		s.Closure = nil
	}),
}
