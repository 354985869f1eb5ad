package directory

import (
	"fmt"
	"io/fs"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
	"github.com/paulmach/orb/planar"

	"rufaa/internal/content"
)

// Point is a position on the globe, degrees WGS 84.
type Point struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

func (p Point) orb() orb.Point { return orb.Point{p.Longitude, p.Latitude} }

// Kilometres is the distance between two points along the globe.
func Kilometres(a, b Point) float64 { return geo.DistanceHaversine(a.orb(), b.orb()) / 1000 }

// earth is the radius that orb measures with, in kilometres.
const earth = orb.EarthRadius / 1000

// onGlobe is a point as a vector of length one: the distance between two of
// them is a square root and an arc sine, where thousands are measured.
type onGlobe [3]float64

func (p Point) onGlobe() onGlobe {
	lat, lon := p.Latitude*math.Pi/180, p.Longitude*math.Pi/180
	return onGlobe{math.Cos(lat) * math.Cos(lon), math.Cos(lat) * math.Sin(lon), math.Sin(lat)}
}

func (a *onGlobe) kilometres(b *onGlobe) float64 {
	x, y, z := a[0]-b[0], a[1]-b[1], a[2]-b[2]
	return 2 * earth * math.Asin(min(1, math.Sqrt(x*x+y*y+z*z)/2))
}

// Map knows the middle of each county and an octagon that holds all of it.
type Map struct {
	counties  map[string]county
	countries map[string]Point
	region    orb.Bound
}

type county struct {
	middle Point
	around orb.Ring
}

func loadMap(files fs.FS, c *content.Content) (*Map, error) {
	var f struct {
		Counties []struct {
			ID     string       `yaml:"id"`
			Middle [2]float64   `yaml:"middle"`
			Around [][2]float64 `yaml:"around"`
		} `yaml:"counties"`
		Countries []struct {
			ID     string     `yaml:"id"`
			Middle [2]float64 `yaml:"middle"`
		} `yaml:"countries"`
		Region struct{ South, North, West, East float64 } `yaml:"region"`
	}
	if err := decode(files, "counties.yaml", &f); err != nil {
		return nil, err
	}
	m := &Map{counties: map[string]county{}, countries: map[string]Point{}, region: orb.Bound{
		Min: orb.Point{f.Region.West, f.Region.South}, Max: orb.Point{f.Region.East, f.Region.North},
	}}
	for _, x := range f.Counties {
		var ring orb.Ring
		for _, p := range x.Around {
			ring = append(ring, orb.Point{p[1], p[0]})
		}
		if len(ring) < 3 {
			return nil, fmt.Errorf("directory: counties.yaml: %s has no shape around it; give at least three points", x.ID)
		}
		m.counties[x.ID] = county{Point{x.Middle[0], x.Middle[1]}, append(ring, ring[0])}
	}
	for _, x := range f.Countries {
		m.countries[x.ID] = Point{x.Middle[0], x.Middle[1]}
	}
	for _, t := range c.List("counties") {
		if _, ok := m.counties[t.ID]; !ok {
			return nil, fmt.Errorf("directory: counties.yaml lacks the county %q; add its middle and shape", t.ID)
		}
	}
	return m, nil
}

// Middle is the middle of a county.
func (m *Map) Middle(county string) (Point, bool) {
	c, ok := m.counties[county]
	return c.middle, ok
}

// publicPoint is the point from which distances to a location are measured:
// its position, or what stands for it. exact tells which.
func (m *Map) publicPoint(l *Location) (p Point, exact, ok bool) {
	if !l.Confidential && l.Place != nil && l.Place.Latitude != nil && l.Place.Longitude != nil {
		return Point{*l.Place.Latitude, *l.Place.Longitude}, !l.Place.Middle, true
	}
	if c, found := m.counties[l.County]; found && l.In() == Home {
		return c.middle, false, true
	}
	p, ok = m.countries[l.In()]
	return p, false, ok
}

// inRegion tells whether a position can be right at all; swapped that it would
// be with latitude and longitude the other way round.
func (m *Map) inRegion(p Point) (ok, swapped bool) {
	return m.region.Contains(p.orb()), m.region.Contains(orb.Point{p.Latitude, p.Longitude})
}

// kmFrom is the distance from a point to a county's octagon, 0 inside. It is
// computed on a plane around the point, good to a percent near the equator.
func (m *Map) kmFrom(id string, p Point) float64 {
	c, ok := m.counties[id]
	if !ok {
		return math.Inf(1)
	}
	const perDegree = 111.2
	shrink := math.Cos(p.Latitude * math.Pi / 180)
	flat := make(orb.Ring, len(c.around))
	for i, q := range c.around {
		flat[i] = orb.Point{(q[0] - p.Longitude) * perDegree * shrink, (q[1] - p.Latitude) * perDegree}
	}
	if planar.RingContains(flat, orb.Point{}) {
		return 0
	}
	return planar.DistanceFrom(orb.LineString(flat), orb.Point{})
}

// InCounty tells whether a position can lie in a county.
func (m *Map) InCounty(id string, p Point) bool { return m.kmFrom(id, p) == 0 }
