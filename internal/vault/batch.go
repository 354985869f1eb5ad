package vault

import (
	"context"
	"fmt"
	"strconv"
	"strings"
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
