package casefile

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/search"
	"rufaa/internal/store"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Cases runs the room's commands and reads in one realm.
type Cases struct {
	realm *realm.Realm
	// AgencyOf gives the agency of an active member of staff; "" is unknown.
	agencyOf func(ctx context.Context, staff string) string
	// takesPart tells whether an agency of this id takes part.
	takesPart func(id string) bool
	written   func(tx *store.Tx, who realm.Actor, caseID, person string, list bool) error
	forgotten func(ctx context.Context, who realm.Actor, caseID string) error
	happened  func(tx *store.Tx, s *State, e ledger.Event) error
	recorded  func(tx *store.Tx, caseID string, e ledger.Event, stood *ErasureRequest) error
	carries   func(duty string) int
	dutiesOf  func(ctx context.Context, staff string) []string
	staffBy   func(ctx context.Context, name string) (id, agency string, duties []string, err error)
	shelf     shelf

	// delegates gives whom each agency named for panels, in its order; an id narrows it.
	delegates  func(ctx context.Context, agency string) (map[string][]string, error)
	samePerson func(ctx context.Context, caseID string) ([]string, error)
}

// OnEvent is called for each event of a case, with the state after it, in the
// transaction that appends it and again when the read models are rebuilt.
func (c *Cases) OnEvent(fn func(tx *store.Tx, s *State, e ledger.Event) error) { c.happened = fn }

// OnRecord is called for each event about the record of a case as a whole, with
// the request for erasure that stood until then or nil, as OnEvent is.
func (c *Cases) OnRecord(fn func(tx *store.Tx, caseID string, e ledger.Event, stood *ErasureRequest) error) {
	c.recorded = fn
}

// CarriedBy says how many open cases somebody with a duty should carry at most.
func (c *Cases) CarriedBy(limit func(duty string) int) { c.carries = limit }

// DutiesOf gives the duties of an active member of staff.
func (c *Cases) DutiesOf(duties func(ctx context.Context, staff string) []string) {
	c.dutiesOf = duties
}

// StaffBy finds an active member of staff by id or by the name they sign in with;
// an empty id is nobody.
func (c *Cases) StaffBy(find func(ctx context.Context, name string) (id, agency string, duties []string, err error)) {
	c.staffBy = find
}

// DelegatesBy gives, by agency, the active staff whom it named to sit for it on
// panels, in its own order; an agency's id narrows it to that one.
func (c *Cases) DelegatesBy(find func(ctx context.Context, agency string) (map[string][]string, error)) {
	c.delegates = find
}

// OnForget is told when everybody in a case is forgotten, so that what other
// rooms keep of it (files) is forgotten too. It may be told again.
func (c *Cases) OnForget(fn func(ctx context.Context, who realm.Actor, caseID string) error) {
	c.forgotten = fn
}

// OnWritten is told, in the transaction of the write, that what is known of
// the person a case is about was written: by whom, in which case, of whom, and
// whether a list told it.
func (c *Cases) OnWritten(fn func(tx *store.Tx, who realm.Actor, caseID, person string, list bool) error) {
	c.written = fn
}

// New opens the room and registers its projections.
func New(r *realm.Realm, agencyOf func(context.Context, string) string, takesPart func(string) bool) *Cases {
	c := &Cases{realm: r, agencyOf: agencyOf, takesPart: takesPart, shelf: newShelf(r.Ledger)}
	r.Register(projection{c})
	r.Register(keepingProjection{c})
	return c
}

// Order is what comes with every command besides its content.
type Order struct {
	Key    string // idempotency key; "" for none
	Expect int64  // version of the case the person looked at; 0 is any
}

// Load reads one case without asking anybody. It is for rooms that decide
// about it themselves; pages use View.
func (c *Cases) Load(ctx context.Context, id string) (*State, error) {
	return c.shelf.read(ctx, c.realm.Store, id)
}

// Resource describes the case to the policy door as it is at a moment: a cover
// for leave ends by itself.
func (s *State) Resource(now time.Time) policy.Resource {
	r := policy.Resource{
		Kind: "case", Holder: s.Holder, AlertedBy: s.AlertBy.Staff,
		Waiting: s.Exists() && s.Manager() == nil && s.Closure == nil,
		Awaits:  len(s.Awaits()) > 0,
	}
	if t := s.OpenTransfer(); t != nil {
		r.OfferedTo = t.To
	}
	for i := range s.Team {
		if m := &s.Team[i]; m.Until == nil && (m.Ends == nil || now.Before(*m.Ends)) {
			r.Team = append(r.Team, m.Staff)
		}
	}
	r.Overseers, r.Panel = s.overseers(), s.Sitters()
	for i := range s.Away {
		if s.Away[i].Ended == nil {
			r.KeptAway = append(r.KeptAway, s.Away[i].Staff)
		}
	}
	return r
}

// admit asks the door about an action on the case. A case that does not exist
// goes the same way and comes out as not found.
func (c *Cases) admit(who realm.Actor, do policy.Action, s *State) error {
	res := policy.Resource{Kind: "none"}
	if s.Exists() {
		res = s.Resource(c.realm.Now())
	}
	glass := s.glassOpen(who.Staff, c.realm.Now())
	return c.realm.Door.Case(who.Principal, do, policy.CaseView, res, policy.Context{Glass: glass})
}

// Admitted loads a case for another room, after asking the door.
func (c *Cases) Admitted(ctx context.Context, who realm.Actor, id string, do policy.Action) (*State, error) {
	s, err := c.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	return s, c.admit(who, do, s)
}

// Raise opens a case.
func (c *Cases) Raise(ctx context.Context, who realm.Actor, o Order, a *Alert) (realm.Receipt, error) {
	if err := c.realm.Door.Realm(who.Principal, policy.AlertCreate); err != nil {
		return realm.Receipt{}, err
	}
	return c.run(ctx, who, o, &State{}, c.realm.NewID(), a, false)
}

// Do runs one command on one case: the door first, then the input, then the
// rules.
func (c *Cases) Do(ctx context.Context, who realm.Actor, id string, o Order, cmd Command) (realm.Receipt, error) {
	s, err := c.Load(ctx, id)
	if err != nil {
		return realm.Receipt{}, err
	}
	if err := c.admitCommand(who, s, cmd); err != nil {
		// Whoever took a case cannot take it again; sent twice with one key,
		// it is answered as the first time all the same.
		if rc, found := c.answered(ctx, who, o, s, id, cmd); found {
			return rc, nil
		}
		return realm.Receipt{}, err
	}
	switch x := cmd.(type) {
	case *Join:
		x.agency = c.agencyOf(ctx, x.Staff)
		if c.dutiesOf != nil {
			x.duties = c.dutiesOf(ctx, x.Staff)
		}
	case *Cover:
		x.agency = c.agencyOf(ctx, x.Staff)
	case *KeepAway:
		x.agency = c.agencyOf(ctx, x.Staff)
		x.watches = c.dutiesOf != nil && watches(c.dutiesOf(ctx, x.Staff))
	case *ConvenePanel:
		if x.seats, err = c.seats(ctx, x.Members, x.barred(s, who.Staff)); err != nil {
			return realm.Receipt{}, err
		}
		if x.passedOver, err = c.passesOver(ctx, x.seats); err != nil {
			return realm.Receipt{}, err
		}
	case *RecordInterview:
		if x.others, err = c.herOther(ctx, id); err != nil {
			return realm.Receipt{}, err
		}
	case *TreatAsOffender:
		if x.others, err = c.herOther(ctx, id); err != nil {
			return realm.Receipt{}, err
		}
	case *RecordExtra:
		x.agency = who.Agency
	}
	return c.run(ctx, who, o, s, id, cmd, true)
}

// answered finds the answer that the same person already got to the same
// command under the same key.
func (c *Cases) answered(ctx context.Context, who realm.Actor, o Order, s *State, id string, cmd Command) (realm.Receipt, bool) {
	if o.Key == "" {
		return realm.Receipt{}, false
	}
	digest, err := c.realm.Digest(string(cmd.Action()), streamOf(s, id), cmd)
	if err != nil {
		return realm.Receipt{}, false
	}
	rc, found, err := c.realm.Replayed(ctx, who, o.Key, digest)
	return rc, found && err == nil
}

// admitCommand asks the door; for a break-glass command it also tells whose
// break-glass it is about, since nobody seconds or reviews the own one.
func (c *Cases) admitCommand(who realm.Actor, s *State, cmd Command) error {
	res := policy.Resource{Kind: "none"}
	if s.Exists() {
		res = s.Resource(c.realm.Now())
	}
	switch x := cmd.(type) {
	case *Second:
		if g := s.glass(x.Glass); g != nil {
			res.Staff = g.By.Staff
		}
	case *ReviewGlass:
		if g := s.glass(x.Glass); g != nil {
			res.Staff = g.By.Staff
		}
	}
	glass := s.glassOpen(who.Staff, c.realm.Now())
	return c.realm.Door.Case(who.Principal, cmd.Action(), policy.CaseView, res, policy.Context{Glass: glass})
}

// BreakGlass finds the case by its reference. The input is checked before the
// reference is looked up.
func (c *Cases) BreakGlass(ctx context.Context, who realm.Actor, o Order, b *Break) (realm.Receipt, error) {
	if err := c.realm.Door.Realm(who.Principal, policy.GlassBreak); err != nil {
		return realm.Receipt{}, err
	}
	if err := c.check(b); err != nil {
		return realm.Receipt{}, err
	}
	id, err := c.idByRef(ctx, b.Ref)
	if err != nil {
		return realm.Receipt{}, err
	}
	s, err := c.Load(ctx, id)
	if err != nil {
		return realm.Receipt{}, err
	}
	if !s.Exists() {
		return realm.Receipt{}, problem.ErrNotFound
	}
	if err := c.admit(who, policy.GlassBreak, s); err != nil { // kept away: there is no such case
		return realm.Receipt{}, err
	}
	return c.run(ctx, who, o, s, id, b, true)
}

func (c *Cases) check(cmd Command) error {
	v := valid.New(c.realm.Now())
	cmd.Check(v, c.realm.Content)
	if n, ok := cmd.(namesAgency); ok {
		if field, id := n.agency(); id != "" && !c.takesPart(id) {
			v.Add(field, "common.error.unknown_term")
		}
	}
	if n, ok := cmd.(namesAgencies); ok {
		field, ids := n.agencies()
		if slices.ContainsFunc(ids, func(id string) bool { return !c.takesPart(id) }) {
			v.Add(field, "common.error.unknown_term")
		}
	}
	return v.Err()
}

// namesAgency is a command about an agency: it must be one that takes part, or
// nobody could act on what is recorded.
type namesAgency interface{ agency() (field, id string) }

// namesAgencies is a command about several agencies.
type namesAgencies interface {
	agencies() (field string, ids []string)
}

func (a *Alert) agency() (field, id string)  { return "holder", a.Holder }
func (a *Ask) agency() (field, id string)    { return "agency", a.Agency }
func (g *Ground) agency() (field, id string) { return "agency", g.Agency }

// run takes an admitted command through input, replay, version and rules into
// the ledger. Anew asks the door and decides again when somebody else was faster;
// what no door was asked about (an alert, the realm's own acts) is not.
func (c *Cases) run(ctx context.Context, who realm.Actor, o Order, s *State, id string, cmd Command, anew bool) (realm.Receipt, error) {
	digest, err := c.realm.Digest(string(cmd.Action()), streamOf(s, id), cmd)
	if err != nil {
		return realm.Receipt{}, err
	}
	if err := c.check(cmd); err != nil {
		return realm.Receipt{}, err
	}
	if rc, found, err := c.realm.Replayed(ctx, who, o.Key, digest); err != nil || found {
		return rc, err
	}
	for try := 1; ; try++ {
		rc, err := c.decided(ctx, who, o, s, id, cmd, digest)
		if !anew || o.Expect > 0 || try == Tries || !errors.As(err, new(*problem.Changed)) {
			return rc, err
		}
		if s, err = c.Load(ctx, id); err != nil {
			return realm.Receipt{}, err
		}
		if err := c.admitCommand(who, s, cmd); err != nil {
			return realm.Receipt{}, err
		}
	}
}

// Tries is how often a command is decided on anew, because somebody else was
// faster, when its sender did not say which version they looked at. Each time
// another command landed, so it takes this many at once for one to be sent back.
const Tries = 200

// decided has the rules decide on the case as it was read, and commits it.
func (c *Cases) decided(ctx context.Context, who realm.Actor, o Order, s *State, id string, cmd Command, digest []byte) (realm.Receipt, error) {
	if o.Expect > 0 && o.Expect != s.Version {
		return realm.Receipt{}, &problem.Changed{Expected: o.Expect, Have: s.Version}
	}
	sealing := &sealing{ctx: ctx, vault: c.realm.Vault, by: map[string]*vault.Sealer{}}
	e := c.env(who, sealing)
	drafts, err := cmd.decide(s, e)
	if err != nil {
		return realm.Receipt{}, err
	}
	if errors.Is(sealing.err, vault.ErrErased) {
		return realm.Receipt{}, problem.Refuse("case.forgotten")
	}
	if sealing.err != nil {
		return realm.Receipt{}, fmt.Errorf("casefile: seal: %w", sealing.err)
	}
	answer := realm.Receipt{ID: id, Ref: s.Ref}
	if ev, ok := drafts[0].Payload.(AlertedEvent); ok {
		answer.Ref = ev.Ref
	}
	return c.realm.Commit(ctx, realm.Command{
		Actor: who, Key: o.Key, Digest: digest, Answer: answer, Cause: s.Cause(who.Staff, cmd, e.now),
		Appends: []realm.Append{{Stream: Stream(id), Expected: s.Version, Drafts: drafts}},
		Also:    c.index(who, id, cmd, drafts),
	})
}

func streamOf(s *State, id string) string {
	if s.Exists() {
		return Stream(id)
	}
	return "case/new"
}

func (c *Cases) env(who realm.Actor, sl *sealing) *env {
	return &env{
		now: c.realm.Now(), by: who.Principal, content: c.realm.Content.Pinned(),
		newID: c.realm.NewID, newRef: c.realm.NewRef, seal: sl.seal,
	}
}

// sealing keeps one sealer per person for the length of a command and the
// first error, so that rules stay free of error handling.
type sealing struct {
	ctx   context.Context
	vault *vault.Vault
	by    map[string]*vault.Sealer
	err   error
}

func (sl *sealing) seal(subject string, p vault.Place, text string) vault.Sealed {
	if sl.err != nil {
		return ""
	}
	s := sl.by[subject]
	if s == nil {
		s, sl.err = sl.vault.Sealer(sl.ctx, subject)
		if sl.err != nil {
			return ""
		}
		sl.by[subject] = s
	}
	out, err := s.Seal(p, text)
	if err != nil {
		sl.err = err
	}
	return out
}

// index writes the keyed search tokens of what the command said about persons.
// They are made from the names before sealing and never enter the ledger, so
// that forgetting a person forgets them too.
func (c *Cases) index(who realm.Actor, caseID string, cmd Command, drafts []ledger.Draft) func(*store.Tx) error {
	type entry struct {
		person Person
		facts  PersonFacts
	}
	var entries []entry
	switch x := cmd.(type) {
	case *Alert:
		ev := drafts[0].Payload.(AlertedEvent)
		facts := append([]PersonFacts{x.Person}, x.Others...)
		if n := len(ev.Persons); n > len(facts) {
			facts = append(facts, PersonFacts{Name: x.Reporter, Phone: x.Phone})
		}
		for i, p := range ev.Persons {
			entries = append(entries, entry{p, facts[i]})
		}
	case *Describe:
		entries = append(entries, entry{drafts[0].Payload.(PersonDescribedEvent).Person, x.Facts})
	default:
		return nil
	}
	ready := make([]*search.Entry, len(entries)) // hashed here, outside the write lane
	for i, en := range entries {
		ready[i] = c.realm.Search.Prepare(en.person.ID, caseID, names(en.facts), exacts(en.facts))
	}
	return func(tx *store.Tx) error {
		for i, en := range ready {
			if err := en.Write(tx); err != nil {
				return err
			}
			if p := &entries[i].person; c.written != nil && p.Role == RoleSubject {
				if err := c.written(tx, who, caseID, p.ID, false); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

func exacts(f PersonFacts) []search.Exact {
	var out []search.Exact
	if f.Phone != "" {
		out = append(out, search.Exact{Kind: search.Phone, Value: f.Phone})
	}
	if f.IDNumber != "" {
		out = append(out, search.Exact{Kind: search.IdentityNumber, Value: f.IDNumber})
	}
	return out
}

func names(f PersonFacts) []string {
	var out []string
	for _, n := range append([]string{f.Name}, strings.Split(f.OtherNames, "\n")...) {
		if n != "" {
			out = append(out, n)
		}
	}
	return out
}

// NoteReferral is how the referral room notes a step in the case's own stream,
// in one transaction with its own.
func NoteReferral(s *State, ref ReferralRef, more ...ledger.Draft) realm.Append {
	return realm.Append{Stream: Stream(s.ID), Expected: s.Version, Drafts: append([]ledger.Draft{draft(ReferralNoted, ref)}, more...)}
}

// Joining is the event by which an accepted referral brings somebody onto the
// team.
func Joining(staff, agency, duty, referral string) ledger.Draft {
	return draft(TeamJoined, TeamJoinedEvent{Staff: staff, Agency: agency, Duty: duty, Referral: referral})
}

// Leaving is the event by which somebody leaves the team whom a referral had
// brought there.
func Leaving(staff string) ledger.Draft { return draft(TeamLeft, TeamLeftEvent{Staff: staff}) }

func (c *Cases) now() time.Time { return c.realm.Now() }
