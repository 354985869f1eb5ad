package directory

import (
	"context"
	"strconv"

	"rufaa/internal/valid"
)

// mostKilometres is the widest circle that can be kept clear, in km: beyond it
// the country is left.
const mostKilometres = 1000

// Wrong is what is wrong with a question, or nil. A misspelt county to avoid,
// or a place whose coordinates are swapped, would otherwise be avoided nowhere.
// at is what stands before the names of the fields.
func (d *Directory) Wrong(ctx context.Context, at string, n *Needs) error {
	s, err := d.index.get(ctx, d.realm.Store)
	if err != nil {
		return err
	}
	c := checker{Check: valid.New(d.realm.Now()), t: d.Taxonomy}
	c.Term(at+"service", n.Service, c.t.service, true)
	c.Term(at+"county", n.County, c.t.inVocabulary("counties"), false)
	if n.From != nil {
		c.point(at+"from.", *n.From)
	}
	c.whole(at+"limit", n.Limit, 0, 1000)
	c.whole(at+"places", n.Places, 0, 5000)
	if n.Within < 0 {
		c.Add(at+"within", "common.error.number_range", "min", 0, "max", mostKilometres)
	}
	c.terms(at+"avoid.counties", n.Avoid.Counties, c.t.inVocabulary("counties"))
	for i, area := range n.Avoid.Places {
		at := at + "avoid.places." + strconv.Itoa(i) + "."
		c.point(at, area.Point)
		if area.Kilometres <= 0 || area.Kilometres > mostKilometres {
			c.Add(at+"kilometres", "common.error.number_range", "min", 1, "max", mostKilometres)
		}
	}
	for _, id := range n.Avoid.Providers {
		c.Term(at+"avoid.providers", id, func(id string) bool { return s.find(id) != nil }, true)
	}
	c.person(at+"person.", &n.Person)
	return c.Err()
}

func (c checker) whole(name string, n, least, most int) {
	if n < least || n > most {
		c.Add(name, "common.error.number_range", "min", least, "max", most)
	}
}

func (c checker) point(at string, p Point) {
	ok, swapped := c.t.Map.inRegion(p)
	switch {
	case !ok && swapped:
		c.Add(at+"latitude", "directory.error.swapped")
	case !ok:
		c.Add(at+"latitude", "directory.error.outside-region")
	}
}

func (c checker) person(at string, p *Person) {
	c.Term(at+"sex", p.Sex, c.t.inVocabulary("sexes"), false)
	c.Term(at+"age_band", p.AgeBand, c.t.inVocabulary("age-bands"), false)
	c.Age(at+"age", p.Age)
	c.Count(at+"children", len(p.Children), 20)
	for i, age := range p.Children {
		c.whole(at+"children."+strconv.Itoa(i), age, -1, 120)
	}
	c.terms(at+"child_bands", p.ChildBands, c.t.inVocabulary("age-bands"))
	c.Term(at+"nationality", p.Nationality, c.t.inVocabulary("countries"), false)
	c.Term(at+"exploitation", p.Exploitation, c.t.inVocabulary("exploitation"), false)
	c.terms(at+"languages", p.Languages, c.t.inVocabulary("languages"))
	for name, f := range map[string]Fact{"pregnant": p.Pregnant, "disability": p.Disability, "court_order": p.CourtOrder} {
		c.fact(at+name, f)
	}
}
