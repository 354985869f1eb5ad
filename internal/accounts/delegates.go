package accounts

import (
	"context"
	"fmt"

	"rufaa/internal/store"
)

// NameDelegate lets somebody sit for the own agency on identification panels.
func (a *Accounts) NameDelegate(ctx context.Context, by Principal, staff string) error {
	return a.change(ctx, by, staff, func(tx *store.Tx, c *account) error {
		if c.State != Active {
			return ErrWrongState
		}
		n, err := tx.Exec(`INSERT INTO panel_delegates (staff, agency, named_at) VALUES ($1, $2, $3) ON CONFLICT (staff) DO NOTHING`, staff, c.Agency, a.now().UnixMilli())
		if err != nil {
			return fmt.Errorf("accounts: name a delegate: %w", err)
		}
		if n == 0 {
			return ErrWrongState
		}
		return a.audit(tx, "account.delegate_named", by, staff, "agency", c.Agency)
	})
}

// EndDelegate takes that back. Panels on which they sit already go on.
func (a *Accounts) EndDelegate(ctx context.Context, by Principal, staff string) error {
	return a.change(ctx, by, staff, func(tx *store.Tx, c *account) error {
		n, err := dropDelegate(tx, staff)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrWrongState
		}
		return a.audit(tx, "account.delegate_ended", by, staff, "agency", c.Agency)
	})
}

func dropDelegate(tx *store.Tx, staff string) (int64, error) {
	n, err := tx.Exec(`DELETE FROM panel_delegates WHERE staff = $1`, staff)
	if err != nil {
		return 0, fmt.Errorf("accounts: end a delegate: %w", err)
	}
	return n, nil
}

// Delegates are the active people whom each agency named, in the order in which it
// named them; agency narrows it to one, "" gives all.
func (a *Accounts) Delegates(ctx context.Context, agency string) (map[string][]string, error) {
	rows, err := a.db.Query(ctx, `SELECT d.agency, d.staff FROM panel_delegates d JOIN staff s ON s.id = d.staff JOIN agencies g ON g.id = d.agency
		WHERE s.state = 'active' AND g.state = 'active' AND s.agency = d.agency AND ($1 = '' OR d.agency = $1) ORDER BY d.named_at, d.staff`, agency)
	if err != nil {
		return nil, fmt.Errorf("accounts: delegates: %w", err)
	}
	defer rows.Close()
	out := map[string][]string{}
	for rows.Next() {
		var of, staff string
		if err := rows.Scan(&of, &staff); err != nil {
			return nil, err
		}
		out[of] = append(out[of], staff)
	}
	return out, rows.Err()
}
