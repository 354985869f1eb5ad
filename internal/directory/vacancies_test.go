package directory

import (
	"testing"
)

// A mother with children of whom only the band is known is judged by the bands.
func TestChildrenKnownByTheirBand(t *testing.T) {
	e := Eligibility{Female: Yes, WithMother: Yes, MaxChildAge: num(12)}
	for _, c := range []struct {
		band string
		want Fact
	}{{"0-5", Yes}, {"6-11", Yes}, {"12-17", NotKnown}, {"unknown", NotKnown}} {
		if got, _ := askChildren(&e, &Person{ChildBands: []string{c.band}}); got != c.want {
			t.Errorf("%s: %q, want %q", c.band, got, c.want)
		}
	}
	e.MaxChildAge = num(10)
	if got := e.Takes(&Person{Sex: "female", Age: num(30), ChildBands: []string{"12-17"}}); got != No {
		t.Errorf("a child of twelve at a house up to ten: %q", got)
	}
}

// Vacancies are what Rank would match, where a bed is known to be free; the
// others are named to be rung or counted by the rule that left them out.
func TestVacanciesAreWhatRankMatches(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		free := w.add(house("Free (fictional)", "nairobi-city", -1.28, 36.82))
		full := w.add(house("Full (fictional)", "nairobi-city", -1.29, 36.83))
		silent := w.add(house("Silent (fictional)", "mombasa", -4.05, 39.66))
		w.do(matron, free, &ReportCapacity{Slot: w.slot(free), Available: 2})
		w.do(matron, full, &ReportCapacity{Slot: w.slot(full), Available: 0})
		v, err := w.Vacancies(ctx, manager, Needs{Service: "shelter", County: "nairobi-city", Person: Person{Sex: "female", Age: num(24), Languages: []string{"am"}}})
		if err != nil {
			t.Fatal(err)
		}
		mine := map[string]int{}
		for i, x := range v.Open {
			mine[x.Provider] = *x.Free[0].Free
			m := v.Match(i)
			if m.Provider != x.Provider || m.Location != x.Location || len(m.Reasons) == 0 {
				t.Errorf("explained as %+v", m.Row)
			}
		}
		if mine[free] != 2 || mine[full] != 0 || mine[silent] != 0 || v.Counts["full"] != 1 {
			t.Errorf("open %v, left out %v", mine, v.Counts)
		}
		rung := false
		for _, u := range v.Unheard {
			rung = rung || u.Provider == silent && u.Kilometres != nil && u.Kilometres.About
		}
		if !rung {
			t.Errorf("nobody says to ring the house that has not reported: %+v", v.Unheard)
		}
	})
}

// Supply counts providers, not entries, and telephone lines where they serve.
func TestSupplyCountsProvidersByCounty(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		before, err := w.Supply(ctx, secretariat)
		if err != nil {
			t.Fatal(err)
		}
		w.add(house("One (fictional)", "turkana", 3.1, 35.6))
		line := w.add(&Add{Profile: Profile{Name: "Line (fictional)", Kind: "hotline", Phones: []Phone{{Number: "0700000002"}}, Fictional: true},
			Services: []Service{{Kind: "psychosocial", Areas: []Area{{Country: Home}}, At: []At{{}}}}})
		after, err := w.Supply(ctx, secretariat)
		if err != nil {
			t.Fatal(err)
		}
		if n := after["shelter"]["turkana"] - before["shelter"]["turkana"]; n != 1 {
			t.Errorf("%d more shelters in Turkana", n)
		}
		for _, county := range []string{"turkana", "mandera"} {
			if n := after["psychosocial"][county] - before["psychosocial"][county]; n != 1 {
				t.Errorf("the line that serves all of Kenya counts %d in %s", n, county)
			}
		}
		w.do(secretariat, line, &Vet{State: "suspended"})
		if barred, _ := w.Supply(ctx, secretariat); barred["psychosocial"]["mandera"] != before["psychosocial"]["mandera"] {
			t.Error("who is suspended still counts")
		}
	})
}
