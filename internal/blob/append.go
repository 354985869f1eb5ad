package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"rufaa/internal/store"
	"rufaa/internal/vault"
)

// groupSize is how many pieces are flushed and counted together: a killed
// server loses at most the group it was filling, which nobody was told of.
const groupSize = 32

// Append adds what src gives at offset, which must be where the content ends.
// It returns how many bytes of the content are durable now, also with an
// error: what arrived before a line broke is kept. Check is asked, when not
// nil, after the last byte and before anything of the call is counted; its
// error drops the whole call. Then the call is held back as one group, so it
// must not be longer than MaxChecked.
func (k *Keeper) Append(ctx context.Context, id string, offset int64, src io.Reader, check func() error) (got int64, err error) {
	release, err := k.hold(id)
	if err != nil {
		return 0, err
	}
	defer release()
	s, err := k.State(ctx, id)
	if err != nil {
		return 0, err
	}
	switch {
	case s.Whole && offset == s.Got:
		return s.Got, ErrWhole
	case offset != s.Got:
		return s.Got, &Offset{s.Got}
	}
	hashes, err := k.resume(ctx, s)
	if err != nil {
		return s.Got, err
	}
	// What arrived is kept although whoever sent it is gone.
	w := &writer{k: k, ctx: context.WithoutCancel(ctx), s: s, hashes: hashes, check: check}
	err = w.run(src)
	return w.got, err
}

// MaxChecked is the longest call of Append with a check, in bytes: its pieces
// wait on the shelf, uncounted, until the check is done.
const MaxChecked = 256 << 20

// writer is one call of Append: reading, hashing, sealing and flushing run side
// by side, each on its own piece.
type writer struct {
	k      *Keeper
	ctx    context.Context
	s      *State
	hashes *running
	check  func() error
	got    int64 // counted
}

// part is a piece on its way. It is in one stage at a time.
type part struct {
	piece
	buf   []byte // PieceRoom, then the content
	state []byte // of the hashes after it
}

func (w *writer) run(src io.Reader) error {
	w.got = w.s.Got
	read, hashed, groups := make(chan *part, 1), make(chan *part, 1), make(chan *group, 1)
	failed := &fault{gone: make(chan struct{})}
	done := make(chan struct{}, 3)
	go func() { w.hash(read, hashed, failed); done <- struct{}{} }()
	go func() { w.seal(hashed, groups, failed); done <- struct{}{} }()
	go func() { w.count(groups, failed); done <- struct{}{} }()
	err := w.read(src, read, failed)
	close(read)
	for range cap(done) {
		<-done
	}
	if bad := failed.get(); bad != nil {
		return bad
	}
	return err
}

// read cuts the source into pieces. A source that breaks off leaves a shorter
// last piece.
func (w *writer) read(src io.Reader, to chan<- *part, failed *fault) error {
	offset, n := w.s.Got, w.s.Pieces
	for {
		most := int64(w.k.most)
		if w.s.Size >= 0 {
			most = min(most, w.s.Size-offset)
		}
		if most == 0 { // everything is there: not a byte more
			return w.atEnd(src)
		}
		if n >= MaxPieces {
			return ErrShreds
		}
		buf := w.k.buffer()
		m, err := fill(src, buf[vault.PieceRoom:vault.PieceRoom+most])
		if m > 0 && offset+int64(m) == w.s.Size {
			// Who sends more than was announced sends something else: without
			// its last piece the content never becomes whole.
			if err := w.atEnd(src); err != nil {
				w.k.give(buf)
				return err
			}
		}
		if m > 0 {
			p := &part{piece: piece{n: n, offset: offset, size: int64(m)}, buf: buf[:vault.PieceRoom+m]}
			select {
			case to <- p:
			case <-failed.gone:
				w.k.give(buf)
				return failed.get()
			}
			n, offset = n+1, offset+int64(m)
		} else {
			w.k.give(buf)
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// fill reads until the buffer is full. Unlike io.ReadFull it keeps the end of
// a source apart from a line that broke.
func fill(src io.Reader, buf []byte) (n int, err error) {
	for n < len(buf) && err == nil {
		var m int
		m, err = src.Read(buf[n:])
		n += m
	}
	if n == len(buf) && !errors.Is(err, io.EOF) {
		return n, nil
	}
	return n, err
}

func (w *writer) atEnd(src io.Reader) error {
	var one [1]byte
	if n, _ := fill(src, one[:]); n > 0 {
		return ErrTooLong
	}
	return nil
}

func (w *writer) hash(from <-chan *part, to chan<- *part, failed *fault) {
	defer close(to)
	for p := range from {
		w.hashes.write(p.buf[vault.PieceRoom:])
		state, err := w.hashes.state()
		if failed.set(err) {
			w.k.give(p.buf)
			continue
		}
		p.state = state
		to <- p
	}
}

// group is some pieces that become durable together.
type group struct {
	parts []*part
	batch Batch
	last  bool
}

func (w *writer) seal(from <-chan *part, to chan<- *group, failed *fault) {
	defer close(to)
	var g *group
	send := func(last bool) {
		if g != nil {
			g.last = last
			to <- g
			g = nil
		}
	}
	for p := range from {
		if failed.get() != nil {
			w.k.give(p.buf)
			continue
		}
		if g == nil {
			g = &group{batch: w.k.shelf.Batch(w.s.ID)}
		}
		g.parts = append(g.parts, p)
		failed.set(w.put(g.batch, p))
		if len(g.parts) == groupSize && w.check == nil {
			send(false)
		}
	}
	send(true)
}

func (w *writer) put(b Batch, p *part) error {
	defer func() { w.k.give(p.buf); p.buf = nil }()
	sealed, err := w.k.vault.SealPiece(w.ctx, Subject(w.s.ID), w.s.Part, bind(w.s.ID, p.n, p.offset), p.buf)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(sealed)
	p.sum, p.mark = sum[:], w.k.mark()
	return b.Put(w.ctx, name(w.s.ID, p.n, p.mark), sealed)
}

// count flushes each group and then writes the rows that make its pieces part
// of the content.
func (w *writer) count(from <-chan *group, failed *fault) {
	for g := range from {
		err := failed.get()
		if err == nil && w.check != nil {
			err = w.check()
		}
		if err == nil {
			err = g.batch.Flush(w.ctx)
		}
		if err == nil {
			err = w.keep(g)
		}
		if failed.set(err) {
			g.batch.Drop(w.ctx)
		}
	}
}

func (w *writer) keep(g *group) error {
	last := g.parts[len(g.parts)-1]
	run, err := w.k.vault.SealState(w.ctx, Subject(w.s.ID), w.s.Part, bind(w.s.ID, 0, 0), last.state)
	if err != nil {
		return err
	}
	end := last.offset + last.size
	err = w.k.db.Write(w.ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(`UPDATE blobs SET got = $1, pieces = $2, running = $3, touched_at = $4
			WHERE id = $5 AND got = $6 AND pieces = $7 AND whole = 0`,
			end, last.n+1, run, w.k.now().UnixMilli(), w.s.ID, w.got, g.parts[0].n)
		if err != nil {
			return err
		}
		if n != 1 {
			return ErrBusy // another server went on with it, or it was destroyed
		}
		for _, p := range g.parts {
			if _, err := tx.Exec(`INSERT INTO blob_pieces (blob, n, size, mark, sum) VALUES ($1,$2,$3,$4,$5)`,
				w.s.ID, p.n, p.size, p.mark, p.sum); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	w.got = end
	return nil
}

// Sums are the digests of a whole content, in hexadecimal.
type Sums struct {
	Size   int64
	Pieces int64
	SHA256 string
	MD5    string // "" when it was not run
	SHA1   string
	Sealed string // over the sealed pieces, see the package's comment
}

// Finish closes a content that is all there and tells its digests; it may be
// asked again. ErrShort when something is missing.
func (k *Keeper) Finish(ctx context.Context, id string) (*Sums, error) {
	release, err := k.hold(id)
	if err != nil {
		return nil, err
	}
	defer release()
	s, err := k.State(ctx, id)
	if err != nil {
		return nil, err
	}
	if s.Size >= 0 && s.Got != s.Size {
		return nil, fmt.Errorf("%w: %d of %d bytes", ErrShort, s.Got, s.Size)
	}
	hashes, err := k.resume(ctx, s)
	if err != nil {
		return nil, err
	}
	list, err := k.pieces(ctx, id)
	if err != nil {
		return nil, err
	}
	if !s.Whole {
		err = k.db.Write(ctx, func(tx *store.Tx) error {
			n, err := tx.Exec(`UPDATE blobs SET whole = 1, size = got, touched_at = $1 WHERE id = $2 AND got = $3`, k.now().UnixMilli(), id, s.Got)
			if err == nil && n != 1 {
				err = ErrBusy
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	sums := hashes.sums()
	return &Sums{Size: s.Got, Pieces: s.Pieces, SHA256: sums["sha256"], MD5: sums[MD5], SHA1: sums[SHA1], Sealed: fmt.Sprintf("%x", total(list))}, nil
}
