package placing

import (
	"cmp"
	"maps"
	"slices"
)

// model is a problem as arrays. A row is the beds of one kind at one place;
// rows of a place follow each other.
type model struct {
	problem Problem
	units   []munit
	options []moption
	room    []int32 // free beds by row
	rows    []int32 // place p has the rows [rows[p], rows[p+1])
	outAt   int64   // cost of leaving out one weight: above all other costs together
}

// munit is a unit; options are [from, to) of the model's, cheapest first.
type munit struct {
	from, to int32
	weight   int64
	out      int64 // cost of leaving it without a place, above all other costs
}

// moption is an option that fits into the place while it is empty.
type moption struct {
	unit, place int32
	slot        int32 // rank among the options of its unit by place and beds
	source      int32 // index in Unit.Options
	cost        int64 // with reserve
	uses        []use
}

type use struct {
	row int32
	n   int32
}

func build(p Problem) (*model, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	m := &model{problem: p, rows: []int32{0}}
	places := make(map[string]int32, len(p.Places))
	rowOf := make([]map[string]int32, len(p.Places))
	for i, place := range p.Places {
		places[place.ID] = int32(i)
		rowOf[i] = map[string]int32{}
		for _, kind := range slices.Sorted(maps.Keys(place.Beds)) {
			rowOf[i][kind] = int32(len(m.room))
			m.room = append(m.room, int32(min(place.Beds[kind], 1<<20)))
		}
		m.rows = append(m.rows, int32(len(m.room)))
	}
	m.outAt = 1
	for i, u := range p.Units {
		m.addUnit(int32(i), u, places, rowOf)
	}
	return m, m.price()
}

func (m *model) addUnit(i int32, u Unit, places map[string]int32, rowOf []map[string]int32) {
	from := int32(len(m.options))
	for s, o := range u.Options {
		at := places[o.Place]
		if uses, ok := m.seat(u.beds(o), rowOf[at]); ok {
			m.options = append(m.options, moption{unit: i, place: at, source: int32(s), cost: int64(o.Cost + o.Reserve), uses: uses})
		}
	}
	mine := m.options[from:]
	slices.SortStableFunc(mine, func(a, b moption) int {
		return cmp.Or(cmp.Compare(a.place, b.place), slices.CompareFunc(a.uses, b.uses, compareUse), cmp.Compare(a.cost, b.cost))
	})
	for slot := range mine {
		mine[slot].slot = int32(slot)
	}
	slices.SortStableFunc(mine, func(a, b moption) int { return cmp.Compare(a.cost, b.cost) })
	if n := len(mine); n > 0 {
		m.outAt += mine[n-1].cost
	}
	m.units = append(m.units, munit{from: from, to: int32(len(m.options)), weight: int64(u.weight())})
}

func compareUse(a, b use) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.n, b.n)) }

// seat finds the rows that beds take; false when they do not fit even while
// the place is empty.
func (m *model) seat(beds map[string]int, rowOf map[string]int32) (uses []use, ok bool) {
	for _, kind := range slices.Sorted(maps.Keys(beds)) {
		n := beds[kind]
		if n == 0 {
			continue
		}
		row, known := rowOf[kind]
		if !known || int(m.room[row]) < n {
			return nil, false
		}
		uses = append(uses, use{row: row, n: int32(n)})
	}
	return uses, true
}

// price sets what leaving out costs in a whole plan.
func (m *model) price() error {
	var sum float64
	for i := range m.units {
		u := &m.units[i]
		u.out = m.outAt * u.weight
		sum += float64(u.out)
	}
	if sum*costScale > 1<<59 {
		return refuse("costs are too large together")
	}
	return nil
}

// fits reports whether an option fits into the room left.
func (m *model) fits(o *moption, room []int32) bool {
	for _, u := range o.uses {
		if room[u.row] < u.n {
			return false
		}
	}
	return true
}

func take(o *moption, room []int32) {
	for _, u := range o.uses {
		room[u.row] -= u.n
	}
}

func free(o *moption, room []int32) {
	for _, u := range o.uses {
		room[u.row] += u.n
	}
}
