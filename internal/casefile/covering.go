package casefile

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// CoverEnded is the kind of the event that ends a cover for leave.
const CoverEnded = "case.cover_ended"

// Covering is a colleague on leave in whose place a member of the team stands.
type Covering struct {
	For  string    `json:"for"`     // staff
	Ends time.Time `json:"ends_at"` // the end of the last day in East Africa
}

// Covering lists in whose place somebody stands at a moment, whoever is back
// first standing first.
func (s *State) Covering(staff string, now time.Time) []Covering {
	m := s.Member(staff)
	if m == nil {
		return nil
	}
	out := slices.DeleteFunc(slices.Clone(m.Covers), func(c Covering) bool { return !now.Before(c.Ends) })
	slices.SortStableFunc(out, func(a, b Covering) int { return a.Ends.Compare(b.Ends) })
	return out
}

// CoveredBy is who stands in somebody's place at a moment, or "".
func (s *State) CoveredBy(staff string, now time.Time) string {
	for i := range s.Team {
		m := &s.Team[i]
		if m.Until == nil && slices.ContainsFunc(m.Covers, func(c Covering) bool { return c.For == staff && now.Before(c.Ends) }) {
			return m.Staff
		}
	}
	return ""
}

// Own tells whether a member is on the team in their own right, and not for a
// colleague's leave alone.
func (m *Member) Own() bool { return m.Ends == nil }

// coverCause begins the cause of an event that was done in somebody's place.
const coverCause = "cover:"

// Cause is what the ledger keeps beside an act on the case: in whose place it
// was done, where somebody is on the team for a colleague's leave. Whoever is
// on the team in their own right acts in a colleague's place with the tasks that
// are the colleague's.
func (s *State) Cause(staff string, cmd any, now time.Time) string {
	covers := s.Covering(staff, now)
	if len(covers) == 0 {
		return ""
	}
	if t := s.taskOf(cmd); t != nil {
		if slices.ContainsFunc(covers, func(c Covering) bool { return c.For == t.Staff }) {
			return coverCause + t.Staff
		}
	}
	if s.Member(staff).Own() {
		return ""
	}
	return coverCause + covers[0].For
}

// taskOf is the task that a command is about, or nil.
func (s *State) taskOf(cmd any) *Task {
	switch x := cmd.(type) {
	case *SettleTask:
		return find(s.Tasks, x.Task)
	case *GiveTask:
		return find(s.Tasks, x.Task)
	}
	return nil
}

// inPlaceOf reads the cause of an event; "" is nobody.
func inPlaceOf(e ledger.Event) string {
	staff, found := strings.CutPrefix(e.Cause, coverCause)
	if !found {
		return ""
	}
	return staff
}

// Cover puts a colleague in one's place for a time of leave. Both are on the
// team until the day; then the colleague's part ends by itself. A colleague who
// is on the team already stays on it afterwards.
type Cover struct {
	Staff string `json:"staff" doc:"Colleague of the own agency" maxLength:"60"`
	Until string `json:"until" doc:"YYYY-MM-DD, last day of the cover" maxLength:"10"`
	Note  string `json:"note,omitempty" doc:"What must not be forgotten; sealed as care"`

	agency string // of the colleague, looked up by the service
}

// Action is team.change.
func (*Cover) Action() policy.Action { return policy.TeamChange }

// Check requires colleague and day.
func (x *Cover) Check(c *valid.Check, _ *content.Content) {
	c.Text("staff", &x.Staff, 60, true)
	c.Ahead("until", x.Until)
	c.Text("note", &x.Note, valid.MaxText, false)
}

func (x *Cover) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	m := s.Member(e.by.Staff)
	switch {
	case m == nil || x.agency != e.by.Agency || x.Staff == e.by.Staff:
		return nil, problem.Refuse("team.own-agency")
	case !m.Own():
		return nil, problem.Refuse("team.cover-own-place")
	case s.keptAway(x.Staff):
		return nil, problem.Refuse("team.kept-away")
	}
	ends, _ := endOfDay(x.Until)
	drafts := []ledger.Draft{draft(TeamJoined, TeamJoinedEvent{Staff: x.Staff, Agency: x.agency, Duty: m.Duty, Referral: m.Referral, Ends: &ends, For: m.Staff})}
	if x.Note != "" {
		r := e.record()
		drafts = append(drafts, draft(MessageWritten, Message{Record: r, Compartment: string(vault.Care), Text: e.text(s, r, "text", vault.Care, x.Note)}))
	}
	return drafts, nil
}

// EndCover ends a cover before its day: the colleague is back.
type EndCover struct {
	Staff string `json:"staff" doc:"Who covers" maxLength:"60"`
}

// coverEnded is the payload of case.cover_ended. For is empty where all covers
// of the member end.
type coverEnded struct {
	Staff string `json:"staff"`
	For   string `json:"for,omitempty"`
}

// Action is team.change.
func (*EndCover) Action() policy.Action { return policy.TeamChange }

// Check requires the member.
func (x *EndCover) Check(c *valid.Check, _ *content.Content) { c.Text("staff", &x.Staff, 60, true) }

// decide ends the own leave, or the own cover of others; whoever leads at the
// agency may end any.
func (x *EndCover) decide(s *State, e *env) ([]ledger.Draft, error) {
	m := s.Member(x.Staff)
	if m == nil || m.Agency != e.by.Agency || len(m.Covers) == 0 && m.Own() {
		return nil, problem.ErrNotFound
	}
	if slices.ContainsFunc(m.Covers, func(c Covering) bool { return c.For == e.by.Staff }) {
		return happened(CoverEnded, coverEnded{m.Staff, e.by.Staff})
	}
	return happened(CoverEnded, coverEnded{Staff: m.Staff})
}

// lapse ends the covers on a case whose day is over.
type lapse struct{}

func (*lapse) Action() policy.Action                { return policy.TeamChange }
func (*lapse) Check(*valid.Check, *content.Content) {}

func (*lapse) decide(s *State, e *env) ([]ledger.Draft, error) {
	var drafts []ledger.Draft
	for i := range s.Team {
		if m := &s.Team[i]; m.Until == nil {
			drafts = append(drafts, m.lapsed(e.now)...)
		}
	}
	if len(drafts) == 0 {
		return nil, problem.ErrNotFound
	}
	return drafts, nil
}

// lapsed drafts the end of a member's covers whose day is over.
func (m *Member) lapsed(now time.Time) []ledger.Draft {
	if !m.Own() && !now.Before(*m.Ends) {
		return []ledger.Draft{draft(CoverEnded, coverEnded{Staff: m.Staff})}
	}
	var drafts []ledger.Draft
	for _, c := range m.Covers {
		if !now.Before(c.Ends) {
			drafts = append(drafts, draft(CoverEnded, coverEnded{m.Staff, c.For}))
		}
	}
	return drafts
}

// EndCovers writes down that covers ended whose day is over; the realm itself is
// the actor. Until it has run the door already keeps out whoever was there for
// the leave alone.
func (c *Cases) EndCovers(ctx context.Context, keeper realm.Actor) error {
	ids, err := c.column(ctx, `SELECT DISTINCT case_id FROM team WHERE ends_at <= $1 ORDER BY case_id`, c.now().UnixMilli())
	if err != nil {
		return err
	}
	var failed []error
	for _, id := range ids {
		if err := c.again(ctx, keeper, id, func() Command { return new(lapse) }); err != nil {
			failed = append(failed, fmt.Errorf("casefile: end of a cover: %w", err))
		}
	}
	return errors.Join(failed...)
}

// foldJoined puts somebody on the team. A cover leaves a place that a member
// has in their own right as it is; a place of one's own keeps the covers.
func foldJoined(s *State, p TeamJoinedEvent, by By) {
	m := s.Member(p.Staff)
	var covers []Covering
	if m != nil {
		covers = m.Covers
	}
	if p.For == "" || p.Ends == nil {
		s.endMembership(p.Staff, by.At)
		s.Team = append(s.Team, Member{Staff: p.Staff, Agency: p.Agency, Duty: p.Duty, Since: by.At, Ends: p.Ends, Covers: covers, Referral: p.Referral})
		return
	}
	covers = append(slices.DeleteFunc(slices.Clone(covers), func(c Covering) bool { return c.For == p.For }), Covering{p.For, *p.Ends})
	if m == nil {
		s.Team = append(s.Team, Member{Staff: p.Staff, Agency: p.Agency, Duty: p.Duty, Since: by.At, Ends: p.Ends, Covers: covers, Referral: p.Referral})
		return
	}
	m.Covers = covers
	m.stretch()
}

// stretch sets the planned end of a member who is there for leave alone: the
// last day of the longest.
func (m *Member) stretch() {
	if m.Own() || len(m.Covers) == 0 {
		return
	}
	ends := slices.MaxFunc(m.Covers, func(a, b Covering) int { return a.Ends.Compare(b.Ends) }).Ends
	m.Ends = &ends
}

func foldCoverEnded(s *State, p coverEnded, by By) {
	m := s.Member(p.Staff)
	if m == nil {
		return
	}
	m.Covers = slices.DeleteFunc(slices.Clone(m.Covers), func(c Covering) bool { return p.For == "" || c.For == p.For })
	if len(m.Covers) == 0 && !m.Own() {
		s.endMembership(p.Staff, by.At)
		return
	}
	m.stretch()
}

// nextEnd is when the next of a member's covers ends, for the read model;
// Never for none.
func (m *Member) nextEnd() int64 {
	next := Never
	if m.Ends != nil {
		next = m.Ends.UnixMilli()
	}
	for _, c := range m.Covers {
		next = min(next, c.Ends.UnixMilli())
	}
	return next
}

var coverFolds = map[string]folder{
	CoverEnded: on(foldCoverEnded),
}
