package web

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/scene"
	"rufaa/internal/web/ui"
)

// separationPage is the oversight list of overrides: a line for each, without
// anything sealed. The reason is opened on request, recorded first.
func (rq *request) separationPage(status int, about, reason string, errs []ui.FieldError, above []templ.Component) error {
	list, err := rq.of.Scenes.Oversight(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	title := rq.t("separation.title")
	p := rq.page(title)
	p.Errors = errs
	body := append([]templ.Component{ui.Heading("", title), para(rq.t("separation.text"))}, above...)
	if len(list) == 0 {
		body = append(body, para(rq.t("separation.none")))
	}
	for _, a := range list {
		body = append(body, rq.aloofCard(a, about, reason, errs))
	}
	return rq.render(status, p, body...)
}

func (rq *request) aloofCard(a scene.Aloof, about, reason string, errs []ui.FieldError) templ.Component {
	names := rq.namesOf(a.Staff, a.Told)
	var shared []string
	for _, k := range strings.Fields(a.Kinds) {
		shared = append(shared, rq.t("scene.share."+k))
	}
	seen := rq.t("separation.not_seen")
	if !a.Seen.IsZero() {
		seen = rq.lang.DateTime(a.Seen)
	}
	facts := []ui.Fact{{Key: rq.t("inquiry.col.who"), Value: names[a.Staff] + " · " + rq.of.AgencyName(a.Agency)}, {Key: rq.t("separation.when"), Value: rq.lang.DateTime(a.At)},
		{Key: rq.t("separation.shared"), Value: strings.Join(shared, ", ")}, {Key: rq.t("separation.second"), Value: names[a.Told]}, {Key: rq.t("separation.seen"), Value: seen}}
	at := "/oversight/separation/" + a.ID
	body := []templ.Component{}
	if about == a.ID && reason != "" {
		facts = append(facts, ui.Fact{Key: rq.t("scene.item.override"), Body: quote(reason)})
	}
	body = append(body, ui.SummaryList(facts))
	if about != a.ID || reason == "" {
		body = append(body, rq.press(at+"/reason", "open", "1", rq.t("separation.reason")))
	}
	f := fields{rq: rq, scope: "separation"}
	if about == a.ID {
		f.v, f.errors = rq.PostForm, errs
	}
	justified, note := f.base("justified"), f.base("note")
	justified.Values, justified.Inline = nil, true
	justified.Options = []ui.Option{{Value: "yes", Label: rq.t("common.yes")}, {Value: "no", Label: rq.t("common.no")}}
	if len(f.errors) == 0 {
		justified.ID, note.ID = "justified-"+a.ID, "note-"+a.ID
	}
	return with(ui.Card(a.Ref), append(body, rq.form(at+"/review", rq.t("separation.review"), "", ui.Radios(justified), ui.Textarea(note)))...)
}

func separationReason(rq *request) error {
	id := rq.PathValue("id")
	reason, err := rq.of.Scenes.Reason(rq.Context(), rq.who, id)
	if err != nil {
		return err
	}
	return rq.separationPage(http.StatusOK, id, reason, nil, nil)
}

func reviewSeparation(rq *request) error {
	id := rq.PathValue("id")
	cmd := into[scene.Judge](rq.PostForm)
	cmd.Override = id
	if _, err := rq.of.Scenes.Review(rq.Context(), rq.who, rq.order(), cmd); err != nil {
		if status, above, ok := rq.notices(err); ok {
			return rq.separationPage(status, id, "", rq.fieldErrors(err), above)
		}
		return err
	}
	rq.redirect("/oversight/separation")
	return nil
}
