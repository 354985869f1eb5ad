package web

import (
	"context"
	"io"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/content"
	"rufaa/internal/web/ui"
)

// askScreening shows one form: the general one unless another was chosen. Above
// it stand all forms, the modules whose signs have shown first.
func askScreening(f fields, c *casefile.Frame) []templ.Component {
	q, l := f.chosenForm(c), f.rq.lang.Code()
	out := []templ.Component{f.forms(c, q), with(ui.Section("form", q.Title.In(l))), para(q.Intro.In(l)), ui.Hidden("questionnaire", q.ID), f.talk()}
	out = append(out, f.signs(q, "")...)
	return append(out, f.area("note"))
}

// signs asks every sign of a form, group by group. Within tells the groups of
// two forms on one page apart.
func (f fields) signs(q *content.Questionnaire, within string) []templ.Component {
	var out []templ.Component
	l := f.rq.lang.Code()
	for _, g := range q.Groups {
		var asked []templ.Component
		for _, in := range g.Indicators {
			b := ui.Field{Name: within + "a." + in.ID, Label: in.Text.In(l), Hint: in.Ask.In(l), Inline: true, Value: f.v.Get("a." + in.ID)}
			for _, a := range []string{"yes", "no", "unknown", "not_asked"} {
				b.Options = append(b.Options, ui.Option{Value: a, Label: f.rq.t("web.answer." + a)})
			}
			asked = append(asked, ui.Radios(b))
		}
		out = append(out, with(ui.Section(within+g.ID, g.Title.In(l)), asked...))
	}
	return out
}

// chosenForm is the form that was asked for or sent, as this person is asked
// it; anything else is the general form.
func (f fields) chosenForm(c *casefile.Frame) *content.Questionnaire {
	id := f.v.Get("questionnaire")
	if id == "" {
		id = f.rq.URL.Query().Get("form")
	}
	audience := c.State.Subject().Audience()
	if q, ok := f.rq.of.Content.Questionnaire(id); ok {
		if v, ok := q.For(audience); ok {
			return v
		}
	}
	return f.rq.of.Content.QuestionnaireFor(audience)
}

// forms lists the forms for this person: the general one, the modules that an
// earlier answer leads to with that sign, and behind a fold the others.
func (f fields) forms(c *casefile.Frame, chosen *content.Questionnaire) templ.Component {
	audience, l := c.State.Subject().Audience(), f.rq.lang.Code()
	general := f.rq.of.Content.QuestionnaireFor(audience)
	var signs map[string]string
	if c.May[casefile.PartScreening] {
		signs = c.State.Signs()
	}
	link := func(q *content.Questionnaire, why string) templ.Component {
		if q.ID == chosen.ID {
			return plain(q.Title.In(l) + why + " · " + f.rq.t("rulebook.screening.this"))
		}
		return linkThen(q.Title.In(l), f.rq.o.Base+"/cases/"+c.Row.ID+"/do/screening?form="+q.ID, why)
	}
	offered, others := []templ.Component{link(general, "")}, []templ.Component{}
	for _, q := range f.rq.of.Content.Modules(audience) {
		why := q.Leads(signs)
		if len(why) == 0 {
			others = append(others, link(q, ""))
			continue
		}
		sign, _ := general.Indicator(why[0])
		reason := ""
		if sign != nil {
			reason = f.rq.t("rulebook.screening.because", "sign", sign.Text.In(l))
		}
		offered = append(offered, link(q, " · "+reason))
	}
	return with(ui.Section("forms", f.rq.t("rulebook.screening.forms")), para(f.rq.t("rulebook.screening.text")), list(offered...),
		with(ui.Details(f.rq.t("rulebook.screening.others"), chosen.Kind != "" && len(chosen.Leads(signs)) == 0), list(others...)))
}

func readScreening(v url.Values) casefile.Command {
	s := &casefile.Screen{Questionnaire: v.Get("questionnaire"), Answers: map[string]string{}, Note: v.Get("note")}
	s.Spoken = talkOf(v)
	for name := range v {
		if id, ok := strings.CutPrefix(name, "a."); ok && v.Get(name) != "" {
			s.Answers[id] = v.Get(name)
		}
	}
	return s
}

// answered lists the signs of one screening that were answered yes, by the
// wording of the version it was made with.
func (rq *request) answered(s *casefile.Screened, q *content.Questionnaire) templ.Component {
	var items []templ.Component
	for _, g := range q.Groups {
		for i := range g.Indicators {
			if in := &g.Indicators[i]; s.Answers[in.ID] == "yes" {
				items = append(items, plain(in.Text.In(rq.lang.Code())))
			}
		}
	}
	if len(items) == 0 {
		return plain("")
	}
	return with(ui.Details(rq.t("rulebook.screening.signs"), false), list(items...))
}

// linkThen is a link with words after it.
func linkThen(text, href, after string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, `<a href="`+templ.EscapeString(href)+`">`+templ.EscapeString(text)+`</a>`+templ.EscapeString(after))
		return err
	})
}
