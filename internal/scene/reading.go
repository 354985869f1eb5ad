package scene

import (
	"context"
	"fmt"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/inquiry"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/vault"
)

// View is a scene as one person may see it.
type View struct {
	*State

	ask policy.Asker
}

// Can tells whether the reader may do something at the scene; pages show that
// only. It decides nothing: the command asks the door again.
func (v *View) Can(do policy.Action) bool { return v.ask.Decide(do, policy.Context{}).Allowed }

// View gives a scene to somebody who may see it, without anything sealed. Who
// has a role at the scene only, and is not on the inquiry's team, sees of
// steps, persons and log what the scene has, and of the inquiry nothing.
func (c *Scenes) View(ctx context.Context, who realm.Actor, id string) (*View, error) {
	s, err := c.Admitted(ctx, who, id, policy.SceneView)
	if err != nil {
		return nil, err
	}
	return &View{State: s, ask: c.realm.Door.Between(who.Principal, s.Resource(who.Staff, c.realm.Now()))}, nil
}

// Mine lists the scenes that somebody has a role at or whose inquiry's team
// somebody is on, the newest change first.
func (c *Scenes) Mine(ctx context.Context, who realm.Actor) ([]*State, error) {
	if err := c.realm.Door.Realm(who.Principal, policy.InquiryList); err != nil {
		return nil, err
	}
	found, err := c.readAll(ctx, `SELECT state FROM scenes WHERE id IN (SELECT scene FROM scene_staff WHERE staff = $1)
		OR inquiry IN (SELECT inquiry FROM inquiry_team WHERE staff = $1) ORDER BY changed_at DESC, id`, who.Staff)
	if err != nil {
		return nil, err
	}
	out := []*State{}
	for _, s := range found {
		if s.inquiry, err = c.inquiries.Load(ctx, s.Inquiry); err != nil {
			return nil, err
		}
		if c.admit(who, s, policy.SceneView) == nil {
			out = append(out, s)
		}
	}
	return out, nil
}

// Text is one sealed text of a scene with the words a page puts before it.
type Text struct {
	Label  string    `json:"label"` // a text key under scene.item
	Record string    `json:"record"`
	By     *By       `json:"by,omitempty"`
	At     time.Time `json:"at,omitzero"`
	Text   string    `json:"text"`
	Erased bool      `json:"erased,omitempty"`
}

type sealedText struct {
	Text
	item vault.Item
}

// texts lists everything sealed at the scene, in the order a reader wants it.
func (s *State) texts() []sealedText {
	var out []sealedText
	add := func(label, record, field string, by *By, sealed vault.Sealed) {
		if !sealed.IsZero() {
			t := sealedText{Text: Text{Label: label, Record: record, By: by}, item: vault.Item{Place: place(record, field), Sealed: sealed}}
			if by != nil {
				t.At = by.At
			}
			out = append(out, t)
		}
	}
	add("address", s.Place.ID, "address", nil, s.Place.Address)
	add("point", s.Place.ID, "point", nil, s.Place.Point)
	for i := range s.Observations {
		o := &s.Observations[i]
		add("observation", o.ID, "note", &o.By, o.Note)
	}
	for i := range s.Persons {
		p := &s.Persons[i]
		add("person", p.ID, "description", &p.By, p.Description)
		for n := range p.Restated {
			r := &p.Restated[n]
			add("restated", r.ID, "reason", &r.By, r.Reason)
		}
	}
	for i := range s.Log {
		l := &s.Log[i]
		add("visitor", l.ID, "name", &l.By, l.Name)
	}
	for i := range s.Marks {
		m := &s.Marks[i]
		add("mark", m.ID, "note", &m.By, m.Note)
	}
	for i := range s.Runs {
		r := &s.Runs[i]
		for n := range r.Settled {
			x := &r.Settled[n]
			add("step", x.ID, "note", &x.By, x.Note)
		}
		for n := range r.Answers {
			a := &r.Answers[n]
			add("prompt", a.ID, "note", &a.By, a.Note)
		}
	}
	for i := range s.Overrides {
		o := &s.Overrides[i]
		add("override", o.ID, "reason", &o.By, o.Reason)
		if o.Reviewed != nil {
			add("review", o.ID, "review", &o.Reviewed.By, o.Reviewed.Note)
		}
	}
	if r := s.Released; r != nil {
		add("release_name", r.ID, "name", &r.By, r.Name)
		add("release_note", r.ID, "note", &r.By, r.Note)
	}
	return out
}

// Read opens everything sealed at a scene; the opening is recorded first.
func (c *Scenes) Read(ctx context.Context, who realm.Actor, id string) ([]Text, error) {
	s, err := c.Admitted(ctx, who, id, policy.SceneRead)
	if err != nil {
		return nil, err
	}
	list := s.texts()
	items := make([]vault.Item, len(list))
	for i := range list {
		items[i] = list[i].item
	}
	texts, err := c.OpenItems(ctx, who, s, items)
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

// Aloof is one override in the oversight list, or in the list of what somebody
// was told: who set the rule aside, where, about what. Nothing sealed.
type Aloof struct {
	ID     string    `json:"id"`
	Scene  string    `json:"scene,omitempty" doc:"For the second person only, who may see the scene"`
	Ref    string    `json:"reference" doc:"Of the scene"`
	Staff  string    `json:"staff"`
	Agency string    `json:"agency"`
	Kinds  string    `json:"kinds" doc:"What was shared: handler, vehicle, room, container"`
	At     time.Time `json:"at"`
	Told   string    `json:"told" doc:"Staff id of the second person"`
	Seen   time.Time `json:"seen,omitzero"`
}

// Oversight lists the overrides that wait for review, the oldest first. One's
// own is not in it.
func (c *Scenes) Oversight(ctx context.Context, who realm.Actor) ([]Aloof, error) {
	if err := c.realm.Door.Realm(who.Principal, policy.SeparationReview); err != nil {
		return nil, err
	}
	list, err := c.overrides(ctx, `reviewed = 0 AND staff <> $1`, who.Staff)
	for i := range list {
		list[i].Scene = ""
	}
	return list, err
}

// Told lists the overrides of which somebody was told and has not yet said so.
func (c *Scenes) Told(ctx context.Context, who realm.Actor) ([]Aloof, error) {
	if err := c.realm.Door.Realm(who.Principal, policy.InquiryList); err != nil {
		return nil, err
	}
	return c.overrides(ctx, `told = $1 AND seen_at = 0`, who.Staff)
}

func (c *Scenes) overrides(ctx context.Context, where, staff string) ([]Aloof, error) {
	rows, err := c.realm.Store.Query(ctx, `SELECT id, scene, ref, staff, agency, kind, at, told, seen_at FROM scene_overrides WHERE `+where+` ORDER BY at, id LIMIT 200`, staff)
	if err != nil {
		return nil, fmt.Errorf("scene: overrides: %w", err)
	}
	defer rows.Close()
	out := []Aloof{}
	for rows.Next() {
		var a Aloof
		var at, seen int64
		if err := rows.Scan(&a.ID, &a.Scene, &a.Ref, &a.Staff, &a.Agency, &a.Kinds, &at, &a.Told, &seen); err != nil {
			return nil, fmt.Errorf("scene: overrides: %w", err)
		}
		a.At = time.UnixMilli(at).UTC()
		if seen > 0 {
			a.Seen = time.UnixMilli(seen).UTC()
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

// of finds the scene of an override for the oversight, which sees no scene.
func (c *Scenes) of(ctx context.Context, who realm.Actor, override string) (*State, error) {
	if err := c.realm.Door.Realm(who.Principal, policy.SeparationReview); err != nil {
		return nil, err
	}
	list, err := c.overrides(ctx, `id = $1`, override)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, problem.ErrNotFound
	}
	return c.Load(ctx, list[0].Scene)
}

// Reason opens why the rule was set aside, for the oversight; recorded first.
func (c *Scenes) Reason(ctx context.Context, who realm.Actor, override string) (string, error) {
	s, err := c.of(ctx, who, override)
	if err != nil {
		return "", err
	}
	o := s.Override(override)
	texts, err := c.realm.Vault.Open(ctx, vault.Opening{
		Actor: who.Staff, Agency: who.Agency, Duty: who.Duty, Device: who.Device,
		Purpose: inquiry.Purpose, Basis: "review", Case: inquiry.Subject(s.Inquiry),
	}, []vault.Item{{Place: place(o.ID, "reason"), Sealed: o.Reason}})
	if err != nil {
		return "", fmt.Errorf("scene: open: %w", err)
	}
	if vault.IsErased(texts[0]) {
		return "", nil
	}
	return texts[0], nil
}

// Review is the oversight's finding about one override.
func (c *Scenes) Review(ctx context.Context, who realm.Actor, o casefile.Order, x *Judge) (realm.Receipt, error) {
	return again(o, func() (realm.Receipt, error) {
		s, err := c.of(ctx, who, x.Override)
		if err != nil {
			return realm.Receipt{}, err
		}
		rc, err := c.run(ctx, who, o, s, s.ID, x)
		rc.ID, rc.Ref, rc.Version = x.Override, "", 0 // the reviewer learns nothing of the scene
		return rc, err
	})
}
