package web

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

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

// period is over how many months the page counts: the last year, or what was
// asked.
func (rq *request) period() int {
	if n, err := strconv.Atoi(rq.URL.Query().Get("months")); err == nil && slices.Contains(measure.Periods, n) {
		return n
	}
	return measure.Year
}

func (rq *request) times() ([]measure.Times, bool, error) {
	byAgency := rq.URL.Query().Get("by") == "agency"
	t, err := rq.of.Measures.TimeToCare(rq.Context(), rq.who, byAgency, rq.period())
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
	switch {
	case c.Few:
		return rq.t("measure.few")
	case c.Hidden:
		return rq.t("measure.hidden")
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
	months := rq.period()
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
	period := ui.Field{Name: "months", Label: rq.t("measure.months"), Inline: true, Value: strconv.Itoa(months)}
	for _, n := range slices.Sorted(slices.Values(measure.Periods)) {
		period.Options = append(period.Options, ui.Option{Value: strconv.Itoa(n), Label: strconv.Itoa(n)})
	}
	return with(ui.Form(ui.Sending{Action: "/overview/time-to-care", Get: true}), ui.Radios(by),
		ui.Radios(period),
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
