package intake

import (
	"encoding/json"
	"fmt"

	"rufaa/internal/hsds"
)

// ownerColumns say to whom a row belongs.
var ownerColumns = []struct {
	column string
	kind   hsds.Kind
}{
	{"phone_id", "phone"}, {"contact_id", "contact"}, {"service_at_location_id", hsds.AtLocationKind},
	{"service_id", hsds.ServiceKind}, {"location_id", hsds.LocationKind}, {"organization_id", hsds.OrganizationKind},
}

// listedAs are the names under which rows stand in their owners.
var listedAs = map[hsds.Kind]string{
	"phone": "phones", "contact": "contacts", "language": "languages", "schedule": "schedules", "service_area": "service_areas",
	"funding": "funding", "address": "addresses", "accessibility": "accessibility", "cost_option": "cost_options",
	"required_document": "required_documents", "organization_identifier": "organization_identifiers",
	"service_capacity": "capacities", "program": "programs",
}

// assemble nests the rows and gives one record for every organisation with its
// locations, and one for every service.
func (p *packaged) assemble() error {
	by := p.byID()
	p.single(by)
	for kind, name := range listedAs {
		p.nestIn(by, kind, name)
	}
	p.urls(by)
	p.links(by, "attribute", "link_id", "attributes")
	p.links(by, "metadata", "resource_id", "metadata")
	p.placed(by)
	p.hideKnown()
	return p.records(by)
}

type index map[hsds.Kind]map[string]*line

func (p *packaged) byID() index {
	by := index{}
	for kind := range p.lines {
		by[kind] = map[string]*line{}
		for i := range p.lines[kind] {
			l := &p.lines[kind][i]
			by[kind][l.id] = l
		}
	}
	return by
}

// lost names a row that refers to nothing. Rows of something refused go with
// it without a word: that word was said already.
func (p *packaged) lost(kind hsds.Kind, l *line, column string, outcome Outcome) {
	if !p.refused[l.refers[column]] {
		p.note(p.paths[kind], l.row, []finding{found(column, "refers_to_nothing").as(outcome)})
	}
	p.refused[l.id] = true
}

// single puts terms, units and programs where one of them belongs.
func (p *packaged) single(by index) {
	for _, s := range []struct {
		kind, target hsds.Kind
		column, as   string
	}{{"attribute", hsds.TermKind, "taxonomy_term_id", "taxonomy_term"}, {"service_capacity", "unit", "unit_id", "unit"},
		{hsds.ServiceKind, "program", "program_id", "program"}} {
		for i := range p.lines[s.kind] {
			l := &p.lines[s.kind][i]
			to := by[s.target][l.refers[s.column]]
			if to != nil {
				l.doc[s.as] = to.doc
			} else if s.kind == "service_capacity" {
				p.lost(s.kind, l, s.column, LeftOut)
			}
		}
	}
}

func (p *packaged) nestIn(by index, kind hsds.Kind, name string) {
	for i := range p.lines[kind] {
		l := &p.lines[kind][i]
		if p.refused[l.id] {
			continue
		}
		column, owners := ownersOf(by, l)
		for _, o := range owners {
			appendDoc(o.doc, name, l.doc)
		}
		if len(owners) == 0 && column != "" {
			p.lost(kind, l, column, LeftOut)
		}
	}
}

// ownersOf gives everything that a row belongs to: a telephone may be that of a
// service and of its place. column is one that was filled in.
func ownersOf(by index, l *line) (column string, owners []*line) {
	for _, c := range ownerColumns {
		id, told := l.refers[c.column]
		if !told {
			continue
		}
		column = c.column
		if o := by[c.kind][id]; o != nil {
			owners = append(owners, o)
		}
	}
	return column, owners
}

func appendDoc(doc map[string]any, name string, part map[string]any) {
	list, _ := doc[name].([]any)
	doc[name] = append(list, part)
}

func (p *packaged) urls(by index) {
	for i := range p.lines["url"] {
		l := &p.lines["url"][i]
		_, owners := ownersOf(by, l)
		for _, o := range owners {
			name := "additional_websites"
			if by[hsds.ServiceKind][o.id] == o {
				name = "additional_urls"
			}
			appendDoc(o.doc, name, l.doc)
		}
	}
}

// links nests what names its owner by id alone.
func (p *packaged) links(by index, kind hsds.Kind, column, name string) {
	for i := range p.lines[kind] {
		l := &p.lines[kind][i]
		var owner *line
		for k := range by {
			if o := by[k][l.refers[column]]; o != nil && k != kind {
				owner = o
			}
		}
		if owner == nil {
			p.lost(kind, l, column, LeftOut)
			continue
		}
		appendDoc(owner.doc, name, l.doc)
	}
}

// placed nests services at locations in their services.
func (p *packaged) placed(by index) {
	for i := range p.lines[hsds.AtLocationKind] {
		l := &p.lines[hsds.AtLocationKind][i]
		place, service := by[hsds.LocationKind][l.refers["location_id"]], by[hsds.ServiceKind][l.refers["service_id"]]
		switch {
		case place == nil:
			p.lost(hsds.AtLocationKind, l, "location_id", LeftOut)
		case service == nil:
			p.lost(hsds.AtLocationKind, l, "service_id", LeftOut)
		default:
			l.doc["location"] = place.doc
			appendDoc(service.doc, "service_at_locations", l.doc)
		}
	}
}

// hideKnown remembers the places of confidential services before anything is
// given on: the same place may stand under its organisation, too.
func (p *packaged) hideKnown() {
	hidden, told := map[string]bool{}, p.Hidden
	for i := range p.lines[hsds.ServiceKind] {
		l := &p.lines[hsds.ServiceKind][i]
		if !told(l.id) && !marksPlace(attributesOf(l.doc)) {
			continue
		}
		places, _ := l.doc["service_at_locations"].([]any)
		for _, at := range places {
			id, _ := at.(map[string]any)["location"].(map[string]any)["id"].(string)
			hidden[id] = true
		}
	}
	p.Hidden = func(id string) bool { return hidden[id] || told(id) }
}

func attributesOf(doc map[string]any) []hsds.Attribute {
	var out struct{ Attributes []hsds.Attribute }
	raw, err := json.Marshal(map[string]any{"Attributes": doc["attributes"]})
	if err != nil || json.Unmarshal(raw, &out) != nil {
		return nil
	}
	return out.Attributes
}

func (p *packaged) records(by index) error {
	for i := range p.lines[hsds.LocationKind] {
		l := &p.lines[hsds.LocationKind][i]
		if o := by[hsds.OrganizationKind][l.refers["organization_id"]]; o != nil {
			appendDoc(o.doc, "locations", l.doc)
		}
	}
	for _, kind := range []hsds.Kind{hsds.OrganizationKind, hsds.ServiceKind} {
		for i := range p.lines[kind] {
			l := &p.lines[kind][i]
			if kind == hsds.ServiceKind && by[hsds.OrganizationKind][l.refers["organization_id"]] == nil {
				p.lost(kind, l, "organization_id", Refused)
				continue
			}
			if err := p.one(kind, l); err != nil {
				return err
			}
		}
	}
	return p.ctx.Err()
}

func (p *packaged) one(kind hsds.Kind, l *line) error {
	raw, err := json.Marshal(l.doc)
	if err != nil {
		return fmt.Errorf("package: %w", err)
	}
	rec, list := p.unfold(kind, raw)
	rec.Row = l.row
	list = append(list, p.verify(&rec)...)
	p.conceal(&rec)
	if p.note(p.paths[kind], l.row, list) {
		return nil
	}
	return p.give(rec)
}
