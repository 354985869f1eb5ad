package evidencefile

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
)

// By is who did something and when.
type By struct {
	Staff  string    `json:"staff"`
	Agency string    `json:"agency"`
	At     time.Time `json:"at"`
}

// State is a file as its events tell it.
type State struct {
	ID       string         `json:"id"`
	Version  int64          `json:"version"`
	File     KeptEvent      `json:"file"`
	By       By             `json:"by"`
	Examined *ExaminedEvent `json:"examined,omitempty"`
	Stamps   []StampedEvent `json:"stamps,omitempty"`
	Sight    *Sight         `json:"sight,omitempty"`
	End      *End           `json:"end,omitempty"`
}

// End is why a file is no more.
type End struct {
	DestroyedEvent
	By By `json:"by"`
}

// Exists tells a folded file from an empty one.
func (s *State) Exists() bool { return s.Version > 0 }

// todo is what the clockwork still owes the file, after the answer that a person
// owes: both are found by it.
func (s *State) todo() string {
	var out []string
	if s.End == nil && s.Examined != nil && s.Sight != nil && s.Sight.Word == nil {
		out = append(out, "answer")
	}
	if s.End == nil && s.Examined == nil {
		out = append(out, "examine")
	}
	if s.End == nil && s.Sight != nil && s.Sight.Pending {
		out = append(out, "draw")
	}
	if s.End == nil && s.File.Evidence() && s.File.Parent == "" && len(s.Stamps) == 0 {
		out = append(out, "stamp")
	}
	return strings.Join(out, " ")
}

// Fold applies one event; an unknown kind is an error.
func (s *State) Fold(e ledger.Event) error {
	if err := s.apply(e, By{Staff: e.Actor, Agency: e.Agency, At: e.At}); err != nil {
		return fmt.Errorf("evidencefile: event %d (%s): %w", e.Seq, e.Kind, err)
	}
	s.ID, s.Version = strings.TrimPrefix(e.Stream, "file/"), e.Version
	return nil
}

func (s *State) apply(e ledger.Event, by By) error {
	switch e.Kind {
	case Kept:
		s.By = by
		return json.Unmarshal(e.Payload, &s.File)
	case Examined:
		s.Examined = new(ExaminedEvent)
		return json.Unmarshal(e.Payload, s.Examined)
	case Stamped:
		var p StampedEvent
		if err := json.Unmarshal(e.Payload, &p); err != nil {
			return err
		}
		s.Stamps = append(s.Stamps, p)
		return nil
	case PreviewAsked:
		s.Sight = &Sight{By: by}
		return json.Unmarshal(e.Payload, &s.Sight.PreviewAskedEvent)
	case PreviewDecided:
		var p PreviewDecidedEvent
		if err := json.Unmarshal(e.Payload, &p); err != nil {
			return err
		}
		s.decided(p, by)
		return nil
	case PreviewSettled:
		if s.Sight != nil {
			s.Sight.Pending = false
		}
		return nil
	case Destroyed:
		s.End = &End{By: by}
		if err := json.Unmarshal(e.Payload, &s.End.DestroyedEvent); err != nil {
			return err
		}
		if !s.Exists() {
			s.File.Place = s.End.Place
			s.By = By{Staff: s.End.Uploader, Agency: s.End.Agency, At: e.At}
		}
		return nil
	}
	return errors.New("unknown kind of event")
}

// projection folds file events into the table files. Words in it are sealed.
type projection struct{}

// Kinds are the file events.
func (projection) Kinds() []string { return []string{"file."} }

// Reset empties the read model; uploads, digests and contents are none.
func (projection) Reset(tx *store.Tx) error {
	_, err := tx.Exec(`DELETE FROM files`)
	return err
}

// Apply folds the events of one file and writes what changed.
func (projection) Apply(tx *store.Tx, events []ledger.Event) error {
	s := new(State)
	var raw []byte
	err := tx.QueryRow(`SELECT state FROM files WHERE id = $1`, strings.TrimPrefix(events[0].Stream, "file/")).Scan(&raw)
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
	status := "kept"
	if s.End != nil {
		status = "destroyed"
	}
	_, err = tx.Exec(`INSERT INTO files (id, place, parent, status, agency, staff, at, todo, version, state)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)
		ON CONFLICT (id) DO UPDATE SET status = excluded.status, todo = excluded.todo, version = excluded.version, state = excluded.state`,
		s.ID, s.File.Key(), s.File.Parent, status, s.By.Agency, s.By.Staff, s.By.At.UnixMilli(), s.todo(), s.Version, raw)
	return err
}
