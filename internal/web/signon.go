package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/accounts"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/web/ui"
)

// signOnRoutes are for people on their way in.
func (s *site) signOnRoutes() {
	s.public("GET /sign-in/agency", func(rq *request) error { return rq.throughAgency(http.StatusOK, "") })
	s.public("POST /sign-in/agency", toAgency)
	s.public("POST /invitation/agency", joinThroughAgency)
	s.public("GET "+accounts.SignOnPath, backFromAgency)
}

// signOnAdminRoutes are for administrators.
func (s *site) signOnAdminRoutes() {
	s.handle("GET /agencies/{id}/sign-on", policy.SignOnManage, func(rq *request) error { return rq.signOnPage(http.StatusOK, nil) })
	s.handle("POST /agencies/{id}/sign-on", policy.SignOnManage, setSignOn)
	s.handle("POST /agencies/{id}/sign-on/stop", policy.SignOnManage, stopSignOn)
}

// otherWays are the ways in besides the password, as far as there are any here.
func (rq *request) otherWays(next string, kept []templ.Component) ([]templ.Component, error) {
	out := []templ.Component{rq.passkeySignForm(next, kept)}
	any, err := rq.of.Accounts.HasSignOns(rq.Context())
	if err == nil && any {
		out = append(out, para2link(rq.t("signin.agency.use"), rq.o.Base+"/sign-in/agency"))
	}
	return out, err
}

func (rq *request) throughAgency(status int, wrong string) error {
	title := rq.t("signin.agency.use")
	p := rq.page(title)
	f := ui.Field{Name: "email", Label: rq.t("signin.agency.email"), Hint: rq.t("signin.agency.email.hint"), Type: "email",
		Autocomplete: "email", Value: rq.PostFormValue("email"), Error: wrong}
	if wrong != "" {
		p.Errors = []ui.FieldError{{Field: "email", Message: wrong}}
	}
	return rq.render(status, p, ui.Heading("", title), para(rq.t("signin.agency.text")),
		rq.form("/sign-in/agency", rq.t("signin.agency.find"), "", ui.TextInput(f),
			ui.Checkbox(ui.Field{Name: "shared", Label: rq.t("accounts.signin.shared"), Hint: rq.t("accounts.signin.shared.hint"), Options: []ui.Option{{Value: "1", Label: rq.t("accounts.signin.shared")}}})),
		para2link(rq.t("signin.agency.password"), rq.o.Base+"/sign-in"))
}

func toAgency(rq *request) error {
	step, err := rq.of.Accounts.BeginSignOn(rq.Context(), rq.PostFormValue("email"), rq.client())
	return rq.leaveFor(step, err, rq.throughAgency)
}

func joinThroughAgency(rq *request) error {
	step, err := rq.of.Accounts.BeginLink(rq.Context(), strings.TrimSpace(rq.PostFormValue("token")), rq.token(), rq.client())
	return rq.leaveFor(step, err, func(status int, wrong string) error { return rq.invitationPage(status, wrong, nil) })
}

// leaveFor shows where one goes next. It is a link and not a redirect: people
// see whose page comes, and the content policy lets no form lead elsewhere.
func (rq *request) leaveFor(step accounts.SignOnStep, err error, again func(int, string) error) error {
	if key := accounts.Key(err); key != "" && !errors.As(err, new(*accounts.TooManyTries)) {
		rq.noteSignOn(err)
		return again(http.StatusUnprocessableEntity, rq.t(key))
	}
	if err != nil {
		return err
	}
	rq.setStep(step.Token)
	title := rq.t("signin.agency.go.title")
	return rq.render(http.StatusOK, rq.page(title), ui.Heading("", title), para(rq.t("signin.agency.go.text", "host", step.Host)),
		templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
			_, err := w.Write([]byte(`<p><a class="r-button" rel="noreferrer" href="` + templ.EscapeString(step.Address) + `">` +
				templ.EscapeString(rq.t("signin.agency.go.button", "host", step.Host)) + `</a></p>`))
			return err
		}), para2link(rq.t("signin.agency.password"), rq.o.Base+"/sign-in"))
}

// noteSignOn leaves the reason for whoever runs the server; people are told
// what to do instead.
func (rq *request) noteSignOn(err error) {
	if errors.Is(err, accounts.ErrSignOnUnreachable) || errors.Is(err, accounts.ErrSignOnRefused) {
		rq.of.Log.Warn("sign-on", "realm", rq.of.Name, "error", err.Error())
	}
}

func backFromAgency(rq *request) error {
	q := rq.URL.Query()
	in, err := rq.of.Accounts.FinishSignOn(rq.Context(), rq.step(), q.Get("state"), q.Get("code"), rq.client())
	if key := accounts.Key(err); key != "" {
		rq.noteSignOn(err)
		return rq.signInPage(http.StatusUnprocessableEntity, rq.t(key), nil)
	}
	if err != nil {
		return err
	}
	return rq.goOn(in)
}

// joinThrough offers an invited person the agency's sign-on in place of a
// password, where any agency here has one.
func (rq *request) joinThrough() (templ.Component, error) {
	any, err := rq.of.Accounts.HasSignOns(rq.Context())
	if err != nil || !any {
		return templ.NopComponent, err
	}
	return templ.Join(ui.Button(ui.Press{Text: rq.t("signin.agency.join"), Look: ui.Secondary,
		Attrs: templ.Attributes{"formaction": rq.o.Base + "/invitation/agency"}}), small(rq.t("signin.agency.join.text"))), nil
}

// managesSignOn asks the door about the agency named; another one's is not there.
func (rq *request) managesSignOn() (accounts.Agency, error) {
	if err := rq.of.Door.Realm(rq.who.Principal, policy.SignOnManage); err != nil {
		return accounts.Agency{}, err
	}
	a, err := rq.of.Accounts.Agency(rq.Context(), rq.PathValue("id"))
	if err == nil && rq.mayStaff(policy.SignOnManage, a.ID) != nil {
		err = problem.ErrNotFound
	}
	return a, err
}

func (rq *request) signOnPage(status int, errs []ui.FieldError) error {
	a, err := rq.managesSignOn()
	if err != nil {
		return err
	}
	have, err := rq.of.Accounts.SignOn(rq.Context(), a.ID)
	if err != nil && !errors.Is(err, problem.ErrNotFound) {
		return err
	}
	entered := rq.PostForm
	if rq.Method == http.MethodGet {
		entered = url.Values{"issuer": {have.Issuer}, "client_id": {have.ClientID}, "domains": {strings.Join(have.Domains, "\n")},
			"number_claim": {have.NumberClaim}, "factors": {strings.Join(have.Factors, "\n")}}
	}
	f := fields{rq: rq, v: entered, errors: errs}
	line := func(name string) ui.Field { return rq.named(f, name, "signin.sso."+name) }
	secret := line("secret")
	secret.Type, secret.Value, secret.Autocomplete = "password", "", "off"
	domains, factors := line("domains"), line("factors")
	domains.Rows, factors.Rows = 2, 2
	title := rq.t("signin.sso.title")
	p := rq.page(title)
	p.Errors = errs
	body := []templ.Component{ui.Heading(a.Name, title), para(rq.t("signin.sso.text"))}
	site, ok := rq.of.Accounts.Site()
	if !ok {
		return rq.render(status, p, append(body, para(rq.t("accounts.error.no_origin")))...)
	}
	state := rq.t("signin.sso.off")
	if have.Active {
		state = rq.t("signin.sso.on")
	}
	body = append(body, ui.SummaryList([]ui.Fact{{Key: rq.t("web.col.state"), Value: state}, {Key: rq.t("signin.sso.return"), Value: site.SignOnReturn()}}),
		rq.form("/agencies/"+a.ID+"/sign-on", rq.t("signin.sso.save"), "", ui.TextInput(line("issuer")), ui.TextInput(line("client_id")),
			ui.TextInput(secret), ui.Textarea(domains), ui.TextInput(line("number_claim")), ui.Textarea(factors)))
	if have.Active {
		body = append(body, small(rq.t("signin.sso.stop.text")), rq.press("/agencies/"+a.ID+"/sign-on/stop", "x", "1", rq.t("signin.sso.stop")))
	}
	return rq.render(status, p, append(body, para2link(a.Name, rq.o.Base+"/agencies/"+a.ID))...)
}

func setSignOn(rq *request) error {
	a, err := rq.managesSignOn()
	if err != nil {
		return err
	}
	v := rq.PostForm
	err = rq.of.Accounts.SetSignOn(rq.Context(), rq.person, accounts.SignOn{Agency: a.ID, Issuer: v.Get("issuer"), ClientID: v.Get("client_id"),
		Secret: v.Get("secret"), Domains: v["domains"], NumberClaim: v.Get("number_claim"), Factors: v["factors"]})
	if errs := rq.fieldErrors(err); errs != nil {
		return rq.signOnPage(http.StatusUnprocessableEntity, errs)
	}
	if key := accounts.Key(err); key != "" {
		rq.noteSignOn(err)
		return rq.signOnPage(http.StatusUnprocessableEntity, []ui.FieldError{{Field: "issuer", Message: rq.t(key)}})
	}
	if err != nil {
		return err
	}
	rq.redirect("/agencies/" + a.ID + "/sign-on")
	return nil
}

func stopSignOn(rq *request) error {
	a, err := rq.managesSignOn()
	if err != nil {
		return err
	}
	if err := rq.of.Accounts.StopSignOn(rq.Context(), rq.person, a.ID); err != nil {
		return err
	}
	rq.redirect("/agencies/" + a.ID + "/sign-on")
	return nil
}
