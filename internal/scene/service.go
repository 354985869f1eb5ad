package scene

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"rufaa/internal/casefile"
	"rufaa/internal/inquiry"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Scenes runs the room's commands and reads in one realm.
type Scenes struct {
	realm     *realm.Realm
	inquiries *inquiry.Inquiries
	agencyOf  func(ctx context.Context, staff string) string
}

// New opens the room and registers its projection. agencyOf gives the agency
// of an active member of staff; "" is unknown.
func New(r *realm.Realm, inquiries *inquiry.Inquiries, agencyOf func(context.Context, string) string) *Scenes {
	r.Register(projection{})
	return &Scenes{realm: r, inquiries: inquiries, agencyOf: agencyOf}
}

// Load reads one scene with its inquiry without asking anybody. It is for
// rooms that decide about it themselves; one that is not there does not Exist.
func (c *Scenes) Load(ctx context.Context, id string) (*State, error) {
	s := new(State)
	var raw []byte
	err := c.realm.Store.QueryRow(ctx, `SELECT state FROM scenes WHERE id = $1`, id).Scan(&raw)
	if errors.Is(err, store.ErrNoRow) {
		err = nil
	} else if err == nil {
		err = json.Unmarshal(raw, s)
	}
	if err != nil {
		return nil, fmt.Errorf("scene: read: %w", err)
	}
	s.inquiry, err = c.inquiries.Load(ctx, s.Inquiry) // also for none: the same work
	return s, err
}

// Admitted loads a scene after asking the door about an action on it. Not
// there and not yours are both problem.ErrNotFound.
func (c *Scenes) Admitted(ctx context.Context, who realm.Actor, id string, do policy.Action) (*State, error) {
	s, err := c.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	return s, c.admit(who, s, do)
}

func (c *Scenes) admit(who realm.Actor, s *State, do policy.Action) error {
	return c.realm.Door.Case(who.Principal, do, policy.SceneView, s.Resource(who.Staff, c.realm.Now()), policy.Context{})
}

// Open opens a scene of an inquiry.
func (c *Scenes) Open(ctx context.Context, who realm.Actor, inquiryID string, o casefile.Order, cmd *Open) (realm.Receipt, error) {
	in, err := c.inquiries.Admitted(ctx, who, inquiryID, policy.SceneCreate)
	if err != nil {
		return realm.Receipt{}, err
	}
	return c.run(ctx, who, o, &State{inquiry: in}, c.realm.NewID(), cmd)
}

// Do runs one command at one scene: the door first, then the input, then the
// rules.
func (c *Scenes) Do(ctx context.Context, who realm.Actor, id string, o casefile.Order, cmd Command) (realm.Receipt, error) {
	s, err := c.Admitted(ctx, who, id, cmd.Action())
	if err != nil {
		return realm.Receipt{}, err
	}
	if x, ok := cmd.(*Give); ok {
		x.agency = c.agencyOf(ctx, x.Staff)
	}
	return c.run(ctx, who, o, s, s.ID, cmd)
}

// run takes an admitted command through input, replay, version and rules into
// the ledger.
func (c *Scenes) run(ctx context.Context, who realm.Actor, o casefile.Order, s *State, id string, cmd Command) (realm.Receipt, error) {
	v := valid.New(c.realm.Now())
	cmd.Check(v, c.realm.Content)
	if err := v.Err(); err != nil {
		return realm.Receipt{}, err
	}
	target := Stream(id)
	if !s.Exists() {
		target = "scene/new/" + s.inquiry.ID
	}
	digest, err := c.realm.Digest(string(cmd.Action()), target, cmd)
	if err != nil {
		return realm.Receipt{}, err
	}
	if rc, found, err := c.realm.Replayed(ctx, who, o.Key, digest); err != nil || found {
		return rc, err
	}
	if o.Expect > 0 && o.Expect != s.Version {
		return realm.Receipt{}, &problem.Changed{Expected: o.Expect, Have: s.Version}
	}
	var failed error
	e := &env{id: id, now: c.realm.Now(), by: who.Principal, content: c.realm.Content.Pinned(), newID: c.realm.NewID,
		seal: func(subject string, p vault.Place, text string) vault.Sealed {
			out, err := c.seal(ctx, subject, p, text)
			failed = errors.Join(failed, err)
			return out
		}}
	drafts, err := cmd.decide(s, e)
	if err != nil {
		return realm.Receipt{}, err
	}
	if failed != nil {
		return realm.Receipt{}, fmt.Errorf("scene: seal: %w", failed)
	}
	answer := realm.Receipt{ID: id, Ref: s.Ref}
	appends := []realm.Append{{Stream: Stream(id), Expected: s.Version, Drafts: drafts}}
	if ev, ok := drafts[0].Payload.(OpenedEvent); ok {
		answer.Ref = ev.Ref
		appends = append(appends, noted(s.inquiry, id, ev))
	}
	return c.realm.Commit(ctx, realm.Command{
		Actor: who, Purpose: inquiry.Purpose, Key: o.Key, Digest: digest, Answer: answer, Appends: appends,
	})
}

// noted writes the scene and its number into the inquiry, in one transaction
// with the scene's first event: no number is given twice.
func noted(in *inquiry.State, id string, ev OpenedEvent) realm.Append {
	return realm.Append{Stream: inquiry.Stream(in.ID), Expected: in.Version, Drafts: []ledger.Draft{{
		Kind: inquiry.SceneOpened, Schema: 1,
		Payload: inquiry.SceneOpenedEvent{Scene: id, Number: ev.Number, Class: ev.Class, CSE: ev.CSE},
	}}}
}

func (c *Scenes) seal(ctx context.Context, subject string, p vault.Place, text string) (vault.Sealed, error) {
	sealer, err := c.realm.Vault.Sealer(ctx, subject)
	if err != nil {
		return "", err
	}
	return sealer.Seal(p, text)
}

// OpenItems opens sealed texts of a scene for those who may read it; the
// opening is recorded in the stream "access/inquiry/<id>" of its inquiry.
func (c *Scenes) OpenItems(ctx context.Context, who realm.Actor, s *State, items []vault.Item) ([]string, error) {
	if err := c.admit(who, s, policy.SceneRead); err != nil {
		return nil, err
	}
	texts, err := c.realm.Vault.Open(ctx, vault.Opening{
		Actor: who.Staff, Agency: who.Agency, Duty: who.Duty, Device: who.Device,
		Purpose: inquiry.Purpose, Basis: inquiry.BasisTeam, Case: inquiry.Subject(s.Inquiry),
	}, items)
	if err != nil {
		return nil, fmt.Errorf("scene: open: %w", err)
	}
	return texts, nil
}
