package scene

import (
	"time"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Kinds of events of the scene log.
const (
	Entered  = "scene.entered"
	LeftLog  = "scene.left"
	Observed = "scene.observed"
	Located  = "scene.located"
)

// Entry is one line of the scene log: who went in, why, in what, with whom,
// and when they came out. Every time is kept as the log officer told it and as
// the server took it.
type Entry struct {
	EnteredEvent
	By  By        `json:"by"`
	Out *LeftLine `json:"out,omitempty"`
}

// LeftLine closes a line of the log.
type LeftLine struct {
	LeftEvent
	By By `json:"by"`
}

// EnteredEvent is that somebody crossed the inner cordon.
type EnteredEvent struct {
	ID       string       `json:"id"`
	Staff    string       `json:"staff,omitempty"`
	Person   string       `json:"person,omitempty"` // a person at the scene
	Name     vault.Sealed `json:"name,omitempty"`   // of anybody else; under the scene's key
	Purpose  string       `json:"purpose"`          // vocabulary scene-purposes
	Clothing string       `json:"clothing"`         // vocabulary scene-clothing
	Escort   string       `json:"escort,omitempty"` // staff
	Time     time.Time    `json:"time"`             // when it was, as told; UTC
	Moment
}

// LeftEvent is that the person came out.
type LeftEvent struct {
	Entry string    `json:"entry"`
	Time  time.Time `json:"time"`
	Moment
}

// ObservedEvent is what the place was like: weather and hazards.
type ObservedEvent struct {
	ID      string       `json:"id"`
	Weather []string     `json:"weather,omitempty"` // vocabulary scene-weather
	Hazards []string     `json:"hazards,omitempty"` // vocabulary scene-hazards
	Note    vault.Sealed `json:"note,omitempty"`
	Moment
}

// Observation is one such note.
type Observation struct {
	ObservedEvent
	By By `json:"by"`
}

// Enter writes a line into the scene log: a member of staff, a person at the
// scene, or somebody else by name.
type Enter struct {
	Staff    string `json:"staff,omitempty" doc:"Staff id" maxLength:"100"`
	Person   string `json:"person,omitempty" doc:"Id of a person at the scene" maxLength:"60"`
	Name     string `json:"name,omitempty" doc:"Of anybody else; sealed as inquiry" maxLength:"200"`
	Purpose  string `json:"purpose" doc:"Vocabulary scene-purposes" maxLength:"40"`
	Clothing string `json:"clothing" doc:"Vocabulary scene-clothing" maxLength:"40"`
	Escort   string `json:"escort,omitempty" doc:"Staff id of who escorted" maxLength:"100"`
	Time     string `json:"time,omitempty" doc:"When it was: RFC 3339, or local time of Kenya such as 2026-03-04T22:10; empty: now" maxLength:"40"`
	At

	time  time.Time
	known func(staff string) bool
}

// Action is scene.log.
func (*Enter) Action() policy.Action { return policy.SceneLog }

// Check requires one who, the purpose and the clothing.
func (x *Enter) Check(c *valid.Check, k *content.Content) {
	c.Text("staff", &x.Staff, 100, false)
	c.Text("person", &x.Person, 60, false)
	c.Line("name", &x.Name, valid.MaxName, false)
	n := 0
	for _, who := range []string{x.Staff, x.Person, x.Name} {
		if who != "" {
			n++
		}
	}
	if n != 1 {
		c.Add("staff", "scene.error.one_who")
	}
	for field, id := range map[string]string{"staff": x.Staff, "escort": x.Escort} {
		if id != "" && !x.known(id) {
			c.Add(field, "common.error.unknown_term")
		}
	}
	c.Term("purpose", x.Purpose, inList(k, "scene-purposes"), true)
	c.Term("clothing", x.Clothing, inList(k, "scene-clothing"), true)
	c.Text("escort", &x.Escort, 100, false)
	x.time = told(c, x.Time)
	x.At.check(c)
}

// kenya is the time of a clock on the wall: East Africa Time has no summer time.
var kenya = time.FixedZone("EAT", 3*60*60)

// told reads when something was; the zero time is "now".
func told(c *valid.Check, value string) time.Time {
	if value == "" {
		return time.Time{}
	}
	if t, err := time.Parse(time.RFC3339, value); err == nil {
		return t.UTC()
	}
	for _, form := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(form, value, kenya); err == nil {
			return t.UTC()
		}
	}
	c.Add("time", "scene.error.time")
	return time.Time{}
}

// when is the told time, or now. A little ahead of the server is a fast clock;
// more is a mistake.
func when(t, now time.Time) time.Time {
	if t.IsZero() {
		return now
	}
	return t
}

const ahead = 10 * time.Minute

func (x *Enter) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	if x.Person != "" && s.Person(x.Person) == nil {
		return nil, problem.ErrNotFound
	}
	for i := range s.Log {
		if l := &s.Log[i]; l.Out == nil && (x.Staff != "" && l.Staff == x.Staff || x.Person != "" && l.Person == x.Person) {
			return nil, problem.Refuse("scene.inside-already")
		}
	}
	if x.time.After(e.now.Add(ahead)) {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "time", Key: "common.error.future"}}}
	}
	id := e.newID()
	return happened(Entered, EnteredEvent{ID: id, Staff: x.Staff, Person: x.Person, Name: e.sealed(Subject(s.ID), id, "name", x.Name),
		Purpose: x.Purpose, Clothing: x.Clothing, Escort: x.Escort, Time: when(x.time, e.now), Moment: x.At.moment(e.now)})
}

// Leave closes a line of the log.
type Leave struct {
	Entry string `json:"entry" doc:"Id of the line" maxLength:"60"`
	Time  string `json:"time,omitempty" doc:"When it was: RFC 3339, or local time of Kenya; empty: now" maxLength:"40"`
	At

	time time.Time
}

// Action is scene.log.
func (*Leave) Action() policy.Action { return policy.SceneLog }

// Check requires the line.
func (x *Leave) Check(c *valid.Check, _ *content.Content) {
	c.Text("entry", &x.Entry, 60, true)
	x.time = told(c, x.Time)
	x.At.check(c)
}

func (x *Leave) decide(s *State, e *env) ([]ledger.Draft, error) {
	var line *Entry
	for i := range s.Log {
		if s.Log[i].ID == x.Entry {
			line = &s.Log[i]
		}
	}
	at := when(x.time, e.now)
	switch {
	case line == nil:
		return nil, problem.ErrNotFound
	case line.Out != nil:
		return nil, problem.Refuse("scene.left-already")
	case at.Before(line.Time) || at.After(e.now.Add(ahead)):
		return nil, problem.Refuse("scene.left-before-entering")
	}
	return happened(LeftLog, LeftEvent{Entry: line.ID, Time: at, Moment: x.At.moment(e.now)})
}

// Inside are the lines of those who have not left.
func (s *State) Inside() []Entry {
	var out []Entry
	for _, l := range s.Log {
		if l.Out == nil {
			out = append(out, l)
		}
	}
	return out
}

// Observe notes weather and hazards.
type Observe struct {
	Weather []string `json:"weather,omitempty" doc:"Vocabulary scene-weather" maxItems:"40"`
	Hazards []string `json:"hazards,omitempty" doc:"Vocabulary scene-hazards" maxItems:"40"`
	Note    string   `json:"note,omitempty" doc:"Sealed as inquiry"`
	At
}

// Action is scene.note.
func (*Observe) Action() policy.Action { return policy.SceneNote }

// Check requires something.
func (o *Observe) Check(c *valid.Check, k *content.Content) {
	for field, list := range map[string][]string{"weather": o.Weather, "hazards": o.Hazards} {
		c.Count(field, len(list), 40)
		for _, id := range list {
			c.Term(field, id, inList(k, "scene-"+field), true)
		}
	}
	c.Text("note", &o.Note, valid.MaxText, false)
	if len(o.Weather)+len(o.Hazards) == 0 && o.Note == "" {
		c.Add("weather", "common.error.choose")
	}
	o.At.check(c)
}

func (o *Observe) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	id := e.newID()
	return happened(Observed, ObservedEvent{ID: id, Weather: o.Weather, Hazards: o.Hazards,
		Note: e.sealed(Subject(s.ID), id, "note", o.Note), Moment: o.At.moment(e.now)})
}

// Locate says anew where the scene is.
type Locate struct {
	Address string `json:"address,omitempty" doc:"Sealed as inquiry"`
	Point   string `json:"point,omitempty" doc:"Latitude,longitude in degrees (WGS 84); sealed as inquiry" maxLength:"40"`
	At
}

// Action is scene.note.
func (*Locate) Action() policy.Action { return policy.SceneNote }

// Check requires one of both.
func (l *Locate) Check(c *valid.Check, _ *content.Content) {
	checkPlace(c, &l.Address, &l.Point)
	if l.Address == "" && l.Point == "" {
		c.Add("address", "common.error.required")
	}
	l.At.check(c)
}

// LocatedEvent replaces the place; what stood before stays in the ledger.
type LocatedEvent struct {
	Place
	Moment
}

func (l *Locate) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	id := e.newID()
	return happened(Located, LocatedEvent{Place{ID: id, Address: e.sealed(Subject(s.ID), id, "address", l.Address),
		Point: e.sealed(Subject(s.ID), id, "point", l.Point)}, l.At.moment(e.now)})
}

var logFolds = map[string]folder{
	Entered: on(func(s *State, p EnteredEvent, by By) {
		s.Log = append(s.Log, Entry{EnteredEvent: p, By: by})
		s.tells(by, p.Moment)
	}),
	LeftLog: on(func(s *State, p LeftEvent, by By) {
		for i := range s.Log {
			if s.Log[i].ID == p.Entry {
				s.Log[i].Out = &LeftLine{LeftEvent: p, By: by}
			}
		}
		s.tells(by, p.Moment)
	}),
	Observed: on(func(s *State, p ObservedEvent, by By) {
		s.Observations = append(s.Observations, Observation{p, by})
		s.tells(by, p.Moment)
	}),
	Located: on(func(s *State, p LocatedEvent, by By) {
		s.Place = p.Place
		s.tells(by, p.Moment)
	}),
}
