package web

import (
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/vault"
	"rufaa/internal/web/ui"
)

func state(text string, good bool) *ui.Tag {
	tone := ui.Amber
	if good {
		tone = ui.Green
	}
	return &ui.Tag{Text: text, Tone: tone}
}

// showPlan begins with what she herself wants.
func (rq *request) showPlan(c *casefile.Frame) []templ.Component {
	s, now := c.State, rq.of.Now()
	var out []templ.Component
	if c.HasWishes {
		out = append(out, with(ui.Section("wishes", rq.t("web.plan.wishes")), rq.unseal(c, "care", "assistance")))
	}
	if r := s.Reflecting(now); r != nil {
		out = append(out, with(ui.InsetText(), para(rq.t("web.reflection.runs", "until", rq.lang.DateTime(r.Ends)))))
	}
	var goals, given [][]ui.Cell
	for i := range s.Goals {
		g := &s.Goals[i]
		cell := ui.Cell{}
		if c.Can(policy.PlanChange) && g.State == "open" {
			cell = ui.Cell{Text: rq.t("web.do.goal"), Href: "/cases/" + c.Row.ID + "/do/goal?goal=" + g.ID}
		}
		goals = append(goals, []ui.Cell{{Text: rq.service(g.Service), Sub: rq.by(g.By)}, {Text: rq.of.AgencyName(g.Agency)}, {Text: rq.day(g.DueOn)}, {Tag: state(rq.label("goal-states", g.State), g.State == "reached")}, cell})
	}
	out = append(out, rq.table("web.list.goals", []string{"web.f.service", "web.col.agency", "web.f.due_on", "web.col.state", "web.col.do"}, goals)...)
	for i := range s.Deliveries {
		d := &s.Deliveries[i]
		given = append(given, []ui.Cell{{Text: rq.service(d.Service)}, {Text: rq.of.AgencyName(d.Agency)}, {Text: rq.day(d.On)}, {Text: strconv.Itoa(d.Minutes)}, {Text: rq.shillings(d.Cost)}, rq.strike(c, d)})
	}
	out = append(out, rq.table("web.list.deliveries", []string{"web.f.service", "web.col.agency", "web.f.on", "web.f.minutes", "web.f.cost", "web.col.do"}, given)...)
	return append(out, rq.costs(s)...)
}

// strike takes back a service that was recorded by mistake, or says that it was.
func (rq *request) strike(c *casefile.Frame, d *casefile.Delivery) ui.Cell {
	switch {
	case d.Struck != nil:
		return ui.Cell{Tag: state(rq.t("web.service.struck"), false), Sub: rq.by(*d.Struck)}
	case d.Agency == rq.who.Agency && c.Can(policy.ServiceRecord) && c.Row.Stage != casefile.StageClosed:
		return ui.Cell{Body: rq.press("/cases/"+c.Row.ID+"/strike-service", "delivery", d.ID, rq.t("web.service.strike"))}
	}
	return ui.Cell{}
}

// costs is the ledger from which restitution is asked (CTIPA s.13).
func (rq *request) costs(s *casefile.State) []templ.Component {
	by, total := s.Costs()
	if total == 0 {
		return nil
	}
	var rows [][]ui.Cell
	for _, k := range rq.of.Content.List("cost-kinds") {
		if by[k.ID] > 0 {
			rows = append(rows, []ui.Cell{{Text: k.In(rq.lang.Code())}, {Text: rq.shillings(by[k.ID])}})
		}
	}
	rows = append(rows, []ui.Cell{{Text: rq.t("web.costs.total")}, {Text: rq.shillings(total)}})
	return append(rq.table("web.list.costs", []string{"web.f.cost_kind", "web.f.cost"}, rows), small(rq.t("web.costs.text")))
}

func (rq *request) showSafety(c *casefile.Frame) []templ.Component {
	s := c.State
	out := rq.safety(c)
	var plans, incidents [][]ui.Cell
	for i := range s.SafetyPlans {
		p := &s.SafetyPlans[i]
		plans = append(plans, []ui.Cell{{Text: rq.lang.DateTime(p.By.At), Sub: rq.by(p.By)}, {Text: rq.labels("safety-measures", p.Measures)}})
	}
	for i := range s.Incidents {
		in := &s.Incidents[i]
		incidents = append(incidents, []ui.Cell{{Text: rq.label("incident-kinds", in.Kind), Sub: rq.by(in.By)}, {Text: rq.day(in.On)}, {Tag: state(rq.yes(in.Serious), !in.Serious)}})
	}
	if len(s.Safety)+len(plans)+len(incidents) > 0 && c.MayOpen(vault.Whereabouts, "protection") {
		out = append(out, para(rq.t("web.safety.sealed")), rq.unseal(c, "whereabouts", "protection"))
	}
	out = append(out, rq.table("web.list.safety_plans", []string{"web.col.when", "web.f.measures"}, plans)...)
	return append(out, rq.table("web.list.incidents", []string{"web.f.kind", "web.f.on", "web.f.serious"}, incidents)...)
}

func (rq *request) showWork(c *casefile.Frame) []templ.Component {
	s, names := c.State, rq.teamNames(c)
	out := []templ.Component{rq.agenda(c)}
	var tasks [][]ui.Cell
	for i := range s.Tasks {
		t := &s.Tasks[i]
		cell := ui.Cell{}
		if t.State == "open" && c.Can(policy.TaskChange) {
			cell.Body = rq.settleTask(c, t)
		}
		who := ui.Cell{Text: names[t.Staff], Sub: rq.of.AgencyName(t.Agency)}
		if t.State == "open" && s.Member(t.Staff) == nil && len(s.Team) > 0 { // left the team: the case manager's until it is given away
			who.Sub += " · " + rq.t("web.task.orphan")
		}
		if by := s.CoveredBy(t.Staff, rq.of.Now()); by != "" && t.State == "open" {
			who.Sub += " · " + rq.t("web.cover.by", "name", names[by])
		}
		kind := ui.Cell{Text: rq.label("task-kinds", t.Kind), Sub: rq.by(t.By)}
		if n := len(s.WaitsFor(t)); n > 0 && t.State == "open" {
			kind.Sub += " · " + rq.lang.N("web.task.waits", n)
		}
		tasks = append(tasks, []ui.Cell{kind, who, {Text: rq.day(t.DueOn)}, {Tag: state(rq.t("web.task."+t.State), t.State == "done"), Sub: rq.settledFor(t)}, cell})
	}
	out = append(out, rq.hearings(s)...)
	out = append(out, rq.table("web.list.tasks", []string{"web.f.kind", "web.col.who", "web.f.due_on", "web.col.state", "web.col.do"}, tasks)...)
	var talks, said, handed [][]ui.Cell
	for i := range s.Conferences {
		x := &s.Conferences[i]
		held, cell := state(rq.yes(x.Held != nil), x.Held != nil), ui.Cell{}
		switch {
		case x.Off != nil:
			held = state(rq.t("web.conference.off"), false)
		case x.Held == nil && s.Closure == nil && c.Can(policy.ConferenceHold):
			cell.Body = rq.press("/cases/"+c.Row.ID+"/call-off", "conference", x.ID, rq.t("web.conference.call_off"))
		}
		talks = append(talks, []ui.Cell{{Text: rq.day(x.On)}, {Text: rq.label("conference-how", x.How)}, {Text: strconv.Itoa(len(x.Present))}, {Tag: held}, cell})
	}
	out = append(out, rq.table("web.list.conferences", []string{"web.f.on", "web.f.conference.how", "web.f.present", "web.conference.was_held", "web.col.do"}, talks)...)
	for i := range s.Messages {
		m := &s.Messages[i]
		said = append(said, []ui.Cell{{Text: rq.lang.DateTime(m.By.At)}, {Text: names[m.By.Staff], Sub: rq.by(m.By)}, {Text: rq.label("compartments", m.Compartment)}})
	}
	out = append(out, rq.table("web.list.messages", []string{"web.col.when", "web.col.who", "web.f.compartment"}, said)...)
	out = append(out, rq.wordsOfWork(c))
	for i := range s.Transfers {
		t := &s.Transfers[i]
		handed = append(handed, []ui.Cell{{Text: rq.of.AgencyName(t.To), Sub: rq.by(t.By)}, {Text: rq.label("transfer-reasons", t.Reason)}, {Tag: state(rq.t("web.transfer."+t.State), t.State == "accepted")}})
	}
	return append(out, rq.table("web.list.transfers", []string{"web.col.agency", "web.f.reason", "web.col.state"}, handed)...)
}

// settleTask are the ways in which a task ends. One that waits for others
// cannot be done yet, and in a closed case nothing is settled any more.
func (rq *request) settleTask(c *casefile.Frame, t *casefile.Task) templ.Component {
	if c.State.Closure != nil {
		return templ.NopComponent
	}
	at := "/cases/" + c.Row.ID + "/settle-task"
	drop := rq.press(at, "task", t.ID, rq.t("web.task.drop"), ui.Hidden("state", "dropped"))
	if len(c.State.WaitsFor(t)) > 0 {
		return drop
	}
	return templ.Join(rq.press(at, "task", t.ID, rq.t("web.task.done"), ui.Hidden("state", "done")), drop)
}

// wordsOfWork leads to the words of tasks, minutes and messages, which are sealed.
func (rq *request) wordsOfWork(c *casefile.Frame) templ.Component {
	s := c.State
	if len(s.Tasks)+len(s.Messages)+len(s.Conferences) == 0 {
		return templ.NopComponent
	}
	body := []templ.Component{para(rq.t("web.said.text"))}
	if c.MayOpen(vault.Care, "assistance") {
		body = append(body, rq.unseal(c, "care", "assistance"))
	}
	for _, purpose := range []string{"investigation", "prosecution"} {
		if c.MayOpen(vault.Inquiry, purpose) {
			body = append(body, rq.unseal(c, "inquiry", purpose))
		}
	}
	if len(body) == 1 {
		return templ.NopComponent
	}
	return with(ui.Section("said", rq.t("web.said.title")), body...)
}

// settledFor says in whose place a task was settled; "" is nobody's.
func (rq *request) settledFor(t *casefile.Task) string {
	if t.Settled == nil {
		return ""
	}
	return rq.inPlaceOf(t.Settled.For)
}

// inPlaceOf says in whose place something was done; "" is nobody's.
func (rq *request) inPlaceOf(staff string) string {
	if staff == "" {
		return ""
	}
	rq.naming = true
	names, _ := rq.of.StaffNames(rq.Context(), staff) // a page without names is still of use
	return rq.t("web.cover.place", "name", names[staff])
}

// hearings are her days in court.
func (rq *request) hearings(s *casefile.State) []templ.Component {
	var rows [][]ui.Cell
	for i := range s.Hearings {
		h := &s.Hearings[i]
		rows = append(rows, []ui.Cell{{Text: rq.label("hearing-kinds", h.Kind), Sub: rq.by(h.By)}, {Text: rq.day(h.On)}, {Text: rq.yes(h.Attends)},
			{Text: rq.labels("court-measures", h.Measures)}, {Tag: state(rq.t("web.pick."+h.State), h.State == "held")}})
	}
	return rq.table("web.list.hearings", []string{"web.f.kind", "web.f.on", "web.f.attends", "web.f.hearing.measures", "web.col.state"}, rows)
}

// agenda is what is open in the case, computed at this moment.
func (rq *request) agenda(c *casefile.Frame) templ.Component {
	var facts []ui.Fact
	for _, p := range c.Agenda(rq.of.Now()) {
		facts = append(facts, ui.Fact{Key: rq.t("web.agenda." + p.Kind), Value: strconv.Itoa(p.Count)})
	}
	if len(facts) == 0 {
		return templ.NopComponent
	}
	return with(ui.Section("agenda", rq.t("web.agenda.title")), ui.SummaryList(facts))
}

func (rq *request) showIdentification(c *casefile.Frame) []templ.Component {
	s := c.State
	out := []templ.Component{small(rq.t("web.identification.services"))}
	var panels, reviews [][]ui.Cell
	names := rq.panelNames(s)
	for i := range s.Panels {
		panels = append(panels, rq.panelRow(c, &s.Panels[i], names))
	}
	out = append(out, rq.table("web.list.panels", []string{"web.f.on", "web.col.voices", "web.f.outcome", "web.letter.title"}, panels)...)
	if p := s.OpenPanel(); p != nil && c.Can(policy.IdentificationPanel) && (p.Late(rq.of.Now()) || !c.Heard) {
		out = append(out, rq.press("/cases/"+c.Row.ID+"/dismiss-panel", "panel", p.ID, rq.t("web.panel.dismiss")))
	}
	if p := s.DecidedPanel(); p != nil { // another panel may have been called together since
		out = append(out, rq.letterLanguages("/cases/"+c.Row.ID+"/letter?panel="+p.ID))
	}
	var languages templ.Component = templ.NopComponent
	for i := range s.StatusReviews {
		r := &s.StatusReviews[i]
		tag := state(rq.t("web.panel.waits"), false)
		if r.Outcome != "" {
			tag = state(rq.t("web.pick."+r.Outcome), true)
		}
		changed, letter := "", ui.Cell{}
		if r.Panel == "" && r.Outcome == "changed" {
			changed = rq.t("web.panel.changed", "to", rq.label("decisions", "presumed"))
		}
		if r.HasLetter() {
			at := "/cases/" + c.Row.ID + "/letter?review=" + r.ID
			letter = ui.Cell{Text: rq.t("web.letter.open"), Href: at}
			languages = rq.letterLanguages(at)
		}
		reviews = append(reviews, []ui.Cell{{Text: rq.lang.DateTime(r.By.At), Sub: rq.by(r.By)}, {Text: rq.t("web.pick." + r.AskedBy)}, {Tag: tag, Sub: changed}, letter})
	}
	return append(append(out, rq.table("web.list.status_reviews", []string{"web.col.when", "web.f.asked_by", "web.f.outcome", "web.letter.title"}, reviews)...), languages)
}

func (rq *request) showChild(c *casefile.Frame) []templ.Component {
	s := c.State
	var out []templ.Component
	if c.Row.Child && s.Guardian() == nil {
		out = append(out, ui.WarningText(rq.t("web.child.no_guardian")))
	}
	var rows [][]ui.Cell
	add := func(what string, by casefile.By, detail string) {
		rows = append(rows, []ui.Cell{{Text: what, Sub: rq.by(by)}, {Text: detail}})
	}
	for i := range s.Guardians {
		add(rq.t("web.do.guardian"), s.Guardians[i].By, rq.label("guardian-kinds", s.Guardians[i].Kind))
	}
	for i := range s.BestInterests {
		b := &s.BestInterests[i]
		add(rq.t("web.pick."+b.Step), b.By, rq.labels("interest-factors", b.Factors))
	}
	for i := range s.Ages {
		a := &s.Ages[i]
		add(rq.t("web.do.age"), a.By, rq.t("web.age.margin", "low", strconv.Itoa(a.Low), "high", strconv.Itoa(a.High))+" · "+rq.labels("age-methods", a.Methods))
	}
	for i := range s.Tracings {
		add(rq.t("web.do.tracing"), s.Tracings[i].By, rq.label("tracing-steps", s.Tracings[i].Step))
	}
	for i := range s.CareArrangements {
		x := &s.CareArrangements[i]
		add(rq.t("web.do.care"), x.By, rq.label("alternative-care", x.Kind)+" · "+rq.t("web.f.review_on")+": "+rq.day(x.ReviewOn))
	}
	return append(out, rq.table("web.list.child", []string{"web.col.what", "web.col.details"}, rows)...)
}

func (rq *request) showNonPunishment(c *casefile.Frame) []templ.Component {
	s := c.State
	var found, steps [][]ui.Cell
	for i := range s.Section14 {
		r := &s.Section14[i]
		cell := ui.Cell{Tag: state(rq.t("web.section14.waits"), false)}
		switch {
		case r.Confirmed != nil:
			cell = ui.Cell{Tag: state(rq.t("web.section14.confirmed"), true), Sub: rq.by(*r.Confirmed)}
		case c.Can(policy.Section14Confirm) && r.By.Staff != rq.who.Staff:
			cell = ui.Cell{Body: rq.press("/cases/"+c.Row.ID+"/confirm-section14", "review", r.ID, rq.t("web.section14.confirm"))}
		}
		found = append(found, []ui.Cell{{Text: rq.label("section14-acts", r.Act), Sub: rq.by(r.By)}, {Tag: state(rq.label("section14-findings", r.Finding), r.Finding == "protected")}, cell})
	}
	for i := range s.OffenderSteps {
		x := &s.OffenderSteps[i]
		steps = append(steps, []ui.Cell{{Text: rq.label("offender-steps", x.Step), Sub: rq.by(x.By)}, {Text: rq.label("section14-acts", x.Act)}})
	}
	out := rq.table("web.list.section14", []string{"web.f.act", "web.f.finding", "web.col.state"}, found)
	return append(out, rq.table("web.list.offender_steps", []string{"web.f.step", "web.f.act"}, steps)...)
}

func (rq *request) showLogistics(c *casefile.Frame) []templ.Component {
	s := c.State
	var booked, papers [][]ui.Cell
	for i := range s.Bookings {
		b := &s.Bookings[i]
		cell := ui.Cell{}
		if b.State == "booked" && c.Can(policy.LogisticsRecord) {
			cell = ui.Cell{Text: rq.t("web.do.booking-done"), Href: "/cases/" + c.Row.ID + "/do/booking-done?booking=" + b.ID}
		}
		booked = append(booked, []ui.Cell{{Text: rq.label("booking-kinds", b.Kind), Sub: rq.label("languages", b.Language)}, {Text: rq.day(b.On)}, {Text: rq.shillings(b.Cost)}, {Tag: state(rq.t("web.pick."+b.State), b.State == "done")}, cell})
	}
	for i := range s.Papers {
		p := &s.Papers[i]
		papers = append(papers, []ui.Cell{{Text: rq.label("paper-kinds", p.Kind), Sub: rq.by(p.By)}, {Text: rq.label("paper-states", p.State)}})
	}
	out := rq.table("web.list.bookings", []string{"web.f.kind", "web.f.on", "web.f.cost", "web.col.state", "web.col.do"}, booked)
	return append(out, rq.table("web.list.papers", []string{"web.f.kind", "web.col.state"}, papers)...)
}

func (rq *request) showSolution(c *casefile.Frame) []templ.Component {
	s := c.State
	var out []templ.Component
	for range s.Retraffickings {
		out = append(out, ui.WarningText(rq.t("web.retrafficking.warning")))
		break
	}
	if at, ok := s.NextContact(); ok {
		out = append(out, with(ui.InsetText(), para(rq.t("web.clock.contact")+": "+rq.lang.Date(at))))
	}
	var risks, chosen, claims [][]ui.Cell
	for i := range s.ReturnRisks {
		r := &s.ReturnRisks[i]
		risks = append(risks, []ui.Cell{{Text: rq.label("countries", r.Country), Sub: rq.by(r.By)}, {Text: rq.yes(r.Joint)}, {Tag: state(rq.label("return-outcomes", r.Outcome), r.Outcome == "safe")}})
	}
	for i := range s.Solutions {
		x := &s.Solutions[i]
		chosen = append(chosen, []ui.Cell{{Text: rq.label("solution-kinds", x.Kind), Sub: rq.by(x.By)}, {Text: rq.t("web.pick." + x.Chosen)}})
	}
	for i := range s.Funds {
		x := &s.Funds[i]
		claims = append(claims, []ui.Cell{{Text: rq.labels("cost-kinds", x.Heads), Sub: rq.by(x.By)}, {Text: rq.shillings(x.Amount)}, {Text: rq.shillings(x.Granted)}, {Tag: state(rq.label("fund-states", x.State), x.State == "paid" || x.State == "granted")}})
	}
	out = append(out, rq.table("web.list.return_risks", []string{"web.f.country", "web.f.joint", "web.f.outcome"}, risks)...)
	out = append(out, rq.table("web.list.solutions", []string{"web.f.kind", "web.f.chosen"}, chosen)...)
	out = append(out, rq.table("web.list.funds", []string{"web.f.heads", "web.f.amount", "web.f.granted", "web.col.state"}, claims)...)
	return append(out, rq.costs(s)...)
}

func (rq *request) showRights(c *casefile.Frame) []templ.Component {
	s := c.State
	var out []templ.Component
	if c.Can(policy.RightsAnswer) {
		out = append(out, para2link(rq.t("web.sheet.title"), rq.o.Base+"/cases/"+c.Row.ID+"/sheet"))
	}
	if n := len(s.Copies); n > 0 {
		out = append(out, small(rq.t("web.copy.given", "when", rq.lang.DateTime(s.Copies[n-1].At))))
	}
	var asked, complained [][]ui.Cell
	for i := range s.Corrections {
		x := &s.Corrections[i]
		tag := state(rq.t("web.panel.waits"), false)
		if x.Answered != nil {
			tag = state(rq.t("web.correction."+strconv.FormatBool(x.Accepted)), x.Accepted)
		}
		asked = append(asked, []ui.Cell{{Text: rq.label("compartments", x.Compartment), Sub: rq.by(x.By)}, {Tag: tag}})
	}
	for i := range s.Complaints {
		x := &s.Complaints[i]
		complained = append(complained, []ui.Cell{{Text: rq.label("complaint-about", x.About), Sub: rq.by(x.By)}, {Text: rq.of.AgencyName(x.Agency)}, {Tag: state(rq.t("web.complaint."+strconv.FormatBool(x.Answered != nil)), x.Answered != nil)}})
	}
	out = append(out, rq.table("web.list.corrections", []string{"web.f.compartment", "web.col.state"}, asked)...)
	if c.Can(policy.ComplaintAnswer) && slices.ContainsFunc(s.Complaints, func(x casefile.Complaint) bool { return x.Agency != rq.who.Agency }) {
		out = append(out, rq.unseal(c, "account", "assistance"))
	}
	return append(out, rq.table("web.list.complaints", []string{"web.f.about", "web.col.agency", "web.col.state"}, complained)...)
}

func (rq *request) showSupervision(c *casefile.Frame) []templ.Component {
	s, names := c.State, rq.teamNames(c)
	var waits, seen, flags [][]ui.Cell
	for _, w := range c.Awaits {
		waits = append(waits, []ui.Cell{{Text: rq.t("web.awaits." + w.What)}, {Text: rq.by(w.By)}})
	}
	for i := range s.Approvals {
		a := &s.Approvals[i]
		seen = append(seen, []ui.Cell{{Text: rq.t("web.awaits." + a.What)}, {Text: rq.by(a.By)}, {Tag: state(rq.t("web.approval."+strconv.FormatBool(a.Approved)), a.Approved)}})
	}
	for i := range s.Flags {
		f := &s.Flags[i]
		cell := ui.Cell{Tag: state(rq.t("web.flag.cleared"), true)}
		if f.Cleared == nil {
			cell = ui.Cell{Tag: state(rq.t("web.flag.open"), false)}
			if c.Can(policy.FlagRaise) {
				cell = ui.Cell{Body: rq.press("/cases/"+c.Row.ID+"/clear-flag", "flag", f.ID, rq.t("web.flag.clear"))}
			}
		}
		flags = append(flags, []ui.Cell{{Text: names[f.Owner], Sub: rq.by(f.By)}, {Text: rq.day(f.DueOn)}, cell})
	}
	out := rq.table("web.list.awaits", []string{"web.col.what", "web.col.who"}, waits)
	out = append(out, rq.table("web.list.approvals", []string{"web.col.what", "web.col.who", "web.col.state"}, seen)...)
	return append(out, rq.table("web.list.flags", []string{"web.f.owner", "web.f.due_on", "web.col.state"}, flags)...)
}

// letterLanguages offers the newest letter in every language it is written in.
func (rq *request) letterLanguages(at string) templ.Component {
	var links []templ.Component
	for _, code := range rq.of.Content.Letter("identification").Languages() {
		links = append(links, anchor(rq.label("languages", code), rq.o.Base+at+"&lang="+code))
	}
	return with(ui.Details(rq.t("web.letter.languages"), false), list(links...), small(rq.t("web.letter.unconfirmed")))
}
