package directory

import (
	"fmt"
	"strconv"
)

// Generate makes a fictional directory of a given size, for tests and
// measurements: providers share out the locations, locations the services.
// The same seed makes the same directory; reports are dated back from now.
func (d *Directory) Generate(seed uint64, providers, locations, services int) ([]*Provider, error) {
	if providers < 1 || locations < providers || services < locations {
		return nil, fmt.Errorf("directory: %d providers, %d locations, %d services: each needs one of the next at least", providers, locations, services)
	}
	m, err := d.maker(seed)
	if err != nil {
		return nil, err
	}
	counties := d.Taxonomy.content.List("counties")
	kinds := d.Taxonomy.content.Services()
	out := make([]*Provider, providers)
	for i := range out {
		// As in the country: a third of everything stands in three counties.
		county := counties[m.rand.IntN(len(counties))].ID
		if m.rand.IntN(3) == 0 {
			county = []string{"nairobi-city", "mombasa", "nakuru"}[m.rand.IntN(3)]
		}
		what := &m.f.Patterns[m.rand.IntN(len(m.f.Patterns))]
		for what.Kind == "shelter" && m.rand.IntN(4) != 0 { // houses are the scarce thing
			what = &m.f.Patterns[m.rand.IntN(len(m.f.Patterns))]
		}
		p := m.make(what, county)
		p.Name = strconv.Itoa(i+1) + " " + p.Name
		first := p.Locations[0]
		from, to := i*locations/providers, (i+1)*locations/providers
		p.Locations = p.Locations[:0]
		for k := from; k < to; k++ {
			l := first
			where := m.somewhere(county)
			place := *first.Place
			l.ID, place.Latitude, place.Longitude = strconv.Itoa(k), &where.Latitude, &where.Longitude
			l.Place = &place
			p.Locations = append(p.Locations, l)
		}
		pattern := p.Services
		p.Services = nil
		for k := i * services / providers; k < (i+1)*services/providers; k++ {
			s := pattern[k%len(pattern)]
			if k%len(pattern) != 0 && m.rand.IntN(3) == 0 {
				s.Kind = kinds[m.rand.IntN(len(kinds))].ID
			}
			at := s.At[0]
			at.Location = p.Locations[k%len(p.Locations)].ID
			at.Capacities = nil
			for _, c := range s.At[0].Capacities {
				at.Capacities = append(at.Capacities, m.capacity(c.Unit, c.Group, *c.Maximum))
			}
			s.ID, s.At = strconv.Itoa(k), []At{at}
			p.Services = append(p.Services, s)
		}
		out[i] = p
	}
	return out, nil
}
