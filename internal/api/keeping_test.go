package api

import (
	"encoding/base64"
	"strings"
	"testing"
)

// A list of others goes in through the API: tried, imported, imported again,
// and what people keep stands beside it. Everything is invented.
func TestListsThroughTheAPI(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		file := func(phone string) string {
			return base64.StdEncoding.EncodeToString([]byte("organization id,organization,service id,service,needs,phone,county,latitude,longitude,confidential\n" +
				"A,Kanga Legal (fictional),1,Advice,legal aid," + phone + ",Kisumu,-0.0917,34.7680,no\n" +
				"B,Kanga House (fictional),2,Refuge,shelter,0700000402,Nairobi,-1.246802,36.975319,yes\n" +
				"C,Kanga Clinic (fictional),3,Care,health,call me,Kisumu,,,no\n"))
		}
		order := func(phone string, dry bool) map[string]any {
			return map[string]any{"source": "county-list", "file": file(phone), "dry_run": dry}
		}
		w.post("manager", "/providers/imports", order("0700000401", true)).rule(403, "access.duty")
		dry := w.post("secretary", "/providers/imports", order("0700000401", true)).is(200)
		if n := dry.decoded["entries"].(map[string]any)["new"].(float64); n != 2 || len(dry.list("problems")) != 2 {
			t.Fatalf("dry run: %s", dry.raw)
		}
		if strings.Contains(string(dry.raw), "36.975") {
			t.Errorf("the answer repeats where the shelter is: %s", dry.raw)
		}
		if r := w.get("secretary", "/providers?text=kanga").is(200); len(r.list("rows")) != 0 {
			t.Errorf("a dry run stored something: %s", r.raw)
		}
		w.post("secretary", "/providers/imports", order("0700000401", false)).is(200)
		again := w.post("secretary", "/providers/imports", order("0700000401", false)).is(200)
		if e := again.decoded["entries"].(map[string]any); e["same"].(float64) != 2 || e["new"].(float64) != 0 {
			t.Errorf("again: %s", again.raw)
		}
		w.post("secretary", "/providers/imports", map[string]any{"source": "", "file": file("1")}).wrong("source")

		found := w.get("secretary", "/providers?text=legal").is(200).list("rows")
		id := ""
		for _, r := range found {
			if r["name"] == "Kanga Legal (fictional)" {
				id = r["provider"].(string)
			}
		}
		w.post("secretary", "/providers/"+id+"/vetting", map[string]any{"state": "vetted"}).is(200)
		aside := w.post("secretary", "/providers/imports", order("0700000499", false)).is(200)
		if aside.decoded["entries"].(map[string]any)["aside"].(float64) != 1 {
			t.Fatalf("not put aside: %s", aside.raw)
		}
		w.get("manager", "/providers/sources").rule(403, "access.duty")
		told := w.get("secretary", "/providers/sources").is(200).list("told")
		if len(told) != 1 || told[0]["provider"] != id {
			t.Fatalf("%v", told)
		}
		take := told[0]["services"].([]any)[0]
		settle := map[string]any{"source": "county-list", "digest": told[0]["digest"], "take": []any{take}}
		w.post("manager", "/providers/"+id+"/settlement", settle).rule(403, "access.duty")
		w.post("secretary", "/providers/"+id+"/settlement", settle).is(200)
		w.post("secretary", "/providers/"+id+"/settlement", settle).is(409)
	})
}

// A gateway answers for a provider with its code alone, and can do nothing else.
func TestAGatewaySpeaksForItsProvider(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		rc := w.post("secretary", "/providers", map[string]any{
			"profile":   map[string]any{"name": "Nyota Test House (fictional)", "kind": "shelter", "agency": "test-shelter", "county": "meru", "accreditation": map[string]any{}, "memorandum": map[string]any{}},
			"locations": []any{map[string]any{"id": "1", "kind": "physical", "county": "meru", "confidential": true, "hours": map[string]any{}}},
			"services":  []any{map[string]any{"kind": "shelter", "residential": "yes", "at": []any{map[string]any{"location": "1", "hours": map[string]any{}}}, "eligibility": map[string]any{}, "cost": map[string]any{}, "hours": map[string]any{}}},
		}).is(201)
		at := "/providers/" + rc.text("id")
		w.post("manager", at+"/message-line", nil).rule(403, "access.duty")
		code := w.post("secretary", at+"/message-line", nil).is(201).text("code")
		sms := func(code, text string) *reply {
			return w.send("", "POST", "/messages", map[string]any{"text": text}, "Authorization", "Bearer "+code)
		}
		if a := sms(code, "BEDS women 3 men 0").is(200); !strings.Contains(a.text("answer"), "women: 3 free") {
			t.Errorf("%s", a.raw)
		}
		if a := sms(code, "VITANDA wanawake 2/9").is(200); !strings.Contains(a.text("answer"), "wanawake: 2 kati ya 9 wazi") {
			t.Errorf("%s", a.raw)
		}
		sms(code, "what is this").wrong("text")
		sms(code+"x", "BEDS women 3").is(401)
		sms("", "BEDS women 3").is(401)
		for _, path := range []string{"/providers", at, "/cases", "/self"} {
			if r := w.send("", "GET", path, nil, "Authorization", "Bearer "+code); r.status != 401 && r.status != 404 {
				t.Errorf("a code opens %s: %d", path, r.status)
			}
		}
		w.post("shelter", at+"/message", map[string]any{"text": "imejaa"}).is(200)
		w.post("manager", at+"/message", map[string]any{"text": "imejaa"}).rule(403, "access.duty")
		w.send("secretary", "DELETE", at+"/message-line", nil).is(204)
		sms(code, "BEDS women 3").is(401)
		if strings.Contains(w.log.String(), code) {
			t.Error("the log holds a code")
		}
	})
}
