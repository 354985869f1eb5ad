package web

import (
	"net/http"
	"os"

	"github.com/a-h/templ"

	"rufaa/internal/policy"
	"rufaa/internal/web/assets"
	"rufaa/internal/web/ui"
)

// streetRoutes are there only where the operator has put a file of map tiles.
func (s *site) streetRoutes() {
	if s.o.Tiles == "" {
		return
	}
	s.handle("GET /providers/street", policy.DirectoryView, streetPage)
	s.handle("GET /tiles/streets.pmtiles", policy.DirectoryView, streetTiles)
}

// streetPage shows streets under the public providers. It is for somebody who
// must find the door; everything else is on the drawn map and in the list.
func streetPage(rq *request) error {
	if err := rq.of.Door.Realm(rq.who.Principal, policy.DirectoryView); err != nil {
		return err
	}
	title := rq.t("web.street.title")
	p := rq.page(title)
	p.Wide, p.Back = true, &ui.Link{Text: rq.t("web.providers.title"), Href: "/providers"}
	esc := func(s string) string { return templ.EscapeString(s) }
	base := esc(rq.o.Base)
	island := `<details class="govuk-details r-movable" data-island="` + assets.URL("street.js") + `" data-style="` + assets.URL("street.css") + `"><summary class="govuk-details__summary"><span class="govuk-details__summary-text">` +
		esc(rq.t("web.street.open")) + `</span></summary><div class="govuk-details__text"><div class="r-leaflet" data-box role="region" aria-label="` + esc(title) +
		`" data-worker="` + assets.URL("street-worker.js") + `" data-tiles="` + base + `/tiles/streets.pmtiles" data-points="` + base + `/providers/points" data-page="` + base + `/providers/" data-attribution="` +
		esc(rq.t("web.street.attribution")) + `" data-cannot="` + esc(rq.t("web.street.cannot")) + `"></div></div></details>`
	return rq.render(http.StatusOK, p, ui.Heading("", title), para(rq.t("web.street.text")), templ.Raw(island))
}

// streetTiles hands out the operator's file, piece by piece as it is asked for.
func streetTiles(rq *request) error {
	if err := rq.of.Door.Realm(rq.who.Principal, policy.DirectoryView); err != nil {
		return err
	}
	f, err := os.Open(rq.o.Tiles)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	rq.w.Header().Set("Content-Type", "application/octet-stream")
	rq.w.Header().Set("Cache-Control", "private, max-age=86400")
	http.ServeContent(rq.w, rq.Request, "", info.ModTime(), f)
	return nil
}
