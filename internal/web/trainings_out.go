package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"rufaa/internal/measure"
	"rufaa/internal/paper"
	"rufaa/internal/realm"
	"rufaa/internal/training"
	"rufaa/internal/web/ui"
)

// courseDo is a command about a course.
type courseDo[T any] func(*training.Training, context.Context, realm.Actor, string, string, *T) (realm.Receipt, error)

// checkPage answers anybody about a certificate; text is its code or the
// credential itself, "" before anything was asked.
func (rq *request) checkPage(text string) error {
	title := rq.t("training.check_title")
	body := []templ.Component{ui.Heading("", title), para(rq.t("training.check_text"))}
	if text != "" {
		found, err := rq.of.Training.Check(rq.Context(), text)
		if err != nil {
			return err
		}
		body = append(body, rq.checked(found))
	}
	f := ui.Field{Name: "text", Label: rq.t("training.code"), Hint: rq.t("training.check_hint"), Value: text, Rows: 3}
	return rq.render(http.StatusOK, rq.page(title), append(body, with(ui.Form(ui.Sending{Action: "/certificate"}), ui.Textarea(f), ui.Button(ui.Press{Text: rq.t("training.check")})))...)
}

func (rq *request) checked(c training.Checked) templ.Component {
	switch {
	case c.Revoked:
		return with(ui.Banner(ui.Stop, rq.t("training.is_revoked"), "found"), para(rq.t("training.is_revoked_text")))
	case !c.Genuine:
		return with(ui.Banner(ui.Stop, rq.t("training.is_not"), "found"), para(rq.t("training.is_not_text")))
	}
	facts := []ui.Fact{{Key: rq.t("training.course"), Value: c.Course}, {Key: rq.t("training.days"), Value: c.From + " – " + c.To},
		{Key: rq.t("training.issued"), Value: rq.lang.Date(c.Issued)}, {Key: rq.t("training.code"), Value: c.Code}}
	if c.Name != "" {
		facts = append([]ui.Fact{{Key: rq.t("training.given_to"), Value: c.Name}}, facts...)
	}
	said := []templ.Component{ui.SummaryList(facts)}
	if c.Name == "" {
		said = append(said, small(rq.t("training.nameless")))
	}
	if c.Simulated {
		said = append(said, para(rq.t("training.simulated")))
	}
	return with(ui.Banner(ui.Done, rq.t("training.is_genuine"), "found"), said...)
}

// certificatePaper prints one's own certificate, with a code to scan.
func certificatePaper(rq *request) error {
	_, c, err := rq.of.Training.Credential(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	now, title := rq.of.Now(), rq.t("training.certificate")
	p := paper.Begin(paper.A4, title, rq.lang.Code(), rq.banner(), rq.t("training.printed", "when", rq.lang.DateTime(now)), now)
	p.Space(2)
	p.Heading(1, title)
	if c.Name != "" {
		p.Large(c.Name)
	}
	p.Space(0.5)
	p.Text(rq.t("training.paper", "course", c.Course, "from", c.From, "to", c.To, "floor", c.Percent))
	p.Space(1)
	p.Text(rq.t("training.paper_check"))
	where := "/certificate/" + c.Code
	if site, ok := rq.of.Accounts.Site(); ok {
		where = site.Origin + site.Base + where
	}
	if err := p.Code(where, 40); err != nil {
		return err
	}
	p.Strong(c.Code)
	p.Small(where)
	raw, err := p.Bytes()
	if err != nil {
		return err
	}
	rq.file("application/pdf", rq.marked("certificate.pdf"), raw)
	return nil
}

func courseReport(rq *request) error {
	c, err := rq.of.Training.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	r, err := rq.of.Training.Report(rq.Context(), rq.who, c.ID)
	if err != nil {
		return err
	}
	title := rq.t("training.report")
	p := rq.page(title)
	p.Back = &ui.Link{Text: c.Title, Href: "/training/" + c.ID}
	facts := []ui.Fact{{Key: rq.t("training.attended"), Value: rq.count(r.Attended)}}
	for _, x := range training.Sittings {
		facts = append(facts, ui.Fact{Key: rq.t("training.test." + string(x)), Value: rq.count(r.Sat[x])})
	}
	facts = append(facts, ui.Fact{Key: rq.t("training.gain"), Value: rq.gainSaid(r.Gain)}, ui.Fact{Key: rq.t("training.kept"), Value: rq.gainSaid(r.Kept)},
		ui.Fact{Key: rq.t("training.certificates"), Value: rq.count(r.Certified)})
	body := []templ.Component{ui.Heading(c.Title, title), para(rq.t("training.report_text")), ui.SummaryList(facts), small(rq.t("training.gain_method")),
		rq.cellTable("by-agency", rq.t("training.by_agency"), r.ByAgency, rq.of.AgencyName),
		rq.cellTable("by-sex", rq.t("training.by_sex"), r.BySex, func(id string) string { return rq.label("sexes", id) }),
		rq.cellTable("by-county", rq.t("training.by_county"), r.ByCounty, func(id string) string { return rq.label("counties", id) })}
	if r.Exercise != nil {
		body = append(body, with(ui.Section("exercise", rq.t("training.at_exercise")), append([]templ.Component{para(rq.t("training.at_exercise_text"))}, rq.turnout(r.Exercise)...)...))
	}
	return rq.render(http.StatusOK, p, append(body, rq.itemTable(c, r))...)
}

func (rq *request) gainSaid(g training.Gain) string {
	switch {
	case g.Withheld:
		return rq.t("training.gain_withheld")
	case g.Full:
		return rq.t("training.gain_full")
	}
	two := func(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }
	return rq.t("training.gain_said", "gain", two(g.Gain), "low", two(g.Low), "high", two(g.High), "pre", fmt.Sprintf("%.0f", g.Pre), "post", fmt.Sprintf("%.0f", g.Post), "n", g.Persons)
}

func (rq *request) cellTable(id, title string, cells []measure.Cell, name func(string) string) templ.Component {
	l := ui.Listing{Caption: title, Hide: true, Empty: rq.t("training.no_result"), Columns: []ui.Column{{Label: rq.t("training.group")}, {Label: rq.t("training.people"), Number: true}}}
	for _, c := range cells {
		said := rq.t("training.not_told")
		if c.Group != "" {
			said = name(c.Group)
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: said}, {Text: rq.count(c.Count)}})
	}
	return with(ui.Section(id, title), ui.Table(l))
}

func (rq *request) itemTable(c *training.View, r *training.Report) templ.Component {
	l := ui.Listing{Caption: rq.t("training.items"), Hide: true, Empty: rq.t("training.no_result"), Columns: []ui.Column{{Label: rq.t("training.question")}, {Label: rq.t("training.test.before"), Number: true}, {Label: rq.t("training.test.after"), Number: true}}}
	share := func(x float64) string {
		if x < 0 {
			return "–"
		}
		return percent(x)
	}
	bank := rq.of.Training.Banks[c.Bank]
	for _, it := range r.Items {
		said := it.Question
		if bank != nil {
			if q := bank.Question(it.Question); q != nil {
				said = q.Text.In(rq.lang.Code())
			}
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: said}, {Text: share(it.Before)}, {Text: share(it.After)}})
	}
	return with(ui.Section("items", rq.t("training.items")), ui.Table(l))
}

func courseReportCSV(rq *request) error {
	r, err := rq.of.Training.Report(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	var rows [][]string
	for _, t := range []struct {
		by    string
		cells []measure.Cell
	}{{"agency", r.ByAgency}, {"sex", r.BySex}, {"county", r.ByCounty}} {
		for _, c := range t.cells {
			rows = append(rows, []string{t.by, c.Group, rq.count(c.Count)})
		}
	}
	if r.Exercise != nil {
		rows = append(rows, rq.turnoutRows(r.Exercise)...)
	}
	return rq.attendanceFile(rows)
}

// courseStatements is a file: nothing is sent anywhere.
func courseStatements(rq *request) error {
	list, err := rq.of.Training.Statements(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	raw, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return err
	}
	rq.file("application/json", rq.marked("xapi.json"), raw)
	return nil
}
