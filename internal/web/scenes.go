package web

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/scene"
	"rufaa/internal/web/ui"
)

// sceneForm is one form of a scene: what it asks, what that means, and where
// one is afterwards.
type sceneForm struct {
	slug   string
	action policy.Action
	back   string
	ask    func(f fields, v *scene.View) []templ.Component
	read   func(v url.Values) scene.Command
}

var sceneForms = []sceneForm{
	{"role", policy.SceneRole, "", func(f fields, v *scene.View) []templ.Component {
		return []templ.Component{f.officers("staff", f.rq.reachable(v)), f.radios("role", "scene-roles")}
	}, func(v url.Values) scene.Command { return into[scene.Give](v) }},
	{"locate", policy.SceneNote, "", func(f fields, _ *scene.View) []templ.Component {
		return []templ.Component{f.area("address"), f.line("point")}
	}, func(v url.Values) scene.Command { return into[scene.Locate](v) }},
	{"observe", policy.SceneNote, "", func(f fields, _ *scene.View) []templ.Component {
		return []templ.Component{f.checks("weather", "scene-weather"), f.checks("hazards", "scene-hazards"), f.area("note")}
	}, func(v url.Values) scene.Command { return into[scene.Observe](v) }},
	{"enter", policy.SceneLog, "/log", func(f fields, v *scene.View) []templ.Component {
		return []templ.Component{f.officers("staff", v.Present(f.rq.of.Now())), f.personAt(v, "person"), f.line("name"), f.radios("purpose", "scene-purposes"),
			f.radios("clothing", "scene-clothing"), f.officers("escort", v.Present(f.rq.of.Now())), f.moment("time")}
	}, func(v url.Values) scene.Command { return into[scene.Enter](v) }},
	{"leave", policy.SceneLog, "/log", func(f fields, v *scene.View) []templ.Component {
		return []templ.Component{ui.Hidden("entry", f.v.Get("entry")), f.moment("time")}
	}, func(v url.Values) scene.Command { return into[scene.Leave](v) }},
	{"unit", policy.SceneHandle, "/persons", func(f fields, _ *scene.View) []templ.Component {
		return []templ.Component{f.unitKind("kind"), f.line("name"), f.yesNo("shared")}
	}, func(v url.Values) scene.Command { return into[scene.AddUnit](v) }},
	{"arrive", policy.SceneHandle, "/persons", func(f fields, v *scene.View) []templ.Component {
		return []templ.Component{f.radios("standing", "scene-standings"), f.yesNo("child"), f.sceneCases(v, "case"), f.area("description")}
	}, func(v url.Values) scene.Command { return into[scene.Arrive](v) }},
	{"handle", policy.SceneHandle, "/persons", func(f fields, v *scene.View) []templ.Component {
		return append([]templ.Component{f.personAt(v, "person"), f.presentAt(v, "handler"), f.unitAt(v, "vehicle", scene.ByVehicle), f.unitAt(v, "room", scene.ByRoom)}, f.aside(v)...)
	}, func(v url.Values) scene.Command { return into[scene.Handle](v) }},
	{"restate", policy.SceneHandle, "/persons", func(f fields, v *scene.View) []templ.Component {
		return append([]templ.Component{f.personAt(v, "person"), f.radios("standing", "scene-standings"), f.area("reason")}, f.aside(v)...)
	}, func(v url.Values) scene.Command { return into[scene.Restate](v) }},
	{"guide", policy.SceneStep, "/steps", func(f fields, v *scene.View) []templ.Component {
		b := f.base("guide")
		b.Values = nil
		for _, g := range f.rq.of.Content.Guides() {
			if v.Run(g.ID) == nil {
				b.Options = append(b.Options, ui.Option{Value: g.ID, Label: g.Title.In(f.rq.lang.Code()), Hint: g.About.In(f.rq.lang.Code())})
			}
		}
		return []templ.Component{ui.Radios(b)}
	}, func(v url.Values) scene.Command { return into[scene.Begin](v) }},
	{"release", policy.SceneRelease, "", func(f fields, _ *scene.View) []templ.Component {
		return []templ.Component{f.radios("to", "scene-releases"), f.line("name"), f.area("note")}
	}, func(v url.Values) scene.Command { return into[scene.GiveUp](v) }},
}

func (s *site) sceneRoutes() {
	s.handle("GET /scenes/{id}", policy.SceneView, func(rq *request) error { return rq.scenePage(nil) })
	s.handle("POST /scenes/{id}/read", policy.SceneRead, readScene)
	s.handle("GET /scenes/{id}/log", policy.SceneView, sceneLog)
	s.handle("GET /scenes/{id}/persons", policy.SceneView, scenePersons)
	s.handle("GET /scenes/{id}/sketch", policy.SceneView, func(rq *request) error { return rq.sketchPage(http.StatusOK, nil, nil) })
	s.handle("POST /scenes/{id}/sketch", policy.SceneNote, drawMark)
	s.handle("POST /scenes/{id}/sketch/photo", policy.SceneView, func(rq *request) error { return rq.sketchPage(http.StatusOK, nil, nil) })
	s.handle("GET /scenes/{id}/steps", policy.SceneView, sceneSteps)
	s.handle("GET /scenes/{id}/steps/{guide}/{step}", policy.SceneView, func(rq *request) error { return rq.stepPage(http.StatusOK, nil, nil) })
	s.handle("POST /scenes/{id}/steps/{guide}/{step}/{what}", policy.SceneStep, settleStep)
	s.handle("GET /scenes/{id}/report", policy.SceneRead, askReport)
	s.handle("POST /scenes/{id}/report", policy.SceneRead, sceneReport)
	for _, c := range sceneForms {
		s.handle("GET /scenes/{id}/do/"+c.slug, c.action, func(rq *request) error { return rq.sceneForm(&c, http.StatusOK, nil, nil) })
		s.handle("POST /scenes/{id}/do/"+c.slug, c.action, func(rq *request) error { return rq.runScene(&c) })
	}
	quick := func(slug, back string, action policy.Action, read func(url.Values) scene.Command) {
		s.handle("POST /scenes/{id}/"+slug, action, func(rq *request) error {
			id := rq.PathValue("id")
			if _, err := rq.of.Scenes.Do(rq.Context(), rq.who, id, casefile.Order{Key: rq.FormValue("_key")}, read(rq.PostForm)); err != nil {
				return err
			}
			rq.redirect("/scenes/" + id + back)
			return nil
		})
	}
	quick("end-role", "", policy.SceneRole, func(v url.Values) scene.Command { return into[scene.End](v) })
	s.handle("POST /scenes/{id}/unmark", policy.SceneNote, unmark)
	quick("depart", "/persons", policy.SceneHandle, func(v url.Values) scene.Command { return into[scene.Depart](v) })
	quick("see", "/persons", policy.SceneView, func(v url.Values) scene.Command { return into[scene.See](v) })
	s.handle("GET /oversight/separation", policy.SeparationReview, func(rq *request) error { return rq.separationPage(http.StatusOK, "", "", nil, nil) })
	s.handle("POST /oversight/separation/{id}/reason", policy.SeparationReview, separationReason)
	s.handle("POST /oversight/separation/{id}/review", policy.SeparationReview, reviewSeparation)
}

// newScene asks what is needed to open a scene: the class, and little else.
func (rq *request) newScene(status int, errs []ui.FieldError, above []templ.Component) error {
	v, err := rq.of.Inquiries.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	if !v.Can(policy.SceneCreate) {
		return &problem.Denied{Action: string(policy.SceneCreate), Rule: "access.duty"}
	}
	title := rq.t("inquiry.do.scene")
	p := rq.page(title)
	p.Errors = errs
	p.Back = &ui.Link{Text: v.Ref, Href: "/inquiries/" + v.ID}
	f := fields{rq: rq, scope: "scene.open", v: rq.PostForm, errors: errs}
	ask := []templ.Component{f.radios("class", "scene-classes"), f.yesNo("cse")}
	if cases := f.linkedCases(v.CaseIDs(), "cases"); cases != nil {
		ask = append(ask, cases)
	}
	ask = append(ask, f.area("address"), f.line("point"))
	if len(v.Operations) > 0 {
		ask = append(ask, f.operations(v, "operation"))
	}
	body := append([]templ.Component{ui.Heading(v.Ref, title)}, above...)
	return rq.render(status, p, append(body, rq.form("/inquiries/"+v.ID+"/do/scene", rq.t("scene.open.button"), "", append(ask, f.deviceClock())...))...)
}

func openScene(rq *request) error {
	rc, err := rq.of.Scenes.Open(rq.Context(), rq.who, rq.PathValue("id"), rq.order(), into[scene.Open](rq.PostForm))
	if err != nil {
		if status, above, ok := rq.notices(err); ok {
			return rq.newScene(status, rq.fieldErrors(err), above)
		}
		return err
	}
	rq.redirect("/scenes/" + rc.ID)
	return nil
}

// timed is a form that also carries what the device's clock shows; a script
// fills it in, and without one the server's time stands alone. The longer forms
// ask for it besides (deviceClock).
func (rq *request) timed(action, button, version string, body ...templ.Component) templ.Component {
	return rq.form(action, button, version, append(body, ui.Hidden("device_at", ""))...)
}

func (rq *request) sceneForm(c *sceneForm, status int, errs []ui.FieldError, above []templ.Component) error {
	v, err := rq.of.Scenes.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	if !v.Can(c.action) {
		return &problem.Denied{Action: string(c.action), Rule: "access.duty"}
	}
	title := rq.t("scene.do." + c.slug)
	p := rq.page(title)
	p.Errors = errs
	p.Back = &ui.Link{Text: v.Ref, Href: "/scenes/" + v.ID + c.back}
	f := fields{rq: rq, scope: "scene." + c.slug, v: rq.PostForm, errors: errs}
	if f.v == nil {
		f.v = rq.URL.Query()
	}
	body := append([]templ.Component{ui.Heading(v.Ref, title)}, above...)
	// Several officers write at one scene in one moment: what stands between is
	// decided again, so the form names no version.
	return rq.render(status, p, append(body, rq.form("/scenes/"+v.ID+"/do/"+c.slug, rq.t("common.save"), "", append(c.ask(f, v), f.deviceClock())...))...)
}

func (rq *request) runScene(c *sceneForm) error {
	id := rq.PathValue("id")
	if _, err := rq.of.Scenes.Do(rq.Context(), rq.who, id, rq.order(), c.read(rq.PostForm)); err != nil {
		if status, above, ok := rq.notices(err); ok {
			return rq.sceneForm(c, status, rq.fieldErrors(err), above)
		}
		return err
	}
	rq.redirect("/scenes/" + id + c.back)
	return nil
}

// reachable are those who can be given a role: who is there already, and the
// teams of the scene's cases as far as the reader knows them.
func (rq *request) reachable(v *scene.View) []string {
	out := v.Present(rq.of.Now())
	for _, id := range v.Cases {
		f, err := rq.of.Cases.View(rq.Context(), rq.who, id)
		if err != nil {
			continue
		}
		for i := range f.State.Team {
			if m := &f.State.Team[i]; m.Until == nil {
				out = append(out, m.Staff)
			}
		}
	}
	return out
}

// presentAt offers those who may handle a person: who has a part in the scene.
func (f fields) presentAt(v *scene.View, name string) templ.Component {
	ids := v.Present(f.rq.of.Now())
	names := f.rq.namesOf(ids...)
	var options []ui.Option
	for _, id := range ids {
		options = append(options, ui.Option{Value: id, Label: names[id]})
	}
	return f.choice(name, options)
}

func (f fields) personAt(v *scene.View, name string) templ.Component {
	var options []ui.Option
	for i := range v.Persons {
		if p := &v.Persons[i]; p.Left == nil {
			options = append(options, ui.Option{Value: p.ID, Label: p.Label + " · " + f.rq.label("scene-standings", p.Standing)})
		}
	}
	return f.choice(name, options)
}

func (f fields) unitAt(v *scene.View, name, kind string) templ.Component {
	options := []ui.Option{{Value: "-", Label: f.rq.t("scene.unit.none")}}
	for i := range v.Units {
		if u := &v.Units[i]; u.Kind == kind {
			options = append(options, ui.Option{Value: u.ID, Label: u.Name})
		}
	}
	b := f.base(name)
	b.Options = append([]ui.Option{{Value: "", Label: f.rq.t("scene.unit.same")}}, options...)
	return ui.Select(b)
}

// aside asks how the rule of separation is set aside, of those who may.
func (f fields) aside(v *scene.View) []templ.Component {
	if !v.Can(policy.SceneOverride) {
		return nil
	}
	asked := f.v.Get("override_reason") != "" || f.v.Get("override_told") != "" || f.rq.Method == http.MethodPost
	ids := v.Present(f.rq.of.Now())
	names := f.rq.namesOf(ids...)
	var options []ui.Option
	for _, id := range ids {
		if id != f.rq.who.Staff {
			options = append(options, ui.Option{Value: id, Label: names[id]})
		}
	}
	return []templ.Component{with(ui.Details(f.rq.t("scene.aside.title"), asked), para(f.rq.t("scene.aside.text")), f.area("override_reason"), f.choice("override_told", options))}
}

func (f fields) sceneCases(v *scene.View, name string) templ.Component {
	var options []ui.Option
	for _, id := range v.Cases {
		if fr, err := f.rq.of.Cases.View(f.rq.Context(), f.rq.who, id); err == nil {
			options = append(options, ui.Option{Value: id, Label: fr.Row.Ref})
		}
	}
	return f.choice(name, options)
}

func (f fields) linkedCases(ids []string, name string) templ.Component {
	b := f.base(name)
	b.Value = ""
	for _, id := range ids {
		if fr, err := f.rq.of.Cases.View(f.rq.Context(), f.rq.who, id); err == nil {
			b.Options = append(b.Options, ui.Option{Value: id, Label: fr.Row.Ref})
		}
	}
	if len(b.Options) == 0 {
		return nil
	}
	return ui.Checkboxes(b)
}

// moment asks when something was, as a clock on the wall showed it.
func (f fields) moment(name string) templ.Component {
	b := f.base(name)
	b.Type, b.Width = "datetime-local", 20
	return ui.TextInput(b)
}

// told lists the overrides of which the reader was told.
func (rq *request) toldBanner(told []scene.Aloof) templ.Component {
	var lines []templ.Component
	for _, a := range told {
		names := rq.namesOf(a.Staff)
		lines = append(lines, templ.Join(plain(rq.t("scene.told.line", "ref", a.Ref, "who", names[a.Staff], "when", rq.lang.DateTime(a.At))+" "),
			rq.press("/scenes/"+a.Scene+"/see", "override", a.ID, rq.t("scene.told.seen"))))
	}
	return with(ui.Banner(ui.Important, rq.t("scene.told.title"), "told"), list(lines...))
}

// clockNotice says that the reader's device is wrong, when it is.
func (rq *request) clockNotice(v *scene.View) []templ.Component {
	allowed := rq.of.Content.Clock("device-time")
	for _, c := range v.Clocks {
		if c.Staff == rq.who.Staff && (scene.Moment{Device: "x", Off: c.Off}).Wrong(allowed) {
			return []templ.Component{with(ui.Banner(ui.Important, rq.t("scene.clock.title"), "clock"), para(rq.t("scene.clock.text", "off", rq.offBy(c.Off))))}
		}
	}
	return nil
}

func (rq *request) offBy(seconds int64) string {
	d := time.Duration(seconds) * time.Second
	if d < 0 {
		return rq.t("scene.clock.slow", "span", rq.lang.Exactly(-d))
	}
	return rq.t("scene.clock.fast", "span", rq.lang.Exactly(d))
}

// off is what stands beside a time that a wrong clock told; "" for a right one.
func (rq *request) off(m scene.Moment) string {
	if !m.Wrong(rq.of.Content.Clock("device-time")) {
		return ""
	}
	return rq.offBy(m.Off)
}

func count(n int) string { return strconv.Itoa(n) }
