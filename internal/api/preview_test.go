package api

import (
	"encoding/json"
	"testing"
)

// What the receiver reads is what the sender was shown, byte for byte: the facts, the
// service and every text with its ground. What changed in between is shown anew.
func TestTheReceiverReadsWhatThePreviewShowed(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id, _, need := w.cared()
		at := "/cases/" + id
		w.post("manager", at+"/consents", consentTo("test-shelter", "assistance", "identity", "care")).is(201)
		offer := m{"to": "test-shelter", "purpose": "assistance", "urgency": "urgent", "needs": []string{need}, "compartments": []string{"identity", "care", "care"}}
		send := func(preview string) *reply {
			return w.post("manager", at+"/referrals", with(offer, "preview", preview, "message", "Ring first."))
		}

		before := w.post("manager", at+"/referrals/preview", offer).is(200)
		w.post("manager", at+"/safety", m{"level": "medium", "reasons": "He left the town."}).is(201)
		send(before.text("preview")).rule(409, "disclosure.not-beyond-preview") // the risk is told with it

		shown := w.post("manager", at+"/referrals/preview", offer).is(200)
		referral := send(shown.text("preview")).is(201).text("id")
		told := w.get("shelter", "/referrals/"+referral+"/disclosed").is(200)
		var preview, disclosed struct{ Items []json.RawMessage }
		for raw, into := range map[*[]byte]any{&shown.raw: &preview, &told.raw: &disclosed} {
			if err := json.Unmarshal(*raw, into); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(preview.Items); n == 0 || len(disclosed.Items) != n+1 { // and the message
			t.Fatalf("shown %s\ntold %s", shown.raw, told.raw)
		}
		seen := map[string]bool{}
		for i, item := range preview.Items {
			if string(item) != string(disclosed.Items[i]) {
				t.Errorf("shown %s, told %s", item, disclosed.Items[i])
			}
			if seen[string(item)] {
				t.Errorf("told twice: %s", item)
			}
			seen[string(item)] = true
		}
		facts := w.get("shelter", "/referrals/"+referral).is(200).decoded["facts"]
		if want, have := asJSON(t, shown.decoded["facts"]), asJSON(t, facts); want != have {
			t.Errorf("facts shown %s, told %s", want, have)
		}
		if w.get("shelter", "/referrals/"+referral).text("service") != shown.text("service") {
			t.Error("another service than shown")
		}
	})
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// A consent taken back before the answer: the receiver reads nothing more, and does
// not come onto the case by saying yes. It may still say no; and yes once she agrees
// again.
func TestAConsentTakenBackBeforeTheAnswer(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id, _, need := w.cared()
		at := "/cases/" + id
		agreed := func() string {
			w.post("manager", at+"/consents", consentTo("test-shelter", "assistance", "identity")).is(201)
			return w.get("manager", at).is(200).last("consents", "id")
		}
		consent := agreed()
		to := "/referrals/" + w.referred(id, m{"to": "test-shelter", "purpose": "assistance", "urgency": "urgent", "needs": []string{need}, "compartments": []string{"identity"}})
		w.post("manager", at+"/consents/"+consent+"/withdrawal", nil).is(200)
		w.get("shelter", to+"/disclosed").rule(409, "consent.withdrawn")
		w.post("shelter", to+"/answer", m{"accept": true}).rule(409, "consent.withdrawn")
		w.get("shelter", at).is(404)
		agreed()
		w.post("shelter", to+"/answer", m{"accept": true}).is(200)
		w.get("shelter", at).is(200)
	})
}

// A break-glass that the review finds unjustified ends with that finding, not with
// its hour.
func TestAnUnjustifiedBreakGlassEndsAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id, ref, _ := w.cared()
		at := "/cases/" + id
		w.post("counsellor", "/break-glass", m{"reference": ref, "compartments": []string{"identity", "whereabouts"}, "reason": "She rang from a locked room and needs help now."}).is(201)
		w.get("counsellor", at+"/compartments/identity?purpose=protection").is(200)
		glass := at + "/break-glass/" + w.get("dpo", "/break-glass").is(200).list("break_glass")[0]["id"].(string)
		w.post("dpo", glass+"/review", m{"justified": false, "note": "Nobody had rung."}).is(200)
		w.get("counsellor", at).is(404)
		w.get("counsellor", at+"/compartments/identity?purpose=protection").is(404)
		w.post("manager", glass+"/second", nil).rule(409, "breakglass.time-limit")
	})
}

// Whoever agreed as the second person has a part in the deed: the review is
// somebody else's, and the queue says so beforehand.
func TestWhoAgreedToABreakGlassDoesNotReviewIt(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id, ref, _ := w.cared()
		w.post("counsellor", "/break-glass", m{"reference": ref, "compartments": []string{"identity", "whereabouts"}, "reason": "She rang from a locked room and needs help now."}).is(201)
		row := w.get("dpo", "/break-glass").is(200).list("break_glass")[0]
		if row["agreed"] != nil {
			t.Fatalf("agreed before anybody did: %v", row)
		}
		glass := "/cases/" + id + "/break-glass/" + row["id"].(string)
		w.post("dpo", glass+"/second", nil).is(200)
		if row = w.get("dpo", "/break-glass").is(200).list("break_glass")[0]; row["agreed"] != true {
			t.Errorf("the queue does not say that the reader agreed: %v", row)
		}
		w.post("dpo", glass+"/review", m{"justified": true, "note": "I agreed to it myself."}).rule(409, "breakglass.not-agreed-review")
	})
}
