package placement

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/directory"
	"rufaa/internal/placing"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// Most is how many people one proposal may be about, and mostTogether how many
// may belong together.
const (
	Most         = 200
	mostTogether = 12
)

// searchFor is how long a proposal may be looked for.
const searchFor = 1500 * time.Millisecond

// Room proposes places in one realm.
type Room struct {
	realm *realm.Realm
	cases *casefile.Cases
	dir   *directory.Directory
	turn  chan struct{} // one search at a time: each takes a core

	solver *placing.Solver // nil for none
}

// UseSolver gives the room a mixed-integer solver for what its own search
// cannot prove; to be called before the first question.
func (r *Room) UseSolver(sv *placing.Solver) { r.solver = sv }

// New opens the room.
func New(r *realm.Realm, cases *casefile.Cases, dir *directory.Directory) *Room {
	return &Room{realm: r, cases: cases, dir: dir, turn: make(chan struct{}, 1)}
}

// Ask is who needs a place, and who belongs together.
type Ask struct {
	Service string          `json:"service" doc:"Service category; shelter as a rule"`
	Units   []Unit          `json:"units"`
	Avoid   directory.Avoid `json:"avoid" doc:"Where nobody of them may go"`
	Later   bool            `json:"later,omitempty" doc:"Also what takes nobody new just now"`
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
	County string           `json:"county,omitempty" doc:"Where she is (vocabulary counties)"`
	Person directory.Person `json:"person"`
}

// adult tells whether somebody is surely grown up.
func (m *Member) adult() bool {
	low, _ := m.Person.Ages()
	return !m.Person.Child && low >= 18
}

// heads are the person and the children who come along in the same case.
func (m *Member) heads() int { return 1 + m.Person.Along() }

// asking is one proposal in the making.
type asking struct {
	room    *Room
	ctx     context.Context
	who     realm.Actor
	ask     *Ask
	answers map[string]*answer // by what was asked
	houses  map[string]*house  // by id
	scarce  map[string][]class // by county
	ways    [][]way            // by unit, in the order of its options
}

// answer is what the directory said of one person, by house.
type answer struct {
	*directory.Vacancies
	at    map[string][]int // indices in Open
	least map[string]bound // by house, see appraise
}

// Propose finds places for all of them together. The error is a refusal of the
// door, problem.Invalid for an ask that makes no sense, or a fault.
func (r *Room) Propose(ctx context.Context, who realm.Actor, a Ask) (*Proposal, error) {
	if err := r.realm.Door.Realm(who.Principal, policy.PlacementPropose); err != nil {
		return nil, err
	}
	if err := r.check(&a); err != nil {
		return nil, err
	}
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	in := &asking{room: r, ctx: ctx, who: who, ask: &a, answers: map[string]*answer{}, houses: map[string]*house{}, scarce: map[string][]class{}}
	p, err := in.problem()
	if err != nil {
		return nil, err
	}
	result, err := placing.Solve(ctx, p, placing.Limits{Time: searchFor, Now: r.realm.Now, Solver: r.solver})
	if err != nil {
		return nil, fmt.Errorf("placement: %w", err)
	}
	return in.proposal(p, result)
}

func (r *Room) check(a *Ask) error {
	wrong := func(field, key string, args ...any) error {
		return &problem.Invalid{Fields: []problem.Field{{Name: field, Key: key, Args: args}}}
	}
	if _, known := r.realm.Content.Service(a.Service); !known {
		return wrong("service", "common.error.choose")
	}
	people, ids, cases := 0, map[string]bool{}, map[string]bool{}
	for i := range a.Units {
		u := &a.Units[i]
		switch {
		case u.ID == "" || len(u.Members) == 0:
			return wrong("units", "common.error.choose")
		case ids[u.ID]:
			return wrong("units", "placement.error.twice")
		}
		ids[u.ID] = true
		heads := 0
		for k := range u.Members {
			heads += u.Members[k].heads()
			id := u.Members[k].Case
			if cases[id] { // one person takes one place
				return wrong("case", "placement.error.twice")
			}
			cases[id] = id != ""
		}
		if heads > mostTogether {
			return wrong("units", "placement.error.too_many_together", "max", mostTogether)
		}
		people += heads
	}
	switch {
	case people == 0:
		return wrong("case", "common.error.choose")
	case people > Most:
		return wrong("case", "placement.error.too_many", "max", Most)
	}
	return nil
}

// vacancies asks the directory once for everybody who is alike and comes with
// as many.
func (in *asking) vacancies(p directory.Person, county string, heads int) (*answer, error) {
	return in.asked(directory.Needs{Service: in.ask.Service, Person: p, County: county, Avoid: in.ask.Avoid, Later: in.ask.Later}, heads)
}

func (in *asking) asked(needs directory.Needs, heads int) (*answer, error) {
	key, err := json.Marshal(needs)
	if err != nil {
		return nil, fmt.Errorf("placement: %w", err)
	}
	alike := string(key) + strconv.Itoa(heads)
	if a := in.answers[alike]; a != nil {
		return a, nil
	}
	v, err := in.room.dir.Vacancies(in.ctx, in.who, needs)
	if err != nil {
		return nil, err
	}
	a := &answer{Vacancies: v, at: make(map[string][]int, len(v.Open))}
	for i := range v.Open {
		id := houseID(&v.Open[i])
		a.at[id] = append(a.at[id], i)
	}
	in.answers[alike] = a
	return a, nil
}

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
		out = append(out, Unit{ID: "u" + strconv.Itoa(len(out)+1), Members: []Member{m}})
	}
	return out
}
