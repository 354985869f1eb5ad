package placing

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// kinds of bed in the scenarios below.
var kinds = []string{"women", "girls", "boys", "men"}

// night is one invented rescue: people at one or two spots, places all over a
// square of 600 by 600 km.
type night struct {
	seed   uint64
	places int
	groups int
	// most beds of one kind that a place has; the least is 0.
	beds int
	// share of places open to a unit.
	open float64
	// biggest group; 1 makes everybody single.
	family int
	// mixed groups have several kinds of people; else each is of one kind.
	mixed bool
	// alike people cost the same wherever they go.
	alike bool
}

func (n night) problem() Problem {
	r := rand.New(rand.NewPCG(n.seed, 5))
	type spot struct{ x, y float64 }
	at := make([]spot, n.places)
	var p Problem
	for i := range at {
		at[i] = spot{r.Float64() * 600, r.Float64() * 600}
		beds := map[string]int{}
		for _, k := range kinds {
			if free := r.IntN(n.beds + 1); free > 0 && (n.beds > 2 || r.IntN(2) == 0) {
				beds[k] = free
			}
		}
		if r.IntN(6) == 0 {
			beds["mother-child"] = 1 + r.IntN(2)
		}
		p.Places = append(p.Places, Place{ID: fmt.Sprintf("p%03d", i), Beds: beds})
	}
	raids := []spot{{280, 300}, {500, 480}}
	for g := range n.groups {
		u := Unit{ID: fmt.Sprintf("g%02d", g), People: n.people(r)}
		from, own := raids[g*3/(2*n.groups)%2], r.Float64()
		for i, place := range p.Places {
			if !n.alike && r.Float64() >= n.open || n.alike && i%7 == int(own*2) {
				continue
			}
			km := math.Hypot(at[i].x-from.x, at[i].y-from.y)
			if !n.alike {
				km += r.Float64() * 20
			}
			o := Option{Place: place.ID, Cost: int(km) * u.size()}
			u.Options = append(u.Options, o)
			// A mother with children, or a woman alone, may take the special bed.
			if u.People["women"] == 1 && u.People["men"]+u.People["boys"] == 0 && place.Beds["mother-child"] > 0 {
				o.Beds, o.Reserve = map[string]int{"mother-child": 1}, 400
				u.Options = append(u.Options, o)
			}
		}
		p.Units = append(p.Units, u)
	}
	return p
}

func (n night) people(r *rand.Rand) map[string]int {
	size := 1 + r.IntN(n.family)
	kind := kinds[r.IntN(len(kinds))]
	if !n.mixed || size == 1 {
		return map[string]int{kind: size}
	}
	people := map[string]int{"women": 1}
	for range size - 1 {
		people[kinds[1+r.IntN(2)]]++
	}
	return people
}
