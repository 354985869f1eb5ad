package ledger

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"rufaa/internal/store"
)

// Report is what Verify found in order.
type Report struct {
	Realm       string // as the events say; empty while there are none
	Events      int64
	Root        tlog.Hash   // of the tree of all events
	Checkpoints int64       // how many stand, each checked
	Newest      *Checkpoint // nil: there is none yet
}

// Verify derives everything again in one pass over one snapshot: that every
// event's bytes are canonical and agree with the columns beside them, every
// leaf and inner hash, that no row is missing or too many, that the versions
// of every stream run without a gap, and the signature, root and order of
// every checkpoint. The error is a *Damage that names the first thing wrong,
// or tells why the store could not be read.
func Verify(ctx context.Context, db *store.DB, verifiers ...note.Verifier) (Report, error) {
	if len(verifiers) == 0 {
		return Report{}, errors.New("ledger: verify: without a public key no checkpoint can be trusted")
	}
	c := &checker{verifiers: verifiers, sqlite: db.Engine() == store.SQLite, seed: maphash.MakeSeed(), previous: -1}
	if err := db.Settle(ctx); err != nil && !errors.Is(err, store.ErrDamaged) {
		return Report{}, fmt.Errorf("ledger: verify: %w", err)
	}
	err := db.View(ctx, func(tx *store.Tx) error {
		c.tx = tx
		unmap, err := tx.Map()
		if err != nil {
			return err
		}
		return errors.Join(c.run(), unmap())
	})
	var d *Damage
	switch {
	case err == nil:
	case errors.As(err, &d):
		err = d
	case errors.Is(err, store.ErrDamaged):
		err = &Damage{What: "file", Seq: -1, Detail: err.Error()}
	default:
		err = fmt.Errorf("ledger: verify: %w", err)
	}
	return c.report, err
}

// verifyPage is how many events are checked between two looks at the tree.
const verifyPage = 2048

// checker is one verification under way.
type checker struct {
	tx        *store.Tx
	verifiers []note.Verifier
	sqlite    bool
	seed      maphash.Seed
	pages     *pages // the tables as they lie in the file; nil on PostgreSQL

	report   Report
	tree     edge         // derived from the bodies, never from a stored hash
	done     []tlog.Hash  // inner hashes that the present event completes
	inner    []inner      // what the table tree must hold for the present page
	lastIdx  int64        // newest row of the table tree that was seen
	places   uint64       // sum over all events of a hash of their place
	notes    []Checkpoint // read ahead, by size
	bound    int64        // checkpoints up to this size were read
	previous int64        // size of the checkpoint before
	sealing  sealing      // what stands under no checkpoint
}

type inner struct {
	idx  int64
	hash tlog.Hash
}

func (c *checker) run() error {
	file := c.file()
	var d *Damage
	if file != nil && !errors.As(file, &d) {
		return file
	}
	// Even in a damaged file the pass is made: it often knows which event
	// was hit, and that is what helps.
	if err := c.pass(); err != nil {
		return err
	}
	return file
}

// file asks SQLite whether the pages of the checkpoints, and of the list of
// tables, hang together. Those of events and tree are all read by the pass, which
// knows more of them; tables of other rooms are store.CheckFile's.
func (c *checker) file() error {
	if !c.sqlite {
		return nil
	}
	for _, name := range []string{"sqlite_schema", "checkpoints"} {
		says, err := c.tx.QuickCheck(name)
		if err != nil {
			return err
		}
		if says != "" {
			return &Damage{What: "file", Seq: -1, Detail: says}
		}
	}
	return nil
}

func (c *checker) pass() error {
	if c.sqlite {
		var err error
		if c.pages, err = openPages(c.tx); err != nil {
			return err
		}
	}
	for n := verifyPage; n == verifyPage; {
		from := c.tree.size
		if err := c.readNotes(from); err != nil {
			return err
		}
		if err := c.atSize(); err != nil { // an empty ledger may be signed too
			return err
		}
		var err error
		read := c.rows
		if c.sqlite {
			read = c.records
		}
		c.inner = c.inner[:0]
		if n, err = read(from); err != nil {
			return err
		}
		if err := c.compareTree(); err != nil {
			return err
		}
	}
	if err := errors.Join(c.surplusTree(), c.surplusNotes(), c.streams(), c.sealing.end(c.tree.size)); err != nil {
		return err
	}
	var err error
	c.report.Events = c.tree.size
	c.report.Root, err = c.tree.root()
	return err
}

const (
	firstEvents = `SELECT seq, stream, version, kind, at, body, leaf FROM events ORDER BY seq LIMIT $1`
	nextEvents  = `SELECT seq, stream, version, kind, at, body, leaf FROM events WHERE seq >= $2 ORDER BY seq LIMIT $1`
)

// rows checks the next events and tells how many there were.
func (c *checker) rows(from int64) (n int, err error) {
	text, args := nextEvents, []any{verifyPage, from}
	if from == 0 {
		text, args = firstEvents, args[:1] // would show a row below 0 too
	}
	rows, err := c.tx.Query(text, args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var r row
	for ; rows.Next(); n++ {
		if err := rows.Scan(&r.seq, &r.stream, &r.version, &r.kind, &r.at, &r.body, &r.leaf); err != nil {
			return n, &Damage{What: "event", Seq: c.tree.size, Detail: err.Error()}
		}
		if err := c.event(&r); err != nil {
			return n, err
		}
	}
	return n, rows.Err()
}

func (c *checker) event(r *row) error {
	n := c.tree.size
	if err := r.check(n); err != nil {
		return &Damage{What: "event", Seq: n, Detail: err.Error()}
	}
	if n == 0 {
		c.report.Realm = unescape(r.realm)
	}
	if !is(r.realm, c.report.Realm) {
		return &Damage{What: "event", Seq: n, Detail: "it is of another realm than the first event"}
	}
	idx := tlog.StoredHashIndex(0, n)
	c.done = c.tree.add(tlog.Hash(r.leaf), c.done[:0])
	for _, h := range c.done {
		idx++
		c.inner = append(c.inner, inner{idx, h})
	}
	c.places += c.place(r.stream, int64(r.version), n)
	if err := c.sealing.event(r); err != nil {
		return err
	}
	return c.atSize()
}
