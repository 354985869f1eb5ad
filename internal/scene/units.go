package scene

import (
	"slices"
	"strings"
	"unicode"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
)

// UnitAdded is the kind of the event that names a vehicle or a room.
const UnitAdded = "scene.unit_added"

// Unit is a vehicle or a room that persons are carried or kept in.
type Unit struct {
	UnitAddedEvent
	By By `json:"by"`
}

// UnitAddedEvent names a vehicle or a room.
type UnitAddedEvent struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"` // vehicle or room
	Name   string `json:"name"` // a call sign such as V1 or Room 2
	Shared bool   `json:"shared,omitempty"`
}

// key tells one unit from others: vehicles and shared rooms by their name
// wherever they turn up in the inquiry, rooms of the place by the scene too.
func (u *Unit) key(sceneID string) string {
	if u.Shared {
		return plain(u.Name)
	}
	return sceneID + "/" + plain(u.Name)
}

// plain is a call sign without case, spaces and marks: V1, v-1 and "V 1" are one.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// Unit gives a vehicle or room by id, or nil.
func (s *State) Unit(id string) *Unit {
	for i := range s.Units {
		if s.Units[i].ID == id {
			return &s.Units[i]
		}
	}
	return nil
}

// AddUnit names a vehicle or a room.
type AddUnit struct {
	Kind   string `json:"kind" doc:"vehicle or room" enum:"vehicle,room,"`
	Name   string `json:"name" doc:"A call sign such as V1 or Room 2; no names of persons" maxLength:"30"`
	Shared bool   `json:"shared,omitempty" doc:"Of a room: it is not at this place and other scenes use it too, such as a room of the station. Vehicles always are"`
}

// Action is scene.handle.
func (*AddUnit) Action() policy.Action { return policy.SceneHandle }

// Check requires kind and name.
func (a *AddUnit) Check(c *valid.Check, _ *content.Content) {
	c.Term("kind", a.Kind, func(k string) bool { return k == ByVehicle || k == ByRoom }, true)
	c.Text("name", &a.Name, 30, true)
	if a.Name != "" && plain(a.Name) == "" {
		c.Add("name", "common.error.characters")
	}
}

func (a *AddUnit) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(s.Units, func(u Unit) bool { return u.Kind == a.Kind && plain(u.Name) == plain(a.Name) }) {
		return nil, problem.Refuse("scene.unit-known")
	}
	return happened(UnitAdded, UnitAddedEvent{ID: e.newID(), Kind: a.Kind, Name: a.Name, Shared: a.Shared || a.Kind == ByVehicle})
}

var unitFolds = map[string]folder{
	UnitAdded: on(func(s *State, p UnitAddedEvent, by By) { s.Units = append(s.Units, Unit{p, by}) }),
}
