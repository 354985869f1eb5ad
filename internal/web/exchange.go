package web

import (
	"bytes"
	"net/http"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/exchange"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/web/ui"
)

func (s *site) exchangeRoutes() {
	s.handle("GET /export", policy.CaseExport, exportCasesPage)
	s.handle("POST /export", policy.CaseExport, exportCases)
}

// mayExport asks about the realm before a case is looked at.
func (rq *request) mayExport() error { return rq.of.Door.Realm(rq.who.Principal, policy.CaseExport) }

// exportRows is how many cases the page offers one by one; with more, all go
// or none.
const exportRows = 200

func exportCasesPage(rq *request) error {
	if err := rq.mayExport(); err != nil {
		return err
	}
	title := rq.t("exchange.title")
	p := rq.page(title)
	p.Back = &ui.Link{Text: rq.t("web.to_list"), Href: "/"}
	format := ui.Field{Name: "format", Label: rq.t("exchange.format"), Value: "xlsx", Inline: true, Options: []ui.Option{{Value: "xlsx", Label: "XLSX"}, {Value: "json", Label: "JSON"}}}
	named := ui.Field{Name: "named", Label: rq.t("exchange.named"), Value: "no", Inline: true, Options: []ui.Option{{Value: "no", Label: rq.t("common.no")}, {Value: "yes", Label: rq.t("common.yes")}}}
	which, err := rq.exportChoice()
	if err != nil {
		return err
	}
	return rq.render(http.StatusOK, p, ui.Heading("", title), para(rq.t("exchange.text")),
		with(ui.Form(ui.Sending{Action: "/export"}), ui.Radios(format), ui.Radios(named), which, ui.Button(ui.Press{Text: rq.t("exchange.do")})))
}

// exportChoice offers the cases of the work list to be ticked.
func (rq *request) exportChoice() (templ.Component, error) {
	page, err := rq.of.Cases.Worklist(rq.Context(), rq.who, casefile.Mine, "", exportRows)
	if err != nil {
		return nil, err
	}
	b := ui.Field{Name: "cases", Label: rq.t("exchange.which"), Hint: rq.t("exchange.which.all")}
	for i := range page.Rows {
		r := &page.Rows[i]
		if r.Holder == rq.who.Agency {
			b.Options = append(b.Options, ui.Option{Value: r.ID, Label: r.Ref, Hint: rq.whoIn(r)})
		}
	}
	if len(b.Options) == 0 || page.Next != "" {
		return templ.NopComponent, nil
	}
	return ui.Checkboxes(b), nil
}

func exportCases(rq *request) error {
	if err := rq.mayExport(); err != nil {
		return err
	}
	format := rq.PostFormValue("format")
	if format != "xlsx" && format != "json" {
		return problem.ErrNotFound
	}
	named := rq.PostFormValue("named") == "yes"
	var f *exchange.File
	var err error
	if chosen := rq.PostForm["cases"]; len(chosen) > 0 {
		f, err = rq.of.Exporter().Several(rq.Context(), rq.who, chosen, named)
	} else {
		f, err = rq.of.Exporter().Mine(rq.Context(), rq.who, named)
	}
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := f.Write(&b, format); err != nil {
		return err
	}
	kind := "application/json"
	if format == "xlsx" {
		kind = fileKinds["xlsx"]
	}
	rq.file(kind, "cases-htcds."+format, b.Bytes())
	return nil
}
