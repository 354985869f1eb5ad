package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/directory"
	"rufaa/internal/problem"
	"rufaa/internal/web/ui"
)

func lines(s string) (out []string) {
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// pieces are the parts of a line, empty where there are none.
func pieces(line string, n int) []string {
	out := make([]string, n)
	for i, p := range strings.SplitN(line, ";", n) {
		out[i] = strings.TrimSpace(p)
	}
	return out
}

func words(v url.Values, name string) directory.Words {
	out := directory.Words{}
	for _, l := range []string{"en", "sw"} {
		if s := strings.TrimSpace(v.Get(name + "." + l)); s != "" {
			out[l] = s
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// phonesText writes numbers one a line: number; label; way; day and night.
func phonesText(list []directory.Phone) string {
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = strings.TrimRight(strings.Join([]string{p.Number, p.Label, p.Way, map[directory.Fact]string{directory.Yes: "24h"}[p.Always]}, "; "), "; ")
	}
	return strings.Join(out, "\n")
}

// readPhones reads them; what the form does not ask is kept from before.
func readPhones(text string, before []directory.Phone) (out []directory.Phone) {
	for _, line := range lines(text) {
		x := pieces(line, 4)
		p := directory.Phone{Number: x[0], Label: x[1], Way: strings.ToLower(x[2])}
		if x[3] != "" {
			p.Always = directory.Yes
		}
		for _, old := range before {
			if old.Number == p.Number {
				p.Languages = old.Languages
				if p.Always == directory.NotKnown && old.Always == directory.No {
					p.Always = directory.No
				}
			}
		}
		out = append(out, p)
	}
	return out
}

func contactsText(list []directory.Contact) string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = strings.TrimRight(strings.Join([]string{c.Name, c.Role, c.Phone, c.Email}, "; "), "; ")
	}
	return strings.Join(out, "\n")
}

func readContacts(text string) (out []directory.Contact) {
	for _, line := range lines(text) {
		x := pieces(line, 4)
		out = append(out, directory.Contact{Name: x[0], Role: x[1], Phone: x[2], Email: x[3]})
	}
	return out
}

func (f fields) text(name, key, stands string) templ.Component {
	return ui.TextInput(f.kept(name, key, stands))
}

func (f fields) several(name, key, stands string) templ.Component {
	b := f.kept(name, key, stands)
	b.Rows = 3
	return ui.Textarea(b)
}

func (f fields) pick(name, key, stands string, options []ui.Option) templ.Component {
	b := f.kept(name, key, stands)
	b.Options = options
	return ui.Select(b)
}

func (f fields) ticks(name, key string, stands []string, options []ui.Option) templ.Component {
	b := f.asked(name, key)
	if b.Value = ""; len(f.v) == 0 {
		b.Values = stands
	}
	b.Options = options
	return ui.Checkboxes(b)
}

// fact is yes, no or not known.
func (f fields) fact(name, key string, stands directory.Fact) templ.Component {
	return f.pick(name, key, string(stands), []ui.Option{{Value: "", Label: f.rq.t("directory.fact.unknown")}, {Value: "yes", Label: f.rq.t("common.yes")}, {Value: "no", Label: f.rq.t("common.no")}})
}

func factOf(v url.Values, name string) directory.Fact { return directory.Fact(v.Get(name)) }

func askProfile(f fields, p *directory.Provider) ([]templ.Component, error) {
	rq, x := f.rq, &p.Profile
	any := func(list string) []ui.Option { return rq.options(list, true) }
	return []templ.Component{
		f.text("name", "name", x.Name), f.several("also_named", "also_named", strings.Join(x.AlsoNamed, "\n")),
		f.pick("kind", "kind", x.Kind, any("agency-kinds")), f.pick("agency", "agency", x.Agency, rq.agencyOptions()),
		f.pick("county", "county", x.County, any("counties")), f.several("about.en", "about_en", x.About["en"]), f.several("about.sw", "about_sw", x.About["sw"]),
		f.text("website", "website", x.Website), f.text("email", "email", x.Email), f.several("phones", "phones", phonesText(x.Phones)),
		f.several("contacts", "contacts", contactsText(x.Contacts)), f.ticks("languages", "languages", x.Languages, rq.options("languages", false)),
		with(ui.Section("memorandum-part", rq.t("keeping.memorandum")), f.fact("memorandum", "memorandum", x.Memorandum.State),
			ui.DateInput(f.keptDate("memorandum.until", "memorandum_until", x.Memorandum.Until))),
		with(ui.Section("accreditation-part", rq.t("keeping.accreditation")), f.fact("accreditation", "accreditation", x.Accreditation.State),
			f.text("accreditation.body", "accreditation_body", x.Accreditation.Body), ui.DateInput(f.keptDate("accreditation.until", "accreditation_until", x.Accreditation.Until))),
		f.several("sources", "sources", strings.Join(x.Sources, "\n")),
	}, nil
}

func readProfile(_ *request, p *directory.Provider, v url.Values) (directory.Command, error) {
	x := p.Profile
	x.Name, x.AlsoNamed, x.Kind, x.Agency, x.County = v.Get("name"), lines(v.Get("also_named")), v.Get("kind"), v.Get("agency"), v.Get("county")
	x.About, x.Website, x.Email = words(v, "about"), strings.TrimSpace(v.Get("website")), strings.TrimSpace(v.Get("email"))
	x.Phones, x.Contacts, x.Languages = readPhones(v.Get("phones"), p.Phones), readContacts(v.Get("contacts")), v["languages"]
	x.Memorandum = directory.Memorandum{State: factOf(v, "memorandum"), Until: ui.DateFrom(v, "memorandum.until")}
	x.Accreditation = directory.Accreditation{State: factOf(v, "accreditation"), Body: v.Get("accreditation.body"), Until: ui.DateFrom(v, "accreditation.until")}
	x.Sources = lines(v.Get("sources"))
	return &directory.Describe{Profile: x}, nil
}

// askLocation asks about one place. Of a confidential one nothing that is
// sealed is shown; what is left empty stays sealed as it is.
func askLocation(f fields, p *directory.Provider) ([]templ.Component, error) {
	rq := f.rq
	l := directory.Location{Kind: "physical"}
	id := rq.about("place")
	if id != "" {
		old := p.Location(id)
		if old == nil {
			return nil, problem.ErrNotFound
		}
		l = *old
	}
	place := l.Place
	if place == nil {
		place = &directory.Place{}
	}
	kinds := []ui.Option{}
	for _, k := range []string{"physical", "postal", "virtual"} {
		kinds = append(kinds, ui.Option{Value: k, Label: rq.t("keeping.kind." + k)})
	}
	var secret []string
	if l.Confidential {
		secret = []string{"yes"}
	}
	countries := rq.options("countries", true)
	countries[0].Label = rq.label("countries", directory.Home)
	return []templ.Component{ui.Hidden("place", id), f.ticks("confidential", "confidential", secret, []ui.Option{{Value: "yes", Label: rq.t("keeping.f.confidential.yes")}}),
		f.pick("kind", "place_kind", l.Kind, kinds), f.pick("country", "country", l.Country, countries), f.pick("county", "county", l.County, rq.options("counties", true)),
		f.text("name", "place_name", place.Name), f.text("address", "address", place.Address), f.text("town", "town", place.Town), f.text("postal_code", "postal_code", place.PostalCode),
		f.several("directions", "directions", place.Directions), f.text("latitude", "latitude", degrees(place.Latitude)), f.text("longitude", "longitude", degrees(place.Longitude)),
		f.fact("accessible", "accessible", l.Accessible), f.hoursFields(&l.Hours)}, nil
}

func degrees(n *float64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatFloat(*n, 'f', -1, 64)
}

func (f fields) hoursFields(h *directory.Hours) templ.Component {
	return templ.Join(f.several("open", "hours_open", directory.WriteHours(h.Open)), f.several("intake", "hours_intake", directory.WriteHours(h.Intake)),
		f.fact("on_holidays", "on_holidays", h.OnHolidays))
}

// readHours reads both lists of a form, or tells which line is no hours.
func readHours(v url.Values, before directory.Hours) (h directory.Hours, wrong []problem.Field) {
	h = before
	read := func(name string, into *[]directory.Piece) {
		list, bad := directory.ReadHours(v.Get(name))
		if *into = list; bad > 0 {
			wrong = append(wrong, problem.Field{Name: name, Key: "keeping.error.hours", Args: []any{"n", bad}})
		}
	}
	read("open", &h.Open)
	read("intake", &h.Intake)
	h.OnHolidays = factOf(v, "on_holidays")
	return h, wrong
}

func invalidIf(wrong []problem.Field) error {
	if len(wrong) == 0 {
		return nil
	}
	return &problem.Invalid{Fields: wrong}
}

func readLocation(rq *request, p *directory.Provider, v url.Values) (directory.Command, error) {
	l := directory.Location{}
	if id := v.Get("place"); id != "" {
		old := p.Location(id)
		if old == nil {
			return nil, problem.ErrNotFound
		}
		l = *old
	}
	l.Kind, l.Confidential, l.Country, l.County, l.Accessible = v.Get("kind"), v.Get("confidential") != "", v.Get("country"), v.Get("county"), factOf(v, "accessible")
	hours, wrong := readHours(v, l.Hours)
	l.Hours = hours
	place := directory.Place{Name: v.Get("name"), Address: v.Get("address"), Town: v.Get("town"), PostalCode: v.Get("postal_code"), Directions: v.Get("directions")}
	for name, into := range map[string]**float64{"latitude": &place.Latitude, "longitude": &place.Longitude} {
		if s := strings.TrimSpace(v.Get(name)); s != "" {
			n, err := strconv.ParseFloat(s, 64)
			if *into = &n; err != nil {
				wrong = append(wrong, problem.Field{Name: name, Key: "hsds.import.coordinates_number"})
			}
		}
	}
	if l.Place = &place; place == (directory.Place{}) {
		l.Place = nil
	}
	return &directory.SetLocation{Location: l}, invalidIf(wrong)
}

var eligibilityFacts = []string{"female", "male", "other", "with_mother", "any_nationality", "disability", "pregnancy", "any_exploitation", "court_order"}

func factsOf(e *directory.Eligibility) map[string]*directory.Fact {
	return map[string]*directory.Fact{"female": &e.Female, "male": &e.Male, "other": &e.Other, "with_mother": &e.WithMother, "any_nationality": &e.AnyNationality,
		"disability": &e.Disability, "pregnancy": &e.Pregnancy, "any_exploitation": &e.AnyExploitation, "court_order": &e.CourtOrder}
}

func agesOf(e *directory.Eligibility) map[string]**int {
	return map[string]**int{"min_age": &e.MinAge, "max_age": &e.MaxAge, "max_child_age": &e.MaxChildAge}
}

func askService(f fields, p *directory.Provider) ([]templ.Component, error) {
	rq := f.rq
	s := directory.Service{}
	id := rq.about("service")
	if id != "" {
		old := p.Service(id)
		if old == nil {
			return nil, problem.ErrNotFound
		}
		s = *old
	}
	kinds := append([]ui.Option{{Value: "", Label: rq.t("web.choose")}}, rq.services()...)
	states := rq.directoryOptions("service-states", false)
	status := s.Status
	if status == "" {
		status = "active"
	}
	out := []templ.Component{ui.Hidden("service", id), f.pick("kind", "service_kind", s.Kind, kinds), f.text("name", "service_name", s.Name), f.several("about.en", "about_en", s.About["en"]),
		f.several("about.sw", "about_sw", s.About["sw"]), f.pick("status", "status", status, states), f.fact("residential", "residential", s.Residential), f.atField(p, &s),
		f.several("phones", "service_phones", phonesText(s.Phones)), f.hoursFields(&s.Hours), f.fact("free", "free", s.Cost.Free), f.text("cost.note", "cost_note", s.Cost.Note),
		f.ticks("documents", "documents", s.Documents, rq.directoryOptions("documents", false)), f.fact("no_documents", "no_documents", s.NoDocuments),
		f.areaFields(&s), f.ticks("languages", "service_languages", s.Languages, rq.options("languages", false)),
		with(ui.Section("eligibility-part", rq.t("keeping.eligibility")), f.eligibilityFields(&s.Eligibility)...)}
	return out, nil
}

// atField asks at which places the service is given.
func (f fields) atField(p *directory.Provider, s *directory.Service) templ.Component {
	var options []ui.Option
	var chosen []string
	for i := range p.Locations {
		l := &p.Locations[i]
		options = append(options, ui.Option{Value: l.ID, Label: f.rq.locationName(l)})
		if s.AtLocation(l.ID) != nil {
			chosen = append(chosen, l.ID)
		}
	}
	if len(options) == 0 {
		return small(f.rq.t("keeping.no_places"))
	}
	return f.ticks("at", "at", chosen, options)
}

func (f fields) areaFields(s *directory.Service) templ.Component {
	var counties, countries []string
	for _, a := range s.Areas {
		if a.County != "" {
			counties = append(counties, a.County)
		} else {
			countries = append(countries, a.Country)
		}
	}
	inner := templ.Join(f.ticks("area_countries", "area_countries", countries, f.rq.options("countries", false)), f.ticks("area_counties", "area_counties", counties, f.rq.options("counties", false)))
	return with(ui.Details(f.rq.t("keeping.f.areas"), len(s.Areas) > 0), inner)
}

func (f fields) eligibilityFields(e *directory.Eligibility) []templ.Component {
	var out []templ.Component
	stands := factsOf(e)
	for _, name := range eligibilityFacts {
		out = append(out, f.fact(name, name, *stands[name]))
	}
	ages := agesOf(e)
	for _, name := range []string{"min_age", "max_age", "max_child_age"} {
		b := f.kept(name, name, "")
		if n := *ages[name]; n != nil && len(f.v) == 0 {
			b.Value = strconv.Itoa(*n)
		}
		b.Width, b.InputMode = 3, "numeric"
		out = append(out, ui.TextInput(b))
	}
	return append(out, f.ticks("nationalities", "nationalities", e.Nationalities, f.rq.options("countries", false)),
		f.ticks("exploitation", "exploitation", e.Exploitation, f.rq.options("exploitation", false)),
		f.several("note.en", "note_en", e.Note["en"]), f.several("note.sw", "note_sw", e.Note["sw"]))
}

func readService(rq *request, p *directory.Provider, v url.Values) (directory.Command, error) {
	s := directory.Service{}
	if id := v.Get("service"); id != "" {
		old := p.Service(id)
		if old == nil {
			return nil, problem.ErrNotFound
		}
		s = *old
	}
	s.Kind, s.Name, s.About, s.Status = v.Get("kind"), v.Get("name"), words(v, "about"), v.Get("status")
	s.Residential, s.Phones = factOf(v, "residential"), readPhones(v.Get("phones"), s.Phones)
	s.Cost = directory.Cost{Free: factOf(v, "free"), Note: v.Get("cost.note")}
	s.Documents, s.NoDocuments, s.Languages = v["documents"], factOf(v, "no_documents"), v["languages"]
	hours, wrong := readHours(v, s.Hours)
	s.Hours, s.Areas = hours, nil
	for _, c := range v["area_countries"] {
		s.Areas = append(s.Areas, directory.Area{Country: c})
	}
	for _, c := range v["area_counties"] {
		s.Areas = append(s.Areas, directory.Area{County: c})
	}
	s.At = placesOf(&s, p, v["at"])
	for name, into := range factsOf(&s.Eligibility) {
		*into = factOf(v, name)
	}
	for name, into := range agesOf(&s.Eligibility) {
		if *into = nil; strings.TrimSpace(v.Get(name)) == "" {
			continue
		}
		n, err := strconv.Atoi(strings.TrimSpace(v.Get(name)))
		if *into = &n; err != nil {
			wrong = append(wrong, problem.Field{Name: name, Key: "keeping.error.age"})
		}
	}
	s.Eligibility.Nationalities, s.Eligibility.Exploitation, s.Eligibility.Note = v["nationalities"], v["exploitation"], words(v, "note")
	return &directory.SetService{Service: s}, invalidIf(wrong)
}

// placesOf keeps what stands of a service at the places that stay chosen, and
// of one that is given at no place.
func placesOf(s *directory.Service, p *directory.Provider, chosen []string) (out []directory.At) {
	for _, at := range s.At {
		if slices.Contains(chosen, at.Location) || at.Location == "" && len(chosen) == 0 {
			out = append(out, at)
		}
	}
	for _, id := range chosen {
		if s.AtLocation(id) == nil && p.Location(id) != nil {
			out = append(out, directory.At{Location: id})
		}
	}
	return out
}
