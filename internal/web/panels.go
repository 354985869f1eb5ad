package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

func (s *site) panelRoutes() {
	s.handle("GET /panels", policy.IdentificationVoice, panelsPage)
	s.handle("GET /cases/{id}/panel", policy.IdentificationVoice, func(rq *request) error { return rq.sittingPage(http.StatusOK, nil, nil, nil) })
	s.handle("POST /cases/{id}/panel/papers", policy.IdentificationVoice, panelPapers)
	s.handle("POST /cases/{id}/panel/voice", policy.IdentificationVoice, giveVoice)
}

// panelRows is how many panels the list names; more come up as these are over.
const panelRows = 100

func panelsPage(rq *request) error {
	rows, err := rq.of.Cases.Sittings(rq.Context(), rq.who, panelRows)
	if err != nil {
		return err
	}
	title := rq.t("web.panels.title")
	return rq.render(http.StatusOK, rq.page(title), ui.Heading("", title), para(rq.t("web.panels.text")), rq.panelTable(rows))
}

func (rq *request) panelTable(rows []casefile.SittingRow) templ.Component {
	l := ui.Listing{Caption: rq.t("web.panels.title"), Hide: true, Empty: rq.t("web.panels.none"), Columns: []ui.Column{
		{Label: rq.t("web.col.case")}, {Label: rq.t("web.col.state")}, {Label: rq.t("web.panel.until")}}}
	for i := range rows {
		r := &rows[i]
		tag := &ui.Tag{Text: rq.t("web.panels.awaited"), Tone: ui.Amber}
		switch {
		case r.Spoken:
			tag = &ui.Tag{Text: rq.t("web.panels.mine"), Tone: ui.Teal}
		case !r.Proposed:
			tag = &ui.Tag{Text: rq.t("web.panels.soon")}
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: r.Ref, Href: "/cases/" + r.Case + "/panel"}, {Tag: tag}, {Text: rq.lang.DateTime(r.Due)}})
	}
	return ui.Table(l)
}

// panelsAsking is what the worklist says of panels that wait for this person's
// voice; nothing when none does.
func (rq *request) panelsAsking(ctx context.Context) ([]templ.Component, error) {
	if rq.of.Door.Realm(rq.who.Principal, policy.IdentificationVoice) != nil {
		return nil, nil
	}
	rows, err := rq.of.Cases.Sittings(ctx, rq.who, panelRows)
	if err != nil {
		return nil, err
	}
	var links []templ.Component
	for i := range rows {
		if r := &rows[i]; !r.Spoken && r.Proposed {
			links = append(links, anchor(r.Ref+" · "+rq.t("web.panel.until")+" "+rq.lang.DateTime(r.Due), rq.o.Base+"/cases/"+r.Case+"/panel"))
		}
	}
	if len(links) == 0 {
		return nil, nil
	}
	return []templ.Component{with(ui.Banner(ui.Important, rq.t("web.panels.home"), "panels"), bullets(links...))}, nil
}

func panelPapers(rq *request) error {
	o, err := rq.of.Cases.PanelPapers(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		if status, above, ok := rq.notices(err); ok {
			return rq.sittingPage(status, nil, above, nil)
		}
		return err
	}
	return rq.sittingPage(http.StatusOK, nil, nil, o)
}

func giveVoice(rq *request) error {
	_, err := rq.of.Cases.Do(rq.Context(), rq.who, rq.PathValue("id"), rq.order(), typed[casefile.GiveVoice](rq.PostForm))
	if err != nil {
		if status, above, ok := rq.notices(err); ok {
			return rq.sittingPage(status, rq.fieldErrors(err), above, nil)
		}
		return err
	}
	rq.redirect("/panels")
	return nil
}

// sittingPage is the open panel of a case as one of its members sees it.
func (rq *request) sittingPage(status int, errs []ui.FieldError, above []templ.Component, opened *casefile.Opened) error {
	at, err := rq.of.Cases.Sitting(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	title := rq.t("web.sitting.title")
	p := rq.page(title)
	p.Back = &ui.Link{Text: rq.t("web.panels.title"), Href: "/panels"}
	p.Errors = errs
	body := append([]templ.Component{ui.Heading(at.Ref, title), para(rq.t("web.sitting.text"))}, above...)
	body = append(body, rq.sittingFacts(at))
	switch {
	case at.Late:
		rule, _ := rq.of.Content.Rule("identification.panel-late")
		return rq.render(status, p, append(body, rq.ruleNotice(rule))...)
	case opened != nil:
		body = append(body, small(rq.t("web.sitting.recorded")), rq.openedFacts(opened))
	default:
		body = append(body, with(ui.Form(ui.Sending{Action: "/cases/" + at.Case + "/panel/papers"}), ui.Button(ui.Press{Text: rq.t("web.sitting.open"), Look: ui.Secondary})))
	}
	if at.Mine != "" {
		return rq.render(status, p, append(body, para(rq.t("web.sitting.done")))...)
	}
	return rq.render(status, p, append(body, rq.voiceForm(at, errs))...)
}

func (rq *request) voiceForm(at *casefile.Sitting, errs []ui.FieldError) templ.Component {
	f := fields{rq: rq, scope: "panel-voice", v: rq.PostForm, errors: errs}
	if f.v == nil {
		f.v = url.Values{}
	}
	words, proposal := []string{casefile.Recused}, ""
	if at.Proposal != nil {
		words, proposal = []string{casefile.Agrees, casefile.Dissent, casefile.Recused}, at.Proposal.ID
	}
	return with(ui.Section("voice", rq.t("web.sitting.give")), rq.form("/cases/"+at.Case+"/panel/voice", rq.t("web.sitting.give"), "",
		ui.Hidden("proposal", proposal), f.oneOf("voice", words...), f.area("reasons")))
}

func (rq *request) sittingFacts(at *casefile.Sitting) templ.Component {
	ids := make([]string, len(at.Seats))
	for i := range at.Seats {
		ids[i] = at.Seats[i].Staff
	}
	names, _ := rq.of.StaffNames(rq.Context(), ids...) // a page without names is still of use
	members := make([]string, len(at.Seats))
	for i, x := range at.Seats {
		members[i] = names[x.Staff] + " (" + rq.of.AgencyName(x.Agency) + ")"
		if x.Gone {
			members[i] += ": " + rq.t("web.told.gone")
		}
	}
	proposed := rq.t("web.panels.soon")
	if at.Proposal != nil {
		proposed = rq.panelOutcome(at.Review, at.Proposal.Outcome)
	}
	facts := []ui.Fact{{Key: rq.t("web.f.on"), Value: rq.day(at.On)}, {Key: rq.t("web.panel.until"), Value: rq.lang.DateTime(at.Due)},
		{Key: rq.t("web.f.members"), Value: strings.Join(members, ", ")}, {Key: rq.t("web.panel.proposal"), Value: proposed},
		{Key: rq.t("web.col.voices"), Value: rq.t("web.panel.spoken", "n", strconv.Itoa(at.Spoken), "all", strconv.Itoa(casefile.Voting(at.Seats)))}}
	if at.Review {
		facts = append(facts, ui.Fact{Key: rq.t("web.col.what"), Value: rq.t("web.panel.review")})
	}
	return ui.SummaryList(facts)
}

// panelOutcome is what a panel decides or is asked to: about her status, or on a
// review of what another decided.
func (rq *request) panelOutcome(review bool, outcome string) string {
	if review {
		return rq.t("web.pick." + outcome)
	}
	return rq.label("panel-outcomes", outcome)
}

// panelVoices is what the members of a panel said, once it is over; before, how
// many have spoken.
func (rq *request) panelVoices(s *casefile.State, p *casefile.Panel, names map[string]string) []string {
	out := make([]string, len(p.Seats))
	for i, x := range p.Seats {
		said := "silent"
		for k := range s.Voices {
			if v := &s.Voices[k]; v.Panel == p.ID && v.By.Staff == x.Staff {
				said = v.Voice
			}
		}
		out[i] = names[x.Staff] + " (" + rq.of.AgencyName(x.Agency) + ")"
		if x.Gone {
			said = "gone"
		}
		if x.Gone || p != s.OpenPanel() {
			out[i] += ": " + rq.t("web.told."+said)
		}
	}
	return out
}

// panelRow is a panel in the case's own list.
func (rq *request) panelRow(c *casefile.Frame, p *casefile.Panel, names map[string]string) []ui.Cell {
	outcome, changed, letter := state(rq.t("web.panel.waits"), false), "", ui.Cell{}
	switch {
	case p.Outcome != "":
		outcome = state(rq.panelOutcome(p.Review != "", p.Outcome), p.Outcome == casefile.Confirmed || p.Outcome == "changed")
		if p.Changed != "" {
			changed = rq.t("web.panel.changed", "to", rq.label("panel-outcomes", p.Standing()))
		}
		if p.Review == "" {
			letter = ui.Cell{Text: rq.t("web.letter.open"), Href: "/cases/" + c.Row.ID + "/letter?panel=" + p.ID}
		}
	case p.Ended != "":
		outcome = state(rq.t("web.panel."+p.Ended), false)
	case p.Due != nil && p.Late(rq.of.Now()):
		outcome = state(rq.t("web.panel.lapsed"), false)
	}
	if changed == "" && p.Outcome == "" && p.Proposal != nil {
		changed = rq.t("web.panel.proposed", "what", rq.panelOutcome(p.Review != "", p.Proposal.Outcome))
	}
	who := ui.Cell{Text: rq.agencies(p.Agencies), Sub: strings.Join(rq.panelVoices(c.State, p, names), ", ")}
	when := ui.Cell{Text: rq.day(p.On), Sub: rq.by(p.By)}
	if p == c.State.OpenPanel() {
		changed = joinTold(changed, rq.t("web.panel.spoken", "n", strconv.Itoa(c.Spoken), "all", strconv.Itoa(casefile.Voting(p.Seats))))
		when.Sub = rq.t("web.panel.until") + " " + rq.lang.DateTime(*p.Due)
	}
	if p.Review != "" {
		when.Sub = rq.t("web.panel.review") + ". " + when.Sub
	}
	return []ui.Cell{when, who, {Tag: outcome, Sub: changed}, letter}
}

func (rq *request) panelNames(s *casefile.State) map[string]string {
	var ids []string
	for i := range s.Panels {
		for _, x := range s.Panels[i].Seats {
			ids = append(ids, x.Staff)
		}
	}
	names, _ := rq.of.StaffNames(rq.Context(), ids...) // a page without names is still of use
	return names
}

// askPanel asks for members of at least two agencies and for what lies before them.
func askPanel(f fields, c *casefile.Frame) []templ.Component {
	out := []templ.Component{f.date("on")}
	if agencies, err := f.rq.of.Cases.Delegating(f.rq.Context()); err == nil && len(agencies) > 0 {
		b := f.base("panel_agencies")
		b.Value = ""
		for _, id := range agencies {
			b.Options = append(b.Options, ui.Option{Value: id, Label: f.rq.of.AgencyName(id)})
		}
		out = append(out, ui.Checkboxes(b))
	}
	out = append(out, f.area("members"), f.area("papers"))
	if r := c.State.OpenReview(); r != nil && r.Panel != "" {
		out = append(out, f.choice("review", []ui.Option{{Value: r.ID, Label: f.rq.lang.DateTime(r.By.At)}}))
	}
	return out
}

func readPanel(v url.Values) casefile.Command {
	p := &casefile.ConvenePanel{On: ui.DateFrom(v, "on"), Papers: v.Get("papers"), Review: v.Get("review"), Members: v["panel_agencies"]}
	for line := range strings.Lines(v.Get("members")) {
		if name := strings.TrimSpace(line); name != "" {
			p.Members = append(p.Members, name)
		}
	}
	return p
}

// askProposal asks what the open panel is to decide.
func askProposal(f fields, c *casefile.Frame) []templ.Component {
	outcome := f.radios("outcome", "panel-outcomes")
	if p := c.State.OpenPanel(); p != nil && p.Review != "" {
		outcome = f.oneOf("outcome", "upheld", "changed")
	}
	return []templ.Component{outcome, f.area("reasons")}
}
