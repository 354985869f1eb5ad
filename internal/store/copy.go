package store

import (
	"context"
	"fmt"
	"strings"
)

// tables are every table of the schema, each after those it refers to, so that
// copied row by row no reference points at what is not there yet.
func (db *DB) tables(ctx context.Context) ([]string, error) {
	names, err := db.tableNames(ctx)
	if err != nil {
		return nil, err
	}
	refers, err := db.references(ctx)
	if err != nil {
		return nil, err
	}
	var out []string
	placed := map[string]bool{}
	var place func(name string)
	place = func(name string) {
		if placed[name] {
			return
		}
		placed[name] = true
		for _, to := range refers[name] {
			place(to)
		}
		out = append(out, name)
	}
	for _, name := range names {
		place(name)
	}
	return out, nil
}

// references tells which tables a table refers to.
func (db *DB) references(ctx context.Context) (map[string][]string, error) {
	text := `SELECT m.name, f."table" FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`
	if db.engine == Postgres {
		text = `SELECT DISTINCT c.conrelid::regclass::text, c.confrelid::regclass::text FROM pg_constraint c
			WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace`
	}
	rows, err := db.Query(ctx, text)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string][]string{}
	for rows.Next() {
		var from, to string
		if err := rows.Scan(&from, &to); err != nil {
			return nil, err
		}
		if from != to {
			out[from] = append(out[from], to)
		}
	}
	return out, rows.Err()
}

func (db *DB) tableNames(ctx context.Context) ([]string, error) {
	text := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'goose%' ORDER BY name`
	if db.engine == Postgres {
		text = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_name NOT LIKE 'goose%' ORDER BY table_name`
	}
	rows, err := db.Query(ctx, text)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		out = append(out, name)
	}
	return out, rows.Err()
}

// CopyTo copies every row of one snapshot into another, empty store, whatever
// the engines. It is how a PostgreSQL realm is backed up into one file, and
// how a file is restored into PostgreSQL. A key store takes the vault's tables
// alone: it never had rows in others.
func (db *DB) CopyTo(ctx context.Context, to *DB) error {
	tables, err := db.tables(ctx)
	if err != nil {
		return fmt.Errorf("store: copy: %w", err)
	}
	if to.keys {
		if tables, err = to.tables(ctx); err != nil {
			return fmt.Errorf("store: copy: %w", err)
		}
	}
	return to.Write(ctx, func(dst *Tx) error {
		return db.View(ctx, func(src *Tx) error {
			for _, table := range tables {
				if err := copyTable(src, dst, table); err != nil {
					return fmt.Errorf("store: copy %s: %w", table, err)
				}
			}
			return nil
		})
	})
}

func copyTable(src, dst *Tx, table string) error {
	rows, err := src.Query(`SELECT * FROM ` + table)
	if err != nil {
		return err
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		return err
	}
	marks := make([]string, len(cols))
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	insert := `INSERT INTO ` + table + ` (` + strings.Join(cols, ", ") + `) VALUES (` + strings.Join(marks, ", ") + `)`
	values := make([]any, len(cols))
	into := make([]any, len(cols))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, v := range values { // a blob of no bytes comes without bytes, and would go in as NULL
			if b, ok := v.([]byte); ok && b == nil {
				values[i] = []byte{}
			}
		}
		if _, err := dst.Exec(insert, values...); err != nil {
			return err
		}
	}
	return rows.Err()
}
