package directory

import (
	"encoding/json"
	"reflect"
	"slices"

	"github.com/google/uuid"

	"rufaa/internal/ledger"
)

// laid is a telling laid over an entry: what the entry would be. It holds what
// differs and nothing else.
type laid struct {
	source    string
	digest    string
	profile   *Profile // nil: the same
	locations []Location
	services  []Service
}

func (l *laid) changes() bool { return l.profile != nil || len(l.locations)+len(l.services) > 0 }

// biggestPart bounds one event of an import, in bytes; the ledger takes more.
const biggestPart = 256 << 10

// drafts are the events that say it, in parts that the ledger takes.
func (l *laid) drafts(kind string) []ledger.Draft {
	if !l.changes() {
		return nil
	}
	return inParts(kind, ImportedEvent{Source: l.source, Digest: l.digest, Profile: l.profile}, l.locations, l.services)
}

// drafts are the events that keep what a source says for a person to decide.
func (s *said) drafts() []ledger.Draft {
	return inParts(SourceTold, ImportedEvent{Source: s.source, Digest: s.digest, Profile: &s.profile}, s.locations, s.services)
}

func inParts(kind string, e ImportedEvent, locations []Location, services []Service) (out []ledger.Draft) {
	size := len(plainJSON(e.Profile))
	room := func(n int) {
		if size += n; size > biggestPart && size > n {
			out = append(out, draft(kind, e))
			e, size = ImportedEvent{Source: e.Source, Digest: e.Digest}, n
		}
	}
	for _, x := range locations {
		room(len(plainJSON(x)))
		e.Locations = append(e.Locations, recorded(x))
	}
	for _, x := range services {
		room(len(plainJSON(x)))
		e.Services = append(e.Services, x)
	}
	return append(out, draft(kind, e))
}

// plainJSON writes plain fields, which cannot fail.
func plainJSON(v any) string {
	raw, _ := json.Marshal(v)
	return string(raw)
}

// localID is the id of a place or service that a source brings: the same from
// one import to the next.
func localID(provider, kind, source, id string) string {
	return uuid.NewSHA1(external, []byte(provider+"\x00"+kind+"\x00"+source+"\x00"+id)).String()
}

func (p *Provider) locationFrom(source, id string) string {
	for i := range p.Locations {
		if l := &p.Locations[i]; l.External[source] == id || l.ID == id {
			return l.ID
		}
	}
	return localID(p.ID, "location", source, id)
}

func (p *Provider) serviceFrom(source, id string) string {
	for i := range p.Services {
		if s := &p.Services[i]; s.External[source] == id || s.ID == id {
			return s.ID
		}
	}
	return localID(p.ID, "service", source, id)
}

// said is what a source says of an entry, with the places and services named
// by our ids. It says no more than the source did.
type said struct {
	source    string
	digest    string
	profile   Profile
	locations []Location
	services  []Service
}

// saidOf names what a telling speaks of as the entry does.
func saidOf(p *Provider, source string, t *Telling) *said {
	s := &said{source: source, digest: digest([]any{t.Profile, t.Locations, t.Services}), profile: t.Profile}
	s.profile.Agency, s.profile.Sources = "", nil // who speaks for it is decided here
	s.profile.External = idIn(source, t.ID, p.ID)
	places := map[string]string{"": ""}
	for _, l := range t.Locations {
		own := l.ID
		l = recorded(l).location() // positions as the ledger keeps them
		l.ID = p.locationFrom(source, own)
		l.External = idIn(source, own, l.ID)
		if l.Confidential {
			l.Place = nil // nothing that came by a file tells where it is
		}
		places[own] = l.ID
		s.locations = append(s.locations, l)
	}
	for _, x := range t.Services {
		own := x.ID
		x.ID = p.serviceFrom(source, own)
		x.External = idIn(source, own, x.ID)
		x.At = slices.Clone(x.At)
		for i := range x.At {
			x.At[i].Location, x.At[i].Capacities = places[x.At[i].Location], nil
		}
		s.services = append(s.services, x)
	}
	return s
}

// idIn is an id of a source, unless it is our own that came back.
func idIn(source, id, own string) map[string]string {
	if id == own {
		return nil
	}
	return map[string]string{source: id}
}

// over lays what a source says over an entry. What the source is silent about
// stays: that a sheet has no column is no news.
func (s *said) over(p *Provider) *laid {
	l := &laid{source: s.source, digest: s.digest}
	profile := p.Profile
	overlay(&profile, &s.profile)
	switch own := s.profile.External == nil; {
	case p.Exists() && p.isKept():
		profile.External, profile.Sources = p.External, p.Sources
	case !own && !slices.Contains(p.Sources, s.source) && len(p.Sources) < 20:
		profile.Sources = append(slices.Clone(p.Sources), s.source)
	}
	if plainJSON(profile) != plainJSON(p.Profile) {
		l.profile = &profile
	}
	for i := range s.locations {
		if x, differs := p.withLocation(&s.locations[i]); differs {
			l.locations = append(l.locations, x)
		}
	}
	for i := range s.services {
		if x, differs := p.withService(&s.services[i]); differs {
			l.services = append(l.services, x)
		}
	}
	return l
}

func (p *Provider) withLocation(told *Location) (now Location, differs bool) {
	was := p.Location(told.ID)
	if was != nil {
		now = *was
	}
	overlay(&now, told)
	if was != nil && was.Confidential || told.Confidential { // no import opens what is confidential
		now.Confidential, now.Place, now.Sealed = true, nil, ""
		if was != nil {
			now.Sealed = was.Sealed
		}
	}
	return now, was == nil || plainJSON(now) != plainJSON(was)
}

func (p *Provider) withService(told *Service) (now Service, differs bool) {
	was := p.Service(told.ID)
	if was != nil {
		now = *was
		now.At = slices.Clone(was.At)
	}
	x := *told
	x.At = nil
	overlay(&now, &x)
	for _, at := range told.At {
		if have := now.AtLocation(at.Location); have == nil {
			now.At = append(now.At, at)
		} else {
			overlayHours(&have.Hours, &at.Hours)
		}
	}
	if was != nil && plainJSON(now) == plainJSON(was) {
		return now, false
	}
	for i := range now.At {
		now.At[i].Capacities = nil // reported, never described
	}
	return now, true
}

var hoursType = reflect.TypeFor[Hours]()

// overlay sets in into what from says, and leaves what from is silent about.
func overlay[T any](into, from *T) {
	overlayValue(reflect.ValueOf(into).Elem(), reflect.ValueOf(from).Elem())
}

func overlayValue(into, from reflect.Value) {
	switch {
	case silent(from):
	case from.Type() == hoursType:
		overlayHours(into.Addr().Interface().(*Hours), from.Addr().Interface().(*Hours))
	case from.Kind() == reflect.Struct:
		for i := range from.NumField() {
			overlayValue(into.Field(i), from.Field(i))
		}
	case from.Kind() == reflect.Map:
		merged := reflect.MakeMap(from.Type())
		for _, m := range []reflect.Value{into, from} {
			for it := m.MapRange(); it.Next(); {
				merged.SetMapIndex(it.Key(), it.Value())
			}
		}
		into.Set(merged)
	case from.Kind() == reflect.Pointer && from.Elem().Kind() == reflect.Struct:
		fresh := reflect.New(from.Type().Elem())
		if !into.IsNil() {
			fresh.Elem().Set(into.Elem())
		}
		overlayValue(fresh.Elem(), from.Elem())
		into.Set(fresh)
	default:
		into.Set(from)
	}
}

// overlayHours takes the pieces that are told. Whether other hours than those
// that stood hold on holidays is not known until somebody says so.
func overlayHours(into, from *Hours) {
	if len(from.Open) > 0 && plainJSON(from.Open) != plainJSON(into.Open) {
		into.Open, into.OnHolidays = from.Open, NotKnown
	}
	if len(from.Intake) > 0 {
		into.Intake = from.Intake
	}
	if from.OnHolidays.Known() {
		into.OnHolidays = from.OnHolidays
	}
	if from.Zone != "" {
		into.Zone = from.Zone
	}
}
