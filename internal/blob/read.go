package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sort"

	"rufaa/internal/vault"
)

// Reader reads a whole content, from any place on. It is for one goroutine.
type Reader struct {
	k       *Keeper
	ctx     context.Context
	id      string
	reading *vault.Reading
	list    []piece
	size    int64

	at   int64  // next byte
	have int    // piece in buf; -1 is none
	buf  []byte // sealed, then opened in place
	text []byte // the opened piece
}

// Open records the opening of a whole content and gives a reader of it; field
// names what is opened in the record. Should the key be destroyed meanwhile,
// reading ends with vault.ErrPieceErased.
func (k *Keeper) Open(ctx context.Context, o vault.Opening, id, field string) (*Reader, error) {
	s, err := k.State(ctx, id)
	if err != nil {
		return nil, err
	}
	if !s.Whole {
		return nil, ErrShort
	}
	list, err := k.pieces(ctx, id)
	if err != nil {
		return nil, err
	}
	r := &Reader{k: k, ctx: ctx, id: id, list: list, have: -1}
	for i := range list {
		r.size += list[i].size
	}
	if r.size != s.Size || int64(len(list)) != s.Pieces {
		return nil, fmt.Errorf("%w: the rows of %s do not make up its size", ErrDamaged, id)
	}
	r.reading, err = k.vault.OpenPieces(ctx, o, Subject(id), s.Part, field)
	return r, err
}

// Size is the content's length in bytes.
func (r *Reader) Size() int64 { return r.size }

// Read gives the next bytes; it never crosses the end of a piece.
func (r *Reader) Read(p []byte) (int, error) {
	if r.at >= r.size {
		return 0, io.EOF
	}
	if len(p) == 0 {
		return 0, nil
	}
	i := sort.Search(len(r.list), func(i int) bool { return r.list[i].offset+r.list[i].size > r.at })
	if err := r.load(i); err != nil {
		return 0, err
	}
	n := copy(p, r.text[r.at-r.list[i].offset:])
	r.at += int64(n)
	return n, nil
}

func (r *Reader) load(i int) error {
	if r.have == i {
		return nil
	}
	p := &r.list[i]
	if r.buf == nil {
		r.buf = r.k.buffer()
	}
	if p.size > int64(len(r.buf)-vault.Overhead) && p.size <= LongestPiece {
		r.k.give(r.buf)
		r.buf = make([]byte, LongestPiece+vault.Overhead)
	}
	raw, err := r.k.shelf.Get(r.ctx, name(r.id, p.n, p.mark), r.buf)
	if err != nil {
		return err
	}
	r.have = -1
	text, err := r.reading.Piece(r.ctx, bind(r.id, p.n, p.offset), raw)
	if errors.Is(err, vault.ErrDoesNotOpen) || err == nil && int64(len(text)) != p.size {
		return fmt.Errorf("%w: piece %d of %s", ErrDamaged, p.n, r.id)
	}
	if err != nil {
		return err
	}
	r.have, r.text = i, text
	return nil
}

// Seek moves to a place; moving costs nothing until the next Read.
func (r *Reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.size
	}
	if offset < 0 {
		return r.at, errors.New("blob: a place before the beginning")
	}
	r.at = offset
	return offset, nil
}

// Close gives the buffer back; nothing is read after it.
func (r *Reader) Close() error {
	if r.buf != nil {
		clear(r.buf) // it held content
		r.k.give(r.buf)
	}
	r.buf, r.text, r.have, r.at = nil, nil, -1, r.size
	return nil
}
