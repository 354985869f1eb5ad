package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/rulebook"
	"rufaa/internal/text"
	"rufaa/internal/web/ui"
)

func (s *site) rulebookRoutes() {
	s.handle("GET /rulebook", policy.RulebookView, rulebookPage)
	s.handle("GET /rulebook/{document}", policy.RulebookView, func(rq *request) error { return rq.documentPage(http.StatusOK, nil, nil) })
	s.handle("POST /rulebook/{document}", policy.RulebookDraft, draftText)
	s.handle("GET /rulebook/{document}/form", policy.RulebookDraft, func(rq *request) error { return rq.formEditor(http.StatusOK, nil, nil, nil) })
	s.handle("POST /rulebook/{document}/form", policy.RulebookDraft, draftForm)
	s.handle("GET /rulebook/{document}/versions/{number}", policy.RulebookView, func(rq *request) error { return rq.versionPage(http.StatusOK, nil, nil) })
	s.handle("POST /rulebook/{document}/versions/{number}/approve", policy.RulebookApprove, approveVersion)
	s.handle("POST /rulebook/{document}/versions/{number}/withdraw", policy.RulebookDraft, func(rq *request) error {
		return rq.keepRules(&rulebook.Withdraw{Number: rq.number()})
	})
	s.handle("POST /rulebook/{document}/versions/{number}/restore", policy.RulebookDraft, func(rq *request) error {
		return rq.keepRules(&rulebook.Restore{Number: rq.number(), Note: rq.PostForm.Get("note")})
	})
}

// number is the version in the address; one that is none is found nowhere.
func (rq *request) number() int {
	n, err := strconv.Atoi(rq.PathValue("number"))
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// documentName is what a document is called in the reader's language.
func (rq *request) documentName(d rulebook.Document) string {
	switch d.Kind {
	case rulebook.Questionnaire:
		if q, ok := rq.of.Content.Newest(d.Name); ok {
			return q.Title.In(rq.lang.Code())
		}
	case rulebook.Policy:
		return rq.t("rulebook.doc.policy", "name", d.Name)
	}
	return rq.t("rulebook.doc." + d.ID)
}

func rulebookPage(rq *request) error {
	rows, err := rq.of.Rulebook.List(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	title := rq.t("rulebook.title")
	body := []templ.Component{ui.Heading("", title), para(rq.t("rulebook.text"))}
	for _, kinds := range []struct {
		key string
		of  func(rulebook.Kind) bool
	}{
		{"rulebook.forms", func(k rulebook.Kind) bool { return k == rulebook.Questionnaire }},
		{"rulebook.lists", func(k rulebook.Kind) bool { return k != rulebook.Questionnaire && k != rulebook.Policy }},
		{"rulebook.policies", func(k rulebook.Kind) bool { return k == rulebook.Policy }},
	} {
		l := ui.Listing{Caption: rq.t(kinds.key), Hide: true, Columns: []ui.Column{{Label: rq.t("rulebook.col.document")}, {Label: rq.t("rulebook.col.holds")}, {Label: rq.t("rulebook.col.waits")}}}
		for i := range rows {
			if kinds.of(rows[i].Document.Kind) {
				l.Rows = append(l.Rows, rq.documentRow(&rows[i]))
			}
		}
		body = append(body, with(ui.Section(kinds.key, rq.t(kinds.key)), ui.Table(l)))
	}
	return rq.render(http.StatusOK, rq.page(title), body...)
}

func (rq *request) documentRow(r *rulebook.Row) []ui.Cell {
	holds := ui.Cell{Text: rq.t("rulebook.own")}
	if v := r.InForce; v != nil {
		holds = ui.Cell{Text: rq.t("rulebook.version", "number", v.Number), Sub: rq.lang.Date(v.From)}
	}
	if r.Trouble != "" {
		holds.Tag = &ui.Tag{Text: rq.t("rulebook.trouble"), Tone: ui.Red}
	}
	waits := ui.Cell{Text: "–"}
	if r.Pending != nil {
		waits = ui.Cell{Tag: rq.standingTag(r.State)}
	}
	return []ui.Cell{{Text: rq.documentName(r.Document), Href: "/rulebook/" + r.Document.ID}, holds, waits}
}

func (rq *request) standingTag(s rulebook.Standing) *ui.Tag {
	tone := map[rulebook.Standing]ui.Tone{rulebook.IsDraft: ui.Amber, rulebook.IsScheduled: ui.Teal, rulebook.IsInForce: ui.Green, rulebook.IsWithdrawn: ui.Red}[s]
	return &ui.Tag{Text: rq.t("rulebook.standing." + string(s)), Tone: tone}
}

// documentPage shows one document: its versions, who drafted and approved them,
// and the text to change.
func (rq *request) documentPage(status int, errs []ui.FieldError, above []templ.Component) error {
	v, err := rq.of.Rulebook.View(rq.Context(), rq.who, rq.PathValue("document"))
	if err != nil {
		return err
	}
	d := v.Document
	title := rq.documentName(d)
	p := rq.page(title)
	p.Errors, p.Back = errs, &ui.Link{Text: rq.t("rulebook.title"), Href: "/rulebook"}
	body := append([]templ.Component{ui.Heading(rq.t("rulebook.title"), title)}, above...)
	if v.Trouble != "" {
		body = append(body, with(ui.Banner(ui.Stop, rq.t("rulebook.trouble"), "trouble"), para(v.Trouble)))
	}
	history, err := rq.history(v)
	if err != nil {
		return err
	}
	body = append(body, with(ui.Section("history", rq.t("rulebook.history")), history))
	if rq.of.Rulebook.May(rq.who, d, policy.RulebookDraft, "") {
		body = append(body, rq.textEditor(v, errs))
	} else {
		body = append(body, rq.readOnly(rq.t("rulebook.holding"), v.Text))
	}
	return rq.render(status, p, body...)
}

func (rq *request) history(v *rulebook.View) (templ.Component, error) {
	var ids []string
	for i := range v.History {
		ids = append(ids, v.History[i].By.Staff)
		if a := v.History[i].Approved; a != nil {
			ids = append(ids, a.Staff)
		}
	}
	names, err := rq.of.StaffNames(rq.Context(), ids...)
	if err != nil {
		return nil, err
	}
	l := ui.Listing{Caption: rq.t("rulebook.history"), Hide: true, Columns: []ui.Column{{Label: rq.t("rulebook.col.version")}, {Label: rq.t("rulebook.col.state")}, {Label: rq.t("rulebook.col.author")}, {Label: rq.t("rulebook.col.approver")}}}
	at := "/rulebook/" + v.Document.ID + "/versions/"
	for i := range v.History {
		x := &v.History[i]
		approver := ui.Cell{Text: "–"}
		if x.Approved != nil {
			approver = ui.Cell{Text: names[x.Approved.Staff], Sub: rq.lang.DateTime(x.Approved.At) + " · " + rq.summary(x.Summary)}
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.t("rulebook.version", "number", x.Number), Href: at + strconv.Itoa(x.Number), Sub: x.Note},
			{Tag: rq.standingTag(x.Standing)}, {Text: names[x.By.Staff], Sub: rq.lang.DateTime(x.By.At)}, approver})
	}
	l.Rows = append(l.Rows, []ui.Cell{{Text: rq.t("rulebook.own"), Href: at + "0"}, {Text: "–"}, {Text: "–"}, {Text: "–"}})
	return ui.Table(l), nil
}

// readOnly shows a whole text with its indentation, behind a fold.
func (rq *request) readOnly(label, words string) templ.Component {
	return with(ui.Details(label, false), ui.Textarea(ui.Field{Name: "whole", Label: label, Value: words, Rows: 24, Attrs: templ.Attributes{"readonly": "readonly", "spellcheck": "false"}}))
}

// textEditor is the whole text to change, with what was typed when it comes back.
func (rq *request) textEditor(v *rulebook.View, errs []ui.FieldError) templ.Component {
	typed := rq.PostForm
	if typed == nil {
		typed = url.Values{}
	}
	f := fields{rq: rq, v: typed, errors: errs}
	words := rq.rulebookField(f, "text")
	words.Rows, words.Attrs = 24, templ.Attributes{"spellcheck": "false"}
	if !typed.Has("text") {
		words.Value = v.Text
	}
	note := rq.rulebookField(f, "note")
	note.Rows = 2
	inner := []templ.Component{para(rq.t("rulebook.edit.text"))}
	if v.Document.Kind == rulebook.Questionnaire {
		inner = append(inner, para2link(rq.t("rulebook.edit.as_form"), rq.o.Base+"/rulebook/"+v.Document.ID+"/form"))
	}
	inner = append(inner, rq.form("/rulebook/"+v.Document.ID, rq.t("rulebook.draft"), strconv.FormatInt(v.Version, 10), ui.Textarea(words), ui.Textarea(note)))
	return with(ui.Section("edit", rq.t("rulebook.edit")), inner...)
}

func (rq *request) rulebookField(f fields, name string) ui.Field {
	b := f.base(name)
	b.Label, b.Hint = rq.t("rulebook.f."+name), rq.t("rulebook.h."+name)
	return b
}

func draftText(rq *request) error {
	err := rq.draft(rq.PostForm.Get("text"))
	if err == nil {
		return nil
	}
	if status, above, ok := rq.notices(err); ok && mayComeBack(err) {
		return rq.documentPage(status, rq.fieldErrors(err), above)
	}
	return err
}

// mayComeBack tells whether the form is shown again: not to those who may not
// see it.
func mayComeBack(err error) bool { return !errors.As(err, new(*problem.Denied)) }

// draft proposes a text and goes to its preview.
func (rq *request) draft(words string) error {
	order := rq.order()
	id := rq.PathValue("document")
	if _, err := rq.of.Rulebook.Do(rq.Context(), rq.who, id, rulebook.Order{Key: order.Key, Expect: order.Expect},
		&rulebook.Draft{Text: words, Note: rq.PostForm.Get("note")}); err != nil {
		return err
	}
	v, err := rq.of.Rulebook.View(rq.Context(), rq.who, id)
	if err != nil {
		return err
	}
	rq.redirect("/rulebook/" + id + "/versions/" + strconv.Itoa(v.History[0].Number))
	return nil
}

// keepRules does a command of one button on a version; a refusal comes back on
// the version's page.
func (rq *request) keepRules(cmd rulebook.Command) error {
	order := rq.order()
	id := rq.PathValue("document")
	if _, err := rq.of.Rulebook.Do(rq.Context(), rq.who, id, rulebook.Order{Key: order.Key, Expect: order.Expect}, cmd); err != nil {
		if status, above, ok := rq.notices(err); ok && mayComeBack(err) {
			return rq.versionPage(status, rq.fieldErrors(err), above)
		}
		return err
	}
	rq.redirect("/rulebook/" + id)
	return nil
}

// approveVersion puts a version in force, now or from the first minute of a day
// in Kenya on.
func approveVersion(rq *request) error {
	cmd := &rulebook.Approve{Number: rq.number()}
	if day := ui.DateFrom(rq.PostForm, "from"); day != "" {
		from, err := time.ParseInLocation(time.DateOnly, day, text.Nairobi)
		if err != nil {
			return rq.versionPage(http.StatusUnprocessableEntity, []ui.FieldError{{Field: "from", Message: rq.t("common.error.date")}}, nil)
		}
		cmd.From = from
	}
	return rq.keepRules(cmd)
}
