package web

import (
	"net/http"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/web/ui"
)

// known tells the writer of an alert, once and before it is stored, which of
// the cases within reach may be about the same person. Immediate danger never
// waits for it. stop is true when the page has been answered.
func (rq *request) known(a *casefile.Alert) (stop bool, err error) {
	if a.Immediate || len(a.Dangers) > 0 || rq.PostFormValue("looked") != "" {
		return false, nil
	}
	hits, err := rq.of.Cases.Known(rq.Context(), rq.who, a.Person)
	if err != nil || len(hits) == 0 {
		return false, err
	}
	var links []templ.Component
	for i := range hits {
		text := hits[i].Ref + " · " + rq.of.AgencyName(hits[i].Holder) + " · " + rq.lang.Date(hits[i].OpenedAt)
		links = append(links, anchor(text, rq.o.Base+"/cases/"+hits[i].ID))
	}
	rq.PostForm.Set("looked", "yes")
	return true, rq.alertPage(http.StatusConflict, nil, []templ.Component{
		with(ui.Banner(ui.Important, rq.t("likeness.known.title"), "known"), list(links...), para(rq.t("likeness.known.text")))})
}
