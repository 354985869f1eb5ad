package placement_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"rufaa/internal/directory"
	"rufaa/internal/office/officetest"
	"rufaa/internal/placement"
	"rufaa/internal/placing"
	"rufaa/internal/problem"
)

var ctx = context.Background()

func num(n int) *int { return &n }

// world is an office whose directory holds the houses of one test.
type world struct {
	*officetest.World
	t *testing.T
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	officetest.Each(t, func(t *testing.T, o *officetest.World) { test(t, &world{o, t}) })
}

// house is a place where people stay, open day and night, with beds that were
// reported this moment: "women" -> 3.
func (w *world) house(name, county string, e directory.Eligibility, beds map[string]int) {
	w.t.Helper()
	s := directory.Service{ID: "s", Kind: "shelter", Residential: directory.Yes, Hours: directory.Always(), Eligibility: e, At: []directory.At{{Location: "l"}}}
	now := directory.By{At: w.Clock.Now()}
	for _, group := range []string{"women", "men", "girls", "boys", "mother-child", "disability", "adults"} {
		if n, ok := beds[group]; ok {
			unit := "bed"
			if group == "mother-child" {
				unit = "family-room"
			}
			s.At[0].Capacities = append(s.At[0].Capacities, directory.Capacity{Unit: unit, Group: group, Maximum: num(n + 1), Available: num(n), Reported: &now})
		}
	}
	_, err := w.Directory.Enter(ctx, officetest.Who("wafula.secretariat"), []*directory.Provider{{
		Profile:   directory.Profile{Name: name + " (fictional)", Kind: "shelter", County: county, Languages: []string{"sw"}, Fictional: true},
		Locations: []directory.Location{{ID: "l", Kind: "physical", County: county, Confidential: true, Place: &directory.Place{Name: "Kanarinyumba"}}},
		Services:  []directory.Service{s}}})
	if err != nil {
		w.t.Fatal(err)
	}
}

var (
	womenOnly   = directory.Eligibility{Female: directory.Yes, Male: directory.No, MinAge: num(18), MaxAge: num(120), WithMother: directory.No}
	withMothers = directory.Eligibility{Female: directory.Yes, Male: directory.No, MinAge: num(14), MaxAge: num(120), WithMother: directory.Yes, MaxChildAge: num(12)}
	menOnly     = directory.Eligibility{Female: directory.No, Male: directory.Yes, MinAge: num(18), MaxAge: num(120), WithMother: directory.No}
	anyChild    = directory.Eligibility{Female: directory.Yes, Male: directory.Yes, MinAge: num(0), MaxAge: num(17), WithMother: directory.No}
)

func one(id, sex, band string) placement.Member {
	return placement.Member{Case: id, County: "nairobi-city", Person: directory.Person{Sex: sex, AgeBand: band, Child: band < "18" || band == "6-11", Languages: []string{"sw"}}}
}

func unit(id string, members ...placement.Member) placement.Unit {
	return placement.Unit{ID: id, Members: members}
}

func (w *world) propose(units ...placement.Unit) *placement.Proposal {
	w.t.Helper()
	p, err := w.Placement.Propose(ctx, officetest.Who("wanjiru.case"), placement.Ask{Service: "shelter", Units: units})
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// where is the house of each unit, by its first word; "" without a place.
func where(p *placement.Proposal) map[string]string {
	out := map[string]string{}
	for _, l := range p.Lines {
		out[l.Unit.ID] = ""
		if l.Place != nil {
			out[l.Unit.ID], _, _ = strings.Cut(l.Place.Name, " ")
		}
	}
	return out
}

// The last bed that a mother with her child could have is not spent on a woman
// alone who could go elsewhere, neither when the mother is there nor before she
// comes; but it is not kept from somebody who has no other choice.
func TestTheLastBedForAMotherIsKept(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.house("Mama", "nairobi-city", withMothers, map[string]int{"women": 2})
		alone := unit("alone", one("c1", "female", "25-34"))
		if got := where(w.propose(alone)); got["alone"] != "Mama" {
			t.Fatalf("with no other choice: %v", got)
		}
		w.house("Dada", "nakuru", womenOnly, map[string]int{"women": 5})
		p := w.propose(alone)
		if got := where(p); got["alone"] != "Dada" {
			t.Fatalf("the bed for a mother is spent: %v", got)
		}
		if n := p.Lines[0].Nearer; len(n) != 1 || n[0].Reason != placing.ReasonReserved || !strings.HasPrefix(n[0].Name, "Mama") {
			t.Errorf("she is not told what was kept: %+v", n)
		}
		i := slices.IndexFunc(p.Kept, func(k placement.Kept) bool { return k.Group == "mother-child" })
		if i < 0 || p.Kept[i].Before != 2 || p.Kept[i].After != 2 {
			t.Errorf("kept: %+v", p.Kept)
		}
		// Mother and child are two cases. Two beds for two heads.
		family := unit("family", one("c2", "female", "25-34"), one("c3", "male", "0-5"))
		p = w.propose(alone, family)
		got := where(p)
		if got["alone"] != "Dada" || got["family"] != "Mama" || !p.Proven {
			t.Fatalf("%v, proven %v", got, p.Proven)
		}
		if s := p.Lines[1].Seats; len(s) != 1 || s[0].Count != 2 || len(s[0].Cases) != 2 {
			t.Errorf("the family's beds: %+v", s)
		}
	})
}

// A room for a mother with her children is one room, however many they are; she
// pays nothing for what is kept for her.
func TestAMotherTakesOneRoom(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.house("Mama", "nairobi-city", withMothers, map[string]int{"mother-child": 1})
		w.house("Mbali", "nakuru", withMothers, map[string]int{"women": 9})
		family := unit("family", one("c1", "female", "25-34"), one("c2", "female", "6-11"), one("c3", "male", "0-5"))
		p := w.propose(family, unit("alone", one("c4", "female", "18-24")))
		if got := where(p); got["family"] != "Mama" || got["alone"] != "Mbali" {
			t.Fatalf("%v", got)
		}
		if b := p.Lines[0].Beds; len(b) != 1 || b[0].Count != 1 || b[0].Unit != "family-room" {
			t.Errorf("%+v", b)
		}
		// A mother whose child is in her own case is one member and the same family.
		own := one("c5", "female", "25-34")
		own.Person.ChildBands = []string{"0-5"}
		p = w.propose(unit("own", own))
		if got := where(p); got["own"] != "Mama" || p.Placed != 2 {
			t.Errorf("%v, %d placed", got, p.Placed)
		}
	})
}

// Brothers and sisters stay under one roof, or are told that no house has room
// for all.
func TestSiblingsStayTogether(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.house("Watoto", "kisumu", anyChild, map[string]int{"girls": 2, "boys": 1})
		w.house("Karibu", "nairobi-city", anyChild, map[string]int{"girls": 1})
		three := unit("three", one("c1", "female", "12-17"), one("c2", "female", "6-11"), one("c3", "male", "6-11"))
		p := w.propose(three)
		if got := where(p); got["three"] != "Watoto" || len(p.Lines[0].Seats) != 3 {
			t.Fatalf("%v: %+v", got, p.Lines[0].Seats)
		}
		p = w.propose(three, unit("girl", one("c5", "female", "12-17")))
		if got := where(p); got["three"] != "Watoto" || got["girl"] != "Karibu" {
			t.Errorf("%v", got)
		}
		p = w.propose(unit("boys", one("c6", "male", "6-11"), one("c7", "male", "12-17")))
		if l := p.Lines[0]; l.Place != nil || l.Reason == placing.ReasonCheapest || p.Left != 2 {
			t.Errorf("two boys, one bed: %+v", l)
		}
	})
}

// Who is left without a place is told which rules shut others out and whom to
// ring; a house that has not reported is never counted on.
func TestWhatIsLeftUnmetIsTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.house("Dada", "nairobi-city", womenOnly, map[string]int{"women": 5})
		w.house("Kaka", "nairobi-city", menOnly, map[string]int{"men": 1})
		w.house("Kimya", "mombasa", menOnly, nil)
		p := w.propose(unit("m1", one("c1", "male", "25-34")), unit("m2", one("c2", "male", "35-49")))
		if p.Placed != 1 || p.Left != 1 || !p.Proven {
			t.Fatalf("%d placed, %d left", p.Placed, p.Left)
		}
		i := slices.IndexFunc(p.Lines, func(l placement.Line) bool { return l.Place == nil })
		l := p.Lines[i]
		if l.Reason != placing.ReasonTaken || len(l.Nearer) != 1 || len(l.Nearer[0].By) != 1 {
			t.Errorf("why not: %+v", l)
		}
		if !slices.ContainsFunc(l.Shut, func(s placement.Shut) bool { return s.Rule == "sex" && s.Count >= 1 }) {
			t.Errorf("left out by: %+v", l.Shut)
		}
		if !slices.ContainsFunc(l.Ring, func(u directory.Unheard) bool { return strings.HasPrefix(u.Name, "Kimya") }) {
			t.Errorf("to ring: %+v", l.Ring)
		}
		raw, _ := json.Marshal(p)
		if strings.Contains(string(raw), "Kanarinyumba") {
			t.Error("the proposal tells a sealed place")
		}
	})
}

// A need with the disability that only one house can serve gets it, and others
// leave it alone.
func TestABedForDisabilityIsKept(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		open := directory.Eligibility{Female: directory.Yes, Male: directory.Yes, MinAge: num(18), MaxAge: num(120), Disability: directory.Yes, WithMother: directory.No}
		w.house("Mlango", "nairobi-city", open, map[string]int{"adults": 1})
		closed := womenOnly
		closed.Disability = directory.No
		w.house("Dada", "nakuru", closed, map[string]int{"women": 5})
		lame := one("c1", "female", "25-34")
		lame.Person.Disability = directory.Yes
		got := where(w.propose(unit("well", one("c2", "female", "25-34")), unit("lame", lame)))
		if got["lame"] != "Mlango" || got["well"] != "Dada" {
			t.Errorf("%v", got)
		}
		if got := where(w.propose(unit("well", one("c2", "female", "25-34")))); got["well"] != "Dada" {
			t.Errorf("spent before anybody came: %v", got)
		}
	})
}

// The same ask has the same answer.
func TestSameAskSameAnswer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for i := range 6 {
			w.house(fmt.Sprint("Nyumba", i), []string{"nairobi-city", "nakuru", "kiambu"}[i%3], []directory.Eligibility{womenOnly, withMothers}[i%2], map[string]int{"women": 2})
		}
		var units []placement.Unit
		for i := range 15 {
			units = append(units, unit(fmt.Sprint("u", i), one(fmt.Sprint("c", i), "female", []string{"18-24", "25-34"}[i%2])))
		}
		first, _ := json.Marshal(w.propose(units...))
		for range 5 {
			if again, _ := json.Marshal(w.propose(units...)); string(again) != string(first) {
				t.Fatalf("two answers:\n%s\n%s", first, again)
			}
		}
	})
}

// What makes no sense is refused with the field; who may not ask is refused.
func TestWhatMakesNoSenseIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		crowd := make([]placement.Member, 13)
		for i := range crowd {
			crowd[i] = one(fmt.Sprint("c", i), "female", "18-24")
		}
		var many []placement.Unit
		for i := range placement.Most + 1 {
			many = append(many, unit(fmt.Sprint(i), one(fmt.Sprint("c", i), "male", "18-24")))
		}
		for name, a := range map[string]placement.Ask{
			"nobody":              {Service: "shelter"},
			"no such service":     {Service: "moon", Units: []placement.Unit{unit("u", one("c", "male", "18-24"))}},
			"a unit of nobody":    {Service: "shelter", Units: []placement.Unit{{ID: "u"}}},
			"two units, one id":   {Service: "shelter", Units: []placement.Unit{unit("u", one("c", "male", "18-24")), unit("u", one("d", "male", "18-24"))}},
			"too many together":   {Service: "shelter", Units: []placement.Unit{unit("u", crowd...)}},
			"too many in a night": {Service: "shelter", Units: many},
		} {
			if _, err := w.Placement.Propose(ctx, officetest.Who("wanjiru.case"), a); !errors.As(err, new(*problem.Invalid)) {
				t.Errorf("%s: %v", name, err)
			}
		}
		ok := placement.Ask{Service: "shelter", Units: []placement.Unit{unit("u", one("c", "male", "18-24"))}}
		if _, err := w.Placement.Propose(ctx, officetest.Who("salome.shelter"), ok); !errors.As(err, new(*problem.Denied)) {
			t.Errorf("a shelter manager: %v", err)
		}
	})
}
