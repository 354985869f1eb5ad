package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"sync"
	"time"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/web/ui"
)

// live keeps the board as it was last drawn, in each language and for each part
// that watches: all of these get the same bytes.
type live struct {
	mu    sync.Mutex
	drawn map[string]drawing
}

type drawing struct {
	on   <-chan struct{} // closed when something has changed since
	at   time.Time
	html []byte
	id   string
}

// liveFor bounds how old the drawn clock may be, and with it how often the
// board is drawn when nothing happens.
const liveFor = time.Second

// idOf names a drawing by what it shows: it means the same in every process, and
// after the server was started again.
func idOf(html []byte) string {
	sum := sha256.Sum256(html)
	return hex.EncodeToString(sum[:8])
}

// board gives the live part, drawn again only when something has changed.
func (rq *request) board(ctx context.Context) (drawing, error) {
	_, m, err := rq.of.Exercises.Admitted(ctx, rq.who, policy.ExerciseWatch)
	if err != nil { // also where the board is drawn already: it is not for everybody
		return drawing{}, err
	}
	leads, err := rq.of.Exercises.May(ctx, rq.who, policy.ExerciseControl)
	if err != nil {
		return drawing{}, err
	}
	who := rq.lang.Code() + " " + string(m.Part) // each part reads more than the next
	if leads {                                   // whose board has links
		who += " leads"
	}
	l := &rq.live
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.drawn == nil {
		l.drawn = map[string]drawing{}
	}
	if d, ok := l.drawn[who]; ok && time.Since(d.at) < liveFor {
		select {
		case <-d.on:
		default:
			return d, nil
		}
	}
	on := rq.of.Exercises.Changes()
	b, err := rq.of.Exercises.Board(ctx, rq.reader())
	if err != nil {
		return drawing{}, err
	}
	b.Face.Part, b.Face.Team = "", "" // the same for all who watch
	var out bytes.Buffer
	if err := rq.boardPart(b, leads).Render(ui.Within(ctx, rq.page("")), &out); err != nil {
		return drawing{}, err
	}
	d := drawing{on: on, at: time.Now(), html: out.Bytes(), id: idOf(out.Bytes())}
	l.drawn[who] = d
	return d, nil
}

// How the live board is sent.
const (
	liveGather = 30 * time.Millisecond // changes in a row become one
	liveTick   = 5 * time.Second       // the clock, when nothing happens
	liveEnds   = 4 * time.Minute       // then the browser comes again by itself
	liveAgain  = time.Second           // after which it comes again
)

// boardLive sends the board over server-sent events: at once, and at every
// change. Each event is a whole board under an id, so that whoever comes back
// (with a Last-Event-ID or none, after a cut or a restart of the server) needs
// nothing of what was missed: the board of now is the first thing sent, and its
// id tells the browser whether it shows it already. Whoever may no longer watch
// is cut off at the next one.
func boardLive(rq *request) error {
	if may, err := rq.of.Exercises.May(rq.Context(), rq.who, policy.ExerciseWatch); err != nil || !may {
		return problem.ErrNotFound
	}
	h := rq.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	rc := http.NewResponseController(rq.w)
	ends, tick := time.After(liveEnds), time.NewTicker(liveTick)
	defer tick.Stop()
	send := func(format string, args ...any) bool {
		rc.SetWriteDeadline(time.Now().Add(20 * time.Second))
		_, err := fmt.Fprintf(rq.w, format, args...)
		return err == nil && rc.Flush() == nil
	}
	if !send("retry: %d\n\n", liveAgain.Milliseconds()) {
		return nil
	}
	var last []byte
	for {
		next := rq.of.Exercises.Changes()
		if _, err := rq.of.Accounts.Authenticate(rq.Context(), rq.token()); err != nil {
			return nil
		}
		b, err := rq.board(rq.Context())
		if err != nil {
			return nil // the browser comes again, and is told then
		}
		if bytes.Equal(b.html, last) {
			if !send(":\n\n") { // nothing new; a line that was cut shows by it
				return nil
			}
		} else if !send("id: %s\ndata: %s\n\n", b.id, bytes.ReplaceAll(b.html, []byte("\n"), []byte("\ndata: "))) {
			return nil
		}
		last = b.html
		select {
		case <-rq.Context().Done():
			return nil
		case <-ends:
			return nil
		case <-tick.C:
		case <-next:
			time.Sleep(liveGather)
		}
	}
}
