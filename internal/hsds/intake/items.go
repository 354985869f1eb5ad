package intake

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"rufaa/internal/hsds"
)

// examined checks JSON items against the standard before they are taken.
type examined struct {
	*intake
	standard *hsds.Checker
}

func newExamined(in *intake) (*examined, error) {
	c, err := hsds.NewChecker(hsds.Plain)
	if err != nil {
		return nil, err
	}
	return &examined{in, c}, nil
}

// serviceNames and linkNames are members that only services, and only services
// at locations, have. Whatever has neither is an organisation.
var (
	serviceNames = []string{"status", "organization", "organization_id", "service_at_locations", "capacities", "cost_options",
		"eligibility_description", "application_process", "minimum_age", "maximum_age", "required_documents", "service_areas"}
	linkNames = []string{"service", "location", "service_id", "location_id"}
	termNames = []string{"taxonomy", "taxonomy_id", "taxonomy_detail", "term_uri", "parent_id"}
)

func kindOfItem(members map[string]json.RawMessage) hsds.Kind {
	has := func(names []string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return members[n] != nil })
	}
	switch {
	case has(linkNames):
		return hsds.AtLocationKind
	case has(serviceNames):
		return hsds.ServiceKind
	case has(termNames):
		return hsds.TermKind
	}
	return hsds.OrganizationKind
}

// item reads one object.
func (e *examined) item(raw []byte) error {
	if err := e.row(); err != nil {
		return &stop{err}
	}
	row := e.report.Rows
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil {
		e.note("", row, []finding{found("", "json_item")})
		return nil
	}
	kind := kindOfItem(members)
	if kind == hsds.TermKind {
		e.note("", row, []finding{found("", "term_item").as(Warning)})
		return nil
	}
	if list := e.faults(kind, raw); len(list) > 0 {
		e.note("", row, list)
		return nil
	}
	rec, list := e.unfold(kind, raw)
	rec.Row = row
	list = append(list, e.verify(&rec)...)
	e.conceal(&rec)
	if before, ok := e.first(row, string(kind)+" "+idOf(members)); !ok {
		list = append(list, found("id", "twice", "row", before).as(Warning))
	}
	if e.note("", row, list) {
		return nil
	}
	if err := e.give(rec); err != nil {
		return &stop{err}
	}
	return nil
}

func idOf(members map[string]json.RawMessage) string {
	return strings.ToLower(strings.Trim(string(members["id"]), `"`))
}

// faults turns departures from the standard into findings.
func (e *examined) faults(kind hsds.Kind, raw []byte) (out []finding) {
	err := e.standard.Check(kind, raw)
	if err == nil {
		return nil
	}
	var n *hsds.Nonconforming
	if !errors.As(err, &n) {
		return []finding{found("", "json_item")}
	}
	for _, f := range n.Faults {
		out = append(out, found(strings.Join(f.Path, "."), "standard."+f.Rule, "want", f.Want))
	}
	return out
}

// unfold makes a flat record of a nested item that keeps the standard.
func (e *examined) unfold(kind hsds.Kind, raw []byte) (rec Record, list []finding) {
	broken := []finding{found("", "json_item")}
	u := unfolding{rec: &rec}
	switch kind {
	case hsds.OrganizationKind:
		var o hsds.Organization
		if json.Unmarshal(raw, &o) != nil {
			return rec, broken
		}
		u.organization(o)
	case hsds.ServiceKind:
		var s hsds.Service
		if json.Unmarshal(raw, &s) != nil {
			return rec, broken
		}
		list = e.ownerless(&s)
		u.alone(s)
	case hsds.AtLocationKind:
		var at hsds.ServiceAtLocation
		if json.Unmarshal(raw, &at) != nil {
			return rec, broken
		}
		if at.Service == nil {
			return rec, []finding{found("service", "service_missing")}
		}
		s := *at.Service
		list = e.ownerless(&s)
		at.Service = nil
		s.ServiceAtLocations = append(s.ServiceAtLocations, at)
		u.alone(s)
	}
	rec.Key = e.Source + "/" + rec.Organization.ID
	return rec, list
}

// ownerless gives a service of nobody an organisation of its own name, as in a
// sheet: the standard allows it, the directory needs somebody to ask.
func (e *examined) ownerless(s *hsds.Service) []finding {
	if s.Organization != nil || s.OrganizationID != "" {
		return nil
	}
	s.Organization = &hsds.Organization{ID: e.ids.Of("organization", "of "+s.ID), Name: s.Name}
	return []finding{found("organization", "organization_missing").as(Warning)}
}

// unfolding takes nested things apart.
type unfolding struct {
	rec  *Record
	have []string // ids of locations that are in already
}

func (u *unfolding) alone(s hsds.Service) {
	o := hsds.Organization{ID: s.OrganizationID}
	if s.Organization != nil {
		o = *s.Organization
	}
	o.Services = append(o.Services, s)
	u.organization(o)
}

func (u *unfolding) organization(o hsds.Organization) {
	services, places := o.Services, o.Locations
	o.Services, o.Locations = nil, nil
	u.rec.Organization = o
	for _, l := range places {
		l.OrganizationID = o.ID
		u.location(l)
	}
	for _, s := range services {
		u.service(s, o.ID)
	}
}

func (u *unfolding) location(l hsds.Location) {
	if !slices.Contains(u.have, l.ID) {
		u.have = append(u.have, l.ID)
		u.rec.Locations = append(u.rec.Locations, l)
	}
}

func (u *unfolding) service(s hsds.Service, org string) {
	for _, at := range s.ServiceAtLocations {
		at.ServiceID = s.ID
		if at.Location != nil {
			at.LocationID = at.Location.ID
			u.location(*at.Location)
			at.Location = nil
		}
		u.rec.AtLocations = append(u.rec.AtLocations, at)
	}
	s.ServiceAtLocations, s.Organization, s.OrganizationID = nil, nil, org
	u.rec.Services = append(u.rec.Services, s)
}
