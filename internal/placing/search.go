package placing

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"
)

// search is one branch and bound for one goal: depth first, over the unit that
// the bound is least sure of.
type search struct {
	m       *model
	goal    goal
	ctx     context.Context
	limits  Limits
	start   time.Time
	bounder *bounder
	room    []int32 // with what is fixed taken away
	fixed   []int32 // by unit: option, or nowhere; valid where not free
	free    []bool
	best    *plan // of both goals together
	open    int64 // least bound, scaled, of what was left unsearched
	stopped Stop
	nodes   int
	checks  int
}

var (
	rootAscent   = ascent{steps: 600, patience: 12, theta: 1.4}
	peopleAscent = ascent{steps: 1500, patience: 40, theta: 1.4}
	triAscent    = ascent{steps: 200, patience: 8, theta: 1.4}
	nodeAscent   = ascent{steps: 40, patience: 5, theta: 0.7}
)

func newSearch(ctx context.Context, m *model, g goal, best *plan, limits Limits, start time.Time) *search {
	s := &search{
		m: m, goal: g, ctx: ctx, limits: limits, start: start, best: best, bounder: newBounder(m, g), room: slices.Clone(m.room),
		fixed: make([]int32, len(m.units)), free: make([]bool, len(m.units)), open: math.MaxInt64,
	}
	for i := range s.free {
		s.free[i], s.fixed[i] = true, nowhere
	}
	return s
}

// run improves s.best and leaves a bound under every other plan in s.open.
func (s *search) run() {
	how := rootAscent
	if s.goal.people {
		how = peopleAscent
	}
	s.node(s.appraise(s.root()), how)
}

// appraise finds a good price of leaving out. Every price gives a true bound;
// too high a one drowns the costs, too low a one leaves out too many.
func (s *search) appraise(c *scene) *scene {
	if s.goal.people || s.goal.limit == c.left {
		return c
	}
	best, bound := c, int64(math.MinInt64)
	for worse := 0; worse < 3 && c.out > s.goal.scale; c.out /= 4 {
		v := s.bounder.raise(c, s.room, s.target(), triAscent, s.halted)
		s.try(c)
		if v > bound {
			keep := *c
			keep.price = slices.Clone(c.price)
			best, bound, worse = &keep, v, 0
		} else {
			worse++
		}
	}
	return best
}

func (s *search) root() *scene {
	r := &scene{price: make([]int64, len(s.m.units)), must: make([]bool, len(s.m.units)), out: s.goal.scale}
	for i, u := range s.m.units {
		if u.from == u.to {
			s.free[i] = false
			r.left += u.weight
			continue
		}
		r.units = append(r.units, int32(i))
		for o := u.from; o < u.to; o++ {
			r.active = append(r.active, o)
		}
	}
	if !s.goal.people {
		r.out = s.m.outAt * s.goal.scale
	}
	for _, u := range r.units {
		// Twins need one price: what the dearest of them pays now.
		r.price[s.goal.twin[u]] = max(r.price[s.goal.twin[u]], s.pays(r, u))
	}
	for _, u := range r.units {
		r.price[u] = r.price[s.goal.twin[u]]
	}
	slices.SortStableFunc(r.active, func(a, b int32) int { return cmp.Compare(s.m.options[a].place, s.m.options[b].place) })
	s.oblige(r)
	return r
}

func (s *search) pays(r *scene, u int32) int64 {
	if o := s.best.at[u]; o != nowhere {
		return s.goal.cost(&s.m.options[o]) * s.goal.scale
	}
	return r.out * s.m.units[u].weight
}

// oblige marks the units that can no longer be left out.
func (s *search) oblige(c *scene) {
	if s.goal.people {
		return
	}
	for _, u := range c.units {
		if c.left+s.m.units[u].weight > s.goal.limit {
			c.must[u] = true
		}
	}
}

// target is the scaled bound at which a scene cannot hold anything better than
// the best plan; costs are whole.
func (s *search) target() int64 { return (s.goal.of(s.m, s.best)-1)*s.goal.scale + 1 }

// halted looks at the limits; the clock and the caller only now and then.
func (s *search) halted() bool {
	if s.stopped != "" {
		return true
	}
	if s.bounder.work > s.limits.Work {
		s.stopped = StopWork
	}
	if s.checks++; s.checks%16 == 0 {
		if s.ctx.Err() != nil {
			s.stopped = StopCancelled
		} else if s.limits.Time > 0 && s.limits.Now != nil && s.limits.Now().Sub(s.start) > s.limits.Time {
			s.stopped = StopTime
		}
	}
	return s.stopped != ""
}

// node searches a scene to its end, or leaves its bound in open.
func (s *search) node(c *scene, how ascent) {
	s.nodes++
	bound := s.bounder.raise(c, s.room, s.target(), how, s.halted)
	s.try(c)
	if bound >= s.target() {
		return
	}
	if s.stopped != "" {
		s.open = min(s.open, bound)
		return
	}
	if len(c.units) == 0 {
		return // try has taken it
	}
	s.prune(c, bound)
	s.branch(c, bound)
}

// try makes a plan of what is fixed and what the places took, repaired.
func (s *search) try(c *scene) {
	p := s.m.empty()
	for u := range s.m.units {
		if !s.free[u] && s.fixed[u] != nowhere {
			s.m.move(p, int32(u), s.fixed[u])
		}
	}
	for _, o := range s.bounder.best.picks {
		if u := s.m.options[o].unit; s.free[u] && p.at[u] == nowhere && s.m.fits(&s.m.options[o], p.room) {
			s.m.move(p, u, o)
		}
	}
	s.m.fill(p)
	s.m.improve(p)
	if p.cost < s.best.cost {
		s.best = p
	}
}

// prune drops the options that no better plan can use: to force one costs at
// least its price above what its unit pays.
func (s *search) prune(c *scene, bound int64) {
	target := s.target()
	c.active = slices.DeleteFunc(c.active, func(o int32) bool {
		opt := &s.m.options[o]
		return bound+s.goal.cost(opt)*s.goal.scale-c.price[opt.unit] >= target
	})
	for _, u := range c.units {
		if bound+s.m.units[u].weight*c.out-c.price[u] >= target {
			c.must[u] = true
		}
	}
}

// child is one way to go on with a unit, and a bound of it.
type child struct {
	option int32
	bound  int64
}

func (s *search) branch(c *scene, bound int64) {
	u := s.choose(c)
	var children []child
	add := func(o int32) {
		children = append(children, child{o, bound + max(0, s.asks(c, u, o)-c.price[u])})
	}
	for _, o := range c.active {
		if s.m.options[o].unit == u {
			add(o)
		}
	}
	if !c.must[u] {
		add(nowhere)
	}
	slices.SortStableFunc(children, func(a, b child) int {
		return cmp.Or(cmp.Compare(a.bound, b.bound), cmp.Compare(s.m.charge(u, a.option), s.m.charge(u, b.option)))
	})
	for i, ch := range children {
		if ch.bound >= s.target() {
			return
		}
		if s.halted() {
			s.open = min(s.open, ch.bound)
			return
		}
		s.descend(c, u, children[:i], ch.option)
	}
}

// asks is the scaled price of an option or of leaving out.
func (s *search) asks(c *scene, u, option int32) int64 {
	if option == nowhere {
		return s.m.units[u].weight * c.out
	}
	return s.goal.cost(&s.m.options[option]) * s.goal.scale
}

// choose takes the unit about which the places disagree most, larger first.
func (s *search) choose(c *scene) int32 {
	best, bestKey := c.units[0], int64(-1)
	for _, u := range c.units {
		n := s.bounder.best.count[u]
		if n == 1 || s.bounder.without(c, u, n) {
			continue
		}
		key := int64(max(n-1, 1-n))<<32 + int64(s.m.problem.Units[u].size())
		if key > bestKey {
			best, bestKey = u, key
		}
	}
	return best
}

// descend fixes a unit and searches on. What its twins could do in the ways
// already searched they need not do again: to exchange twins changes nothing.
func (s *search) descend(c *scene, u int32, searched []child, option int32) {
	s.free[u], s.fixed[u] = false, option
	if option != nowhere {
		take(&s.m.options[option], s.room)
		defer free(&s.m.options[option], s.room)
	}
	defer func() { s.free[u], s.fixed[u] = true, nowhere }()

	slots, out := map[int32]bool{}, false
	for _, ch := range searched {
		if ch.option == nowhere {
			out = true
		} else {
			slots[s.m.options[ch.option].slot] = true
		}
	}
	next := &scene{cost: c.cost, left: c.left, out: c.out, price: slices.Clone(c.price), must: slices.Clone(c.must)}
	if option == nowhere {
		next.left += s.m.units[u].weight
	} else {
		next.cost += s.goal.cost(&s.m.options[option])
	}
	twin := s.goal.twin[u]
	for _, v := range c.units {
		if v == u {
			continue
		}
		next.units = append(next.units, v)
		if out && s.goal.twin[v] == twin {
			next.must[v] = true
		}
	}
	for _, o := range c.active {
		opt := &s.m.options[o]
		if opt.unit == u || s.goal.twin[opt.unit] == twin && slots[opt.slot] || !s.m.fits(opt, s.room) {
			continue
		}
		next.active = append(next.active, o)
	}
	s.oblige(next)
	s.node(next, nodeAscent)
}
