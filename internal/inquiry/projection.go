package inquiry

import (
	"encoding/json"
	"errors"
	"strings"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
)

// projection folds inquiry events into inquiries, inquiry_team and
// inquiry_cases. Nothing in them identifies a victim.
type projection struct{}

// Kinds are the inquiry events.
func (projection) Kinds() []string { return []string{"inquiry."} }

// Reset empties the read models.
func (projection) Reset(tx *store.Tx) error {
	for _, table := range []string{"inquiries", "inquiry_team", "inquiry_cases"} {
		if _, err := tx.Exec(`DELETE FROM ` + table); err != nil {
			return err
		}
	}
	return nil
}

// Apply folds the events of one inquiry and writes what changed.
func (projection) Apply(tx *store.Tx, events []ledger.Event) error {
	s := new(State)
	var raw []byte
	err := tx.QueryRow(`SELECT state FROM inquiries WHERE id = $1`, strings.TrimPrefix(events[0].Stream, "inquiry/")).Scan(&raw)
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
	return write(tx, s)
}

func write(tx *store.Tx, s *State) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	closed := int64(0)
	if s.Closure != nil {
		closed = s.Closure.By.At.UnixMilli()
	}
	if _, err := tx.Exec(`INSERT INTO inquiries (id, ref, agency, kind, opened_at, changed_at, closed_at, version, state)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)
		ON CONFLICT (id) DO UPDATE SET changed_at = excluded.changed_at, closed_at = excluded.closed_at,
			version = excluded.version, state = excluded.state`,
		s.ID, s.Ref, s.Agency, s.Kind, s.Opened.At.UnixMilli(), s.Changed.UnixMilli(), closed, s.Version, raw); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM inquiry_team WHERE inquiry = $1`, s.ID); err != nil {
		return err
	}
	for i := range s.Team {
		m := &s.Team[i]
		if m.Left != nil {
			continue
		}
		if _, err := tx.Exec(`INSERT INTO inquiry_team (inquiry, staff) VALUES ($1,$2)`, s.ID, m.Staff); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`DELETE FROM inquiry_cases WHERE inquiry = $1`, s.ID); err != nil {
		return err
	}
	for _, id := range s.CaseIDs() {
		if _, err := tx.Exec(`INSERT INTO inquiry_cases (inquiry, case_id) VALUES ($1,$2)`, s.ID, id); err != nil {
			return err
		}
	}
	return nil
}
