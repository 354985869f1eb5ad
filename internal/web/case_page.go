package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/vault"
	"rufaa/internal/web/ui"
)

func (s *site) caseRoutes() {
	s.handle("GET /cases/{id}", policy.CaseView, func(rq *request) error { return rq.casePage(nil) })
	s.handle("POST /cases/{id}/open", policy.CompartmentOpen, openCompartment)
	s.handle("GET /cases/{id}/access", policy.AccessView, accessPage)
	s.handle("GET /cases/{id}/history", policy.HistoryView, historyPage)
	s.handle("POST /cases/{id}/hold", policy.HoldDecide, func(rq *request) error { return rq.hold(true) })
	s.handle("POST /cases/{id}/release", policy.HoldDecide, func(rq *request) error { return rq.hold(false) })
	s.handle("POST /cases/{id}/erasure", policy.Erase, func(rq *request) error {
		_, err := rq.of.Cases.Forget(rq.Context(), rq.who, rq.PathValue("id"), rq.order())
		return rq.overseen(err)
	})
}

func (rq *request) hold(on bool) error {
	_, err := rq.of.Cases.Hold(rq.Context(), rq.who, rq.PathValue("id"), rq.order(), on)
	return rq.overseen(err)
}

func (rq *request) overseen(err error) error {
	if err != nil {
		return err
	}
	rq.redirect("/cases/" + rq.PathValue("id"))
	return nil
}

// casePage shows the frame of a case, and one compartment if it was opened.
func (rq *request) casePage(opened *casefile.Opened) error {
	id := rq.PathValue("id")
	c, err := rq.of.Cases.View(rq.Context(), rq.who, id)
	if err != nil {
		return err
	}
	actions := []policy.Action{policy.ReferralSend, policy.AccessView, policy.HistoryView, policy.HoldDecide, policy.Erase, policy.ConsentWithdraw, policy.NeedsAssess}
	for _, cmd := range commands {
		actions = append(actions, cmd.action)
	}
	may, err := rq.of.Cases.May(rq.Context(), rq.who, id, actions...)
	if err != nil {
		return err
	}
	p := rq.page(c.Row.Ref)
	p.Back = &ui.Link{Text: rq.t("web.to_list"), Href: "/"}
	p.Seen = &ui.Seen{Text: rq.t("web.case.seen"), Href: "/cases/" + id + "/access"}
	body := []templ.Component{ui.Heading(rq.of.AgencyName(c.Row.Holder), c.Row.Ref, rq.caseTags(c)...)}
	body = append(body, rq.warnings(c)...)
	if opened != nil {
		body = append(body, rq.openedPart(opened))
	}
	body = append(body, rq.todo(c, may), rq.outline(c))
	body = append(body, rq.compartments(c), rq.parts(c, may))
	if !anyPart(c) {
		body = append(body, with(ui.InsetText(), para(rq.t("web.case.outline_only"))))
	}
	return rq.render(http.StatusOK, p, append(body, rq.caseLinks(c, may)...)...)
}

func anyPart(c *casefile.Frame) bool {
	for _, ok := range c.May {
		if ok {
			return true
		}
	}
	return false
}

func (rq *request) caseTags(c *casefile.Frame) []ui.Tag {
	tags := []ui.Tag{{Text: rq.t("web.stage." + string(c.Row.Stage)), Tone: ui.Teal}}
	if c.Row.Child {
		tags = append(tags, ui.Tag{Text: rq.t("web.tag.child"), Tone: ui.Violet})
	}
	if c.Row.Risk != "" {
		tags = append(tags, ui.Tag{Text: rq.t("web.tag.risk", "level", rq.label("risk-levels", c.Row.Risk)), Tone: ui.Amber})
	}
	if c.Row.Presumed == "presumed" {
		tags = append(tags, ui.Tag{Text: rq.label("decisions", "presumed"), Tone: ui.Green})
	}
	return tags
}

func (rq *request) warnings(c *casefile.Frame) []templ.Component {
	var out []templ.Component
	if c.Row.Danger {
		out = append(out, ui.WarningText(rq.t("web.case.danger")))
	}
	if c.Row.Detained {
		out = append(out, ui.WarningText(rq.t("web.case.detained", "place", rq.label("places-of-stay", c.State.PlaceKind))))
	}
	if c.Row.Due != nil {
		out = append(out, para(rq.t("web.clock."+c.Row.Clock)+": "+rq.when(*c.Row.Due, rq.of.Now())))
	}
	return out
}

// todo are the steps of the journey that this person may take now.
func (rq *request) todo(c *casefile.Frame, may map[policy.Action]bool) templ.Component {
	var steps []ui.Step
	for _, cmd := range commands {
		closed := c.Row.Stage == casefile.StageClosed
		if !may[cmd.action] || cmd.slug == "reopen" != closed || cmd.slug == "danger" && !c.Row.Danger {
			continue
		}
		st := ui.Step{Name: rq.t("web.do." + cmd.slug), Href: "/cases/" + c.Row.ID + "/do/" + cmd.slug}
		if n := rq.doneCount(cmd.slug, c); n > 0 {
			st.Status = ui.Tag{Text: rq.lang.N("web.done", n), Tone: ui.Green}
		}
		steps = append(steps, st)
	}
	if may[policy.ReferralSend] && c.Row.Stage != casefile.StageClosed {
		steps = append(steps, ui.Step{Name: rq.t("web.do.referral"), Href: "/cases/" + c.Row.ID + "/referrals/new"})
	}
	if len(steps) == 0 {
		return templ.NopComponent
	}
	return with(ui.Section("do", rq.t("web.case.do")), ui.TaskList(steps))
}

func (rq *request) doneCount(slug string, c *casefile.Frame) int {
	s := c.State
	switch slug {
	case "screening":
		return len(s.Screenings)
	case "presumption":
		if s.Presumed.ID != "" {
			return s.Presumed.Earlier + 1
		}
	case "consent":
		return len(s.Consents)
	case "safety":
		return len(s.Safety)
	case "needs":
		return len(s.Needs)
	case "interview":
		return len(s.Interviews)
	case "followup":
		return len(s.FollowUps)
	}
	return 0
}

func (rq *request) outline(c *casefile.Frame) templ.Component {
	who := c.State.Subject()
	facts := []ui.Fact{
		{Key: rq.t("web.f.person.sex"), Value: rq.label("sexes", who.Sex)}, {Key: rq.t("web.col.age"), Value: rq.label("age-bands", who.AgeBand)},
		{Key: rq.t("web.f.person.language"), Value: rq.label("languages", who.Language)}, {Key: rq.t("web.col.county"), Value: rq.label("counties", c.Row.County)},
		{Key: rq.t("web.f.place_kind"), Value: rq.label("places-of-stay", c.State.PlaceKind)}, {Key: rq.t("web.f.channel"), Value: rq.label("alert-channels", c.State.Channel)},
		{Key: rq.t("web.case.opened"), Value: rq.lang.DateTime(c.Row.OpenedAt)}, {Key: rq.t("web.case.holder"), Value: rq.of.AgencyName(c.Row.Holder)},
	}
	return with(ui.Section("outline", rq.t("web.case.outline")), ui.SummaryList(facts))
}

// compartments are what is kept sealed; each opens by an act of the reader.
func (rq *request) compartments(c *casefile.Frame) templ.Component {
	if !anyPart(c) && !c.Row.Waiting && !c.Glass {
		return templ.NopComponent
	}
	purpose := ui.Field{Name: "purpose", Label: rq.t("web.f.purpose"), Options: rq.options("purposes", false)}
	switch rq.who.Duty {
	case "investigator":
		purpose.Value = "investigation"
	case "prosecutor":
		purpose.Value = "prosecution"
	case "immigration_officer":
		purpose.Value = "immigration"
	}
	comp := ui.Field{Name: "compartment", Label: rq.t("web.case.compartment"), Hint: rq.t("web.case.recorded")}
	for _, t := range rq.of.Content.List("compartments") {
		if t.ID != "witness" {
			comp.Options = append(comp.Options, ui.Option{Value: t.ID, Label: t.In(rq.lang.Code())})
		}
	}
	return with(ui.Section("sealed", rq.t("web.case.sealed")),
		with(ui.Form(ui.Sending{Action: "/cases/" + c.Row.ID + "/open"}), ui.Radios(comp), ui.Select(purpose), ui.Button(ui.Press{Text: rq.t("web.case.open"), Look: ui.Secondary})))
}

func openCompartment(rq *request) error {
	o, err := rq.of.Cases.Open(rq.Context(), rq.who, rq.PathValue("id"), vault.Compartment(rq.PostFormValue("compartment")), rq.PostFormValue("purpose"))
	if err != nil {
		return err
	}
	return rq.casePage(o)
}

func (rq *request) openedPart(o *casefile.Opened) templ.Component {
	title := rq.label("compartments", string(o.Compartment))
	body := []templ.Component{small(rq.t("web.case.opened_for", "purpose", rq.label("purposes", o.Purpose), "basis", rq.basis(o.Basis)))}
	var facts []ui.Fact
	for i, it := range o.Items {
		text := o.Texts[i]
		switch {
		case vault.IsErased(text):
			text = rq.t("web.erased")
		case it.Label == "nationality":
			text = rq.label("countries", text)
		case it.Label == "birth_date" && strings.HasPrefix(text, "~"):
			text = rq.t("web.about_years", "n", text[1:])
		}
		key := rq.t("web.item." + it.Label)
		f := ui.Fact{Key: key, Body: quote(text)}
		if it.By != nil {
			f.Key += " · " + rq.of.AgencyName(it.By.Agency) + ", " + rq.lang.DateTime(it.By.At)
		}
		facts = append(facts, f)
	}
	if len(facts) == 0 {
		body = append(body, para(rq.t("web.case.nothing")))
	} else {
		body = append(body, ui.SummaryList(facts))
	}
	return with(ui.Banner(ui.Done, title, "opened"), body...)
}

func (rq *request) by(b casefile.By) string {
	return rq.of.AgencyName(b.Agency) + ", " + rq.label("duties", b.Duty) + ", " + rq.lang.DateTime(b.At)
}

// parts is what was done, part by part, as far as the duty reads it.
func (rq *request) parts(c *casefile.Frame, may map[policy.Action]bool) templ.Component {
	var out []templ.Component
	add := func(part casefile.Part, key string, body ...templ.Component) {
		if c.May[part] && len(body) > 0 {
			out = append(out, with(ui.Section(string(part), rq.t(key)), body...))
		}
	}
	add(casefile.PartScreening, "web.part.screening", rq.screenings(c)...)
	add(casefile.PartConsents, "web.part.consents", rq.consents(c, may)...)
	add(casefile.PartSafety, "web.part.safety", rq.safety(c)...)
	add(casefile.PartNeeds, "web.part.needs", rq.needs(c, may)...)
	add(casefile.PartReferrals, "web.part.referrals", rq.referralsOf(c)...)
	add(casefile.PartInterviews, "web.part.interviews", rq.interviews(c)...)
	add(casefile.PartFollowUps, "web.part.followups", rq.followUps(c)...)
	add(casefile.PartTeam, "web.part.team", rq.team(c)...)
	return templ.Join(out...)
}

func (rq *request) screenings(c *casefile.Frame) []templ.Component {
	var out []templ.Component
	l := rq.lang.Code()
	for i := range c.State.Screenings {
		s := &c.State.Screenings[i]
		q, ok := rq.of.Content.Questionnaire(s.Questionnaire)
		if !ok {
			continue
		}
		facts := []ui.Fact{{Key: rq.t("web.track.trafficking"), Value: rq.t("web.strength." + s.Trafficking)}, {Key: rq.t("web.track.smuggling"), Value: rq.t("web.strength." + s.Smuggling)}}
		for _, g := range rq.of.Content.Scoring.Score(q, s.Answers).Groups {
			if g.Strong+g.Medium+g.Weak == 0 {
				continue
			}
			d, _ := rq.of.Content.Scoring.Dimension(g.Group)
			key := "web.score.not"
			if g.Positive {
				key = "web.score.positive"
			}
			facts = append(facts, ui.Fact{Key: d.Title.In(l), Value: rq.t(key, "strong", strconv.Itoa(g.Strong), "medium", strconv.Itoa(g.Medium), "weak", strconv.Itoa(g.Weak))})
		}
		out = append(out, small(rq.by(s.By)), ui.SummaryList(facts))
	}
	if len(out) > 0 {
		out = append(out, small(rq.t("web.score.assists")))
	}
	if d := c.State.Presumed; d.ID != "" {
		facts := []ui.Fact{{Key: rq.t("web.f.decision"), Value: rq.label("decisions", d.Decision)}, {Key: rq.t("web.f.track"), Value: rq.label("tracks", d.Track)}}
		for _, e := range d.Exploitation {
			facts = append(facts, ui.Fact{Key: rq.t("web.f.exploitation"), Value: rq.label("exploitation", e)})
		}
		if d.Reason != "" {
			facts = append(facts, ui.Fact{Key: rq.t("web.f.reason"), Value: rq.label("not-presumed-reasons", d.Reason)})
		}
		if d.WayBack != "" {
			facts = append(facts, ui.Fact{Key: rq.t("web.f.way_back"), Value: d.WayBack})
		}
		out = append(out, small(rq.by(d.By)), ui.SummaryList(facts))
	}
	return out
}

func (rq *request) labels(list string, ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = rq.label(list, id)
	}
	return strings.Join(out, ", ")
}

func (rq *request) consents(c *casefile.Frame, may map[policy.Action]bool) []templ.Component {
	l := ui.Listing{Caption: rq.t("web.part.consents"), Hide: true, Columns: []ui.Column{{Label: rq.t("web.col.agency")}, {Label: rq.t("web.f.compartments")}, {Label: rq.t("web.col.answer")}, {Label: rq.t("web.col.do")}}}
	for i := range c.State.Consents {
		k := &c.State.Consents[i]
		tag, cell := ui.Tag{Text: rq.t("web.consent.given"), Tone: ui.Green}, ui.Cell{}
		switch {
		case k.Withdrawn != nil:
			tag = ui.Tag{Text: rq.t("web.consent.withdrawn"), Tone: ui.Red}
		case !k.Given:
			tag = ui.Tag{Text: rq.t("web.consent.declined"), Tone: ui.Red}
		case may[policy.ConsentWithdraw]:
			cell.Body = rq.press("/cases/"+c.Row.ID+"/withdraw", "consent", k.ID, rq.t("web.consent.withdraw"))
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.of.AgencyName(k.Agency), Sub: rq.labels("purposes", k.Purposes)}, {Text: rq.labels("compartments", k.Compartments), Sub: rq.by(k.By)}, {Tag: &tag}, cell})
	}
	for i := range c.State.Bases {
		b := &c.State.Bases[i]
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.of.AgencyName(b.Agency), Sub: rq.label("purposes", b.Purpose)}, {Text: rq.labels("compartments", b.Compartments), Sub: rq.by(b.By)},
			{Tag: &ui.Tag{Text: rq.label("bases", b.Kind), Tone: ui.Amber}}, {Text: rq.lang.Date(b.Until)}})
	}
	if len(l.Rows) == 0 {
		return nil
	}
	return []templ.Component{ui.Table(l)}
}

// press is a form of one button.
func (rq *request) press(action, name, value, text string, more ...templ.Component) templ.Component {
	return with(ui.Form(ui.Sending{Action: action, Key: newKey()}), append(more, ui.Hidden(name, value), ui.Button(ui.Press{Text: text, Look: ui.Secondary, Small: true}))...)
}

func (rq *request) safety(c *casefile.Frame) []templ.Component {
	last := c.State.LastSafety()
	if last == nil {
		return nil
	}
	facts := []ui.Fact{{Key: rq.t("web.f.level"), Value: rq.label("risk-levels", last.Level)}, {Key: rq.t("web.safety.review"), Value: rq.lang.DateTime(last.ReviewAt)}}
	for _, d := range rq.of.Content.List("risk-domains") {
		if level := last.Domains[d.ID]; level != "" {
			facts = append(facts, ui.Fact{Key: d.In(rq.lang.Code()), Value: rq.label("risk-levels", level)})
		}
	}
	return []templ.Component{small(rq.by(last.By)), ui.SummaryList(facts)}
}

func (rq *request) needs(c *casefile.Frame, may map[policy.Action]bool) []templ.Component {
	if len(c.State.Needs) == 0 {
		return nil
	}
	l := ui.Listing{Caption: rq.t("web.part.needs"), Hide: true, Columns: []ui.Column{{Label: rq.t("web.col.need")}, {Label: rq.t("web.need.urgency")}, {Label: rq.t("web.col.state")}, {Label: rq.t("web.col.do")}}}
	for i := range c.State.Needs {
		n := &c.State.Needs[i]
		cell := ui.Cell{}
		if may[policy.NeedsAssess] && n.State == "open" {
			cell.Body = rq.press("/cases/"+c.Row.ID+"/settle", "need", n.ID, rq.t("web.need.met"), ui.Hidden("state", "met"))
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.service(n.Service)}, {Text: rq.label("urgencies", n.Urgency)}, {Tag: &ui.Tag{Text: rq.t("web.need." + n.State), Tone: ui.Teal}}, cell})
	}
	return []templ.Component{ui.Table(l)}
}

func (rq *request) referralsOf(c *casefile.Frame) []templ.Component {
	rows, err := rq.of.Referrals.OfCase(rq.Context(), rq.who, c.State)
	if err != nil || len(rows) == 0 {
		return nil
	}
	return []templ.Component{rq.referralTable(rows, rq.of.Now())}
}

func (rq *request) interviews(c *casefile.Frame) []templ.Component {
	var items []templ.Component
	for i := range c.State.Interviews {
		v := &c.State.Interviews[i]
		items = append(items, plain(v.On+" · "+rq.label("languages", v.Language)+" · "+rq.by(v.By)))
	}
	if len(items) == 0 {
		return nil
	}
	return []templ.Component{list(items...)}
}

func (rq *request) followUps(c *casefile.Frame) []templ.Component {
	var items []templ.Component
	for i := range c.State.FollowUps {
		v := &c.State.FollowUps[i]
		items = append(items, plain(v.On+" · "+rq.label("follow-up-kinds", v.Kind)+" · "+rq.t("web.f.safe")+": "+rq.t("web.answer."+v.Safe)))
	}
	if cl := c.State.Closure; cl != nil && cl.Reason != "" {
		items = append(items, plain(rq.t("web.stage.closed")+": "+rq.label("closure-reasons", cl.Reason)+" · "+rq.by(cl.By)))
	}
	if len(items) == 0 {
		return nil
	}
	return []templ.Component{list(items...)}
}

func (rq *request) team(c *casefile.Frame) []templ.Component {
	ids := make([]string, 0, len(c.State.Team))
	for i := range c.State.Team {
		ids = append(ids, c.State.Team[i].Staff)
	}
	known, _ := rq.of.Accounts.Lookup(rq.Context(), ids...)
	var items []templ.Component
	for i := range c.State.Team {
		m := &c.State.Team[i]
		text := known[m.Staff].Name + " · " + rq.label("duties", m.Duty) + " · " + rq.of.AgencyName(m.Agency) + " · " + rq.lang.Date(m.Since)
		if m.Until != nil {
			text += " – " + rq.lang.Date(*m.Until)
		}
		items = append(items, plain(text))
	}
	if len(items) == 0 {
		return nil
	}
	return []templ.Component{list(items...)}
}

func (rq *request) caseLinks(c *casefile.Frame, may map[policy.Action]bool) []templ.Component {
	var out []templ.Component
	at := rq.o.Base + "/cases/" + c.Row.ID
	if may[policy.AccessView] {
		out = append(out, para2link(rq.t("web.access.title"), at+"/access"))
	}
	if may[policy.HistoryView] {
		out = append(out, para2link(rq.t("web.history.title"), at+"/history"))
	}
	if may[policy.HoldDecide] {
		base := "/cases/" + c.Row.ID
		out = append(out, with(ui.Section("oversight", rq.t("web.oversight.title")), para(rq.t("web.oversight.text")), rq.press(base+"/hold", "on", "1", rq.t("web.hold.on")), rq.press(base+"/release", "on", "0", rq.t("web.hold.off")), rq.press(base+"/erasure", "sure", "1", rq.t("web.erase"))))
	}
	return out
}

func accessPage(rq *request) error {
	before, _ := strconv.ParseInt(rq.URL.Query().Get("before"), 10, 64)
	id := rq.PathValue("id")
	lines, err := rq.of.Cases.WhoSaw(rq.Context(), rq.who, id, before, pageRows)
	if err != nil {
		return err
	}
	title := rq.t("web.access.title")
	l := ui.Listing{Caption: title, Hide: true, Empty: rq.t("web.access.none"), Columns: []ui.Column{{Label: rq.t("web.col.when")}, {Label: rq.t("web.col.who")}, {Label: rq.t("web.f.compartments")}, {Label: rq.t("web.f.purpose")}}}
	for _, a := range lines {
		why := rq.basis(a.Basis)
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.lang.DateTime(a.At)}, {Text: rq.of.AgencyName(a.Agency), Sub: rq.label("duties", a.Duty)}, {Text: rq.labels("compartments", a.Compartments)}, {Text: rq.label("purposes", a.Purpose), Sub: why}})
	}
	body := []templ.Component{ui.Heading("", title), para(rq.t("web.access.text")), ui.Table(l)}
	if len(lines) == pageRows {
		body = append(body, ui.CursorPager(ui.Cursor{Older: "/cases/" + id + "/access?before=" + strconv.FormatInt(lines[len(lines)-1].Seq, 10)}))
	}
	p := rq.page(title)
	p.Back = &ui.Link{Text: rq.t("web.to_case"), Href: "/cases/" + id}
	return rq.render(http.StatusOK, p, body...)
}

func historyPage(rq *request) error {
	id := rq.PathValue("id")
	events, err := rq.of.Cases.History(rq.Context(), rq.who, id)
	if err != nil {
		return err
	}
	title := rq.t("web.history.title")
	l := ui.Listing{Caption: title, Hide: true, Columns: []ui.Column{{Label: rq.t("web.col.when")}, {Label: rq.t("web.col.what")}, {Label: rq.t("web.col.who")}}}
	for _, e := range events {
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.lang.DateTime(e.At)}, {Text: rq.t("web.event." + e.Kind)}, {Text: rq.of.AgencyName(e.Agency), Sub: rq.label("duties", e.Duty)}})
	}
	p := rq.page(title)
	p.Back = &ui.Link{Text: rq.t("web.to_case"), Href: "/cases/" + id}
	return rq.render(http.StatusOK, p, ui.Heading("", title), ui.Table(l))
}
