package store

import (
	"context"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

// OpenByStep opens a new database as an older program left it before its first
// step, so that every step is done by itself.
func OpenByStep(ctx context.Context, o Options) (*DB, error) {
	open := openSQLite
	if o.URL != "" {
		open = openPostgres
	}
	o.Readers = 2
	db, err := open(ctx, o)
	if err != nil {
		return nil, err
	}
	defer db.read.Close()
	defer db.write.Close()
	unlock, err := db.lockMigrations(ctx) // makes the schema too
	if err != nil {
		return nil, err
	}
	defer unlock()
	_, dialect, err := db.steps()
	if err != nil {
		return nil, err
	}
	done, err := database.NewStore(dialect, goose.DefaultTablename)
	if err != nil {
		return nil, err
	}
	if err := done.CreateVersionTable(ctx, db.write); err != nil {
		return nil, err
	}
	if err := done.Insert(ctx, db.write, database.InsertRequest{Version: 0}); err != nil {
		return nil, err
	}
	unlock()
	return Open(ctx, o)
}

// FromFile tells whether these records are read straight from the file.
func (r *Records) FromFile() bool { return r.file != nil }
