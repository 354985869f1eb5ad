package casefile

import (
	"context"
	"fmt"
	"slices"

	"rufaa/internal/content"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/valid"
)

// overseeing is one decision about a record as a whole: what the door is asked,
// the event it leads to, and the form it was asked with.
type overseeing struct {
	action policy.Action
	kind   string
	form   interface {
		Check(*valid.Check, *content.Content)
	} // nil for none
}

// oversee takes a decision about a record as a whole through door, form, replay
// and rules into the ledger. The decision is made on one version of that stream:
// a hold that comes meanwhile makes it a stale one. Nil for an event is none.
func (c *Cases) oversee(ctx context.Context, who realm.Actor, id string, o Order, x overseeing, decide func(*State, *oversight) (*recordEvent, error)) (realm.Receipt, *State, error) {
	s, err := c.Admitted(ctx, who, id, x.action)
	if err != nil {
		return realm.Receipt{}, nil, err
	}
	if x.form != nil {
		v := valid.New(c.now())
		x.form.Check(v, c.realm.Content)
		if err := v.Err(); err != nil {
			return realm.Receipt{}, nil, err
		}
	}
	digest, err := c.realm.Digest(x.kind, Stream(s.ID), x.form)
	if err != nil {
		return realm.Receipt{}, nil, err
	}
	if rc, found, err := c.realm.Replayed(ctx, who, o.Key, digest); err != nil || found {
		return rc, s, err
	}
	k, err := c.overseen(ctx, s.ID, 0)
	if err != nil {
		return realm.Receipt{}, nil, err
	}
	event, err := decide(s, k)
	if err != nil || event == nil {
		return realm.Receipt{ID: s.ID, Ref: s.Ref, Version: k.version}, s, err
	}
	event.Case = s.ID
	drafts, err := happened(x.kind, event)
	if err != nil {
		return realm.Receipt{}, nil, err
	}
	rc, err := c.realm.Commit(ctx, realm.Command{
		Actor: who, Key: o.Key, Digest: digest, Answer: realm.Receipt{ID: s.ID, Ref: s.Ref},
		Appends: []realm.Append{{Stream: oversightStream(s.ID), Expected: k.version, Drafts: drafts}},
	})
	return rc, s, err
}

// Hold stops erasure while a court or an inquiry needs the record, and ends a
// request for it; without on it is released.
func (c *Cases) Hold(ctx context.Context, who realm.Actor, id string, o Order, on bool) (realm.Receipt, error) {
	kind := RecordHeld
	if !on {
		kind = RecordReleased
	}
	rc, s, err := c.oversee(ctx, who, id, o, overseeing{policy.HoldDecide, kind, nil}, func(s *State, k *oversight) (*recordEvent, error) {
		switch {
		case on && k.held: // stands already: the keys of whoever came into the case since are held too, without a second event
			return nil, nil
		case on || k.held:
			return new(recordEvent), nil
		}
		// Killed after the event of the release, the keys are still held: that is
		// finished without a second event.
		held, err := c.heldKeys(ctx, s)
		if err == nil && !held {
			err = problem.Refuse("erasure.no-hold")
		}
		return nil, err
	})
	if err != nil {
		return rc, err
	}
	return rc, c.hold(ctx, s, on)
}

// Holding tells whether there is a hold to release: one that stands, or one
// whose release was cut off before the keys were let go.
func (c *Cases) Holding(ctx context.Context, who realm.Actor, id string) (bool, error) {
	s, err := c.Admitted(ctx, who, id, policy.HoldDecide)
	if err != nil {
		return false, err
	}
	k, err := c.overseen(ctx, id, 0)
	if err != nil || k.held {
		return err == nil, err
	}
	return c.heldKeys(ctx, s)
}

// heldKeys tells whether keys of anybody in the case are held for its sake.
func (c *Cases) heldKeys(ctx context.Context, s *State) (bool, error) {
	for i := range s.Persons {
		reasons, err := c.realm.Vault.Holds(ctx, s.Persons[i].ID)
		if err != nil || slices.Contains(reasons, "case "+s.Ref) {
			return err == nil, err
		}
	}
	return false, nil
}

// hold writes the hold, or its end, beside the keys of everybody in the case.
func (c *Cases) hold(ctx context.Context, s *State, on bool) error {
	for i := range s.Persons {
		var err error
		if on {
			err = c.realm.Vault.Hold(ctx, s.Persons[i].ID, "case "+s.Ref)
		} else {
			err = c.realm.Vault.Release(ctx, s.Persons[i].ID, "case "+s.Ref)
		}
		if err != nil {
			return fmt.Errorf("casefile: hold: %w", err)
		}
	}
	return nil
}
