package training

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"rufaa/internal/store"
)

// HandOver gives every statement that was not handed over yet to put, each
// once, in the transaction that notes it: a kill between two courses loses and
// repeats nothing. What happened before anybody asked for statements is handed
// over as well. The clockwork calls it; several servers may.
func (t *Training) HandOver(ctx context.Context, put func(tx *store.Tx, id string, statement []byte) error) error {
	rows, err := t.realm.Store.Query(ctx, `SELECT c.id FROM courses c LEFT JOIN course_handed h ON h.course = c.id
		WHERE h.version IS NULL OR h.version < c.version ORDER BY c.day_from, c.id`)
	if err != nil {
		return fmt.Errorf("training: hand over: %w", err)
	}
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			rows.Close()
			return fmt.Errorf("training: hand over: %w", err)
		}
		ids = append(ids, id)
	}
	rows.Close()
	if err := rows.Err(); err != nil {
		return fmt.Errorf("training: hand over: %w", err)
	}
	for _, id := range ids {
		if err := t.handOver(ctx, id, put); err != nil {
			return fmt.Errorf("training: hand over course %s: %w", id, err)
		}
	}
	return nil
}

func (t *Training) handOver(ctx context.Context, id string, put func(tx *store.Tx, id string, statement []byte) error) error {
	c, err := t.load(ctx, id)
	if err != nil {
		return err
	}
	return t.realm.Store.Write(ctx, func(tx *store.Tx) error {
		for _, s := range t.statements(c) {
			fresh, err := tx.Exec(`INSERT INTO course_statements (id, course) VALUES ($1,$2) ON CONFLICT (id) DO NOTHING`, s.ID, id)
			if err != nil {
				return err
			}
			if fresh == 0 {
				continue
			}
			raw, err := json.Marshal(s)
			if err := errors.Join(err, put(tx, s.ID, raw)); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`INSERT INTO course_handed (course, version) VALUES ($1,$2) ON CONFLICT (course) DO UPDATE SET version = excluded.version`, id, c.Version)
		return err
	})
}
