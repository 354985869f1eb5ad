package vault

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
)

// Overhead is by how many bytes a sealed piece is longer than what is in it.
const Overhead = nonceSize + tagSize

// ErrPieceErased says that the key of a file was destroyed.
var ErrPieceErased = errors.New("vault: the key of this file was destroyed")

// PieceRoom is where the content of a piece begins in the buffer given to
// SealPiece; before it stands the nonce.
const PieceRoom = nonceSize

// SealPiece encrypts one piece of a file in place. The content stands in buf
// from PieceRoom on; buf must have room for Overhead-PieceRoom more bytes. The
// subject's keys must stand (Sealer makes them). Ad says which piece of which
// file it is: it opens nowhere else. The key is read for every piece and kept
// by nobody, so that an erasure stops an upload in the middle.
func (v *Vault) SealPiece(ctx context.Context, subject string, c Compartment, ad, buf []byte) ([]byte, error) {
	if len(buf) < PieceRoom || cap(buf)-len(buf) < tagSize {
		return nil, errors.New("vault: no room to seal a piece in")
	}
	a, err := v.pieceCipher(ctx, subject, c)
	if err != nil {
		return nil, err
	}
	if _, err := io.ReadFull(v.rand, buf[:nonceSize]); err != nil {
		return nil, errors.New("vault: no randomness for a nonce")
	}
	return a.Seal(buf[:nonceSize], buf[:nonceSize], buf[nonceSize:], bindPiece(subject, c, ad)), nil
}

// Reading is a file that may be read, since the record of its opening is
// durable.
type Reading struct {
	vault   *Vault
	subject string
	c       Compartment
}

// OpenPieces records that a file of the subject is opened. Field names in the
// record what of it. Nothing is read from the key store before the record is
// durable, nor is anything kept after: every piece asks for the key again.
func (v *Vault) OpenPieces(ctx context.Context, o Opening, subject string, c Compartment, field string) (*Reading, error) {
	if !validSubject(subject) || !c.Valid() || field == "" {
		return nil, ErrPlace
	}
	if v.recorder == nil {
		return nil, ErrNoRecorder
	}
	o.Fields, o.Compartments = []string{field}, []Compartment{c}
	if err := v.recorder(ctx, o); err != nil {
		return nil, fmt.Errorf("vault: nothing was opened, its record could not be kept: %w", err)
	}
	return &Reading{v, subject, c}, nil
}

// Piece decrypts a piece in place. ErrPieceErased after an erasure,
// ErrDoesNotOpen when it was altered or is another piece.
func (r *Reading) Piece(ctx context.Context, ad, raw []byte) ([]byte, error) {
	return r.vault.openPiece(ctx, r.subject, r.c, ad, raw)
}

// SealState and OpenState keep what an upload must remember between two pieces
// (the inner state of its hashes, which holds up to 63 bytes of the file). It
// opens without a record, because it leaves the process only as a hash.
func (v *Vault) SealState(ctx context.Context, subject string, c Compartment, ad, state []byte) ([]byte, error) {
	buf := make([]byte, PieceRoom+len(state), PieceRoom+len(state)+tagSize)
	copy(buf[PieceRoom:], state)
	return v.SealPiece(ctx, subject, c, stateAD(ad), buf)
}

// OpenState is the reverse of SealState.
func (v *Vault) OpenState(ctx context.Context, subject string, c Compartment, ad, raw []byte) ([]byte, error) {
	return v.openPiece(ctx, subject, c, stateAD(ad), raw)
}

func (v *Vault) openPiece(ctx context.Context, subject string, c Compartment, ad, raw []byte) ([]byte, error) {
	if len(raw) < Overhead {
		return nil, ErrDoesNotOpen
	}
	a, err := v.pieceCipher(ctx, subject, c)
	if err != nil {
		return nil, err
	}
	out, err := a.Open(raw[nonceSize:nonceSize], raw[:nonceSize], raw[nonceSize:], bindPiece(subject, c, ad))
	if err != nil {
		return nil, ErrDoesNotOpen
	}
	return out, nil
}

func (v *Vault) pieceCipher(ctx context.Context, subject string, c Compartment) (cipher.AEAD, error) {
	if !validSubject(subject) || !c.Valid() {
		return nil, ErrPlace
	}
	r, err := v.load(ctx, subject)
	if err != nil {
		return nil, err
	}
	if r == nil {
		return nil, ErrNoKey
	}
	a, err := r.cipher(v.file, c)
	if errors.Is(err, ErrErased) {
		return nil, ErrPieceErased
	}
	return a, err
}

// bindPiece is the associated data of a piece; its mark keeps it apart from
// texts and keys.
func bindPiece(subject string, c Compartment, ad []byte) []byte {
	out := append(make([]byte, 0, 64+len(subject)+len(ad)), "rufaa/piece/1"...)
	return framed(framed(framed(out, subject), string(c)), string(ad))
}

func stateAD(ad []byte) []byte { return append([]byte("state/"), ad...) }
