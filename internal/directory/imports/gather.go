package imports

import (
	"cmp"
	"errors"
	"iter"
	"slices"

	"rufaa/internal/directory"
	"rufaa/internal/hsds/intake"
	"rufaa/internal/problem"
)

// mostServices is how many services one organisation may have in a file.
const mostServices = 2000

// gathering brings the rows of one organisation together.
type gathering struct {
	*translation
	d        *directory.Directory
	list     tellings
	secret   map[string]bool // ids of places that some row calls confidential
	rows     map[string]int  // of a place, its row
	problems []intake.RowProblem
	more     int
	refused  int
	most     int // problems that are kept
}

// take adds one record. Its problems are told; it is left out when one of them
// refuses it.
func (g *gathering) take(r intake.Record) error {
	if r.Organization.Name == "" {
		t, err := g.list.open(r.Organization.ID)
		if err != nil {
			return err
		}
		if t == nil {
			g.tell(r.Row, note{"keeping.import.organisation_nameless", "organization", intake.Refused, nil})
			return nil
		}
		r.Organization.Name = t.Profile.Name
	}
	g.notes = nil
	t := g.telling(&r)
	g.conceal(&t)
	for _, f := range fieldsOf(g.d.CheckTelling(&t)) {
		g.notes = append(g.notes, note{f.Key, f.Name, intake.Refused, f.Args})
	}
	before, err := g.list.open(t.ID)
	if err != nil {
		return err
	}
	if before != nil && len(before.Services)+len(t.Services) > mostServices {
		g.notes = append(g.notes, note{"keeping.import.too_many_services", "service", intake.Refused, []any{"max", mostServices}})
	}
	if g.tell(r.Row, g.notes...) {
		return nil
	}
	for _, l := range t.Locations {
		g.rows[l.ID] = r.Row
	}
	if before != nil {
		before.Join(&t)
		return nil
	}
	return g.list.add(&t)
}

// conceal takes away places that a row tells without knowing that they are
// confidential.
func (g *gathering) conceal(t *directory.Telling) {
	if !g.known.resembles(t) {
		return
	}
	for i := range t.Locations {
		l := &t.Locations[i]
		if l.Place == nil || g.known.open[l.ID] {
			continue
		}
		l.Confidential, l.Place = true, nil
		g.leave("location", "resembles_confidential")
	}
}

// end learns which places some row calls confidential, and tells those rows
// that told where they are.
func (g *gathering) end(concealed []string) {
	g.secret = map[string]bool{}
	for _, id := range concealed {
		g.secret[id] = true
		if row := g.rows[id]; row > 0 {
			g.tell(row, note{"hsds.import.confidential_coordinates", "location", intake.LeftOut, nil})
			delete(g.rows, id)
		}
	}
	g.rows = nil
	slices.SortStableFunc(g.problems, func(a, b intake.RowProblem) int { return cmp.Compare(a.Row, b.Row) })
}

// all gives what was gathered, without those places.
func (g *gathering) all() iter.Seq2[*directory.Telling, error] {
	return func(yield func(*directory.Telling, error) bool) {
		for t, err := range g.list.all() {
			if err == nil {
				g.hide(t)
			}
			if !yield(t, err) {
				return
			}
		}
	}
}

// hide takes away what one row tells and another calls confidential.
func (g *gathering) hide(t *directory.Telling) {
	if len(g.secret) == 0 {
		return
	}
	t.Locations = slices.DeleteFunc(t.Locations, func(l directory.Location) bool { return g.secret[l.ID] && !l.Confidential })
	for k := range t.Services {
		s := &t.Services[k]
		n := len(s.At)
		s.At = slices.DeleteFunc(s.At, func(a directory.At) bool { return g.secret[a.Location] })
		if len(s.At) < n && t.Profile.County != "" { // it is given there: then it is confidential as well
			l := directory.Location{ID: "hidden/" + s.ID, Kind: "physical", Confidential: true, County: t.Profile.County}
			t.Locations = append(t.Locations, l)
			s.At = append(s.At, directory.At{Location: l.ID})
		}
	}
}

// tell keeps what is wrong with a row, and tells whether that refuses it.
func (g *gathering) tell(row int, notes ...note) (refused bool) {
	for _, n := range notes {
		refused = refused || n.outcome == intake.Refused
		if len(g.problems) >= g.most {
			g.more++
			continue
		}
		p := intake.RowProblem{Row: row, Column: n.column, Key: n.key, Args: n.args, Outcome: n.outcome}
		if len(n.key) > 7 && n.key[:7] == "keeping" || len(n.key) > 5 && n.key[:5] == "hsds." {
			p.Remedy = n.key + ".remedy"
		}
		g.problems = append(g.problems, p)
	}
	if refused {
		g.refused++
	}
	return refused
}

func fieldsOf(err error) []problem.Field {
	var in *problem.Invalid
	if errors.As(err, &in) {
		return in.Fields
	}
	return nil
}
