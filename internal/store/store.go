package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // registers the "sqlite" driver
)

// Engine names the database behind a DB.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// DefaultReaders is how many connections serve reads side by side. Two cores
// are kept busy by four; the rest wait for slow clients.
const DefaultReaders = 8

// Options say where a realm's rows live. Exactly one of Path and URL is set.
type Options struct {
	Path    string // SQLite file; its folder is created with mode 0700
	URL     string // postgres://user@host/database
	Schema  string // PostgreSQL schema, one per realm; created when absent
	Readers int    // read connections; DefaultReaders when zero
	Keys    bool   // a realm's key store: the vault's tables and no others
	Laid    bool   // its tables must be there: ErrNotLaid where an empty database would be made
}

// DB is one realm's database: a pool that reads and one lane that writes.
// It is safe for concurrent use.
type DB struct {
	engine Engine
	path   string
	schema string
	keys   bool
	read   *sql.DB
	write  *sql.DB
	log    *sql.DB // of SQLite: asks of the write-ahead log; connects when first asked
	stmts  statements
	lane   chan *job
	done   chan struct{}
	mu     sync.RWMutex // guards closed against sends on lane and starts of aside
	closed bool
	file   *os.File       // the SQLite file, for settledFile; closed last: that drops the locks of this process on it
	aside  sync.WaitGroup // statements being prepared for later
}

var schemaName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,40}$`)

// Open connects, brings the tables up to date and starts the write lane.
func Open(ctx context.Context, o Options) (*DB, error) {
	if (o.Path == "") == (o.URL == "") {
		return nil, errors.New("store: give a file path or a PostgreSQL URL, one of the two")
	}
	if o.Readers == 0 {
		o.Readers = DefaultReaders
	}
	open := openSQLite
	if o.URL != "" {
		open = openPostgres
	}
	db, err := open(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("store: open: %w", explain(err))
	}
	db.keys = o.Keys
	if err := db.ready(ctx, o); err != nil {
		db.disconnect()
		return nil, fmt.Errorf("store: open: %w", explain(err))
	}
	db.lane = make(chan *job, 256)
	db.done = make(chan struct{})
	go db.runLane()
	return db, nil
}

// ready brings the tables up to date, or makes them where that is wanted.
func (db *DB) ready(ctx context.Context, o Options) error {
	if o.Laid {
		if isNew, err := db.isNew(ctx); err != nil || isNew {
			return cmp.Or(err, ErrNotLaid)
		}
	}
	return db.migrate(ctx)
}

func openSQLite(_ context.Context, o Options) (*DB, error) {
	if at, err := os.Stat(o.Path); o.Laid && (errors.Is(err, fs.ErrNotExist) || err == nil && at.Size() == 0) {
		return nil, ErrNotLaid
	}
	if err := os.MkdirAll(filepath.Dir(o.Path), 0o700); err != nil {
		return nil, err
	}
	if err := ownFile(o.Path); err != nil {
		return nil, err
	}
	dsn := func(pragmas ...string) string {
		q := url.Values{"_txlock": {"immediate"}}
		for _, p := range append([]string{"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)",
			"foreign_keys(1)", "temp_store(2)", "secure_delete(1)", "journal_size_limit(16777216)"}, pragmas...) {
			q.Add("_pragma", p)
		}
		return fileURI(o.Path) + "?" + q.Encode()
	}
	write, err := sql.Open("sqlite", dsn("cache_size(-16000)"))
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	read, err := sql.Open("sqlite", dsn("query_only(1)", "cache_size(-4000)"))
	if err != nil {
		return nil, err
	}
	read.SetMaxOpenConns(o.Readers)
	read.SetMaxIdleConns(o.Readers)
	log, err := sql.Open("sqlite", dsn("query_only(1)", "cache_size(-64)"))
	if err != nil {
		return nil, err
	}
	log.SetMaxOpenConns(1)
	return &DB{engine: SQLite, path: o.Path, read: read, write: write, log: log, stmts: newStatements(read)}, nil
}

// ownFile makes sure that the file is there and nobody else on the machine can
// read it. A file that stands already is not opened here: closing it would
// drop the locks of another DB of this process on it.
func ownFile(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return os.Chmod(path, 0o600)
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// fileURI keeps the characters that mean something in a URI out of it.
func fileURI(path string) string {
	return "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
}

func openPostgres(_ context.Context, o Options) (*DB, error) {
	if !schemaName.MatchString(o.Schema) {
		return nil, fmt.Errorf("the schema name %q must be lower-case letters, digits and underscores", o.Schema)
	}
	cfg, err := pgx.ParseConfig(o.URL)
	if err != nil {
		return nil, err
	}
	cfg.RuntimeParams["search_path"] = o.Schema
	cfg.RuntimeParams["application_name"] = "rufaa"
	pool := func(n int) *sql.DB {
		db := stdlib.OpenDB(*cfg)
		db.SetMaxOpenConns(n)
		db.SetMaxIdleConns(n)
		return db
	}
	return &DB{engine: Postgres, schema: o.Schema, read: pool(o.Readers), write: pool(1)}, nil
}

// Engine tells which database serves the rows.
func (db *DB) Engine() Engine { return db.engine }

// Path is the SQLite file, or empty on PostgreSQL.
func (db *DB) Path() string { return db.path }

// Keys tells whether this is a realm's key store.
func (db *DB) Keys() bool { return db.keys }

// Close finishes the writes already handed in, then disconnects.
func (db *DB) Close() error {
	db.mu.Lock()
	if db.closed {
		db.mu.Unlock()
		return nil
	}
	db.closed = true
	close(db.lane)
	db.mu.Unlock()
	<-db.done
	db.stmts.close()
	return db.disconnect()
}

// disconnect closes what was opened, the file last.
func (db *DB) disconnect() error {
	err := errors.Join(db.read.Close(), db.write.Close())
	db.aside.Wait() // a connection they held is closed only now
	if db.log != nil {
		err = errors.Join(err, db.log.Close())
	}
	if db.file != nil {
		err = errors.Join(err, db.file.Close())
	}
	return err
}
