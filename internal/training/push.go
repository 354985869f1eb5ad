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
// repeats nothing. A certificate that was taken back after it was told is voided. What happened before anybody asked for statements is handed
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
		// First, so that of two servers the second sees what the first has told.
		if _, err := tx.Exec(`INSERT INTO course_handed (course, version) VALUES ($1,$2) ON CONFLICT (course) DO UPDATE SET version = excluded.version`, id, c.Version); err != nil {
			return err
		}
		once := func(s Statement) error {
			fresh, err := tx.Exec(`INSERT INTO course_statements (id, course) VALUES ($1,$2) ON CONFLICT (id) DO NOTHING`, s.ID, id)
			if err != nil || fresh == 0 {
				return err
			}
			raw, err := json.Marshal(s)
			return errors.Join(err, put(tx, s.ID, raw))
		}
		for _, w := range t.withdrawals(c) {
			told := 0
			if err := tx.QueryRow(`SELECT COUNT(*) FROM course_statements WHERE id = $1`, w.of).Scan(&told); err != nil {
				return err
			}
			if told == 0 { // nobody was told of the certificate
				continue
			}
			if err := once(w.Statement); err != nil {
				return err
			}
		}
		for _, s := range t.statements(c) {
			if err := once(s); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *Training) withdrawals(c *Course) []withdrawal {
	return c.withdrawals(t.home(), t.issuer.name)
}
