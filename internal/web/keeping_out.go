package web

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/directory/pocket"
	"rufaa/internal/problem"
	"rufaa/internal/publication"
	"rufaa/internal/web/ui"
)

// exportPage offers the public directory as files.
func exportPage(rq *request) error {
	if err := rq.of.Directory.MayExport(rq.who); err != nil {
		return err
	}
	title := rq.t("keeping.export.title")
	p := rq.page(title)
	p.Back = &ui.Link{Text: rq.t("web.providers.title"), Href: "/providers"}
	var links []templ.Component
	for _, f := range publication.Formats {
		links = append(links, download(rq.t("keeping.export."+f), rq.o.Base+"/providers/export/providers."+f))
	}
	return rq.render(http.StatusOK, p, ui.Heading("", title), para(rq.t("keeping.export.text")), list(links...))
}

// download is a link to a file that is kept, not shown.
func download(text, href string) templ.Component {
	return templ.Raw(`<a download href="` + templ.EscapeString(href) + `">` + templ.EscapeString(text) + `</a>`)
}

var fileKinds = map[string]string{"csv": "text/csv; charset=utf-8", "geojson": "application/geo+json", "pdf": "application/pdf",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

func exportFile(rq *request) error {
	if err := rq.of.Directory.MayExport(rq.who); err != nil {
		return err
	}
	format, ok := strings.CutPrefix(rq.PathValue("file"), "providers.")
	if !ok {
		return problem.ErrNotFound
	}
	var b bytes.Buffer
	if err := publication.WriteFile(rq.Context(), rq.of, rq.who, format, &b); err != nil {
		return err
	}
	rq.file(fileKinds[format], "providers."+format, b.Bytes())
	return nil
}

// pocketPage chooses the county and language of a printed directory.
func pocketPage(rq *request) error {
	q := rq.URL.Query()
	if county := q.Get("county"); county != "" {
		rq.redirect("/providers/pocket/" + url.PathEscape(county) + ".pdf?lang=" + url.QueryEscape(q.Get("lang")))
		return nil
	}
	title := rq.t("keeping.pocket.title")
	p := rq.page(title)
	p.Back = &ui.Link{Text: rq.t("web.providers.title"), Href: "/providers"}
	county := ui.Field{Name: "county", Label: rq.t("web.col.county"), Options: rq.options("counties", false)}
	lang := ui.Field{Name: "lang", Label: rq.t("keeping.pocket.language"), Value: rq.lang.Code(), Options: []ui.Option{{Value: "en", Label: "English"}, {Value: "sw", Label: "Kiswahili"}}}
	return rq.render(http.StatusOK, p, ui.Heading("", title), para(rq.t("keeping.pocket.text")), with(ui.Form(ui.Sending{Action: "/providers/pocket", Get: true}),
		ui.Select(county), ui.Radios(lang), ui.Button(ui.Press{Text: rq.t("keeping.pocket.print")})))
}

func pocketFile(rq *request) error {
	county, ok := strings.CutSuffix(rq.PathValue("file"), ".pdf")
	if !ok {
		return problem.ErrNotFound
	}
	raw, err := rq.pocket(county, rq.URL.Query().Get("lang"))
	if err != nil {
		return err
	}
	rq.file(fileKinds["pdf"], "rufaa-"+county+".pdf", raw)
	return nil
}

func (rq *request) pocket(county, lang string) ([]byte, error) {
	l := rq.lang
	if lang == "en" || lang == "sw" {
		l = rq.of.Texts.In(lang)
	}
	book, err := pocket.Choose(rq.Context(), rq.of.Directory, county, l)
	if err != nil {
		return nil, err
	}
	book.Banner = rq.of.Banner(l)
	var b bytes.Buffer
	err = book.Print(&b)
	return b.Bytes(), err
}
