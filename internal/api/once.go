package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"

	"rufaa/internal/store"
)

// Once says what happens to an operation that is sent twice.
type Once string

// The ways. A mutating operation that is none of the others is kept here.
const (
	OnceReads    Once = "reads"    // changes nothing; each reading is a reading, and recorded as one
	OnceRoom     Once = "room"     // its room keeps the answer beside the event, in one transaction
	OnceKept     Once = "kept"     // the answer is kept here, sealed, in one transaction with the deed
	OnceProtocol Once = "protocol" // a protocol of its own makes the second sending harmless
	OnceOpen     Once = "open"     // there is no session yet whose key it could be
)

// readings are the operations that are sent with a body, or leave the record of
// an opening, and change nothing else: their second answer is a second reading.
var readings = map[string]bool{
	"known-persons": true, "rank-providers": true, "compare-likeness": true, "open-exhibit": true, "open-file-words": true,
	"read-inquiry": true, "read-scene": true, "separation-reason": true, "run-kept-search": true, "search": true,
	"preview-referral": true, "propose-placement": true, "propose-placement-of-cases": true, "rehearse": true,
	// What is handed out of a case is made anew: kept here, it would outlive the
	// forgetting of the person.
	"make-bundle": true, "make-inquiry-bundle": true, "export-inquiry": true, "export-case": true, "export-cases": true,
}

// protocols are the operations whose protocol tells a second sending itself:
// tus by its offset, a list of digests by the digest of the whole, a list of
// cases or providers by the number of each row.
var protocols = map[string]bool{
	"create-upload": true, "append-upload": true, "end-upload": true, "import-hash-list": true, "report-digests": true,
	"import-cases": true, "import-providers": true,
}

// keptApart are the kept operations whose answer cannot become durable together
// with the deed, and why a second sending after a kill does no harm all the same.
var keptApart = map[string]string{
	"set-notice-address": "the answer tells whether the code went out, which is known only after it was sent; sent again, " +
		"the same address stands, a newer code goes out and the one before holds no more",
}

// once tells the way of a route.
func (rt *route) once() Once {
	switch {
	case rt.method == http.MethodGet || rt.method == http.MethodHead || rt.method == http.MethodOptions || readings[rt.id]:
		return OnceReads
	case protocols[rt.id]:
		return OnceProtocol
	case rt.ordered:
		return OnceRoom
	case rt.door == openDoor:
		return OnceOpen
	}
	return OnceKept
}

// keptAnswer is an answer as it is kept beside its key.
type keptAnswer struct {
	Body     json.RawMessage `json:"body,omitempty"`
	Version  int64           `json:"version,omitempty"`
	Location string          `json:"location,omitempty"`
}

// replayedHeader says that nothing was done this time.
const replayedHeader = "Idempotency-Replayed"

// doOnce does a command of a room that keeps no answers. Under one key of one
// person it is done once; another command under that key is refused. The answer
// becomes durable in the transaction of the deed: killed at any point, either
// both are there or neither is.
func doOnce[In, Out any](c *call, body *In, do func(*call, *In) (Out, error)) (Out, error) {
	var no Out
	digest, err := c.office().Digest("api."+c.route.id, c.r.URL.Path, body)
	if err != nil {
		return no, err
	}
	defer c.api.keys.hold(c.actor.Staff + "\x00" + c.order.Key)()
	if out, found, err := answered[Out](c, digest); err != nil || found {
		return out, err
	}
	out, err := doKept(c, body, digest, do)
	if errors.Is(err, store.ErrTaken) {
		// Another server did it under this key meanwhile; nothing was done here.
		if first, found, err := answered[Out](c, digest); err != nil || found {
			return first, err
		}
	}
	return out, err
}

// doKept does the command and keeps its answer: together, or one after the
// other where keptApart says why.
func doKept[In, Out any](c *call, body *In, digest []byte, do func(*call, *In) (Out, error)) (out Out, err error) {
	of, sent := c.office(), c.r
	keep := func(tx *store.Tx) error {
		raw, err := c.kept(out)
		if err != nil {
			return err
		}
		return of.KeepAnswer(tx, c.actor, c.order.Key, digest, raw)
	}
	if keptApart[c.route.id] != "" {
		if out, err = do(c, body); err != nil {
			return out, err
		}
		return out, of.Store.Write(context.WithoutCancel(sent.Context()), keep)
	}
	defer func() { c.r = sent }()
	err = of.Store.Together(sent.Context(), func(ctx context.Context) (err error) {
		c.r = sent.WithContext(ctx)
		out, err = do(c, body)
		return err
	}, keep)
	return out, err
}

// kept is the answer as it is kept.
func (c *call) kept(out any) ([]byte, error) {
	body, err := json.Marshal(out)
	if err != nil {
		return nil, err
	}
	return json.Marshal(keptAnswer{Body: body, Version: c.version, Location: c.location})
}

// answered gives the answer that was kept under the key.
func answered[Out any](c *call, digest []byte) (out Out, found bool, err error) {
	raw, found, err := c.office().KeptAnswer(c.r.Context(), c.actor, c.order.Key, digest)
	if err != nil || !found {
		return out, false, err
	}
	out, err = replay[Out](c, raw)
	return out, true, err
}

func replay[Out any](c *call, raw []byte) (Out, error) {
	var out Out
	var kept keptAnswer
	if err := json.Unmarshal(raw, &kept); err != nil {
		return out, err
	}
	c.version, c.location = kept.Version, kept.Location
	c.w.Header().Set(replayedHeader, "true")
	return out, json.Unmarshal(kept.Body, &out)
}

// keyLine lets commands under one key pass one after the other: sent twice at
// once, the second finds the answer of the first.
type keyLine struct {
	mu   sync.Mutex
	held map[string]*heldKey
}

type heldKey struct {
	mu      sync.Mutex
	waiting int
}

// hold waits for the key and gives what lets it go.
func (l *keyLine) hold(key string) func() {
	l.mu.Lock()
	if l.held == nil {
		l.held = map[string]*heldKey{}
	}
	k := l.held[key]
	if k == nil {
		k = &heldKey{}
		l.held[key] = k
	}
	k.waiting++
	l.mu.Unlock()
	k.mu.Lock()
	return func() {
		k.mu.Unlock()
		l.mu.Lock()
		defer l.mu.Unlock()
		if k.waiting--; k.waiting == 0 {
			delete(l.held, key)
		}
	}
}
