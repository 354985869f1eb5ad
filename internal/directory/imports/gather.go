package imports

import (
	"cmp"
	"errors"
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
	list     []directory.Telling
	at       map[string]int // of an organisation in list
	rows     map[string]int // of a place, its row
	problems []intake.RowProblem
	more     int
	refused  int
	most     int // problems that are kept
}

// take adds one record. Its problems are told; it is left out when one of them
// refuses it.
func (g *gathering) take(r intake.Record) error {
	if r.Organization.Name == "" {
		i, ok := g.at[r.Organization.ID]
		if !ok {
			g.tell(r.Row, note{"keeping.import.organisation_nameless", "organization", intake.Refused, nil})
			return nil
		}
		r.Organization.Name = g.list[i].Profile.Name
	}
	g.notes = nil
	t := g.telling(&r)
	g.conceal(&t)
	for _, f := range fieldsOf(g.d.CheckTelling(&t)) {
		g.notes = append(g.notes, note{f.Key, f.Name, intake.Refused, f.Args})
	}
	i, there := g.at[t.ID]
	if there && len(g.list[i].Services)+len(t.Services) > mostServices {
		g.notes = append(g.notes, note{"keeping.import.too_many_services", "service", intake.Refused, []any{"max", mostServices}})
	}
	if g.tell(r.Row, g.notes...) {
		return nil
	}
	for _, l := range t.Locations {
		g.rows[l.ID] = r.Row
	}
	if there {
		g.list[i].Join(&t)
		return nil
	}
	g.at[t.ID] = len(g.list)
	g.list = append(g.list, t)
	return nil
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

// end takes away what one row tells and another calls confidential.
func (g *gathering) end(concealed []string) {
	secret := map[string]bool{}
	for _, id := range concealed {
		secret[id] = true
	}
	for i := range g.list {
		t := &g.list[i]
		t.Locations = slices.DeleteFunc(t.Locations, func(l directory.Location) bool {
			if !secret[l.ID] || l.Confidential {
				return false
			}
			g.tell(g.rows[l.ID], note{"hsds.import.confidential_coordinates", "location", intake.LeftOut, nil})
			return true
		})
		for k := range t.Services {
			s := &t.Services[k]
			gone := slices.ContainsFunc(s.At, func(a directory.At) bool { return secret[a.Location] })
			s.At = slices.DeleteFunc(s.At, func(a directory.At) bool { return secret[a.Location] })
			if gone { // it is given at that place: then it is confidential as well
				l := directory.Location{ID: "hidden/" + s.ID, Kind: "physical", Confidential: true, County: t.Profile.County}
				if l.County != "" {
					t.Locations = append(t.Locations, l)
					s.At = append(s.At, directory.At{Location: l.ID})
				}
			}
		}
	}
	slices.SortStableFunc(g.problems, func(a, b intake.RowProblem) int { return cmp.Compare(a.Row, b.Row) })
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
