package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/evidencefile"
	"rufaa/internal/inquiry"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/scene"
	"rufaa/internal/web/ui"
)

// inquiryForm is one form of an inquiry: what it asks, and what that means.
type inquiryForm struct {
	slug   string
	action policy.Action
	ask    func(f fields, v *inquiry.View) []templ.Component
	read   func(v url.Values) inquiry.Command
}

// into reads a form into a command, each question under its JSON name.
func into[T any](v url.Values) *T {
	c := new(T)
	readFields(valueOf(c), v, "")
	return c
}

var inquiryForms = []inquiryForm{
	{"join", policy.InquiryTeam, func(f fields, _ *inquiry.View) []templ.Component {
		return []templ.Component{f.officers("staff", nil), f.radios("duty", "inquiry-duties"), f.date("until")}
	}, func(v url.Values) inquiry.Command { return into[inquiry.Join](v) }},
	{"link", policy.InquiryLink, func(f fields, _ *inquiry.View) []templ.Component {
		return []templ.Component{para(f.rq.t("inquiry.link.text")), f.ownCases("case")}
	}, func(v url.Values) inquiry.Command { return into[inquiry.Link](v) }},
	{"plan", policy.InquiryPlan, askPlanned, func(v url.Values) inquiry.Command { return into[inquiry.Plan](v) }},
	{"brief", policy.InquiryPlan, func(f fields, v *inquiry.View) []templ.Component {
		return []templ.Component{f.operations(v, "operation"), f.area("note")}
	}, func(v url.Values) inquiry.Command { return into[inquiry.Brief](v) }},
	{"finish", policy.InquiryPlan, func(f fields, v *inquiry.View) []templ.Component {
		return []templ.Component{f.operations(v, "operation"), f.radios("outcome", "operation-ends"), f.area("note")}
	}, func(v url.Values) inquiry.Command { return into[inquiry.Finish](v) }},
	{"close", policy.InquiryClose, func(f fields, _ *inquiry.View) []templ.Component {
		return []templ.Component{f.radios("reason", "inquiry-endings"), f.area("note")}
	}, func(v url.Values) inquiry.Command { return into[inquiry.Close](v) }},
	{"reopen", policy.InquiryClose, func(f fields, _ *inquiry.View) []templ.Component {
		return []templ.Component{f.area("reason")}
	}, func(v url.Values) inquiry.Command { return into[inquiry.Reopen](v) }},
}

func (s *site) inquiryRoutes() {
	s.handle("GET /inquiries", policy.InquiryList, inquiriesPage)
	s.handle("GET /inquiries/new", policy.InquiryCreate, func(rq *request) error { return rq.newInquiry(http.StatusOK, nil, nil) })
	s.handle("POST /inquiries/new", policy.InquiryCreate, openInquiry)
	s.handle("GET /inquiries/{id}", policy.InquiryView, func(rq *request) error { return rq.inquiryPage(nil) })
	s.handle("POST /inquiries/{id}/read", policy.InquiryRead, readInquiry)
	s.handle("POST /inquiries/{id}/leave", policy.InquiryTeam, func(rq *request) error { return rq.quickInquiry(into[inquiry.Leave](rq.PostForm)) })
	s.handle("POST /inquiries/{id}/unlink", policy.InquiryLink, func(rq *request) error { return rq.quickInquiry(into[inquiry.Unlink](rq.PostForm)) })
	for _, c := range inquiryForms {
		s.handle("GET /inquiries/{id}/do/"+c.slug, c.action, func(rq *request) error { return rq.inquiryForm(&c, http.StatusOK, nil, nil) })
		s.handle("POST /inquiries/{id}/do/"+c.slug, c.action, func(rq *request) error { return rq.runInquiry(&c) })
	}
	s.handle("GET /inquiries/{id}/do/scene", policy.SceneCreate, func(rq *request) error { return rq.newScene(http.StatusOK, nil, nil) })
	s.handle("POST /inquiries/{id}/do/scene", policy.SceneCreate, openScene)
}

func inquiriesPage(rq *request) error {
	list, err := rq.of.Inquiries.List(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	scenes, err := rq.of.Scenes.Mine(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	told, err := rq.of.Scenes.Told(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	title := rq.t("inquiry.list.title")
	body := []templ.Component{ui.Heading("", title), para(rq.t("inquiry.list.text"))}
	if len(told) > 0 {
		body = append(body, rq.toldBanner(told))
	}
	l := ui.Listing{Caption: title, Hide: true, Empty: rq.t("inquiry.list.none"), Columns: []ui.Column{
		{Label: rq.t("inquiry.col.ref")}, {Label: rq.t("web.f.kind")}, {Label: rq.t("web.col.state")}, {Label: rq.t("inquiry.col.scenes"), Number: true}}}
	for _, s := range list {
		l.Rows = append(l.Rows, []ui.Cell{{Text: s.Ref, Href: "/inquiries/" + s.ID}, {Text: rq.label("inquiry-kinds", s.Kind)}, {Tag: rq.inquiryTag(s)}, {Text: strconv.Itoa(len(s.Scenes))}})
	}
	body = append(body, ui.Table(l))
	if rq.of.Door.Realm(rq.who.Principal, policy.InquiryCreate) == nil {
		body = append(body, with(ui.Buttons(), ui.ButtonLink(ui.Link{Text: rq.t("inquiry.new.title"), Href: "/inquiries/new"}, ui.Primary)))
	}
	body = append(body, with(ui.Section("scenes", rq.t("scene.list.title")), rq.sceneTable(scenes)))
	return rq.render(http.StatusOK, rq.page(title), body...)
}

func (rq *request) inquiryTag(s *inquiry.State) *ui.Tag {
	if s.Closure != nil {
		return &ui.Tag{Text: rq.t("inquiry.state.closed")}
	}
	return &ui.Tag{Text: rq.t("inquiry.state.open"), Tone: ui.Teal}
}

func (rq *request) sceneTable(list []*scene.State) templ.Component {
	l := ui.Listing{Caption: rq.t("scene.list.title"), Hide: true, Empty: rq.t("scene.list.none"), Columns: []ui.Column{
		{Label: rq.t("scene.col.ref")}, {Label: rq.t("web.f.class")}, {Label: rq.t("web.col.state")}}}
	for _, s := range list {
		tag := &ui.Tag{Text: rq.t("scene.state.open"), Tone: ui.Amber}
		if s.Released != nil {
			tag = &ui.Tag{Text: rq.t("scene.state.released")}
		}
		what := rq.label("scene-classes", s.Class)
		sub := ""
		if s.CSE {
			sub = rq.t("scene.cse")
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: s.Ref, Href: "/scenes/" + s.ID}, {Text: what, Sub: sub}, {Tag: tag}})
	}
	return ui.Table(l)
}

func (rq *request) newInquiry(status int, errs []ui.FieldError, above []templ.Component) error {
	title := rq.t("inquiry.new.title")
	p := rq.page(title)
	p.Errors = errs
	p.Back = &ui.Link{Text: rq.t("inquiry.list.title"), Href: "/inquiries"}
	body := append([]templ.Component{ui.Heading("", title)}, above...)
	if err := rq.of.Door.Realm(rq.who.Principal, policy.InquiryCreate); err != nil {
		return err
	}
	f := fields{rq: rq, scope: "inquiry", v: rq.PostForm, errors: errs}
	return rq.render(status, p, append(body, rq.form("/inquiries/new", rq.t("inquiry.new.button"), "", f.radios("kind", "inquiry-kinds"), f.line("title")))...)
}

func openInquiry(rq *request) error {
	rc, err := rq.of.Inquiries.Open(rq.Context(), rq.who, rq.order(), into[inquiry.Open](rq.PostForm))
	if err != nil {
		if status, above, ok := rq.notices(err); ok {
			return rq.newInquiry(status, rq.fieldErrors(err), above)
		}
		return err
	}
	rq.redirect("/inquiries/" + rc.ID)
	return nil
}

func (rq *request) quickInquiry(cmd inquiry.Command) error {
	id := rq.PathValue("id")
	if _, err := rq.of.Inquiries.Do(rq.Context(), rq.who, id, casefile.Order{Key: rq.FormValue("_key")}, cmd); err != nil {
		return err
	}
	rq.redirect("/inquiries/" + id)
	return nil
}

func (rq *request) inquiryForm(c *inquiryForm, status int, errs []ui.FieldError, above []templ.Component) error {
	v, err := rq.of.Inquiries.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	title := rq.t("inquiry.do." + c.slug)
	p := rq.page(title)
	p.Errors = errs
	p.Back = &ui.Link{Text: v.Ref, Href: "/inquiries/" + v.ID}
	body := append([]templ.Component{ui.Heading(v.Ref, title)}, above...)
	if !v.Can(c.action) {
		return &problem.Denied{Action: string(c.action), Rule: "access.duty"}
	}
	f := fields{rq: rq, scope: "inquiry." + c.slug, v: rq.PostForm, errors: errs}
	if f.v == nil {
		f.v = rq.URL.Query()
	}
	return rq.render(status, p, append(body, rq.form("/inquiries/"+v.ID+"/do/"+c.slug, rq.t("common.save"), strconv.FormatInt(v.Version, 10), c.ask(f, v)...))...)
}

func (rq *request) runInquiry(c *inquiryForm) error {
	id := rq.PathValue("id")
	if _, err := rq.of.Inquiries.Do(rq.Context(), rq.who, id, rq.order(), c.read(rq.PostForm)); err != nil {
		if status, above, ok := rq.notices(err); ok {
			return rq.inquiryForm(c, status, rq.fieldErrors(err), above)
		}
		return err
	}
	rq.redirect("/inquiries/" + id)
	return nil
}

func readInquiry(rq *request) error {
	list, err := rq.of.Inquiries.Read(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	return rq.inquiryPage(list)
}

func (rq *request) inquiryPage(opened []inquiry.Text) error {
	v, err := rq.of.Inquiries.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	p := rq.page(v.Ref)
	p.Back = &ui.Link{Text: rq.t("inquiry.list.title"), Href: "/inquiries"}
	body := []templ.Component{ui.Heading(rq.label("inquiry-kinds", v.Kind), v.Ref, *rq.inquiryTag(v.State))}
	names := rq.namesOf(v.Members(rq.of.Now())...)
	if opened != nil {
		var facts []ui.Fact
		for _, t := range opened {
			facts = append(facts, ui.Fact{Key: rq.t("inquiry.item." + t.Label), Body: quote(rq.openedText(t.Text, t.Erased))})
		}
		body = append(body, with(ui.Banner(ui.Done, rq.t("scene.read.opened"), "opened"), ui.SummaryList(facts)))
	} else if v.Can(policy.InquiryRead) {
		body = append(body, rq.press("/inquiries/"+v.ID+"/read", "read", "1", rq.t("inquiry.read.button")))
	}
	if steps := rq.inquiryTiles(v); len(steps) > 0 {
		body = append(body, ui.TaskList(steps))
	}
	body = append(body, with(ui.Section("scenes", rq.t("scene.list.title")), rq.scenesOf(v)...),
		with(ui.Section("team", rq.t("inquiry.team.title")), rq.inquiryTeam(v, names)...),
		with(ui.Section("cases", rq.t("inquiry.cases.title")), rq.inquiryCases(v)...),
		with(ui.Section("operations", rq.t("inquiry.operations.title")), rq.inquiryOperations(v)...))
	if v.Can(policy.InquiryClose) {
		slug := "close"
		if v.Closure != nil {
			slug = "reopen"
		}
		body = append(body, rq.doLink(v, slug, ui.Secondary))
	}
	return rq.render(http.StatusOK, p, body...)
}

// inquiryTiles lead to what other rooms keep of the inquiry, as far as the
// reader may go there.
func (rq *request) inquiryTiles(v *inquiry.View) []ui.Step {
	at := "/inquiries/" + v.ID
	var out []ui.Step
	if n, err := rq.of.Files.Count(rq.Context(), rq.who, evidencefile.Place{Inquiry: v.ID}); err == nil {
		out = append(out, ui.Step{Name: rq.t("files.title"), Href: at + "/files", Status: ui.Tag{Text: strconv.Itoa(n)}})
	}
	if v.Can(policy.CertificateView) {
		out = append(out, ui.Step{Name: rq.t("certificate.list"), Href: at + "/certificates"})
	}
	if v.Can(policy.InquiryExport) {
		out = append(out, ui.Step{Name: rq.t("bundle.title"), Href: at + "/bundle"})
	}
	return out
}

func (rq *request) openedText(text string, erased bool) string {
	if erased {
		return rq.t("web.erased")
	}
	return text
}

func (rq *request) doLink(v *inquiry.View, slug string, look ui.Look) templ.Component {
	return with(ui.Buttons(), ui.ButtonLink(ui.Link{Text: rq.t("inquiry.do." + slug), Href: "/inquiries/" + v.ID + "/do/" + slug}, look))
}

func (rq *request) scenesOf(v *inquiry.View) []templ.Component {
	all, err := rq.of.Scenes.Mine(rq.Context(), rq.who)
	var list []*scene.State
	for _, s := range all {
		if s.Inquiry == v.ID && err == nil {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b *scene.State) int { return a.Number - b.Number })
	out := []templ.Component{rq.sceneTable(list)}
	if v.Can(policy.SceneCreate) && v.Closure == nil {
		out = append(out, rq.doLink(v, "scene", ui.Primary))
	}
	return out
}

func (rq *request) inquiryTeam(v *inquiry.View, names map[string]string) []templ.Component {
	l := ui.Listing{Caption: rq.t("inquiry.team.title"), Hide: true, Columns: []ui.Column{{Label: rq.t("inquiry.col.who")}, {Label: rq.t("web.f.duty")}, {Label: rq.t("inquiry.col.since")}, {Label: rq.t("inquiry.col.act")}}}
	for i := range v.Team {
		m := &v.Team[i]
		if !m.On(rq.of.Now()) {
			continue
		}
		since := rq.lang.DateTime(m.Since.At)
		if m.Ends != "" {
			since += " – " + rq.day(m.Ends)
		}
		act := ui.Cell{Text: "–"}
		if v.Can(policy.InquiryTeam) && m.Staff != rq.who.Staff {
			act = ui.Cell{Body: rq.press("/inquiries/"+v.ID+"/leave", "staff", m.Staff, rq.t("inquiry.leave.button"))}
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: names[m.Staff], Sub: rq.of.AgencyName(m.Agency)}, {Text: rq.label("inquiry-duties", m.Duty)}, {Text: since}, act})
	}
	out := []templ.Component{ui.Table(l)}
	if v.Can(policy.InquiryTeam) && v.Closure == nil {
		out = append(out, rq.doLink(v, "join", ui.Secondary))
	}
	return out
}

// inquiryCases names linked cases to those who have a part in them; to others
// of the team only that there are some.
func (rq *request) inquiryCases(v *inquiry.View) []templ.Component {
	l := ui.Listing{Caption: rq.t("inquiry.cases.title"), Hide: true, Empty: rq.t("inquiry.cases.none"), Columns: []ui.Column{{Label: rq.t("web.col.case")}, {Label: rq.t("inquiry.col.act")}}}
	shut := 0
	for _, id := range v.CaseIDs() {
		f, err := rq.of.Cases.View(rq.Context(), rq.who, id)
		if err != nil {
			shut++
			continue
		}
		act := ui.Cell{Text: "–"}
		if v.Can(policy.InquiryLink) {
			act = ui.Cell{Body: rq.press("/inquiries/"+v.ID+"/unlink", "case", id, rq.t("inquiry.unlink.button"))}
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: f.Row.Ref, Href: "/cases/" + id}, act})
	}
	var out []templ.Component
	if len(l.Rows) > 0 || shut == 0 {
		out = append(out, ui.Table(l))
	}
	if shut > 0 {
		out = append(out, para(rq.lang.N("inquiry.cases.shut", shut)))
	}
	if v.Can(policy.InquiryLink) && v.Closure == nil {
		out = append(out, rq.doLink(v, "link", ui.Secondary))
	}
	return out
}

func (rq *request) inquiryOperations(v *inquiry.View) []templ.Component {
	l := ui.Listing{Caption: rq.t("inquiry.operations.title"), Hide: true, Empty: rq.t("inquiry.operations.none"), Columns: []ui.Column{
		{Label: rq.t("web.f.kind")}, {Label: rq.t("inquiry.col.people")}, {Label: rq.t("web.col.state")}}}
	open := false
	for i := range v.Operations {
		op := &v.Operations[i]
		tag := &ui.Tag{Text: rq.t("inquiry.op.planned"), Tone: ui.Amber}
		switch {
		case op.Ended != nil:
			tag = &ui.Tag{Text: rq.label("operation-ends", op.Ended.Outcome)}
		case len(op.Briefings) > 0:
			tag = &ui.Tag{Text: rq.t("inquiry.op.briefed"), Tone: ui.Green}
		case op.Risk.IsZero():
			tag = &ui.Tag{Text: rq.t("inquiry.op.no_risk"), Tone: ui.Red}
		}
		open = open || op.Ended == nil
		name := ui.Cell{Text: rq.label("operation-kinds", op.Kind), Sub: rq.day(op.On)}
		if op.Ended == nil && v.Can(policy.InquiryPlan) && v.Closure == nil {
			name.Href = "/inquiries/" + v.ID + "/do/plan?operation=" + op.ID
		}
		l.Rows = append(l.Rows, []ui.Cell{name,
			{Text: rq.lang.N("inquiry.op.officers", len(op.Officers)), Sub: rq.lang.N("inquiry.op.units", len(op.Units))}, {Tag: tag}})
	}
	out := []templ.Component{ui.Table(l)}
	if v.Can(policy.InquiryPlan) && v.Closure == nil {
		out = append(out, rq.doLink(v, "plan", ui.Secondary))
		if open {
			out = append(out, rq.doLink(v, "brief", ui.Secondary), rq.doLink(v, "finish", ui.Secondary))
		}
	}
	return out
}

// planRows is how many officers and vehicles the form of a plan has room for
// at first; what was typed is never fewer.
const planRows = 5

func askPlanned(f fields, v *inquiry.View) []templ.Component {
	if op := v.Operation(f.v.Get("operation")); op != nil && f.rq.Method == http.MethodGet {
		f.v = planned(op)
	}
	out := []templ.Component{ui.Hidden("operation", f.v.Get("operation")), f.radios("kind", "operation-kinds"), f.date("on"), f.area("place"), f.area("plan"), f.area("risk")}
	rows := planRows
	if op := v.Operation(f.v.Get("operation")); op != nil {
		rows = min(listRows, max(len(op.Officers), len(op.Units))+2)
	}
	for i := range rows {
		at := "officers." + strconv.Itoa(i) + "."
		out = append(out, with(ui.Fieldset(f.rq.t("inquiry.plan.officer", "n", strconv.Itoa(i+1))), f.officers(at+"staff", v.Members(f.rq.of.Now())), f.choose(at+"role", "scene-roles"), f.choose(at+"side", "operation-sides")))
	}
	for i := range rows {
		at := "units." + strconv.Itoa(i) + "."
		out = append(out, with(ui.Fieldset(f.rq.t("inquiry.plan.unit", "n", strconv.Itoa(i+1))), f.unitKind(at+"kind"), f.line(at+"name"), f.choose(at+"side", "operation-sides")))
	}
	return out
}

// planned is a plan as its form would have been filled in; what is sealed is
// not, and stays when it is left empty.
func planned(op *inquiry.Operation) url.Values {
	v := url.Values{"operation": {op.ID}, "kind": {op.Kind}, "on": {op.On}}
	for i, o := range op.Officers {
		at := "officers." + strconv.Itoa(i) + "."
		v.Set(at+"staff", o.Staff)
		v.Set(at+"role", o.Role)
		v.Set(at+"side", o.Side)
	}
	for i, u := range op.Units {
		at := "units." + strconv.Itoa(i) + "."
		v.Set(at+"kind", u.Kind)
		v.Set(at+"name", u.Name)
		v.Set(at+"side", u.Side)
	}
	return v
}

func (f fields) unitKind(name string) templ.Component {
	return f.choice(name, []ui.Option{{Value: scene.ByVehicle, Label: f.rq.t("scene.share.vehicle")}, {Value: scene.ByRoom, Label: f.rq.t("scene.share.room")}})
}

func (f fields) operations(v *inquiry.View, name string) templ.Component {
	var options []ui.Option
	for i := range v.Operations {
		if op := &v.Operations[i]; op.Ended == nil {
			options = append(options, ui.Option{Value: op.ID, Label: f.rq.label("operation-kinds", op.Kind) + ", " + f.rq.day(op.On)})
		}
	}
	return f.choice(name, options)
}

// officers offers members of staff: those named, and the own agency's.
func (f fields) officers(name string, also []string) templ.Component {
	names := f.rq.namesOf(also...)
	var options []ui.Option
	seen := map[string]bool{}
	for _, id := range also {
		if !seen[id] && names[id] != "" {
			options = append(options, ui.Option{Value: id, Label: names[id]})
		}
		seen[id] = true
	}
	if all, err := f.rq.of.Accounts.StaffOf(f.rq.Context(), f.rq.who.Agency); err == nil {
		for _, s := range all {
			if !seen[s.ID] {
				options = append(options, ui.Option{Value: s.ID, Label: s.Name})
			}
		}
	}
	return f.choice(name, options)
}

// ownCases offers the cases on whose team one is.
func (f fields) ownCases(name string) templ.Component {
	var options []ui.Option
	if rows, err := f.rq.of.Cases.First(f.rq.Context(), f.rq.who, casefile.Mine, 100); err == nil {
		for _, r := range rows {
			options = append(options, ui.Option{Value: r.ID, Label: r.Ref})
		}
	}
	return f.choice(name, options)
}

// namesOf gives names of members of staff; a page without names is still of use.
func (rq *request) namesOf(ids ...string) map[string]string {
	names, err := rq.of.StaffNames(rq.Context(), ids...)
	if err != nil || names == nil {
		return map[string]string{}
	}
	return names
}
