package accounts

import (
	"crypto/sha256"
	"sync"
	"time"
)

// cacheMost bounds the remembered sessions; a country's shift is a few
// thousand.
const cacheMost = 10_000

// cache remembers sessions for a few seconds, so that the requests of one page
// read the store once. clear is called when a change is durable and before it
// is answered: from then on no request of this process sees the old session.
type cache struct {
	keep time.Duration
	mu   sync.RWMutex
	n    uint64 // counts clears
	by   map[[sha256.Size]byte]remembered
}

type remembered struct {
	live  *live // never changed once it stands here
	until time.Time
}

func newCache(keep time.Duration) *cache {
	return &cache{keep: keep, by: make(map[[sha256.Size]byte]remembered)}
}

func (c *cache) get(hash [sha256.Size]byte, now time.Time) *live {
	c.mu.RLock()
	r, ok := c.by[hash]
	c.mu.RUnlock()
	// A clock set back must not make an entry last.
	if !ok || !now.Before(r.until) || r.until.Sub(now) > c.keep {
		return nil
	}
	return r.live
}

// age is taken before reading the store; put drops what was read if the cache
// was cleared since, because it may have been read before the change.
func (c *cache) age() uint64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.n
}

func (c *cache) put(hash [sha256.Size]byte, l *live, now time.Time, age uint64) {
	if c.keep == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n != age {
		return
	}
	if len(c.by) >= cacheMost {
		clear(c.by)
	}
	c.by[hash] = remembered{l, now.Add(c.keep)}
}

func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	clear(c.by)
}
