package likeness

import (
	"encoding/json"
	"errors"
	"strings"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
)

// projection folds likeness events into the table likenesses. Nothing in it
// identifies: ids, agencies, and which kinds of signs are alike.
type projection struct{}

// Kinds are the likeness events.
func (projection) Kinds() []string { return []string{"likeness."} }

// Reset empties the read model; what waits to be compared is none.
func (projection) Reset(tx *store.Tx) error {
	_, err := tx.Exec(`DELETE FROM likenesses`)
	return err
}

// Apply folds the events of one likeness and writes what changed.
func (projection) Apply(tx *store.Tx, events []ledger.Event) error {
	s := new(State)
	var raw []byte
	id := strings.TrimPrefix(events[0].Stream, "likeness/")
	err := tx.QueryRow(`SELECT state FROM likenesses WHERE id = $1`, id).Scan(&raw)
	switch {
	case err == nil:
		err = json.Unmarshal(raw, s)
	case errors.Is(err, store.ErrNoRow):
		err = nil
	}
	if err != nil {
		return err
	}
	for _, e := range events {
		if err := s.Fold(e); err != nil {
			return err
		}
	}
	if raw, err = json.Marshal(s); err != nil {
		return err
	}
	a, b := &s.Sides[0], &s.Sides[1]
	_, err = tx.Exec(`INSERT INTO likenesses (id, case_a, person_a, case_b, person_b, status, changed_at, version, state)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)
		ON CONFLICT (id) DO UPDATE SET status = excluded.status, changed_at = excluded.changed_at,
			version = excluded.version, state = excluded.state`,
		s.ID, a.Case, a.Person, b.Case, b.Person, string(s.Status), s.Changed.UnixMilli(), s.Version, raw)
	return err
}
