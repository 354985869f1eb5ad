package scene

import (
	"slices"

	"rufaa/internal/ledger"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
)

// What two persons can share. The rule that refuses is "separation." + kind.
const (
	ByHandler   = "handler"
	ByVehicle   = "vehicle"
	ByRoom      = "room"
	ByContainer = "container"
)

// Contact is that a person was handled by, carried in, kept in, or has
// belongings in something: at any time, since traces stay.
type Contact struct {
	Scene    string
	Person   string
	Standing string
	Kind     string
	Key      string
}

// Clash is something that two persons shared who must be kept apart.
type Clash struct {
	Kind       string `json:"kind"`
	Key        string `json:"key"`
	Person     string `json:"person"`
	Other      string `json:"other"`
	OtherScene string `json:"other_scene,omitempty"` // when it is another scene of the inquiry
}

func (c *Clash) same(b *Clash) bool {
	return c.Kind == b.Kind && c.Key == b.Key && (c.Person == b.Person && c.Other == b.Other || c.Person == b.Other && c.Other == b.Person)
}

// Clashes finds everything that contacts of one person share with contacts of
// others from whom the person must be kept apart, each once. It is pure.
func (r *Rules) Clashes(mine, others []Contact) []Clash {
	var out []Clash
	for _, a := range mine {
		for _, b := range others {
			if a.Person == b.Person || a.Kind != b.Kind || a.Key != b.Key || !r.Apart(a.Standing, b.Standing) {
				continue
			}
			c := Clash{Kind: a.Kind, Key: a.Key, Person: a.Person, Other: b.Person}
			if a.Scene != b.Scene {
				c.OtherScene = b.Scene
			}
			if !slices.ContainsFunc(out, func(x Clash) bool { return x.same(&c) }) {
				out = append(out, c)
			}
		}
	}
	return out
}

// contacts of one person, with a standing that is perhaps about to be given.
func (s *State) contacts(p *Person, standing string) []Contact {
	out := make([]Contact, 0, len(p.Uses))
	for _, u := range p.Uses {
		out = append(out, Contact{Scene: s.ID, Person: p.ID, Standing: standing, Kind: u.Kind, Key: u.Key})
	}
	return out
}

// Contacts of everybody at the scene.
func (s *State) Contacts() []Contact {
	var out []Contact
	for i := range s.Persons {
		out = append(out, s.contacts(&s.Persons[i], s.Persons[i].Standing)...)
	}
	return out
}

// excused tells whether a clash was set aside, at any of the scenes.
func excused(scenes []*State, c *Clash) bool {
	return slices.ContainsFunc(scenes, func(s *State) bool {
		return slices.ContainsFunc(s.Overrides, func(o Override) bool {
			return slices.ContainsFunc(o.Clashes, func(x Clash) bool { return x.same(c) })
		})
	})
}

// Unexcused finds what is shared at the scenes of one inquiry without having
// been set aside. After any accepted sequence of commands there is nothing.
func (r *Rules) Unexcused(scenes ...*State) []Clash {
	var all []Contact
	for _, s := range scenes {
		all = append(all, s.Contacts()...)
	}
	return slices.DeleteFunc(r.Clashes(all, all), func(c Clash) bool { return excused(scenes, &c) })
}

// Aside is how the rule is set aside for once: why, and who is told at once.
type Aside struct {
	OverrideReason string `json:"override_reason,omitempty" doc:"Why the rule that keeps victims and suspects apart is set aside; sealed; read by the reviewer"`
	OverrideTold   string `json:"override_told,omitempty" doc:"Staff id of the second person, who is told at once" maxLength:"100"`
}

func (a *Aside) asked() bool { return a.OverrideReason != "" || a.OverrideTold != "" }

func (a *Aside) check(c *valid.Check) {
	c.Text("override_reason", &a.OverrideReason, valid.MaxText, a.OverrideTold != "")
	if n := len([]rune(a.OverrideReason)); n > 0 && n < minReason {
		c.Add("override_reason", "common.error.too_short", "min", minReason)
	}
	c.Text("override_told", &a.OverrideTold, 100, a.OverrideReason != "")
}

// minReason is how many characters a reason has at least: "urgent" is none.
const minReason = 20

// settle refuses what is shared, or gives the event that sets it aside.
func (a *Aside) settle(s *State, e *env, found []Clash) (*OverriddenEvent, error) {
	scenes := append([]*State{s}, e.siblings...)
	found = slices.DeleteFunc(found, func(c Clash) bool { return excused(scenes, &c) })
	switch {
	case len(found) == 0 && a.asked():
		return nil, problem.Refuse("separation.nothing-shared")
	case len(found) == 0:
		return nil, nil
	case !a.asked():
		return nil, problem.Refuse("separation." + found[0].Kind)
	case !e.mayOverride:
		return nil, problem.Refuse("separation.manager-sets-aside")
	case a.OverrideTold == e.by.Staff || !slices.Contains(s.Present(e.now), a.OverrideTold):
		return nil, problem.Refuse("separation.second-person")
	}
	id := e.newID()
	return &OverriddenEvent{ID: id, Clashes: found, Told: a.OverrideTold, Reason: e.sealed(Subject(s.ID), id, "reason", a.OverrideReason)}, nil
}

func withOverride(out []ledger.Draft, over *OverriddenEvent) []ledger.Draft {
	if over != nil {
		out = append(out, draft(Overridden, *over))
	}
	return out
}
