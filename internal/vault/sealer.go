package vault

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"

	"rufaa/internal/keyfile"
	"rufaa/internal/store"
)

// Sealer seals for one subject. It is for one command and one goroutine; it
// cannot open anything.
type Sealer struct {
	vault   *Vault
	ring    *ring
	ciphers map[Compartment]cipher.AEAD
}

// maxTries bounds how often new keys are offered while others change the row.
const maxTries = 20

var errRace = errors.New("vault: the keys of a subject change faster than they can be extended; try again")

// Sealer loads the subject's data keys, or makes them; they are durable in the
// key store when it returns. A subject is a person's id, or, for what belongs
// to no case, a path such as "staff/<id>".
func (v *Vault) Sealer(ctx context.Context, subject string) (*Sealer, error) {
	if !validSubject(subject) {
		return nil, ErrSubject
	}
	r, err := v.load(ctx, subject)
	if err != nil {
		return nil, err
	}
	// Seldom more than once: another server may change the row in between.
	for try := 0; r == nil || !r.complete(); try++ {
		if try == maxTries {
			return nil, errRace
		}
		if r, err = v.extend(ctx, subject, r); err != nil {
			return nil, err
		}
	}
	return &Sealer{vault: v, ring: r, ciphers: make(map[Compartment]cipher.AEAD, 3)}, nil
}

// extend makes the missing keys of a subject durable. Should another process
// come first, its keys stand and are returned.
func (v *Vault) extend(ctx context.Context, subject string, old *ring) (*ring, error) {
	fresh := &ring{subject: subject, wrapped: make(map[Compartment][]byte, len(compartments))}
	if old != nil {
		fresh.raw, fresh.erased = old.raw, old.erased
		for c, w := range old.wrapped {
			fresh.wrapped[c] = w
		}
	}
	if err := fresh.complement(v.file, v.rand); err != nil {
		return nil, err
	}
	var stands *ring
	err := v.keys.Write(ctx, func(tx *store.Tx) error {
		if err := put(tx, fresh, old != nil, v.now().UnixMilli()); err != nil {
			return err
		}
		var err error
		stands, err = readRing(tx.QueryRow(selectRing, subject), subject)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("vault: keep new keys: %w", err)
	}
	return stands, nil
}

// put writes a ring unless somebody changed it since it was read.
func put(tx *store.Tx, r *ring, exists bool, now int64) error {
	if exists {
		_, err := tx.Exec(`UPDATE key_rings SET kek = $1, keys = $2 WHERE subject = $3 AND keys = $4 AND erased = $5`,
			int64(r.kek), r.encode(), r.subject, r.raw, r.erasedText())
		return err
	}
	_, err := tx.Exec(`INSERT INTO key_rings (subject, kek, keys, erased, made_at, erased_at) VALUES ($1, $2, $3, '', $4, 0)
		ON CONFLICT (subject) DO NOTHING`, r.subject, int64(r.kek), r.encode(), now)
	return err
}

// ErrReserved says that a text is the vault's own mark for an erased one.
var ErrReserved = errors.New("vault: this text is reserved")

// Seal encrypts one text for the place. The empty text gives the empty Sealed.
func (s *Sealer) Seal(p Place, plaintext string) (Sealed, error) {
	if err := p.check(); err != nil {
		return "", err
	}
	if plaintext == "" {
		return "", nil
	}
	if plaintext == Erased {
		return "", ErrReserved
	}
	a, err := s.cipherFor(p.Compartment)
	if err != nil {
		return "", err
	}
	raw, err := encrypt(a, s.vault.rand, plaintext, p.bind(s.ring.subject))
	if err != nil {
		return "", err
	}
	return compose(s.ring.subject, p.Compartment, raw), nil
}

func (s *Sealer) cipherFor(c Compartment) (cipher.AEAD, error) {
	if a := s.ciphers[c]; a != nil {
		return a, nil
	}
	a, err := s.ring.cipher(s.vault.file, c)
	if err != nil {
		return nil, err
	}
	s.ciphers[c] = a
	return a, nil
}

// cipher unwraps the ring's key for one compartment.
func (r *ring) cipher(kf *keyfile.File, c Compartment) (cipher.AEAD, error) {
	if r.isErased(c) {
		return nil, ErrErased
	}
	w := r.wrapped[c]
	if w == nil {
		return nil, ErrNoKey
	}
	key, err := kf.Unwrap(w, bindKey(r.subject, c))
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	defer clear(key)
	return newAEAD(key)
}
