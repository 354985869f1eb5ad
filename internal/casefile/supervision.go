package casefile

import (
	"slices"
	"time"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Kinds of events of supervision.
const (
	WorkApproved = "case.work_approved"
	FlagRaised   = "case.flag_raised"
	FlagCleared  = "case.flag_cleared"
)

// What is looked at by a second pair of eyes. It holds at once: safety cannot
// wait for a signature; the supervisor confirms it, or returns it with reasons.
const (
	ApproveSafety  = "safety"
	ApprovePlan    = "plan"
	ApproveClosure = "closure"
)

// Approval is a supervisor's word on one piece of work.
type Approval struct {
	Record
	What     string       `json:"what"`
	About    string       `json:"about"` // id of the assessment, plan or closure
	Approved bool         `json:"approved"`
	Note     vault.Sealed `json:"note,omitempty"`
}

func (a *Approval) texts() []text { return []text{{"approval_note", "note", vault.Care, a.Note}} }

// Flag is something that somebody must see to by a day.
type Flag struct {
	Record
	Owner   string       `json:"owner"` // staff
	DueOn   string       `json:"due_on"`
	Text    vault.Sealed `json:"text"`
	Cleared *By          `json:"cleared,omitempty"`
}

func (f *Flag) texts() []text { return []text{{"flag", "text", vault.Care, f.Text}} }

// Awaiting is one piece of work that no second pair of eyes has seen.
type Awaiting struct {
	What  string `json:"what"`
	About string `json:"about"`
	By    By     `json:"by"`

	also []string // staff of whom it holds work besides
}

// Own tells whether it holds work of somebody, who then is no second pair of
// eyes, in whichever duty.
func (a *Awaiting) Own(staff string) bool {
	return a.By.Staff == staff || slices.Contains(a.also, staff)
}

// Awaits lists the work that waits for a supervisor: the newest risk
// assessment, the newest care plan, the closure.
func (s *State) Awaits() []Awaiting {
	var out []Awaiting
	add := func(what, id string, by By) {
		for i := range s.Approvals {
			if a := &s.Approvals[i]; a.What == what && a.About == id {
				return
			}
		}
		out = append(out, Awaiting{What: what, About: id, By: by})
	}
	if a := s.LastSafety(); a != nil {
		add(ApproveSafety, a.ID, a.By)
	}
	if p := last(s.CarePlans); p != nil {
		add(ApprovePlan, p.ID, p.By)
		if n := len(out); n > 0 && out[n-1].What == ApprovePlan {
			out[n-1].also = s.unapprovedPlanners()
		}
	}
	// A closure that a list told was made and seen to before Rufaa.
	if s.Closure != nil && (s.Origin == nil || s.Origin.Closure != s.Closure.ID) {
		add(ApproveClosure, s.Closure.ID, s.Closure.By)
	}
	return out
}

// unapprovedPlanners are those who made the plan or added to it since it was
// approved last: adding to a plan keeps its goals.
func (s *State) unapprovedPlanners() []string {
	approved := func(id string) bool {
		return slices.ContainsFunc(s.Approvals, func(a Approval) bool { return a.What == ApprovePlan && a.About == id && a.Approved })
	}
	var out []string
	for i := len(s.CarePlans) - 1; i >= 0 && !approved(s.CarePlans[i].ID); i-- {
		out = append(out, s.CarePlans[i].By.Staff)
	}
	return out
}

// overseers are those who gave a word on work of the open case, or raised a
// flag in it. A case manager who raised one is among them too: what they see by
// it is for the policy to say.
func (s *State) overseers() []string {
	if s.Closure != nil {
		return nil
	}
	var out []string
	for i := range s.Approvals {
		out = append(out, s.Approvals[i].By.Staff)
	}
	for i := range s.Flags {
		out = append(out, s.Flags[i].By.Staff)
	}
	return out
}

// Approve is a supervisor's word: agreed, or returned with reasons. A closure
// that is returned opens the case again.
type Approve struct {
	What     string `json:"what" doc:"safety, plan or closure" enum:"safety,plan,closure,"`
	Approved bool   `json:"approved"`
	Note     string `json:"note,omitempty" doc:"Needed when it is returned; sealed as care"`
}

// Action is work.approve.
func (*Approve) Action() policy.Action { return policy.WorkApprove }

// Check requires what, and a reason for returning it.
func (a *Approve) Check(c *valid.Check, _ *content.Content) {
	c.Term("what", a.What, func(s string) bool { return s == ApproveSafety || s == ApprovePlan || s == ApproveClosure }, true)
	c.Text("note", &a.Note, valid.MaxText, !a.Approved)
}

func (a *Approve) decide(s *State, e *env) ([]ledger.Draft, error) {
	for _, w := range s.Awaits() {
		if w.What != a.What {
			continue
		}
		if w.Own(e.by.Staff) {
			return nil, problem.Refuse("supervision.own-work")
		}
		r := e.record()
		return happened(WorkApproved, Approval{Record: r, What: w.What, About: w.About, Approved: a.Approved, Note: e.text(s, r, "note", vault.Care, a.Note)})
	}
	return nil, problem.Refuse("supervision.nothing-waits")
}

// RaiseFlag asks somebody of the team to see to something by a day.
type RaiseFlag struct {
	Owner string `json:"owner" doc:"Somebody of the team" maxLength:"60"`
	DueOn string `json:"due_on" doc:"YYYY-MM-DD" maxLength:"10"`
	Text  string `json:"text" doc:"Sealed as care"`
}

// Action is flag.raise.
func (*RaiseFlag) Action() policy.Action { return policy.FlagRaise }

// Check requires all three.
func (f *RaiseFlag) Check(c *valid.Check, _ *content.Content) {
	c.Text("owner", &f.Owner, 60, true)
	c.Ahead("due_on", f.DueOn)
	c.Text("text", &f.Text, valid.MaxText, true)
}

func (f *RaiseFlag) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	if s.Member(f.Owner) == nil {
		return nil, problem.Refuse("task.on-the-team")
	}
	r := e.record()
	return happened(FlagRaised, Flag{Record: r, Owner: f.Owner, DueOn: f.DueOn, Text: e.text(s, r, "text", vault.Care, f.Text)})
}

// ClearFlag says that it was seen to.
type ClearFlag struct {
	Flag string `json:"flag" doc:"Id of the flag" maxLength:"60"`
}

// flagCleared is the payload of case.flag_cleared.
type flagCleared struct {
	Flag string `json:"flag"`
}

// Action is flag.raise.
func (*ClearFlag) Action() policy.Action { return policy.FlagRaise }

// Check requires the flag.
func (x *ClearFlag) Check(c *valid.Check, _ *content.Content) { c.Text("flag", &x.Flag, 60, true) }

func (x *ClearFlag) decide(s *State, _ *env) ([]ledger.Draft, error) {
	f := find(s.Flags, x.Flag)
	switch {
	case f == nil:
		return nil, problem.ErrNotFound
	case f.Cleared != nil:
		return nil, problem.Refuse("case.step-order", "step", "flag")
	}
	return happened(FlagCleared, flagCleared{x.Flag})
}

// jointDue are the clocks of joint work: the earliest of each kind.
func (s *State) jointDue(put func(time.Time, string)) {
	if by := s.unassessed(); by != nil {
		put(*by, "incident")
	}
	if s.PlaceUntil != "" {
		if at, ok := endOfDay(s.PlaceUntil); ok {
			put(at, "place")
		}
	}
	if t := s.OpenTransfer(); t != nil {
		put(t.Due, "transfer")
	}
	if p := last(s.CarePlans); p != nil {
		if at, ok := endOfDay(p.ReviewOn); ok {
			put(at, "plan")
		}
	}
	if p := s.OpenPanel(); p != nil {
		put(*p.Due, "panel")
	}
	s.reviewDue(put)
	if x := s.unreviewedStep(); x != nil {
		put(x.By.At, "section14")
	}
	if c := s.OpenConference(); c != nil {
		if at, ok := endOfDay(c.On); ok {
			put(at, "conference")
		}
	}
	for i := range s.Tasks {
		if t := &s.Tasks[i]; t.State == "open" {
			if at, ok := t.due(); ok {
				put(at, "task")
			}
		}
	}
	for i := range s.Flags {
		if f := &s.Flags[i]; f.Cleared == nil {
			if at, ok := endOfDay(f.DueOn); ok {
				put(at, "flag")
			}
		}
	}
	if a := last(s.CareArrangements); a != nil {
		if at, ok := endOfDay(a.ReviewOn); ok {
			put(at, "child_care")
		}
	}
	if at, ok := s.NextContact(); ok {
		put(at, "contact")
	}
}

var supervisionFolds = map[string]folder{
	WorkApproved: on(func(s *State, p Approval, by By) {
		p.By = by
		s.Approvals = append(s.Approvals, p)
		if p.What == ApproveClosure && !p.Approved {
			s.Closure = nil
		}
	}),
	FlagRaised: adds(func(s *State) *[]Flag { return &s.Flags }),
	FlagCleared: on(func(s *State, p flagCleared, by By) {
		if f := find(s.Flags, p.Flag); f != nil {
			f.Cleared = &by
		}
	}),
}
