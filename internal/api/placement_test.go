package api

import (
	"strings"
	"testing"

	"rufaa/internal/accounts"
	"rufaa/internal/directory"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// A proposal through the API: for cases that the caller may place, and for none
// else; nothing is decided by it.
func TestProposingPlacesForCases(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		keeper := realm.Actor{Principal: policy.Principal{Staff: "s", Agency: "test-secretariat", Duty: string(accounts.Secretariat)}}
		now := directory.By{At: w.of.Now()}
		three, low, high := 3, 18, 120
		_, err := w.of.Directory.Enter(t.Context(), keeper, []*directory.Provider{{
			Profile:   directory.Profile{Name: "Nyota Night House (fictional)", Kind: "shelter", Agency: "test-shelter", County: "mombasa", Fictional: true},
			Locations: []directory.Location{{ID: "l1", Kind: "physical", County: "mombasa", Confidential: true, Hours: directory.Always(), Place: &directory.Place{Address: "Kanarimtaa 7"}}},
			Services: []directory.Service{{ID: "s1", Kind: "shelter", Eligibility: directory.Eligibility{Female: directory.Yes, MinAge: &low, MaxAge: &high}, At: []directory.At{{Location: "l1",
				Capacities: []directory.Capacity{{Unit: "bed", Group: "women", Maximum: &three, Available: &three, Reported: &now}}}}}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		one, _, _ := w.cared()
		two, _, _ := w.cared()
		got := w.post("manager", "/placements/cases", m{"cases": []m{{"case": one, "with": "A"}, {"case": two, "with": "A"}}}).is(200)
		lines := got.list("lines")
		if len(lines) != 1 || got.decoded["proven"] != true || !strings.Contains(string(got.raw), "Nyota") || strings.Contains(string(got.raw), "Kanari") {
			t.Fatalf("%s", got.raw)
		}
		if seats := lines[0]["seats"].([]any); len(seats) != 2 {
			t.Errorf("two women, %d seats: %s", len(seats), got.raw)
		}
		w.post("secretary", "/placements/cases", m{"cases": []m{{"case": one}}}).is(200)
		w.post("manager2", "/placements/cases", m{"cases": []m{{"case": one}}}).is(404)
		w.post("counsellor", "/placements/cases", m{"cases": []m{{"case": one}}}).rule(403, "access.duty")
		w.post("manager", "/placements/cases", m{"cases": []m{{"case": "0198c0de-0000-7000-8000-000000000000"}}}).is(404)
		w.post("manager", "/placements/cases", m{"cases": []m{}}).wrong("case")
		w.post("manager", "/placements/cases", m{"cases": []m{{"case": one, "with": "Familia Fiktivo"}}}).is(422)
		w.post("manager", "/placements", m{"service": "shelter", "units": []m{{"id": "u", "members": []m{{"case": "x", "person": m{"sex": "female", "age": 24}}}}}}).is(200)
	})
}

// What must be avoided is avoided or told to be no place: a misspelt county, or
// coordinates the wrong way round, would keep her from nowhere.
func TestAQuestionForAPlaceThatMakesNoSenseIsTold(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		she := m{"sex": "female", "age": 24}
		circle := func(lat, lon, km float64) m {
			return m{"places": []m{{"latitude": lat, "longitude": lon, "kilometres": km}}}
		}
		for _, x := range []struct {
			field string
			asked m
		}{
			{"service", m{}},
			{"service", m{"service": "sheltr"}},
			{"county", m{"county": "atlantis"}},
			{"from.latitude", m{"from": m{"latitude": 36.8, "longitude": -1.3}}},
			{"from.latitude", m{"from": m{"latitude": 89, "longitude": 179}}},
			{"limit", m{"limit": -1}},
			{"places", m{"places": 1_000_000}},
			{"within", m{"within": -5}},
			{"avoid.counties", m{"avoid": m{"counties": []string{"nakru"}}}},
			{"avoid.providers", m{"avoid": m{"providers": []string{"nobody"}}}},
			{"avoid.places.0.latitude", m{"avoid": circle(36.8, -1.3, 20)}},
			{"avoid.places.0.latitude", m{"avoid": circle(1e300, 37, 20)}},
			{"avoid.places.0.kilometres", m{"avoid": circle(-1.3, 36.8, -5)}},
			{"person.sex", m{"person": m{"sex": "zzz"}}},
			{"person.age", m{"person": m{"age": 500}}},
			{"person.children", m{"person": m{"children": make([]int, 1000)}}},
			{"person.languages", m{"person": m{"languages": []string{"zzz"}}}},
		} {
			if _, own := x.asked["service"]; !own && x.field != "service" {
				x.asked["service"] = "shelter"
			}
			w.post("manager", "/providers/rank", x.asked).wrong(x.field)
		}
		unit := func(id, of string, who m) m { return m{"id": id, "members": []m{{"case": of, "person": who}}} }
		ask := func(avoid m, units ...m) *reply {
			return w.post("manager", "/placements", m{"service": "shelter", "units": units, "avoid": avoid})
		}
		ask(circle(-1.3, 36.8, -5), unit("a", "x", she)).wrong("avoid.places.0.kilometres")
		ask(m{"counties": []string{"nakru"}}, unit("a", "x", she)).wrong("avoid.counties")
		ask(m{}, unit("a", "x", she), unit("b", "y", m{"age": 500})).wrong("units.1.members.0.person.age")
		ask(m{}, unit("a", "x", she), unit("b", "x", she)).wrong("case")
		ask(m{}, unit("a", "x", she), unit("a", "y", she)).wrong("units")
		ask(circle(-1.3, 36.8, 20), unit("a", "x", she), unit("b", "y", she)).is(200)
	})
}
