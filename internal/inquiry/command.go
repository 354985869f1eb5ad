package inquiry

import (
	"time"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Command is one thing somebody asks to be done in an inquiry. Pages and API
// fill the same structs; the JSON names are the API's.
type Command interface {
	// Action is what the door is asked for.
	Action() policy.Action
	// Check cleans the input in place and gathers what is wrong with it.
	Check(*valid.Check, *content.Content)
	// decide holds the rules: what happened, or why not. It changes nothing.
	decide(*State, *env) ([]ledger.Draft, error)
}

// env is what a decision may know besides the state.
type env struct {
	id      string // of the inquiry
	now     time.Time
	by      policy.Principal
	content *content.Content
	newID   func() string
	newRef  func() string
	seal    func(vault.Place, string) vault.Sealed
}

// sealed seals one text of a record as "inquiry" under the inquiry's own key.
func (e *env) sealed(record, field, text string) vault.Sealed {
	if text == "" {
		return ""
	}
	return e.seal(place(record, field), text)
}

func place(record, field string) vault.Place {
	return vault.Place{Record: record, Field: field, Compartment: vault.Inquiry, Schema: 1}
}

// open refuses work on a closed inquiry.
func (s *State) open() error {
	if s.Closure != nil {
		return problem.Refuse("inquiry.closed")
	}
	return nil
}

func inList(k *content.Content, list string) func(string) bool {
	return func(id string) bool { return k.Choosable(list, id) }
}

// Open opens an inquiry; who opens it leads it.
type Open struct {
	Kind  string `json:"kind" doc:"Vocabulary inquiry-kinds" maxLength:"40"`
	Title string `json:"title" doc:"A working title without a victim's name; sealed as inquiry" maxLength:"300"`
}

// Action is inquiry.create.
func (*Open) Action() policy.Action { return policy.InquiryCreate }

// Check requires kind and title.
func (o *Open) Check(c *valid.Check, k *content.Content) {
	c.Term("kind", o.Kind, inList(k, "inquiry-kinds"), true)
	c.Text("title", &o.Title, valid.MaxLine, true)
}

func (o *Open) decide(_ *State, e *env) ([]ledger.Draft, error) {
	return happened(Opened, OpenedEvent{Ref: e.newRef(), Agency: e.by.Agency, Kind: o.Kind, Duty: Lead, Title: e.sealed(e.id, "title", o.Title)})
}

// Join puts somebody on the team, or gives a new duty in it.
type Join struct {
	Staff string `json:"staff" doc:"Id of a member of staff" maxLength:"100"`
	Duty  string `json:"duty" doc:"Vocabulary inquiry-duties" maxLength:"40"`
	Until string `json:"until,omitempty" doc:"Last day, YYYY-MM-DD; empty: until taken off" maxLength:"10"`

	agency string
}

// Action is inquiry.team.
func (*Join) Action() policy.Action { return policy.InquiryTeam }

// Check requires staff and duty.
func (j *Join) Check(c *valid.Check, k *content.Content) {
	c.Text("staff", &j.Staff, 100, true)
	if j.Staff != "" && j.agency == "" {
		c.Add("staff", "common.error.unknown_term")
	}
	c.Term("duty", j.Duty, inList(k, "inquiry-duties"), true)
	if j.Until != "" {
		c.FutureDate("until", j.Until)
	}
}

func (j *Join) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	m := s.Member(j.Staff, e.now)
	if m != nil && m.Duty == j.Duty && m.Ends == j.Until {
		return nil, problem.Refuse("inquiry.on-team-already")
	}
	if m != nil && m.Duty == Lead && (j.Duty != Lead || j.Until != "") && !s.leadsBeside(j.Staff, e.now) {
		return nil, problem.Refuse("inquiry.needs-lead")
	}
	return happened(MemberJoined, MemberJoinedEvent{Staff: j.Staff, Agency: j.agency, Duty: j.Duty, Until: j.Until})
}

// Leave takes somebody off the team.
type Leave struct {
	Staff string `json:"staff" doc:"Id of a member of staff" maxLength:"100"`
}

// Action is inquiry.team.
func (*Leave) Action() policy.Action { return policy.InquiryTeam }

// Check requires the staff.
func (l *Leave) Check(c *valid.Check, _ *content.Content) { c.Text("staff", &l.Staff, 100, true) }

func (l *Leave) decide(s *State, e *env) ([]ledger.Draft, error) {
	m := s.Member(l.Staff, e.now)
	switch {
	case m == nil:
		return nil, problem.ErrNotFound
	case m.Duty == Lead && !s.leadsBeside(l.Staff, e.now):
		return nil, problem.Refuse("inquiry.needs-lead")
	}
	return happened(MemberLeft, MemberLeftEvent{Staff: l.Staff})
}

// Link says that the inquiry is about a case. Who links has a part in both.
type Link struct {
	Case string `json:"case" doc:"Id of a case that you have a part in" maxLength:"60"`
}

// Action is inquiry.link, asked of the inquiry and of the case.
func (*Link) Action() policy.Action { return policy.InquiryLink }

// Check requires the case.
func (l *Link) Check(c *valid.Check, _ *content.Content) { c.Text("case", &l.Case, 60, true) }

func (l *Link) decide(s *State, _ *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	if s.HasCase(l.Case) {
		return nil, problem.Refuse("inquiry.case-linked-already")
	}
	return happened(CaseLinked, CaseEvent{Case: l.Case})
}

// Unlink ends the link with a case.
type Unlink struct {
	Case string `json:"case" doc:"Id of a linked case" maxLength:"60"`
}

// Action is inquiry.link, asked of the inquiry.
func (*Unlink) Action() policy.Action { return policy.InquiryLink }

// Check requires the case.
func (l *Unlink) Check(c *valid.Check, _ *content.Content) { c.Text("case", &l.Case, 60, true) }

func (l *Unlink) decide(s *State, _ *env) ([]ledger.Draft, error) {
	if !s.HasCase(l.Case) {
		return nil, problem.ErrNotFound
	}
	return happened(CaseUnlinked, CaseEvent{Case: l.Case})
}

// Close ends the work.
type Close struct {
	Reason string `json:"reason" doc:"Vocabulary inquiry-endings" maxLength:"40"`
	Note   string `json:"note,omitempty" doc:"Sealed as inquiry"`
}

// Action is inquiry.close.
func (*Close) Action() policy.Action { return policy.InquiryClose }

// Check requires the reason.
func (x *Close) Check(c *valid.Check, k *content.Content) {
	c.Term("reason", x.Reason, inList(k, "inquiry-endings"), true)
	c.Text("note", &x.Note, valid.MaxText, false)
}

func (x *Close) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	id := e.newID()
	return happened(Closed, ClosedEvent{ID: id, Reason: x.Reason, Note: e.sealed(id, "note", x.Note)})
}

// Reopen returns it to work.
type Reopen struct {
	Reason string `json:"reason" doc:"Sealed as inquiry"`
}

// Action is inquiry.close.
func (*Reopen) Action() policy.Action { return policy.InquiryClose }

// Check requires the reason.
func (x *Reopen) Check(c *valid.Check, _ *content.Content) {
	c.Text("reason", &x.Reason, valid.MaxText, true)
}

func (x *Reopen) decide(s *State, e *env) ([]ledger.Draft, error) {
	if s.Closure == nil {
		return nil, problem.Refuse("inquiry.not-closed")
	}
	id := e.newID()
	return happened(Reopened, ReopenedEvent{ID: id, Reason: e.sealed(id, "reason", x.Reason)})
}
