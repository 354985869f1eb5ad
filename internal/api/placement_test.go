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
