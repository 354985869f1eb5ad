package web

import (
	"context"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"rufaa/internal/accounts"
	"rufaa/internal/office"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

func (s *site) agencyRoutes() {
	s.handle("GET /agencies", policy.DirectoryView, func(rq *request) error { return rq.agenciesPage(http.StatusOK, nil) })
	s.handle("GET /agencies/{id}", policy.DirectoryView, agencyPage)
	s.handle("POST /agencies", policy.AgencyManage, addAgency)
	s.handle("POST /agencies/{id}/close", policy.AgencyManage, turnAgency((*office.Office).CloseAgency))
	s.handle("POST /agencies/{id}/reopen", policy.AgencyManage, turnAgency((*office.Office).ReopenAgency))
	s.handle("GET /rules", policy.DirectoryView, rulesPage)
}

// managesAgencies asks the door; nobody else learns that the form exists.
func (rq *request) managesAgencies() error {
	return rq.of.Door.Realm(rq.who.Principal, policy.AgencyManage)
}

// turnAgency closes or reopens an agency, for whoever keeps the list of them.
func turnAgency(do func(*office.Office, context.Context, accounts.Principal, string) error) func(*request) error {
	return func(rq *request) error {
		if err := rq.managesAgencies(); err != nil {
			return err
		}
		if err := do(rq.of, rq.Context(), rq.person, rq.PathValue("id")); err != nil {
			return err
		}
		rq.redirect("/agencies/" + rq.PathValue("id"))
		return nil
	}
}

func addAgency(rq *request) error {
	if err := rq.managesAgencies(); err != nil {
		return err
	}
	g := accounts.Agency{ID: rq.PostForm.Get("id"), Name: rq.PostForm.Get("name"), Kind: rq.PostForm.Get("kind"), County: rq.PostForm.Get("county")}
	err := rq.of.Accounts.AddAgency(rq.Context(), rq.person, g)
	if errs := rq.fieldErrors(err); errs != nil {
		return rq.agenciesPage(http.StatusUnprocessableEntity, errs)
	}
	if key := accounts.Key(err); key != "" {
		return rq.agenciesPage(http.StatusUnprocessableEntity, []ui.FieldError{{Field: "id", Message: rq.t(key)}})
	}
	if err == nil {
		err = rq.of.ReloadAgencies(rq.Context())
	}
	if err != nil {
		return err
	}
	rq.redirect("/agencies/" + g.ID)
	return nil
}

func (rq *request) addAgencyForm(errs []ui.FieldError) templ.Component {
	f := fields{rq: rq, v: rq.PostForm, errors: errs}
	if f.v == nil {
		f.v = url.Values{}
	}
	named := func(name, key string) ui.Field {
		b := f.base(name)
		b.Label = rq.t("accounts.agency." + key)
		if rq.lang.Has("accounts.agency." + key + ".hint") {
			b.Hint = rq.t("accounts.agency." + key + ".hint")
		}
		return b
	}
	kind, county := named("kind", "kind"), named("county", "county")
	kind.Options, county.Options = rq.options("agency-kinds", true), rq.options("counties", true)
	return with(ui.Section("add", rq.t("accounts.agency.add")), rq.form("/agencies", rq.t("accounts.agency.add"), "",
		ui.TextInput(named("name", "name")), ui.TextInput(named("id", "id")), ui.Select(kind), ui.Select(county)))
}

// agencyPress closes an agency, or opens it again.
func (rq *request) agencyPress(a accounts.Agency) templ.Component {
	if a.Closed {
		return rq.press("/agencies/"+a.ID+"/reopen", "x", "1", rq.t("accounts.agency.reopen"))
	}
	return templ.Join(small(rq.t("accounts.agency.close.text")), rq.press("/agencies/"+a.ID+"/close", "x", "1", rq.t("accounts.agency.close")))
}

func closedWord(rq *request, closed bool) string {
	if closed {
		return rq.t("accounts.agency.closed")
	}
	return ""
}

func (rq *request) agenciesPage(status int, errs []ui.FieldError) error {
	title := rq.t("web.agencies.title")
	all, err := rq.of.Accounts.Agencies(rq.Context())
	if err != nil {
		return err
	}
	l := ui.Listing{Caption: title, Hide: true, Columns: []ui.Column{{Label: rq.t("web.col.agency")}, {Label: rq.t("web.col.kind")}, {Label: rq.t("web.col.county")}}}
	for _, a := range all {
		l.Rows = append(l.Rows, []ui.Cell{{Text: a.Name, Href: "/agencies/" + a.ID, Sub: closedWord(rq, a.Closed)}, {Text: rq.label("agency-kinds", a.Kind)}, {Text: rq.label("counties", a.County)}})
	}
	p := rq.page(title)
	p.Errors = errs
	body := append([]templ.Component{ui.Heading("", title)}, para(rq.t("web.agencies.text")), ui.Table(l))
	if rq.of.Door.Realm(rq.who.Principal, policy.AgencyManage) == nil {
		body = append(body, rq.addAgencyForm(errs))
	}
	return rq.render(status, p, body...)
}

func agencyPage(rq *request) error {
	a, err := rq.of.Accounts.Agency(rq.Context(), rq.PathValue("id"))
	if err != nil {
		return err
	}
	l := rq.lang.Code()
	factsOf := []ui.Fact{{Key: rq.t("web.col.kind"), Value: rq.label("agency-kinds", a.Kind)}, {Key: rq.t("web.col.county"), Value: rq.label("counties", a.County)}}
	body := []templ.Component{ui.Heading("", a.Name)}
	if c, ok := rq.of.Content.Agency(a.ID); ok {
		body = append(body, ui.TagOf(ui.Tag{Text: rq.t("web.agency.unverified"), Tone: ui.Amber}))
		var services []templ.Component
		for _, s := range c.Services {
			services = append(services, plain(rq.service(s)))
		}
		factsOf = append(factsOf, ui.Fact{Key: rq.t("web.agency.role"), Value: c.Role.In(l)}, ui.Fact{Key: rq.t("web.agency.serves"), Value: c.Serves.In(l)})
		for _, phone := range c.Phones {
			factsOf = append(factsOf, ui.Fact{Key: rq.t("web.agency.phone"), Value: phone})
		}
		if len(services) > 0 {
			factsOf = append(factsOf, ui.Fact{Key: rq.t("web.agency.services"), Body: list(services...)})
		}
		if c.Website != "" {
			factsOf = append(factsOf, ui.Fact{Key: rq.t("web.agency.website"), Value: c.Website})
		}
		for _, src := range c.Sources {
			factsOf = append(factsOf, ui.Fact{Key: rq.t("web.agency.source"), Value: src})
		}
	}
	body = append(body, ui.SummaryList(factsOf))
	if rq.of.Door.Realm(rq.who.Principal, policy.AgencyManage) == nil {
		body = append(body, rq.agencyPress(a))
	}
	if rq.of.Door.Realm(rq.who.Principal, policy.SignOnManage) == nil && rq.mayStaff(policy.SignOnManage, a.ID) == nil {
		body = append(body, para2link(rq.t("signin.sso.title"), rq.o.Base+"/agencies/"+a.ID+"/sign-on"))
	}
	if _, err := rq.of.Notices.Hook(rq.Context(), rq.who, a.ID); err == nil {
		body = append(body, para2link(rq.t("notices.hook.title"), rq.o.Base+"/agencies/"+a.ID+"/webhook"))
	}
	return rq.render(http.StatusOK, rq.page(a.Name), append(body, para2link(rq.t("web.agencies.title"), rq.o.Base+"/agencies"))...)
}
