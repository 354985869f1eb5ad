package web

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/content"
	"rufaa/internal/web/ui"
)

// askExtra asks the own agency's fields. What is sealed is not shown: left
// empty, it stays as it is.
func askExtra(f fields, c *casefile.Frame) []templ.Component {
	out := []templ.Component{para(f.rq.t("rulebook.extra.text"))}
	for _, x := range f.rq.of.Content.ExtraFields(f.rq.who.Agency) {
		if !x.Retired {
			out = append(out, f.extraField(&x, c))
		}
	}
	return out
}

func (f fields) extraField(x *content.ExtraField, c *casefile.Frame) templ.Component {
	name := "values." + x.ID
	b := ui.Field{Name: name, Label: x.Label.In(f.rq.lang.Code()), Value: f.v.Get(name)}
	for _, e := range f.errors {
		if e.Field == name {
			b.Error = e.Message
		}
	}
	if x.Compartment != "" {
		b.Hint = f.rq.t("rulebook.extra.sealed", "compartment", f.rq.label("compartments", x.Compartment))
	} else if !f.v.Has(name) {
		for i := range c.State.Extras {
			if c.State.Extras[i].Field == x.ID {
				b.Value = c.State.Extras[i].Value
			}
		}
	}
	switch x.Kind {
	case "choice":
		b.Options = []ui.Option{{Value: "", Label: f.rq.t("web.choose")}}
		for _, o := range x.Options {
			if !o.Retired || o.ID == b.Value {
				b.Options = append(b.Options, ui.Option{Value: o.ID, Label: o.In(f.rq.lang.Code())})
			}
		}
		return templ.Join(ui.Select(b), sealedMark(x))
	case "date":
		b.Name = "date." + x.ID
		if typed := ui.DateFrom(f.v, b.Name); typed != "" {
			b.Value = typed
		}
		return templ.Join(ui.DateInput(b), sealedMark(x))
	case "number":
		b.InputMode, b.Width = "decimal", 10
		return templ.Join(ui.TextInput(b), sealedMark(x))
	}
	return templ.Join(ui.Textarea(b), sealedMark(x))
}

// sealedMark tells the reading of the form that empty means unchanged.
func sealedMark(x *content.ExtraField) templ.Component {
	if x.Compartment == "" {
		return templ.NopComponent
	}
	return ui.Hidden("sealed."+x.ID, "1")
}

func readExtra(v url.Values) casefile.Command {
	x := &casefile.RecordExtra{Values: map[string]string{}}
	set := func(id, value string) {
		if value != "" || !v.Has("sealed."+id) {
			x.Values[id] = value
		}
	}
	for name := range v {
		if id, ok := strings.CutPrefix(name, "values."); ok {
			set(id, strings.ReplaceAll(v.Get(name), "\r\n", "\n"))
		}
		if id, ok := strings.CutPrefix(name, "date."); ok && strings.HasSuffix(id, "-year") {
			id = strings.TrimSuffix(id, "-year")
			set(id, ui.DateFrom(v, "date."+id))
		}
	}
	return x
}

// extras shows the own agency's fields that are not sealed, and which are.
func (rq *request) extras(c *casefile.Frame) templ.Component {
	var facts []ui.Fact
	for i := range c.State.Extras {
		x := &c.State.Extras[i]
		f, _ := rq.of.Content.ExtraField(x.Agency, x.Field)
		value := x.Value
		if o, ok := f.Option(value); ok {
			value = o.In(rq.lang.Code())
		}
		if x.Compartment != "" {
			value = rq.t("rulebook.extra.in", "compartment", rq.label("compartments", x.Compartment))
		}
		facts = append(facts, ui.Fact{Key: f.Label.In(rq.lang.Code()), Value: value})
	}
	if len(facts) == 0 {
		return templ.NopComponent
	}
	return with(ui.Section("extra", rq.t("web.do.extra")), small(rq.t("rulebook.extra.text")), ui.SummaryList(facts))
}

// itemName is what stands before a text that was opened.
func (rq *request) itemName(it *casefile.Item) string {
	if it.Extra == "" {
		return rq.t("web.item." + it.Label)
	}
	f, _ := rq.of.Content.ExtraField(rq.who.Agency, it.Extra)
	return f.Label.In(rq.lang.Code())
}
