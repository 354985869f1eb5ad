package ledger

import (
	"context"
	"fmt"
	"math"

	"rufaa/internal/store"
)

// page is how many events are read at once.
const page = 256

// Stream reads a stream's events after a version (0: all), in order.
func (l *Ledger) Stream(ctx context.Context, stream string, after int64) ([]Event, error) {
	return streamOf(ctx, l.db.Query, stream, after, math.MaxInt64)
}

// StreamIn reads a stream's events after one version up to and with another, as
// the transaction sees them.
func (l *Ledger) StreamIn(tx *store.Tx, stream string, after, until int64) ([]Event, error) {
	return streamOf(context.Background(), tx.Reader(), stream, after, until)
}

func streamOf(ctx context.Context, query store.Query, stream string, after, until int64) ([]Event, error) {
	rows, err := query(ctx, `SELECT seq, body FROM events WHERE stream = $1 AND version > $2 AND version <= $3 ORDER BY version`, stream, after, until)
	if err != nil {
		return nil, fmt.Errorf("ledger: stream: %w", err)
	}
	events, err := collect(rows, nil)
	if err != nil {
		return nil, fmt.Errorf("ledger: stream: %w", err)
	}
	return events, nil
}

// Each gives every event from seq on to fn, in the realm's order, up to the
// newest at the time of the call. It holds one page in memory. An error of fn
// ends it and is returned as it is.
func (l *Ledger) Each(ctx context.Context, from int64, fn func(Event) error) error {
	return l.db.View(ctx, func(tx *store.Tx) error { return l.EachIn(tx, from, fn) })
}

// EachIn is Each inside a transaction; fn may read and write in it.
func (l *Ledger) EachIn(tx *store.Tx, from int64, fn func(Event) error) error {
	events := make([]Event, 0, page)
	for {
		// A whole page is read before fn sees any of it: on PostgreSQL a
		// connection serves one query at a time.
		rows, err := tx.Query(`SELECT seq, body FROM events WHERE seq >= $1 ORDER BY seq LIMIT $2`, from, page)
		if err != nil {
			return fmt.Errorf("ledger: each: %w", err)
		}
		if events, err = collect(rows, events[:0]); err != nil {
			return fmt.Errorf("ledger: each: %w", err)
		}
		for _, e := range events {
			if err := fn(e); err != nil {
				return err
			}
		}
		if len(events) < page {
			return nil
		}
		from = events[len(events)-1].Seq + 1
	}
}

// EachOf gives every event of the streams whose names begin with prefix to fn,
// stream by stream and in order. It needs no open ledger: whoever verifies a
// store reads it so. One snapshot is read; fn must not ask the store.
func EachOf(ctx context.Context, db *store.DB, prefix string, fn func(Event) error) error {
	text, args := `SELECT seq, body FROM events WHERE starts_with(stream, $1) ORDER BY stream, version`, []any{prefix}
	if db.Engine() == store.SQLite { // by the index of streams
		last := len(prefix) - 1
		text = `SELECT seq, body FROM events WHERE stream >= $1 AND stream < $2 ORDER BY stream, version`
		args = append(args, prefix[:last]+string(prefix[last]+1))
	}
	rows, err := db.Query(ctx, text, args...)
	if err != nil {
		return fmt.Errorf("ledger: each of %s: %w", prefix, err)
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var body []byte
		if err := rows.Scan(&seq, &body); err != nil {
			return fmt.Errorf("ledger: each of %s: %w", prefix, err)
		}
		e, err := parseBody(body)
		if err != nil {
			return &Damage{What: "event", Seq: seq, Detail: err.Error()}
		}
		if err := fn(e); err != nil {
			return err
		}
	}
	return rows.Err()
}

// collect reads rows of seq and body to their end and closes them.
func collect(rows *store.Rows, into []Event) ([]Event, error) {
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var body []byte
		if err := rows.Scan(&seq, &body); err != nil {
			return nil, err
		}
		e, err := parseBody(body)
		if err != nil {
			return nil, &Damage{What: "event", Seq: seq, Detail: err.Error()}
		}
		into = append(into, e)
	}
	return into, rows.Err()
}
