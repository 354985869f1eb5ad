package blob

import (
	"context"
	"time"
)

// Shelf is where sealed pieces lie. A piece is written once and never changed;
// its name is "<content>/<piece>".
type Shelf interface {
	// Batch begins pieces of one content that become durable together.
	Batch(id string) Batch
	// Get reads a piece into buf, which is long enough; ErrGone when there is
	// none, ErrDamaged when it is too long.
	Get(ctx context.Context, name string, buf []byte) ([]byte, error)
	// Remove takes a piece away; none is no error.
	Remove(ctx context.Context, name string) error
	// RemoveAll takes every piece of a content away.
	RemoveAll(ctx context.Context, id string) error
	// Contents lists which contents have pieces here.
	Contents(ctx context.Context) ([]string, error)
	// Pieces lists the pieces of a content, with when they were written.
	Pieces(ctx context.Context, id string) ([]Lying, error)
}

// Lying is a piece as it lies on a shelf.
type Lying struct {
	Name string
	At   time.Time
	Size int64
}

// Batch are pieces on their way to the shelf, for one goroutine at a time.
type Batch interface {
	Put(ctx context.Context, name string, sealed []byte) error
	// Flush makes all pieces durable: after it they survive a loss of power.
	Flush(ctx context.Context) error
	// Drop takes the pieces away again.
	Drop(ctx context.Context)
}
