package placing

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// Solver is a mixed-integer solver as a program of its own, COIN-OR CBC, asked
// when the search of this package could not prove its plan. Only what it says
// about bounds is believed: each plan is held against the beds again.
type Solver struct {
	path string
	wait time.Duration
}

// ErrSolver is wrapped by what went wrong with the solver. The search's own
// plan stands then.
var ErrSolver = errors.New("placing: solver")

// NewSolver looks for the program: a path, or a name on the PATH. wait is how
// long one question may take, two of them make one proposal.
func NewSolver(program string, wait time.Duration) (*Solver, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return nil, fmt.Errorf("%w: %w; install it (Debian: coinor-cbc) or leave it out", ErrSolver, err)
	}
	return &Solver{path: path, wait: wait}, nil
}

// answer is what the solver said to one question.
type answer struct {
	plan   *plan // nil when it found none
	proven bool
}

// better asks for the fewest left out and then for the least cost, in the
// order of the goals. It gives the better of both plans, and whether the
// solver has proven it.
func (sv *Solver) better(ctx context.Context, m *model, have *plan) (*plan, bool, error) {
	people, err := sv.ask(ctx, m, m.question(true, 0))
	if err != nil || people.plan == nil {
		return have, false, err
	}
	best := cheaper(have, people.plan)
	left, _ := m.parts(best)
	if least, _ := m.parts(people.plan); people.proven && least != left {
		return best, false, fmt.Errorf("%w: it left out %d as the fewest, and %d can be left out", ErrSolver, least, left)
	}
	cost, err := sv.ask(ctx, m, m.question(false, left))
	if err != nil || cost.plan == nil {
		return best, false, err
	}
	found := cheaper(best, cost.plan)
	return found, people.proven && cost.proven && found.cost == cost.plan.cost, nil
}

func cheaper(a, b *plan) *plan {
	if b.cost < a.cost {
		return b
	}
	return a
}

// question is the model in CPLEX LP format. Variable o7 is 1 when option 7 is
// taken, n3 when unit 3 goes nowhere. Nothing in it names anybody.
func (m *model) question(people bool, left int64) []byte {
	var b bytes.Buffer
	b.WriteString("Minimize\n obj:")
	for i, u := range m.units {
		if people {
			fmt.Fprintf(&b, "\n + %d n%d", u.weight, i)
		}
	}
	for i := range m.options {
		if !people {
			fmt.Fprintf(&b, "\n + %d o%d", m.options[i].cost, i)
		}
	}
	b.WriteString("\nSubject To\n")
	for i, u := range m.units {
		fmt.Fprintf(&b, " u%d: n%d", i, i)
		for o := u.from; o < u.to; o++ {
			fmt.Fprintf(&b, "\n + o%d", o)
		}
		b.WriteString(" = 1\n")
	}
	rows := make([]bytes.Buffer, len(m.room))
	for i := range m.options {
		for _, u := range m.options[i].uses {
			fmt.Fprintf(&rows[u.row], "\n + %d o%d", u.n, i)
		}
	}
	for i := range rows {
		if rows[i].Len() > 0 {
			fmt.Fprintf(&b, " r%d:%s <= %d\n", i, rows[i].Bytes(), m.room[i])
		}
	}
	if !people {
		b.WriteString(" left:")
		for i, u := range m.units {
			fmt.Fprintf(&b, "\n + %d n%d", u.weight, i)
		}
		fmt.Fprintf(&b, " <= %d\n", left)
	}
	b.WriteString("Binary\n")
	for i := range m.units {
		fmt.Fprintf(&b, " n%d\n", i)
	}
	for i := range m.options {
		fmt.Fprintf(&b, " o%d\n", i)
	}
	b.WriteString("End\n")
	return b.Bytes()
}

// read takes the solver's plan: a first line that says how it ended, then one
// line for each variable that is not 0: number, name, value, reduced cost.
func (m *model) read(r io.Reader) (answer, error) {
	raw, err := io.ReadAll(io.LimitReader(r, 8<<20))
	if err != nil {
		return answer{}, fmt.Errorf("%w: %w", ErrSolver, err)
	}
	head, body, _ := strings.Cut(string(raw), "\n")
	if strings.HasPrefix(head, "Infeasible") || strings.Contains(head, "no integer solution") || head == "" {
		return answer{}, nil
	}
	a := answer{plan: m.empty(), proven: strings.HasPrefix(head, "Optimal")}
	for line := range strings.Lines(body) {
		f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "**"))
		if len(f) < 3 || !strings.HasPrefix(f[1], "o") {
			continue
		}
		value, err := strconv.ParseFloat(f[2], 64)
		o, errO := strconv.Atoi(f[1][1:])
		if err != nil || errO != nil || o < 0 || o >= len(m.options) {
			return answer{}, fmt.Errorf("%w: it answered %.60q", ErrSolver, line)
		}
		if value < 0.5 {
			continue
		}
		opt := &m.options[o]
		if a.plan.at[opt.unit] != nowhere || !m.fits(opt, a.plan.room) {
			return answer{}, fmt.Errorf("%w: its plan gives a bed or a person twice", ErrSolver)
		}
		m.move(a.plan, opt.unit, int32(o))
	}
	return a, nil
}
