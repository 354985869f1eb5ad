package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/certificate"
	"rufaa/internal/paper"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

func (s *site) certificateRoutes() {
	s.handle("GET /inquiries/{id}/certificates", policy.CertificateView, certificatesPage)
	s.handle("GET /inquiries/{id}/certificates/new", policy.CertificateDraft, newCertificate)
	s.handle("POST /inquiries/{id}/certificates", policy.CertificateDraft, draftCertificate)
	s.handle("GET /certificates/{id}", policy.CertificateView, func(rq *request) error { return rq.certificatePage(http.StatusOK, nil, nil) })
	s.handle("GET /certificates/{id}/edit", policy.CertificateDraft, editCertificate)
	s.handle("POST /certificates/{id}/edit", policy.CertificateDraft, reviseCertificate)
	s.handle("POST /certificates/{id}/sign", policy.CertificateSign, func(rq *request) error {
		_, err := rq.of.Certificates.Sign(rq.Context(), rq.who, rq.PathValue("id"), rq.order(),
			&certificate.Proof{Password: rq.PostFormValue("password"), Code: rq.PostFormValue("code")})
		return rq.certificateStep(err)
	})
	s.handle("POST /certificates/{id}/revoke", policy.CertificateRevoke, func(rq *request) error {
		_, err := rq.of.Certificates.Revoke(rq.Context(), rq.who, rq.PathValue("id"), rq.order(), &certificate.Revoke{Reason: rq.PostFormValue("reason")})
		return rq.certificateStep(err)
	})
	s.handle("GET /certificates/{id}/paper", policy.CertificateView, evidencePaper)
	s.inquiryBundleRoutes()
}

func (rq *request) certificateStatus(v *certificate.View) *ui.Tag {
	tone := map[certificate.Status]ui.Tone{certificate.IsDraft: ui.Amber, certificate.IsSigned: ui.Green, certificate.IsRevoked: ui.Red}[v.Status]
	return &ui.Tag{Text: rq.t("certificate.status." + string(v.Status)), Tone: tone}
}

func certificatesPage(rq *request) error {
	id := rq.PathValue("id")
	list, err := rq.of.Certificates.Of(rq.Context(), rq.who, id)
	if err != nil {
		return err
	}
	title := rq.t("certificate.list")
	p := rq.page(title)
	p.Back = &ui.Link{Text: rq.t("certificate.back"), Href: "/inquiries/" + id}
	body := []templ.Component{ui.Heading("", title), para(rq.t("certificate.text")), ui.WarningText(rq.t("certificate.advice"))}
	l := ui.Listing{Caption: title, Hide: true, Empty: rq.t("certificate.none"), Columns: []ui.Column{{Label: rq.t("certificate.about")},
		{Label: rq.t("web.col.state")}, {Label: rq.t("certificate.responsible")}}}
	for i := range list {
		v := &list[i]
		l.Rows = append(l.Rows, []ui.Cell{{Text: numbersOf(v.Things), Href: "/certificates/" + v.ID}, {Tag: rq.certificateStatus(v)},
			{Text: rq.of.StaffName(rq.Context(), v.Responsible)}})
	}
	body = append(body, ui.Table(l))
	if things, err := rq.of.Certificates.Things(rq.Context(), rq.who, id); err == nil {
		body = append(body, rq.certificateChoice(id, things))
	}
	return rq.render(http.StatusOK, p, body...)
}

func numbersOf(things []certificate.Thing) string {
	var out []string
	for _, t := range things {
		out = append(out, t.Number)
	}
	return strings.Join(out, ", ")
}

// certificateChoice asks what a new certificate is about.
func (rq *request) certificateChoice(id string, things []certificate.Found) templ.Component {
	if len(things) == 0 {
		return para(rq.t("certificate.nothing"))
	}
	f := ui.Field{Name: "things", Label: rq.t("certificate.about"), Hint: rq.t("certificate.about.hint")}
	for i := range things {
		f.Options = append(f.Options, ui.Option{Value: things[i].Key(), Label: things[i].Number, Hint: digestsOf(&things[i].Thing)})
	}
	return with(ui.Section("new", rq.t("certificate.new")), with(ui.Form(ui.Sending{Action: "/inquiries/" + id + "/certificates/new", Get: true}),
		ui.Checkboxes(f), ui.Button(ui.Press{Text: rq.t("certificate.prefill")})))
}

func digestsOf(t *certificate.Thing) string {
	var out []string
	for _, d := range t.Digests {
		out = append(out, d.Method+" "+d.Hex)
	}
	return strings.Join(out, "; ")
}

func newCertificate(rq *request) error {
	w, err := rq.of.Certificates.Prefill(rq.Context(), rq.who, rq.PathValue("id"), rq.URL.Query()["things"])
	if err != nil {
		return err
	}
	return rq.certificateForm(http.StatusOK, "/inquiries/"+rq.PathValue("id")+"/certificates", rq.PathValue("id"), "", w, nil, nil)
}

func readCertificate(v url.Values) *certificate.Write {
	return &certificate.Write{Things: v["things"], Responsible: v.Get("responsible"), Office: v.Get("office"), How: v.Get("how"), Device: v.Get("device"),
		Use: v.Get("use"), Notes: v.Get("notes"), From: ui.DateFrom(v, "from"), To: ui.DateFrom(v, "to"), Language: v.Get("language"), Replaces: v.Get("replaces")}
}

func draftCertificate(rq *request) error {
	id, order := rq.PathValue("id"), rq.order()
	w := readCertificate(rq.PostForm)
	rc, err := rq.of.Certificates.Draft(rq.Context(), rq.who, id, order, w)
	if err == nil {
		rq.redirect("/certificates/" + rc.ID)
		return nil
	}
	if status, above, ok := rq.notices(err); ok {
		return rq.certificateForm(status, "/inquiries/"+id+"/certificates", id, "", w, rq.fieldErrors(err), above)
	}
	return err
}

func editCertificate(rq *request) error {
	v, err := rq.of.Certificates.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	w := &certificate.Write{Responsible: v.Responsible, Office: v.Texts.Office, How: v.Texts.How, Device: v.Texts.Device, Use: v.Texts.Use,
		Notes: v.Texts.Notes, From: v.From, To: v.To, Language: v.Language, Replaces: v.Replaces}
	for i := range v.Things {
		w.Things = append(w.Things, v.Things[i].Key())
	}
	return rq.certificateForm(http.StatusOK, "/certificates/"+v.ID+"/edit", v.Inquiry, strconv.FormatInt(v.Version, 10), w, nil, nil)
}

func reviseCertificate(rq *request) error {
	id, order := rq.PathValue("id"), rq.order()
	w := readCertificate(rq.PostForm)
	_, err := rq.of.Certificates.Revise(rq.Context(), rq.who, id, order, w)
	if err == nil {
		rq.redirect("/certificates/" + id)
		return nil
	}
	if status, above, ok := rq.notices(err); ok {
		v, err2 := rq.of.Certificates.View(rq.Context(), rq.who, id)
		if err2 != nil {
			return err2
		}
		return rq.certificateForm(status, "/certificates/"+id+"/edit", v.Inquiry, strconv.FormatInt(v.Version, 10), w, rq.fieldErrors(err), above)
	}
	return err
}

// certificateForm asks for what s.106B wants, with what the record knows
// filled in.
func (rq *request) certificateForm(status int, action, inq, version string, w *certificate.Write, errs []ui.FieldError, above []templ.Component) error {
	things, err := rq.of.Certificates.Things(rq.Context(), rq.who, inq)
	if err != nil {
		return err
	}
	q, err := rq.of.Inquiries.Admitted(rq.Context(), rq.who, inq, policy.CertificateDraft)
	if err != nil {
		return err
	}
	title := rq.t("certificate.title")
	p := rq.page(title)
	p.Errors = errs
	p.Back = &ui.Link{Text: rq.t("certificate.list"), Href: "/inquiries/" + inq + "/certificates"}
	f := func(name, value string) ui.Field {
		x := ui.Field{Name: name, Label: rq.t("certificate.f." + name), Hint: rq.t("certificate.f." + name + ".hint"), Value: value}
		for _, e := range errs {
			if e.Field == name {
				x.Error = e.Message
			}
		}
		return x
	}
	about, who, lang := f("things", ""), f("responsible", w.Responsible), f("language", w.Language)
	about.Values = w.Things
	for i := range things {
		about.Options = append(about.Options, ui.Option{Value: things[i].Key(), Label: things[i].Number, Hint: digestsOf(&things[i].Thing)})
	}
	for _, m := range q.Members(rq.of.Now()) {
		who.Options = append(who.Options, ui.Option{Value: m, Label: rq.of.StaffName(rq.Context(), m)})
	}
	lang.Options = []ui.Option{{Value: "en", Label: "English"}, {Value: "sw", Label: "Kiswahili"}}
	body := append([]templ.Component{ui.Heading(q.Ref, title)}, above...)
	body = append(body, ui.WarningText(rq.t("certificate.advice")), rq.form(action, rq.t("certificate.save"), version, ui.Checkboxes(about), ui.Select(who), ui.TextInput(f("office", w.Office)),
		ui.Textarea(f("how", w.How)), ui.Textarea(f("device", w.Device)), ui.DateInput(f("from", w.From)), ui.DateInput(f("to", w.To)), ui.Textarea(f("use", w.Use)),
		ui.Textarea(f("notes", w.Notes)), ui.Radios(lang), ui.Hidden("replaces", w.Replaces)))
	return rq.render(status, p, body...)
}

func (rq *request) certificateStep(err error) error {
	if err == nil {
		rq.redirect("/certificates/" + rq.PathValue("id"))
		return nil
	}
	if status, above, ok := rq.notices(err); ok {
		return rq.certificatePage(status, rq.fieldErrors(err), above)
	}
	return err
}

func (rq *request) certificatePage(status int, errs []ui.FieldError, above []templ.Component) error {
	v, err := rq.of.Certificates.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	p := rq.page(rq.t("certificate.title"))
	p.Errors = errs
	p.Back = &ui.Link{Text: rq.t("certificate.list"), Href: "/inquiries/" + v.Inquiry + "/certificates"}
	body := append([]templ.Component{ui.Heading(numbersOf(v.Things), rq.t("certificate.title"), *rq.certificateStatus(&v.View))}, above...)
	body = append(body, ui.WarningText(rq.t("certificate.advice")), ui.SummaryList(rq.certificateFacts(v)))
	if v.Document != "" {
		body = append(body, with(ui.Details(rq.t("certificate.document"), false), element("pre", "signed-text", v.Document), element("pre", "signed-text", v.Note)))
	}
	body = append(body, para2link(rq.t("certificate.paper"), rq.o.Base+"/certificates/"+v.ID+"/paper"))
	return rq.render(status, p, append(body, rq.certificateForms(v, errs)...)...)
}

func (rq *request) certificateFacts(v *certificate.Shown) []ui.Fact {
	var facts []ui.Fact
	fact := func(key, value string) {
		if value != "" {
			facts = append(facts, ui.Fact{Key: rq.t(key), Value: value})
		}
	}
	for i := range v.Things {
		facts = append(facts, ui.Fact{Key: v.Things[i].Number, Value: digestsOf(&v.Things[i])})
	}
	fact("certificate.f.how", v.Texts.How)
	fact("certificate.f.device", v.Texts.Device)
	fact("certificate.f.use", strings.TrimSpace(v.From+" – "+v.To+" "+v.Texts.Use))
	fact("certificate.f.notes", v.Texts.Notes)
	fact("certificate.f.responsible", rq.of.StaffName(rq.Context(), v.Responsible))
	fact("certificate.f.office", v.Texts.Office)
	if v.SignedAt != "" {
		fact("certificate.signed", v.SignedAt+" ("+rq.t("certificate.proved."+v.Proved)+")")
	}
	fact("web.f.reason", v.Texts.Reason)
	return facts
}

// certificateForms are what may be done with it now.
func (rq *request) certificateForms(v *certificate.Shown, errs []ui.FieldError) []templ.Component {
	at, version := "/certificates/"+v.ID, strconv.FormatInt(v.Version, 10)
	may := func(do policy.Action) bool { return rq.of.Certificates.May(rq.Context(), rq.who, v.ID, do) == nil }
	wrong := func(name string) string {
		for _, e := range errs {
			if e.Field == name {
				return e.Message
			}
		}
		return ""
	}
	var out []templ.Component
	switch {
	case v.Status == certificate.IsDraft && may(policy.CertificateDraft):
		out = append(out, para2link(rq.t("certificate.edit"), rq.o.Base+at+"/edit"))
		if v.Responsible == rq.who.Staff {
			out = append(out, with(ui.Section("sign", rq.t("certificate.sign")), para(rq.t("certificate.sign.text")), rq.form(at+"/sign", rq.t("certificate.sign"), version,
				ui.TextInput(ui.Field{Name: "password", Label: rq.t("certificate.password"), Type: "password", Autocomplete: "current-password", Error: wrong("password")}),
				ui.TextInput(ui.Field{Name: "code", Label: rq.t("certificate.code"), InputMode: "numeric", Width: 10, Autocomplete: "one-time-code", Error: wrong("code")}))))
		}
	case v.Status == certificate.IsSigned && may(policy.CertificateRevoke):
		out = append(out, with(ui.Section("revoke", rq.t("certificate.revoke")), para(rq.t("certificate.revoke.text")), rq.form(at+"/revoke", rq.t("certificate.revoke"), version,
			ui.Textarea(ui.Field{Name: "reason", Label: rq.t("web.f.reason"), Error: wrong("reason")}))))
	}
	return out
}

// evidencePaper prints it for a signature by hand, in the certificate's
// language or the one asked for.
func evidencePaper(rq *request) error {
	v, err := rq.of.Certificates.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	code := rq.URL.Query().Get("lang")
	if code != "en" && code != "sw" {
		code = v.Language
	}
	in, now := rq.of.Texts.In(code), rq.of.Now()
	title := in.T("certificate.title")
	p := paper.Begin(paper.A4, title, code, rq.banner(), in.T("certificate.printed", "when", in.DateTime(now)), now)
	p.Heading(1, title)
	p.Text(in.T("certificate.section"))
	p.Space(0.5)
	for i := range v.Things {
		p.Strong(v.Things[i].Number)
		for _, d := range v.Things[i].Digests {
			p.Small(d.Method + " " + d.Hex)
		}
	}
	for _, x := range [][2]string{{"how", v.Texts.How}, {"device", v.Texts.Device}, {"use", strings.TrimSpace(v.From + " - " + v.To + "\n" + v.Texts.Use)}, {"notes", v.Texts.Notes},
		{"responsible", rq.of.StaffName(rq.Context(), v.Responsible)}, {"office", v.Texts.Office}} {
		if x[1] != "" {
			p.Heading(3, in.T("certificate.f."+x[0]))
			p.Text(x[1])
		}
	}
	p.Together(10)
	p.Space(1)
	p.Text(in.T("certificate.declaration"))
	p.Space(2)
	p.Rule()
	p.Small(in.T("certificate.hand"))
	if v.SignedAt != "" {
		p.Small(in.T("certificate.inplatform", "when", v.SignedAt))
		p.Small(v.Note)
	}
	if v.Status == certificate.IsRevoked {
		p.Strong(in.T("certificate.status.revoked"))
	}
	p.Space(0.5)
	p.Small(in.T("certificate.advice"))
	raw, err := p.Bytes()
	if err != nil {
		return err
	}
	rq.file("application/pdf", "certificate.pdf", raw)
	return nil
}
