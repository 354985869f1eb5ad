package web

import (
	"net/url"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/evidencefile"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

// fileSight tells of a photo of a scene that none is drawn by default, what was
// asked and answered, and offers what the reader may do.
func (rq *request) fileSight(v *evidencefile.View, x *shownFiles) templ.Component {
	if v.Kind != "photo" || v.Scene == "" || !v.NoPreview && v.Sight == nil {
		return templ.NopComponent
	}
	asked := v.Sight
	body := []templ.Component{}
	if v.NoPreview {
		body = append(body, para(rq.t("files.no_preview")))
	}
	if asked != nil {
		body = append(body, ui.SummaryList(rq.sightFacts(asked)))
	}
	if asked != nil && asked.Nobody {
		body = append(body, ui.WarningText(rq.t("files.sight.nobody")))
	}
	open, may := asked != nil && asked.Decided == nil, rq.atScene(v)
	if v.NoPreview && !open && may(policy.FileAskPreview) {
		body = append(body, para(rq.t("files.sight.ask.text")), rq.sightForm(v, x, "request", nil))
	}
	if (open || asked != nil && asked.Allowed) && may(policy.FileAllowPreview) {
		ask := ui.Field{Name: "allow", Label: rq.t("files.sight.allow"), Value: x.typed.Get("allow"), Error: errorOf(x.errs, "allow"),
			Options: []ui.Option{{Value: "yes", Label: rq.t("files.sight.yes")}, {Value: "no", Label: rq.t("files.sight.no")}}}
		if asked.Allowed {
			ask.Options = []ui.Option{{Value: "no", Label: rq.t("files.sight.back")}}
		}
		body = append(body, para(rq.t("files.sight.decide.text")), rq.sightForm(v, x, "decision", ui.Radios(ask)))
	}
	return with(ui.Section("preview", rq.t("files.sight.title")), body...)
}

func (rq *request) sightForm(v *evidencefile.View, x *shownFiles, what string, first templ.Component) templ.Component {
	if first == nil {
		first = templ.NopComponent
	}
	reason := ui.Field{Name: "reason", Label: rq.t("files.sight.reason"), Hint: rq.t("files.sight.reason.hint"), Value: x.typed.Get("reason"), Error: errorOf(x.errs, "reason"), Rows: 2}
	return rq.form("/files/"+v.ID+"/preview/"+what, rq.t("files.sight."+what), "", first, ui.Textarea(reason))
}

func (rq *request) sightFacts(a *evidencefile.Asked) []ui.Fact {
	ids := []string{a.By.Staff}
	if a.Decided != nil {
		ids = append(ids, a.Decided.Staff)
	}
	names := rq.namesOf(ids...)
	said := func(by evidencefile.By) string {
		return rq.t("scene.step.by", "who", names[by.Staff], "when", rq.lang.DateTime(by.At))
	}
	out := []ui.Fact{{Key: rq.t("files.sight.asked"), Value: said(a.By)}}
	switch {
	case a.Decided == nil:
		return append(out, ui.Fact{Key: rq.t("files.sight.answered"), Value: rq.t("files.sight.waits")})
	case a.Allowed:
		return append(out, ui.Fact{Key: rq.t("files.sight.allowed"), Value: said(*a.Decided)})
	}
	return append(out, ui.Fact{Key: rq.t("files.sight.refused"), Value: said(*a.Decided)})
}

// atScene tells what the reader may do with a file of a scene; the command asks
// the door again.
func (rq *request) atScene(v *evidencefile.View) func(policy.Action) bool {
	s, err := rq.of.Scenes.Load(rq.Context(), v.Scene)
	return func(do policy.Action) bool {
		return err == nil && rq.of.Door.Decide(rq.who.Principal, do, s.Resource(rq.who.Staff, rq.of.Now()), policy.Context{Compartment: v.Compartment}).Allowed
	}
}

func askPreview(rq *request) error {
	_, err := rq.of.Files.AskPreview(rq.Context(), rq.who, rq.PathValue("id"), casefile.Order{Key: rq.FormValue("_key")}, &evidencefile.AskPreview{Reason: rq.PostFormValue("reason")})
	return rq.sightAnswered(err)
}

func decidePreview(rq *request) error {
	_, err := rq.of.Files.DecidePreview(rq.Context(), rq.who, rq.PathValue("id"), casefile.Order{Key: rq.FormValue("_key")},
		&evidencefile.DecidePreview{Allow: rq.PostFormValue("allow"), Reason: rq.PostFormValue("reason")})
	return rq.sightAnswered(err)
}

func (rq *request) sightAnswered(err error) error {
	if err == nil {
		rq.redirect("/files/" + url.PathEscape(rq.PathValue("id")) + "#preview")
		return nil
	}
	if status, above, ok := rq.notices(err); ok {
		return rq.filePage(status, nil, &shownFiles{errs: rq.fieldErrors(err), above: above, typed: rq.PostForm})
	}
	return err
}

// previewsAsking is what the worklist says of previews that wait for this person's
// answer; nothing when none does.
func (rq *request) previewsAsking() ([]templ.Component, error) {
	list, err := rq.of.Files.AwaitingAnswer(rq.Context(), rq.who)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	links := make([]templ.Component, len(list))
	for i := range list {
		links[i] = anchor(rq.kindOf(list[i].Kind)+", "+rq.lang.DateTime(list[i].By.At), rq.o.Base+"/files/"+list[i].ID+"#preview")
	}
	return []templ.Component{with(ui.Banner(ui.Important, rq.t("files.sight.waiting"), "previews"), bullets(links...))}, nil
}
