package vault

import (
	"context"
	"crypto/cipher"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rufaa/internal/store"
)

// maxBatch is how many subjects one query asks for.
const maxBatch = 64

// loadMany reads the rings of several subjects in one query. Batches are
// filled up to a power of two by repeating the last subject, so that only a
// handful of statements are ever prepared.
func (v *Vault) loadMany(ctx context.Context, subjects []string, into map[string]*ring) error {
	if len(subjects) == 1 {
		r, err := v.load(ctx, subjects[0])
		into[subjects[0]] = r
		return err
	}
	n := 2
	for n < len(subjects) {
		n *= 2
	}
	args := make([]any, n)
	for i := range args {
		args[i] = subjects[min(i, len(subjects)-1)]
	}
	rows, err := v.keys.Query(ctx, batchQueries[n], args...)
	if err != nil {
		return fmt.Errorf("vault: read keys: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var subject, erased string
		var kek int64
		var raw []byte
		if err := rows.Scan(&subject, &kek, &raw, &erased); err != nil {
			return fmt.Errorf("vault: read keys: %w", err)
		}
		if into[subject], err = decodeRing(subject, kek, raw, erased); err != nil {
			return err
		}
	}
	return rows.Err()
}

var batchQueries = func() map[int]string {
	out := make(map[int]string)
	for n := 2; n <= maxBatch; n *= 2 {
		marks := make([]string, n)
		for i := range marks {
			marks[i] = "$" + strconv.Itoa(i+1)
		}
		out[n] = `SELECT subject, kek, keys, erased FROM key_rings WHERE subject IN (` + strings.Join(marks, ", ") + `)`
	}
	return out
}()

// freshBatch is how many new subjects get their keys in one transaction.
const freshBatch = 500

// Sealers makes the keys of many new subjects at once; they are durable when
// it returns. Should one of them have keys already, those stand.
func (v *Vault) Sealers(ctx context.Context, subjects []string) (map[string]*Sealer, error) {
	out := make(map[string]*Sealer, len(subjects))
	for batch := range slices.Chunk(subjects, freshBatch) {
		rings := make([]*ring, len(batch))
		for i, subject := range batch {
			if !validSubject(subject) {
				return nil, ErrSubject
			}
			rings[i] = &ring{subject: subject, wrapped: make(map[Compartment][]byte, len(compartments))}
			if err := rings[i].complement(v.file, v.rand); err != nil {
				return nil, err
			}
		}
		err := v.keys.Write(ctx, func(tx *store.Tx) error {
			for i, r := range rings {
				if err := put(tx, r, false, v.now().UnixMilli()); err != nil {
					return err
				}
				stands, err := readRing(tx.QueryRow(selectRing, r.subject), r.subject)
				if err != nil {
					return err
				}
				rings[i] = stands
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("vault: keep new keys: %w", err)
		}
		for _, r := range rings {
			out[r.subject] = &Sealer{vault: v, ring: r, ciphers: make(map[Compartment]cipher.AEAD, 3)}
		}
	}
	return out, nil
}
