package api

import (
	"encoding/json"
	"testing"

	wan "github.com/descope/virtualwebauthn"

	"rufaa/internal/accounts"
	"rufaa/internal/accounts/passkeytest"
)

func TestAPasskeyThroughTheAPI(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.post("", "/session/passkey/options", m{}).is(409) // no public address
		site := accounts.Site{Origin: "https://rufaa.example.go.ke"}
		if err := w.of.Accounts.ServeAt(site); err != nil {
			t.Fatal(err)
		}
		rp, phone, key := wan.RelyingParty{ID: site.Host(), Origin: site.Origin}, wan.NewAuthenticator(), passkeytest.Key()
		w.post("manager", "/passkeys/options", m{"name": " "}).wrong("name")
		ask := w.post("manager", "/passkeys/options", m{"name": "Blue phone"}).is(201)
		create, err := wan.ParseAttestationOptions(asText(t, ask.decoded["options"]))
		if err != nil {
			t.Fatal(err)
		}
		phone.Options.UserHandle = []byte(create.UserID)
		made := m{"token": ask.text("token"), "response": wan.CreateAttestationResponse(rp, phone, key, *create)}
		w.post("officer", "/passkeys", made).is(410)
		id := w.post("manager", "/passkeys", made).is(201).text("id")
		w.post("manager", "/passkeys", made).is(410)

		ask = w.post("", "/session/passkey/options", m{}).is(201)
		get, err := wan.ParseAssertionOptions(asText(t, ask.decoded["options"]))
		if err != nil {
			t.Fatal(err)
		}
		key.Counter = 1
		in := w.post("", "/session/passkey", m{"token": ask.text("token"), "response": wan.CreateAssertionResponse(rp, phone, key, *get)}).is(201)
		if in.text("stage") != "full" || in.decoded["staff"].(m)["username"] != "manager" {
			t.Fatalf("%s", in.raw)
		}
		ask = w.post("", "/session/passkey/options", m{}).is(201)
		w.post("", "/session/passkey", m{"token": ask.text("token"), "response": "noise"}).is(401)
		w.send("officer", "PUT", "/passkeys/"+id, m{"name": "Mine"}).is(404)
		w.send("manager", "PUT", "/passkeys/"+id, m{"name": "Old phone"}).is(204)
		if got := w.get("manager", "/passkeys").is(200).last("passkeys", "name"); got != "Old phone" {
			t.Errorf("named %q", got)
		}
		w.send("manager", "DELETE", "/passkeys/"+id, nil).is(204)
		w.send("manager", "DELETE", "/passkeys/"+id, nil).is(404)
	})
}

func asText(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestDelegatedAdministrationThroughTheAPI(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		who, err := w.of.Accounts.Staff(t.Context(), w.ids["admin"])
		if err != nil {
			t.Fatal(err)
		}
		own, foreign := "/agencies/"+who.Agency+"/sign-on", "/agencies/test-dci/sign-on"
		w.get("manager", own).rule(403, "access.duty")
		a, b := w.get("admin", foreign).is(404), w.get("admin", "/agencies/nowhere/sign-on").is(404)
		if string(a.raw) != string(b.raw) {
			t.Errorf("%s differs from %s", a.raw, b.raw)
		}
		w.get("admin", own).is(404)
		entered := m{"issuer": "http://192.0.2.1", "client_id": "rufaa", "client_secret": "s", "domains": []string{"proof.example"}}
		w.send("admin", "PUT", own, entered).wrong("issuer")
		w.send("admin", "PUT", own, with(entered, "domains", []string{"not a domain"})).wrong("domains")
		w.send("admin", "DELETE", own, nil).is(404)

		details := m{"name": "Baraka Mpya (fictional)", "email": "baraka@proof.example", "number": "P-1"}
		at := "/staff/" + w.ids["manager"]
		w.send("manager", "PUT", at, details).rule(403, "access.duty")
		w.send("admin", "PUT", "/staff/"+w.ids["investigator"], details).is(404)
		w.send("admin", "PUT", at, with(details, "email", "nowhere")).wrong("email")
		w.send("admin", "PUT", at, details).is(204)
		w.post("admin", at+"/sign-on", nil).is(409)

		w.get("manager", "/handover").rule(403, "access.duty")
		w.get("admin", "/handover").is(200)
		w.post("admin", "/staff/"+w.ids["investigator"]+"/hand-over", nil).is(404)
		w.post("admin", at+"/hand-over", nil).is(204)
		if s, err := w.of.Accounts.Staff(t.Context(), w.ids["manager"]); err != nil || len(s.Duties) != 2 {
			t.Errorf("the successor: %+v %v", s, err)
		}
	})
}
