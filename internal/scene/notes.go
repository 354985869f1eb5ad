package scene

import (
	"context"

	"rufaa/internal/realm"
	"rufaa/internal/vault"
)

// Noted is what was noted of a mark in words, with its ciphertext.
type Noted struct {
	Mark   string
	Sealed vault.Sealed
	Text   string
}

// MarkNotes opens what was noted of the marks of a scene, and where the scene is,
// for a court: the opening is recorded first, like any other. Of a scene without
// a note nothing is opened.
func (c *Scenes) MarkNotes(ctx context.Context, who realm.Actor, s *State) (notes []Noted, where []string, err error) {
	var items []vault.Item
	for i := range s.Marks {
		if m := &s.Marks[i]; !m.Note.IsZero() {
			notes = append(notes, Noted{Mark: m.ID, Sealed: m.Note})
			items = append(items, vault.Item{Place: place(m.ID, "note"), Sealed: m.Note})
		}
	}
	if len(notes) == 0 {
		return nil, nil, nil
	}
	if !s.Place.Address.IsZero() {
		items = append(items, vault.Item{Place: place(s.Place.ID, "address"), Sealed: s.Place.Address})
	}
	texts, err := c.OpenItems(ctx, who, s, items)
	if err != nil {
		return nil, nil, err
	}
	for i, t := range texts {
		switch {
		case vault.IsErased(t):
		case i < len(notes):
			notes[i].Text = t
		default:
			where = append(where, t)
		}
	}
	return notes, where, nil
}
