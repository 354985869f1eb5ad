package publish

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"rufaa/internal/hsds"
)

// Whatever way the place of a confidential service gets in, no snapshot is
// made of it, and the refusal does not tell the place either.
func TestNothingTellsWhereAConfidentialServiceIs(t *testing.T) {
	const canary = "Canary Close 77"
	location := func(c *Content) { // the hidden house among the locations
		c.Locations = append(c.Locations, hsds.Location{ID: ids.Of("location", "hidden"), LocationType: hsds.Physical, Name: canary,
			Latitude: num(-0.12345), Longitude: num(34.76543)})
	}
	for name, leak := range map[string]func(c *Content, s *hsds.Service){
		"a location that is linked": func(c *Content, s *hsds.Service) {
			location(c)
			c.ServiceAtLocations = append(c.ServiceAtLocations, hsds.ServiceAtLocation{ID: ids.Of("at", "hidden"), ServiceID: s.ID, LocationID: ids.Of("location", "hidden")})
		},
		"a confidential location": func(c *Content, _ *hsds.Service) { location(c); c.Locations[len(c.Locations)-1].Confidential = true },
		"a contact's location": func(_ *Content, s *hsds.Service) {
			s.Contacts = []hsds.Contact{{ID: ids.Of("contact", "x"), LocationID: ids.Of("location", "kisumu")}}
		},
		"coordinates in the description": func(_ *Content, s *hsds.Service) { s.Description = canary + ": -0.12345, 34.76543" },
		"degrees and minutes":            func(_ *Content, s *hsds.Service) { s.Description = canary + " 0° 7' 24\" S" },
		"a plus code":                    func(_ *Content, s *hsds.Service) { s.Alert = canary + " VQH4+5X Kisumu" },
		"three words":                    func(_ *Content, s *hsds.Service) { s.Alert = canary + " ///cheer.parent.mole" },
		"a link to a map":                func(_ *Content, s *hsds.Service) { s.URL = "https://maps.app.goo.gl/" + "x" },
		"coordinates of an attribute":    func(_ *Content, s *hsds.Service) { s.Attributes[0].Value = "-0.12345;34.76543" },
		"a drawn area": func(_ *Content, s *hsds.Service) {
			s.ServiceAreas[0].ExtentType, s.ServiceAreas[0].Extent = "geojson", `{"type":"Point"}`
		},
		"coordinates of an area":          func(_ *Content, s *hsds.Service) { s.ServiceAreas[0].Extent = "-0.12345 34.76543" },
		"coordinates of the organisation": func(c *Content, _ *hsds.Service) { c.Organizations[0].Description = canary + " -0.12345,34.76543" },
		"only the profile's term says so": func(c *Content, s *hsds.Service) {
			s.Confidential = false
			s.Attributes = append(s.Attributes, termAttr("hidden", hsds.PlaceHidden))
			s.Description = "-0.12345, 34.76543"
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := fictional()
			leak(&c, &c.Services[1])
			_, err := NewSnapshot(c)
			var l *Leak
			if !errors.As(err, &l) {
				t.Fatalf("a snapshot was made of it: %v", err)
			}
			if strings.Contains(err.Error(), canary) || strings.Contains(err.Error(), "12345") {
				t.Errorf("the refusal tells the place: %v", err)
			}
		})
	}
}

func TestAConfidentialServiceIsPublishedByItsFrontDoor(t *testing.T) {
	h := handler(t, fictional())
	s := into[hsds.Service](t, get(t, h, "/services/"+ids.Of("service", "secret")))
	if len(s.Phones) != 1 || len(s.ServiceAreas) != 1 || s.Organization == nil {
		t.Errorf("phone, county or organisation is missing: %+v", s)
	}
	if s.ServiceAtLocations != nil || s.Organization.Locations != nil {
		t.Error("it shows a location")
	}
	hidden := false
	for _, a := range s.Attributes {
		hidden = hidden || a.Term.Code == hsds.PlaceHidden
	}
	if !hidden {
		t.Error("nothing says that the place is confidential")
	}
	// The office of the same agency is public, and so is the day centre there.
	if o := into[hsds.Organization](t, get(t, h, "/organizations/"+ids.Of("organization", "amani"))); len(o.Locations) != 1 {
		t.Error("the public office is missing")
	}
	if s := into[hsds.Service](t, get(t, h, "/services/"+ids.Of("service", "day"))); len(s.ServiceAtLocations) != 1 || len(s.Organization.Locations) != 1 {
		t.Error("the public place of the day centre is missing")
	}
}

// Every word of content must be fit for the public, except what is not asked
// for: the flag itself never leaves.
func TestTheFlagItselfIsNotWritten(t *testing.T) {
	h := handler(t, fictional())
	for _, target := range []string{"/services?full=true", "/organizations?full_service=true", "/bulk?format=ndjson"} {
		if body := get(t, h, target).body; bytes.Contains(bytes.ToLower(body), []byte(`"confidential"`)) {
			t.Errorf("%s shows the flag", target)
		}
	}
	raw, err := json.Marshal(hsds.Service{Confidential: true})
	if err != nil || strings.Contains(string(raw), "onfidential") {
		t.Errorf("%s %v", raw, err)
	}
}

func TestContentThatDoesNotHoldTogetherIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(*Content){
		"an id twice":               func(c *Content) { c.Services[1].ID = c.Services[0].ID },
		"an id that is no UUID":     func(c *Content) { c.Services[0].ID = "S-1" },
		"an id in capitals":         func(c *Content) { c.Services[0].ID = strings.ToUpper(c.Services[0].ID) },
		"a service of nobody":       func(c *Content) { c.Services[0].OrganizationID = ids.Of("organization", "?") },
		"a place of nobody":         func(c *Content) { c.Locations[0].OrganizationID = ids.Of("organization", "?") },
		"a link to nowhere":         func(c *Content) { c.ServiceAtLocations[0].LocationID = ids.Of("location", "?") },
		"a term that is not there":  func(c *Content) { c.Services[0].Attributes[0].TaxonomyTermID = ids.Of("taxonomy_term", "?") },
		"a term of no taxonomy":     func(c *Content) { c.Terms[0].TaxonomyID = ids.Of("taxonomy", "?") },
		"a nested organisation":     func(c *Content) { c.Services[0].Organization = &hsds.Organization{} },
		"nested locations":          func(c *Content) { c.Organizations[0].Locations = []hsds.Location{{}} },
		"a nested service":          func(c *Content) { c.ServiceAtLocations[0].Service = &hsds.Service{} },
		"a deep term not there too": func(c *Content) { c.Locations[0].Addresses[0].Attributes[0].TaxonomyTermID = "?" },
	} {
		c := fictional()
		spoil(&c)
		if _, err := NewSnapshot(c); err == nil {
			t.Errorf("%s: a snapshot was made of it", name)
		}
	}
}

func TestContentStaysAsItWasGiven(t *testing.T) {
	c := fictional()
	before, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	snapshot(t, c)
	if after, _ := json.Marshal(c); !bytes.Equal(before, after) {
		t.Error("making a snapshot changed the content")
	}
}
