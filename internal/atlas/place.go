package atlas

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
	"github.com/paulmach/orb/planar"
)

// Point is a position in degrees, WGS 84.
type Point struct{ Lat, Lon float64 }

// Place is where a point lies.
type Place struct {
	Country string // id, e.g. "ke"
	County  string // id; empty abroad, and where the outline of no county reaches
	// Sure is false when the point lies so near a line that simplified
	// boundaries do not decide: ask the person who knows.
	Sure bool
	// Off is the distance in kilometres to the place named, for a point just
	// outside every outline (a pier, an island left out); else 0.
	Off float64
}

const (
	kenya    = "ke"
	doubtful = 3.0 // km: simplification and the seam between the two sources
	reach    = 5.0 // km: how far off an outline a point still belongs to it
)

// kmPerDegree at the equator. Kenya lies within 5.5 degrees of it, where a
// degree of longitude is at most 0.5 % shorter: nothing next to the doubt.
const kmPerDegree = 111.2

// Locate says in which county and country a point lies. False means outside
// the region that the atlas knows, or not a position at all.
func (a *Atlas) Locate(lat, lon float64) (Place, bool) {
	if !position(lat, lon) {
		return Place{}, false
	}
	p := orb.Point{lon, lat}
	county, second := nearest(a.countyAt, p, "")
	country, other := nearest(a.countries, p, kenya)
	switch {
	case county.off == 0:
		return Place{Country: kenya, County: county.id, Sure: second.off > doubtful && country.off > doubtful && other.off > doubtful}, true
	case country.off == 0:
		return Place{Country: country.id, Sure: county.off > doubtful && other.off > doubtful}, true
	case county.off <= reach:
		return Place{Country: kenya, County: county.id, Off: county.off}, true
	case a.inKenya(p):
		return Place{Country: kenya}, true
	case country.off <= reach:
		return Place{Country: country.id, Off: country.off}, true
	}
	return Place{}, false
}

// Swapped reports that a position makes no sense here but would with latitude
// and longitude exchanged: a slip worth naming to the person who typed it.
func (a *Atlas) Swapped(lat, lon float64) bool {
	if _, ok := a.Locate(lat, lon); ok {
		return false
	}
	_, ok := a.Locate(lon, lat)
	return ok
}

// Distance between two points along the great circle, in kilometres.
func Distance(a, b Point) float64 {
	return geo.DistanceHaversine(orb.Point{a.Lon, a.Lat}, orb.Point{b.Lon, b.Lat}) / 1000
}

func position(lat, lon float64) bool {
	return math.Abs(lat) <= 90 && math.Abs(lon) <= 180 // false for NaN
}

func (a *Atlas) inKenya(p orb.Point) bool {
	for _, o := range a.countries {
		if o.id == kenya {
			return planar.MultiPolygonContains(o.shape, p)
		}
	}
	return false
}

// candidate is an outline and how far off the point lies from it, in
// kilometres: 0 inside, infinite when out of reach.
type candidate struct {
	id  string
	off float64
}

// nearest gives the two closest outlines within reach; one of them is left out
// by name.
func nearest(outlines []outline, p orb.Point, without string) (first, second candidate) {
	first, second = candidate{off: math.Inf(1)}, candidate{off: math.Inf(1)}
	for i := range outlines {
		o := &outlines[i]
		if o.id == without || !o.bound.Pad(reach/kmPerDegree).Contains(p) {
			continue
		}
		c := candidate{id: o.id, off: off(o, p)}
		if c.off > reach {
			continue
		}
		if c.off < first.off {
			first, second = c, first
		} else if c.off < second.off {
			second = c
		}
	}
	return first, second
}

func off(o *outline, p orb.Point) float64 {
	if o.bound.Contains(p) && planar.MultiPolygonContains(o.shape, p) {
		return 0
	}
	return planar.DistanceFrom(o.shape, p) * kmPerDegree
}
