package web

import (
	"net/http"
	"net/url"
	"sort"
	"strconv"

	"github.com/a-h/templ"

	"rufaa/internal/accounts"
	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/web/ui"
)

func (s *site) oversightRoutes() {
	s.handle("GET /overview", policy.OverviewView, overviewPage)
	s.handle("GET /break-glass", policy.GlassBreak, func(rq *request) error { return rq.glassPage(http.StatusOK, nil, nil) })
	s.handle("POST /break-glass", policy.GlassBreak, breakGlass)
	s.handle("GET /break-glass/queue", policy.GlassReview, func(rq *request) error { return rq.queuePage(http.StatusOK, nil, nil) })
	s.handle("POST /cases/{id}/break-glass/{glass}/second", policy.GlassSecond, secondGlass)
	s.handle("POST /cases/{id}/break-glass/{glass}/review", policy.GlassReview, reviewGlass)
	s.handle("GET /retention", policy.RetentionView, retentionPage)
	s.handle("GET /staff", policy.StaffView, func(rq *request) error { return rq.staffPage(http.StatusOK, nil, nil) })
	s.handle("POST /staff", policy.StaffManage, invite)
	s.handle("POST /staff/{id}/{what}", policy.StaffManage, manageStaff)
}

func overviewPage(rq *request) error {
	o, err := rq.of.Cases.Overview(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	title := rq.t("web.overview.title")
	count := func(key string, n int) ui.Fact { return ui.Fact{Key: rq.t(key), Value: strconv.Itoa(n)} }
	body := []templ.Component{ui.Heading("", title), ui.SummaryList([]ui.Fact{count("web.overview.open", o.Open), count("web.overview.waiting", o.Waiting),
		count("web.overview.danger", o.Danger), count("web.overview.detained", o.Detained), count("web.overview.overdue", o.Overdue), count("web.overview.closed", o.Closed)})}
	body = append(body, rq.counts(rq.t("web.overview.stages"), o.ByStage, func(id string) string { return rq.t("web.stage." + id) }),
		rq.counts(rq.t("web.overview.counties"), o.ByCounty, func(id string) string {
			if id == "" {
				return rq.t("common.unknown")
			}
			return rq.label("counties", id)
		}))
	return rq.render(http.StatusOK, rq.page(title), body...)
}

func (rq *request) counts(title string, by map[string]int, label func(string) string) templ.Component {
	l := ui.Listing{Caption: title, Keep: true, Columns: []ui.Column{{Label: title}, {Label: rq.t("web.col.number"), Number: true}}}
	ids := make([]string, 0, len(by))
	for id := range by {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool { return by[ids[i]] > by[ids[j]] || by[ids[i]] == by[ids[j]] && ids[i] < ids[j] })
	for _, id := range ids {
		l.Rows = append(l.Rows, []ui.Cell{{Text: label(id)}, {Text: strconv.Itoa(by[id])}})
	}
	return ui.Table(l)
}

func (rq *request) glassPage(status int, errs []ui.FieldError, above []templ.Component) error {
	title := rq.t("web.glass.title")
	p := rq.page(title)
	p.Errors = errs
	f := fields{rq: rq, v: rq.PostForm, errors: errs}
	if f.v == nil {
		f.v = url.Values{}
	}
	body := append([]templ.Component{ui.Heading("", title), ui.WarningText(rq.t("web.glass.warning")), para(rq.t("web.glass.text"))}, above...)
	return rq.render(status, p, append(body, rq.form("/break-glass", rq.t("web.glass.break"), "",
		f.line("reference"), f.checks("compartments", "compartments", "identity", "whereabouts", "account", "care"), f.area("reason")))...)
}

func breakGlass(rq *request) error {
	rc, err := rq.of.Cases.BreakGlass(rq.Context(), rq.who, rq.order(), &casefile.Break{Ref: rq.FormValue("reference"), Compartments: rq.PostForm["compartments"], Reason: rq.FormValue("reason")})
	if err != nil {
		if status, above, ok := rq.notices(err); ok {
			return rq.glassPage(status, rq.fieldErrors(err), above)
		}
		return err
	}
	rq.redirect("/cases/" + rc.ID)
	return nil
}

func (rq *request) queuePage(status int, errs []ui.FieldError, above []templ.Component) error {
	rows, err := rq.of.Cases.GlassQueue(rq.Context(), rq.who, 50)
	if err != nil {
		return err
	}
	title := rq.t("web.queue.title")
	p := rq.page(title)
	p.Errors = errs
	body := append([]templ.Component{ui.Heading("", title), para(rq.t("web.queue.text"))}, above...)
	if len(rows) == 0 {
		body = append(body, para(rq.t("web.queue.none")))
	}
	for _, g := range rows {
		at := "/cases/" + g.Case + "/break-glass/" + g.ID
		names, _ := rq.of.StaffNames(rq.Context(), g.Staff)
		parts := []templ.Component{para(names[g.Staff] + " · " + rq.of.AgencyName(g.Agency) + " · " + rq.lang.DateTime(g.At)), small(rq.t("web.queue.due") + ": " + rq.when(g.ReviewDue, rq.of.Now()))}
		if g.Whereabouts && !g.Seconded && rq.of.Now().Before(g.Until) {
			parts = append(parts, rq.press(at+"/second", "yes", "1", rq.t("web.queue.second")), small(rq.t("web.queue.second.own")))
		}
		if rule, ok := rq.of.Content.Rule("breakglass.not-agreed-review"); ok && g.Agreed {
			body = append(body, with(ui.Card(g.Ref), append(parts, rq.ruleReason(rule))...))
			continue
		}
		note := ui.Field{Name: "note", Label: rq.t("web.queue.note"), Rows: 2}
		parts = append(parts, with(ui.Details(rq.t("web.queue.review"), true), rq.form(at+"/review", rq.t("web.queue.close"), "", ui.Hidden("glass", g.ID), ui.Checkbox(ui.Field{Name: "justified", Label: rq.t("web.queue.justified"), Options: []ui.Option{{Value: "yes", Label: rq.t("web.queue.justified")}}}), ui.Textarea(note))))
		body = append(body, with(ui.Card(g.Ref), parts...))
	}
	return rq.render(status, p, body...)
}

func secondGlass(rq *request) error {
	if _, err := rq.of.Cases.Do(rq.Context(), rq.who, rq.PathValue("id"), rq.order(), &casefile.Second{Glass: rq.PathValue("glass")}); err != nil {
		return err
	}
	rq.redirect("/")
	return nil
}

func reviewGlass(rq *request) error {
	_, err := rq.of.Cases.Do(rq.Context(), rq.who, rq.PathValue("id"), rq.order(),
		&casefile.ReviewGlass{Glass: rq.PathValue("glass"), Justified: rq.PostFormValue("justified") != "", Note: rq.PostFormValue("note")})
	if err != nil {
		if status, above, ok := rq.notices(err); ok {
			return rq.queuePage(status, rq.fieldErrors(err), above)
		}
		return err
	}
	rq.redirect("/break-glass/queue")
	return nil
}

func (rq *request) staffPage(status int, errs []ui.FieldError, above []templ.Component) error {
	if err := rq.mayStaff(policy.StaffView, rq.who.Agency); err != nil {
		return err
	}
	all, err := rq.of.Accounts.StaffOf(rq.Context(), rq.who.Agency)
	if err != nil {
		return err
	}
	title := rq.t("accounts.staff.title")
	p := rq.page(title)
	p.Errors = errs
	l := ui.Listing{Caption: title, Hide: true, Columns: []ui.Column{{Label: rq.t("accounts.self.name")}, {Label: rq.t("accounts.self.duties")}, {Label: rq.t("web.col.state")}, {Label: rq.t("web.col.do")}}}
	for _, st := range all {
		duties := ""
		for i, d := range st.Duties {
			if i > 0 {
				duties += ", "
			}
			duties += rq.label("duties", string(d))
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: st.Name, Sub: st.Username, Href: "/staff/" + st.ID}, {Text: duties}, {Text: rq.t("web.staff.state." + string(st.State)), Sub: rq.conductWord(st)},
			rq.staffActs(st)})
	}
	f := fields{rq: rq, v: rq.PostForm, errors: errs}
	if f.v == nil {
		f.v = url.Values{}
	}
	body := append([]templ.Component{ui.Heading(rq.person.AgencyName, title)}, above...)
	waiting, err := rq.withoutManager(all)
	if err != nil {
		return err
	}
	duties := f.base("duties")
	if duties.Options, err = rq.dutiesToGive(rq.who.Agency, nil); err != nil {
		return err
	}
	duties.Value = ""
	body = append(body, rq.conductOwed(all), waiting)
	return rq.render(status, p, append(body, ui.Table(l), with(ui.Section("invite", rq.t("web.staff.invite")),
		rq.form("/staff", rq.t("web.staff.invite"), "", f.line("name"), f.line("username"), ui.TextInput(rq.named(f, "email", "accounts.staff.email")), ui.TextInput(rq.named(f, "number", "signin.staff.number")), ui.Checkboxes(duties))))...)
}

// staffActs are the acts on an account that its state allows; on the own one
// there are none, and why is said.
func (rq *request) staffActs(st accounts.Staff) ui.Cell {
	if st.ID == rq.person.ID {
		return ui.Cell{Text: rq.t(accounts.Key(accounts.ErrOnSelf))}
	}
	var acts []string
	switch st.State {
	case accounts.Invited:
		acts = []string{"leave"}
	case accounts.Active:
		acts = []string{"suspend", "unlock", "reset", "leave"}
		if st.Demo() { // has no second step that could be set up anew
			acts = []string{"suspend", "unlock", "leave"}
		}
	case accounts.Suspended:
		acts = []string{"resume", "leave"}
	}
	var body []templ.Component
	for _, what := range acts {
		body = append(body, rq.press("/staff/"+st.ID+"/"+what, "x", "1", rq.t("web.staff."+what)))
	}
	return ui.Cell{Body: templ.Join(body...)}
}

func (rq *request) mayStaff(action policy.Action, agency string) error {
	res := policy.Resource{Kind: "staff", Agency: agency}
	if rq.of.Door.Decide(rq.who.Principal, action, res, policy.Context{}).Allowed {
		return nil
	}
	return &problem.Denied{Action: string(action), Rule: "access.duty"}
}

func invite(rq *request) error {
	if err := rq.mayStaff(policy.StaffManage, rq.who.Agency); err != nil {
		return err
	}
	in := accounts.Invitation{Name: rq.FormValue("name"), Username: rq.FormValue("username"), Agency: rq.who.Agency, Language: rq.lang.Code(),
		Email: rq.FormValue("email"), Number: rq.FormValue("number")}
	for _, d := range rq.PostForm["duties"] {
		in.Duties = append(in.Duties, accounts.Duty(d))
	}
	link, err := rq.of.Accounts.Invite(rq.Context(), rq.person, in)
	if err != nil {
		if errs := rq.fieldErrors(err); errs != nil {
			return rq.staffPage(http.StatusUnprocessableEntity, errs, nil)
		}
		if key := accounts.Key(err); key != "" {
			return rq.staffPage(http.StatusUnprocessableEntity, []ui.FieldError{{Field: "username", Message: rq.t(key)}}, nil)
		}
		return err
	}
	return rq.staffPage(http.StatusCreated, nil, []templ.Component{with(ui.Banner(ui.Done, rq.t("web.staff.invited"), "invited"), para(rq.t("web.staff.code")), quote(link.Token))})
}

func manageStaff(rq *request) error {
	st, err := rq.of.Accounts.Staff(rq.Context(), rq.PathValue("id"))
	if err != nil {
		return err
	}
	if err := rq.mayStaff(policy.StaffManage, st.Agency); err != nil {
		return problem.ErrNotFound
	}
	ctx := rq.Context()
	switch rq.PathValue("what") {
	case "suspend":
		err = rq.of.Accounts.Suspend(ctx, rq.person, st.ID)
	case "resume":
		err = rq.of.Accounts.Resume(ctx, rq.person, st.ID)
	case "unlock":
		err = rq.of.Accounts.Unlock(ctx, rq.person, st.ID)
	case "reset":
		err = rq.of.Accounts.ResetSecondFactor(ctx, rq.person, st.ID)
	case "leave":
		err = rq.of.Leave(ctx, rq.person, st.ID)
	case "delegate", "no-delegate":
		do := rq.of.Accounts.NameDelegate
		if rq.PathValue("what") == "no-delegate" {
			do = rq.of.Accounts.EndDelegate
		}
		if err = do(ctx, rq.person, st.ID); err == nil {
			rq.redirect("/staff/" + st.ID)
			return nil
		}
	case "hand-over":
		if err = rq.of.Accounts.HandOver(ctx, rq.person, st.ID); err == nil {
			rq.redirect("/duty")
			return nil
		}
	case "invite-again", "reset-password", "sign-on":
		return rq.newLink(st)
	default:
		return problem.ErrNotFound
	}
	if key := accounts.Key(err); key != "" {
		return rq.colleague(http.StatusConflict, st, []ui.FieldError{{Message: rq.t(key)}}, nil)
	}
	if err != nil {
		return err
	}
	rq.redirect("/staff")
	return nil
}
