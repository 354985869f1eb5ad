package intake

import (
	"strings"

	"rufaa/internal/hsds"
)

// Options say what is known while a file is read.
type Options struct {
	// Source names where the file comes from, e.g. "county-list". The same
	// source keeps its ids from one import to the next. Needed.
	Source string

	// Terms are those that may be used; nil leaves terms unchecked.
	Terms *Terms

	// Hidden tells whether the service or location with this id is known to
	// be confidential already, whatever the file says.
	Hidden func(id string) bool

	Region  Region // where coordinates may lie; EastAfrica when zero
	Country string // of telephone numbers without a code; "KE" when empty
	Sheet   string // of a workbook; the first one when empty
	Limits  Limits // each zero is its default
}

// Region is a box of degrees, WGS 84.
type Region struct{ South, West, North, East float64 }

// EastAfrica holds Kenya and the countries from which and into which people
// are brought: Ethiopia, Somalia, South Sudan, Uganda, Tanzania, Rwanda, Burundi.
var EastAfrica = Region{South: -12, West: 24, North: 15, East: 52}

// Holds tells whether a point lies in the region.
func (r Region) Holds(lat, lon float64) bool {
	return lat >= r.South && lat <= r.North && lon >= r.West && lon <= r.East
}

// Limits bound what a file may cost.
type Limits struct {
	Bytes    int64 // of the file
	Unpacked int64 // of everything in an archive
	Ratio    int64 // unpacked to packed, of one file in an archive over 1 MiB
	Files    int   // in an archive
	Rows     int
	Columns  int
	Cell     int   // bytes
	Item     int64 // bytes of one JSON item or one CSV row
	Problems int   // that are kept
}

// DefaultLimits hold a national directory with room to spare.
var DefaultLimits = Limits{Bytes: 256 << 20, Unpacked: 512 << 20, Ratio: 100, Files: 2000, Rows: 1_000_000, Columns: 200,
	Cell: 32_767, Item: 4 << 20, Problems: 1000}

func (o Options) complete() Options {
	if o.Region == (Region{}) {
		o.Region = EastAfrica
	}
	if o.Country == "" {
		o.Country = "KE"
	}
	if o.Hidden == nil {
		o.Hidden = func(string) bool { return false }
	}
	l, d := &o.Limits, DefaultLimits
	orDefault(&l.Bytes, d.Bytes)
	orDefault(&l.Unpacked, d.Unpacked)
	orDefault(&l.Ratio, d.Ratio)
	orDefault(&l.Files, d.Files)
	orDefault(&l.Rows, d.Rows)
	orDefault(&l.Columns, d.Columns)
	orDefault(&l.Cell, d.Cell)
	orDefault(&l.Item, d.Item)
	orDefault(&l.Problems, d.Problems)
	return o
}

func orDefault[N int | int64](v *N, d N) {
	if *v == 0 {
		*v = d
	}
}

// Terms finds known taxonomy terms by id, code or name, in any case.
type Terms struct{ by map[string]*hsds.Term }

// KnownTerms gathers the terms that may be used. Those of the Kenya protection
// profile are always known.
func KnownTerms(terms []hsds.Term) (*Terms, error) {
	_, profile, err := hsds.ProfileTerms()
	if err != nil {
		return nil, err
	}
	t := &Terms{by: map[string]*hsds.Term{}}
	for _, list := range [][]hsds.Term{profile, terms} {
		for i := range list {
			for _, name := range []string{list[i].Name, list[i].Code, list[i].ID} {
				if name != "" {
					t.by[folded(name)] = &list[i]
				}
			}
		}
	}
	return t, nil
}

// Find gives the term, nil when nobody knows it.
func (t *Terms) Find(name string) *hsds.Term { return t.by[folded(name)] }

// folded is how names are compared: small letters, one space.
func folded(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }
