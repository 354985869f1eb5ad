package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/content"
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
	s.erasureRoutes()
}

func (rq *request) hold(on bool) error {
	if _, err := rq.of.Cases.Hold(rq.Context(), rq.who, rq.PathValue("id"), rq.order(), on); err != nil {
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
	p := rq.page(c.Row.Ref)
	p.Back = &ui.Link{Text: rq.t("web.to_list"), Href: "/"}
	p.Seen = &ui.Seen{Text: rq.t("web.case.seen")}
	if c.Can(policy.AccessView) {
		p.Seen.Href = "/cases/" + id + "/access"
	}
	body := []templ.Component{rq.drawn(c, "heading", "", func() templ.Component {
		return ui.Heading(rq.of.AgencyName(c.Row.Holder), c.Row.Ref, rq.caseTags(c)...)
	})}
	body = append(body, rq.warnings(c)...)
	body = append(body, rq.handedOver(c))
	if opened != nil {
		body = append(body, rq.openedPart(opened))
	}
	beside := rq.besideRooms(c)
	bars := rq.bars(c)
	body = append(body, rq.drawn(c, "outline", slugsOf(beside)+barsOf(bars), func() templ.Component { return templ.Join(rq.todo(c, beside, bars), rq.outline(c)) }))
	belonging, err := rq.belonging(c)
	if err != nil {
		return err
	}
	body = append(body, belonging, rq.roomLinks(c), rq.compartments(c))
	body = append(body, rq.parts(c)...)
	if !anyPart(c) {
		body = append(body, with(ui.InsetText(), para(rq.t("web.case.outline_only"))))
	}
	body = append(body, rq.cardOf("case/"+c.Row.ID)...)
	return rq.render(http.StatusOK, p, append(body, rq.caseLinks(c)...)...)
}

// handedOver asks whoever may answer to take the whole case over: who offers it, why,
// until when, the hand-over note, and the answer.
func (rq *request) handedOver(c *casefile.Frame) templ.Component {
	t := c.Offer
	if t == nil {
		return templ.NopComponent
	}
	facts := []ui.Fact{{Key: rq.t("web.offer.by"), Value: rq.by(t.By)}, {Key: rq.t("web.f.reason"), Value: rq.label("transfer-reasons", t.Reason)},
		{Key: rq.t("web.clock.transfer"), Value: rq.when(t.Due, rq.of.Now())}}
	note := with(ui.Form(ui.Sending{Action: "/cases/" + c.Row.ID + "/open"}), ui.Hidden("compartment", "care"), ui.Hidden("purpose", "assistance"),
		ui.Button(ui.Press{Text: rq.t("web.offer.note"), Look: ui.Secondary, Small: true}))
	if rule, shut := rq.refusal(c.Opens(vault.Care, "assistance")); shut {
		note = rq.ruleReason(rule)
	}
	answer := ui.TaskList([]ui.Step{{Name: rq.t("web.do.transfer-answer"), Href: "/cases/" + c.Row.ID + "/do/transfer-answer"}})
	return with(ui.Section("offer", rq.t("web.offer.title")), para(rq.t("web.offer.text")), ui.SummaryList(facts), note, answer)
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
		text := rq.t("web.case.detained", "place", rq.label("places-of-stay", c.State.PlaceKind))
		if since := c.Row.Since; since != nil {
			text += " " + rq.t("web.case.detained_for", "span", rq.hours(rq.of.Now().Sub(*since)))
		}
		out = append(out, ui.WarningText(text))
	}
	if c.Row.Due != nil {
		out = append(out, para(rq.t("web.clock."+c.Row.Clock)+": "+rq.when(*c.Row.Due, rq.of.Now())))
	}
	return out
}

// bar is a form of the journey that could only be refused now, and by which rule.
type bar struct {
	do   policy.Action
	rule content.Rule
}

// bars are the acts of this person that a rule stands in the way of, whatever
// is written in their forms. Some stand or fall by the hour.
func (rq *request) bars(c *casefile.Frame) []bar {
	var out []bar
	for _, do := range []policy.Action{policy.PresumptionDecide, policy.InterviewRecord, policy.FollowUpRecord, policy.CaseClose} {
		if rule, ok := rq.barred(c, do); ok && c.Can(do) {
			out = append(out, bar{do, rule})
		}
	}
	return out
}

func (rq *request) barred(c *casefile.Frame, do policy.Action) (content.Rule, bool) {
	return rq.refusalOf(c.Barred(do))
}

func barsOf(list []bar) string {
	var b strings.Builder
	for i := range list {
		b.WriteString(string(list[i].do) + "=" + list[i].rule.ID + " ")
	}
	return b.String()
}

// todo are the steps of the journey that this person may take now. What a rule
// stands in the way of is named with what to do first, and leads nowhere yet.
func (rq *request) todo(c *casefile.Frame, beside []*command, bars []bar) templ.Component {
	var steps []ui.Step
	for _, cmd := range commands {
		closed := c.Row.Stage == casefile.StageClosed
		if !c.Can(cmd.action) || cmd.slug == "reopen" != closed || cmd.slug == "danger" && !c.Row.Danger ||
			cmd.slug == "extra" && len(rq.of.Content.ExtraFields(rq.who.Agency)) == 0 {
			continue
		}
		st := ui.Step{Name: rq.t("web.do." + cmd.slug), Href: "/cases/" + c.Row.ID + "/do/" + cmd.slug}
		if i := slices.IndexFunc(bars, func(b bar) bool { return b.do == cmd.action }); i >= 0 {
			l := rq.lang.Code()
			st.Href, st.Hint = "", rq.t("web.not_yet", "why", bars[i].rule.Title.In(l), "remedy", bars[i].rule.Remedy.In(l))
		}
		if n := rq.doneCount(cmd.slug, c); n > 0 {
			st.Status = ui.Tag{Text: rq.lang.N("web.done", n), Tone: ui.Green}
		}
		steps = append(steps, st)
	}
	if c.Can(policy.ReferralSend) && c.Row.Stage != casefile.StageClosed {
		steps = append(steps, ui.Step{Name: rq.t("web.do.referral"), Href: "/cases/" + c.Row.ID + "/referrals/new"})
	}
	for _, cmd := range beside {
		steps = append(steps, ui.Step{Name: rq.t("web.do." + cmd.slug), Href: "/cases/" + c.Row.ID + "/do/" + cmd.slug})
	}
	if len(steps) == 0 {
		return templ.NopComponent
	}
	return with(ui.Section("do", rq.t("web.case.do")), ui.TaskList(steps))
}

// besideRooms are the forms of parts that this person may not read and may send
// all the same: whoever sits with her takes down a complaint, and says that she
// was trafficked again. Some fit by the hour.
func (rq *request) besideRooms(c *casefile.Frame) []*command {
	var out []*command
	for i := range rooms {
		r := &rooms[i]
		if c.May[r.part] {
			continue
		}
		for j := range r.commands {
			if cmd := &r.commands[j]; c.Can(cmd.action) && rq.fits(cmd.slug, c) {
				out = append(out, cmd)
			}
		}
	}
	return out
}

func slugsOf(list []*command) string {
	var b strings.Builder
	for _, c := range list {
		b.WriteString(c.slug)
		b.WriteByte(' ')
	}
	return b.String()
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
	return rq.openingForms.with(rq.of.Content, rq.lang.Code()+" "+rq.who.Duty, rq.o.Base+"/cases/"+c.Row.ID+"/open", rq.openingForm)
}

// openingForm asks what to open and for what. It differs by language and duty
// only, not by case.
func (rq *request) openingForm(action string) templ.Component {
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
		with(ui.Form(ui.Sending{Action: action}), ui.Radios(comp), ui.Select(purpose), ui.Button(ui.Press{Text: rq.t("web.case.open"), Look: ui.Secondary})))
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
	return with(ui.Banner(ui.Done, title, "opened"),
		small(rq.t("web.case.opened_for", "purpose", rq.label("purposes", o.Purpose), "basis", rq.basis(o.Basis))), rq.openedFacts(o))
}

// openedFacts are the texts of an opened compartment, with who wrote them.
func (rq *request) openedFacts(o *casefile.Opened) templ.Component {
	var facts []ui.Fact
	for i, it := range o.Items {
		text := o.Texts[i]
		switch {
		case vault.IsErased(text):
			text = rq.t("web.erased")
		case strings.TrimSuffix(it.Label, "_before") == "nationality":
			text = rq.label("countries", text)
		case strings.TrimSuffix(it.Label, "_before") == "birth_date" && strings.HasPrefix(text, "~"):
			text = rq.t("web.about_years", "n", text[1:])
		}
		key := rq.itemName(&it)
		f := ui.Fact{Key: key, Body: quote(text)}
		if it.By != nil {
			f.Key += " · " + rq.of.AgencyName(it.By.Agency) + ", " + rq.lang.DateTime(it.By.At)
		}
		facts = append(facts, f)
	}
	if len(facts) == 0 {
		return para(rq.t("web.case.nothing"))
	}
	return ui.SummaryList(facts)
}

func (rq *request) by(b casefile.By) string {
	return joinTold(rq.of.AgencyName(b.Agency)+", "+rq.label("duties", b.Duty)+", "+rq.lang.DateTime(b.At), rq.inPlaceOf(b.For))
}
