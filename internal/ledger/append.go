package ledger

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"rufaa/internal/store"
)

// AnyVersion lets Append add to a stream whatever its version: for records
// that do not depend on what stands there already.
const AnyVersion int64 = -1

// Conflict says that a stream is not at the version a decision was made on.
type Conflict struct {
	Stream   string
	Expected int64
	Have     int64
}

func (c *Conflict) Error() string {
	return fmt.Sprintf("ledger: stream %s is at version %d, not %d", c.Stream, c.Have, c.Expected)
}

// Append adds events to a stream inside a write. Expected is the version the
// decision was made on (0: there is no such stream yet, or AnyVersion); if the
// stream stands elsewhere, *Conflict tells where, and nothing is written. The
// write must return any error it gets from Append, so that it is undone.
func (l *Ledger) Append(tx *store.Tx, stream string, expected int64, meta Meta, drafts ...Draft) ([]Event, error) {
	events, err := l.prepare(stream, meta, drafts)
	if err != nil {
		return nil, err
	}
	t, open, have, err := l.head.at(tx, stream)
	if err != nil {
		return nil, fmt.Errorf("ledger: append: %w", err)
	}
	if expected != AnyVersion && expected != have {
		return nil, &Conflict{Stream: stream, Expected: expected, Have: have}
	}
	rows := make([]any, 0, len(events)*eventColumns)
	var inner []any
	var done []tlog.Hash
	was := t.size
	for i := range events {
		e := &events[i]
		e.Seq, e.Version = t.size, have+1+int64(i)
		body := e.appendBody(make([]byte, 0, 512+len(e.Payload)))
		if len(body) > MaxBody {
			return nil, fmt.Errorf("ledger: an event %s of %d bytes; %d are allowed", e.Kind, len(body), MaxBody)
		}
		leaf := tlog.RecordHash(body)
		done = t.add(leaf, done[:0])
		for level, h := range done {
			inner = append(inner, tlog.StoredHashIndex(0, e.Seq)+1+int64(level), append([]byte(nil), h[:]...))
		}
		rows = append(rows, e.Seq, e.Stream, e.Version, e.Kind, e.At.UnixMilli(), body, leaf[:])
	}
	if err := insert(tx, insertEvents, eventColumns, rows); err != nil {
		return nil, fmt.Errorf("ledger: append: %w", err)
	}
	if err := insert(tx, insertTree, treeColumns, inner); err != nil {
		return nil, fmt.Errorf("ledger: append: %w", err)
	}
	if open.from == was {
		open.since = events[0].At.UnixMilli()
	}
	if l.signer != nil && open.due(t.size, events[0].At.UnixMilli()) {
		l.head.keep(tx, t, open)
		if _, err := l.checkpoint(tx, was); err != nil {
			return nil, err
		}
		open = tail{from: t.size}
	}
	l.head.keep(tx, t, open)
	return events, nil
}

// prepare does what needs no row: it checks and fills in everything but the
// numbers.
func (l *Ledger) prepare(stream string, meta Meta, drafts []Draft) ([]Event, error) {
	if len(drafts) == 0 {
		return nil, errors.New("ledger: nothing to append")
	}
	if err := errors.Join(checkName("stream", stream, false), meta.check()); err != nil {
		return nil, err
	}
	at := utc(l.now())
	if y := at.Year(); y < 0 || y > 9999 {
		return nil, fmt.Errorf("ledger: the year %d has no place in RFC 3339", y)
	}
	events := make([]Event, len(drafts))
	for i, d := range drafts {
		if err := checkName("kind", d.Kind, false); err != nil {
			return nil, err
		}
		if d.Schema < 1 {
			return nil, fmt.Errorf("ledger: an event %s needs the schema version of its payload", d.Kind)
		}
		payload, err := canonical(d.Payload)
		if err != nil {
			return nil, fmt.Errorf("ledger: the payload of %s: %w", d.Kind, err)
		}
		events[i] = Event{Realm: l.realm, Stream: stream, Kind: d.Kind, Schema: d.Schema, At: at, Meta: meta, Payload: payload}
	}
	return events, nil
}

// Require guards a stream that a decision relied on without adding to it: it
// gives *Conflict unless the stream is at this version.
func (l *Ledger) Require(tx *store.Tx, stream string, expected int64) error {
	have, err := versionIn(tx, stream)
	if err != nil {
		return fmt.Errorf("ledger: require: %w", err)
	}
	if have != expected {
		return &Conflict{Stream: stream, Expected: expected, Have: have}
	}
	return nil
}
