package api

import (
	"time"

	"rufaa/internal/casefile"
)

// CaseView is a case as one person may see it: the outline, and the parts the
// duty needs. Nothing sealed is in it; a compartment is opened by itself.
type CaseView struct {
	casefile.Row
	Parts       []string     `json:"parts" doc:"The parts of the frame that the duty reads; the others are left out"`
	Channel     string       `json:"channel,omitempty"`
	PlaceKind   string       `json:"place_kind,omitempty"`
	DangerKinds []string     `json:"danger_kinds,omitempty"`
	DangerDone  *DangerDone  `json:"danger_answered,omitempty"`
	AlertBy     casefile.By  `json:"alert_by"`
	Presumption *Presumption `json:"presumption,omitempty"`
	Persons     []PersonView `json:"persons,omitempty"`
	Screenings  []Screening  `json:"screenings,omitempty"`
	Consents    []Consent    `json:"consents,omitempty"`
	Bases       []Basis      `json:"bases,omitempty"`
	Safety      []Safety     `json:"safety,omitempty"`
	Needs       []Need       `json:"needs,omitempty"`
	NeedsAt     *time.Time   `json:"needs_at,omitempty"`

	Referrals  []casefile.ReferralRef `json:"referrals,omitempty"`
	Interviews []Interview            `json:"interviews,omitempty"`
	FollowUps  []FollowUp             `json:"follow_ups,omitempty"`
	Closure    *Closure               `json:"closure,omitempty"`
	Team       []casefile.Member      `json:"team,omitempty"`
	Extra      []ExtraValue           `json:"extra,omitempty" doc:"The own agency's extra fields"`
	Offer      *Offer                 `json:"offer,omitempty" doc:"The whole case is offered to the own agency, which has not answered; its hand-over note opens with the compartment care"`
}

// Offer is a whole case that the reader's agency is asked to take over.
type Offer struct {
	By     casefile.By `json:"by"`
	Reason string      `json:"reason" doc:"Vocabulary transfer-reasons"`
	Due    time.Time   `json:"due_at"`
}

// ExtraValue is one of the own agency's extra fields.
type ExtraValue struct {
	Field  string      `json:"field"`
	Value  string      `json:"value,omitempty"`
	Sealed string      `json:"sealed_in,omitempty" doc:"The compartment it opens with"`
	By     casefile.By `json:"by"`
}

// DangerDone is what was done about an immediate danger.
type DangerDone struct {
	Action string      `json:"action"`
	By     casefile.By `json:"by"`
}

// PersonView is somebody in the case, without name or number.
type PersonView struct {
	ID       string `json:"id"`
	Role     string `json:"role"`
	Sex      string `json:"sex,omitempty"`
	AgeBand  string `json:"age_band,omitempty"`
	Minor    string `json:"minor,omitempty"`
	Child    bool   `json:"child"`
	Language string `json:"language,omitempty"`
	Relation string `json:"relation,omitempty"`
}

// Screening is one screening with its answers and computed strength.
type Screening struct {
	ID            string            `json:"id"`
	Questionnaire string            `json:"questionnaire"`
	Answers       map[string]string `json:"answers"`
	Language      string            `json:"language"`
	Interpreting  string            `json:"interpreting"`
	Trafficking   string            `json:"trafficking"`
	Smuggling     string            `json:"smuggling"`
	By            casefile.By       `json:"by"`
}

// Presumption is a person's decision after a screening.
type Presumption struct {
	Decision     string       `json:"decision"`
	Track        string       `json:"track,omitempty"`
	Exploitation []string     `json:"exploitation,omitempty"`
	Screening    string       `json:"screening,omitempty"`
	Reason       string       `json:"reason,omitempty"`
	WayBack      string       `json:"way_back,omitempty" doc:"Only of decisions from before it was sealed; until she is forgotten"`
	BackSealed   bool         `json:"way_back_sealed,omitempty" doc:"How she can come back was told; it opens with her whereabouts"`
	ReviewOn     string       `json:"review_on,omitempty"`
	Earlier      int          `json:"earlier,omitempty"`
	By           *casefile.By `json:"by,omitempty"`
	Changed      string       `json:"changed,omitempty" doc:"Id of the review that changed the decision to presumed"`
	Standing     string       `json:"standing" doc:"What holds now: the decision, or what a review made of it"`
}

// Consent is her answer for purposes, an agency and compartments.
type Consent struct {
	ID           string      `json:"id"`
	Given        bool        `json:"given"`
	Purposes     []string    `json:"purposes"`
	Agency       string      `json:"agency"`
	Compartments []string    `json:"compartments"`
	Language     string      `json:"language"`
	Interpreting string      `json:"interpreting"`
	How          string      `json:"how"`
	GivenBy      string      `json:"given_by"`
	Until        string      `json:"until,omitempty"`
	By           casefile.By `json:"by"`
	Withdrawn    *time.Time  `json:"withdrawn,omitempty"`
}

// Basis is a ground other than consent.
type Basis struct {
	ID           string      `json:"id"`
	Kind         string      `json:"kind"`
	Purpose      string      `json:"purpose"`
	Agency       string      `json:"agency"`
	Compartments []string    `json:"compartments"`
	Until        time.Time   `json:"until"`
	By           casefile.By `json:"by"`
	Ended        *time.Time  `json:"ended,omitempty"`
}

// Safety is one risk assessment.
type Safety struct {
	ID       string            `json:"id"`
	Level    string            `json:"level"`
	Domains  map[string]string `json:"domains,omitempty"`
	ReviewAt time.Time         `json:"review_at"`
	By       casefile.By       `json:"by"`
}

// Need is one need.
type Need struct {
	ID      string      `json:"id"`
	Service string      `json:"service"`
	Urgency string      `json:"urgency"`
	State   string      `json:"state"`
	By      casefile.By `json:"by"`
}

// Interview is one investigative interview.
type Interview struct {
	ID           string      `json:"id"`
	On           string      `json:"on"`
	Language     string      `json:"language"`
	Interpreting string      `json:"interpreting"`
	Consent      string      `json:"consent"`
	RepeatReason string      `json:"repeat_reason,omitempty" doc:"Only of interviews from before it was sealed; until she is forgotten"`
	RepeatSealed bool        `json:"repeat_sealed,omitempty" doc:"Why she was asked again was told; it opens with the account"`
	Recorded     bool        `json:"recorded"`
	By           casefile.By `json:"by"`
}

// FollowUp is one contact after care began.
type FollowUp struct {
	ID     string      `json:"id"`
	Kind   string      `json:"kind"`
	On     string      `json:"on"`
	Safe   string      `json:"safe"`
	NextOn string      `json:"next_on,omitempty"`
	By     casefile.By `json:"by"`
}

// Closure ended the work.
type Closure struct {
	Reason string      `json:"reason,omitempty"`
	By     casefile.By `json:"by"`
}

func each[A, B any](in []A, f func(*A) B) []B {
	out := make([]B, len(in))
	for i := range in {
		out[i] = f(&in[i])
	}
	return out
}

// viewOf takes the open facts of a frame, field by field: what is not named
// here does not leave.
func viewOf(f *casefile.Frame, agency string) *CaseView {
	s := f.State
	v := &CaseView{
		Row: f.Row, Parts: []string{}, Channel: s.Channel, PlaceKind: s.PlaceKind, DangerKinds: s.Danger.Kinds,
		AlertBy: s.AlertBy, NeedsAt: s.NeedsAt, Referrals: s.Referrals, Team: s.Team,
	}
	for _, p := range casefile.Parts {
		if f.May[p] {
			v.Parts = append(v.Parts, string(p))
		}
	}
	if a := s.Danger.Answered; a != nil {
		v.DangerDone = &DangerDone{a.Action, a.By}
	}
	if cl := s.Closure; cl != nil {
		v.Closure = &Closure{cl.Reason, cl.By}
	}
	if t := f.Offer; t != nil {
		v.Offer = &Offer{t.By, t.Reason, t.Due}
	}
	v.care(s)
	for i := range s.Extras {
		x := &s.Extras[i]
		v.Extra = append(v.Extra, ExtraValue{x.Field, x.Value, x.Compartment, x.By})
	}
	if len(v.Parts) > 0 {
		v.Persons = personsOf(s, agency)
	}
	return v
}

// personsOf leaves the reporter out for everybody but the agency that answers
// for the case.
func personsOf(s *casefile.State, agency string) []PersonView {
	var out []PersonView
	for i := range s.Persons {
		p := &s.Persons[i]
		if p.Role == casefile.RoleReporter && agency != s.Holder {
			continue
		}
		out = append(out, PersonView{p.ID, p.Role, p.Sex, p.AgeBand, p.Minor, p.Child, p.Language, p.Relation})
	}
	return out
}

func (v *CaseView) care(s *casefile.State) {
	if p := s.Presumed; p.Decision != "" {
		v.Presumption = &Presumption{
			Decision: p.Decision, Track: p.Track, Exploitation: p.Exploitation, Screening: p.Screening,
			Reason: p.Reason, WayBack: p.WayBackClear, BackSealed: !p.WayBack.IsZero(), ReviewOn: p.ReviewOn, Earlier: p.Earlier, Changed: p.Changed, Standing: p.Standing(),
		}
		if p.By.Staff != "" {
			v.Presumption.By = &p.By
		}
	}
	v.Screenings = each(s.Screenings, func(x *casefile.Screened) Screening {
		return Screening{x.ID, x.Questionnaire, x.Answers, x.Language, x.Interpreting, x.Trafficking, x.Smuggling, x.By}
	})
	v.Consents = each(s.Consents, func(x *casefile.Consent) Consent {
		return Consent{x.ID, x.Given, x.Purposes, x.Agency, x.Compartments, x.Language, x.Interpreting, x.How, x.GivenBy, x.Until, x.By, x.Withdrawn}
	})
	v.Bases = each(s.Bases, func(x *casefile.Basis) Basis {
		return Basis{x.ID, x.Kind, x.Purpose, x.Agency, x.Compartments, x.Until, x.By, x.Ended}
	})
	v.Safety = each(s.Safety, func(x *casefile.Safety) Safety {
		return Safety{x.ID, x.Level, x.Domains, x.ReviewAt, x.By}
	})
	v.Needs = each(s.Needs, func(x *casefile.Need) Need {
		return Need{x.ID, x.Service, x.Urgency, x.State, x.By}
	})
	v.Interviews = each(s.Interviews, func(x *casefile.Interview) Interview {
		return Interview{x.ID, x.On, x.Language, x.Interpreting, x.Consent, x.RepeatClear, !x.Repeat.IsZero(), x.Recorded, x.By}
	})
	v.FollowUps = each(s.FollowUps, func(x *casefile.FollowUp) FollowUp {
		return FollowUp{x.ID, x.Kind, x.On, x.Safe, x.NextOn, x.By}
	})
}
