package inquiry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Purpose is what an inquiry's texts are opened for (vocabulary purposes).
const Purpose = "investigation"

// BasisTeam is the ground in the record of openings: being on the team.
const BasisTeam = "team"

// Inquiries runs the room's commands and reads in one realm.
type Inquiries struct {
	realm    *realm.Realm
	cases    *casefile.Cases
	agencyOf func(ctx context.Context, staff string) string
}

// New opens the room and registers its projection. agencyOf gives the agency
// of an active member of staff; "" is unknown.
func New(r *realm.Realm, cases *casefile.Cases, agencyOf func(context.Context, string) string) *Inquiries {
	r.Register(projection{})
	return &Inquiries{realm: r, cases: cases, agencyOf: agencyOf}
}

// Load reads one inquiry without asking anybody. It is for rooms that decide
// about it themselves; one that is not there does not Exist.
func (q *Inquiries) Load(ctx context.Context, id string) (*State, error) {
	s := new(State)
	var raw []byte
	err := q.realm.Store.QueryRow(ctx, `SELECT state FROM inquiries WHERE id = $1`, id).Scan(&raw)
	if errors.Is(err, store.ErrNoRow) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, s)
	}
	if err != nil {
		return nil, fmt.Errorf("inquiry: read: %w", err)
	}
	return s, nil
}

// Admitted loads an inquiry after asking the door about an action on it. Not
// there and not yours are both problem.ErrNotFound.
func (q *Inquiries) Admitted(ctx context.Context, who realm.Actor, id string, do policy.Action) (*State, error) {
	s, err := q.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	return s, q.admit(who, s, do)
}

func (q *Inquiries) admit(who realm.Actor, s *State, do policy.Action) error {
	return q.realm.Door.Case(who.Principal, do, policy.InquiryView, s.Resource(who.Staff, q.realm.Now()), policy.Context{})
}

// Open opens an inquiry.
func (q *Inquiries) Open(ctx context.Context, who realm.Actor, o casefile.Order, cmd *Open) (realm.Receipt, error) {
	if err := q.realm.Door.Realm(who.Principal, policy.InquiryCreate); err != nil {
		return realm.Receipt{}, err
	}
	return q.run(ctx, who, o, new(State), q.realm.NewID(), cmd)
}

// Do runs one command on one inquiry: the door first, then the input, then the
// rules.
func (q *Inquiries) Do(ctx context.Context, who realm.Actor, id string, o casefile.Order, cmd Command) (realm.Receipt, error) {
	s, err := q.Admitted(ctx, who, id, cmd.Action())
	if err != nil {
		return realm.Receipt{}, err
	}
	switch x := cmd.(type) {
	case *Plan:
		x.known = func(staff string) bool { return q.agencyOf(ctx, staff) != "" }
	case *Join:
		x.agency = q.agencyOf(ctx, x.Staff)
	case *Link:
		// A case that is not there and one that is not theirs are the same.
		if _, err := q.cases.Admitted(ctx, who, x.Case, policy.InquiryLink); err != nil {
			return realm.Receipt{}, &problem.Invalid{Fields: []problem.Field{{Name: "case", Key: "common.error.unknown_term"}}}
		}
	}
	return q.run(ctx, who, o, s, s.ID, cmd)
}

// run takes an admitted command through input, replay, version and rules into
// the ledger.
func (q *Inquiries) run(ctx context.Context, who realm.Actor, o casefile.Order, s *State, id string, cmd Command) (realm.Receipt, error) {
	v := valid.New(q.realm.Now())
	cmd.Check(v, q.realm.Content)
	if err := v.Err(); err != nil {
		return realm.Receipt{}, err
	}
	stream := "inquiry/new"
	if s.Exists() {
		stream = Stream(id)
	}
	digest, err := q.realm.Digest(string(cmd.Action()), stream, cmd)
	if err != nil {
		return realm.Receipt{}, err
	}
	if rc, found, err := q.realm.Replayed(ctx, who, o.Key, digest); err != nil || found {
		return rc, err
	}
	if o.Expect > 0 && o.Expect != s.Version {
		return realm.Receipt{}, &problem.Changed{Expected: o.Expect, Have: s.Version}
	}
	var failed error
	e := &env{id: id, now: q.realm.Now(), by: who.Principal, content: q.realm.Content.Pinned(), newID: q.realm.NewID, newRef: q.newRef,
		seal: func(p vault.Place, text string) vault.Sealed {
			out, err := q.seal(ctx, id, p, text)
			failed = errors.Join(failed, err)
			return out
		}}
	drafts, err := cmd.decide(s, e)
	if err != nil {
		return realm.Receipt{}, err
	}
	if failed != nil {
		return realm.Receipt{}, fmt.Errorf("inquiry: seal: %w", failed)
	}
	ref := s.Ref
	if ev, ok := drafts[0].Payload.(OpenedEvent); ok {
		ref = ev.Ref
	}
	return q.realm.Commit(ctx, realm.Command{
		Actor: who, Purpose: Purpose, Key: o.Key, Digest: digest, Answer: realm.Receipt{ID: id, Ref: ref},
		Appends: []realm.Append{{Stream: Stream(id), Expected: s.Version, Drafts: drafts}},
	})
}

func (q *Inquiries) seal(ctx context.Context, id string, p vault.Place, text string) (vault.Sealed, error) {
	sealer, err := q.realm.Vault.Sealer(ctx, Subject(id))
	if err != nil {
		return "", err
	}
	return sealer.Seal(p, text)
}

// newRef is a reference of its own form, so that nobody takes it for a case's.
func (q *Inquiries) newRef() string { return "IQ-" + strings.TrimPrefix(q.realm.NewRef(), "RF-") }

// Known is what those who care for a person may learn: that an inquiry exists
// and which agency to ask. Who is on its team is also told which it is.
type Known struct {
	Agency string `json:"agency"`
	ID     string `json:"id,omitempty" doc:"For its team only"`
	Ref    string `json:"reference,omitempty" doc:"For its team only"`
}

// AboutCase finds a row where an inquiry is about a case ($1).
const AboutCase = `SELECT 1 FROM inquiry_cases WHERE case_id = $1`

// OfCase tells of the inquiries about a case, as far as the asker may know.
func (q *Inquiries) OfCase(ctx context.Context, who realm.Actor, caseID string) ([]Known, error) {
	if _, err := q.cases.Admitted(ctx, who, caseID, policy.InquiryKnow); err != nil {
		return nil, err
	}
	found, err := q.readAll(ctx, `SELECT i.state FROM inquiry_cases c JOIN inquiries i ON i.id = c.inquiry WHERE c.case_id = $1 ORDER BY i.opened_at, i.id`, caseID)
	if err != nil {
		return nil, err
	}
	out := []Known{}
	for _, s := range found {
		k := Known{Agency: s.Agency}
		if q.admit(who, s, policy.InquiryView) == nil {
			k.ID, k.Ref = s.ID, s.Ref
		}
		out = append(out, k)
	}
	return slices.CompactFunc(out, func(a, b Known) bool { return a.ID == "" && a == b }), nil
}

func (q *Inquiries) readAll(ctx context.Context, text string, args ...any) ([]*State, error) {
	rows, err := q.realm.Store.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("inquiry: list: %w", err)
	}
	defer rows.Close()
	var out []*State
	for rows.Next() {
		var raw []byte
		if err := rows.Scan(&raw); err != nil {
			return nil, fmt.Errorf("inquiry: list: %w", err)
		}
		s := new(State)
		if err := json.Unmarshal(raw, s); err != nil {
			return nil, fmt.Errorf("inquiry: list: %w", err)
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// List gives the inquiries on whose team somebody is, the newest change first.
func (q *Inquiries) List(ctx context.Context, who realm.Actor) ([]*State, error) {
	if err := q.realm.Door.Realm(who.Principal, policy.InquiryList); err != nil {
		return nil, err
	}
	found, err := q.readAll(ctx, `SELECT i.state FROM inquiry_team t JOIN inquiries i ON i.id = t.inquiry WHERE t.staff = $1
		ORDER BY i.changed_at DESC, i.id`, who.Staff)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(found, func(s *State) bool { return q.admit(who, s, policy.InquiryView) != nil }), nil
}

// OpenItems opens sealed texts of an inquiry (or of what belongs to it) for
// its team; the opening is recorded in the stream "access/inquiry/<id>".
func (q *Inquiries) OpenItems(ctx context.Context, who realm.Actor, s *State, items []vault.Item) ([]string, error) {
	if err := q.admit(who, s, policy.InquiryRead); err != nil {
		return nil, err
	}
	texts, err := q.realm.Vault.Open(ctx, vault.Opening{
		Actor: who.Staff, Agency: who.Agency, Duty: who.Duty, Device: who.Device,
		Purpose: Purpose, Basis: BasisTeam, Case: Subject(s.ID),
	}, items)
	if err != nil {
		return nil, fmt.Errorf("inquiry: open: %w", err)
	}
	return texts, nil
}
