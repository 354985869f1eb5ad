package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"rufaa/internal/accounts"
	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/referral"
	"rufaa/internal/web/ui"
)

func (s *site) homeRoutes() {
	s.handle("GET /{$}", policy.CaseList, home)
	s.handle("POST /notices/{id}/seen", policy.NoticesView, putAside)
	s.handle("GET /alerts/new", policy.AlertCreate, func(rq *request) error { return rq.alertPage(http.StatusOK, nil, nil) })
	s.handle("POST /alerts", policy.AlertCreate, raise)
	s.handle("GET /search", policy.SearchExact, func(rq *request) error { return rq.searchPage(http.StatusOK, nil, nil, false) })
	s.handle("POST /search", policy.SearchExact, find)
	s.handle("GET /agencies", policy.DirectoryView, agenciesPage)
	s.handle("GET /agencies/{id}", policy.DirectoryView, agencyPage)
	s.handle("GET /rules", policy.DirectoryView, rulesPage)
	s.handle("GET /account", policy.SelfManage, accountPage)
	s.handle("POST /account/password", policy.SelfManage, changePassword)
	s.handle("POST /account/sessions/{id}/end", policy.SelfManage, endSession)
	s.handle("GET /duty", policy.SelfManage, dutyPage)
	s.handle("POST /duty", policy.SelfManage, chooseDuty)
}

// pageRows is how many rows one page of a list holds.
const pageRows = 50

func (rq *request) listOf() casefile.List {
	switch l := casefile.List(rq.URL.Query().Get("list")); l {
	case casefile.Waiting, casefile.RaisedByMe, casefile.ClosedMine, casefile.Every, casefile.Mine:
		return l
	}
	switch rq.person.Duty {
	case "secretariat":
		return casefile.Every
	case "first_responder":
		return casefile.RaisedByMe
	}
	return casefile.Mine
}

func home(rq *request) error {
	ctx, now := rq.Context(), rq.of.Now()
	chosen := rq.listOf()
	page, err := rq.of.Cases.Worklist(ctx, rq.who, chosen, rq.URL.Query().Get("after"), pageRows)
	if err != nil {
		return err
	}
	body := []templ.Component{ui.Heading(rq.person.AgencyName, rq.t("web.home.title"))}
	first := rq.URL.Query().Get("after") == ""
	if first {
		extra, err := rq.homeTop(ctx, chosen, now)
		if err != nil {
			return err
		}
		body = append(body, extra...)
	}
	body = append(body, rq.listLinks(chosen), small(rq.lang.N("web.home.count", page.Total)), rq.caseTable(page.Rows, chosen, now))
	if page.Next != "" {
		body = append(body, ui.CursorPager(ui.Cursor{Older: "/?list=" + string(chosen) + "&after=" + url.QueryEscape(page.Next)}))
	}
	p := rq.page(rq.t("web.home.title"))
	return rq.render(http.StatusOK, p, body...)
}

// homeTop is what needs somebody before the list: notices, what waits to be
// taken, referrals to answer.
func (rq *request) homeTop(ctx context.Context, chosen casefile.List, now time.Time) ([]templ.Component, error) {
	var body []templ.Component
	notices, err := rq.of.Cases.Notices(ctx, rq.who, 10)
	if err != nil {
		return nil, err
	}
	for _, n := range notices {
		body = append(body, with(ui.Banner(ui.Important, rq.t("web.notice."+n.Kind), "notice-"+n.ID),
			para2link(n.Ref+" · "+rq.lang.DateTime(n.At), rq.o.Base+"/cases/"+n.Case),
			with(ui.Form(ui.Sending{Action: "/notices/" + n.ID + "/seen"}), ui.Button(ui.Press{Text: rq.t("web.notice.aside"), Look: ui.Secondary, Small: true}))))
	}
	if chosen != casefile.Waiting {
		waiting, err := rq.of.Cases.First(ctx, rq.who, casefile.Waiting, 5)
		if err != nil {
			return nil, err
		}
		if len(waiting) > 0 {
			body = append(body, with(ui.Section("waiting", rq.t("web.list.waiting")), rq.caseTable(waiting, casefile.Waiting, now)))
		}
	}
	inbox, err := rq.of.Referrals.Inbox(ctx, rq.who, 20)
	if err != nil {
		return nil, err
	}
	if rq.person.Duty == accounts.Secretariat {
		if inbox, err = rq.of.Referrals.Unanswered(ctx, rq.who, 20); err != nil {
			return nil, err
		}
	}
	if len(inbox) > 0 {
		title := rq.t("web.inbox.title")
		if rq.person.Duty == accounts.Secretariat {
			title = rq.t("web.unanswered.title")
		}
		body = append(body, with(ui.Section("inbox", title), rq.referralTable(inbox, now)))
	}
	return body, nil
}

func (rq *request) listLinks(chosen casefile.List) templ.Component {
	lists := []casefile.List{casefile.Mine, casefile.Waiting, casefile.RaisedByMe, casefile.ClosedMine}
	if rq.person.Duty == accounts.Secretariat {
		lists = []casefile.List{casefile.Every, casefile.RaisedByMe}
	}
	var items []templ.Component
	for _, l := range lists {
		text := rq.t("web.list." + string(l))
		if l == chosen {
			items = append(items, element("strong", "", text))
		} else {
			items = append(items, anchor(text, rq.o.Base+"/?list="+string(l)))
		}
	}
	return list(items...)
}

func anchor(text, href string) templ.Component {
	return element("a", ` href="`+templ.EscapeString(href)+`"`, text)
}

func (rq *request) caseTable(rows []casefile.Row, which casefile.List, now time.Time) templ.Component {
	l := ui.Listing{Caption: rq.t("web.list." + string(which)), Hide: true, Empty: rq.t("web.list.empty"), Columns: []ui.Column{
		{Label: rq.t("web.col.case")}, {Label: rq.t("web.col.state")}, {Label: rq.t("web.col.who")}, {Label: rq.t("web.col.county")}, {Label: rq.t("web.col.next")}}}
	for i := range rows {
		r := &rows[i]
		next := "–"
		if r.Due != nil {
			next = rq.t("web.clock."+r.Clock) + ": " + rq.when(*r.Due, now)
		}
		who := rq.label("sexes", r.Sex) + " " + rq.label("age-bands", r.AgeBand)
		if r.Child {
			who += " · " + rq.t("common.child")
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: r.Ref, Href: "/cases/" + r.ID, Sub: rq.of.AgencyName(r.Holder)}, {Tag: rq.rowTag(r)}, {Text: who}, {Text: rq.label("counties", r.County)}, {Text: next}})
	}
	return ui.Table(l)
}

// rowTag is the one state that matters most about a case in a list.
func (rq *request) rowTag(r *casefile.Row) *ui.Tag {
	switch {
	case r.Danger:
		return &ui.Tag{Text: rq.t("web.tag.danger"), Tone: ui.Red}
	case r.Detained:
		return &ui.Tag{Text: rq.t("web.tag.detained"), Tone: ui.Red}
	case r.Waiting:
		return &ui.Tag{Text: rq.t("web.tag.waiting"), Tone: ui.Amber}
	case r.Stage == casefile.StageClosed:
		return &ui.Tag{Text: rq.t("web.stage.closed")}
	}
	return &ui.Tag{Text: rq.t("web.stage." + string(r.Stage)), Tone: ui.Teal}
}

func (rq *request) referralTable(rows []referral.Row, now time.Time) templ.Component {
	l := ui.Listing{Caption: rq.t("web.inbox.title"), Hide: true, Columns: []ui.Column{{Label: rq.t("web.col.referral")}, {Label: rq.t("web.col.state")}, {Label: rq.t("web.col.from")}, {Label: rq.t("web.col.next")}}}
	for _, r := range rows {
		href, next := "/referrals/"+r.ID, ""
		if rq.person.Duty == accounts.Secretariat {
			href = ""
		}
		if r.Status == "sent" {
			next = rq.when(r.Due, now)
		}
		tone := ui.Teal
		if r.Status == "sent" {
			tone = ui.Amber
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.service(r.Service), Href: href, Sub: r.Ref}, {Tag: &ui.Tag{Text: rq.t("web.referral." + r.Status), Tone: tone}},
			{Text: rq.of.AgencyName(r.From), Sub: rq.of.AgencyName(r.To)}, {Text: next}})
	}
	return ui.Table(l)
}

func putAside(rq *request) error {
	if err := rq.of.Cases.PutAside(rq.Context(), rq.who, rq.PathValue("id")); err != nil {
		return err
	}
	rq.redirect("/")
	return nil
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
	body = append(body, para(rq.t("web.alert.text")), rq.form("/alerts", rq.t("web.alert.send"), "",
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
	if err := rq.ParseForm(); err != nil {
		return err
	}
	v := rq.PostForm
	a := &casefile.Alert{
		Immediate: v.Get("immediate") == "yes", Dangers: v["dangers"], Channel: v.Get("channel"), County: v.Get("county"), Place: v.Get("place"),
		PlaceKind: v.Get("place_kind"), Account: v.Get("account"), Holder: v.Get("holder"), Anonymous: v.Get("anonymous") == "yes",
		Reporter: v.Get("reporter"), Phone: v.Get("reporter_phone"), Relation: v.Get("reporter_relation"), Person: facts(v, "person."),
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

func agenciesPage(rq *request) error {
	title := rq.t("web.agencies.title")
	all, err := rq.of.Accounts.Agencies(rq.Context())
	if err != nil {
		return err
	}
	l := ui.Listing{Caption: title, Hide: true, Columns: []ui.Column{{Label: rq.t("web.col.agency")}, {Label: rq.t("web.col.kind")}, {Label: rq.t("web.col.county")}}}
	for _, a := range all {
		l.Rows = append(l.Rows, []ui.Cell{{Text: a.Name, Href: "/agencies/" + a.ID}, {Text: rq.label("agency-kinds", a.Kind)}, {Text: rq.label("counties", a.County)}})
	}
	return rq.render(http.StatusOK, rq.page(title), ui.Heading("", title), para(rq.t("web.agencies.text")), ui.Table(l))
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
	return rq.render(http.StatusOK, rq.page(a.Name), append(body, ui.SummaryList(factsOf), para2link(rq.t("web.agencies.title"), rq.o.Base+"/agencies"))...)
}

func rulesPage(rq *request) error {
	title, l := rq.t("web.rules.title"), rq.lang.Code()
	body := []templ.Component{ui.Heading("", title), para(rq.t("web.rules.text"))}
	for _, r := range rq.of.Content.Rules {
		body = append(body, with(ui.Section(r.ID, r.Title.In(l)), para(r.Why.In(l)), para(r.Remedy.In(l)), small(rq.t("web.rule.source", "source", r.Source))))
	}
	return rq.render(http.StatusOK, rq.page(title), body...)
}

func accountPage(rq *request) error { return rq.account(http.StatusOK, nil, false) }

func (rq *request) account(status int, errs []ui.FieldError, done bool) error {
	title := rq.t("accounts.self.title")
	p := rq.page(title)
	p.Errors = errs
	if done {
		p.Flash = &ui.Flash{Kind: ui.Done, Text: rq.t("accounts.password.done")}
	}
	sessions, err := rq.of.Accounts.Sessions(rq.Context(), rq.person.ID)
	if err != nil {
		return err
	}
	l := ui.Listing{Caption: rq.t("accounts.sessions.title"), Columns: []ui.Column{{Label: rq.t("accounts.sessions.device")}, {Label: rq.t("accounts.sessions.seen")}, {Label: rq.t("web.col.do")}}}
	for _, s := range sessions {
		end := with(ui.Form(ui.Sending{Action: "/account/sessions/" + s.ID + "/end"}), ui.Button(ui.Press{Text: rq.t("accounts.sessions.end"), Look: ui.Secondary, Small: true}))
		sub := ""
		if s.ID == rq.person.Session {
			sub = rq.t("accounts.sessions.here")
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: s.Device, Sub: sub}, {Text: rq.lang.DateTime(s.Seen)}, {Body: end}})
	}
	pass := func(name, label string) templ.Component {
		b := fields{rq: rq, v: url.Values{}, errors: errs}.base(name)
		b.Label, b.Type = rq.t(label), "password"
		return ui.TextInput(b)
	}
	body := []templ.Component{ui.Heading("", title),
		ui.SummaryList([]ui.Fact{{Key: rq.t("accounts.self.name"), Value: rq.person.Name}, {Key: rq.t("accounts.self.username"), Value: rq.person.Username}, {Key: rq.t("accounts.self.agency"), Value: rq.person.AgencyName}}),
		ui.Table(l),
		with(ui.Section("password-section", rq.t("accounts.password.title")), rq.form("/account/password", rq.t("accounts.password.button"), "",
			pass("old", "accounts.password.old"), pass("new", "accounts.password.new"), pass("again", "accounts.password.repeat")))}
	if len(rq.person.Duties) > 1 {
		body = append(body, para2link(rq.t("accounts.duty.change"), rq.o.Base+"/duty"))
	}
	return rq.render(status, p, append(body, para2link(rq.t("web.rules.title"), rq.o.Base+"/rules"))...)
}

func changePassword(rq *request) error {
	if rq.PostFormValue("new") != rq.PostFormValue("again") {
		return rq.account(http.StatusUnprocessableEntity, []ui.FieldError{{Field: "new", Message: rq.t("accounts.password.mismatch")}}, false)
	}
	err := rq.of.Accounts.ChangePassword(rq.Context(), rq.person, rq.PostFormValue("old"), rq.PostFormValue("new"))
	if key := accounts.Key(err); key != "" {
		field := "new"
		if key == "accounts.error.wrong_password" {
			field = "old"
		}
		return rq.account(http.StatusUnprocessableEntity, []ui.FieldError{{Field: field, Message: rq.t(key)}}, false)
	}
	if err != nil {
		return err
	}
	return rq.account(http.StatusOK, nil, true)
}

func endSession(rq *request) error {
	if err := rq.of.Accounts.Revoke(rq.Context(), rq.person, rq.person.ID, rq.PathValue("id")); err != nil {
		return err
	}
	rq.redirect("/account")
	return nil
}

func dutyPage(rq *request) error {
	title := rq.t("accounts.duty.title")
	f := ui.Field{Name: "duty", Label: title}
	for _, d := range rq.person.Duties {
		f.Options = append(f.Options, ui.Option{Value: string(d), Label: rq.label("duties", string(d))})
	}
	return rq.render(http.StatusOK, rq.page(title), ui.Heading("", title), para(rq.t("accounts.duty.text")), rq.form("/duty", rq.t("accounts.duty.button"), "", ui.Radios(f)))
}

func chooseDuty(rq *request) error {
	if _, err := rq.of.Accounts.ChooseDuty(rq.Context(), rq.token(), accounts.Duty(rq.PostFormValue("duty"))); err != nil {
		return err
	}
	rq.redirect("/")
	return nil
}
