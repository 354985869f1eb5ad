package scene

import (
	"encoding/json"
	"errors"
	"strings"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
)

// projection folds scene events into scenes and scene_staff.
type projection struct{}

// Kinds are the scene events.
func (projection) Kinds() []string { return []string{"scene."} }

// Reset empties the read models.
func (projection) Reset(tx *store.Tx) error {
	for _, table := range []string{"scenes", "scene_staff", "scene_overrides"} {
		if _, err := tx.Exec(`DELETE FROM ` + table); err != nil {
			return err
		}
	}
	return nil
}

// Apply folds the events of one scene and writes what changed.
func (projection) Apply(tx *store.Tx, events []ledger.Event) error {
	s := new(State)
	var raw []byte
	err := tx.QueryRow(`SELECT state FROM scenes WHERE id = $1`, strings.TrimPrefix(events[0].Stream, "scene/")).Scan(&raw)
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
	if err := write(tx, s); err != nil {
		return err
	}
	return writeOverrides(tx, s)
}

// writeOverrides keeps the lines of the oversight list and of those who are
// told at once.
func writeOverrides(tx *store.Tx, s *State) error {
	for i := range s.Overrides {
		o := &s.Overrides[i]
		seen := int64(0)
		if o.Seen != nil {
			seen = o.Seen.At.UnixMilli()
		}
		if _, err := tx.Exec(`INSERT INTO scene_overrides (id, scene, ref, staff, agency, kind, at, told, seen_at, reviewed)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)
			ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, reviewed = excluded.reviewed`,
			o.ID, s.ID, s.Ref, o.By.Staff, o.By.Agency, strings.Join(o.kinds(), " "), o.By.At.UnixMilli(), o.Told, seen, flag(o.Reviewed != nil)); err != nil {
			return err
		}
	}
	return nil
}

func write(tx *store.Tx, s *State) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO scenes (id, inquiry, ref, class, cse, opened_at, changed_at, version, state)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)
		ON CONFLICT (id) DO UPDATE SET changed_at = excluded.changed_at, version = excluded.version, state = excluded.state`,
		s.ID, s.Inquiry, s.Ref, s.Class, flag(s.CSE), s.Opened.At.UnixMilli(), s.Changed.UnixMilli(), s.Version, raw); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM scene_staff WHERE scene = $1`, s.ID); err != nil {
		return err
	}
	done := map[string]bool{}
	for i := range s.Roles {
		r := &s.Roles[i]
		if r.Until != nil || done[r.Staff] {
			continue
		}
		done[r.Staff] = true
		if _, err := tx.Exec(`INSERT INTO scene_staff (scene, staff) VALUES ($1,$2)`, s.ID, r.Staff); err != nil {
			return err
		}
	}
	return nil
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}
