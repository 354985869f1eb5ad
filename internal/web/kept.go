package web

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	keeps "rufaa/internal/kept"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

func (s *site) keptRoutes() {
	s.handle("GET /lists", policy.ListKeep, func(rq *request) error { return rq.listsPage(http.StatusOK, nil, nil) })
	s.handle("POST /lists", policy.ListKeep, keepList)
	s.handle("POST /lists/searches", policy.ListKeep, keepSearch)
	s.handle("POST /lists/{id}/remove", policy.ListKeep, dropKept)
	s.handle("POST /lists/{id}/search", policy.ListKeep, runSearch)
}

// states are the yes-or-no parts of a filter, in the order of the form.
var states = []string{"child", "danger", "detained", "overdue"}

// readFilter reads a filter from an address or a form. It holds terms only.
func readFilter(v url.Values) casefile.Filter {
	on := func(s string) bool { return slices.Contains(v["state"], s) }
	return casefile.Filter{County: v.Get("county"), Stage: v.Get("stage"), Track: v.Get("track"), Risk: v.Get("risk"), Sex: v.Get("sex"), AgeBand: v.Get("age_band"),
		Child: on("child"), Danger: on("danger"), Detained: on("detained"), Overdue: on("overdue")}
}

// filterQuery is the same as an address.
func filterQuery(list string, f casefile.Filter) url.Values {
	v := url.Values{"list": {list}}
	for name, term := range map[string]string{"county": f.County, "stage": f.Stage, "track": f.Track, "risk": f.Risk, "sex": f.Sex, "age_band": f.AgeBand} {
		if term != "" {
			v.Set(name, term)
		}
	}
	for i, on := range []bool{f.Child, f.Danger, f.Detained, f.Overdue} {
		if on {
			v.Add("state", states[i])
		}
	}
	return v
}

// filterFields are the questions of a filter.
func (rq *request) filterFields(v url.Values, errs []ui.FieldError) []templ.Component {
	f := fields{rq: rq, v: v, errors: errs}
	choose := func(name, list string) templ.Component {
		b := rq.named(f, name, "lists.f."+name)
		b.Options = rq.options(list, true)
		b.Options[0].Label = rq.t("lists.any")
		return ui.Select(b)
	}
	stage := rq.named(f, "stage", "lists.f.stage")
	stage.Options = []ui.Option{{Value: "", Label: rq.t("lists.any")}}
	for _, s := range casefile.Stages {
		stage.Options = append(stage.Options, ui.Option{Value: string(s), Label: rq.t("web.stage." + string(s))})
	}
	state := rq.named(f, "state", "lists.f.state")
	state.Value = ""
	for _, s := range states {
		state.Options = append(state.Options, ui.Option{Value: s, Label: rq.t("lists.state." + s)})
	}
	return []templ.Component{choose("county", "counties"), ui.Select(stage), choose("track", "tracks"), choose("risk", "risk-levels"),
		choose("sex", "sexes"), choose("age_band", "age-bands"), ui.Checkboxes(state)}
}

// narrowing is the part of the worklist that filters it: kept filters as links,
// the questions, and how to keep what was chosen.
func (rq *request) narrowing(chosen casefile.List, f casefile.Filter) ([]templ.Component, error) {
	if rq.of.Door.Realm(rq.who.Principal, policy.ListKeep) != nil {
		return nil, nil
	}
	v := filterQuery(string(chosen), f)
	narrow := with(ui.Form(ui.Sending{Action: "/", Get: true}), append(rq.filterFields(v, nil), ui.Hidden("list", string(chosen)), ui.Hidden("own", "1"),
		ui.Button(ui.Press{Text: rq.t("lists.narrow"), Look: ui.Secondary}))...)
	body := []templ.Component{with(ui.Details(rq.t("lists.narrow"), f != (casefile.Filter{})), narrow)}
	if f != (casefile.Filter{}) {
		body = append(body, list(anchor(rq.t("lists.all"), rq.o.Base+"/?own=1&list="+string(chosen)),
			anchor(rq.t("lists.keep"), rq.o.Base+"/lists?"+v.Encode()+"#keep")))
	}
	return body, nil
}

func (rq *request) listsPage(status int, errs []ui.FieldError, above []templ.Component) error {
	all, err := rq.of.Kept.Lists(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	title := rq.t("lists.title")
	p := rq.page(title)
	p.Errors = errs
	p.Back = &ui.Link{Text: rq.t("web.home.title"), Href: "/"}
	l := ui.Listing{Caption: title, Hide: true, Empty: rq.t("lists.none"), Columns: []ui.Column{{Label: rq.t("lists.name")}, {Label: rq.t("lists.kind")}, {Label: rq.t("web.col.do")}}}
	for i := range all {
		l.Rows = append(l.Rows, rq.keptRow(&all[i]))
	}
	v := rq.URL.Query()
	if rq.Method == http.MethodPost {
		v = rq.PostForm
	}
	f := fields{rq: rq, v: v, errors: errs}
	which := rq.named(f, "list", "lists.f.list")
	for _, x := range rq.ownLists() {
		which.Options = append(which.Options, ui.Option{Value: string(x), Label: rq.t("web.list." + string(x))})
	}
	check := func(name string) templ.Component {
		b := rq.named(f, name, "lists.f."+name)
		b.Value, b.Options = "", []ui.Option{{Value: "yes", Label: rq.t("lists.f." + name)}}
		return ui.Checkbox(b)
	}
	keep := append([]templ.Component{ui.TextInput(rq.named(f, "name", "lists.f.name")), ui.Select(which)}, rq.filterFields(v, errs)...)
	body := append([]templ.Component{ui.Heading("", title), para(rq.t("lists.text"))}, above...)
	return rq.render(status, p, append(body, ui.Table(l), with(ui.Section("keep", rq.t("lists.keep")),
		rq.form("/lists", rq.t("lists.keep.button"), "", append(keep, check("shared"), check("preset"))...)))...)
}

func (rq *request) keptRow(k *keeps.List) []ui.Cell {
	var do []templ.Component
	name := ui.Cell{Text: k.Name}
	kind := rq.t("lists.kind.filter") + ": " + rq.t("web.list."+k.List)
	switch {
	case k.Kind == keeps.KindSearch:
		name = ui.Cell{Text: rq.t("lists.search", "by", rq.t("lists.by."+k.By)), Sub: rq.lang.DateTime(k.At)}
		kind = rq.t("lists.kind.search")
		do = append(do, rq.press("/lists/"+k.ID+"/search", "x", "1", rq.t("lists.search.run")))
	default:
		name.Href = "/?own=1&" + filterQuery(k.List, k.Filter).Encode()
		if k.Preset {
			name.Sub = rq.t("lists.preset")
		}
		if k.Shared {
			kind += " · " + rq.t("lists.shared")
		}
	}
	if k.Own {
		do = append(do, rq.press("/lists/"+k.ID+"/remove", "x", "1", rq.t("lists.remove")))
	}
	return []ui.Cell{name, {Text: kind}, {Body: templ.Join(do...)}}
}

func keepList(rq *request) error {
	v := rq.PostForm
	_, err := rq.of.Kept.Keep(rq.Context(), rq.who, &keeps.NewFilter{Name: v.Get("name"), List: v.Get("list"), Filter: readFilter(v), Shared: v.Get("shared") != "", Preset: v.Get("preset") != ""})
	return rq.afterKeeping(err)
}

// keepSearch keeps the words of a search that was just made; they come in the
// body and go into the vault.
func keepSearch(rq *request) error {
	_, err := rq.of.Kept.KeepSearch(rq.Context(), rq.who, &casefile.Query{By: rq.PostFormValue("by"), Value: rq.PostFormValue("value")})
	return rq.afterKeeping(err)
}

func (rq *request) afterKeeping(err error) error {
	if err == nil {
		rq.redirect("/lists")
		return nil
	}
	if status, above, ok := rq.notices(err); ok {
		return rq.listsPage(status, rq.fieldErrors(err), above)
	}
	return err
}

func dropKept(rq *request) error {
	if err := rq.of.Kept.Drop(rq.Context(), rq.who, rq.PathValue("id")); err != nil {
		return err
	}
	rq.redirect("/lists")
	return nil
}

func runSearch(rq *request) error {
	hits, err := rq.of.Kept.Search(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	return rq.searchPage(http.StatusOK, nil, hits, true)
}
