package web

import (
	"errors"
	"net/http"

	"github.com/a-h/templ"

	"rufaa/internal/accounts"
	"rufaa/internal/web/ui"
)

func (s *site) conductRoutes() {
	s.public("GET /conduct", func(rq *request) error { return rq.conductPage(http.StatusOK, "") })
	s.public("POST /conduct", acceptConduct)
}

// conductPage shows the code: with the promise to a sign-in that waits for it,
// without to everybody else who is signed in.
func (rq *request) conductPage(status int, wrong string) error {
	_, err := rq.of.Accounts.ReadConduct(rq.Context(), rq.newest())
	reading := errors.Is(err, accounts.ErrWrongState) // a full session
	if err != nil && !reading {
		rq.redirect("/sign-in")
		return nil
	}
	c, l := rq.of.Content.Conduct(), rq.lang.Code()
	p := rq.page(c.Title.In(l))
	if wrong != "" {
		p.Errors = []ui.FieldError{{Field: "promise", Message: wrong}}
	}
	var promises []templ.Component
	for _, promise := range c.Promises {
		promises = append(promises, templ.Join(plain(promise.Text.In(l)), small(rq.t("web.rule.source", "source", promise.Source))))
	}
	body := []templ.Component{ui.Heading("", c.Title.In(l)), para(c.Intro.In(l)), list(promises...), small(rq.t("signin.conduct.version", "version", c.Version))}
	if !reading {
		f := ui.Field{Name: "promise", Label: rq.t("signin.conduct.promise"), Error: wrong, Options: []ui.Option{{Value: "yes", Label: rq.t("signin.conduct.promise")}}}
		body = append(body, rq.form("/conduct", rq.t("signin.conduct.accept"), "",
			append([]templ.Component{ui.Checkbox(f), ui.Hidden("version", c.Version)}, rq.stillKept()...)...))
	}
	return rq.render(status, p, body...)
}

// newest is the token this answer hands out, else the one that was sent.
func (rq *request) newest() string {
	for _, c := range (&http.Response{Header: rq.w.Header()}).Cookies() {
		if c.Name == sessionCookie && c.Value != "" {
			return c.Value
		}
	}
	return rq.token()
}

func acceptConduct(rq *request) error {
	if rq.PostFormValue("promise") == "" {
		return rq.conductPage(http.StatusUnprocessableEntity, rq.t("signin.conduct.needed"))
	}
	in, err := rq.of.Accounts.AcceptConduct(rq.Context(), rq.token(), rq.PostFormValue("version"))
	if errors.Is(err, accounts.ErrConductChanged) {
		return rq.conductPage(http.StatusUnprocessableEntity, rq.t(accounts.Key(err)))
	}
	if errors.Is(err, accounts.ErrWrongState) { // accepted already, in another window
		rq.redirect("/")
		return nil
	}
	if accounts.Key(err) != "" {
		rq.redirect("/sign-in")
		return nil
	}
	if err != nil {
		return err
	}
	return rq.goOn(in)
}
