package web

import (
	"strings"

	"rufaa/internal/office"
	"rufaa/internal/paper"
	"rufaa/internal/scene"
)

// sketches print the plain sketch, then each photo that something was drawn on:
// the picture with its lines, and every mark in words, also those taken off.
func (r *report) sketches() error {
	r.section("scene.sketch.title")
	r.plan(nil, &sketch{v: r.v})
	r.marks("")
	for i, g := range r.v.Grounds() {
		k := &sketch{v: r.v, ground: &g}
		picture, err := r.picture(k)
		if err != nil {
			return err
		}
		r.p.Space(0.6)
		r.p.Together(4)
		r.p.Strong(r.rq.t("scene.photo.n", "n", count(i+1)))
		if k.how == office.GroundHidden {
			r.p.Text(r.rq.t("scene.photo.hidden"))
		} else {
			r.p.Small(r.rq.t("scene.photo.printed", "file", g.File, "sha256", g.SHA256, "w", count(g.Width), "h", count(g.Height)))
		}
		switch k.how {
		case office.GroundGone:
			r.p.Text(r.rq.t("scene.photo.gone"))
		case office.GroundBare:
			r.p.Text(r.rq.t("scene.photo.bare"))
		}
		r.plan(picture, k)
		r.marks(g.File)
	}
	return nil
}

// picture opens the preview of a photo for the paper, which is recorded; nil
// where it is not shown to who prints.
func (r *report) picture(k *sketch) (raw []byte, err error) {
	rq, id := r.rq, k.on()
	if k.how, _, err = rq.of.Ground(rq.Context(), rq.who, r.v.ID, id); err != nil || k.how != office.GroundShown {
		return nil, err
	}
	ticket, err := rq.of.Files.Shown(rq.Context(), rq.who, id, rq.ownPurpose())
	if err != nil {
		return nil, err
	}
	return rq.of.Files.Preview(rq.Context(), rq.who, id, ticket)
}

func (r *report) plan(picture []byte, k *sketch) {
	c := scene.CanvasOf(k.ground)
	var strokes []paper.Stroke
	for _, m := range r.v.MarksOn(k.on()) {
		shape := r.rq.of.Scenes.Rules.Shape(m.Kind)
		s := paper.Stroke{Closed: shape == scene.Area, Dots: shape == scene.Point, Word: m.Code, Dashed: m.Dashed()}
		if s.Word == "" {
			s.Word = r.rq.label("scene-marks", m.Kind)
		}
		for _, p := range m.Points {
			x, y := c.At(m, p)
			s.Points = append(s.Points, [2]float64{x / 100, y / c.High})
		}
		strokes = append(strokes, s)
	}
	if len(strokes) > 0 {
		r.p.Plan(picture, c.High/100, strokes)
	}
}

// marks say each mark in words, with those that were taken off.
func (r *report) marks(on string) {
	for i := range r.v.Marks {
		m := &r.v.Marks[i]
		if m.On == nil && on != "" || m.On != nil && m.On.File != on {
			continue
		}
		gone := ""
		if m.Gone != nil {
			gone = r.rq.t("scene.mark.removed", "when", r.rq.lang.DateTime(m.Gone.At))
		}
		r.line(strings.TrimSpace(r.rq.markName(m)), m.Coordinates(), r.text["mark/"+m.ID], gone)
	}
}
