package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/directory/imports"
	"rufaa/internal/hsds/intake"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/web/ui"
)

const (
	uploadPath = "/providers/import"
	// maxUpload bounds an uploaded list with its form, in bytes; 200,000 rows
	// are about 30 MB. Longer ones go in by the command line.
	maxUpload = 48 << 20
	// problemsShown on the page; the file has them all.
	problemsShown = 50
)

// importPage shows where the draft of the reader stands: nothing yet, columns
// to be named, the dry run, or what was done.
func (rq *request) importPage(status int, errs []ui.FieldError, above []templ.Component) error {
	if err := rq.of.Door.Realm(rq.who.Principal, policy.DirectoryImport); err != nil {
		return err
	}
	title := rq.t("keeping.import.title")
	p := rq.page(title)
	p.Errors = errs
	p.Back = &ui.Link{Text: rq.t("web.providers.title"), Href: "/providers"}
	body := append([]templ.Component{ui.Heading("", title), para(rq.t("keeping.import.text"))}, above...)
	d, err := rq.of.Lists.Draft(rq.who)
	switch {
	case errors.Is(err, problem.ErrNotFound):
		body = append(body, rq.uploadForm(errs))
	case err != nil:
		return err
	case d.Done != nil:
		body = append(body, rq.importDone(d)...)
	default:
		body = append(body, rq.importDraft(d, errs)...)
	}
	return rq.render(status, p, body...)
}

func (rq *request) uploadForm(errs []ui.FieldError) templ.Component {
	f := fields{rq: rq, v: rq.typed(), errors: errs}
	file := f.asked("file", "file")
	file.Type, file.Attrs = "file", templ.Attributes{"accept": ".csv,.xlsx,.json,.ndjson,.zip"}
	return with(ui.Form(ui.Sending{Action: uploadPath, File: true}), ui.TextInput(file), ui.Button(ui.Press{Text: rq.t("keeping.import.upload")}))
}

// uploadList reads the file into memory after the door has been asked; it is
// written nowhere.
func uploadList(rq *request) error {
	if err := rq.of.Door.Realm(rq.who.Principal, policy.DirectoryImport); err != nil {
		return err
	}
	name, data, err := rq.uploaded()
	if err == nil {
		_, err = rq.of.Lists.Upload(rq.Context(), rq.who, name, data)
	}
	if errs := rq.remedied(err); errs != nil {
		return rq.importPage(http.StatusUnprocessableEntity, errs, nil)
	}
	if err != nil {
		return err
	}
	rq.redirect(uploadPath)
	return nil
}

func (rq *request) uploaded() (name string, data []byte, err error) {
	missing := &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: "keeping.error.no_file"}}}
	parts, err := rq.MultipartReader()
	if err != nil {
		return "", nil, missing
	}
	for {
		part, err := parts.NextPart()
		if err == nil && part.FormName() != "file" {
			continue
		}
		if err == nil {
			name = part.FileName()
			data, err = io.ReadAll(part)
		}
		switch {
		case errors.As(err, new(*http.MaxBytesError)):
			return "", nil, &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: "sheet.file_large", Args: []any{"max", maxUpload >> 20}}}}
		case err != nil || len(data) == 0:
			return "", nil, missing
		}
		return name, data, nil
	}
}

// importDraft asks what the columns mean, below what the last try told.
func (rq *request) importDraft(d *imports.Draft, errs []ui.FieldError) []templ.Component {
	var out []templ.Component
	if d.Tried != nil {
		out = append(out, with(ui.Section("tried", rq.t("keeping.import.tried")), append(rq.outcome(d.Tried), rq.confirmForms(d))...))
	}
	f := fields{rq: rq, v: rq.typed(), errors: errs}
	ask := []templ.Component{ui.Hidden("draft", d.ID), rq.sourceField(f, d)}
	if len(d.Preview.Sheets) > 1 {
		sheet := f.asked("sheet", "sheet")
		for _, s := range d.Preview.Sheets {
			sheet.Options = append(sheet.Options, ui.Option{Value: s, Label: s})
		}
		if sheet.Value == "" {
			sheet.Value = d.Order.Sheet
		}
		ask = append(ask, ui.Select(sheet))
	}
	ask = append(ask, rq.defaultFields(f, d)...)
	if len(d.Preview.Columns) > 0 {
		ask = append(ask, with(ui.Section("columns", rq.t("keeping.import.columns")), rq.columnFields(f, d)...))
	}
	title := rq.t("keeping.import.mapping", "name", d.Name)
	form := rq.form(uploadPath+"/mapping", rq.t("keeping.import.try"), "", ask...)
	out = append(out, with(ui.Section("mapping", title), para(rq.t("keeping.import.format."+string(d.Preview.Format))), form))
	return append(out, rq.press(uploadPath+"/drop", "draft", d.ID, rq.t("keeping.import.drop")))
}

func (rq *request) sourceField(f fields, d *imports.Draft) templ.Component {
	b := f.asked("source", "source")
	if b.Value == "" {
		b.Value = d.Order.Source
	}
	return ui.TextInput(b)
}

func (rq *request) defaultFields(f fields, d *imports.Draft) []templ.Component {
	kind, service, unknown := f.asked("organization_kind", "organization_kind"), f.asked("service", "default_service"), f.asked("unknown", "unknown")
	kind.Options = rq.options("agency-kinds", false)
	if kind.Value == "" {
		if kind.Value = d.Order.Defaults.OrganizationKind; kind.Value == "" {
			kind.Value = "ngo"
		}
	}
	service.Options = append([]ui.Option{{Value: "", Label: rq.t("keeping.import.refuse_kindless")}}, rq.services()...)
	if service.Value == "" {
		service.Value = d.Order.Defaults.Service
	}
	unknown.Options = []ui.Option{{Value: "yes", Label: rq.t("keeping.f.unknown.yes")}}
	if unknown.Value = ""; d.Order.Defaults.Unknown || f.v.Get("unknown") != "" {
		unknown.Values = []string{"yes"}
	}
	return []templ.Component{ui.Select(kind), ui.Select(service), ui.Checkboxes(unknown)}
}

func (rq *request) services() (out []ui.Option) {
	for _, s := range rq.of.Content.Services() {
		out = append(out, ui.Option{Value: s.ID, Label: s.Label.In(rq.lang.Code())})
	}
	return out
}

func (rq *request) columnFields(f fields, d *imports.Draft) []templ.Component {
	options := []ui.Option{{Value: "", Label: rq.t("keeping.import.leave_out")}}
	for _, x := range intake.AllFields() {
		options = append(options, ui.Option{Value: string(x), Label: rq.t("hsds.field." + string(x))})
	}
	var out []templ.Component
	for i, column := range d.Preview.Columns {
		name := "m." + strconv.Itoa(i)
		b := ui.Field{Name: name, Label: column, Hint: sampleOf(d.Preview, i), Options: options}
		if f.v.Has(name) {
			b.Value = f.v.Get(name)
		} else if i < len(d.Order.Mapping) {
			b.Value = string(d.Order.Mapping[i].Field)
		}
		out = append(out, ui.Select(b))
	}
	return out
}

// sampleOf are the first values of a column, shortened.
func sampleOf(p *intake.Preview, i int) string {
	var out []string
	for _, row := range p.Sample {
		if i < len(row) && strings.TrimSpace(row[i]) != "" && len(out) < 3 {
			cell := []rune(row[i])
			out = append(out, string(cell[:min(len(cell), 40)]))
		}
	}
	return strings.Join(out, " · ")
}

func mapList(rq *request) error {
	d, err := rq.of.Lists.Draft(rq.who)
	if err != nil {
		return rq.lostDraft(err)
	}
	v := rq.PostForm
	o := imports.Order{Source: v.Get("source"), Sheet: v.Get("sheet"),
		Defaults: imports.Defaults{OrganizationKind: v.Get("organization_kind"), Service: v.Get("service"), Unknown: v.Get("unknown") != ""}}
	if d.Preview != nil {
		for i, column := range d.Preview.Columns {
			o.Mapping = append(o.Mapping, intake.Assignment{Column: column, Field: intake.Field(v.Get("m." + strconv.Itoa(i)))})
		}
	}
	_, err = rq.of.Lists.Try(rq.Context(), rq.who, v.Get("draft"), o)
	if errs := rq.remedied(err); errs != nil {
		return rq.importPage(http.StatusUnprocessableEntity, errs, nil)
	}
	if err != nil {
		return rq.lostDraft(err)
	}
	rq.redirect(uploadPath + "#tried")
	return nil
}

// lostDraft tells that a draft has ended, instead of that nothing is there.
func (rq *request) lostDraft(err error) error {
	if !errors.Is(err, problem.ErrNotFound) {
		return err
	}
	return rq.importPage(http.StatusConflict, nil, []templ.Component{with(ui.Banner(ui.Important, rq.t("keeping.import.lost"), "lost"), para(rq.t("keeping.import.lost.remedy")))})
}

func (rq *request) confirmForms(d *imports.Draft) templ.Component {
	e := d.Tried.Entries
	if e.New+e.Changed+e.Aside+e.Reports == 0 {
		return para(rq.t("keeping.import.nothing"))
	}
	return rq.form(uploadPath+"/confirm", rq.t("keeping.import.confirm"), "", ui.Hidden("draft", d.ID))
}

func confirmList(rq *request) error {
	_, err := rq.of.Lists.Confirm(rq.Context(), rq.who, rq.PostForm.Get("draft"))
	if errs := rq.remedied(err); errs != nil {
		return rq.importPage(http.StatusUnprocessableEntity, errs, nil)
	}
	if err != nil {
		return rq.lostDraft(err)
	}
	rq.redirect(uploadPath)
	return nil
}

func dropList(rq *request) error {
	if err := rq.of.Lists.Drop(rq.who); err != nil {
		return err
	}
	rq.redirect(uploadPath)
	return nil
}

func (rq *request) importDone(d *imports.Draft) []templ.Component {
	out := []templ.Component{with(ui.Banner(ui.Done, rq.t("keeping.import.done"), "done"), para(rq.t("keeping.import.done.text", "source", d.Order.Source)))}
	out = append(out, rq.outcome(d.Done)...)
	if d.Done.Entries.Aside > 0 {
		out = append(out, para2link(rq.t("keeping.sources.title"), rq.o.Base+"/providers/sources"))
	}
	return append(out, rq.press(uploadPath+"/drop", "draft", d.ID, rq.t("keeping.import.another")))
}

// outcome tells what was, or would be, done, and each row's problem.
func (rq *request) outcome(o *imports.Outcome) []templ.Component {
	n := func(key string, n int) ui.Fact {
		return ui.Fact{Key: rq.t("keeping.import.n." + key), Value: strconv.Itoa(n)}
	}
	e := o.Entries
	out := []templ.Component{ui.SummaryList([]ui.Fact{n("rows", o.Rows), n("refused", o.Refused), n("new", e.New), n("changed", e.Changed), n("same", e.Same),
		n("aside", e.Aside), n("closed", e.Closed), n("reports", e.Reports)})}
	if len(o.Problems) == 0 {
		return append(out, para(rq.t("keeping.import.no_problems")))
	}
	l := ui.Listing{Caption: rq.t("keeping.import.problems"), Columns: []ui.Column{{Label: rq.t("keeping.import.col.row")}, {Label: rq.t("keeping.import.col.column")},
		{Label: rq.t("keeping.import.col.problem")}, {Label: rq.t("keeping.import.col.outcome")}}}
	tones := map[intake.Outcome]ui.Tone{intake.Refused: ui.Red, intake.LeftOut: ui.Amber, intake.Warning: ui.Grey}
	for i := range o.Problems[:min(len(o.Problems), problemsShown)] {
		p := &o.Problems[i]
		row := strconv.Itoa(p.Row)
		if p.Table != "" {
			row = p.Table + " " + row
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: row}, {Text: p.Column}, {Text: rq.t(p.Key, p.Args...), Sub: imports.Remedy(rq.lang, p)},
			{Tag: &ui.Tag{Text: rq.t("keeping.outcome." + string(p.Outcome)), Tone: tones[p.Outcome]}}})
	}
	out = append(out, ui.Table(l))
	if rest := len(o.Problems) - problemsShown + o.More; len(o.Problems) > problemsShown {
		out = append(out, small(rq.lang.N("keeping.import.more", rest)))
	}
	return append(out, with(element3("p", ""), download(rq.t("keeping.import.report"), rq.o.Base+uploadPath+"/problems.csv")))
}

func listProblems(rq *request) error {
	d, err := rq.of.Lists.Draft(rq.who)
	if err != nil {
		return err
	}
	o := d.Tried
	if d.Done != nil {
		o = d.Done
	}
	if o == nil {
		return problem.ErrNotFound
	}
	var b bytes.Buffer
	if err := imports.WriteProblems(&b, rq.lang, o); err != nil {
		return err
	}
	rq.file("text/csv; charset=utf-8", "problems.csv", b.Bytes())
	return nil
}

// file sends a file to be kept.
func (rq *request) file(kind, name string, raw []byte) {
	h := rq.w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	h.Set("Content-Length", strconv.Itoa(len(raw)))
	rq.w.WriteHeader(http.StatusOK)
	rq.w.Write(raw)
}

// typed is what was sent with the form, empty when nothing was.
func (rq *request) typed() url.Values {
	if rq.PostForm == nil {
		return url.Values{}
	}
	return rq.PostForm
}
