package publish

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"rufaa/internal/hsds"
)

// Leak says that something would tell where a confidential service is. It
// names the thing, never the place.
type Leak struct {
	ID   string // of the service or location
	What string
}

func (l *Leak) Error() string { return fmt.Sprintf("confidential: %s holds %s", l.ID, l.What) }

// placeKeys are the members of HSDS that tell where something is.
var placeKeys = []string{
	"location", "locations", "location_id", "service_at_locations", "service_at_location_id", "latitude", "longitude",
	"addresses", "address_1", "address_2", "city", "postal_code", "transportation",
	"external_identifier", "accessibility",
}

// areaTypes are the extents that are too wide to tell a place.
var areaTypes = []string{"", "county", "country", "nationwide"}

// guard is the last look at every confidential service, as a reader would get
// it: not at what the program meant, but at the bytes.
func (b *builder) guard() error {
	s := b.s
	for i := range s.services {
		if !s.services[i].confidential {
			continue
		}
		id := s.services[i].id
		var doc any
		if err := json.Unmarshal(s.serviceFull(nil, int32(i)), &doc); err != nil {
			return fmt.Errorf("service %s: %w", id, err)
		}
		if what := tellsPlace(doc); what != "" {
			return &Leak{ID: id, What: what}
		}
	}
	return nil
}

// tellsPlace names the first thing in a document that tells a place.
func tellsPlace(node any) string {
	switch n := node.(type) {
	case map[string]any:
		if t, ok := n["extent_type"].(string); ok && !slices.Contains(areaTypes, strings.ToLower(t)) {
			return "extent_type " + t
		}
		for k, v := range n {
			if slices.Contains(placeKeys, k) {
				return k
			}
			if what := tellsPlace(v); what != "" {
				return k + "." + strings.TrimPrefix(what, ".")
			}
		}
	case []any:
		for _, e := range n {
			if what := tellsPlace(e); what != "" {
				return what
			}
		}
	case string:
		if hsds.Pinpoints(n) {
			return "a position in its text"
		}
	}
	return ""
}
