package web

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"rufaa/internal/accounts"
	"rufaa/internal/policy"
	"rufaa/internal/web/assets"
	"rufaa/internal/web/ui"
)

func (s *site) passkeyRoutes() {
	s.handle("POST /account/passkeys/new", policy.SelfManage, newPasskey)
	s.handle("POST /account/passkeys", policy.SelfManage, keepPasskey)
	s.handle("POST /account/passkeys/{id}/name", policy.SelfManage, namePasskey)
	s.handle("POST /account/passkeys/{id}/remove", policy.SelfManage, removePasskey)
}

func (s *site) passkeySignRoutes() {
	s.public("POST /sign-in/passkey/begin", beginPasskey)
	s.public("POST /sign-in/passkey", passkeySignIn)
}

// stepCookie holds the token of a step that waits for an authenticator or for
// an agency's sign-on. Lax: the agency's page sends people back by a link.
const stepCookie = "rufaa_step"

func (rq *request) setStep(token string) {
	c := &http.Cookie{Name: stepCookie, Value: token, Path: rq.o.Base + "/", HttpOnly: true, Secure: rq.o.Secure,
		SameSite: http.SameSiteLaxMode, MaxAge: int((10 * time.Minute).Seconds())}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(rq.w, c)
}

// step gives the token and takes it out of the browser: it is used once.
func (rq *request) step() string {
	c, err := rq.Cookie(stepCookie)
	if err != nil {
		return ""
	}
	rq.setStep("")
	return c.Value
}

// takesPasskeys tells whether passkeys can be used at the address by which
// this page was asked for: on one's own machine they are bound to its name.
func (rq *request) takesPasskeys() (accounts.Site, bool) {
	site, ok := rq.of.Accounts.Site()
	if ok && strings.HasPrefix(site.Origin, "http://") {
		ok = rq.Host == site.Host()
	}
	return site, ok
}

// island is a form that the passkey script shows and fills. Its attributes are
// escaped here; the script is a file of its own.
func (rq *request) island(kind, action, begin, options, button string, inside ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var b strings.Builder
		attr := func(name, value string) {
			b.WriteString(" " + name + `="` + templ.EscapeString(value) + `"`)
		}
		b.WriteString(`<form method="post" hidden`)
		attr("action", rq.o.Base+action)
		attr("data-passkey", kind)
		attr("data-begin", begin)
		attr("data-options", options)
		attr("data-failed", rq.t("signin.passkey.failed"))
		b.WriteString(`><input type="hidden" name="response">`)
		if _, err := io.WriteString(w, b.String()); err != nil {
			return err
		}
		look := ui.Primary
		if kind == "get" {
			look = ui.Secondary
		}
		inner := append(inside, ui.Button(ui.Press{Text: button, Look: look}))
		if err := templ.Join(inner...).Render(ctx, w); err != nil {
			return err
		}
		_, err := io.WriteString(w, `<p role="status"></p></form><script type="module" src="`+templ.EscapeString(assets.URL("passkey.js"))+`"></script>`)
		return err
	})
}

// passkeySignForm offers the passkey on the sign-in page, to whoever has script.
func (rq *request) passkeySignForm(next string, kept []templ.Component) templ.Component {
	if _, ok := rq.takesPasskeys(); !ok {
		return templ.NopComponent
	}
	return rq.island("get", "/sign-in/passkey", rq.o.Base+"/sign-in/passkey/begin", "", rq.t("signin.passkey.use"),
		append([]templ.Component{ui.Hidden("next", local(next))}, kept...)...)
}

func beginPasskey(rq *request) error {
	step, err := rq.of.Accounts.BeginPasskeySignIn(rq.Context(), rq.client())
	if err != nil {
		return err
	}
	rq.setStep(step.Token)
	rq.w.Header().Set("Content-Type", "application/json")
	_, err = rq.w.Write(step.Options)
	return err
}

func passkeySignIn(rq *request) error {
	in, err := rq.of.Accounts.PasskeySignIn(rq.Context(), rq.step(), []byte(rq.PostFormValue("response")), rq.client())
	if key := accounts.Key(err); key != "" {
		return rq.signInPage(http.StatusUnprocessableEntity, rq.t(key), rq.stillKept())
	}
	if err != nil {
		return err
	}
	return rq.goOn(in)
}

// passkeySection is what the account page says of passkeys.
func (rq *request) passkeySection(errs []ui.FieldError) (templ.Component, error) {
	section := func(parts ...templ.Component) templ.Component {
		return with(ui.Section("passkeys", rq.t("signin.passkey.title")), append([]templ.Component{para(rq.t("signin.passkey.text"))}, parts...)...)
	}
	keys, err := rq.of.Accounts.Passkeys(rq.Context(), rq.person.ID)
	if err != nil {
		return nil, err
	}
	parts := []templ.Component{rq.passkeyList(keys)}
	site, ok := rq.takesPasskeys()
	switch {
	case site.Origin == "":
		return section(append(parts, small(rq.t("signin.passkey.no_origin")))...), nil
	case !ok:
		return section(append(parts, para2link(rq.t("signin.passkey.elsewhere", "address", site.Origin), site.Origin+site.Base+"/account"))...), nil
	case len(keys) >= accounts.MaxPasskeys:
		return section(parts...), nil
	}
	f := fields{rq: rq, v: rq.PostForm, errors: errs}
	name := rq.named(f, "name", "signin.passkey.name")
	questions := []templ.Component{ui.TextInput(name)}
	if !rq.person.Demo {
		code := rq.named(fields{rq: rq, v: rq.PostForm}, "code", "signin.passkey.code")
		code.Value, code.Width, code.InputMode, code.Autocomplete = "", 10, "numeric", "one-time-code"
		code.ID = "passkey-code"
		for _, e := range errs {
			if e.Field == code.ID {
				code.Error = e.Message
			}
		}
		questions = append(questions, ui.TextInput(code))
	}
	return section(append(parts, rq.form("/account/passkeys/new", rq.t("signin.passkey.add"), "", questions...))...), nil
}

// named is a field whose words stand under a key of their own.
func (rq *request) named(f fields, name, key string) ui.Field {
	b := ui.Field{Name: name, Label: rq.t(key), Value: f.v.Get(name), Values: f.v[name]}
	if rq.lang.Has(key + ".hint") {
		b.Hint = rq.t(key + ".hint")
	}
	for _, e := range f.errors {
		if e.Field == name {
			b.Error = e.Message
		}
	}
	return b
}

func (rq *request) passkeyList(keys []accounts.Passkey) templ.Component {
	if len(keys) == 0 {
		return templ.NopComponent
	}
	l := ui.Listing{Caption: rq.t("signin.passkey.list"), Columns: []ui.Column{{Label: rq.t("signin.passkey.name")}, {Label: rq.t("accounts.sessions.seen")}, {Label: rq.t("web.col.do")}}}
	for _, k := range keys {
		used, sub := rq.t("accounts.staff.signed_in.never"), ""
		if !k.Used.IsZero() {
			used = rq.lang.DateTime(k.Used)
		}
		if !k.Cloned.IsZero() {
			sub = rq.t("signin.passkey.cloned", "when", rq.lang.DateTime(k.Cloned))
		}
		at := "/account/passkeys/" + k.ID
		rename := with(ui.Details(rq.t("signin.passkey.rename"), false), rq.form(at+"/name", rq.t("signin.passkey.rename"), "",
			ui.TextInput(ui.Field{Name: "name", ID: "name-" + k.ID, Label: rq.t("signin.passkey.name"), Value: k.Name})))
		l.Rows = append(l.Rows, []ui.Cell{{Text: k.Name, Sub: sub}, {Text: used}, {Body: templ.Join(rename, rq.press(at+"/remove", "x", "1", rq.t("signin.passkey.remove")))}})
	}
	return ui.Table(l)
}

// newPasskey takes the fresh code and shows the page that asks the browser.
func newPasskey(rq *request) error {
	step, err := rq.of.Accounts.BeginPasskey(rq.Context(), rq.person, rq.PostFormValue("name"), rq.PostFormValue("code"))
	if errs := rq.passkeyErrors(err); errs != nil {
		return rq.account(http.StatusUnprocessableEntity, errs, false)
	}
	if err != nil {
		return err
	}
	rq.setStep(step.Token)
	title := rq.t("signin.passkey.add")
	return rq.render(http.StatusOK, rq.page(title), ui.Heading("", title), para(rq.t("signin.passkey.create.text")),
		rq.island("create", "/account/passkeys", "", string(step.Options), rq.t("signin.passkey.create")),
		element("noscript", "", rq.t("signin.passkey.script")), para2link(rq.t("accounts.self.title"), rq.o.Base+"/account"))
}

// passkeyErrors are what the account page can show beside its questions.
func (rq *request) passkeyErrors(err error) []ui.FieldError {
	if errs := rq.fieldErrors(err); errs != nil {
		return errs
	}
	switch key := accounts.Key(err); key {
	case "":
		return nil
	case accounts.Key(accounts.ErrBadCode):
		return []ui.FieldError{{Field: "passkey-code", Message: rq.t(key)}}
	default:
		return []ui.FieldError{{Field: "name", Message: rq.t(key)}}
	}
}

func keepPasskey(rq *request) error {
	_, err := rq.of.Accounts.FinishPasskey(rq.Context(), rq.person, rq.step(), []byte(rq.PostFormValue("response")))
	return rq.passkeyDone(err)
}

func namePasskey(rq *request) error {
	return rq.passkeyDone(rq.of.Accounts.RenamePasskey(rq.Context(), rq.person, rq.PathValue("id"), rq.PostFormValue("name")))
}

func removePasskey(rq *request) error {
	return rq.passkeyDone(rq.of.Accounts.RemovePasskey(rq.Context(), rq.person, rq.PathValue("id")))
}

func (rq *request) passkeyDone(err error) error {
	if errs := rq.passkeyErrors(err); errs != nil {
		return rq.account(http.StatusUnprocessableEntity, errs, false)
	}
	if err != nil {
		return err
	}
	rq.redirect("/account")
	return nil
}
