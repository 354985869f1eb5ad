package placing

import (
	"cmp"
	"slices"
)

const nowhere = int32(-1)

// plan is one whole proposal: for each unit its option or nowhere.
type plan struct {
	at   []int32
	room []int32
	cost int64
	in   [][]int32 // units by place
}

func (m *model) empty() *plan {
	p := &plan{at: make([]int32, len(m.units)), room: slices.Clone(m.room), in: make([][]int32, len(m.rows)-1)}
	for i, u := range m.units {
		p.at[i] = nowhere
		p.cost += u.out
	}
	return p
}

// charge is what a unit costs at an option or nowhere.
func (m *model) charge(unit, option int32) int64 {
	if option == nowhere {
		return m.units[unit].out
	}
	return m.options[option].cost
}

// move puts a unit somewhere else; the caller has seen to it that it fits.
func (m *model) move(p *plan, unit, to int32) {
	p.cost += m.charge(unit, to) - m.charge(unit, p.at[unit])
	if from := p.at[unit]; from != nowhere {
		o := &m.options[from]
		free(o, p.room)
		i := slices.Index(p.in[o.place], unit)
		p.in[o.place] = slices.Delete(p.in[o.place], i, i+1)
	}
	if to != nowhere {
		o := &m.options[to]
		take(o, p.room)
		p.in[o.place] = append(p.in[o.place], unit)
	}
	p.at[unit] = to
}

// fill places every unit that is nowhere, the one that loses most by its
// second choice first, until nothing fits any more.
func (m *model) fill(p *plan) {
	for {
		best, bestTo, bestLoss := nowhere, nowhere, int64(-1)
		for i := range m.units {
			if p.at[i] != nowhere {
				continue
			}
			first, second := m.choices(p, int32(i))
			if first == nowhere {
				continue
			}
			if loss := m.charge(int32(i), second) - m.options[first].cost; loss > bestLoss {
				best, bestTo, bestLoss = int32(i), first, loss
			}
		}
		if best == nowhere {
			return
		}
		m.move(p, best, bestTo)
	}
}

// choices are the cheapest option with room and the cheapest at another place.
func (m *model) choices(p *plan, unit int32) (first, second int32) {
	first, second = nowhere, nowhere
	for o := m.units[unit].from; o < m.units[unit].to; o++ {
		if first != nowhere && m.options[o].place == m.options[first].place {
			continue
		}
		if !m.fits(&m.options[o], p.room) {
			continue
		}
		if first != nowhere {
			return first, o
		}
		first = o
	}
	return first, second
}

// improve makes moves that lower the cost until there is none: one unit to a
// cheaper option, or one unit into the beds of another that goes elsewhere.
func (m *model) improve(p *plan) {
	order := make([]int32, len(m.units))
	for i := range order {
		order[i] = int32(i)
	}
	// Who is nowhere, then who pays most above his cheapest, goes first.
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(m.excess(p, b), m.excess(p, a)) })
	for again := true; again; {
		again = false
		for _, u := range order {
			for m.better(p, u) {
				again = true
			}
		}
	}
}

func (m *model) excess(p *plan, u int32) int64 {
	if m.units[u].from == m.units[u].to {
		return 0
	}
	return m.charge(u, p.at[u]) - m.options[m.units[u].from].cost
}

// better makes one improving move for a unit.
func (m *model) better(p *plan, u int32) bool {
	now := m.charge(u, p.at[u])
	for o := m.units[u].from; o < m.units[u].to && m.options[o].cost < now; o++ {
		if m.reachable(p, u, o) {
			m.move(p, u, o)
			return true
		}
		if m.displace(p, u, o, now-m.options[o].cost) {
			return true
		}
	}
	return false
}

// reachable reports whether an option has room once its unit has left where it
// is.
func (m *model) reachable(p *plan, u, o int32) bool {
	if from := p.at[u]; from != nowhere {
		free(&m.options[from], p.room)
		defer take(&m.options[from], p.room)
	}
	return m.fits(&m.options[o], p.room)
}

// displace moves u to o when one unit there can go elsewhere for less than the
// gain.
func (m *model) displace(p *plan, u, o int32, gain int64) bool {
	from, place := p.at[u], m.options[o].place
	for _, v := range p.in[place] {
		if v == u {
			continue
		}
		old := p.at[v]
		if from != nowhere {
			free(&m.options[from], p.room)
		}
		free(&m.options[old], p.room)
		found, to := false, nowhere
		if m.fits(&m.options[o], p.room) {
			take(&m.options[o], p.room)
			found, to = m.elsewhere(p, v, m.options[old].cost+gain)
			free(&m.options[o], p.room)
		}
		take(&m.options[old], p.room)
		if from != nowhere {
			take(&m.options[from], p.room)
		}
		if found {
			m.move(p, v, nowhere)
			m.move(p, u, o)
			m.move(p, v, to)
			return true
		}
	}
	return false
}

// elsewhere finds the cheapest option of v with room under a limit, or nowhere
// when even that is under it.
func (m *model) elsewhere(p *plan, v int32, under int64) (bool, int32) {
	for o := m.units[v].from; o < m.units[v].to && m.options[o].cost < under; o++ {
		if m.fits(&m.options[o], p.room) {
			return true, o
		}
	}
	return m.units[v].out < under, nowhere
}
