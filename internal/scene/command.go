package scene

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"rufaa/internal/content"
	"rufaa/internal/inquiry"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Command is one thing somebody asks to be done at a scene. Pages and API fill
// the same structs; the JSON names are the API's.
type Command interface {
	// Action is what the door is asked for.
	Action() policy.Action
	// Check cleans the input in place and gathers what is wrong with it.
	Check(*valid.Check, *content.Content)
	// decide holds the rules: what happened, or why not. It changes nothing.
	decide(*State, *env) ([]ledger.Draft, error)
}

// env is what a decision may know besides the state.
type env struct {
	id      string // of the scene
	now     time.Time
	by      policy.Principal
	content *content.Content
	newID   func() string
	seal    func(subject string, p vault.Place, text string) vault.Sealed

	rules       *Rules
	siblings    []*State // the other scenes of the inquiry, where separation is decided
	things      []Thing  // its exhibits that lie in something, likewise
	mayOverride bool

	photo func(file string) (*Ground, error) // that a sketch may stand on; nil is none
	has   func(Made) (bool, error)           // an exhibit or a file of the scene
}

// sealed seals one text of a record as "inquiry" under a subject's key.
func (e *env) sealed(subject, record, field, text string) vault.Sealed {
	if text == "" {
		return ""
	}
	return e.seal(subject, place(record, field), text)
}

func place(record, field string) vault.Place {
	return vault.Place{Record: record, Field: field, Compartment: vault.Inquiry, Schema: 1}
}

// At is the time that the writer's device shows, sent with a command.
type At struct {
	DeviceAt string `json:"device_at,omitempty" doc:"RFC 3339 time of the writer's device; kept beside the server's" maxLength:"40"`
}

func (a *At) clock() *string { return &a.DeviceAt }

func (a *At) check(c *valid.Check) {
	if a.DeviceAt == "" {
		return
	}
	if _, err := time.Parse(time.RFC3339, a.DeviceAt); err != nil {
		c.Add("device_at", "common.error.date")
	}
}

// moment compares the device's clock with the server's.
func (a *At) moment(now time.Time) Moment {
	t, err := time.Parse(time.RFC3339, a.DeviceAt)
	if err != nil {
		return Moment{}
	}
	return Moment{Device: a.DeviceAt, Off: int64(t.Sub(now).Round(time.Second) / time.Second)}
}

func inList(k *content.Content, list string) func(string) bool {
	return func(id string) bool { return k.Choosable(list, id) }
}

// Open opens a scene of an inquiry.
type Open struct {
	Class   string   `json:"class" doc:"Vocabulary scene-classes" maxLength:"40"`
	CSE     bool     `json:"cse,omitempty" doc:"Child sexual exploitation: stop on discovery; nothing is copied, viewed or sent"`
	Cases   []string `json:"cases,omitempty" doc:"Ids of linked cases of the inquiry" maxItems:"40"`
	Address string   `json:"address,omitempty" doc:"Sealed as inquiry"`
	Point   string   `json:"point,omitempty" doc:"Latitude,longitude in degrees (WGS 84), e.g. -4.0435,39.6682; sealed as inquiry" maxLength:"40"`
	Role    string   `json:"role,omitempty" doc:"Vocabulary scene-roles, of who opens it; scene-manager when empty" maxLength:"40"`

	Guide     string `json:"guide,omitempty" doc:"Id of the guide to follow; empty: the first that fits" maxLength:"60"`
	Operation string `json:"operation,omitempty" doc:"Id of the operation it belongs to, whose vehicles and rooms it takes over" maxLength:"60"`
	At
}

// Action is scene.create, asked of the inquiry.
func (*Open) Action() policy.Action { return policy.SceneCreate }

// Check requires the class.
func (o *Open) Check(c *valid.Check, k *content.Content) {
	c.Term("class", o.Class, inList(k, "scene-classes"), true)
	c.Count("cases", len(o.Cases), 40)
	checkPlace(c, &o.Address, &o.Point)
	c.Term("guide", o.Guide, func(id string) bool { return k.Guide(id) != nil }, false)
	c.Text("operation", &o.Operation, 60, false)
	if o.Role == "" {
		o.Role = Manager
	}
	c.Term("role", o.Role, inList(k, "scene-roles"), true)
	o.At.check(c)
}

func checkPlace(c *valid.Check, address, point *string) {
	c.Text("address", address, valid.MaxText, false)
	if *point = strings.Join(strings.Fields(*point), ""); *point != "" && !validPoint(*point) {
		c.Add("point", "scene.error.point")
	}
}

var pointForm = regexp.MustCompile(`^(-?\d{1,2}(?:\.\d{1,8})?),(-?\d{1,3}(?:\.\d{1,8})?)$`)

func validPoint(s string) bool {
	m := pointForm.FindStringSubmatch(s)
	if m == nil {
		return false
	}
	lat, err1 := strconv.ParseFloat(m[1], 64)
	lon, err2 := strconv.ParseFloat(m[2], 64)
	return err1 == nil && err2 == nil && lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180
}

func (o *Open) decide(s *State, e *env) ([]ledger.Draft, error) {
	in := s.inquiry
	if in.Closure != nil {
		return nil, problem.Refuse("inquiry.closed")
	}
	for _, id := range o.Cases {
		if !in.HasCase(id) {
			return nil, problem.Refuse("scene.case-of-inquiry")
		}
	}
	cases := slices.Clone(o.Cases)
	slices.Sort(cases)
	cse := o.CSE || e.rules.IsCSE(in.Kind)
	n, id := len(in.Scenes)+1, e.newID()
	out := []ledger.Draft{draft(Opened, OpenedEvent{
		Inquiry: in.ID, Ref: in.Ref + "/S" + strconv.Itoa(n), Number: n, Class: o.Class, CSE: cse, Cases: slices.Compact(cases),
		PlaceID: id, Address: e.sealed(Subject(e.id), id, "address", o.Address), Point: e.sealed(Subject(e.id), id, "point", o.Point),
		Role: o.Role, Operation: o.Operation, Moment: o.At.moment(e.now),
	})}
	guide := o.Guide
	if guide == "" {
		guide = e.content.GuideFor(o.Class, cse)
	}
	if guide != "" {
		out = append(out, draft(GuideBegun, GuideBegunEvent{guide}))
	}
	return o.takeOver(out, in, e)
}

// takeOver brings the vehicles and rooms of the planned operation along.
func (o *Open) takeOver(out []ledger.Draft, in *inquiry.State, e *env) ([]ledger.Draft, error) {
	if o.Operation == "" {
		return out, nil
	}
	op := in.Operation(o.Operation)
	if op == nil {
		return nil, problem.ErrNotFound
	}
	for _, u := range op.Units {
		out = append(out, draft(UnitAdded, UnitAddedEvent{ID: e.newID(), Kind: u.Kind, Name: u.Name, Shared: true}))
	}
	return out, nil
}

// Give gives somebody a role at the scene.
type Give struct {
	Staff string `json:"staff" doc:"Id of a member of staff" maxLength:"100"`
	Role  string `json:"role" doc:"Vocabulary scene-roles" maxLength:"40"`

	agency string
}

// Action is scene.role.
func (*Give) Action() policy.Action { return policy.SceneRole }

// Check requires both.
func (g *Give) Check(c *valid.Check, k *content.Content) {
	c.Text("staff", &g.Staff, 100, true)
	if g.Staff != "" && g.agency == "" {
		c.Add("staff", "common.error.unknown_term")
	}
	c.Term("role", g.Role, inList(k, "scene-roles"), true)
}

func (g *Give) decide(s *State, _ *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	switch {
	case s.Holds(g.Staff, g.Role):
		return nil, problem.Refuse("scene.role-held")
	// One pair of hands answers for every exhibit of a scene.
	case g.Role == ExhibitsOfficer && len(s.Holding(ExhibitsOfficer)) > 0:
		return nil, problem.Refuse("scene.one-exhibits-officer")
	}
	return happened(RoleGiven, RoleGivenEvent{Staff: g.Staff, Agency: g.agency, Role: g.Role})
}

// End ends somebody's role at the scene.
type End struct {
	Staff string `json:"staff" doc:"Id of a member of staff" maxLength:"100"`
	Role  string `json:"role" doc:"Vocabulary scene-roles" maxLength:"40"`
}

// Action is scene.role.
func (*End) Action() policy.Action { return policy.SceneRole }

// Check requires both.
func (x *End) Check(c *valid.Check, _ *content.Content) {
	c.Text("staff", &x.Staff, 100, true)
	c.Text("role", &x.Role, 40, true)
}

func (x *End) decide(s *State, _ *env) ([]ledger.Draft, error) {
	switch {
	case !s.Holds(x.Staff, x.Role):
		return nil, problem.ErrNotFound
	case x.Role == Manager && len(s.Holding(Manager)) == 1:
		return nil, problem.Refuse("scene.needs-manager")
	}
	return happened(RoleEnded, RoleEndedEvent{Staff: x.Staff, Role: x.Role})
}
