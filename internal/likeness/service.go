package likeness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/search"
	"rufaa/internal/store"
	"rufaa/internal/vault"
)

// Likenesses runs the room's commands and reads in one realm.
type Likenesses struct {
	Rules *Rules

	realm  *realm.Realm
	cases  *casefile.Cases
	probes *search.Limiter
	listed *search.Limiter // what of them a list may take
}

// New opens the room and registers its projection. Cases must be told to call
// Written.
func New(r *realm.Realm, cases *casefile.Cases, rules *Rules) *Likenesses {
	r.Register(projection{})
	return &Likenesses{Rules: rules, realm: r, cases: cases,
		probes: search.NewLimiter(rules.Limits.Comparisons, rules.Limits.Within),
		listed: search.NewLimiter(rules.Limits.Listed, rules.Limits.Within)}
}

func (l *Likenesses) read(ctx context.Context, id string) (*State, error) {
	s := new(State)
	var raw []byte
	err := l.realm.Store.QueryRow(ctx, `SELECT state FROM likenesses WHERE id = $1`, id).Scan(&raw)
	if errors.Is(err, store.ErrNoRow) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, s)
	}
	if err != nil {
		return nil, fmt.Errorf("likeness: read: %w", err)
	}
	return s, nil
}

// part is a likeness as one agency has part in it.
type part struct {
	*State
	own, other *Side
	cs         *casefile.State // the own case
}

// load reads a likeness and the asking agency's own case of it. The same is
// read whether there is one or not.
func (l *Likenesses) load(ctx context.Context, who realm.Actor, id string) (*part, error) {
	s, err := l.read(ctx, id)
	if err != nil {
		return nil, err
	}
	p := &part{State: s}
	p.own, p.other = s.of(who.Agency)
	ownCase := ""
	if p.own != nil {
		ownCase = p.own.Case
	}
	p.cs, err = l.cases.Load(ctx, ownCase)
	return p, err
}

func (p *part) resource(now time.Time) policy.Resource {
	if p.own == nil || !p.cs.Exists() {
		return policy.Resource{Kind: "none"}
	}
	res := p.cs.Resource(now)
	res.Kind = "likeness"
	return res
}

func (l *Likenesses) admit(who realm.Actor, do policy.Action, p *part) error {
	return l.realm.Door.Case(who.Principal, do, policy.LikenessView, p.resource(l.realm.Now()), policy.Context{})
}

// Phase is where a pair stands for one side. It never tells whether the other
// side has answered.
type Phase string

// The phases.
const (
	Asked     Phase = "asked"     // this side has not answered
	Waiting   Phase = "waiting"   // this side agreed
	Comparing Phase = "comparing" // both agreed; this side has not judged
	Told      Phase = "judged"    // this side said: the same
	IsLinked  Phase = "linked"
	NotShown  Phase = "not-compared" // ended before both agreed
	Different Phase = "different"
	Undone    Phase = "unlinked"
)

// View is a likeness as one side may see it. Until both agreed it tells the
// own case, and whether a number or a name is alike.
type View struct {
	ID     string   `json:"id"`
	Case   string   `json:"case" doc:"The own case"`
	Ref    string   `json:"reference" doc:"Of the own case"`
	Phase  Phase    `json:"phase" enum:"asked,waiting,comparing,judged,linked,not-compared,different,unlinked"`
	Signs  []string `json:"signs" doc:"What is alike: number or name; in detail when both have agreed"`
	Child  bool     `json:"child" doc:"The person of the own case is treated as a child"`
	Fields []string `json:"fields,omitempty" doc:"What both agreed to have compared"`
	Agency string   `json:"agency,omitempty" doc:"The other agency, when both have agreed"`
	Linked string   `json:"linked,omitempty" doc:"Reference of the other case, when linked"`
	Reason string   `json:"reason,omitempty" doc:"Why the own side ended it"`
	Again  bool     `json:"again,omitempty" doc:"The own side undid the link, and may take that back"`
}

func (l *Likenesses) view(ctx context.Context, p *part) (*View, error) {
	v := &View{ID: p.ID, Case: p.cs.ID, Ref: p.cs.Ref, Phase: p.phase(), Signs: p.signs(), Child: p.cs.Subject().Child, Again: p.again()}
	if e := p.Ended; e != nil && e.Case == p.own.Case {
		v.Reason = e.Reason
	}
	if p.met() {
		v.Agency, v.Fields = p.other.Holder, p.fields()
	}
	if v.Phase == IsLinked {
		other, err := l.cases.Load(ctx, p.other.Case)
		if err != nil {
			return nil, err
		}
		v.Linked = other.Ref
	}
	return v, nil
}

// met tells whether both sides agreed, so that each may know who the other is.
func (p *part) met() bool { return p.own.Agreed != nil && p.other.Agreed != nil }

func (p *part) phase() Phase {
	switch p.Status {
	case StatusLinked:
		return IsLinked
	case StatusComparing:
		if p.own.Verdict != "" {
			return Told
		}
		return Comparing
	case StatusEnded:
		switch {
		case p.Ended.Kind == "different":
			return Different
		case p.Ended.Kind == "unlinked", p.own.Verdict != "" && p.other.Verdict != "":
			return Undone
		}
		return NotShown
	}
	if p.own.Agreed != nil {
		return Waiting
	}
	return Asked
}

// signs tells before both agreed only that a number or a name is alike: which
// number, and what else, would tell of the other's papers.
func (p *part) signs() []string {
	if p.met() {
		out := make([]string, len(p.Signs))
		for i, s := range p.Signs {
			out[i] = string(s)
		}
		return out
	}
	if slices.Contains(p.Signs, SameIdentityNumber) || slices.Contains(p.Signs, SamePhone) {
		return []string{"number"}
	}
	return []string{"name"}
}

// View gives a likeness to a case manager of either side.
func (l *Likenesses) View(ctx context.Context, who realm.Actor, id string) (*View, error) {
	p, err := l.load(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if err := l.admit(who, policy.LikenessView, p); err != nil {
		return nil, err
	}
	return l.view(ctx, p)
}

// List gives the likenesses of the cases that somebody manages: first what
// asks something of this side, then by the reference of the own case. When it
// arose is not told and orders nothing.
func (l *Likenesses) List(ctx context.Context, who realm.Actor) ([]View, error) {
	if err := l.realm.Door.Realm(who.Principal, policy.LikenessList); err != nil {
		return nil, err
	}
	found, err := l.readAll(ctx, `SELECT l.state FROM team t JOIN likenesses l ON l.case_a = t.case_id OR l.case_b = t.case_id
		WHERE t.staff = $1 AND t.agency = $2`, who.Staff, who.Agency)
	if err != nil {
		return nil, err
	}
	out, err := l.views(ctx, who, found)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b View) int {
		asks := func(v View) string {
			if v.Open() {
				return "0"
			}
			return "1"
		}
		return strings.Compare(asks(a)+a.Ref+a.ID, asks(b)+b.Ref+b.ID)
	})
	return out, nil
}

// Asking counts the likenesses that ask something of somebody. It begins with
// those that are open, which end by a clock and are few, and not with the cases
// of the person, because the first page asks this each time.
func (l *Likenesses) Asking(ctx context.Context, who realm.Actor) (n int, err error) {
	if err := l.realm.Door.Realm(who.Principal, policy.LikenessList); err != nil {
		return 0, err
	}
	found, err := l.readAll(ctx, `SELECT l.state FROM likenesses l WHERE l.status IN ('proposed', 'comparing')
		AND EXISTS (SELECT 1 FROM team t WHERE t.staff = $1 AND t.agency = $2 AND t.case_id IN (l.case_a, l.case_b))`, who.Staff, who.Agency)
	if err != nil {
		return 0, err
	}
	views, err := l.views(ctx, who, found)
	for i := range views {
		if views[i].Open() {
			n++
		}
	}
	return n, err
}

// views are likenesses as somebody's side sees them; those that the door does
// not let them see are left out.
func (l *Likenesses) views(ctx context.Context, who realm.Actor, found []*State) ([]View, error) {
	var out []View
	for _, s := range found {
		p := &part{State: s}
		if p.own, p.other = s.of(who.Agency); p.own == nil {
			continue
		}
		var err error
		if p.cs, err = l.cases.Load(ctx, p.own.Case); err != nil {
			return nil, err
		}
		if l.admit(who, policy.LikenessView, p) != nil {
			continue
		}
		v, err := l.view(ctx, p)
		if err != nil {
			return nil, err
		}
		out = append(out, *v)
	}
	return out, nil
}

// Open tells whether this side is asked something.
func (v *View) Open() bool { return v.Phase == Asked || v.Phase == Comparing }

func (l *Likenesses) readAll(ctx context.Context, text string, args ...any) ([]*State, error) {
	rows, err := l.realm.Store.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("likeness: list: %w", err)
	}
	defer rows.Close()
	var out []*State
	for rows.Next() {
		var raw []byte
		if err := rows.Scan(&raw); err != nil {
			return nil, fmt.Errorf("likeness: list: %w", err)
		}
		s := new(State)
		if err := json.Unmarshal(raw, s); err != nil {
			return nil, fmt.Errorf("likeness: list: %w", err)
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// Link is the case of another agency that is linked with one.
type Link struct {
	ID     string `json:"id"` // of the likeness
	Ref    string `json:"reference"`
	Agency string `json:"agency"`
}

// Links gives the linked cases of a case to those of its team who may know of
// them; to everybody else nothing. The case is one that the reader may see.
func (l *Likenesses) Links(ctx context.Context, who realm.Actor, f *casefile.Frame) ([]Link, error) {
	if !f.Can(policy.LinkView) || !l.maySeeHer(who, f.State) {
		return nil, nil
	}
	return l.links(ctx, f.State.ID)
}

// AboutCase finds a row where a case ($1) is linked to another.
const AboutCase = `SELECT id FROM likenesses ` + linkedA + ` UNION ALL SELECT id FROM likenesses ` + linkedB

const (
	linkedA = `WHERE case_a = $1 AND status = 'linked'`
	linkedB = `WHERE case_b = $1 AND status = 'linked'`
)

func (l *Likenesses) links(ctx context.Context, caseID string) ([]Link, error) {
	found, err := l.readAll(ctx, `SELECT state FROM likenesses `+linkedA+` UNION ALL SELECT state FROM likenesses `+linkedB, caseID)
	if err != nil {
		return nil, err
	}
	var out []Link
	for _, s := range found {
		other := &s.Sides[0]
		if other.Case == caseID {
			other = &s.Sides[1]
		}
		oc, err := l.cases.Load(ctx, other.Case)
		if err != nil {
			return nil, err
		}
		out = append(out, Link{ID: s.ID, Ref: oc.Ref, Agency: other.Holder})
	}
	slices.SortFunc(out, func(a, b Link) int { return strings.Compare(a.Ref, b.Ref) })
	return out, nil
}

// SamePerson gives every other case that is linked with a case, also over a third
// one. It asks nobody: it is for rules that protect her, which show nothing of it.
func (l *Likenesses) SamePerson(ctx context.Context, caseID string) ([]string, error) {
	all := []string{caseID}
	for i := 0; i < len(all); i++ {
		found, err := l.readAll(ctx, `SELECT state FROM likenesses `+linkedA+` UNION ALL SELECT state FROM likenesses `+linkedB, all[i])
		if err != nil {
			return nil, err
		}
		for _, s := range found {
			for _, side := range s.Sides {
				if !slices.Contains(all, side.Case) {
					all = append(all, side.Case)
				}
			}
		}
	}
	return all[1:], nil
}

// maySeeHer tells whether the agency may still know who she is, for any
// purpose: a partner whose consent she took back learns of no link.
func (l *Likenesses) maySeeHer(who realm.Actor, cs *casefile.State) bool {
	return slices.ContainsFunc(l.realm.Content.List("purposes"), func(t content.Term) bool {
		basis, _ := cs.Ground(who.Agency, t.ID, vault.Identity, l.realm.Now())
		return basis != ""
	})
}

// LinksOf is Links for a case that is not loaded yet.
func (l *Likenesses) LinksOf(ctx context.Context, who realm.Actor, caseID string) ([]Link, error) {
	cs, err := l.cases.Admitted(ctx, who, caseID, policy.LinkView)
	if err != nil || !l.maySeeHer(who, cs) {
		return nil, err
	}
	return l.links(ctx, cs.ID)
}

// retries is how often a step is decided again because the other side moved
// on under it: neither side is told of a change it may not know of.
const retries = 5

// do runs one step of one side: door, input, replay, rules, ledger.
func (l *Likenesses) do(ctx context.Context, who realm.Actor, id, key string, x step) (realm.Receipt, error) {
	digest, err := l.realm.Digest(string(x.action()), Stream(id), x)
	if err != nil {
		return realm.Receipt{}, err
	}
	var rc realm.Receipt
	for range retries {
		rc, err = l.try(ctx, who, id, key, digest, x)
		if !errors.As(err, new(*problem.Changed)) {
			break
		}
	}
	rc.Version = 0 // how many steps there were would tell of the other side
	return rc, err
}

func (l *Likenesses) try(ctx context.Context, who realm.Actor, id, key string, digest []byte, x step) (realm.Receipt, error) {
	p, err := l.load(ctx, who, id)
	if err != nil {
		return realm.Receipt{}, err
	}
	if err := l.admit(who, x.action(), p); err != nil {
		return realm.Receipt{}, err
	}
	if err := l.check(x); err != nil {
		return realm.Receipt{}, err
	}
	if rc, found, err := l.realm.Replayed(ctx, who, key, digest); err != nil || found {
		return rc, err
	}
	events, err := x.decide(ctx, l, p)
	if err != nil {
		return realm.Receipt{}, err
	}
	return l.realm.Commit(ctx, realm.Command{
		Actor: who, Purpose: Purpose, Key: key, Digest: digest, Answer: realm.Receipt{ID: id, Ref: p.cs.Ref},
		Appends: []realm.Append{{Stream: Stream(id), Expected: p.Version, Drafts: events}},
		Also:    l.roomAgain(who, p, events),
	})
}

// roomAgain lets the own person be compared again when a step made room for
// another likeness of her case.
func (l *Likenesses) roomAgain(who realm.Actor, p *part, events []ledger.Draft) func(*store.Tx) error {
	last := events[len(events)-1]
	if j, judged := last.Payload.(JudgedEvent); last.Kind == Agreed || judged && j.Same {
		return nil
	}
	own := p.own.Party
	return func(tx *store.Tx) error { return l.Written(tx, who, own.Case, own.Person, false) }
}

func drafts(kind string, payload any) []ledger.Draft { return []ledger.Draft{draft(kind, payload)} }
