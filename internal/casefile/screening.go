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

// Screen records the answers to one questionnaire: the general one or a module
// about a kind of exploitation, as often as something new is known. Both tracks
// are computed from the content's scoring and kept beside the answers; they
// decide nothing.
type Screen struct {
	Questionnaire string            `json:"questionnaire" doc:"Id with version, e.g. adult-1" maxLength:"40"`
	Answers       map[string]string `json:"answers" doc:"Indicator id -> yes, no, unknown or not_asked"`
	Note          string            `json:"note,omitempty" doc:"What else was seen or said; sealed as account"`
	Spoken
}

// Action is screening.record.
func (*Screen) Action() policy.Action { return policy.ScreeningRecord }

var answers = map[string]bool{"yes": true, "no": true, "unknown": true, "not_asked": true}

// Check requires known indicators and answers, and the language of the talk.
func (r *Screen) Check(c *valid.Check, k *content.Content) {
	r.Spoken.check(c, k)
	c.Text("note", &r.Note, valid.MaxText, false)
	q, ok := k.Questionnaire(r.Questionnaire)
	if !ok {
		c.Add("questionnaire", "common.error.choose")
		return
	}
	c.Count("answers", len(r.Answers), 400)
	asked := false
	for id, a := range r.Answers {
		if _, ok := q.Indicator(id); !ok || !answers[a] {
			c.Add("answers", "common.error.unknown_term")
			return
		}
		asked = asked || a != "not_asked"
	}
	if !asked && r.Note == "" { // an empty form would count as a screening without a sign
		c.Add("note", "web.screening.empty")
	}
}

func (r *Screen) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	q, err := r.form(s, e.content)
	if err != nil {
		return nil, err
	}
	score := e.content.Scoring().Score(q, r.Answers)
	id := e.newID()
	return happened(ScreeningDone, Screened{
		ID: id, Questionnaire: r.Questionnaire, Answers: r.Answers,
		Note:     e.sealed(s.Subject().ID, id, "note", vault.Account, r.Note),
		Language: r.Language, Interpreting: r.Interpreting,
		Interpreter: e.sealed(s.Subject().ID, id, "interpreter", vault.Care, r.Interpreter),
		Trafficking: score.Trafficking, Smuggling: score.Smuggling,
	})
}

// form is the form as this person is asked it. Asking a child about means would
// make her prove what the law does not ask of a child (CTIPA s.3).
func (r *Screen) form(s *State, k *content.Content) (*content.Questionnaire, error) {
	q, _ := k.Questionnaire(r.Questionnaire)
	fits := "screening.questionnaire-fits"
	if s.Subject().Child {
		fits = "child.means-not-asked"
	}
	asked, ok := q.For(s.Subject().Audience())
	if !ok {
		return nil, problem.Refuse(fits)
	}
	for id := range r.Answers {
		if _, ok := asked.Indicator(id); !ok {
			return nil, problem.Refuse(fits)
		}
	}
	return asked, nil
}

// Presume is a person's decision after a screening.
type Presume struct {
	Decision     string   `json:"decision" doc:"presumed, not_presumed or cannot_tell" maxLength:"20"`
	Track        string   `json:"track,omitempty" doc:"trafficking, smuggling or both" maxLength:"20"`
	Exploitation []string `json:"exploitation,omitempty" doc:"Vocabulary exploitation" maxItems:"20"`
	Reason       string   `json:"reason,omitempty" doc:"Why not presumed (vocabulary not-presumed-reasons)" maxLength:"60"`
	Note         string   `json:"note,omitempty" doc:"Reasons in words; sealed as account"`
	WayBack      string   `json:"way_back,omitempty" doc:"How she can come back, as she was told; sealed as whereabouts" maxLength:"4000"`
	ReviewOn     string   `json:"review_on,omitempty" doc:"YYYY-MM-DD, when the decision is looked at again"`
}

// Action is presumption.decide.
func (*Presume) Action() policy.Action { return policy.PresumptionDecide }

// Check requires the decision and known terms.
func (p *Presume) Check(c *valid.Check, k *content.Content) {
	c.Term("decision", p.Decision, inList(k, "decisions"), true)
	c.Term("track", p.Track, inList(k, "tracks"), p.Decision == "presumed")
	checkTerms(c, k, "exploitation", "exploitation", p.Exploitation)
	c.Term("reason", p.Reason, inList(k, "not-presumed-reasons"), false)
	c.Text("note", &p.Note, valid.MaxText, false)
	c.Text("way_back", &p.WayBack, 1000, false)
	c.FutureDate("review_on", p.ReviewOn)
}

func (p *Presume) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	if refused := s.barred(p.Action(), e.by.Agency, e.now); refused != nil {
		return nil, refused
	}
	switch p.Decision {
	case "not_presumed":
		// The benefit of the doubt: a "no" is reasoned and can be undone.
		if p.Reason == "" || p.Note == "" || p.WayBack == "" {
			return nil, problem.Refuse("screening.reason-for-not-presumed")
		}
	case "cannot_tell":
		if p.ReviewOn == "" {
			return nil, problem.Refuse("screening.review-when-unsure")
		}
	}
	id := e.newID()
	return happened(PresumptionMade, Presumed{
		ID: id, Decision: p.Decision, Track: p.Track, Exploitation: p.Exploitation, Reason: p.Reason,
		Note:     e.sealed(s.Subject().ID, id, "note", vault.Account, p.Note),
		WayBack:  e.sealed(s.Subject().ID, id, "way_back", vault.Whereabouts, p.WayBack),
		ReviewOn: p.ReviewOn, Screening: s.Screenings[len(s.Screenings)-1].ID,
	})
}

// safetyReview is when a risk assessment is looked at again, by its level.
func safetyReview(e *env, level string) time.Time {
	return e.now.Add(e.content.Clock("safety-reassess-" + level))
}
