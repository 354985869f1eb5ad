package family

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"rufaa/internal/casefile"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/search"
	"rufaa/internal/store"
	"rufaa/internal/valid"
)

// Kinds of events in a family's stream.
const (
	Joined = "family.joined" // the first one begins the family
	Left   = "family.left"
)

// Stream is the ledger's name of a family's stream.
func Stream(id string) string { return "family/" + id }

// Relations are what a member is within the family.
var Relations = []string{"mother", "father", "child", "sibling", "spouse", "grandparent", "guardian", "relative"}

// Member is the person whom a case is about, and what she is in the family.
type Member struct {
	Case     string `json:"case"`
	Person   string `json:"person"`
	Relation string `json:"relation"`
}

// JoinedEvent adds members, or says anew what one is.
type JoinedEvent struct {
	Holder  string   `json:"holder"`
	Members []Member `json:"members"`
}

// LeftEvent takes a case out of the family.
type LeftEvent struct {
	Case string `json:"case"`
}

// State is a family as its events tell it.
type State struct {
	ID      string   `json:"id"`
	Version int64    `json:"version"`
	Holder  string   `json:"holder"`
	Members []Member `json:"members"`
}

// Fold applies one event.
func (s *State) Fold(e ledger.Event) error {
	switch e.Kind {
	case Joined:
		var p JoinedEvent
		if err := json.Unmarshal(e.Payload, &p); err != nil {
			return fmt.Errorf("family: event %d: %w", e.Seq, err)
		}
		s.Holder = p.Holder
		for _, m := range p.Members {
			s.Members = append(slices.DeleteFunc(s.Members, func(x Member) bool { return x.Case == m.Case }), m)
		}
	case Left:
		var p LeftEvent
		if err := json.Unmarshal(e.Payload, &p); err != nil {
			return fmt.Errorf("family: event %d: %w", e.Seq, err)
		}
		s.Members = slices.DeleteFunc(s.Members, func(x Member) bool { return x.Case == p.Case })
	default:
		return fmt.Errorf("family: event %d: unknown kind %q", e.Seq, e.Kind)
	}
	s.ID, s.Version = strings.TrimPrefix(e.Stream, "family/"), e.Version
	return nil
}

// Families runs the room's commands and reads in one realm.
type Families struct {
	realm *realm.Realm
	cases *casefile.Cases
}

// New opens the room and registers its projection.
func New(r *realm.Realm, cases *casefile.Cases) *Families {
	r.Register(projection{})
	return &Families{realm: r, cases: cases}
}

// of is the family of a case; empty when there is none.
func (f *Families) of(ctx context.Context, caseID string) (*State, error) {
	s := new(State)
	var raw []byte
	err := f.realm.Store.QueryRow(ctx, `SELECT f.state FROM family_members m JOIN families f ON f.id = m.family WHERE m.case_id = $1`, caseID).Scan(&raw)
	if errors.Is(err, store.ErrNoRow) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, s)
	}
	if err != nil {
		return nil, fmt.Errorf("family: of a case: %w", err)
	}
	return s, nil
}

// Family gives the other cases that belong together with a case, in the order
// they joined. It asks nobody: it is for rooms that place people and decide
// about each case themselves.
func (f *Families) Family(ctx context.Context, caseID string) ([]string, error) {
	s, err := f.of(ctx, caseID)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, m := range s.Members {
		if m.Case != caseID {
			out = append(out, m.Case)
		}
	}
	return out, nil
}

// Shown is a member as somebody may see it.
type Shown struct {
	Case     string `json:"case"`
	Ref      string `json:"reference"`
	Relation string `json:"relation"`
	AgeBand  string `json:"age_band,omitempty"`
	Own      bool   `json:"own,omitempty" doc:"The case that was asked about"`
}

// AboutCase finds a row where a case ($1) is in a family.
const AboutCase = `SELECT 1 FROM family_members WHERE case_id = $1`

// Members lists the family of a case as far as the reader may see each
// member's case. It is empty when there is none, or none that may be seen.
func (f *Families) Members(ctx context.Context, who realm.Actor, caseID string) ([]Shown, error) {
	if _, err := f.cases.Admitted(ctx, who, caseID, policy.FamilyView); err != nil {
		return nil, err
	}
	return f.members(ctx, who, caseID)
}

// MembersIn is Members for a case that the reader has before them already; to
// whom the family is not shown it gives none.
func (f *Families) MembersIn(ctx context.Context, who realm.Actor, frame *casefile.Frame) ([]Shown, error) {
	if !frame.Can(policy.FamilyView) {
		return nil, nil
	}
	return f.members(ctx, who, frame.State.ID)
}

func (f *Families) members(ctx context.Context, who realm.Actor, caseID string) ([]Shown, error) {
	s, err := f.of(ctx, caseID)
	if err != nil {
		return nil, err
	}
	var out []Shown
	others := false
	for _, m := range s.Members {
		cs, err := f.cases.Admitted(ctx, who, m.Case, policy.FamilyView)
		if errors.Is(err, problem.ErrNotFound) || errors.As(err, new(*problem.Denied)) {
			continue
		}
		if err != nil {
			return nil, err
		}
		others = others || m.Case != caseID
		out = append(out, Shown{Case: m.Case, Ref: cs.Ref, Relation: m.Relation, AgeBand: cs.Subject().AgeBand, Own: m.Case == caseID})
	}
	if !others {
		return nil, nil // alone, she would tell that there is somebody unseen
	}
	return out, nil
}

// Join says that the persons of two cases belong together.
type Join struct {
	Reference   string `json:"reference" doc:"Reference of the other case"`
	Relation    string `json:"relation" doc:"What the person of the other case is: mother, father, child, sibling, spouse, grandparent, guardian, relative" maxLength:"20"`
	OwnRelation string `json:"own_relation" doc:"What the person of this case is" maxLength:"20"`
}

func (j *Join) check(c *valid.Check) {
	known := func(id string) bool { return slices.Contains(Relations, id) }
	c.Text("reference", &j.Reference, 40, true)
	c.Term("relation", j.Relation, known, true)
	c.Term("own_relation", j.OwnRelation, known, true)
}

// Join brings the other case into the family of this one, or begins one. The
// case manager leads both cases; a case out of reach is not found.
func (f *Families) Join(ctx context.Context, who realm.Actor, caseID, key string, j *Join) (realm.Receipt, error) {
	cs, err := f.cases.Admitted(ctx, who, caseID, policy.FamilyChange)
	if err != nil {
		return realm.Receipt{}, err
	}
	digest, err := f.realm.Digest("family.join", caseID, j)
	if err != nil {
		return realm.Receipt{}, err
	}
	c := valid.New(f.realm.Now())
	j.check(c)
	if err := c.Err(); err != nil {
		return realm.Receipt{}, err
	}
	if rc, found, err := f.realm.Replayed(ctx, who, key, digest); err != nil || found {
		return rc, err
	}
	other, err := f.byRef(ctx, who, j.Reference)
	if err != nil {
		return realm.Receipt{}, err
	}
	if other.ID == cs.ID || other.Holder != cs.Holder {
		return realm.Receipt{}, problem.Refuse("family.one-agency")
	}
	s, err := f.joinable(ctx, cs.ID, other.ID)
	if err != nil {
		return realm.Receipt{}, err
	}
	id := s.ID
	if id == "" {
		id = f.realm.NewID()
	}
	return f.realm.Commit(ctx, realm.Command{
		Actor: who, Key: key, Digest: digest, Answer: realm.Receipt{ID: cs.ID, Ref: cs.Ref},
		Appends: []realm.Append{{Stream: Stream(id), Expected: s.Version, Drafts: []ledger.Draft{{Kind: Joined, Schema: 1, Payload: JoinedEvent{
			Holder: cs.Holder, Members: []Member{{cs.ID, cs.Subject().ID, j.OwnRelation}, {other.ID, other.Subject().ID, j.Relation}}}}}}},
	})
}

// byRef finds the other case among those that the person leads. That there is
// none, and that it is not theirs, is one answer beside the field.
func (f *Families) byRef(ctx context.Context, who realm.Actor, ref string) (*casefile.State, error) {
	var id string
	err := f.realm.Store.QueryRow(ctx, `SELECT id FROM cases WHERE ref = $1`, search.NormalReference(ref)).Scan(&id)
	if err != nil && !errors.Is(err, store.ErrNoRow) {
		return nil, err
	}
	cs, err := f.cases.Admitted(ctx, who, id, policy.FamilyChange)
	if errors.Is(err, problem.ErrNotFound) || errors.As(err, new(*problem.Denied)) {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "reference", Key: "family.error.reference"}}}
	}
	return cs, err
}

// joinable is the family that either case is in, or an empty one.
func (f *Families) joinable(ctx context.Context, a, b string) (*State, error) {
	one, err := f.of(ctx, a)
	if err != nil {
		return nil, err
	}
	two, err := f.of(ctx, b)
	if err != nil {
		return nil, err
	}
	switch {
	case one.ID == "":
		return two, nil
	case two.ID != "" && two.ID != one.ID:
		return nil, problem.Refuse("family.one-family")
	}
	return one, nil
}

// Leave takes a case out of its family; a family of one is none.
func (f *Families) Leave(ctx context.Context, who realm.Actor, caseID, key string) (realm.Receipt, error) {
	cs, err := f.cases.Admitted(ctx, who, caseID, policy.FamilyChange)
	if err != nil {
		return realm.Receipt{}, err
	}
	digest, err := f.realm.Digest("family.leave", caseID, struct{}{})
	if err != nil {
		return realm.Receipt{}, err
	}
	if rc, found, err := f.realm.Replayed(ctx, who, key, digest); err != nil || found {
		return rc, err
	}
	s, err := f.of(ctx, caseID)
	if err != nil {
		return realm.Receipt{}, err
	}
	if s.ID == "" {
		return realm.Receipt{}, problem.Refuse("family.none")
	}
	var out []ledger.Draft
	for _, m := range s.Members {
		if m.Case == caseID || len(s.Members) == 2 {
			out = append(out, ledger.Draft{Kind: Left, Schema: 1, Payload: LeftEvent{Case: m.Case}})
		}
	}
	return f.realm.Commit(ctx, realm.Command{
		Actor: who, Key: key, Digest: digest, Answer: realm.Receipt{ID: cs.ID, Ref: cs.Ref},
		Appends: []realm.Append{{Stream: Stream(s.ID), Expected: s.Version, Drafts: out}},
	})
}
