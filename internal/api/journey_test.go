package api

import (
	"strings"
	"testing"
	"time"
)

type m = map[string]any

var spoken = m{"language": "sw", "interpreting": "not-needed"}

// with adds to a body.
func with(base m, more ...any) m {
	out := m{}
	for k, v := range base {
		out[k] = v
	}
	for i := 0; i+1 < len(more); i += 2 {
		out[more[i].(string)] = more[i+1]
	}
	return out
}

// raised is an alert as an officer writes it.
func (w *world) raised() (id, ref string) {
	w.t.Helper()
	r := w.post("officer", "/alerts", m{
		"immediate": true, "dangers": []string{"violence"}, "channel": "in-person", "county": "mombasa",
		"place": "Behind the blue gate, Likoni", "place_kind": "with-trafficker", "account": "She says her passport was taken.",
		"holder": "test-care", "person": m{"name": "Fatuma Kibibi", "age": 24, "minor": "no", "sex": "female", "language": "sw", "phone": "0712345678"},
		"reporter": "Mama Jirani", "reporter_phone": "0722000000", "reporter_relation": "neighbour",
	}).is(201)
	if r.header.Get("Location") != root+"/cases/"+r.text("id") || r.header.Get("ETag") != `"1"` {
		w.t.Fatalf("alert answered with %v", r.header)
	}
	return r.text("id"), r.text("reference")
}

// screening answers the first signs of the newest form for an audience.
func (w *world) screening(audience string) m {
	w.t.Helper()
	for _, q := range w.get("officer", "/questionnaires").is(200).list("questionnaires") {
		if q["audience"] != audience {
			continue
		}
		form := w.get("officer", "/questionnaires/"+q["id"].(string)).is(200)
		first := form.list("groups")[0]["indicators"].([]any)[0].(m)
		return with(spoken, "questionnaire", q["id"], "answers", m{first["id"].(string): "yes"}, "note", "She looked at the door.")
	}
	w.t.Fatalf("no form for %s", audience)
	return nil
}

// cared is a case that is taken, screened, presumed, safe and assessed. It
// gives the id of the need for shelter.
func (w *world) cared() (id, ref, need string) {
	w.t.Helper()
	id, ref = w.raised()
	at := "/cases/" + id
	w.post("manager", at+"/take", nil).is(200)
	w.post("manager", at+"/screenings", w.screening("adult")).is(201)
	w.post("manager", at+"/presumption", m{"decision": "presumed", "track": "trafficking", "exploitation": []string{"domestic-servitude"}}).is(200)
	w.post("manager", at+"/danger", m{"action": "moved-to-safety"}).is(200)
	w.post("manager", at+"/safety", m{"level": "high", "reasons": "He knows where she lives."}).is(201)
	w.post("manager", at+"/needs", m{"wishes": "To sleep without fear.", "needs": []m{{"service": "shelter", "urgency": "urgent", "note": "ground floor"}}}).is(201)
	return id, ref, w.get("manager", at).is(200).last("needs", "id")
}

func consentTo(agency, purpose string, compartments ...string) m {
	return with(spoken, "given", true, "purposes", []string{purpose}, "agency", agency, "compartments", compartments, "how", "spoken", "given_by", "person")
}

// referred sends a case on and gives the referral's id.
func (w *world) referred(caseID string, offer m) string {
	w.t.Helper()
	shown := w.post("manager", "/cases/"+caseID+"/referrals/preview", offer).is(200)
	return w.post("manager", "/cases/"+caseID+"/referrals", with(offer, "preview", shown.text("preview"))).is(201).text("id")
}

func TestJourneyAcrossFourAgencies(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id, ref := w.raised()
		at := "/cases/" + id

		// The alert waits for its agency; the officer keeps sight of it.
		if got := w.get("manager", "/worklist?list=waiting").is(200).last("cases", "id"); got != id {
			t.Fatalf("waiting list shows %q", got)
		}
		if got := w.get("officer", "/worklist?list=raised").is(200).last("cases", "reference"); got != ref {
			t.Fatalf("the officer's list shows %q", got)
		}
		w.get("officer", at).is(200)
		w.post("officer", at+"/take", nil).rule(403, "access.duty")
		w.post("manager", at+"/take", nil).is(200)
		w.post("manager", at+"/take", nil).rule(403, "access.duty") // the waiting is over

		w.screened(at)
		w.post("manager", at+"/interviews", nil).rule(403, "access.duty")
		need := w.careBegins(at)
		referral := w.sheltered(t, id, need)
		w.interviewed(t, id)
		w.closedAndReopened(t, at, referral)
		w.withdrawn(t, id, referral)
		w.glassBroken(t, id, ref)
		w.whoSaw(t, at)
		if log := w.log.String(); strings.Contains(log, "Fatuma") || strings.Contains(log, "level=ERROR") {
			t.Errorf("the log says %s", log)
		}
	})
}

func (w *world) screened(at string) {
	w.post("manager", at+"/presumption", m{"decision": "presumed", "track": "trafficking"}).rule(409, "screening.person-decides")
	w.post("manager", at+"/screenings", w.screening("child")).rule(409, "screening.questionnaire-fits")
	w.post("manager", at+"/screenings", w.screening("adult")).is(201)
	w.post("manager", at+"/presumption", m{"decision": "not_presumed"}).rule(409, "screening.reason-for-not-presumed")
	w.post("manager", at+"/presumption", m{"decision": "cannot_tell"}).rule(409, "screening.review-when-unsure")
	w.post("manager", at+"/presumption", m{"decision": "presumed", "track": "both"}).is(200)
}

func (w *world) careBegins(at string) (need string) {
	w.post("manager", at+"/follow-ups", m{"kind": "phone", "on": w.now.Format(time.DateOnly), "safe": "yes"}).rule(409, "case.step-order")
	w.post("manager", at+"/danger", m{"action": "moved-to-safety", "note": "with her sister"}).is(200)
	w.post("manager", at+"/safety", m{"level": "high", "reasons": "He knows where she lives.", "plan": "New number."}).is(201)
	w.post("manager", at+"/needs", m{"wishes": "To sleep without fear.", "needs": []m{{"service": "shelter", "urgency": "urgent", "note": "ground floor"}}}).is(201)
	return w.get("manager", at).is(200).last("needs", "id")
}

// sheltered takes the referral to the shelter from preview to feedback.
func (w *world) sheltered(t *testing.T, id, need string) string {
	at := "/cases/" + id
	offer := m{"to": "test-shelter", "purpose": "assistance", "urgency": "urgent", "needs": []string{need}, "compartments": []string{"identity", "care"}}
	w.post("manager", at+"/referrals/preview", offer).rule(409, "consent.needed-to-disclose")
	w.post("manager", at+"/referrals/preview", with(offer, "needs", []string{})).rule(409, "referral.needs-need")
	w.post("manager", at+"/referrals/preview", with(offer, "to", "test-care")).rule(409, "referral.other-agency")
	w.post("manager", at+"/consents", with(consentTo("test-shelter", "assistance", "identity", "care"), "given", false)).is(201)
	w.post("manager", at+"/referrals/preview", offer).rule(409, "consent.declined")
	w.post("manager", at+"/consents", consentTo("test-shelter", "assistance", "identity", "care")).is(201)
	w.post("manager", at+"/referrals", offer).rule(409, "disclosure.not-beyond-preview")
	shown := w.post("manager", at+"/referrals/preview", offer).is(200)
	if !strings.Contains(string(shown.raw), "Fatuma Kibibi") || strings.Contains(string(shown.raw), "Mama Jirani") {
		t.Fatalf("the preview shows %s", shown.raw)
	}
	referral := w.post("manager", at+"/referrals", with(offer, "preview", shown.text("preview"), "message", "Please call first.")).is(201).text("id")
	to := "/referrals/" + referral

	if got := w.get("shelter", "/referrals/inbox").is(200).last("referrals", "id"); got != referral {
		t.Fatalf("inbox shows %q", got)
	}
	w.get("shelter", at).is(404) // not before it is accepted
	told := w.get("shelter", to+"/disclosed").is(200)
	if !strings.Contains(string(told.raw), "Fatuma Kibibi") || strings.Contains(string(told.raw), "passport") {
		t.Fatalf("the shelter reads %s", told.raw)
	}
	w.get("investigator", to).is(404)
	w.post("shelter", to+"/progress", m{"step": "started"}).rule(403, "access.duty")
	w.post("shelter", to+"/answer", m{"accept": false}).rule(409, "referral.reason-for-decline")
	w.post("shelter", to+"/answer", m{"accept": true}).is(200)
	w.post("shelter", to+"/answer", m{"accept": true}).rule(409, "referral.answer-once")
	w.post("shelter", to+"/progress", m{"step": "finished"}).rule(409, "referral.order-of-steps")
	w.post("shelter", to+"/progress", m{"step": "started"}).is(200)
	w.get("shelter", at).is(200)
	w.get("shelter", at+"/compartments/identity?purpose=assistance").is(200)
	w.get("shelter", at+"/compartments/account?purpose=assistance").rule(403, "disclosure.compartment-not-for-duty")
	w.get("shelter", at+"/compartments/whereabouts?purpose=assistance").rule(403, "consent.needed-to-disclose")
	return referral
}

// interviewed brings the investigator in, after care and consent.
func (w *world) interviewed(t *testing.T, id string) {
	at := "/cases/" + id
	interview := with(spoken, "on", w.now.Format(time.DateOnly), "account", "She named nobody.", "recorded", false)
	w.post("investigator", at+"/interviews", interview).is(404)
	referral := w.referred(id, m{"to": "test-dci", "purpose": "investigation", "urgency": "routine", "service": "investigation"})
	w.post("investigator", "/referrals/"+referral+"/answer", m{"accept": true}).is(200)
	w.post("investigator", at+"/interviews", interview).rule(409, "victim-first.consent-before-interview")
	w.get("investigator", at+"/compartments/account?purpose=investigation").rule(403, "consent.needed-to-disclose")
	w.post("manager", at+"/consents", consentTo("test-dci", "investigation", "identity", "account", "inquiry")).is(201)
	w.post("investigator", at+"/interviews", interview).is(201)
	w.post("investigator", at+"/interviews", interview).rule(409, "victim-first.no-repeat-interview")
	w.post("investigator", at+"/interviews", with(interview, "repeat_reason", "New names came up.")).is(201)
	w.get("investigator", at+"/compartments/account?purpose=investigation").is(200)
	w.get("investigator", at+"/compartments/care?purpose=investigation").rule(403, "disclosure.compartment-not-for-duty")
	seen := w.get("investigator", at).is(200)
	if strings.Contains(string(seen.raw), `"needs"`) || strings.Contains(string(seen.raw), `"safety":`) {
		t.Fatalf("the investigator sees %s", seen.raw)
	}
	w.post("investigator", "/referrals/"+referral+"/progress", m{"step": "started"}).is(200)
	w.post("investigator", "/referrals/"+referral+"/progress", m{"step": "finished"}).is(200)
}

func TestInterviewWaitsForCare(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id, _ := w.raised()
		at := "/cases/" + id
		w.post("manager", at+"/take", nil).is(200)
		referral := w.referred(id, m{"to": "test-dci", "purpose": "investigation", "urgency": "routine", "service": "investigation"})
		w.post("investigator", "/referrals/"+referral+"/answer", m{"accept": true}).is(200)
		w.post("manager", at+"/consents", consentTo("test-dci", "investigation", "inquiry")).is(201)
		interview := with(spoken, "on", w.now.Format(time.DateOnly), "account", "What she said.", "recorded", true)
		w.post("investigator", at+"/interviews", interview).rule(409, "alert.immediate-danger-first")
		w.post("investigator", at+"/danger", m{"action": "police-called"}).is(200)
		w.post("investigator", at+"/interviews", interview).rule(409, "victim-first.safety-before-interview")
		w.post("manager", at+"/safety", m{"level": "low", "reasons": "She is far away."}).is(201)
		w.post("investigator", at+"/interviews", interview).rule(409, "victim-first.needs-before-interview")
		w.post("manager", at+"/needs", m{"wishes": "To go on with school."}).is(201)
		w.post("investigator", at+"/interviews", interview).is(201)
	})
}

func (w *world) closedAndReopened(t *testing.T, at, referral string) {
	w.post("manager", at+"/follow-ups", m{"kind": "visit", "on": w.now.Format(time.DateOnly), "safe": "yes", "note": "She cooks again."}).is(201)
	w.post("manager", at+"/closure", m{}).rule(409, "case.closure-reason")
	w.post("manager", at+"/closure", m{"reason": "own-wish"}).rule(409, "case.closure-open-referrals")
	w.post("shelter", "/referrals/"+referral+"/progress", m{"step": "finished"}).is(200)
	w.post("shelter", "/referrals/"+referral+"/feedback", m{"from": "person", "value": "good", "note": "A quiet room."}).is(200)
	w.post("manager", "/referrals/"+referral+"/withdrawal", nil).rule(409, "referral.order-of-steps")
	w.post("manager", at+"/closure", m{"reason": "own-wish"}).is(200)
	w.post("manager", at+"/account", m{"text": "One more thing."}).rule(409, "case.closed")
	if got := w.get("manager", "/worklist?list=closed").is(200).last("cases", "stage"); got != "closed" {
		t.Fatalf("closed list shows %q", got)
	}
	w.post("manager", at+"/reopening", m{}).rule(409, "case.reopen-reason")
	w.post("manager", at+"/reopening", m{"reason": "She called again."}).is(200)
	w.post("manager", at+"/reopening", m{"reason": "Twice."}).rule(409, "case.step-order")
}

// withdrawn takes the consents back and sees the compartments close.
func (w *world) withdrawn(t *testing.T, id, referral string) {
	at := "/cases/" + id
	consent := ""
	for _, k := range w.get("manager", at).is(200).list("consents") {
		if k["agency"] == "test-shelter" && k["given"] == true {
			consent = k["id"].(string)
		}
	}
	w.get("shelter", at+"/compartments/care?purpose=assistance").is(200)
	w.post("shelter", at+"/consents/"+consent+"/withdrawal", nil).is(200)
	w.post("manager", at+"/consents/"+consent+"/withdrawal", nil).rule(409, "consent.withdrawn")
	w.get("shelter", at+"/compartments/care?purpose=assistance").rule(403, "consent.withdrawn")
	w.get("shelter", "/referrals/"+referral+"/disclosed").rule(409, "consent.withdrawn")
	w.get("manager", at+"/compartments/care?purpose=assistance").is(200)
	if got := w.get("manager", "/notices").is(200).list("notices"); len(got) == 0 {
		t.Fatal("nobody told the case manager of the withdrawal")
	}
	w.post("manager", at+"/bases", m{"kind": "duty", "purpose": "assistance", "agency": "test-shelter", "compartments": []string{"care"}}).rule(409, "consent.other-basis-needs-reason")
	w.post("manager", at+"/bases", m{"kind": "child", "purpose": "assistance", "agency": "test-shelter", "compartments": []string{"care"}, "reason": "x"}).rule(409, "child.basis-needs-child")
}

func (w *world) glassBroken(t *testing.T, id, ref string) {
	at := "/cases/" + id
	w.get("counsellor", at).is(404)
	glass := m{"reference": ref, "compartments": []string{"identity", "whereabouts"}, "reason": "She rang from a locked room and needs help now."}
	w.post("secretary", "/break-glass", glass).rule(403, "access.duty")
	w.post("counsellor", "/break-glass", with(glass, "reason", "urgent")).wrong("reason")
	w.post("counsellor", "/break-glass", with(glass, "reference", "RF-0000-0000-0")).is(404)
	w.post("counsellor", "/break-glass", glass).is(201)
	w.get("counsellor", at).is(200)
	w.get("counsellor", at+"/compartments/identity?purpose=protection").is(200)
	w.get("counsellor", at+"/compartments/whereabouts?purpose=protection").rule(403, "whereabouts.two-persons")
	w.get("counsellor", at+"/compartments/account?purpose=protection").is(403)
	row := w.get("dpo", "/break-glass").is(200).list("break_glass")[0]
	broken := row["id"].(string)
	w.post("counsellor", at+"/break-glass/"+broken+"/second", nil).rule(403, "access.duty")
	w.post("manager", at+"/break-glass/"+broken+"/second", nil).is(200)
	w.get("counsellor", at+"/compartments/whereabouts?purpose=protection").is(200)
	w.post("dpo", at+"/break-glass/"+broken+"/review", m{"justified": true, "note": "Help came in time."}).is(200)
	if left := w.get("dpo", "/break-glass").is(200).list("break_glass"); len(left) != 0 {
		t.Fatalf("still in the queue: %v", left)
	}
	w.now = w.now.Add(61 * time.Minute)
	w.get("counsellor", at).is(404)
	w.now = w.now.Add(-61 * time.Minute)
}

func (w *world) whoSaw(t *testing.T, at string) {
	w.get("investigator", at+"/openings").rule(403, "access.duty")
	page := w.get("manager", at+"/openings?limit=2").is(200)
	if len(page.list("openings")) != 2 || page.decoded["next"] == nil {
		t.Fatalf("a page of openings: %s", page.raw)
	}
	all := w.get("dpo", at+"/openings").is(200)
	seen := map[string]bool{}
	for _, o := range all.list("openings") {
		seen[o["staff"].(string)] = true
	}
	for _, who := range []string{"manager", "shelter", "investigator", "counsellor"} {
		if !seen[w.ids[who]] {
			t.Errorf("the record does not tell of %s", who)
		}
	}
	if names := all.decoded["names"].(m); names[w.ids["shelter"]] != "Salma Mwezi (fictional)" {
		t.Errorf("names: %v", names)
	}
	if h := w.get("manager", at+"/history").is(200).list("events"); len(h) < 20 {
		t.Errorf("%d events in the history", len(h))
	}
}
