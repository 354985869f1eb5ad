package atlas

import (
	"encoding/json"
	"fmt"
)

type feature struct {
	Type       string         `json:"type"`
	ID         string         `json:"id"`
	Properties map[string]any `json:"properties"`
	Geometry   struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	} `json:"geometry"`
}

// GeoJSON is a FeatureCollection of the countries and, over them, the counties,
// for a map drawn by a script: property "kind" is county or country, "code" and
// "name" are those of a county, "attribution" is to be shown. About 100 kB, 29
// kB compressed. The bytes must not be changed.
func (a *Atlas) GeoJSON() []byte { return a.geojson }

func (a *Atlas) collect() ([]byte, error) {
	features := make([]feature, 0, len(a.countries)+len(a.countyAt))
	add := func(o outline, properties map[string]any) {
		f := feature{Type: "Feature", ID: o.id, Properties: properties}
		f.Geometry.Type, f.Geometry.Coordinates = "MultiPolygon", o.raw
		features = append(features, f)
	}
	for _, o := range a.countries {
		add(o, map[string]any{"kind": "country"})
	}
	for i, o := range a.countyAt {
		c := a.counties[i]
		add(o, map[string]any{"kind": "county", "code": c.Code, "name": c.Name})
	}
	out, err := json.Marshal(map[string]any{
		"type": "FeatureCollection", "attribution": Attribution, "url": AttributionURL, "features": features,
	})
	if err != nil {
		return nil, fmt.Errorf("geojson: %w", err)
	}
	return out, nil
}
