package web

import (
	"bytes"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"rufaa/internal/caselist"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/web/ui"
)

const caseListPath = "/cases/list"

func (s *site) caseListRoutes() {
	s.handle("GET "+caseListPath, policy.CaseImport, func(rq *request) error { return rq.caseListPage(http.StatusOK, nil, nil) })
	s.handle("POST "+caseListPath, policy.CaseImport, uploadCaseList)
	s.handle("POST "+caseListPath+"/try", policy.CaseImport, tryCaseList)
	s.handle("POST "+caseListPath+"/take", policy.CaseImport, takeCaseList)
	s.handle("POST "+caseListPath+"/drop", policy.CaseImport, dropCaseList)
	s.handle("GET "+caseListPath+"/not-taken.csv", policy.CaseImport, badCaseRows)
}

// caseListPage shows where the reader's draft stands: nothing yet, columns to
// be named, what would happen, or what was done.
func (rq *request) caseListPage(status int, errs []ui.FieldError, above []templ.Component) error {
	title := rq.t("caselist.title")
	p := rq.page(title)
	p.Errors = errs
	p.Back = &ui.Link{Text: rq.t("web.to_list"), Href: "/"}
	d, err := rq.of.CaseLists.Draft(rq.who)
	body := append([]templ.Component{ui.Heading("", title), para(rq.t("caselist.text"))}, above...)
	switch {
	case errors.Is(err, problem.ErrNotFound):
		before, err := rq.listsBefore()
		if err != nil {
			return err
		}
		body = append(body, rq.caseListUpload(errs), before)
	case err != nil:
		return err
	case d.Done != nil:
		body = append(body, with(ui.Banner(ui.Done, rq.t("caselist.done"), "done"), para(rq.t("caselist.done.text"))))
		body = append(body, rq.caseListOutcome(d.Done)...)
		body = append(body, rq.press(caseListPath+"/drop", "draft", d.ID, rq.t("caselist.another")))
	default:
		body = append(body, rq.caseListDraft(d, errs)...)
	}
	return rq.render(status, p, body...)
}

func (rq *request) caseListUpload(errs []ui.FieldError) templ.Component {
	f := fields{rq: rq, v: rq.typed(), errors: errs}
	file := f.base("file")
	file.Label, file.Hint, file.Type = rq.t("caselist.f.file"), "", "file"
	file.Attrs = templ.Attributes{"accept": ".csv,.xlsx"}
	return with(ui.Form(ui.Sending{Action: caseListPath, File: true}), ui.TextInput(file), ui.Button(ui.Press{Text: rq.t("caselist.upload")}))
}

func (rq *request) listsBefore() (templ.Component, error) {
	lists, err := rq.of.CaseLists.Lists(rq.Context(), rq.who)
	if err != nil {
		return nil, err
	}
	l := ui.Listing{Caption: rq.t("caselist.before"), Empty: rq.t("caselist.before.none"), Columns: []ui.Column{{Label: rq.t("caselist.col.list")}, {Label: rq.t("caselist.col.at")}}}
	for _, x := range lists {
		l.Rows = append(l.Rows, []ui.Cell{{Text: x.Name}, {Text: rq.lang.DateTime(time.UnixMilli(x.At).UTC())}})
	}
	return ui.Table(l), nil
}

// uploadCaseList reads the file into memory; it is written nowhere.
func uploadCaseList(rq *request) error {
	if err := rq.of.Door.Realm(rq.who.Principal, policy.CaseImport); err != nil {
		return err
	}
	name, data, err := rq.uploaded()
	var in *problem.Invalid
	if errors.As(err, &in) && in.Fields[0].Key == "keeping.error.no_file" {
		in.Fields[0].Key = "caselist.error.no_file"
	}
	if err == nil {
		_, err = rq.of.CaseLists.Upload(rq.Context(), rq.who, name, data)
	}
	if errs := rq.remedied(err); errs != nil {
		return rq.caseListPage(http.StatusUnprocessableEntity, errs, nil)
	}
	if err != nil {
		return err
	}
	rq.redirect(caseListPath)
	return nil
}

// caseListDraft asks what the columns mean, below what the last try told.
func (rq *request) caseListDraft(d *caselist.Draft, errs []ui.FieldError) []templ.Component {
	f := fields{rq: rq, v: rq.typed(), errors: errs}
	ask := []templ.Component{ui.Hidden("draft", d.ID), rq.caseListName(f, d)}
	if len(d.Preview.Sheets) > 1 {
		sheet := f.listed("sheet", d.Order.Sheet)
		for _, s := range d.Preview.Sheets {
			sheet.Options = append(sheet.Options, ui.Option{Value: s, Label: s})
		}
		ask = append(ask, ui.Select(sheet))
	} else if d.Order.Sheet != "" {
		ask = append(ask, ui.Hidden("sheet", d.Order.Sheet))
	}
	dates := f.listed("dates", d.Order.Dates)
	for _, o := range caselist.DateOrders {
		dates.Options = append(dates.Options, ui.Option{Value: o, Label: rq.t("caselist.f.dates." + o)})
	}
	ask = append(ask, ui.Radios(dates), rq.caseListTick(f, "lenient", d.Order.Lenient), rq.caseListTick(f, "alike", d.Order.Alike))
	if d.Tried != nil && len(d.Tried.Unknown) > 0 {
		ask = append(ask, with(ui.Section("words", rq.t("caselist.words")), append([]templ.Component{para(rq.t("caselist.words.text"))}, rq.caseListWords(f, d)...)...))
	}
	ask = append(ask, with(ui.Section("columns", rq.t("caselist.columns")), rq.caseListColumns(f, d)...))
	var out []templ.Component
	if d.Tried != nil {
		out = append(out, with(ui.Section("tried", rq.t("caselist.tried")), append(rq.caseListOutcome(d.Tried), rq.caseListConfirm(d))...))
	}
	form := rq.form(caseListPath+"/try", rq.t("caselist.try"), "", ask...)
	inner := []templ.Component{form}
	if d.Preview.Kept && d.Tried == nil {
		inner = append([]templ.Component{para(rq.t("caselist.kept"))}, inner...)
	}
	out = append(out, with(ui.Section("mapping", rq.t("caselist.mapping", "name", d.Name)), inner...))
	return append(out, rq.press(caseListPath+"/drop", "draft", d.ID, rq.t("caselist.drop")))
}

// listed is a field of this form with what was typed, else what stands.
func (f fields) listed(name, stands string) ui.Field {
	b := f.base(name)
	b.Label, b.Hint = f.rq.t("caselist.f."+name), ""
	if !f.v.Has(name) {
		b.Value = stands
	}
	b.Values = nil
	return b
}

func (rq *request) caseListName(f fields, d *caselist.Draft) templ.Component {
	b := f.listed("list", d.Order.List)
	b.Hint = rq.t("caselist.f.list.hint")
	return ui.TextInput(b)
}

func (rq *request) caseListTick(f fields, name string, on bool) templ.Component {
	b := f.listed(name, "")
	b.Options = []ui.Option{{Value: "yes", Label: rq.t("caselist.f." + name + ".yes")}}
	if b.Value = ""; on || f.v.Get(name) != "" {
		b.Values = []string{"yes"}
	}
	return ui.Checkboxes(b)
}

func (rq *request) caseListColumns(f fields, d *caselist.Draft) []templ.Component {
	options := []ui.Option{{Value: "", Label: rq.t("caselist.leave_out")}}
	for _, x := range caselist.Fields {
		options = append(options, ui.Option{Value: string(x), Label: rq.t("caselist.field." + string(x))})
	}
	var out []templ.Component
	for i, c := range d.Order.Columns {
		b := f.base("c." + strconv.Itoa(i))
		b.Label, b.Hint, b.Options, b.Values = c.Heading, "", options, nil
		if !f.v.Has(b.Name) {
			b.Value = string(c.Field)
		}
		if i < len(d.Preview.Sample) && d.Preview.Sample[i] != "" {
			cell := []rune(d.Preview.Sample[i])
			b.Hint = rq.t("caselist.sample", "text", string(cell[:min(len(cell), 40)]))
		}
		if b.Label == "" {
			b.Label = rq.t("caselist.col.column") + " " + strconv.Itoa(i+1)
		}
		out = append(out, ui.Select(b))
	}
	return out
}

// caseListWords asks what words of the list mean, field by field. A word stands
// in a hidden field beside its question, never in a name.
func (rq *request) caseListWords(f fields, d *caselist.Draft) []templ.Component {
	var out []templ.Component
	n := 0
	for _, field := range caselist.Fields {
		for _, word := range d.Tried.Unknown[field] {
			at := "w." + strconv.Itoa(n)
			b := ui.Field{Name: at, Label: rq.t("caselist.field."+string(field)) + ": " + word, Value: f.v.Get(at), Options: rq.caseListTerms(field)}
			out = append(out, ui.Hidden(at+".field", string(field)), ui.Hidden(at+".word", word), ui.Select(b))
			n++
		}
	}
	for _, field := range slices.Sorted(maps.Keys(d.Order.Words)) {
		for _, word := range slices.Sorted(maps.Keys(d.Order.Words[field])) { // what was said before stands
			at := "w." + strconv.Itoa(n)
			out = append(out, ui.Hidden(at+".field", string(field)), ui.Hidden(at+".word", word), ui.Hidden(at, saidTerm(d.Order.Words[field][word])))
			n++
		}
	}
	return out
}

// leftOut is a word that was said to mean nothing; a question not answered is
// empty instead.
const leftOutWord = "-"

func saidTerm(term string) string {
	if term == "" {
		return leftOutWord
	}
	return term
}

func (rq *request) caseListTerms(field caselist.Field) []ui.Option {
	out := []ui.Option{{Value: "", Label: rq.t("web.choose")}, {Value: leftOutWord, Label: rq.t("caselist.words.leave")}}
	for _, t := range caselist.Terms(rq.of.Content, field) {
		label := t.In(rq.lang.Code())
		if label == "" {
			label = rq.t("caselist.choice." + t.ID)
		}
		out = append(out, ui.Option{Value: t.ID, Label: label})
	}
	return out
}

func (rq *request) caseListOrder(d *caselist.Draft) caselist.Order {
	v := rq.PostForm
	o := caselist.Order{List: v.Get("list"), Sheet: v.Get("sheet"), Dates: v.Get("dates"), Lenient: v.Get("lenient") != "", Alike: v.Get("alike") != "",
		Words: map[caselist.Field]map[string]string{}}
	if o.Sheet == "" {
		o.Sheet = d.Order.Sheet
	}
	for f, list := range d.Order.Words {
		o.Words[f] = maps.Clone(list)
	}
	for i := range d.Order.Columns {
		o.Columns = append(o.Columns, caselist.Column{Heading: d.Order.Columns[i].Heading, Field: caselist.Field(v.Get("c." + strconv.Itoa(i)))})
	}
	for n := 0; v.Has("w." + strconv.Itoa(n) + ".word"); n++ {
		at := "w." + strconv.Itoa(n)
		f, term := caselist.Field(v.Get(at+".field")), v.Get(at)
		if term == "" {
			continue
		}
		if o.Words[f] == nil {
			o.Words[f] = map[string]string{}
		}
		o.Words[f][v.Get(at+".word")] = strings.TrimPrefix(term, leftOutWord)
	}
	return o
}

func tryCaseList(rq *request) error {
	d, err := rq.of.CaseLists.Draft(rq.who)
	if err != nil {
		return rq.lostCaseList(err)
	}
	_, err = rq.of.CaseLists.Try(rq.Context(), rq.who, rq.PostForm.Get("draft"), d.With(rq.caseListOrder(d)))
	if errs := rq.remedied(err); errs != nil {
		return rq.caseListPage(http.StatusUnprocessableEntity, errs, nil)
	}
	if err != nil {
		return rq.lostCaseList(err)
	}
	rq.redirect(caseListPath + "#tried")
	return nil
}

// lostCaseList tells that a draft has ended, instead of that nothing is there.
func (rq *request) lostCaseList(err error) error {
	if !errors.Is(err, problem.ErrNotFound) {
		return err
	}
	return rq.caseListPage(http.StatusConflict, nil, []templ.Component{with(ui.Banner(ui.Important, rq.t("caselist.lost"), "lost"), para(rq.t("caselist.lost.remedy")))})
}

func (rq *request) caseListConfirm(d *caselist.Draft) templ.Component {
	if d.Tried.New+d.Tried.Changed == 0 {
		return para(rq.t("caselist.nothing"))
	}
	return rq.form(caseListPath+"/take", rq.t("caselist.confirm"), "", ui.Hidden("draft", d.ID))
}

func takeCaseList(rq *request) error {
	_, err := rq.of.CaseLists.Confirm(rq.Context(), rq.who, rq.PostForm.Get("draft"))
	if errs := rq.remedied(err); errs != nil {
		return rq.caseListPage(http.StatusUnprocessableEntity, errs, nil)
	}
	if err != nil {
		return rq.lostCaseList(err)
	}
	rq.redirect(caseListPath)
	return nil
}

func dropCaseList(rq *request) error {
	if err := rq.of.CaseLists.Drop(rq.who); err != nil {
		return err
	}
	rq.redirect(caseListPath)
	return nil
}

// caseListOutcome tells what was, or would be, done, and each row's problem.
func (rq *request) caseListOutcome(o *caselist.Outcome) []templ.Component {
	n := func(key string, n int) ui.Fact {
		return ui.Fact{Key: rq.t("caselist.n." + key), Value: strconv.Itoa(n)}
	}
	out := []templ.Component{ui.SummaryList([]ui.Fact{n("rows", o.Rows), n("new", o.New), n("changed", o.Changed), n("same", o.Same), n("held", o.Held), n("refused", o.Refused)})}
	if len(o.Problems) == 0 {
		return append(out, para(rq.t("caselist.no_problems")))
	}
	l := ui.Listing{Caption: rq.t("caselist.problems"), Columns: []ui.Column{{Label: rq.t("caselist.col.row")}, {Label: rq.t("caselist.col.column")},
		{Label: rq.t("caselist.col.problem")}, {Label: rq.t("caselist.col.outcome")}}}
	tones := map[string]ui.Tone{caselist.Refused: ui.Red, caselist.Held: ui.Amber, caselist.LeftOut: ui.Amber, caselist.Warning: ui.Grey, caselist.OfFile: ui.Amber}
	for i := range o.Problems[:min(len(o.Problems), problemsShown)] {
		p := &o.Problems[i]
		what := ui.Cell{Text: rq.t(p.Key, p.Args...)}
		if rq.lang.Has(p.Key + ".remedy") {
			what.Sub = rq.t(p.Key+".remedy", p.Args...)
		}
		if p.Case != "" {
			what.Sub += " " + p.Case
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: strconv.Itoa(p.Row)}, {Text: p.Column}, what, {Tag: &ui.Tag{Text: rq.t("caselist.outcome." + p.Outcome), Tone: tones[p.Outcome]}}})
	}
	out = append(out, ui.Table(l))
	if rest := len(o.Problems) - problemsShown + o.More; len(o.Problems) > problemsShown {
		out = append(out, small(rq.lang.N("caselist.more", rest)))
	}
	if len(o.Bad) > 0 {
		out = append(out, with(element3("p", ""), download(rq.t("caselist.bad"), rq.o.Base+caseListPath+"/not-taken.csv")), small(rq.t("caselist.bad.text")))
	}
	return out
}

func badCaseRows(rq *request) error {
	d, err := rq.of.CaseLists.Draft(rq.who)
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
	if err := caselist.WriteBad(&b, rq.lang, o); err != nil {
		return err
	}
	rq.file("text/csv; charset=utf-8", "not-taken.csv", b.Bytes())
	return nil
}
