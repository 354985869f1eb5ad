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

// Kinds of events about court days.
const (
	HearingSet     = "case.hearing_set"
	HearingSettled = "case.hearing_settled"
)

// Hearing is a day in court that concerns her: when it is, whether she comes
// herself, and which measures were asked for. What is charged is no part of a
// case; where the court sits stays sealed, because it says where she will be.
type Hearing struct {
	Record
	Kind     string       `json:"kind"` // vocabulary hearing-kinds
	On       string       `json:"on"`
	Attends  bool         `json:"attends"`            // she herself is to come
	Measures []string     `json:"measures,omitempty"` // vocabulary court-measures
	State    string       `json:"state"`              // set, held, adjourned, cancelled
	Details  vault.Sealed `json:"details,omitempty"`
}

func (h *Hearing) texts() []text {
	return []text{{"hearing", "details", vault.Whereabouts, h.Details}}
}

// SetHearing enters a day in court.
type SetHearing struct {
	Kind     string   `json:"kind" doc:"Vocabulary hearing-kinds" maxLength:"40"`
	On       string   `json:"on" doc:"YYYY-MM-DD" maxLength:"10"`
	Attends  bool     `json:"attends,omitempty" doc:"She herself is to come"`
	Measures []string `json:"measures,omitempty" doc:"Measures asked for (vocabulary court-measures)" maxItems:"20"`
	Details  string   `json:"details,omitempty" doc:"Which court, room and hour; sealed as whereabouts"`
}

// Action is hearing.record.
func (*SetHearing) Action() policy.Action { return policy.HearingRecord }

// Check requires kind and a day that is still to come.
func (x *SetHearing) Check(c *valid.Check, k *content.Content) {
	c.Term("kind", x.Kind, inList(k, "hearing-kinds"), true)
	c.Ahead("on", x.On)
	checkTerms(c, k, "measures", "court-measures", x.Measures)
	c.Text("details", &x.Details, valid.MaxText, false)
}

func (x *SetHearing) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	r := e.record()
	return happened(HearingSet, Hearing{Record: r, Kind: x.Kind, On: x.On, Attends: x.Attends, Measures: x.Measures, State: "set",
		Details: e.text(s, r, "details", vault.Whereabouts, x.Details)})
}

// SettleHearing says that it was held, put off to another day, or fell away.
type SettleHearing struct {
	Hearing string `json:"hearing" doc:"Id of the hearing" maxLength:"60"`
	State   string `json:"state" doc:"held, adjourned or cancelled" enum:"held,adjourned,cancelled,"`
	On      string `json:"on,omitempty" doc:"YYYY-MM-DD, the new day of one that was put off" maxLength:"10"`
}

// hearingSettled is the payload of case.hearing_settled; Next is the hearing of
// the new day.
type hearingSettled struct {
	Hearing string   `json:"hearing"`
	State   string   `json:"state"`
	Next    *Hearing `json:"next,omitempty"`
}

// Action is hearing.record.
func (*SettleHearing) Action() policy.Action { return policy.HearingRecord }

// Check requires hearing and state, and the day of one that was put off.
func (x *SettleHearing) Check(c *valid.Check, _ *content.Content) {
	c.Text("hearing", &x.Hearing, 60, true)
	c.Term("state", x.State, func(s string) bool { return slices.Contains([]string{"held", "adjourned", "cancelled"}, s) }, true)
	if x.State == "adjourned" {
		c.Ahead("on", x.On)
	}
}

func (x *SettleHearing) decide(s *State, e *env) ([]ledger.Draft, error) {
	h := find(s.Hearings, x.Hearing)
	switch {
	case h == nil:
		return nil, problem.ErrNotFound
	case h.State != "set":
		return nil, problem.Refuse("case.step-order", "step", "hearing")
	}
	ev := hearingSettled{Hearing: h.ID, State: x.State}
	if x.State == "adjourned" {
		// Where the court sits is written anew by whoever knows it: sealed
		// words stand in the record that they were sealed for.
		ev.Next = &Hearing{Record: e.record(), Kind: h.Kind, On: x.On, Attends: h.Attends, Measures: h.Measures, State: "set"}
	}
	return happened(HearingSettled, ev)
}

var hearingFolds = map[string]folder{
	HearingSet: adds(func(s *State) *[]Hearing { return &s.Hearings }),
	HearingSettled: on(func(s *State, p hearingSettled, by By) {
		if h := find(s.Hearings, p.Hearing); h != nil {
			h.State = p.State
		}
		if p.Next != nil {
			p.Next.By = by
			s.Hearings = append(s.Hearings, *p.Next)
		}
	}),
}
