package casefile

import (
	"encoding/json"
	"errors"
	"fmt"

	"rufaa/internal/store"
)

// snapshotEvery is how many versions lie between two snapshots of a case. A
// command writes what it changed and not the whole case; whoever reads a case
// that nobody has looked at folds at most this many events less one.
const snapshotEvery = 16

// writeSnapshot keeps the case as it is at its version.
func writeSnapshot(tx *store.Tx, s *State) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("casefile: snapshot of %s: %w", s.ID, err)
	}
	_, err = tx.Exec(`INSERT INTO case_snapshots (id, version, state) VALUES ($1, $2, $3)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, state = excluded.state`, s.ID, s.Version, raw)
	return err
}

// readSnapshot reads the newest snapshot into s, which stays empty when none was
// kept yet.
func readSnapshot(ask func(string, ...any) *store.Row, id string, s *State) error {
	var raw []byte
	err := ask(`SELECT state FROM case_snapshots WHERE id = $1`, id).Scan(&raw)
	if errors.Is(err, store.ErrNoRow) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(raw, s)
	}
	if err != nil {
		return fmt.Errorf("casefile: snapshot of %s: %w", id, err)
	}
	return nil
}
