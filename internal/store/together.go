package store

import (
	"context"
	"sync"
)

// Together runs fn so that everything it writes through the context it is
// given, in however many writes, becomes durable in one transaction with what
// last writes after it. Cut off at any point, either all of it is there or
// nothing is.
//
// The lane is entered with fn's first write, not before: what fn prepares (slow
// hashing, a question to another server) keeps nobody waiting. From then on the
// context reads what was written, and the lane is held until fn returns, so fn
// must not wait for anything slow or for another writer after its first write.
//
// Within another Together of this store it is part of that one, and becomes
// durable with it.
//
// An error of fn is returned as it is: last is not asked, and the writes that
// had succeeded before it stand, as they would have without Together. An error
// of last undoes everything.
func (db *DB) Together(ctx context.Context, fn func(context.Context) error, last func(*Tx) error) error {
	if outer := db.jointIn(ctx); outer != nil {
		if err := fn(ctx); err != nil {
			return err
		}
		return outer.write(context.WithoutCancel(ctx), last)
	}
	j := &joint{db: db}
	defer j.leave() // a panic of fn lets the lane go; what it had written stands
	if err := fn(context.WithValue(ctx, jointKey{db}, j)); err != nil {
		if undone := j.leave(); undone != nil {
			return undone
		}
		return err
	}
	// What is asked for now must be kept even if the caller hung up meanwhile.
	if err := j.write(context.WithoutCancel(ctx), last); err != nil {
		j.undo(err)
		return err
	}
	return j.leave()
}

// joint is one Together on its way.
type joint struct {
	db   *DB
	mu   sync.Mutex
	job  *job // nil until the first write
	on   *writer
	left bool  // later writes through the context go their own way
	err  error // the whole is undone for it
	end  chan struct{}
}

type jointKey struct{ db *DB }

// jointIn gives the Together that a context belongs to, or nil.
func (db *DB) jointIn(ctx context.Context) *joint {
	j, _ := ctx.Value(jointKey{db}).(*joint)
	return j
}

// Joined tells whether the context reads what a Together has written and nobody
// else sees yet: it may still be undone, so caches must not keep it.
func (db *DB) Joined(ctx context.Context) bool { return db.jointIn(ctx).reading() != nil }

// enter takes the lane. Callers hold mu.
func (j *joint) enter(ctx context.Context) error {
	if j.job != nil {
		return nil
	}
	entered := make(chan *writer)
	j.end = make(chan struct{})
	outer := &job{done: make(chan struct{}), fn: func(tx *Tx) error {
		entered <- tx.lane
		<-j.end
		return j.err
	}}
	if err := j.db.hand(ctx, outer); err != nil {
		return err
	}
	select {
	case j.on = <-entered:
		j.job = outer
		return nil
	case <-outer.done: // the transaction could not be opened
		return outer.err
	}
}

// write is one write of fn: it fails alone, inside a savepoint of its own.
func (j *joint) write(ctx context.Context, fn func(*Tx) error) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.left {
		return j.db.lone(ctx, &job{fn: fn})
	}
	if j.err != nil {
		return j.err
	}
	if err := j.enter(ctx); err != nil {
		return err
	}
	one := &job{fn: fn}
	broken := j.on.run(context.Background(), one)
	j.job.undone = append(j.job.undone, one.undone...)
	if broken != nil { // nothing that was written can be trusted any more
		j.err = explain(broken)
		return j.err
	}
	if one.err == nil {
		j.job.after = append(j.job.after, one.after...)
	}
	return one.err
}

// undo marks the whole as failed.
func (j *joint) undo(why error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err == nil {
		j.err = why
	}
	j.leaving()
}

// leave lets the lane go and waits until what was written is durable.
func (j *joint) leave() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.leaving()
}

func (j *joint) leaving() error {
	if j.left {
		return nil
	}
	j.left = true
	if j.job == nil {
		return nil
	}
	close(j.end)
	<-j.job.done
	return j.job.err
}

// reading gives the transaction to read in, or nil while nothing was written.
func (j *joint) reading() *Tx {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.left || j.job == nil {
		return nil
	}
	return j.on.tx(context.Background(), nil)
}
