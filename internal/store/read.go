package store

import (
	"context"
	"database/sql"
	"os"
	"sync"
)

// Rows are rows being read. A connection may go away between two of them: Err
// says so with the errors of this package.
type Rows struct{ *sql.Rows }

// Scan reads the present row.
func (r *Rows) Scan(into ...any) error { return explain(r.Rows.Scan(into...)) }

// Err tells why Next ended, when it was not the end.
func (r *Rows) Err() error { return explain(r.Rows.Err()) }

// Row is at most one row.
type Row struct{ row *sql.Row }

// Scan reads the row: ErrNoRow when there is none, ErrUnavailable when the
// database did not answer.
func (r *Row) Scan(into ...any) error { return explain(r.row.Scan(into...)) }

// Query reads rows: as they stand (DB.Query) or within a transaction
// (Tx.Reader), for a reading that serves both.
type Query func(ctx context.Context, text string, args ...any) (*Rows, error)

func rowsOf(rows *sql.Rows, err error) (*Rows, error) {
	if err != nil {
		return nil, explain(err)
	}
	return &Rows{rows}, nil
}

// ErrNoRow is what Row.Scan gives when nothing matched.
var ErrNoRow = sql.ErrNoRows

// statements prepares each distinct text once. Only SQLite needs it: pgx keeps
// a cache of its own on every connection.
type statements struct {
	db preparer
	mu *sync.RWMutex
	by map[string]*sql.Stmt
}

// preparer is a pool (for reads) or the one writing connection.
type preparer interface {
	PrepareContext(context.Context, string) (*sql.Stmt, error)
}

func newStatements(db preparer) statements {
	return statements{db: db, mu: new(sync.RWMutex), by: make(map[string]*sql.Stmt)}
}

func (s *statements) get(ctx context.Context, text string) (*sql.Stmt, error) {
	if st := s.known(text); st != nil {
		return st, nil
	}
	// Not under the lock: preparing waits for a free connection, and those
	// who hold one may be asking for another text meanwhile.
	st, err := s.db.PrepareContext(context.WithoutCancel(ctx), text)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if first := s.by[text]; first != nil {
		st.Close()
		return first, nil
	}
	s.by[text] = st
	return st, nil
}

func (s *statements) known(text string) *sql.Stmt {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.by[text]
}

func (s *statements) close() {
	if s.mu == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.by {
		st.Close()
	}
}

// Query reads committed rows outside any transaction; within Together also
// what it has written so far.
func (db *DB) Query(ctx context.Context, text string, args ...any) (*Rows, error) {
	if tx := db.jointIn(ctx).reading(); tx != nil {
		return tx.Query(text, args...)
	}
	if db.engine == Postgres {
		return rowsOf(db.read.QueryContext(ctx, text, args...))
	}
	st, err := db.stmts.get(ctx, text)
	if err != nil {
		return nil, explain(err)
	}
	return rowsOf(st.QueryContext(ctx, args...))
}

// QueryRow reads one row as Query does.
func (db *DB) QueryRow(ctx context.Context, text string, args ...any) *Row {
	if tx := db.jointIn(ctx).reading(); tx != nil {
		return tx.QueryRow(text, args...)
	}
	if db.engine == Postgres {
		return &Row{db.read.QueryRowContext(ctx, text, args...)}
	}
	st, err := db.stmts.get(ctx, text)
	if err != nil {
		return &Row{db.read.QueryRowContext(ctx, text, args...)}
	}
	return &Row{st.QueryRowContext(ctx, args...)}
}

// View runs fn over one snapshot: what it reads belongs together even while
// others write.
func (db *DB) View(ctx context.Context, fn func(*Tx) error) error {
	if tx := db.jointIn(ctx).reading(); tx != nil {
		return explain(fn(tx))
	}
	opts := &sql.TxOptions{ReadOnly: true}
	if db.engine == Postgres {
		opts.Isolation = sql.LevelRepeatableRead
	}
	tx, err := db.read.BeginTx(ctx, opts)
	if err != nil {
		return explain(err)
	}
	defer tx.Rollback()
	view := &Tx{ctx: ctx, on: tx}
	if db.engine == SQLite {
		view.prepare = func(text string) *sql.Stmt { return db.preparedIn(tx, text) }
		view.settled = sync.OnceValues(func() (*os.File, error) { return db.settledFile(ctx) })
	}
	return explain(fn(view))
}

// preparedIn gives the statement for a snapshot, or nil when it was not
// prepared yet. To prepare it right away would take a second connection while
// holding one; enough views doing so at once would wait for each other.
func (db *DB) preparedIn(tx *sql.Tx, text string) *sql.Stmt {
	if st := db.stmts.known(text); st != nil {
		return tx.Stmt(st)
	}
	if !db.mu.TryRLock() { // closing
		return nil
	}
	defer db.mu.RUnlock()
	if !db.closed {
		db.aside.Go(func() { db.stmts.get(context.Background(), text) })
	}
	return nil
}
