package web

import (
	"net/http"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/web/ui"
)

// endedRows is how many closed cases one list names; the rest come up as these
// are decided.
const endedRows = 100

// retentionPage names closed cases whose retention is over. It erases nothing:
// each is decided on its own page.
func retentionPage(rq *request) error {
	title := rq.t("web.retention.title")
	body := []templ.Component{ui.Heading("", title), para(rq.t("web.retention.text"))}
	for _, c := range rq.of.Content.Clocks() {
		if c.ID == "retention" {
			body = append(body, para(rq.t("web.retention.clock", "time", rq.lang.Span(c.Within))), small(rq.t("web.retention.source", "source", c.Source)))
		}
	}
	for _, held := range []bool{false, true} {
		rows, err := rq.of.Cases.Ended(rq.Context(), rq.who, held, endedRows+1)
		if err != nil {
			return err
		}
		if !held || len(rows) > 0 {
			body = append(body, rq.ended(rows, held)...)
		}
	}
	return rq.render(http.StatusOK, rq.page(title), body...)
}

func (rq *request) ended(rows []casefile.Keeping, held bool) []templ.Component {
	l := ui.Listing{Caption: rq.t("web.retention.due"), Empty: rq.t("web.retention.none"), Columns: []ui.Column{
		{Label: rq.t("web.retention.ref")}, {Label: rq.t("web.retention.closed")}, {Label: rq.t("web.retention.ended")}}}
	var out []templ.Component
	if held {
		l.Caption = rq.t("web.retention.held")
		out = append(out, para(rq.t("web.retention.heldtext")))
	}
	for i := range rows {
		if i == endedRows {
			out = append(out, small(rq.t("web.retention.more")))
			break
		}
		k := &rows[i]
		l.Rows = append(l.Rows, []ui.Cell{{Text: k.Ref, Href: "/cases/" + k.ID}, {Text: rq.lang.Date(k.Closed)}, {Text: rq.lang.Date(k.Ends)}})
	}
	return append([]templ.Component{ui.Table(l)}, out...)
}

// kept tells the data protection officer how long a closed case is kept.
func (rq *request) kept(id string) templ.Component {
	k, err := rq.of.Cases.Kept(rq.Context(), rq.who, id)
	if err != nil || k == nil {
		return templ.NopComponent
	}
	said := []templ.Component{para(rq.t("web.retention.case", "closed", rq.lang.Date(k.Closed), "end", rq.lang.Date(k.Ends)))}
	if k.Held {
		said = append(said, para(rq.t("web.retention.hold")))
	}
	if k.Erased != nil {
		said = append(said, para(rq.t("web.retention.erased", "when", rq.lang.DateTime(*k.Erased))))
	}
	return templ.Join(said...)
}
