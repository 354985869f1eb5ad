package scene

import (
	"slices"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
)

// PersonHandled is the kind of the event that says who handles a person, where.
const PersonHandled = "scene.person_handled"

// Use is who handled the person, what carried or kept the person, from when to
// when. Until is nil for the present one of its kind.
type Use struct {
	Kind  string `json:"kind"` // handler, vehicle or room
	Key   string `json:"key"`
	Unit  string `json:"unit,omitempty"` // id of the vehicle or room
	Since By     `json:"since"`
	Until *By    `json:"until,omitempty"`
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

// PersonHandledEvent says who handles the person and where; what is empty
// stays as it is.
type PersonHandledEvent struct {
	Person string `json:"person"`
	Uses   []Used `json:"uses"`
	Moment
}

// Used is one new handler, vehicle or room.
type Used struct {
	Kind string `json:"kind"`
	Key  string `json:"key"`
	Unit string `json:"unit,omitempty"`
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

var handlingFolds = map[string]folder{
	PersonHandled: on(func(s *State, p PersonHandledEvent, by By) {
		if x := s.Person(p.Person); x != nil {
			x.use(p.Uses, by)
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
