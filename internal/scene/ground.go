package scene

import (
	"slices"
	"strconv"
	"strings"

	"rufaa/internal/problem"
)

// Ground is the photo that something was drawn on: an evidence file of the
// scene, which is never altered. It names the digest of the content, so that a
// court can hold the picture against the lines.
type Ground struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
	// Width and Height of the picture in pixels, upright: turned as its camera
	// noted that it was held (Turn, Exif orientation from 2 to 8; 0 is as stored).
	// Points are counted on the picture so turned.
	Width  int `json:"width"`
	Height int `json:"height"`
	Turn   int `json:"turn,omitempty"`
	Parts  int `json:"parts"` // into how many each side is parted; points count these
}

// PhotoParts is how finely a point is placed on a photo: in ten-thousandths of
// its width from the left, and of its height from the top.
const PhotoParts = 10_000

// Parts is into how many each side of what the mark stands on is parted.
func (m *Mark) Parts() int {
	if m.On == nil {
		return Grid
	}
	return m.On.Parts
}

// Percent writes a coordinate of the mark as it is typed: from 0 to 100 with at
// most two places after the point.
func (m *Mark) Percent(n int) string {
	return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(float64(n)*Grid/float64(m.Parts()), 'f', 2, 64), "0"), ".")
}

// Mark gives one of the sketch by id, also one that was taken off; nil is none.
func (s *State) Mark(id string) *Mark {
	for i := range s.Marks {
		if s.Marks[i].ID == id {
			return &s.Marks[i]
		}
	}
	return nil
}

// Grounds are the photos that something was drawn on, each once, in the order
// in which they were first drawn on.
func (s *State) Grounds() []Ground {
	var out []Ground
	for i := range s.Marks {
		if g := s.Marks[i].On; g != nil && !slices.ContainsFunc(out, func(x Ground) bool { return x.File == g.File }) {
			out = append(out, *g)
		}
	}
	return out
}

// Ground gives the photo as something was drawn on it, or nil.
func (s *State) Ground(file string) *Ground {
	for i := range s.Marks {
		if g := s.Marks[i].On; g != nil && g.File == file {
			return g
		}
	}
	return nil
}

// MarksOn are the marks on a photo that were not taken off; of the plain sketch
// for "".
func (s *State) MarksOn(file string) []*Mark {
	var out []*Mark
	for i := range s.Marks {
		if m := &s.Marks[i]; m.Gone == nil && m.of(file) {
			out = append(out, m)
		}
	}
	return out
}

// ground is what a mark is drawn on; nil is the plain sketch.
func (d *Draw) ground(e *env) (*Ground, error) {
	if d.On == "" {
		return nil, nil
	}
	g, err := e.photo(d.On)
	if err == nil && g == nil {
		err = &problem.Invalid{Fields: []problem.Field{{Name: "on", Key: "scene.error.photo"}}}
	}
	return g, err
}
