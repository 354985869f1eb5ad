package placing

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Problem is the people to place and the places there are. Order decides
// between proposals that are equally good.
type Problem struct {
	Units  []Unit
	Places []Place
}

// Unit is one person, or several who stay together: siblings, a mother with
// her child.
type Unit struct {
	ID string
	// People counts them by kind of bed, e.g. {"women": 1, "girls": 2}.
	People map[string]int
	// Weight says how much it counts to leave them without a place, against
	// other units; 0 stands for the number of people. Danger may weigh more.
	Weight  int
	Options []Option // the places that may take them; no other is ever used
}

// Option is one place that may take a unit, checked by the caller: eligible,
// safe, language, consent.
type Option struct {
	Place string
	// Cost of it for the whole unit, 0 to MaxCost, in whatever whole unit the
	// caller weighs by, e.g. minutes of travel times people.
	Cost int
	// Beds taken there by kind; nil stands for one of its own kind for each of
	// People. A mother with a baby may take one bed "mother-child". A unit may
	// have several options at one place.
	Beds map[string]int
	// Reserve is the price of spending these beds on this unit: what somebody
	// still to come would lose who has no other choice. In units of Cost, 0 to
	// MaxCost; 0 for those whom the beds are kept for.
	Reserve int
}

// Place is where there are beds.
type Place struct {
	ID   string
	Beds map[string]int // free, by kind
}

// Limits of one search. Zero values stand for DefaultWork and no time limit.
type Limits struct {
	// Work in options looked at, the same on every machine.
	Work int64
	// Time on the wall, counted from the start by Now; needs Now.
	Time time.Duration
	Now  func() time.Time
	// Solver is asked when the search has no proof; nil for none.
	Solver *Solver
}

// Bounds of what a problem may hold; more is a mistake of the caller.
const (
	MaxCost  = 1_000_000
	MaxUnits = 500
	// DefaultWork is about 1.2 seconds on one core of 2026.
	DefaultWork = 100_000_000
)

// ErrProblem is wrapped by every refusal of an ill-formed problem.
var ErrProblem = errors.New("placing: ill-formed problem")

func refuse(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrProblem, fmt.Sprintf(format, args...))
}

func (p Problem) check() error {
	if len(p.Units) > MaxUnits {
		return refuse("%d units, at most %d", len(p.Units), MaxUnits)
	}
	places := make(map[string]bool, len(p.Places))
	for _, place := range p.Places {
		if place.ID == "" || places[place.ID] {
			return refuse("place %q without an id or twice", place.ID)
		}
		places[place.ID] = true
		for _, kind := range slices.Sorted(maps.Keys(place.Beds)) {
			if free := place.Beds[kind]; free < 0 {
				return refuse("place %q, %s: %d free", place.ID, kind, free)
			}
		}
	}
	units := make(map[string]bool, len(p.Units))
	for _, u := range p.Units {
		if u.ID == "" || units[u.ID] {
			return refuse("unit %q without an id or twice", u.ID)
		}
		units[u.ID] = true
		if err := u.check(places); err != nil {
			return err
		}
	}
	return nil
}

func (u Unit) check(places map[string]bool) error {
	if n, ok := total(u.People); !ok || n == 0 || n > 1000 || u.Weight < 0 || u.Weight > 1000 {
		return refuse("unit %q has %d people, weight %d", u.ID, n, u.Weight)
	}
	for _, o := range u.Options {
		if !places[o.Place] {
			return refuse("unit %q: no place %q", u.ID, o.Place)
		}
		if o.Cost < 0 || o.Cost > MaxCost || o.Reserve < 0 || o.Reserve > MaxCost {
			return refuse("unit %q at %q: cost %d, reserve %d", u.ID, o.Place, o.Cost, o.Reserve)
		}
		if n, ok := total(o.Beds); o.Beds != nil && (!ok || n == 0 || n > 1000) {
			return refuse("unit %q at %q takes %d beds", u.ID, o.Place, n)
		}
	}
	return nil
}

// total adds up counts; false when one is negative.
func total(counts map[string]int) (sum int, ok bool) {
	for _, n := range counts {
		if n < 0 {
			return n, false
		}
		sum += n
	}
	return sum, true
}

func (u Unit) size() int {
	n, _ := total(u.People)
	return n
}

func (u Unit) weight() int {
	if u.Weight > 0 {
		return u.Weight
	}
	return u.size()
}

// beds an option takes.
func (u Unit) beds(o Option) map[string]int {
	if o.Beds != nil {
		return o.Beds
	}
	return u.People
}

// Only is the problem with one unit allowed at one place and nowhere else: to
// solve it too tells what insisting on that place costs everybody.
func (p Problem) Only(unit, place string) Problem {
	out := Problem{Units: slices.Clone(p.Units), Places: p.Places}
	for i, u := range out.Units {
		if u.ID == unit {
			out.Units[i].Options = slices.DeleteFunc(slices.Clone(u.Options), func(o Option) bool { return o.Place != place })
		}
	}
	return out
}
