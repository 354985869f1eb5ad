package blob

import (
	"context"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"

	"rufaa/internal/vault"
)

// running are the hashes of a content in the middle of it. MD5 and SHA-1 are
// run for old hash lists only; nothing is trusted because of them.
type running struct {
	names  []string
	hashes []hash.Hash // SHA-256 first
}

func newRunning(more []string) *running {
	r := &running{names: []string{"sha256"}, hashes: []hash.Hash{sha256.New()}}
	for _, name := range more {
		switch name {
		case MD5:
			r.names, r.hashes = append(r.names, name), append(r.hashes, md5.New())
		case SHA1:
			r.names, r.hashes = append(r.names, name), append(r.hashes, sha1.New())
		}
	}
	return r
}

func (r *running) write(p []byte) {
	for _, h := range r.hashes {
		h.Write(p) // never fails
	}
}

// state is every hash's inner state, each with its length before it.
func (r *running) state() ([]byte, error) {
	var out []byte
	for _, h := range r.hashes {
		m, ok := h.(encoding.BinaryMarshaler)
		if !ok {
			return nil, errors.New("blob: a hash cannot be kept")
		}
		raw, err := m.MarshalBinary()
		if err != nil {
			return nil, err
		}
		out = binary.BigEndian.AppendUint32(out, uint32(len(raw)))
		out = append(out, raw...)
	}
	return out, nil
}

func (r *running) load(raw []byte) error {
	for _, h := range r.hashes {
		if len(raw) < 4 || len(raw)-4 < int(binary.BigEndian.Uint32(raw)) {
			return errors.New("blob: the running state of an upload is damaged")
		}
		n := 4 + int(binary.BigEndian.Uint32(raw))
		if err := h.(encoding.BinaryUnmarshaler).UnmarshalBinary(raw[4:n]); err != nil {
			return err
		}
		raw = raw[n:]
	}
	return nil
}

func (r *running) seal(ctx context.Context, v *vault.Vault, id string, c vault.Compartment) ([]byte, error) {
	raw, err := r.state()
	if err != nil {
		return nil, err
	}
	return v.SealState(ctx, Subject(id), c, bind(id, 0, 0), raw)
}

func (k *Keeper) resume(ctx context.Context, s *State) (*running, error) {
	raw, err := k.vault.OpenState(ctx, Subject(s.ID), s.Part, bind(s.ID, 0, 0), s.running)
	if err != nil {
		return nil, err
	}
	r := newRunning(s.Hashes)
	return r, r.load(raw)
}

// sums are the digests of the content, in hexadecimal, by the hash's name.
func (r *running) sums() map[string]string {
	out := make(map[string]string, len(r.names))
	for i, h := range r.hashes {
		out[r.names[i]] = hex.EncodeToString(h.Sum(nil))
	}
	return out
}
