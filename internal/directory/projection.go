package directory

import (
	"encoding/json"
	"errors"
	"strings"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
)

// projection folds provider events into directory_providers and
// directory_holds, and tells the index once they are durable.
type projection struct{ index *index }

// Kinds are the provider events.
func (projection) Kinds() []string { return []string{"provider."} }

// Reset empties the read models.
func (p projection) Reset(tx *store.Tx) error {
	for _, table := range []string{"directory_providers", "directory_holds"} {
		if _, err := tx.Exec(`DELETE FROM ` + table); err != nil {
			return err
		}
	}
	tx.AfterCommit(p.index.forget)
	return nil
}

// Apply folds the events of one provider and writes what changed.
func (p projection) Apply(tx *store.Tx, events []ledger.Event) error {
	s := new(Provider)
	var raw []byte
	id := strings.TrimPrefix(events[0].Stream, "provider/")
	err := tx.QueryRow(`SELECT state FROM directory_providers WHERE id = $1`, id).Scan(&raw)
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
		if err := projectHold(tx, s, e); err != nil {
			return err
		}
	}
	if raw, err = json.Marshal(s); err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO directory_providers (id, seq, version, agency, name, state) VALUES ($1,$2,$3,$4,$5,$6)
		ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, version = excluded.version, agency = excluded.agency,
			name = excluded.name, state = excluded.state`,
		s.ID, events[len(events)-1].Seq, s.Version, s.Agency, s.Name, raw)
	if err == nil {
		tx.AfterCommit(func() { p.index.put(s) })
	}
	return err
}

func projectHold(tx *store.Tx, s *Provider, e ledger.Event) error {
	switch e.Kind {
	case Held:
		h := &s.Holds[len(s.Holds)-1]
		_, err := tx.Exec(`INSERT INTO directory_holds (id, provider, service, location, unit, grp, places, staff, agency, made_at, until_at, ended_at, outcome)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,0,'')`,
			h.ID, s.ID, h.Service, h.Location, h.Unit, h.Group, h.Count, h.By.Staff, h.By.Agency, h.By.At.UnixMilli(), h.Until.UnixMilli())
		return err
	case HoldEnded:
		var ev HoldEndedEvent
		if err := json.Unmarshal(e.Payload, &ev); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE directory_holds SET ended_at = $2, outcome = $3 WHERE id = $1`, ev.ID, e.At.UnixMilli(), ev.Outcome)
		return err
	}
	return nil
}
