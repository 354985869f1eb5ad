package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

func (s *site) exhibitRoutes() {
	s.handle("GET /exhibits", policy.ExhibitWork, exhibitsPage)
	s.handle("GET /x/{code}", policy.ExhibitView, findLabel)
	s.handle("GET /scenes/{id}/exhibits", policy.ExhibitList, sceneExhibits)
	s.handle("GET /scenes/{id}/exhibits/new", policy.ExhibitRecord, func(rq *request) error { return rq.recordPage(http.StatusOK, rq.URL.Query(), nil, nil) })
	s.handle("POST /scenes/{id}/exhibits/new", policy.ExhibitRecord, recordExhibit)
	s.handle("GET /scenes/{id}/exhibits/labels", policy.ExhibitLabel, sceneLabels)
	s.handle("GET /scenes/{id}/exhibits/list", policy.ExhibitLabel, exhibitList)
	s.handle("GET /exhibits/{id}", policy.ExhibitView, func(rq *request) error { return rq.exhibitPage(nil) })
	s.handle("POST /exhibits/{id}/open", policy.ExhibitOpen, openExhibit)
	s.handle("GET /exhibits/{id}/label", policy.ExhibitLabel, oneLabel)
	s.handle("GET /exhibits/{id}/form", policy.ExhibitKeep, custodyForm)
	s.digestRoutes()
	s.storeRoutes()
	acts := exhibitActs()
	for i := range acts {
		x := &acts[i]
		s.handle("GET /exhibits/{id}/do/"+x.slug, x.action(), func(rq *request) error { return rq.actPage(x, http.StatusOK, nil, nil) })
		s.handle("POST /exhibits/{id}/do/"+x.slug, x.action(), func(rq *request) error { return rq.runAct(x) })
	}
}

// exhibitsPage is what waits for one, what one has, and what is to go back.
func exhibitsPage(rq *request) error {
	if code := strings.TrimSpace(rq.URL.Query().Get("code")); code != "" {
		rq.redirect("/x/" + url.PathEscape(code))
		return nil
	}
	title := rq.t("exhibit.work.title")
	body := []templ.Component{ui.Heading("", title)}
	for _, which := range exhibit.Lists {
		found, err := rq.of.Exhibits.Worklist(rq.Context(), rq.who, which)
		if err != nil {
			return err
		}
		if len(found) == 0 && which != exhibit.Awaited && which != exhibit.Mine {
			continue
		}
		body = append(body, with(ui.Section(string(which), rq.t("exhibit.list."+string(which))), rq.exhibitTable("exhibit.list."+string(which), found)))
	}
	scenes, err := rq.of.Exhibits.ScenesOf(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	if len(scenes) > 0 {
		var items []templ.Component
		for _, sc := range scenes {
			items = append(items, anchor(sc.Prefix, rq.o.Base+"/scenes/"+sc.ID+"/exhibits"))
		}
		body = append(body, with(ui.Section("scenes", rq.t("exhibit.scenes.title")), list(items...)))
	}
	var stores []templ.Component
	for _, p := range rq.of.Exhibits.Register.Stores() {
		stores = append(stores, anchor(p.Label[rq.lang.Code()], rq.o.Base+"/stores/"+p.ID))
	}
	body = append(body, with(ui.Section("stores", rq.t("exhibit.stores.title")), list(stores...)))
	find := fields{rq: rq, scope: "exhibit", v: url.Values{}}.base("code")
	find.Width = 20
	body = append(body, with(ui.Section("find", rq.t("exhibit.find.title")),
		with(ui.Form(ui.Sending{Action: "/exhibits", Get: true}), ui.TextInput(find), ui.Button(ui.Press{Text: rq.t("exhibit.find.button"), Look: ui.Secondary}))))
	return rq.render(http.StatusOK, rq.page(title), body...)
}

// exhibitTable lists exhibits with where each stands.
func (rq *request) exhibitTable(caption string, list []*exhibit.View) templ.Component {
	l := ui.Listing{Caption: rq.t(caption), Hide: true, Empty: rq.t("exhibit.none"), Columns: []ui.Column{{Label: rq.t("exhibit.col.number")},
		{Label: rq.t("web.col.state")}, {Label: rq.t("exhibit.col.keeper")}, {Label: rq.t("exhibit.col.chain")}, {Label: rq.t("exhibit.col.seal")}}}
	name := rq.keepers(list...)
	for _, v := range list {
		state := ui.Cell{Tag: rq.exhibitTag(v)}
		if v.ReturnBy != nil {
			state.Sub = rq.t("exhibit.return_by") + ": " + rq.when(*v.ReturnBy, rq.of.Now())
		}
		seal := v.Seal
		if seal == "" {
			seal = "–"
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: v.Number, Href: "/exhibits/" + v.ID, Sub: rq.label("exhibit-kinds", v.Plain.Kind)}, state,
			{Text: orDash(name(v.Keeper.ID())), Sub: rq.placeName(v.Place)}, {Tag: rq.chainTag(v)}, {Text: seal}})
	}
	return ui.Table(l)
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

func (rq *request) exhibitTag(v *exhibit.View) *ui.Tag {
	tone := ui.Teal
	switch {
	case v.ReturnBy != nil && v.ReturnBy.Before(rq.of.Now()):
		return &ui.Tag{Text: rq.t("exhibit.overdue"), Tone: ui.Red}
	case v.Status == exhibit.OnTheWay:
		tone = ui.Amber
	case v.Ended():
		tone = ui.Grey
	}
	return &ui.Tag{Text: rq.t("exhibit.status." + string(v.Status)), Tone: tone}
}

func (rq *request) chainTag(v *exhibit.View) *ui.Tag {
	switch {
	case !v.Chain.Unbroken():
		return &ui.Tag{Text: rq.t("exhibit.chain.broken"), Tone: ui.Red}
	case len(v.Chain.Findings) > 0:
		return &ui.Tag{Text: rq.t("exhibit.chain.remarks"), Tone: ui.Amber}
	}
	return &ui.Tag{Text: rq.t("exhibit.chain.unbroken"), Tone: ui.Green}
}

// placeName is how a place is called in the reader's language.
func (rq *request) placeName(id string) string {
	if p, ok := rq.of.Exhibits.Register.Place(id); ok {
		return p.Label[rq.lang.Code()]
	}
	if id == "" {
		return ""
	}
	return rq.t("exhibit.place." + id)
}

// keepers names everybody in the chains of some exhibits.
func (rq *request) keepers(list ...*exhibit.View) exhibit.Names {
	var ids []string
	outside := map[string]string{}
	for _, v := range list {
		for i := range v.Steps {
			x := &v.Steps[i]
			ids = append(ids, x.By.Staff)
			for _, k := range []exhibit.Keeper{x.Keeper, x.To} {
				switch {
				case k.Outside == "":
					ids = append(ids, k.Staff)
				case x.Kind == exhibit.Returned:
					outside[k.ID()] = rq.label("return-to", k.Role)
				default:
					outside[k.ID()] = rq.label("custody-outsiders", k.Role)
				}
			}
			if x.Other != nil {
				ids = append(ids, x.Other.By.Staff)
			}
		}
		for i := range v.Reports {
			ids = append(ids, v.Reports[i].By.Staff)
		}
		ids = append(ids, v.Plain.PasscodeBy)
		ids = append(ids, v.Plain.CountedBy...)
	}
	names, _ := rq.of.StaffNames(rq.Context(), ids...) // a page without names is still of use
	return func(id string) string {
		if role, ok := outside[id]; ok {
			return role
		}
		return names[id]
	}
}

// exhibitsAsking is what the worklist says of exhibits; nothing when nothing
// waits.
func (rq *request) exhibitsAsking(ctx context.Context) ([]templ.Component, error) {
	if rq.of.Door.Realm(rq.who.Principal, policy.ExhibitWork) != nil {
		return nil, nil
	}
	waiting, err := rq.of.Exhibits.Worklist(ctx, rq.who, exhibit.Awaited)
	if err != nil {
		return nil, err
	}
	var out []templ.Component
	if len(waiting) > 0 {
		out = append(out, with(ui.Section("exhibits", rq.t("exhibit.list.awaited")), rq.exhibitTable("exhibit.list.awaited", waiting)))
	}
	back, err := rq.of.Exhibits.Worklist(ctx, rq.who, exhibit.Returns)
	if err != nil {
		return nil, err
	}
	late := back[:0:0]
	for _, v := range back {
		if v.ReturnBy.Before(rq.of.Now()) {
			late = append(late, v)
		}
	}
	if len(late) > 0 {
		out = append(out, with(ui.Section("exhibits-back", rq.t("exhibit.home.back")), rq.exhibitTable("exhibit.home.back", late)))
	}
	return out, nil
}

// findLabel leads from a label's code to its exhibit.
func findLabel(rq *request) error {
	id, err := rq.of.Exhibits.Find(rq.Context(), rq.who, rq.PathValue("code"))
	if err != nil {
		return err
	}
	rq.redirect("/exhibits/" + id)
	return nil
}

func sceneExhibits(rq *request) error {
	sc, found, err := rq.of.Exhibits.OfScene(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	title, at := rq.t("exhibit.scene.title"), "/scenes/"+sc.ID
	p := rq.page(title)
	p.Back = &ui.Link{Text: rq.t("exhibit.work.title"), Href: "/exhibits"}
	body := []templ.Component{ui.Heading(sc.Prefix, title)}
	if rq.of.Exhibits.May(rq.who, sc, policy.ExhibitRecord) {
		body = append(body, with(ui.Buttons(), ui.ButtonLink(ui.Link{Text: rq.t("exhibit.new.title"), Href: at + "/exhibits/new"}, ui.Primary)))
	}
	body = append(body, rq.exhibitTable("exhibit.scene.title", found))
	if len(found) > 0 && rq.of.Exhibits.May(rq.who, sc, policy.ExhibitLabel) {
		base := rq.o.Base + at + "/exhibits/"
		body = append(body, with(ui.Section("print", rq.t("exhibit.print.title")), list(
			anchor(rq.t("exhibit.print.58"), base+"labels?size=58"), anchor(rq.t("exhibit.print.80"), base+"labels?size=80"), anchor(rq.t("exhibit.print.a4"), base+"labels?size=a4"),
			anchor(rq.t("exhibit.print.list"), base+"list?size=a4"), anchor(rq.t("exhibit.print.list80"), base+"list?size=80"))))
	}
	return rq.render(http.StatusOK, p, body...)
}

// sharedAnswers are those that the next exhibit at a scene mostly shares.
var sharedAnswers = []string{"finder", "place", "packaging", "side", "owner"}

func recordExhibit(rq *request) error {
	v, scene := rq.PostForm, rq.PathValue("id")
	cmd := new(exhibit.Record)
	readForm(cmd, v)
	cmd.Hazards, cmd.Photos = v["hazards"], v["photos"]
	rc, err := rq.of.Exhibits.Record(rq.Context(), rq.who, scene, casefile.Order{Key: v.Get("_key")}, cmd)
	if err != nil {
		if status, above, ok := rq.notices(err); ok {
			return rq.recordPage(status, v, rq.fieldErrors(err), above)
		}
		return err
	}
	if v.Get("then") != "next" {
		rq.redirect("/exhibits/" + rc.ID)
		return nil
	}
	next := url.Values{"done": {rc.ID}}
	for _, name := range sharedAnswers {
		if v.Get(name) != "" { // choices only: what is typed stays out of addresses
			next.Set(name, v.Get(name))
		}
	}
	rq.redirect("/scenes/" + scene + "/exhibits/new?" + next.Encode())
	return nil
}

// recordPage asks as little as a telephone in the dark allows; what one kind
// needs besides is asked below it.
func (rq *request) recordPage(status int, v url.Values, errs []ui.FieldError, above []templ.Component) error {
	scene := rq.PathValue("id")
	sc, err := rq.of.Exhibits.AdmittedScene(rq.Context(), rq.who, scene, policy.ExhibitRecord)
	if err != nil {
		return err
	}
	title := rq.t("exhibit.new.title")
	p := rq.page(title)
	p.Errors = errs
	p.Back = &ui.Link{Text: rq.t("exhibit.scene.title"), Href: "/scenes/" + scene + "/exhibits"}
	body := []templ.Component{ui.Heading(sc.Prefix, title)}
	if done, err := rq.of.Exhibits.View(rq.Context(), rq.who, v.Get("done")); err == nil {
		body = append(body, with(ui.Banner(ui.Done, rq.t("exhibit.recorded", "number", done.Number), "done"), para2link(done.Number, rq.o.Base+"/exhibits/"+done.ID)))
	}
	f := fields{rq: rq, scope: "exhibit", v: v, errors: errs}
	ask := append(rq.askFacts(f, sc, true), with(ui.Fieldset(rq.t("exhibit.seal_place")), f.line("seal"), rq.placeField(f, exhibit.AtScene), f.line("place_text"), whenField(f, "at")),
		with(ui.Details(rq.t("exhibit.label_printed"), v.Get("number") != ""), f.line("number")), f.deviceClock(), ui.Hidden("then", "next"))
	ask = append(ask, ui.Button(ui.Press{Text: rq.t("exhibit.save_next")}))
	form := with(ui.Form(ui.Sending{Action: "/scenes/" + scene + "/exhibits/new", Key: newKey(), Guard: true}), ask...)
	return rq.render(status, p, append(append(body, above...), form)...)
}

// whenField asks for day and time on the wall clock.
func whenField(f fields, name string) templ.Component {
	b := f.base(name)
	b.Type, b.Width = "datetime-local", 20
	return ui.TextInput(b)
}

// placeField asks for a place; preset is where it was last.
func (rq *request) placeField(f fields, preset string) templ.Component {
	b := f.base("place")
	if b.Value == "" {
		b.Value, b.Values = preset, nil
	}
	for _, id := range []string{exhibit.AtScene, exhibit.InVehicle, exhibit.Elsewhere} {
		b.Options = append(b.Options, ui.Option{Value: id, Label: rq.placeName(id)})
	}
	for _, p := range rq.of.Exhibits.Register.Places {
		b.Options = append(b.Options, ui.Option{Value: p.ID, Label: p.Label[rq.lang.Code()]})
	}
	return ui.Select(b)
}

// peopleField asks for one of those who work at a scene.
func (rq *request) peopleField(f fields, name string, ids []string) ui.Field {
	names, _ := rq.of.StaffNames(rq.Context(), ids...)
	b := f.base(name)
	b.Options = []ui.Option{{Value: "", Label: rq.t("web.choose")}}
	for _, id := range ids {
		b.Options = append(b.Options, ui.Option{Value: id, Label: names[id]})
	}
	return b
}
