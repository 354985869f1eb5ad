package directory

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// Query asks for services at places. Every part narrows; none is everything.
// What is not known is kept, unless a part says surely.
type Query struct {
	Services []string // categories; any of them, or one that stands under it
	Text     string   // words that all stand in the provider's or service's name, town or place
	County   string   // there, or by telephone for those who are there
	Country  string   // a neighbour: there, or serving those who are there; "" is any
	Language string   // spoken there for sure
	Person   *Person  // left out: those who say that they do not take such a person
	Open     Surely   // open now, for newcomers
	Free     Surely   // a place free now, for Person if given
	From     *Point   // nearest first; else by name
	Near     float64  // km from From; 0 is any
	Page     int      // from 1
	Size     int      // rows on a page; 0 is 25, at most 200
	Cells    float64  // degrees: also count matches in cells of a grid, for a map; 0 is none
}

// Surely is how a part of a query treats what is not known.
type Surely string

// The three ways.
const (
	Any    Surely = ""
	Maybe  Surely = "maybe"  // yes or not known
	Surest Surely = "surely" // yes
)

func (s Surely) lets(f Fact) bool { return s == Any || f == Yes || s == Maybe && f == NotKnown }

// Row is a service at a place, as lists show it. Of a confidential place it
// holds the county only, and Kilometres is measured from the county's middle.
type Row struct {
	Provider     string     `json:"provider"`
	Name         string     `json:"name"`
	Agency       string     `json:"agency,omitempty"` // whose staff answer referrals
	Fictional    bool       `json:"fictional,omitempty"`
	Service      string     `json:"service"`
	Kind         string     `json:"kind"`
	ServiceName  string     `json:"service_name,omitempty"`
	Location     string     `json:"location,omitempty"`
	PlaceName    string     `json:"place_name,omitempty"`
	Town         string     `json:"town,omitempty"`
	County       string     `json:"county,omitempty"`
	Country      string     `json:"country,omitempty"`
	Confidential bool       `json:"confidential,omitempty"`
	Point        *Point     `json:"point,omitempty"` // nil when confidential or not known
	Opening      Opening    `json:"opening"`
	Places       []FreeSlot `json:"places,omitempty"`
	Languages    []string   `json:"languages,omitempty"`
	Phones       []Phone    `json:"phones,omitempty"`
	Takes        Fact       `json:"takes,omitempty"` // the query's person
	Kilometres   *Distance  `json:"kilometres,omitempty"`
	Vetting      string     `json:"vetting,omitempty"`
	Verified     *Verified  `json:"verified,omitempty"`
	VerifiedAge  Age        `json:"verified_age,omitempty"`
}

// Distance is a distance as it may be told. About says that it is rounded
// or measured from the middle of a county or town.
type Distance struct {
	Km    int  `json:"km"`
	About bool `json:"about,omitempty"`
}

// FreeSlot is one capacity now.
type FreeSlot struct {
	Slot
	Free     *int       `json:"free,omitempty"` // available less held; nil is not known
	Held     int        `json:"held,omitempty"`
	Maximum  *int       `json:"maximum,omitempty"`
	Blocked  []Blocked  `json:"blocked,omitempty"`
	Age      Age        `json:"age"`
	Reported *time.Time `json:"reported_at,omitempty"`
}

// Cell is a square of the map's grid with how many services stand in it, and
// where their middle is. Confidential places stand in none.
type Cell struct {
	Point
	Count int `json:"count"`
}

// Result is one page of what was found.
type Result struct {
	Rows     []Row          `json:"rows"`
	Total    int            `json:"total"`
	Page     int            `json:"page"`
	Pages    int            `json:"pages"`
	Counties map[string]int `json:"counties"`         // matches by county; "" belongs to none
	Abroad   map[string]int `json:"abroad,omitempty"` // matches by neighbouring country
	Cells    []Cell         `json:"cells,omitempty"`
}

// Load reads the index now instead of at the first question.
func (d *Directory) Load(ctx context.Context) error {
	_, err := d.index.get(ctx, d.realm.Store)
	return err
}

// Refresh takes in what other servers of the same realm changed; the realm's
// clockwork calls it every few seconds.
func (d *Directory) Refresh(ctx context.Context) error {
	return d.index.refresh(ctx, d.realm.Store)
}

// Find filters the directory.
func (d *Directory) Find(ctx context.Context, who realm.Actor, q Query) (*Result, error) {
	if err := d.realm.Door.Realm(who.Principal, policy.DirectoryView); err != nil {
		return nil, err
	}
	s, err := d.index.get(ctx, d.realm.Store)
	if err != nil {
		return nil, err
	}
	return d.find(s, q), nil
}

// hit is a match; km orders it when there is a point to measure from.
type hit struct {
	shard *shard
	entry *entry
	km    float64
}

func (d *Directory) find(s *snapshot, q Query) *Result {
	size := q.Size
	if size <= 0 {
		size = 25
	}
	size, page := min(size, 200), min(max(q.Page, 1), 1_000_000)
	f := d.filterFor(&q)
	top := first[hit]{most: page * size, order: byDistance, asCome: q.From == nil}
	var counties [256]int
	grid := newGrid(q.Cells, d.Taxonomy.Map.region)
	total, abroad := 0, map[string]int{}
	for _, x := range s.byName {
		f.begin(x)
		for i := range x.entries {
			e := &x.entries[i]
			if !f.lets(x, e) {
				continue
			}
			total++
			counties[e.place]++
			e.abroad(func(country string) { abroad[country]++ })
			if e.point >= 0 && x.points[e.point].shown {
				grid.add(x.points[e.point].point)
			}
			top.add(hit{x, e, f.km(x, e)})
		}
	}
	hits := top.page((page-1)*size, size)
	r := &Result{Total: total, Page: page, Pages: (total + size - 1) / size, Counties: d.byCounty(&counties), Abroad: abroad, Cells: grid.cells(), Rows: make([]Row, len(hits))}
	for i, h := range hits {
		r.Rows[i] = d.row(h, &f)
	}
	return r
}

// filter is a query made ready.
type filter struct {
	d       *Directory
	q       *Query
	now     time.Time
	wants   uint64
	tongue  uint64
	words   []string
	inName  []bool  // by word: stands in the provider's names
	verdict []uint8 // by number of eligibility, see takes
	states  []State // by number of hours; "" not asked yet
	globe   onGlobe // q.From
	suits   []bool  // by group: a place for it is one for q.Person
	stale   time.Time
	from    []float64
	fromSet []bool
}

func (d *Directory) filterFor(q *Query) filter {
	f := filter{d: d, q: q, now: d.realm.Now(), wants: d.Taxonomy.bitOf(q.Services), words: strings.Fields(folded(q.Text))}
	if q.Language != "" {
		f.tongue = d.Taxonomy.tongues([]string{q.Language})
	}
	f.inName = make([]bool, len(f.words))
	if q.From != nil {
		f.globe = q.From.onGlobe()
	}
	f.stale = f.now.Add(-d.Taxonomy.Freshness.Capacity.Ageing)
	groups := d.Taxonomy.List("groups")
	f.suits = make([]bool, len(groups))
	for i := range groups {
		f.suits[i] = q.Person == nil || groups[i].suits(q.Person)
	}
	return f
}

// begin prepares for the entries of one provider.
func (f *filter) begin(x *shard) {
	for i, w := range f.words {
		f.inName[i] = strings.Contains(x.text, w)
	}
	if f.q.From != nil {
		f.from, f.fromSet = slices.Grow(f.from[:0], len(x.points))[:len(x.points)], slices.Grow(f.fromSet[:0], len(x.points))[:len(x.points)]
		clear(f.fromSet)
	}
}

// lets holds every part of the query; the cheap ones first.
func (f *filter) lets(x *shard, e *entry) bool {
	q := f.q
	if len(q.Services) > 0 && e.answers&f.wants == 0 || q.County != "" && e.county != q.County && !e.reaches(q.County) ||
		q.Country != "" && q.Country != Home && !e.isIn(q.Country) ||
		q.Language != "" && (f.tongue == 0 || e.speaks&f.tongue == 0) {
		return false
	}
	for i, w := range f.words {
		if !f.inName[i] && !strings.Contains(e.text, w) {
			return false
		}
	}
	if q.Person != nil && f.takes(e) >= refusedBy {
		return false
	}
	if q.Open != Any && !q.Open.lets(openFact(f.state(e))) {
		return false
	}
	if q.Free != Any {
		if _, free := f.free(x, e); !q.Free.lets(free) {
			return false
		}
	}
	return q.Near <= 0 || q.From == nil || f.km(x, e) <= q.Near
}

func (f *filter) opening(e *entry) Opening {
	if e.paused {
		return Opening{State: ShutNow}
	}
	return e.hours.opening(f.d.Taxonomy.Holidays, f.now)
}

// state is the state of an entry's opening, asked once for all equal hours.
func (f *filter) state(e *entry) State {
	if e.paused {
		return ShutNow
	}
	if int(e.opens) >= len(f.states) {
		f.states = append(f.states, make([]State, int(e.opens)+256-len(f.states))...)
	}
	s := &f.states[e.opens]
	if *s == "" {
		*s = f.opening(e).State
	}
	return *s
}

func openFact(s State) Fact {
	switch s {
	case Open:
		return Yes
	case OpenNotKnown:
		return NotKnown
	}
	return No
}

// reaches tells whether something without a place serves people of a county.
func (e *entry) reaches(county string) bool {
	return e.location == nil && slices.ContainsFunc(e.service.Areas, func(a Area) bool {
		return a.County == county || a.County == "" && a.Country == Home
	})
}

// abroad names the other countries in which a service stands or which it serves.
func (e *entry) abroad(each func(country string)) {
	there := ""
	if e.location != nil && e.location.Country != "" && e.location.Country != Home {
		there = e.location.Country
		each(there)
	}
	for i := range e.service.Areas {
		if a := &e.service.Areas[i]; a.Country != "" && a.Country != Home && a.Country != there {
			each(a.Country)
		}
	}
}

func (e *entry) isIn(country string) (found bool) {
	e.abroad(func(c string) { found = found || c == country })
	return found
}

// What takes answers: that all is known and well, that something is not known,
// or refusedBy and the number of the criterion that refuses.
const (
	takesSurely = 1 + iota
	takesMaybe
	refusedBy
)

// takes asks an eligibility about the query's person, once for all equal ones.
func (f *filter) takes(e *entry) uint8 {
	if int(e.rules) >= len(f.verdict) {
		f.verdict = append(f.verdict, make([]uint8, int(e.rules)+256-len(f.verdict))...)
	}
	v := &f.verdict[e.rules]
	if *v != 0 {
		return *v
	}
	*v = takesSurely
	for i := range criteria {
		switch fact, applies := criteria[i].ask(&e.service.Eligibility, f.q.Person); {
		case applies && fact == No:
			*v = refusedBy + uint8(i)
			return *v
		case applies && fact == NotKnown:
			*v = takesMaybe
		}
	}
	return *v
}

// free counts the free places that the query's person could have: yes when
// some are told in time, no when all that fit are full, else not known. A stale
// report is no knowledge.
func (f *filter) free(x *shard, e *entry) (n int, out Fact) {
	told := false
	for i := range e.slots {
		k := &e.slots[i]
		if k.c.Available == nil || k.c.Reported == nil || k.c.Reported.At.Before(f.stale) || !f.fits(k) {
			continue
		}
		told = true
		n += max(0, *k.c.Available-x.p.Held(k.Slot, f.now))
	}
	if !told {
		return 0, NotKnown
	}
	return n, Of(n > 0)
}

// fits tells whether a capacity is one that the query's person could have.
func (f *filter) fits(k *slotKept) bool { return k.group < 0 || f.suits[k.group] }

// km is the distance to an entry, infinite where there is none. For a
// confidential place it starts at the county's middle and is rounded before
// anything compares it, so that order and radius tell no more than the text.
func (f *filter) km(x *shard, e *entry) float64 {
	if f.q.From == nil || e.point < 0 || !x.points[e.point].ok {
		return math.Inf(1)
	}
	if !f.fromSet[e.point] {
		f.from[e.point], f.fromSet[e.point] = f.told(e, &x.points[e.point]), true
	}
	return f.from[e.point]
}

// told is a distance as it may be told and compared.
func (f *filter) told(e *entry, to *pointed) float64 {
	km := f.globe.kilometres(&to.globe)
	if e.location.Confidential {
		r := f.d.Taxonomy.Distance.Rounding
		return max(r, math.Round(km/r)*r)
	}
	return km
}

// rough orders by distance, to a percent or two, where nobody is told it.
func (f *filter) rough(x *shard, e *entry) float64 {
	if f.q.From == nil || e.point < 0 || !x.points[e.point].ok {
		return math.Inf(1)
	}
	to := x.points[e.point].point
	north, east := to.Latitude-f.q.From.Latitude, to.Longitude-f.q.From.Longitude
	return north*north + east*east
}

func byDistance(a, b hit) int { return cmp.Compare(a.km, b.km) }

// byCounty names the counties that were counted by number.
func (d *Directory) byCounty(counts *[256]int) map[string]int {
	out := map[string]int{}
	if counts[0] > 0 {
		out[""] = counts[0]
	}
	for i, c := range d.Taxonomy.content.All("counties") {
		if n := counts[i+1]; n > 0 {
			out[c.ID] = n
		}
	}
	return out
}
