package scene

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Kinds of events about persons at the scene.
const (
	UnitAdded      = "scene.unit_added"
	PersonArrived  = "scene.person_arrived"
	PersonRestated = "scene.person_restated"
	PersonHandled  = "scene.person_handled"
	PersonLeft     = "scene.person_left"
	Overridden     = "scene.overridden"
	OverrideSeen   = "scene.override_seen"
	OverrideJudged = "scene.override_reviewed"
)

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

// Restated is a change of standing.
type Restated struct {
	PersonRestatedEvent
	By By `json:"by"`
}

// Use is who handled the person, what carried or kept the person, from when to
// when. Until is nil for the present one of its kind.
type Use struct {
	Kind  string `json:"kind"` // handler, vehicle or room
	Key   string `json:"key"`
	Unit  string `json:"unit,omitempty"` // id of the vehicle or room
	Since By     `json:"since"`
	Until *By    `json:"until,omitempty"`
}

// Left is that the person left the scene.
type Left struct {
	By By `json:"by"`
	Moment
}

// Now is the present use of a kind, or nil.
func (p *Person) Now(kind string) *Use {
	for i := range p.Uses {
		if u := &p.Uses[i]; u.Kind == kind && u.Until == nil {
			return u
		}
	}
	return nil
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

// Unit gives a vehicle or room by id, or nil.
func (s *State) Unit(id string) *Unit {
	for i := range s.Units {
		if s.Units[i].ID == id {
			return &s.Units[i]
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
	// PersonRestatedEvent changes a standing, with the reason.
	PersonRestatedEvent struct {
		Person   string       `json:"person"`
		ID       string       `json:"id"`
		Standing string       `json:"standing"`
		Reason   vault.Sealed `json:"reason,omitempty"`
		Moment
	}
	// PersonHandledEvent says who handles the person and where; what is empty
	// stays as it is.
	PersonHandledEvent struct {
		Person string `json:"person"`
		Uses   []Used `json:"uses"`
		Moment
	}
	// Used is one new handler, vehicle or room.
	Used struct {
		Kind string `json:"kind"`
		Key  string `json:"key"`
		Unit string `json:"unit,omitempty"`
	}
	// PersonLeftEvent says that the person left the scene.
	PersonLeftEvent struct {
		Person string `json:"person"`
		Moment
	}
)

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

// Restate changes what a person is held to be. What the person shared so far
// is looked at again.
type Restate struct {
	Person   string `json:"person" doc:"Id of the person at the scene" maxLength:"60"`
	Standing string `json:"standing" doc:"Vocabulary scene-standings" maxLength:"40"`
	Reason   string `json:"reason" doc:"What changed; sealed as inquiry under the person's own key"`
	Aside
	At
}

// Action is scene.handle.
func (*Restate) Action() policy.Action { return policy.SceneHandle }

// Check requires person, standing and reason.
func (r *Restate) Check(c *valid.Check, k *content.Content) {
	c.Text("person", &r.Person, 60, true)
	c.Term("standing", r.Standing, inList(k, "scene-standings"), true)
	c.Text("reason", &r.Reason, valid.MaxText, true)
	r.Aside.check(c)
	r.At.check(c)
}

func (a *Aside) check(c *valid.Check) {
	c.Text("override_reason", &a.OverrideReason, valid.MaxText, a.OverrideTold != "")
	if n := len([]rune(a.OverrideReason)); n > 0 && n < minReason {
		c.Add("override_reason", "common.error.too_short", "min", minReason)
	}
	c.Text("override_told", &a.OverrideTold, 100, a.OverrideReason != "")
}

// minReason is how many characters a reason has at least: "urgent" is none.
const minReason = 20

func (r *Restate) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	p := s.Person(r.Person)
	if p == nil {
		return nil, problem.ErrNotFound
	}
	over, err := r.Aside.settle(s, e, e.rules.Clashes(s.contacts(p, r.Standing), e.everybody(s)))
	if err != nil {
		return nil, err
	}
	id := e.newID()
	out := []ledger.Draft{draft(PersonRestated, PersonRestatedEvent{Person: p.ID, ID: id, Standing: r.Standing,
		Reason: e.sealed(p.ID, id, "reason", r.Reason), Moment: r.At.moment(e.now)})}
	return withOverride(out, over), nil
}

func withOverride(out []ledger.Draft, over *OverriddenEvent) []ledger.Draft {
	if over != nil {
		out = append(out, draft(Overridden, *over))
	}
	return out
}

// everybody gives the contacts of all scenes of the inquiry, and of its things.
func (e *env) everybody(s *State) []Contact {
	out := s.Contacts()
	for _, x := range e.siblings {
		out = append(out, x.Contacts()...)
	}
	for i := range e.things {
		out = append(out, e.things[i].contacts()...)
	}
	return out
}

// Handle says who handles a person now, and in which vehicle and room. What is
// left empty stays as it is; at least one is given.
type Handle struct {
	Person  string `json:"person" doc:"Id of the person at the scene" maxLength:"60"`
	Handler string `json:"handler,omitempty" doc:"Staff id; somebody with a role at the scene or on the inquiry's team" maxLength:"100"`
	Vehicle string `json:"vehicle,omitempty" doc:"Id of a vehicle of the scene; - for none any more" maxLength:"60"`
	Room    string `json:"room,omitempty" doc:"Id of a room of the scene; - for none any more" maxLength:"60"`
	Aside
	At
}

// Action is scene.handle.
func (*Handle) Action() policy.Action { return policy.SceneHandle }

// Check requires the person and something to say about her.
func (h *Handle) Check(c *valid.Check, _ *content.Content) {
	c.Text("person", &h.Person, 60, true)
	c.Text("handler", &h.Handler, 100, false)
	c.Text("vehicle", &h.Vehicle, 60, false)
	c.Text("room", &h.Room, 60, false)
	if h.Handler == "" && h.Vehicle == "" && h.Room == "" {
		c.Add("handler", "common.error.required")
	}
	h.Aside.check(c)
	h.At.check(c)
}

func (h *Handle) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	p := s.Person(h.Person)
	switch {
	case p == nil:
		return nil, problem.ErrNotFound
	case p.Left != nil:
		return nil, problem.Refuse("scene.person-gone")
	case h.Handler != "" && !slices.Contains(s.Present(e.now), h.Handler):
		return nil, problem.Refuse("scene.handler-at-scene")
	}
	used, err := h.uses(s)
	if err != nil {
		return nil, err
	}
	var mine []Contact
	for _, u := range used {
		if u.Key != "" {
			mine = append(mine, Contact{s.ID, p.ID, p.Standing, u.Kind, u.Key})
		}
	}
	over, err := h.Aside.settle(s, e, e.rules.Clashes(mine, e.everybody(s)))
	if err != nil {
		return nil, err
	}
	return withOverride([]ledger.Draft{draft(PersonHandled, PersonHandledEvent{Person: p.ID, Uses: used, Moment: h.At.moment(e.now)})}, over), nil
}

func (h *Handle) uses(s *State) ([]Used, error) {
	var out []Used
	if h.Handler != "" {
		out = append(out, Used{Kind: ByHandler, Key: h.Handler})
	}
	for _, x := range [][2]string{{ByVehicle, h.Vehicle}, {ByRoom, h.Room}} {
		switch u := s.Unit(x[1]); {
		case x[1] == "":
		case x[1] == "-":
			out = append(out, Used{Kind: x[0]})
		case u == nil || u.Kind != x[0]:
			return nil, problem.ErrNotFound
		default:
			out = append(out, Used{Kind: x[0], Key: u.key(s.ID), Unit: u.ID})
		}
	}
	return out, nil
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
	UnitAdded: on(func(s *State, p UnitAddedEvent, by By) { s.Units = append(s.Units, Unit{p, by}) }),
	PersonArrived: on(func(s *State, p PersonArrivedEvent, by By) {
		s.Persons = append(s.Persons, Person{ID: p.ID, Label: p.Label, Standing: p.Standing, Child: p.Child, Case: p.Case,
			Description: p.Description, By: by, Moment: p.Moment})
		s.tells(by, p.Moment)
	}),
	PersonRestated: on(func(s *State, p PersonRestatedEvent, by By) {
		if x := s.Person(p.Person); x != nil {
			x.Standing = p.Standing
			x.Restated = append(x.Restated, Restated{p, by})
		}
		s.tells(by, p.Moment)
	}),
	PersonHandled: on(func(s *State, p PersonHandledEvent, by By) {
		if x := s.Person(p.Person); x != nil {
			x.use(p.Uses, by)
		}
		s.tells(by, p.Moment)
	}),
	PersonLeft: on(func(s *State, p PersonLeftEvent, by By) {
		if x := s.Person(p.Person); x != nil {
			x.Left = &Left{By: by, Moment: p.Moment}
		}
		s.tells(by, p.Moment)
	}),
}

func (p *Person) use(list []Used, by By) {
	for _, u := range list {
		if now := p.Now(u.Kind); now != nil {
			now.Until = &by
		}
		if u.Key != "" {
			p.Uses = append(p.Uses, Use{Kind: u.Kind, Key: u.Key, Unit: u.Unit, Since: by})
		}
	}
}
