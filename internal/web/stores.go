package web

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"rufaa/internal/exhibit"
	"rufaa/internal/paper"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

func (s *site) storeRoutes() {
	s.handle("GET /stores/{id}", policy.ExhibitWork, storePage)
	s.handle("GET /stores/{id}/list", policy.ExhibitWork, storeList)
}

// storePage is what an evidence store holds now, what should be back with
// victims already, and what left for a laboratory or a court.
func storePage(rq *request) error {
	in, err := rq.of.Exhibits.Inventory(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	title := in.Place.Label[rq.lang.Code()]
	p := rq.page(title)
	p.Back = &ui.Link{Text: rq.t("exhibit.work.title"), Href: "/exhibits"}
	body := []templ.Component{ui.Heading(rq.t("exhibit.store.title"), title, ui.Tag{Text: rq.lang.N("exhibit.store.held", len(in.Held))}), para(rq.t("exhibit.store.text"))}
	if len(in.Overdue) > 0 {
		body = append(body, with(ui.Section("overdue", rq.t("exhibit.home.back")), rq.exhibitTable("exhibit.home.back", in.Overdue)))
	}
	l := ui.Listing{Caption: rq.t("exhibit.store.here"), Hide: true, Empty: rq.t("exhibit.none"), Columns: []ui.Column{{Label: rq.t("exhibit.col.number")}, {Label: rq.t("web.f.exhibit.shelf")},
		{Label: rq.t("exhibit.col.seal")}, {Label: rq.t("exhibit.col.keeper")}, {Label: rq.t("web.col.state")}}}
	name := rq.keepers(in.Held...)
	for _, v := range in.Held {
		l.Rows = append(l.Rows, []ui.Cell{{Text: v.Number, Href: "/exhibits/" + v.ID, Sub: rq.label("exhibit-kinds", v.Plain.Kind)}, {Text: orDash(v.Shelf)}, {Text: orDash(v.Seal)},
			{Text: orDash(name(v.Keeper.ID()))}, {Tag: rq.exhibitTag(v)}})
	}
	body = append(body, with(ui.Section("here", rq.t("exhibit.store.here")), ui.Table(l)),
		with(ui.Section("away", rq.t("exhibit.store.away")), rq.exhibitTable("exhibit.store.away", in.Away)))
	if len(in.Held) > 0 {
		body = append(body, para2link(rq.t("exhibit.store.print"), rq.o.Base+"/stores/"+in.Place.ID+"/list"))
	}
	return rq.render(http.StatusOK, p, body...)
}

// storeList is the inventory on paper, with a box to tick at each shelf.
func storeList(rq *request) error {
	in, err := rq.of.Exhibits.Inventory(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	now, title := rq.of.Now(), rq.t("exhibit.store.title")
	p := paper.Begin(paper.A4, title, rq.lang.Code(), rq.banner(), rq.t("exhibit.printed", "when", rq.lang.DateTime(now)), now)
	p.Heading(1, title)
	p.Strong(in.Place.Label[rq.lang.Code()])
	columns := []paper.Column{{Head: rq.t("exhibit.col.no"), Share: 1}, {Head: rq.t("web.f.exhibit.shelf"), Share: 2}, {Head: rq.t("exhibit.col.seal"), Share: 2}, {Head: rq.t("exhibit.col.number"), Share: 4},
		{Head: rq.t("web.f.exhibit.kind"), Share: 3}, {Head: rq.t("exhibit.store.seen"), Share: 2}}
	rows := func(list []*exhibit.View) [][]string {
		out := make([][]string, len(list))
		for i, v := range list {
			out[i] = []string{strconv.Itoa(i + 1), orDash(v.Shelf), orDash(v.Seal), v.Number, rq.label("exhibit-kinds", v.Plain.Kind), "[   ]"}
		}
		return out
	}
	p.Space(0.5)
	p.Table(columns, rows(in.Held))
	if len(in.Away) > 0 {
		p.Space(1)
		p.Heading(2, rq.t("exhibit.store.away"))
		away := rows(in.Away)
		for i, v := range in.Away {
			away[i][1], away[i][5] = "–", rq.placeName(v.Place)
		}
		columns[5].Head = rq.t("exhibit.col.place")
		p.Table(columns, away)
	}
	raw, err := p.Bytes()
	if err != nil {
		return err
	}
	rq.file("application/pdf", "store.pdf", raw)
	return nil
}
