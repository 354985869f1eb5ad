package publish

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"rufaa/internal/hsds"
)

// Snapshot is the public directory of one moment, encoded. It is never changed
// after NewSnapshot and is safe for concurrent use.
type Snapshot struct {
	content Content
	tag     string // of all its bytes

	services    []serviceForms
	orgs        []orgForms
	places      []encoded
	atLocations []atLocationForms
	taxonomies  []encoded
	terms       []encoded

	serviceList, orgList, atLocationList, taxonomyList, termList *listing
}

// Modified is when anything in it changed last, UTC.
func (s *Snapshot) Modified() time.Time { return s.content.Modified }

// Tag is a digest of everything in it; equal content has an equal tag.
func (s *Snapshot) Tag() string { return s.tag }

// NewSnapshot nests and encodes the content. It refuses content that refers to
// what is not there, has an id twice or none, and anything that would tell
// where a confidential service is (*Leak). The content must not be changed
// afterwards.
func NewSnapshot(c Content) (*Snapshot, error) {
	if err := addProfile(&c); err != nil {
		return nil, err
	}
	c.Modified = c.Modified.UTC().Truncate(time.Second)
	s := &Snapshot{content: c}
	b := builder{s: s}
	for _, step := range []func() error{
		b.numberAll, b.refuseNested, b.hideAndLabel, b.encodeTerms, b.encodePlaces, b.encodeOrganizations,
		b.encodeServices, b.encodeAtLocations, b.guard,
	} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("snapshot: %w", err)
		}
	}
	b.index()
	s.tag = s.digest()
	return s, nil
}

// addProfile adds the terms that "/" promises.
func addProfile(c *Content) error {
	taxonomies, terms, err := hsds.ProfileTerms()
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	have := map[string]bool{}
	for i := range c.Taxonomies {
		have[c.Taxonomies[i].ID] = true
	}
	for i := range c.Terms {
		have[c.Terms[i].ID] = true
	}
	c.Taxonomies, c.Terms = slices.Clone(c.Taxonomies), slices.Clone(c.Terms)
	for _, t := range taxonomies {
		if !have[t.ID] {
			c.Taxonomies = append(c.Taxonomies, t)
		}
	}
	for _, t := range terms {
		if !have[t.ID] {
			c.Terms = append(c.Terms, t)
		}
	}
	return nil
}

func (s *Snapshot) digest() string {
	h := sha256.New()
	for i := range s.services {
		h.Write(s.services[i].own)
		h.Write(s.services[i].more)
	}
	for i := range s.orgs {
		h.Write(s.orgs[i].own)
		h.Write(s.orgs[i].more)
	}
	for i := range s.atLocations {
		h.Write(s.atLocations[i].own)
		h.Write(s.atLocations[i].more)
	}
	for _, list := range [][]encoded{s.places, s.taxonomies, s.terms} {
		for i := range list {
			h.Write(list[i].own)
			h.Write(list[i].more)
		}
	}
	fmt.Fprint(h, hsds.Version, s.content.Modified)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:15])
}

// builder holds what is needed only while a snapshot is made.
type builder struct {
	s                                       *Snapshot
	service, org, place, term, tax          map[string]int32
	atService, atPlace, ofOrg, placesOfOrgs [][]int32
}

var errNested = errors.New("content is flat: refer by id instead of nesting")

// refuseNested keeps one truth: what is nested could differ from what is
// listed, and would not be seen by filters.
func (b *builder) refuseNested() error {
	c := &b.s.content
	for i := range c.Services {
		if s := &c.Services[i]; s.Organization != nil || s.ServiceAtLocations != nil {
			return fmt.Errorf("service %s: %w", s.ID, errNested)
		}
	}
	for i := range c.Organizations {
		if o := &c.Organizations[i]; o.Locations != nil || o.Services != nil {
			return fmt.Errorf("organization %s: %w", o.ID, errNested)
		}
	}
	for i := range c.ServiceAtLocations {
		if a := &c.ServiceAtLocations[i]; a.Location != nil || a.Service != nil {
			return fmt.Errorf("service_at_location %s: %w", a.ID, errNested)
		}
	}
	return nil
}
