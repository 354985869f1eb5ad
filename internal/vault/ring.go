package vault

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"rufaa/internal/keyfile"
	"rufaa/internal/store"
)

// ring is one row of key_rings: a subject's wrapped keys and tombstones.
type ring struct {
	subject string
	kek     keyfile.KeyID // wraps every key of the ring
	wrapped map[Compartment][]byte
	erased  []Compartment
	raw     []byte // keys as read, to notice that somebody changed it
}

var errRing = errors.New("vault: a row of key_rings is damaged")

// encode writes [code, length, wrapped key] for each key, in order of code.
func (r *ring) encode() []byte {
	var out []byte
	for _, c := range compartments {
		if w := r.wrapped[c]; w != nil {
			out = append(out, c.code(), byte(len(w)))
			out = append(out, w...)
		}
	}
	return out
}

func decodeRing(subject string, kek int64, raw []byte, erased string) (*ring, error) {
	r := &ring{subject: subject, kek: keyfile.KeyID(kek), wrapped: make(map[Compartment][]byte, len(compartments)), raw: raw}
	if raw == nil {
		r.raw = []byte{} // drivers give nil for empty, and nil would be NULL on the way back
	}
	for rest := raw; len(rest) > 0; {
		if len(rest) < 2 || len(rest) < 2+int(rest[1]) || rest[0] == 0 || int(rest[0]) > len(compartments) {
			return nil, errRing
		}
		n := 2 + int(rest[1])
		r.wrapped[compartments[rest[0]-1]] = rest[2:n]
		rest = rest[n:]
	}
	for _, name := range strings.Fields(erased) {
		c := Compartment(name)
		if !c.Valid() {
			return nil, errRing
		}
		r.erased = append(r.erased, c)
	}
	return r, nil
}

func (r *ring) erasedText() string {
	names := make([]string, len(r.erased))
	for i, c := range r.erased {
		names[i] = string(c)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func (r *ring) isErased(c Compartment) bool { return slices.Contains(r.erased, c) }

// complete tells whether every compartment has its key or its tombstone.
func (r *ring) complete() bool {
	for _, c := range compartments {
		if r.wrapped[c] == nil && !r.isErased(c) {
			return false
		}
	}
	return true
}

// complement adds the missing keys. All keys of a ring are wrapped by one
// key-encryption key; when the primary has changed meanwhile, the older keys
// are wrapped anew.
func (r *ring) complement(kf *keyfile.File, rand io.Reader) error {
	if err := r.rewrap(kf); err != nil {
		return err
	}
	for _, c := range compartments {
		if r.wrapped[c] != nil || r.isErased(c) {
			continue
		}
		var key [keySize]byte
		if _, err := io.ReadFull(rand, key[:]); err != nil {
			return fmt.Errorf("vault: no randomness for a data key: %w", err)
		}
		w, err := kf.Wrap(key[:], bindKey(r.subject, c))
		clear(key[:])
		if err != nil {
			return err
		}
		r.wrapped[c] = w
	}
	return r.stamp()
}

// rewrap moves every key of the ring to the primary key-encryption key.
func (r *ring) rewrap(kf *keyfile.File) error {
	for c, w := range r.wrapped {
		if id, err := keyfile.Wrapper(w); err == nil && id == kf.Primary() {
			continue
		}
		key, err := kf.Unwrap(w, bindKey(r.subject, c))
		if err != nil {
			return err
		}
		fresh, err := kf.Wrap(key, bindKey(r.subject, c))
		clear(key)
		if err != nil {
			return err
		}
		r.wrapped[c] = fresh
	}
	return r.stamp()
}

// stamp notes which key-encryption key wraps the ring. A rotation may come
// between two keys of a ring; then the ring counts as not moved yet.
func (r *ring) stamp() error {
	first := true
	for _, w := range r.wrapped {
		id, err := keyfile.Wrapper(w)
		if err != nil {
			return errRing
		}
		if !first && id != r.kek {
			r.kek = 0
			return nil
		}
		r.kek, first = id, false
	}
	return nil
}

func readRing(row *store.Row, subject string) (*ring, error) {
	var kek int64
	var raw []byte
	var erased string
	if err := row.Scan(&kek, &raw, &erased); err != nil {
		return nil, err
	}
	return decodeRing(subject, kek, raw, erased)
}

const selectRing = `SELECT kek, keys, erased FROM key_rings WHERE subject = $1`
