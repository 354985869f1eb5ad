package publication

import (
	"strconv"
	"strings"
	"time"

	"rufaa/internal/directory"
	"rufaa/internal/hsds"
	"rufaa/internal/hsds/publish"
	"rufaa/internal/office"
)

// builder gathers what is published of one realm.
type builder struct {
	of  *office.Office
	ids hsds.IDs
	out publish.Content
}

const categories = "service-categories"

// services are the categories of s.15 and the field's own, as a taxonomy.
func (b *builder) services() {
	tax := b.ids.Of("taxonomy", categories)
	b.out.Taxonomies = []hsds.Taxonomy{{ID: tax, Name: "Services for victims of trafficking",
		Description: "The categories of section 15 of the Counter-Trafficking in Persons Act (Cap. 61) and, under them, the field's own."}}
	for _, s := range b.of.Content.AllServices() {
		t := hsds.Term{ID: b.ids.Of("taxonomy_term", s.ID), Code: s.ID, Name: s.Label.In("en"), Description: s.Label.In("en") + " / " + s.Label.In("sw") + ". " + s.Source, TaxonomyID: tax}
		if s.Parent != "" {
			t.ParentID = b.ids.Of("taxonomy_term", s.Parent)
		}
		b.out.Terms = append(b.out.Terms, t)
	}
}

func (b *builder) provider(p *directory.Provider) {
	if p.Changed.After(b.out.Modified) {
		b.out.Modified = p.Changed
	}
	org := hsds.Organization{ID: b.ids.Keep("organization", p.ID), Name: p.Name, AlternateName: strings.Join(p.AlsoNamed, ", "),
		Description: p.About.In("en"), Email: p.Email, Website: p.Website, Phones: b.phones(p.ID, p.Phones)}
	if org.Description == "" {
		org.Description = p.Name
	}
	b.out.Organizations = append(b.out.Organizations, org)
	for i := range p.Services {
		b.service(p, &p.Services[i], org.ID)
	}
	for i := range p.Locations {
		if l := &p.Locations[i]; !l.Confidential && l.Place != nil {
			b.location(p, l, org.ID)
		}
	}
}

func (b *builder) service(p *directory.Provider, s *directory.Service, org string) {
	key := p.ID + "/" + s.ID
	out := hsds.Service{ID: b.ids.Of("service", key), OrganizationID: org, Name: s.Name, Description: s.About.In("en"), Status: status(s.Status),
		EligibilityDescription: s.Eligibility.Note.In("en"), MinimumAge: age(s.Eligibility.MinAge), MaximumAge: age(s.Eligibility.MaxAge),
		LastModified: stamp(p.Changed), Phones: b.phones(key, s.Phones)}
	if out.Name == "" {
		if c, ok := b.of.Content.Service(s.Kind); ok {
			out.Name = c.Label.In("en")
		}
	}
	if len(out.Phones) == 0 {
		out.Phones = b.phones(key+"/front", p.Phones)
	}
	if p.Verified != nil {
		out.AssuredDate = p.Verified.At.In(directory.Nairobi).Format(time.DateOnly)
	}
	out.Confidential = b.hidden(p, s)
	for _, l := range p.Spoken(s) {
		out.Languages = append(out.Languages, hsds.Language{ID: b.ids.Of("language", key+"/"+l), Code: l, Name: b.of.Content.Label("languages", l, "en")})
	}
	if s.Cost.Free != directory.NotKnown || s.Cost.Note != "" {
		out.CostOptions = []hsds.CostOption{b.cost(key, &s.Cost)}
	}
	for _, d := range s.Documents {
		out.RequiredDocuments = append(out.RequiredDocuments, hsds.RequiredDocument{ID: b.ids.Of("required_document", key+"/"+d), Document: b.of.Directory.Taxonomy.Label("documents", d, "en")})
	}
	out.ServiceAreas = b.areas(p, s, key, out.Confidential)
	out.Attributes = append([]hsds.Attribute{{ID: b.ids.Of("attribute", key+"/kind"), TaxonomyTermID: b.ids.Of("taxonomy_term", s.Kind), LinkEntity: "service"}}, b.eligibility(key, &s.Eligibility)...)
	if out.Confidential {
		out.Attributes = append(out.Attributes, b.term(key, hsds.PlaceHidden))
	} else {
		out.Schedules = b.schedules(key, s.Hours)
	}
	b.capacities(p, s, key, &out)
	b.out.Services = append(b.out.Services, out)
	if !out.Confidential {
		b.atLocations(p, s, key, out.ID)
	}
}

// hidden tells whether any place of the service is confidential: then none of
// them is published, for the open one would tell where to look.
func (b *builder) hidden(p *directory.Provider, s *directory.Service) bool {
	for _, at := range s.At {
		if l := p.Location(at.Location); l != nil && l.Confidential {
			return true
		}
	}
	return false
}

func (b *builder) atLocations(p *directory.Provider, s *directory.Service, key, service string) {
	for _, at := range s.At {
		l := p.Location(at.Location)
		if l == nil || l.Place == nil {
			continue
		}
		b.out.ServiceAtLocations = append(b.out.ServiceAtLocations, hsds.ServiceAtLocation{
			ID: b.ids.Of("service_at_location", key+"/"+l.ID), ServiceID: service, LocationID: b.ids.Of("location", p.ID+"/"+l.ID),
			Schedules: b.schedules(key+"/"+l.ID, at.Hours)})
	}
}

func (b *builder) location(p *directory.Provider, l *directory.Location, org string) {
	key := p.ID + "/" + l.ID
	out := hsds.Location{ID: b.ids.Of("location", key), LocationType: l.Kind, OrganizationID: org, Name: l.Place.Name,
		Latitude: l.Place.Latitude, Longitude: l.Place.Longitude, Schedules: b.schedules(key, l.Hours)}
	if out.LocationType == "" {
		out.LocationType = hsds.Physical
	}
	if l.Place.Middle {
		out.Description = "The position is the middle of the town."
	}
	if l.Place.Address != "" && l.Place.Town != "" {
		out.Addresses = []hsds.Address{{ID: b.ids.Of("address", key), Address1: l.Place.Address, City: l.Place.Town,
			StateProvince: b.of.Content.Label("counties", l.County, "en"), PostalCode: l.Place.PostalCode, Country: strings.ToUpper(l.In()), AddressType: hsds.Physical}}
	}
	b.out.Locations = append(b.out.Locations, out)
}

func (b *builder) phones(key string, list []directory.Phone) []hsds.Phone {
	var out []hsds.Phone
	for i, p := range list {
		out = append(out, hsds.Phone{ID: b.ids.Of("phone", key+"/"+strconv.Itoa(i)), Number: p.Number, Description: p.Label, Type: p.Way})
	}
	return out
}

func (b *builder) cost(key string, c *directory.Cost) hsds.CostOption {
	o := hsds.CostOption{ID: b.ids.Of("cost_option", key), Option: c.Note}
	if c.Free == directory.Yes {
		o.Amount, o.Currency = hsds.Number(0), "KES"
		if o.Option == "" {
			o.Option = "free"
		}
	}
	return o
}

// areas are where people must be to be served; of a hidden service at least
// the county of its front door.
func (b *builder) areas(p *directory.Provider, s *directory.Service, key string, hidden bool) []hsds.ServiceArea {
	var out []hsds.ServiceArea
	add := func(id, name, kind string) {
		out = append(out, hsds.ServiceArea{ID: b.ids.Of("service_area", key+"/"+id), Name: name, ExtentType: kind})
	}
	for _, a := range s.Areas {
		if a.County != "" {
			add(a.County, b.of.Content.Label("counties", a.County, "en"), "county")
		} else if a.Country != "" {
			add(a.Country, b.of.Content.Label("countries", a.Country, "en"), "country")
		}
	}
	if hidden && len(out) == 0 && p.County != "" {
		add(p.County, b.of.Content.Label("counties", p.County, "en"), "county")
	}
	return out
}

func (b *builder) capacities(p *directory.Provider, s *directory.Service, key string, into *hsds.Service) {
	tax := b.of.Directory.Taxonomy
	for _, at := range s.At {
		for _, c := range at.Capacities {
			slot := directory.Slot{Service: s.ID, Location: at.Location, Unit: c.Unit, Group: c.Group}
			free, told := p.Free(slot, b.of.Now())
			if !told || c.Reported == nil {
				continue
			}
			id := key + "/" + at.Location + "/" + c.Unit + "/" + c.Group
			out := hsds.Capacity{ID: b.ids.Of("service_capacity", id), Unit: &hsds.Unit{ID: b.ids.Of("unit", c.Unit), Name: tax.Label("units", c.Unit, "en")},
				Available: hsds.Number(float64(free)), Description: tax.Label("groups", c.Group, "en"), Updated: stamp(c.Reported.At)}
			if c.Maximum != nil {
				out.Maximum = hsds.Number(float64(*c.Maximum))
			}
			until := b.term(id, hsds.CapacityFreshUntil)
			until.Value = c.Reported.At.UTC().Add(tax.Freshness.Capacity.Fresh).Format(time.RFC3339)
			out.Attributes = []hsds.Attribute{until}
			into.Capacities = append(into.Capacities, out)
		}
	}
}

func (b *builder) term(key, code string) hsds.Attribute {
	return hsds.Attribute{ID: b.ids.Of("attribute", key+"/"+code), TaxonomyTermID: hsds.ProfileTermID(code)}
}

// schedules write the hours as pieces of RFC 5545.
func (b *builder) schedules(key string, h directory.Hours) []hsds.Schedule {
	var out []hsds.Schedule
	add := func(kind string, pieces []directory.Piece) {
		for i, p := range pieces {
			if p.Shut {
				continue
			}
			id := key + "/" + kind + "/" + strconv.Itoa(i)
			s := hsds.Schedule{ID: b.ids.Of("schedule", id), Freq: "WEEKLY", ByDay: strings.ToUpper(strings.Join(p.Days, ",")),
				OpensAt: p.Opens, ClosesAt: clock(p.Closes), ValidFrom: p.From, ValidTo: p.Until, Timezone: hsds.Number(3)}
			if s.ByDay == "" {
				s.ByDay = "MO,TU,WE,TH,FR,SA,SU"
			}
			if kind == "intake" {
				s.Attributes = []hsds.Attribute{b.term(id, hsds.HoursIntake)}
			}
			out = append(out, s)
		}
	}
	add("open", h.Open)
	add("intake", h.Intake)
	return out
}

// clock writes midnight at the end of a day as the standard's times can.
func clock(s string) string {
	if s == "24:00" {
		return "23:59"
	}
	return s
}

func status(s string) string {
	switch s {
	case "paused":
		return hsds.TemporarilyClosed
	case "ended":
		return hsds.Defunct
	}
	return hsds.Active
}

func age(n *int) *float64 {
	if n == nil {
		return nil
	}
	return hsds.Number(float64(*n))
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// eligibility is whom the service takes, in the profile's terms. What nobody
// has told has no term.
func (b *builder) eligibility(key string, e *directory.Eligibility) []hsds.Attribute {
	var out []hsds.Attribute
	add := func(is bool, code string) {
		if is {
			out = append(out, b.term(key, code))
		}
	}
	add(e.Female == directory.Yes && e.Male == directory.Yes, "sex-any")
	add(e.Female == directory.Yes && e.Male == directory.No, "sex-female")
	add(e.Male == directory.Yes && e.Female == directory.No, "sex-male")
	add(e.WithMother == directory.Yes, "children-with-mother")
	add(e.MinAge != nil && *e.MinAge >= 18, "adults-only")
	add(e.Pregnancy == directory.Yes, "pregnancy")
	add(e.CourtOrder == directory.Yes, "court-order-needed")
	add(e.CourtOrder == directory.No, "court-order-not-needed")
	add(e.AnyExploitation == directory.Yes, "exploitation-any")
	return out
}
