package ledger

import (
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
		if int64(idx) > want.idx {
			return damagedTree(want.idx, "it is missing")
		}
		if int64(idx) < want.idx {
			return damagedTree(want.idx, fmt.Sprintf("a row numbered %d has no place before it", idx))
		}
		if string(hash) != string(want.hash[:]) {
			return damagedTree(want.idx, "it is not the hash of what lies below")
		}
		c.lastIdx = want.idx
	}
	return rows.Err()
}

// surplusTree looks for hashes of events that are not there.
func (c *checker) surplusTree() error {
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
		return &Damage{What: "tree", Seq: c.tree.size, Detail: "there is a hash beyond the last event: the end was cut off"}
	}
	return rows.Err()
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
	query := `SELECT seq, stream, version FROM events ORDER BY stream, version`
	if c.sqlite {
		query = `SELECT seq, stream, version FROM events INDEXED BY sqlite_autoindex_events_1 ORDER BY stream, version`
	}
	rows, err := c.tx.Query(query)
	if err != nil {
		return err
	}
	defer rows.Close()
	var at text
	var n number
	var places uint64
	for rows.Next() {
		var seq, version number
		var stream text
		if err := rows.Scan(&seq, &stream, &version); err != nil {
			return &Damage{What: "stream", Seq: -1, Detail: err.Error()}
		}
		if stream != at {
			at, n = stream, 0
		}
		if n++; version != n {
			return &Damage{What: "stream", Seq: int64(seq), Detail: fmt.Sprintf("it has version %d where %d is next", version, n)}
		}
		places += c.place(stream, int64(version), int64(seq))
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if places != c.places {
		return &Damage{What: "stream", Seq: -1, Detail: "the index of streams differs from the events"}
	}
	return nil
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
	h.WriteString(string(stream))
	return h.Sum64()
}
