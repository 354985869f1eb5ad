package draft

import (
	"sync"
	"time"

	"rufaa/internal/problem"
)

const (
	stays = 30 * time.Minute // since it was last used
	most  = 192 << 20        // bytes of all files of a shelf
)

// Shelf holds one D for each person. It is safe for concurrent use; who takes
// a D from it has a copy.
type Shelf[D any] struct {
	mu  sync.Mutex
	of  map[string]*held[D]
	now func() time.Time
}

type held[D any] struct {
	what  D
	bytes int
	at    time.Time // last used
}

// NewShelf keeps drafts by the clock now.
func NewShelf[D any](now func() time.Time) *Shelf[D] {
	return &Shelf[D]{of: map[string]*held[D]{}, now: now}
}

// sweep forgets what has ended and tells how much is held. Callers hold mu.
func (s *Shelf[D]) sweep() (bytes int) {
	for staff, x := range s.of {
		if s.now().Sub(x.at) > stays {
			delete(s.of, staff)
			continue
		}
		bytes += x.bytes
	}
	return bytes
}

// Get gives a person's draft, and whether there is one.
func (s *Shelf[D]) Get(staff string) (what D, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	x := s.of[staff]
	if x == nil {
		return what, false
	}
	x.at = s.now()
	return x.what, true
}

// Put keeps a draft, whose file has so many bytes, in place of the person's
// last one. It is refused with *problem.Invalid, and the last one is gone too,
// where people together hold too many large files unconfirmed.
func (s *Shelf[D]) Put(staff string, what D, bytes int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.of, staff)
	if s.sweep()+bytes > most {
		return &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: "draft.full"}}}
	}
	s.of[staff] = &held[D]{what: what, bytes: bytes, at: s.now()}
	return nil
}

// Drop forgets a person's draft.
func (s *Shelf[D]) Drop(staff string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.of, staff)
}
