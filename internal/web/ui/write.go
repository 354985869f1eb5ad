package ui

import (
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// out writes the components that stand on a page by the dozen. They are plain
// Go: a template costs an allocation for every word, and a list has hundreds.
type out struct {
	ctx context.Context
	w   io.Writer
	err error
}

// raw writes markup of the program; never a value.
func (o *out) raw(markup string) {
	if o.err == nil {
		_, o.err = io.WriteString(o.w, markup)
	}
}

// text writes a value, escaped.
func (o *out) text(s string) {
	if s != "" {
		o.raw(escape(s))
	}
}

// escape leaves alone what needs no escaping, which is nearly everything.
func escape(s string) string {
	for i := range len(s) {
		switch s[i] {
		case '<', '>', '&', '\'', '"':
			return templ.EscapeString(s)
		}
	}
	return s
}

// attr writes an attribute with an escaped value.
func (o *out) attr(name, value string) {
	o.raw(" " + name + `="`)
	o.text(value)
	o.raw(`"`)
}

// link writes an address of this server and the text that leads there.
func (o *out) link(href, text string) {
	o.raw("<a")
	o.attr("href", string(URL(o.ctx, href)))
	o.raw(">")
	o.text(text)
	o.raw("</a>")
}

func (o *out) put(c templ.Component) {
	if o.err == nil {
		o.err = c.Render(o.ctx, o.w)
	}
}

func written(fn func(*out)) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		o := &out{ctx: ctx, w: w}
		fn(o)
		return o.err
	})
}

// SummaryList is facts with their names.
func SummaryList(facts []Fact) templ.Component {
	return written(func(o *out) {
		some := anyActions(facts)
		o.raw(`<dl class="govuk-summary-list">`)
		for i := range facts {
			f := &facts[i]
			if some && len(f.Actions) == 0 {
				o.raw(`<div class="govuk-summary-list__row govuk-summary-list__row--no-actions"><dt class="govuk-summary-list__key">`)
			} else {
				o.raw(`<div class="govuk-summary-list__row"><dt class="govuk-summary-list__key">`)
			}
			o.text(f.Key)
			o.raw(`</dt><dd class="govuk-summary-list__value">`)
			o.fact(f)
			o.raw(`</dd>`)
			o.actions(f.Actions)
			o.raw(`</div>`)
		}
		o.raw(`</dl>`)
	})
}

func (o *out) fact(f *Fact) {
	switch {
	case f.Sealed != nil:
		o.put(SealedFact(*f.Sealed))
	case f.Body != nil:
		o.put(f.Body)
	case f.Value != "":
		o.text(f.Value)
	default:
		o.raw(`<span class="r-small">`)
		o.text(T(o.ctx, "ui.fact.none"))
		o.raw(`</span>`)
	}
}

func (o *out) actions(links []Action) {
	if len(links) == 0 {
		return
	}
	o.raw(`<dd class="govuk-summary-list__actions">`)
	for _, a := range links {
		o.raw("<a")
		o.attr("href", string(URL(o.ctx, a.Href)))
		o.raw(">")
		o.text(a.Text)
		o.raw(`<span class="govuk-visually-hidden"> `)
		o.text(a.Hidden)
		o.raw(`</span></a>`)
	}
	o.raw(`</dd>`)
}

// Table shows a Listing. The roles are said aloud because a browser forgets
// that a table is one once its rows are laid out as cards.
func Table(l Listing) templ.Component {
	return written(func(o *out) {
		if len(l.Rows) == 0 && l.Empty != "" {
			o.raw(`<p class="r-empty">`)
			o.text(l.Empty)
			o.raw(`</p>`)
			return
		}
		if l.Keep {
			o.raw(`<table class="r-table r-table--keep" role="table">`)
		} else {
			o.raw(`<table class="r-table" role="table">`)
		}
		o.tableHead(&l)
		o.raw(`<tbody role="rowgroup">`)
		for _, row := range l.Rows {
			o.tableRow(&l, row)
		}
		o.raw(`</tbody></table>`)
	})
}

func (o *out) tableHead(l *Listing) {
	if l.Caption != "" {
		if l.Hide {
			o.raw(`<caption class="govuk-visually-hidden">`)
		} else {
			o.raw(`<caption>`)
		}
		o.text(l.Caption)
		o.raw(`</caption>`)
	}
	o.raw(`<thead role="rowgroup"><tr role="row">`)
	for _, c := range l.Columns {
		if c.Number {
			o.raw(`<th scope="col" role="columnheader" class="r-number">`)
		} else {
			o.raw(`<th scope="col" role="columnheader">`)
		}
		o.text(c.Label)
		o.raw(`</th>`)
	}
	o.raw(`</tr></thead>`)
}

func (o *out) tableRow(l *Listing, row []Cell) {
	o.raw(`<tr role="row">`)
	for i := range row {
		if i == 0 {
			if wholeWord(row[i].Text) {
				o.raw(`<th scope="row" role="rowheader" class="r-whole">`)
			} else {
				o.raw(`<th scope="row" role="rowheader">`)
			}
			o.cell(&row[i])
			o.raw(`</th>`)
			continue
		}
		col := l.column(i)
		o.raw(`<td role="cell"`)
		o.attr("data-label", col.Label)
		if col.Number {
			o.raw(` class="r-number"`)
		}
		o.raw(`><span>`)
		o.cell(&row[i])
		o.raw(`</span></td>`)
	}
	o.raw(`</tr>`)
}

// wholeWord tells a reference or a number, which nobody should have to read
// across two lines, from words that may wrap.
func wholeWord(text string) bool {
	return text != "" && len(text) <= 16 && !strings.Contains(text, " ")
}

func (o *out) cell(c *Cell) {
	switch {
	case c.Body != nil:
		o.put(c.Body)
	case c.Tag != nil:
		o.tag(*c.Tag)
	case c.Href != "":
		o.link(c.Href, c.Text)
	default:
		o.text(c.Text)
	}
	if c.Sub != "" {
		o.raw(`<span class="r-small">`)
		o.text(c.Sub)
		o.raw(`</span>`)
	}
}

func navLink(item NavItem) templ.Component {
	return written(func(o *out) {
		o.raw("<a")
		o.attr("href", string(URL(o.ctx, item.Href)))
		if item.Current {
			o.raw(` aria-current="page"`)
		}
		o.raw(">")
		o.text(item.Label)
		if item.Count > 0 {
			o.raw(`<span class="r-count" aria-hidden="true">` + strconv.Itoa(item.Count) + `</span><span class="govuk-visually-hidden">`)
			o.text(N(o.ctx, "ui.nav.waiting", item.Count))
			o.raw(`</span>`)
		}
		o.raw("</a>")
	})
}

// TagOf shows a Tag.
func TagOf(t Tag) templ.Component {
	return written(func(o *out) { o.tag(t) })
}

func (o *out) tag(t Tag) {
	o.raw(`<strong class="r-tag`)
	if t.Tone != Grey {
		o.raw(" r-tag--" + string(t.Tone))
	}
	o.raw(`">`)
	o.text(t.Text)
	o.raw(`</strong>`)
}

// TaskList is the steps of a piece of work with the state of each.
func TaskList(steps []Step) templ.Component {
	return written(func(o *out) {
		o.raw(`<ul class="r-steps" role="list">`)
		for i := range steps {
			s, status := &steps[i], stepID(i, "-status")
			o.raw(`<li><div>`)
			if s.Href != "" {
				o.raw("<a")
				o.attr("href", string(URL(o.ctx, s.Href)))
				o.attr("aria-describedby", status)
				o.raw(">")
				o.text(s.Name)
				o.raw("</a>")
			} else {
				o.raw(`<div class="r-steps__name">`)
				o.text(s.Name)
				o.raw(`</div>`)
			}
			if s.Hint != "" {
				o.raw(`<span class="r-small">`)
				o.text(s.Hint)
				o.raw(`</span>`)
			}
			o.raw(`</div><div class="r-steps__status"`)
			o.attr("id", status)
			o.raw(`>`)
			if s.Status.Text != "" { // an empty mark says nothing and looks like one
				o.tag(s.Status)
			}
			o.raw(`</div></li>`)
		}
		o.raw(`</ul>`)
	})
}

// Section is a part of a page that Anchors leads to; it shows its children.
func Section(id, title string) templ.Component {
	return written(func(o *out) {
		body := templ.GetChildren(o.ctx)
		o.ctx = templ.ClearChildren(o.ctx)
		o.raw(`<section class="r-section"`)
		o.attr("id", id)
		o.attr("aria-labelledby", id+"-title")
		o.raw(`><h2`)
		o.attr("id", id+"-title")
		o.raw(`>`)
		o.text(title)
		o.raw(`</h2>`)
		o.put(body)
		o.raw(`</section>`)
	})
}
