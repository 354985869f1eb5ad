package imports

import (
	"strings"
	"unicode"

	"rufaa/internal/directory"
	"rufaa/internal/hsds"
	"rufaa/internal/hsds/intake"
)

// folded makes names comparable: small letters and digits, one space.
func folded(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}

// lexicon finds the ids of words that a source uses.
type lexicon struct {
	services, counties, countries, languages, documents, units, groups map[string]string
	kinds                                                              map[string]string // term ids of the standard
	terms                                                              *intake.Terms
}

func newLexicon(d *directory.Directory, ids hsds.IDs) (*lexicon, error) {
	c, w := d.Taxonomy.Content(), d.Taxonomy.Words
	x := &lexicon{services: map[string]string{}, counties: map[string]string{}, countries: map[string]string{},
		languages: map[string]string{}, documents: map[string]string{}, units: map[string]string{}, groups: map[string]string{}, kinds: map[string]string{}}
	var terms []hsds.Term
	for _, s := range c.Services() {
		id := ids.Of("taxonomy_term", s.ID)
		x.kinds[id] = s.ID
		for _, name := range append([]string{s.ID, s.Label.In("en"), s.Label.In("sw")}, w.Services[s.ID]...) {
			x.services[folded(name)] = s.ID
			terms = append(terms, hsds.Term{ID: id, Code: s.ID, Name: name})
		}
	}
	for list, into := range map[string]map[string]string{"counties": x.counties, "countries": x.countries, "languages": x.languages} {
		for _, t := range c.List(list) {
			for _, name := range []string{t.ID, t.Label.In("en"), t.Label.In("sw")} {
				into[folded(name)] = t.ID
			}
		}
	}
	for id, names := range w.Counties {
		for _, n := range names {
			x.counties[folded(n)] = id
		}
	}
	for list, into := range map[string]map[string]string{"documents": x.documents, "units": x.units, "groups": x.groups} {
		for _, t := range d.Taxonomy.List(list) {
			for _, name := range []string{t.ID, t.Label.In("en"), t.Label.In("sw")} {
				into[folded(name)] = t.ID
			}
		}
	}
	for id, names := range w.Units {
		for _, n := range names {
			x.units[folded(n)] = id
		}
	}
	for id, names := range w.Groups {
		for _, n := range names {
			x.groups[folded(n)] = id
		}
	}
	var err error
	x.terms, err = intake.KnownTerms(terms)
	return x, err
}

// county knows "Nairobi", "Nairobi City County" and "Kaunti ya Kisumu".
func (x *lexicon) county(name string) (string, bool) {
	f := folded(name)
	for _, n := range []string{f, strings.TrimSuffix(f, " county"), strings.TrimPrefix(f, "kaunti ya ")} {
		if id, ok := x.counties[n]; ok {
			return id, true
		}
	}
	return "", false
}
