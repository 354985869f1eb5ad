package api

import (
	"regexp"
	"strings"
	"testing"
)

// sealedText is how a ciphertext begins; see vault.Sealed.
var sealedText = regexp.MustCompile(`rv1\.|[A-Za-z0-9_+/-]{60,}`)

func TestNoCiphertextLeaves(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id, _, need := w.cared()
		at := "/cases/" + id
		w.post("manager", at+"/consents", consentTo("test-shelter", "assistance", "identity", "care")).is(201)
		referral := w.referred(id, m{"to": "test-shelter", "purpose": "assistance", "urgency": "urgent", "needs": []string{need}, "compartments": []string{"identity", "care"}, "message": "Call first."})
		w.post("manager", at+"/bases", m{"kind": "duty", "purpose": "protection", "agency": "test-dci", "compartments": []string{"identity"}, "reason": "A court asks."}).is(201)
		w.post("manager", at+"/closure", m{"reason": "own-wish"}).rule(409, "case.closure-open-referrals")
		for _, path := range []string{at, at + "/history", at + "/openings", at + "/referrals", "/referrals/" + referral, "/referrals/inbox", "/worklist", "/notices"} {
			for _, user := range []string{"manager", "shelter", "dpo", "secretary"} {
				r := w.get(user, path)
				if found := sealedText.FindString(string(r.raw)); found != "" {
					t.Errorf("%s: %s", r.what, found)
				}
				for _, canary := range []string{"Fatuma Kibibi", "passport", "Likoni", "712345678", "Mama Jirani", "knows where she lives", "without fear", "Call first", "court asks"} {
					if strings.Contains(string(r.raw), canary) {
						t.Errorf("%s shows %q outside a compartment", r.what, canary)
					}
				}
			}
		}
		if r := w.get("secretary", at).is(200); len(r.list("persons")) > 0 || len(r.list("consents")) > 0 {
			t.Errorf("the Secretariat sees %s", r.raw)
		}
	})
}

func TestSearchFindsOnlyOnesOwn(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id, ref, _ := w.cared()
		for _, q := range []m{{"by": "reference", "value": ref}, {"by": "phone", "value": "+254712345678"}, {"by": "name", "value": "Fatuma Kibibi"}} {
			if got := w.post("manager", "/search", q).is(200).last("cases", "id"); got != id {
				t.Errorf("by %s: %q", q["by"], got)
			}
			if hits := w.post("shelter", "/search", q).is(200).list("cases"); len(hits) != 0 {
				t.Errorf("the shelter finds %v", hits)
			}
			w.post("secretary", "/search", q).rule(403, "access.duty")
		}
		for range 200 {
			if r := w.post("counsellor", "/search", m{"by": "name", "value": "Fatuma"}); r.status == 429 {
				if r.header.Get("Retry-After") == "" {
					t.Fatal("no word how long")
				}
				return
			}
		}
		t.Fatal("two hundred names were tried")
	})
}

func TestOverviewCountsWithoutNames(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.raised()
		w.cared()
		r := w.get("secretary", "/overview").is(200)
		if r.decoded["waiting"] != 1.0 || r.decoded["open"] != 2.0 {
			t.Fatalf("%s", r.raw)
		}
		w.get("manager", "/overview").rule(403, "access.duty")
		w.get("secretary", "/overview/unanswered").is(200)
		w.get("manager", "/overview/unanswered").rule(403, "access.duty")
		if n := w.get("secretary", "/worklist?list=every").is(200).decoded["total"]; n == 0.0 {
			t.Error("the Secretariat sees no frames")
		}
		w.get("secretary", "/vocabularies").is(200)
		w.get("secretary", "/services").is(200)
		w.get("secretary", "/rules").is(200)
		w.get("secretary", "/agencies").is(200)
		w.get("manager", "/colleagues?duty=counsellor").is(200)
	})
}

func TestWorklistPages(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		for range 5 {
			w.raised()
		}
		seen := map[string]bool{}
		after := ""
		for range 10 {
			r := w.get("manager", "/worklist?list=waiting&limit=2&after="+after).is(200)
			for _, row := range r.list("cases") {
				seen[row["id"].(string)] = true
			}
			if after = r.text("next"); after == "" {
				break
			}
		}
		if len(seen) != 5 || after != "" {
			t.Fatalf("%d of 5 cases seen, cursor %q", len(seen), after)
		}
		ref := w.get("manager", "/worklist?list=waiting").is(200).last("cases", "reference")
		w.post("investigator", "/break-glass", m{"reference": ref, "compartments": []string{"identity"}, "reason": "She is unconscious and nobody knows her name."}).is(201)
		told := func() string { // the notice of the opening, among those of alerts
			for _, n := range w.get("manager", "/notices").is(200).list("notices") {
				if n["kind"] == "case.glass_broken" {
					return n["id"].(string)
				}
			}
			return ""
		}
		notice := told()
		w.post("investigator", "/notices/"+notice+"/seen", nil).is(404)
		w.post("manager", "/notices/"+notice+"/seen", nil).is(204)
		if told() != "" {
			t.Error("what was put aside is still there")
		}
	})
}

func TestErasureWaitsForClosureAndHold(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id, _, _ := w.cared()
		at, wish := "/cases/"+id, m{"reason": "own-wish"}
		w.post("manager", at+"/erasure", wish).rule(403, "access.duty")
		w.post("dpo", at+"/erasure", wish).rule(409, "erasure.closed-first")
		w.post("manager", at+"/closure", m{"reason": "own-wish"}).is(200)
		before := w.get("dpo", at).is(200).header.Get("ETag")
		version := before[:strings.Index(before, "-")] + `"`
		w.post("dpo", at+"/hold", nil, "If-Match", `"1"`).is(412)
		if held := w.post("dpo", at+"/hold", nil, "If-Match", before).is(200); held.header.Get("ETag") != version {
			t.Errorf("a hold moved the case from %s to %s", version, held.header.Get("ETag"))
		}
		w.post("dpo", at+"/erasure", wish).rule(409, "erasure.legal-hold")
		w.post("dpo", at+"/release", nil).is(200)
		w.post("dpo", at+"/release", nil).rule(409, "erasure.no-hold")
		w.post("dpo", at+"/erasure", nil).wrong("reason")
		asked := w.post("dpo", at+"/erasure", wish).is(202)
		if asked.text("still_needed") != "confirm-erasure" {
			t.Errorf("it does not say what is still needed: %v", asked)
		}
		row := w.get("secretary", "/erasures").is(200).list("erasures")[0]
		second := m{"request": row["id"], "reference": row["reference"]}
		w.post("dpo", at+"/erasure", wish).rule(409, "erasure.asked-already")
		w.post("dpo", at+"/erasure/confirmation", second).rule(409, "erasure.second-person")
		w.post("manager", at+"/erasure/confirmation", second).rule(403, "access.duty")
		w.post("secretary", at+"/erasure/confirmation", m{"request": row["id"], "reference": "another"}).wrong("reference")
		w.post("secretary", at+"/erasure/withdrawal", m{"request": row["id"]}).is(200)
		w.post("secretary", at+"/erasure/confirmation", second).rule(409, "erasure.nothing-asked")
		w.get("dpo", at+"/compartments/identity?purpose=assistance").is(403)
		w.post("dpo", at+"/erasure", wish).is(202)
		second["request"] = w.get("secretary", "/erasures").is(200).list("erasures")[0]["id"]
		w.post("secretary", at+"/erasure/confirmation", second, "Idempotency-Key", "yes-once").is(200)
		w.post("secretary", at+"/erasure/confirmation", second, "Idempotency-Key", "yes-once").is(200)
		if left := w.get("secretary", "/erasures").is(200).list("erasures"); len(left) != 0 {
			t.Errorf("still waits: %v", left)
		}
		r := w.get("manager", at+"/compartments/identity?purpose=assistance").is(200)
		for _, it := range r.list("items") {
			if it["erased"] != true || it["text"] != "" {
				t.Errorf("still there: %v", it)
			}
		}
	})
}
