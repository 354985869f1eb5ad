package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

// command is one form of a case: which questions it asks, and what they mean.
type command struct {
	slug   string // of its path and its texts
	action policy.Action
	ask    func(f fields, c *casefile.Frame) []templ.Component
	read   func(v url.Values) casefile.Command
}

// commands are the forms of a case, in the order of the journey.
var commands = []command{
	{"take", policy.CaseTake, nil, func(url.Values) casefile.Command { return &casefile.Take{} }},
	{"danger", policy.DangerAnswer, askDanger, func(v url.Values) casefile.Command {
		return &casefile.AnswerDanger{Done: v.Get("action"), Note: v.Get("note")}
	}},
	{"account", policy.CaseTell, func(f fields, _ *casefile.Frame) []templ.Component { return []templ.Component{f.area("text")} },
		func(v url.Values) casefile.Command { return &casefile.Tell{Text: v.Get("text")} }},
	{"place", policy.CasePlace, func(f fields, _ *casefile.Frame) []templ.Component {
		return []templ.Component{f.choose("kind", "places-of-stay"), f.area("place"), f.choose("county", "counties"), f.date("until")}
	}, func(v url.Values) casefile.Command {
		return &casefile.Move{Kind: v.Get("kind"), Place: v.Get("place"), County: v.Get("county"), Until: ui.DateFrom(v, "until")}
	}},
	{"persons", policy.CaseDescribe, askPerson, func(v url.Values) casefile.Command {
		return &casefile.Describe{Person: v.Get("person"), Facts: facts(v, "facts.")}
	}},
	{"screening", policy.ScreeningRecord, askScreening, readScreening},
	{"presumption", policy.PresumptionDecide, func(f fields, _ *casefile.Frame) []templ.Component {
		return []templ.Component{f.radios("decision", "decisions"), f.radios("track", "tracks"), f.checks("exploitation", "exploitation"),
			f.area("note"), f.choose("reason", "not-presumed-reasons"), f.area("way_back"), f.date("review_on")}
	}, func(v url.Values) casefile.Command {
		return &casefile.Presume{Decision: v.Get("decision"), Track: v.Get("track"), Exploitation: v["exploitation"], Reason: v.Get("reason"),
			Note: v.Get("note"), WayBack: v.Get("way_back"), ReviewOn: ui.DateFrom(v, "review_on")}
	}},
	{"consent", policy.ConsentRecord, func(f fields, _ *casefile.Frame) []templ.Component {
		return []templ.Component{para(f.rq.t("web.consent.text")), f.agency("agency"), f.checks("purposes", "purposes"), f.checks("compartments", "compartments"),
			f.yesNo("given"), f.givenBy(), f.radios("how", "consent-how"), f.talk(), f.date("until")}
	}, readConsent},
	{"basis", policy.BasisRecord, func(f fields, _ *casefile.Frame) []templ.Component {
		return []templ.Component{f.choose("kind", "bases"), f.choose("purpose", "purposes"), f.agency("agency"), f.checks("compartments", "compartments"), f.area("reason"), f.number("days")}
	}, func(v url.Values) casefile.Command {
		days, _ := strconv.Atoi(v.Get("days"))
		return &casefile.Ground{Kind: v.Get("kind"), Purpose: v.Get("purpose"), Agency: v.Get("agency"), Compartments: v["compartments"], Reason: v.Get("reason"), Days: days}
	}},
	{"safety", policy.SafetyAssess, askSafety, readSafety},
	{"needs", policy.NeedsAssess, askNeeds, readNeeds},
	{"team", policy.TeamChange, askTeam, func(v url.Values) casefile.Command {
		return &casefile.Join{Staff: v.Get("staff"), Duty: v.Get("duty")}
	}},
	{"interview", policy.InterviewRecord, func(f fields, _ *casefile.Frame) []templ.Component {
		return []templ.Component{para(f.rq.t("web.interview.text")), f.date("on"), f.talk(), f.area("account"), f.yesNo("recorded"), f.area("repeat_reason")}
	}, func(v url.Values) casefile.Command {
		r := &casefile.RecordInterview{On: ui.DateFrom(v, "on"), Account: v.Get("account"), Recorded: v.Get("recorded") == "yes", RepeatReason: v.Get("repeat_reason")}
		r.Spoken = talkOf(v)
		return r
	}},
	{"followup", policy.FollowUpRecord, func(f fields, _ *casefile.Frame) []templ.Component {
		return []templ.Component{f.radios("kind", "follow-up-kinds"), f.date("on"), f.yesNoUnknown("safe"), f.area("note"), f.date("next_on")}
	}, func(v url.Values) casefile.Command {
		return &casefile.Follow{Kind: v.Get("kind"), On: ui.DateFrom(v, "on"), Safe: v.Get("safe"), Note: v.Get("note"), NextOn: ui.DateFrom(v, "next_on")}
	}},
	{"extra", policy.ExtraRecord, askExtra, readExtra},
	{"close", policy.CaseClose, func(f fields, _ *casefile.Frame) []templ.Component {
		return []templ.Component{f.radios("reason", "closure-reasons"), f.area("note")}
	}, func(v url.Values) casefile.Command {
		return &casefile.Close{Reason: v.Get("reason"), Note: v.Get("note")}
	}},
	{"reopen", policy.CaseReopen, func(f fields, _ *casefile.Frame) []templ.Component { return []templ.Component{f.area("reason")} },
		func(v url.Values) casefile.Command { return &casefile.Reopen{Reason: v.Get("reason")} }},
}

// quick are the commands of one button, without a page of their own.
var quick = map[string]struct {
	action policy.Action
	back   string // where one is afterwards: a part of the case, or the case
	read   func(v url.Values) casefile.Command
}{
	"withdraw":          {policy.ConsentWithdraw, "", typed[casefile.Withdraw]},
	"end-basis":         {policy.BasisRecord, "", typed[casefile.EndGround]},
	"settle":            {policy.NeedsAssess, "", typed[casefile.SettleNeed]},
	"leave":             {policy.TeamChange, "", typed[casefile.Leave]},
	"end-cover":         {policy.TeamChange, "", typed[casefile.EndCover]},
	"let-back":          {policy.TeamChange, "", typed[casefile.LetBack]},
	"strike-service":    {policy.ServiceRecord, "/plan", typed[casefile.StrikeService]},
	"settle-task":       {policy.TaskChange, "/work", typed[casefile.SettleTask]},
	"call-off":          {policy.ConferenceHold, "/work", typed[casefile.CallOffConference]},
	"clear-flag":        {policy.FlagRaise, "/supervision", typed[casefile.ClearFlag]},
	"confirm-section14": {policy.Section14Confirm, "/nonpunishment", typed[casefile.ConfirmSection14]},
	"dismiss-panel":     {policy.IdentificationPanel, "/identification", typed[casefile.DismissPanel]},
	"copy":              {policy.RightsAnswer, "/rights", typed[casefile.GiveCopy]},
}

func (s *site) commandRoutes() {
	for _, c := range rooms.and(commands) {
		s.handle("GET /cases/{id}/do/"+c.slug, c.action, func(rq *request) error { return rq.commandPage(c, http.StatusOK, nil, nil) })
		s.handle("POST /cases/{id}/do/"+c.slug, c.action, func(rq *request) error { return rq.runCommand(c) })
	}
	for slug, q := range quick {
		s.handle("POST /cases/{id}/"+slug, q.action, func(rq *request) error {
			id := rq.PathValue("id")
			if _, err := rq.of.Cases.Do(rq.Context(), rq.who, id, casefile.Order{Key: rq.FormValue("_key")}, q.read(rq.PostForm)); err != nil {
				return err
			}
			rq.redirect("/cases/" + id + q.back)
			return nil
		})
	}
}

func (rq *request) commandPage(c *command, status int, errs []ui.FieldError, above []templ.Component) error {
	id := rq.PathValue("id")
	frame, err := rq.of.Cases.View(rq.Context(), rq.who, id)
	if err != nil {
		return err
	}
	title := rq.t("web.do." + c.slug)
	p := rq.page(title)
	p.Errors = errs
	p.Back = &ui.Link{Text: frame.Row.Ref, Href: "/cases/" + id + rooms.pathOf(c.slug, frame)}
	body := append([]templ.Component{ui.Heading(frame.Row.Ref, title)}, above...)
	if !frame.Can(c.action) {
		rule, _ := rq.of.Content.Rule("access.duty")
		return rq.render(http.StatusForbidden, p, append(body, rq.ruleNotice(rule))...)
	}
	// A form that was sent is shown again all the same: what was typed is not lost.
	if rule, ok := rq.barred(frame, c.action); ok && rq.Method == http.MethodGet {
		return rq.render(status, p, append(body, rq.ruleNotice(rule))...)
	}
	f := fields{rq: rq, scope: c.slug, v: rq.PostForm, errors: errs}
	if f.v == nil {
		f.v = rq.URL.Query() // a link may have chosen: ?goal=…
	}
	var ask []templ.Component
	if c.ask != nil {
		ask = c.ask(f, frame)
	}
	body = append(body, rq.form("/cases/"+id+"/do/"+c.slug, rq.t("common.save"), strconv.FormatInt(frame.Row.Version, 10), ask...))
	return rq.render(status, p, body...)
}

func (rq *request) runCommand(c *command) error {
	id := rq.PathValue("id")
	_, err := rq.of.Cases.Do(rq.Context(), rq.who, id, rq.order(), c.read(rq.PostForm))
	if err != nil {
		if status, above, ok := rq.notices(err); ok {
			return rq.commandPage(c, status, rq.fieldErrors(err), above)
		}
		return err
	}
	frame, err := rq.of.Cases.View(rq.Context(), rq.who, id)
	if err != nil { // it was done, and the case is theirs no more
		rq.redirect("/")
		return nil
	}
	rq.redirect("/cases/" + id + rooms.pathOf(c.slug, frame))
	return nil
}

func talkOf(v url.Values) casefile.Spoken {
	return casefile.Spoken{Language: v.Get("language"), Interpreting: v.Get("interpreting"), Interpreter: v.Get("interpreter")}
}

func askDanger(f fields, _ *casefile.Frame) []templ.Component {
	return []templ.Component{f.radios("action", "danger-actions"), f.area("note")}
}

func askPerson(f fields, c *casefile.Frame) []templ.Component {
	b := f.base("person")
	for i := range c.State.Persons {
		p := &c.State.Persons[i]
		if p.Role != casefile.RoleReporter {
			b.Options = append(b.Options, ui.Option{Value: p.ID, Label: f.rq.t("web.role." + p.Role)})
		}
	}
	b.Options = append(b.Options, ui.Option{Value: "", Label: f.rq.t("web.person.another"), Or: true})
	role := f.base("facts.role")
	for _, r := range []string{"child", "sibling", "companion", "relative", "guardian"} {
		role.Options = append(role.Options, ui.Option{Value: r, Label: f.rq.t("web.role." + r)})
	}
	minor := f.base("facts.minor")
	minor.Inline = true
	minor.Options = []ui.Option{{Value: "yes", Label: f.rq.t("common.yes")}, {Value: "no", Label: f.rq.t("common.no")}, {Value: "unsure", Label: f.rq.t("web.unsure")}}
	return []templ.Component{para(f.rq.t("web.person.text")), ui.Radios(b), f.line("facts.name"), f.area("facts.other_names"), f.phone("facts.phone"), f.line("facts.id_number"), f.date("facts.birth_date"),
		f.number("facts.age"), ui.Radios(minor), f.choose("facts.sex", "sexes"), f.choose("facts.language", "languages"), f.choose("facts.nationality", "countries"), ui.Radios(role)}
}

func (f fields) givenBy() templ.Component {
	b := f.base("given_by")
	b.Values, b.Inline = nil, true
	b.Options = []ui.Option{{Value: "person", Label: f.rq.t("web.by.person")}, {Value: "guardian", Label: f.rq.t("web.by.guardian")}}
	return ui.Radios(b)
}

func readConsent(v url.Values) casefile.Command {
	a := &casefile.Ask{Given: v.Get("given") == "yes", Purposes: v["purposes"], Agency: v.Get("agency"), Compartments: v["compartments"],
		How: v.Get("how"), GivenBy: v.Get("given_by"), Until: ui.DateFrom(v, "until")}
	a.Spoken = talkOf(v)
	return a
}

func askSafety(f fields, _ *casefile.Frame) []templ.Component {
	out := []templ.Component{f.radios("level", "risk-levels"), f.area("her_view"), f.area("reasons"), f.area("plan")}
	var domains []templ.Component
	for _, d := range f.rq.of.Content.List("risk-domains") {
		b := ui.Field{Name: "d." + d.ID, Label: d.In(f.rq.lang.Code()), Value: f.v.Get("d." + d.ID), Options: f.rq.options("risk-levels", true)}
		domains = append(domains, ui.Select(b))
	}
	return append(out, with(ui.Details(f.rq.t("web.safety.domains"), false), domains...))
}

func readSafety(v url.Values) casefile.Command {
	a := &casefile.Assess{Level: v.Get("level"), Domains: map[string]string{}, Reasons: v.Get("reasons"), HerView: v.Get("her_view"), Plan: v.Get("plan")}
	for name := range v {
		if id, ok := strings.CutPrefix(name, "d."); ok && v.Get(name) != "" {
			a.Domains[id] = v.Get(name)
		}
	}
	return a
}

func askNeeds(f fields, _ *casefile.Frame) []templ.Component {
	out := []templ.Component{f.area("wishes")}
	l := f.rq.lang.Code()
	for _, s := range f.rq.of.Content.Services() {
		urgency := ui.Field{Name: "n." + s.ID, Label: f.rq.t("web.need.urgency"), Value: f.v.Get("n." + s.ID), Options: append([]ui.Option{{Value: "", Label: f.rq.t("web.need.none")}}, f.rq.options("urgencies", false)...)}
		note := ui.Field{Name: "nn." + s.ID, Label: f.rq.t("web.f.note"), Value: f.v.Get("nn." + s.ID), Rows: 2}
		open := f.v.Get("n."+s.ID) != ""
		out = append(out, with(ui.Details(s.Label.In(l), open), ui.Select(urgency), ui.Textarea(note)))
	}
	return out
}

func readNeeds(v url.Values) casefile.Command {
	n := &casefile.AssessNeeds{Wishes: v.Get("wishes")}
	for name := range v {
		if id, ok := strings.CutPrefix(name, "n."); ok && v.Get(name) != "" {
			n.Needs = append(n.Needs, casefile.NeedFact{Service: id, Urgency: v.Get(name), Note: v.Get("nn." + id)})
		}
	}
	return n
}

func askTeam(f fields, _ *casefile.Frame) []templ.Component {
	staff := f.base("staff")
	all, err := f.rq.of.Accounts.StaffOf(f.rq.Context(), f.rq.who.Agency)
	if err != nil {
		return nil
	}
	for _, s := range all {
		staff.Options = append(staff.Options, ui.Option{Value: s.ID, Label: s.Name})
	}
	return []templ.Component{ui.Radios(staff), f.choose("duty", "duties")}
}
