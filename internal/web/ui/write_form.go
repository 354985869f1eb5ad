package ui

import "github.com/a-h/templ"

// choices are the answers of Radios or Checkboxes; kind is the input's type.
func choices(f Field, kind string) templ.Component {
	return written(func(o *out) {
		class := "govuk-radios"
		if kind == "checkbox" {
			class = "govuk-checkboxes"
		}
		o.raw(`<div class="` + class)
		if f.Inline && kind == "radio" {
			o.raw(` r-choices--inline`)
		}
		o.raw(`">`)
		for i := range f.Options {
			o.choice(&f, i, kind, class)
		}
		o.raw(`</div>`)
	})
}

func (o *out) choice(f *Field, i int, kind, class string) {
	opt, id := &f.Options[i], f.optionID(i)
	if opt.Or {
		o.raw(`<div class="` + class + `__divider">`)
		o.text(T(o.ctx, "ui.field.or"))
		o.raw(`</div>`)
	}
	o.raw(`<div class="r-choice"><div class="` + class + `__item"><input class="` + class + `__input"`)
	o.attr("id", id)
	o.attr("name", f.Name)
	o.raw(` type="` + kind + `"`)
	o.attr("value", opt.Value)
	if f.chosen(opt.Value) {
		o.raw(` checked`)
	}
	if opt.Hint != "" {
		o.attr("aria-describedby", id+"-item-hint")
	}
	o.raw(`><label class="govuk-label ` + class + `__label"`)
	o.attr("for", id)
	o.raw(`>`)
	o.text(opt.Label)
	o.raw(`</label>`)
	if opt.Hint != "" {
		o.raw(`<div class="govuk-hint ` + class + `__hint"`)
		o.attr("id", id+"-item-hint")
		o.raw(`>`)
		o.text(opt.Hint)
		o.raw(`</div>`)
	}
	o.raw(`</div></div>`)
	o.put(reveal(*opt))
}

func selectOptions(f Field) templ.Component {
	return written(func(o *out) {
		for i := range f.Options {
			o.raw(`<option`)
			o.attr("value", f.Options[i].Value)
			if f.chosen(f.Options[i].Value) {
				o.raw(` selected`)
			}
			o.raw(`>`)
			o.text(f.Options[i].Label)
			o.raw(`</option>`)
		}
	})
}

// Box is one tick of a table. Row and column say to those who see them what it
// is for; Label says it to those who do not.
type Box struct {
	Name, Value, ID, Label string
	On                     bool
}

// Tick draws it.
func Tick(b Box) templ.Component {
	return written(func(o *out) {
		o.raw(`<div class="govuk-checkboxes"><div class="govuk-checkboxes__item"><input class="govuk-checkboxes__input" type="checkbox"`)
		o.attr("id", b.ID)
		o.attr("name", b.Name)
		o.attr("value", b.Value)
		if b.On {
			o.raw(` checked`)
		}
		o.raw(`><label class="govuk-label govuk-checkboxes__label"`)
		o.attr("for", b.ID)
		o.raw(`><span class="govuk-visually-hidden">`)
		o.text(b.Label)
		o.raw(`</span></label></div></div>`)
	})
}

// Hidden carries a value along.
func Hidden(name, value string) templ.Component {
	return written(func(o *out) {
		o.raw(`<input type="hidden"`)
		o.attr("name", name)
		o.attr("value", value)
		o.raw(`>`)
	})
}

// Button sends the form it stands in.
func Button(p Press) templ.Component {
	return written(func(o *out) {
		o.raw(`<button class="r-button`)
		if p.Look != "" {
			o.raw(" " + string(p.Look))
		}
		if p.Small {
			o.raw(` r-button--small`)
		}
		o.raw(`"`)
		if p.Name != "" {
			o.attr("name", p.Name)
			o.attr("value", p.Value)
		}
		if len(p.Attrs) > 0 && o.err == nil {
			o.err = templ.RenderAttributes(o.ctx, o.w, p.Attrs)
		}
		o.raw(`>`)
		o.text(p.Text)
		o.raw(`</button>`)
	})
}
