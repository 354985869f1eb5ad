package placing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Scales turn costs and weights into prices: whole numbers, fine enough for the
// steps of the bound.
const (
	costScale   = 64
	peopleScale = 1 << 20
)

// goal is what one search minimises. A problem is solved in two: first as few
// people as possible without a place; then, with no more than that left out,
// the least cost. One sum of both would drown the costs in the bound.
type goal struct {
	people bool
	scale  int64
	top    int64   // no unit need ever pay more, scaled
	limit  int64   // cost goal: weight that may be left out
	twin   []int32 // by unit: the first that is the same in all that counts
}

func (m *model) goal(people bool, limit int64) goal {
	g := goal{people: people, limit: limit, scale: costScale}
	for _, u := range m.units {
		g.top += u.out * costScale
	}
	if people {
		g.scale, g.top = peopleScale, g.top/costScale/m.outAt*peopleScale
	}
	first := map[string]int32{}
	for i, u := range m.units {
		mine := slices.Clone(m.options[u.from:u.to])
		slices.SortFunc(mine, func(a, b moption) int { return cmp.Compare(a.slot, b.slot) })
		var key strings.Builder
		fmt.Fprint(&key, u.weight)
		for _, o := range mine {
			fmt.Fprint(&key, ";", o.place, g.cost(&o), o.uses)
		}
		twin, seen := first[key.String()]
		if !seen {
			twin = int32(i)
			first[key.String()] = twin
		}
		g.twin = append(g.twin, twin)
	}
	return g
}

// cost of an option under the goal.
func (g goal) cost(o *moption) int64 {
	if g.people {
		return 0
	}
	return o.cost
}

// of is what a plan costs under the goal.
func (g goal) of(m *model, p *plan) int64 {
	left, cost := m.parts(p)
	if g.people {
		return left
	}
	return cost
}

// parts of a plan's cost: weight left out, and the options.
func (m *model) parts(p *plan) (left, cost int64) {
	for i, o := range p.at {
		if o == nowhere {
			left += m.units[i].weight
		} else {
			cost += m.options[o].cost
		}
	}
	return left, cost
}
