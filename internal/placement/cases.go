package placement

import (
	"context"
	"errors"
	"slices"

	"rufaa/internal/casefile"
	"rufaa/internal/directory"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// Candidate is a case that may be placed: one of the own cases with an open
// need, or, for those who do not read needs, any frame that is open. Need is
// nil for the latter.
type Candidate struct {
	Frame *casefile.Frame
	Need  *casefile.Need
}

// candidatesShown bounds how many cases are offered to choose from, and
// pagesRead how much of a long list is looked through for them.
const (
	candidatesShown = 100
	pagesRead       = 10
)

// Candidates are the cases that a person may place, the most urgent first.
// county narrows them; empty is everywhere.
func (r *Room) Candidates(ctx context.Context, who realm.Actor, service, county string) ([]Candidate, error) {
	if err := r.realm.Door.Realm(who.Principal, policy.PlacementPropose); err != nil {
		return nil, err
	}
	list := casefile.Mine
	if who.Duty == "secretariat" {
		list = casefile.Every
	}
	var out []Candidate
	after := ""
	for range pagesRead {
		page, err := r.cases.Worklist(ctx, who, list, after, candidatesShown)
		if err != nil {
			return nil, err
		}
		for i := range page.Rows {
			if county != "" && page.Rows[i].County != county {
				continue
			}
			c, err := r.candidate(ctx, who, page.Rows[i].ID, service)
			switch {
			case errors.Is(err, problem.ErrNotFound): // gone meanwhile
			case err != nil:
				return nil, err
			case c != nil:
				out = append(out, *c)
			}
			if len(out) == candidatesShown {
				return out, nil
			}
		}
		if after = page.Next; after == "" {
			break
		}
	}
	return out, nil
}

// candidate looks at one case; nil when there is nothing to place it for.
func (r *Room) candidate(ctx context.Context, who realm.Actor, id, service string) (*Candidate, error) {
	f, err := r.cases.View(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if f.State.Closure != nil || !f.Can(policy.PlacementPropose) {
		return nil, nil
	}
	if !f.May[casefile.PartNeeds] {
		return &Candidate{Frame: f}, nil
	}
	i := slices.IndexFunc(f.State.Needs, func(n casefile.Need) bool { return n.State == "open" && n.Service == service })
	if i < 0 {
		return nil, nil
	}
	return &Candidate{f, &f.State.Needs[i]}, nil
}

// Chosen is one case that somebody picked, with whom it belongs together, and
// what of her the case does not hold.
type Chosen struct {
	Case       string         `json:"case" maxLength:"60"`
	With       string         `json:"with,omitempty" doc:"Cases with the same mark stay together; a letter, never a name" maxLength:"2"`
	Pregnant   directory.Fact `json:"pregnant,omitempty" enum:"yes,no,"`
	Disability directory.Fact `json:"disability,omitempty" enum:"yes,no,"`
}

// Pick is what is asked for a list of cases.
type Pick struct {
	Service string   `json:"service,omitempty" doc:"Service category; empty is shelter"`
	Cases   []Chosen `json:"cases" maxItems:"200"`
	Avoid   []string `json:"avoid,omitempty" doc:"Counties where nobody of them may go" maxItems:"47"`
	Later   bool     `json:"later,omitempty" doc:"Also what takes nobody new just now"`
}

// Held is a unit for which the person holds a bed already; it stays there and
// is not placed again.
type Held struct {
	Cases []string         `json:"cases"`
	Hold  directory.MyHold `json:"hold"`
}

// Placed is the answer for a list of cases.
type Placed struct {
	Proposal
	Held  []Held               `json:"held,omitempty"`
	About map[string]Candidate `json:"-"` // by case
}

// ProposeFor finds places for cases. A case that is not there, not the
// person's to place, closed or without an open need is refused as one that is
// not found.
func (r *Room) ProposeFor(ctx context.Context, who realm.Actor, p Pick) (*Placed, error) {
	if err := r.realm.Door.Realm(who.Principal, policy.PlacementPropose); err != nil {
		return nil, err
	}
	if p.Service == "" {
		p.Service = "shelter"
	}
	out := &Placed{About: map[string]Candidate{}}
	var members []Member
	marks := map[string]string{}
	for _, c := range p.Cases {
		if _, twice := out.About[c.Case]; twice {
			continue
		}
		found, err := r.candidate(ctx, who, c.Case, p.Service)
		if err != nil {
			return nil, err
		}
		if found == nil {
			return nil, problem.ErrNotFound
		}
		out.About[c.Case], marks[c.Case] = *found, c.With
		person := PersonOf(found.Frame)
		person.Pregnant, person.Disability = c.Pregnant, c.Disability
		members = append(members, Member{Case: c.Case, County: found.Frame.Row.County, Person: person})
	}
	units, held, err := r.withoutHeld(ctx, who, Group(members, func(m Member) string { return marks[m.Case] }))
	if err != nil {
		return nil, err
	}
	out.Held = held
	if len(units) == 0 && len(held) > 0 {
		out.Proposal = Proposal{Lines: []Line{}, Proven: true}
		return out, nil
	}
	proposal, err := r.Propose(ctx, who, Ask{Service: p.Service, Units: units, Avoid: directory.Avoid{Counties: p.Avoid}, Later: p.Later})
	if err != nil {
		return nil, err
	}
	out.Proposal = *proposal
	return out, nil
}

// withoutHeld takes out the units for which the person holds a bed.
func (r *Room) withoutHeld(ctx context.Context, who realm.Actor, units []Unit) ([]Unit, []Held, error) {
	var out []Unit
	var held []Held
	for _, u := range units {
		var hold *directory.MyHold
		var cases []string
		for i := range u.Members {
			cases = append(cases, u.Members[i].Case)
			have, err := r.dir.HeldFor(ctx, who, u.Members[i].Case)
			if err != nil {
				return nil, nil, err
			}
			for k := range have {
				if unit, _ := r.dir.Taxonomy.Term("units", have[k].Unit); hold == nil && unit.Residential {
					hold = &have[k]
				}
			}
		}
		if hold != nil {
			held = append(held, Held{cases, *hold})
		} else {
			out = append(out, u)
		}
	}
	return out, held, nil
}

// Keep holds beds for a case that the person may place. It is done once under
// one key.
func (r *Room) Keep(ctx context.Context, who realm.Actor, key, provider, caseID string, at directory.Slot, count int) error {
	f, err := r.cases.View(ctx, who, caseID)
	if err != nil {
		return err
	}
	if !f.Can(policy.PlacementPropose) {
		return &problem.Denied{Action: string(policy.PlacementPropose), Rule: "access.duty"}
	}
	_, err = r.dir.Do(ctx, who, provider, directory.Order{Key: key}, &directory.PlaceHold{Slot: at, Count: count, Case: caseID})
	return err
}

// PersonOf is what of a case decides who can take her; nothing identifies.
func PersonOf(c *casefile.Frame) directory.Person {
	who := c.State.Subject()
	p := directory.Person{Sex: who.Sex, AgeBand: who.AgeBand, Child: who.Child}
	if who.Language != "" {
		p.Languages = []string{who.Language}
	}
	if len(c.State.Presumed.Exploitation) > 0 {
		p.Exploitation = c.State.Presumed.Exploitation[0]
	}
	for i := range c.State.Persons {
		if other := &c.State.Persons[i]; other.Role != casefile.RoleSubject && other.Role != casefile.RoleReporter && other.Child {
			p.ChildBands = append(p.ChildBands, other.AgeBand)
		}
	}
	return p
}
