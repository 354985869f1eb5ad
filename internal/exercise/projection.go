package exercise

import (
	"encoding/json"
	"errors"
	"strings"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
)

// projection folds exercise events into the tables exercises (where it stands)
// and exercise_log (every event in order, for board, mailbox and review).
type projection struct{}

// Kinds are the exercise events.
func (projection) Kinds() []string { return []string{"exercise."} }

// Reset empties the read models.
func (projection) Reset(tx *store.Tx) error {
	for _, q := range []string{`DELETE FROM exercise_log`, `DELETE FROM exercises`} {
		if _, err := tx.Exec(q); err != nil {
			return err
		}
	}
	return nil
}

// Apply folds the events of one exercise and writes what changed.
func (projection) Apply(tx *store.Tx, events []ledger.Event) error {
	s := new(State)
	var raw []byte
	id := strings.TrimPrefix(events[0].Stream, "exercise/")
	err := tx.QueryRow(`SELECT state FROM exercises WHERE id = $1`, id).Scan(&raw)
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
		if err := logged(tx, s, e); err != nil {
			return err
		}
	}
	if raw, err = json.Marshal(s); err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO exercises (id, begun_seq, phase, version, state) VALUES ($1,$2,$3,$4,$5)
		ON CONFLICT (id) DO UPDATE SET phase = excluded.phase, version = excluded.version, state = excluded.state`,
		s.ID, events[0].Seq, string(s.Phase), s.Version, raw)
	return err
}

// logged keeps the event as a line of the log. What is sealed or long (the
// scenario file) stays in the ledger.
func logged(tx *store.Tx, s *State, e ledger.Event) error {
	if e.Kind == SetUp || e.Kind == Revealed {
		return nil
	}
	var about struct {
		Inject, Character, Team, ID string
	}
	if err := json.Unmarshal(e.Payload, &about); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO exercise_log (seq, exercise, version, kind, at, moment, staff, agency, team, subject, payload)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)`, e.Seq, s.ID, e.Version, e.Kind, e.At.UnixMilli(), int64(s.MomentOf(e.At)),
		e.Actor, e.Agency, about.Team, about.Inject+about.Character, []byte(e.Payload))
	return err
}
