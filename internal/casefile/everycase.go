package casefile

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
)

// Each gives every case to fn as one snapshot of the store tells it, without
// asking anybody. It is for rooms that count over cases and show no single one;
// it holds one page of them in memory.
func (c *Cases) Each(ctx context.Context, fn func(*State) error) error {
	return c.realm.Store.View(ctx, func(tx *store.Tx) error {
		for after := ""; ; {
			page, err := storedAfter(tx, after)
			if err != nil || len(page) == 0 {
				return err
			}
			for _, k := range page {
				s, err := c.shelf.stored(tx, k)
				if err != nil {
					return err
				}
				if err := fn(s); err != nil {
					return err
				}
			}
			after = page[len(page)-1].id
		}
	})
}

// stored is a case as it lies in the store: its version and the snapshot that
// was kept before it.
type stored struct {
	id      string
	version int64
	raw     []byte // nil when none was kept yet
}

func storedAfter(tx *store.Tx, after string) ([]stored, error) {
	const page = 500
	rows, err := tx.Query(`SELECT c.id, c.version, k.state FROM cases c LEFT JOIN case_snapshots k ON k.id = c.id WHERE c.id > $1 ORDER BY c.id LIMIT $2`, after, page)
	if err != nil {
		return nil, fmt.Errorf("casefile: each: %w", err)
	}
	defer rows.Close()
	var out []stored
	for rows.Next() {
		var k stored
		if err := rows.Scan(&k.id, &k.version, &k.raw); err != nil {
			return nil, fmt.Errorf("casefile: each: %w", err)
		}
		out = append(out, k)
	}
	return out, rows.Err()
}

func (sh shelf) stored(tx *store.Tx, k stored) (*State, error) {
	s := new(State)
	if k.raw != nil {
		if err := json.Unmarshal(k.raw, s); err != nil {
			return nil, fmt.Errorf("casefile: snapshot of %s: %w", k.id, err)
		}
	}
	return s, s.since(k.id, k.version, func(after int64) ([]ledger.Event, error) {
		return sh.ledger.StreamIn(tx, "case/"+k.id, after, math.MaxInt64)
	})
}
