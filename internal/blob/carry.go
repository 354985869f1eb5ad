package blob

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"rufaa/internal/store"
	"rufaa/internal/vault"
)

// Carrier copies sealed pieces from a shelf into a stream, for a backup. A
// counted piece is never changed, so they may be carried while others write:
// first what is there, then, from a snapshot of the rows, what came meanwhile.
// It holds one piece in memory and is for one goroutine.
type Carrier struct {
	Pieces int64
	Bytes  int64
	Faults []Fault // pieces that are missing, and such as were carried altered

	live  *store.DB
	shelf Shelf
	out   *tar.Writer
	done  map[string]int64 // how many pieces of a content were carried
	buf   []byte
}

// NewCarrier carries from the shelf that belongs to the living rows.
func NewCarrier(live *store.DB, shelf Shelf, out io.Writer) *Carrier {
	return &Carrier{live: live, shelf: shelf, out: tar.NewWriter(out), done: map[string]int64{}, buf: make([]byte, LongestPiece+vault.Overhead)}
}

// Carry copies what these rows count and was not carried yet. Gone tells that
// a content which they count was destroyed meanwhile: the rows are older than
// the shelf, and another snapshot of them must be taken.
func (c *Carrier) Carry(ctx context.Context, rows *store.DB) (gone bool, err error) {
	ids, err := contents(ctx, rows)
	if err != nil {
		return false, err
	}
	for _, id := range ids {
		lost, err := c.content(ctx, rows, id)
		if err != nil {
			return false, fmt.Errorf("blob: carry %s: %w", id, err)
		}
		gone = gone || lost
	}
	return gone, nil
}

// Close ends the stream.
func (c *Carrier) Close() error { return c.out.Close() }

func contents(ctx context.Context, db *store.DB) ([]string, error) {
	rows, err := db.Query(ctx, `SELECT id FROM blobs ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("blob: contents: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("blob: contents: %w", err)
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

func (c *Carrier) content(ctx context.Context, rows *store.DB, id string) (gone bool, err error) {
	list, err := piecesIn(ctx, rows, id)
	if errors.Is(err, ErrDamaged) {
		c.Faults = append(c.Faults, Fault{id, int64(len(list)), "has no row"})
	} else if err != nil {
		return false, err
	}
	for n := c.done[id]; n < int64(len(list)); n++ {
		p := &list[n]
		raw, err := c.shelf.Get(ctx, name(id, p.n, p.mark), c.buf)
		if errors.Is(err, ErrGone) {
			counted, err := c.counted(ctx, id, p)
			if err != nil || !counted {
				return true, err
			}
		}
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		if detail := wrong(p, raw, err); detail != "" {
			c.Faults = append(c.Faults, Fault{id, p.n, detail})
		}
		if len(raw) > 0 {
			if err := c.write(name(id, p.n, p.mark), raw); err != nil {
				return false, err
			}
		}
		c.done[id] = n + 1
	}
	return false, nil
}

// counted asks the living rows: a content is destroyed in the rows first.
func (c *Carrier) counted(ctx context.Context, id string, p *piece) (bool, error) {
	var n int64
	err := c.live.QueryRow(ctx, `SELECT count(*) FROM blob_pieces WHERE blob = $1 AND n = $2 AND mark = $3`, id, p.n, p.mark).Scan(&n)
	return n > 0, err
}

func (c *Carrier) write(name string, raw []byte) error {
	if err := c.out.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o600, Size: int64(len(raw))}); err != nil {
		return err
	}
	_, err := c.out.Write(raw)
	c.Pieces, c.Bytes = c.Pieces+1, c.Bytes+int64(len(raw))
	return err
}

// PutBack lays the pieces of a carried stream on a shelf: those that the rows
// count. Others are passed over; their content was destroyed while they were
// carried. Whether all are there and unaltered is the Inspector's to tell.
func PutBack(ctx context.Context, rows *store.DB, shelf Shelf, in io.Reader) (pieces int64, err error) {
	b := &backPutter{ctx: ctx, rows: rows, shelf: shelf, buf: make([]byte, LongestPiece+vault.Overhead)}
	defer func() {
		if err != nil && b.batch != nil {
			b.batch.Drop(ctx)
		}
	}()
	from := tar.NewReader(in)
	for {
		h, err := from.Next()
		if errors.Is(err, io.EOF) {
			return b.pieces, b.flush()
		}
		if err == nil {
			err = b.put(h, from)
		}
		if err != nil {
			return b.pieces, fmt.Errorf("blob: put back: %w", err)
		}
	}
}

// backPutter lays pieces back, some at a time of one content.
type backPutter struct {
	ctx    context.Context
	rows   *store.DB
	shelf  Shelf
	buf    []byte
	batch  Batch
	id     string
	held   int // pieces in the batch
	pieces int64
}

func (b *backPutter) put(h *tar.Header, from io.Reader) error {
	id, _, _ := strings.Cut(h.Name, "/")
	counted, err := b.counted(id, h.Name)
	if err != nil || !counted {
		return err
	}
	if h.Size > int64(len(b.buf)) {
		return fmt.Errorf("%w: %s is longer than a piece", ErrDamaged, h.Name)
	}
	raw := b.buf[:h.Size]
	if _, err := io.ReadFull(from, raw); err != nil {
		return err
	}
	if b.held == groupSize || b.id != id {
		if err := b.flush(); err != nil {
			return err
		}
		b.batch, b.id = b.shelf.Batch(id), id
	}
	b.held, b.pieces = b.held+1, b.pieces+1
	return b.batch.Put(b.ctx, h.Name, raw)
}

// counted asks the rows for the very name: nothing else is written anywhere.
func (b *backPutter) counted(id, as string) (bool, error) {
	var n int64
	var mark string
	rest := strings.TrimPrefix(as, id+"/")
	place, _, ok := strings.Cut(rest, "-")
	if _, err := fmt.Sscanf(place, "%d", &n); err != nil || !ok {
		return false, nil
	}
	err := b.rows.QueryRow(b.ctx, `SELECT mark FROM blob_pieces WHERE blob = $1 AND n = $2`, id, n).Scan(&mark)
	if errors.Is(err, store.ErrNoRow) {
		return false, nil
	}
	return err == nil && name(id, n, mark) == as, err
}

func (b *backPutter) flush() error {
	if b.batch == nil {
		return nil
	}
	err := b.batch.Flush(b.ctx)
	if err == nil {
		b.batch, b.id, b.held = nil, "", 0
	}
	return err
}
