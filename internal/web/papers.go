package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/paper"
	"rufaa/internal/policy"
	"rufaa/internal/text"
	"rufaa/internal/vault"
	"rufaa/internal/web/ui"
)

func (s *site) paperRoutes() {
	s.handle("GET /cases/{id}/letter", policy.CompartmentOpen, letter)
	s.handle("GET /cases/{id}/sheet", policy.RightsAnswer, askSheet)
	s.handle("POST /cases/{id}/sheet", policy.RightsAnswer, sheet)
	s.handle("GET /workload", policy.WorkloadView, workload)
}

// banner is what every sheet carries outside real use.
func (rq *request) banner() string { return rq.of.Banner(rq.lang) }

// letterLead is the passage with which a letter begins, by how a review left the
// decision.
var letterLead = map[string]string{"": "decided", "changed": "reviewed", "upheld": "upheld"}

// letter tells her a formal decision, in the language she asks for or speaks
// best where the letter is written in it, else in English.
func letter(rq *request) error {
	find, of := rq.of.Cases.Letter, rq.URL.Query().Get("panel")
	if review := rq.URL.Query().Get("review"); review != "" {
		find, of = rq.of.Cases.ReviewLetter, review
	}
	l, err := find(rq.Context(), rq.who, rq.PathValue("id"), of)
	if err != nil {
		return err
	}
	words := rq.of.Content.Letter("identification")
	code, written := rq.URL.Query().Get("lang"), words.Languages()
	if !slices.Contains(written, code) {
		code = "en"
		if slices.Contains(written, l.Lang) {
			code = l.Lang
		}
	}
	in := rq.of.Texts.In(code)
	part := func(id string, pairs ...string) string { return words.Part(id, code, pairs...) }
	now, title := rq.of.Now(), words.Title.In(code)
	printed := in.DateTime(now)
	if code != in.Code() {
		printed = now.In(text.Nairobi).Format("02.01.2006 15:04")
	}
	p := paper.Begin(paper.A4, title, code, rq.banner(), part("printed", "when", printed), now)
	p.Small(rq.of.AgencyName(l.Holder))
	p.Small(part("reference", "ref", l.Ref))
	p.Space(1)
	p.Heading(1, title)
	if l.Name != "" && !vault.IsErased(l.Name) {
		p.Text(part("dear", "name", l.Name))
		p.Space(0.5)
	}
	on := l.On
	if day, err := time.Parse(time.DateOnly, l.On); err == nil {
		on = in.Date(day)
		if code != in.Code() { // no catalog has the names of its months
			on = day.Format("02.01.2006")
		}
	}
	outcomes, meaning := "panel-outcomes", l.Outcome
	switch l.Outcome {
	case "presumed":
		outcomes = "decisions"
	case "not_presumed": // help goes on, and may be asked for again, as after a panel's no
		outcomes, meaning = "decisions", casefile.NotConfirmed
	}
	p.Text(part(letterLead[l.Reviewed], "on", on))
	p.Strong(rq.of.Content.Label(outcomes, l.Outcome, code))
	p.Space(0.5)
	p.Strong(part("reasons"))
	p.Text(l.Reasons)
	p.Space(0.5)
	p.Text(part(meaning))
	p.Space(0.5)
	p.Text(part("rights"))
	raw, err := p.Bytes()
	if err != nil {
		return err
	}
	rq.file("application/pdf", "letter.pdf", raw)
	return nil
}

func askSheet(rq *request) error {
	id := rq.PathValue("id")
	c, err := rq.of.Cases.View(rq.Context(), rq.who, id)
	if err != nil {
		return err
	}
	title := rq.t("web.sheet.title")
	p := rq.page(title)
	p.Back = &ui.Link{Text: c.Row.Ref, Href: "/cases/" + id + "/rights"}
	if !c.Can(policy.RightsAnswer) {
		rule, _ := rq.of.Content.Rule("access.duty")
		return rq.render(http.StatusForbidden, p, ui.Heading(c.Row.Ref, title), rq.ruleNotice(rule))
	}
	return rq.render(http.StatusOK, p, ui.Heading(c.Row.Ref, title), para(rq.t("web.sheet.ask")),
		with(ui.Form(ui.Sending{Action: "/cases/" + id + "/sheet"}), ui.Button(ui.Press{Text: rq.t("web.sheet.open")})))
}

func sheet(rq *request) error {
	id := rq.PathValue("id")
	s, err := rq.of.Cases.Sheet(rq.Context(), rq.who, id)
	if err != nil {
		return err
	}
	title := rq.t("web.sheet.title")
	p := rq.page(title)
	p.Back = &ui.Link{Text: s.Ref, Href: "/cases/" + id + "/rights"}
	body := []templ.Component{ui.Heading(s.Ref, title), para(rq.t("web.sheet.text"))}
	for _, o := range s.Opened {
		body = append(body, with(ui.Section("kept-"+string(o.Compartment), rq.label("compartments", string(o.Compartment))), rq.openedFacts(o)))
	}
	if len(s.Shut) > 0 {
		names := make([]string, len(s.Shut))
		for i, comp := range s.Shut {
			names[i] = rq.label("compartments", string(comp))
		}
		body = append(body, para(rq.t("web.sheet.shut", "parts", strings.Join(names, ", "))))
	}
	body = append(body, with(ui.Section("seen", rq.t("web.access.title")), rq.accessTable(s.Seen)),
		rq.press("/cases/"+id+"/copy", "given", "1", rq.t("web.sheet.given")))
	return rq.render(http.StatusOK, p, body...)
}

func workload(rq *request) error {
	loads, err := rq.of.Cases.Workload(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	ids := make([]string, len(loads))
	for i := range loads {
		ids[i] = loads[i].Staff
	}
	names, err := rq.of.StaffNames(rq.Context(), ids...)
	if err != nil {
		return err
	}
	title := rq.t("web.workload.title")
	l := ui.Listing{Caption: title, Hide: true, Empty: rq.t("web.list.empty"), Columns: []ui.Column{{Label: rq.t("web.col.who")},
		{Label: rq.t("web.workload.cases"), Number: true}, {Label: rq.t("notices.care.limit"), Number: true}, {Label: rq.t("web.workload.overdue"), Number: true}, {Label: rq.t("web.col.state")}}}
	for _, x := range loads {
		cell := ui.Cell{Text: "–"}
		if x.High {
			cell = ui.Cell{Tag: &ui.Tag{Text: rq.t("web.workload.high"), Tone: ui.Red}}
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: names[x.Staff]}, {Text: strconv.Itoa(x.Cases)}, {Text: strconv.Itoa(x.Limit)}, {Text: strconv.Itoa(x.Overdue)}, cell})
	}
	return rq.render(http.StatusOK, rq.page(title), ui.Heading(rq.person.AgencyName, title),
		para(rq.t("web.workload.text")), ui.Table(l))
}
