package web

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

func (s *site) sightRoutes() { s.handle("GET /supervision", policy.AgencyNeeds, sightPage) }

// sightRows is how many cases the list names; the rest come up as these are
// seen to.
const sightRows = 100

// sightPage is a supervisor's worklist: the cases she has in sight, with what
// awaits her in each.
func sightPage(rq *request) error {
	rows, more, err := rq.of.Cases.InSight(rq.Context(), rq.who, sightRows)
	if err != nil {
		return err
	}
	var ids []string
	for i := range rows {
		ids = append(ids, rows[i].Managers...)
		for _, f := range rows[i].Flags {
			ids = append(ids, f.Owner)
		}
	}
	names, err := rq.of.StaffNames(rq.Context(), ids...)
	if err != nil {
		return err
	}
	title := rq.t("web.sight.title")
	l := ui.Listing{Caption: title, Hide: true, Empty: rq.t("web.sight.none"), Columns: []ui.Column{{Label: rq.t("web.col.case")}, {Label: rq.t("web.sight.approve")},
		{Label: rq.t("web.sight.flags")}, {Label: rq.t("web.col.next")}}}
	for i := range rows {
		l.Rows = append(l.Rows, rq.sightRow(&rows[i], names))
	}
	body := []templ.Component{ui.Heading(rq.person.AgencyName, title), para(rq.t("web.sight.text")), ui.Table(l)}
	if more {
		body = append(body, small(rq.t("web.sight.more")))
	}
	return rq.render(http.StatusOK, rq.page(title), body...)
}

func (rq *request) sightRow(r *casefile.SightRow, names map[string]string) []ui.Cell {
	managers := make([]string, len(r.Managers))
	for i, id := range r.Managers {
		managers[i] = names[id]
	}
	approve, flags, next := ui.Cell{Text: "–"}, ui.Cell{Text: "–"}, ui.Cell{Text: "–"}
	if len(r.Awaits) > 0 {
		what := make([]string, len(r.Awaits))
		for i, a := range r.Awaits {
			what[i] = rq.t("web.awaits." + a.What)
		}
		approve = ui.Cell{Text: strings.Join(what, ", "), Href: "/cases/" + r.ID + "/supervision"}
	}
	if len(r.Flags) > 0 {
		said := make([]string, len(r.Flags))
		late := false
		for i, f := range r.Flags {
			said[i] = names[f.Owner] + ", " + rq.day(f.DueOn)
			late = late || f.Late
		}
		flags = ui.Cell{Text: strings.Join(said, "; "), Href: "/cases/" + r.ID + "/supervision"}
		if late {
			flags.Sub = rq.t("web.sight.late")
		}
	}
	if r.Due != nil {
		next = ui.Cell{Text: rq.t("web.clock."+r.Clock) + ": " + rq.when(*r.Due, rq.of.Now())}
	}
	return []ui.Cell{{Text: r.Ref, Href: "/cases/" + r.ID, Sub: joinTold(rq.t("web.stage."+string(r.Stage)), strings.Join(managers, ", "))}, approve, flags, next}
}
