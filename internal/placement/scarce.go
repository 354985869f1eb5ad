package placement

import (
	"maps"
	"slices"

	"rufaa/internal/directory"
)

// class is one of the kinds of people who have little choice, with the beds
// within reach of a county at houses that are known to take them.
type class struct {
	group string         // whom it is about, directory list groups
	beds  map[string]int // free, by house and bed
	free  int
	price int // kilometres, for each bed spent on somebody else
}

// ordinary is an age that no house refuses an adult for.
const ordinary = 30

// typical are the people who stand for a group.
func typical(g *directory.Term) []directory.Person {
	sexes := g.Sexes
	if len(sexes) == 0 {
		sexes = []string{"female", "male"}
	}
	var out []directory.Person
	for _, sex := range sexes {
		age := ordinary
		p := directory.Person{Sex: sex, Age: &age}
		if g.WithChildren {
			p.Children = []int{3}
		}
		if g.WithDisability {
			p.Disability = directory.Yes
		}
		out = append(out, p)
	}
	return out
}

// classes finds, once, what is scarce within reach of a county. The price falls the
// more such beds are free, and is nothing where there are plenty.
func (in *asking) classes(county string) error {
	if _, known := in.scarce[county]; known {
		return nil
	}
	t := in.room.dir.Taxonomy
	out := []class{}
	for _, group := range slices.Sorted(maps.Keys(t.Placement.Reserve)) {
		g, ok := t.Term("groups", group)
		if !ok {
			continue
		}
		c := class{group: group, beds: map[string]int{}}
		for _, p := range typical(&g) {
			a, err := in.asked(directory.Needs{Service: in.ask.Service, Person: p, County: county, Within: t.Placement.Reach, Avoid: in.ask.Avoid, Later: in.ask.Later}, 1)
			if err != nil {
				return err
			}
			for i := range a.Open {
				v := &a.Open[i]
				if !v.Takes || county != "" && v.Kilometres > t.Placement.Reach {
					continue
				}
				for k := range v.Free {
					c.beds[houseID(v)+" "+bedID(&v.Free[k])] = *v.Free[k].Free
				}
			}
		}
		for _, n := range c.beds {
			c.free += n
		}
		if plenty := t.Placement.Plenty; c.free > 0 && c.free < plenty {
			c.price = t.Placement.Reserve[group] * (plenty - c.free) / plenty
		}
		out = append(out, c)
	}
	in.scarce[county] = out
	return nil
}

// price is what a bed costs a party that it is not kept for.
func (in *asking) price(p *party, bed string) int {
	most := 0
	for _, c := range in.scarce[p.county] {
		if _, could := c.beds[bed]; could && !in.room.dir.Taxonomy.Suits(c.group, &p.person) {
			most = max(most, c.price)
		}
	}
	return most
}
