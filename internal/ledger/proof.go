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
