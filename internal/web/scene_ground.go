package web

import (
	"slices"

	"github.com/a-h/templ"

	"rufaa/internal/evidencefile"
	"rufaa/internal/office"
	"rufaa/internal/policy"
	"rufaa/internal/scene"
	"rufaa/internal/web/ui"
)

// groundWords say on which picture the lines were drawn, and how it stands to
// the reader now. To whom it is hidden nothing of it is named.
func (rq *request) groundWords(k *sketch) []templ.Component {
	out := []templ.Component{}
	if k.how == office.GroundHidden {
		return append(out, with(ui.Banner(ui.Important, rq.t("scene.photo.hidden"), "ground"), para(rq.t("scene.photo.hidden.text"))))
	}
	switch k.how {
	case office.GroundGone:
		out = append(out, with(ui.Banner(ui.Important, rq.t("scene.photo.gone"), "ground"), para(rq.t("scene.photo.gone.text"))))
	case office.GroundBare:
		out = append(out, with(ui.Banner(ui.Important, rq.t("scene.photo.bare"), "ground"), para(rq.t("scene.photo.bare.text"))))
	}
	out = append(out, ui.SummaryList([]ui.Fact{
		{Key: rq.t("scene.photo.file"), Value: rq.t("scene.photo.size", "w", count(k.ground.Width), "h", count(k.ground.Height)),
			Actions: []ui.Action{{Text: rq.t("common.button.open"), Href: "/files/" + k.on(), Hidden: rq.t("scene.photo.file")}}},
		{Key: "SHA-256", Body: templ.Join(element("code", ` class="r-digest"`, k.ground.SHA256), small(rq.t("scene.photo.digest")))},
	}))
	if k.how == office.GroundShown && k.ticket == "" {
		out = append(out, para(rq.t("scene.photo.show.text")), with(ui.Form(ui.Sending{Action: "/scenes/" + k.v.ID + "/sketch/photo"}), ui.Hidden("on", k.on()), ui.Hidden("shown", "1"),
			ui.Button(ui.Press{Text: rq.t("scene.photo.show"), Look: ui.Secondary})))
	}
	return out
}

// otherSketches lead to the plain sketch, to the photos that something is drawn
// on, and to those that may be.
func (rq *request) otherSketches(k *sketch, files []evidencefile.View) []templ.Component {
	v := k.v
	var links []templ.Component
	for i, g := range v.Grounds() {
		if g.File != k.on() {
			links = append(links, templ.Join(anchor(rq.groundName(i, g.File, files), rq.o.Base+sketchPath(v.ID, g.File)), plain(" · "+rq.lang.N("scene.tile.marks", len(v.MarksOn(g.File))))))
		}
	}
	free := slices.DeleteFunc(slices.Clone(files), func(x evidencefile.View) bool {
		return x.Kind != "photo" || !x.Preview || x.NoPreview || v.Ground(x.ID) != nil || x.ID == k.on()
	})
	may := v.Can(policy.SceneNote) && v.Released == nil
	if len(links) == 0 && (len(free) == 0 || !may) {
		return nil
	}
	body := []templ.Component{list(links...)}
	if len(free) > 0 && may {
		f := fields{rq: rq, scope: "scene.photo"}
		b := f.base("on")
		b.ID, b.Value, b.Options = "choose-on", "", rq.fileOptions(free)
		body = append(body, with(ui.Form(ui.Sending{Action: "/scenes/" + v.ID + "/sketch", Get: true}), ui.Select(b), ui.Button(ui.Press{Text: rq.t("scene.photo.choose"), Look: ui.Secondary})))
	}
	return []templ.Component{with(ui.Section("photos", rq.t("scene.photo.others")), body...)}
}

// groundName is what a photo that is drawn on is called: its number among them,
// and where the reader may know of it, when it was taken in.
func (rq *request) groundName(i int, file string, files []evidencefile.View) string {
	name := rq.t("scene.photo.n", "n", count(i+1))
	if n := slices.IndexFunc(files, func(x evidencefile.View) bool { return x.ID == file }); n >= 0 {
		name += ", " + rq.lang.DateTime(files[n].By.At)
	}
	return name
}

// markOptions are the marks of a scene that an exhibit can be placed at: those
// of the plain sketch, and those on photos.
func (rq *request) markOptions(v *scene.View) []ui.Option {
	var out []ui.Option
	grounds := v.Grounds()
	for i := range v.Marks {
		if m := &v.Marks[i]; m.Gone == nil {
			out = append(out, ui.Option{Value: m.ID, Label: rq.markPlace(m, grounds)})
		}
	}
	return out
}

// markPlace names a mark with what it is drawn on.
func (rq *request) markPlace(m *scene.Mark, grounds []scene.Ground) string {
	if m.On == nil {
		return rq.markName(m) + ", " + rq.t("scene.sketch.title")
	}
	n := slices.IndexFunc(grounds, func(g scene.Ground) bool { return g.File == m.On.File })
	return rq.markName(m) + ", " + rq.t("scene.photo.n", "n", count(n+1))
}
