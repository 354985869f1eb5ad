package scene

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/vault"
)

// Thing is an exhibit as the rule of separation sees it: from whose side it is
// (a standing: victim, suspect; anything else may lie with everything), in
// which container it lies and which vehicle carries it, each by its call sign.
type Thing struct {
	ID        string
	Scene     string
	Side      string
	Container string
	Vehicle   string
}

// ThingPerson is how a thing stands in a clash, where persons stand by their id.
func ThingPerson(exhibit string) string { return "exhibit/" + exhibit }

func (t *Thing) contacts() []Contact {
	var out []Contact
	for kind, name := range map[string]string{ByContainer: t.Container, ByVehicle: t.Vehicle} {
		if key := plain(name); key != "" {
			out = append(out, Contact{t.Scene, ThingPerson(t.ID), t.Side, kind, key})
		}
	}
	slices.SortFunc(out, func(a, b Contact) int { return len(b.Kind) - len(a.Kind) }) // container first
	return out
}

// Packed finds what a thing would share with other things, and with persons
// who were carried in its vehicle, from whom it must be kept apart. It is pure.
func (r *Rules) Packed(t *Thing, with []Thing, scenes ...*State) []Clash {
	var others []Contact
	for i := range with {
		if with[i].ID != t.ID {
			others = append(others, with[i].contacts()...)
		}
	}
	for _, s := range scenes {
		others = append(others, s.Contacts()...)
	}
	return r.Clashes(t.contacts(), others)
}

// Packing is what a decision about a thing rests on and brings with it.
type Packing struct {
	Rule   string        // that is set aside, now or before; "" where nothing is shared
	Aside  *realm.Append // tells the scene; nil where nothing was set aside
	Guards []realm.Guard // nobody was put into a vehicle meanwhile
}

// Pack holds a thing against the rule before it is packed, with the other
// things of the inquiry. What is shared is refused, or set aside as at the
// scene: with a reason and a second person, who is told at once, by who answers
// for the scene, and in the oversight list. What it gives belongs into the
// transaction that packs.
func (c *Scenes) Pack(ctx context.Context, who realm.Actor, t Thing, with []Thing, a Aside) (*Packing, error) {
	s, err := c.Load(ctx, t.Scene)
	if err != nil {
		return nil, err
	}
	siblings, guards, err := c.siblings(ctx, s)
	if err != nil {
		return nil, err
	}
	out := &Packing{}
	if t.Vehicle != "" {
		out.Guards = append(guards, realm.Guard{Stream: Stream(s.ID), Version: s.Version})
	}
	var failed error
	e := &env{id: s.ID, now: c.realm.Now(), by: who.Principal, content: c.realm.Content.Pinned(), newID: c.realm.NewID, rules: c.Rules, siblings: siblings,
		mayOverride: c.admit(who, s, policy.SceneOverride) == nil,
		seal: func(subject string, p vault.Place, text string) vault.Sealed {
			out, err := c.seal(ctx, subject, p, text)
			failed = errors.Join(failed, err)
			return out
		}}
	found := c.Rules.Packed(&t, with, append([]*State{s}, siblings...)...)
	over, err := a.settle(s, e, slices.Clone(found))
	if err != nil {
		return nil, err
	}
	if failed != nil {
		return nil, fmt.Errorf("scene: seal: %w", failed)
	}
	if len(found) > 0 { // now, or before for the same two
		out.Rule = "separation." + found[0].Kind
	}
	if over != nil {
		out.Aside = &realm.Append{Stream: Stream(s.ID), Expected: s.Version, Drafts: []ledger.Draft{draft(Overridden, *over)}}
	}
	return out, nil
}

// Things gives the exhibits of some scenes that lie in something.
type Things func(ctx context.Context, query store.Query, scenes []string) ([]Thing, error)

// KeepApartFrom sets where the exhibits are read from whom persons are held
// against: nobody is put into a vehicle that carries, or carried, the other
// side's things. Without it only persons count.
func (c *Scenes) KeepApartFrom(things Things) { c.things = things }

// errMeanwhile says that something was packed in between; it is decided anew.
var errMeanwhile = errors.New("scene: packed meanwhile")

// thingsOf reads the exhibits of an inquiry's scenes, and gives what refuses,
// within the transaction, a decision about other things than lie there then.
func (c *Scenes) thingsOf(ctx context.Context, s *State, siblings []*State) ([]Thing, func(*store.Tx) error, error) {
	if c.things == nil {
		return nil, nil, nil
	}
	scenes := []string{s.ID}
	for _, x := range siblings {
		scenes = append(scenes, x.ID)
	}
	found, err := c.things(ctx, c.realm.Store.Query, scenes)
	if err != nil {
		return nil, nil, err
	}
	return found, func(tx *store.Tx) error {
		now, err := c.things(ctx, tx.Reader(), scenes)
		if err == nil && !slices.Equal(now, found) {
			err = errMeanwhile
		}
		return err
	}, nil
}
