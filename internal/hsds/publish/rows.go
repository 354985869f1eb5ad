package publish

import "rufaa/internal/hsds"

// rows walks the content and gives the rows of one table, each with the ids
// that a table needs. It stops when emit fails.
type rows struct {
	content *Content
	want    hsds.Kind
	emit    func(row any) error
	once    map[string]bool // units and programs are shared
	err     error
}

// owner is what a part belongs to.
type owner struct {
	kind hsds.Kind
	id   string
}

func (o owner) is(k hsds.Kind) string {
	if o.kind == k {
		return o.id
	}
	return ""
}

const (
	org     = hsds.OrganizationKind
	service = hsds.ServiceKind
	place   = hsds.LocationKind
	atPlace = hsds.AtLocationKind
	contact = hsds.Kind("contact")
	phone   = hsds.Kind("phone")
)

func (x *rows) all() error {
	c := x.content
	for i := 0; i < len(c.Organizations) && x.err == nil; i++ {
		x.organization(c.Organizations[i])
	}
	for i := 0; i < len(c.Taxonomies) && x.err == nil; i++ {
		put1(x, hsds.TaxonomyKind, c.Taxonomies[i])
		x.metadata(owner{hsds.TaxonomyKind, c.Taxonomies[i].ID}, c.Taxonomies[i].Metadata)
	}
	for i := 0; i < len(c.Terms) && x.err == nil; i++ {
		put1(x, hsds.TermKind, c.Terms[i])
		x.metadata(owner{hsds.TermKind, c.Terms[i].ID}, c.Terms[i].Metadata)
	}
	for i := 0; i < len(c.Locations) && x.err == nil; i++ {
		x.location(c.Locations[i])
	}
	for i := 0; i < len(c.Services) && x.err == nil; i++ {
		x.service(&c.Services[i])
	}
	for i := 0; i < len(c.ServiceAtLocations) && x.err == nil; i++ {
		x.atLocation(c.ServiceAtLocations[i])
	}
	return x.err
}

// put1 emits one row when its table is wanted.
func put1[T any](x *rows, k hsds.Kind, row T) {
	if k != x.want || x.err != nil {
		return
	}
	own := row // so that only wanted rows reach the heap
	x.err = x.emit(&own)
}

func (x *rows) organization(o hsds.Organization) {
	own := owner{org, o.ID}
	put1(x, org, o)
	for _, p := range o.Programs {
		x.program(own, p)
	}
	for _, i := range o.Identifiers {
		i.OrganizationID = o.ID
		put1(x, "organization_identifier", i)
		x.about(owner{"organization_identifier", i.ID}, i.Attributes, i.Metadata)
	}
	x.funding(own, o.Funding)
	x.urls(own, o.AdditionalWebsites)
	x.contacts(own, o.Contacts)
	x.phones(own, o.Phones)
	x.about(own, o.Attributes, o.Metadata)
}

func (x *rows) program(own owner, p hsds.Program) {
	if x.once[p.ID] {
		return
	}
	x.once[p.ID] = true
	p.OrganizationID = own.id
	put1(x, "program", p)
	x.about(owner{"program", p.ID}, p.Attributes, p.Metadata)
}

func (x *rows) service(s *hsds.Service) {
	own := owner{service, s.ID}
	if s.Program != nil {
		x.program(owner{org, s.OrganizationID}, *s.Program)
	}
	if x.want == service {
		row := *s
		if s.Program != nil {
			row.ProgramID = s.Program.ID
		}
		put1(x, service, row)
	}
	for _, c := range s.Capacities {
		x.capacity(own, c)
	}
	for _, c := range s.CostOptions {
		c.ServiceID = s.ID
		put1(x, "cost_option", c)
		x.about(owner{"cost_option", c.ID}, c.Attributes, c.Metadata)
	}
	for _, d := range s.RequiredDocuments {
		d.ServiceID = s.ID
		put1(x, "required_document", d)
		x.about(owner{"required_document", d.ID}, d.Attributes, d.Metadata)
	}
	x.funding(own, s.Funding)
	x.urls(own, s.AdditionalURLs)
	x.contacts(own, s.Contacts)
	x.phones(own, s.Phones)
	x.languages(own, s.Languages)
	x.schedules(own, s.Schedules)
	x.areas(own, s.ServiceAreas)
	x.about(own, s.Attributes, s.Metadata)
}

func (x *rows) capacity(own owner, c hsds.Capacity) {
	c.ServiceID = own.id
	if c.Unit != nil {
		c.UnitID = c.Unit.ID
		if !x.once[c.UnitID] {
			x.once[c.UnitID] = true
			put1(x, "unit", *c.Unit)
			x.about(owner{"unit", c.UnitID}, c.Unit.Attributes, c.Unit.Metadata)
		}
	}
	put1(x, "service_capacity", c)
	x.about(owner{"service_capacity", c.ID}, c.Attributes, c.Metadata)
}

func (x *rows) location(l hsds.Location) {
	own := owner{place, l.ID}
	put1(x, place, l)
	for _, a := range l.Addresses {
		a.LocationID = l.ID
		put1(x, "address", a)
		x.about(owner{"address", a.ID}, a.Attributes, a.Metadata)
	}
	for _, a := range l.Accessibility {
		a.LocationID = l.ID
		put1(x, "accessibility", a)
		x.about(owner{"accessibility", a.ID}, a.Attributes, a.Metadata)
	}
	x.languages(own, l.Languages)
	x.contacts(own, l.Contacts)
	x.phones(own, l.Phones)
	x.schedules(own, l.Schedules)
	x.about(own, l.Attributes, l.Metadata)
}

func (x *rows) atLocation(a hsds.ServiceAtLocation) {
	own := owner{atPlace, a.ID}
	put1(x, atPlace, a)
	x.contacts(own, a.Contacts)
	x.phones(own, a.Phones)
	x.schedules(own, a.Schedules)
	x.areas(own, a.ServiceAreas)
	x.about(own, a.Attributes, a.Metadata)
}

func (x *rows) funding(own owner, list []hsds.Funding) {
	for _, f := range list {
		f.OrganizationID, f.ServiceID = own.is(org), own.is(service)
		put1(x, "funding", f)
		x.about(owner{"funding", f.ID}, f.Attributes, f.Metadata)
	}
}

func (x *rows) urls(own owner, list []hsds.URL) {
	for _, u := range list {
		u.OrganizationID, u.ServiceID = own.is(org), own.is(service)
		put1(x, "url", u)
		x.about(owner{"url", u.ID}, u.Attributes, u.Metadata)
	}
}

func (x *rows) contacts(own owner, list []hsds.Contact) {
	for _, c := range list {
		c.OrganizationID, c.ServiceID, c.LocationID, c.ServiceAtLocationID = own.is(org), own.is(service), own.is(place), own.is(atPlace)
		put1(x, contact, c)
		x.phones(owner{contact, c.ID}, c.Phones)
		x.about(owner{contact, c.ID}, c.Attributes, c.Metadata)
	}
}

func (x *rows) phones(own owner, list []hsds.Phone) {
	for _, p := range list {
		p.OrganizationID, p.ServiceID, p.LocationID, p.ServiceAtLocationID, p.ContactID = own.is(org), own.is(service),
			own.is(place), own.is(atPlace), own.is(contact)
		put1(x, phone, p)
		x.languages(owner{phone, p.ID}, p.Languages)
		x.about(owner{phone, p.ID}, p.Attributes, p.Metadata)
	}
}

func (x *rows) languages(own owner, list []hsds.Language) {
	for _, l := range list {
		l.ServiceID, l.LocationID, l.PhoneID = own.is(service), own.is(place), own.is(phone)
		put1(x, "language", l)
		x.about(owner{"language", l.ID}, l.Attributes, l.Metadata)
	}
}

func (x *rows) schedules(own owner, list []hsds.Schedule) {
	for _, s := range list {
		s.ServiceID, s.LocationID, s.ServiceAtLocationID = own.is(service), own.is(place), own.is(atPlace)
		put1(x, "schedule", s)
		x.about(owner{"schedule", s.ID}, s.Attributes, s.Metadata)
	}
}

func (x *rows) areas(own owner, list []hsds.ServiceArea) {
	for _, a := range list {
		a.ServiceID, a.ServiceAtLocationID = own.is(service), own.is(atPlace)
		put1(x, "service_area", a)
		x.about(owner{"service_area", a.ID}, a.Attributes, a.Metadata)
	}
}

func (x *rows) about(own owner, list []hsds.Attribute, changes []hsds.Metadata) {
	for _, a := range list {
		a.LinkID, a.LinkEntity, a.TaxonomyTermID = own.id, string(own.kind), a.TermID()
		put1(x, "attribute", a)
		x.metadata(owner{"attribute", a.ID}, a.Metadata)
	}
	x.metadata(own, changes)
}

func (x *rows) metadata(own owner, list []hsds.Metadata) {
	for _, m := range list {
		m.ResourceID, m.ResourceType = own.id, string(own.kind)
		put1(x, "metadata", m)
	}
}
