package web

import (
	"slices"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/content"
	"rufaa/internal/evidencefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/office"
	"rufaa/internal/scene"
	"rufaa/internal/web/ui"
)

// madeOptions are the scene's own things of a kind that a step can have led to,
// the newest first, as far as the reader may know of them.
func (rq *request) madeOptions(v *scene.View, things *office.Things, kind string) []ui.Option {
	var out []ui.Option
	add := func(id, label string) {
		out = append(out, ui.Option{Value: scene.Made{Kind: kind, ID: id}.String(), Label: label})
	}
	switch kind {
	case scene.MadeExhibit:
		for i := len(things.Exhibits) - 1; i >= 0; i-- {
			x := things.Exhibits[i]
			add(x.ID, x.Number+", "+rq.label("exhibit-kinds", x.Plain.Kind))
		}
	case scene.MadeFile:
		for _, o := range rq.fileOptions(things.Files) {
			add(o.Value, o.Label)
		}
	case scene.MadePerson:
		for i := range v.Persons {
			add(v.Persons[i].ID, v.Persons[i].Label+", "+rq.label("scene-standings", v.Persons[i].Standing))
		}
	case scene.MadeLog:
		for i := len(v.Log) - 1; i >= 0; i-- {
			add(v.Log[i].ID, rq.logName(v, &v.Log[i]))
		}
	case scene.MadeMark:
		grounds := v.Grounds()
		for i := range v.Marks {
			if m := &v.Marks[i]; m.Gone == nil {
				add(m.ID, rq.markPlace(m, grounds))
			}
		}
	case scene.MadeConditions:
		for i := len(v.Observations) - 1; i >= 0; i-- {
			add(v.Observations[i].ID, rq.lang.DateTime(v.Observations[i].By.At))
		}
	}
	return out
}

// logName is a line of the scene log: who, and when in.
func (rq *request) logName(v *scene.View, e *scene.Entry) string {
	who := rq.t("scene.log.visitor")
	if p := v.Person(e.Person); p != nil {
		who = p.Label
	} else if e.Staff != "" {
		who = rq.namesOf(e.Staff)[e.Staff]
	}
	return who + ", " + rq.lang.DateTime(e.Time)
}

// madeFields ask what a step led to: what the guide says it leads to at once,
// everything else of the scene on request.
func (f fields) madeFields(v *scene.View, things *office.Things, main string) []templ.Component {
	rq := f.rq
	ask := func(kind string) templ.Component {
		b := f.base("made")
		b.Label, b.Value, b.Options = rq.t("scene.made."+kind), "", rq.madeOptions(v, things, kind)
		if kind != main {
			b.Hint, b.Error = "", ""
		}
		if len(b.Options) == 0 {
			return nil
		}
		if b.Error == "" {
			b.ID = "made-" + kind
		}
		return ui.Checkboxes(b)
	}
	var out, more []templ.Component
	for _, kind := range scene.MadeKinds {
		c := ask(kind)
		switch {
		case c != nil && kind == main:
			out = append(out, c)
		case c != nil:
			more = append(more, c)
		case kind == main:
			out = append(out, para(rq.t("scene.made.none."+kind)))
		}
	}
	if len(more) > 0 {
		out = append(out, with(ui.Details(rq.t("scene.made.more"), len(f.v["made"]) > 0), more...))
	}
	return out
}

// madeLink leads to something that a step led to. Of what the reader may not
// know of nothing but that is said.
func (rq *request) madeLink(v *scene.View, m scene.Made) (templ.Component, error) {
	knows, err := rq.of.KnowsAt(rq.Context(), rq.who, v.ID, m)
	if err != nil {
		return nil, err
	}
	name, href := rq.madeName(v, m)
	if !knows || name == "" {
		return plain(rq.t("scene.made.hidden")), nil
	}
	return anchor(name, rq.o.Base+href), nil
}

// madeName is what such a thing is called and where it is shown.
func (rq *request) madeName(v *scene.View, m scene.Made) (name, href string) {
	at := "/scenes/" + v.ID
	switch m.Kind {
	case scene.MadeExhibit:
		if x, err := rq.of.Exhibits.View(rq.Context(), rq.who, m.ID); err == nil {
			return x.Number + ", " + rq.label("exhibit-kinds", x.Plain.Kind), "/exhibits/" + m.ID
		}
	case scene.MadeFile:
		if x, err := rq.of.Files.View(rq.Context(), rq.who, m.ID); err == nil {
			return rq.kindOf(x.Kind) + ", " + rq.lang.DateTime(x.By.At), "/files/" + m.ID
		}
	case scene.MadePerson:
		if p := v.Person(m.ID); p != nil {
			return p.Label + ", " + rq.label("scene-standings", p.Standing), at + "/persons"
		}
	case scene.MadeLog:
		for i := range v.Log {
			if v.Log[i].ID == m.ID {
				return rq.logName(v, &v.Log[i]), at + "/log"
			}
		}
	case scene.MadeMark:
		if x := v.Mark(m.ID); x != nil {
			on := ""
			if x.On != nil {
				on = x.On.File
			}
			return rq.markPlace(x, v.Grounds()), sketchPath(v.ID, on)
		}
	case scene.MadeConditions:
		for i := range v.Observations {
			if o := &v.Observations[i]; o.ID == m.ID {
				return rq.t("scene.conditions.title") + ", " + rq.lang.DateTime(o.By.At), at + "#conditions"
			}
		}
	}
	return "", ""
}

// origins name the steps that led to something of the scene, for a page of the
// scene itself; "" is none.
func (rq *request) origins(v *scene.View, kind, id string) string {
	var words []string
	for _, o := range v.OriginsOf(kind, id) {
		words = append(words, rq.t("scene.made.from", "step", rq.stepName(o)))
	}
	return strings.Join(words, " ")
}

func (rq *request) stepName(o scene.Origin) string {
	if g := rq.of.Content.Guide(o.Guide); g != nil {
		if s := g.Step(o.Step); s != nil {
			return s.Title.In(rq.lang.Code())
		}
	}
	return o.Step
}

// originFacts lead from an exhibit or a file to the steps that led to it, for
// who may see its scene.
func (rq *request) originFacts(at, kind, id string) []ui.Fact {
	if at == "" {
		return nil
	}
	v, err := rq.of.Scenes.View(rq.Context(), rq.who, at)
	if err != nil {
		return nil
	}
	var out []ui.Fact
	for _, o := range v.OriginsOf(kind, id) {
		f := ui.Fact{Key: rq.t("scene.made.origin"), Value: rq.stepName(o) + ", " + rq.lang.DateTime(o.By.At)}
		if g := rq.of.Content.Guide(o.Guide); g != nil && g.Step(o.Step) != nil {
			f.Actions = []ui.Action{{Text: rq.t("common.button.open"), Href: stepPath(v, g, g.Step(o.Step)), Hidden: f.Value}}
		}
		out = append(out, f)
	}
	return out
}

// ledTo is what a step that is done led to: links, a number, or why nothing.
func (rq *request) ledTo(v *scene.View, x *scene.Settled, s *content.Step) ([]ui.Fact, error) {
	if x == nil || x.Skipped {
		return nil, nil
	}
	var links []templ.Component
	for _, m := range x.Led() {
		link, err := rq.madeLink(v, m)
		if err != nil {
			return nil, err
		}
		links = append(links, link)
	}
	if x.Record != "" {
		links = append(links, plain(x.Record))
	}
	for i := range x.Linked {
		if x.Linked[i].Record != "" {
			links = append(links, plain(x.Linked[i].Record))
		}
	}
	switch key := rq.t("scene.made.led"); {
	case len(links) > 0:
		return append([]ui.Fact{{Key: key, Body: bullets(links...)}}, rq.addedFacts(x)...), nil
	case x.Nothing != "":
		return []ui.Fact{{Key: key, Value: rq.t("scene.made.nothing") + ": " + rq.label("step-nothing-reasons", x.Nothing)}}, nil
	case scene.LeadsTo(s.Produces) != "": // done before steps were asked for it
		return []ui.Fact{{Key: key, Value: rq.t("scene.made.nothing")}}, nil
	}
	return nil, nil
}

// addedFacts say when something was added to what a step led to, and by whom.
func (rq *request) addedFacts(x *scene.Settled) []ui.Fact {
	var out []ui.Fact
	for i := range x.Linked {
		by := x.Linked[i].By
		out = append(out, ui.Fact{Key: rq.t("scene.link.added"), Value: rq.t("scene.step.by", "who", rq.namesOf(by.Staff)[by.Staff], "when", rq.lang.DateTime(by.At))})
	}
	return out
}

// linkForm adds to a step that is done what it led to. What stands there already
// is not offered again.
func (f fields) linkForm(v *scene.View, things *office.Things, x *scene.Settled, at, main string, open bool) templ.Component {
	led := x.Led()
	left := *v
	state := *v.State
	left.State = &state
	gone := func(kind, id string) bool { return slices.Contains(led, scene.Made{Kind: kind, ID: id}) }
	state.Persons = slices.DeleteFunc(slices.Clone(v.Persons), func(p scene.Person) bool { return gone(scene.MadePerson, p.ID) })
	state.Log = slices.DeleteFunc(slices.Clone(v.Log), func(l scene.Entry) bool { return gone(scene.MadeLog, l.ID) })
	state.Observations = slices.DeleteFunc(slices.Clone(v.Observations), func(o scene.Observation) bool { return gone(scene.MadeConditions, o.ID) })
	rest := &office.Things{Exhibits: slices.DeleteFunc(slices.Clone(things.Exhibits), func(x *exhibit.View) bool { return gone(scene.MadeExhibit, x.ID) }),
		Files: slices.DeleteFunc(slices.Clone(things.Files), func(x evidencefile.View) bool { return gone(scene.MadeFile, x.ID) })}
	record := f.base("record")
	record.Width = 20
	if record.Error == "" {
		record.ID = "link-record"
	}
	ask := append(f.madeFields(&left, rest, main), ui.TextInput(record))
	return with(ui.Details(f.rq.t("scene.link.title"), open), para(f.rq.t("scene.link.text")), f.rq.timed(at+"/link", f.rq.t("scene.link.button"), "", ask...))
}
