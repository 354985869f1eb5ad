package directory

import (
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"

	"rufaa/internal/valid"
)

// checker cleans one command's input and gathers what is wrong with it.
type checker struct {
	*valid.Check
	t *Taxonomy
	// numbers remembers telephone numbers already read, where one entry of a
	// long list tells them again and again; nil remembers nothing.
	numbers map[string]string
}

func (c checker) fact(name string, f Fact) {
	c.Term(name, string(f), validFact, false)
}

func (c checker) terms(name string, ids []string, known func(string) bool) {
	c.Count(name, len(ids), 60)
	for _, id := range ids {
		c.Term(name, id, known, true)
	}
}

func (c checker) words(name string, w Words) {
	c.Count(name, len(w), 10)
	for lang, s := range w {
		c.Term(name, lang, c.t.inVocabulary("languages"), true)
		c.Text(name, &s, valid.MaxText, false)
		w[lang] = s
	}
}

func (c checker) lines(name string, list []string, most int) {
	c.Count(name, len(list), most)
	for i := range list {
		c.Text(valid.Index(name, i, "text"), &list[i], valid.MaxLine, true)
	}
}

func (c checker) external(name string, ids map[string]string) {
	c.Count(name, len(ids), 10)
	for source, id := range ids {
		if source == "" || id == "" || len(source) > 60 || len(id) > 200 {
			c.Add(name, "common.error.characters")
		}
	}
}

func (c checker) profile(at string, p *Profile) {
	c.Line(at+"name", &p.Name, valid.MaxName, true)
	c.lines(at+"also_named", p.AlsoNamed, 10)
	c.Term(at+"kind", p.Kind, c.t.inVocabulary("agency-kinds"), true)
	c.Text(at+"agency", &p.Agency, 60, false)
	c.Term(at+"county", p.County, c.t.inVocabulary("counties"), false)
	c.words(at+"about", p.About)
	c.website(at+"website", &p.Website)
	c.email(at+"email", &p.Email)
	c.phones(at+"phones", p.Phones)
	c.Count(at+"contacts", len(p.Contacts), 20)
	for i := range p.Contacts {
		x := &p.Contacts[i]
		name := valid.Index(at+"contacts", i, "")
		c.Line(name+"name", &x.Name, valid.MaxName, true)
		c.Text(name+"role", &x.Role, 100, false)
		c.phone(name+"phone", &x.Phone, false)
		c.email(name+"email", &x.Email)
	}
	c.terms(at+"languages", p.Languages, c.t.inVocabulary("languages"))
	c.fact(at+"accreditation", p.Accreditation.State)
	c.Text(at+"accreditation.body", &p.Accreditation.Body, valid.MaxName, false)
	c.Date(at+"accreditation.until", p.Accreditation.Until)
	c.fact(at+"memorandum", p.Memorandum.State)
	c.Date(at+"memorandum.until", p.Memorandum.Until)
	c.lines(at+"sources", p.Sources, 20)
	c.external(at+"external", p.External)
}

func (c checker) website(name string, s *string) {
	c.Text(name, s, valid.MaxLine, false)
	if *s == "" {
		return
	}
	if u, err := url.Parse(*s); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		c.Add(name, "directory.error.website")
	}
}

func (c checker) email(name string, s *string) {
	c.Text(name, s, valid.MaxName, false)
	if *s == "" {
		return
	}
	if a, err := mail.ParseAddress(*s); err != nil || a.Address != *s {
		c.Add(name, "directory.error.email")
	}
}

func (c checker) phones(name string, list []Phone) {
	c.Count(name, len(list), 20)
	for i := range list {
		p := &list[i]
		at := valid.Index(name, i, "")
		c.phone(at+"number", &p.Number, p.Way == "ussd")
		if p.Number == "" {
			c.Add(at+"number", "common.error.required")
		}
		c.Text(at+"label", &p.Label, 100, false)
		c.Term(at+"way", p.Way, c.t.in("phone-ways"), false)
		c.terms(at+"languages", p.Languages, c.t.inVocabulary("languages"))
		c.fact(at+"always", p.Always)
	}
}

// phone takes a full number, a short code of three to five digits (helplines
// and emergency lines of the region), or a USSD code.
func (c checker) phone(name string, s *string, ussd bool) {
	raw := strings.TrimSpace(*s)
	digits := strings.Trim(raw, "0123456789") == ""
	switch {
	case digits && len(raw) >= 3 && len(raw) <= 5:
		*s = raw
	case ussd && len(raw) < 20 && strings.HasPrefix(raw, "*") && strings.HasSuffix(raw, "#") && strings.Trim(raw, "0123456789*#") == "":
		*s = raw
	case c.numbers[raw] != "":
		*s = c.numbers[raw]
	default:
		c.Phone(name, s)
		if c.numbers != nil && *s != "" && c.Err() == nil {
			c.numbers[raw], c.numbers[*s] = *s, *s
		}
	}
}

func (c checker) location(at string, l *Location) {
	c.Term(at+"kind", l.Kind, func(s string) bool { return s == "physical" || s == "postal" || s == "virtual" }, true)
	c.Term(at+"country", l.Country, c.t.inVocabulary("countries"), false)
	c.Term(at+"county", l.County, c.t.inVocabulary("counties"), false)
	if l.Confidential && l.County == "" && l.In() == Home {
		c.Add(at+"county", "directory.error.county-needed")
	}
	c.fact(at+"accessible", l.Accessible)
	c.hours(at+"hours", &l.Hours)
	c.external(at+"external", l.External)
	l.Sealed = ""
	if l.Place != nil {
		c.place(at+"place.", l)
	}
}

func (c checker) place(at string, l *Location) {
	p := l.Place
	c.Line(at+"name", &p.Name, valid.MaxName, false)
	c.Text(at+"address", &p.Address, valid.MaxLine, false)
	c.Text(at+"town", &p.Town, 100, false)
	c.Text(at+"postal_code", &p.PostalCode, 20, false)
	c.Text(at+"directions", &p.Directions, 1000, false)
	if (p.Latitude == nil) != (p.Longitude == nil) {
		c.Add(at+"latitude", "directory.error.both-coordinates")
	}
	if p.Latitude == nil || p.Longitude == nil {
		return
	}
	point := Point{*p.Latitude, *p.Longitude}
	ok, swapped := c.t.Map.inRegion(point)
	switch {
	case !ok && swapped:
		c.Add(at+"latitude", "directory.error.swapped")
	case !ok: // also what is no number
		c.Add(at+"latitude", "directory.error.outside-region")
	case l.In() == Home && l.County != "" && !c.t.Map.InCounty(l.County, point):
		c.Add(at+"latitude", "directory.error.other-county", "county", l.County)
	}
}

func (c checker) service(at string, s *Service) {
	c.Term(at+"kind", s.Kind, c.t.service, true)
	c.Line(at+"name", &s.Name, valid.MaxName, false)
	c.words(at+"about", s.About)
	c.Term(at+"status", s.Status, c.t.in("service-states"), false)
	c.eligibility(at+"eligibility.", &s.Eligibility)
	c.fact(at+"cost.free", s.Cost.Free)
	c.Text(at+"cost.note", &s.Cost.Note, valid.MaxLine, false)
	c.terms(at+"documents", s.Documents, c.t.in("documents"))
	c.fact(at+"no_documents", s.NoDocuments)
	c.terms(at+"languages", s.Languages, c.t.inVocabulary("languages"))
	c.Count(at+"areas", len(s.Areas), 60)
	for i := range s.Areas {
		name := valid.Index(at+"areas", i, "county")
		c.Term(name, s.Areas[i].County, c.t.inVocabulary("counties"), s.Areas[i].Country == "")
		c.Term(name, s.Areas[i].Country, c.t.inVocabulary("countries"), false)
	}
	c.phones(at+"phones", s.Phones)
	c.hours(at+"hours", &s.Hours)
	c.fact(at+"residential", s.Residential)
	c.external(at+"external", s.External)
	c.Count(at+"at", len(s.At), 200)
	for i := range s.At {
		c.hours(valid.Index(at+"at", i, "hours"), &s.At[i].Hours)
		s.At[i].Capacities = nil // reported, never described
	}
}

func (c checker) eligibility(at string, e *Eligibility) {
	for name, f := range map[string]Fact{"female": e.Female, "male": e.Male, "other": e.Other, "with_mother": e.WithMother,
		"any_nationality": e.AnyNationality, "disability": e.Disability, "pregnancy": e.Pregnancy,
		"any_exploitation": e.AnyExploitation, "court_order": e.CourtOrder} {
		c.fact(at+name, f)
	}
	c.Age(at+"min_age", e.MinAge)
	c.Age(at+"max_age", e.MaxAge)
	c.Age(at+"max_child_age", e.MaxChildAge)
	if e.MinAge != nil && e.MaxAge != nil && *e.MinAge > *e.MaxAge {
		c.Add(at+"max_age", "directory.error.ages-turned")
	}
	c.terms(at+"nationalities", e.Nationalities, c.t.inVocabulary("countries"))
	c.terms(at+"exploitation", e.Exploitation, c.t.inVocabulary("exploitation"))
	c.words(at+"note", e.Note)
}

func (c checker) hours(name string, h *Hours) {
	c.fact(name+".on_holidays", h.OnHolidays)
	if h.Zone != "" {
		if _, err := time.LoadLocation(h.Zone); err != nil || len(h.Zone) > 40 || h.Zone == "Local" { // Local: wherever the server stands
			c.Add(name+".zone", "directory.error.zone")
		}
	}
	c.pieces(name+".open", h.Open)
	c.pieces(name+".intake", h.Intake)
}

func (c checker) pieces(name string, list []Piece) {
	c.Count(name, len(list), 60)
	sound := true
	for i := range list {
		sound = c.piece(valid.Index(name, i, ""), &list[i]) && sound
	}
	if !sound || len(list) > 60 {
		return
	}
	for i := range list {
		for j := range i {
			if overlap(&list[i], &list[j]) {
				c.Add(valid.Index(name, i, "opens"), "directory.error.overlap", "other", j+1)
			}
		}
	}
}

func (c checker) piece(at string, p *Piece) bool {
	good := true
	wrong := func(name, key string) { c.Add(at+name, key); good = false }
	if !p.Shut || p.Opens != "" || p.Closes != "" {
		opens, ok := clock(p.Opens)
		if !ok || opens >= 24*60 {
			wrong("opens", "directory.error.clock")
		}
		if _, ok := clock(p.Closes); !ok {
			wrong("closes", "directory.error.clock")
		}
	}
	for _, d := range p.Days {
		if !slices.Contains(weekdays[:], d) {
			wrong("days", "common.error.unknown_term")
		}
	}
	for _, d := range [2]string{p.From, p.Until} {
		if d != "" {
			if _, err := time.Parse(time.DateOnly, d); err != nil {
				wrong("from", "common.error.date")
			}
		}
	}
	if p.From != "" && p.Until != "" && p.Until < p.From {
		wrong("until", "directory.error.dates-turned")
	}
	return good
}

// overlap tells whether two pieces of one list say something of the same hour.
func overlap(a, b *Piece) bool {
	if a.Shut || b.Shut || a.Until != "" && b.From != "" && a.Until < b.From || b.Until != "" && a.From != "" && b.Until < a.From {
		return false
	}
	ao, ac := a.minutes()
	bo, bc := b.minutes()
	const day, week = 24 * 60, 7 * 24 * 60
	for i, d := range weekdays {
		for j, e := range weekdays {
			if len(a.Days) > 0 && !slices.Contains(a.Days, d) || len(b.Days) > 0 && !slices.Contains(b.Days, e) {
				continue
			}
			for _, turn := range [3]int{-week, 0, week} {
				if ao+i*day < bc+j*day+turn && bo+j*day+turn < ac+i*day {
					return true
				}
			}
		}
	}
	return false
}
