package scene

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"go.yaml.in/yaml/v3"

	"rufaa/internal/content"
)

// File is the name of the data file in the content folder.
const File = "scene.yaml"

// Standings of a person at a scene that rules speak of (vocabulary
// scene-standings has them all).
const (
	Victim       = "victim"
	Suspect      = "suspect"
	Undetermined = "undetermined"
)

// Rules is what content/scene.yaml says.
type Rules struct {
	apart  [][2]string
	shapes map[string]Shape
	cse    []string
}

// Shape is how a mark is drawn on the sketch.
type Shape string

// The shapes: one point, a line of two or more, an area of three or more.
const (
	Point Shape = "point"
	Line  Shape = "line"
	Area  Shape = "area"
)

// LoadRules reads and checks the data file. Every problem is told with file,
// line and remedy.
func LoadRules(fsys fs.FS, k *content.Content) (*Rules, error) {
	raw, err := fs.ReadFile(fsys, File)
	if err != nil {
		return nil, fmt.Errorf("scene: %w; put the file back from the program's own content", err)
	}
	var in struct {
		Apart  []yaml.Node          `yaml:"apart"`
		Shapes map[string]yaml.Node `yaml:"shapes"`
		CSE    []string             `yaml:"cse-kinds"`
	}
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(&in); err != nil {
		return nil, fmt.Errorf("scene: %s: %w; compare with a neighbouring entry", File, err)
	}
	r := &Rules{shapes: map[string]Shape{}}
	var problems []error
	bad := func(n *yaml.Node, what, remedy string) {
		problems = append(problems, fmt.Errorf("%s:%d: %s; %s", File, n.Line, what, remedy))
	}
	for i := range in.Apart {
		n := &in.Apart[i]
		var pair []string
		if n.Decode(&pair) != nil || len(pair) != 2 || !k.Choosable("scene-standings", pair[0]) || !k.Choosable("scene-standings", pair[1]) {
			bad(n, "not two standings of scene-standings", "write a pair such as [victim, suspect]")
			continue
		}
		r.apart = append(r.apart, [2]string{pair[0], pair[1]})
	}
	for id, n := range in.Shapes {
		var shape Shape
		if n.Decode(&shape) != nil || !slices.Contains([]Shape{Point, Line, Area}, shape) || !k.Choosable("scene-marks", id) {
			bad(&n, fmt.Sprintf("%q is no mark of scene-marks with a shape", id), "write mark: point, line or area")
			continue
		}
		r.shapes[id] = shape
	}
	for _, kind := range in.CSE {
		if !k.Choosable("inquiry-kinds", kind) {
			problems = append(problems, fmt.Errorf("%s:1: cse-kinds names %q; use ids of the vocabulary inquiry-kinds", File, kind))
		}
	}
	r.cse = in.CSE
	if !r.Apart(Victim, Suspect) {
		problems = append(problems, fmt.Errorf("%s:1: victims and suspects are not kept apart; write - [victim, suspect] under apart", File))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, fmt.Errorf("scene: %w", err)
	}
	return r, nil
}

// Apart tells whether persons of two standings must be kept apart.
func (r *Rules) Apart(a, b string) bool {
	return slices.ContainsFunc(r.apart, func(p [2]string) bool {
		return p[0] == a && p[1] == b || p[0] == b && p[1] == a
	})
}

// IsCSE tells whether every scene of an inquiry of a kind is one of child
// sexual exploitation.
func (r *Rules) IsCSE(kind string) bool { return slices.Contains(r.cse, kind) }

// Shape of a mark; a point where the data names none.
func (r *Rules) Shape(mark string) Shape {
	if s, ok := r.shapes[mark]; ok {
		return s
	}
	return Point
}
