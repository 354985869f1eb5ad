package web

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"rufaa/internal/content"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/scene"
	"rufaa/internal/web/ui"
)

// sceneSteps shows every guide that is followed, step by step, with how it
// stands: at a glance, on a phone, at night.
func sceneSteps(rq *request) error {
	v, err := rq.of.Scenes.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	title := rq.t("scene.steps.title")
	p := rq.page(title)
	p.Back = &ui.Link{Text: v.Ref, Href: "/scenes/" + v.ID}
	body := append([]templ.Component{ui.Heading(v.Ref, title)}, rq.clockNotice(v)...)
	if v.CSE {
		body = append(body, ui.WarningText(rq.t("scene.cse.warning")))
	}
	if len(v.Runs) == 0 {
		body = append(body, para(rq.t("scene.steps.none")))
	}
	for i := range v.Runs {
		r := &v.Runs[i]
		g := rq.of.Content.Guide(r.Guide)
		if g == nil {
			body = append(body, para(r.Guide))
			continue
		}
		body = append(body, with(ui.Section("guide-"+g.ID, g.Title.In(rq.lang.Code())), rq.progress(r, g), ui.TaskList(rq.guideSteps(v, r, g))))
	}
	if v.Can(policy.SceneStep) && v.Released == nil {
		body = append(body, rq.sceneLink(v, "guide"))
	}
	return rq.render(http.StatusOK, p, body...)
}

// progress says how many steps are settled, in words and as a bar.
func (rq *request) progress(r *scene.Run, g *content.Guide) templ.Component {
	total, done := len(g.Steps), len(g.Steps)-r.Open(g)
	words := rq.t("scene.progress", "done", count(done), "all", count(total))
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, `<p><strong>`+templ.EscapeString(words)+`</strong></p><progress class="r-progress" max="`+count(total)+`" value="`+count(done)+`" aria-label="`+templ.EscapeString(words)+`"></progress>`)
		return err
	})
}

func (rq *request) guideSteps(v *scene.View, r *scene.Run, g *content.Guide) []ui.Step {
	out := make([]ui.Step, len(g.Steps))
	for i := range g.Steps {
		s := &g.Steps[i]
		out[i] = ui.Step{Name: strconv.Itoa(i+1) + ". " + s.Title.In(rq.lang.Code()), Hint: rq.label("scene-roles", s.Role),
			Href: stepPath(v, g, s), Status: rq.stepTag(r, s)}
	}
	return out
}

func stepPath(v *scene.View, g *content.Guide, s *content.Step) string {
	return "/scenes/" + v.ID + "/steps/" + g.ID + "/" + s.ID
}

func (rq *request) stepTag(r *scene.Run, s *content.Step) ui.Tag {
	switch x := r.Step(s.ID); {
	case x == nil && s.Stop:
		return ui.Tag{Text: rq.t("scene.step.must"), Tone: ui.Red}
	case x == nil:
		return ui.Tag{Text: rq.t("scene.step.open"), Tone: ui.Amber}
	case x.Skipped:
		return ui.Tag{Text: rq.t("scene.step.skipped")}
	}
	return ui.Tag{Text: rq.t("scene.step.done"), Tone: ui.Green}
}

// stepAt finds the step of the address in a guide that is followed.
func (rq *request) stepAt(v *scene.View) (*scene.Run, *content.Guide, int) {
	r, g := v.Run(rq.PathValue("guide")), rq.of.Content.Guide(rq.PathValue("guide"))
	if r == nil || g == nil {
		return nil, nil, 0
	}
	for i := range g.Steps {
		if g.Steps[i].ID == rq.PathValue("step") {
			return r, g, i
		}
	}
	return nil, nil, 0
}

// stepPage is one step: why, who, what it leads to, and the answers.
func (rq *request) stepPage(status int, errs []ui.FieldError, above []templ.Component) error {
	v, err := rq.of.Scenes.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	r, g, i := rq.stepAt(v)
	if g == nil {
		return problem.ErrNotFound
	}
	s, lang := &g.Steps[i], rq.lang.Code()
	p := rq.page(s.Title.In(lang))
	p.Errors = errs
	p.Back = &ui.Link{Text: rq.t("scene.steps.title"), Href: "/scenes/" + v.ID + "/steps"}
	body := append([]templ.Component{ui.Heading(rq.t("scene.step.of", "n", count(i+1), "all", count(len(g.Steps)), "guide", g.Title.In(lang)), s.Title.In(lang), rq.stepTag(r, s))}, above...)
	body = append(body, rq.clockNotice(v)...)
	if s.Stop {
		body = append(body, ui.WarningText(rq.t("scene.cse.warning")))
	}
	body = append(body, para(s.Why.In(lang)))
	var do []templ.Component
	for _, d := range s.Do {
		do = append(do, plain(d.In(lang)))
	}
	if len(do) > 0 {
		body = append(body, bullets(do...))
	}
	led, err := rq.ledTo(v, r.Step(s.ID), s)
	if err != nil {
		return err
	}
	body = append(body, ui.SummaryList(append(rq.stepFacts(v, r, s), led...)))
	if x := r.Step(s.ID); v.Can(policy.SceneStep) && (v.Released == nil || x != nil && !x.Skipped) {
		forms, err := rq.stepForms(v, r, g, s, errs)
		if err != nil {
			return err
		}
		body = append(body, forms...)
	}
	return rq.render(status, p, append(body, rq.stepNext(v, g, i))...)
}

func bullets(items ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		io.WriteString(w, `<ul class="govuk-list govuk-list--bullet">`)
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

// records are the rooms where what a step produces is written.
var records = map[string]string{"conditions": "/do/observe", "person": "/persons", "log": "/log", "sketch": "/sketch", "release": "/do/release", "exhibit": "/exhibits"}

func (rq *request) stepFacts(v *scene.View, r *scene.Run, s *content.Step) []ui.Fact {
	source := s.Source
	if !s.Confirmed() {
		source += " (" + rq.t("scene.step.unconfirmed") + ")"
	}
	made := ui.Fact{Key: rq.t("scene.step.produces"), Value: rq.label("step-records", s.Produces)}
	path := records[s.Produces]
	shut := path == "/do/release" && !v.Can(policy.SceneRelease) || path == "/do/observe" && !v.Can(policy.SceneNote)
	if path == "/exhibits" {
		_, err := rq.of.Exhibits.AdmittedScene(rq.Context(), rq.who, v.ID, policy.ExhibitList)
		shut = err != nil
	}
	if path != "" && !shut { // no link to a form that would only say no
		made.Actions = []ui.Action{{Text: rq.t("common.button.open"), Href: "/scenes/" + v.ID + path, Hidden: made.Value}}
	}
	facts := []ui.Fact{{Key: rq.t("scene.step.who"), Value: rq.label("scene-roles", s.Role)}, made, {Key: rq.t("scene.step.source"), Value: source}}
	if x := r.Step(s.ID); x != nil {
		names := rq.namesOf(x.By.Staff)
		words := rq.t("scene.step.by", "who", names[x.By.Staff], "when", rq.lang.DateTime(x.By.At))
		if x.Skipped {
			words += " · " + rq.label("step-skip-reasons", x.Reason)
		}
		if off := rq.off(x.Moment); off != "" {
			words += " · " + off
		}
		facts = append(facts, ui.Fact{Key: rq.t("scene.step.settled"), Value: words})
	}
	return facts
}

func (rq *request) stepForms(v *scene.View, r *scene.Run, g *content.Guide, s *content.Step, errs []ui.FieldError) ([]templ.Component, error) {
	at, sent := stepPath(v, g, s), rq.PathValue("what")
	form := func(what string) fields {
		f := fields{rq: rq, scope: "scene." + what}
		if sent == what {
			f.v, f.errors = rq.PostForm, errs
		}
		return f
	}
	// Several forms of the page ask alike; ids must differ.
	own := func(b ui.Field, id string) ui.Field {
		if b.Error == "" {
			b.ID = id
		}
		return b
	}
	var out []templ.Component
	for i := range s.Prompts {
		if v.Released == nil {
			out = append(out, rq.promptForm(at, r, s, &s.Prompts[i], errs))
		}
	}
	things, err := rq.of.ThingsOf(rq.Context(), rq.who, v.State)
	if err != nil {
		return nil, err
	}
	main := scene.LeadsTo(s.Produces)
	if x := r.Step(s.ID); x != nil && !x.Skipped {
		return append(out, form("link").linkForm(v, things, x, at, main, sent == "link")), nil
	}
	f := form("done")
	record, nothing, note := own(f.base("record"), "done-record"), own(f.base("nothing"), "done-nothing"), own(f.base("note"), "done-note")
	record.Width, note.Rows, nothing.Options = 20, 2, rq.options("step-nothing-reasons", true)
	ask := append(f.madeFields(v, things, main), ui.TextInput(record))
	if main != "" {
		ask = append(ask, ui.Select(nothing))
	}
	out = append(out, with(ui.Section("done", rq.t("scene.done.title")), rq.timed(at+"/done", rq.t("scene.done.button"), "", append(ask, ui.Textarea(note))...)))
	if r.Step(s.ID) == nil && !s.Stop {
		f := form("skip")
		reason, note := own(f.base("reason"), "skip-reason"), own(f.base("note"), "skip-note")
		reason.Options, note.Rows = rq.options("step-skip-reasons", true), 2
		out = append(out, with(ui.Details(rq.t("scene.skip.title"), sent == "skip"), rq.timed(at+"/skip", rq.t("scene.skip.button"), "", ui.Select(reason), ui.Textarea(note))))
	}
	return out, nil
}

// promptForm asks for one thing that past cases hinged on.
func (rq *request) promptForm(at string, r *scene.Run, s *content.Step, p *content.Prompt, errs []ui.FieldError) templ.Component {
	f := fields{rq: rq, scope: "scene.answer"}
	if rq.PathValue("what") == "answer" && rq.PostForm.Get("prompt") == p.ID {
		f.v, f.errors = rq.PostForm, errs
	}
	lang := rq.lang.Code()
	answer, reason := f.base("answer"), f.base("reason")
	if answer.Error == "" {
		answer.ID = "answer-" + p.ID
	}
	if reason.Error == "" {
		reason.ID = "reason-" + p.ID
	}
	answer.Label, answer.Values = p.Text.In(lang), nil
	answer.Hint = p.Source
	if !p.Confirmed() {
		answer.Hint += " (" + rq.t("scene.step.unconfirmed") + ")"
	}
	if a := r.Answer(s.ID, p.ID); a != nil && answer.Value == "" {
		answer.Value, reason.Value = a.Answer, a.Reason
	}
	reason.Options = rq.options("step-skip-reasons", true)
	answer.Options = []ui.Option{{Value: scene.Found, Label: rq.t("scene.answer.found")}, {Value: scene.NotFound, Label: rq.t("scene.answer.not-found")},
		{Value: scene.NotLooked, Label: rq.t("scene.answer.not-looked"), Reveal: ui.Select(reason)}}
	note := f.base("note")
	note.ID, note.Width = "note-"+p.ID, 30
	return rq.timed(at+"/answer", rq.t("scene.answer.button"), "", ui.Hidden("prompt", p.ID), ui.Radios(answer), ui.TextInput(note))
}

// stepNext leads to the step before and the step after.
func (rq *request) stepNext(v *scene.View, g *content.Guide, i int) templ.Component {
	var links []templ.Component
	if i > 0 {
		links = append(links, ui.ButtonLink(ui.Link{Text: rq.t("scene.step.back"), Href: stepPath(v, g, &g.Steps[i-1])}, ui.Secondary))
	}
	if i+1 < len(g.Steps) {
		links = append(links, ui.ButtonLink(ui.Link{Text: rq.t("scene.step.next"), Href: stepPath(v, g, &g.Steps[i+1])}, ui.Secondary))
	} else {
		links = append(links, ui.ButtonLink(ui.Link{Text: rq.t("scene.steps.title"), Href: "/scenes/" + v.ID + "/steps"}, ui.Secondary))
	}
	return with(ui.Buttons(), links...)
}

// settleStep is one form of a step: done, skip or answer.
func settleStep(rq *request) error {
	id := rq.PathValue("id")
	of := scene.OfGuide{Guide: rq.PathValue("guide"), Step: rq.PathValue("step")}
	var cmd scene.Command
	next := false
	switch rq.PathValue("what") {
	case "done":
		c := into[scene.DoStep](rq.PostForm)
		c.OfGuide, cmd, next = of, c, true
	case "link":
		c := into[scene.LinkStep](rq.PostForm)
		c.OfGuide, cmd = of, c
	case "skip":
		c := into[scene.SkipStep](rq.PostForm)
		c.OfGuide, cmd, next = of, c, true
	case "answer":
		c := into[scene.AnswerPrompt](rq.PostForm)
		c.OfGuide, cmd = of, c
	default:
		return problem.ErrNotFound
	}
	if _, err := rq.of.Scenes.Do(rq.Context(), rq.who, id, rq.order(), cmd); err != nil {
		if status, above, ok := rq.notices(err); ok {
			return rq.stepPage(status, rq.fieldErrors(err), above)
		}
		return err
	}
	to := "/scenes/" + id + "/steps"
	if g := rq.of.Content.Guide(of.Guide); g != nil {
		for i := range g.Steps {
			switch {
			case g.Steps[i].ID == of.Step && !next:
				to += "/" + of.Guide + "/" + of.Step
			case g.Steps[i].ID == of.Step && i+1 < len(g.Steps):
				to += "/" + of.Guide + "/" + g.Steps[i+1].ID
			}
		}
	}
	rq.redirect(to)
	return nil
}
