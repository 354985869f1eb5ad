package placement

import (
	"cmp"
	"math"
	"slices"
)

// bound is what a house costs a unit at least: each party in the bed that is
// cheapest for it, whether or not there are enough of it.
type bound struct {
	house       string
	total, cost int
}

// bounds are the houses open to all parties, the cheapest first.
func (in *asking) bounds(parties []party, answers []*answer) []bound {
	var out []bound
	for i := range parties {
		in.appraise(&parties[i], answers[i])
	}
	for id, first := range answers[0].least {
		b := bound{id, first.total, first.cost}
		open := true
		for _, a := range answers[1:] {
			more, ok := a.least[id]
			open = open && ok
			b.total, b.cost = b.total+more.total, b.cost+more.cost
		}
		if open {
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(a, b bound) int { return cmp.Or(cmp.Compare(a.total, b.total), cmp.Compare(a.house, b.house)) })
	return out
}

// appraise finds once what each house costs everybody who is alike.
func (in *asking) appraise(p *party, a *answer) {
	if a.least != nil {
		return
	}
	a.least = make(map[string]bound, len(a.at))
	for id, list := range a.at {
		least := bound{id, math.MaxInt, math.MaxInt}
		for _, i := range list {
			v := &a.Open[i]
			cost := p.heads * in.cost(v)
			least.cost = min(least.cost, cost)
			for k := range v.Free {
				s := &v.Free[k]
				least.total = min(least.total, cost+in.beds(p, s)*in.price(p, id+" "+bedID(s)))
			}
		}
		a.least[id] = least
	}
}

// expanded makes the ways of the cheapest houses, as many as waysOf keeps, and
// of the few nearest.
func (in *asking) expanded(parties []party, answers []*answer, list []bound) []way {
	var out []way
	done := map[string]bool{}
	expand := func(house string) bool {
		done[house] = true
		states := []way{{house: house, beds: map[string]int{}}}
		for i := range parties {
			states = in.seated(states, &parties[i], answers[i])
		}
		out = append(out, states...)
		return len(states) > 0
	}
	near := slices.Clone(list)
	slices.SortStableFunc(near, func(a, b bound) int { return cmp.Compare(a.cost, b.cost) })
	for _, b := range near[:min(len(near), nearerShown)] {
		expand(b.house)
	}
	var best []int // the least totals of the houses that have room
	for _, b := range list {
		if n := len(in.ask.Units); len(best) >= n && best[n-1] <= b.total {
			break
		}
		from := len(out)
		if done[b.house] {
			continue
		}
		if expand(b.house) {
			least := math.MaxInt
			for k := range out[from:] {
				least = min(least, out[from+k].total())
			}
			i, _ := slices.BinarySearch(best, least)
			best = slices.Insert(best, i, least)
		}
	}
	return out
}
