package casefile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/search"
	"rufaa/internal/store"
	"rufaa/internal/vault"
)

// Part is one part of a case's frame. Which duty reads which is in
// content/policy/25-parts.cedar; nothing in a part is sealed.
type Part string

// The parts.
const (
	PartScreening  Part = "screening"
	PartConsents   Part = "consents"
	PartSafety     Part = "safety"
	PartNeeds      Part = "needs"
	PartReferrals  Part = "referrals"
	PartInterviews Part = "interviews"
	PartFollowUps  Part = "followups"
	PartTeam       Part = "team"

	PartPlan           Part = "plan"           // care plan, services, costs, reflection
	PartIdentification Part = "identification" // panels, decisions, reviews
	PartWork           Part = "work"           // tasks, conferences, messages, transfer
	PartChild          Part = "child"
	PartSolution       Part = "solution"
	PartNonPunishment  Part = "nonpunishment"
	PartLogistics      Part = "logistics"
	PartRights         Part = "rights"
	PartSupervision    Part = "supervision"
)

// Parts lists them in the order of a page.
var Parts = []Part{PartScreening, PartConsents, PartSafety, PartNeeds, PartReferrals, PartInterviews, PartFollowUps, PartTeam,
	PartPlan, PartIdentification, PartWork, PartChild, PartSolution, PartNonPunishment, PartLogistics, PartRights, PartSupervision}

// Frame is a case as one person may see it: the outline, and the parts that
// the duty needs. What it may not see is not in State at all.
type Frame struct {
	Row
	*State
	May   map[Part]bool
	Glass bool // a break-glass of the reader runs

	Awaits    []Awaiting // work that waits for a supervisor, where that is read
	Spoken    int        // how many members of the open panel have spoken, where it is read
	Heard     bool       // one of them agreed or dissented, so that what is proposed stays
	HasWishes bool       // she said what she wants, and the duty reads her needs
	Offer     *Transfer  // the whole case is offered to the reader's agency, and the reader may answer

	ask    policy.Asker
	ground func(comp vault.Compartment, purpose string) string // of the reader's agency, before anything was pruned
	bar    func(do policy.Action) *problem.Refused             // likewise
	opens  func(comp vault.Compartment, purpose string) error  // likewise
	all    *State                                              // consents and other grounds, whoever they speak of
}

// MayOpen tells whether the reader could open a compartment for a purpose;
// pages offer that only. It decides nothing: the opening asks the door again.
func (f *Frame) MayOpen(comp vault.Compartment, purpose string) bool {
	return f.ask.Decide(policy.CompartmentOpen, policy.Context{Compartment: string(comp), Purpose: purpose, Basis: f.ground(comp, purpose)}).Allowed
}

// Can tells whether the reader may do something on the case as it is now;
// pages show that only. It decides nothing: the command asks the door again.
func (f *Frame) Can(do policy.Action) bool {
	return f.ask.Decide(do, policy.Context{Glass: f.Glass}).Allowed
}

// Sight is everything that the frame of a case depends on beside the clock: who
// reads which version under which policies.
type Sight struct {
	id      string
	version int64
	glass   bool
	asked   policy.Sight
}

// Sight gives that of a frame. It is not lasting where the frame shows words
// that an erasure takes away without another version.
func (f *Frame) Sight() (sight Sight, lasting bool) {
	return Sight{f.Row.ID, f.State.Version, f.Glass, f.ask.Sight()}, !f.State.tellsClear()
}

// View gives the frame of one case to somebody who may see it, without
// anything sealed. Not there and not yours are the same answer.
func (c *Cases) View(ctx context.Context, who realm.Actor, id string) (*Frame, error) {
	s, err := c.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := c.admit(who, policy.CaseView, s); err != nil {
		return nil, err
	}
	return c.frame(who, s), nil
}

// agendaParts are the parts of which a point of an agenda tells.
var agendaParts = map[string]Part{"incident": PartSafety, "safety": PartSafety, "needs": PartNeeds, "unanswered": PartReferrals, "tasks": PartWork,
	"transfer": PartWork, "goals": PartPlan, "section14": PartNonPunishment, "review": PartIdentification, "guardian": PartChild,
	"flags": PartSupervision, "corrections": PartRights, "solution": PartSolution}

// Agenda is the case's agenda as far as the reader reads the parts it tells of:
// from a part that is not theirs everything would look undone.
func (f *Frame) Agenda(now time.Time) []Point {
	return slices.DeleteFunc(f.State.Agenda(now), func(p Point) bool {
		part, ok := agendaParts[p.Kind]
		return ok && !f.May[part]
	})
}

func (c *Cases) frame(who realm.Actor, s *State) *Frame {
	f := &Frame{Row: s.row(), State: s, May: make(map[Part]bool, len(Parts))}
	f.Glass = s.glassOpen(who.Staff, c.now())
	awaits, spoken, heard := s.Awaits(), 0, false
	if p := s.OpenPanel(); p != nil {
		spoken, heard = len(s.voicesOn(p)), s.heard(p)
	}
	grounds := &State{ID: s.ID, Holder: s.Holder, Consents: s.Consents, Bases: s.Bases}
	f.all = grounds
	f.ground = func(comp vault.Compartment, purpose string) string {
		basis, _ := grounds.Ground(who.Agency, purpose, comp, c.now())
		return basis
	}
	whole := *s
	f.bar = func(do policy.Action) *problem.Refused { return whole.barred(do, who.Agency, c.now()) }
	f.opens = func(comp vault.Compartment, purpose string) error {
		_, _, err := c.groundFor(who, &whole, comp, purpose)
		return err
	}
	f.ask = c.realm.Door.Between(who.Principal, s.Resource(c.now()))
	for _, p := range Parts {
		f.May[p] = f.ask.Decide(policy.PartRead, policy.Context{Compartment: string(p)}).Allowed
	}
	if s.Member(who.Staff) == nil {
		s.Extras = nil
	}
	if t := s.OpenTransfer(); t != nil && t.To == who.Agency && f.Can(policy.TransferAnswer) {
		f.Offer = t
	}
	s.prune(f.May, who.Agency)
	if f.May[PartIdentification] {
		f.Spoken, f.Heard = spoken, heard
	}
	if f.May[PartSupervision] {
		f.Awaits = awaits
	}
	f.HasWishes = !s.Wishes.Text.IsZero()
	return f
}

// prune takes out of a loaded state what is not to be seen, so that no page
// can show it by mistake. Agencies other than the holder see the consents
// that speak of themselves.
func (s *State) prune(may map[Part]bool, agency string) {
	if !may[PartScreening] {
		s.Screenings = nil
		s.Presumed = Presumed{Decision: s.Presumed.Decision, Track: s.Presumed.Track, Changed: s.Presumed.Changed}
	}
	if !may[PartConsents] {
		s.Consents, s.Bases = nil, nil
	}
	if agency != s.Holder {
		s.Consents = slices.DeleteFunc(slices.Clone(s.Consents), func(k Consent) bool { return k.Agency != agency })
		s.Bases = slices.DeleteFunc(slices.Clone(s.Bases), func(b Basis) bool { return b.Agency != agency })
	}
	// An agency's own fields are its team's alone.
	s.Extras = slices.DeleteFunc(slices.Clone(s.Extras), func(x Extra) bool { return x.Agency != agency })
	if !may[PartSafety] {
		s.Safety = nil
		s.Presumed.WayBackClear = "" // tells where she can be met, as her safety does
	}
	if !may[PartNeeds] {
		s.Needs, s.Wishes = nil, Entry{}
	}
	if !may[PartReferrals] {
		s.Referrals = nil
	}
	if !may[PartInterviews] {
		s.Interviews = nil
	}
	if !may[PartFollowUps] {
		s.FollowUps = nil
		if s.Closure != nil {
			s.Closure = &Closure{By: By{At: s.Closure.By.At}}
		}
	}
	if !may[PartTeam] {
		s.Team = nil
	}
	s.Voices = s.toldVoices()
	s.BreakGlass, s.Earlier = nil, nil
	s.pruneJoint(may)
}

// pruneJoint takes out the parts of joint work that are not to be seen. What
// is on the worklist of everybody on the team (whether she is detained, the
// clocks) is in the outline.
func (s *State) pruneJoint(may map[Part]bool) {
	if !may[PartSafety] {
		s.SafetyPlans, s.Incidents = nil, nil
	}
	if !may[PartPlan] {
		s.CarePlans, s.Goals, s.Deliveries, s.Reflections = nil, nil, nil, nil
	}
	if !may[PartIdentification] {
		s.Panels, s.Voices, s.StatusReviews = nil, nil, nil
	}
	if !may[PartWork] {
		s.Tasks, s.Conferences, s.Messages, s.Transfers, s.Hearings = nil, nil, nil, nil, nil
	}
	if !may[PartChild] {
		s.Guardians, s.BestInterests, s.Ages, s.Tracings, s.CareArrangements = nil, nil, nil, nil, nil
	}
	if !may[PartSolution] {
		s.ReturnRisks, s.Solutions, s.Funds, s.Retraffickings = nil, nil, nil, nil
	}
	if !may[PartNonPunishment] {
		s.Section14, s.OffenderSteps = nil, nil
	}
	if !may[PartLogistics] {
		s.Bookings, s.Papers = nil, nil
	}
	if !may[PartRights] {
		s.Corrections, s.Complaints, s.Copies = nil, nil, nil
	}
	if !may[PartSupervision] {
		s.Approvals, s.Flags = nil, nil
	}
}

// Opened is one compartment in the clear.
type Opened struct {
	Compartment vault.Compartment
	Purpose     string
	Basis       string
	Items       []Item
	Texts       []string // in the order of Items; Erased where the key is gone
}

// Open opens one compartment for a purpose: the ground is computed, the door
// asked, the opening recorded, then the texts decrypted.
func (c *Cases) Open(ctx context.Context, who realm.Actor, id string, comp vault.Compartment, purpose string) (*Opened, error) {
	s, err := c.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	basis, record, err := c.groundFor(who, s, comp, purpose)
	if err != nil {
		return nil, err
	}
	items := slices.Concat(s.Items(comp), s.ownItems(who.Agency, comp), s.earlierItems(comp))
	if basis == BasisAuthor {
		items = slices.DeleteFunc(items, func(it Item) bool { return it.By != nil && it.By.Staff != who.Staff })
	}
	if basis == BasisComplaint {
		items = slices.DeleteFunc(items, func(it Item) bool { return !s.complains(it.Place.Record, who.Agency) })
	}
	if basis == BasisHandover {
		items = slices.DeleteFunc(items, func(it Item) bool { return it.Place.Record != record })
	}
	glass := ""
	if basis == BasisGlass {
		glass = record
	}
	texts, err := c.OpenItems(ctx, who, s, purpose, basis, glass, items)
	if err != nil {
		return nil, err
	}
	items, texts = withoutSame(items, texts)
	return &Opened{Compartment: comp, Purpose: purpose, Basis: basis, Items: items, Texts: texts}, nil
}

// groundFor finds the ground on which somebody may open the compartment, and
// asks the door with it. The refusal names why there is none.
func (c *Cases) groundFor(who realm.Actor, s *State, comp vault.Compartment, purpose string) (basis, record string, err error) {
	if err := c.admit(who, policy.CaseView, s); err != nil {
		return "", "", err
	}
	if _, ok := c.realm.Content.Term("purposes", purpose); !ok {
		return "", "", &problem.Invalid{Fields: []problem.Field{{Name: "purpose", Key: "common.error.choose"}}}
	}
	if !slices.Contains(vault.Compartments(), comp) {
		return "", "", problem.ErrNotFound
	}
	now := c.now()
	basis, record = s.Ground(who.Agency, purpose, comp, now)
	res := s.Resource(now)
	if s.Member(who.Staff) == nil && res.Waiting && s.AlertBy.Staff == who.Staff {
		basis, record = BasisAuthor, s.ID
	}
	ask := func(basis string, glass bool) bool {
		return c.realm.Door.Decide(who.Principal, policy.CompartmentOpen, res,
			policy.Context{Compartment: string(comp), Purpose: purpose, Basis: basis, Glass: glass}).Allowed
	}
	if ask(basis, false) {
		return basis, record, nil
	}
	if c := s.complainedOf(who.Agency); c != nil && comp == vault.Account && ask(BasisComplaint, false) {
		return BasisComplaint, c.ID, nil
	}
	if t := s.OpenTransfer(); t != nil && t.To == who.Agency && comp == vault.Care && basis != "" && ask(BasisHandover, false) {
		return BasisHandover, t.ID, nil
	}
	if g := s.glassFor(who.Staff, comp, now); g != nil && ask(BasisGlass, true) {
		return BasisGlass, g.ID, nil
	}
	return "", "", &problem.Denied{Action: string(policy.CompartmentOpen), Rule: c.whyShut(who, s, comp, purpose, basis, ask)}
}

// whyShut names the rule that keeps a compartment shut, the nearest first.
func (c *Cases) whyShut(who realm.Actor, s *State, comp vault.Compartment, purpose, basis string, ask func(string, bool) bool) string {
	switch {
	case s.glassOpen(who.Staff, c.now()) && comp == vault.Whereabouts:
		return "whereabouts.two-persons"
	case s.glassOpen(who.Staff, c.now()):
		return "breakglass.named-only"
	case s.Member(who.Staff) == nil:
		return "case.team-only"
	case basis == "" && ask(BasisConsent, false): // the duty would fit; the ground is missing
		return s.WhyNoGround(who.Agency, purpose, comp)
	}
	return "disclosure.compartment-not-for-duty"
}

// OpenItems records an opening of the case's items and decrypts them. The
// caller has asked the door.
func (c *Cases) OpenItems(ctx context.Context, who realm.Actor, s *State, purpose, basis, glass string, items []Item) ([]string, error) {
	if len(items) == 0 {
		return nil, nil
	}
	in := make([]vault.Item, len(items))
	for i := range items {
		in[i] = items[i].Item
	}
	texts, err := c.realm.Vault.Open(ctx, vault.Opening{
		Actor: who.Staff, Agency: who.Agency, Duty: who.Duty, Device: who.Device,
		Purpose: purpose, Basis: basis, BreakGlass: glass, Case: s.ID,
	}, in)
	if err != nil {
		return nil, fmt.Errorf("casefile: open: %w", err)
	}
	return texts, nil
}

// Access is one line of "who saw what".
type Access struct {
	At           time.Time `json:"at"`
	Staff        string    `json:"staff"`
	Agency       string    `json:"agency"`
	Duty         string    `json:"duty"`
	Purpose      string    `json:"purpose"`
	Basis        string    `json:"basis"`
	Compartments []string  `json:"compartments"`
	Fields       []string  `json:"fields"`
	BreakGlass   string    `json:"break_glass,omitempty"`
	Seq          int64     `json:"seq"`
}

// WhoSaw lists every opening of the case, newest first, a page at a time;
// before is the seq to continue from, 0 for the newest.
func (c *Cases) WhoSaw(ctx context.Context, who realm.Actor, id string, before int64, limit int) ([]Access, error) {
	s, err := c.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := c.admit(who, policy.AccessView, s); err != nil {
		return nil, err
	}
	if before <= 0 {
		before = math.MaxInt32 // seq is a 32-bit key on PostgreSQL
	}
	return c.seen(ctx, id, before, limit)
}

// seen reads who saw what; the caller has asked the door.
func (c *Cases) seen(ctx context.Context, id string, before int64, limit int) ([]Access, error) {
	rows, err := c.realm.Store.Query(ctx, `SELECT seq, at, staff, agency, duty, purpose, basis, compartments, fields, glass
		FROM openings WHERE case_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3`, id, before, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Access
	for rows.Next() {
		var a Access
		var at int64
		var comps, fields string
		if err := rows.Scan(&a.Seq, &at, &a.Staff, &a.Agency, &a.Duty, &a.Purpose, &a.Basis, &comps, &fields, &a.BreakGlass); err != nil {
			return nil, err
		}
		a.At = time.UnixMilli(at).UTC()
		if err := errors.Join(json.Unmarshal([]byte(comps), &a.Compartments), json.Unmarshal([]byte(fields), &a.Fields)); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

func (c *Cases) idByRef(ctx context.Context, ref string) (string, error) {
	var id string
	err := c.realm.Store.QueryRow(ctx, `SELECT id FROM cases WHERE ref = $1`, search.NormalReference(ref)).Scan(&id)
	if errors.Is(err, store.ErrNoRow) {
		return "", problem.ErrNotFound
	}
	return id, err
}

// GroundFor finds for another room on what ground somebody may open a compartment
// of a case for a purpose, and asks the door; glass is the break-glass that it
// rests on. What is then opened is recorded by that room.
func (c *Cases) GroundFor(ctx context.Context, who realm.Actor, id string, comp vault.Compartment, purpose string) (basis, glass string, err error) {
	s, err := c.Load(ctx, id)
	if err != nil {
		return "", "", err
	}
	basis, record, err := c.groundFor(who, s, comp, purpose)
	if basis == BasisGlass {
		glass = record
	}
	return basis, glass, err
}
