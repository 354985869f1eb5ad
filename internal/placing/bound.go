package placing

import "math"

// bounder finds what the units not yet fixed must cost at least. Each has a
// price; every place then takes the units that pay it best, whether or not
// another place takes them too; and leaving out has a price for each weight.
// The sum is below every true proposal, whatever the prices; steps towards
// units wanted by none or by several raise it.
type bounder struct {
	m       *model
	goal    goal
	packing packing
	count   []int32 // places that took the unit, at the present prices
	picks   []int32
	items   []item
	twins   []float64 // sum of gradients of a class of twins
	class   []int32   // how many of them are free
	slope   []float64

	best struct { // where the bound was best
		price []int64
		count []int32
		picks []int32
	}
	work int64
}

func newBounder(m *model, g goal) *bounder {
	n := len(m.units)
	b := &bounder{
		m: m, goal: g, packing: packing{m: m}, count: make([]int32, n), twins: make([]float64, n), class: make([]int32, n), slope: make([]float64, n),
	}
	b.best.price, b.best.count = make([]int64, n), make([]int32, n)
	return b
}

// scene is one node of the search: what is still open.
type scene struct {
	units  []int32 // not fixed
	active []int32 // their options, by place, then unit
	cost   int64   // of the options fixed
	left   int64   // weight fixed as left out
	price  []int64 // by unit; scaled
	out    int64   // price of leaving out one weight; scaled
	must   []bool  // by unit: leaving it out has been ruled out
}

// value is the bound at the scene's prices, scaled.
func (b *bounder) value(s *scene, room []int32) int64 {
	sum := s.cost*b.goal.scale + s.out*(s.left-b.goal.limit)
	for _, u := range s.units {
		b.count[u] = 0
		sum += s.price[u]
	}
	b.picks = b.picks[:0]
	for i := 0; i < len(s.active); {
		place := b.m.options[s.active[i]].place
		b.items = b.items[:0]
		for ; i < len(s.active) && b.m.options[s.active[i]].place == place; i++ {
			o := &b.m.options[s.active[i]]
			if profit := s.price[o.unit] - b.goal.cost(o)*b.goal.scale; profit > 0 {
				b.items = append(b.items, item{s.active[i], profit})
			}
		}
		if len(b.items) > 0 {
			profit, picks := b.packing.best(b.items, place, room, b.picks)
			sum, b.picks = sum-profit, picks
		}
	}
	for _, o := range b.picks {
		b.count[b.m.options[o].unit]++
	}
	b.work += int64(len(s.active)) + b.packing.work
	b.packing.work = 0
	return sum
}

// ascent says how hard to try.
type ascent struct {
	steps, patience int
	theta           float64
}

// raise improves the prices of a scene and gives the best bound found, scaled;
// the scene then has its prices, best the rest. It stops at target, scaled, or
// when halted says so.
func (b *bounder) raise(s *scene, room []int32, target int64, how ascent, halted func() bool) int64 {
	bound, idle, theta := int64(math.MinInt64), 0, how.theta
	for _, u := range s.units {
		b.slope[u] = 0
	}
	b.cap(s)
	for range how.steps {
		v := b.value(s, room)
		if v > bound {
			bound, idle = v, 0
			b.keep(s)
		} else if idle++; idle >= how.patience {
			idle, theta = 0, theta/2
			b.restore(s)
		}
		if v >= target || halted() || !b.step(s, float64(target+b.goal.scale-v)*theta) {
			break
		}
	}
	b.restore(s)
	return bound
}

func (b *bounder) keep(s *scene) {
	for _, u := range s.units {
		b.best.price[u], b.best.count[u] = s.price[u], b.count[u]
	}
	b.best.picks = append(b.best.picks[:0], b.picks...)
}

func (b *bounder) restore(s *scene) {
	for _, u := range s.units {
		s.price[u] = b.best.price[u]
	}
}

// cap keeps the price of a unit that may be left out at that of leaving it out:
// a higher one proves nothing.
func (b *bounder) cap(s *scene) {
	for _, u := range s.units {
		top := b.goal.top
		if !s.must[u] {
			top = s.out * b.m.units[u].weight
		}
		s.price[u] = min(max(s.price[u], 0), top)
	}
}

// step moves the prices; false when every unit has one place already.
func (b *bounder) step(s *scene, length float64) bool {
	for _, u := range s.units {
		t := b.goal.twin[u]
		b.twins[t], b.class[t] = 0, 0
	}
	for _, u := range s.units {
		t := b.goal.twin[u]
		b.class[t]++
		if !b.without(s, u, b.count[u]) {
			b.twins[t] += float64(1 - b.count[u])
		}
	}
	var norm float64
	for _, u := range s.units {
		t := b.goal.twin[u]
		// Twins share one price: the mean of their gradients moves them all. The
		// conversions keep every machine from fusing, and so from differing.
		b.slope[u] = float64(0.3*b.slope[u]) + b.twins[t]/float64(b.class[t])
		norm += float64(b.slope[u] * b.slope[u])
	}
	if norm < 1e-9 {
		return false
	}
	for _, u := range s.units {
		s.price[u] += int64(math.Round(length * b.slope[u] / norm))
	}
	b.cap(s)
	return true
}

// without reports that no place took a unit that pays as much as leaving it out
// costs: at these prices it is left out.
func (b *bounder) without(s *scene, u, count int32) bool {
	return count == 0 && !s.must[u] && s.price[u] >= s.out*b.m.units[u].weight
}
