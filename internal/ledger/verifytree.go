package ledger

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/maphash"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	firstTree = `SELECT idx, hash FROM tree ORDER BY idx LIMIT $1`
	nextTree  = `SELECT idx, hash FROM tree WHERE idx > $2 ORDER BY idx LIMIT $1`
)

// compareTree holds the stored inner hashes to those of the present page.
func (c *checker) compareTree() error {
	if len(c.inner) == 0 {
		return nil
	}
	if c.sqlite {
		return c.pages.compareTree(c.inner)
	}
	query, args := nextTree, []any{len(c.inner), c.lastIdx}
	if c.lastIdx == 0 {
		query, args = firstTree, args[:1] // would show a row below 0 too
	}
	rows, err := c.tx.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for _, want := range c.inner {
		var idx number
		var hash blob
		if !rows.Next() {
			if err := rows.Err(); err != nil {
				return err
			}
			return damagedTree(want.idx, "it is missing")
		}
		if err := rows.Scan(&idx, &hash); err != nil {
			return damagedTree(want.idx, err.Error())
		}
		if err := want.check(int64(idx), hash); err != nil {
			return err
		}
		c.lastIdx = want.idx
	}
	return rows.Err()
}

// check holds a row of the table tree to the inner hash it must be.
func (want *inner) check(idx int64, hash []byte) error {
	switch {
	case idx > want.idx:
		return damagedTree(want.idx, "it is missing")
	case idx < want.idx:
		return damagedTree(want.idx, fmt.Sprintf("a row numbered %d has no place before it", idx))
	case string(hash) != string(want.hash[:]):
		return damagedTree(want.idx, "it is not the hash of what lies below")
	}
	return nil
}

// surplusTree looks for hashes of events that are not there.
func (c *checker) surplusTree() error {
	if c.sqlite {
		return c.pages.surplusTree(c.tree.size)
	}
	query, args := nextTree, []any{1, c.lastIdx}
	if c.lastIdx == 0 {
		query, args = firstTree, args[:1]
	}
	rows, err := c.tx.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if rows.Next() {
		return surplus(c.tree.size)
	}
	return rows.Err()
}

func surplus(size int64) error {
	return &Damage{What: "tree", Seq: size, Detail: "there is a hash beyond the last event: the end was cut off"}
}

// damagedTree names the event that completed the inner hash.
func damagedTree(idx int64, detail string) error {
	level, n := tlog.SplitStoredHashIndex(idx)
	return &Damage{What: "tree", Seq: (n+1)<<level - 1, Detail: fmt.Sprintf("the hash at level %d, place %d: %s", level, n, detail)}
}

// streams walks the events by stream and version. Versions must run from 1
// without a gap. On SQLite the walk reads the index alone, by which streams
// are loaded, so that a damaged index is found as well: the places in it must
// be those of the table, which is compared by a sum of keyed hashes.
func (c *checker) streams() error {
	w := streamWalk{c: c}
	walk := c.walkRows
	if c.sqlite {
		walk = c.pages.walkIndex
	}
	if err := walk(&w); err != nil {
		return err
	}
	if w.places != c.places {
		return &Damage{What: "stream", Seq: -1, Detail: "the index of streams differs from the events"}
	}
	return nil
}

type streamWalk struct {
	c      *checker
	at     text
	n      int64
	places uint64
}

func (w *streamWalk) step(stream text, version, seq int64) error {
	if !bytes.Equal(stream, w.at) {
		if w.c.sqlite && bytes.Compare(stream, w.at) < 0 { // a search would pass it by
			return &Damage{What: "stream", Seq: seq, Detail: "the index of streams is out of order"}
		}
		w.at, w.n = append(w.at[:0], stream...), 0
	}
	if w.n++; version != w.n {
		return &Damage{What: "stream", Seq: seq, Detail: fmt.Sprintf("it has version %d where %d is next", version, w.n)}
	}
	w.places += w.c.place(stream, version, seq)
	return nil
}

func (c *checker) walkRows(w *streamWalk) error {
	rows, err := c.tx.Query(`SELECT seq, stream, version FROM events ORDER BY stream, version`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var seq, version number
		var stream text
		if err := rows.Scan(&seq, &stream, &version); err != nil {
			return &Damage{What: "stream", Seq: -1, Detail: err.Error()}
		}
		if err := w.step(stream, int64(version), int64(seq)); err != nil {
			return err
		}
	}
	return rows.Err()
}

// place is a hash of where an event stands, keyed afresh for every check so
// that nobody can make two sums agree.
func (c *checker) place(stream text, version, seq int64) uint64 {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:8], uint64(version))
	binary.LittleEndian.PutUint64(b[8:], uint64(seq))
	var h maphash.Hash
	h.SetSeed(c.seed)
	h.Write(b[:])
	h.Write(stream)
	return h.Sum64()
}
