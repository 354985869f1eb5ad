package casefile

import (
	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Kinds of events of the person's rights.
const (
	CorrectionAsked    = "case.correction_asked"
	CorrectionAnswered = "case.correction_answered"
	ComplaintMade      = "case.complaint_made"
	ComplaintAnswered  = "case.complaint_answered"
	CopyGiven          = "case.copy_given"
)

// Correction is her request to have something put right. What stood there
// before stays in the history. Source: Data Protection Act 2019 s.26, s.40.
type Correction struct {
	Record
	Compartment string       `json:"compartment"`
	Text        vault.Sealed `json:"text"`
	Accepted    bool         `json:"accepted,omitempty"`
	Answer      vault.Sealed `json:"answer,omitempty"`
	Answered    *By          `json:"answered,omitempty"`
}

func (x *Correction) texts() []text {
	in := vault.Compartment(x.Compartment)
	return []text{{"correction", "text", in, x.Text}, {"correction_answer", "answer", in, x.Answer}}
}

// Complaint is what she has to say about how she was treated. Who it is about
// does not answer it.
type Complaint struct {
	Record
	About    string       `json:"about"`  // vocabulary complaint-about
	Agency   string       `json:"agency"` // the agency it is about
	Text     vault.Sealed `json:"text"`
	Answer   vault.Sealed `json:"answer,omitempty"`
	Answered *By          `json:"answered,omitempty"`
}

func (x *Complaint) texts() []text {
	return []text{{"complaint", "text", vault.Account, x.Text}, {"complaint_answer", "answer", vault.Account, x.Answer}}
}

// AskCorrection records what she wants put right.
type AskCorrection struct {
	Compartment string `json:"compartment" doc:"Where it stands (vocabulary compartments)" maxLength:"20"`
	Text        string `json:"text" doc:"What is wrong and how it should be; sealed there"`
}

// Action is rights.ask.
func (*AskCorrection) Action() policy.Action { return policy.RightsAsk }

// Check requires both.
func (a *AskCorrection) Check(c *valid.Check, k *content.Content) {
	c.Term("compartment", a.Compartment, func(id string) bool { return id != string(vault.Witness) && inList(k, "compartments")(id) }, true)
	c.Text("text", &a.Text, valid.MaxText, true)
}

func (a *AskCorrection) decide(s *State, e *env) ([]ledger.Draft, error) {
	r := e.record()
	return happened(CorrectionAsked, Correction{Record: r, Compartment: a.Compartment, Text: e.text(s, r, "text", vault.Compartment(a.Compartment), a.Text)})
}

// AnswerCorrection says what came of it; a no is reasoned and kept beside her
// words.
type AnswerCorrection struct {
	Correction string `json:"correction" doc:"Id of the request" maxLength:"60"`
	Accepted   bool   `json:"accepted"`
	Answer     string `json:"answer" doc:"What was changed, or why not; sealed with the request"`
}

// rightsAnswered is the payload of an answer to a correction or complaint.
type rightsAnswered struct {
	About    string       `json:"about"`
	Accepted bool         `json:"accepted,omitempty"`
	Answer   vault.Sealed `json:"answer"`
}

// Action is rights.answer.
func (*AnswerCorrection) Action() policy.Action { return policy.RightsAnswer }

// Check requires request and words.
func (a *AnswerCorrection) Check(c *valid.Check, _ *content.Content) {
	c.Text("correction", &a.Correction, 60, true)
	c.Text("answer", &a.Answer, valid.MaxText, true)
}

func (a *AnswerCorrection) decide(s *State, e *env) ([]ledger.Draft, error) {
	x := find(s.Corrections, a.Correction)
	switch {
	case x == nil:
		return nil, problem.ErrNotFound
	case x.Answered != nil:
		return nil, problem.Refuse("case.step-order", "step", "correction")
	}
	return happened(CorrectionAnswered, rightsAnswered{About: x.ID, Accepted: a.Accepted,
		Answer: e.text(s, x.Record, "answer", vault.Compartment(x.Compartment), a.Answer)})
}

// Complain records a complaint.
type Complain struct {
	About  string `json:"about" doc:"Vocabulary complaint-about" maxLength:"40"`
	Agency string `json:"agency" doc:"Agency it is about" maxLength:"60"`
	Text   string `json:"text" doc:"In her words; sealed as account"`
}

func (x *Complain) agency() (field, id string) { return "agency", x.Agency }

// Action is rights.ask.
func (*Complain) Action() policy.Action { return policy.RightsAsk }

// Check requires all three.
func (x *Complain) Check(c *valid.Check, k *content.Content) {
	c.Term("about", x.About, inList(k, "complaint-about"), true)
	c.Text("agency", &x.Agency, 60, true)
	c.Text("text", &x.Text, valid.MaxText, true)
}

func (x *Complain) decide(s *State, e *env) ([]ledger.Draft, error) {
	r := e.record()
	return happened(ComplaintMade, Complaint{Record: r, About: x.About, Agency: x.Agency, Text: e.text(s, r, "text", vault.Account, x.Text)})
}

// AnswerComplaint answers a complaint.
type AnswerComplaint struct {
	Complaint string `json:"complaint" doc:"Id of the complaint" maxLength:"60"`
	Answer    string `json:"answer" doc:"Sealed as account"`
}

// Action is complaint.answer.
func (*AnswerComplaint) Action() policy.Action { return policy.ComplaintAnswer }

// Check requires both.
func (a *AnswerComplaint) Check(c *valid.Check, _ *content.Content) {
	c.Text("complaint", &a.Complaint, 60, true)
	c.Text("answer", &a.Answer, valid.MaxText, true)
}

func (a *AnswerComplaint) decide(s *State, e *env) ([]ledger.Draft, error) {
	x := find(s.Complaints, a.Complaint)
	switch {
	case x == nil:
		return nil, problem.ErrNotFound
	case x.Answered != nil:
		return nil, problem.Refuse("case.step-order", "step", "complaint")
	case x.Agency == e.by.Agency || s.Member(e.by.Staff) != nil:
		return nil, problem.Refuse("complaint.independent")
	}
	return happened(ComplaintAnswered, rightsAnswered{About: x.ID, Answer: e.text(s, x.Record, "answer", vault.Account, a.Answer)})
}

// complainedOf gives the newest complaint that an agency may have to answer:
// none about itself.
func (s *State) complainedOf(agency string) *Complaint {
	for i := len(s.Complaints) - 1; i >= 0; i-- {
		if s.Complaints[i].Agency != agency {
			return &s.Complaints[i]
		}
	}
	return nil
}

// complains tells whether a record is a complaint that this agency may answer.
func (s *State) complains(record, agency string) bool {
	x := find(s.Complaints, record)
	return x != nil && x.Agency != agency
}

// GiveCopy records that she was given a copy of what is kept about her.
type GiveCopy struct{}

// Action is rights.answer.
func (*GiveCopy) Action() policy.Action { return policy.RightsAnswer }

// Check has nothing to check.
func (*GiveCopy) Check(*valid.Check, *content.Content) {}

func (*GiveCopy) decide(*State, *env) ([]ledger.Draft, error) { return happened(CopyGiven, struct{}{}) }

var rightsFolds = map[string]folder{
	CorrectionAsked: adds(func(s *State) *[]Correction { return &s.Corrections }),
	CorrectionAnswered: on(func(s *State, p rightsAnswered, by By) {
		if x := find(s.Corrections, p.About); x != nil {
			x.Accepted, x.Answer, x.Answered = p.Accepted, p.Answer, &by
		}
	}),
	ComplaintMade: adds(func(s *State) *[]Complaint { return &s.Complaints }),
	ComplaintAnswered: on(func(s *State, p rightsAnswered, by By) {
		if x := find(s.Complaints, p.About); x != nil {
			x.Answer, x.Answered = p.Answer, &by
		}
	}),
	CopyGiven: on(func(s *State, _ struct{}, by By) { s.Copies = append(s.Copies, by) }),
}
