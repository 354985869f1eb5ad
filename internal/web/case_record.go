package web

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/web/ui"
)

// accessPage tells who saw what of the case; it is what she is shown when she
// asks.
func accessPage(rq *request) error {
	before, _ := strconv.ParseInt(rq.URL.Query().Get("before"), 10, 64)
	id := rq.PathValue("id")
	lines, err := rq.of.Cases.WhoSaw(rq.Context(), rq.who, id, before, pageRows)
	if err != nil {
		return err
	}
	title := rq.t("web.access.title")
	body := []templ.Component{ui.Heading("", title), para(rq.t("web.access.text")), rq.accessTable(lines)}
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
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.lang.DateTime(e.At)}, {Text: rq.t("web.event." + e.Kind)}, {Text: rq.of.AgencyName(e.Agency), Sub: joinTold(rq.label("duties", e.Duty), rq.inPlaceOf(e.For))}})
	}
	p := rq.page(title)
	p.Back = &ui.Link{Text: rq.t("web.to_case"), Href: "/cases/" + id}
	return rq.render(http.StatusOK, p, ui.Heading("", title), ui.Table(l))
}

// accessTable lists openings: when, who, what, for what and on which ground.
func (rq *request) accessTable(lines []casefile.Access) templ.Component {
	l := ui.Listing{Caption: rq.t("web.access.title"), Hide: true, Empty: rq.t("web.access.none"), Columns: []ui.Column{{Label: rq.t("web.col.when")}, {Label: rq.t("web.col.who")}, {Label: rq.t("web.f.compartments")}, {Label: rq.t("web.f.purpose")}}}
	for _, a := range lines {
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.lang.DateTime(a.At)}, {Text: rq.of.AgencyName(a.Agency), Sub: rq.label("duties", a.Duty)},
			{Text: rq.labels("compartments", a.Compartments)}, {Text: rq.label("purposes", a.Purpose), Sub: rq.basis(a.Basis)}})
	}
	return ui.Table(l)
}
