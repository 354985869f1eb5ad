package placement

import (
	"slices"
	"strings"

	"rufaa/internal/directory"
	"rufaa/internal/placing"
)

// Proposal is where everybody could go.
type Proposal struct {
	Lines  []Line `json:"lines"` // a unit each, in the order of the ask
	Placed int    `json:"placed"`
	Left   int    `json:"left"`
	Proven bool   `json:"proven"` // no better proposal exists
	// Better is by how many percent of the way a proposal could be better at
	// most, when it is not proven; LeftOut how many more could be placed.
	Better  int `json:"better_percent,omitempty"`
	LeftOut int `json:"could_place_more,omitempty"`
	// Kept are scarce beds that stay free for who has no other choice.
	Kept []Kept `json:"kept,omitempty"`
}

// Line is what is proposed for one unit, and why.
type Line struct {
	Unit    Unit             `json:"unit"`
	Place   *directory.Match `json:"place,omitempty"` // nil: left without a place
	Beds    []Beds           `json:"beds,omitempty"`
	Reason  placing.Reason   `json:"reason"`
	Nearer  []Nearer         `json:"nearer,omitempty"` // what would have suited this unit more
	Options int              `json:"options"`          // places that could take them at all
}

// Beds are the beds taken at the place.
type Beds struct {
	Unit  string `json:"unit"`
	Group string `json:"group"`
	Count int    `json:"count"`
}

// Nearer is a place passed over: it went to others, or is kept.
type Nearer struct {
	Name   string         `json:"name"`
	County string         `json:"county,omitempty"`
	Reason placing.Reason `json:"reason"`
	By     []string       `json:"by,omitempty"` // units
}

// Kept is a scarce bed that stays free.
type Kept struct {
	Name  string `json:"name"`
	Group string `json:"group"`
	Count int    `json:"count"`
}

// nearerShown is how many places passed over are named for a unit.
const nearerShown = 3

func (in *asking) proposal(p placing.Problem, r placing.Result) *Proposal {
	out := &Proposal{Placed: r.Placed, Left: r.Left, Proven: r.Proven, LeftOut: r.Gap.LeftOut, Better: int(100*r.Gap.Share + 0.999)}
	used := map[string]map[string]int{}
	for i, d := range r.Decisions {
		l := Line{Unit: in.ask.Units[i], Reason: d.Reason, Options: len(p.Units[i].Options)}
		if d.Place != "" {
			l.Place = in.spots[d.Place]
			beds := p.Units[i].Options[d.Option].Beds
			if used[d.Place] == nil {
				used[d.Place] = map[string]int{}
			}
			for kind, n := range beds {
				used[d.Place][kind] += n
				unit, group, _ := strings.Cut(kind, "/")
				l.Beds = append(l.Beds, Beds{unit, group, n})
			}
			slices.SortFunc(l.Beds, func(a, b Beds) int { return strings.Compare(a.Unit+a.Group, b.Unit+b.Group) })
		}
		for _, x := range d.Passed[:min(len(d.Passed), nearerShown)] {
			s := in.spots[x.Place]
			l.Nearer = append(l.Nearer, Nearer{s.Name, s.County, x.Reason, x.By})
		}
		out.Lines = append(out.Lines, l)
	}
	in.keptFree(p, used, out)
	return out
}

// keptFree names the scarce beds at the places used that stay free.
func (in *asking) keptFree(p placing.Problem, used map[string]map[string]int, out *Proposal) {
	for _, place := range p.Places {
		if used[place.ID] == nil {
			continue
		}
		for _, kind := range sortedKinds(place.Beds) {
			b := place.Beds[kind]
			if free := b.Free - used[place.ID][kind]; b.Reserve > 0 && free > 0 {
				_, group, _ := strings.Cut(kind, "/")
				out.Kept = append(out.Kept, Kept{in.spots[place.ID].Name, group, free})
			}
		}
	}
}

func sortedKinds(beds map[string]placing.Bed) []string {
	kinds := make([]string, 0, len(beds))
	for k := range beds {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	return kinds
}
