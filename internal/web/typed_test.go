package web_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"rufaa/internal/accounts"
)

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)

// hiddenOf is what a form sends along.
func hiddenOf(body string) url.Values {
	v := url.Values{}
	for _, m := range hiddenField.FindAllStringSubmatch(body, -1) {
		v.Add(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	return v
}

const long = "He took her passport on the second day & locked the gate. <She> slept on the floor."

// post sends a form as somebody whose browser speaks a language.
func (w *world) post(lang, token, path string, form url.Values) answer {
	w.t.Helper()
	req, err := http.NewRequest("POST", w.url+path, strings.NewReader(form.Encode()))
	w.must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Cookie", "rufaa="+token+"; rufaa_lang="+lang)
	return w.send(req)
}

func (w *world) send(req *http.Request) answer {
	w.t.Helper()
	resp, err := browser.Do(req)
	w.must(err)
	defer resp.Body.Close()
	var b strings.Builder
	_, err = fmt.Fprint(&b, readAll(w.t, resp))
	w.must(err)
	return answer{resp.StatusCode, resp.Header, b.String()}
}

func readAll(t *testing.T, r *http.Response) string {
	t.Helper()
	var b strings.Builder
	buf := make([]byte, 32<<10)
	for {
		n, err := r.Body.Read(buf)
		b.Write(buf[:n])
		if err != nil {
			return b.String()
		}
	}
}

// A session that ends while somebody writes takes nothing of what was written.
func TestTypedTextOutlivesTheSession(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.Clock.Pass(48 * time.Hour)
		got := w.post("en", w.token["first_responder"], "/alerts", url.Values{"account": {long}, "dangers": {"captive", "violence"}})
		if got.status != http.StatusUnauthorized || !strings.Contains(got.body, "what you wrote is kept") {
			t.Fatalf("an ended session answers %d %.600s", got.status, got.body)
		}
		kept := hiddenOf(got.body)
		kept.Set("username", "proof-first-responder")
		kept.Set("password", "wrong the first time")
		got = w.post("en", "", "/sign-in", kept)
		if got.status != http.StatusUnprocessableEntity {
			t.Fatalf("a wrong password answers %d", got.status)
		}
		kept = hiddenOf(got.body)
		kept.Set("username", "proof-first-responder")
		kept.Set("password", password)
		got = w.post("en", "", "/sign-in", kept)
		back := hiddenOf(got.body)
		if got.status != http.StatusOK || back.Get("account") != long || len(back["dangers"]) != 2 {
			t.Fatalf("after sign-in: %d, the form holds %v", got.status, back)
		}
		if !strings.Contains(got.body, "it would stand in your name") { // on a shared machine it may be another's
			t.Errorf("whose it is, is not said: %.900s", got.body)
		}
		token := cookie(t, got)
		if got = w.post("en", token, "/alerts", back); got.status != http.StatusSeeOther {
			t.Fatalf("the kept form is sent: %d %.300s", got.status, got.body)
		}
	})
}

func cookie(t *testing.T, a answer) string {
	t.Helper()
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if c.Name == "rufaa" {
			return c.Value
		}
	}
	t.Fatal("no session was given")
	return ""
}

// The same for people with a second factor, which is everybody in real use; a
// password once typed is never written back.
func TestTypedTextOutlivesTheSecondFactor(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		link, err := w.Accounts.Invite(t.Context(), accounts.System, accounts.Invitation{
			Name: "Halima Mpya (fictional)", Username: "halima.mpya", Agency: mine, Duties: []accounts.Duty{"first_responder"}, Language: "en"})
		w.must(err)
		got := w.post("en", "", "/invitation", url.Values{"token": {link.Token}, "password": {"maziwa lala maharage"}, "again": {"maziwa lala maharage"}})
		token := cookie(t, got)
		page := ask(t, w.url, token, "GET", "/enrolment", nil)
		if !strings.Contains(page.body, `<svg class="r-qr"`) || !strings.Contains(page.body, `role="img"`) {
			t.Fatalf("enrolment shows no picture to scan: %.500s", page.body)
		}
		key := regexp.MustCompile(`[A-Z2-7]{4}( [A-Z2-7]{1,4}){5,}`).FindString(page.body)
		secret := strings.ReplaceAll(key, " ", "")
		code := func() string {
			w.Clock.Pass(time.Minute)
			c, err := totp.GenerateCode(secret, w.Clock.Now())
			w.must(err)
			return c
		}
		got = w.post("en", token, "/enrolment", url.Values{"code": {code()}})
		if got.status != http.StatusOK || strings.Count(got.body, "<code>") < 8 {
			t.Fatalf("enrolment: %d %.400s", got.status, got.body)
		}
		token = cookie(t, got)
		token = w.promise(token)

		got = w.post("en", token, "/account/recovery", url.Values{"code": {code()}})
		if got.status != http.StatusOK || strings.Count(got.body, "<code>") < 8 {
			t.Fatalf("new recovery codes: %d %.400s", got.status, got.body)
		}

		w.Clock.Pass(48 * time.Hour)
		got = w.post("en", token, "/account/password", url.Values{"old": {"Siriyazamani"}, "new": {"Siriyampya"}, "again": {"Siriyampya"}})
		if strings.Contains(got.body, "Siriya") {
			t.Error("an ended session writes passwords back into the page")
		}
		kept := hiddenOf(w.post("en", token, "/alerts", url.Values{"account": {long}}).body)
		kept.Set("username", "halima.mpya")
		kept.Set("password", "maziwa lala maharage")
		got = w.post("en", "", "/sign-in", kept)
		half := cookie(t, got)
		kept = hiddenOf(got.body)
		kept.Set("code", code())
		got = w.post("en", half, "/second-factor", kept)
		if back := hiddenOf(got.body); got.status != http.StatusOK || back.Get("account") != long {
			t.Fatalf("after the second factor: %d, the form holds %v", got.status, back)
		}
	})
}

// Two people write into one case: the second is told, and keeps the text.
func TestTypedTextOutlivesSomebodyElsesChange(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id := w.cared(mine, "case_manager")
		token := w.token["case_manager"]
		form := func() url.Values {
			v := hiddenOf(ask(t, w.url, token, "GET", "/cases/"+id+"/do/account", nil).body)
			v.Set("text", long)
			return v
		}
		first, second := form(), form()
		if got := w.post("en", token, "/cases/"+id+"/do/account", first); got.status != http.StatusSeeOther {
			t.Fatalf("first: %d %.300s", got.status, got.body)
		}
		got := w.post("en", token, "/cases/"+id+"/do/account", second)
		if got.status != http.StatusConflict || !strings.Contains(got.body, html.EscapeString(long)) {
			t.Fatalf("second: %d; the text is kept: %v", got.status, strings.Contains(got.body, html.EscapeString(long)))
		}
		again := hiddenOf(got.body)
		again.Set("text", long)
		if got = w.post("en", token, "/cases/"+id+"/do/account", again); got.status != http.StatusSeeOther {
			t.Fatalf("sent again on the new version: %d %.400s", got.status, got.body)
		}
		size, _ := w.Ledger.Size(t.Context())
		if got = w.post("en", token, "/cases/"+id+"/do/account", again); got.status != http.StatusSeeOther {
			t.Fatalf("the same form sent twice: %d", got.status)
		}
		if now, _ := w.Ledger.Size(t.Context()); now != size {
			t.Errorf("a form sent twice was done twice: %d events became %d", size, now)
		}
	})
}

// Bad input comes back with a message in the reader's language beside the
// field, and with what was typed.
func TestBadInputIsToldAndKept(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		token := w.token["first_responder"]
		size, _ := w.Ledger.Size(t.Context())
		for _, c := range []struct{ name, field, value string }{
			{"a telephone number that is none", "person.phone", "12 34 not a number"},
			{"an age no one has", "person.age", "412"},
			{"an age in words", "person.age", "about twenty"},
			{"a name that turns text around", "person.name", "Ali \u202egnp.exe"},
			{"a name with a control character", "person.name", "Ali\x07Baba"},
			{"a county that is none", "county", "atlantis"},
		} {
			for _, lang := range []string{"en", "sw"} {
				got := w.post(lang, token, "/alerts", url.Values{c.field: {c.value}, "account": {long}})
				if got.status != http.StatusUnprocessableEntity {
					t.Errorf("%s (%s): %d", c.name, lang, got.status)
					continue
				}
				if !strings.Contains(got.body, `href="#`+c.field+`"`) {
					t.Errorf("%s (%s): the summary does not lead to %s", c.name, lang, c.field)
				}
				if !strings.Contains(got.body, html.EscapeString(long)) {
					t.Errorf("%s (%s): what was typed is lost", c.name, lang)
				}
				if !strings.Contains(got.body, `lang="`+lang+`"`) || strings.Contains(got.body, "⟦") {
					t.Errorf("%s: the answer is not all in %s", c.name, lang)
				}
			}
		}
		if now, _ := w.Ledger.Size(t.Context()); now != size {
			t.Errorf("refused input left %d events", now-size)
		}
	})
}

// What no form sends is refused in one sentence, without a fault.
func TestWhatNoFormSends(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		raw := func(contentType, body string) answer {
			req, err := http.NewRequest("POST", w.url+"/alerts", strings.NewReader(body))
			w.must(err)
			req.Header.Set("Content-Type", contentType)
			req.Header.Set("Cookie", "rufaa="+w.token["first_responder"])
			return w.send(req)
		}
		for name, got := range map[string]answer{
			"ten megabytes":     raw("application/x-www-form-urlencoded", "account="+strings.Repeat("a", 10<<20)),
			"broken escapes":    raw("application/x-www-form-urlencoded", "account=%zz%"),
			"broken text":       raw("application/x-www-form-urlencoded", "person.name=%ff%fe"),
			"a cross-site form": crossSite(w),
		} {
			if got.status < 400 || got.status >= 500 {
				t.Errorf("%s: %d %.200s", name, got.status, got.body)
			}
		}
	})
}

func crossSite(w *world) answer {
	req, err := http.NewRequest("POST", w.url+"/alerts", strings.NewReader("account=x"))
	w.must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Cookie", "rufaa="+w.token["first_responder"])
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	return w.send(req)
}

// A form that is only asked for comes with its first answers given.
func TestAFreshFormHasItsFirstAnswers(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id := w.cared(mine, "case_manager")
		for path, want := range map[string]string{
			"/search":                         `value="reference" checked`,
			"/cases/" + id + "/referrals/new": `value="assistance" selected`,
		} {
			if got := ask(t, w.url, w.token["case_manager"], "GET", path, nil); !strings.Contains(got.body, want) {
				t.Errorf("%s comes without %s", path, want)
			}
		}
	})
}
