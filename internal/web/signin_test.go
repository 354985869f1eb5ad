package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	wan "github.com/descope/virtualwebauthn"
	"github.com/pquerna/otp/totp"

	"rufaa/internal/accounts"
	"rufaa/internal/accounts/dextest"
	"rufaa/internal/accounts/passkeytest"
	"rufaa/internal/store"
)

// promise accepts the code of conduct as a person does: the page, the tick, on.
func (w *world) promise(token string) string {
	w.t.Helper()
	got := ask(w.t, w.url, token, "GET", "/", nil)
	if to := got.header.Get("Location"); to != "/conduct" {
		w.t.Fatalf("before the promise one is sent to %q", to)
	}
	page := ask(w.t, w.url, token, "GET", "/conduct", nil)
	form := hiddenOf(page.body)
	if page.status != http.StatusOK || form.Get("version") != w.Content.Conduct().Version {
		w.t.Fatalf("the code of conduct: %d %.300s", page.status, page.body)
	}
	if got := w.post("en", token, "/conduct", form); got.status != http.StatusUnprocessableEntity {
		w.t.Fatalf("without the tick: %d", got.status)
	}
	form.Set("promise", "yes")
	got = w.post("en", token, "/conduct", form)
	if got.status != http.StatusSeeOther || got.header.Get("Location") != "/" {
		w.t.Fatalf("after the promise: %d to %q", got.status, got.header.Get("Location"))
	}
	return cookie(w.t, got)
}

func (w *world) serveAt() accounts.Site {
	w.t.Helper()
	site := accounts.Site{Origin: "https://rufaa.example.go.ke"}
	w.must(w.Accounts.ServeAt(site))
	return site
}

var optionsOf = regexp.MustCompile(`data-options="([^"]*)"`)

// stepOf takes the cookie of a step out of an answer.
func stepOf(t *testing.T, a answer) string {
	t.Helper()
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if c.Name == "rufaa_step" && c.Value != "" {
			if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode {
				t.Errorf("the cookie of a step: %+v", c)
			}
			return c.Value
		}
	}
	t.Fatalf("no step was begun: %d %.300s", a.status, a.body)
	return ""
}

func (w *world) withStep(session, step, path string, form url.Values) answer {
	w.t.Helper()
	return ask(w.t, w.url, session+"; rufaa_step="+step, "POST", path, form)
}

// A passkey is added on the account page, used at the sign-in page, and taken
// away, all over HTTP with an authenticator in software.
func TestAPasskeyThroughThePages(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		token := w.token["counsellor"]
		if page := ask(t, w.url, "", "GET", "/sign-in", nil).body; strings.Contains(page, "passkey") {
			t.Error("passkeys are offered by a server that does not know its address")
		}
		site := w.serveAt()
		if page := ask(t, w.url, "", "GET", "/sign-in", nil).body; !strings.Contains(page, `data-passkey="get"`) || strings.Contains(page, "<script>") {
			t.Errorf("the sign-in page: %.2000s", page)
		}
		refused := w.post("en", token, "/account/passkeys/new", url.Values{"name": {""}})
		if refused.status != http.StatusUnprocessableEntity {
			t.Fatalf("a passkey without a name: %d", refused.status)
		}
		got := w.post("en", token, "/account/passkeys/new", url.Values{"name": {"Blue phone"}})
		step := stepOf(t, got)
		found := optionsOf.FindStringSubmatch(got.body)
		if found == nil {
			t.Fatalf("the page asks nothing of the browser: %.500s", got.body)
		}
		phone, key := wan.NewAuthenticator(), passkeytest.Key()
		rp := wan.RelyingParty{ID: site.Host(), Origin: site.Origin}
		create, err := wan.ParseAttestationOptions(html.UnescapeString(found[1]))
		w.must(err)
		phone.Options.UserHandle = []byte(create.UserID)
		made := url.Values{"response": {wan.CreateAttestationResponse(rp, phone, key, *create)}}
		if got := w.withStep(w.token["investigator"], step, "/account/passkeys", made); got.status != http.StatusUnprocessableEntity {
			t.Fatalf("somebody else finishes the step: %d", got.status)
		}
		if got := w.withStep(token, step, "/account/passkeys", made); got.status != http.StatusSeeOther {
			t.Fatalf("kept: %d %.400s", got.status, got.body)
		}
		page := ask(t, w.url, token, "GET", "/account", nil).body
		if !strings.Contains(page, "Blue phone") {
			t.Fatal("the list does not show it")
		}

		in := func(counter uint32) answer {
			begun := w.post("en", "", "/sign-in/passkey/begin", nil)
			get, err := wan.ParseAssertionOptions(begun.body)
			w.must(err)
			key.Counter = counter
			return w.withStep("", stepOf(t, begun), "/sign-in/passkey", url.Values{"next": {"/agencies"},
				"response": {wan.CreateAssertionResponse(rp, phone, key, *get)}})
		}
		got = in(1)
		if got.status != http.StatusSeeOther || got.header.Get("Location") != "/agencies" {
			t.Fatalf("signed in: %d %.300s", got.status, got.body)
		}
		if ask(t, w.url, cookie(t, got), "GET", "/account", nil).status != http.StatusOK {
			t.Error("the session does not work")
		}
		at := regexp.MustCompile(`/account/passkeys/[^/"]+`).FindString(page[strings.Index(page, "Blue phone"):])
		if got := w.post("en", w.token["investigator"], at+"/remove", nil); got.status != http.StatusNotFound {
			t.Errorf("somebody else removes it: %d", got.status)
		}
		w.post("en", token, at+"/name", url.Values{"name": {"Old phone"}})
		if !strings.Contains(ask(t, w.url, token, "GET", "/account", nil).body, "Old phone") {
			t.Error("it was not renamed")
		}
		w.post("en", token, at+"/remove", nil)
		if got := in(2); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "This passkey cannot be used") {
			t.Errorf("a removed passkey answers %d %.200s", got.status, got.body)
		}
	})
}

// The agency's administrator enters the sign-on, invites by number, and the
// colleague comes in through a real provider.
func TestAnAgencysOwnSignOnThroughThePages(t *testing.T) {
	w := newWorld(t, store.SQLite)
	site := w.serveAt()
	dex := dextest.Start(t, dextest.Settings{ClientID: "rufaa", Secret: "between us", Redirect: site.SignOnReturn(),
		People: []dextest.Person{{ID: "u-1", Email: "halima@proof.example", Name: "P-17", Password: "theirs"}}})
	boss := w.token["administrator"]
	at := "/agencies/" + mine + "/sign-on"
	form := url.Values{"issuer": {"https://sign-on.proof.example.invalid"}, "client_id": {"rufaa"}, "secret": {"between us"}, "domains": {"proof.example"}, "number_claim": {"name"}}
	got := w.post("en", boss, at, form)
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "does not answer") || !strings.Contains(got.body, "sign-on.proof.example.invalid") {
		t.Fatalf("an address where nothing is: %d %.600s", got.status, got.body)
	}
	if strings.Contains(got.body, "between us") {
		t.Error("the secret is written back into the page")
	}
	form.Set("issuer", dex.Issuer)
	if got := w.post("en", boss, at, form); got.status != http.StatusSeeOther {
		t.Fatalf("entered: %d %.600s", got.status, got.body)
	}
	for path, want := range map[string]int{at: http.StatusOK, "/agencies/" + theirs + "/sign-on": http.StatusNotFound, "/agencies/nowhere/sign-on": http.StatusNotFound} {
		if got := ask(t, w.url, boss, "GET", path, nil); got.status != want || strings.Contains(got.body, "between us") {
			t.Errorf("%s: %d", path, got.status)
		}
	}

	got = w.post("en", boss, "/staff", url.Values{"name": {"Halima Mpya (fictional)"}, "username": {"halima.mpya"}, "number": {"P-17"}, "duties": {"counsellor"}})
	code := regexp.MustCompile(`r-said">([^<]+)<`).FindStringSubmatch(got.body)
	if got.status != http.StatusCreated || code == nil {
		t.Fatalf("invited: %d %.400s", got.status, got.body)
	}
	through := func(path string, form url.Values) answer {
		t.Helper()
		got := w.post("en", "", path, form)
		step := stepOf(t, got)
		to := regexp.MustCompile(`href="(http://127[^"]+)"`).FindStringSubmatch(got.body)
		if to == nil {
			t.Fatalf("no way to the agency's page: %.500s", got.body)
		}
		back := dex.SignIn(html.UnescapeString(to[1]), "halima@proof.example", "theirs")
		return ask(t, w.url, "; rufaa_step="+step, "GET", strings.TrimPrefix(back.String(), site.Origin), nil)
	}
	got = through("/invitation/agency", url.Values{"token": {code[1]}})
	if got.header.Get("Location") != "/enrolment" {
		t.Fatalf("joined: %d to %q %.400s", got.status, got.header.Get("Location"), got.body)
	}
	token := cookie(t, got)
	key := regexp.MustCompile(`[A-Z2-7]{4}( [A-Z2-7]{1,4}){5,}`).FindString(ask(t, w.url, token, "GET", "/enrolment", nil).body)
	six := func() url.Values {
		w.Clock.Pass(time.Minute)
		c, err := totp.GenerateCode(strings.ReplaceAll(key, " ", ""), w.Clock.Now())
		w.must(err)
		return url.Values{"code": {c}}
	}
	token = w.promise(cookie(t, w.post("en", token, "/enrolment", six())))

	got = through("/sign-in/agency", url.Values{"email": {"halima@proof.example"}})
	if got.header.Get("Location") != "/second-factor" {
		t.Fatalf("signed in: %d to %q %.400s", got.status, got.header.Get("Location"), got.body)
	}
	got = w.post("en", cookie(t, got), "/second-factor", six())
	if got.header.Get("Location") != "/" {
		t.Fatalf("after the code: %d to %q", got.status, got.header.Get("Location"))
	}

	// Whoever leaves is out at once; the way back says so and names a remedy.
	st, err := w.Accounts.StaffByUsername(t.Context(), "halima.mpya")
	w.must(err)
	w.post("en", boss, "/staff/"+st.ID+"/leave", nil)
	if got := ask(t, w.url, token, "GET", "/", nil); !strings.HasPrefix(got.header.Get("Location"), "/sign-in") {
		t.Errorf("somebody who left is sent to %q", got.header.Get("Location"))
	}
	got = through("/sign-in/agency", url.Values{"email": {"halima@proof.example"}})
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "Ask your administrator for an invitation") {
		t.Errorf("through the agency after leaving: %d %.400s", got.status, got.body)
	}
	w.post("en", boss, at+"/stop", nil)
	got = w.post("en", "", "/sign-in/agency", url.Values{"email": {"halima@proof.example"}})
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "halima@proof.example") {
		t.Errorf("a sign-on out of use: %d", got.status)
	}
}

// What the administrator of an agency does for its people, and what stops at
// its door.
func TestTheAdministratorOfAnAgency(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		boss, self := w.token["administrator"], w.staff["administrator"].Staff
		colleague := "/staff/" + w.staff["counsellor"].Staff
		page := ask(t, w.url, boss, "GET", colleague, nil)
		if page.status != http.StatusOK || !strings.Contains(page.body, "Proof counsellor") {
			t.Fatalf("a colleague: %d", page.status)
		}
		details := url.Values{"name": {"Akinyi Mpya (fictional)"}, "email": {"nowhere"}, "phone": {"0712 000 001"}, "language": {"sw"}}
		got := w.post("en", boss, colleague+"/details", details)
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "nowhere") || !strings.Contains(got.body, "Akinyi Mpya") {
			t.Fatalf("a bad address: %d", got.status)
		}
		details.Set("email", "akinyi@proof.example")
		if got := w.post("en", boss, colleague+"/details", details); got.status != http.StatusSeeOther {
			t.Fatalf("details: %d", got.status)
		}
		if got := w.post("en", boss, colleague+"/duties", url.Values{"duties": {"counsellor", "case_manager"}}); got.status != http.StatusSeeOther {
			t.Fatalf("duties: %d", got.status)
		}
		st, err := w.Accounts.Staff(t.Context(), w.staff["counsellor"].Staff)
		w.must(err)
		if st.Name != "Akinyi Mpya (fictional)" || len(st.Duties) != 2 {
			t.Fatalf("%+v", st)
		}

		// Another agency's people and none at all are the same.
		foreign, absent := "/staff/"+w.staff["other"].Staff, "/staff/"+w.NewID()
		for _, what := range []string{"", "/details", "/duties", "/leave", "/reset", "/hand-over", "/reset-password", "/invite-again", "/sign-on"} {
			method := "POST"
			if what == "" {
				method = "GET"
			}
			a, b := ask(t, w.url, boss, method, foreign+what, details), ask(t, w.url, boss, method, absent+what, details)
			if a.status != http.StatusNotFound || strip(a.body, w.staff["other"].Staff) != strip(b.body, strings.TrimPrefix(absent, "/staff/")) {
				t.Errorf("%s of another agency's: %d and %d", what, a.status, b.status)
			}
		}

		// A manager goes; how much waits is told as a number, and no case.
		id := w.cared(mine, "case_manager")
		list := ask(t, w.url, boss, "GET", "/staff", nil).body
		if strings.Contains(list, "wait for a new manager") {
			t.Error("work waits while its manager is there")
		}
		w.post("en", boss, "/staff/"+w.staff["case_manager"].Staff+"/leave", nil)
		s, err := w.Cases.Load(t.Context(), id)
		w.must(err)
		list = ask(t, w.url, boss, "GET", "/staff", nil).body
		if !strings.Contains(list, "wait for a new manager") || strings.Contains(list, s.Ref) || strings.Contains(list, id) {
			t.Errorf("what waits after somebody left: %.1500s", list)
		}
		if to := ask(t, w.url, w.token["case_manager"], "GET", "/", nil).header.Get("Location"); !strings.HasPrefix(to, "/sign-in") {
			t.Errorf("whoever left is sent to %q", to)
		}

		// The last administrator hands over first.
		w.post("en", boss, colleague+"/hand-over", nil)
		other := signIn(t, w.url, "proof-counsellor", password)
		w.post("en", other, "/duty", url.Values{"duty": {"administrator"}})
		if got := w.post("en", other, "/staff/"+self+"/leave", nil); got.status != http.StatusSeeOther {
			t.Fatalf("the successor ends the predecessor's account: %d", got.status)
		}
		if got := w.post("en", other, colleague+"/duties", url.Values{"duties": {"counsellor"}}); got.status != http.StatusConflict {
			t.Errorf("the last one takes the duty off themselves: %d", got.status)
		}
	})
}
