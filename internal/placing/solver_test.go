package placing

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func cbc(t *testing.T) *Solver {
	t.Helper()
	sv, err := NewSolver("cbc", 20*time.Second)
	if err != nil {
		t.Fatalf("%v (.ci/run installs it)", err)
	}
	return sv
}

// What the search alone leaves with a gap, the solver proves; what both prove
// is the same.
func TestTheSolverProvesWhatTheSearchCannot(t *testing.T) {
	sv := cbc(t)
	for _, y := range yardstick {
		t.Run(y.name, func(t *testing.T) {
			p := y.night.problem()
			// Hardly any work of its own, so that the solver is asked every time.
			r, err := Solve(context.Background(), p, Limits{Work: 1, Solver: sv})
			if err != nil {
				t.Fatal(err)
			}
			sound(t, p, r)
			if !r.Proven || !r.Solver || r.Left != y.left || r.Cost+r.Reserve != y.cost {
				t.Errorf("left %d, cost %d, proven %v, asked %v; best is %d and %d", r.Left, r.Cost+r.Reserve, r.Proven, r.Solver, y.left, y.cost)
			}
		})
	}
}

// A proposal is never lost because the solver is: what was found stands, with
// its gap.
func TestWithoutASolverThePlanStands(t *testing.T) {
	p := yardstick[len(yardstick)-1].night.problem()
	alone, err := Solve(context.Background(), p, Limits{Work: 1})
	if err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"it fails": "/bin/false", "it says nothing": "/bin/true"} {
		t.Run(name, func(t *testing.T) {
			sv, err := NewSolver(path, time.Second)
			if err != nil {
				t.Fatal(err)
			}
			r, err := Solve(context.Background(), p, Limits{Work: 1, Solver: sv})
			if err != nil {
				t.Fatal(err)
			}
			sound(t, p, r)
			if r.Proven || r.Solver || r.Cost != alone.Cost || r.Left != alone.Left || r.Gap != alone.Gap {
				t.Errorf("with a dead solver: %+v, alone %+v", r.Gap, alone.Gap)
			}
		})
	}
	if _, err := NewSolver("no-such-solver", time.Second); !errors.Is(err, ErrSolver) || !strings.Contains(err.Error(), "coinor-cbc") {
		t.Errorf("a missing program: %v", err)
	}
}

// Nothing that a program answers is believed without the beds being counted.
func TestAnAnswerIsHeldAgainstTheBeds(t *testing.T) {
	m, err := build(Problem{
		Units: []Unit{{ID: "a", People: map[string]int{"women": 1}, Options: []Option{{Place: "x"}}},
			{ID: "b", People: map[string]int{"women": 1}, Options: []Option{{Place: "x"}}}},
		Places: []Place{{ID: "x", Beds: map[string]int{"women": 1}}}})
	if err != nil {
		t.Fatal(err)
	}
	for said, wrong := range map[string]bool{
		"Optimal - objective value 1.0\n 0 o0 1 0\n":            false,
		"Optimal - objective value 0.0\n 0 o0 1 0\n 1 o1 1 0\n": true, // one bed, two people
		"Optimal - objective value 0.0\n 0 o0 1 0\n 0 o0 1 0\n": true,
		"Optimal - objective value 0.0\n 0 o9 1 0\n":            true,
		"Optimal - objective value 0.0\n 0 o0 x 0\n":            true,
		"Infeasible - objective value 0.0\n":                    false,
		"":                                                      false,
	} {
		if _, err := m.read(strings.NewReader(said)); (err != nil) != wrong || err != nil && !errors.Is(err, ErrSolver) {
			t.Errorf("%q: %v", said, err)
		}
	}
}

func FuzzSolverAnswer(f *testing.F) {
	f.Add("Optimal - objective value 1.0\n 0 o0 1 0\n 1 n1 1 0\n")
	m, err := build(night{seed: 1, places: 5, groups: 4, beds: 2, open: .8, family: 2}.problem())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, said string) {
		a, err := m.read(strings.NewReader(said))
		if err == nil && a.plan != nil {
			for row, free := range a.plan.room {
				if free < 0 {
					t.Fatalf("%d beds too many given in row %d", -free, row)
				}
			}
		}
	})
}
