package vault

import (
	"context"
	"errors"
	"fmt"
	"time"

	"rufaa/internal/store"
)

// ErrHeld says that a legal hold forbids erasure.
var ErrHeld = errors.New("vault: a legal hold forbids erasure")

// ErrLingers says that the keys are gone from the key store, but that its
// journal on disk could not be emptied because somebody was reading. Erase
// again to empty it.
var ErrLingers = errors.New("vault: erased, but the journal of the key store still holds a wrapped key; erase again")

// Erase destroys the subject's keys of the compartments, all of them when none
// is named; what was sealed under them can never be opened again by this
// realm, while ciphertexts and their hashes stay as they are. A tombstone
// remains, also for a subject never seen. It may be repeated.
//
// A wrapped key may linger in copies of the key store (backups, PostgreSQL's
// own journal) until those age out, or until keyfile.Rotate, Rewrap and
// keyfile.Retire make them useless.
func (v *Vault) Erase(ctx context.Context, subject string, which ...Compartment) error {
	if !validSubject(subject) {
		return ErrSubject
	}
	if len(which) == 0 {
		which = compartments
	}
	for _, c := range which {
		if !c.Valid() {
			return ErrPlace
		}
	}
	err := v.keys.Write(ctx, func(tx *store.Tx) error { return v.bury(tx, subject, which) })
	if errors.Is(err, ErrHeld) {
		return err
	}
	if err != nil {
		return fmt.Errorf("vault: erase: %w", err)
	}
	return v.flush(ctx)
}

func (v *Vault) bury(tx *store.Tx, subject string, which []Compartment) error {
	var held int
	if err := tx.QueryRow(`SELECT COUNT(*) FROM key_holds WHERE subject = $1`, subject).Scan(&held); err != nil {
		return err
	}
	if held > 0 {
		return ErrHeld
	}
	r, err := readRing(tx.QueryRow(selectRing, subject), subject)
	if errors.Is(err, store.ErrNoRow) {
		r, err = &ring{subject: subject}, nil
	}
	if err != nil {
		return err
	}
	for _, c := range which {
		delete(r.wrapped, c)
		if !r.isErased(c) {
			r.erased = append(r.erased, c)
		}
	}
	keys := r.encode()
	if keys == nil {
		keys = []byte{}
	}
	now := v.now().UnixMilli()
	_, err = tx.Exec(`INSERT INTO key_rings (subject, kek, keys, erased, made_at, erased_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (subject) DO UPDATE SET kek = excluded.kek, keys = excluded.keys, erased = excluded.erased, erased_at = excluded.erased_at`,
		subject, int64(r.kek), keys, r.erasedText(), now, now)
	return err
}

// flush empties SQLite's write-ahead journal, where the overwritten row would
// otherwise stand until the journal is next reused. The main file itself is
// overwritten (secure_delete).
func (v *Vault) flush(ctx context.Context) error {
	if v.keys.Engine() != store.SQLite {
		return nil
	}
	for try := range 5 {
		var busy, log, done int
		if err := v.keys.QueryRow(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &log, &done); err != nil {
			return fmt.Errorf("%w: %w", ErrLingers, err)
		}
		if busy == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ErrLingers, ctx.Err())
		case <-time.After(time.Duration(try+1) * 10 * time.Millisecond):
		}
	}
	return ErrLingers
}

// Hold forbids erasure of anything of the subject until the same reason is
// released. The reason is the id of an order or case, never a name.
func (v *Vault) Hold(ctx context.Context, subject, reason string) error {
	if !validSubject(subject) {
		return ErrSubject
	}
	if reason == "" {
		return errors.New("vault: a hold needs a reason")
	}
	err := v.keys.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO key_holds (subject, reason, since) VALUES ($1, $2, $3)
			ON CONFLICT (subject, reason) DO NOTHING`, subject, reason, v.now().UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("vault: hold: %w", err)
	}
	return nil
}

// Release ends the holds for these reasons, or all of the subject's holds when
// none is named. Releasing what is not held does nothing.
func (v *Vault) Release(ctx context.Context, subject string, reasons ...string) error {
	err := v.keys.Write(ctx, func(tx *store.Tx) error {
		if len(reasons) == 0 {
			_, err := tx.Exec(`DELETE FROM key_holds WHERE subject = $1`, subject)
			return err
		}
		for _, reason := range reasons {
			if _, err := tx.Exec(`DELETE FROM key_holds WHERE subject = $1 AND reason = $2`, subject, reason); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("vault: release: %w", err)
	}
	return nil
}

// Held tells whether anything forbids the subject's erasure.
func (v *Vault) Held(ctx context.Context, subject string) (bool, error) {
	reasons, err := v.Holds(ctx, subject)
	return len(reasons) > 0, err
}

// Holds lists the reasons for which the subject is held, the oldest first.
func (v *Vault) Holds(ctx context.Context, subject string) ([]string, error) {
	rows, err := v.keys.Query(ctx, `SELECT reason FROM key_holds WHERE subject = $1 ORDER BY since, reason`, subject)
	if err != nil {
		return nil, fmt.Errorf("vault: holds: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var reason string
		if err := rows.Scan(&reason); err != nil {
			return nil, fmt.Errorf("vault: holds: %w", err)
		}
		out = append(out, reason)
	}
	return out, rows.Err()
}
