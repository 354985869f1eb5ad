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

	suspecting func(ctx context.Context, caseID string) error // see BeforeSuspecting
	things     Things                                         // see KeepApartFrom

	rooms Rooms // see Beside

	Rules *Rules
}

// New opens the room and registers its projection. agencyOf gives the agency
// of an active member of staff; "" is unknown.
func New(r *realm.Realm, inquiries *inquiry.Inquiries, agencyOf func(context.Context, string) string, rules *Rules) *Scenes {
	r.Register(projection{})
	return &Scenes{realm: r, inquiries: inquiries, agencyOf: agencyOf, Rules: rules}
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
	id := c.realm.NewID()
	return again(o, func() (realm.Receipt, error) {
		in, err := c.inquiries.Admitted(ctx, who, inquiryID, policy.SceneCreate)
		if err != nil {
			return realm.Receipt{}, err
		}
		return c.run(ctx, who, o, &State{inquiry: in}, id, cmd)
	})
}

// Do runs one command at one scene: the door first, then the input, then the
// rules.
func (c *Scenes) Do(ctx context.Context, who realm.Actor, id string, o casefile.Order, cmd Command) (realm.Receipt, error) {
	switch x := cmd.(type) {
	case *Give:
		x.agency = c.agencyOf(ctx, x.Staff)
	case *Enter:
		x.known = func(staff string) bool { return c.agencyOf(ctx, staff) != "" }
	case *Judge: // through Review, where another door is asked
		return realm.Receipt{}, problem.ErrNotFound
	}
	return again(o, func() (realm.Receipt, error) {
		s, err := c.Admitted(ctx, who, id, cmd.Action())
		if err != nil {
			return realm.Receipt{}, err
		}
		if err := c.suspects(ctx, s, cmd); err != nil {
			return realm.Receipt{}, err
		}
		return c.run(ctx, who, o, s, s.ID, cmd)
	})
}

// retries is how often a command is decided again because others recorded at
// the same scene in the same moment; ten officers at a door do.
const retries = 8

// again decides anew what was overtaken, unless the writer named a version.
// What is overtaken every time is refused in words; nothing of it was recorded.
func again(o casefile.Order, try func() (realm.Receipt, error)) (realm.Receipt, error) {
	for range retries + 1 {
		rc, err := try()
		if overtaken := errors.Is(err, errMeanwhile) || o.Expect == 0 && errors.As(err, new(*problem.Changed)); !overtaken {
			return rc, err
		}
	}
	return realm.Receipt{}, problem.Refuse("scene.overtaken")
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
	digest, err := c.digest(cmd, target)
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
	e := &env{id: id, now: c.realm.Now(), by: who.Principal, content: c.realm.Content.Pinned(), newID: c.realm.NewID, rules: c.Rules,
		mayOverride: c.admit(who, s, policy.SceneOverride) == nil,
		seal: func(subject string, p vault.Place, text string) vault.Sealed {
			out, err := c.seal(ctx, subject, p, text)
			failed = errors.Join(failed, err)
			return out
		}}
	e.photo, e.has = c.ask(ctx, who, id)
	var guards []realm.Guard
	var also func(*store.Tx) error
	if separates(cmd) {
		if e.siblings, guards, err = c.siblings(ctx, s); err != nil {
			return realm.Receipt{}, err
		}
		if e.things, also, err = c.thingsOf(ctx, s, e.siblings); err != nil {
			return realm.Receipt{}, err
		}
	}
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
		Actor: who, Purpose: inquiry.Purpose, Key: o.Key, Digest: digest, Answer: answer, Guards: guards, Appends: appends, Also: also,
	})
}

// digest recognises a command that is sent again. What the device's clock
// shows moves on meanwhile and is no part of it.
func (c *Scenes) digest(cmd Command, target string) ([]byte, error) {
	if t, timed := cmd.(interface{ clock() *string }); timed {
		was := *t.clock()
		*t.clock() = ""
		defer func() { *t.clock() = was }()
	}
	return c.realm.Digest(string(cmd.Action()), target, cmd)
}

// separates tells whether a command decides about who shares what.
func separates(cmd Command) bool {
	switch cmd.(type) {
	case *Handle, *Restate:
		return true
	}
	return false
}

// siblings are the other scenes of the inquiry, with guards: nothing may
// happen at them between the decision and its becoming durable.
func (c *Scenes) siblings(ctx context.Context, s *State) ([]*State, []realm.Guard, error) {
	all, err := c.readAll(ctx, `SELECT state FROM scenes WHERE inquiry = $1 AND id <> $2 ORDER BY opened_at, id`, s.Inquiry, s.ID)
	if err != nil {
		return nil, nil, err
	}
	guards := make([]realm.Guard, len(all))
	for i, x := range all {
		guards[i] = realm.Guard{Stream: Stream(x.ID), Version: x.Version}
	}
	return all, guards, nil
}

func (c *Scenes) readAll(ctx context.Context, text string, args ...any) ([]*State, error) {
	rows, err := c.realm.Store.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("scene: list: %w", err)
	}
	defer rows.Close()
	var out []*State
	for rows.Next() {
		var raw []byte
		if err := rows.Scan(&raw); err != nil {
			return nil, fmt.Errorf("scene: list: %w", err)
		}
		s := new(State)
		if err := json.Unmarshal(raw, s); err != nil {
			return nil, fmt.Errorf("scene: list: %w", err)
		}
		out = append(out, s)
	}
	return out, rows.Err()
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
