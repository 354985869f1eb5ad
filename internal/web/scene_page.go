package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"rufaa/internal/evidencefile"
	"rufaa/internal/policy"
	"rufaa/internal/scene"
	"rufaa/internal/web/ui"
)

func readScene(rq *request) error {
	list, err := rq.of.Scenes.Read(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	return rq.scenePage(list)
}

func (rq *request) sceneTag(v *scene.View) ui.Tag {
	if v.Released != nil {
		return ui.Tag{Text: rq.t("scene.state.released")}
	}
	return ui.Tag{Text: rq.t("scene.state.open"), Tone: ui.Amber}
}

// scenePage is what is seen first: what to do next, and where everything is.
func (rq *request) scenePage(opened []scene.Text) error {
	v, err := rq.of.Scenes.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	p := rq.page(v.Ref)
	p.Back = &ui.Link{Text: rq.t("inquiry.list.title"), Href: "/inquiries"}
	if in, err := rq.of.Inquiries.View(rq.Context(), rq.who, v.Inquiry); err == nil {
		p.Back = &ui.Link{Text: in.Ref, Href: "/inquiries/" + in.ID}
	}
	body := append([]templ.Component{ui.Heading(rq.label("scene-classes", v.Class), v.Ref, rq.sceneTag(v))}, rq.clockNotice(v)...)
	if v.CSE {
		body = append(body, ui.WarningText(rq.t("scene.cse.warning")))
	}
	if opened != nil {
		body = append(body, with(ui.Banner(ui.Done, rq.t("scene.read.opened"), "opened"), ui.SummaryList(rq.openedScene(v, opened))))
	}
	body = append(body, ui.TaskList(rq.sceneTiles(v)))
	if opened == nil && v.Can(policy.SceneRead) {
		body = append(body, rq.press("/scenes/"+v.ID+"/read", "read", "1", rq.t("scene.read.button")))
	}
	body = append(body, with(ui.Section("roles", rq.t("scene.roles.title")), rq.sceneRoles(v)...))
	body = append(body, with(ui.Section("conditions", rq.t("scene.conditions.title")), rq.conditions(v)...))
	body = append(body, rq.sceneButtons(v)...)
	body = append(body, rq.cardOf("scene/"+v.ID)...)
	return rq.render(http.StatusOK, p, body...)
}

// sceneTiles are the rooms of a scene with how they stand: big targets.
func (rq *request) sceneTiles(v *scene.View) []ui.Step {
	at := "/scenes/" + v.ID
	done := func(n int, none, some string) ui.Tag {
		if n == 0 {
			return ui.Tag{Text: rq.t(none), Tone: ui.Green}
		}
		return ui.Tag{Text: rq.lang.N(some, n), Tone: ui.Amber}
	}
	open := 0
	for i := range v.Runs {
		if g := rq.of.Content.Guide(v.Runs[i].Guide); g != nil {
			open += v.Runs[i].Open(g)
		}
	}
	here, unhandled := 0, 0
	for i := range v.Persons {
		if p := &v.Persons[i]; p.Left == nil {
			here++
			if p.Now(scene.ByHandler) == nil {
				unhandled++
			}
		}
	}
	people := ui.Tag{Text: rq.lang.N("scene.tile.here", here)}
	if unhandled > 0 {
		people = ui.Tag{Text: rq.lang.N("scene.tile.unhandled", unhandled), Tone: ui.Red}
	}
	marks := 0
	for i := range v.Marks {
		if v.Marks[i].Gone == nil {
			marks++
		}
	}
	steps := []ui.Step{
		{Name: rq.t("scene.steps.title"), Hint: rq.t("scene.steps.hint"), Href: at + "/steps", Status: done(open, "scene.tile.settled", "scene.tile.open")},
		{Name: rq.t("scene.persons.title"), Hint: rq.t("scene.persons.hint"), Href: at + "/persons", Status: people},
		{Name: rq.t("scene.log.title"), Hint: rq.t("scene.log.hint"), Href: at + "/log", Status: done(len(v.Inside()), "scene.tile.nobody", "scene.tile.inside")},
		{Name: rq.t("scene.sketch.title"), Hint: rq.t("scene.sketch.hint"), Href: at + "/sketch", Status: ui.Tag{Text: rq.lang.N("scene.tile.marks", marks)}},
	}
	// What other rooms keep of the scene, for those whom they let in.
	if n, err := rq.of.Exhibits.Count(rq.Context(), rq.who, v.ID); err == nil {
		steps = append(steps, ui.Step{Name: rq.t("exhibit.work.title"), Href: at + "/exhibits", Status: ui.Tag{Text: strconv.Itoa(n)}})
	}
	if n, err := rq.of.Files.Count(rq.Context(), rq.who, evidencefile.Place{Inquiry: v.Inquiry, Scene: v.ID}); err == nil {
		steps = append(steps, ui.Step{Name: rq.t("files.title"), Href: "/inquiries/" + v.Inquiry + "/files?scene=" + v.ID, Status: ui.Tag{Text: strconv.Itoa(n)}})
	}
	return steps
}

// openedScene are the sealed texts with the words that say what each is about.
func (rq *request) openedScene(v *scene.View, list []scene.Text) []ui.Fact {
	about := map[string]string{}
	for i := range v.Persons {
		p := &v.Persons[i]
		about[p.ID] = p.Label
		for n := range p.Restated {
			about[p.Restated[n].ID] = p.Label
		}
	}
	var facts []ui.Fact
	for _, t := range list {
		key := rq.t("scene.item." + t.Label)
		if who := about[t.Record]; who != "" {
			key += " " + who
		}
		facts = append(facts, ui.Fact{Key: key, Body: quote(rq.openedText(t.Text, t.Erased))})
	}
	return facts
}

func (rq *request) sceneRoles(v *scene.View) []templ.Component {
	var ids []string
	for i := range v.Roles {
		ids = append(ids, v.Roles[i].Staff)
	}
	names := rq.namesOf(ids...)
	l := ui.Listing{Caption: rq.t("scene.roles.title"), Hide: true, Columns: []ui.Column{{Label: rq.t("inquiry.col.who")}, {Label: rq.t("web.f.role")}, {Label: rq.t("inquiry.col.since")}, {Label: rq.t("inquiry.col.act")}}}
	for i := range v.Roles {
		r := &v.Roles[i]
		since := rq.lang.DateTime(r.Since.At)
		act := ui.Cell{Text: "–"}
		if r.Until != nil {
			since += " – " + rq.lang.DateTime(r.Until.At)
		} else if rule, ok := rq.of.Content.Rule("scene.needs-manager"); ok && v.Can(policy.SceneRole) && v.Released == nil && r.Role == scene.Manager && len(v.Holding(scene.Manager)) == 1 {
			l := rq.lang.Code()
			act = ui.Cell{Text: rule.Title.In(l), Sub: rule.Remedy.In(l)}
		} else if v.Can(policy.SceneRole) && v.Released == nil {
			act = ui.Cell{Body: rq.press("/scenes/"+v.ID+"/end-role", "staff", r.Staff, rq.t("scene.role.end"), ui.Hidden("role", r.Role))}
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: names[r.Staff], Sub: rq.of.AgencyName(r.Agency)}, {Text: rq.label("scene-roles", r.Role)}, {Text: since}, act})
	}
	out := []templ.Component{ui.Table(l)}
	if v.Can(policy.SceneRole) && v.Released == nil {
		out = append(out, rq.sceneLink(v, "role"))
	}
	return out
}

func (rq *request) sceneLink(v *scene.View, slug string) templ.Component {
	return with(ui.Buttons(), ui.ButtonLink(ui.Link{Text: rq.t("scene.do." + slug), Href: "/scenes/" + v.ID + "/do/" + slug}, ui.Secondary))
}

func (rq *request) conditions(v *scene.View) []templ.Component {
	var out []templ.Component
	for i := len(v.Observations) - 1; i >= 0; i-- {
		o := &v.Observations[i]
		var words []string
		for _, id := range o.Weather {
			words = append(words, rq.label("scene-weather", id))
		}
		for _, id := range o.Hazards {
			words = append(words, rq.label("scene-hazards", id))
		}
		out = append(out, para(strings.TrimSpace(rq.lang.DateTime(o.By.At)+": "+strings.Join(words, ", ")+" "+rq.origins(v, scene.MadeConditions, o.ID))))
	}
	if len(out) == 0 {
		out = append(out, para(rq.t("scene.conditions.none")))
	}
	if v.Can(policy.SceneNote) && v.Released == nil {
		out = append(out, rq.sceneLink(v, "observe"), rq.sceneLink(v, "locate"))
	}
	return out
}

// sceneButtons are the report and the release, with what stands in its way.
func (rq *request) sceneButtons(v *scene.View) []templ.Component {
	var out []templ.Component
	if v.Released != nil {
		out = append(out, with(ui.InsetText(), para(rq.t("scene.released.text", "to", rq.label("scene-releases", v.Released.To), "when", rq.lang.DateTime(v.Released.By.At)))))
	} else if v.Can(policy.SceneRelease) {
		// What stands in the way is said here; the form is offered when nothing does.
		body := rq.sceneLink(v, "release")
		if rule, found := rq.refusal(v.Releasable(rq.of.Content)); found {
			body = para(rule.Why.In(rq.lang.Code()) + " " + rule.Remedy.In(rq.lang.Code()))
		}
		out = append(out, with(ui.Section("release", rq.t("scene.release.title")), body))
	}
	if v.Can(policy.SceneRead) {
		out = append(out, with(ui.Buttons(), ui.ButtonLink(ui.Link{Text: rq.t("scene.report.title"), Href: "/scenes/" + v.ID + "/report"}, ui.Secondary)))
	}
	return out
}

// sceneLog lists who entered and left, the newest first.
func sceneLog(rq *request) error {
	v, err := rq.of.Scenes.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	title := rq.t("scene.log.title")
	p := rq.page(title)
	p.Back = &ui.Link{Text: v.Ref, Href: "/scenes/" + v.ID}
	var ids []string
	for i := range v.Log {
		ids = append(ids, v.Log[i].Staff, v.Log[i].Escort)
	}
	names := rq.namesOf(slices.DeleteFunc(ids, func(s string) bool { return s == "" })...)
	l := ui.Listing{Caption: title, Hide: true, Empty: rq.t("scene.log.none"), Columns: []ui.Column{{Label: rq.t("inquiry.col.who")}, {Label: rq.t("web.f.purpose")},
		{Label: rq.t("scene.log.in")}, {Label: rq.t("scene.log.out")}}}
	for i := len(v.Log) - 1; i >= 0; i-- {
		l.Rows = append(l.Rows, rq.logRow(v, &v.Log[i], names))
	}
	body := append([]templ.Component{ui.Heading(v.Ref, title)}, rq.clockNotice(v)...)
	if v.Can(policy.SceneLog) && v.Released == nil {
		body = append(body, with(ui.Buttons(), ui.ButtonLink(ui.Link{Text: rq.t("scene.do.enter"), Href: "/scenes/" + v.ID + "/do/enter"}, ui.Primary)))
	}
	return rq.render(http.StatusOK, p, append(body, ui.Table(l))...)
}

func (rq *request) logRow(v *scene.View, e *scene.Entry, names map[string]string) []ui.Cell {
	who := names[e.Staff]
	switch p := v.Person(e.Person); {
	case p != nil:
		who = p.Label
	case !e.Name.IsZero():
		who = rq.t("scene.log.visitor")
	}
	sub := rq.label("scene-clothing", e.Clothing)
	if e.Escort != "" {
		sub += " · " + rq.t("scene.log.escort", "who", names[e.Escort])
	}
	if from := rq.origins(v, scene.MadeLog, e.ID); from != "" {
		sub += " · " + from
	}
	in := ui.Cell{Text: rq.lang.DateTime(e.Time), Sub: strings.TrimSpace(rq.toldLater(e.Time, e.By.At) + " " + rq.off(e.Moment))}
	out := ui.Cell{Tag: &ui.Tag{Text: rq.t("scene.log.inside"), Tone: ui.Amber}}
	switch {
	case e.Out != nil:
		out = ui.Cell{Text: rq.lang.DateTime(e.Out.Time), Sub: strings.TrimSpace(rq.toldLater(e.Out.Time, e.Out.By.At) + " " + rq.off(e.Out.Moment))}
	case v.Can(policy.SceneLog):
		out = ui.Cell{Body: ui.ButtonLink(ui.Link{Text: rq.t("scene.do.leave"), Href: "/scenes/" + v.ID + "/do/leave?entry=" + e.ID}, ui.Secondary)}
	}
	return []ui.Cell{{Text: who, Sub: sub}, {Text: rq.label("scene-purposes", e.Purpose)}, in, out}
}

// toldLater says when the server was told, where that is not when it happened.
func (rq *request) toldLater(at, told time.Time) string {
	if told.Sub(at).Abs() <= rq.of.Content.Clock("device-time") {
		return ""
	}
	return rq.t("scene.log.taken", "when", rq.lang.DateTime(told))
}

// scenePersons shows who is here, who handles whom, and where.
func scenePersons(rq *request) error {
	v, err := rq.of.Scenes.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	title := rq.t("scene.persons.title")
	p := rq.page(title)
	p.Back = &ui.Link{Text: v.Ref, Href: "/scenes/" + v.ID}
	body := append([]templ.Component{ui.Heading(v.Ref, title)}, rq.clockNotice(v)...)
	for i := range v.Overrides {
		if o := &v.Overrides[i]; o.Told == rq.who.Staff && o.Seen == nil {
			body = append(body, rq.toldBanner([]scene.Aloof{{ID: o.ID, Scene: v.ID, Ref: v.Ref, Staff: o.By.Staff, At: o.By.At}}))
		}
	}
	body = append(body, para(rq.t("scene.persons.text")))
	may := v.Can(policy.SceneHandle) && v.Released == nil
	if may {
		body = append(body, with(ui.Buttons(), ui.ButtonLink(ui.Link{Text: rq.t("scene.do.arrive"), Href: "/scenes/" + v.ID + "/do/arrive"}, ui.Primary),
			ui.ButtonLink(ui.Link{Text: rq.t("scene.do.unit"), Href: "/scenes/" + v.ID + "/do/unit"}, ui.Secondary)))
	}
	var ids []string
	for i := range v.Persons {
		if u := v.Persons[i].Now(scene.ByHandler); u != nil {
			ids = append(ids, u.Key)
		}
	}
	names := rq.namesOf(ids...)
	if len(v.Persons) == 0 {
		body = append(body, para(rq.t("scene.persons.none")))
	}
	for i := range v.Persons {
		body = append(body, rq.personCard(v, &v.Persons[i], names, may))
	}
	if len(v.Units) > 0 {
		var words []string
		for i := range v.Units {
			words = append(words, rq.t("scene.share."+v.Units[i].Kind)+" "+v.Units[i].Name)
		}
		body = append(body, with(ui.Section("units", rq.t("scene.units.title")), para(strings.Join(words, ", "))))
	}
	return rq.render(http.StatusOK, p, body...)
}

func (rq *request) personCard(v *scene.View, p *scene.Person, names map[string]string, may bool) templ.Component {
	tone := map[string]ui.Tone{scene.Victim: ui.Violet, scene.Suspect: ui.Red, scene.Undetermined: ui.Amber}[p.Standing]
	unit := func(kind string) string {
		u := p.Now(kind)
		if u == nil {
			return "–"
		}
		if x := v.Unit(u.Unit); x != nil {
			return x.Name
		}
		return names[u.Key]
	}
	standing := rq.label("scene-standings", p.Standing)
	if p.Child {
		standing += " · " + rq.t("scene.child")
	}
	facts := []ui.Fact{
		{Key: rq.t("web.f.standing"), Body: ui.TagOf(ui.Tag{Text: standing, Tone: tone})},
		{Key: rq.t("web.f.handler"), Value: unit(scene.ByHandler)},
		{Key: rq.t("web.f.vehicle"), Value: unit(scene.ByVehicle)},
		{Key: rq.t("web.f.room"), Value: unit(scene.ByRoom)},
		{Key: rq.t("inquiry.col.since"), Value: strings.TrimSpace(rq.lang.DateTime(p.By.At) + " " + rq.off(p.Moment))},
	}
	if f, err := rq.of.Cases.View(rq.Context(), rq.who, p.Case); p.Case != "" && err == nil {
		facts = append(facts, ui.Fact{Key: rq.t("web.col.case"), Value: f.Row.Ref})
	}
	if from := rq.origins(v, scene.MadePerson, p.ID); from != "" {
		facts = append(facts, ui.Fact{Key: rq.t("scene.made.origin"), Value: from})
	}
	body := []templ.Component{}
	if p.Left != nil {
		facts = append(facts, ui.Fact{Key: rq.t("scene.person.left"), Value: rq.lang.DateTime(p.Left.By.At)})
	}
	body = append(body, ui.SummaryList(facts))
	if may && p.Left == nil {
		at := "/scenes/" + v.ID
		body = append(body, with(ui.Buttons(),
			ui.ButtonLink(ui.Link{Text: rq.t("scene.do.handle") + " " + p.Label, Href: at + "/do/handle?person=" + p.ID}, ui.Secondary),
			ui.ButtonLink(ui.Link{Text: rq.t("scene.do.restate") + " " + p.Label, Href: at + "/do/restate?person=" + p.ID}, ui.Secondary)),
			rq.press(at+"/depart", "person", p.ID, rq.t("scene.do.depart")+" "+p.Label, ui.Hidden("device_at", "")))
	}
	return with(ui.Card(p.Label), body...)
}
