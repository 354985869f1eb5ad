package web

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

func (s *site) erasureRoutes() {
	s.handle("GET /erasures", policy.ErasureConfirm, erasuresPage)
	s.handle("GET /cases/{id}/erasure", policy.ErasureConfirm, func(rq *request) error { return rq.erasurePage(http.StatusOK, nil, nil) })
	s.handle("POST /cases/{id}/erasure", policy.Erase, func(rq *request) error {
		_, _, err := rq.of.Cases.AskErasure(rq.Context(), rq.who, rq.PathValue("id"), rq.order(), &casefile.AskErasure{Reason: rq.PostFormValue("reason")})
		return rq.erasureDone(err)
	})
	s.handle("POST /cases/{id}/erasure/confirmation", policy.ErasureConfirm, func(rq *request) error {
		_, err := rq.of.Cases.ConfirmErasure(rq.Context(), rq.who, rq.PathValue("id"), rq.order(),
			&casefile.ConfirmErasure{Request: rq.PostFormValue("request"), Ref: rq.PostFormValue("reference")})
		return rq.erasureDone(err)
	})
	s.handle("POST /cases/{id}/erasure/withdrawal", policy.ErasureConfirm, func(rq *request) error {
		_, err := rq.of.Cases.WithdrawErasure(rq.Context(), rq.who, rq.PathValue("id"), rq.order(), &casefile.WithdrawErasure{Request: rq.PostFormValue("request")})
		return rq.erasureDone(err)
	})
}

// erasureDone goes back to where the case stands; what is wrong is said there.
func (rq *request) erasureDone(err error) error {
	if err == nil {
		rq.redirect("/cases/" + rq.PathValue("id") + "/erasure")
		return nil
	}
	if rq.of.Door.Realm(rq.who.Principal, policy.ErasureConfirm) == nil {
		if status, above, ok := rq.notices(err); ok {
			return rq.erasurePage(status, rq.fieldErrors(err), above)
		}
	}
	return err
}

// erasurePage is the request for a case and its confirmation: two people, each
// with a form of their own.
func (rq *request) erasurePage(status int, errs []ui.FieldError, above []templ.Component) error {
	at, err := rq.of.Cases.Erasing(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	p := rq.page(rq.t("web.erasure.title"))
	p.Back = &ui.Link{Text: at.Ref, Href: "/cases/" + at.ID}
	p.Errors = errs
	body := append([]templ.Component{ui.Heading(at.Ref, rq.t("web.erasure.title")), ui.WarningText(rq.t("web.erasure.warning")), para(rq.t("web.erasure.text"))}, above...)
	f := fields{rq: rq, v: rq.PostForm, errors: errs}
	if f.v == nil {
		f.v = url.Values{}
	}
	return rq.render(status, p, append(body, rq.erasureStep(at, f)...)...)
}

// erasureStep is what comes next for this person.
func (rq *request) erasureStep(at *casefile.Erasing, f fields) []templ.Component {
	action := "/cases/" + at.ID + "/erasure"
	switch {
	case at.Erased && at.Asked == nil:
		return []templ.Component{para(rq.t("web.erasure.done"))}
	case at.Erased:
		return []templ.Component{para(rq.t("web.erasure.done")), rq.erasureAsked(at.Asked)}
	case at.Held:
		return []templ.Component{para(rq.t("web.retention.hold"))}
	case !at.Closed:
		return []templ.Component{para(rq.t("web.erasure.open"))}
	case at.Asked == nil && rq.who.Duty != "data_protection_officer":
		return []templ.Component{para(rq.t("web.erasure.none"))}
	case at.Asked == nil:
		return []templ.Component{rq.form(action, rq.t("web.erasure.ask"), "", f.radios("reason", "erasure-reasons"))}
	}
	request := ui.Hidden("request", at.Asked.ID)
	out := []templ.Component{rq.erasureAsked(at.Asked)}
	if at.Asked.By.Staff == rq.who.Staff {
		out = append(out, para(rq.t("web.erasure.another")))
	} else {
		out = append(out, with(ui.Section("confirm", rq.t("web.erasure.confirm")), para(rq.t("web.erasure.type", "reference", at.Ref)),
			rq.form(action+"/confirmation", rq.t("web.erasure.destroy"), "", request, f.line("reference"))))
	}
	return append(out, rq.press(action+"/withdrawal", "request", at.Asked.ID, rq.t("web.erasure.withdraw")))
}

func (rq *request) erasureAsked(a *casefile.ErasureRequest) templ.Component {
	names, _ := rq.of.StaffNames(rq.Context(), a.By.Staff) // a page without names is still of use
	return ui.SummaryList([]ui.Fact{
		{Key: rq.t("web.erasure.by"), Value: names[a.By.Staff] + " · " + rq.by(a.By)},
		{Key: rq.t("web.f.reason"), Value: rq.label("erasure-reasons", a.Reason)},
		{Key: rq.t("web.erasure.until"), Value: rq.lang.DateTime(a.Until)},
	})
}

// erasureRows is how many requests the list names; the rest come up as these
// are decided.
const erasureRows = 100

// erasuresPage lists what waits for a second person.
func erasuresPage(rq *request) error {
	rows, err := rq.of.Cases.ErasuresAsked(rq.Context(), rq.who, erasureRows)
	if err != nil {
		return err
	}
	title := rq.t("web.erasures.title")
	l := ui.Listing{Caption: title, Hide: true, Empty: rq.t("web.erasures.none"), Columns: []ui.Column{
		{Label: rq.t("web.retention.ref")}, {Label: rq.t("web.f.reason")}, {Label: rq.t("web.erasure.by")}, {Label: rq.t("web.erasure.until")}}}
	for i := range rows {
		r := &rows[i]
		l.Rows = append(l.Rows, []ui.Cell{{Text: r.Ref, Href: "/cases/" + r.Case + "/erasure"}, {Text: rq.label("erasure-reasons", r.Reason)},
			{Text: rq.by(r.By)}, {Text: rq.lang.DateTime(r.Until)}})
	}
	return rq.render(http.StatusOK, rq.page(title), ui.Heading("", title), para(rq.t("web.erasures.text")), ui.Table(l))
}
