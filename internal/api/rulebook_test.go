package api

import (
	"strings"
	"testing"
	"time"
)

// Two administrators of the Secretariat change a clock and a policy through the
// API; the second person is never the first, and others learn nothing of it.
func TestTheRulebookThroughTheAPI(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.get("manager", "/rulebook").rule(403, "access.duty")
		w.get("admin", "/rulebook/clocks").rule(403, "access.duty")
		if n := len(w.get("rulekeeper", "/rulebook").is(200).list("documents")); n < 20 {
			t.Errorf("%d documents", n)
		}
		w.get("rulekeeper", "/rulebook/no-such").is(404)
		w.get("rulekeeper", "/rulebook/clocks/versions/7").is(404)
		w.get("rulekeeper", "/rulebook/clocks/versions/x").is(404)

		text := w.get("rulekeeper", "/rulebook/clocks").is(200).decoded["text"].(string)
		w.post("rulekeeper", "/rulebook/clocks/versions", m{"text": text, "note": ""}).wrong("note")
		w.post("rulekeeper", "/rulebook/clocks/versions", m{"text": text, "note": "n"}).rule(409, "rulebook.nothing-changed")
		w.post("dpo", "/rulebook/clocks/versions", m{"text": text + "#", "note": "n"}).rule(403, "access.duty")
		shorter := strings.Replace(text, "id: alert-taken, within: 24h", "id: alert-taken, within: 20h", 1)
		w.post("rulekeeper", "/rulebook/clocks/versions", m{"text": shorter, "note": "Fictional decision."}).is(200)
		v := w.get("dpo", "/rulebook/clocks/versions/1").is(200)
		if v.decoded["standing"] != "draft" || len(v.list("problems")) != 0 || !strings.Contains(string(v.raw), `"id":"alert-taken"`) {
			t.Errorf("the preview: %s", v.raw)
		}
		w.post("rulekeeper", "/rulebook/clocks/versions/1/approval", m{}).rule(409, "rulebook.second-person")
		w.post("dpo", "/rulebook/clocks/versions/1/approval", m{}).rule(403, "access.duty")
		w.post("rulekeeper2", "/rulebook/clocks/versions/1/approval", m{}).is(200)
		if w.of.Content.Clock("alert-taken") != 20*time.Hour {
			t.Error("it is not in force")
		}
		w.post("rulekeeper2", "/rulebook/clocks/versions/1/withdrawal", nil).rule(409, "rulebook.not-a-draft")
		w.post("rulekeeper2", "/rulebook/clocks/versions/0/restoration", m{"note": "Too short."}).is(200)
		w.post("rulekeeper", "/rulebook/clocks/versions/2/approval", m{"from": w.now.Add(time.Hour)}).is(200)
		if d := w.get("rulekeeper", "/rulebook/clocks").is(200); d.decoded["in_force"] != 1.0 || d.decoded["waits"].(map[string]any)["standing"] != "scheduled" {
			t.Errorf("scheduled: %s", d.raw)
		}

		rules := w.get("rulekeeper", "/rulebook/policy-60-oversight").is(200).decoded["text"].(string)
		w.post("rulekeeper", "/rulebook/policy-60-oversight/versions", m{"text": strings.Replace(rules, `"guardian"`, `"counsellor"`, 1), "note": "Guardians do not search."}).is(200)
		effect := w.get("rulekeeper", "/rulebook/policy-60-oversight/versions/1").is(200)
		if !strings.Contains(string(effect.raw), `"duty":"guardian"`) {
			t.Errorf("the effect: %s", effect.raw)
		}
		w.post("dpo", "/rulebook/policy-60-oversight/versions/1/approval", m{}).is(200)
	})
}
