package publish

import (
	"context"
	"time"

	"rufaa/internal/hsds"
)

// Content is what is published, flat: a Service refers to its organisation by
// OrganizationID, a ServiceAtLocation to service and location, a Location to
// its organisation, an Attribute to its term by TaxonomyTermID. The snapshot
// nests them. Terms of the Kenya protection profile need not be given.
type Content struct {
	Services           []hsds.Service
	Organizations      []hsds.Organization
	Locations          []hsds.Location
	ServiceAtLocations []hsds.ServiceAtLocation
	Taxonomies         []hsds.Taxonomy
	Terms              []hsds.Term

	// Postcodes are the middles of postal areas by code, for the parameter
	// proximity. A code that is not here is taken to lie in the middle of
	// the public locations that have it.
	Postcodes map[string]Point

	Modified time.Time // when any of it changed last
}

// Point is a place on earth, degrees WGS 84.
type Point struct{ Latitude, Longitude float64 }

// Catalog gives what is to be published now. It is asked at every request and
// should answer from memory; NewSnapshot belongs where the directory changes.
type Catalog interface {
	Snapshot(ctx context.Context) (*Snapshot, error)
}

// Fixed is a Catalog that never changes.
func Fixed(s *Snapshot) Catalog { return fixed{s} }

type fixed struct{ snapshot *Snapshot }

func (f fixed) Snapshot(context.Context) (*Snapshot, error) { return f.snapshot, nil }
