package ledger

import (
	"fmt"
)

const (
	firstNotes = `SELECT size, at, note FROM checkpoints WHERE size <= $1 ORDER BY size`
	nextNotes  = `SELECT size, at, note FROM checkpoints WHERE size > $2 AND size <= $1 ORDER BY size`
)

// readNotes reads the checkpoints that the next page of events may reach, and
// checks what can be checked of them without events.
func (c *checker) readNotes(from int64) error {
	query, args := nextNotes, []any{from + verifyPage, c.bound}
	if from == 0 {
		query, args = firstNotes, args[:1] // would show a row below 0 too
	}
	c.bound = from + verifyPage
	rows, err := c.tx.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var size, at number
		var raw blob
		if err := rows.Scan(&size, &at, &raw); err != nil {
			return &Damage{What: "checkpoint", Seq: int64(size), Detail: err.Error()}
		}
		n, err := OpenCheckpoint(append([]byte(nil), raw...), c.verifiers...)
		switch {
		case err != nil:
		case n.Size != int64(size):
			err = fmt.Errorf("its note is of size %d", n.Size)
		case n.At.UnixMilli() != int64(at):
			err = fmt.Errorf("its column at differs from its note")
		case n.After != c.previous:
			err = fmt.Errorf("it follows a checkpoint of size %d, and %d stands before it", n.After, c.previous)
		}
		if err != nil {
			return &Damage{What: "checkpoint", Seq: int64(size), Detail: err.Error()}
		}
		c.previous = n.Size
		c.notes = append(c.notes, n)
	}
	return rows.Err()
}

// atSize compares the derived root with the checkpoint of this size, if there
// is one.
func (c *checker) atSize() error {
	if len(c.notes) == 0 || c.notes[0].Size != c.tree.size {
		return nil
	}
	n := c.notes[0]
	c.notes = c.notes[1:]
	root, err := c.tree.root()
	if err != nil {
		return err
	}
	if root != n.Hash {
		return &Damage{What: "checkpoint", Seq: n.Size, Detail: "its root is not that of the events"}
	}
	if c.tree.size > 0 && n.Origin != Origin(c.report.Realm) {
		return &Damage{What: "checkpoint", Seq: n.Size, Detail: "it is of another realm"}
	}
	c.report.Checkpoints++
	c.report.Newest = &n
	c.sealing.signed(n.Size)
	return nil
}

// surplusNotes looks for checkpoints of more events than there are.
func (c *checker) surplusNotes() error {
	size := int64(-1)
	if len(c.notes) > 0 {
		size = c.notes[0].Size
	} else {
		rows, err := c.tx.Query(`SELECT size FROM checkpoints WHERE size > $1 ORDER BY size LIMIT 1`, c.bound)
		if err != nil {
			return err
		}
		defer rows.Close()
		if !rows.Next() {
			return rows.Err()
		}
		if err := rows.Scan(&size); err != nil {
			return err
		}
	}
	return &Damage{What: "checkpoint", Seq: size,
		Detail: fmt.Sprintf("it covers %d events and there are %d: the end was cut off", size, c.tree.size)}
}
