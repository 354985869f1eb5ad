package directory

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// shard is one provider in the index: the provider without anything sealed,
// and an entry for each service at each place.
type shard struct {
	p       *Provider
	name    string // folded
	text    string // folded: names of the provider
	points  []pointed
	entries []entry
	told    map[string]Told
	waiting []string // sources that say something else, for a person to decide
}

// pointed is where a location is measured from.
type pointed struct {
	point Point
	globe onGlobe
	exact bool
	ok    bool
	shown bool // may stand on a map: a position of its own, not confidential
}

// entry is one service at one place: what people are sent to.
type entry struct {
	// What every question looks at stands first and close together.
	answers uint64 // categories of need, by their order
	speaks  uint64 // languages, by their order; 0 not known
	point   int32  // in the shard's points; -1 none
	rules   int32  // number of its eligibility, shared by equal ones
	opens   int32  // number of its hours, likewise
	place   uint8  // number of the county; 0 none
	paused  bool
	housing bool // people stay there: a free place is asked for

	hours    *hoursKept
	service  *Service
	location *Location // nil: by telephone, or where the person is
	slots    []slotKept
	county   string
	text     string // folded
}

// slotKept is one capacity with whom it is for.
type slotKept struct {
	Slot
	c     *Capacity
	group int // its place in the list of groups; -1 none
}

// hoursKept shares equal hours between entries and remembers their last
// answer for as long as it holds.
type hoursKept struct {
	h    Hours
	n    int32
	last atomic.Pointer[keptOpening]
}

type keptOpening struct {
	from, until time.Time
	Opening
}

// opening is Openness, remembered.
func (k *hoursKept) opening(holidays *Holidays, now time.Time) Opening {
	if o := k.last.Load(); o != nil && !now.Before(o.from) && now.Before(o.until) {
		return o.Opening
	}
	o := &keptOpening{from: now, Opening: Openness(k.h, holidays, now)}
	if o.until = o.Next; o.until.IsZero() {
		o.until = now.Add((ahead - 1) * 24 * time.Hour)
	}
	k.last.Store(o)
	return o.Opening
}

// keep finds or makes the shared hours. Callers hold mu.
func (ix *index) keep(h Hours) *hoursKept {
	raw, _ := json.Marshal(h) // plain fields: cannot fail
	k := ix.hours[string(raw)]
	if k == nil {
		k = &hoursKept{h: h, n: int32(len(ix.hours))}
		ix.hours[string(raw)] = k
	}
	return k
}

// number gives equal eligibilities one number, so that a question asks each of
// them once. Callers hold mu.
func (ix *index) number(e *Eligibility) int32 {
	raw, _ := json.Marshal(e) // plain fields: cannot fail
	n, known := ix.rules[string(raw)]
	if !known {
		n = int32(len(ix.rules))
		ix.rules[string(raw)] = n
	}
	return n
}

// shardOf prepares one provider. Callers hold mu.
func (ix *index) shardOf(p *Provider) *shard {
	pub := p.public()
	pub.Holds = p.Holds
	x := &shard{p: pub, name: folded(p.Name), text: folded(p.Name + " " + strings.Join(p.AlsoNamed, " "))}
	if !p.Live() {
		return x
	}
	for _, source := range slices.Sorted(maps.Keys(p.Told)) {
		if p.Told[source].Waiting != nil {
			x.told, x.waiting = p.Told, append(x.waiting, source)
		}
	}
	for i := range pub.Locations {
		pt, exact, ok := ix.t.Map.publicPoint(&pub.Locations[i])
		l := &pub.Locations[i]
		x.points = append(x.points, pointed{pt, pt.onGlobe(), exact, ok, ok && !l.Confidential && l.Place != nil && l.Place.Latitude != nil})
	}
	for i := range pub.Services {
		s := &pub.Services[i]
		if s.Status == "ended" {
			continue
		}
		if len(s.At) == 0 {
			x.entries = append(x.entries, ix.entryOf(pub, s, nil))
		}
		for j := range s.At {
			x.entries = append(x.entries, ix.entryOf(pub, s, &s.At[j]))
		}
	}
	return x
}

func (ix *index) entryOf(p *Provider, s *Service, at *At) entry {
	e := entry{service: s, point: -1, paused: s.Status == "paused", housing: s.Residential == Yes || s.Kind == "shelter" && s.Residential != No, rules: ix.number(&s.Eligibility), county: p.County, hours: ix.keep(p.HoursOf(s, at))}
	words := s.Name
	if at != nil {
		for i := range p.Locations {
			if l := &p.Locations[i]; l.ID == at.Location {
				e.location, e.point, e.county = l, int32(i), l.County
				if l.Place != nil {
					words += " " + l.Place.Name + " " + l.Place.Town
				}
			}
		}
		for i := range at.Capacities {
			c := &at.Capacities[i]
			k := slotKept{Slot: Slot{Service: s.ID, Location: at.Location, Unit: c.Unit, Group: c.Group}, c: c}
			k.group = slices.IndexFunc(ix.t.List("groups"), func(g Term) bool { return g.ID == c.Group })
			e.slots = append(e.slots, k)
		}
	}
	e.opens = e.hours.n
	e.text, e.place = folded(words), ix.t.countyNumber(e.county)
	e.answers = ix.t.answers(s.Kind)
	e.speaks = ix.t.tongues(p.Spoken(s))
	return e
}

// answers are the categories of need that a kind of service meets, as bits.
func (t *Taxonomy) answers(kind string) (bits uint64) {
	for i, s := range t.content.AllServices() {
		if i < 64 && t.serves(kind, s.ID) {
			bits |= 1 << i
		}
	}
	return bits
}

func (t *Taxonomy) tongues(list []string) (bits uint64) {
	for i, term := range t.content.All("languages") {
		for _, l := range list {
			if i < 64 && l == term.ID {
				bits |= 1 << i
			}
		}
	}
	return bits
}

// bitOf are the bits of the categories asked for.
func (t *Taxonomy) bitOf(services []string) (bits uint64) {
	for i, s := range t.content.AllServices() {
		for _, id := range services {
			if i < 64 && s.ID == id {
				bits |= 1 << i
			}
		}
	}
	return bits
}

// public is a copy without what only some may see: sealed places, what other
// directories call them (an id there may lead to the house), and holds. It
// shares what does not change.
func (p *Provider) public() *Provider {
	out := *p
	out.Holds, out.Told, out.Line = nil, nil, ""
	out.Locations = make([]Location, len(p.Locations))
	for i, l := range p.Locations {
		if l.Sealed = ""; l.Confidential {
			l.Place, l.External = nil, nil
		}
		out.Locations[i] = l
	}
	return &out
}

// folded makes a text comparable: small letters, no accents, one space.
func folded(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.ToLower(norm.NFKD.String(s)), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsPunct(r) && r != '\''
	}), " ")
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) || r == '\'' {
			return -1
		}
		return r
	}, s)
}
