package ledger

import (
	"crypto/subtle"
	"errors"
	"fmt"

	"rufaa/internal/store"
)

// ErrKeyReused says that an idempotency key came back with another command.
var ErrKeyReused = errors.New("ledger: idempotency key used for another command")

// Answer finds what was answered to this actor's command under this key. A
// digest that differs from the remembered one gives ErrKeyReused.
func (l *Ledger) Answer(tx *store.Tx, actor, key string, digest []byte) (answer []byte, found bool, err error) {
	var was []byte
	err = tx.QueryRow(`SELECT digest, answer FROM commands WHERE actor = $1 AND key = $2`, actor, key).Scan(&was, &answer)
	if errors.Is(err, store.ErrNoRow) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("ledger: answer: %w", err)
	}
	if subtle.ConstantTimeCompare(was, digest) != 1 {
		return nil, false, ErrKeyReused
	}
	return answer, true, nil
}

// Remember keeps the answer to a command in the same transaction as its
// events. The digest is keyed: a bare hash of a name can be guessed.
func (l *Ledger) Remember(tx *store.Tx, actor, key string, digest, answer []byte) error {
	_, err := tx.Exec(`INSERT INTO commands (actor, key, digest, answer, at) VALUES ($1, $2, $3, $4, $5)`,
		actor, key, digest, answer, utc(l.now()).UnixMilli())
	if err != nil {
		return fmt.Errorf("ledger: remember: %w", err)
	}
	return nil
}
