package publish

import (
	"math"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"rufaa/internal/hsds"
)

// listing is what can be listed of one kind, and the indexes of its filters.
type listing struct {
	n       int
	byID    map[string]int32
	words   []string // sorted
	holders []holders
	terms   map[string]holders
	sets    map[string]holders // by taxonomy id
	orgs    map[string]holders
	changed []int64 // Unix milliseconds, 0 not known; nil when the kind has none

	postcodes map[string][]int32
	points    []Point // NaN where there is none; nil when the kind has none
}

// holders are the items that have something: a few in a list, or many as bits,
// which is smaller and faster to join from one in 32 on.
type holders struct {
	few  []int32
	many marks
}

func (h holders) markIn(m marks) {
	m.set(h.few)
	for w := range h.many {
		m[w] |= h.many[w]
	}
}

// indexer gathers a listing item by item.
type indexer struct {
	*listing
	tokens, termsOf, setsOf, orgsOf map[string][]int32
}

func newIndexer(n int) *indexer {
	return &indexer{tokens: map[string][]int32{}, termsOf: map[string][]int32{}, setsOf: map[string][]int32{},
		orgsOf:  map[string][]int32{},
		listing: &listing{n: n, byID: make(map[string]int32, n), postcodes: map[string][]int32{}}}
}

// note adds i under a key once. Items come in order, so lists stay sorted.
func note(m map[string][]int32, key string, i int32) {
	if list := m[key]; key != "" && (len(list) == 0 || list[len(list)-1] != i) {
		m[key] = append(list, i)
	}
}

func (x *indexer) text(i int32, texts ...string) {
	for _, t := range texts {
		for w := range wordsOf(t) {
			note(x.tokens, w, i)
		}
	}
}

func (x *indexer) attributes(b *builder, i int32, lists ...[]hsds.Attribute) {
	for _, list := range lists {
		for j := range list {
			term := &b.s.content.Terms[b.term[list[j].TermID()]]
			note(x.termsOf, term.ID, i)
			note(x.setsOf, term.TaxonomyID, i)
			x.text(i, term.Name)
		}
	}
}

// done sorts the words, so that the start of a word finds it.
func (x *indexer) done() *listing {
	x.words = make([]string, 0, len(x.tokens))
	for w := range x.tokens {
		x.words = append(x.words, w)
	}
	slices.Sort(x.words)
	x.holders = make([]holders, len(x.words))
	for n, w := range x.words {
		x.holders[n] = x.held(x.tokens[w])
	}
	x.terms, x.sets, x.orgs = x.heldBy(x.termsOf), x.heldBy(x.setsOf), x.heldBy(x.orgsOf)
	return x.listing
}

func (x *indexer) held(list []int32) holders {
	if len(list) < x.n/32 {
		return holders{few: slices.Clip(list)}
	}
	m := newMarks(x.n)
	m.set(list)
	return holders{many: m}
}

func (x *indexer) heldBy(lists map[string][]int32) map[string]holders {
	out := make(map[string]holders, len(lists))
	for k, list := range lists {
		out[k] = x.held(list)
	}
	return out
}

// startingWith marks every item that has a word with this start.
func (l *listing) startingWith(start string, m marks) {
	from := sort.SearchStrings(l.words, start)
	for n := from; n < len(l.words) && strings.HasPrefix(l.words[n], start); n++ {
		l.holders[n].markIn(m)
	}
}

// wordsOf yields the words of a text, in small letters, without accents.
func wordsOf(t string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for w := range strings.FieldsFuncSeq(fold(t), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if !yield(w) {
				return
			}
		}
	}
}

func fold(t string) string {
	plain := true
	for i := range len(t) {
		if t[i] >= 0x80 {
			plain = false
			break
		}
	}
	if plain {
		return strings.ToLower(t)
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(t))
}

func (b *builder) index() {
	b.indexServices()
	b.indexOrganizations()
	b.indexAtLocations()
	b.indexTaxonomies()
}

func (b *builder) indexServices() {
	c := &b.s.content
	x := newIndexer(len(c.Services))
	x.changed = make([]int64, len(c.Services))
	for n := range c.Services {
		i, v := int32(n), &c.Services[n]
		x.byID[v.ID] = i
		b.serviceWords(x, i, v)
		x.changed[n] = millis(v.LastModified)
	}
	b.s.serviceList = x.done()
}

// serviceWords is what finds a service, alone and at its locations.
func (b *builder) serviceWords(x *indexer, i int32, v *hsds.Service) {
	org := &b.s.content.Organizations[b.org[v.OrganizationID]]
	x.text(i, v.Name, v.AlternateName, v.Description, v.EligibilityDescription, v.Alert, org.Name, org.AlternateName)
	for j := range v.ServiceAreas {
		x.text(i, v.ServiceAreas[j].Name)
	}
	for j := range v.Languages {
		x.text(i, v.Languages[j].Name)
	}
	x.attributes(b, i, v.Attributes)
	for j := range v.Capacities {
		x.attributes(b, i, v.Capacities[j].Attributes)
	}
	note(x.orgsOf, v.OrganizationID, i)
}

func (b *builder) indexOrganizations() {
	c := &b.s.content
	x := newIndexer(len(c.Organizations))
	for n := range c.Organizations {
		i, o := int32(n), &c.Organizations[n]
		x.byID[o.ID] = i
		x.text(i, o.Name, o.AlternateName, o.Description)
		x.attributes(b, i, o.Attributes)
		note(x.orgsOf, o.ID, i)
		for _, s := range b.ofOrg[n] { // "contains any term": its services' terms are its own
			x.attributes(b, i, c.Services[s].Attributes)
		}
	}
	b.s.orgList = x.done()
}

func (b *builder) indexAtLocations() {
	c := &b.s.content
	x := newIndexer(len(c.ServiceAtLocations))
	x.changed, x.points = make([]int64, x.n), make([]Point, x.n)
	for n := range c.ServiceAtLocations {
		i, at := int32(n), &c.ServiceAtLocations[n]
		v, l := &c.Services[b.service[at.ServiceID]], &c.Locations[b.place[at.LocationID]]
		x.byID[at.ID] = i
		b.serviceWords(x, i, v)
		x.text(i, at.Description, l.Name, l.AlternateName, l.Description)
		x.attributes(b, i, at.Attributes, l.Attributes)
		for j := range l.Addresses {
			x.text(i, l.Addresses[j].City, l.Addresses[j].StateProvince, l.Addresses[j].Address1)
			note(x.postcodes, postcode(l.Addresses[j].PostalCode), i)
		}
		for _, areas := range [][]hsds.ServiceArea{at.ServiceAreas, v.ServiceAreas} {
			for j := range areas {
				if areas[j].ExtentType == "postcode" {
					note(x.postcodes, postcode(areas[j].Extent), i)
				}
			}
		}
		x.changed[n] = millis(v.LastModified)
		x.points[n] = pointOf(l)
	}
	b.s.atLocationList = x.done()
}

func (b *builder) indexTaxonomies() {
	c := &b.s.content
	x := newIndexer(len(c.Taxonomies))
	for n := range c.Taxonomies {
		x.byID[c.Taxonomies[n].ID] = int32(n)
		x.text(int32(n), c.Taxonomies[n].Name, c.Taxonomies[n].Description)
	}
	b.s.taxonomyList = x.done()
	x = newIndexer(len(c.Terms))
	for n := range c.Terms {
		i, t := int32(n), &c.Terms[n]
		x.byID[t.ID] = i
		x.text(i, t.Code, t.Name, t.Description)
		note(x.setsOf, t.TaxonomyID, i)
	}
	b.s.termList = x.done()
}

func millis(at string) int64 {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return 0
	}
	return t.UnixMilli()
}

func postcode(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), "")) }

func pointOf(l *hsds.Location) Point {
	if l.Latitude == nil || l.Longitude == nil {
		return Point{math.NaN(), math.NaN()}
	}
	return Point{*l.Latitude, *l.Longitude}
}
