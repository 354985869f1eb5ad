package directory

import (
	"context"
	"fmt"

	"rufaa/internal/realm"
)

// startSource names the program's own start data as a source of ids.
const startSource = "rufaa-start"

// startEntry is one provider of start.yaml: what applies to all its services
// stands above them.
type startEntry struct {
	ID      string   `yaml:"id"`
	Name    string   `yaml:"name"`
	Kind    string   `yaml:"kind"`
	County  string   `yaml:"county"`
	About   Words    `yaml:"about"`
	Serves  Words    `yaml:"serves"`
	Phones  []string `yaml:"phones"`
	Always  bool     `yaml:"always"`
	Website string   `yaml:"website"`
	Sources []string `yaml:"sources"`
	// Confidential: there is a place, and only its county is known.
	Confidential bool `yaml:"confidential"`
	Town         *struct {
		Name      string  `yaml:"name"`
		Latitude  float64 `yaml:"latitude"`
		Longitude float64 `yaml:"longitude"`
	} `yaml:"town"`
	Areas    []Area `yaml:"areas"`
	Free     Fact   `yaml:"free"`
	Services []struct {
		Kind        string           `yaml:"kind"`
		Name        string           `yaml:"name"`
		Residential Fact             `yaml:"residential"`
		Eligibility startEligibility `yaml:"eligibility"`
	} `yaml:"services"`
}

// startEligibility are the facts that public pages tell.
type startEligibility struct {
	Female     Fact `yaml:"female"`
	Male       Fact `yaml:"male"`
	MinAge     *int `yaml:"min_age"`
	MaxAge     *int `yaml:"max_age"`
	WithMother Fact `yaml:"with_mother"`
}

// Start reads the public facts that a new realm starts with.
func (d *Directory) Start() ([]Add, error) {
	var f struct {
		Providers []startEntry `yaml:"providers"`
	}
	if err := decode(d.files, "start.yaml", &f); err != nil {
		return nil, err
	}
	out := make([]Add, len(f.Providers))
	for i := range f.Providers {
		out[i] = f.Providers[i].add()
	}
	return out, nil
}

func (s *startEntry) add() Add {
	a := Add{Profile: Profile{
		Name: s.Name, Kind: s.Kind, Agency: s.ID, County: s.County, About: s.About, Website: s.Website,
		Sources: s.Sources, External: map[string]string{startSource: s.ID},
	}}
	hours, always := Hours{}, NotKnown
	if s.Always {
		hours, always = Always(), Yes
	}
	for _, n := range s.Phones {
		a.Profile.Phones = append(a.Profile.Phones, Phone{Number: n, Way: "voice", Always: always})
	}
	at := []At(nil)
	if s.Confidential || s.Town != nil {
		l := Location{ID: "1", Kind: "physical", County: s.County, Confidential: s.Confidential}
		if t := s.Town; t != nil {
			l.Place = &Place{Town: t.Name, Latitude: &t.Latitude, Longitude: &t.Longitude, Middle: true}
		}
		a.Locations, at = []Location{l}, []At{{Location: l.ID}}
	}
	for _, x := range s.Services {
		e := Eligibility{Female: x.Eligibility.Female, Male: x.Eligibility.Male, MinAge: x.Eligibility.MinAge,
			MaxAge: x.Eligibility.MaxAge, WithMother: x.Eligibility.WithMother, Note: s.Serves}
		a.Services = append(a.Services, Service{Kind: x.Kind, Name: x.Name, Residential: x.Residential, Eligibility: e,
			Areas: s.Areas, Cost: Cost{Free: s.Free}, Hours: hours, At: at})
	}
	return a
}

// Seed enters the public facts of start.yaml into a directory that is empty,
// each of them not verified, and tells how many. A directory that holds
// anything is left as it is.
func (d *Directory) Seed(ctx context.Context, who realm.Actor) (int, error) {
	var n int
	if err := d.realm.Store.QueryRow(ctx, `SELECT count(*) FROM directory_providers`).Scan(&n); err != nil || n > 0 {
		return 0, err
	}
	list, err := d.Start()
	if err != nil {
		return 0, err
	}
	for i := range list {
		if _, err := d.Add(ctx, who, Order{}, &list[i]); err != nil {
			return i, fmt.Errorf("directory: start.yaml: %s: %w", list[i].Profile.Name, err)
		}
	}
	return len(list), nil
}
