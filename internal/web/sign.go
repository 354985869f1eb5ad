package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/accounts"
	"rufaa/internal/web/ui"
)

func (s *site) signRoutes() {
	s.public("GET /sign-in", func(rq *request) error { return rq.signInPage(http.StatusOK, "", nil) })
	s.public("POST /sign-in", signIn)
	s.public("GET /second-factor", func(rq *request) error { return rq.codePage(http.StatusOK, "") })
	s.public("POST /second-factor", secondFactor)
	s.public("GET /enrolment", func(rq *request) error { return rq.enrolPage(http.StatusOK, "") })
	s.public("POST /enrolment", enrol)
	s.public("GET /invitation", func(rq *request) error { return rq.invitationPage(http.StatusOK, "", nil) })
	s.public("POST /invitation", acceptInvitation)
	s.public("POST /sign-out", signOut)
	s.passkeySignRoutes()
	s.signOnRoutes()
	s.conductRoutes()
	s.public("POST /language", chooseLanguage)
	s.public("GET /demo", demoPage)
	s.public("GET /demo/people.json", demoPeople)
}

// here tells whether a path leads to this site. A browser leaves tabs and line
// ends out of an address: "/", tab, "/evil.example" is another one's.
func here(path string) bool {
	return strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") && !strings.Contains(path, "\\") && printable(path)
}

// local takes only a path of this realm as a way back after signing in.
func local(path string) string {
	if !here(path) || strings.HasPrefix(path, "/sign-") {
		return "/"
	}
	return path
}

func (rq *request) signInPage(status int, wrong string, kept []templ.Component) error {
	p := rq.page(rq.t("accounts.signin.title"))
	f := fields{rq: rq, v: url.Values{}}
	user := f.base("username")
	user.Label, user.Hint, user.Autocomplete = rq.t("accounts.signin.username"), rq.t("accounts.signin.username.hint"), "username"
	user.Value = rq.PostFormValue("username")
	pass := f.base("password")
	pass.Label, pass.Type, pass.Autocomplete, pass.Value = rq.t("accounts.signin.password"), "password", "current-password", ""
	body := []templ.Component{ui.Heading("", rq.t("accounts.signin.title"))}
	if wrong != "" {
		p.Errors = []ui.FieldError{{Field: "username", Message: wrong}}
		user.Error = wrong
		body = append(body, para(rq.t("accounts.signin.advice")))
	}
	next := rq.FormValue("next")
	form := []templ.Component{ui.TextInput(user), ui.TextInput(pass),
		ui.Checkbox(ui.Field{Name: "shared", Label: rq.t("accounts.signin.shared"), Hint: rq.t("accounts.signin.shared.hint"), Options: []ui.Option{{Value: "1", Label: rq.t("accounts.signin.shared")}}}),
		ui.Hidden("next", local(next))}
	form = append(form, kept...)
	body = append(body, rq.form("/sign-in", rq.t("accounts.signin.button"), "", form...))
	if rq.o.People != nil {
		body = append(body, with(ui.InsetText(), para(rq.t("accounts.signin.demo.text")), para2link(rq.t("web.demo.link"), rq.o.Base+"/demo")))
	}
	also, err := rq.otherWays(next, kept)
	if err != nil {
		return err
	}
	body = append(body, also...)
	body = append(body, small(rq.t("accounts.signin.forgot.text")), small(rq.t("accounts.signin.new")))
	return rq.render(status, p, body...)
}

// secretFields are never written back into a page.
var secretFields = []string{"password", "old", "new", "again", "code", "token"}

// keepTyped shows the sign-in page with everything that a form held whose
// session had ended; after signing in it is offered again.
func (rq *request) keepTyped() {
	kept := []templ.Component{ui.Hidden("_kept_path", rq.URL.Path)}
	for name, values := range rq.PostForm {
		if slices.Contains(secretFields, name) {
			continue
		}
		for _, v := range values {
			kept = append(kept, ui.Hidden("_kept."+name, v))
		}
	}
	kept = append([]templ.Component{with(ui.Banner(ui.Important, rq.t("common.error.expired"), "expired"))}, kept...)
	rq.signInPage(http.StatusUnauthorized, "", kept)
}

func signIn(rq *request) error {
	in, err := rq.of.Accounts.SignIn(rq.Context(), rq.PostFormValue("username"), rq.PostFormValue("password"), rq.client())
	if err != nil {
		var tries *accounts.TooManyTries
		if errors.As(err, &tries) || accounts.Key(err) == "" {
			return err
		}
		return rq.signInPage(http.StatusUnprocessableEntity, rq.t(accounts.Key(err)), rq.stillKept())
	}
	return rq.goOn(in)
}

// goOn is the next step of a sign-in, with whatever was typed before it.
func (rq *request) goOn(in accounts.SignedIn) error {
	rq.setToken(in.Token)
	kept := rq.PostFormValue("_kept_path") != ""
	switch {
	case in.NeedsSecondFactor() && kept:
		return rq.codePage(http.StatusOK, "")
	case in.NeedsSecondFactor():
		rq.redirect("/second-factor")
	case in.NeedsEnrolment():
		rq.redirect("/enrolment")
	case in.NeedsPromise() && kept:
		return rq.conductPage(http.StatusOK, "")
	case in.NeedsPromise():
		rq.redirect("/conduct")
	case kept:
		return rq.offerKept()
	default:
		rq.redirect(local(rq.PostFormValue("next")))
	}
	return nil
}

func (rq *request) stillKept() []templ.Component {
	var out []templ.Component
	for name, values := range rq.PostForm {
		if strings.HasPrefix(name, "_kept") {
			for _, v := range values {
				out = append(out, ui.Hidden(name, v))
			}
		}
	}
	return out
}

// offerKept gives the form back that was typed before the session ended.
func (rq *request) offerKept() error {
	var hidden []templ.Component
	for name, values := range rq.PostForm {
		if field, ok := strings.CutPrefix(name, "_kept."); ok {
			for _, v := range values {
				hidden = append(hidden, ui.Hidden(field, v))
			}
		}
	}
	title := rq.t("web.kept.title")
	hidden = append(hidden, ui.Button(ui.Press{Text: rq.t("web.kept.button")}))
	return rq.render(http.StatusOK, rq.page(title), ui.Heading("", title), para(rq.t("web.kept.text")),
		with(ui.Form(ui.Sending{Action: local(rq.PostFormValue("_kept_path"))}), hidden...))
}

func (rq *request) codePage(status int, wrong string) error {
	p := rq.page(rq.t("accounts.factor.title"))
	f := ui.Field{Name: "code", Label: rq.t("accounts.factor.code"), Hint: rq.t("accounts.factor.code.hint"), Error: wrong, Autocomplete: "one-time-code", Width: 20}
	if wrong != "" {
		p.Errors = []ui.FieldError{{Field: "code", Message: wrong}}
	}
	return rq.render(status, p, ui.Heading("", rq.t("accounts.factor.title")), para(rq.t("accounts.factor.text")),
		rq.form("/second-factor", rq.t("accounts.factor.button"), "", append([]templ.Component{ui.TextInput(f)}, rq.stillKept()...)...), small(rq.t("accounts.factor.recovery.text")), small(rq.t("accounts.factor.lost")))
}

func secondFactor(rq *request) error {
	in, err := rq.of.Accounts.SecondFactor(rq.Context(), rq.token(), rq.PostFormValue("code"))
	if err != nil {
		if key := accounts.Key(err); key != "" {
			return rq.codePage(http.StatusUnprocessableEntity, rq.t(key))
		}
		return err
	}
	return rq.goOn(in)
}

func (rq *request) enrolPage(status int, wrong string) error {
	e, err := rq.of.Accounts.Enrolment(rq.Context(), rq.token())
	if err != nil {
		return err
	}
	p := rq.page(rq.t("accounts.enrol.title"))
	f := ui.Field{Name: "code", Label: rq.t("accounts.enrol.code"), Error: wrong, Width: 10, InputMode: "numeric", Autocomplete: "one-time-code"}
	if wrong != "" {
		p.Errors = []ui.FieldError{{Field: "code", Message: wrong}}
	}
	picture, err := qrCode(e.URL, rq.t("accounts.enrol.picture"))
	if err != nil {
		return err
	}
	return rq.render(status, p, ui.Heading("", rq.t("accounts.enrol.title")), para(rq.t("accounts.enrol.text")),
		list(plain(rq.t("accounts.enrol.step.app")), plain(rq.t("accounts.enrol.step.scan"))), picture,
		list(plain(rq.t("accounts.enrol.step.type")), plain(rq.t("accounts.enrol.step.code"))),
		ui.SummaryList([]ui.Fact{{Key: rq.t("accounts.enrol.key"), Value: grouped(e.Secret)}}),
		rq.form("/enrolment", rq.t("accounts.enrol.button"), "", ui.TextInput(f)), small(rq.t("accounts.enrol.keep")))
}

// grouped sets a key in fours, as it is typed.
func grouped(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func enrol(rq *request) error {
	in, codes, err := rq.of.Accounts.ConfirmSecondFactor(rq.Context(), rq.token(), rq.PostFormValue("code"))
	if err != nil {
		if key := accounts.Key(err); key != "" {
			return rq.enrolPage(http.StatusUnprocessableEntity, rq.t(key))
		}
		return err
	}
	rq.setToken(in.Token)
	return rq.recoveryPage(codes)
}

// recoveryPage shows recovery codes, this once.
func (rq *request) recoveryPage(codes []string) error {
	var items []templ.Component
	for _, c := range codes {
		items = append(items, element("code", "", c))
	}
	title := rq.t("accounts.recovery.title")
	return rq.render(http.StatusOK, rq.page(title), ui.Heading("", title), para(rq.t("accounts.recovery.text")), list(items...),
		para(rq.t("accounts.recovery.keep")), para2link(rq.t("accounts.recovery.done"), rq.o.Base+"/"))
}

func (rq *request) invitationPage(status int, wrong string, errs []ui.FieldError) error {
	title := rq.t("web.invitation.title")
	p := rq.page(title)
	p.Errors = errs
	if wrong != "" {
		p.Errors = append(p.Errors, ui.FieldError{Field: "token", Message: wrong})
	}
	pass := func(name, label string) templ.Component {
		return ui.TextInput(ui.Field{Name: name, Label: rq.t(label), Type: "password", Autocomplete: "new-password"})
	}
	through, err := rq.joinThrough()
	if err != nil {
		return err
	}
	return rq.render(status, p, ui.Heading("", title), para(rq.t("web.invitation.text")), rq.form("/invitation", rq.t("accounts.invitation.button"), "",
		ui.TextInput(ui.Field{Name: "token", Label: rq.t("web.invitation.code"), Value: rq.PostFormValue("token"), Error: wrong}), through,
		pass("password", "accounts.password.new"), pass("again", "accounts.password.repeat"), small(rq.t("accounts.password.hint"))))
}

func acceptInvitation(rq *request) error {
	if rq.PostFormValue("password") != rq.PostFormValue("again") {
		return rq.invitationPage(http.StatusUnprocessableEntity, "", []ui.FieldError{{Field: "password", Message: rq.t("accounts.password.mismatch")}})
	}
	in, err := rq.of.Accounts.Accept(rq.Context(), strings.TrimSpace(rq.PostFormValue("token")), rq.PostFormValue("password"), rq.client())
	if err != nil {
		if key := accounts.Key(err); key != "" {
			return rq.invitationPage(http.StatusUnprocessableEntity, rq.t(key), nil)
		}
		if errs := rq.fieldErrors(err); errs != nil {
			return rq.invitationPage(http.StatusUnprocessableEntity, "", errs)
		}
		return err
	}
	rq.setToken(in.Token)
	rq.redirect("/")
	return nil
}

func signOut(rq *request) error {
	if err := rq.of.Accounts.SignOut(rq.Context(), rq.token()); err != nil {
		return err
	}
	rq.setToken("")
	rq.w.Header().Set("Clear-Site-Data", `"cache"`)
	rq.redirect("/sign-in")
	return nil
}

func chooseLanguage(rq *request) error {
	code := rq.PostFormValue("lang")
	if code != "en" && code != "sw" {
		code = "en"
	}
	http.SetCookie(rq.w, &http.Cookie{Name: languageCookie, Value: code, Path: rq.o.Base + "/", HttpOnly: true, Secure: rq.o.Secure, SameSite: http.SameSiteLaxMode, MaxAge: 365 * 24 * 3600})
	back := rq.PostFormValue("return")
	if !here(back) {
		back = "/"
	}
	rq.redirect(back)
	return nil
}

func demoPage(rq *request) error {
	if rq.o.People == nil {
		rq.tell(http.StatusNotFound, rq.t("common.error.not_found"))
		return nil
	}
	title := rq.t("web.demo.title")
	l := ui.Listing{Caption: title, Hide: true, Columns: []ui.Column{{Label: rq.t("web.demo.person")}, {Label: rq.t("web.demo.agency")}, {Label: rq.t("web.demo.duty")}, {Label: rq.t("web.col.do")}}}
	for _, p := range rq.o.People() {
		enter := with(ui.Form(ui.Sending{Action: "/sign-in"}), ui.Hidden("username", p.UserName), ui.Hidden("password", p.Password),
			ui.Button(ui.Press{Text: rq.t("web.demo.enter", "name", p.Name), Look: ui.Secondary, Small: true}))
		l.Rows = append(l.Rows, []ui.Cell{{Text: p.Name, Sub: p.UserName}, {Text: p.Agency}, {Text: rq.label("duties", p.Duty)}, {Body: enter}})
	}
	return rq.render(http.StatusOK, rq.page(title), ui.Heading("", title), para(rq.t("web.demo.text")), ui.Table(l))
}

func demoPeople(rq *request) error {
	if rq.o.People == nil {
		rq.tell(http.StatusNotFound, rq.t("common.error.not_found"))
		return nil
	}
	rq.w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(rq.w).Encode(rq.o.People())
}
