package casefile

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/valid"
)

// depart ends the membership of somebody who left the service. A case whose
// only manager they were waits again, and any case manager of the holding
// agency may take it: no case stays with nobody.
type depart struct{ Staff string }

func (*depart) Action() policy.Action                { return policy.TeamChange }
func (*depart) Check(*valid.Check, *content.Content) {}

func (d *depart) decide(s *State, e *env) ([]ledger.Draft, error) {
	if s.Member(d.Staff) == nil {
		return nil, problem.ErrNotFound
	}
	left := TeamLeftEvent{Staff: d.Staff}
	if s.lastManager(d.Staff) { // its clock starts anew: nobody let the first one run out
		due := e.now.Add(takeWithin(e, s.Danger.Immediate && s.Danger.Answered == nil))
		left.TakeDue = &due
	}
	return happened(TeamLeft, left)
}

// OnTeams lists everybody who is on the team of a case that is open.
func (c *Cases) OnTeams(ctx context.Context) ([]string, error) {
	return c.column(ctx, `SELECT DISTINCT staff FROM team WHERE closed = 0 ORDER BY staff`)
}

// HeldBy counts the open cases that an agency answers for.
func (c *Cases) HeldBy(ctx context.Context, agency string) (n int, err error) {
	err = c.realm.Store.QueryRow(ctx, `SELECT count(*) FROM cases WHERE holder = $1 AND closed_at = 0`, agency).Scan(&n)
	return n, err
}

// OnPanels lists everybody whose voice a panel awaits.
func (c *Cases) OnPanels(ctx context.Context) ([]string, error) {
	return c.column(ctx, `SELECT DISTINCT staff FROM panel_seats WHERE spoken = 0 ORDER BY staff`)
}

// Depart takes somebody whose account is closed off the team of every case
// that is open, and off the panels that await them; the realm itself is the actor.
// It may be repeated: whoever is off a team already is passed over.
func (c *Cases) Depart(ctx context.Context, keeper realm.Actor, staff string) error {
	return errors.Join(c.departAll(ctx, keeper, staff, `SELECT case_id FROM team WHERE staff = $1 AND closed = 0 ORDER BY case_id`, staff),
		c.Unseat(ctx, keeper, staff))
}

// Unseat ends the wait for somebody's voice on every panel that has not heard it.
// It may be repeated.
func (c *Cases) Unseat(ctx context.Context, keeper realm.Actor, staff string) error {
	ids, err := c.column(ctx, `SELECT case_id FROM panel_seats WHERE staff = $1 AND spoken = 0 ORDER BY case_id`, staff)
	if err != nil {
		return err
	}
	var failed []error
	for _, id := range ids {
		if err := c.again(ctx, keeper, id, func() Command { return &unseat{Staff: staff} }); err != nil {
			failed = append(failed, fmt.Errorf("casefile: %s off a panel: %w", staff, err))
		}
	}
	return errors.Join(failed...)
}

// DepartOthers takes somebody whose account changed to an agency off the team of
// every open case where they stand for another one. It may be repeated.
func (c *Cases) DepartOthers(ctx context.Context, keeper realm.Actor, staff, agency string) error {
	return c.departAll(ctx, keeper, staff, `SELECT case_id FROM team WHERE staff = $1 AND closed = 0 AND agency <> $2 ORDER BY case_id`, staff, agency)
}

func (c *Cases) departAll(ctx context.Context, keeper realm.Actor, staff, query string, args ...any) error {
	ids, err := c.column(ctx, query, args...)
	if err != nil {
		return err
	}
	var failed []error
	for _, id := range ids {
		if err := c.departFrom(ctx, keeper, id, staff); err != nil {
			failed = append(failed, fmt.Errorf("casefile: %s off the team of a case: %w", staff, err))
		}
	}
	return errors.Join(failed...)
}

func (c *Cases) departFrom(ctx context.Context, keeper realm.Actor, id, staff string) error {
	return c.again(ctx, keeper, id, func() Command { return &depart{Staff: staff} })
}

// again runs a command of the realm itself, and tries again when the case
// changed in between. What is not there any more needs nothing.
func (c *Cases) again(ctx context.Context, keeper realm.Actor, id string, cmd func() Command) error {
	for try := 0; ; try++ {
		s, err := c.Load(ctx, id)
		if err != nil {
			return err
		}
		_, err = c.run(ctx, keeper, Order{}, s, id, cmd(), false)
		var changed *problem.Changed
		switch {
		case errors.Is(err, problem.ErrNotFound):
			return nil
		case errors.As(err, &changed) && try < 3:
			continue
		}
		return err
	}
}

func (c *Cases) column(ctx context.Context, query string, args ...any) ([]string, error) {
	rows, err := c.realm.Store.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("casefile: %s: %w", strings.Fields(query)[1], err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, rows.Err()
}
