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
// directions: from the left, and from the top. It has squares of a tenth, A1 in
// the upper left corner to J10 in the lower right.
const (
	Grid    = 100
	Squares = 10
)

// XY is a place on the sketch: on the plain one from 0 to Grid, on a photo in
// parts of its width and height (Ground.Parts).
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
	Kind   string       `json:"kind"`         // vocabulary scene-marks
	On     *Ground      `json:"on,omitempty"` // the photo that it is drawn on; nil is the plain sketch
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
	Points string `json:"points" doc:"Places as x,y from 0 to 100, from the left and from the top, e.g. 10,10 90,10 90,80; on a photo in percent of its width and height, with up to two places after the point. A square such as C4 (A1 to J10) is its middle" maxLength:"900"`
	On     string `json:"on,omitempty" doc:"Id of the photo that it is drawn on: an evidence file of this scene with a preview; the plain sketch when empty" maxLength:"60"`
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
	c.Text("on", &d.On, 60, false)
	parts, wrong := Grid, "scene.error.points"
	if d.On != "" {
		parts, wrong = PhotoParts, "scene.error.points_photo"
	}
	var ok bool
	switch d.points, ok = ParsePoints(d.Points, parts); {
	case strings.TrimSpace(d.Points) == "":
		c.Add("points", "common.error.required")
	case !ok:
		c.Add("points", wrong)
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

// ParsePoints reads "x,y x,y …", each from 0 to Grid or a square of the grid, as
// parts of a side. What is finer than a part is refused.
func ParsePoints(text string, parts int) ([]XY, bool) {
	var out []XY
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '\r' || r == '\t' || r == ';' }) {
		p, ok := point(word, parts)
		if !ok {
			return nil, false
		}
		if out = append(out, p); len(out) > 10*maxPoints {
			return out, true
		}
	}
	return out, len(out) > 0
}

var (
	pairForm   = regexp.MustCompile(`^(\d{1,3}(?:\.\d{1,2})?),(\d{1,3}(?:\.\d{1,2})?)$`)
	squareForm = regexp.MustCompile(`^([A-Ja-j])([1-9]|10)$`)
)

func point(word string, parts int) (XY, bool) {
	if m := squareForm.FindStringSubmatch(word); m != nil {
		row, _ := strconv.Atoi(m[2])
		middle := func(n int) int { return (2*n + 1) * parts / (2 * Squares) }
		return XY{middle(int(m[1][0]|0x20) - 'a'), middle(row - 1)}, true
	}
	m := pairForm.FindStringSubmatch(word)
	if m == nil {
		return XY{}, false
	}
	x, ok1 := part(m[1], parts)
	y, ok2 := part(m[2], parts)
	return XY{x, y}, ok1 && ok2
}

// part turns a coordinate with at most two places after the point into parts.
func part(text string, parts int) (int, bool) {
	whole, rest, _ := strings.Cut(text, ".")
	n, err := strconv.Atoi(whole + (rest + "00")[:2]) // hundredths
	n *= parts
	return n / (100 * Grid), err == nil && n%(100*Grid) == 0 && n <= parts*100*Grid
}

func (d *Draw) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	need := map[Shape]int{Point: 1, Line: 2, Area: 3}[e.rules.Shape(d.Kind)]
	if len(d.points) < need {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "points", Key: "scene.error.points_least", Args: []any{"min", need}}}}
	}
	on, err := d.ground(e)
	if err != nil {
		return nil, err
	}
	id := e.newID()
	return happened(Drawn, DrawnEvent{ID: id, Kind: d.Kind, On: on, Points: d.points, Code: d.Code,
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
