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

// add extends the tree by a leaf and returns the inner hashes it completes,
// from level 1 up; they are stored right after the leaf's own index.
func (t *edge) add(leaf tlog.Hash) ([]tlog.Hash, error) {
	hashes, err := tlog.StoredHashesForRecordHash(t.size, leaf, t)
	if err != nil {
		return nil, err
	}
	t.node[len(hashes)-1] = hashes[len(hashes)-1]
	t.size, t.last = t.size+1, leaf
	return hashes[1:], nil
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
	by   *store.Tx // the write that put it there; nobody else writes meanwhile
}

// at gives the present edge, as a copy to work on.
func (h *head) at(tx *store.Tx) (edge, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.held != nil && h.by == tx {
		return *h.held, nil
	}
	size, last, err := newest(tx)
	if err != nil {
		return edge{}, err
	}
	if h.held != nil && h.held.size == size && h.held.last == last {
		return *h.held, nil
	}
	return readEdge(tx, size, last)
}

// keep remembers the edge that tx has just written.
func (h *head) keep(tx *store.Tx, t edge) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.by != tx {
		tx.AfterRollback(h.drop)
		tx.AfterCommit(func() { h.release(tx) })
	}
	h.held, h.by = &t, tx
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

// newest reads the size of the tree and its last leaf.
func newest(tx *store.Tx) (size int64, last tlog.Hash, err error) {
	var leaf []byte
	err = tx.QueryRow(`SELECT seq + 1, leaf FROM events ORDER BY seq DESC LIMIT 1`).Scan(&size, &leaf)
	if errors.Is(err, store.ErrNoRow) {
		return 0, tlog.Hash{}, nil
	}
	if err != nil {
		return 0, tlog.Hash{}, err
	}
	if copy(last[:], leaf) != tlog.HashSize || len(leaf) != tlog.HashSize {
		return 0, tlog.Hash{}, &Damage{What: "leaf", Seq: size - 1, Detail: fmt.Sprintf("it has %d bytes", len(leaf))}
	}
	return size, last, nil
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
