package rulebook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
)

// projection folds the events into rulebook_documents and rulebook_texts.
type projection struct{}

// Kinds are the rulebook's events.
func (projection) Kinds() []string { return []string{"rulebook."} }

// Reset empties the read models.
func (projection) Reset(tx *store.Tx) error {
	for _, table := range []string{"rulebook_documents", "rulebook_texts"} {
		if _, err := tx.Exec(`DELETE FROM ` + table); err != nil {
			return err
		}
	}
	return nil
}

// Apply folds the events of one document and writes what changed.
func (projection) Apply(tx *store.Tx, events []ledger.Event) error {
	id := strings.TrimPrefix(events[0].Stream, "rulebook/")
	s, err := scanState(id, tx.QueryRow(`SELECT state FROM rulebook_documents WHERE id = $1`, id))
	if err != nil {
		return err
	}
	for _, e := range events {
		if err := s.Fold(e); err != nil {
			return err
		}
		if e.Kind != Drafted {
			continue
		}
		var p DraftedEvent
		if err := json.Unmarshal(e.Payload, &p); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO rulebook_texts (document, number, body) VALUES ($1, $2, $3)`, id, p.Number, p.Text); err != nil {
			return err
		}
	}
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO rulebook_documents (id, seq, version, state) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, version = excluded.version, state = excluded.state`,
		id, events[len(events)-1].Seq, s.Version, raw)
	return err
}

// row is at most one row, of a transaction or of a read.
type row interface{ Scan(...any) error }

func scanState(id string, r row) (*State, error) {
	s := &State{ID: id}
	var raw []byte
	err := r.Scan(&raw)
	switch {
	case errors.Is(err, store.ErrNoRow):
		return s, nil
	case err != nil:
		return nil, fmt.Errorf("rulebook: load: %w", err)
	}
	if err := json.Unmarshal(raw, s); err != nil {
		return nil, fmt.Errorf("rulebook: load %s: %w", id, err)
	}
	return s, nil
}

func (b *Rulebook) state(ctx context.Context, id string) (*State, error) {
	return scanState(id, b.realm.Store.QueryRow(ctx, `SELECT state FROM rulebook_documents WHERE id = $1`, id))
}

// states reads every document that has a version, by id, and the newest event.
func (b *Rulebook) states(ctx context.Context) (map[string]*State, int64, error) {
	rows, err := b.realm.Store.Query(ctx, `SELECT id, seq, state FROM rulebook_documents ORDER BY id`)
	if err != nil {
		return nil, 0, fmt.Errorf("rulebook: load: %w", err)
	}
	defer rows.Close()
	out, newest := map[string]*State{}, int64(-1)
	for rows.Next() {
		s, seq, raw := new(State), int64(0), []byte(nil)
		if err := rows.Scan(&s.ID, &seq, &raw); err != nil {
			return nil, 0, err
		}
		if err := json.Unmarshal(raw, s); err != nil {
			return nil, 0, fmt.Errorf("rulebook: load %s: %w", s.ID, err)
		}
		out[s.ID], newest = s, max(newest, seq)
	}
	return out, newest, rows.Err()
}

// text reads the text of one version; number 0 is the program's own.
func (b *Rulebook) text(ctx context.Context, d Document, number int) (string, error) {
	if number == 0 {
		return b.own(d)
	}
	var text string
	err := b.realm.Store.QueryRow(ctx, `SELECT body FROM rulebook_texts WHERE document = $1 AND number = $2`, d.ID, number).Scan(&text)
	if err != nil {
		return "", fmt.Errorf("rulebook: text of %s %d: %w", d.ID, number, err)
	}
	return text, nil
}
