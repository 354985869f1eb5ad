package rulebook

import (
	"context"
	"slices"
	"strings"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/vault"
)

// question is all that decides whether somebody sees something of a case. The
// person is "me" in it: no policy of Rufaa names a member of staff.
type question struct {
	agency, duty, holder    string
	offeredTo               string
	onTeam, raised, waiting bool
	awaits                  bool
	what, purpose, basis    string
	do                      policy.Action
	compartment             string
}

// sighting counts who would lose or gain sight of what.
type sighting struct {
	before, after *policy.Door
	purposes      []string
	bases         []string // every ground there is, and none
	now           time.Time
	asks          []policy.Action               // actions of sight whose policies differ
	staff         map[string][]policy.Principal // by id, one for each duty
	classes       map[class][]string            // staff by agency and duty
	known         map[question]int8             // 1: permitted before, 2: after, 3: both
	touched       map[profile]bool              // whether anything changes for people who stand alike
	named         map[string]bool               // whether a policy names an agency
	tallies       map[tallied]*tally
}

type class struct{ agency, duty string }

// profile is how people who have no part in a case stand to it.
type profile struct {
	agency, duty, holder string
	waiting              bool
}

type tallied struct {
	what  string
	gains bool
}

type tally struct{ people, cases map[string]bool }

// sight looks at every case for everybody: those on its team and who raised it
// one by one, all others by agency and duty.
func (b *Rulebook) sight(ctx context.Context, before, after *policy.Door) ([]Sight, error) {
	if b.World.Cases == nil {
		return nil, nil
	}
	s := &sighting{before: before, after: after, now: b.realm.Now(), staff: map[string][]policy.Principal{},
		classes: map[class][]string{}, known: map[question]int8{}, touched: map[profile]bool{}, named: map[string]bool{}, tallies: map[tallied]*tally{}}
	for _, do := range after.Differ(before) {
		if do == policy.CaseView || do == policy.PartRead || do == policy.CompartmentOpen {
			s.asks = append(s.asks, do)
		}
	}
	if len(s.asks) == 0 {
		return nil, nil
	}
	for _, t := range b.realm.Content.All("purposes") {
		s.purposes = append(s.purposes, t.ID)
	}
	s.bases = []string{"", casefile.BasisHolder, casefile.BasisAuthor, casefile.BasisComplaint, casefile.BasisHandover}
	for _, t := range b.realm.Content.All("bases") {
		s.bases = append(s.bases, t.ID)
	}
	people, err := b.World.People(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		s.staff[p.Staff] = append(s.staff[p.Staff], p)
		s.classes[class{p.Agency, p.Duty}] = append(s.classes[class{p.Agency, p.Duty}], p.Staff)
	}
	err = b.World.Cases(ctx, func(c *casefile.State) error { s.look(c); return ctx.Err() })
	return s.told(), err
}

// look asks about one case.
func (s *sighting) look(c *casefile.State) {
	res := c.Resource(s.now)
	near := append(slices.Clone(res.Team), res.AlertedBy)
	slices.Sort(near)
	near = slices.Compact(near)
	for _, id := range near {
		for _, p := range s.staff[id] {
			s.ask(c, res, p, slices.Contains(res.Team, id), id == res.AlertedBy, []string{id})
		}
	}
	for k, members := range s.classes {
		if !s.anything(k, res) {
			continue
		}
		far := members
		if slices.ContainsFunc(members, func(id string) bool { return slices.Contains(near, id) }) {
			far = slices.DeleteFunc(slices.Clone(members), func(id string) bool { return slices.Contains(near, id) })
		}
		if len(far) > 0 {
			s.ask(c, res, policy.Principal{Agency: k.agency, Duty: k.duty}, false, false, far)
		}
	}
}

// alike gives two agencies the names by which all who stand alike are asked
// about at once: policies compare agencies, or name one.
func (s *sighting) alike(agency, holder string) (string, string) {
	same := agency == holder
	if !s.isNamed(agency) {
		agency = "mine"
	}
	switch {
	case same:
		holder = agency
	case !s.isNamed(holder):
		holder = "theirs"
	}
	return agency, holder
}

func (s *sighting) isNamed(agency string) bool {
	named, known := s.named[agency]
	if !known {
		named = s.before.Names(agency) || s.after.Names(agency)
		s.named[agency] = named
	}
	return named
}

// anything tells whether the doors differ at all for people who have no part
// in a case, on whatever ground. For nearly all they do not.
func (s *sighting) anything(k class, res policy.Resource) bool {
	agency, holder := s.alike(k.agency, res.Holder)
	p := profile{agency, k.duty, holder, res.Waiting}
	out, known := s.touched[p]
	if known {
		return out
	}
	q := question{agency: k.agency, duty: k.duty, holder: res.Holder, waiting: res.Waiting}
	for _, do := range s.asks {
		for _, part := range append([]string{""}, slices.Concat(policy.Parts, policy.Compartments)...) {
			for _, q.purpose = range append([]string{""}, s.purposes...) {
				for _, q.basis = range s.bases {
					q.do, q.compartment = do, part
					out = out || s.change(q) != 0
				}
			}
		}
	}
	s.touched[p] = out
	return out
}

// ask puts every question of sight for people who stand alike to a case. What
// one can open for any purpose before and for none after is lost.
func (s *sighting) ask(c *casefile.State, res policy.Resource, p policy.Principal, onTeam, raised bool, people []string) {
	q := question{agency: p.Agency, duty: p.Duty, holder: res.Holder, onTeam: onTeam, raised: raised, waiting: res.Waiting,
		offeredTo: res.OfferedTo, awaits: res.Awaits}
	for _, do := range s.asks {
		q.do, q.compartment, q.purpose, q.basis, q.what = do, "", "", "", "case"
		switch do {
		case policy.CaseView:
			s.count(c, s.change(q), q.what, people)
		case policy.PartRead:
			for _, part := range policy.Parts {
				q.compartment, q.what = part, "part."+part
				s.count(c, s.change(q), q.what, people)
			}
		case policy.CompartmentOpen:
			for _, comp := range policy.Compartments {
				q.compartment, q.what = comp, comp
				s.count(c, s.opens(c, q), comp, people)
			}
		}
	}
}

// opens asks about a compartment for every purpose, each on the ground that
// the case gives.
func (s *sighting) opens(c *casefile.State, q question) int8 {
	was, is := false, false
	for _, purpose := range s.purposes {
		q.purpose = purpose
		q.basis, _ = c.Ground(q.agency, purpose, vault.Compartment(q.compartment), s.now)
		if q.raised && !q.onTeam && q.waiting {
			q.basis = casefile.BasisAuthor
		}
		a, b := s.answers(q)
		was, is = was || a, is || b
	}
	return difference(was, is)
}

func difference(was, is bool) int8 {
	switch {
	case was && !is:
		return -1
	case is && !was:
		return 1
	}
	return 0
}

func (s *sighting) change(q question) int8 { return difference(s.answers(q)) }

// answers asks both doors; equal questions are asked once.
func (s *sighting) answers(q question) (was, is bool) {
	q.agency, q.holder = s.alike(q.agency, q.holder)
	q.what = ""
	if k, ok := s.known[q]; ok {
		return k&1 != 0, k&2 != 0
	}
	res := policy.Resource{Kind: "case", Holder: q.holder, AlertedBy: "somebody", Waiting: q.waiting, OfferedTo: q.offeredTo, Awaits: q.awaits}
	if q.onTeam {
		res.Team = []string{"me"}
	}
	if q.raised {
		res.AlertedBy = "me"
	}
	who := policy.Principal{Staff: "me", Agency: q.agency, Duty: q.duty}
	ctx := policy.Context{Compartment: q.compartment, Purpose: q.purpose, Basis: q.basis}
	was = s.before.Decide(who, q.do, res, ctx).Allowed
	is = s.after.Decide(who, q.do, res, ctx).Allowed
	var k int8
	if was {
		k |= 1
	}
	if is {
		k |= 2
	}
	s.known[q] = k
	return was, is
}

func (s *sighting) count(c *casefile.State, change int8, what string, people []string) {
	if change == 0 {
		return
	}
	k := tallied{what, change > 0}
	t := s.tallies[k]
	if t == nil {
		t = &tally{map[string]bool{}, map[string]bool{}}
		s.tallies[k] = t
	}
	t.cases[c.ID] = true
	for _, id := range people {
		t.people[id] = true
	}
}

// told orders what was counted: losses first, then by name.
func (s *sighting) told() []Sight {
	var out []Sight
	for k, t := range s.tallies {
		out = append(out, Sight{What: k.what, Gains: k.gains, People: len(t.people), Cases: len(t.cases)})
	}
	slices.SortFunc(out, func(a, b Sight) int {
		if a.Gains != b.Gains {
			if a.Gains {
				return 1
			}
			return -1
		}
		return strings.Compare(a.What, b.What)
	})
	return out
}
