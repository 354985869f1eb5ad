package exercise

import (
	"context"
	"sync"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
)

// hub wakes whoever waits when something was written in the realm. Nothing is
// told but that there is something: each reads for itself what it may see.
type hub struct {
	mu   sync.Mutex
	wake chan struct{} // closed at the next change
}

func newHub() *hub { return &hub{wake: make(chan struct{})} }

func (h *hub) changed() {
	h.mu.Lock()
	close(h.wake)
	h.wake = make(chan struct{})
	h.mu.Unlock()
}

func (h *hub) next() <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.wake
}

// listener tells the hub of every commit of the realm.
type listener struct{ hub *hub }

func (listener) Kinds() []string       { return []string{""} }
func (listener) Reset(*store.Tx) error { return nil }
func (l listener) Apply(tx *store.Tx, _ []ledger.Event) error {
	tx.AfterCommit(l.hub.changed)
	return nil
}

// Changes gives a channel that is closed at the next change in the realm.
func (x *Exercises) Changes() <-chan struct{} { return x.hub.next() }

// beat is how often the play is taken on when nothing is written, for the
// clock and for what other servers of the realm wrote.
const beat = 200 * time.Millisecond

// Run takes the play on, at every change and every beat, until ctx ends.
// Failed is told what went wrong; the next turn tries again.
func (x *Exercises) Run(ctx context.Context, failed func(error)) {
	if x.clock == nil {
		return
	}
	t := time.NewTicker(beat)
	defer t.Stop()
	for {
		next := x.Changes()
		if err := x.Turn(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-next:
		case <-t.C:
		}
	}
}
