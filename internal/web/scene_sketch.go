package web

import (
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/policy"
	"rufaa/internal/scene"
	"rufaa/internal/web/assets"
	"rufaa/internal/web/ui"
)

// sketchPage shows the sketch, what stands on it, and the form to draw: points
// as numbers, which a script lets one point at instead.
func (rq *request) sketchPage(status int, errs []ui.FieldError, above []templ.Component) error {
	v, err := rq.of.Scenes.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	title := rq.t("scene.sketch.title")
	p := rq.page(title)
	p.Errors = errs
	p.Back = &ui.Link{Text: v.Ref, Href: "/scenes/" + v.ID}
	body := append([]templ.Component{ui.Heading(v.Ref, title)}, above...)
	body = append(body, rq.drawing(v), rq.marksTable(v))
	if v.Can(policy.SceneNote) && v.Released == nil {
		f := fields{rq: rq, scope: "scene.draw", v: rq.PostForm, errors: errs}
		points := f.base("points")
		points.Rows = 3
		points.Attrs = templ.Attributes{"data-points": "sketch"}
		code := f.base("code")
		code.Width = 5
		body = append(body, with(ui.Section("draw", rq.t("scene.do.draw")),
			rq.timed("/scenes/"+v.ID+"/sketch", rq.t("scene.draw.button"), "", f.radios("kind", "scene-marks"), ui.Textarea(points), ui.TextInput(code), f.area("note"))),
			script("scene.js"))
	}
	return rq.render(status, p, body...)
}

// script loads one of the program's own scripts; the page is whole without it.
func script(name string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, `<script type="module" src="`+templ.EscapeString(assets.URL(name))+`"></script>`)
		return err
	})
}

func drawMark(rq *request) error {
	id := rq.PathValue("id")
	if _, err := rq.of.Scenes.Do(rq.Context(), rq.who, id, rq.order(), into[scene.Draw](rq.PostForm)); err != nil {
		if status, above, ok := rq.notices(err); ok {
			return rq.sketchPage(status, rq.fieldErrors(err), above)
		}
		return err
	}
	rq.redirect("/scenes/" + id + "/sketch")
	return nil
}

func (rq *request) marksTable(v *scene.View) templ.Component {
	l := ui.Listing{Caption: rq.t("scene.marks.title"), Hide: true, Empty: rq.t("scene.marks.none"), Columns: []ui.Column{{Label: rq.t("scene.col.mark")}, {Label: rq.t("web.f.points")}, {Label: rq.t("inquiry.col.act")}}}
	for i := range v.Marks {
		m := &v.Marks[i]
		if m.Gone != nil {
			continue
		}
		act := ui.Cell{Text: "–"}
		if v.Can(policy.SceneNote) && v.Released == nil {
			act = ui.Cell{Body: rq.press("/scenes/"+v.ID+"/unmark", "mark", m.ID, rq.t("scene.mark.remove"))}
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: strings.TrimSpace(rq.label("scene-marks", m.Kind) + " " + m.Code), Sub: rq.lang.DateTime(m.By.At)}, {Text: coordinates(m.Points)}, act})
	}
	return ui.Table(l)
}

func coordinates(list []scene.XY) string {
	words := make([]string, len(list))
	for i, p := range list {
		words[i] = strconv.Itoa(p.X) + "," + strconv.Itoa(p.Y)
	}
	return strings.Join(words, " ")
}

// drawing is the sketch as a picture of lines: a grid, and the marks in the
// order in which they were drawn. It says in words what it shows.
func (rq *request) drawing(v *scene.View) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		b.WriteString(`<figure class="r-sketch"><svg id="sketch" viewBox="-2 -2 104 104" role="img" aria-label="`)
		b.WriteString(templ.EscapeString(rq.sketchWords(v)))
		b.WriteString(`"><rect x="0" y="0" width="100" height="100" class="r-sketch__ground"/>`)
		for n := 10; n < 100; n += 10 {
			at := strconv.Itoa(n)
			b.WriteString(`<path class="r-sketch__grid" d="M` + at + ` 0V100M0 ` + at + `H100"/>`)
		}
		for i := range v.Marks {
			if m := &v.Marks[i]; m.Gone == nil {
				rq.drawMark(&b, m)
			}
		}
		b.WriteString(`</svg><figcaption class="r-small">` + templ.EscapeString(rq.t("scene.sketch.caption")) + `</figcaption></figure>`)
		_, err := io.WriteString(w, b.String())
		return err
	})
}

func (rq *request) sketchWords(v *scene.View) string {
	var words []string
	for i := range v.Marks {
		if m := &v.Marks[i]; m.Gone == nil {
			words = append(words, strings.TrimSpace(rq.label("scene-marks", m.Kind)+" "+m.Code))
		}
	}
	if len(words) == 0 {
		return rq.t("scene.marks.none")
	}
	return rq.t("scene.sketch.title") + ": " + strings.Join(words, ", ")
}

// drawMark draws one mark by its shape. Kinds are ids of the vocabulary, so
// that they can stand in a class.
func (rq *request) drawMark(b *strings.Builder, m *scene.Mark) {
	class := ` class="r-mark r-mark--` + templ.EscapeString(m.Kind) + `"`
	title := "<title>" + templ.EscapeString(strings.TrimSpace(rq.label("scene-marks", m.Kind)+" "+m.Code)) + "</title>"
	switch rq.of.Scenes.Rules.Shape(m.Kind) {
	case scene.Area:
		b.WriteString(`<polygon` + class + ` points="` + coordinates(m.Points) + `">` + title + `</polygon>`)
	case scene.Line:
		b.WriteString(`<polyline` + class + ` points="` + coordinates(m.Points) + `">` + title + `</polyline>`)
	default:
		for _, p := range m.Points {
			b.WriteString(`<circle` + class + ` cx="` + strconv.Itoa(p.X) + `" cy="` + strconv.Itoa(p.Y) + `" r="1.6">` + title + `</circle>`)
		}
	}
	word := m.Code
	if word == "" {
		word = rq.label("scene-marks", m.Kind)
	}
	p := m.Points[0]
	anchor, dx := "start", 2
	if p.X > 70 {
		anchor, dx = "end", -2
	}
	b.WriteString(`<text class="r-sketch__word" text-anchor="` + anchor + `" x="` + strconv.Itoa(p.X+dx) + `" y="` + strconv.Itoa(max(p.Y-1, 3)) + `">` + templ.EscapeString(word) + `</text>`)
}
