package web

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/api"
	"rufaa/internal/blob"
	"rufaa/internal/evidencefile"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/web/assets"
	"rufaa/internal/web/ui"
)

func (s *site) fileRoutes() {
	s.handle("GET /cases/{id}/files", policy.FileView, func(rq *request) error { return rq.filesPage(http.StatusOK, rq.casePlace(), shownFiles{}) })
	s.handle("POST /cases/{id}/files", policy.FileAdd, func(rq *request) error { return takeFile(rq, rq.casePlace()) })
	s.handle("GET /inquiries/{id}/files", policy.FileView, func(rq *request) error { return rq.filesPage(http.StatusOK, rq.inquiryPlace(), shownFiles{}) })
	s.handle("POST /inquiries/{id}/files", policy.FileAdd, func(rq *request) error { return takeFile(rq, rq.inquiryPlace()) })
	s.handle("GET /files/{id}", policy.FileView, func(rq *request) error { return rq.filePage(http.StatusOK, nil, nil) })
	s.handle("POST /files/{id}/open", policy.FileView, openFile)
	s.handle("POST /files/{id}/content", policy.FileView, saveFile)
	s.handle("GET /files/{id}/preview", policy.FileView, previewFile)
	s.handle("POST /files/{id}/preview/request", policy.FileAskPreview, askPreview)
	s.handle("POST /files/{id}/preview/decision", policy.FileAllowPreview, decidePreview)
	s.handle("POST /files/{id}/derived", policy.FileAdd, deriveFile)
	s.handle("POST /uploads/{id}/end", policy.FileAdd, endUpload)
	s.handle("GET /destroyed-files", policy.FileDestroyed, destroyedPage)
	s.hashListRoutes()
}

func (rq *request) casePlace() evidencefile.Place {
	return evidencefile.Place{Case: rq.PathValue("id")}
}

// inquiryPlace is an inquiry, narrowed to a scene or an exhibit by the address.
func (rq *request) inquiryPlace() evidencefile.Place {
	return evidencefile.Place{Inquiry: rq.PathValue("id"), Scene: rq.URL.Query().Get("scene"), Exhibit: rq.URL.Query().Get("exhibit")}
}

// placePath is the page of a place's files.
func placePath(p evidencefile.Place) string {
	if p.Case != "" {
		return "/cases/" + url.PathEscape(p.Case) + "/files"
	}
	q := url.Values{}
	if p.Scene != "" {
		q.Set("scene", p.Scene)
	}
	if p.Exhibit != "" {
		q.Set("exhibit", p.Exhibit)
	}
	out := "/inquiries/" + url.PathEscape(p.Inquiry) + "/files"
	if len(q) > 0 {
		out += "?" + q.Encode()
	}
	return out
}

// largeBody tells how long the body of a request may be that carries a file; 0
// is what every form may be.
func (s *site) largeBody(r *http.Request) int64 {
	if r.Method != http.MethodPost {
		return 0
	}
	p := r.URL.Path
	switch {
	case (strings.HasPrefix(p, "/cases/") || strings.HasPrefix(p, "/inquiries/")) && strings.HasSuffix(p, "/files"),
		strings.HasPrefix(p, "/files/") && strings.HasSuffix(p, "/derived"), p == "/hash-lists",
		strings.HasPrefix(p, "/exhibits/") && strings.HasSuffix(p, "/digests"):
		return s.of.Files.Rules.Limits.Form + 1<<20
	case p == uploadPath, p == caseListPath:
		return maxUpload
	}
	return 0
}

// shownFiles is what a page of files shows besides them.
type shownFiles struct {
	errs  []ui.FieldError
	above []templ.Component
	typed url.Values
}

func (rq *request) filesOf(p evidencefile.Place) ([]evidencefile.View, error) {
	if p.Case != "" {
		return rq.of.Files.OfCase(rq.Context(), rq.who, p.Case)
	}
	return rq.of.Files.OfInquiry(rq.Context(), rq.who, p)
}

func (rq *request) filesPage(status int, at evidencefile.Place, x shownFiles) error {
	list, err := rq.filesOf(at)
	if err != nil {
		return err
	}
	title := rq.t("files.title")
	p := rq.page(title)
	p.Errors = x.errs
	above := ""
	if at.Case != "" {
		s, err := rq.of.Cases.Admitted(rq.Context(), rq.who, at.Case, policy.CaseView)
		if err != nil {
			return err
		}
		p.Back, above = &ui.Link{Text: s.Ref, Href: "/cases/" + at.Case}, s.Ref
	} else {
		s, err := rq.of.Inquiries.Load(rq.Context(), at.Inquiry)
		if err != nil {
			return err
		}
		above = s.Ref
		p.Back = &ui.Link{Text: s.Ref, Href: "/inquiries/" + at.Inquiry}
		if at.Scene != "" {
			p.Back = &ui.Link{Text: rq.t("files.scene"), Href: "/scenes/" + at.Scene}
		}
	}
	body := append([]templ.Component{ui.Heading(above, title), para(rq.t("files.text"))}, x.above...)
	names, err := rq.fileStaff(list)
	if err != nil {
		return err
	}
	body = append(body, rq.fileTable(list, names))
	more, err := rq.uploadParts(at, x)
	if err != nil {
		return err
	}
	return rq.render(status, p, append(body, more...)...)
}

func (rq *request) fileStaff(list []evidencefile.View) (map[string]string, error) {
	var ids []string
	for i := range list {
		ids = append(ids, list[i].By.Staff)
	}
	return rq.of.StaffNames(rq.Context(), ids...)
}

func (rq *request) fileTable(list []evidencefile.View, names map[string]string) templ.Component {
	l := ui.Listing{Caption: rq.t("files.list"), Hide: true, Empty: rq.t("files.none"), Columns: []ui.Column{
		{Label: rq.t("files.kind")}, {Label: rq.t("files.size")}, {Label: rq.t("files.by")}, {Label: rq.t("web.col.state")}}}
	for i := range list {
		v := &list[i]
		sub := rq.label("compartments", v.Compartment)
		if v.Tool != "" {
			sub += " · " + rq.t("files.made_with", "tool", v.Tool)
		}
		l.Rows = append(l.Rows, []ui.Cell{
			{Text: rq.kindOf(v.Kind), Href: "/files/" + v.ID, Sub: sub}, {Text: rq.bytes(v.Size)},
			{Text: names[v.By.Staff], Sub: rq.lang.DateTime(v.By.At)}, {Tag: rq.fileTag(v)}})
	}
	return ui.Table(l)
}

func (rq *request) fileTag(v *evidencefile.View) *ui.Tag {
	switch {
	case v.Destroyed != "":
		return &ui.Tag{Text: rq.t("files.state.destroyed"), Tone: ui.Red}
	case len(v.Odd) > 0 || len(v.Differences) > 0:
		return &ui.Tag{Text: rq.t("files.state.odd"), Tone: ui.Amber}
	case len(v.Stamps) > 0:
		return &ui.Tag{Text: rq.t("files.state.stamped"), Tone: ui.Green}
	}
	return &ui.Tag{Text: rq.t("files.state.kept"), Tone: ui.Teal}
}

func (rq *request) kindOf(id string) string { return rq.of.Files.Rules.Label(id, rq.lang.Code()) }

// bytes tells a size as people read it.
func (rq *request) bytes(n int64) string {
	unit, v := "B", float64(n)
	for _, u := range []string{"kB", "MB", "GB"} {
		if v < 1000 {
			break
		}
		unit, v = u, v/1000
	}
	if unit == "B" || v >= 100 {
		return strconv.FormatFloat(v, 'f', 0, 64) + " " + unit
	}
	return strconv.FormatFloat(v, 'f', 1, 64) + " " + unit
}

// uploadParts are the form for a file and one's own uploads that can go on.
func (rq *request) uploadParts(at evidencefile.Place, x shownFiles) ([]templ.Component, error) {
	parts, err := rq.of.Files.MayAdd(rq.Context(), rq.who, at)
	if err != nil || len(parts) == 0 {
		return nil, err
	}
	unfinished, err := rq.of.Files.Unfinished(rq.Context(), rq.who, at)
	if err != nil {
		return nil, err
	}
	v := x.typed
	kind := ui.Field{Name: "kind", Label: rq.t("files.kind"), Value: v.Get("kind"), Error: errorOf(x.errs, "kind")}
	for _, t := range rq.of.Files.Rules.Kinds {
		kind.Options = append(kind.Options, ui.Option{Value: t.ID, Label: t.Label[rq.lang.Code()]})
	}
	body := []templ.Component{}
	if at.Case != "" {
		part := ui.Field{Name: "compartment", Label: rq.t("files.compartment"), Hint: rq.t("files.compartment.hint"), Value: v.Get("compartment"), Error: errorOf(x.errs, "compartment")}
		for _, c := range parts {
			part.Options = append(part.Options, ui.Option{Value: string(c), Label: rq.label("compartments", string(c))})
		}
		body = append(body, ui.Radios(part))
	}
	body = append(body, ui.Radios(kind))
	body = append(body, rq.fileInputs(v, x.errs)...)
	out := []templ.Component{}
	if len(unfinished) > 0 {
		out = append(out, rq.unfinishedList(unfinished))
	}
	return append(out, with(ui.Section("upload", rq.t("files.upload.title")), rq.fileForm(placePath(at), rq.t("files.upload.button"), at, unfinished, body))), nil
}

func errorOf(errs []ui.FieldError, name string) string {
	for _, e := range errs {
		if e.Field == name {
			return e.Message
		}
	}
	return ""
}

// fileInputs ask for the note, the digest and the file itself, which stands
// last: what is said of it arrives before it.
func (rq *request) fileInputs(v url.Values, errs []ui.FieldError) []templ.Component {
	note := ui.Field{Name: "note", Label: rq.t("files.note"), Hint: rq.t("files.note.hint"), Value: v.Get("note"), Error: errorOf(errs, "note"), Optional: true}
	sum := ui.Field{Name: "sha256", Label: rq.t("files.sha256"), Hint: rq.t("files.sha256.hint"), Value: v.Get("sha256"), Error: errorOf(errs, "sha256"), Optional: true}
	file := ui.Field{Name: "file", Label: rq.t("files.file"), Hint: rq.t("files.file.hint", "max", rq.bytes(rq.of.Files.Rules.Limits.Form)), Error: errorOf(errs, "file")}
	file.Type = "file"
	return []templ.Component{ui.Textarea(note), ui.TextInput(sum), ui.TextInput(file)}
}

// fileForm is a form that sends a file in one go; with JavaScript the same form
// sends it in pieces and goes on after a broken line.
func (rq *request) fileForm(action, button string, at evidencefile.Place, unfinished []evidencefile.Upload, body []templ.Component) templ.Component {
	var b strings.Builder
	attr := func(name, value string) {
		b.WriteString(" " + name + `="` + templ.EscapeString(value) + `"`)
	}
	b.WriteString(`<form method="post" enctype="multipart/form-data" novalidate data-upload`)
	attr("action", rq.o.Base+action)
	attr("data-endpoint", rq.o.Base+"/api/v1/uploads")
	attr("data-done", rq.o.Base+"/files/")
	for name, id := range map[string]string{"case": at.Case, "inquiry": at.Inquiry, "scene": at.Scene, "exhibit": at.Exhibit} {
		if id != "" {
			attr("data-"+name, id)
		}
	}
	var open []string
	for _, u := range unfinished {
		if u.Print != "" {
			open = append(open, u.Print+" "+u.ID)
		}
	}
	attr("data-open", strings.Join(open, ","))
	for _, key := range []string{"sending", "paused", "failed", "drop", "again", "choose"} {
		attr("data-"+key, rq.t("files.upload."+key))
	}
	b.WriteString(">")
	end := `<div data-progress role="status" aria-live="polite"></div></form><script type="module" src="` + templ.EscapeString(assets.URL("upload.js")) + `"></script>`
	return templ.Join(templ.Raw(b.String()), ui.Hidden("_key", newKey()), templ.Join(body...), ui.Button(ui.Press{Text: button}), templ.Raw(end))
}

func (rq *request) unfinishedList(list []evidencefile.Upload) templ.Component {
	l := ui.Listing{Caption: rq.t("files.unfinished"), Hide: true, Columns: []ui.Column{{Label: rq.t("files.kind")}, {Label: rq.t("files.size")}, {Label: rq.t("files.ends")}}}
	out := []templ.Component{para(rq.t("files.unfinished.text"))}
	for _, u := range list {
		size := rq.bytes(u.Offset)
		if u.Size >= 0 {
			size = rq.t("files.of", "part", size, "all", rq.bytes(u.Size))
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.kindOf(u.Kind)}, {Text: size}, {Text: rq.lang.DateTime(u.EndsAt)}})
	}
	out = append(out, ui.Table(l))
	for _, u := range list {
		out = append(out, rq.press("/uploads/"+u.ID+"/end", "back", rq.URL.RequestURI(), rq.t("files.end", "kind", rq.kindOf(u.Kind), "size", rq.bytes(u.Offset))))
	}
	return with(ui.Section("unfinished", rq.t("files.unfinished")), out...)
}

func endUpload(rq *request) error {
	if err := rq.of.Files.Drop(rq.Context(), rq.who, rq.PathValue("id")); err != nil {
		return err
	}
	to := rq.PostFormValue("back")
	if !strings.HasPrefix(to, "/cases/") && !strings.HasPrefix(to, "/inquiries/") {
		to = "/"
	}
	rq.redirect(to)
	return nil
}

// takeFile keeps a file that a page sends in one go, as it streams in.
func takeFile(rq *request, at evidencefile.Place) error {
	if err := rq.of.Files.AdmitAdd(rq.Context(), rq.who, at); err != nil {
		return err
	}
	return rq.take(func(v url.Values, name string) *evidencefile.Announced {
		return &evidencefile.Announced{Place: at, Compartment: v.Get("compartment"), Kind: v.Get("kind"), Name: name, Note: v.Get("note"), SHA256: v.Get("sha256"), Key: v.Get("_key")}
	}, func(status int, v url.Values, errs []ui.FieldError, above []templ.Component) error {
		return rq.filesPage(status, at, shownFiles{errs: errs, above: above, typed: v})
	})
}

func deriveFile(rq *request) error {
	id := rq.PathValue("id")
	if _, err := rq.of.Files.View(rq.Context(), rq.who, id); err != nil {
		return err
	}
	return rq.take(func(v url.Values, name string) *evidencefile.Announced {
		return &evidencefile.Announced{Parent: id, Kind: v.Get("kind"), Tool: v.Get("tool"), Name: name, Note: v.Get("note"), SHA256: v.Get("sha256"), Key: v.Get("_key")}
	}, func(status int, v url.Values, errs []ui.FieldError, above []templ.Component) error {
		return rq.filePage(status, nil, &shownFiles{errs: errs, above: above, typed: v})
	})
}

func (rq *request) take(announce func(url.Values, string) *evidencefile.Announced, again func(int, url.Values, []ui.FieldError, []templ.Component) error) error {
	parts, err := rq.MultipartReader()
	if err != nil {
		return &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: "keeping.error.no_file"}}}
	}
	v, part, err := api.FormThenFile(parts)
	if err == nil {
		if name := part.FileName(); name == "" {
			err = &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: "keeping.error.no_file"}}}
		} else {
			var u *evidencefile.Upload
			if u, err = rq.of.Files.Take(rq.Context(), rq.who, announce(v, name), rq.patient(part)); err == nil {
				to := "/files/" + u.ID
				if u.Again {
					to += "?again=1"
				}
				rq.redirect(to)
				return nil
			}
		}
	}
	rq.drain(part)
	switch {
	case errors.As(err, new(*http.MaxBytesError)):
		err = &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: "file.error.too_large", Args: []any{"max", int(rq.of.Files.Rules.Limits.Form >> 20)}}}}
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, blob.ErrBusy):
		err = &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: "file.error.broken"}}}
	}
	if status, above, ok := rq.notices(err); ok {
		return again(status, v, rq.fieldErrors(err), above)
	}
	return err
}

// drainMost is how much of a refused file is still read, so that a browser that
// is sending comes to read the answer.
const drainMost = 64 << 20

func (rq *request) drain(part io.Reader) {
	if part != nil {
		_, _ = io.CopyN(io.Discard, rq.patient(part), drainMost)
	}
}

// patient gives a line that comes on more time than a form has.
func (rq *request) patient(r io.Reader) io.Reader { return api.Patient(rq.w, r) }
