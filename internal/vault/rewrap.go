package vault

import (
	"context"
	"fmt"

	"rufaa/internal/keyfile"
	"rufaa/internal/store"
)

// rewrapBatch bounds how long one batch holds the key store's write lane.
const rewrapBatch = 256

// Rewrap moves every data key to the present primary key-encryption key and
// tells how many subjects it moved. It runs beside sealing and opening, may be
// interrupted at any point and continues where it stopped. When it returns
// nil, nothing in this key store needs an older key any more, provided that
// every server has read the rotated key file.
func (v *Vault) Rewrap(ctx context.Context) (n int, err error) {
	if err := v.file.Reload(); err != nil {
		return 0, err
	}
	for {
		// Passes until one finds nothing: what was sealed meanwhile by a server
		// that had not read the new file yet is found by the next pass.
		moved, left, err := v.pass(ctx)
		n += moved
		if err != nil || !left {
			return n, err
		}
	}
}

func (v *Vault) pass(ctx context.Context) (moved int, left bool, err error) {
	after, primary := "", v.file.Primary()
	for {
		batch, err := v.stale(ctx, after, primary)
		if err != nil {
			return moved, true, fmt.Errorf("vault: rewrap: %w", err)
		}
		if len(batch) == 0 {
			return moved, left, nil
		}
		left, after = true, batch[len(batch)-1].subject
		for _, r := range batch {
			if err := r.rewrap(v.file); err != nil {
				return moved, true, fmt.Errorf("vault: rewrap: %w", err)
			}
		}
		k, err := v.keep(ctx, batch)
		moved += k
		if err != nil {
			return moved, true, fmt.Errorf("vault: rewrap: %w", err)
		}
	}
}

// stale reads rings that another key wraps; empty rings need no key.
func (v *Vault) stale(ctx context.Context, after string, primary keyfile.KeyID) ([]*ring, error) {
	rows, err := v.keys.Query(ctx, `SELECT subject, kek, keys, erased FROM key_rings
		WHERE subject > $1 AND kek <> $2 AND keys <> $3 ORDER BY subject LIMIT $4`, after, int64(primary), []byte{}, rewrapBatch)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []*ring
	for rows.Next() {
		var subject, erased string
		var kek int64
		var raw []byte
		if err := rows.Scan(&subject, &kek, &raw, &erased); err != nil {
			return nil, err
		}
		r, err := decodeRing(subject, kek, raw, erased)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// keep writes the batch in one write. A ring that was erased meanwhile differs
// from what was read and is left alone: an erased key never comes back.
func (v *Vault) keep(ctx context.Context, batch []*ring) (moved int, err error) {
	err = v.keys.Write(ctx, func(tx *store.Tx) error {
		for _, r := range batch {
			n, err := tx.Exec(`UPDATE key_rings SET kek = $1, keys = $2 WHERE subject = $3 AND keys = $4`,
				int64(r.kek), r.encode(), r.subject, r.raw)
			if err != nil {
				return err
			}
			moved += int(n)
		}
		return nil
	})
	if err != nil {
		return 0, err // none of the batch was kept
	}
	return moved, nil
}

// Outdated counts the subjects whose data keys an older key-encryption key
// wraps. While there is one, no key may be retired.
func (v *Vault) Outdated(ctx context.Context) (n int, err error) {
	if err := v.file.Reload(); err != nil {
		return 0, err
	}
	err = v.keys.QueryRow(ctx, `SELECT count(*) FROM key_rings WHERE kek <> $1 AND keys <> $2`, int64(v.file.Primary()), []byte{}).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("vault: outdated: %w", err)
	}
	return n, nil
}
