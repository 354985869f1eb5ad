package placing

import (
	"cmp"
	"slices"
)

// Reason is why an option was not taken, or why a unit has no place. The words
// stand in the text catalog of whoever shows them.
type Reason string

const (
	// The unit's own cheapest option.
	ReasonCheapest Reason = "cheapest"
	// Cheaper options exist; see Passed.
	ReasonBestTogether Reason = "best-together"
	// No option was given: nowhere is eligible and safe.
	ReasonNoOption Reason = "no-option"
	// No option has beds enough for all of them, even with nobody else there.
	// To part them is for a person to decide.
	ReasonTooMany Reason = "too-many"
	// Others have the beds; see Passed.
	ReasonTaken Reason = "taken"
	// There is room, but the bed is kept for who has no other choice, and this
	// unit has one that is cheaper with the reserve counted.
	ReasonReserved Reason = "reserved"
)

// Decision is what is proposed for one unit and what it was weighed against.
type Decision struct {
	Unit    string
	Place   string // empty: left without a place
	Option  int    // index in Unit.Options; -1 without a place
	Cost    int
	Reserve int
	Reason  Reason
	// Passed are the options that would have cost this unit less, or all of
	// them when it has no place, cheapest first.
	Passed []Passed
}

// Passed is one option not taken.
type Passed struct {
	Place  string
	Option int // index in Unit.Options
	Cost   int
	Reason Reason
	// By are the units in the beds that it would have needed.
	By []string
}

func (m *model) decide(p *plan, unit int32) Decision {
	u := m.problem.Units[unit]
	d := Decision{Unit: u.ID, Option: -1, Reason: ReasonCheapest}
	at := p.at[unit]
	if at != nowhere {
		o := &m.options[at]
		option := u.Options[o.source]
		d.Place, d.Option, d.Cost = option.Place, int(o.source), option.Cost
		d.Reserve = int(o.cost) - option.Cost
	}
	d.Passed = m.passed(p, unit, d)
	switch {
	case at != nowhere && len(d.Passed) > 0:
		d.Reason = ReasonBestTogether
	case at != nowhere:
	case len(u.Options) == 0:
		d.Reason = ReasonNoOption
	case m.units[unit].from == m.units[unit].to:
		d.Reason = ReasonTooMany
	default:
		d.Reason = ReasonTaken
	}
	return d
}

func (m *model) passed(p *plan, unit int32, d Decision) []Passed {
	u, fitting := m.problem.Units[unit], map[int]int32{}
	for o := m.units[unit].from; o < m.units[unit].to; o++ {
		fitting[int(m.options[o].source)] = o
	}
	var out []Passed
	for i, option := range u.Options {
		if i == d.Option || d.Place != "" && option.Cost >= d.Cost {
			continue
		}
		pass := Passed{Place: option.Place, Option: i, Cost: option.Cost, Reason: ReasonTooMany}
		if o, ok := fitting[i]; ok {
			pass.Reason, pass.By = m.why(p, unit, o)
		}
		out = append(out, pass)
	}
	slices.SortStableFunc(out, func(a, b Passed) int { return cmp.Compare(a.Cost, b.Cost) })
	return out
}

// why an option that would fit into the empty place was passed over.
func (m *model) why(p *plan, unit, option int32) (Reason, []string) {
	if m.reachable(p, unit, option) {
		return ReasonReserved, nil
	}
	short := map[int32]bool{}
	for _, use := range m.options[option].uses {
		short[use.row] = true
	}
	var by []string
	for _, v := range p.in[m.options[option].place] {
		if v == unit {
			continue
		}
		for _, use := range m.options[p.at[v]].uses {
			if short[use.row] {
				by = append(by, m.problem.Units[v].ID)
				break
			}
		}
	}
	slices.Sort(by)
	return ReasonTaken, by
}
