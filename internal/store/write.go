package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"runtime/debug"
	"slices"
)

// maxGroup bounds how many waiting writes share one transaction, so that the
// first of them is not kept waiting by the last.
const maxGroup = 64

// ErrClosed says that the database is shutting down.
var ErrClosed = errors.New("store: closed")

// Tx is a transaction: a write in the lane or a snapshot for reading.
type Tx struct {
	ctx context.Context
	on  interface {
		QueryContext(context.Context, string, ...any) (*sql.Rows, error)
		QueryRowContext(context.Context, string, ...any) *sql.Row
		ExecContext(context.Context, string, ...any) (sql.Result, error)
	}
	prepare func(text string) *sql.Stmt // nil, or gives nil: use the text itself
	settled func() (*os.File, error)    // of a snapshot of SQLite: the file that holds all of it, or nil
	job     *job                        // nil when reading
	lane    *writer                     // nil when reading a snapshot
}

// Query reads inside the transaction.
func (tx *Tx) Query(text string, args ...any) (*Rows, error) {
	if st := tx.prepared(text); st != nil {
		return rowsOf(st.QueryContext(tx.ctx, args...))
	}
	return rowsOf(tx.on.QueryContext(tx.ctx, text, args...))
}

// Reader is Query for a reading that is done outside of transactions too. It
// ends with the transaction, whatever context it is given.
func (tx *Tx) Reader() Query {
	return func(_ context.Context, text string, args ...any) (*Rows, error) { return tx.Query(text, args...) }
}

// QueryRow reads one row inside the transaction.
func (tx *Tx) QueryRow(text string, args ...any) *Row {
	if st := tx.prepared(text); st != nil {
		return &Row{st.QueryRowContext(tx.ctx, args...)}
	}
	return &Row{tx.on.QueryRowContext(tx.ctx, text, args...)}
}

// Exec changes rows and tells how many.
func (tx *Tx) Exec(text string, args ...any) (int64, error) {
	var res sql.Result
	var err error
	if st := tx.prepared(text); st != nil {
		res, err = st.ExecContext(tx.ctx, args...)
	} else {
		res, err = tx.on.ExecContext(tx.ctx, text, args...)
	}
	if err != nil {
		return 0, explain(err)
	}
	n, err := res.RowsAffected()
	return n, explain(err)
}

// AfterCommit runs fn once the write is durable, in the lane's order. It is
// for caches in memory; fn must be quick and cannot fail.
func (tx *Tx) AfterCommit(fn func()) {
	if tx.job != nil {
		tx.job.after = append(tx.job.after, fn)
	}
}

// AfterRollback runs fn when what this write did was undone, before the next
// write begins. It is for caches in memory that run ahead of the commit; fn
// must be quick and cannot fail.
func (tx *Tx) AfterRollback(fn func()) {
	if tx.job != nil {
		tx.job.undone = append(tx.job.undone, fn)
	}
}

func (tx *Tx) prepared(text string) *sql.Stmt {
	if tx.prepare == nil {
		return nil
	}
	return tx.prepare(text)
}

type job struct {
	fn     func(*Tx) error
	large  bool     // shares its transaction with nobody
	after  []func() // once durable
	undone []func() // once undone
	err    error
	done   chan struct{}
}

// undo tells those who ran ahead of the commit, the latest first.
func (j *job) undo() {
	for _, fn := range slices.Backward(j.undone) {
		fn()
	}
	j.undone = nil
}

// Write runs fn in the realm's write lane; nil means that what it wrote is
// durable. fn runs once, must not keep tx, and should be short: work that
// needs no row (sealing, hashing, rendering) belongs before the call. An
// error from fn undoes fn's own rows alone and is returned as it is. Within
// Together it is durable when that ends.
func (db *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	if j := db.jointIn(ctx); j != nil {
		return j.write(ctx, fn)
	}
	return db.lone(ctx, &job{fn: fn})
}

// WriteLarge is Write for very many rows: a rebuild, a list of fifty thousand. It
// shares its transaction with nobody, so that on SQLite it needs no savepoint:
// under one, SQLite keeps a copy of every page changed since, in memory, and walks
// all of them after each statement.
func (db *DB) WriteLarge(ctx context.Context, fn func(*Tx) error) error {
	if j := db.jointIn(ctx); j != nil {
		return j.write(ctx, fn)
	}
	return db.lone(ctx, &job{fn: fn, large: true})
}

func (db *DB) lone(ctx context.Context, j *job) error {
	j.done = make(chan struct{})
	if err := db.hand(ctx, j); err != nil {
		return err
	}
	<-j.done
	return j.err
}

// hand puts a job into the lane.
func (db *DB) hand(ctx context.Context, j *job) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	db.mu.RLock()
	defer db.mu.RUnlock()
	if db.closed {
		return ErrClosed
	}
	db.lane <- j
	return nil
}

func (db *DB) runLane() {
	defer close(db.done)
	lane := &writer{db: db}
	defer lane.drop()
	var next *job // taken from the lane and not yet done
	for {
		if next == nil {
			var open bool
			if next, open = <-db.lane; !open {
				return
			}
		}
		var group []*job
		group, next = db.gather(next)
		lane.commit(group)
		for _, j := range group {
			if j.err == nil {
				for _, fn := range j.after {
					fn()
				}
			}
			close(j.done)
		}
	}
}

// gather takes what waits in the lane into one transaction with first, and gives
// the one it may not take any more.
func (db *DB) gather(first *job) (group []*job, next *job) {
	group = []*job{first}
	for !first.large && len(group) < maxGroup {
		select {
		case j, open := <-db.lane:
			if !open {
				return group, nil
			}
			if j.large {
				return group, j
			}
			group = append(group, j)
		default:
			return group, nil
		}
	}
	return group, nil
}

// writer holds the connection of the write lane. On SQLite it keeps one
// connection and the statements prepared on it; after a failure it takes a
// fresh one, which is how the lane outlives a restarted PostgreSQL.
type writer struct {
	db    *DB
	conn  *sql.Conn
	stmts *statements
}

func (w *writer) connect(ctx context.Context) error {
	if w.conn != nil {
		return nil
	}
	conn, err := w.db.write.Conn(ctx)
	if err != nil {
		return err
	}
	w.conn = conn
	if w.db.engine == SQLite {
		s := newStatements(conn)
		w.stmts = &s
	}
	return nil
}

func (w *writer) drop() {
	if w.conn == nil {
		return
	}
	if w.stmts != nil {
		w.stmts.close()
	}
	w.conn.Close()
	w.conn, w.stmts = nil, nil
}

// commit runs the jobs in one transaction. A failure of the transaction
// itself fails them all: none of them was acknowledged.
func (w *writer) commit(group []*job) {
	ctx := context.Background()
	if err := w.tryCommit(ctx, group); err != nil {
		for _, j := range slices.Backward(group) {
			j.err = explain(err)
			j.undo()
		}
		if w.conn != nil {
			w.conn.ExecContext(ctx, `ROLLBACK`)
		}
		w.drop()
	}
}

func (w *writer) tryCommit(ctx context.Context, group []*job) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	if len(group) == 1 && w.db.engine == SQLite {
		return w.runSole(ctx, group[0])
	}
	for _, j := range group {
		if broken := w.run(ctx, j); broken != nil {
			return broken
		}
	}
	_, err := w.tx(ctx, nil).Exec(`COMMIT`)
	return err
}

// begin opens the transaction. A connection kept from before may have died
// since (PostgreSQL was restarted); nothing was sent on it yet, so a fresh one
// is tried before anybody is told.
func (w *writer) begin(ctx context.Context) error {
	kept := w.conn != nil
	err := w.beginOnce(ctx)
	if err == nil || !kept || !errors.Is(err, ErrUnavailable) {
		return err
	}
	w.drop()
	return w.beginOnce(ctx)
}

func (w *writer) beginOnce(ctx context.Context) error {
	if err := w.connect(ctx); err != nil {
		return explain(err)
	}
	tx := w.tx(ctx, nil)
	if w.db.engine == SQLite {
		_, err := tx.Exec(`BEGIN IMMEDIATE`)
		return err
	}
	if _, err := tx.Exec(`BEGIN`); err != nil {
		return err
	}
	_, err := tx.Exec(`SELECT pg_advisory_xact_lock($1)`, w.db.lockKey())
	return err
}

func (w *writer) tx(ctx context.Context, j *job) *Tx {
	tx := &Tx{ctx: ctx, on: w.conn, job: j, lane: w}
	if stmts := w.stmts; stmts != nil {
		tx.prepare = func(text string) *sql.Stmt {
			st, err := stmts.get(ctx, text)
			if err != nil {
				return nil // the plain call will report what is wrong with the text
			}
			return st
		}
	}
	return tx
}

// runSole runs the only job of a transaction: what it did is undone with the
// transaction. Only SQLite: PostgreSQL takes the COMMIT of a transaction in which
// a statement failed and keeps nothing; there a savepoint's release tells.
func (w *writer) runSole(ctx context.Context, j *job) (broken error) {
	j.err = explain(guard(j.fn, w.tx(ctx, j)))
	switch end := w.tx(ctx, nil); {
	case j.err == nil:
		_, err := end.Exec(`COMMIT`)
		return err
	case breaks(j.err):
		return j.err
	default:
		if _, err := end.Exec(`ROLLBACK`); err != nil {
			return err
		}
		j.undo()
		return nil
	}
}

// breaks tells whether after this error the whole transaction cannot be trusted.
func breaks(err error) bool {
	return errors.Is(err, ErrFull) || errors.Is(err, ErrUnavailable) || errors.Is(err, ErrDamaged)
}

// run runs one job inside its savepoint. It returns an error only when the
// transaction around it can no longer be trusted.
func (w *writer) run(ctx context.Context, j *job) (broken error) {
	tx := w.tx(ctx, j)
	if _, err := tx.Exec(`SAVEPOINT job`); err != nil {
		return err
	}
	j.err = explain(guard(j.fn, tx)) // what Row.Scan gave is not explained yet
	if breaks(j.err) {
		return j.err
	}
	if j.err == nil {
		_, err := tx.Exec(`RELEASE SAVEPOINT job`)
		if err == nil {
			return nil
		}
		// PostgreSQL keeps nothing of a job that went on after a failed
		// statement. Its neighbours need not suffer for that.
		j.err = err
	}
	if _, err := tx.Exec(`ROLLBACK TO SAVEPOINT job`); err != nil {
		return err
	}
	j.undo()
	_, err := tx.Exec(`RELEASE SAVEPOINT job`)
	return err
}

// guard turns a panic in one write into its error, so that one fault does not
// stop the lane for everybody. The stack is kept for the log; values are not.
func guard(fn func(*Tx) error, tx *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("store: a write panicked: %v\n%s", p, debug.Stack())
		}
	}()
	return fn(tx)
}

// lockKey names the realm's write lane for PostgreSQL's advisory lock.
func (db *DB) lockKey() int64 {
	h := fnv.New64a()
	h.Write([]byte("rufaa/lane/" + db.schema))
	return int64(h.Sum64())
}
