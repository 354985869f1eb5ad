package web

import (
	"errors"
	"net/http"
	"strings"

	"rufaa/internal/paper"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/scene"
	"rufaa/internal/web/ui"
)

// askReport says what the report holds before anything is opened for it.
func askReport(rq *request) error {
	v, err := rq.of.Scenes.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	if !v.Can(policy.SceneRead) {
		return &problem.Denied{Action: string(policy.SceneRead), Rule: "access.duty"}
	}
	title := rq.t("scene.report.title")
	p := rq.page(title)
	p.Back = &ui.Link{Text: v.Ref, Href: "/scenes/" + v.ID}
	return rq.render(http.StatusOK, p, ui.Heading(v.Ref, title), para(rq.t("scene.report.text")),
		with(ui.Form(ui.Sending{Action: "/scenes/" + v.ID + "/report"}), ui.Button(ui.Press{Text: rq.t("scene.report.button")})))
}

// sceneReport prints what the record says of the scene. Opening the sealed
// texts for it is recorded first.
func sceneReport(rq *request) error {
	texts, err := rq.of.Scenes.Read(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	v, err := rq.of.Scenes.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	now := rq.of.Now()
	r := &report{rq: rq, v: v, p: paper.Begin(paper.A4, rq.t("scene.report.title"), rq.lang.Code(), rq.banner(), rq.t("scene.report.printed", "when", rq.lang.DateTime(now)), now), text: map[string]string{}}
	for _, t := range texts {
		r.text[t.Label+"/"+t.Record] = rq.openedText(t.Text, t.Erased)
	}
	r.names = rq.namesOf(r.staff()...)
	r.head()
	r.roles()
	r.persons()
	r.log()
	if err := errors.Join(r.sketches(), r.steps()); err != nil {
		return err
	}
	r.overrides()
	r.end()
	raw, err := r.p.Bytes()
	if err != nil {
		return err
	}
	rq.file("application/pdf", "scene.pdf", raw)
	return nil
}

// report writes a scene onto paper, section by section.
type report struct {
	rq    *request
	v     *scene.View
	p     *paper.Paper
	text  map[string]string // opened texts by label/record
	names map[string]string
}

func (r *report) staff() []string {
	var out []string
	for i := range r.v.Roles {
		out = append(out, r.v.Roles[i].Staff)
	}
	for i := range r.v.Log {
		out = append(out, r.v.Log[i].Staff, r.v.Log[i].Escort)
	}
	for i := range r.v.Persons {
		for _, u := range r.v.Persons[i].Uses {
			if u.Kind == scene.ByHandler {
				out = append(out, u.Key)
			}
		}
	}
	for i := range r.v.Runs {
		for n := range r.v.Runs[i].Settled {
			out = append(out, r.v.Runs[i].Settled[n].By.Staff)
		}
	}
	for i := range r.v.Overrides {
		out = append(out, r.v.Overrides[i].By.Staff, r.v.Overrides[i].Told)
	}
	clean := out[:0]
	for _, id := range out {
		if id != "" {
			clean = append(clean, id)
		}
	}
	return clean
}

func (r *report) section(key string) {
	r.p.Space(0.6)
	r.p.Together(4)
	r.p.Heading(2, r.rq.t(key))
}

func (r *report) line(parts ...string) {
	var words []string
	for _, s := range parts {
		if s != "" {
			words = append(words, s)
		}
	}
	r.p.Text(strings.Join(words, " · "))
}

func (r *report) head() {
	v, rq := r.v, r.rq
	r.p.Small(rq.of.AgencyName(v.Of().Agency))
	r.p.Heading(1, rq.t("scene.report.title")+" "+v.Ref)
	r.line(rq.label("scene-classes", v.Class), rq.lang.DateTime(v.Opened.At))
	if v.CSE {
		r.p.Strong(rq.t("scene.cse.warning"))
	}
	r.line(rq.t("scene.item.address")+": "+r.text["address/"+v.Place.ID], r.text["point/"+v.Place.ID])
	for i := range v.Observations {
		o := &v.Observations[i]
		words := []string{rq.lang.DateTime(o.By.At)}
		for _, id := range o.Weather {
			words = append(words, rq.label("scene-weather", id))
		}
		for _, id := range o.Hazards {
			words = append(words, rq.label("scene-hazards", id))
		}
		r.line(append(words, r.text["observation/"+o.ID])...)
	}
}

func (r *report) roles() {
	r.section("scene.roles.title")
	for i := range r.v.Roles {
		x := &r.v.Roles[i]
		until := ""
		if x.Until != nil {
			until = "– " + r.rq.lang.DateTime(x.Until.At)
		}
		r.line(r.rq.label("scene-roles", x.Role), r.names[x.Staff], r.rq.of.AgencyName(x.Agency), r.rq.lang.DateTime(x.Since.At), until)
	}
}

func (r *report) persons() {
	r.section("scene.persons.title")
	for i := range r.v.Persons {
		p := &r.v.Persons[i]
		r.p.Strong(p.Label + " · " + r.rq.label("scene-standings", p.Standing))
		r.line(r.rq.lang.DateTime(p.By.At), r.text["person/"+p.ID])
		for _, x := range p.Restated {
			r.line(r.rq.lang.DateTime(x.By.At), r.rq.label("scene-standings", x.Standing), r.text["restated/"+x.ID])
		}
		for _, u := range p.Uses {
			what := r.names[u.Key]
			if x := r.v.Unit(u.Unit); x != nil {
				what = x.Name
			}
			until := ""
			if u.Until != nil {
				until = "– " + r.rq.lang.DateTime(u.Until.At)
			}
			r.line(r.rq.t("web.f."+u.Kind)+": "+what, r.rq.lang.DateTime(u.Since.At), until)
		}
		if p.Left != nil {
			r.line(r.rq.t("scene.person.left"), r.rq.lang.DateTime(p.Left.By.At))
		}
	}
}

func (r *report) log() {
	r.section("scene.log.title")
	for i := range r.v.Log {
		e := &r.v.Log[i]
		who := r.names[e.Staff]
		if p := r.v.Person(e.Person); p != nil {
			who = p.Label
		}
		if name := r.text["visitor/"+e.ID]; name != "" {
			who = name
		}
		out, escort := r.rq.t("scene.log.inside"), ""
		if e.Out != nil {
			out = "– " + r.rq.lang.DateTime(e.Out.Time)
		}
		if e.Escort != "" {
			escort = r.rq.t("scene.log.escort", "who", r.names[e.Escort])
		}
		r.line(who, r.rq.lang.DateTime(e.Time), out, r.rq.label("scene-purposes", e.Purpose), r.rq.label("scene-clothing", e.Clothing), escort, r.rq.off(e.Moment))
	}
}

func (r *report) steps() error {
	lang := r.rq.lang.Code()
	for i := range r.v.Runs {
		run := &r.v.Runs[i]
		g := r.rq.of.Content.Guide(run.Guide)
		if g == nil {
			continue
		}
		r.p.Space(0.6)
		r.p.Together(4)
		r.p.Heading(2, g.Title.In(lang)+" ("+g.ID+")")
		for n := range g.Steps {
			s := &g.Steps[n]
			state, more := r.rq.t("scene.step.open"), ""
			if x := run.Step(s.ID); x != nil {
				state = r.rq.t("scene.step.done")
				if x.Skipped {
					state = r.rq.t("scene.step.skipped") + " (" + r.rq.label("step-skip-reasons", x.Reason) + ")"
				}
				more = r.rq.t("scene.step.by", "who", r.names[x.By.Staff], "when", r.rq.lang.DateTime(x.By.At))
				led, err := r.led(x)
				if err != nil {
					return err
				}
				r.line(s.Title.In(lang)+": "+state, more, led, r.text["step/"+x.ID])
			} else {
				r.line(s.Title.In(lang) + ": " + state)
			}
			for k := range s.Prompts {
				if a := run.Answer(s.ID, s.Prompts[k].ID); a != nil {
					r.p.Small("   " + s.Prompts[k].Text.In(lang) + ": " + strings.Join([]string{r.rq.t("scene.answer." + a.Answer), r.rq.label("step-skip-reasons", a.Reason), r.text["prompt/"+a.ID]}, " "))
				}
			}
		}
	}
	return nil
}

// led is what a step led to, in words.
func (r *report) led(x *scene.Settled) (string, error) {
	var words []string
	for _, m := range x.Led() {
		knows, err := r.rq.of.KnowsAt(r.rq.Context(), r.rq.who, r.v.ID, m)
		if err != nil {
			return "", err
		}
		name, _ := r.rq.madeName(r.v, m)
		if !knows || name == "" {
			name = r.rq.t("scene.made.hidden")
		}
		words = append(words, name)
	}
	if x.Record != "" {
		words = append(words, x.Record)
	}
	for i := range x.Linked {
		if x.Linked[i].Record != "" {
			words = append(words, x.Linked[i].Record)
		}
	}
	if x.Nothing != "" {
		words = append(words, r.rq.t("scene.made.nothing")+" ("+r.rq.label("step-nothing-reasons", x.Nothing)+")")
	}
	if len(words) == 0 {
		return "", nil
	}
	return r.rq.t("scene.made.led") + ": " + strings.Join(words, "; "), nil
}

func (r *report) overrides() {
	if len(r.v.Overrides) == 0 {
		return
	}
	r.section("separation.title")
	for i := range r.v.Overrides {
		o := &r.v.Overrides[i]
		r.line(r.rq.lang.DateTime(o.By.At), r.names[o.By.Staff], r.rq.t("separation.told", "who", r.names[o.Told]), r.text["override/"+o.ID])
	}
}

func (r *report) end() {
	if x := r.v.Released; x != nil {
		r.section("scene.release.title")
		r.line(r.rq.label("scene-releases", x.To), r.rq.lang.DateTime(x.By.At), r.text["release_name/"+x.ID], r.text["release_note/"+x.ID])
	}
	r.p.Space(0.5)
	r.p.Small(r.rq.t("scene.report.foot"))
}
