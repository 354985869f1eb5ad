package rulebook

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
)

// Laid reads out of a ledger which versions are in force, for who has an export
// and no database: what is computed again by others goes by the realm's own
// clocks and words, not by the program's.
type Laid struct {
	own    fs.FS
	states map[string]*State
	texts  map[string]map[int]string // by document and number
	last   time.Time
}

// Lay begins to read over a program's own files.
func Lay(own fs.FS) *Laid {
	return &Laid{own: own, states: map[string]*State{}, texts: map[string]map[int]string{}}
}

// Add reads one event, in the order of the ledger.
func (l *Laid) Add(e ledger.Event) error {
	l.last = e.At
	id, ours := strings.CutPrefix(e.Stream, "rulebook/")
	if !ours {
		return nil
	}
	if l.states[id] == nil {
		l.states[id], l.texts[id] = &State{ID: id}, map[int]string{}
	}
	if err := l.states[id].Fold(e); err != nil {
		return fmt.Errorf("rulebook: event %d: %w", e.Seq, err)
	}
	if e.Kind != Drafted {
		return nil
	}
	var p DraftedEvent
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return fmt.Errorf("rulebook: event %d: %w", e.Seq, err)
	}
	l.texts[id][p.Number] = p.Text
	return nil
}

// Content is what was in force when the ledger's last event was written.
func (l *Laid) Content() (*content.Content, error) {
	own, err := content.Load(l.own)
	if err != nil {
		return nil, err
	}
	over, _, _, err := lie(documentsOf(l.own, own), l.states, l.last, func(d Document, number int) (string, error) {
		return l.texts[d.ID][number], nil
	})
	if err != nil || len(over) == 0 {
		return own, err
	}
	c, err := content.Load(overlay{l.own, over})
	if err != nil {
		return nil, fmt.Errorf("rulebook: the versions in force do not fit this program: %w; use the one that the realm ran with", err)
	}
	return c, nil
}
