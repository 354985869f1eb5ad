package publish

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"rufaa/internal/hsds"
)

// numberAll gives everything its place by id and links what refers.
func (b *builder) numberAll() (err error) {
	c := &b.s.content
	number := func(kind string, n int, id func(int) string) map[string]int32 {
		m := make(map[string]int32, n)
		for i := range n {
			own := id(i)
			if u, parse := uuid.Parse(own); parse != nil || u.String() != own {
				err = fmt.Errorf("%s number %d: its id is no UUID in small letters", kind, i)
			}
			if _, twice := m[own]; twice {
				err = fmt.Errorf("%s %s is there twice", kind, own)
			}
			m[own] = int32(i)
		}
		return m
	}
	b.service = number("service", len(c.Services), func(i int) string { return c.Services[i].ID })
	b.org = number("organization", len(c.Organizations), func(i int) string { return c.Organizations[i].ID })
	b.place = number("location", len(c.Locations), func(i int) string { return c.Locations[i].ID })
	b.tax = number("taxonomy", len(c.Taxonomies), func(i int) string { return c.Taxonomies[i].ID })
	b.term = number("taxonomy_term", len(c.Terms), func(i int) string { return c.Terms[i].ID })
	number("service_at_location", len(c.ServiceAtLocations), func(i int) string { return c.ServiceAtLocations[i].ID })
	if err != nil {
		return err
	}
	return b.link()
}

func (b *builder) link() error {
	c := &b.s.content
	b.atService = make([][]int32, len(c.Services))
	b.atPlace = make([][]int32, len(c.Locations))
	b.ofOrg = make([][]int32, len(c.Organizations))
	b.placesOfOrgs = make([][]int32, len(c.Organizations))
	for i := range c.Services {
		o, ok := b.org[c.Services[i].OrganizationID]
		if !ok {
			return fmt.Errorf("service %s refers to an unknown organization", c.Services[i].ID)
		}
		b.ofOrg[o] = append(b.ofOrg[o], int32(i))
	}
	for i := range c.Locations {
		own := c.Locations[i].OrganizationID
		o, ok := b.org[own]
		if own != "" && !ok {
			return fmt.Errorf("location %s refers to an unknown organization", c.Locations[i].ID)
		}
		if ok {
			b.placesOfOrgs[o] = append(b.placesOfOrgs[o], int32(i))
		}
	}
	for i := range c.ServiceAtLocations {
		at := &c.ServiceAtLocations[i]
		s, known := b.service[at.ServiceID]
		p, there := b.place[at.LocationID]
		if !known || !there {
			return fmt.Errorf("service_at_location %s refers to an unknown service or location", at.ID)
		}
		b.atService[s] = append(b.atService[s], int32(i))
		b.atPlace[p] = append(b.atPlace[p], int32(i))
	}
	return nil
}

// hideAndLabel marks confidential services with the profile's term, so that
// readers know why there is no place.
func (b *builder) hideAndLabel() error {
	c := &b.s.content
	c.Services = slices.Clone(c.Services)
	hidden := hsds.ProfileTermID(hsds.PlaceHidden)
	ids := hsds.NewIDs("publish/labels")
	for i := range c.Services {
		s := &c.Services[i]
		marked := slices.ContainsFunc(s.Attributes, func(a hsds.Attribute) bool { return a.TermID() == hidden })
		if !s.Confidential && !marked {
			continue
		}
		s.Confidential = true
		if !marked {
			s.Attributes = append(slices.Clone(s.Attributes), hsds.Attribute{ID: ids.Of("attribute", s.ID), TaxonomyTermID: hidden})
		}
	}
	return nil
}

func (b *builder) encodeTerms() error {
	c, s := &b.s.content, b.s
	s.taxonomies, s.terms = make([]encoded, len(c.Taxonomies)), make([]encoded, len(c.Terms))
	for i := range c.Taxonomies {
		if err := put(&s.taxonomies[i], &c.Taxonomies[i]); err != nil {
			return err
		}
	}
	for i := range c.Terms {
		if _, ok := b.tax[c.Terms[i].TaxonomyID]; c.Terms[i].TaxonomyID != "" && !ok {
			return fmt.Errorf("taxonomy_term %s refers to an unknown taxonomy", c.Terms[i].ID)
		}
		if err := put(&s.terms[i], &c.Terms[i]); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) encodePlaces() error {
	c, s := &b.s.content, b.s
	s.places = make([]encoded, len(c.Locations))
	for i := range c.Locations {
		l := c.Locations[i]
		if l.Confidential {
			return &Leak{ID: l.ID, What: "a confidential location"}
		}
		if err := b.nestTerms(&l); err != nil {
			return fmt.Errorf("location %s: %w", l.ID, err)
		}
		if err := put(&s.places[i], &l); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) encodeOrganizations() error {
	c, s := &b.s.content, b.s
	s.orgs = make([]orgForms, len(c.Organizations))
	for i := range c.Organizations {
		o := c.Organizations[i]
		if err := b.nestTerms(&o); err != nil {
			return fmt.Errorf("organization %s: %w", o.ID, err)
		}
		if err := put(&s.orgs[i].encoded, &o); err != nil {
			return err
		}
		s.orgs[i].places, s.orgs[i].services = b.placesOfOrgs[i], b.ofOrg[i]
	}
	return nil
}

func (b *builder) encodeServices() error {
	c, s := &b.s.content, b.s
	s.services = make([]serviceForms, len(c.Services))
	for i := range c.Services {
		v := c.Services[i]
		if err := b.nestTerms(&v); err != nil {
			return fmt.Errorf("service %s: %w", v.ID, err)
		}
		f := &s.services[i]
		if err := put(&f.encoded, &v); err != nil {
			return err
		}
		f.id, f.name, f.status, f.changed = v.ID, v.Name, v.Status, v.LastModified
		f.org, f.at, f.confidential = b.org[v.OrganizationID], b.atService[i], v.Confidential
		if v.Program != nil {
			p, err := marshal(v.Program)
			if err != nil {
				return err
			}
			f.program = p
		}
	}
	return nil
}

func (b *builder) encodeAtLocations() error {
	c, s := &b.s.content, b.s
	s.atLocations = make([]atLocationForms, len(c.ServiceAtLocations))
	for i := range c.ServiceAtLocations {
		v := c.ServiceAtLocations[i]
		if err := b.nestTerms(&v); err != nil {
			return fmt.Errorf("service_at_location %s: %w", v.ID, err)
		}
		if err := put(&s.atLocations[i].encoded, &v); err != nil {
			return err
		}
		s.atLocations[i].service, s.atLocations[i].place = b.service[v.ServiceID], b.place[v.LocationID]
	}
	return nil
}

func put(into *encoded, v any) (err error) {
	*into, err = encode(v)
	return err
}
