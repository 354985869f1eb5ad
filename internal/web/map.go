package web

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/atlas"
	"rufaa/internal/directory"
	"rufaa/internal/web/assets"
)

// pointsShown is up to how many providers the movable map shows each for
// itself; of more it shows how many stand in each square.
const pointsShown = 2000

// points is what the movable map draws: [lat, lon, id, name] of each provider
// with an open place, or [lat, lon, count] of each square.
type points struct {
	Total  int      `json:"total"`
	Points [][4]any `json:"points"`
	Cells  [][3]any `json:"cells"`
}

// providerPoints answers the movable map. A confidential place is in no answer:
// neither as a point nor in a square.
func providerPoints(rq *request) error {
	q := rq.filters().query()
	q.Size = 200
	degrees, err := strconv.ParseFloat(rq.URL.Query().Get("cells"), 64)
	if err != nil || math.IsNaN(degrees) || degrees < 0.02 || degrees > 5 {
		degrees = 0.5
	}
	q.Cells = degrees
	found, err := rq.of.Directory.Find(rq.Context(), rq.who, q)
	if err != nil {
		return err
	}
	out := points{Total: found.Total, Points: [][4]any{}, Cells: [][3]any{}}
	if found.Total > pointsShown {
		for _, c := range found.Cells {
			out.Cells = append(out.Cells, [3]any{rough(c.Latitude), rough(c.Longitude), c.Count})
		}
	} else if out.Points, err = rq.allPoints(q, found); err != nil {
		return err
	}
	raw, err := json.Marshal(out)
	if err != nil {
		return err
	}
	rq.w.Header().Set("Content-Type", "application/json")
	send(rq.w, rq.Request, http.StatusOK, raw)
	return nil
}

// rough is a coordinate to a hundred metres: enough for a map of a country.
func rough(x float64) float64 { return math.Round(x*1000) / 1000 }

func (rq *request) allPoints(q directory.Query, page *directory.Result) ([][4]any, error) {
	out := [][4]any{}
	seen := map[[3]any]bool{} // a provider has many services at one door
	for q.Page = 1; ; {
		for i := range page.Rows {
			r := &page.Rows[i]
			if r.Point == nil || r.Confidential {
				continue
			}
			if door := [3]any{r.Provider, rough(r.Point.Latitude), rough(r.Point.Longitude)}; !seen[door] {
				seen[door] = true
				out = append(out, [4]any{rough(r.Point.Latitude), rough(r.Point.Longitude), r.Provider, r.Name})
			}
		}
		if q.Page*q.Size >= page.Total {
			return out, nil
		}
		q.Page++
		var err error
		if page, err = rq.of.Directory.Find(rq.Context(), rq.who, q); err != nil {
			return nil, err
		}
	}
}

// movable is the map that can be moved, fetched when somebody opens it. Without
// script it stays away: the drawn map and the list say the same.
func (rq *request) movable(f filters) templ.Component {
	esc := func(s string) string { return templ.EscapeString(s) }
	query := ""
	if _, q, ok := strings.Cut(f.href(1), "?"); ok {
		query = "?" + q
	}
	var street templ.Component = templ.NopComponent
	if rq.o.Tiles != "" {
		street = para2link(rq.t("web.street.title"), rq.o.Base+"/providers/street")
	}
	return templ.Join(street, templ.Raw(`<details class="govuk-details r-movable" data-island="`+assets.URL("map.js")+`" data-style="`+assets.URL("map.css")+`"><summary class="govuk-details__summary"><span class="govuk-details__summary-text">`+
		esc(rq.t("web.map.movable"))+`</span></summary><div class="govuk-details__text"><div class="r-leaflet" data-box role="region" aria-label="`+esc(rq.t("web.map.movable"))+
		`" data-points="`+esc(rq.o.Base+"/providers/points"+query)+`" data-shapes="`+esc(rq.o.Base)+`/atlas/kenya.geojson" data-page="`+esc(rq.o.Base)+`/providers/" data-many="`+
		esc(rq.t("web.map.many"))+`" data-attribution="`+esc(atlas.Attribution)+`"><noscript>`+esc(rq.t("web.map.script"))+`</noscript></div></div></details>`))
}
