package hashlist

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
)

// Kinds of events.
const (
	Imported  = "hashlist.imported"
	Withdrawn = "hashlist.withdrawn"
)

// ImportedEvent says that a list came into force. Counts are of digests by the
// hash's name; Skipped are entries of other categories.
type ImportedEvent struct {
	Name    string         `json:"name"`
	Source  string         `json:"source"` // who gave it
	Form    string         `json:"form"`   // plain or vics
	Counts  map[string]int `json:"counts"`
	Skipped int            `json:"skipped"`
}

// By is who did something and when.
type By struct {
	Staff  string    `json:"staff"`
	Agency string    `json:"agency"`
	At     time.Time `json:"at"`
}

// List is a list as its events tell it.
type List struct {
	ID string `json:"id"`
	ImportedEvent
	By        By    `json:"by"`
	Withdrawn *By   `json:"withdrawn,omitempty"`
	Version   int64 `json:"version"`
}

func draft(kind string, payload any) []ledger.Draft {
	return []ledger.Draft{{Kind: kind, Schema: 1, Payload: payload}}
}

// projection folds the streams of lists.
type projection struct{}

// Kinds are the events of lists.
func (projection) Kinds() []string { return []string{"hashlist."} }

// Reset empties the read models; entries and marks are none.
func (projection) Reset(tx *store.Tx) error {
	_, err := tx.Exec(`DELETE FROM hash_lists`)
	return err
}

// Apply folds the events of one stream.
func (projection) Apply(tx *store.Tx, events []ledger.Event) error {
	for _, e := range events {
		if err := apply(tx, e); err != nil {
			return fmt.Errorf("hashlist: event %d (%s): %w", e.Seq, e.Kind, err)
		}
	}
	return nil
}

func apply(tx *store.Tx, e ledger.Event) error {
	by := By{Staff: e.Actor, Agency: e.Agency, At: e.At}
	id := e.Stream[strings.IndexByte(e.Stream, '/')+1:]
	switch e.Kind {
	case Imported:
		l := List{ID: id, By: by, Version: e.Version}
		if err := json.Unmarshal(e.Payload, &l.ImportedEvent); err != nil {
			return err
		}
		return writeList(tx, &l)
	case Withdrawn:
		var raw []byte
		if err := tx.QueryRow(`SELECT state FROM hash_lists WHERE id = $1`, id).Scan(&raw); err != nil {
			return err
		}
		var l List
		if err := json.Unmarshal(raw, &l); err != nil {
			return err
		}
		l.Withdrawn, l.Version = &by, e.Version
		return writeList(tx, &l)
	}
	return errors.New("unknown kind of event")
}

func writeList(tx *store.Tx, l *List) error {
	raw, err := json.Marshal(l)
	if err != nil {
		return err
	}
	status := "inforce"
	if l.Withdrawn != nil {
		status = "withdrawn"
	}
	_, err = tx.Exec(`INSERT INTO hash_lists (id, status, at, version, state) VALUES ($1,$2,$3,$4,$5)
		ON CONFLICT (id) DO UPDATE SET status = excluded.status, version = excluded.version, state = excluded.state`,
		l.ID, status, l.By.At.UnixMilli(), l.Version, raw)
	return err
}
