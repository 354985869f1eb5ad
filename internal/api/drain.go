package api

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// How much of a body that was refused for its length is still taken in, and for
// how long: enough for a name of ten megabytes over a phone's line, too little to
// keep a server busy with.
const (
	drainMost = 32 << 20
	drainTime = 10 * time.Second
)

// Bounded is a request's body of which no more than so many bytes are read.
type Bounded struct {
	io.ReadCloser
	whole io.Reader
	w     http.ResponseWriter
	large bool
}

// Bound limits the body of a request, in bytes; more is a *http.MaxBytesError.
func Bound(w http.ResponseWriter, body io.ReadCloser, most int64) *Bounded {
	return &Bounded{ReadCloser: http.MaxBytesReader(w, body, most), whole: body, w: w}
}

func (b *Bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	var large *http.MaxBytesError
	b.large = b.large || errors.As(err, &large)
	return n, err
}

// Drain takes in the rest of a body that was too long. Many clients read no
// answer before they have sent everything: with the connection shut in their
// face they would be told of a broken pipe, not of the reason. A body that was
// not too long is left as it is.
func (b *Bounded) Drain() {
	if !b.large {
		return
	}
	// A writer that knows no deadlines is a test's; the amount is bounded all the same.
	_ = http.NewResponseController(b.w).SetReadDeadline(time.Now().Add(drainTime))
	_, _ = io.CopyN(io.Discard, b.whole, drainMost)
}
