package realm

import (
	"context"
	"fmt"
	"time"

	"rufaa/internal/store"
)

// keepFacts writes the realm's public facts into its store once, so that a
// copy of the store can be verified on its own.
func (r *Realm) keepFacts(ctx context.Context) error {
	var n int
	if err := r.Store.QueryRow(ctx, `SELECT count(*) FROM realm_facts`).Scan(&n); err != nil || n > 0 {
		return err
	}
	return r.Store.Write(ctx, func(tx *store.Tx) error {
		for key, value := range map[string]string{
			"name": r.Name, "kind": string(r.Kind), "created": r.Created.Format(time.RFC3339), "verifier": r.Verifier,
		} {
			if _, err := tx.Exec(`INSERT INTO realm_facts (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING`, key, value); err != nil {
				return err
			}
		}
		return nil
	})
}

// FactsIn reads the facts that a store keeps about itself.
func FactsIn(ctx context.Context, db *store.DB) (Facts, error) {
	rows, err := db.Query(ctx, `SELECT key, value FROM realm_facts`)
	if err != nil {
		return Facts{}, fmt.Errorf("realm: facts: %w", err)
	}
	defer rows.Close()
	var f Facts
	for rows.Next() {
		var key, value string
		if err := rows.Scan(&key, &value); err != nil {
			return Facts{}, err
		}
		switch key {
		case "name":
			f.Name = value
		case "kind":
			f.Kind = Kind(value)
		case "verifier":
			f.Verifier = value
		case "created":
			f.Created, _ = time.Parse(time.RFC3339, value)
		}
	}
	if f.Name == "" {
		return Facts{}, ErrNoRealm
	}
	return f, rows.Err()
}
