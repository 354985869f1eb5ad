package exhibit

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Purpose is what an exhibit's texts are sealed, opened and moved for.
const Purpose = "investigation"

// Scene is what this room must know of a scene.
type Scene struct {
	ID      string
	Prefix  string   // begins the numbers of its exhibits
	Agency  string   // that answers for it
	Team    []string // staff who may see it now
	Roles   []string // of the one who asks
	Cases   []string
	Inquiry string
	CSE     bool
}

// Options tell the room what it does not know itself.
type Options struct {
	Register *Register
	Zone     *time.Location // of times that come without one; nil is UTC
	// Scene reads a scene as one member of staff stands to it; nil, nil when
	// there is none.
	Scene func(ctx context.Context, id, staff string) (*Scene, error)
	// Scenes are the ids of the scenes that a member of staff works at.
	Scenes func(ctx context.Context, staff string) ([]string, error)
	// AgencyOf gives the agency of an active member of staff; "" is unknown.
	AgencyOf func(ctx context.Context, staff string) string
	// StaffCalled gives the id of an active member of staff by the user name;
	// "" is unknown.
	StaffCalled func(ctx context.Context, user string) string
}

// Exhibits runs the room's commands and reads in one realm.
type Exhibits struct {
	Register *Register

	realm *realm.Realm
	o     Options
}

// New opens the room and registers its projection.
func New(r *realm.Realm, o Options) *Exhibits {
	r.Register(projection{})
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	return &Exhibits{Register: o.Register, realm: r, o: o}
}

func (x *Exhibits) read(ctx context.Context, text string, arg any) (*State, error) {
	s := new(State)
	var raw []byte
	err := x.realm.Store.QueryRow(ctx, text, arg).Scan(&raw)
	if errors.Is(err, store.ErrNoRow) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, s)
	}
	if err != nil {
		return nil, fmt.Errorf("exhibit: read: %w", err)
	}
	return s, nil
}

// Load reads an exhibit without asking anybody; one that is not there does not
// Exist. It is for rooms that decide about it themselves.
func (x *Exhibits) Load(ctx context.Context, id string) (*State, error) {
	return x.read(ctx, `SELECT state FROM exhibits WHERE id = $1`, id)
}

// scene reads a scene; one that is not there belongs to nobody.
func (x *Exhibits) scene(ctx context.Context, who realm.Actor, id string) (*Scene, error) {
	sc, err := x.o.Scene(ctx, id, who.Staff)
	if err != nil {
		return nil, err
	}
	if sc == nil {
		sc = new(Scene)
	}
	return sc, nil
}

// atScene describes a scene to the door.
func (sc *Scene) resource() policy.Resource {
	if sc.ID == "" {
		return policy.Resource{Kind: "none"}
	}
	return policy.Resource{Kind: "exhibits", Holder: sc.Agency, Team: sc.Team, Roles: sc.Roles}
}

// Roles in which somebody stands to an exhibit, besides the roles at its scene.
const (
	RoleScene   = "scene"   // sees its scene
	RoleKeeper  = "keeper"  // has it
	RoleAwaited = "awaited" // is asked to take it
	RoleKept    = "kept"    // had it once
)

// resource describes an exhibit to the door as one person stands to it.
func (s *State) resource(sc *Scene, staff string) policy.Resource {
	if !s.Exists() {
		return policy.Resource{Kind: "none"}
	}
	r := policy.Resource{Kind: "exhibit", Holder: sc.Agency, Team: slices.Clone(sc.Team), Roles: slices.Clone(sc.Roles)}
	if slices.Contains(sc.Team, staff) {
		r.Roles = append(r.Roles, RoleScene)
	}
	for _, k := range s.People() {
		r.Team = append(r.Team, k.Staff)
		if k.Staff == staff {
			r.Roles = append(r.Roles, RoleKept)
		}
	}
	if s.Keeper.Staff == staff && staff != "" {
		r.Roles = append(r.Roles, RoleKeeper)
	}
	if p := s.Pending(); p != nil && p.To.Staff == staff {
		r.Roles = append(r.Roles, RoleAwaited)
	}
	return r
}

func (x *Exhibits) admit(who realm.Actor, do policy.Action, s *State, sc *Scene) error {
	return x.realm.Door.Case(who.Principal, do, policy.ExhibitView, s.resource(sc, who.Staff), policy.Context{})
}

// admitted loads an exhibit after asking the door. Not there and not yours are
// both problem.ErrNotFound, after the same reads.
func (x *Exhibits) admitted(ctx context.Context, who realm.Actor, id string, do policy.Action) (*State, *Scene, error) {
	s, err := x.Load(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	sc, err := x.scene(ctx, who, s.Scene)
	if err != nil {
		return nil, nil, err
	}
	return s, sc, x.admit(who, do, s, sc)
}

// AdmittedScene asks the door about an action on the exhibits of a scene.
func (x *Exhibits) AdmittedScene(ctx context.Context, who realm.Actor, scene string, do policy.Action) (*Scene, error) {
	sc, err := x.scene(ctx, who, scene)
	if err != nil {
		return nil, err
	}
	return sc, x.realm.Door.Case(who.Principal, do, policy.ExhibitList, sc.resource(), policy.Context{})
}

// env is made for one command about one exhibit.
func (x *Exhibits) env(ctx context.Context, who realm.Actor, id string, failed *error) *env {
	var sealer *vault.Sealer
	return &env{now: x.realm.Now(), by: who.Principal, content: x.realm.Content.Pinned(), places: x.Register, zone: x.o.Zone, newID: x.realm.NewID,
		agency: func(staff string) string { return x.o.AgencyOf(ctx, staff) },
		user:   func(name string) string { return x.o.StaffCalled(ctx, name) },
		seal: func(record, field, text string) vault.Sealed {
			if text == "" || *failed != nil {
				return ""
			}
			if sealer == nil {
				if sealer, *failed = x.realm.Vault.Sealer(ctx, Subject(id)); *failed != nil {
					return ""
				}
			}
			out, err := sealer.Seal(place(record, field), text)
			*failed = errors.Join(*failed, err)
			return out
		},
		tokens: func(digests string) []string { return x.tokens(strings.Fields(digests)) },
	}
}

// tokens are keyed digests of digests: they match what is on a list and tell
// nothing to who has not the key.
func (x *Exhibits) tokens(digests []string) []string {
	out := make([]string, len(digests))
	for i, d := range digests {
		mac := x.realm.KeyFile.Index().MAC("exhibit-digest", []byte(d))
		out[i] = hex.EncodeToString(mac[:16])
	}
	return out
}

// retries is how often an exhibit is recorded again because another telephone
// took the number in between.
const retries = 20

// numberOf writes the n-th number of a series.
func numberOf(prefix string, n int) string { return fmt.Sprintf("%s/%03d", prefix, n) }

// Record takes up an exhibit at a scene and gives it the next number. Two
// telephones that record at once get two numbers, one after the other.
func (x *Exhibits) Record(ctx context.Context, who realm.Actor, scene string, o casefile.Order, cmd *Record) (realm.Receipt, error) {
	sc, err := x.AdmittedScene(ctx, who, scene, policy.ExhibitRecord)
	if err != nil {
		return realm.Receipt{}, err
	}
	var failed error
	id := x.realm.NewID()
	e := x.env(ctx, who, id, &failed)
	c := valid.New(e.now)
	cmd.check(c, e)
	if err := c.Err(); err != nil {
		return realm.Receipt{}, err
	}
	digest, err := x.realm.Digest(string(cmd.Action()), SeriesStream(scene), cmd)
	if err != nil {
		return realm.Receipt{}, err
	}
	if rc, found, err := x.realm.Replayed(ctx, who, o.Key, digest); err != nil || found {
		return rc, err
	}
	ev, err := cmd.event(id, e)
	if err = errors.Join(err, failed); err != nil {
		return realm.Receipt{}, err
	}
	ev.Scene = scene
	if err := x.fits(ctx, sc, cmd, &ev, ""); err != nil {
		return realm.Receipt{}, err
	}
	for range retries {
		var rc realm.Receipt
		rc, err = x.number(ctx, who, sc, o.Key, digest, cmd, ev)
		if !errors.As(err, new(*problem.Changed)) {
			return rc, err
		}
	}
	return realm.Receipt{}, err
}

// number gives the next number away and records the exhibit, both or neither.
func (x *Exhibits) number(ctx context.Context, who realm.Actor, sc *Scene, key string, digest []byte, cmd *Record, ev RecordedEvent) (realm.Receipt, error) {
	var last int
	err := x.realm.Store.QueryRow(ctx, `SELECT last FROM exhibit_series WHERE scene = $1`, sc.ID).Scan(&last)
	if err != nil && !errors.Is(err, store.ErrNoRow) {
		return realm.Receipt{}, fmt.Errorf("exhibit: series: %w", err)
	}
	if err := cmd.next(sc.Prefix, last+1); err != nil {
		return realm.Receipt{}, err
	}
	ev.N, ev.Number, ev.Code = last+1, numberOf(sc.Prefix, last+1), x.newCode()
	return x.realm.Commit(ctx, realm.Command{
		Actor: who, Purpose: Purpose, Key: key, Digest: digest, Answer: realm.Receipt{ID: ev.ID, Ref: ev.Number},
		Guards: []realm.Guard{{Stream: SeriesStream(sc.ID), Version: int64(last)}}, // told as a change, before anything is written
		Appends: []realm.Append{
			{Stream: Stream(ev.ID), Expected: 0, Drafts: drafts(Recorded, ev)},
			{Stream: SeriesStream(sc.ID), Expected: int64(last), Drafts: drafts(Numbered, NumberedEvent{N: last + 1, Exhibit: ev.ID})},
		},
	})
}

// alphabet has no letter that is taken for a digit (Crockford's).
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// newCode is what a label's code holds: 50 random bits that say nothing.
func (x *Exhibits) newCode() string {
	raw := x.realm.Random(10)
	for i := range raw {
		raw[i] = alphabet[raw[i]&31]
	}
	return string(raw)
}

// fits holds what is recorded against the other exhibits: a container is not
// shared across sides, a seal's number is on one exhibit.
func (x *Exhibits) fits(ctx context.Context, sc *Scene, cmd *Record, ev *RecordedEvent, self string) error {
	if err := x.sealFree(ctx, ev.Seen.Seal, self); err != nil {
		return err
	}
	if ev.Plain.Container == "" {
		return nil
	}
	others, err := x.ofScene(ctx, sc.ID)
	if err != nil {
		return err
	}
	if other := apart(&ev.Plain, others); other != nil {
		if cmd.ApartReason == "" {
			return problem.Refuse("exhibit.kept-apart", "number", other.Number, "container", ev.Plain.Container)
		}
		ev.Plain.Override = "exhibit.kept-apart"
	}
	return nil
}

func (x *Exhibits) sealFree(ctx context.Context, seal, self string) error {
	if seal == "" {
		return nil
	}
	var n int
	err := x.realm.Store.QueryRow(ctx, `SELECT count(*) FROM exhibits WHERE seal = $1 AND id <> $2 AND status IN ('kept','offered')`, seal, self).Scan(&n)
	if err != nil {
		return fmt.Errorf("exhibit: seals: %w", err)
	}
	if n > 0 {
		return problem.Refuse("custody.seal-used", "seal", seal)
	}
	return nil
}

// Do runs one step about one exhibit: the door first, then the input, then
// the rules.
func (x *Exhibits) Do(ctx context.Context, who realm.Actor, id string, o casefile.Order, cmd Act) (realm.Receipt, error) {
	s, sc, err := x.admitted(ctx, who, id, cmd.Action())
	if err != nil {
		return realm.Receipt{}, err
	}
	var failed error
	e := x.env(ctx, who, id, &failed)
	c := valid.New(e.now)
	cmd.check(c, e)
	if err := c.Err(); err != nil {
		return realm.Receipt{}, err
	}
	digest, err := x.realm.Digest(string(cmd.Action()), Stream(id), cmd)
	if err != nil {
		return realm.Receipt{}, err
	}
	if rc, found, err := x.realm.Replayed(ctx, who, o.Key, digest); err != nil || found {
		return rc, err
	}
	if _, receive := cmd.(*Receive); receive && s.again(who.Staff) {
		return realm.Receipt{ID: id, Ref: s.Number, Version: s.Version, Replayed: true}, nil
	}
	if o.Expect > 0 && o.Expect != s.Version {
		return realm.Receipt{}, &problem.Changed{Expected: o.Expect, Have: s.Version}
	}
	if err := x.against(ctx, sc, s, cmd); err != nil {
		return realm.Receipt{}, err
	}
	events, err := cmd.decide(s, e)
	if err = errors.Join(err, failed); err != nil {
		return realm.Receipt{}, err
	}
	return x.realm.Commit(ctx, realm.Command{
		Actor: who, Purpose: Purpose, Key: o.Key, Digest: digest, Answer: realm.Receipt{ID: id, Ref: s.Number},
		Appends: []realm.Append{{Stream: Stream(id), Expected: s.Version, Drafts: events}},
	})
}

// against holds a step against the scene's other exhibits.
func (x *Exhibits) against(ctx context.Context, sc *Scene, s *State, cmd Act) error {
	switch t := cmd.(type) {
	case *Reseal:
		return x.sealFree(ctx, t.NewSeal, s.ID)
	case *Correct:
		plain := t.onto(s.Plain)
		if plain.Container == s.Plain.Container && plain.Side == s.Plain.Side || t.ApartReason != "" {
			return nil
		}
		others, err := x.ofScene(ctx, sc.ID)
		if err != nil {
			return err
		}
		others = slices.DeleteFunc(others, func(o *State) bool { return o.ID == s.ID })
		if other := apart(&plain, others); other != nil {
			return problem.Refuse("exhibit.kept-apart", "number", other.Number, "container", plain.Container)
		}
	}
	return nil
}
