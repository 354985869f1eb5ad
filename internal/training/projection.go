package training

import (
	"encoding/json"
	"errors"
	"strings"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
)

// projection folds course events into the tables courses and course_codes.
// Names in it are sealed; all else is opaque accounts and counts.
type projection struct{}

// Kinds are the course events.
func (projection) Kinds() []string { return []string{"course."} }

// Reset empties the read models.
func (projection) Reset(tx *store.Tx) error {
	for _, table := range []string{"course_codes", "courses"} {
		if _, err := tx.Exec(`DELETE FROM ` + table); err != nil {
			return err
		}
	}
	return nil
}

// Apply folds the events of one course and writes what changed.
func (projection) Apply(tx *store.Tx, events []ledger.Event) error {
	c := new(Course)
	var raw []byte
	id := strings.TrimPrefix(events[0].Stream, "course/")
	err := tx.QueryRow(`SELECT state FROM courses WHERE id = $1`, id).Scan(&raw)
	switch {
	case err == nil:
		err = json.Unmarshal(raw, c)
	case errors.Is(err, store.ErrNoRow):
		err = nil
	}
	if err != nil {
		return err
	}
	for _, e := range events {
		if err := c.Fold(e); err != nil {
			return err
		}
		if e.Kind != Certified {
			continue
		}
		var p CertifiedEvent
		if err := json.Unmarshal(e.Payload, &p); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO course_codes (code, credential, course, seat) VALUES ($1,$2,$3,$4)`, p.Code, p.ID, id, p.Seat); err != nil {
			return err
		}
	}
	if raw, err = json.Marshal(c); err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO courses (id, day_from, over, version, state) VALUES ($1,$2,$3,$4,$5)
		ON CONFLICT (id) DO UPDATE SET over = excluded.over, version = excluded.version, state = excluded.state`,
		c.ID, c.From, flag(c.Over), c.Version, raw)
	return err
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
