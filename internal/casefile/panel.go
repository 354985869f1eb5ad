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

// Why a panel is over without a decision.
const (
	NotCarried = "not_carried" // its members have spoken, and too few agreed
	Dismissed  = "dismissed"   // called by mistake, before anybody spoke
	Lapsed     = "lapsed"      // not all had spoken when its time was over
)

// Seat is one member of a panel: somebody with a sign-in of their own.
type Seat struct {
	Staff  string `json:"staff"`
	Agency string `json:"agency"`
	Gone   bool   `json:"gone,omitempty" doc:"Left the service, or the agency was closed, before speaking: not awaited any more"`
}

// Proposal is what a panel's members speak on.
type Proposal struct {
	ID      string `json:"id"`
	Outcome string `json:"outcome"`
	By      By     `json:"by,omitzero"`
}

// panelProposed is the payload of case.panel_proposed.
type panelProposed struct {
	Panel   string       `json:"panel"`
	ID      string       `json:"id"`
	Outcome string       `json:"outcome"`
	Reasons vault.Sealed `json:"reasons"`
}

// panelDecided is the payload of case.panel_decided.
type panelDecided struct {
	Panel   string       `json:"panel"`
	Outcome string       `json:"outcome"`
	Reasons vault.Sealed `json:"reasons,omitempty"` // of before its decision was proposed first
}

// panelEnded is the payload of case.panel_ended.
type panelEnded struct {
	Panel string `json:"panel"`
	How   string `json:"how"`
}

// seatLeft is the payload of case.panel_seat_left.
type seatLeft struct {
	Panel string `json:"panel"`
	Staff string `json:"staff"`
}

func foldSeatLeft(s *State, p seatLeft, _ By) {
	have := find(s.Panels, p.Panel)
	if have == nil {
		return
	}
	have.Seats = slices.Clone(have.Seats) // others read the seats of before
	for i := range have.Seats {
		if have.Seats[i].Staff == p.Staff {
			have.Seats[i].Gone = true
		}
	}
}

func foldProposed(s *State, p panelProposed, by By) {
	if have := find(s.Panels, p.Panel); have != nil {
		have.Proposal, have.Reasons = &Proposal{ID: p.ID, Outcome: p.Outcome, By: by}, p.Reasons
	}
}

// Voting counts the members who have spoken or may still.
func Voting(seats []Seat) (n int) {
	for _, x := range seats {
		if !x.Gone {
			n++
		}
	}
	return n
}

// OpenPanel is the panel that was called and has neither decided nor ended, or
// nil. Whether its time is over is asked of it. A panel of before seats, which
// nobody could decide any more, is none.
func (s *State) OpenPanel() *Panel {
	if p := last(s.Panels); p != nil && len(p.Seats) > 0 && p.Outcome == "" && p.Ended == "" {
		return p
	}
	return nil
}

// Late tells whether the panel's time is over.
func (p *Panel) Late(now time.Time) bool { return p.Due != nil && !now.Before(*p.Due) }

// sits tells whether somebody has a seat on the panel.
func (p *Panel) sits(staff string) bool {
	return slices.ContainsFunc(p.Seats, func(x Seat) bool { return x.Staff == staff && !x.Gone })
}

// ConvenePanel calls the panel together: named people of at least two agencies.
// Whoever calls it lays the papers before it and takes no part in the decision;
// nor does whoever presumed her to be a victim, or not: own work never. One that
// answers a review has no member of the panel whose decision is looked at.
type ConvenePanel struct {
	On      string   `json:"on" doc:"YYYY-MM-DD of the meeting" maxLength:"10"`
	Members []string `json:"members" doc:"Names with which the members sign in, or their ids, or the id of an agency that named whom it sends; of at least two agencies" maxItems:"12"`
	Papers  string   `json:"papers" doc:"What lies before it, and all that its members read; sealed as account"`
	Review  string   `json:"review,omitempty" doc:"Id of the open review that it answers" maxLength:"60"`

	seats      []Seat // of the members, looked up by the service
	passedOver bool   // an agency named others than the member called
}

// Action is identification.panel.
func (*ConvenePanel) Action() policy.Action { return policy.IdentificationPanel }

// Check requires day, members and papers.
func (p *ConvenePanel) Check(c *valid.Check, _ *content.Content) {
	if _, ok := c.Date("on", p.On); !ok && p.On == "" {
		c.Add("on", "common.error.required")
	}
	c.Count("members", len(p.Members), 12)
	if len(p.Members) == 0 {
		c.Add("members", "common.error.required")
	}
	if slices.ContainsFunc(p.seats, func(x Seat) bool { return x.Staff == "" }) {
		c.Add("members", "web.panel.nobody")
	}
	c.Text("papers", &p.Papers, valid.MaxText, true)
	c.Text("review", &p.Review, 60, false)
}

func (p *ConvenePanel) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	if s.Presumed.Decision == "" {
		return nil, problem.Refuse("screening.person-decides")
	}
	if p.farAway(e.now) {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "on", Key: "web.panel.far"}}}
	}
	var drafts []ledger.Draft
	if open := s.OpenPanel(); open != nil {
		if !open.Late(e.now) {
			return nil, problem.Refuse("case.step-order", "step", "panel")
		}
		drafts = append(drafts, draft(PanelEnded, panelEnded{open.ID, Lapsed}))
	}
	if p.passedOver {
		return nil, problem.Refuse("identification.delegates-of-agency")
	}
	agencies := agenciesOf(p.seats)
	if len(agencies) < 2 {
		return nil, problem.Refuse("identification.two-agencies")
	}
	if err := p.mayAnswer(s, e); err != nil {
		return nil, err
	}
	for _, seat := range p.seats {
		if rule := s.unseatable(seat.Staff, e.by.Staff); rule != "" {
			return nil, problem.Refuse(rule)
		}
	}
	r, due := e.record(), s.panelDue(p.On, e)
	return append(drafts, draft(PanelConvened, Panel{Record: r, On: p.On, Agencies: agencies, Seats: p.seats, Due: &due, Review: p.Review,
		Papers: e.text(s, r, "papers", vault.Account, p.Papers)})), nil
}

// unseatable is the rule by which somebody does not sit on a panel that another
// calls; "" is none.
func (s *State) unseatable(staff, caller string) string {
	switch {
	case s.keptAway(staff):
		return "team.kept-away"
	case staff == caller || staff == s.Presumed.By.Staff:
		return "identification.own-work"
	}
	return ""
}

// barred tells of a delegate whether another one of the agency is to be sent.
func (p *ConvenePanel) barred(s *State, caller string) func(staff string) bool {
	var first *Panel
	if r := s.OpenReview(); r != nil && r.ID == p.Review {
		first = find(s.Panels, r.Panel)
	}
	return func(staff string) bool {
		return s.unseatable(staff, caller) != "" || first != nil && (first.sits(staff) || first.proposer() == staff)
	}
}

// panelNear is how far from today a panel may meet or have met, in days. Its voices
// are awaited until after its day, and no other panel sits meanwhile: a mistyped
// year would keep her without a decision for as long.
const panelNear = 90

// farAway tells whether the day of a meeting is further from today.
func (p *ConvenePanel) farAway(now time.Time) bool {
	today := now.Add(nairobi)
	return p.On > today.AddDate(0, 0, panelNear).Format(time.DateOnly) || p.On < today.AddDate(0, 0, -panelNear).Format(time.DateOnly)
}

// mayAnswer refuses a panel on a review that has to do with the decision it
// looks at.
func (p *ConvenePanel) mayAnswer(s *State, e *env) error {
	if p.Review == "" {
		return nil
	}
	r := s.OpenReview()
	if r == nil || r.ID != p.Review || r.Panel == "" {
		return problem.Refuse("identification.nothing-to-review")
	}
	decided := find(s.Panels, r.Panel)
	if e.by.Staff == s.against(r) || slices.ContainsFunc(p.seats, func(x Seat) bool { return x.Staff == s.against(r) || decided != nil && decided.sits(x.Staff) }) {
		return problem.Refuse("identification.other-eyes")
	}
	return nil
}

// panelDue is until when voices are taken: so long after the meeting, or after
// now where it was held before (clock panel-voices).
func (s *State) panelDue(on string, e *env) time.Time {
	from := e.now
	if end, ok := endOfDay(on); ok && end.After(from) {
		from = end
	}
	return from.Add(e.content.Clock("panel-voices"))
}

func agenciesOf(seats []Seat) []string {
	var out []string
	for _, x := range seats {
		out = append(out, x.Agency)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// ProposeStatus lays before the panel what it is to decide, with reasons that
// can be read to her. It decides nothing. It may be put right until somebody has
// spoken on it.
type ProposeStatus struct {
	Outcome string `json:"outcome" doc:"Vocabulary panel-outcomes; on a review: upheld or changed" maxLength:"20"`
	Reasons string `json:"reasons" doc:"Why; sealed as account"`
}

// Action is identification.panel.
func (*ProposeStatus) Action() policy.Action { return policy.IdentificationPanel }

// Check requires outcome and reasons.
func (d *ProposeStatus) Check(c *valid.Check, k *content.Content) {
	c.Term("outcome", d.Outcome, func(o string) bool { return reviewOutcome(o) || inList(k, "panel-outcomes")(o) }, true)
	c.Text("reasons", &d.Reasons, valid.MaxText, true)
}

func reviewOutcome(o string) bool { return o == "upheld" || o == "changed" }

func (d *ProposeStatus) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	p := s.OpenPanel()
	switch {
	case p == nil:
		return nil, problem.Refuse("identification.panel-first")
	case p.Late(e.now):
		return nil, problem.Refuse("identification.panel-late")
	case p.sits(e.by.Staff):
		return nil, problem.Refuse("identification.own-work")
	case s.heard(p):
		return nil, problem.Refuse("case.step-order", "step", "panel-voice")
	case (p.Review != "") != reviewOutcome(d.Outcome):
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "outcome", Key: "common.error.unknown_term"}}}
	case d.Outcome == Revoked && s.Status() != Confirmed:
		return nil, problem.Refuse("identification.revoke-confirmed")
	}
	if r := find(s.StatusReviews, p.Review); r != nil && e.by.Staff == s.against(r) {
		return nil, problem.Refuse("identification.other-eyes")
	}
	return happened(PanelProposed, panelProposed{Panel: p.ID, ID: e.newID(), Outcome: d.Outcome, Reasons: e.text(s, p.Record, "reasons", vault.Account, d.Reasons)})
}

// DismissPanel sends a panel away that was called by mistake, or whose time is
// over. Once somebody has spoken in time it goes on: nobody sends a panel away
// for what its members say.
type DismissPanel struct{}

// Action is identification.panel.
func (*DismissPanel) Action() policy.Action { return policy.IdentificationPanel }

// Check has nothing to check.
func (*DismissPanel) Check(*valid.Check, *content.Content) {}

func (*DismissPanel) decide(s *State, e *env) ([]ledger.Draft, error) {
	p := s.OpenPanel()
	switch {
	case p == nil:
		return nil, problem.Refuse("identification.panel-first")
	case p.Late(e.now):
		return happened(PanelEnded, panelEnded{p.ID, Lapsed})
	case s.heard(p):
		return nil, problem.Refuse("case.step-order", "step", "panel-voice")
	}
	return happened(PanelEnded, panelEnded{p.ID, Dismissed})
}
