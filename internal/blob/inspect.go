package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"rufaa/internal/store"
	"rufaa/internal/vault"
)

// Rows is the place of a fault that is not in one piece but in the rows that
// count them.
const Rows int64 = -1

// Fault is a stored piece that is not what was kept.
type Fault struct {
	Content string
	Piece   int64 // its place, from 0; or Rows
	Detail  string
}

func (f Fault) String() string {
	if f.Piece == Rows {
		return f.Detail
	}
	return fmt.Sprintf("piece %d %s", f.Piece, f.Detail)
}

// Inspected is what a content's sealed pieces are found to be.
type Inspected struct {
	Size   int64 // bytes of content, as the rows say
	Pieces int64
	Whole  bool
	Sum    string // over the sealed pieces, see the package's comment; "" with a fault in the rows
	Faults []Fault
}

// Inspector reads sealed pieces again. It needs no key: a backup is inspected
// the same way. It is for one goroutine.
type Inspector struct {
	db    *store.DB
	shelf Shelf
	buf   []byte
}

// NewInspector looks at the pieces that the rows of a store count.
func NewInspector(db *store.DB, shelf Shelf) *Inspector {
	return &Inspector{db: db, shelf: shelf, buf: make([]byte, LongestPiece+vault.Overhead)}
}

// Inspect reads every piece of a content and names each that is missing or was
// altered. ErrNone when there is no such content; other errors say that the
// rows could not be read.
func (i *Inspector) Inspect(ctx context.Context, id string) (*Inspected, error) {
	s, err := (&Keeper{db: i.db}).State(ctx, id)
	if err != nil {
		return nil, err
	}
	found := &Inspected{Size: s.Got, Pieces: s.Pieces, Whole: s.Whole}
	list, err := piecesIn(ctx, i.db, id)
	if errors.Is(err, ErrDamaged) {
		found.Faults = []Fault{{id, int64(len(list)), "has no row"}}
		return found, nil
	}
	if err != nil {
		return nil, err
	}
	var size int64
	for n := range list {
		size += list[n].size
		if detail := i.look(ctx, id, &list[n]); detail != "" {
			found.Faults = append(found.Faults, Fault{id, list[n].n, detail})
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	if size != s.Got || int64(len(list)) != s.Pieces {
		found.Faults = append(found.Faults, Fault{id, Rows, "the rows of its pieces do not make up its size"})
	}
	found.Sum = fmt.Sprintf("%x", total(list))
	return found, nil
}

// look tells what is wrong with a piece; "" when nothing is.
func (i *Inspector) look(ctx context.Context, id string, p *piece) string {
	raw, err := i.shelf.Get(ctx, name(id, p.n, p.mark), i.buf)
	return wrong(p, raw, err)
}

// wrong tells what is wrong with a piece as it was read; "" when nothing is. A
// disk that does not give it back is a fault of the piece, too.
func wrong(p *piece, raw []byte, err error) string {
	switch sum := sha256.Sum256(raw); {
	case errors.Is(err, ErrGone):
		return "is missing"
	case errors.Is(err, ErrDamaged), err == nil && string(sum[:]) != string(p.sum):
		return "was altered"
	case err != nil:
		return "cannot be read: " + err.Error()
	}
	return ""
}
