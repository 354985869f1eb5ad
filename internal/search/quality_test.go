package search

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"rufaa/internal/search/invented"
)

// How often the person meant stands among the first ten of 20,000, when the
// name is written by another hand, mistyped, in another order, or cut short.
func TestTheRightPersonIsAmongTheFirstTen(t *testing.T) {
	r := rand.New(rand.NewPCG(2026, 11))
	pool := invented.Names()
	const people = 20000
	x := testIndex(t)
	enc := x.encoder()
	var chunks []*chunk
	var persons []invented.Person
	taken := make(map[invented.Person]bool)
	for len(persons) < people {
		p := pool.Invent(r, invented.Origins[len(persons)%len(invented.Origins)])
		if taken[p] {
			continue // namesakes cannot be told apart by any search
		}
		taken[p] = true
		f, _ := enc.encode(pool.Written(r, p))
		chunks = add(chunks, &f, x.names.ids.pack(fmt.Sprint(len(persons))), x.names.ids.pack("case"))
		persons = append(persons, p)
	}
	x.names.snap.Store(&chunks)

	for _, kind := range []struct {
		name  string
		write func(p invented.Person) string
		least float64
	}{
		{"as another hand writes it", func(p invented.Person) string { return pool.Written(r, p) }, 0.90},
		{"in another order", func(p invented.Person) string {
			return invented.Shuffled(r, pool.Written(r, p))
		}, 0.90},
		{"with a typing error too", func(p invented.Person) string { return invented.Mistyped(r, pool.Written(r, p)) }, 0.90},
	} {
		var all tally
		for _, origin := range invented.Origins {
			var one tally
			for range 150 {
				at := r.IntN(people/len(invented.Origins))*len(invented.Origins) + indexOf(origin)
				one.count(x.FindName(kind.write(persons[at]), maxCandidates, 0.5), fmt.Sprint(at))
			}
			t.Logf("%-28s %-10s %s", kind.name, origin, one)
			all = all.plus(one)
		}
		t.Logf("%-28s %-10s %s", kind.name, "all", all)
		if all.recall() < kind.least {
			t.Errorf("%s: %.3f of the persons meant are among the first ten, want %.2f", kind.name, all.recall(), kind.least)
		}
	}
}

// tally counts what searches gave: the person meant among the first ten, and
// whom a threshold lets through.
type tally struct {
	asked, inTen int
	meant, false [len(thresholds)]int
}

var thresholds = [...]float64{0.55, 0.60, 0.62, 0.65, 0.70}

func (y *tally) count(hits []Hit, meant string) {
	y.asked++
	for i, h := range hits {
		if h.Person == meant && i < 10 {
			y.inTen++
		}
		for j, least := range thresholds {
			switch {
			case h.Score < least:
			case h.Person == meant:
				y.meant[j]++
			default:
				y.false[j]++
			}
		}
	}
}

func (y tally) plus(z tally) tally {
	y.asked, y.inTen = y.asked+z.asked, y.inTen+z.inTen
	for j := range thresholds {
		y.meant[j] += z.meant[j]
		y.false[j] += z.false[j]
	}
	return y
}

func (y tally) recall() float64 { return float64(y.inTen) / float64(y.asked) }

func (y tally) String() string {
	out := fmt.Sprintf("in the first ten %.3f; let through (others a search):", y.recall())
	for j, least := range thresholds {
		out += fmt.Sprintf(" %.2f: %.3f (%.1f)", least, float64(y.meant[j])/float64(y.asked), float64(y.false[j])/float64(y.asked))
	}
	return out
}

func indexOf(origin string) int {
	for i, o := range invented.Origins {
		if o == origin {
			return i
		}
	}
	panic("no such origin: " + origin)
}
