package placement

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"rufaa/internal/directory"
	"rufaa/internal/placing"
)

// Proposal is where everybody could go.
type Proposal struct {
	Lines  []Line `json:"lines"` // a unit each, in the order of the ask
	Placed int    `json:"placed"`
	Left   int    `json:"left"`
	Proven bool   `json:"proven" doc:"No better proposal exists"`
	// Better is by how many percent of the way a proposal could be better at
	// most, when it is not proven; LeftOut how many more could be placed.
	Better  int    `json:"better_percent,omitempty"`
	LeftOut int    `json:"could_place_more,omitempty"`
	Kept    []Kept `json:"kept,omitempty" doc:"Scarce beds within reach, before and after"`
}

// Line is what is proposed for one unit, and why.
type Line struct {
	Unit    Unit             `json:"unit"`
	Place   *directory.Match `json:"place,omitempty"` // nil: left without a place
	Seats   []Seat           `json:"seats,omitempty"`
	Beds    []Beds           `json:"beds,omitempty"`
	Reason  placing.Reason   `json:"reason"`
	Nearer  []Nearer         `json:"nearer,omitempty"` // what would have suited this unit more
	Options int              `json:"options"`          // houses that could take them, the nearest
	// Of a unit without a place: by which rules services were left out, those
	// that did most first, and whom to ring.
	Shut []Shut              `json:"shut,omitempty"`
	Ring []directory.Unheard `json:"ring,omitempty"`
}

// Seat says who of a unit sleeps in which beds.
type Seat struct {
	Cases []string `json:"cases"`
	directory.Slot
	Count   int                `json:"count"`
	Reasons []directory.Reason `json:"reasons"`
}

// Beds are the beds taken at the place.
type Beds struct {
	Service string `json:"service"`
	Unit    string `json:"unit"`
	Group   string `json:"group"`
	Count   int    `json:"count"`
}

// Nearer is a place passed over: it went to others, or is kept.
type Nearer struct {
	Name   string         `json:"name"`
	County string         `json:"county,omitempty"`
	Reason placing.Reason `json:"reason"`
	By     []string       `json:"by,omitempty"` // units
}

// Shut is a rule of the directory that left out services.
type Shut struct {
	Rule  string `json:"rule"`
	Count int    `json:"count"`
}

// Kept are the beds within reach of a county that a group with little choice
// could have: how many were free, and how many stay free.
type Kept struct {
	County string `json:"county,omitempty"`
	Group  string `json:"group"`
	Before int    `json:"before"`
	After  int    `json:"after"`
}

// nearerShown and shutShown are how many are named for a unit.
const (
	nearerShown = 3
	shutShown   = 5
)

func (in *asking) proposal(p placing.Problem, r placing.Result) (*Proposal, error) {
	out := &Proposal{Placed: r.Placed, Left: r.Left, Proven: r.Proven, LeftOut: r.Gap.LeftOut, Better: int(math.Ceil(100 * r.Gap.Share))}
	used := map[string]int{}
	for i, d := range r.Decisions {
		l := Line{Unit: in.ask.Units[i], Reason: d.Reason, Options: houses(in.ways[i])}
		if d.Place != "" {
			w := &in.ways[i][d.Option]
			in.settled(&l, w)
			for bed, n := range w.beds {
				used[w.house+" "+bed] += n
			}
		} else if err := in.unmet(&l); err != nil {
			return nil, err
		}
		seen := map[string]bool{d.Place: true}
		for _, x := range d.Passed {
			if seen[x.Place] || len(l.Nearer) == nearerShown {
				continue
			}
			seen[x.Place] = true
			m := in.ways[i][x.Option].seats[0]
			row := m.answer.Match(m.vacancy)
			l.Nearer = append(l.Nearer, Nearer{row.Name, row.County, x.Reason, x.By})
		}
		out.Lines = append(out.Lines, l)
	}
	for _, county := range slices.Sorted(maps.Keys(in.scarce)) {
		for _, c := range in.scarce[county] {
			if c.price == 0 {
				continue
			}
			k := Kept{County: county, Group: c.group, Before: c.free, After: c.free}
			for bed := range c.beds {
				k.After -= used[bed]
			}
			out.Kept = append(out.Kept, k)
		}
	}
	return out, nil
}

func houses(ways []way) int {
	seen := map[string]bool{}
	for _, w := range ways {
		seen[w.house] = true
	}
	return len(seen)
}

// settled tells of a unit with a place who sleeps where, and why there.
func (in *asking) settled(l *Line, w *way) {
	beds := map[string]Beds{}
	for _, s := range w.seats {
		m := s.answer.Match(s.vacancy)
		if l.Place == nil {
			l.Place = &m
		}
		x := Seat{Slot: s.slot.Slot, Count: s.count, Reasons: m.Reasons}
		for _, i := range s.party.members {
			x.Cases = append(x.Cases, l.Unit.Members[i].Case)
		}
		l.Seats = append(l.Seats, x)
		b := beds[bedID(&s.slot)]
		beds[bedID(&s.slot)] = Beds{s.slot.Service, s.slot.Unit, s.slot.Group, b.Count + s.count}
	}
	for _, id := range slices.Sorted(maps.Keys(beds)) {
		l.Beds = append(l.Beds, beds[id])
	}
}

// unmet tells of a unit without a place what shut it out, and whom to ring.
func (in *asking) unmet(l *Line) error {
	first := formations(&l.Unit)[0][0]
	a, err := in.vacancies(first.person, first.county, first.heads)
	if err != nil {
		return err
	}
	l.Ring = a.Unheard
	for rule, n := range a.Counts {
		l.Shut = append(l.Shut, Shut{rule, n})
	}
	slices.SortFunc(l.Shut, func(a, b Shut) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Rule, b.Rule)) })
	l.Shut = l.Shut[:min(len(l.Shut), shutShown)]
	return nil
}
