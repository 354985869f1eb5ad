package ledger

import (
	"bytes"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"rufaa/internal/store"
)

// row is a stored event as it lies in the table. Its values are read by the
// types below and by nothing more lenient: one flipped bit can turn a SQLite
// BLOB into a TEXT of the same bytes.
type row struct {
	seq     number
	stream  text
	version number
	kind    text
	at      number
	body    blob
	leaf    blob

	realm []byte // from the body, as it stands between quotes
}

// check holds the row to its body and its body to its leaf.
func (r *row) check(seq int64) error {
	if int64(r.seq) > seq {
		return errors.New("the event is missing")
	}
	if int64(r.seq) < seq {
		return fmt.Errorf("a row numbered %d stands in its place", r.seq)
	}
	if len(r.leaf) != tlog.HashSize || tlog.RecordHash(r.body) != tlog.Hash(r.leaf) {
		return errors.New("its bytes and its leaf do not agree")
	}
	e, err := readEnvelope(r.body)
	switch {
	case err != nil:
		return err
	case e.seq != seq:
		return errors.New("its bytes say another place")
	case !same(e.stream, r.stream):
		return errors.New("its column stream differs from its bytes")
	case e.version != int64(r.version):
		return errors.New("its column version differs from its bytes")
	case !same(e.kind, r.kind):
		return errors.New("its column kind differs from its bytes")
	case e.at.UnixMilli() != int64(r.at):
		return errors.New("its column at differs from its bytes")
	}
	r.realm = e.realm
	return nil
}

// is compares a text as it stands between quotes with one that does not.
func is(raw []byte, s string) bool {
	return string(raw) == s && bytes.IndexByte(raw, '\\') < 0 || unescape(raw) == s
}

func same(raw []byte, t text) bool {
	return bytes.Equal(raw, t) && bytes.IndexByte(raw, '\\') < 0 || unescape(raw) == string(t)
}

// read takes an event from its record. The number of a row is not in it.
func (r *row) read(rowid int64, record []byte, f *store.Fields) error {
	if err := f.Open(record, eventColumns); err != nil {
		return err
	}
	r.seq = number(rowid)
	var version, at int64
	var ok [eventColumns]bool
	ok[0] = f.Null()
	r.stream, ok[1] = f.Text()
	version, ok[2] = f.Int()
	r.kind, ok[3] = f.Text()
	at, ok[4] = f.Int()
	r.body, ok[5] = f.Blob()
	r.leaf, ok[6] = f.Blob()
	r.version, r.at = number(version), number(at)
	return strict(ok == [eventColumns]bool{true, true, true, true, true, true, true})
}

// The strict readers of columns. A blob shares the driver's memory and holds
// until the next row.
type (
	number int64
	text   []byte
	blob   []byte
)

func (n *number) Scan(v any) error {
	x, ok := v.(int64)
	*n = number(x)
	return strict(ok)
}

func (t *text) Scan(v any) error {
	x, ok := v.(string)
	*t = append((*t)[:0], x...)
	return strict(ok)
}

func (b *blob) Scan(v any) error {
	x, ok := v.([]byte)
	*b = x
	return strict(ok)
}

func strict(ok bool) error {
	if !ok {
		return errors.New("a value of the wrong type")
	}
	return nil
}
