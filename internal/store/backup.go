package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// BackupTo writes a consistent copy of the SQLite database to a new file while
// others read and write. PostgreSQL is backed up with its own tools
// (docs/operations.md).
func (db *DB) BackupTo(ctx context.Context, file string) error {
	if db.engine != SQLite {
		return errors.New("store: a PostgreSQL realm is backed up with pg_dump; see docs/operations.md")
	}
	// Made by us, so that nobody else can read it at any moment.
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("store: %s exists already; choose a new file name", file)
	}
	if err != nil {
		return fmt.Errorf("store: backup: %w", err)
	}
	defer f.Close()
	if err := db.vacuumInto(ctx, file); err != nil {
		os.Remove(file)
		return fmt.Errorf("store: backup: %w", explain(err))
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("store: backup: %w", err)
	}
	return nil
}

func (db *DB) vacuumInto(ctx context.Context, file string) error {
	// A connection of its own: the readers may not write, not even elsewhere,
	// and the lane must not wait for a copy.
	own, err := sql.Open("sqlite", fileURI(db.path)+"?_pragma=busy_timeout(10000)")
	if err != nil {
		return err
	}
	defer own.Close()
	// VACUUM INTO reads one snapshot and leaves no freed page, so nothing that
	// was deleted travels with the copy.
	_, err = own.ExecContext(ctx, `VACUUM INTO `+quote(file))
	return err
}

func quote(s string) string {
	out := []byte{'\''}
	for i := range len(s) {
		if s[i] == '\'' {
			out = append(out, '\'')
		}
		out = append(out, s[i])
	}
	return string(append(out, '\''))
}
