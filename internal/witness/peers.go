package witness

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"rufaa/internal/ledger"
)

// newest is where a witness shows other witnesses the newest checkpoint that it
// signed for, below its status page.
const newest = "/checkpoint"

// compare holds what the other witnesses were shown against what this one is
// shown. A server that tells each of two witnesses a story of its own, each
// growing by itself, is found in no other way. A witness that does not answer
// raises no alarm, but is told.
func (f *Follower) compare(ctx context.Context, shown ledger.Checkpoint) error {
	var told []error
	for _, peer := range f.Peers {
		err := f.comparePeer(ctx, peer, shown)
		if errors.Is(err, ErrAlarm) {
			return err
		}
		if err != nil {
			told = append(told, fmt.Errorf("witness: compared with the witness at %s: %w", peer, err))
		}
	}
	return errors.Join(told...)
}

func (f *Follower) comparePeer(ctx context.Context, peer string, shown ledger.Checkpoint) error {
	raw, err := f.fetch(ctx, http.MethodGet, strings.TrimRight(peer, "/")+newest, nil)
	if err != nil {
		return err
	}
	if len(raw) == 0 { // it has signed for nothing yet
		return nil
	}
	theirs, err := ledger.OpenCheckpoint(raw, f.Verifier)
	if err != nil {
		return fmt.Errorf("it shows a note that is not signed by the realm: %w", err)
	}
	earlier, later := theirs, shown
	if theirs.Size > shown.Size {
		earlier, later = shown, theirs
	}
	return f.alarmed(f.continues(ctx, earlier, later), string(raw), string(shown.Note))
}

// Newest shows other witnesses the newest checkpoint that this one signed for;
// nothing when there is none yet.
func (f *Follower) Newest(w http.ResponseWriter, _ *http.Request) {
	state, _, _ := f.State()
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	fmt.Fprint(w, state.Note)
}
