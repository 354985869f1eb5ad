package web

import (
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/content"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

// parts is what was done, part by part, as far as the duty reads it.
// Referrals count the hours until their answer and the team has names: those two
// are drawn each time.
func (rq *request) parts(c *casefile.Frame) []templ.Component {
	return []templ.Component{
		rq.drawn(c, "before referrals", "", func() templ.Component {
			return templ.Join(rq.part(c, casefile.PartScreening, rq.screenings), rq.part(c, casefile.PartConsents, rq.consents),
				rq.part(c, casefile.PartSafety, rq.safety), rq.part(c, casefile.PartNeeds, rq.needs))
		}),
		rq.part(c, casefile.PartReferrals, rq.referralsOf),
		rq.drawn(c, "after referrals", "", func() templ.Component {
			return templ.Join(rq.part(c, casefile.PartInterviews, rq.interviews), rq.part(c, casefile.PartFollowUps, rq.followUps))
		}),
		rq.part(c, casefile.PartTeam, rq.team),
		rq.drawn(c, "extra", "", func() templ.Component { return rq.extras(c) }),
	}
}

// part is one section, where the duty reads it and there is something in it.
func (rq *request) part(c *casefile.Frame, part casefile.Part, of func(*casefile.Frame) []templ.Component) templ.Component {
	if c.May[part] {
		if body := of(c); len(body) > 0 {
			return with(ui.Section(string(part), rq.t("web.part."+string(part))), body...)
		}
	}
	return templ.NopComponent
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
		for _, g := range rq.scored(s, q) {
			if g.Strong+g.Medium+g.Weak == 0 {
				continue
			}
			d, _ := rq.of.Content.Scoring().Dimension(g.Group)
			key := "web.score.not"
			if g.Positive {
				key = "web.score.positive"
			}
			facts = append(facts, ui.Fact{Key: d.Title.In(l), Value: rq.t(key, "strong", strconv.Itoa(g.Strong), "medium", strconv.Itoa(g.Medium), "weak", strconv.Itoa(g.Weak))})
		}
		out = append(out, small(q.Title.In(l)+" · "+rq.by(s.By)), ui.SummaryList(facts), rq.answered(s, q))
	}
	if len(out) > 0 {
		out = append(out, small(rq.t("web.score.assists")))
	}
	if d := c.State.Presumed; d.ID != "" {
		decision := ui.Fact{Key: rq.t("web.f.decision"), Value: rq.label("decisions", d.Decision)}
		if d.Changed != "" {
			decision.Value = joinTold(decision.Value, rq.t("web.panel.changed", "to", rq.label("decisions", d.Standing())))
		}
		facts := []ui.Fact{decision, {Key: rq.t("web.f.track"), Value: rq.label("tracks", d.Track)}}
		for _, e := range d.Exploitation {
			facts = append(facts, ui.Fact{Key: rq.t("web.f.exploitation"), Value: rq.label("exploitation", e)})
		}
		if d.Reason != "" {
			facts = append(facts, ui.Fact{Key: rq.t("web.f.reason"), Value: rq.label("not-presumed-reasons", d.Reason)})
		}
		switch {
		case !d.WayBack.IsZero():
			facts = append(facts, ui.Fact{Key: rq.t("web.item.way_back"), Value: rq.t("web.way_back.sealed")})
		case d.WayBackClear != "":
			facts = append(facts, ui.Fact{Key: rq.t("web.item.way_back"), Value: d.WayBackClear})
		}
		out = append(out, small(rq.by(d.By)), ui.SummaryList(facts))
	}
	return out
}

// scored counts the signs of a screening by dimension. A screening never
// changes once it is recorded, so it is counted once.
func (rq *request) scored(s *casefile.Screened, q *content.Questionnaire) []content.GroupResult {
	if known, ok := rq.scores.Get(s.ID); ok {
		return known
	}
	groups := rq.of.Content.Scoring().Score(q, s.Answers).Groups
	rq.scores.Add(s.ID, groups)
	return groups
}

func (rq *request) labels(list string, ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = rq.label(list, id)
	}
	return strings.Join(out, ", ")
}

func (rq *request) consents(c *casefile.Frame) []templ.Component {
	l := ui.Listing{Caption: rq.t("web.part.consents"), Hide: true, Columns: []ui.Column{{Label: rq.t("web.col.agency")}, {Label: rq.t("web.f.compartments")}, {Label: rq.t("web.col.answer")}, {Label: rq.t("web.col.do")}}}
	for i := range c.State.Consents {
		k := &c.State.Consents[i]
		tag, cell := ui.Tag{Text: rq.t("web.consent.given"), Tone: ui.Green}, ui.Cell{}
		switch {
		case k.Withdrawn != nil:
			tag = ui.Tag{Text: rq.t("web.consent.withdrawn"), Tone: ui.Red}
		case !k.Given:
			tag = ui.Tag{Text: rq.t("web.consent.declined"), Tone: ui.Red}
		case c.Can(policy.ConsentWithdraw):
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

func (rq *request) needs(c *casefile.Frame) []templ.Component {
	if len(c.State.Needs) == 0 {
		return nil
	}
	l := ui.Listing{Caption: rq.t("web.part.needs"), Hide: true, Columns: []ui.Column{{Label: rq.t("web.col.need")}, {Label: rq.t("web.need.urgency")}, {Label: rq.t("web.col.state")}, {Label: rq.t("web.col.do")}}}
	for i := range c.State.Needs {
		n := &c.State.Needs[i]
		cell, open := ui.Cell{}, n.State == "open" && c.Row.Stage != casefile.StageClosed // nothing is added to a closed case
		if c.Can(policy.NeedsAssess) && open {
			cell.Body = rq.press("/cases/"+c.Row.ID+"/settle", "need", n.ID, rq.t("web.need.met"), ui.Hidden("state", "met"))
		}
		if open && c.Can(policy.ReferralSend) {
			find := para2link(rq.t("web.places.find"), rq.o.Base+"/cases/"+c.Row.ID+"/places?need="+n.ID)
			if cell.Body != nil {
				find = templ.Join(find, cell.Body)
			}
			cell.Body = find
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.service(n.Service)}, {Text: rq.label("urgencies", n.Urgency)}, {Tag: &ui.Tag{Text: rq.t("web.need." + n.State), Tone: ui.Teal}}, cell})
	}
	return []templ.Component{ui.Table(l)}
}

func (rq *request) referralsOf(c *casefile.Frame) []templ.Component {
	rows := rq.of.Referrals.Noted(rq.who, c.State)
	if len(rows) == 0 {
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
	names, _ := rq.of.StaffNames(rq.Context(), ids...) // a page without names is still of use
	var items []templ.Component
	for i := range c.State.Team {
		m := &c.State.Team[i]
		text := names[m.Staff] + " · " + rq.label("duties", m.Duty) + " · " + rq.of.AgencyName(m.Agency) + " · " + rq.lang.Date(m.Since)
		if m.Until != nil {
			items = append(items, plain(text+" – "+rq.lang.Date(*m.Until)))
			continue
		}
		if in := rq.inPlace(c.State.Covering(m.Staff, rq.of.Now())); in != "" {
			text += " · " + in
		}
		item := plain(text)
		if (len(m.Covers) > 0 || !m.Own()) && m.Agency == rq.who.Agency && c.Can(policy.TeamChange) {
			item = templ.Join(item, rq.press("/cases/"+c.Row.ID+"/end-cover", "staff", m.Staff, rq.t("web.cover.end", "name", names[m.Staff])))
		}
		items = append(items, item)
	}
	if len(items) == 0 {
		return nil
	}
	return append([]templ.Component{list(items...)}, rq.away(c)...)
}

// inPlace says in whose place somebody stands, and until when.
func (rq *request) inPlace(covers []casefile.Covering) string {
	ids := make([]string, len(covers))
	for i := range covers {
		ids[i] = covers[i].For
	}
	names, _ := rq.of.StaffNames(rq.Context(), ids...) // a page without names is still of use
	said := make([]string, len(covers))
	for i, c := range covers {
		said[i] = rq.t("web.cover.for", "name", names[c.For], "day", rq.lang.Date(c.Ends.Add(-time.Second)))
	}
	return strings.Join(said, " · ")
}

// away lists who is kept away, for those who may change the team.
func (rq *request) away(c *casefile.Frame) []templ.Component {
	if !c.Can(policy.TeamChange) {
		return nil
	}
	var items []templ.Component
	for i := range c.State.Away {
		a := &c.State.Away[i]
		if a.Ended != nil {
			continue
		}
		names, _ := rq.of.StaffNames(rq.Context(), a.Staff)
		items = append(items, templ.Join(plain(names[a.Staff]+" · "+rq.of.AgencyName(a.Agency)+" · "+rq.label("away-reasons", a.Reason)),
			rq.press("/cases/"+c.Row.ID+"/let-back", "staff", a.Staff, rq.t("web.away.back", "name", names[a.Staff]))))
	}
	if len(items) == 0 {
		return nil
	}
	return []templ.Component{element("h3", ` class="govuk-heading-s"`, rq.t("web.away.title")), list(items...)}
}

// holdPress offers the one step about a legal hold that there is now.
func (rq *request) holdPress(id, base string) templ.Component {
	held, err := rq.of.Cases.Holding(rq.Context(), rq.who, id)
	switch {
	case err != nil:
		return templ.NopComponent
	case held:
		return rq.press(base+"/release", "on", "0", rq.t("web.hold.off"))
	}
	return rq.press(base+"/hold", "on", "1", rq.t("web.hold.on"))
}

func (rq *request) caseLinks(c *casefile.Frame) []templ.Component {
	var out []templ.Component
	at := rq.o.Base + "/cases/" + c.Row.ID
	if c.Can(policy.AccessView) {
		out = append(out, para2link(rq.t("web.access.title"), at+"/access"))
	}
	if c.Can(policy.HistoryView) {
		out = append(out, para2link(rq.t("web.history.title"), at+"/history"))
	}
	if c.Can(policy.BundleMake) {
		out = append(out, para2link(rq.t("bundle.title"), at+"/bundle"))
	}
	if c.Can(policy.HoldDecide) {
		base := "/cases/" + c.Row.ID
		out = append(out, with(ui.Section("oversight", rq.t("web.oversight.title")), para(rq.t("web.oversight.text")), rq.kept(c.Row.ID), rq.holdPress(c.Row.ID, base)))
	}
	if c.Can(policy.ErasureConfirm) {
		out = append(out, para2link(rq.t("web.erasure.title"), at+"/erasure"))
	}
	return out
}
