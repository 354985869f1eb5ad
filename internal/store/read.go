package store

import (
	"context"
	"database/sql"
	"sync"
)

// Rows and Row are what the standard library gives; named here so that rooms
// need not import it for a signature.
type (
	Rows = sql.Rows
	Row  = sql.Row
)

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
	s.mu.RLock()
	st := s.by[text]
	s.mu.RUnlock()
	if st != nil {
		return st, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.by[text]; st != nil {
		return st, nil
	}
	st, err := s.db.PrepareContext(context.WithoutCancel(ctx), text)
	if err != nil {
		return nil, err
	}
	s.by[text] = st
	return st, nil
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

// Query reads committed rows outside any transaction.
func (db *DB) Query(ctx context.Context, text string, args ...any) (*Rows, error) {
	if db.engine == Postgres {
		rows, err := db.read.QueryContext(ctx, text, args...)
		return rows, explain(err)
	}
	st, err := db.stmts.get(ctx, text)
	if err != nil {
		return nil, explain(err)
	}
	rows, err := st.QueryContext(ctx, args...)
	return rows, explain(err)
}

// QueryRow reads one committed row outside any transaction.
func (db *DB) QueryRow(ctx context.Context, text string, args ...any) *Row {
	if db.engine == Postgres {
		return db.read.QueryRowContext(ctx, text, args...)
	}
	st, err := db.stmts.get(ctx, text)
	if err != nil {
		return db.read.QueryRowContext(ctx, text, args...)
	}
	return st.QueryRowContext(ctx, args...)
}

// View runs fn over one snapshot: what it reads belongs together even while
// others write.
func (db *DB) View(ctx context.Context, fn func(*Tx) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if db.engine == Postgres {
		opts.Isolation = sql.LevelRepeatableRead
	}
	tx, err := db.read.BeginTx(ctx, opts)
	if err != nil {
		return explain(err)
	}
	defer tx.Rollback()
	return explain(fn(&Tx{ctx: ctx, on: tx}))
}
