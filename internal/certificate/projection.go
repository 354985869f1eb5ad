package certificate

import (
	"encoding/json"
	"errors"
	"strings"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
)

// projection folds certificate events into the table certificates: ids,
// numbers, digests and ciphertext.
type projection struct{}

// Kinds are the certificate events.
func (projection) Kinds() []string { return []string{"certificate."} }

// Reset empties the read model.
func (projection) Reset(tx *store.Tx) error {
	_, err := tx.Exec(`DELETE FROM certificates`)
	return err
}

// Apply folds the events of one certificate and writes what changed.
func (projection) Apply(tx *store.Tx, events []ledger.Event) error {
	s := new(State)
	var raw []byte
	err := tx.QueryRow(`SELECT state FROM certificates WHERE id = $1`, strings.TrimPrefix(events[0].Stream, "certificate/")).Scan(&raw)
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
	_, err = tx.Exec(`INSERT INTO certificates (id, inquiry, status, changed_at, version, state) VALUES ($1,$2,$3,$4,$5,$6)
		ON CONFLICT (id) DO UPDATE SET status = excluded.status, changed_at = excluded.changed_at, version = excluded.version, state = excluded.state`,
		s.ID, s.Draft.Inquiry, string(s.Status), s.Changed.UnixMilli(), s.Version, raw)
	return err
}
