package api

import (
	"strings"
	"testing"

	"rufaa/internal/accounts"
	"rufaa/internal/directory"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// A case manager asks who can take a woman tonight, holds the last bed, refers
// her there; the shelter accepts, and the bed is taken. A colleague who asks
// meanwhile does not get it.
func TestTheLastBedIsGivenOnce(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		keeper := realm.Actor{Principal: policy.Principal{Staff: "s", Agency: "test-secretariat", Duty: string(accounts.Secretariat)}}
		low, high := 18, 120
		_, err := w.of.Directory.Enter(t.Context(), keeper, []*directory.Provider{{
			Profile:   directory.Profile{Name: "Nyota Night House (fictional)", Kind: "shelter", Agency: "test-shelter", County: "mombasa", Fictional: true},
			Locations: []directory.Location{{ID: "l1", Kind: "physical", County: "mombasa", Confidential: true, Hours: directory.Always(), Place: &directory.Place{Address: "Kanarimtaa 7"}}},
			Services:  []directory.Service{{ID: "s1", Kind: "shelter", Eligibility: directory.Eligibility{Female: directory.Yes, MinAge: &low, MaxAge: &high}, At: []directory.At{{Location: "l1"}}}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		row := w.get("manager", "/providers?service=shelter&text=nyota").is(200)
		rows := row.list("rows")
		if len(rows) != 1 || strings.Contains(string(row.raw), "Kanari") {
			t.Fatalf("the house is not found, or its place is: %s", row.raw)
		}
		at := "/providers/" + rows[0]["provider"].(string)
		slot := m{"service": rows[0]["service"], "location": rows[0]["location"], "unit": "bed", "group": "women"}
		w.post("manager", at+"/capacity", with(slot, "available", 1, "maximum", 6)).rule(403, "access.duty")
		w.post("manager", at+"/holds", slot).rule(409, "directory.capacity-not-known")
		w.post("shelter", at+"/capacity", with(slot, "available", 7, "maximum", 6)).rule(409, "directory.more-than-all")
		w.post("shelter", at+"/capacity", with(slot, "available", -1)).wrong("available")
		w.post("shelter", at+"/capacity", with(slot, "available", 1, "maximum", 6)).is(200)
		w.post("shelter", at+"/confirmation", m{}).is(200)
		w.post("shelter", at+"/capacity", with(slot, "available", 0, "maximum", 6)).is(200)
		for path, found := range map[string]int{"": 1, "&free=any": 1, "&free=maybe": 0, "&free=surely": 0} { // no filter leaves nothing out
			if got := w.get("manager", "/providers?text=nyota"+path).is(200).list("rows"); len(got) != found {
				t.Errorf("full, and found with %q: %v", path, got)
			}
		}
		w.post("shelter", at+"/capacity", with(slot, "available", 1, "maximum", 6)).is(200)

		id, _, need := w.cared()
		ranked := w.post("manager", "/providers/rank", m{"service": "shelter", "county": "mombasa", "person": m{"sex": "female", "age": 24}}).is(200)
		if ranked.list("matches")[0]["name"] != "Nyota Night House (fictional)" || !strings.Contains(string(ranked.raw), "directory.reason.places") {
			t.Fatalf("the house is not first, or tells no reason: %s", ranked.raw)
		}
		w.post("manager", at+"/holds", with(slot, "case", id)).is(200)
		w.post("manager2", at+"/holds", slot).rule(409, "directory.nothing-free")

		w.post("manager", "/cases/"+id+"/consents", consentTo("test-shelter", "assistance", "identity", "care")).is(201)
		ref := w.referred(id, m{"to": "test-shelter", "purpose": "assistance", "urgency": "urgent", "needs": []string{need}, "compartments": []string{"identity", "care"}})
		w.post("shelter", "/referrals/"+ref+"/answer", m{"accept": true}).is(200)
		after := w.get("shelter", at).is(200)
		if !strings.Contains(string(after.raw), `"free":0`) || strings.Contains(string(after.raw), `"held":1`) {
			t.Errorf("after the acceptance: %s", after.raw)
		}
		w.get("manager", "/providers/0198c0de-0000-7000-8000-000000000000").is(404)
	})
}
