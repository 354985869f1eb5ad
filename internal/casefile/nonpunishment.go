package casefile

import (
	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Kinds of events of the non-punishment rule.
const (
	Section14Found     = "case.section14_found"
	Section14Confirmed = "case.section14_confirmed"
	OffenderStepTaken  = "case.offender_step_taken"
)

// Section14Review asks of one act she is held to have done: was it the direct
// result of being trafficked? Then she is not criminally liable for it.
//
// Source: CTIPA s.14; OSCE 2013 recommendations on non-punishment.
type Section14Review struct {
	Record
	Act       string       `json:"act"`     // vocabulary section14-acts
	Finding   string       `json:"finding"` // vocabulary section14-findings: protected, not_connected, more_facts
	Reasons   vault.Sealed `json:"reasons"`
	Confirmed *By          `json:"confirmed,omitempty"` // by a second person
}

func (r *Section14Review) texts() []text {
	return []text{{"section14_reasons", "reasons", vault.Account, r.Reasons}}
}

// OffenderStep is one step that treats her as an offender.
type OffenderStep struct {
	Record
	Step   string       `json:"step"` // vocabulary offender-steps
	Act    string       `json:"act"`
	Review string       `json:"review,omitempty"` // the s.14 review it rests on
	Note   vault.Sealed `json:"note,omitempty"`
}

func (x *OffenderStep) texts() []text {
	return []text{{"offender_note", "note", vault.Inquiry, x.Note}}
}

// MayBeVictim tells whether the case gives any ground to hold her a victim: a
// presumption or a formal decision that stands, a screening that nobody has
// decided on yet, or, after a decision against her, what brought it into doubt.
func (s *State) MayBeVictim() bool {
	switch s.Status() {
	case "presumed", Confirmed, "cannot_tell":
		return true
	case "":
		return len(s.Screenings) > 0 || s.Stage != StageClosed
	}
	return s.doubted()
}

// HeldVictim tells whether somebody presumed her to be a victim or a panel
// confirmed it, with no presumption before.
func (s *State) HeldVictim() bool {
	return s.Presumed.Standing() == "presumed" || s.Status() == Confirmed
}

// doubted tells whether something since the decision against her asks for another
// one: a review, a panel that sits, a screening on new facts that nobody has
// decided on, word that she was trafficked again, or a presumption later than the
// panel that did not confirm her.
func (s *State) doubted() bool {
	if s.OpenReview() != nil || s.OpenPanel() != nil {
		return true
	}
	newest, again, decided := last(s.Screenings), last(s.Retraffickings), s.Presumed.By.At
	if p := s.DecidedPanel(); p != nil && p.Decided != nil {
		if made := s.Presumed.Standing(); decided.After(p.Decided.At) && made != "not_presumed" {
			return true
		}
		if p.Decided.At.After(decided) {
			decided = p.Decided.At
		}
	}
	return newest != nil && newest.By.At.After(decided) || again != nil && again.By.At.After(decided)
}

// section14Of is the newest review of an act, or nil.
func (s *State) section14Of(act string) *Section14Review {
	for i := len(s.Section14) - 1; i >= 0; i-- {
		if s.Section14[i].Act == act {
			return &s.Section14[i]
		}
	}
	return nil
}

// unreviewedStep is the first step that treats somebody who may be a victim as an
// offender for an act that no second person's review bears: it was taken before
// anybody presumed her. It waits at once; nil when there is none.
func (s *State) unreviewedStep() *OffenderStep {
	if len(s.OffenderSteps) == 0 || !s.MayBeVictim() {
		return nil
	}
	for i := range s.OffenderSteps {
		x := &s.OffenderSteps[i]
		if r := s.section14Of(x.Act); r == nil || r.Confirmed == nil || r.Finding == "more_facts" {
			return x
		}
	}
	return nil
}

func (s *State) section14Pending() bool {
	for i := range s.Section14 {
		if s.Section14[i].Confirmed == nil {
			return true
		}
	}
	return false
}

// ReviewSection14 records what was found about one act.
type ReviewSection14 struct {
	Act     string `json:"act" doc:"Vocabulary section14-acts" maxLength:"40"`
	Finding string `json:"finding" doc:"Vocabulary section14-findings" maxLength:"20"`
	Reasons string `json:"reasons" doc:"Sealed as account"`
}

// Action is section14.review.
func (*ReviewSection14) Action() policy.Action { return policy.Section14Review }

// Check requires all three.
func (r *ReviewSection14) Check(c *valid.Check, k *content.Content) {
	c.Term("act", r.Act, inList(k, "section14-acts"), true)
	c.Term("finding", r.Finding, inList(k, "section14-findings"), true)
	c.Text("reasons", &r.Reasons, valid.MaxText, true)
}

func (r *ReviewSection14) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	rec := e.record()
	return happened(Section14Found, Section14Review{Record: rec, Act: r.Act, Finding: r.Finding, Reasons: e.text(s, rec, "reasons", vault.Account, r.Reasons)})
}

// ConfirmSection14 is the second person's word: nobody confirms the own finding.
type ConfirmSection14 struct {
	Review string `json:"review" doc:"Id of the review" maxLength:"60"`
}

// section14Confirmed is the payload of case.section14_confirmed.
type section14Confirmed struct {
	Review string `json:"review"`
}

// Action is section14.confirm.
func (*ConfirmSection14) Action() policy.Action { return policy.Section14Confirm }

// Check requires the review.
func (x *ConfirmSection14) Check(c *valid.Check, _ *content.Content) {
	c.Text("review", &x.Review, 60, true)
}

func (x *ConfirmSection14) decide(s *State, e *env) ([]ledger.Draft, error) {
	r := find(s.Section14, x.Review)
	switch {
	case r == nil:
		return nil, problem.ErrNotFound
	case r.By.Staff == e.by.Staff:
		return nil, problem.Refuse("supervision.own-work")
	case r.Confirmed != nil:
		return nil, problem.Refuse("case.step-order", "step", "section14")
	}
	return happened(Section14Confirmed, section14Confirmed{x.Review})
}

// TreatAsOffender records an arrest, a charge, a removal. Against somebody who
// may be a victim, in this case or in another of hers, it takes a confirmed review
// that found the act unconnected.
type TreatAsOffender struct {
	Step string `json:"step" doc:"Vocabulary offender-steps" maxLength:"40"`
	Act  string `json:"act" doc:"Vocabulary section14-acts" maxLength:"40"`
	Note string `json:"note,omitempty" doc:"Sealed as inquiry"`

	others []*State // cases of the same person, found by the service
}

// Action is offender.step.
func (*TreatAsOffender) Action() policy.Action { return policy.OffenderStepTake }

// Check requires step and act.
func (x *TreatAsOffender) Check(c *valid.Check, k *content.Content) {
	c.Term("step", x.Step, inList(k, "offender-steps"), true)
	c.Term("act", x.Act, inList(k, "section14-acts"), true)
	c.Text("note", &x.Note, valid.MaxText, false)
}

func (x *TreatAsOffender) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	review, err := s.restsOn(x.Act, x.others)
	if err != nil {
		return nil, err
	}
	rec := e.record()
	return happened(OffenderStepTaken, OffenderStep{Record: rec, Step: x.Step, Act: x.Act, Review: review, Note: e.text(s, rec, "note", vault.Inquiry, x.Note)})
}

var nonPunishmentFolds = map[string]folder{
	Section14Found: adds(func(s *State) *[]Section14Review { return &s.Section14 }),
	Section14Confirmed: on(func(s *State, p section14Confirmed, by By) {
		if r := find(s.Section14, p.Review); r != nil {
			r.Confirmed = &by
		}
	}),
	OffenderStepTaken: adds(func(s *State) *[]OffenderStep { return &s.OffenderSteps }),
}
