package web

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/atlas"
	"rufaa/internal/measure"
	"rufaa/internal/web/ui"
)

func (rq *request) gaps() (*measure.Gaps, error) {
	service := rq.URL.Query().Get("service")
	if _, ok := rq.of.Content.Service(service); !ok {
		service = ""
	}
	return rq.of.Measures.Gaps(rq.Context(), rq.who, rq.of.Directory, service)
}

// gapsPage is the map of unmet need, to be printed for the Advisory Committee.
func gapsPage(rq *request) error {
	g, err := rq.gaps()
	if err != nil {
		return err
	}
	drawn, err := rq.gapMap(g)
	if err != nil {
		return err
	}
	title := rq.t("measure.gaps.title")
	p := rq.page(title)
	p.Wide = true
	csv := "/providers/gaps.csv"
	if g.Service != "" {
		csv += "?service=" + url.QueryEscape(g.Service)
	}
	return rq.render(http.StatusOK, p, ui.Heading("", title), para(rq.t("measure.gaps.text", "until", rq.lang.Date(g.Until))), rq.gapForm(g.Service),
		with(ui.Columns(drawn), with(ui.Section("lacking", rq.t("measure.gaps.lacking")), small(rq.t("measure.gaps.lacking.text")), rq.lackTable(g))),
		with(ui.Section("waiting", rq.t("measure.gaps.rows")), rq.gapTable(g)), with(ui.Section("refused", rq.t("measure.gaps.refused")), rq.refusals(g)),
		para2link(rq.t("measure.csv"), rq.o.Base+csv))
}

func (rq *request) gapForm(service string) templ.Component {
	kinds := ui.Field{Name: "service", Label: rq.t("web.f.service"), Value: service, Options: []ui.Option{{Value: "", Label: rq.t("web.any")}}}
	for _, s := range rq.of.Content.Services() {
		kinds.Options = append(kinds.Options, ui.Option{Value: s.ID, Label: s.Label.In(rq.lang.Code())})
	}
	return with(ui.Form(ui.Sending{Action: "/providers/gaps", Get: true, Class: "r-filter"}), ui.Select(kinds), ui.Button(ui.Press{Text: rq.t("common.search"), Look: ui.Secondary}))
}

// gapMap shades the counties by how many needs nobody serves there; the table
// beside it says the same.
func (rq *request) gapMap(g *measure.Gaps) (templ.Component, error) {
	lacks := map[string]int{}
	for _, l := range g.Lacking {
		lacks[l.County] = len(l.Services)
	}
	shades := atlas.Shade(lacks)
	o := atlas.Options{ID: "gaps", Title: rq.t("measure.gaps.title"), Desc: rq.t("measure.gaps.map"), Counties: map[string]atlas.Mark{}}
	for _, t := range rq.of.Content.List("counties") {
		if _, known := rq.atlas.County(t.ID); !known {
			continue
		}
		n := lacks[t.ID]
		m := atlas.Mark{Href: rq.o.Base + "/providers?county=" + t.ID, Shade: shades[t.ID], Label: t.In(rq.lang.Code()) + ": " + rq.lang.N("measure.gaps.lacks", n)}
		if n > 0 {
			m.Count = strconv.Itoa(n)
		}
		o.Counties[t.ID] = m
	}
	var b bytes.Buffer
	if err := rq.atlas.SVG(&b, o); err != nil {
		return nil, err
	}
	return templ.Join(templ.Raw(b.String()), small(atlas.Attribution)), nil
}

func (rq *request) lackTable(g *measure.Gaps) templ.Component {
	l := ui.Listing{Caption: rq.t("measure.gaps.lacking"), Hide: true, Keep: true, Empty: rq.t("measure.gaps.lacking.none"), Columns: []ui.Column{{Label: rq.t("web.col.county")}, {Label: rq.t("measure.gaps.nobody")}}}
	for _, x := range g.Lacking {
		names := make([]string, len(x.Services))
		for i, s := range x.Services {
			names[i] = rq.service(s)
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.groupName(x.County, false)}, {Text: strings.Join(names, ", ")}})
	}
	return ui.Table(l)
}

func (rq *request) days(n int) string {
	if n < 0 {
		return "–"
	}
	return rq.lang.N("common.span.days", max(1, n))
}

func (rq *request) gapTable(g *measure.Gaps) templ.Component {
	l := ui.Listing{Caption: rq.t("measure.gaps.rows"), Hide: true, Empty: rq.t("measure.gaps.none"), Columns: []ui.Column{{Label: rq.t("web.col.county")}, {Label: rq.t("web.f.service")},
		{Label: rq.t("measure.gaps.providers"), Number: true}, {Label: rq.t("measure.gaps.open"), Number: true}, {Label: rq.t("measure.gaps.waiting")},
		{Label: rq.t("measure.gaps.asked"), Number: true}, {Label: rq.t("measure.gaps.answer")}, {Label: rq.t("measure.gaps.oldest")}, {Label: rq.t("measure.gaps.declined"), Number: true}}}
	for _, x := range g.Rows {
		providers := ui.Cell{Text: strconv.Itoa(x.Providers)}
		if x.Providers == 0 {
			providers = ui.Cell{Tag: &ui.Tag{Text: rq.t("measure.gaps.nobody_short"), Tone: ui.Red}}
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.groupName(x.County, false)}, {Text: rq.service(x.Service)}, providers, {Text: rq.count(x.Open)}, {Text: rq.days(x.Waiting)},
			{Text: rq.count(x.Asked)}, {Text: rq.took(x.Answer)}, {Text: rq.days(x.Oldest)}, {Text: rq.count(x.Declined)}})
	}
	return ui.Table(l)
}

func (rq *request) refusals(g *measure.Gaps) templ.Component {
	l := ui.Listing{Caption: rq.t("measure.gaps.refused"), Hide: true, Empty: rq.t("measure.gaps.refused.none"), Columns: []ui.Column{{Label: rq.t("web.col.county")}, {Label: rq.t("web.f.service")},
		{Label: rq.t("web.f.reason")}, {Label: rq.t("web.col.number"), Number: true}}}
	for _, x := range g.Refused {
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.groupName(x.County, false)}, {Text: rq.service(x.Service)}, {Text: rq.label("referral-decline-reasons", x.Reason)}, {Text: rq.count(x.Count)}})
	}
	return ui.Table(l)
}

// gapsCSV is all of the page as one table: what, where, which need, and a
// number or "<5".
func gapsCSV(rq *request) error {
	g, err := rq.gaps()
	if err != nil {
		return err
	}
	count := func(c measure.Count) string {
		switch {
		case c.Few:
			return "<" + strconv.Itoa(measure.Least)
		case c.Hidden:
			return ""
		}
		return strconv.Itoa(c.N)
	}
	rows := [][]string{{"measure", "county", "service", "reason", "value"}}
	for _, x := range g.Lacking {
		for _, s := range x.Services {
			rows = append(rows, []string{"no_provider", x.County, s, "", "0"})
		}
	}
	for _, x := range g.Rows {
		add := func(name, value string) { rows = append(rows, []string{name, x.County, x.Service, "", value}) }
		add("providers", strconv.Itoa(x.Providers))
		add("open_needs", count(x.Open))
		add("open_needs_median_days", told(x.Waiting))
		add("requests", count(x.Asked))
		add("answer_median_minutes", told(x.Answer))
		add("oldest_unanswered_days", told(x.Oldest))
		add("declined", count(x.Declined))
	}
	for _, x := range g.Refused {
		rows = append(rows, []string{"declined_for", x.County, x.Service, x.Reason, count(x.Count)})
	}
	return rq.csv("gaps.csv", rows)
}
