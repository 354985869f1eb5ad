package api

import (
	"encoding/json"
	"net/http"
	"sync"
)

// Once says what happens to an operation that is sent twice.
type Once string

// The ways. A mutating operation that is none of the others is kept here.
const (
	OnceReads    Once = "reads"    // changes nothing; each reading is a reading, and recorded as one
	OnceRoom     Once = "room"     // its room keeps the answer beside the event, in one transaction
	OnceKept     Once = "kept"     // the answer is kept here, sealed
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
// person it is done once; another command under that key is refused. Between
// the deed and the keeping of its answer the program may die: then, and only
// then, a second sending does it again.
func doOnce[In, Out any](c *call, body *In, do func(*call, *In) (Out, error)) (Out, error) {
	var no Out
	of, ctx := c.office(), c.r.Context()
	digest, err := of.Digest("api."+c.route.id, c.r.URL.Path, body)
	if err != nil {
		return no, err
	}
	defer c.api.keys.hold(c.actor.Staff + "\x00" + c.order.Key)()
	raw, found, err := of.KeptAnswer(ctx, c.actor, c.order.Key, digest)
	if err != nil {
		return no, err
	}
	if found {
		return replay[Out](c, raw)
	}
	out, err := do(c, body)
	if err != nil {
		return out, err
	}
	kept := keptAnswer{Version: c.version, Location: c.location}
	if kept.Body, err = json.Marshal(out); err != nil {
		return no, err
	}
	if raw, err = json.Marshal(kept); err != nil {
		return no, err
	}
	return out, of.KeepAnswer(ctx, c.actor, c.order.Key, digest, raw)
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
