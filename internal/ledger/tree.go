package ledger

import (
	"errors"
	"fmt"
	"math/bits"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"rufaa/internal/store"
)

// edge is the right edge of a tree: the roots of its complete subtrees, by
// level. It is all that a new leaf needs to know of the others.
type edge struct {
	size int64
	last tlog.Hash // the newest leaf
	node [63]tlog.Hash
}

// add extends the tree by a leaf and appends to into the inner hashes that it
// completes, from level 1 up; they are stored right after the leaf's own index
// (see tlog.StoredHashes, of which this is the part that needs no reading).
func (t *edge) add(leaf tlog.Hash, into []tlog.Hash) []tlog.Hash {
	h, level := leaf, 0
	for n := t.size; n&1 == 1; n >>= 1 {
		h = tlog.NodeHash(t.node[level], h)
		into = append(into, h)
		level++
	}
	t.node[level] = h
	t.size, t.last = t.size+1, leaf
	return into
}

// root is the hash of the whole tree.
func (t *edge) root() (tlog.Hash, error) { return tlog.TreeHash(t.size, t) }

// ReadHashes makes an edge a tlog.HashReader for its own nodes.
func (t *edge) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, idx := range indexes {
		level, n := tlog.SplitStoredHashIndex(idx)
		if t.size>>level != n+1 || n&1 != 0 {
			return nil, fmt.Errorf("hash %d is not on the edge of a tree of %d", idx, t.size)
		}
		out[i] = t.node[level]
	}
	return out, nil
}

// head keeps the edge of the stored tree in memory, so that an append reads
// little. It runs ahead of the commit: a write that is undone takes it back,
// and what another process appended shows in the newest row.
type head struct {
	mu   sync.Mutex
	held *edge     // nil: read it from the store
	tail tail      // as by left it; read anew by every other write
	by   *store.Tx // the write that put them there; nobody else writes meanwhile
}

// at gives the present edge, as a copy to work on, the events under no
// checkpoint, and the version of a stream.
func (h *head) at(tx *store.Tx, stream string) (t edge, open tail, version int64, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.held != nil && h.by == tx {
		version, err = versionIn(tx, stream)
		return *h.held, h.tail, version, err
	}
	size, last, open, version, err := newest(tx, stream)
	if err != nil {
		return edge{}, tail{}, 0, err
	}
	if h.held != nil && h.held.size == size && h.held.last == last {
		return *h.held, open, version, nil
	}
	t, err = readEdge(tx, size, last)
	return t, open, version, err
}

// keep remembers the edge that tx has just written, and what is under no
// checkpoint.
func (h *head) keep(tx *store.Tx, t edge, open tail) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.by != tx {
		tx.AfterRollback(h.drop)
		tx.AfterCommit(func() { h.release(tx) })
	}
	h.held, h.tail, h.by = &t, open, tx
}

func (h *head) drop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.held, h.by = nil, nil
}

func (h *head) release(tx *store.Tx) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.by == tx {
		h.by = nil
	}
}

// newest reads the size of the tree, its last leaf, what no checkpoint covers
// and a stream's version in one go: every append asks for all of them.
func newest(tx *store.Tx, stream string) (size int64, last tlog.Hash, open tail, version int64, err error) {
	var leaf []byte
	err = tx.QueryRow(`SELECT seq + 1, leaf, (SELECT COALESCE(max(version), 0) FROM events WHERE stream = $1), `+tailColumns+`
		FROM events ORDER BY seq DESC LIMIT 1`, stream).Scan(&size, &leaf, &version, &open.from, &open.since)
	if errors.Is(err, store.ErrNoRow) {
		return 0, tlog.Hash{}, tail{}, 0, nil
	}
	if err == nil && len(leaf) != tlog.HashSize {
		err = &Damage{What: "leaf", Seq: size - 1, Detail: fmt.Sprintf("it has %d bytes", len(leaf))}
	}
	copy(last[:], leaf)
	return size, last, open, version, err
}

func versionIn(tx *store.Tx, stream string) (v int64, err error) {
	err = tx.QueryRow(`SELECT COALESCE(max(version), 0) FROM events WHERE stream = $1`, stream).Scan(&v)
	return v, err
}

// readEdge reads the edge of a tree of this size from the store.
func readEdge(tx *store.Tx, size int64, last tlog.Hash) (edge, error) {
	t := edge{size: size, last: last}
	var levels []int
	var indexes []int64
	for level := range bits.Len64(uint64(size)) {
		if n := size >> level; n&1 == 1 {
			levels = append(levels, level)
			indexes = append(indexes, tlog.StoredHashIndex(level, n-1))
		}
	}
	hashes, err := stored{tx}.ReadHashes(indexes)
	if err != nil {
		return edge{}, err
	}
	for i, level := range levels {
		t.node[level] = hashes[i]
	}
	return t, nil
}

// stored reads hashes from the tables: leaves stand beside their events,
// inner hashes in the table tree.
type stored struct{ tx *store.Tx }

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, idx := range indexes {
		text, key := `SELECT hash FROM tree WHERE idx = $1`, idx
		level, n := tlog.SplitStoredHashIndex(idx)
		if level == 0 {
			text, key = `SELECT leaf FROM events WHERE seq = $1`, n
		}
		var b []byte
		err := s.tx.QueryRow(text, key).Scan(&b)
		if errors.Is(err, store.ErrNoRow) || err == nil && len(b) != tlog.HashSize {
			return nil, &Damage{What: "tree", Seq: n << level, Detail: fmt.Sprintf("the hash at level %d, place %d is missing or cut", level, n)}
		}
		if err != nil {
			return nil, err
		}
		copy(out[i][:], b)
	}
	return out, nil
}
