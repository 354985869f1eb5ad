package publication

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"rufaa/internal/directory"
	"rufaa/internal/hsds"
	"rufaa/internal/hsds/intake"
	"rufaa/internal/office"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// Formats are the files in which the public directory leaves.
var Formats = []string{"csv", "xlsx", "geojson"}

// WriteFile writes the public directory as a file, after the door has been
// asked and the export is on record. It holds what the open standard shows:
// of a confidential place its front door.
func WriteFile(ctx context.Context, of *office.Office, who realm.Actor, format string, w io.Writer) error {
	if err := of.Directory.MayExport(who); err != nil {
		return err
	}
	if !slices.Contains(Formats, format) {
		return problem.ErrNotFound
	}
	if format == "geojson" {
		return writeGeoJSON(ctx, of, who, w)
	}
	rows, names, err := sheet(ctx, of)
	if err != nil {
		return err
	}
	if err := of.Directory.Exported(ctx, who, directory.ExportRecord{Format: format, Rows: len(rows)}); err != nil {
		return err
	}
	next := func() (r intake.Row, ok bool) {
		if len(rows) == 0 {
			return r, false
		}
		r, rows = rows[0], rows[1:]
		r.TermName = func(id string) string { return names[id] }
		return r, true
	}
	if format == "xlsx" {
		return intake.WriteXLSX(w, next)
	}
	return intake.WriteCSV(w, next)
}

// sheet is one row for each service at each place. Its ids are those that the
// standard publishes: a sheet that comes back changes the same entries.
func sheet(ctx context.Context, of *office.Office) (rows []intake.Row, names map[string]string, err error) {
	content, err := New(of).content(ctx)
	if err != nil {
		return nil, nil, err
	}
	_, profile, err := hsds.ProfileTerms()
	if err != nil {
		return nil, nil, err
	}
	names = map[string]string{}
	for _, t := range append(profile, content.Terms...) {
		if names[t.ID] = t.Name; t.Code == hsds.PlaceHidden { // the column says it
			names[t.ID] = ""
		}
	}
	orgs, places, at := map[string]*hsds.Organization{}, map[string]*hsds.Location{}, map[string][]string{}
	for i := range content.Organizations {
		orgs[content.Organizations[i].ID] = &content.Organizations[i]
	}
	for i := range content.Locations {
		places[content.Locations[i].ID] = &content.Locations[i]
	}
	for _, x := range content.ServiceAtLocations {
		at[x.ServiceID] = append(at[x.ServiceID], x.LocationID)
	}
	for i := range content.Services {
		s := &content.Services[i]
		row := intake.Row{Organization: orgs[s.OrganizationID], Service: s}
		if s.Confidential || len(at[s.ID]) == 0 {
			rows = append(rows, row)
			continue
		}
		for _, id := range at[s.ID] {
			row.Location = places[id]
			rows = append(rows, row)
		}
	}
	return rows, names, nil
}

// feature is one place on the map (RFC 7946). What has no position to show has
// none: a telephone line, or a confidential place.
type feature struct {
	Type       string     `json:"type"`
	ID         string     `json:"id"`
	Geometry   *geometry  `json:"geometry"`
	Properties properties `json:"properties"`
}

// geometry is a point, longitude first, degrees WGS 84.
type geometry struct {
	Type        string     `json:"type"`
	Coordinates [2]float64 `json:"coordinates"`
}

type properties struct {
	Provider     string   `json:"provider"`
	Name         string   `json:"name"`
	Services     []string `json:"services"`
	County       string   `json:"county,omitempty"`
	Town         string   `json:"town,omitempty"`
	Phones       []string `json:"phones,omitempty"`
	Confidential bool     `json:"confidential,omitempty"`
	TownOnly     bool     `json:"position_is_middle_of_town,omitempty"`
	Verified     string   `json:"verified,omitempty"` // YYYY-MM-DD; absent: not verified
	Fictional    bool     `json:"fictional,omitempty"`
}

func writeGeoJSON(ctx context.Context, of *office.Office, who realm.Actor, w io.Writer) error {
	out := struct {
		Type     string    `json:"type"`
		Features []feature `json:"features"`
	}{"FeatureCollection", []feature{}}
	err := of.Directory.Each(ctx, func(p *directory.Provider) bool {
		if v, ok := of.Directory.Taxonomy.Term("vetting", p.Vetting.State); !ok || !v.Barred {
			out.Features = append(out.Features, features(of, p)...)
		}
		return true
	})
	if err != nil {
		return err
	}
	if err := of.Directory.Exported(ctx, who, directory.ExportRecord{Format: "geojson", Rows: len(out.Features)}); err != nil {
		return err
	}
	if err := json.NewEncoder(w).Encode(out); err != nil {
		return fmt.Errorf("publication: geojson: %w", err)
	}
	return nil
}

// features are the places of a provider with the services given there; what is
// given nowhere in particular stands together without a position.
func features(of *office.Office, p *directory.Provider) (out []feature) {
	base := properties{Provider: p.ID, Name: p.Name, County: of.Content.Label("counties", p.County, "en"), Fictional: p.Fictional}
	for _, n := range p.Phones {
		base.Phones = append(base.Phones, n.Number)
	}
	if p.Verified != nil {
		base.Verified = p.Verified.At.In(directory.Nairobi).Format("2006-01-02")
	}
	at := map[string][]string{}
	for i := range p.Services {
		s := &p.Services[i]
		label := s.Kind
		if c, ok := of.Content.Service(s.Kind); ok {
			label = c.Label.In("en")
		}
		if len(s.At) == 0 {
			at[""] = append(at[""], label)
		}
		for _, a := range s.At {
			at[a.Location] = append(at[a.Location], label)
		}
	}
	hidden := hides(p)
	for i := range p.Locations {
		l := &p.Locations[i]
		if len(at[l.ID]) == 0 {
			continue
		}
		f := feature{Type: "Feature", ID: p.ID + "/" + l.ID, Properties: base}
		f.Properties.Services, f.Properties.Confidential = at[l.ID], l.Confidential
		f.Properties.County = of.Content.Label("counties", l.County, "en")
		if x := l.Place; x != nil && !l.Confidential && !hidden[l.ID] {
			f.Properties.Town, f.Properties.TownOnly = x.Town, x.Middle
			if x.Latitude != nil && x.Longitude != nil {
				f.Geometry = &geometry{"Point", [2]float64{*x.Longitude, *x.Latitude}}
			}
		}
		out = append(out, f)
	}
	if len(at[""]) > 0 || len(out) == 0 {
		f := feature{Type: "Feature", ID: p.ID, Properties: base}
		if f.Properties.Services = at[""]; f.Properties.Services == nil {
			f.Properties.Services = []string{}
		}
		out = append(out, f)
	}
	return out
}

// hides are the open places of services that have a confidential one as well:
// the standard publishes none of them, and no file does.
func hides(p *directory.Provider) map[string]bool {
	out := map[string]bool{}
	b := builder{}
	for i := range p.Services {
		if s := &p.Services[i]; b.hidden(p, s) {
			for _, a := range s.At {
				out[a.Location] = true
			}
		}
	}
	return out
}
