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

// Kinds of events of talking about the case.
const (
	ConferenceCalled    = "case.conference_called"
	ConferenceHeld      = "case.conference_held"
	ConferenceCalledOff = "case.conference_called_off"
	MessageWritten      = "case.message_written"
)

// Conference is one case conference: the team talks about one person, decides
// and goes away with tasks. Minutes are sealed by compartment, so that the
// inquiry's part is not read with the care's.
type Conference struct {
	Record
	On      string       `json:"on"`
	How     string       `json:"how"`               // vocabulary conference-how
	Present []string     `json:"present,omitempty"` // staff
	Held    *By          `json:"held,omitempty"`
	Off     *By          `json:"off,omitempty" doc:"Who called it off; it was not held"`
	Care    vault.Sealed `json:"care,omitempty"`
	Inquiry vault.Sealed `json:"inquiry,omitempty"`
}

func (x *Conference) texts() []text {
	return []text{{"minutes", "care", vault.Care, x.Care}, {"minutes", "inquiry", vault.Inquiry, x.Inquiry}}
}

// Point is one point of an agenda: a kind with how many there are.
type Point struct {
	Kind  string `json:"kind"` // text key web.agenda.<kind>
	Count int    `json:"count"`
}

// Agenda is what is open in the case, the most urgent first. It is computed
// when it is asked for, so that it is never out of date.
func (s *State) Agenda(now time.Time) []Point {
	var out []Point
	add := func(kind string, n int) {
		if n > 0 {
			out = append(out, Point{kind, n})
		}
	}
	count := func(yes bool) int {
		if yes {
			return 1
		}
		return 0
	}
	add("danger", count(s.Danger.Immediate && s.Danger.Answered == nil))
	add("detained", count(s.Detained))
	add("incident", count(s.unassessed() != nil))
	add("safety", count(s.LastSafety() == nil || s.LastSafety().ReviewAt.Before(now)))
	add("needs", s.openNeeds())
	add("unanswered", s.unansweredReferrals())
	add("tasks", s.openTasks())
	add("goals", s.openGoals())
	add("section14", count(s.section14Pending()))
	add("review", count(s.OpenReview() != nil))
	add("transfer", count(s.OpenTransfer() != nil))
	add("guardian", count(s.Subject().Child && s.Guardian() == nil))
	add("flags", s.openFlags())
	add("corrections", s.openCorrections())
	add("solution", count(len(s.Solutions) == 0))
	return out
}

func tally[T any](list []T, is func(*T) bool) int {
	n := 0
	for i := range list {
		if is(&list[i]) {
			n++
		}
	}
	return n
}

func (s *State) openNeeds() int {
	return tally(s.Needs, func(n *Need) bool { return n.State == "open" })
}
func (s *State) openTasks() int {
	return tally(s.Tasks, func(t *Task) bool { return t.State == "open" })
}
func (s *State) openGoals() int {
	return tally(s.Goals, func(g *Goal) bool { return g.State == "open" })
}
func (s *State) openFlags() int {
	return tally(s.Flags, func(f *Flag) bool { return f.Cleared == nil })
}
func (s *State) unansweredReferrals() int {
	return tally(s.Referrals, func(r *ReferralRef) bool { return r.State == "sent" })
}
func (s *State) openCorrections() int {
	return tally(s.Corrections, func(c *Correction) bool { return c.Answered == nil })
}

// CallConference calls the team to a case conference.
type CallConference struct {
	On  string `json:"on" doc:"YYYY-MM-DD" maxLength:"10"`
	How string `json:"how" doc:"Vocabulary conference-how" maxLength:"40"`
}

// Action is conference.hold.
func (*CallConference) Action() policy.Action { return policy.ConferenceHold }

// Check requires both.
func (x *CallConference) Check(c *valid.Check, k *content.Content) {
	c.Ahead("on", x.On)
	c.Term("how", x.How, inList(k, "conference-how"), true)
}

func (x *CallConference) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	if s.OpenConference() != nil {
		return nil, problem.Refuse("case.step-order", "step", "conference")
	}
	return happened(ConferenceCalled, Conference{Record: e.record(), On: x.On, How: x.How})
}

// OpenConference is the one that was called and neither held nor called off, or nil.
func (s *State) OpenConference() *Conference {
	if c := last(s.Conferences); c != nil && c.Held == nil && c.Off == nil {
		return c
	}
	return nil
}

// HoldConference records who was there and what was decided. Decisions become
// tasks at once.
type HoldConference struct {
	Present   []string   `json:"present" doc:"Staff of the team who took part" maxItems:"40"`
	Care      string     `json:"care,omitempty" doc:"Minutes; sealed as care"`
	Inquiry   string     `json:"inquiry,omitempty" doc:"What concerns the inquiry; sealed as inquiry"`
	Decisions []TaskFact `json:"decisions,omitempty" maxItems:"20"`
}

// conferenceHeld is the payload of case.conference_held.
type conferenceHeld struct {
	Conference string       `json:"conference"`
	Present    []string     `json:"present"`
	Care       vault.Sealed `json:"care,omitempty"`
	Inquiry    vault.Sealed `json:"inquiry,omitempty"`
}

// Action is conference.hold.
func (*HoldConference) Action() policy.Action { return policy.ConferenceHold }

// Check requires that somebody was there.
func (x *HoldConference) Check(c *valid.Check, k *content.Content) {
	c.Count("present", len(x.Present), 40)
	if len(x.Present) == 0 {
		c.Add("present", "common.error.choose")
	}
	c.Text("care", &x.Care, valid.MaxText, false)
	c.Text("inquiry", &x.Inquiry, valid.MaxText, false)
	c.Count("decisions", len(x.Decisions), 20)
	for i := range x.Decisions {
		x.Decisions[i].check(c, k, valid.Index("decisions", i, ""))
	}
}

func (x *HoldConference) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	conf := s.OpenConference()
	if conf == nil {
		return nil, problem.Refuse("conference.call-first")
	}
	if slices.ContainsFunc(x.Present, func(id string) bool { return s.Member(id) == nil }) {
		return nil, problem.Refuse("task.on-the-team")
	}
	drafts := []ledger.Draft{draft(ConferenceHeld, conferenceHeld{Conference: conf.ID, Present: x.Present,
		Care:    e.text(s, conf.Record, "care", vault.Care, x.Care),
		Inquiry: e.text(s, conf.Record, "inquiry", vault.Inquiry, x.Inquiry)})}
	for i := range x.Decisions {
		t, err := x.Decisions[i].task(s, e, conf.ID)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, draft(TaskAdded, t))
	}
	return drafts, nil
}

// CallOffConference says that the conference does not meet. The team is told;
// another can be called at once.
type CallOffConference struct {
	Conference string `json:"conference" doc:"Id of the conference" maxLength:"60"`
}

// conferenceCalledOff is the payload of case.conference_called_off.
type conferenceCalledOff struct {
	Conference string `json:"conference"`
}

// Action is conference.hold.
func (*CallOffConference) Action() policy.Action { return policy.ConferenceHold }

// Check requires the conference.
func (x *CallOffConference) Check(c *valid.Check, _ *content.Content) {
	c.Text("conference", &x.Conference, 60, true)
}

func (x *CallOffConference) decide(s *State, _ *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	switch open := s.OpenConference(); {
	case find(s.Conferences, x.Conference) == nil:
		return nil, problem.ErrNotFound
	case open == nil || open.ID != x.Conference:
		return nil, problem.Refuse("case.step-order", "step", "conference")
	}
	return happened(ConferenceCalledOff, conferenceCalledOff{x.Conference})
}

// Message is what one of the team tells the others about the case. Who may
// open its compartment reads it.
type Message struct {
	Record
	Compartment string       `json:"compartment"`
	Text        vault.Sealed `json:"text"`
}

func (m *Message) texts() []text {
	return []text{{"message", "text", vault.Compartment(m.Compartment), m.Text}}
}

// Say writes a message or note into the case, sealed in one compartment.
type Say struct {
	Compartment string `json:"compartment" doc:"What it is about (vocabulary compartments)" maxLength:"20"`
	Text        string `json:"text" doc:"Sealed in that compartment"`
}

// Action is message.write.
func (*Say) Action() policy.Action { return policy.MessageWrite }

// Check requires both. Nothing is written about witness protection.
func (m *Say) Check(c *valid.Check, k *content.Content) {
	c.Term("compartment", m.Compartment, func(id string) bool { return id != string(vault.Witness) && inList(k, "compartments")(id) }, true)
	c.Text("text", &m.Text, valid.MaxText, true)
}

func (m *Say) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	r := e.record()
	return happened(MessageWritten, Message{Record: r, Compartment: m.Compartment,
		Text: e.text(s, r, "text", vault.Compartment(m.Compartment), m.Text)})
}

var conferenceFolds = map[string]folder{
	ConferenceCalled: adds(func(s *State) *[]Conference { return &s.Conferences }),
	ConferenceHeld: on(func(s *State, p conferenceHeld, by By) {
		if c := find(s.Conferences, p.Conference); c != nil {
			c.Present, c.Held, c.Care, c.Inquiry = p.Present, &by, p.Care, p.Inquiry
			if day := by.At.Add(nairobi).Format(time.DateOnly); day < c.On { // brought forward: it was not held on a day to come
				c.On = day
			}
		}
	}),
	ConferenceCalledOff: on(func(s *State, p conferenceCalledOff, by By) {
		if c := find(s.Conferences, p.Conference); c != nil {
			c.Off = &by
		}
	}),
	MessageWritten: adds(func(s *State) *[]Message { return &s.Messages }),
}
