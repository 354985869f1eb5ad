package web

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"rufaa/internal/atlas"
	"rufaa/internal/measure"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

func (s *site) measureRoutes() {
	s.handle("GET /overview/time-to-care", policy.GapsView, timeToCare)
	s.handle("GET /overview/time-to-care.csv", policy.GapsView, timeToCareCSV)
	s.handle("GET /providers/gaps", policy.GapsView, gapsPage)
	s.handle("GET /providers/gaps.csv", policy.GapsView, gapsCSV)
}

// period is over which time the page counts: the last year, or what was asked.
func (rq *request) period() (months int, since time.Time) {
	months, err := strconv.Atoi(rq.URL.Query().Get("months"))
	if err != nil || months < 1 || months > 120 {
		months = 12
	}
	return months, rq.of.Now().AddDate(0, -months, 0)
}

func (rq *request) times() ([]measure.Times, bool, error) {
	_, since := rq.period()
	byAgency := rq.URL.Query().Get("by") == "agency"
	t, err := rq.of.Measures.TimeToCare(rq.Context(), rq.who, byAgency, since)
	return t, byAgency, err
}

func (rq *request) groupName(id string, byAgency bool) string {
	switch {
	case id == "":
		return rq.t("common.unknown")
	case byAgency:
		return rq.of.AgencyName(id)
	}
	return rq.label("counties", id)
}

// took writes minutes as people say them; -1 is not told.
func (rq *request) took(minutes int) string {
	if minutes < 0 {
		return "–"
	}
	return rq.lang.Span(time.Duration(minutes) * time.Minute)
}

func (rq *request) count(c measure.Count) string {
	if c.Hidden {
		return rq.t("measure.few")
	}
	return strconv.Itoa(c.N)
}

func timeToCare(rq *request) error {
	times, byAgency, err := rq.times()
	if err != nil {
		return err
	}
	title := rq.t("measure.times.title")
	p := rq.page(title)
	p.Wide = true
	months, _ := rq.period()
	body := []templ.Component{ui.Heading("", title), para(rq.t("measure.times.text", "months", strconv.Itoa(months))), rq.measureForm(byAgency, months)}
	for _, t := range times {
		rows := [][]ui.Cell{rq.spreadRow(rq.t("measure.all"), t.All)}
		for _, s := range t.By {
			rows = append(rows, rq.spreadRow(rq.groupName(s.Group, byAgency), s))
		}
		l := ui.Listing{Caption: rq.t("measure.times." + t.Which), Hide: true, Rows: rows, Columns: []ui.Column{{Label: rq.t("measure.group")}, {Label: rq.t("measure.cases"), Number: true},
			{Label: rq.t("measure.reached"), Number: true}, {Label: rq.t("measure.p25")}, {Label: rq.t("measure.p50")}, {Label: rq.t("measure.p75")}, {Label: rq.t("measure.p90")}}}
		body = append(body, with(ui.Section("m-"+t.Which, rq.t("measure.times."+t.Which)), small(rq.t("measure.times."+t.Which+".text")), rq.boxes(t, byAgency), ui.Table(l)))
	}
	by := "county"
	if byAgency {
		by = "agency"
	}
	body = append(body, para2link(rq.t("measure.csv"), rq.o.Base+"/overview/time-to-care.csv?by="+by+"&months="+strconv.Itoa(months)))
	return rq.render(http.StatusOK, p, body...)
}

func (rq *request) spreadRow(name string, s measure.Spread) []ui.Cell {
	return []ui.Cell{{Text: name}, {Text: rq.count(s.Cases)}, {Text: rq.count(s.Reached)}, {Text: rq.took(s.Quarter)}, {Text: rq.took(s.Half)}, {Text: rq.took(s.ThreeQuarters)}, {Text: rq.took(s.Most)}}
}

func (rq *request) measureForm(byAgency bool, months int) templ.Component {
	by := ui.Field{Name: "by", Label: rq.t("measure.by"), Inline: true, Value: "county", Options: []ui.Option{{Value: "county", Label: rq.t("web.col.county")}, {Value: "agency", Label: rq.t("web.col.agency")}}}
	if byAgency {
		by.Value = "agency"
	}
	return with(ui.Form(ui.Sending{Action: "/overview/time-to-care", Get: true}), ui.Radios(by),
		ui.TextInput(ui.Field{Name: "months", Label: rq.t("measure.months"), Value: strconv.Itoa(months), Width: 3, InputMode: "numeric"}),
		ui.Button(ui.Press{Text: rq.t("common.search"), Look: ui.Secondary}))
}

// boxes draws the middle halves of the groups as bars on one scale. The table
// under it says the same in words.
func (rq *request) boxes(t measure.Times, byAgency bool) templ.Component {
	most := 0
	for _, s := range t.By {
		most = max(most, s.ThreeQuarters, s.Half)
	}
	if most == 0 {
		return templ.NopComponent
	}
	const width, row, left = 640, 22, 190
	scale := func(minutes int) string { return strconv.Itoa(left + minutes*(width-left-10)/most) }
	var b strings.Builder
	n := 0
	for _, s := range t.By {
		if s.Half < 0 || s.Quarter < 0 {
			continue
		}
		y := n * row
		end := s.ThreeQuarters
		if end < 0 {
			end = most
		}
		b.WriteString(`<text class="r-chart__name" x="0" y="` + strconv.Itoa(y+15) + `">` + templ.EscapeString(rq.groupName(s.Group, byAgency)) + `</text>` +
			`<rect class="r-chart__half" x="` + scale(s.Quarter) + `" y="` + strconv.Itoa(y+4) + `" width="` + strconv.Itoa(max(2, (end-s.Quarter)*(width-left-10)/most)) + `" height="14"/>` +
			`<rect class="r-chart__middle" x="` + scale(s.Half) + `" y="` + strconv.Itoa(y+2) + `" width="3" height="18"/>`)
		n++
	}
	if n == 0 {
		return templ.NopComponent
	}
	return templ.Raw(`<svg class="r-chart" viewBox="0 0 ` + strconv.Itoa(width) + ` ` + strconv.Itoa(n*row+4) + `" role="img" aria-label="` +
		templ.EscapeString(rq.t("measure.chart")) + `">` + b.String() + `</svg>`)
}

func timeToCareCSV(rq *request) error {
	times, byAgency, err := rq.times()
	if err != nil {
		return err
	}
	rows := [][]string{{"measure", "group", "cases", "reached", "p25_minutes", "p50_minutes", "p75_minutes", "p90_minutes"}}
	for _, t := range times {
		for _, s := range append([]measure.Spread{t.All}, t.By...) {
			name := rq.t("measure.all")
			if s.Group != "" {
				name = rq.groupName(s.Group, byAgency)
			}
			rows = append(rows, []string{t.Which, name, rq.count(s.Cases), rq.count(s.Reached), told(s.Quarter), told(s.Half), told(s.ThreeQuarters), told(s.Most)})
		}
	}
	return rq.csv("time-to-care.csv", rows)
}

func told(n int) string {
	if n < 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// csv sends a table; a cell that a spreadsheet would run as a formula is
// quoted as text.
func (rq *request) csv(name string, rows [][]string) error {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, row := range rows {
		for i, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				row[i] = "'" + cell
			}
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	rq.w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	rq.w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	_, err := rq.w.Write(b.Bytes())
	return err
}

func (rq *request) gaps() (*measure.Gaps, error) {
	_, since := rq.period()
	service := rq.URL.Query().Get("service")
	if _, ok := rq.of.Content.Service(service); !ok {
		service = ""
	}
	return rq.of.Measures.Gaps(rq.Context(), rq.who, rq.of.Directory, service, since)
}

// gapsPage is the map of unmet need, to be printed for the Advisory Committee.
func gapsPage(rq *request) error {
	g, err := rq.gaps()
	if err != nil {
		return err
	}
	title := rq.t("measure.gaps.title")
	p := rq.page(title)
	p.Wide = true
	drawn, err := rq.gapMap(g)
	if err != nil {
		return err
	}
	l := ui.Listing{Caption: title, Hide: true, Empty: rq.t("measure.gaps.none"), Columns: []ui.Column{{Label: rq.t("web.col.county")}, {Label: rq.t("web.f.service")},
		{Label: rq.t("measure.gaps.providers"), Number: true}, {Label: rq.t("measure.gaps.open"), Number: true}, {Label: rq.t("measure.gaps.waiting")}, {Label: rq.t("measure.gaps.declined"), Number: true}}}
	for _, x := range g.Rows {
		providers := ui.Cell{Text: strconv.Itoa(x.Providers)}
		if x.Providers == 0 {
			providers = ui.Cell{Tag: &ui.Tag{Text: rq.t("measure.gaps.nobody"), Tone: ui.Red}}
		}
		wait := "–"
		if x.Waiting >= 0 {
			wait = rq.lang.N("common.span.days", max(1, x.Waiting))
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.groupName(x.County, false)}, {Text: rq.service(x.Service)}, providers, {Text: rq.count(x.Open)}, {Text: wait}, {Text: rq.count(x.Declined)}})
	}
	months, _ := rq.period()
	list := []templ.Component{ui.Table(l), rq.refusals(g), small(rq.t("measure.gaps.answers", "span", rq.took(g.Answers))),
		para2link(rq.t("measure.csv"), rq.o.Base+"/providers/gaps.csv?months="+strconv.Itoa(months)+"&service="+url.QueryEscape(g.Service))}
	return rq.render(http.StatusOK, p, ui.Heading("", title), para(rq.t("measure.gaps.text", "months", strconv.Itoa(months))), rq.gapForm(g.Service, months), with(ui.Columns(drawn), list...))
}

func (rq *request) gapForm(service string, months int) templ.Component {
	kinds := ui.Field{Name: "service", Label: rq.t("web.f.service"), Value: service, Options: []ui.Option{{Value: "", Label: rq.t("web.any")}}}
	for _, s := range rq.of.Content.Services {
		kinds.Options = append(kinds.Options, ui.Option{Value: s.ID, Label: s.Label.In(rq.lang.Code())})
	}
	return with(ui.Form(ui.Sending{Action: "/providers/gaps", Get: true}), ui.Select(kinds),
		ui.TextInput(ui.Field{Name: "months", Label: rq.t("measure.months"), Value: strconv.Itoa(months), Width: 3, InputMode: "numeric"}),
		ui.Button(ui.Press{Text: rq.t("common.search"), Look: ui.Secondary}))
}

func (rq *request) gapMap(g *measure.Gaps) (templ.Component, error) {
	open := map[string]int{}
	for _, x := range g.Rows {
		n := x.Open.N
		if x.Open.Hidden {
			n = 1 // shaded as little as anything can be; the number is not told
		}
		open[x.County] += n
	}
	shades := atlas.Shade(open)
	o := atlas.Options{ID: "gaps", Title: rq.t("measure.gaps.title"), Desc: rq.t("measure.gaps.map"), Counties: map[string]atlas.Mark{}}
	for _, t := range rq.of.Content.List("counties") {
		if _, known := rq.atlas.County(t.ID); known {
			o.Counties[t.ID] = atlas.Mark{Href: rq.o.Base + "/providers?county=" + t.ID, Shade: shades[t.ID], Label: t.In(rq.lang.Code())}
		}
	}
	var b bytes.Buffer
	if err := rq.atlas.SVG(&b, o); err != nil {
		return nil, err
	}
	return templ.Join(templ.Raw(b.String()), small(atlas.Attribution)), nil
}

func (rq *request) refusals(g *measure.Gaps) templ.Component {
	if len(g.Refused) == 0 {
		return templ.NopComponent
	}
	l := ui.Listing{Caption: rq.t("measure.gaps.refused"), Keep: true, Columns: []ui.Column{{Label: rq.t("web.f.reason")}, {Label: rq.t("web.col.number"), Number: true}}}
	for _, x := range g.Refused {
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.label("referral-decline-reasons", x.Reason)}, {Text: rq.count(x.Count)}})
	}
	return ui.Table(l)
}

func gapsCSV(rq *request) error {
	g, err := rq.gaps()
	if err != nil {
		return err
	}
	rows := [][]string{{"county", "service", "providers", "open_needs", "waiting_days", "declined"}}
	for _, x := range g.Rows {
		rows = append(rows, []string{x.County, x.Service, strconv.Itoa(x.Providers), rq.count(x.Open), told(x.Waiting), rq.count(x.Declined)})
	}
	return rq.csv("gaps.csv", rows)
}
