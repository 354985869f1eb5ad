package web

import (
	"github.com/a-h/templ"

	"rufaa/internal/exhibit"
	"rufaa/internal/scene"
	"rufaa/internal/web/ui"
)

// placeOnSketch asks at which mark the exhibit lay: of the plain sketch, or of
// one on a photo.
func (f fields) placeOnSketch(sc *exhibit.Scene) templ.Component {
	v, err := f.rq.of.Scenes.View(f.rq.Context(), f.rq.who, sc.ID)
	if err != nil { // who corrects it does not see the scene: what stands there stays
		return templ.NopComponent
	}
	options := f.rq.markOptions(v)
	if len(options) == 0 {
		return templ.NopComponent
	}
	return f.choice("mark", options)
}

// placeFacts tell where on the sketch the exhibit lay, and lead there.
func (rq *request) placeFacts(v *exhibit.View) []ui.Fact {
	if v.Plain.Mark == "" {
		return nil
	}
	f := ui.Fact{Key: rq.t("web.f.exhibit.mark"), Value: v.Plain.Mark}
	sc, err := rq.of.Scenes.View(rq.Context(), rq.who, v.Scene)
	if err != nil {
		return []ui.Fact{f}
	}
	if m := sc.Mark(v.Plain.Mark); m != nil {
		f.Value = rq.markPlace(m, sc.Grounds())
		if m.Gone != nil {
			f.Value += " (" + rq.t("scene.mark.removed", "when", rq.lang.DateTime(m.Gone.At)) + ")"
		}
		_, href := rq.madeName(sc, scene.Made{Kind: scene.MadeMark, ID: m.ID})
		f.Actions = []ui.Action{{Text: rq.t("common.button.open"), Href: href, Hidden: f.Value}}
	}
	return []ui.Fact{f}
}
