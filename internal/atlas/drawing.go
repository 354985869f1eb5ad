package atlas

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/planar"
)

// The frame of the drawing in degrees: Kenya and a rim of its neighbours. Width
// and height are in units of the viewBox. Degrees are drawn as squares, which
// so near the equator is true to 0.5 %.
const (
	west, east   = 33.2, 42.6
	south, north = -5.2, 5.8
	width        = 1000
	unit         = width / (east - west) // units per degree
	height       = 1170
)

// tight is the room, in units, from a county's label to its nearest edge under
// which a label does not fit on a small screen.
const tight = 22

// pen is one shape as drawn: a path in integers and where its label stands.
type pen struct {
	id    string
	path  string
	x, y  int
	tight bool
}

// drawing is made once: neighbours and land behind, counties in the order in
// which one reads, from north to south in bands of a degree, west to east.
type drawing struct {
	countries []pen
	counties  []pen
}

// countryLabels stand where the rim of each neighbour has room in the frame,
// longitude first.
var countryLabels = map[string]orb.Point{
	"et": {39.3, 5.2}, "so": {42.0, 1.4}, "ss": {34.2, 5.3}, "tz": {36.1, -3.6}, "ug": {33.8, 1.9},
}

func draw(counties, countries []outline) drawing {
	var d drawing
	frame := orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{east, north}}
	for _, o := range countries {
		shape := clip.MultiPolygon(frame, o.shape.Clone())
		path := trace(shape)
		if path == "" {
			continue
		}
		x, y := project(countryLabels[o.id])
		d.countries = append(d.countries, pen{id: o.id, path: path, x: x, y: y})
	}
	ordered := slices.Clone(counties)
	slices.SortStableFunc(ordered, func(a, b outline) int {
		return cmp.Or(
			-cmp.Compare(math.Floor(a.label.Lat()), math.Floor(b.label.Lat())),
			cmp.Compare(a.label.Lon(), b.label.Lon()),
		)
	})
	for _, o := range ordered {
		x, y := project(o.label)
		room := planar.DistanceFrom(o.shape, o.label) * unit
		d.counties = append(d.counties, pen{id: o.id, path: trace(o.shape), x: x, y: y, tight: room < tight})
	}
	return d
}

func project(p orb.Point) (x, y int) {
	return int(math.Round((p.Lon() - west) * unit)), int(math.Round((north - p.Lat()) * unit))
}

// trace writes a shape as an SVG path of whole units in relative moves.
func trace(shape orb.MultiPolygon) string {
	var b []byte
	for _, polygon := range shape {
		for _, ring := range polygon {
			b = traceRing(b, steps(ring))
		}
	}
	return string(b)
}

// steps are the corners of a ring on the grid, repeats dropped.
func steps(ring orb.Ring) [][2]int {
	var out [][2]int
	for _, p := range ring {
		x, y := project(p)
		if n := len(out); n > 0 && out[n-1] == [2]int{x, y} {
			continue
		}
		out = append(out, [2]int{x, y})
	}
	if n := len(out); n > 1 && out[0] == out[n-1] {
		out = out[:n-1] // z closes the ring
	}
	return out
}

// traceRing leaves out what has no area at this size, such as an islet.
func traceRing(b []byte, at [][2]int) []byte {
	if len(at) < 3 {
		return b
	}
	b = append(b, 'M')
	b = number(b, at[0][0], true)
	b = number(b, at[0][1], false)
	b = append(b, 'l')
	for i := 1; i < len(at); i++ {
		b = number(b, at[i][0]-at[i-1][0], i == 1)
		b = number(b, at[i][1]-at[i-1][1], false)
	}
	return append(b, 'z')
}

// number appends n; a minus sign parts it from what stands before.
func number(b []byte, n int, first bool) []byte {
	if !first && n >= 0 {
		b = append(b, ' ')
	}
	return strconv.AppendInt(b, int64(n), 10)
}
