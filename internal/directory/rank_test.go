package directory

import (
	"slices"
	"strings"
	"testing"
	"time"

	datafiles "rufaa/content"
	"rufaa/internal/text"
)

// shelters ranks for one person and gives the names in order, without "House".
func (w *world) shelters(n Needs) (names []string, r *Ranking) {
	w.t.Helper()
	n.Service = "shelter"
	r, err := w.Rank(ctx, manager, n)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, m := range r.Matches {
		names = append(names, strings.Fields(m.Name)[0])
	}
	return names, r
}

// open adds a house in the open, with what a test changes of it, and its beds.
func (w *world) open(name string, lat, lon float64, county string, free int, change func(*Add)) string {
	a := house(name+" House (fictional)", county, lat, lon)
	a.Locations[0].Confidential = false
	a.Profile.Agency = "x-" + strings.ToLower(name)
	if change != nil {
		change(a)
	}
	id := w.add(a)
	if free >= 0 {
		w.do(secretariat, id, &ReportCapacity{Slot: w.slot(id), Available: free, Maximum: num(10)})
	}
	return id
}

func TestEachHardRuleLeavesOutAndSaysWhy(t *testing.T) {
	woman := func() Needs {
		return Needs{County: "meru", Person: Person{Sex: "female", Age: num(25), Languages: []string{"am"}}}
	}
	for _, x := range []struct {
		why    string
		house  func(*Add)
		free   int
		person func(*Needs)
	}{
		{"sex", nil, 3, func(n *Needs) { n.Person.Sex = "male" }},
		{"age", nil, 3, func(n *Needs) { n.Person.Age = num(15) }},
		{"age", nil, 3, func(n *Needs) { n.Person.Age, n.Person.Child = nil, true }},
		{"children", func(a *Add) { a.Services[0].Eligibility.WithMother = No }, 3, func(n *Needs) { n.Person.Children = []int{3} }},
		{"children", func(a *Add) { a.Services[0].Eligibility.MaxChildAge = num(10) }, 3, func(n *Needs) { n.Person.Children = []int{3, 12} }},
		{"pregnancy", func(a *Add) { a.Services[0].Eligibility.Pregnancy = No }, 3, func(n *Needs) { n.Person.Pregnant = Yes }},
		{"disability", func(a *Add) { a.Services[0].Eligibility.Disability = No }, 3, func(n *Needs) { n.Person.Disability = Yes }},
		{"nationality", func(a *Add) {
			a.Services[0].Eligibility.AnyNationality, a.Services[0].Eligibility.Nationalities = No, []string{"ke", "ug"}
		}, 3, func(n *Needs) { n.Person.Nationality = "et" }},
		{"exploitation", func(a *Add) { a.Services[0].Eligibility.AnyExploitation = No }, 3, func(n *Needs) { n.Person.Exploitation = "sexual" }},
		{"court-order", func(a *Add) { a.Services[0].Eligibility.CourtOrder = Yes }, 3, func(n *Needs) { n.Person.CourtOrder = No }},
		{"language", func(a *Add) { a.Profile.Languages = []string{"sw"} }, 3, func(n *Needs) { n.Language = true }},
		{"closed", func(a *Add) {
			a.Services[0].Hours = Hours{Open: []Piece{{Opens: "20:00", Closes: "06:00"}}, OnHolidays: Yes}
		}, 3, func(*Needs) {}},
		{"intake_closed", func(a *Add) { a.Services[0].Hours.Intake = []Piece{{Opens: "08:00", Closes: "09:00"}} }, 3, func(*Needs) {}},
		{"full", nil, 0, func(*Needs) {}},
		{"too-few", nil, 2, func(n *Needs) { n.Places = 3 }},
		{"avoid-area", nil, 3, func(n *Needs) { n.Avoid.Counties = []string{"meru"} }},
		{"avoid-area", nil, 3, func(n *Needs) { n.Avoid.Places = []Circle{{Point{0.06, 37.66}, 3}} }},
		{"avoid-provider", nil, 3, func(n *Needs) { n.Avoid.Providers = []string{"x-one"} }},
		{"too-far", nil, 3, func(n *Needs) { n.County, n.Within = "mombasa", 100 }},
	} {
		t.Run(x.why, func(t *testing.T) {
			w := newWorld(t, "sqlite")
			w.open("One", 0.05, 37.65, "meru", x.free, x.house)
			n := woman()
			if names, r := w.shelters(n); x.free > 0 && x.why != "closed" && x.why != "intake_closed" && len(names) != 1 {
				t.Fatalf("before: %v %v", names, r.Counts)
			}
			x.person(&n)
			names, r := w.shelters(n)
			if len(names) != 0 || r.Counts[x.why] != 1 || len(r.Excluded) != 1 || r.Excluded[0].Why.Key != "directory.reason.no."+x.why {
				t.Errorf("matches %v, left out %v %+v", names, r.Counts, r.Excluded)
			}
			if n.Later = true; x.why == "closed" || x.why == "intake_closed" {
				if names, _ := w.shelters(n); len(names) != 1 {
					t.Error("what opens later is not offered when later will do")
				}
			}
		})
	}
	w := newWorld(t, "sqlite")
	id := w.open("One", 0.05, 37.65, "meru", 3, nil)
	w.do(secretariat, id, &Vet{State: "suspended"})
	if names, r := w.shelters(woman()); len(names) != 0 || r.Counts["vetting"] != 1 {
		t.Errorf("a suspended house: %v %v", names, r.Counts)
	}
	_, err := w.Do(ctx, manager, id, Order{}, &PlaceHold{Slot: w.slot(id)})
	refused(t, err, "directory.barred")
}

func TestTheOrderOfTheRules(t *testing.T) {
	w := newWorld(t, "sqlite")
	past := map[string]Past{"x-willing": {Asked: 20, Accepted: 19}, "x-unwilling": {Asked: 20, Accepted: 2}, "x-busy": {Asked: 20, Accepted: 19}}
	w.past = func(a string) Past { return past[a] }
	w.open("Unasked", 0.17, 37.76, "meru", -1, nil)                                                       // nearest, nobody knows whether there is a bed
	w.open("Unwilling", 0.18, 37.77, "meru", 9, nil)                                                      // near, refuses most
	w.open("Busy", 0.20, 37.78, "meru", 1, nil)                                                           // near, willing, nearly full
	w.open("Willing", 0.22, 37.79, "meru", 9, nil)                                                        // near, willing, empty
	w.open("Mute", 0.19, 37.77, "meru", 9, func(a *Add) { a.Profile.Languages = []string{"sw"} })         // near, needs an interpreter
	w.open("Distant", -0.6, 37.63, "embu", 9, func(a *Add) { a.Locations[0].Place.Latitude = deg(-0.6) }) // next band
	w.open("Stale", 0.171, 37.761, "meru", -1, nil)                                                       // reported long ago
	w.do(secretariat, w.named("Stale"), &ReportCapacity{Slot: w.slot(w.named("Stale")), Available: 9, Maximum: num(10), AsOf: noon.Add(-30 * 24 * time.Hour)})
	n := Needs{County: "meru", Person: Person{Sex: "female", Age: num(25), Languages: []string{"am"}}}
	want := []string{"Willing", "Busy", "Unwilling", "Mute", "Distant", "Stale", "Unasked"}
	got, r := w.shelters(n)
	if !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
	for i, m := range r.Matches {
		if sure := i < 5; m.Sure != sure {
			t.Errorf("%s: sure %v", m.Name, m.Sure)
		}
	}
	for range 5 {
		if again, _ := w.shelters(n); !slices.Equal(again[:5], want[:5]) {
			t.Fatalf("asked again, another order: %v", again)
		}
	}
	n.Limit = 2
	if few, r := w.shelters(n); !slices.Equal(few, want[:2]) || r.Total != 7 {
		t.Errorf("the first two of %d: %v", r.Total, few)
	}
}

func (w *world) named(name string) string {
	r, err := w.Find(ctx, manager, Query{Text: name})
	if err != nil || len(r.Rows) != 1 {
		w.t.Fatalf("%s: %+v %v", name, r, err)
	}
	return r.Rows[0].Provider
}

func TestAMatchIsExplainedInWords(t *testing.T) {
	w := newWorld(t, "sqlite")
	texts, err := text.Load(datafiles.Files, "text")
	if err != nil {
		t.Fatal(err)
	}
	id := w.add(house("Tumaini House (fictional)", "meru", 0.05, 37.65))
	w.do(matron, id, &ReportCapacity{Slot: w.slot(id), Available: 2, Maximum: num(12)})
	w.pass(3 * time.Hour)
	r, err := w.Rank(ctx, manager, Needs{Service: "shelter", County: "nairobi-city", Person: Person{Sex: "female", Age: num(25), Children: []int{2}, Pregnant: Yes, Languages: []string{"am"}}})
	if err != nil || len(r.Matches) != 1 {
		t.Fatalf("%+v %v", r, err)
	}
	said := func(lang string) (out []string) {
		for _, x := range r.Matches[0].Reasons {
			out = append(out, w.Taxonomy.Say(x, texts.In(lang), w.clock()))
		}
		return out
	}
	want := []string{
		"12 places (bed, women), 2 free, reported 3 hours ago", "takes people of this sex", "takes people of this age", "takes women with their children",
		"not known: whether pregnant women are taken", "speaks Amharic", "takes newcomers now",
		"about 200 km to the middle of Meru; the place is confidential", "nobody has checked this entry yet",
	}
	if got := said("en"); !slices.Equal(got, want) {
		t.Errorf("said:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got := said("sw"); len(got) != len(want) || strings.Contains(strings.Join(got, " "), "⟦") {
		t.Errorf("in Kiswahili: %v", got)
	}
	if times, lost := texts.Missing(); times > 0 {
		t.Errorf("no words for %v", lost)
	}
}
