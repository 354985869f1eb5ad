package ledger

import (
	"bytes"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
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
	case !is(e.stream, string(r.stream)):
		return errors.New("its column stream differs from its bytes")
	case e.version != int64(r.version):
		return errors.New("its column version differs from its bytes")
	case !is(e.kind, string(r.kind)):
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

// The strict readers of columns. A blob shares the driver's memory and holds
// until the next row.
type (
	number int64
	text   string
	blob   []byte
)

func (n *number) Scan(v any) error {
	x, ok := v.(int64)
	*n = number(x)
	return strict(ok)
}

func (t *text) Scan(v any) error {
	x, ok := v.(string)
	*t = text(x)
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
