package ledger

import (
	"errors"
	"io"

	"rufaa/internal/store"
)

// On SQLite the whole ledger is read from the pages of the file and not by
// statements: they cost more than all the hashing. The same rows are held to
// the same rules on PostgreSQL by rows.

// pages are the tables being read side by side.
type pages struct {
	tx     *store.Tx
	events *store.Records
	tree   *store.Records
	fields store.Fields
	row    row
}

// streamIndex is the index that streams are loaded by.
const streamIndex = "sqlite_autoindex_events_1"

func openPages(tx *store.Tx) (*pages, error) {
	p := &pages{tx: tx}
	var err error
	if p.events, err = tx.Records("events"); err != nil {
		return nil, named(err, &Damage{What: "event", Seq: 0})
	}
	if p.tree, err = tx.Records("tree"); err != nil {
		return nil, named(err, &Damage{What: "tree", Seq: 0})
	}
	return p, nil
}

// named gives what is malformed the name of where it was met. Other errors
// (the disk does not answer) stay as they are.
func named(err error, d *Damage) error {
	if !errors.Is(err, store.ErrDamaged) {
		return err
	}
	d.Detail = err.Error()
	return d
}

// records checks the next events and tells how many there were.
func (c *checker) records(int64) (n int, err error) {
	p := c.pages
	for n < verifyPage {
		rowid, record, err := p.events.Next()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err == nil {
			err = p.row.read(rowid, record, &p.fields)
		}
		if err != nil {
			return n, c.unreadable(err)
		}
		if err := c.event(&p.row); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func (c *checker) unreadable(err error) error {
	if errors.Is(err, store.ErrUnavailable) {
		return err
	}
	return &Damage{What: "event", Seq: c.tree.size, Detail: err.Error()}
}

// hash reads the next row of the table tree.
func (p *pages) hash() (idx int64, hash []byte, err error) {
	idx, record, err := p.tree.Next()
	if err != nil {
		return 0, nil, err
	}
	if err := p.fields.Open(record, treeColumns); err != nil {
		return 0, nil, err
	}
	null := p.fields.Null()
	hash, ok := p.fields.Blob()
	return idx, hash, strict(null && ok)
}

// compareTree holds the stored inner hashes to those of the present page.
func (p *pages) compareTree(inner []inner) error {
	for i := range inner {
		idx, hash, err := p.hash()
		switch {
		case errors.Is(err, io.EOF):
			return damagedTree(inner[i].idx, "it is missing")
		case errors.Is(err, store.ErrUnavailable):
			return err
		case err != nil:
			return damagedTree(inner[i].idx, err.Error())
		}
		if err := inner[i].check(idx, hash); err != nil {
			return err
		}
	}
	return nil
}

func (p *pages) surplusTree(size int64) error {
	if _, _, err := p.tree.Next(); !errors.Is(err, io.EOF) {
		if err != nil {
			return named(err, &Damage{What: "tree", Seq: size})
		}
		return surplus(size)
	}
	return nil
}

// walkIndex reads the index of streams: stream, version and the event's place.
func (p *pages) walkIndex(w *streamWalk) error {
	index, err := p.tx.Records(streamIndex)
	if err != nil {
		return named(err, &Damage{What: "stream", Seq: -1})
	}
	for {
		_, record, err := index.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = p.fields.Open(record, 3)
		}
		if err != nil {
			return named(err, &Damage{What: "stream", Seq: -1})
		}
		stream, ok1 := p.fields.Text()
		version, ok2 := p.fields.Int()
		seq, ok3 := p.fields.Int()
		if !ok1 || !ok2 || !ok3 {
			return &Damage{What: "stream", Seq: -1, Detail: strict(false).Error()}
		}
		if err := w.step(stream, version, seq); err != nil {
			return err
		}
	}
}
