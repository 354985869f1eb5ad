package likeness

import "rufaa/internal/search"

// Bearers tells, by rule, how many people besides her have names as near to a
// person's as the rule asks, whatever their sex, age and agency. A name that
// several bear says little of who she is, as a number that several have does.
type Bearers []int

// Bearers counts them among everybody whose tokens come near hers.
func (r *Rules) Bearers(near []search.Resemblance) Bearers {
	out := make(Bearers, len(r.Rules))
	for i := range r.Rules {
		x := &r.Rules[i]
		if x.Bearers == 0 {
			continue
		}
		for k := range near {
			if x.admits(&near[k]) {
				out[i]++
			}
		}
	}
	return out
}

// rare tells whether no more bear the names than the rule bears.
func (x *Rule) rare(bearers int) bool { return x.Bearers == 0 || bearers <= x.Bearers }
