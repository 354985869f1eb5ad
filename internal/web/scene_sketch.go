package web

import (
	"context"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/office"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/scene"
	"rufaa/internal/web/assets"
	"rufaa/internal/web/ui"
)

// sketch is what one page of the sketch stands on: nothing, or a photo of the
// scene, which is shown once its showing was asked for.
type sketch struct {
	v      *scene.View
	ground *scene.Ground // nil is the plain sketch
	how    string        // the photo stands to the reader: office.GroundShown, …
	ticket string        // with which its preview is fetched; "" while it is not shown
}

// on is the id of the photo; "" is the plain sketch.
func (k *sketch) on() string {
	if k.ground == nil {
		return ""
	}
	return k.ground.File
}

func (k *sketch) path() string { return sketchPath(k.v.ID, k.on()) }

func sketchPath(scene, on string) string {
	if on == "" {
		return "/scenes/" + scene + "/sketch"
	}
	return "/scenes/" + scene + "/sketch?on=" + url.QueryEscape(on)
}

// draws tells whether the reader may put marks on it.
func (k *sketch) draws() bool {
	return k.v.Can(policy.SceneNote) && k.v.Released == nil && (k.ground == nil || k.how == office.GroundShown)
}

// sketchOf finds the sketch of the request. A photo on which nothing is drawn
// is one only when its readers may see it.
func (rq *request) sketchOf(v *scene.View) (*sketch, error) {
	k := &sketch{v: v}
	on := rq.FormValue("on")
	if on == "" {
		return k, nil
	}
	var err error
	if k.ground = v.Ground(on); k.ground == nil {
		k.how = office.GroundShown
		if k.ground, err = rq.of.PhotoOf(rq.Context(), rq.who, v.ID, on); err == nil && k.ground == nil {
			err = problem.ErrNotFound
		}
	} else {
		k.how, _, err = rq.of.Ground(rq.Context(), rq.who, v.ID, on)
	}
	if err == nil && k.how == office.GroundShown && rq.PostForm.Get("shown") != "" { // never by an address alone
		k.ticket, err = rq.of.Files.Shown(rq.Context(), rq.who, on, rq.ownPurpose())
	}
	return k, err
}

// sketchPage shows the sketch, what stands on it, and the form to draw: points
// as numbers or squares; a photo that is shown takes them by pointing, without a
// script too.
func (rq *request) sketchPage(status int, errs []ui.FieldError, above []templ.Component) error {
	v, err := rq.of.Scenes.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	k, err := rq.sketchOf(v)
	if err != nil {
		return err
	}
	title := rq.t("scene.sketch.title")
	if k.ground != nil {
		title = rq.t("scene.photo.title")
	}
	p := rq.page(title)
	p.Errors = errs
	p.Back = &ui.Link{Text: v.Ref, Href: "/scenes/" + v.ID}
	body := append([]templ.Component{ui.Heading(v.Ref, title)}, above...)
	if k.ground != nil {
		body = append(body, rq.groundWords(k)...)
		p.Back = &ui.Link{Text: rq.t("scene.sketch.title"), Href: sketchPath(v.ID, "")}
	}
	if !k.draws() || k.ticket == "" { // else it is what the form points at
		body = append(body, rq.drawing(k, ""))
	}
	things, err := rq.of.ThingsOf(rq.Context(), rq.who, v.State)
	if err != nil {
		return err
	}
	if k.draws() {
		body = append(body, with(ui.Section("draw", rq.t("scene.do.draw")), rq.drawForm(k, errs)...))
	}
	body = append(body, with(ui.Section("marks", rq.t("scene.marks.title")), rq.marksTable(k, things.Exhibits)))
	body = append(body, rq.otherSketches(k, things.Files)...)
	return rq.render(status, p, append(body, script("scene.js"))...)
}

func (rq *request) drawForm(k *sketch, errs []ui.FieldError) []templ.Component {
	f := fields{rq: rq, scope: "scene.draw", v: rq.PostForm, errors: errs}
	points := f.base("points")
	points.Rows = 3
	points.Attrs = templ.Attributes{"data-points": "sketch"}
	code := f.base("code")
	code.Width = 5
	ask := []templ.Component{}
	if k.ground != nil {
		points.Hint = rq.t("scene.photo.points")
		ask = append(ask, ui.Hidden("on", k.on()))
	}
	if k.ticket != "" {
		ask = append(ask, ui.Hidden("shown", "1"), rq.drawing(k, "at"))
	}
	ask = append(ask, f.choose("kind", "scene-marks"), ui.Textarea(points), ui.TextInput(code), f.area("note"))
	return []templ.Component{rq.timed("/scenes/"+k.v.ID+"/sketch", rq.t("scene.draw.button"), "", ask...)}
}

// script loads one of the program's own scripts; the page is whole without it.
func script(name string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, `<script type="module" src="`+templ.EscapeString(assets.URL(name))+`"></script>`)
		return err
	})
}

// drawMark puts a mark on the sketch, or takes one more point of it: where the
// photo was pressed. A button that is a picture is also pressed by a key, at
// 0,0: that is the form's own button.
func drawMark(rq *request) error {
	id, shown := rq.PathValue("id"), rq.PostForm.Get("shown") != ""
	x, errX := strconv.Atoi(rq.PostForm.Get("at.x"))
	y, errY := strconv.Atoi(rq.PostForm.Get("at.y"))
	if errX == nil && errY == nil && (x != 0 || y != 0) {
		return rq.pointed(x, y)
	}
	if _, err := rq.of.Scenes.Do(rq.Context(), rq.who, id, rq.order(), into[scene.Draw](rq.PostForm)); err != nil {
		if status, above, ok := rq.notices(err); ok {
			return rq.sketchPage(status, rq.fieldErrors(err), above)
		}
		return err
	}
	if !shown {
		rq.redirect(sketchPath(id, rq.FormValue("on")))
		return nil
	}
	for _, name := range []string{"points", "code", "note"} {
		rq.PostForm.Del(name)
	}
	return rq.sketchPage(http.StatusOK, nil, []templ.Component{ui.Banner(ui.Done, rq.t("scene.photo.drawn"), "drawn")})
}

func unmark(rq *request) error {
	id := rq.PathValue("id")
	if _, err := rq.of.Scenes.Do(rq.Context(), rq.who, id, casefile.Order{Key: rq.FormValue("_key")}, into[scene.Unmark](rq.PostForm)); err != nil {
		return err
	}
	rq.redirect(sketchPath(id, rq.FormValue("on")))
	return nil
}

// pointed adds the place that was pressed to the points of the form.
func (rq *request) pointed(x, y int) error {
	v, err := rq.of.Scenes.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	k, err := rq.sketchOf(v)
	if err != nil {
		return err
	}
	if k.ground != nil {
		w, h := pictureSize(k.ground)
		percent := func(n, of int) string {
			return strconv.FormatFloat(math.Round(float64(min(max(n, 0), of))*scene.PhotoParts/float64(of))/100, 'f', -1, 64)
		}
		rq.PostForm.Set("points", strings.TrimSpace(rq.PostForm.Get("points")+" "+percent(x, w)+","+percent(y, h)))
	}
	return rq.sketchPage(http.StatusOK, nil, nil)
}

// marksTable says in words what the drawing shows, what lies there, and which
// step led to it.
func (rq *request) marksTable(k *sketch, exhibits []*exhibit.View) templ.Component {
	v := k.v
	l := ui.Listing{Caption: rq.t("scene.marks.title"), Hide: true, Empty: rq.t("scene.marks.none"), Columns: []ui.Column{{Label: rq.t("scene.col.mark")}, {Label: rq.t("web.f.points")},
		{Label: rq.t("scene.col.there")}, {Label: rq.t("inquiry.col.act")}}}
	for _, m := range v.MarksOn(k.on()) {
		act := ui.Cell{Text: "–"}
		if v.Can(policy.SceneNote) && v.Released == nil {
			act = ui.Cell{Body: rq.press("/scenes/"+v.ID+"/unmark", "mark", m.ID, rq.t("scene.mark.remove"), ui.Hidden("on", k.on()))}
		}
		var there []templ.Component
		for _, x := range exhibits {
			if x.Plain.Mark == m.ID {
				there = append(there, anchor(x.Number, rq.o.Base+"/exhibits/"+x.ID))
			}
		}
		lies := ui.Cell{Text: "–"}
		if len(there) > 0 {
			lies = ui.Cell{Body: list(there...)}
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.markName(m), Sub: strings.TrimSpace(rq.lang.DateTime(m.By.At) + " " + rq.origins(v, scene.MadeMark, m.ID))},
			{Text: m.Coordinates()}, lies, act})
	}
	return ui.Table(l)
}

// markName is what a mark is called: its kind and its letter.
func (rq *request) markName(m *scene.Mark) string {
	return strings.TrimSpace(rq.label("scene-marks", m.Kind) + " " + m.Code)
}
