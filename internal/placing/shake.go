package placing

import (
	"math/rand/v2"
	"slices"
)

// shake looks for a better plan by emptying a few places that one unit would
// like better and filling them anew, in another order. The numbers come from a
// fixed seed: the same problem is shaken in the same way every time.
func (m *model) shake(p *plan, times int) {
	var wanting []int32
	for i, u := range m.units {
		if u.from < u.to {
			wanting = append(wanting, int32(i))
		}
	}
	if len(wanting) < 2 {
		return
	}
	r := rand.New(rand.NewPCG(1, 2))
	before := make([]int32, len(p.at))
	for range times {
		copy(before, p.at)
		cost := p.cost
		m.refill(p, m.upset(p, wanting[r.IntN(len(wanting))], r), r)
		m.improve(p)
		if p.cost > cost {
			m.revert(p, before)
		}
	}
}

// upset takes away a unit and everybody in up to three of the places it likes
// best.
func (m *model) upset(p *plan, u int32, r *rand.Rand) []int32 {
	out := []int32{u}
	options := m.options[m.units[u].from:m.units[u].to]
	likes := min(len(options), 4+r.IntN(12))
	for range 1 + r.IntN(3) {
		for _, v := range p.in[options[r.IntN(likes)].place] {
			if !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	for i, at := range p.at {
		if at == nowhere && m.units[i].from < m.units[i].to && !slices.Contains(out, int32(i)) {
			out = append(out, int32(i))
		}
	}
	for _, v := range out {
		m.move(p, v, nowhere)
	}
	return out
}

// refill places units in a chance order, each at its cheapest.
func (m *model) refill(p *plan, units []int32, r *rand.Rand) {
	r.Shuffle(len(units), func(i, j int) { units[i], units[j] = units[j], units[i] })
	for _, u := range units {
		if first, _ := m.choices(p, u); first != nowhere {
			m.move(p, u, first)
		}
	}
}

// revert undoes everything since before.
func (m *model) revert(p *plan, before []int32) {
	for i, at := range before {
		if p.at[i] != at {
			m.move(p, int32(i), nowhere)
		}
	}
	for i, at := range before {
		if p.at[i] != at {
			m.move(p, int32(i), at)
		}
	}
}
