package web

import (
	"net/http"
	"strconv"

	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
	"rufaa/internal/witness"
)

func (s *site) witnessRoutes() {
	s.handle("GET /operations/witnesses", policy.WitnessView, witnessPage)
}

// witnessPage tells who has witnessed the ledger, and up to when.
func witnessPage(rq *request) error {
	if err := rq.of.Door.Realm(rq.who.Principal, policy.WitnessView); err != nil {
		return err
	}
	seen, err := witness.Newest(rq.Context(), rq.of.Store)
	if err != nil {
		return err
	}
	title := rq.t("witness.title")
	p := rq.page(title)
	p.Back = &ui.Link{Text: rq.t("web.to_list"), Href: "/"}
	l := ui.Listing{Caption: title, Hide: true, Empty: rq.t("witness.none"), Columns: []ui.Column{{Label: rq.t("witness.who")},
		{Label: rq.t("witness.upto"), Number: true}, {Label: rq.t("witness.at")}}}
	for _, x := range seen {
		l.Rows = append(l.Rows, []ui.Cell{{Text: x.Name}, {Text: strconv.FormatInt(x.Size, 10)}, {Text: rq.lang.DateTime(x.At)}})
	}
	facts := []ui.Fact{{Key: rq.t("bundle.page.publickey"), Value: rq.of.Verifier}}
	if c, err := rq.of.Ledger.Newest(rq.Context()); err == nil {
		facts = append(facts, ui.Fact{Key: rq.t("witness.size"), Value: strconv.FormatInt(c.Size, 10)})
	}
	return rq.render(http.StatusOK, p, ui.Heading("", title), para(rq.t("witness.text")), ui.SummaryList(facts), ui.Table(l))
}
