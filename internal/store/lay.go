package store

import (
	"context"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

// isNew tells whether the database has no tables of ours yet.
func (db *DB) isNew(ctx context.Context) (bool, error) {
	ask, args := `SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1`, []any{goose.DefaultTablename}
	if db.engine == Postgres {
		ask, args = `SELECT COUNT(*) FROM pg_tables WHERE tablename = $1 AND schemaname = $2`, append(args, db.schema)
	}
	var tables int
	if err := db.write.QueryRowContext(ctx, ask, args...).Scan(&tables); err != nil {
		return false, fmt.Errorf("look for tables: %w", err)
	}
	return tables == 0, nil
}

// lay makes the tables of a new database in one transaction and notes every
// step as done: all or nothing, and a tenth of the time that the steps take one
// by one, each with a commit of its own.
func (db *DB) lay(ctx context.Context) error {
	files, dialect, err := db.steps()
	if err != nil {
		return err
	}
	done, err := database.NewStore(dialect, goose.DefaultTablename)
	if err != nil {
		return err
	}
	names, err := fs.Glob(files, "*.sql") // in the order of their numbers
	if err != nil {
		return err
	}
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := done.CreateVersionTable(ctx, tx); err != nil {
		return err
	}
	if err := done.Insert(ctx, tx, database.InsertRequest{Version: 0}); err != nil {
		return err
	}
	for _, name := range names {
		if !db.takes(name) {
			continue
		}
		version, up, err := readStep(files, name)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, up); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := done.Insert(ctx, tx, database.InsertRequest{Version: version}); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// readStep gives a step's number and the statements that make its tables.
func readStep(files fs.FS, name string) (version int64, up string, err error) {
	if version, err = numberOf(name); err != nil {
		return 0, "", err
	}
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return 0, "", err
	}
	_, up, found := strings.Cut(string(text), "-- +goose Up\n")
	up, _, _ = strings.Cut(up, "-- +goose Down\n")
	if !found || strings.Contains(up, "-- +goose") {
		return 0, "", fmt.Errorf("%s: a step is one Up section and one Down section, without other marks", name)
	}
	return version, up, nil
}

// numberOf reads 7 from 0007_name.sql.
func numberOf(step string) (int64, error) {
	number, _, _ := strings.Cut(step, "_")
	version, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", step, err)
	}
	return version, nil
}
