package exercise

import (
	"context"
	"errors"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/valid"
)

// act is one thing that somebody does in an exercise, decided on its state.
type act struct {
	who    realm.Actor
	do     policy.Action
	key    string
	id     string // of what is answered; the exercise's own when empty
	name   string // of the command, for its digest
	body   any
	decide func(*State, Member) ([]ledger.Draft, error)
	// of is the id that decide found, where it is not known before. Nil for none.
	of *string
	// also is written with what decide drafted, in one transaction. Nil for none.
	also func(*store.Tx) error
}

// do runs an act. The stream moves many times a minute by itself, so that an
// act is decided anew when others wrote meanwhile; what it then finds done is
// refused by decide. Where decide drafts nothing the act was done before: only
// its answer is kept, and only if that still holds.
func (x *Exercises) do(ctx context.Context, a act) (realm.Receipt, error) {
	digest, err := x.realm.Digest(a.name, "", a.body)
	if err != nil {
		return realm.Receipt{}, err
	}
	for n := 0; ; n++ {
		s, m, err := x.Admitted(ctx, a.who, a.do)
		if err != nil {
			return realm.Receipt{}, err
		}
		if rc, found, err := x.realm.Replayed(ctx, a.who, a.key, digest); err != nil || found {
			return rc, err
		}
		drafts, err := a.decide(s, m)
		if err != nil {
			return realm.Receipt{}, err
		}
		rc, err := x.realm.Commit(ctx, a.command(s, digest, drafts))
		if errors.As(err, new(*problem.Changed)) && n < tries {
			continue
		}
		if err == nil {
			err = x.Follow(ctx)
		}
		return rc, err
	}
}

func (a *act) command(s *State, digest []byte, drafts []ledger.Draft) realm.Command {
	c := realm.Command{Actor: a.who, Key: a.key, Digest: digest, Answer: realm.Receipt{ID: a.id}}
	switch {
	case a.of != nil:
		c.Answer.ID = *a.of
	case a.id == "":
		c.Answer.ID = s.ID
	}
	if len(drafts) == 0 {
		c.Answer.Version = s.Version
		c.Guards = []realm.Guard{{Stream: Stream(s.ID), Version: s.Version}}
		return c
	}
	c.Appends = []realm.Append{{Stream: Stream(s.ID), Expected: s.Version, Drafts: drafts}}
	c.Also = a.also
	return c
}

func (x *Exercises) check(fill func(*valid.Check)) error {
	c := valid.New(x.realm.Now())
	fill(c)
	return c.Err()
}
