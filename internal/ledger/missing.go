package ledger

import (
	"fmt"
	"time"

	"rufaa/internal/store"
)

// Append signs a checkpoint by itself, in the same transaction, when the events
// reach a multiple of checkpointEvery, or when the new event is checkpointAfter
// or more later than the first one under no checkpoint. Both are told from the
// events alone, by the times written in them: wherever a process was killed and
// however a clock jumped, a store in which more stands without a checkpoint has
// lost one. (A server signs every few seconds besides; that is not relied on.)
const (
	checkpointEvery = 1024
	checkpointAfter = time.Minute
)

// tail is what stands under no checkpoint: the events from this one on.
type tail struct {
	from  int64 // size of the newest checkpoint; 0 when there is none
	since int64 // when event from happened, Unix milliseconds, if there is one
}

const tailColumns = `(SELECT COALESCE(max(size), 0) FROM checkpoints),
	COALESCE((SELECT at FROM events WHERE seq = (SELECT COALESCE(max(size), 0) FROM checkpoints)), 0)`

// due tells whether a checkpoint is signed when an event of this time makes
// the ledger this long.
func (t tail) due(size, at int64) bool {
	return t.from/checkpointEvery != size/checkpointEvery || t.overdue(at)
}

func (t tail) overdue(at int64) bool { return at-t.since >= checkpointAfter.Milliseconds() }

// missing is the damage of a store in which more stands under no checkpoint
// than Append ever leaves.
func (t tail) missing(size int64) *Damage {
	return &Damage{What: "checkpoint", Seq: -1, Detail: fmt.Sprintf(
		"the checkpoints are missing: the newest before event %d covers %d events, and those up to event %d cannot stand without a later one (signed at every %d events, and when a minute has passed)",
		size, t.from, size-1, checkpointEvery)}
}

// noneMissing looks whether the first size events can stand with the
// checkpoints that are there: cheap enough for every start and every signature.
func noneMissing(tx *store.Tx, size int64) error {
	var t tail
	if err := tx.QueryRow(`SELECT `+tailColumns).Scan(&t.from, &t.since); err != nil {
		return fmt.Errorf("ledger: checkpoint: %w", err)
	}
	if t.from >= size {
		return nil
	}
	if t.from/checkpointEvery != size/checkpointEvery {
		return t.missing(size)
	}
	var late int64
	err := tx.QueryRow(`SELECT count(*) FROM events WHERE seq >= $1 AND seq < $2 AND at >= $3`,
		t.from, size, t.since+checkpointAfter.Milliseconds()).Scan(&late)
	if err != nil {
		return fmt.Errorf("ledger: checkpoint: %w", err)
	}
	if late > 0 {
		return t.missing(size)
	}
	return nil
}

// sealing follows, event by event, what stands under no checkpoint.
type sealing struct {
	tail
	late   bool   // an event of the tail is too late for it
	owed   bool   // the events reached a number at which one is signed
	stream []byte // of the append that reached it
	at     int64
}

// event takes in the next event. One append may go beyond the number at which
// it signs, and is of one stream and one time; any other event proves that the
// checkpoint is missing.
func (s *sealing) event(r *row) error {
	n, at := int64(r.seq), int64(r.at)
	if s.owed && (string(s.stream) != string(r.stream) || s.at != at) {
		return s.missing(n)
	}
	if n == s.from {
		s.since = at
	}
	s.late = s.late || s.overdue(at)
	if size := n + 1; !s.owed && s.from/checkpointEvery != size/checkpointEvery {
		s.owed, s.stream, s.at = true, append(s.stream[:0], r.stream...), at
	}
	return nil
}

// signed takes in a checkpoint of this size.
func (s *sealing) signed(size int64) { *s = sealing{tail: tail{from: size}, stream: s.stream} }

// end looks at what is left when no more events come.
func (s *sealing) end(size int64) error {
	if s.owed || s.late {
		return s.missing(size)
	}
	return nil
}
