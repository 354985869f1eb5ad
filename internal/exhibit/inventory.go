package exhibit

import (
	"cmp"
	"context"
	"math"
	"slices"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// Inventory is what an evidence store holds, as far as the one who asks may
// know of it: nobody sees the exhibits of a unit, and who keeps a store had or
// has everything in it.
type Inventory struct {
	Place   Place
	Held    []*View // here now, by shelf and seal
	Overdue []*View // of those, a victim's own property that should be back already, the oldest first
	Away    []*View // left from here, at a laboratory or in court now
}

// Stores are the evidence stores of the register.
func (r *Register) Stores() []Place {
	var out []Place
	for _, p := range r.Places {
		if p.Kind == Store {
			out = append(out, p)
		}
	}
	return out
}

// Inventory tells what an evidence store holds.
func (x *Exhibits) Inventory(ctx context.Context, who realm.Actor, place string) (*Inventory, error) {
	if err := x.realm.Door.Realm(who.Principal, policy.ExhibitWork); err != nil {
		return nil, err
	}
	p, ok := x.Register.Place(place)
	if !ok || p.Kind != Store {
		return nil, problem.ErrNotFound
	}
	states, err := x.around(ctx, who, "", math.MaxInt32)
	if err != nil {
		return nil, err
	}
	found, err := x.views(ctx, who, states)
	if err != nil {
		return nil, err
	}
	out := &Inventory{Place: p}
	for _, v := range found {
		at, _ := x.Register.Place(v.Place)
		switch {
		case v.Place == place:
			out.Held = append(out.Held, v)
			if v.ReturnBy != nil && v.ReturnBy.Before(x.realm.Now()) {
				out.Overdue = append(out.Overdue, v)
			}
		case (at.Kind == Laboratory || at.Kind == Court) && v.wasAt(place):
			out.Away = append(out.Away, v)
		}
	}
	slices.SortFunc(out.Held, func(a, b *View) int {
		return cmp.Or(cmp.Compare(a.Shelf, b.Shelf), cmp.Compare(a.Seal, b.Seal), cmp.Compare(a.Number, b.Number))
	})
	slices.SortStableFunc(out.Overdue, func(a, b *View) int { return a.ReturnBy.Compare(*b.ReturnBy) })
	slices.SortFunc(out.Away, func(a, b *View) int { return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.Number, b.Number)) })
	return out, nil
}

// wasAt tells whether an exhibit stood at a place once.
func (s *State) wasAt(place string) bool {
	return slices.ContainsFunc(s.Steps, func(x Step) bool {
		return x.Counts() && (x.Seen.Place == place || x.Other != nil && x.Other.Seen.Place == place)
	})
}
