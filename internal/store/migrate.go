package store

import (
	"context"
	"embed"
	"io/fs"

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
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	dialect := database.DialectSQLite3
	if db.engine == Postgres {
		dialect = database.DialectPostgres
	}
	p, err := goose.NewProvider(dialect, db.write, files, goose.WithVerbose(false))
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// lockMigrations keeps two servers that start at once from making the same
// tables. SQLite has one server a file.
func (db *DB) lockMigrations(ctx context.Context) (unlock func(), err error) {
	if db.engine == SQLite {
		return func() {}, nil
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
