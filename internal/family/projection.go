package family

import (
	"encoding/json"
	"errors"
	"strings"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
)

// projection folds family events into families and family_members.
type projection struct{}

// Kinds are the family events.
func (projection) Kinds() []string { return []string{"family."} }

// Reset empties the read models.
func (projection) Reset(tx *store.Tx) error {
	for _, table := range []string{"family_members", "families"} {
		if _, err := tx.Exec(`DELETE FROM ` + table); err != nil {
			return err
		}
	}
	return nil
}

// Apply folds the events of one family and writes its members anew.
func (projection) Apply(tx *store.Tx, events []ledger.Event) error {
	s := new(State)
	var raw []byte
	id := strings.TrimPrefix(events[0].Stream, "family/")
	err := tx.QueryRow(`SELECT state FROM families WHERE id = $1`, id).Scan(&raw)
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
	if _, err = tx.Exec(`INSERT INTO families (id, version, state) VALUES ($1,$2,$3)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, state = excluded.state`, s.ID, s.Version, raw); err != nil {
		return err
	}
	if _, err = tx.Exec(`DELETE FROM family_members WHERE family = $1`, s.ID); err != nil {
		return err
	}
	for _, m := range s.Members {
		if _, err = tx.Exec(`INSERT INTO family_members (family, case_id, person) VALUES ($1,$2,$3)`, s.ID, m.Case, m.Person); err != nil {
			return err
		}
	}
	return nil
}
