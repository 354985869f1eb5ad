package realm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/store"
)

// Actor is who does something, in which duty, from which device.
type Actor struct {
	policy.Principal
	Device   string // label of the device or client, for the record
	Language string // en or sw: the language answers are given in
}

// System is the realm itself, when a clock runs out.
var System = Actor{Principal: policy.Principal{Staff: "system", Agency: "system", Duty: "system"}}

// Append is what one command adds to one stream.
type Append struct {
	Stream   string
	Expected int64 // version the decision was made on; ledger.AnyVersion for none
	Drafts   []ledger.Draft
}

// Guard is a stream that the decision relied on without adding to it.
type Guard struct {
	Stream  string
	Version int64
}

// Command is a decided command on its way into the ledger.
type Command struct {
	Actor   Actor
	Purpose string
	Cause   string
	Key     string // idempotency key of the caller; "" for none
	Digest  []byte // keyed digest of the command, see Realm.Digest
	Guards  []Guard
	Appends []Append
	// More are appends after those, made when they are due: what a large import
	// brings need not stand in memory all at once. Nil for none; an error that
	// it gives undoes everything.
	More   iter.Seq2[Append, error]
	Answer Receipt // what is answered; Version and Seq are filled in
	// Also writes what belongs with the events but is not folded from them
	// (search tokens, keyed and forgettable). Nil for none.
	Also func(*store.Tx) error
}

// Receipt tells what a command did. It holds ids only, so that it can be kept
// beside the idempotency key.
type Receipt struct {
	ID       string `json:"id"`
	Ref      string `json:"reference,omitempty"`
	Version  int64  `json:"version"`
	Seq      int64  `json:"seq"`
	Replayed bool   `json:"replayed,omitempty"`
}

// Replayed finds the answer already given to this key, so that a command sent
// twice is done once. A key that comes back with another command is refused.
func (r *Realm) Replayed(ctx context.Context, a Actor, key string, digest []byte) (rc Receipt, found bool, err error) {
	if key == "" {
		return Receipt{}, false, nil
	}
	err = r.Store.View(ctx, func(tx *store.Tx) error {
		rc, found, err = r.replayedIn(tx, a, key, digest)
		return err
	})
	return rc, found, err
}

func (r *Realm) replayedIn(tx *store.Tx, a Actor, key string, digest []byte) (Receipt, bool, error) {
	raw, found, err := r.Ledger.Answer(tx, a.Staff, key, digest)
	if errors.Is(err, ledger.ErrKeyReused) {
		return Receipt{}, false, problem.ErrKeyReused
	}
	if err != nil || !found {
		return Receipt{}, false, err
	}
	var rc Receipt
	if err := json.Unmarshal(raw, &rc); err != nil {
		return Receipt{}, false, fmt.Errorf("realm: stored answer: %w", err)
	}
	rc.Replayed = true
	return rc, true, nil
}

// Commit makes a command durable: guards, events, projections, search tokens
// and answer in one transaction. A stale decision gives *problem.Changed.
func (r *Realm) Commit(ctx context.Context, c Command) (Receipt, error) {
	rc, write := c.Answer, r.Store.Write
	if c.More != nil {
		write = r.Store.WriteLarge
	}
	err := write(ctx, func(tx *store.Tx) error {
		if c.Key != "" {
			if old, found, err := r.replayedIn(tx, c.Actor, c.Key, c.Digest); err != nil || found {
				rc = old
				return err
			}
		}
		for _, g := range c.Guards {
			if err := r.Ledger.Require(tx, g.Stream, g.Version); err != nil {
				return err
			}
		}
		meta := ledger.Meta{
			Actor: c.Actor.Staff, Agency: c.Actor.Agency, Duty: c.Actor.Duty,
			Purpose: c.Purpose, Device: c.Actor.Device, Cause: c.Cause, Key: c.Key,
		}
		for i, a := range c.Appends {
			last, err := r.append(tx, meta, a)
			if err != nil {
				return err
			}
			if i == 0 {
				rc.Version, rc.Seq = last.Version, last.Seq
			}
		}
		if err := r.appendMore(tx, meta, c.More); err != nil {
			return err
		}
		if c.Also != nil {
			if err := c.Also(tx); err != nil {
				return err
			}
		}
		if c.Key == "" {
			return nil
		}
		answer, err := json.Marshal(rc)
		if err != nil {
			return err
		}
		return r.Ledger.Remember(tx, c.Actor.Staff, c.Key, c.Digest, answer)
	})
	var conflict *ledger.Conflict
	if errors.As(err, &conflict) {
		return Receipt{}, &problem.Changed{Expected: conflict.Expected, Have: conflict.Have}
	}
	return rc, err
}

// append adds to one stream, with its projections, and gives the last event.
func (r *Realm) append(tx *store.Tx, meta ledger.Meta, a Append) (ledger.Event, error) {
	events, err := r.Ledger.Append(tx, a.Stream, a.Expected, meta, a.Drafts...)
	if err != nil {
		return ledger.Event{}, err
	}
	return events[len(events)-1], r.project(tx, events)
}

func (r *Realm) appendMore(tx *store.Tx, meta ledger.Meta, more iter.Seq2[Append, error]) error {
	if more == nil {
		return nil
	}
	for a, err := range more {
		if err != nil {
			return err
		}
		if _, err := r.append(tx, meta, a); err != nil {
			return err
		}
	}
	return nil
}

// Projection keeps one room's read models true to the ledger, inside the
// transaction of the append.
type Projection interface {
	// Kinds tells by prefix which events it reads, e.g. "case.".
	Kinds() []string
	// Apply folds events of one stream, in order.
	Apply(tx *store.Tx, events []ledger.Event) error
	// Reset empties the read models before a rebuild.
	Reset(tx *store.Tx) error
}

// Register adds a room's projection; called once, before the first command.
func (r *Realm) Register(p Projection) { r.projections = append(r.projections, p) }

func (r *Realm) project(tx *store.Tx, events []ledger.Event) error {
	for _, p := range r.projections {
		if reads(p, events[0].Kind) {
			if err := p.Apply(tx, events); err != nil {
				return fmt.Errorf("realm: project %s: %w", events[0].Stream, err)
			}
		}
	}
	return nil
}

func reads(p Projection, kind string) bool {
	for _, prefix := range p.Kinds() {
		if len(kind) >= len(prefix) && kind[:len(prefix)] == prefix {
			return true
		}
	}
	return false
}
