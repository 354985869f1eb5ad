package ledger

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"rufaa/internal/store"
)

// Proof shows to somebody without the store that an event stands in the
// ledger that a checkpoint was signed for.
type Proof struct {
	Seq        int64       `json:"seq"`
	Body       []byte      `json:"body"`       // the event's canonical bytes
	Path       []tlog.Hash `json:"path"`       // RFC 6962 audit path, leaf to root
	Checkpoint []byte      `json:"checkpoint"` // the signed note
}

// Prove shows that event seq stands in the tree of the checkpoint of this
// size, or of the newest checkpoint when size is 0. ErrNoCheckpoint when there
// is none that covers it.
func (l *Ledger) Prove(ctx context.Context, seq, size int64) (p Proof, err error) {
	err = l.db.View(ctx, func(tx *store.Tx) error {
		p, err = prove(tx, seq, size)
		return err
	})
	return p, err
}

func prove(tx *store.Tx, seq, size int64) (Proof, error) {
	var c Checkpoint
	var err error
	if size == 0 {
		c, err = newestCheckpoint(tx)
	} else {
		c, err = scanCheckpoint(tx.QueryRow(`SELECT note FROM checkpoints WHERE size = $1`, size))
	}
	if err == nil && (seq < 0 || seq >= c.Size) {
		err = fmt.Errorf("%w: event %d is not among the %d covered", ErrNoCheckpoint, seq, c.Size)
	}
	if err != nil {
		return Proof{}, err
	}
	p := Proof{Seq: seq, Checkpoint: c.Note}
	if err := tx.QueryRow(`SELECT body FROM events WHERE seq = $1`, seq).Scan(&p.Body); err != nil {
		return Proof{}, fmt.Errorf("ledger: prove: %w", err)
	}
	if p.Path, err = tlog.ProveRecord(c.Size, seq, stored{tx}); err != nil {
		return Proof{}, fmt.Errorf("ledger: prove: %w", err)
	}
	return p, nil
}

// VerifyProof checks a proof with nothing but the realm's public key, and
// returns the event and the checkpoint that it proves.
func VerifyProof(p Proof, verifiers ...note.Verifier) (Event, Checkpoint, error) {
	c, err := OpenCheckpoint(p.Checkpoint, verifiers...)
	if err != nil {
		return Event{}, Checkpoint{}, err
	}
	if err := tlog.CheckRecord(p.Path, c.Size, c.Hash, p.Seq, tlog.RecordHash(p.Body)); err != nil {
		return Event{}, Checkpoint{}, fmt.Errorf("ledger: event %d: %w", p.Seq, err)
	}
	e, err := parseBody(p.Body)
	if err != nil {
		return Event{}, Checkpoint{}, fmt.Errorf("ledger: event %d: %w", p.Seq, err)
	}
	if e.Seq != p.Seq || Origin(e.Realm) != c.Origin {
		return Event{}, Checkpoint{}, errors.New("ledger: the event is of another place or realm than the proof says")
	}
	return e, c, nil
}

// ErrNotGrown says that a later checkpoint does not continue an earlier one:
// what was signed before was changed, taken away or told otherwise to others.
var ErrNotGrown = errors.New("ledger: the later checkpoint does not continue the earlier one")

// ProveGrowth shows that the tree of the checkpoint of size to begins with the
// very events of the checkpoint of size from: an RFC 6962 consistency proof.
// It is empty when from is 0 or to. ErrNoCheckpoint when there is no
// checkpoint of size to.
func (l *Ledger) ProveGrowth(ctx context.Context, from, to int64) (p []tlog.Hash, err error) {
	err = l.db.View(ctx, func(tx *store.Tx) error {
		c, err := checkpointOf(tx, to)
		switch {
		case err != nil:
			return err
		case from < 0 || from > c.Size:
			return fmt.Errorf("%w: %d is no size before %d", ErrNoCheckpoint, from, c.Size)
		case from == 0 || from == c.Size:
			return nil
		}
		p, err = tlog.ProveTree(c.Size, from, stored{tx})
		return err
	})
	return p, err
}

// CheckGrowth holds a consistency proof to the roots of two checkpoints. It
// needs no store. The error is ErrNotGrown, with what is wrong.
func CheckGrowth(p []tlog.Hash, from, to Checkpoint) error {
	switch {
	case from.Origin != to.Origin:
		return fmt.Errorf("%w: it is of another realm", ErrNotGrown)
	case to.Size < from.Size:
		return fmt.Errorf("%w: there were %d events and now there are %d", ErrNotGrown, from.Size, to.Size)
	case to.Size == from.Size && to.Hash != from.Hash:
		return fmt.Errorf("%w: two different ledgers of %d events are signed", ErrNotGrown, to.Size)
	case from.Size == 0 || from.Size == to.Size:
		return nil
	}
	if err := tlog.CheckTree(p, to.Size, to.Hash, from.Size, from.Hash); err != nil {
		return fmt.Errorf("%w: the first %d events are not those that were signed", ErrNotGrown, from.Size)
	}
	return nil
}

func checkpointOf(tx *store.Tx, size int64) (Checkpoint, error) {
	if size == 0 {
		return newestCheckpoint(tx)
	}
	return scanCheckpoint(tx.QueryRow(`SELECT note FROM checkpoints WHERE size = $1`, size))
}

// CheckpointAt is the checkpoint of this size; ErrNoCheckpoint when there is
// none.
func (l *Ledger) CheckpointAt(ctx context.Context, size int64) (c Checkpoint, err error) {
	err = l.db.View(ctx, func(tx *store.Tx) error {
		c, err = scanCheckpoint(tx.QueryRow(`SELECT note FROM checkpoints WHERE size = $1`, size))
		return err
	})
	return c, err
}

// ProveStream proves every event of a stream that the newest checkpoint covers,
// in order, in one snapshot. The checkpoint stands in the second answer alone.
func (l *Ledger) ProveStream(ctx context.Context, stream string) (out []Proof, c Checkpoint, err error) {
	err = l.db.View(ctx, func(tx *store.Tx) error {
		if c, err = newestCheckpoint(tx); err == nil {
			out, err = proveStream(tx, stream, c.Size)
		}
		return err
	})
	if err != nil {
		return nil, Checkpoint{}, fmt.Errorf("ledger: prove stream: %w", err)
	}
	return out, c, nil
}

// ProveStreamAt proves the events of a stream in the tree of this size, which
// must be that of a checkpoint for the proofs to mean anything.
func (l *Ledger) ProveStreamAt(ctx context.Context, stream string, size int64) (out []Proof, err error) {
	err = l.db.View(ctx, func(tx *store.Tx) error {
		out, err = proveStream(tx, stream, size)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("ledger: prove stream: %w", err)
	}
	return out, nil
}

func proveStream(tx *store.Tx, stream string, size int64) (out []Proof, err error) {
	rows, err := tx.Query(`SELECT seq, body FROM events WHERE stream = $1 AND seq < $2 ORDER BY version`, stream, size)
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		var p Proof
		if err := rows.Scan(&p.Seq, &p.Body); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		out = append(out, p)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	for i := range out {
		if out[i].Path, err = tlog.ProveRecord(size, out[i].Seq, stored{tx}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ReadBody reads an event's canonical bytes, in their one form only. Payload
// shares memory with them.
func ReadBody(body []byte) (Event, error) { return parseBody(body) }

// NoteAt reads the signed note of the checkpoint of this size from a store
// that no ledger is opened on; it checks no signature. ErrNoCheckpoint when
// there is none.
func NoteAt(ctx context.Context, db *store.DB, size int64) ([]byte, error) {
	var raw []byte
	err := db.QueryRow(ctx, `SELECT note FROM checkpoints WHERE size = $1`, size).Scan(&raw)
	if errors.Is(err, store.ErrNoRow) {
		return nil, ErrNoCheckpoint
	}
	return raw, err
}
