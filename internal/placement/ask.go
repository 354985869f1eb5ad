package placement

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"rufaa/internal/directory"
	"rufaa/internal/placing"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// Most is how many people one proposal may be about.
const Most = 200

// considered is how many places are weighed for each person, the best first.
const considered = 60

// Ask is who needs a place, and who belongs together.
type Ask struct {
	Service string          `json:"service"` // category
	Units   []Unit          `json:"units"`
	Avoid   directory.Avoid `json:"avoid"` // where nobody of them may go
}

// Unit is one person, or several who stay together.
type Unit struct {
	ID      string   `json:"id"`
	Members []Member `json:"members"`
}

// Member is one person as far as it decides who can take her; Case leads back
// to her. Nothing here identifies.
type Member struct {
	Case   string           `json:"case"`
	County string           `json:"county,omitempty"` // where she is
	Person directory.Person `json:"person"`
}

// adult tells whether somebody is surely grown up.
func (m *Member) adult() bool {
	low, _ := m.Person.Ages()
	return !m.Person.Child && low >= 18
}

// spot is a service at a place.
type spot struct{ provider, service, location string }

func (s spot) id() string { return s.provider + "/" + s.service + "/" + s.location }

// bed names a kind of bed at a spot.
func bed(s directory.FreeSlot) string { return s.Unit + "/" + s.Group }

// asking is one proposal in the making.
type asking struct {
	dir    *directory.Directory
	ask    *Ask
	spots  map[string]*directory.Match // by spot id, as the first who asked saw it
	places []placing.Place
	seen   map[string]bool
}

// Propose finds places for all of them together. The error is a refusal of the
// door, problem.Invalid for an ask that makes no sense, or a fault.
func Propose(ctx context.Context, d *directory.Directory, r *realm.Realm, who realm.Actor, a Ask, limits placing.Limits) (*Proposal, error) {
	if err := r.Door.Realm(who.Principal, policy.PlacementPropose); err != nil {
		return nil, err
	}
	if err := a.check(r); err != nil {
		return nil, err
	}
	in := &asking{dir: d, ask: &a, spots: map[string]*directory.Match{}, seen: map[string]bool{}}
	p := placing.Problem{}
	for i := range a.Units {
		u, err := in.unit(ctx, who, &a.Units[i])
		if err != nil {
			return nil, err
		}
		p.Units = append(p.Units, u)
	}
	p.Places = in.places
	slices.SortFunc(p.Places, func(x, y placing.Place) int { return cmp.Compare(x.ID, y.ID) })
	result, err := placing.Solve(ctx, p, limits)
	if err != nil {
		return nil, fmt.Errorf("placement: %w", err)
	}
	return in.proposal(p, result), nil
}

func (a *Ask) check(r *realm.Realm) error {
	people := 0
	for i := range a.Units {
		people += len(a.Units[i].Members)
	}
	_, known := r.Content.Service(a.Service)
	switch {
	case !known:
		return &problem.Invalid{Fields: []problem.Field{{Name: "service", Key: "common.error.choose"}}}
	case people == 0:
		return &problem.Invalid{Fields: []problem.Field{{Name: "case", Key: "common.error.choose"}}}
	case people > Most:
		return &problem.Invalid{Fields: []problem.Field{{Name: "case", Key: "common.error.too_many", Args: []any{"max", Most}}}}
	}
	return nil
}

// unit asks the directory for everybody of a unit and keeps where all of them
// can go.
func (in *asking) unit(ctx context.Context, who realm.Actor, u *Unit) (placing.Unit, error) {
	in.bringChildren(u)
	out := placing.Unit{ID: u.ID, People: map[string]int{}}
	matches := make([]map[string]*directory.Match, len(u.Members))
	for i := range u.Members {
		m := &u.Members[i]
		out.People["person"]++
		ranked, err := in.dir.Rank(ctx, who, directory.Needs{Service: in.ask.Service, Person: m.Person, County: m.County, Avoid: in.ask.Avoid, Limit: considered})
		if err != nil {
			return out, err
		}
		matches[i] = map[string]*directory.Match{}
		for k := range ranked.Matches {
			x := &ranked.Matches[k]
			matches[i][spot{x.Provider, x.Service, x.Location}.id()] = x
		}
	}
	var ids []string
	for id := range matches[0] {
		if !slices.ContainsFunc(matches[1:], func(m map[string]*directory.Match) bool { return m[id] == nil }) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		out.Options = append(out.Options, in.options(u, id, matches)...)
	}
	return out, nil
}

// bringChildren tells of the one adult of a unit which children come along, so
// that beds for mothers with children are thought of.
func (in *asking) bringChildren(u *Unit) {
	lead, children := -1, 0
	for i := range u.Members {
		if u.Members[i].adult() {
			if lead >= 0 {
				return
			}
			lead = i
		} else {
			children++
		}
	}
	if lead < 0 {
		return
	}
	for range children {
		u.Members[lead].Person.Children = append(u.Members[lead].Person.Children, -1)
	}
}

// options are the ways in which one spot can take a unit.
func (in *asking) options(u *Unit, id string, matches []map[string]*directory.Match) []placing.Option {
	at := matches[0][id]
	slots := freeSlots(at)
	if len(slots) == 0 {
		return nil
	}
	in.place(id, at, slots)
	cost := in.cost(id, matches)
	var out []placing.Option
	add := func(beds map[string]int) {
		if !slices.ContainsFunc(out, func(o placing.Option) bool { return sameBeds(o.Beds, beds) }) {
			out = append(out, placing.Option{Place: id, Cost: min(cost, placing.MaxCost), Beds: beds})
		}
	}
	for _, s := range slots {
		for i := range u.Members {
			m := &u.Members[i]
			whole := len(u.Members) == 1 || m.adult() && len(m.Person.Children) == len(u.Members)-1 && (in.withChildren(s.Group) || s.Unit == "family-room")
			if whole && in.dir.Taxonomy.Suits(s.Group, &m.Person) {
				add(map[string]int{bed(s): in.heads(u, m, s)})
			}
		}
	}
	if beds := in.apiece(u, slots); beds != nil && len(u.Members) > 1 {
		add(beds)
	}
	return out
}

// heads is how many beds of a slot a unit takes: one where a mother shares with
// her children or the room is the family's, else one for each head.
func (in *asking) heads(u *Unit, m *Member, s directory.FreeSlot) int {
	if in.withChildren(s.Group) || s.Unit == "family-room" {
		return 1
	}
	return max(len(u.Members), 1+len(m.Person.Children))
}

func (in *asking) withChildren(group string) bool {
	g, _ := in.dir.Taxonomy.Term("groups", group)
	return g.WithChildren
}

// apiece gives everybody of a unit a bed of their own in one house, the least
// scarce that fits.
func (in *asking) apiece(u *Unit, slots []directory.FreeSlot) map[string]int {
	beds := map[string]int{}
	for i := range u.Members {
		alone := u.Members[i].Person
		alone.Children = nil
		best, price := "", 0
		for _, s := range slots {
			if !in.dir.Taxonomy.Suits(s.Group, &alone) || beds[bed(s)] >= *s.Free {
				continue
			}
			if p := in.dir.Taxonomy.Placement.Reserve[s.Group]; best == "" || p < price {
				best, price = bed(s), p
			}
		}
		if best == "" {
			return nil
		}
		beds[best]++
	}
	return beds
}

// place notes a spot with its beds, once.
func (in *asking) place(id string, at *directory.Match, slots []directory.FreeSlot) {
	if in.seen[id] {
		return
	}
	in.seen[id], in.spots[id] = true, at
	p := placing.Place{ID: id, Beds: map[string]placing.Bed{}}
	for _, s := range slots {
		p.Beds[bed(s)] = placing.Bed{Free: *s.Free, Reserve: in.dir.Taxonomy.Placement.Reserve[s.Group]}
	}
	in.places = append(in.places, p)
}

// cost of a spot for a unit, in kilometres of all its heads together.
func (in *asking) cost(id string, matches []map[string]*directory.Match) int {
	sum, t := 0, in.dir.Taxonomy.Placement
	for i := range matches {
		m := matches[i][id]
		if m.Kilometres != nil {
			sum += m.Kilometres.Km
		} else {
			sum += unknownKilometres
		}
		if !m.Sure {
			sum += t.Unsure
		}
		if !slices.ContainsFunc(m.Reasons, func(r directory.Reason) bool { return r.Key == "directory.reason.speaks" }) {
			sum += t.Foreign
		}
	}
	return sum
}

// unknownKilometres stands for a distance that nobody knows: across the country.
const unknownKilometres = 600

func freeSlots(m *directory.Match) []directory.FreeSlot {
	var out []directory.FreeSlot
	for _, s := range m.Places {
		if s.Free != nil && *s.Free > 0 {
			out = append(out, s)
		}
	}
	return out
}

func sameBeds(a, b map[string]int) bool {
	if len(a) != len(b) {
		return false
	}
	for k, n := range a {
		if b[k] != n {
			return false
		}
	}
	return true
}

// unitID names the nth unit.
func unitID(n int) string { return "u" + strconv.Itoa(n) }

// Group makes units: who carries the same mark belongs together, who carries
// none stands alone.
func Group(members []Member, mark func(Member) string) []Unit {
	var out []Unit
	at := map[string]int{}
	for _, m := range members {
		g := mark(m)
		if i, ok := at[g]; ok && g != "" {
			out[i].Members = append(out[i].Members, m)
			continue
		}
		at[g] = len(out)
		out = append(out, Unit{ID: unitID(len(out) + 1), Members: []Member{m}})
	}
	return out
}
