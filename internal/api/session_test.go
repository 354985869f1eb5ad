package api

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"rufaa/internal/accounts"
	"rufaa/internal/policy"
)

func TestSigningInAndOut(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		r := w.send("", "POST", "/session", m{"username": "manager", "password": password, "device": "Test"}).is(201)
		if r.text("stage") != "full" || r.decoded["needs_duty"] != false || r.decoded["staff"].(m)["duty"] != "case_manager" {
			t.Fatalf("%s", r.raw)
		}
		unknown := w.send("", "POST", "/session", m{"username": "nobody", "password": password}).is(401)
		wrong := w.send("", "POST", "/session", m{"username": "manager", "password": "not this one"}).is(401)
		if string(unknown.raw) != string(wrong.raw) {
			t.Errorf("an unknown name is told apart: %s %s", unknown.raw, wrong.raw)
		}
		if list := w.get("manager", "/sessions").is(200).list("sessions"); len(list) != 2 {
			t.Fatalf("%d sessions", len(list))
		}
		w.send("manager", "DELETE", "/sessions/"+r.text("session"), nil).is(204)
		bearer := []string{"Authorization", "Bearer " + r.text("token")}
		w.get("", "/session", bearer...).is(401)
		w.send("manager", "DELETE", "/sessions/"+r.text("session"), nil)
		w.send("manager", "DELETE", "/session", nil).is(204)
		w.get("manager", "/session").is(401)
	})
}

func TestASessionEnds(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.get("manager", "/session").is(200)
		w.now = w.now.Add(13 * time.Hour)
		r := w.get("manager", "/worklist").is(401)
		if r.text("type") != "urn:rufaa:problem:expired" || strings.Contains(r.text("detail"), "⟦") {
			t.Errorf("%s", r.raw)
		}
	})
}

func TestADutyIsChosenFirst(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.get("two", "/worklist").is(403)
		w.post("two", "/alerts", m{}).is(403)
		w.send("two", "PUT", "/session/duty", m{"duty": "investigator"}).is(403)
		w.send("two", "PUT", "/session/duty", m{"duty": "king"}).wrong("duty")
		w.send("two", "PUT", "/session/duty", m{"duty": "counsellor"}).is(200)
		w.get("two", "/worklist").is(200)
		w.get("two", "/worklist?list=waiting").is(200)
	})
}

func TestThePagesCookieFromTheSameOriginOnly(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		cookie := []string{"Cookie", "rufaa=" + w.token("officer")}
		from := func(site string) []string { return append([]string{"Sec-Fetch-Site", site}, cookie...) }
		w.get("", "/session", cookie...).is(200)
		w.get("", "/session", from("same-origin")...).is(200)
		w.get("", "/session", from("cross-site")...).is(403)
		w.post("", "/alerts", m{}, from("cross-site")...).is(403)
		w.post("", "/alerts", m{}, append(cookie, "Origin", "https://elsewhere.example")...).is(403)
		w.post("", "/alerts", m{}, from("same-origin")...).is(201)
	})
}

func TestInvitationToFirstCase(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		invited := m{"name": "Zawadi Mpya (fictional)", "username": "zawadi.m", "duties": []string{"case_manager"}}
		w.post("manager", "/staff/invitations", invited).rule(403, "access.duty")
		w.post("admin", "/staff/invitations", with(invited, "agency", "test-dci")).rule(403, "access.duty")
		w.post("admin", "/staff/invitations", with(invited, "duties", []string{"king"})).wrong("duties")
		link := w.post("admin", "/staff/invitations", invited).is(201)
		w.post("admin", "/staff/invitations", invited).is(409)

		w.post("", "/invitations/accept", m{"token": link.text("token"), "password": "short"}).wrong("password")
		w.post("", "/invitations/accept", m{"token": "elsewhere", "password": "a long enough phrase"}).is(404)
		in := w.post("", "/invitations/accept", m{"token": link.text("token"), "password": "mvua ya masika njema"}).is(201)
		w.post("", "/invitations/accept", m{"token": link.text("token"), "password": "mvua ya masika njema"}).is(410)
		if in.text("stage") != "enrol" || in.decoded["staff"] != nil {
			t.Fatalf("%s", in.raw)
		}
		half := []string{"Authorization", "Bearer " + in.text("token")}
		w.get("", "/worklist", half...).is(401)
		secret := w.get("", "/session/enrolment", half...).is(200).text("secret")
		code, err := totp.GenerateCode(secret, w.now)
		if err != nil {
			t.Fatal(err)
		}
		w.post("", "/session/enrolment", m{"code": "not a code"}, half...).wrong("code")
		full := w.post("", "/session/enrolment", m{"code": code}, half...).is(201)
		codes := full.decoded["recovery_codes"].([]any)
		if full.text("stage") != "conduct" || len(codes) != 10 {
			t.Fatalf("%s", full.raw)
		}
		waiting := []string{"Authorization", "Bearer " + full.text("token")}
		w.get("", "/worklist", waiting...).is(401)
		version := w.get("", "/session/conduct", waiting...).is(200).text("version")
		w.post("", "/session/conduct", m{"version": "another"}, waiting...).is(409)
		full = w.post("", "/session/conduct", m{"version": version}, waiting...).is(201)
		if full.text("stage") != "full" {
			t.Fatalf("%s", full.raw)
		}
		w.tokens["zawadi"] = full.text("token")
		w.get("zawadi", "/worklist?list=waiting").is(200)

		again := w.send("", "POST", "/session", m{"username": "zawadi.m", "password": "mvua ya masika njema"}).is(201)
		if again.text("stage") != "second-factor" {
			t.Fatalf("%s", again.raw)
		}
		w.post("", "/session/second-factor", m{"code": codes[0]}, "Authorization", "Bearer "+again.text("token")).is(201)
		w.suspended(t, link.text("staff"))
	})
}

// suspended shuts the new account and opens it again.
func (w *world) suspended(t *testing.T, id string) {
	w.post("manager", "/staff/"+id+"/suspend", nil).rule(403, "access.duty")
	foreign := w.post("admin", "/staff/"+w.ids["investigator"]+"/suspend", nil).is(404)
	unknown := w.post("admin", "/staff/01970000-0000-7000-8000-000000000000/suspend", nil).is(404)
	if string(foreign.raw) != string(unknown.raw) {
		t.Errorf("%s differs from %s", foreign.raw, unknown.raw)
	}
	w.post("admin", "/staff/"+id+"/suspend", nil).is(204)
	w.get("zawadi", "/worklist").is(401)
	w.post("admin", "/staff/"+id+"/suspend", nil).is(409)
	w.post("admin", "/staff/"+id+"/resume", nil).is(204)
	w.post("admin", "/staff/"+id+"/unlock", nil).is(204)
	w.post("admin", "/staff/"+id+"/reset-second-factor", nil).is(204)
	w.send("admin", "PUT", "/staff/"+id+"/duties", m{"duties": []string{"counsellor"}}).is(204)
	w.post("admin", "/staff/"+id+"/leave", nil).is(204)
	w.post("admin", "/staff/"+w.ids["admin"]+"/leave", nil).is(409)
	if n := len(w.get("admin", "/staff").is(200).list("staff")); n != 6 {
		t.Errorf("%d members of staff", n)
	}
	w.get("admin", "/staff?agency=test-dci").rule(403, "access.duty")
	w.get("officer", "/staff").rule(403, "access.duty")
}

func TestManyFailedSignInsWait(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		for range 40 {
			r := w.send("", "POST", "/session", m{"username": "nobody", "password": "nothing at all"})
			if r.status == 429 {
				if r.header.Get("Retry-After") == "" || r.decoded["retry_after"].(float64) < 1 {
					t.Fatalf("no word how long: %s", r.raw)
				}
				return
			}
			r.is(401)
		}
		t.Fatal("forty tries and no end")
	})
}

func TestAgenciesAreKeptByTheSecretariat(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		fresh := m{"id": "test-new", "name": "New Test Agency (fictional)", "kind": "ngo", "county": "lamu"}
		w.post("admin", "/agencies", fresh).rule(403, "access.duty")
		hash, err := w.of.Accounts.HashPassword(context.Background(), password)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.of.Accounts.AddDemoStaff(context.Background(), []accounts.DemoStaff{{Username: "keeper", Name: "Imani Orodha (fictional)",
			Agency: "ctip-secretariat", Duties: duties([]string{"administrator"}), Language: "sw"}}, hash)
		if err != nil {
			t.Fatal(err)
		}
		w.post("keeper", "/agencies", with(fresh, "county", "atlantis")).wrong("county")
		w.post("keeper", "/agencies", fresh).is(201)
		if r := w.post("keeper", "/agencies", fresh).is(409); r.header.Get("Content-Language") != "sw" {
			t.Errorf("the account's language is Kiswahili: %s", r.raw)
		}
		w.post("keeper", "/agencies/test-new/close", nil).is(204)
		w.post("officer", "/alerts", m{"holder": "test-new"}).wrong("holder")
		w.post("keeper", "/agencies/test-new/reopen", nil).is(204)
		w.post("officer", "/alerts", m{"holder": "test-new"}).is(201)
	})
}

func TestEveryRouteNamesItsPolicyAction(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		r := w.get("", "/api/openapi.json").is(200)
		if !strings.HasPrefix(r.text("openapi"), "3.1") {
			t.Fatalf("OpenAPI %s", r.text("openapi"))
		}
		var d struct {
			Paths map[string]map[string]json.RawMessage
		}
		if err := json.Unmarshal(r.raw, &d); err != nil {
			t.Fatal(err)
		}
		ids := map[string]bool{}
		for _, op := range Operations() {
			if ids[op.ID] {
				t.Errorf("the id %s stands twice", op.ID)
			}
			ids[op.ID] = true
			var said struct {
				ID     string `json:"operationId"`
				Action string `json:"x-policy-action"`
			}
			if err := json.Unmarshal(d.Paths[op.Path][strings.ToLower(op.Method)], &said); err != nil {
				t.Errorf("%s %s is not described: %v", op.Method, op.Path, err)
			}
			if said.ID != op.ID || said.Action != string(op.Action) || op.Action == "" {
				t.Errorf("%s %s: described as %+v, registered as %+v", op.Method, op.Path, said, op)
			}
		}
		described := 0
		for _, methods := range d.Paths {
			described += len(methods)
		}
		if described != len(Operations()) || described < 70 {
			t.Errorf("%d operations described, %d registered", described, len(Operations()))
		}
		defer func() {
			if recover() == nil {
				t.Error("a route without an action was added")
			}
		}()
		add(build(nil, ""), policy.Action(""), route{method: "GET", path: "/free", id: "free"}, func(*call, *none) (none, error) { return none{}, nil })
	})
}
