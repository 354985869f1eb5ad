package store

import (
	"context"
	"fmt"
	"slices"
)

// QuickCheck asks SQLite whether the pages of a table and its indexes hang
// together, and gives what it says is wrong; "" when nothing is.
func (tx *Tx) QuickCheck(table string) (says string, err error) {
	if err := tx.QueryRow(`SELECT * FROM pragma_quick_check($1) LIMIT 1`, table).Scan(&says); err != nil {
		return "", err
	}
	if says == "ok" {
		return "", nil
	}
	return says, nil
}

// CheckFile asks SQLite whether the pages of every table hang together, but for
// those that somebody else reads whole. ErrDamaged tells the first that do not.
// PostgreSQL looks after its own pages: nothing is asked there.
func (db *DB) CheckFile(ctx context.Context, but ...string) error {
	if db.engine != SQLite {
		return nil
	}
	return db.View(ctx, func(tx *Tx) error {
		unmap, err := tx.Map()
		if err != nil {
			return err
		}
		defer unmap()
		rows, err := tx.Query(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
		if err != nil {
			return err
		}
		defer rows.Close()
		names := []string{"sqlite_schema"}
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			names = append(names, name)
		}
		if err := rows.Close(); err != nil {
			return err
		}
		for _, name := range names {
			if slices.Contains(but, name) {
				continue
			}
			says, err := tx.QuickCheck(name)
			if err != nil {
				return err
			}
			if says != "" {
				return fmt.Errorf("%w: table %s: %s", ErrDamaged, name, says)
			}
		}
		return nil
	})
}
