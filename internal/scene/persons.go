package scene

import (
	"slices"
	"strconv"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Kinds of events about persons at the scene.
const (
	PersonArrived = "scene.person_arrived"
	PersonLeft    = "scene.person_left"
)

// Person is somebody who was found at the scene. Who it is stands in a case,
// not here; Label (P1, P2, …) is how the scene speaks of the person.
type Person struct {
	ID          string       `json:"id"`
	Label       string       `json:"label"`
	Standing    string       `json:"standing"` // vocabulary scene-standings
	Child       bool         `json:"child,omitempty"`
	Case        string       `json:"case,omitempty"`
	Description vault.Sealed `json:"description,omitempty"`
	By          By           `json:"by"`
	Uses        []Use        `json:"uses,omitempty"`
	Restated    []Restated   `json:"restated,omitempty"`
	Left        *Left        `json:"left,omitempty"`
	Moment
}

// Left is that the person left the scene.
type Left struct {
	By By `json:"by"`
	Moment
}

// Person gives somebody at the scene by id, or nil.
func (s *State) Person(id string) *Person {
	for i := range s.Persons {
		if s.Persons[i].ID == id {
			return &s.Persons[i]
		}
	}
	return nil
}

// Payloads of the events.
type (
	// PersonArrivedEvent notes somebody who was found or brought.
	PersonArrivedEvent struct {
		ID          string       `json:"id"`
		Label       string       `json:"label"`
		Standing    string       `json:"standing"`
		Child       bool         `json:"child,omitempty"`
		Case        string       `json:"case,omitempty"`
		Description vault.Sealed `json:"description,omitempty"` // under the person's own key
		Moment
	}
	// PersonLeftEvent says that the person left the scene.
	PersonLeftEvent struct {
		Person string `json:"person"`
		Moment
	}
)

// Arrive notes somebody at the scene. Nobody is a suspect or a victim by being
// there: "undetermined" is a good answer.
type Arrive struct {
	Standing    string `json:"standing" doc:"Vocabulary scene-standings" maxLength:"40"`
	Child       bool   `json:"child,omitempty" doc:"Under 18, or the age is in doubt"`
	Case        string `json:"case,omitempty" doc:"Id of a linked case of the scene, when the person has one" maxLength:"60"`
	Description string `json:"description,omitempty" doc:"Clothing, where found; no name. Sealed as inquiry under the person's own key"`
	At
}

// Action is scene.handle.
func (*Arrive) Action() policy.Action { return policy.SceneHandle }

// Check requires the standing.
func (a *Arrive) Check(c *valid.Check, k *content.Content) {
	c.Term("standing", a.Standing, inList(k, "scene-standings"), true)
	c.Text("case", &a.Case, 60, false)
	c.Text("description", &a.Description, valid.MaxText, false)
	a.At.check(c)
}

func (a *Arrive) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	if a.Case != "" && !slices.Contains(s.Cases, a.Case) {
		return nil, problem.Refuse("scene.case-of-inquiry")
	}
	id := e.newID()
	return happened(PersonArrived, PersonArrivedEvent{ID: id, Label: "P" + strconv.Itoa(len(s.Persons)+1), Standing: a.Standing, Child: a.Child,
		Case: a.Case, Description: e.sealed(id, id, "description", a.Description), Moment: a.At.moment(e.now)})
}

// Depart says that a person left the scene, with the present handler.
type Depart struct {
	Person string `json:"person" doc:"Id of the person at the scene" maxLength:"60"`
	At
}

// Action is scene.handle.
func (*Depart) Action() policy.Action { return policy.SceneHandle }

// Check requires the person.
func (d *Depart) Check(c *valid.Check, _ *content.Content) {
	c.Text("person", &d.Person, 60, true)
	d.At.check(c)
}

func (d *Depart) decide(s *State, e *env) ([]ledger.Draft, error) {
	p := s.Person(d.Person)
	switch {
	case p == nil:
		return nil, problem.ErrNotFound
	case p.Left != nil:
		return nil, problem.Refuse("scene.person-gone")
	case p.Now(ByHandler) == nil:
		return nil, problem.Refuse("scene.person-handled-first")
	}
	return happened(PersonLeft, PersonLeftEvent{Person: p.ID, Moment: d.At.moment(e.now)})
}

var personFolds = map[string]folder{
	PersonArrived: on(func(s *State, p PersonArrivedEvent, by By) {
		s.Persons = append(s.Persons, Person{ID: p.ID, Label: p.Label, Standing: p.Standing, Child: p.Child, Case: p.Case,
			Description: p.Description, By: by, Moment: p.Moment})
		s.tells(by, p.Moment)
	}),
	PersonLeft: on(func(s *State, p PersonLeftEvent, by By) {
		if x := s.Person(p.Person); x != nil {
			x.Left = &Left{By: by, Moment: p.Moment}
		}
		s.tells(by, p.Moment)
	}),
}
