package ledger

import (
	"errors"
	"fmt"

	"rufaa/internal/store"
)

// Damage names the first thing found that is not as it was written.
type Damage struct {
	What   string // "event", "leaf", "tree", "stream", "checkpoint" or "file"
	Seq    int64  // the event, or the size of the checkpoint; -1: the file as a whole
	Detail string // what is wrong, without any value from the event
}

func (d *Damage) Error() string {
	switch {
	case d.Seq < 0:
		return fmt.Sprintf("ledger damaged: %s: %s", d.What, d.Detail)
	case d.What == "checkpoint":
		return fmt.Sprintf("ledger damaged: checkpoint of size %d: %s", d.Seq, d.Detail)
	default:
		return fmt.Sprintf("ledger damaged at event %d: %s: %s", d.Seq, d.What, d.Detail)
	}
}

// checkHead compares the newest checkpoint with the hashes that stand at its
// size: cheap enough for every start, and it finds a ledger cut short.
func (l *Ledger) checkHead(tx *store.Tx) error {
	size, err := sizeIn(tx)
	if err != nil {
		return err
	}
	if err := noneMissing(tx, size); err != nil {
		return err
	}
	c, err := newestCheckpoint(tx)
	if errors.Is(err, ErrNoCheckpoint) {
		return nil
	}
	if err == nil && l.verifier != nil {
		_, err = OpenCheckpoint(c.Note, l.verifier)
	}
	if err != nil {
		return &Damage{What: "checkpoint", Seq: c.Size, Detail: err.Error()}
	}
	if c.Origin != Origin(l.realm) {
		return fmt.Errorf("this is the ledger of %s, not of the realm %s", c.Origin, l.realm)
	}
	return coversOnly(tx, c, size)
}

// coversOnly checks a checkpoint against the stored tree of size events.
func coversOnly(tx *store.Tx, c Checkpoint, size int64) error {
	if c.Size > size {
		return &Damage{What: "checkpoint", Seq: c.Size, Detail: fmt.Sprintf("it covers %d events and there are %d: the end was cut off", c.Size, size)}
	}
	t, err := readEdge(tx, c.Size, [32]byte{})
	if err != nil {
		return err
	}
	root, err := t.root()
	if err != nil {
		return err
	}
	if root != c.Hash {
		return &Damage{What: "checkpoint", Seq: c.Size, Detail: "its root is not that of the stored hashes"}
	}
	return nil
}
