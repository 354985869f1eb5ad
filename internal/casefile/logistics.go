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

// Kinds of events about interpreters, travel, escorts and papers.
const (
	Booked         = "case.booked"
	BookingSettled = "case.booking_settled"
	PaperNoted     = "case.paper_noted"
)

// Booking is an interpreter, a journey, an escort that was ordered for her.
type Booking struct {
	Record
	Kind     string       `json:"kind"` // vocabulary booking-kinds
	On       string       `json:"on"`
	Language string       `json:"language,omitempty"`
	Sex      string       `json:"sex,omitempty"`     // of the interpreter or escort, if she wishes
	Escorts  int          `json:"escorts,omitempty"` // people who go with her
	Cost     int          `json:"cost,omitempty"`    // Kenya shillings, whole
	State    string       `json:"state"`             // booked, done, cancelled
	Details  vault.Sealed `json:"details,omitempty"`
}

func (b *Booking) texts() []text { return []text{{"booking", "details", vault.Whereabouts, b.Details}} }

// costKind is the head of CTIPA s.13 under which a booking is asked back.
func (b *Booking) costKind() string {
	switch b.Kind {
	case "transport", "escort":
		return "transport"
	case "accommodation":
		return "accommodation"
	}
	return "other"
}

// Paper is an identity or travel paper: lost, kept from her, replaced, or held
// for her.
type Paper struct {
	Record
	Kind   string       `json:"kind"`  // vocabulary paper-kinds
	State  string       `json:"state"` // vocabulary paper-states
	Number vault.Sealed `json:"number,omitempty"`
	Note   vault.Sealed `json:"note,omitempty"`
}

func (p *Paper) texts() []text {
	return []text{{"paper_number", "number", vault.Immigration, p.Number}, {"paper_note", "note", vault.Immigration, p.Note}}
}

// Book orders an interpreter, a journey, an escort.
type Book struct {
	Kind     string `json:"kind" doc:"Vocabulary booking-kinds" maxLength:"40"`
	On       string `json:"on" doc:"YYYY-MM-DD" maxLength:"10"`
	Language string `json:"language,omitempty" doc:"Of an interpreter (vocabulary languages)" maxLength:"40"`
	Sex      string `json:"sex,omitempty" doc:"Of the interpreter or escort, if she wishes (vocabulary sexes)" maxLength:"20"`
	Escorts  int    `json:"escorts,omitempty" doc:"How many go with her; a child never goes with one" minimum:"0" maximum:"20"`
	Cost     int    `json:"cost,omitempty" doc:"Expected, in Kenya shillings" minimum:"0"`
	Details  string `json:"details,omitempty" doc:"From where to where, who; sealed as whereabouts"`
}

// Action is logistics.record.
func (*Book) Action() policy.Action { return policy.LogisticsRecord }

// Check requires kind and day; an interpreter needs a language.
func (b *Book) Check(c *valid.Check, k *content.Content) {
	c.Term("kind", b.Kind, inList(k, "booking-kinds"), true)
	if _, ok := c.Date("on", b.On); !ok && b.On == "" {
		c.Add("on", "common.error.required")
	}
	c.Term("language", b.Language, inList(k, "languages"), b.Kind == "interpreter")
	c.Term("sex", b.Sex, inList(k, "sexes"), false)
	c.Between("escorts", b.Escorts, 0, 20)
	c.Between("cost", b.Cost, 0, MaxShillings)
	c.Text("details", &b.Details, valid.MaxText, false)
}

func (b *Book) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	if s.Subject().Child && (b.Kind == "transport" || b.Kind == "escort") && b.Escorts < 2 {
		return nil, problem.Refuse("child.two-escorts")
	}
	r := e.record()
	return happened(Booked, Booking{Record: r, Kind: b.Kind, On: b.On, Language: b.Language, Sex: b.Sex, Escorts: b.Escorts, Cost: b.Cost,
		State: "booked", Details: e.text(s, r, "details", vault.Whereabouts, b.Details)})
}

// SettleBooking says that it took place and what it cost, or not.
type SettleBooking struct {
	Booking string `json:"booking" doc:"Id of the booking" maxLength:"60"`
	State   string `json:"state" doc:"done or cancelled" enum:"done,cancelled,"`
	Cost    int    `json:"cost,omitempty" doc:"What it cost, in Kenya shillings" minimum:"0"`
}

// bookingSettled is the payload of case.booking_settled.
type bookingSettled struct {
	Booking string `json:"booking"`
	State   string `json:"state"`
	Cost    int    `json:"cost,omitempty"`
}

// Action is logistics.record.
func (*SettleBooking) Action() policy.Action { return policy.LogisticsRecord }

// Check requires booking and state.
func (x *SettleBooking) Check(c *valid.Check, _ *content.Content) {
	c.Text("booking", &x.Booking, 60, true)
	c.Term("state", x.State, func(s string) bool { return s == "done" || s == "cancelled" }, true)
	c.Between("cost", x.Cost, 0, MaxShillings)
}

func (x *SettleBooking) decide(s *State, e *env) ([]ledger.Draft, error) {
	b := find(s.Bookings, x.Booking)
	today := e.now.Add(nairobi).Format(time.DateOnly)
	switch {
	case b == nil:
		return nil, problem.ErrNotFound
	case b.State != "booked":
		return nil, problem.Refuse("case.step-order", "step", "booking")
	case x.State == "done" && today < b.On: // its cost would be asked back for what has not been
		return nil, problem.Refuse("booking.before-its-day")
	}
	return happened(BookingSettled, bookingSettled{x.Booking, x.State, x.Cost})
}

// NotePaper records where one of her papers is.
type NotePaper struct {
	Kind   string `json:"kind" doc:"Vocabulary paper-kinds" maxLength:"40"`
	State  string `json:"state" doc:"Vocabulary paper-states" maxLength:"40"`
	Agreed bool   `json:"agreed,omitempty" doc:"She asked for it to be held and may have it back at any time"`
	Number string `json:"number,omitempty" doc:"Sealed as immigration"`
	Note   string `json:"note,omitempty" doc:"Where it is, who has it; sealed as immigration"`
}

// Action is logistics.record.
func (*NotePaper) Action() policy.Action { return policy.LogisticsRecord }

// Check requires kind and state.
func (p *NotePaper) Check(c *valid.Check, k *content.Content) {
	c.Term("kind", p.Kind, inList(k, "paper-kinds"), true)
	c.Term("state", p.State, inList(k, "paper-states"), true)
	c.IDNumber("number", &p.Number)
	c.Text("note", &p.Note, valid.MaxText, false)
}

func (p *NotePaper) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	if p.State == "held-for-her" && !p.Agreed {
		return nil, problem.Refuse("papers.held-only-for-her")
	}
	r := e.record()
	return happened(PaperNoted, Paper{Record: r, Kind: p.Kind, State: p.State,
		Number: e.text(s, r, "number", vault.Immigration, p.Number), Note: e.text(s, r, "note", vault.Immigration, p.Note)})
}

var logisticsFolds = map[string]folder{
	Booked: adds(func(s *State) *[]Booking { return &s.Bookings }),
	BookingSettled: on(func(s *State, p bookingSettled, _ By) {
		if b := find(s.Bookings, p.Booking); b != nil {
			b.State = p.State
			if p.Cost > 0 {
				b.Cost = p.Cost
			}
		}
	}),
	PaperNoted: adds(func(s *State) *[]Paper { return &s.Papers }),
}
