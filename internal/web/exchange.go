package web

import (
	"bytes"
	"net/http"

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

func exportCasesPage(rq *request) error {
	if err := rq.mayExport(); err != nil {
		return err
	}
	title := rq.t("exchange.title")
	p := rq.page(title)
	p.Back = &ui.Link{Text: rq.t("web.to_list"), Href: "/"}
	format := ui.Field{Name: "format", Label: rq.t("exchange.format"), Value: "xlsx", Inline: true, Options: []ui.Option{{Value: "xlsx", Label: "XLSX"}, {Value: "json", Label: "JSON"}}}
	named := ui.Field{Name: "named", Label: rq.t("exchange.named"), Value: "no", Inline: true, Options: []ui.Option{{Value: "no", Label: rq.t("common.no")}, {Value: "yes", Label: rq.t("common.yes")}}}
	return rq.render(http.StatusOK, p, ui.Heading("", title), para(rq.t("exchange.text")),
		with(ui.Form(ui.Sending{Action: "/export"}), ui.Radios(format), ui.Radios(named), ui.Button(ui.Press{Text: rq.t("exchange.do")})))
}

func exportCases(rq *request) error {
	if err := rq.mayExport(); err != nil {
		return err
	}
	format := rq.PostFormValue("format")
	if format != "xlsx" && format != "json" {
		return problem.ErrNotFound
	}
	f, err := rq.of.Exporter().Mine(rq.Context(), rq.who, rq.PostFormValue("named") == "yes")
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
