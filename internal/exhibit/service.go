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

	"rufaa/internal/hashlist"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/store"
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
	Scenes  []string // of the inquiry, this one among them
	CSE     bool
	Marks   []string // ids of what is drawn on its sketch, plain or on a photo
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
	// Lists keeps digests, and holds them against lists of known material.
	Lists *hashlist.Lists
	// Pack holds an exhibit that goes into a container or a vehicle against the
	// rule that keeps victims' and suspects' things apart.
	Pack func(ctx context.Context, who realm.Actor, t Packed, with []Packed, f *Facts) (*Packing, error)
	// File gives the SHA-256 of an evidence file of an inquiry that somebody may
	// see; not there, of another inquiry or scene, and not theirs are all not ok.
	File func(ctx context.Context, who realm.Actor, sc *Scene, id string) (digest string, ok bool, err error)
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
func (x *Exhibits) env(ctx context.Context, who realm.Actor, sc *Scene, id string, failed *error) *env {
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
		mark:   func(id string) bool { return slices.Contains(sc.Marks, id) },
		tokens: func(digests string) []string { return x.tokens(strings.Fields(digests)) },
		file: func(file string) (string, bool) {
			digest, ok, err := x.o.File(ctx, who, sc, file)
			*failed = errors.Join(*failed, err)
			return digest, ok
		},
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
