package publish

import (
	"math"
	"math/bits"
)

// marks is a set of items, one bit each.
type marks []uint64

func newMarks(n int) marks { return make(marks, (n+63)/64) }

func (m marks) set(list []int32) {
	for _, i := range list {
		m[i>>6] |= 1 << (i & 63)
	}
}

func (m marks) keep(other marks) {
	for w := range m {
		m[w] &= other[w]
	}
}

func (m marks) count() (n int) {
	for _, w := range m {
		n += bits.OnesCount64(w)
	}
	return n
}

// each calls f for the marked items from the skip-th on, in order, until f
// says no.
func (m marks) each(skip int, f func(int32) bool) {
	for n, w := range m {
		if c := bits.OnesCount64(w); skip >= c {
			skip -= c
			continue
		}
		for ; w != 0; w &= w - 1 {
			if skip > 0 {
				skip--
				continue
			}
			if !f(int32(n<<6 + bits.TrailingZeros64(w))) {
				return
			}
		}
	}
}

// matching marks what passes every filter of the query; filters add up (AND).
func (s *Snapshot) matching(l *listing, q *query) marks {
	var found marks
	narrow := func(fill func(marks)) {
		m := newMarks(l.n)
		fill(m)
		if found == nil {
			found = m
			return
		}
		found.keep(m)
	}
	for _, w := range q.words {
		narrow(func(m marks) { l.startingWith(w, m) })
	}
	for _, by := range []struct {
		key   string
		index map[string]holders
	}{{q.term, l.terms}, {q.taxonomy, l.sets}, {q.org, l.orgs}} {
		if by.key != "" {
			narrow(by.index[by.key].markIn)
		}
	}
	if !q.after.IsZero() && l.changed != nil {
		narrow(func(m marks) { changedSince(m, l.changed, q.after.UnixMilli()) })
	}
	if q.postcode != "" {
		narrow(func(m marks) { s.near(m, l, q) })
	}
	if q.topOnly || q.parent != "" {
		narrow(func(m marks) { s.children(m, q) })
	}
	return found
}

// changedSince includes what does not say when it changed: who copies the
// directory must not miss it.
func changedSince(m marks, changed []int64, since int64) {
	for i, at := range changed {
		if at == 0 || at >= since {
			m[i>>6] |= 1 << (i & 63)
		}
	}
}

// children marks the terms below a parent, or those without one. The API
// description explains top_only as "have not child terms"; its name is kept to.
func (s *Snapshot) children(m marks, q *query) {
	for i := range s.content.Terms {
		parent := s.content.Terms[i].ParentID
		if (q.parent == "" || parent == q.parent) && (!q.topOnly || parent == "") {
			m[i>>6] |= 1 << (i & 63)
		}
	}
}

// near marks what has the postcode, or what lies within proximity metres of
// its middle. A postcode that nobody knows has nothing near it.
func (s *Snapshot) near(m marks, l *listing, q *query) {
	if q.proximity == 0 {
		m.set(l.postcodes[q.postcode])
		return
	}
	middle, ok := s.middle(l, q.postcode)
	if !ok {
		return
	}
	for i, p := range l.points {
		if metres(middle, p) <= q.proximity { // false for NaN
			m[i>>6] |= 1 << (i & 63)
		}
	}
}

func (s *Snapshot) middle(l *listing, code string) (Point, bool) {
	if p, ok := s.content.Postcodes[code]; ok {
		return p, true
	}
	var sum Point
	n := 0.0
	for _, i := range l.postcodes[code] {
		if p := l.points[i]; !math.IsNaN(p.Latitude) {
			sum.Latitude, sum.Longitude, n = sum.Latitude+p.Latitude, sum.Longitude+p.Longitude, n+1
		}
	}
	return Point{sum.Latitude / n, sum.Longitude / n}, n > 0
}

// metres is the great-circle distance on a sphere of the earth's mean radius
// (haversine); within 0.6 % of the ellipsoid.
func metres(a, b Point) float64 {
	const radius, rad = 6_371_008.8, math.Pi / 180
	dLat, dLon := (b.Latitude-a.Latitude)*rad/2, (b.Longitude-a.Longitude)*rad/2
	h := math.Pow(math.Sin(dLat), 2) + math.Cos(a.Latitude*rad)*math.Cos(b.Latitude*rad)*math.Pow(math.Sin(dLon), 2)
	return 2 * radius * math.Asin(math.Min(1, math.Sqrt(h)))
}
