package scene

import (
	"regexp"
	"strconv"
	"strings"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Kinds of events of the sketch.
const (
	Drawn    = "scene.drawn"
	Unmarked = "scene.unmarked"
)

// Grid is the last coordinate of the sketch, which runs from 0 to Grid in both
// directions: from the left, and from the top.
const Grid = 100

// XY is a place on the sketch.
type XY struct {
	X int `json:"x"`
	Y int `json:"y"`
}

// Mark is a cordon, the common approach path, a wall, a bed: something drawn.
type Mark struct {
	DrawnEvent
	By   By  `json:"by"`
	Gone *By `json:"gone,omitempty"` // taken off the sketch; it stays in the record
}

// DrawnEvent puts a mark on the sketch.
type DrawnEvent struct {
	ID     string       `json:"id"`
	Kind   string       `json:"kind"` // vocabulary scene-marks
	Points []XY         `json:"points"`
	Code   string       `json:"code,omitempty"` // short, e.g. A or E1; no names
	Note   vault.Sealed `json:"note,omitempty"`
	Moment
}

// UnmarkedEvent takes one off.
type UnmarkedEvent struct {
	Mark string `json:"mark"`
}

// maxPoints is more than a fingertip sets for one mark.
const maxPoints = 60

// Draw puts a mark on the sketch.
type Draw struct {
	Kind   string `json:"kind" doc:"Vocabulary scene-marks" maxLength:"40"`
	Points string `json:"points" doc:"Places as x,y from 0 to 100, from the left and from the top, e.g. 10,10 90,10 90,80" maxLength:"600"`
	Code   string `json:"code,omitempty" doc:"Letters and digits shown beside it, e.g. A or E1; no names of persons" maxLength:"12"`
	Note   string `json:"note,omitempty" doc:"Sealed as inquiry"`
	At

	points []XY
}

// Action is scene.note.
func (*Draw) Action() policy.Action { return policy.SceneNote }

// Check reads the points. How many a mark needs is a rule of its shape.
func (d *Draw) Check(c *valid.Check, k *content.Content) {
	c.Term("kind", d.Kind, inList(k, "scene-marks"), true)
	var ok bool
	switch d.points, ok = ParsePoints(d.Points); {
	case strings.TrimSpace(d.Points) == "":
		c.Add("points", "common.error.required")
	case !ok:
		c.Add("points", "scene.error.points")
	case len(d.points) > maxPoints:
		c.Add("points", "common.error.too_many", "max", maxPoints)
	}
	c.Text("code", &d.Code, 12, false)
	if !codeForm.MatchString(d.Code) {
		c.Add("code", "common.error.characters")
	}
	c.Text("note", &d.Note, valid.MaxText, false)
	d.At.check(c)
}

var codeForm = regexp.MustCompile(`^[\p{L}\p{N} .-]*$`)

// ParsePoints reads "x,y x,y …", each a whole number from 0 to Grid.
func ParsePoints(text string) ([]XY, bool) {
	var out []XY
	for _, pair := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '\r' || r == '\t' || r == ';' }) {
		a, b, found := strings.Cut(pair, ",")
		x, err1 := strconv.Atoi(a)
		y, err2 := strconv.Atoi(b)
		if !found || err1 != nil || err2 != nil || x < 0 || y < 0 || x > Grid || y > Grid {
			return nil, false
		}
		out = append(out, XY{x, y})
		if len(out) > 10*maxPoints {
			return out, true
		}
	}
	return out, len(out) > 0
}

func (d *Draw) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	need := map[Shape]int{Point: 1, Line: 2, Area: 3}[e.rules.Shape(d.Kind)]
	if len(d.points) < need {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "points", Key: "scene.error.points_least", Args: []any{"min", need}}}}
	}
	id := e.newID()
	return happened(Drawn, DrawnEvent{ID: id, Kind: d.Kind, Points: d.points, Code: d.Code,
		Note: e.sealed(Subject(s.ID), id, "note", d.Note), Moment: d.At.moment(e.now)})
}

// Unmark takes a mark off the sketch. It stays in the record.
type Unmark struct {
	Mark string `json:"mark" doc:"Id of the mark" maxLength:"60"`
}

// Action is scene.note.
func (*Unmark) Action() policy.Action { return policy.SceneNote }

// Check requires the mark.
func (u *Unmark) Check(c *valid.Check, _ *content.Content) { c.Text("mark", &u.Mark, 60, true) }

func (u *Unmark) decide(s *State, _ *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	for i := range s.Marks {
		if m := &s.Marks[i]; m.ID == u.Mark && m.Gone == nil {
			return happened(Unmarked, UnmarkedEvent{Mark: m.ID})
		}
	}
	return nil, problem.ErrNotFound
}

var sketchFolds = map[string]folder{
	Drawn: on(func(s *State, p DrawnEvent, by By) {
		s.Marks = append(s.Marks, Mark{DrawnEvent: p, By: by})
		s.tells(by, p.Moment)
	}),
	Unmarked: on(func(s *State, p UnmarkedEvent, by By) {
		for i := range s.Marks {
			if s.Marks[i].ID == p.Mark {
				s.Marks[i].Gone = &by
			}
		}
	}),
}
