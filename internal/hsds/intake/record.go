package intake

import (
	"strings"

	"rufaa/internal/hsds"
)

// keys are the ids of one row in the source's own words.
type keys struct{ org, service, place string }

// record makes the wire values of a row. What is wrong stands in c.findings;
// the record is given on only when nothing there refuses it.
func (c *cells) record(row int) Record {
	name, service := c.text(OrgName), c.text(ServiceName)
	if name == "" && service == "" {
		c.findings = append(c.findings, found(c.by[OrgName].column, "name_missing"))
		return Record{}
	}
	if name == "" {
		name = service
	}
	if service == "" {
		service = name
	}
	k := c.keys(name, service)
	c.secret = c.confidential()
	org := hsds.Organization{ID: c.ids.Keep("organization", k.org), Name: name, Description: c.text(OrgDescription),
		Email: c.email(OrgEmail), Website: c.web(OrgWebsite)}
	r := Record{Key: c.Source + "/" + k.org, Row: row, Organization: org}
	s := c.service(k, service)
	s.OrganizationID = org.ID
	s.Confidential = c.secret || c.Hidden(s.ID)
	place := c.place(k, org.ID)
	if s.Confidential {
		c.refusePlace(&s)
		if place != nil {
			r.concealed = []string{place.ID}
		}
	} else if place != nil {
		r.Locations = []hsds.Location{*place}
		r.AtLocations = []hsds.ServiceAtLocation{{ID: c.ids.Of("service_at_location", s.ID+" "+place.ID), ServiceID: s.ID, LocationID: place.ID}}
	}
	r.Services = []hsds.Service{s}
	thing := s.ID
	if len(r.Locations) > 0 {
		thing += " " + r.Locations[0].ID
	}
	if before, ok := c.first(row, thing); !ok {
		c.findings = append(c.findings, found("", "twice", "row", before).as(Warning))
	}
	return r
}

// keys are the source's ids or, where it has none, names: then whoever changes
// a name makes a new thing.
func (c *cells) keys(name, service string) keys {
	k := keys{org: c.text(OrgID), service: c.text(ServiceID), place: c.text(LocationID)}
	if k.org == "" {
		k.org = folded(name)
	}
	if k.service == "" {
		k.service = k.org + " / " + folded(service)
	}
	if k.place == "" {
		k.place = k.org + " / " + folded(c.text(LocationName)+" / "+c.text(Address)+" / "+c.text(Town)+" / "+c.text(County))
	}
	return k
}

// confidential reads yes or no. A word that is neither refuses the row: to
// guess "no" could publish a shelter.
func (c *cells) confidential() bool {
	text := c.text(Confidential)
	if text == "" {
		return false
	}
	yes, ok := truth(text)
	if !ok {
		c.bad(Confidential, "confidential_unclear")
	}
	return yes || !ok
}

// refusePlace leaves out what would tell where a confidential service is.
func (c *cells) refusePlace(s *hsds.Service) {
	for _, f := range []Field{Latitude, Longitude} {
		if c.text(f) != "" {
			c.findings = append(c.findings, found(c.by[f].column, "confidential_coordinates").as(LeftOut))
			break
		}
	}
	for _, f := range []Field{Address, PostalCode, LocationName} {
		if c.text(f) != "" {
			c.findings = append(c.findings, found(c.by[f].column, "confidential_address").as(LeftOut))
			break
		}
	}
	for f, v := range c.by {
		if f != Latitude && f != Longitude && f != Address && f != LocationName && hsds.Pinpoints(v.text) {
			c.bad(f, "confidential_text")
		}
	}
	if county := c.text(County); county != "" && len(s.ServiceAreas) == 0 {
		s.ServiceAreas = []hsds.ServiceArea{c.area(s.ID, county)}
	}
}

func (c *cells) area(service, name string) hsds.ServiceArea {
	return hsds.ServiceArea{ID: c.ids.Of("service_area", service+" "+folded(name)), Name: name, ExtentType: "county"}
}

func (c *cells) email(f Field) string {
	text := c.text(f)
	if text != "" && !email(text) {
		c.bad(f, "email")
		return ""
	}
	return text
}

func (c *cells) web(f Field) string {
	text := c.text(f)
	if text == "" {
		return ""
	}
	address, ok := webAddress(text)
	if !ok {
		c.bad(f, "url")
	}
	return address
}

func (c *cells) place(k keys, org string) *hsds.Location {
	given := false
	for _, f := range []Field{LocationID, LocationName, Address, Town, PostalCode, Latitude, Longitude} {
		given = given || c.text(f) != ""
	}
	if !given {
		return nil
	}
	l := &hsds.Location{ID: c.ids.Keep("location", k.place), LocationType: hsds.Physical, OrganizationID: org, Name: c.text(LocationName)}
	if l.Name == "" {
		l.Name = c.text(Town)
	}
	c.point(l)
	if c.text(Address) != "" || c.text(Town) != "" || c.text(PostalCode) != "" {
		country := strings.ToUpper(c.text(CountryCode))
		if country == "" || country == "KENYA" {
			country = "KE"
		}
		l.Addresses = []hsds.Address{{ID: c.ids.Of("address", l.ID), Address1: c.text(Address), City: c.text(Town),
			StateProvince: c.text(County), PostalCode: c.text(PostalCode), Country: country, AddressType: hsds.Physical}}
	}
	if c.Hidden(l.ID) {
		c.findings = append(c.findings, found(c.by[Latitude].column, "confidential_coordinates").as(LeftOut))
		return nil
	}
	return l
}

// point reads the coordinates. One without the other, swapped ones and those
// outside the region each have their own words.
func (c *cells) point(l *hsds.Location) {
	if c.secret || c.text(Latitude) == "" && c.text(Longitude) == "" {
		return
	}
	before := len(c.findings)
	lat, lon := c.number(Latitude, "coordinates_number"), c.number(Longitude, "coordinates_number")
	if len(c.findings) > before {
		return
	}
	if lat == nil || lon == nil {
		c.bad(Latitude, "coordinates_half")
		return
	}
	if key := c.coordinates(*lat, *lon); key != "" {
		c.bad(Latitude, key)
		return
	}
	l.Latitude, l.Longitude = lat, lon
}
