package ui

import "github.com/a-h/templ"

// Fact is one row of a SummaryList.
type Fact struct {
	Key     string
	Value   string          // empty and no Body: "Not recorded"
	Body    templ.Component // instead of Value
	Sealed  *Sealed         // instead of both: kept sealed, shown on request
	Actions []Action
}

// Action is a link to change a fact. Hidden completes it for those who hear
// the link alone: "Change" + "county".
type Action struct {
	Text   string
	Href   string // without Base
	Hidden string
}

// Sealed stands where a sealed fact would; the button asks to open it, which
// is written down. Without Action the reader may know that it exists only.
type Sealed struct {
	Word   string // "Sealed" when empty
	Action string // where to post the request, without Base
	Button string // "Show"
	Hidden string // what it shows: "telephone number"
	Fields []Pair // sent along
	Key    string // idempotency key
}

// Pair is a name and a value.
type Pair struct{ Name, Value string }

// Listing is a table that becomes cards on a phone. The first cell of a row
// names it.
type Listing struct {
	Caption string
	Hide    bool // the caption is for screen readers only
	Columns []Column
	Rows    [][]Cell
	Empty   string // said when there are no rows
	Keep    bool   // small tables of numbers stay a table on phones
}

// Column is a column's head.
type Column struct {
	Label  string
	Number bool
}

// Cell is one cell: Body, or Tag, or Text that leads to Href.
type Cell struct {
	Text string
	Sub  string // smaller, below
	Href string // without Base
	Tag  *Tag
	Body templ.Component
}

// Cursor is where a list goes on; empty ends show nothing. Both without Base.
type Cursor struct {
	Newer string
	Older string
}

func (l Listing) column(i int) Column {
	if i < len(l.Columns) {
		return l.Columns[i]
	}
	return Column{}
}

// anyActions: only a list in which some fact has an action keeps room for one.
func anyActions(facts []Fact) bool {
	for _, f := range facts {
		if len(f.Actions) > 0 {
			return true
		}
	}
	return false
}
