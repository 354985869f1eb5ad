package imports

import (
	"slices"
	"strings"

	"rufaa/internal/directory"
	"rufaa/internal/hsds"
	"rufaa/internal/hsds/intake"
)

// translation makes tellings of records. What it leaves out it notes.
type translation struct {
	*lexicon
	defaults Defaults
	known    *known
	notes    []note
}

// note is something wrong with a row, in the directory's words.
type note struct {
	key     string
	column  string
	outcome intake.Outcome
	args    []any
}

func (x *translation) leave(column, key string, args ...any) {
	x.notes = append(x.notes, note{"keeping.import." + key, column, intake.LeftOut, args})
}

func (x *translation) warn(column, key string) {
	x.notes = append(x.notes, note{"keeping.import." + key, column, intake.Warning, nil})
}

func (x *translation) refuse(column, key string) {
	x.notes = append(x.notes, note{"keeping.import." + key, column, intake.Refused, nil})
}

// ours gives our own id where the file has the one that we publish.
func (x *translation) ours(id string) string {
	if own, ok := x.known.own[id]; ok {
		return own
	}
	return id
}

// telling translates one record.
func (x *translation) telling(r *intake.Record) directory.Telling {
	o := &r.Organization
	t := directory.Telling{ID: o.ID, Kind: x.defaults.OrganizationKind, Profile: directory.Profile{
		Name: o.Name, About: english(o.Description), Website: o.Website, Email: o.Email, Phones: x.phones(o.Phones), Contacts: contacts(o.Contacts)}}
	if o.Description == o.Name {
		t.Profile.About = nil
	}
	if o.AlternateName != "" && len(o.AlternateName) <= 200 {
		t.Profile.AlsoNamed = []string{o.AlternateName}
	}
	for i := range r.Locations {
		t.Locations = append(t.Locations, x.location(&r.Locations[i]))
	}
	for i := range r.Services {
		x.service(&t, r, &r.Services[i])
	}
	for _, l := range t.Locations {
		if t.Profile.County == "" && l.County != "" {
			t.Profile.County = l.County
		}
	}
	if p := x.known.all[t.ID]; p != nil {
		quiet(&t, p)
	} else if len(t.Profile.Phones) == 0 { // a sheet knows the numbers of services only
		for _, s := range t.Services {
			t.Profile.Phones = joinPhones(t.Profile.Phones, s.Phones)
		}
	}
	return t
}

// quiet takes out of our own sheet what only repeats the entry: a sheet knows
// the languages and numbers of a service, which are mostly its provider's.
func quiet(t *directory.Telling, p *directory.Provider) {
	if sameNumbers(t.Profile.Phones, p.Phones) {
		t.Profile.Phones = nil
	}
	for i := range t.Services {
		s := &t.Services[i]
		was := p.Service(s.ID)
		if was == nil {
			was = &directory.Service{}
		}
		before := was.Phones
		if len(before) == 0 {
			before = p.Phones
		}
		if sameNumbers(s.Phones, before) {
			s.Phones = nil
		}
		if len(was.Areas) == 0 && slices.Equal(s.Areas, []directory.Area{{County: p.County}}) {
			s.Areas = nil // of a confidential place we publish its county as the area
		}
		if sameWords(s.Languages, p.Spoken(was)) {
			s.Languages = nil
		}
	}
}

func sameNumbers(a, b []directory.Phone) bool {
	return slices.EqualFunc(a, b, func(x, y directory.Phone) bool { return x.Number == y.Number })
}

func sameWords(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

const mostPhones = 5

func joinPhones(list, more []directory.Phone) []directory.Phone {
	for _, p := range more {
		if len(list) < mostPhones && !slices.ContainsFunc(list, func(q directory.Phone) bool { return q.Number == p.Number }) {
			list = append(list, p)
		}
	}
	return list
}

func english(s string) directory.Words {
	if s == "" {
		return nil
	}
	return directory.Words{"en": s}
}

func (x *translation) phones(list []hsds.Phone) (out []directory.Phone) {
	for i := range list {
		way := map[string]string{"sms": "sms", "text": "sms", "whatsapp": "whatsapp", "ussd": "ussd"}[strings.ToLower(list[i].Type)]
		p := directory.Phone{Number: list[i].Number, Label: clip(list[i].Description, 100), Way: way}
		for _, l := range list[i].Languages {
			if id, ok := x.language(&l); ok {
				p.Languages = append(p.Languages, id)
			}
		}
		out = append(out, p)
	}
	return out
}

func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "")
}

func contacts(list []hsds.Contact) (out []directory.Contact) {
	for _, c := range list {
		if c.Name == "" || len(out) == 20 {
			continue
		}
		k := directory.Contact{Name: c.Name, Role: clip(strings.TrimSpace(c.Title+" "+c.Department), 100), Email: c.Email}
		if len(c.Phones) > 0 {
			k.Phone = c.Phones[0].Number
		}
		out = append(out, k)
	}
	return out
}

func (x *translation) language(l *hsds.Language) (string, bool) {
	for _, name := range []string{l.Code, l.Name} {
		if id, ok := x.languages[folded(name)]; ok && name != "" {
			return id, true
		}
	}
	return "", false
}

func (x *translation) location(l *hsds.Location) directory.Location {
	out := directory.Location{ID: x.ours(l.ID), Kind: l.LocationType}
	if out.Kind == "" {
		out.Kind = hsds.Physical
	}
	out.Hours = x.hours(l.Schedules)
	p := directory.Place{Name: l.Name, Latitude: l.Latitude, Longitude: l.Longitude, Directions: clip(l.Transportation, 1000)}
	if len(l.Addresses) > 0 {
		a := &l.Addresses[0]
		p.Address, p.Town, p.PostalCode = strings.TrimSpace(a.Address1+" "+a.Address2), a.City, a.PostalCode
		x.inCountry(&out, a.Country)
		x.inCounty(&out, a.StateProvince)
	}
	if p.Name == p.Town {
		p.Name = "" // a sheet names a place that has no name by its town
	}
	if p != (directory.Place{}) {
		out.Place = &p
	}
	return out
}

func (x *translation) inCountry(l *directory.Location, name string) {
	if id, ok := x.countries[folded(name)]; ok && id != directory.Home {
		l.Country = id
	}
}

func (x *translation) inCounty(l *directory.Location, name string) {
	if name == "" || l.Country != "" {
		return
	}
	if id, ok := x.county(name); ok {
		l.County = id
	} else {
		x.leave("county", "county_unknown")
	}
}

// service makes one service for each kind of help that the source names: ours
// are of one kind each.
func (x *translation) service(t *directory.Telling, r *intake.Record, s *hsds.Service) {
	kinds := x.kindsOf(s)
	if len(kinds) == 0 {
		if x.defaults.Service == "" {
			x.refuse("service", "kind_missing")
			return
		}
		kinds = []string{x.defaults.Service}
	}
	base := x.shape(t, r, s)
	if !s.Confidential && slices.Contains(kinds, "shelter") && slices.ContainsFunc(r.Locations, func(l hsds.Location) bool { return tells(l) && !x.known.open[l.ID] }) {
		x.warn("address", "shelter_open")
	}
	own, ours := x.known.own[s.ID]
	for _, kind := range kinds {
		one := base
		one.Kind = kind
		if one.ID = own; !ours {
			one.ID = s.ID + "/" + kind
		}
		if x.services[folded(one.Name)] == kind {
			one.Name = "" // no more than its kind
		}
		t.Services = append(t.Services, one)
		if !ours { // what we told ourselves is no report
			x.reports(t, &one, s)
		}
	}
}

// tells whether a location shows more than its county.
func tells(l hsds.Location) bool {
	return l.Latitude != nil || len(l.Addresses) > 0 && l.Addresses[0].Address1 != ""
}

func (x *translation) kindsOf(s *hsds.Service) (out []string) {
	for i := range s.Attributes {
		a := &s.Attributes[i]
		kind := x.kinds[a.TermID()]
		if kind == "" && a.Term != nil {
			kind = x.services[folded(a.Term.Name)]
		}
		if kind == "" {
			kind = x.services[folded(a.Label)]
		}
		if kind != "" && !slices.Contains(out, kind) {
			out = append(out, kind)
		}
	}
	return out
}

// shape is a service but for its kind.
func (x *translation) shape(t *directory.Telling, r *intake.Record, s *hsds.Service) directory.Service {
	out := directory.Service{Name: clip(s.Name, 200), About: english(s.Description), Status: statusOf(s.Status),
		Eligibility: x.eligibility(s), Phones: x.phones(s.Phones), Hours: x.hours(s.Schedules)}
	if s.Name == r.Organization.Name {
		out.Name = ""
	}
	x.cost(&out, s)
	x.lists(&out, s)
	county := ""
	for _, a := range out.Areas {
		if county == "" {
			county = a.County
		}
	}
	if s.Confidential && x.known.own[s.ID] != "" && x.known.hidden[s.ID] {
		return out // its place stands already, sealed
	}
	if s.Confidential {
		l := directory.Location{ID: "hidden/" + s.ID, Kind: hsds.Physical, Confidential: true, County: county}
		t.Locations = append(t.Locations, l)
		out.At = []directory.At{{Location: l.ID}}
		return out
	}
	for i := range r.AtLocations {
		if at := &r.AtLocations[i]; at.ServiceID == s.ID && at.LocationID != "" {
			out.At = append(out.At, directory.At{Location: x.ours(at.LocationID), Hours: x.hours(at.Schedules)})
		}
	}
	return out
}

func statusOf(s string) string {
	switch s {
	case hsds.TemporarilyClosed, hsds.Inactive:
		return "paused"
	case hsds.Defunct:
		return "ended"
	}
	return ""
}

func (x *translation) cost(out *directory.Service, s *hsds.Service) {
	out.Cost.Note = clip(strings.TrimSpace(s.FeesDescription), 300)
	free := folded(out.Cost.Note)
	for _, o := range s.CostOptions {
		if o.Amount != nil && *o.Amount == 0 || folded(o.Option) == "free" {
			free = "free"
		} else if o.Amount != nil && *o.Amount > 0 {
			out.Cost.Free = directory.No
		}
	}
	switch free {
	case "free", "bure", "no", "none", "free of charge", "bila malipo", "0":
		out.Cost = directory.Cost{Free: directory.Yes}
	}
}

func (x *translation) lists(out *directory.Service, s *hsds.Service) {
	for i := range s.Languages {
		if id, ok := x.language(&s.Languages[i]); ok {
			out.Languages = append(out.Languages, id)
		} else {
			x.leave("languages", "language_unknown")
		}
	}
	for _, a := range s.ServiceAreas {
		if id, ok := x.county(a.Name); ok {
			out.Areas = append(out.Areas, directory.Area{County: id})
		} else if id, ok := x.countries[folded(a.Name)]; ok {
			out.Areas = append(out.Areas, directory.Area{Country: id})
		} else {
			x.leave("service area", "area_unknown")
		}
	}
	for _, d := range s.RequiredDocuments {
		if id, ok := x.documents[folded(d.Document)]; ok {
			out.Documents = append(out.Documents, id)
		} else if f := folded(d.Document); f == "none" || f == "hakuna" {
			out.NoDocuments = directory.Yes
		} else {
			x.leave("required documents", "document_unknown")
		}
	}
}
