package exhibit

import (
	"encoding/json"
	"errors"
	"strings"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
)

// projection folds exhibit and series events into exhibits, exhibit_people,
// exhibit_tokens and exhibit_series. Nothing in them is in words.
type projection struct{}

// Kinds are the exhibit events and the numbers of scenes.
func (projection) Kinds() []string { return []string{"exhibit.", "series."} }

// Reset empties the read models.
func (projection) Reset(tx *store.Tx) error {
	for _, table := range []string{"exhibits", "exhibit_people", "exhibit_tokens", "exhibit_series", "exhibit_seals"} {
		if _, err := tx.Exec(`DELETE FROM ` + table); err != nil {
			return err
		}
	}
	return nil
}

// Apply folds the events of one exhibit, or of one series of numbers.
func (projection) Apply(tx *store.Tx, events []ledger.Event) error {
	if scene, ok := strings.CutPrefix(events[0].Stream, "series/"); ok {
		last := events[len(events)-1]
		_, err := tx.Exec(`INSERT INTO exhibit_series (scene, last) VALUES ($1,$2)
			ON CONFLICT (scene) DO UPDATE SET last = excluded.last`, scene, last.Version)
		return err
	}
	s := new(State)
	var raw []byte
	err := tx.QueryRow(`SELECT state FROM exhibits WHERE id = $1`, strings.TrimPrefix(events[0].Stream, "exhibit/")).Scan(&raw)
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
		if err := writeSeal(tx, s, e.Kind); err != nil {
			return err
		}
	}
	return write(tx, s)
}

// writeSeal keeps which seal was put on by the last step. The first to bear a
// number keeps it; whoever puts on a seal looks whose row it became.
func writeSeal(tx *store.Tx, s *State, kind string) error {
	last := &s.Steps[len(s.Steps)-1]
	seal := last.NewSeal
	if kind == Recorded {
		seal = last.Seen.Seal
	}
	if kind != Recorded && kind != Resealed || seal == "" {
		return nil
	}
	_, err := tx.Exec(`INSERT INTO exhibit_seals (seal, exhibit, step) VALUES ($1,$2,$3) ON CONFLICT (seal) DO NOTHING`, seal, s.ID, last.ID)
	return err
}

func write(tx *store.Tx, s *State) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	awaited := ""
	if x := s.Pending(); x != nil {
		awaited = x.To.Staff
	}
	if _, err := tx.Exec(`INSERT INTO exhibits (id, scene, n, number, code, kind, owner, status, keeper, awaited, seal, taken_at, changed_at, version, state)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)
		ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, owner = excluded.owner, status = excluded.status, keeper = excluded.keeper,
			awaited = excluded.awaited, seal = excluded.seal, taken_at = excluded.taken_at, changed_at = excluded.changed_at,
			version = excluded.version, state = excluded.state`,
		s.ID, s.Scene, s.N, s.Number, s.Code, s.Plain.Kind, s.Plain.Owner, string(s.Status), s.Keeper.Staff, awaited, s.Seal,
		s.Steps[0].Seen.At.UnixMilli(), s.Changed.UnixMilli(), s.Version, raw); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM exhibit_people WHERE exhibit = $1`, s.ID); err != nil {
		return err
	}
	for _, k := range s.People() {
		if _, err := tx.Exec(`INSERT INTO exhibit_people (exhibit, staff) VALUES ($1,$2)`, s.ID, k.Staff); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`DELETE FROM exhibit_tokens WHERE exhibit = $1`, s.ID); err != nil {
		return err
	}
	for _, t := range s.Tokens {
		if _, err := tx.Exec(`INSERT INTO exhibit_tokens (token, exhibit) VALUES ($1,$2)`, t, s.ID); err != nil {
			return err
		}
	}
	return nil
}
