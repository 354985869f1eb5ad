package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

func (s *site) agencyNeedsRoutes() {
	s.handle("GET /agency", policy.AgencyNeeds, agencyNeedsPage)
}

// agencyNeedsPage is the worklist of an agency, for whoever answers for it: what
// needs us now. It names cases by reference alone; none is opened from here.
func agencyNeedsPage(rq *request) error {
	ctx, now := rq.Context(), rq.of.Now()
	n, err := rq.of.Cases.Needs(ctx, rq.who)
	if err != nil {
		return err
	}
	asked, late, err := rq.of.Referrals.Asked(ctx, rq.who)
	if err != nil {
		return err
	}
	var facts []ui.Fact
	for _, x := range []struct {
		key string
		n   int
	}{{"danger", n.Danger}, {"waiting", n.Waiting}, {"referrals", asked}, {"referrals_late", late}, {"offered", n.Offered}, {"detained", n.Detained},
		{"overdue", n.Overdue}, {"soon", n.Soon}, {"awaited", n.Awaited}, {"open", n.Open}} {
		if x.n > 0 || x.key == "open" {
			facts = append(facts, ui.Fact{Key: rq.t("web.agency_needs." + x.key), Value: strconv.Itoa(x.n)})
		}
	}
	var ids []string
	for i := range n.Cases {
		ids = append(ids, n.Cases[i].Managers...)
	}
	names, err := rq.of.StaffNames(ctx, ids...)
	if err != nil {
		return err
	}
	title := rq.t("web.agency_needs.title")
	l := ui.Listing{Caption: rq.t("web.agency_needs.cases"), Empty: rq.t("web.agency_needs.none"), Columns: []ui.Column{
		{Label: rq.t("web.col.case")}, {Label: rq.t("web.col.state")}, {Label: rq.t("web.agency_needs.manager")}, {Label: rq.t("web.col.next")}}}
	for i := range n.Cases {
		r := &n.Cases[i]
		tag := &ui.Tag{Text: rq.t("web.stage." + string(r.Stage)), Tone: ui.Teal}
		switch {
		case r.Danger:
			tag = &ui.Tag{Text: rq.t("web.tag.danger"), Tone: ui.Red}
		case r.Detained:
			tag = &ui.Tag{Text: rq.t("web.tag.detained"), Tone: ui.Red}
		case r.Waiting:
			tag = &ui.Tag{Text: rq.t("web.tag.waiting"), Tone: ui.Amber}
		}
		managers := make([]string, len(r.Managers))
		for j, id := range r.Managers {
			managers[j] = names[id]
		}
		next := "–"
		if r.Due != nil {
			next = rq.t("web.clock."+r.Clock) + ": " + rq.when(*r.Due, now)
		}
		if r.Since != nil { // behind a lock each hour counts
			next = rq.hours(now.Sub(*r.Since))
		}
		who := strings.Join(managers, ", ")
		if who == "" {
			who = rq.t("web.agency_needs.nobody")
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: r.Ref}, {Tag: tag}, {Text: who}, {Text: next}})
	}
	return rq.render(http.StatusOK, rq.page(title), ui.Heading(rq.person.AgencyName, title), para(rq.t("web.agency_needs.text")),
		ui.SummaryList(facts), ui.Table(l),
		list([]templ.Component{anchor(rq.t("web.list.awaited"), rq.o.Base+"/?list=awaited"), anchor(rq.t("web.workload.title"), rq.o.Base+"/workload")}...))
}
