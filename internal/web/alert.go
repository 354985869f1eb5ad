package web

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

func (s *site) alertRoutes() {
	s.handle("GET /alerts/new", policy.AlertCreate, func(rq *request) error { return rq.alertPage(http.StatusOK, nil, nil) })
	s.handle("POST /alerts", policy.AlertCreate, raise)
	s.handle("GET /search", policy.SearchExact, func(rq *request) error { return rq.searchPage(http.StatusOK, nil, nil, false) })
	s.handle("POST /search", policy.SearchExact, find)
}

func (rq *request) alertPage(status int, errs []ui.FieldError, above []templ.Component) error {
	title := rq.t("web.alert.title")
	p := rq.page(title)
	p.Errors = errs
	f := fields{rq: rq, v: rq.PostForm, errors: errs}
	if f.v == nil {
		f.v = url.Values{}
	}
	body := append([]templ.Component{ui.Heading("", title)}, above...)
	body = append(body, para(rq.t("web.alert.text")), rq.form("/alerts", rq.t("web.alert.send"), "", ui.Hidden("looked", f.v.Get("looked")),
		f.yesNo("immediate"), f.checks("dangers", "danger-kinds"),
		with(ui.Fieldset(rq.t("web.alert.where")), f.choose("county", "counties"), f.choose("place_kind", "places-of-stay"), f.area("place")),
		with(ui.Fieldset(rq.t("web.alert.what")), f.area("account"), f.choose("channel", "alert-channels")),
		with(ui.Fieldset(rq.t("web.alert.person")), f.minor(), f.line("person.name"), f.number("person.age"), f.choose("person.sex", "sexes"), f.choose("person.language", "languages"), f.phone("person.phone")),
		with(ui.Fieldset(rq.t("web.alert.reporter")), ui.Checkboxes(ui.Field{Name: "anonymous", Label: rq.t("web.f.anonymous"), Options: []ui.Option{{Value: "yes", Label: rq.t("web.f.anonymous.yes")}}, Values: f.v["anonymous"]}),
			f.line("reporter"), f.phone("reporter_phone"), f.choose("reporter_relation", "reporter-relations")),
		f.agency("holder")))
	return rq.render(status, p, body...)
}

func (f fields) minor() templ.Component {
	b := f.base("person.minor")
	b.Values, b.Inline = nil, true
	b.Options = []ui.Option{{Value: "yes", Label: f.rq.t("common.yes")}, {Value: "no", Label: f.rq.t("common.no")}, {Value: "unsure", Label: f.rq.t("web.unsure")}}
	return ui.Radios(b)
}

func (f fields) number(name string) templ.Component {
	b := f.base(name)
	b.Width, b.InputMode = 3, "numeric"
	return ui.TextInput(b)
}

func raise(rq *request) error {
	v := rq.PostForm
	a := &casefile.Alert{
		Immediate: v.Get("immediate") == "yes", Dangers: v["dangers"], Channel: v.Get("channel"), County: v.Get("county"), Place: v.Get("place"),
		PlaceKind: v.Get("place_kind"), Account: v.Get("account"), Holder: v.Get("holder"), Anonymous: v.Get("anonymous") == "yes",
		Reporter: v.Get("reporter"), Phone: v.Get("reporter_phone"), Relation: v.Get("reporter_relation"), Person: facts(v, "person."),
	}
	if stop, err := rq.known(a); stop || err != nil {
		return err
	}
	rc, err := rq.of.Cases.Raise(rq.Context(), rq.who, rq.order(), a)
	if err != nil {
		if status, above, ok := rq.notices(err); ok {
			return rq.alertPage(status, rq.fieldErrors(err), above)
		}
		return err
	}
	rq.redirect("/cases/" + rc.ID)
	return nil
}

// facts reads what a form says about one person.
func facts(v url.Values, at string) casefile.PersonFacts {
	f := casefile.PersonFacts{
		Role: v.Get(at + "role"), Name: v.Get(at + "name"), OtherNames: v.Get(at + "other_names"), Phone: v.Get(at + "phone"), IDNumber: v.Get(at + "id_number"),
		BirthDate: ui.DateFrom(v, at+"birth_date"), Minor: v.Get(at + "minor"), Sex: v.Get(at + "sex"), Language: v.Get(at + "language"), Nationality: v.Get(at + "nationality"),
	}
	if raw := v.Get(at + "age"); raw != "" {
		n, err := strconv.Atoi(raw)
		if err != nil {
			n = -1 // not a number of years: the check names the field
		}
		f.Age = &n
	}
	return f
}

func (rq *request) searchPage(status int, errs []ui.FieldError, hits []casefile.Hit, searched bool) error {
	title := rq.t("web.search.title")
	p := rq.page(title)
	p.Errors = errs
	f := fields{rq: rq, v: rq.PostForm, errors: errs}
	if f.v == nil {
		f.v = url.Values{"by": {"reference"}}
	}
	by := f.base("by")
	by.Values = nil
	for _, k := range []string{"reference", "phone", "id_number", "name"} {
		by.Options = append(by.Options, ui.Option{Value: k, Label: rq.t("web.by." + k)})
	}
	body := []templ.Component{ui.Heading("", title), para(rq.t("web.search.text")), rq.form("/search", rq.t("common.search"), "", ui.Radios(by), f.line("value"))}
	if searched {
		rows := make([]casefile.Row, len(hits))
		for i := range hits {
			rows[i] = hits[i].Row
		}
		body = append(body, with(ui.Section("found", rq.lang.N("web.search.found", len(hits))), rq.caseTable(rows, "found", rq.of.Now())))
		if value := rq.PostFormValue("value"); value != "" && rq.of.Door.Realm(rq.who.Principal, policy.ListKeep) == nil {
			body = append(body, rq.press("/lists/searches", "value", value, rq.t("lists.search.keep"), ui.Hidden("by", rq.PostFormValue("by"))))
		}
	}
	return rq.render(status, p, body...)
}

func find(rq *request) error {
	q := &casefile.Query{By: rq.PostFormValue("by"), Value: rq.PostFormValue("value")}
	hits, err := rq.of.Cases.Find(rq.Context(), rq.who, q)
	if err != nil {
		if errs := rq.fieldErrors(err); errs != nil {
			return rq.searchPage(http.StatusUnprocessableEntity, errs, nil, false)
		}
		return err
	}
	return rq.searchPage(http.StatusOK, nil, hits, true)
}
