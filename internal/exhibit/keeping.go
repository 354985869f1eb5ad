package exhibit

import (
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
)

// Move brings it to another place; the keeper stays.
type Move struct {
	Reason string `json:"reason" doc:"Vocabulary custody-reasons" maxLength:"40"`
	Note   string `json:"note,omitempty" doc:"Sealed"`
	Travel int    `json:"travel,omitempty" doc:"Least minutes that the way takes"`
	Look
}

// Action is exhibit.keep.
func (*Move) Action() policy.Action { return policy.ExhibitKeep }

func (m *Move) check(c *valid.Check, e *env) {
	m.Look.check(c, e)
	c.Text("note", &m.Note, valid.MaxText, false)
	c.Term("reason", m.Reason, e.in("custody-reasons"), true)
	c.Between("travel", m.Travel, 0, 10_000)
}

func (m *Move) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.mine(e); err != nil {
		return nil, err
	}
	id := e.newID()
	return happened(Moved, MovedEvent{ID: id, Reason: m.Reason, Note: e.seal(id, "note", m.Note), Travel: m.Travel, Seen: m.seen(e, id, "")})
}

// OpenSeal says that the seal was opened, and why.
type OpenSeal struct {
	Reason string `json:"reason" doc:"Vocabulary seal-reasons" maxLength:"40"`
	Note   string `json:"note" doc:"What it was opened for, and before whom; sealed"`
	Look
}

// Action is exhibit.keep.
func (*OpenSeal) Action() policy.Action { return policy.ExhibitKeep }

func (o *OpenSeal) check(c *valid.Check, e *env) {
	o.Look.check(c, e)
	c.Term("reason", o.Reason, e.in("seal-reasons"), true)
	c.Text("note", &o.Note, valid.MaxText, true)
}

func (o *OpenSeal) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.mine(e); err != nil {
		return nil, err
	}
	if s.Seal == "" {
		return nil, problem.Refuse("custody.no-seal")
	}
	id := e.newID()
	return happened(SealOpened, SealEvent{ID: id, Reason: o.Reason, Note: e.seal(id, "note", o.Note), Seen: o.seen(e, id, "")})
}

// Reseal puts a new seal on.
type Reseal struct {
	NewSeal string `json:"new_seal" doc:"Number of the new seal" maxLength:"40"`
	Reason  string `json:"reason" doc:"Vocabulary seal-reasons" maxLength:"40"`
	Note    string `json:"note,omitempty" doc:"Sealed"`
	Look
}

// Action is exhibit.keep.
func (*Reseal) Action() policy.Action { return policy.ExhibitKeep }

func (r *Reseal) check(c *valid.Check, e *env) {
	r.Look.check(c, e)
	sealNumber(c, "new_seal", &r.NewSeal, true)
	c.Term("reason", r.Reason, e.in("seal-reasons"), true)
	c.Text("note", &r.Note, valid.MaxText, false)
}

func (r *Reseal) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.mine(e); err != nil {
		return nil, err
	}
	if s.Seal != "" {
		return nil, problem.Refuse("custody.open-first")
	}
	id := e.newID()
	return happened(Resealed, SealEvent{ID: id, Reason: r.Reason, Note: e.seal(id, "note", r.Note), NewSeal: r.NewSeal, Seen: r.seen(e, id, "")})
}

// Return gives it back to whom it belongs, against a receipt. It ends the chain.
type Return struct {
	To   string `json:"to" doc:"Vocabulary return-to" maxLength:"40"`
	Name string `json:"name" doc:"Who received it; sealed" maxLength:"1000"`
	Note string `json:"note,omitempty" doc:"Sealed"`
	Signed
	Look
}

// Action is exhibit.end.
func (*Return) Action() policy.Action { return policy.ExhibitEnd }

func (r *Return) check(c *valid.Check, e *env) {
	r.Signed.check(c, e)
	r.Look.check(c, e)
	c.Term("to", r.To, e.in("return-to"), true)
	c.Text("name", &r.Name, 1000, true)
	c.Text("note", &r.Note, valid.MaxText, false)
}

func (r *Return) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.mine(e); err != nil {
		return nil, err
	}
	if s.Plain.Kind == KindCSAM {
		return nil, problem.Refuse("exhibit.csam-never-returned")
	}
	id := e.newID()
	return happened(Returned, ReturnedEvent{ID: id, To: r.To, Name: e.seal(id, "name", r.Name), Receipt: r.paper(), Note: e.seal(id, "note", r.Note), Seen: r.seen(e, id, "")})
}

// Destroy says that it was destroyed, by order of a court and before two
// witnesses. It ends the chain.
type Destroy struct {
	Order     string   `json:"order" doc:"Reference of the court's order" maxLength:"100"`
	OrderedOn string   `json:"ordered_on" doc:"Day of the order, YYYY-MM-DD" maxLength:"10"`
	Method    string   `json:"method" doc:"Vocabulary destruction-methods" maxLength:"40"`
	Witnesses []string `json:"witnesses" doc:"Names of two witnesses; sealed" maxItems:"6"`
	Note      string   `json:"note,omitempty" doc:"Sealed"`
	Look
}

// Action is exhibit.end.
func (*Destroy) Action() policy.Action { return policy.ExhibitEnd }

func (d *Destroy) check(c *valid.Check, e *env) {
	d.Look.check(c, e)
	c.Text("order", &d.Order, 100, true)
	c.Day("ordered_on", d.OrderedOn)
	c.Term("method", d.Method, e.in("destruction-methods"), true)
	c.Text("note", &d.Note, valid.MaxText, false)
	for i := range d.Witnesses {
		c.Text("witnesses", &d.Witnesses[i], valid.MaxName, false)
	}
}

func (d *Destroy) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.mine(e); err != nil {
		return nil, err
	}
	if names := distinct(d.Witnesses); len(names) < 2 || names[0] == "" {
		return nil, problem.Refuse("exhibit.destroyed-before-two")
	}
	id := e.newID()
	ev := DestroyedEvent{ID: id, Order: d.Order, OrderedOn: d.OrderedOn, Method: d.Method, Note: e.seal(id, "note", d.Note), Seen: d.seen(e, id, "")}
	for i, w := range d.Witnesses {
		ev.Witnesses = append(ev.Witnesses, e.seal(id, witnessField(i), w))
	}
	return happened(Destroyed, ev)
}

func witnessField(i int) string { return "witness_" + string(rune('1'+i)) }

// Ask asks a laboratory something.
type Ask struct {
	Laboratory string   `json:"laboratory" doc:"Place of the register" maxLength:"60"`
	Asks       []string `json:"asks" doc:"Vocabulary laboratory-asks" maxItems:"20"`
	Urgency    string   `json:"urgency" doc:"Vocabulary urgencies" maxLength:"40"`
	Question   string   `json:"question,omitempty" doc:"In words; sealed"`
}

// Action is exhibit.laboratory.
func (*Ask) Action() policy.Action { return policy.ExhibitLaboratory }

func (a *Ask) check(c *valid.Check, e *env) {
	c.Term("laboratory", a.Laboratory, func(id string) bool { p, ok := e.places.Place(id); return ok && p.Kind == Laboratory }, true)
	if len(a.Asks) == 0 {
		c.Add("asks", "common.error.choose")
	}
	for _, x := range a.Asks {
		c.Term("asks", x, e.in("laboratory-asks"), true)
	}
	c.Term("urgency", a.Urgency, e.in("urgencies"), true)
	c.Text("question", &a.Question, valid.MaxText, false)
}

func (a *Ask) decide(s *State, e *env) ([]ledger.Draft, error) {
	if s.Ended() {
		return nil, problem.Refuse("exhibit.ended")
	}
	id := e.newID()
	return happened(LabRequested, LabRequestedEvent{ID: id, Laboratory: a.Laboratory, Asks: a.Asks, Urgency: a.Urgency, Question: e.seal(id, "question", a.Question)})
}

// Reply is what the laboratory said. Of material of child sexual abuse a
// result holds words only, never a file.
type Reply struct {
	Request   string   `json:"request" doc:"Id of the request" maxLength:"60"`
	Reference string   `json:"reference" doc:"The laboratory's own reference" maxLength:"100"`
	Summary   string   `json:"summary" doc:"What it found; sealed"`
	Files     []string `json:"files,omitempty" doc:"Ids of evidence files with the report" maxItems:"20"`
}

// Action is exhibit.laboratory.
func (*Reply) Action() policy.Action { return policy.ExhibitLaboratory }

func (r *Reply) check(c *valid.Check, e *env) {
	e.files(c, "files", r.Files...)
	c.Text("request", &r.Request, 60, true)
	c.Text("reference", &r.Reference, 100, true)
	c.Text("summary", &r.Summary, valid.MaxText, true)
	c.Count("files", len(r.Files), 20)
}

func (r *Reply) decide(s *State, e *env) ([]ledger.Draft, error) {
	var q *Request
	for i := range s.Requests {
		if s.Requests[i].ID == r.Request {
			q = &s.Requests[i]
		}
	}
	switch {
	case q == nil:
		return nil, problem.Refuse("exhibit.nothing-asked")
	case q.Answer != nil:
		return nil, problem.Refuse("exhibit.laboratory-answered")
	case s.Plain.Kind == KindCSAM && len(r.Files) > 0:
		return nil, problem.Refuse("exhibit.csam-nothing-shown")
	}
	return happened(LabAnswered, LabAnsweredEvent{ID: r.Request, Reference: r.Reference, Summary: e.seal(r.Request, "summary", r.Summary), Files: r.Files})
}
