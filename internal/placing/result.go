package placing

import (
	"cmp"
	"context"
	"time"
)

// Stop says what cut a search short: nothing, its work, the clock or the
// caller.
type Stop string

const (
	StopNever     Stop = ""
	StopWork      Stop = "work"
	StopTime      Stop = "time"
	StopCancelled Stop = "cancelled"
)

// Result is a proposal: every unit stands in it once.
type Result struct {
	Decisions []Decision // in the order of the units
	Placed    int        // people
	Left      int        // people
	Cost      int        // of all options used
	Reserve   int        // price of the beds spent
	// Proven means that no better proposal exists.
	Proven bool
	// Solver means that the search had no proof and the solver's answer counts.
	Solver  bool
	Gap     Gap
	Stopped Stop
	Nodes   int
	Work    int64
	Took    time.Duration // by Limits.Now; 0 without it
}

// Gap is how much better a proposal could be at most; zero when proven.
type Gap struct {
	LeftOut int // weight of units (people, unless the caller gave weights)
	Cost    int // with reserve, while no fewer are left out
	// Share is Cost against the proposal's cost and reserve, 0 to 1.
	Share float64
}

// shakes of the first plan take some 20 ms and find most of what there is.
const shakes = 600

// Solve proposes places. The error is ErrProblem for an ill-formed problem;
// running out of work or time is no error, for the best plan found is a result.
func Solve(ctx context.Context, p Problem, limits Limits) (Result, error) {
	m, err := build(p)
	if err != nil {
		return Result{}, err
	}
	if limits.Work == 0 {
		limits.Work = DefaultWork
	}
	var start time.Time
	if limits.Now != nil {
		start = limits.Now()
	}
	best := m.empty()
	m.fill(best)
	m.improve(best)
	m.shake(best, shakes)

	// Half of the limits at most for the people, the rest for the cost.
	half := limits
	half.Work, half.Time = limits.Work/2, limits.Time/2
	people := newSearch(ctx, m, m.goal(true, 0), best, half, start)
	people.run()
	limits.Work -= people.bounder.work
	m.shake(people.best, shakes)
	left, _ := m.parts(people.best)
	cost := newSearch(ctx, m, m.goal(false, left), people.best, limits, start)
	cost.run()

	gap := Gap{LeftOut: people.gap(), Cost: cost.gap()}
	final, asked := cost.best, false
	if gap != (Gap{}) && limits.Solver != nil {
		// What goes wrong with it costs the proof only: the search's plan stands.
		if found, proven, err := limits.Solver.better(ctx, m, final); err == nil {
			asked = proven || found.cost < final.cost
			gap = gap.after(m, final, found, proven)
			final = found
		}
	}
	r := m.result(final)
	r.Gap, r.Solver = gap, asked
	if r.Gap.Cost > 0 {
		r.Gap.Share = float64(r.Gap.Cost) / float64(r.Cost+r.Reserve)
	}
	r.Proven = r.Gap == Gap{}
	r.Stopped = cmp.Or(cost.stopped, people.stopped)
	r.Nodes, r.Work = people.nodes+cost.nodes, people.bounder.work+cost.bounder.work
	if limits.Now != nil {
		r.Took = limits.Now().Sub(start)
	}
	return r, nil
}

func (m *model) result(p *plan) Result {
	var r Result
	for i, u := range m.problem.Units {
		d := m.decide(p, int32(i))
		r.Decisions = append(r.Decisions, d)
		if d.Place == "" {
			r.Left += u.size()
			continue
		}
		r.Placed += u.size()
		r.Cost += d.Cost
		r.Reserve += d.Reserve
	}
	return r
}

// after is the gap that is left once a better plan was found, or a proof.
func (g Gap) after(m *model, had, found *plan, proven bool) Gap {
	if proven {
		return Gap{}
	}
	wasLeft, wasCost := m.parts(had)
	left, cost := m.parts(found)
	g.LeftOut = max(0, g.LeftOut-int(wasLeft-left))
	if left == wasLeft {
		g.Cost = max(0, g.Cost-int(wasCost-cost))
	} else {
		g.Cost = int(cost) // nothing is known of plans with so few left out
	}
	return g
}

// gap is what a better plan could save under the goal at most.
func (s *search) gap() int {
	have := s.goal.of(s.m, s.best)
	if s.open >= s.target() {
		return 0
	}
	least := max(0, (s.open+s.goal.scale-1)/s.goal.scale) // s.open may be below zero: a weak bound
	return int(max(0, have-least))
}
