package search

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"rufaa/internal/store"
)

var errFilter = errors.New("a row of name_filters is damaged; index the person again")

// load reads all filters, in two halves side by side: a start should not wait
// for a second.
func (x *Index) load(ctx context.Context) error {
	// Asked before the filters are read: what is written meanwhile is followed.
	err := x.db.QueryRow(ctx, `SELECT COALESCE(MAX(n), 0) FROM name_changes`).Scan(&x.followed.upto)
	if err != nil {
		return err
	}
	var middle string
	err = x.db.QueryRow(ctx, `SELECT person FROM name_filters ORDER BY person
		LIMIT 1 OFFSET (SELECT COUNT(*) / 2 FROM name_filters)`).Scan(&middle)
	if errors.Is(err, store.ErrNoRow) {
		return nil
	}
	if err != nil {
		return err
	}
	// The empty text appended keeps both from walking the index: reading the
	// whole table twice in its own order is quicker than half of it by person.
	var first, second []*chunk
	var errFirst, errSecond error
	var wg sync.WaitGroup
	wg.Go(func() { first, errFirst = x.loadWhere(ctx, `person || '' < $1`, middle) })
	second, errSecond = x.loadWhere(ctx, `person || '' >= $1`, middle)
	wg.Wait()
	if err := errors.Join(errFirst, errSecond); err != nil {
		return err
	}
	all := append(first, second...)
	x.names.snap.Store(&all)
	return nil
}

func (x *Index) loadWhere(ctx context.Context, where, middle string) ([]*chunk, error) {
	rows, err := x.db.Query(ctx, `SELECT person, case_id, filter FROM name_filters WHERE `+where, middle)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var chunks []*chunk
	for rows.Next() {
		var person, caseID, raw sql.RawBytes // valid until the next row; not copied
		if err := rows.Scan(&person, &caseID, &raw); err != nil {
			return nil, err
		}
		f, ok := filterOf(raw)
		if !ok {
			return nil, fmt.Errorf("person %s: %w", person, errFilter)
		}
		if len(chunks) == 0 || chunks[len(chunks)-1].len() == chunkSize {
			chunks = append(chunks, newChunk())
		}
		chunks[len(chunks)-1].push(&f, x.names.ids.packBytes(person), x.names.ids.packBytes(caseID))
	}
	return chunks, rows.Err()
}
