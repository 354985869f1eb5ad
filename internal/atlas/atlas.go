package atlas

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

//go:embed data
var data embed.FS

// Attribution stands on every page that draws the map or hands out its data,
// as a link to AttributionURL. The amCharts terms ask for it.
const (
	Attribution    = "Map data © amCharts; country outlines made with Natural Earth"
	AttributionURL = "https://www.amcharts.com/"
)

// Atlas holds the boundaries and the drawing made from them. It never changes
// after Load and is safe for use by many at once.
type Atlas struct {
	counties  []County // by code
	byID      map[string]int
	countyAt  []outline // as counties
	countries []outline // by id
	drawing   drawing
	geojson   []byte
}

// outline is one boundary: its id, where its label stands, its shape in
// degrees, longitude first.
type outline struct {
	id    string
	label orb.Point
	near  []string // ISO codes, counties only
	raw   json.RawMessage
	shape orb.MultiPolygon
	bound orb.Bound
}

// Load reads the embedded boundaries, some 6,000 points, and draws them once
// (about 10 ms). An error means that the program was built with broken data.
func Load() (*Atlas, error) {
	byISO, err := read("data/counties.json")
	if err != nil {
		return nil, err
	}
	a := &Atlas{byID: make(map[string]int, len(schedule))}
	if a.countries, err = read("data/countries.json"); err != nil {
		return nil, err
	}
	if err := a.bind(byISO); err != nil {
		return nil, err
	}
	a.drawing = draw(a.countyAt, a.countries)
	if a.geojson, err = a.collect(); err != nil {
		return nil, err
	}
	return a, nil
}

// bind gives every county of the schedule its outline.
func (a *Atlas) bind(byISO []outline) error {
	at := make(map[string]outline, len(byISO))
	for _, o := range byISO {
		at[o.id] = o
	}
	ids := make(map[string]string, len(schedule))
	for _, c := range schedule {
		ids[c.ISO] = c.ID
	}
	for i, c := range schedule {
		o, ok := at[c.ISO]
		if !ok {
			return fmt.Errorf("boundaries: no outline of %s (%s)", c.ID, c.ISO)
		}
		o.id = c.ID
		c.Centre = Point{Lat: o.label.Lat(), Lon: o.label.Lon()}
		for _, iso := range o.near {
			if ids[iso] == "" {
				return fmt.Errorf("boundaries: %s borders on unknown %s", c.ID, iso)
			}
			c.Near = append(c.Near, ids[iso])
		}
		slices.Sort(c.Near)
		a.byID[c.ID] = i
		a.counties = append(a.counties, c)
		a.countyAt = append(a.countyAt, o)
	}
	return nil
}

func read(name string) ([]outline, error) {
	body, err := data.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("boundaries: %w", err)
	}
	var file struct {
		Features []struct {
			ID         string `json:"id"`
			Properties struct {
				Label orb.Point `json:"label"`
				Near  []string  `json:"near"`
			} `json:"properties"`
			Geometry struct {
				Coordinates json.RawMessage `json:"coordinates"`
			} `json:"geometry"`
		} `json:"features"`
	}
	if err := json.Unmarshal(body, &file); err != nil {
		return nil, fmt.Errorf("boundaries %s: %w", name, err)
	}
	out := make([]outline, 0, len(file.Features))
	for _, f := range file.Features {
		o := outline{id: f.ID, label: f.Properties.Label, near: f.Properties.Near, raw: f.Geometry.Coordinates}
		if err := json.Unmarshal(o.raw, &o.shape); err != nil {
			return nil, fmt.Errorf("boundaries %s, %s: %w", name, f.ID, err)
		}
		o.bound = o.shape.Bound()
		out = append(out, o)
	}
	return out, nil
}

// Counties are the 47 by their codes. The slice is the caller's own.
func (a *Atlas) Counties() []County {
	out := slices.Clone(a.counties)
	for i := range out {
		out[i].Near = slices.Clone(out[i].Near)
	}
	return out
}

// County finds one by id; false when there is no such county.
func (a *Atlas) County(id string) (County, bool) {
	i, ok := a.byID[id]
	if !ok {
		return County{}, false
	}
	c := a.counties[i]
	c.Near = slices.Clone(c.Near)
	return c, true
}

// Countries are the ids of the countries drawn, Kenya among them, sorted.
func (a *Atlas) Countries() []string {
	out := make([]string, len(a.countries))
	for i, o := range a.countries {
		out[i] = o.id
	}
	return out
}

// Neighbours are the ids of the countries that the drawing shows around Kenya.
func (a *Atlas) Neighbours() []string {
	var out []string
	for _, p := range a.drawing.countries {
		if p.id != kenya {
			out = append(out, p.id)
		}
	}
	return out
}

// Licences are the files that must travel with the boundaries, by file name.
func Licences() (map[string]string, error) {
	out := map[string]string{}
	for _, name := range []string{"LICENSE-amcharts.md", "LICENSE-world-atlas.txt"} {
		body, err := data.ReadFile("data/" + name)
		if err != nil {
			return nil, fmt.Errorf("licence: %w", err)
		}
		out[name] = string(body)
	}
	return out, nil
}
