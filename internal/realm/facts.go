package realm

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
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

// sameRealm refuses a store that says of itself that it is another realm's
// than the folder: a database of that name was there before.
func sameRealm(ctx context.Context, db *store.DB, folder Facts, dir string) error {
	f, err := FactsIn(ctx, db)
	if errors.Is(err, ErrNoRealm) { // new, or from before a store knew its facts
		return nil
	}
	if err == nil && f.Verifier != folder.Verifier {
		err = fmt.Errorf("%w, made at %s: another public key than in %s signs them; give the --db that belongs to this folder, or a realm of another name",
			ErrOtherRows, f.Created.Format(time.RFC3339), filepath.Join(dir, factsFile))
	}
	return err
}

// OpenRows opens a realm's rows alone, without its key file, for who reads
// them: by its folder, or with Dir empty by what the database says of itself.
func OpenRows(ctx context.Context, o Options) (*store.DB, Facts, error) {
	if err := o.defaults(); err != nil {
		return nil, Facts{}, fmt.Errorf("realm: %w", err)
	}
	at := o.at("rufaa")
	at.Laid = true
	db, err := store.Open(ctx, at)
	if err != nil {
		return nil, Facts{}, noRows(o, err)
	}
	f, err := FactsIn(ctx, db)
	if o.Dir != "" {
		f, err = ReadFacts(o.Dir, o.Name)
		if err == nil {
			err = sameRealm(ctx, db, f, o.folder())
		}
	}
	if err != nil {
		return nil, Facts{}, errors.Join(err, db.Close())
	}
	return db, f, nil
}

// noRows says what an empty database means for a realm whose folder is there.
func noRows(o Options, err error) error {
	if !errors.Is(err, store.ErrNotLaid) {
		return err
	}
	where, remedy := filepath.Join(o.folder(), "rufaa.db"), "if the realm was made with --db, give the same --db; else restore a backup"
	if o.URL != "" {
		where, remedy = "schema "+schemaOf(o.Name), "if the realm was made without --db or in another database, say so; else restore a backup"
	}
	return fmt.Errorf("%w (%s): %s", ErrNoRows, where, remedy)
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
