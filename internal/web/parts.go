package web

import (
	"context"
	"io"
	"net/url"
	"regexp"
	"time"

	"github.com/a-h/templ"

	"rufaa/internal/web/ui"
)

// element writes one escaped text in a tag; attrs are constants of the program.
func element(tag, attrs, text string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		if text == "" {
			return nil
		}
		for _, piece := range [...]string{"<", tag, attrs, ">", templ.EscapeString(text), "</", tag, ">"} {
			if _, err := io.WriteString(w, piece); err != nil {
				return err
			}
		}
		return nil
	})
}

func para(text string) templ.Component  { return element("p", "", text) }
func small(text string) templ.Component { return element("p", ` class="r-small"`, text) }

// quote keeps the line breaks of what somebody wrote.
func quote(text string) templ.Component { return element("p", ` class="govuk-body r-said"`, text) }

func para2link(text, href string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, `<p><a href="`+templ.EscapeString(href)+`">`+templ.EscapeString(text)+`</a></p>`)
		return err
	})
}

func list(items ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if len(items) == 0 {
			return nil
		}
		if _, err := io.WriteString(w, `<ul>`); err != nil {
			return err
		}
		for _, it := range items {
			io.WriteString(w, "<li>")
			if err := it.Render(ctx, w); err != nil {
				return err
			}
			io.WriteString(w, "</li>")
		}
		_, err := io.WriteString(w, "</ul>")
		return err
	})
}

func plain(text string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, templ.EscapeString(text))
		return err
	})
}

// when tells how long a clock still runs, or how long it has run out.
func (rq *request) when(due, now time.Time) string {
	if due.Before(now) {
		return rq.t("common.overdue", "span", rq.lang.Span(now.Sub(due)))
	}
	return rq.t("common.due_in", "span", rq.lang.Span(due.Sub(now)))
}

// options are a vocabulary as answers, with an empty one first where nothing
// need be chosen.
func (rq *request) options(list string, empty bool) []ui.Option {
	var out []ui.Option
	if empty {
		out = append(out, ui.Option{Value: "", Label: rq.t("web.choose")})
	}
	for _, t := range rq.of.Content.List(list) {
		out = append(out, ui.Option{Value: t.ID, Label: t.In(rq.lang.Code())})
	}
	return out
}

// fields builds the questions of one form, with what was typed and what was
// wrong with it.
type fields struct {
	rq     *request
	scope  string // of the form: its own words for a question come before the common ones
	v      url.Values
	errors []ui.FieldError
}

func (f fields) base(name string) ui.Field {
	out := ui.Field{Name: name, Label: f.words("web.f.", name), Hint: f.words("web.h.", name), Value: f.v.Get(name), Values: f.v[name]}
	for _, e := range f.errors {
		if e.Field == name {
			out.Error = e.Message
		}
	}
	return out
}

// words finds the text of a question: the form's own, else the common one. The
// questions of a list share theirs: "goals.0.text" is asked as "goals.text".
func (f fields) words(area, name string) string {
	name = listIndex.ReplaceAllString(name, ".")
	for _, key := range []string{area + f.scope + "." + name, area + name} {
		if f.rq.lang.Has(key) {
			return f.rq.t(key)
		}
	}
	if area == "web.h." {
		return ""
	}
	return f.rq.t(area + name)
}

var listIndex = regexp.MustCompile(`\.\d+\.`)

func (f fields) line(name string) templ.Component { return ui.TextInput(f.base(name)) }

func (f fields) phone(name string) templ.Component {
	b := f.base(name)
	b.Type, b.Width = "tel", 20
	return ui.TextInput(b)
}

func (f fields) area(name string) templ.Component { return ui.Textarea(f.base(name)) }

func (f fields) date(name string) templ.Component {
	b := f.base(name)
	if b.Value == "" {
		b.Value = ui.DateFrom(f.v, name) // what was typed before a refusal
	}
	return ui.DateInput(b)
}

func (f fields) choose(name, list string) templ.Component {
	b := f.base(name)
	b.Options = f.rq.options(list, true)
	return ui.Select(b)
}

func (f fields) radios(name, list string) templ.Component {
	b := f.base(name)
	b.Values = nil
	b.Options = f.rq.options(list, false)
	return ui.Radios(b)
}

func (f fields) yesNo(name string) templ.Component {
	b := f.base(name)
	b.Values, b.Inline = nil, true
	b.Options = []ui.Option{{Value: "yes", Label: f.rq.t("common.yes")}, {Value: "no", Label: f.rq.t("common.no")}}
	return ui.Radios(b)
}

func (f fields) yesNoUnknown(name string) templ.Component {
	b := f.base(name)
	b.Values, b.Inline = nil, true
	b.Options = []ui.Option{{Value: "yes", Label: f.rq.t("common.yes")}, {Value: "no", Label: f.rq.t("common.no")}, {Value: "unknown", Label: f.rq.t("common.unknown")}}
	return ui.Radios(b)
}

func (f fields) checks(name, list string, only ...string) templ.Component {
	b := f.base(name)
	b.Value = ""
	for _, o := range f.rq.options(list, false) {
		if len(only) == 0 || contains(only, o.Value) {
			b.Options = append(b.Options, o)
		}
	}
	return ui.Checkboxes(b)
}

func (f fields) agency(name string) templ.Component {
	b := f.base(name)
	b.Options = f.rq.agencyOptions()
	return ui.Select(b)
}

// talk asks in which language a talk was held and how it was interpreted.
func (f fields) talk() templ.Component {
	return templ.Join(f.choose("language", "languages"), f.radios("interpreting", "interpreting"), f.line("interpreter"))
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// agencyOptions are the agencies that take part, by county and name.
func (rq *request) agencyOptions() []ui.Option {
	out := []ui.Option{{Value: "", Label: rq.t("web.choose")}}
	all, err := rq.of.Accounts.Agencies(rq.Context())
	if err != nil {
		return out
	}
	for _, a := range all {
		if !a.Closed {
			label := a.Name
			if a.County != "" {
				label += " · " + rq.label("counties", a.County)
			}
			out = append(out, ui.Option{Value: a.ID, Label: label})
		}
	}
	return out
}

// form is a whole form with its key, its version and its button.
func (rq *request) form(action, button string, version string, body ...templ.Component) templ.Component {
	if version != "" {
		body = append(body, ui.Hidden("_version", version))
	}
	body = append(body, ui.Button(ui.Press{Text: button}))
	return with(ui.Form(ui.Sending{Action: action, Key: newKey(), Guard: true}), body...)
}

// basis names the ground something was opened or disclosed on.
func (rq *request) basis(id string) string {
	if id == "" {
		id = "none"
	}
	return rq.t("web.basis." + id)
}
