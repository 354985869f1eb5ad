package placement

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"rufaa/internal/directory"
	"rufaa/internal/placing"
)

// house is a provider at a place: one roof, with the beds of all its services.
type house struct {
	id   string
	beds map[string]directory.FreeSlot
}

func houseID(v *directory.Vacancy) string { return v.Provider + "/" + v.Location }
func bedID(s *directory.FreeSlot) string  { return s.Service + "/" + s.Unit + "/" + s.Group }

// party are those of a unit who are judged as one: somebody with the children
// who come along, or somebody alone.
type party struct {
	members []int // of the unit
	person  directory.Person
	heads   int
	county  string
}

// seat is a party in its beds.
type seat struct {
	party   *party
	answer  *answer
	vacancy int // index in answer.Open
	slot    directory.FreeSlot
	count   int
}

// way is how a unit can stay in one house.
type way struct {
	house   string
	beds    map[string]int
	seats   []seat
	cost    int // kilometres of all heads together, or what weighs as much
	reserve int
}

func (w *way) total() int { return w.cost + w.reserve }

// formations are the ways to see a unit: everybody alone, and, where there is
// an adult with children, the children as coming along.
func formations(u *Unit) [][]party {
	alone := make([]party, len(u.Members))
	lead, children := -1, []int(nil)
	for i := range u.Members {
		m := &u.Members[i]
		alone[i] = party{members: []int{i}, person: m.Person, heads: m.heads(), county: m.County}
		switch {
		case !m.adult():
			children = append(children, i)
		case lead < 0, u.Members[lead].Person.Sex != "female" && m.Person.Sex == "female":
			lead = i
		}
	}
	if lead < 0 || len(children) == 0 {
		return [][]party{alone}
	}
	with := alone[lead]
	with.members = append([]int{lead}, children...)
	with.person.Children = slices.Clone(with.person.Children)
	with.person.ChildBands = slices.Clone(with.person.ChildBands)
	for _, i := range children {
		m := &u.Members[i]
		with.heads += m.heads()
		if m.Person.Age != nil {
			with.person.Children = append(with.person.Children, *m.Person.Age)
		} else {
			with.person.ChildBands = append(with.person.ChildBands, cmp.Or(m.Person.AgeBand, "unknown"))
		}
	}
	together := []party{with}
	for i := range u.Members {
		if i != lead && !slices.Contains(children, i) {
			together = append(together, alone[i])
		}
	}
	return [][]party{together, alone}
}

// problem asks the directory for everybody and puts it as one problem.
func (in *asking) problem() (placing.Problem, error) {
	var p placing.Problem
	in.ways = make([][]way, len(in.ask.Units))
	for i := range in.ask.Units {
		u := &in.ask.Units[i]
		ways, err := in.waysOf(u)
		if err != nil {
			return p, err
		}
		in.ways[i] = ways
		heads := 0
		for k := range u.Members {
			heads += u.Members[k].heads()
		}
		unit := placing.Unit{ID: u.ID, People: map[string]int{"person": heads}}
		for _, w := range ways {
			unit.Options = append(unit.Options, placing.Option{Place: w.house, Cost: min(w.cost, placing.MaxCost), Beds: w.beds, Reserve: min(w.reserve, placing.MaxCost)})
		}
		p.Units = append(p.Units, unit)
	}
	for _, id := range slices.Sorted(maps.Keys(in.houses)) {
		place := placing.Place{ID: id, Beds: map[string]int{}}
		for bed, s := range in.houses[id].beds {
			place.Beds[bed] = *s.Free
		}
		p.Places = append(p.Places, place)
	}
	return p, nil
}

// waysOf are the ways of one unit, the cheapest first. Only as many houses stay
// as there are units: the others of the ask touch one house less than that, so
// one of these stays whole, and no best proposal needs one that is dearer. The
// few nearest stay besides, to tell why they were passed over.
func (in *asking) waysOf(u *Unit) ([]way, error) {
	var all []way
	for _, f := range formations(u) {
		ways, err := in.waysTogether(u, f)
		if err != nil {
			return nil, err
		}
		all = append(all, ways...)
	}
	houses, same := map[string]bool{}, map[string]bool{}
	slices.SortStableFunc(all, func(a, b way) int { return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.house, b.house)) })
	for _, w := range all[:min(len(all), nearerShown)] {
		houses[w.house] = true
	}
	slices.SortStableFunc(all, func(a, b way) int { return cmp.Or(cmp.Compare(a.total(), b.total()), cmp.Compare(a.house, b.house)) })
	most := len(in.ask.Units) + len(houses)
	var out []way
	for _, w := range all {
		key := w.house + " " + fmt.Sprint(w.beds) // maps print in the order of their keys
		if same[key] || !houses[w.house] && len(houses) == most {
			continue
		}
		houses[w.house], same[key] = true, true
		out = append(out, w)
	}
	return out, nil
}

func (in *asking) waysTogether(u *Unit, parties []party) ([]way, error) {
	answers := make([]*answer, len(parties))
	for i := range parties {
		a, err := in.vacancies(parties[i].person, parties[i].county, parties[i].heads)
		if err != nil {
			return nil, err
		}
		answers[i] = a
		if err := in.classes(parties[i].county); err != nil {
			return nil, err
		}
	}
	return in.expanded(parties, answers, in.bounds(parties, answers)), nil
}

// seated puts one more party into each of the ways so far; of those that take
// the same beds the cheapest stays.
func (in *asking) seated(states []way, p *party, a *answer) []way {
	var out []way
	at := map[string]int{}
	for _, st := range states {
		for _, i := range a.at[st.house] {
			v := &a.Open[i]
			for _, s := range v.Free {
				next, ok := in.seat(st, seat{p, a, i, s, in.beds(p, &s)})
				if !ok {
					continue
				}
				key := fmt.Sprint(next.beds)
				if k, known := at[key]; !known {
					at[key] = len(out)
					out = append(out, next)
				} else if next.total() < out[k].total() {
					out[k] = next
				}
			}
		}
	}
	return out
}

func (in *asking) seat(st way, s seat) (way, bool) {
	bed := bedID(&s.slot)
	if st.beds[bed]+s.count > *s.slot.Free {
		return way{}, false
	}
	h := in.houses[st.house]
	if h == nil {
		h = &house{id: st.house, beds: map[string]directory.FreeSlot{}}
		in.houses[st.house] = h
	}
	h.beds[bed] = s.slot
	next := way{house: st.house, beds: maps.Clone(st.beds), seats: append(slices.Clone(st.seats), s)}
	next.beds[bed] += s.count
	next.cost = st.cost + s.party.heads*in.cost(&s.answer.Open[s.vacancy])
	next.reserve = st.reserve + s.count*in.price(s.party, st.house+" "+bed)
	return next, true
}

// beds are how many of a kind a party takes: one where a mother shares with her
// children or the room is the family's, else one for each head.
func (in *asking) beds(p *party, s *directory.FreeSlot) int {
	g, _ := in.room.dir.Taxonomy.Term("groups", s.Group)
	if g.WithChildren || s.Unit == "family-room" {
		return 1
	}
	return p.heads
}

// unknownKilometres stands for a distance that nobody knows: across the country.
const unknownKilometres = 600

// cost of a place for one head, in kilometres.
func (in *asking) cost(v *directory.Vacancy) int {
	km, t := unknownKilometres, &in.room.dir.Taxonomy.Placement
	if !math.IsInf(v.Kilometres, 1) {
		km = int(math.Round(v.Kilometres))
	}
	if !v.Sure {
		km += t.Unsure
	}
	if !v.Speaks {
		km += t.Foreign
	}
	return km
}
