package casefile

import (
	"rufaa/internal/vault"
)

// Item is one sealed text of the case with the words a page puts before it.
// Label is a text key of the case area.
type Item struct {
	Label  string
	Person string // id of the person it is about, for identity
	By     *By    // who recorded it, where that matters
	Extra  string // id of an agency's own field; empty for all others
	vault.Item
}

func item(label, record, field string, c vault.Compartment, s vault.Sealed) Item {
	return Item{Label: label, Item: vault.Item{Place: vault.Place{Record: record, Field: field, Compartment: c, Schema: 1}, Sealed: s}}
}

// Items lists everything the case keeps in one compartment, in the order a
// reader wants it. Each item carries the place it must stand in: a ciphertext
// moved elsewhere does not open.
func (s *State) Items(c vault.Compartment) []Item {
	var out []Item
	add := func(it Item, by *By) {
		if it.Sealed.IsZero() {
			return
		}
		it.By = by
		out = append(out, it)
	}
	switch c {
	case vault.Identity:
		for i := range s.Persons {
			out = append(out, s.Persons[i].identity()...)
		}
		if o := s.Origin; o != nil {
			add(item("list_row", o.ID, "row", c, o.Row), &o.By)
		}
	case vault.Immigration:
		for i := range s.Persons {
			p := &s.Persons[i]
			it := item("nationality", p.ID, "nationality", c, p.Nationality)
			it.Person = p.ID
			add(it, nil)
		}
	case vault.Whereabouts:
		s.whereabouts(add)
	case vault.Account:
		s.accounts(add)
	case vault.Care:
		s.care(add)
	case vault.Inquiry:
		for i := range s.Interviews {
			v := &s.Interviews[i]
			add(item("interview", v.ID, "account", c, v.Account), &v.By)
		}
	}
	s.recorded(c, add)
	return out
}

func (p *Person) identity() []Item {
	var out []Item
	for _, f := range []struct {
		name string
		text vault.Sealed
	}{{"name", p.Name}, {"other_names", p.OtherNames}, {"phone", p.Phone}, {"id_number", p.IDNumber}, {"birth_date", p.BirthDate}} {
		if !f.text.IsZero() {
			it := item(f.name, p.ID, f.name, vault.Identity, f.text)
			it.Person = p.ID
			out = append(out, it)
		}
	}
	return out
}

func (s *State) whereabouts(add func(Item, *By)) {
	add(item("place", s.Place.ID, "place", vault.Whereabouts, s.Place.Text), &s.Place.By)
	if a := s.Danger.Answered; a != nil {
		add(item("danger_note", a.ID, "note", vault.Whereabouts, a.Note), &a.By)
	}
	add(item("way_back", s.Presumed.ID, "way_back", vault.Whereabouts, s.Presumed.WayBack), &s.Presumed.By)
	for i := range s.Safety {
		v := &s.Safety[i]
		add(item("safety_reasons", v.ID, "reasons", vault.Whereabouts, v.Reasons), &v.By)
		add(item("safety_her_view", v.ID, "her_view", vault.Whereabouts, v.HerView), &v.By)
		add(item("safety_plan", v.ID, "plan", vault.Whereabouts, v.Plan), &v.By)
	}
}

func (s *State) accounts(add func(Item, *By)) {
	for i := range s.Account {
		v := &s.Account[i]
		add(item("told", v.ID, "text", vault.Account, v.Text), &v.By)
	}
	for i := range s.Screenings {
		v := &s.Screenings[i]
		add(item("screening_note", v.ID, "note", vault.Account, v.Note), &v.By)
	}
	add(item("presumption_note", s.Presumed.ID, "note", vault.Account, s.Presumed.Note), &s.Presumed.By)
	for i := range s.Interviews {
		v := &s.Interviews[i]
		add(item("repeat_reason", v.ID, "repeat_reason", vault.Account, v.Repeat), &v.By)
	}
	for i := range s.Bases {
		v := &s.Bases[i]
		add(item("basis_reason", v.ID, "reason", vault.Account, v.Reason), &v.By)
	}
}

func (s *State) care(add func(Item, *By)) {
	add(item("wishes", s.Wishes.ID, "wishes", vault.Care, s.Wishes.Text), &s.Wishes.By)
	for i := range s.Needs {
		v := &s.Needs[i]
		add(item("need_note", v.ID, "note", vault.Care, v.Note), &v.By)
	}
	for i := range s.Screenings {
		v := &s.Screenings[i]
		add(item("interpreter", v.ID, "interpreter", vault.Care, v.Interpreter), &v.By)
	}
	for i := range s.Consents {
		v := &s.Consents[i]
		add(item("interpreter", v.ID, "interpreter", vault.Care, v.Interpreter), &v.By)
	}
	for i := range s.FollowUps {
		v := &s.FollowUps[i]
		add(item("follow_up_note", v.ID, "note", vault.Care, v.Note), &v.By)
	}
	if cl := s.Closure; cl != nil {
		add(item("closure_note", cl.ID, "note", vault.Care, cl.Note), &cl.By)
	}
}

// Field names an item in the record of openings, without its content.
func (it *Item) Field() string { return it.Label }
