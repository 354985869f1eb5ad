package realm

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"

	"rufaa/internal/ledger"
	"rufaa/internal/problem"
	"rufaa/internal/store"
)

// Commands whose room keeps no answers (a setting, a kept filter, a calendar
// address, an account) keep their answers here beside the others. Some answers hold
// a secret that is told once, so each is sealed under a key of its own, made
// from the index key of the key file: the database alone opens none of them.

const saltSize = 16

// KeptAnswer finds the answer that the person already got under the key. A key
// that comes back with another command is problem.ErrKeyReused.
func (r *Realm) KeptAnswer(ctx context.Context, a Actor, key string, digest []byte) (answer []byte, found bool, err error) {
	var sealed []byte
	err = r.Store.View(ctx, func(tx *store.Tx) error {
		sealed, found, err = r.Ledger.Answer(tx, a.Staff, key, digest)
		return err
	})
	if errors.Is(err, ledger.ErrKeyReused) {
		return nil, false, problem.ErrKeyReused
	}
	if err != nil || !found {
		return nil, false, err
	}
	if len(sealed) < saltSize {
		return nil, false, fmt.Errorf("realm: kept answer of %d bytes", len(sealed))
	}
	box, err := r.answerBox(a.Staff, key, sealed[:saltSize])
	if err != nil {
		return nil, false, err
	}
	answer, err = box.Open(nil, make([]byte, box.NonceSize()), sealed[saltSize:], digest)
	if err != nil {
		return nil, false, fmt.Errorf("realm: kept answer: %w", err)
	}
	return answer, true, nil
}

// KeepAnswer keeps an answer under the person's key, in the transaction of the
// deed that it answers. A key that was taken meanwhile is store.ErrTaken.
func (r *Realm) KeepAnswer(tx *store.Tx, a Actor, key string, digest, answer []byte) error {
	salt := make([]byte, saltSize)
	rand.Read(salt)
	box, err := r.answerBox(a.Staff, key, salt)
	if err != nil {
		return err
	}
	return r.Ledger.Remember(tx, a.Staff, key, digest, box.Seal(salt, make([]byte, box.NonceSize()), answer, digest))
}

// answerBox is the cipher of one answer. Its key serves once, so the nonce may
// be zero.
func (r *Realm) answerBox(staff, key string, salt []byte) (cipher.AEAD, error) {
	k := r.KeyFile.Index().MAC("kept answer", []byte(staff), []byte(key), salt)
	block, err := aes.NewCipher(k[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
