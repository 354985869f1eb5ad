package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/evidencefile"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

func (s *site) inquiryBundleRoutes() {
	s.handle("GET /inquiries/{id}/bundle", policy.BundleMake, func(rq *request) error {
		return rq.inquiryBundlePage(http.StatusOK, rq.URL.Query(), nil, nil)
	})
	s.handle("POST /inquiries/{id}/bundle", policy.BundleMake, makeInquiryBundle)
	s.handle("POST /inquiries/{id}/case-uco", policy.InquiryExport, func(rq *request) error {
		name, raw, err := rq.of.ExportInquiry(rq.Context(), rq.who, rq.PathValue("id"))
		if err != nil {
			return err
		}
		rq.file("application/ld+json", name, raw)
		return nil
	})
}

// inquiryBundlePage asks who a bundle of the whole inquiry is for, and offers
// the export for forensic tools.
func (rq *request) inquiryBundlePage(status int, v url.Values, errs []ui.FieldError, above []templ.Component) error {
	id := rq.PathValue("id")
	q, err := rq.of.Inquiries.Admitted(rq.Context(), rq.who, id, policy.BundleMake)
	if err != nil {
		return err
	}
	title := rq.t("bundle.title")
	p := rq.page(title)
	p.Back = &ui.Link{Text: q.Ref, Href: "/inquiries/" + id}
	body := []templ.Component{ui.Heading(q.Ref, title), para(rq.t("bundle.inquiry.text"))}
	in := &casefile.MakeBundle{Recipient: v.Get("recipient"), Purpose: v.Get("purpose"), Files: v["files"]}
	if v.Has("recipient") && !slices.ContainsFunc(errs, func(e ui.FieldError) bool { return e.Field != "files" }) {
		shown, err := rq.inquiryBundlePreview(id, in, errs)
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
	body = append(body, rq.bundleQuestions("/inquiries/"+id+"/bundle", in, errs))
	if rq.of.Door.Case(rq.who.Principal, policy.InquiryExport, policy.InquiryView, q.Resource(rq.who.Staff, rq.of.Now()), policy.Context{}) == nil {
		body = append(body, with(ui.Section("export", rq.t("bundle.export")), para(rq.t("bundle.export.text")),
			rq.form("/inquiries/"+id+"/case-uco", rq.t("bundle.export"), "")))
	}
	return rq.render(status, p, body...)
}

func (rq *request) inquiryBundlePreview(id string, in *casefile.MakeBundle, errs []ui.FieldError) ([]templ.Component, error) {
	v, err := rq.of.Discloser().PreviewInquiry(rq.Context(), rq.who, id, in)
	if err != nil {
		return nil, err
	}
	out := []templ.Component{ui.SummaryList([]ui.Fact{{Key: rq.t("bundle.recipient"), Value: rq.t("bundle.to." + v.Recipient)},
		{Key: rq.t("bundle.events"), Value: strconv.Itoa(v.Events)}})}
	out = append(out, rq.bundleClosed(v.Closed)...)
	var files templ.Component = templ.NopComponent
	if list, err := rq.of.Files.OfInquiry(rq.Context(), rq.who, evidencefile.Place{Inquiry: id}); err == nil && len(list) > 0 {
		f := ui.Field{Name: "files", Label: rq.t("bundle.files"), Hint: rq.t("bundle.files.hint"), Values: in.Files}
		for i := range list {
			v := &list[i]
			if v.Destroyed == "" {
				hint := v.Digest
				if v.Located {
					hint = rq.t("bundle.files.located") + " " + hint
				}
				f.Options = append(f.Options, ui.Option{Value: v.ID, Label: rq.kindOf(v.Kind) + " (" + v.Type + "), " + rq.lang.DateTime(v.By.At), Hint: hint})
			}
		}
		for _, e := range errs {
			f.Error = strings.TrimSpace(f.Error + " " + e.Message)
		}
		files = ui.Checkboxes(f)
	}
	return append(out, ui.WarningText(rq.t("bundle.warning")), rq.form("/inquiries/"+id+"/bundle", rq.t("bundle.make"), "", files,
		ui.Hidden("recipient", in.Recipient), ui.Hidden("purpose", in.Purpose))), nil
}

func makeInquiryBundle(rq *request) error {
	in := &casefile.MakeBundle{Recipient: rq.PostFormValue("recipient"), Purpose: rq.PostFormValue("purpose"), Files: rq.PostForm["files"]}
	made, err := rq.of.Discloser().MakeInquiry(rq.Context(), rq.who, rq.PathValue("id"), in)
	if err != nil {
		if status, above, ok := rq.notices(err); ok {
			return rq.inquiryBundlePage(status, rq.PostForm, rq.fieldErrors(err), above)
		}
		return err
	}
	return rq.bundleFile(made)
}
