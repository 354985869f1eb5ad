package search

import (
	"context"
	"fmt"
	"sync"

	"rufaa/internal/store"
)

// followed is how far the filters in memory follow the store's changes.
type followed struct {
	mu   sync.Mutex
	upto int64 // the change up to which everything is in memory
}

// change notes that a person's filters are other than before and gives the
// change's number. The writes of a realm are serial, across servers too: no
// number is ever skipped for good, and none comes late.
func change(tx *store.Tx, person string) (n int64, err error) {
	if err := tx.QueryRow(`SELECT COALESCE(MAX(n), 0) + 1 FROM name_changes`).Scan(&n); err != nil {
		return 0, fmt.Errorf("search: number a change: %w", err)
	}
	if _, err := tx.Exec(`INSERT INTO name_changes (person, n) VALUES ($1, $2)
		ON CONFLICT (person) DO UPDATE SET n = excluded.n`, person, n); err != nil {
		return 0, fmt.Errorf("search: note a change: %w", err)
	}
	return n, nil
}

// took is called when change n of this server is durable. If another server
// wrote in between, the next search takes in both.
func (x *Index) took(n int64, person, caseID string, filters []filter, isNew bool) {
	x.followed.mu.Lock()
	defer x.followed.mu.Unlock()
	if n != x.followed.upto+1 {
		return
	}
	x.names.replace(person, caseID, filters, isNew)
	x.followed.upto = n
}

// changedPerson is somebody whose filters in memory may be old.
type changedPerson struct {
	person, caseID string
	filters        []filter
}

// follow takes in what other servers of the realm wrote since the last search.
func (x *Index) follow(ctx context.Context) error {
	x.followed.mu.Lock()
	defer x.followed.mu.Unlock()
	changed, upto, err := x.changedSince(ctx, x.followed.upto)
	if err != nil {
		return fmt.Errorf("search: follow the other servers: %w", err)
	}
	for _, c := range changed {
		x.names.replace(c.person, c.caseID, c.filters, false)
	}
	x.followed.upto = upto
	return nil
}

// changedSince reads everybody who was changed after a change, as they stand now.
func (x *Index) changedSince(ctx context.Context, after int64) (changed []changedPerson, upto int64, err error) {
	rows, err := x.db.Query(ctx, `SELECT c.n, c.person, COALESCE(f.case_id, ''), f.filter
		FROM name_changes c LEFT JOIN name_filters f ON f.person = c.person
		WHERE c.n > $1 ORDER BY c.n, f.n`, after)
	if err != nil {
		return nil, after, err
	}
	defer rows.Close()
	upto = after
	for rows.Next() {
		var p changedPerson
		var n int64
		var raw []byte
		if err := rows.Scan(&n, &p.person, &p.caseID, &raw); err != nil {
			return nil, after, err
		}
		if n != upto {
			changed = append(changed, p)
			upto = n
		}
		if raw == nil {
			continue // forgotten, or without a name
		}
		f, ok := filterOf(raw)
		if !ok {
			return nil, after, fmt.Errorf("person %s: %w", p.person, errFilter)
		}
		last := &changed[len(changed)-1]
		last.filters = append(last.filters, f)
	}
	return changed, upto, rows.Err()
}
