package store

import (
	"context"
	"embed"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the tables up to this program's version. Migrations only
// ever add: an older backup opens in a newer program.
func (db *DB) migrate(ctx context.Context) error {
	unlock, err := db.lockMigrations(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if isNew, err := db.isNew(ctx); err != nil {
		return err
	} else if isNew {
		return db.lay(ctx)
	}
	return db.stepUp(ctx)
}

// stepUp applies what this program's version has more, one step after another.
func (db *DB) stepUp(ctx context.Context) error {
	files, dialect, err := db.steps()
	if err != nil {
		return err
	}
	others, err := fs.Glob(files, "*.sql")
	if err != nil {
		return err
	}
	ours := slices.DeleteFunc(slices.Clone(others), func(name string) bool { return !db.takes(name) })
	if done, err := db.noted(ctx, ours); err != nil || done {
		return err
	}
	others = slices.DeleteFunc(others, db.takes)
	p, err := goose.NewProvider(dialect, db.write, files, goose.WithVerbose(false), goose.WithAllowOutofOrder(true), goose.WithExcludeNames(others))
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// noted tells whether every step is noted as done: then there is none to read.
func (db *DB) noted(ctx context.Context, steps []string) (bool, error) {
	rows, err := db.write.QueryContext(ctx, `SELECT version_id FROM `+goose.DefaultTablename+` WHERE is_applied`)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	done := map[int64]bool{}
	for rows.Next() {
		var version int64
		if err := rows.Scan(&version); err != nil {
			return false, err
		}
		done[version] = true
	}
	missing := slices.ContainsFunc(steps, func(name string) bool {
		version, err := numberOf(name)
		return err != nil || !done[version]
	})
	return !missing, rows.Err()
}

func (db *DB) steps() (fs.FS, database.Dialect, error) {
	files, err := fs.Sub(migrations, "migrations")
	if db.engine == Postgres {
		return files, database.DialectPostgres, err
	}
	return files, database.DialectSQLite3, err
}

// keySteps make the tables of a key store. One made by an older version has
// all others too, empty for good.
var keySteps = []string{"0003_vault.sql"}

// takes tells whether a step is one of this store.
func (db *DB) takes(step string) bool { return !db.keys || slices.Contains(keySteps, step) }

// lockMigrations keeps two processes that start at once from making the same
// tables.
func (db *DB) lockMigrations(ctx context.Context) (unlock func(), err error) {
	if db.engine == SQLite {
		return lockFolder(filepath.Dir(db.path))
	}
	conn, err := db.read.Conn(ctx)
	if err != nil {
		return nil, err
	}
	// The lock goes with its transaction, however that ends.
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		conn.Close()
		return nil, err
	}
	unlock = func() {
		tx.Rollback()
		conn.Close()
	}
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, db.lockKey()+1); err != nil {
		unlock()
		return nil, err
	}
	if _, err := db.write.ExecContext(ctx, `CREATE SCHEMA IF NOT EXISTS `+db.schema); err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}
