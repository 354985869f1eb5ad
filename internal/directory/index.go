package directory

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"rufaa/internal/store"
)

// index holds every provider in memory, ready to be filtered. Readers take the
// snapshot that stands and are never kept waiting; a change replaces one
// provider in a new one.
type index struct {
	t    *Taxonomy
	snap atomic.Pointer[snapshot] // nil: not loaded

	loading sync.Mutex // one load at a time
	mu      sync.Mutex // what follows, and who replaces the snapshot
	busy    bool       // a load is under way
	pending []*Provider
	joining int // large changes under way: what they bring is put in at once
	joined  []*Provider
	hours   map[string]*hoursKept
	rules   map[string]int32
}

// snapshot is everything at one moment; it never changes.
type snapshot struct {
	byName []*shard // by folded name, then id: the order of lists
	byID   []*shard
	seq    int64 // the ledger's, up to which everything is in
}

func newIndex(t *Taxonomy) *index {
	return &index{t: t, hours: map[string]*hoursKept{}, rules: map[string]int32{}}
}

func byName(a, b *shard) int { return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.p.ID, b.p.ID)) }
func byID(a, b *shard) int   { return cmp.Compare(a.p.ID, b.p.ID) }

func (s *snapshot) find(id string) *shard {
	i, ok := slices.BinarySearchFunc(s.byID, id, func(x *shard, id string) int { return cmp.Compare(x.p.ID, id) })
	if !ok {
		return nil
	}
	return s.byID[i]
}

// with gives the snapshot with one provider replaced.
func (s *snapshot) with(x *shard) *snapshot {
	old := s.find(x.p.ID)
	if old != nil && old.p.Version >= x.p.Version {
		return s
	}
	return &snapshot{byName: replaced(s.byName, old, x, byName), byID: replaced(s.byID, old, x, byID), seq: s.seq}
}

func replaced(list []*shard, old, x *shard, order func(a, b *shard) int) []*shard {
	out := make([]*shard, 0, len(list)+1)
	i, _ := slices.BinarySearchFunc(list, x, order)
	out = append(append(append(out, list[:i]...), x), list[i:]...)
	if old == nil {
		return out
	}
	return slices.DeleteFunc(out, func(s *shard) bool { return s == old })
}

// put takes in one provider as it stands after a commit.
func (ix *index) put(p *Provider) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.busy {
		ix.pending = append(ix.pending, p)
		return
	}
	if ix.joining > 0 {
		ix.joined = append(ix.joined, p)
		return
	}
	if s := ix.snap.Load(); s != nil {
		ix.snap.Store(s.with(ix.shardOf(p)))
	}
}

// together runs a change of many providers and takes them in at its end, all
// in one new snapshot: one by one, each would copy the list of all.
func (ix *index) together(change func() error) error {
	ix.mu.Lock()
	ix.joining++
	ix.mu.Unlock()
	err := change()
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.joining--; ix.joining > 0 {
		return err
	}
	list := ix.joined
	ix.joined = nil
	if s := ix.snap.Load(); s != nil && len(list) > 0 {
		ix.snap.Store(ix.withAll(s, list))
	}
	return err
}

// withAll gives the snapshot with many providers replaced. Callers hold mu.
func (ix *index) withAll(s *snapshot, list []*Provider) *snapshot {
	fresh := make(map[string]*shard, len(list))
	for _, p := range list {
		if old := s.find(p.ID); old != nil && old.p.Version >= p.Version {
			continue
		}
		if x := fresh[p.ID]; x == nil || x.p.Version < p.Version {
			fresh[p.ID] = ix.shardOf(p)
		}
	}
	out := &snapshot{seq: s.seq, byName: make([]*shard, 0, len(s.byName)+len(fresh))}
	for _, x := range s.byName {
		if fresh[x.p.ID] == nil {
			out.byName = append(out.byName, x)
		}
	}
	for _, x := range fresh {
		out.byName = append(out.byName, x)
	}
	out.byID = slices.Clone(out.byName)
	slices.SortFunc(out.byName, byName)
	slices.SortFunc(out.byID, byID)
	return out
}

// forget drops everything; the next reader loads it anew.
func (ix *index) forget() {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.snap.Store(nil)
}

// get gives the snapshot, loading it at first.
func (ix *index) get(ctx context.Context, db *store.DB) (*snapshot, error) {
	if s := ix.snap.Load(); s != nil {
		return s, nil
	}
	ix.loading.Lock()
	defer ix.loading.Unlock()
	if s := ix.snap.Load(); s != nil {
		return s, nil
	}
	ix.mu.Lock()
	ix.busy = true
	ix.mu.Unlock()
	list, seq, err := readProviders(ctx, db, 0)
	ix.mu.Lock()
	defer ix.mu.Unlock()
	late := append(ix.pending, ix.joined...) // a load may meet a large change half way
	ix.busy, ix.pending = false, nil
	if err != nil {
		return nil, err
	}
	s := ix.snapshotOf(list, seq)
	for _, p := range late {
		s = s.with(ix.shardOf(p))
	}
	ix.snap.Store(s)
	return s, nil
}

// snapshotOf builds a snapshot of many providers. Callers hold mu.
func (ix *index) snapshotOf(list []*Provider, seq int64) *snapshot {
	s := &snapshot{seq: seq}
	for _, p := range list {
		s.byName = append(s.byName, ix.shardOf(p))
	}
	s.byID = slices.Clone(s.byName)
	slices.SortFunc(s.byName, byName)
	slices.SortFunc(s.byID, byID)
	return s
}

// refresh takes in what other servers of the realm changed.
func (ix *index) refresh(ctx context.Context, db *store.DB) error {
	s := ix.snap.Load()
	if s == nil {
		return nil
	}
	list, seq, err := readProviders(ctx, db, s.seq)
	if err != nil || len(list) == 0 {
		return err
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	s = ix.snap.Load()
	if s == nil {
		return nil
	}
	for _, p := range list {
		s = s.with(ix.shardOf(p))
	}
	fresh := *s
	fresh.seq = max(seq, s.seq)
	ix.snap.Store(&fresh)
	return nil
}

func readProviders(ctx context.Context, db *store.DB, after int64) (list []*Provider, seq int64, err error) {
	rows, err := db.Query(ctx, `SELECT seq, state FROM directory_providers WHERE seq > $1`, after)
	if err != nil {
		return nil, 0, fmt.Errorf("directory: load index: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var raw []byte
		var at int64
		if err := rows.Scan(&at, &raw); err != nil {
			return nil, 0, fmt.Errorf("directory: load index: %w", err)
		}
		p := new(Provider)
		if err := json.Unmarshal(raw, p); err != nil {
			return nil, 0, fmt.Errorf("directory: load index: %w", err)
		}
		list, seq = append(list, p), max(seq, at)
	}
	return list, max(seq, after), rows.Err()
}
