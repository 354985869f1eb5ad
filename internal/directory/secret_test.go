package directory

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// hidden is a confidential house at a position, between open places that the
// attacker knows, so that order gives distances away if it can.
func hidden(w *world, lat, lon float64) *snapshot {
	a := house("Siri House (fictional)", "garissa", lat, lon)
	p := &Provider{ID: "h", Version: 1, Profile: a.Profile, Locations: a.Locations, Services: a.Services}
	p.Locations[0].ID, p.Services[0].ID = "h-place", "h-service"
	p.Services[0].At[0].Location = "h-place"
	// Its place stays in what the index is given, so that the index has to hide it.
	list := []*Provider{p}
	rnd := rand.New(rand.NewPCG(7, 7))
	for i := range 60 {
		b := house("Wazi House (fictional)", "garissa", -0.5+4*(rnd.Float64()-0.5), 40.2+3*(rnd.Float64()-0.5))
		q := &Provider{ID: fmt.Sprint("open-", i), Version: 1, Profile: b.Profile, Locations: b.Locations, Services: b.Services}
		q.Locations[0].Confidential = false
		q.Services[0].ID = "s" + q.ID
		list = append(list, q)
	}
	w.index.mu.Lock()
	defer w.index.mu.Unlock()
	return w.index.snapshotOf(list, 0)
}

// observed is all that an answer tells of the hidden house: the distance told,
// and the known places directly before and after it in the order.
type observed struct {
	km, rank      int
	before, after float64
}

func observe(d *Directory, s *snapshot, from Point) observed {
	r := d.rank(s, Needs{Service: "shelter", From: &from, Person: Person{Sex: "female", Age: num(25)}, Limit: 100})
	for i, m := range r.Matches {
		if m.Provider == "h" {
			o := observed{km: m.Kilometres.Km, rank: i, after: math.Inf(1)}
			if i > 0 {
				o.before = Kilometres(from, *r.Matches[i-1].Point)
			}
			if i+1 < len(r.Matches) {
				o.after = Kilometres(from, *r.Matches[i+1].Point)
			}
			return o
		}
	}
	return observed{rank: -1}
}

// An attacker asks ten thousand times from anywhere, reads distances and the
// places next to it in the ranking, and solves for the position that fits best.
// The best there is to find is the middle of the county.
func TestTenThousandQuestionsDoNotFindTheHouse(t *testing.T) {
	w := newWorld(t, "sqlite")
	lat, lon := -1.62, 40.95 // some 150 km from the middle of Garissa
	s := hidden(w, lat, lon)
	rnd := rand.New(rand.NewPCG(3, 9))
	type question struct {
		from Point
		o    observed
	}
	asked := make([]question, 10_000)
	for i := range asked {
		from := Point{-5 + 10*rnd.Float64(), 36 + 8*rnd.Float64()}
		asked[i] = question{from, observe(w.Directory, s, from)}
	}
	misfit := func(p Point) (sum float64) {
		for i := 0; i < len(asked); i += 5 {
			q := &asked[i]
			d := Kilometres(q.from, p)
			e := d - float64(q.o.km)
			sum += e * e
			if q.o.before > 0 && d < q.o.before {
				sum += (q.o.before - d) * (q.o.before - d) / 100
			}
			if !math.IsInf(q.o.after, 1) && d > q.o.after {
				sum += (d - q.o.after) * (d - q.o.after) / 100
			}
		}
		return sum
	}
	// A descent from many places, by halving steps.
	best, least := Point{}, math.Inf(1)
	for range 12 {
		p := Point{-4 + 8*rnd.Float64(), 37 + 6*rnd.Float64()}
		f := misfit(p)
		for step := 1.0; step > 0.001; {
			moved := false
			for _, v := range [8][2]float64{{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {1, -1}, {-1, 1}, {-1, -1}} {
				q := Point{p.Latitude + step*v[0], p.Longitude + step*v[1]}
				if g := misfit(q); g < f {
					p, f, moved = q, g, true
				}
			}
			if !moved {
				step /= 2
			}
		}
		if f < least {
			best, least = p, f
		}
	}
	truth := Point{lat, lon}
	middle, _ := w.Taxonomy.Map.Middle("garissa")
	if miss := Kilometres(best, truth); miss < 10 {
		t.Errorf("the house was found: %.1f km off", miss)
	} else {
		t.Logf("the attacker's best guess is %.0f km from the house and %.0f km from the middle of the county", miss, Kilometres(best, middle))
	}
	if Kilometres(best, middle) > 25 {
		t.Errorf("the attack is too weak to prove anything: it does not even find the middle of the county")
	}

	// The same attack does find an open house: it bites.
	open := *s.find("h")
	open.points = []pointed{{truth, truth.onGlobe(), true, true, true}}
	open.entries = append([]entry(nil), open.entries...)
	l := *open.entries[0].location
	l.Confidential, l.Place = false, &Place{Latitude: &lat, Longitude: &lon}
	open.entries[0].location = &l
	bare := &snapshot{byName: replaced(s.byName, s.find("h"), &open, byName), byID: s.byID}
	for i := range asked {
		asked[i].o = observe(w.Directory, bare, asked[i].from)
	}
	if f := misfit(truth); f > 2000 {
		t.Errorf("the attack does not even fit an open house (%.0f)", f)
	}
}

// The proof behind it: wherever in its county the house stands, every answer is
// the same to the last byte, whatever is asked: distance, order, radius, areas
// to avoid, counts and cells of the map.
func TestNoAnswerDependsOnWhereTheHouseIs(t *testing.T) {
	w := newWorld(t, "sqlite")
	here, there := hidden(w, -0.2, 39.6), hidden(w, -1.5, 41.1)
	answers := func(s *snapshot, q Query, n Needs) string {
		raw, err := json.Marshal([]any{w.find(s, q), w.rank(s, n)})
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	rapid.Check(t, func(t *rapid.T) {
		point := func(name string) Point {
			return Point{rapid.Float64Range(-4.5, 4.5).Draw(t, name+" lat"), rapid.Float64Range(34, 42).Draw(t, name+" lon")}
		}
		from := point("from")
		q := Query{From: &from, Near: rapid.Float64Range(0, 400).Draw(t, "near"), Cells: rapid.SampledFrom([]float64{0, 0.1, 1}).Draw(t, "cells"),
			Text: rapid.SampledFrom([]string{"", "siri", "canary", "lane"}).Draw(t, "text"), Size: 100}
		n := Needs{Service: "shelter", From: &from, Person: Person{Sex: "female", Age: num(25)}, Limit: 100,
			Within: rapid.Float64Range(0, 400).Draw(t, "within"),
			Avoid:  Avoid{Places: []Circle{{point("avoid"), rapid.Float64Range(0, 150).Draw(t, "radius")}}}}
		if answers(here, q, n) != answers(there, q, n) {
			t.Fatalf("an answer tells the two apart: %+v %+v", q, n)
		}
	})
}

// The safe side: a confidential house is never offered within an area to avoid,
// wherever in its county it stands.
func TestNoHiddenHouseIsOfferedInAnAreaToAvoid(t *testing.T) {
	w := newWorld(t, "sqlite")
	m := w.Taxonomy.Map
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.SampledFrom(w.Taxonomy.content.List("counties")).Draw(t, "county").ID
		b := m.counties[id].around.Bound()
		at := Point{rapid.Float64Range(b.Min[1], b.Max[1]).Draw(t, "lat"), rapid.Float64Range(b.Min[0], b.Max[0]).Draw(t, "lon")}
		if !m.InCounty(id, at) {
			t.Skip("not in the county")
		}
		avoid := Circle{Point{rapid.Float64Range(-5, 5).Draw(t, "a lat"), rapid.Float64Range(34, 42).Draw(t, "a lon")}, rapid.Float64Range(0, 200).Draw(t, "km")}
		// A tenth of a percent is the plane's; the octagon has 3 km to spare.
		if Kilometres(at, avoid.Point)*1.01 <= avoid.Kilometres && m.kmFrom(id, avoid.Point) > avoid.Kilometres {
			t.Fatalf("a house in %s at %+v is offered inside %+v", id, at, avoid)
		}
	})
}
