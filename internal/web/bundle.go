package web

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"rufaa/internal/api"
	"rufaa/internal/bundle"
	"rufaa/internal/casefile"
	"rufaa/internal/disclosure"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

func (s *site) bundleRoutes() {
	s.handle("GET /cases/{id}/bundle", policy.BundleMake, bundlePage)
	s.handle("POST /cases/{id}/bundle", policy.BundleMake, makeBundle)
}

// bundlePage asks who the bundle is for; with an answer it shows what would go
// and what would stay closed, and offers to make it.
func bundlePage(rq *request) error {
	return rq.bundlePage(http.StatusOK, rq.URL.Query(), nil, nil)
}

func (rq *request) bundlePage(status int, v url.Values, errs []ui.FieldError, above []templ.Component) error {
	id := rq.PathValue("id")
	s, err := rq.of.Cases.Admitted(rq.Context(), rq.who, id, policy.BundleMake)
	if err != nil {
		return err
	}
	title := rq.t("bundle.title")
	p := rq.page(title)
	p.Back = &ui.Link{Text: s.Ref, Href: "/cases/" + id}
	body := []templ.Component{ui.Heading(s.Ref, title), para(rq.t("bundle.text"))}
	in := &casefile.MakeBundle{Recipient: v.Get("recipient"), Purpose: v.Get("purpose")}
	if v.Has("recipient") && errs == nil {
		shown, err := rq.bundlePreview(id, in)
		if err != nil {
			st, more, ok := rq.notices(err)
			if !ok {
				return err
			}
			status, above, errs = st, more, rq.fieldErrors(err)
		}
		body = append(body, shown...)
	}
	p.Errors = errs
	body = append(body, above...)
	return rq.render(status, p, append(body, rq.bundleQuestions("/cases/"+id+"/bundle", in, errs))...)
}

// bundleQuestions ask who a bundle is for and why.
func (rq *request) bundleQuestions(action string, in *casefile.MakeBundle, errs []ui.FieldError) templ.Component {
	to := ui.Field{Name: "recipient", Label: rq.t("bundle.recipient"), Value: in.Recipient}
	for _, r := range casefile.BundleRecipients {
		to.Options = append(to.Options, ui.Option{Value: r, Label: rq.t("bundle.to." + r)})
	}
	why := ui.Field{Name: "purpose", Label: rq.t("bundle.purpose"), Value: in.Purpose}
	if why.Value == "" {
		why.Value = "prosecution"
	}
	for _, t := range rq.of.Content.List("purposes") {
		why.Options = append(why.Options, ui.Option{Value: t.ID, Label: t.In(rq.lang.Code())})
	}
	for _, e := range errs {
		switch e.Field {
		case "recipient":
			to.Error = e.Message
		case "purpose":
			why.Error = e.Message
		}
	}
	return with(ui.Form(ui.Sending{Action: action, Get: true}), ui.Radios(to), ui.Radios(why), ui.Button(ui.Press{Text: rq.t("bundle.preview"), Look: ui.Secondary}))
}

// bundlePreview shows what a bundle would hold, with the button that makes it.
func (rq *request) bundlePreview(id string, in *casefile.MakeBundle) ([]templ.Component, error) {
	v, err := rq.of.Discloser().Preview(rq.Context(), rq.who, id, in)
	if err != nil {
		return nil, err
	}
	var texts [][]ui.Cell
	for _, t := range v.Texts {
		tag := state(rq.t("bundle.goes"), true)
		sub := ""
		if t.Rule != "" {
			tag, sub = state(rq.t("bundle.stays"), false), rq.ruleText(t.Rule)
		}
		texts = append(texts, []ui.Cell{{Text: rq.label("compartments", t.Compartment), Sub: sub}, {Text: strconv.Itoa(t.Count)}, {Tag: tag}})
	}
	out := []templ.Component{ui.SummaryList([]ui.Fact{{Key: rq.t("bundle.recipient"), Value: rq.t("bundle.to." + v.Recipient)},
		{Key: rq.t("bundle.events"), Value: strconv.Itoa(v.Events)}})}
	out = append(out, rq.table("bundle.texts", []string{"web.f.compartment", "web.col.number", "web.col.state"}, texts)...)
	out = append(out, rq.bundleClosed(v.Closed)...)
	out = append(out, rq.filesElsewhere(id), ui.WarningText(rq.t("bundle.warning")),
		rq.form("/cases/"+id+"/bundle", rq.t("bundle.make"), "", ui.Hidden("recipient", in.Recipient), ui.Hidden("purpose", in.Purpose)))
	return out, nil
}

// filesElsewhere says where evidence files are chosen: they are of an inquiry and
// not of the case, and whoever is on its team is led there. Who may not know of
// inquiries is told no more.
func (rq *request) filesElsewhere(id string) templ.Component {
	out := []templ.Component{para(rq.t("bundle.files.elsewhere"))}
	known, err := rq.of.Inquiries.OfCase(rq.Context(), rq.who, id)
	if err != nil {
		return templ.Join(out...)
	}
	for _, k := range known {
		if k.ID != "" {
			out = append(out, para2link(rq.t("bundle.files.inquiry", "ref", k.Ref), rq.o.Base+"/inquiries/"+k.ID+"/bundle"))
		}
	}
	return templ.Join(out...)
}

// bundleClosed lists what stays closed, and why.
func (rq *request) bundleClosed(list []bundle.Closed) []templ.Component {
	var closed [][]ui.Cell
	for _, c := range list {
		closed = append(closed, []ui.Cell{{Text: rq.t("bundle.what." + c.What)}, {Text: rq.t("bundle.reason." + c.Reason)}, {Text: strconv.Itoa(c.Count)}})
	}
	return rq.table("bundle.closed", []string{"bundle.what", "web.f.reason", "web.col.number"}, closed)
}

// ruleText is why something stays shut, in the reader's language.
func (rq *request) ruleText(id string) string {
	if rule, ok := rq.of.Content.Rule(id); ok {
		return rule.Title.In(rq.lang.Code())
	}
	return ""
}

func makeBundle(rq *request) error {
	in := &casefile.MakeBundle{Recipient: rq.PostFormValue("recipient"), Purpose: rq.PostFormValue("purpose")}
	made, err := rq.of.Discloser().Make(rq.Context(), rq.who, rq.PathValue("id"), rq.order(), in)
	if err != nil {
		if status, above, ok := rq.notices(err); ok {
			return rq.bundlePage(status, rq.PostForm, rq.fieldErrors(err), above)
		}
		return err
	}
	return rq.bundleFile(made)
}

// bundleFile sends a bundle while it is written.
func (rq *request) bundleFile(made *disclosure.Made) error { return api.SendBundle(rq.w, made) }
