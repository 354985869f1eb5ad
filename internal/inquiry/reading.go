package inquiry

import (
	"context"

	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/vault"
)

// View is an inquiry as one person may see it.
type View struct {
	*State

	ask policy.Asker
}

// Can tells whether the reader may do something in the inquiry; pages show
// that only. It decides nothing: the command asks the door again.
func (v *View) Can(do policy.Action) bool { return v.ask.Decide(do, policy.Context{}).Allowed }

// View gives an inquiry to its team, without anything sealed.
func (q *Inquiries) View(ctx context.Context, who realm.Actor, id string) (*View, error) {
	s, err := q.Admitted(ctx, who, id, policy.InquiryView)
	if err != nil {
		return nil, err
	}
	return &View{State: s, ask: q.realm.Door.Between(who.Principal, s.Resource(who.Staff, q.realm.Now()))}, nil
}

// Text is one sealed text of an inquiry with the words a page puts before it.
type Text struct {
	Label  string `json:"label"` // a text key under inquiry.item
	Record string `json:"record"`
	By     *By    `json:"by,omitempty"`
	Text   string `json:"text"`
	Erased bool   `json:"erased,omitempty"`
}

type sealedText struct {
	Text
	item vault.Item
}

func (s *State) texts() []sealedText {
	var out []sealedText
	add := func(label, record, field string, by *By, sealed vault.Sealed) {
		if !sealed.IsZero() {
			out = append(out, sealedText{Text: Text{Label: label, Record: record, By: by}, item: vault.Item{Place: place(record, field), Sealed: sealed}})
		}
	}
	add("title", s.ID, "title", &s.Opened, s.Title)
	for i := range s.Operations {
		op := &s.Operations[i]
		add("op_place", op.Record, "place", &op.By, op.Place)
		add("op_plan", op.Record, "plan", &op.By, op.Plan)
		add("op_risk", op.Record, "risk", &op.By, op.Risk)
		for n := range op.Briefings {
			b := &op.Briefings[n]
			add("briefing", b.ID, "note", &b.By, b.Note)
		}
		if op.Ended != nil {
			add("op_end", op.Ended.ID, "note", &op.Ended.By, op.Ended.Note)
		}
	}
	if s.Closure != nil {
		add("closure", s.Closure.ID, "note", &s.Closure.By, s.Closure.Note)
	}
	return out
}

// Read opens everything sealed in an inquiry; the opening is recorded first.
func (q *Inquiries) Read(ctx context.Context, who realm.Actor, id string) ([]Text, error) {
	s, err := q.Admitted(ctx, who, id, policy.InquiryRead)
	if err != nil {
		return nil, err
	}
	list := s.texts()
	items := make([]vault.Item, len(list))
	for i := range list {
		items[i] = list[i].item
	}
	texts, err := q.OpenItems(ctx, who, s, items)
	if err != nil {
		return nil, err
	}
	out := make([]Text, len(list))
	for i := range list {
		out[i] = list[i].Text
		if out[i].Erased = vault.IsErased(texts[i]); !out[i].Erased {
			out[i].Text = texts[i]
		}
	}
	return out, nil
}
