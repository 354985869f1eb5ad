package casefile

import (
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"rufaa/internal/store"
)

// ahead holds the cases that writes have folded and that are not durable yet.
// One transaction carries many writes, and a rebuild is one write over all
// cases: without it each would fold again what the one before it had. It is
// bounded, and what it has dropped is folded again from the store.
type ahead struct {
	mu    sync.Mutex
	by    *store.Tx // whose write was the last to keep something
	cases *simplelru.LRU[string, unsettled]
}

type unsettled struct {
	by *store.Tx
	s  *State
}

func newAhead() *ahead {
	cases, err := simplelru.NewLRU[string, unsettled](shelved, nil)
	if err != nil {
		panic(err) // the size is not positive
	}
	return &ahead{cases: cases}
}

// at gives a case at exactly this version, or nil.
func (a *ahead) at(id string, version int64) *State {
	a.mu.Lock()
	defer a.mu.Unlock()
	if u, ok := a.cases.Get(id); ok && u.s.Version == version {
		return u.s
	}
	return nil
}

// keep holds a case until its write is settled; first tells that it is the first
// of this write.
func (a *ahead) keep(tx *store.Tx, s *State) (first bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	first, a.by = a.by != tx, tx
	a.cases.Add(s.ID, unsettled{tx, s})
	return first
}

// settled gives up, and lets go, what a write kept.
func (a *ahead) settled(tx *store.Tx) []*State {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.by == tx {
		a.by = nil
	}
	var out []*State
	for _, id := range a.cases.Keys() {
		if u, _ := a.cases.Peek(id); u.by == tx {
			out = append(out, u.s)
			a.cases.Remove(id)
		}
	}
	return out
}
