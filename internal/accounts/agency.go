package accounts

import (
	"context"
	"errors"
	"fmt"
	"time"

	"rufaa/internal/problem"
	"rufaa/internal/store"
	"rufaa/internal/valid"
)

// Agency is one of the bodies that work together. ID is a short lasting name
// such as "ctip-secretariat"; Kind and County are vocabulary ids, County is
// empty for a national body.
type Agency struct {
	ID     string
	Name   string
	Kind   string
	County string
	Closed bool // takes part no more; its staff cannot sign in
	Added  time.Time
}

const (
	agencyActive = "active"
	agencyClosed = "closed"
)

func (a *Accounts) checkAgency(g *Agency) error {
	c := valid.New(a.now())
	if !validAgencyID(g.ID) {
		c.Add("id", "accounts.error.agency_id")
	}
	c.Line("name", &g.Name, valid.MaxName, true)
	c.Text("kind", &g.Kind, 60, true)
	c.Text("county", &g.County, 60, false)
	return c.Err()
}

// AddAgency adds one agency. ErrAgencyTaken when the id stands already.
func (a *Accounts) AddAgency(ctx context.Context, by Principal, g Agency) error {
	if err := a.checkAgency(&g); err != nil {
		return err
	}
	return a.db.Write(ctx, func(tx *store.Tx) error {
		added, err := a.insertAgency(tx, by, g)
		if err == nil && !added {
			return ErrAgencyTaken
		}
		return err
	})
}

// EnsureAgencies adds those agencies that are not there yet and leaves the
// others as they are, so that it may run at every start.
func (a *Accounts) EnsureAgencies(ctx context.Context, by Principal, list []Agency) (added int, err error) {
	for i := range list {
		if err := a.checkAgency(&list[i]); err != nil {
			return 0, fmt.Errorf("accounts: agency %d of the list: %w", i+1, err)
		}
	}
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		added = 0
		for _, g := range list {
			new, err := a.insertAgency(tx, by, g)
			if err != nil {
				return err
			}
			if new {
				added++
			}
		}
		return nil
	})
	return added, err
}

func (a *Accounts) insertAgency(tx *store.Tx, by Principal, g Agency) (added bool, err error) {
	n, err := tx.Exec(`INSERT INTO agencies (id, name, kind, county, state, added_at) VALUES ($1,$2,$3,$4,$5,$6)
		ON CONFLICT (id) DO NOTHING`, g.ID, g.Name, g.Kind, g.County, agencyActive, a.now().UnixMilli())
	if err != nil {
		return false, fmt.Errorf("accounts: add agency: %w", err)
	}
	if n == 0 {
		return false, nil
	}
	return true, a.audit(tx, "account.agency_added", by, g.ID, "agency", g.ID, "kind", g.Kind)
}

const selectAgency = `SELECT id, name, kind, county, state, added_at FROM agencies`

type scanner interface{ Scan(...any) error }

func scanAgency(row scanner) (g Agency, err error) {
	var state string
	var added int64
	err = row.Scan(&g.ID, &g.Name, &g.Kind, &g.County, &state, &added)
	g.Closed, g.Added = state != agencyActive, fromMillis(added)
	return g, err
}

// Agency gives one agency; problem.ErrNotFound when there is none.
func (a *Accounts) Agency(ctx context.Context, id string) (Agency, error) {
	g, err := scanAgency(a.db.QueryRow(ctx, selectAgency+` WHERE id = $1`, id))
	if errors.Is(err, store.ErrNoRow) {
		return Agency{}, problem.ErrNotFound
	}
	if err != nil {
		return Agency{}, fmt.Errorf("accounts: agency: %w", err)
	}
	return g, nil
}

// Agencies lists all, closed ones too, by name.
func (a *Accounts) Agencies(ctx context.Context) ([]Agency, error) {
	rows, err := a.db.Query(ctx, selectAgency+` ORDER BY name, id`)
	if err != nil {
		return nil, fmt.Errorf("accounts: agencies: %w", err)
	}
	defer rows.Close()
	var out []Agency
	for rows.Next() {
		g, err := scanAgency(rows)
		if err != nil {
			return nil, fmt.Errorf("accounts: agencies: %w", err)
		}
		out = append(out, g)
	}
	return out, rows.Err()
}

// CloseAgency ends an agency's part: its staff's sessions end at once and
// nobody of it signs in until ReopenAgency. Nobody closes their own agency.
func (a *Accounts) CloseAgency(ctx context.Context, by Principal, id string) error {
	if by.Agency == id {
		return ErrOnSelf
	}
	return a.db.Write(ctx, func(tx *store.Tx) error {
		if err := turnAgency(tx, id, agencyActive, agencyClosed); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE sessions SET revoked_at = $1 WHERE revoked_at = 0
			AND staff IN (SELECT id FROM staff WHERE agency = $2)`, a.now().UnixMilli(), id); err != nil {
			return fmt.Errorf("accounts: end sessions of an agency: %w", err)
		}
		a.forget(tx)
		return a.audit(tx, "account.agency_closed", by, id, "agency", id)
	})
}

// ReopenAgency undoes CloseAgency; sessions that ended stay ended.
func (a *Accounts) ReopenAgency(ctx context.Context, by Principal, id string) error {
	return a.db.Write(ctx, func(tx *store.Tx) error {
		if err := turnAgency(tx, id, agencyClosed, agencyActive); err != nil {
			return err
		}
		return a.audit(tx, "account.agency_reopened", by, id, "agency", id)
	})
}

func turnAgency(tx *store.Tx, id, from, to string) error {
	g, err := scanAgency(tx.QueryRow(selectAgency+` WHERE id = $1`, id))
	if errors.Is(err, store.ErrNoRow) {
		return problem.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("accounts: agency: %w", err)
	}
	if g.Closed != (from == agencyClosed) {
		return ErrWrongState
	}
	_, err = tx.Exec(`UPDATE agencies SET state = $1 WHERE id = $2`, to, id)
	return err
}
