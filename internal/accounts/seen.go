package accounts

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"rufaa/internal/store"
)

// seenEvery is how old the mark of last use may grow: a request a second must
// not be a write a second.
const seenEvery = time.Minute

// seenMarks writes marks of last use behind the requests, those that came
// meanwhile together. A mark that is lost lets a session end a little early
// and is made again by its next request.
type seenMarks struct {
	db      *store.DB
	mu      sync.Mutex
	waiting map[[sha256.Size]byte]time.Time
	writing bool
	closed  bool
	done    sync.WaitGroup
}

func newSeenMarks(db *store.DB) *seenMarks {
	return &seenMarks{db: db, waiting: make(map[[sha256.Size]byte]time.Time)}
}

func (s *seenMarks) mark(hash [sha256.Size]byte, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.waiting[hash] = at
	if !s.writing {
		s.writing = true
		s.done.Go(s.write)
	}
}

func (s *seenMarks) write() {
	for {
		s.mu.Lock()
		batch := s.waiting
		if len(batch) == 0 {
			s.writing = false
			s.mu.Unlock()
			return
		}
		s.waiting = make(map[[sha256.Size]byte]time.Time)
		s.mu.Unlock()
		// The error is dropped on purpose: no request is waiting for it, and
		// whatever ails the store shows at the next command.
		_ = s.db.Write(context.Background(), func(tx *store.Tx) error {
			for hash, at := range batch {
				if _, err := tx.Exec(`UPDATE sessions SET seen_at = $1 WHERE token_hash = $2 AND seen_at < $1 AND revoked_at = 0`,
					millis(at), hash[:]); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

func (s *seenMarks) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.done.Wait()
}
