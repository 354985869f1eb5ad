package exhibit

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"rufaa/internal/content"
	"rufaa/internal/custody"
)

// File is the name of the data file in the content folder.
const File = "custody.yaml"

// Register is what content/custody.yaml says: places that keep, examine or
// hear, and how fast anything can travel.
type Register struct {
	Speed  float64 `yaml:"speed"` // km/h
	Places []Place `yaml:"places"`
}

// Place is one of them. Coordinates are degrees (WGS 84); both zero says that
// they are not known.
type Place struct {
	ID    string            `yaml:"id"`
	Kind  string            `yaml:"kind"` // store, laboratory, court
	Label map[string]string `yaml:"label"`
	Lat   float64           `yaml:"lat"`
	Lon   float64           `yaml:"lon"`
	// Protected is a place that is named to nobody outside, such as the safe of
	// a shelter.
	Protected bool `yaml:"protected"`
}

// Kinds of places. Every deployment has its own of them in the register.
const (
	Store      = "store"
	Laboratory = "laboratory"
	Court      = "court"
)

// Places that stand in no register: of which only words are kept, sealed.
const (
	AtScene   = "scene"
	InVehicle = "vehicle"
	Elsewhere = "other"
)

// LoadRegister reads and checks the data file.
func LoadRegister(fsys fs.FS) (*Register, error) {
	raw, err := fs.ReadFile(fsys, File)
	if err != nil {
		return nil, fmt.Errorf("exhibit: %w; put the file back from the program's own content", err)
	}
	r := new(Register)
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(r); err != nil {
		return nil, fmt.Errorf("exhibit: %s: %w", File, err)
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("exhibit: %s: %w", File, err)
	}
	return r, nil
}

func (r *Register) check() error {
	var problems []error
	bad := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if r.Speed < 20 || r.Speed > 2000 {
		bad("speed is kilometres an hour, between 20 and 2000")
	}
	seen := map[string]bool{AtScene: true, InVehicle: true, Elsewhere: true, "": true}
	for i := range r.Places {
		p := &r.Places[i]
		if seen[p.ID] {
			bad("place %d: the id %q is empty, taken, or one of scene, vehicle and other; give it another", i+1, p.ID)
		}
		seen[p.ID] = true
		if !slices.Contains([]string{Store, Laboratory, Court}, p.Kind) {
			bad("place %s: kind is store, laboratory or court", p.ID)
		}
		if p.Label["en"] == "" || p.Label["sw"] == "" {
			bad("place %s needs a label in en and sw", p.ID)
		}
		if p.Lat < -90 || p.Lat > 90 || p.Lon < -180 || p.Lon > 180 {
			bad("place %s: lat and lon are degrees", p.ID)
		}
	}
	for _, kind := range []string{Store, Laboratory, Court} {
		if !slices.ContainsFunc(r.Places, func(p Place) bool { return p.Kind == kind }) {
			bad("no place of the kind %s; add one", kind)
		}
	}
	return errors.Join(problems...)
}

// Place finds a place of the register.
func (r *Register) Place(id string) (Place, bool) {
	i := slices.IndexFunc(r.Places, func(p Place) bool { return p.ID == id })
	if i < 0 {
		return Place{}, false
	}
	return r.Places[i], true
}

// known tells whether an id may stand as a place.
func (r *Register) known(id string) bool {
	_, ok := r.Place(id)
	return ok || id == AtScene || id == InVehicle || id == Elsewhere
}

// of is a place as the chain knows it.
func (r *Register) of(id string) custody.Place {
	p, ok := r.Place(id)
	return custody.Place{Name: id, Lat: p.Lat, Lon: p.Lon, Known: ok && (p.Lat != 0 || p.Lon != 0)}
}

// limits are what is still regular, from the clocks in force.
func (r *Register) limits(k *content.Content) custody.Limits {
	return custody.Limits{Confirm: k.Clock("custody-confirm"), Gap: k.Clock("custody-gap"), Clock: k.Clock("device-time"), Speed: r.Speed}
}

// returnWithin is how soon a victim's own property goes back.
func returnWithin(k *content.Content) time.Duration { return k.Clock("exhibit-return") }
