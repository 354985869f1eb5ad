package web

import (
	"context"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/scene"
)

// Pixels of the style sheet within which a photo is pressed without a script:
// its size must be known to tell where, also on the narrowest telephone.
const pressWidth, pressHeight = 280, 420

// pictureSize is how large a photo is on the page while it is pressed.
func pictureSize(g *scene.Ground) (w, h int) {
	w, h = pressWidth, max(1, pressWidth*g.Height/g.Width)
	if h > pressHeight {
		w, h = max(1, pressHeight*g.Width/g.Height), pressHeight
	}
	return w, h
}

// drawing is the sketch as a picture of lines: a grid, and the marks in the
// order in which they were drawn, over the photo where it is shown. It says in
// words what it shows. With a name the photo is a button that sends where it was
// pressed, and the lines let the press through.
func (rq *request) drawing(k *sketch, name string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		figure := "r-sketch"
		if k.ground != nil {
			figure += " r-sketch--photo"
		}
		if k.ticket != "" {
			figure += " r-sketch--shown"
		}
		if name != "" {
			figure += " r-sketch--press"
		}
		b.WriteString(`<figure class="` + figure + `"><div class="r-sketch__stack">`)
		if k.ticket != "" {
			rq.picture(&b, k, name)
		}
		rq.lines(&b, k)
		caption := rq.t("scene.sketch.caption")
		if k.ground != nil {
			caption = rq.t("scene.photo.caption")
		}
		b.WriteString(`</div><figcaption class="r-small">` + templ.EscapeString(caption) + `</figcaption></figure>`)
		_, err := io.WriteString(w, b.String())
		return err
	})
}

func (rq *request) picture(b *strings.Builder, k *sketch, name string) {
	w, h := pictureSize(k.ground)
	src := rq.o.Base + "/files/" + k.on() + "/preview?ticket=" + url.QueryEscape(k.ticket)
	size := ` width="` + strconv.Itoa(w) + `" height="` + strconv.Itoa(h) + `" src="` + templ.EscapeString(src) + `" alt="`
	if name == "" {
		b.WriteString(`<img class="r-sketch__picture"` + size + templ.EscapeString(rq.t("scene.photo.alt")) + `">`)
		return
	}
	b.WriteString(`<input type="image" class="r-sketch__picture" data-press="sketch" name="` + templ.EscapeString(name) + `"` + size + templ.EscapeString(rq.t("scene.photo.press")) + `">`)
}

func (rq *request) lines(b *strings.Builder, k *sketch) {
	c, box := scene.CanvasOf(k.ground), "-2 -2 104 104"
	if k.ground != nil {
		box = "0 0 100 " + scene.Short(c.High) + `" preserveAspectRatio="none`
	}
	b.WriteString(`<svg id="sketch" viewBox="` + box + `" data-high="` + scene.Short(c.High) + `" role="img" aria-label="` + templ.EscapeString(rq.sketchWords(k)) + `">`)
	if k.ticket == "" {
		b.WriteString(`<rect x="0" y="0" width="100" height="` + scene.Short(c.High) + `" class="r-sketch__ground"/>`)
	}
	grid(b, c)
	for _, m := range k.v.MarksOn(k.on()) {
		rq.drawOne(b, c, m)
	}
	b.WriteString(`</svg>`)
}

// grid draws the squares A1 to J10, by which a place can be named without
// pointing.
func grid(b *strings.Builder, c scene.Canvas) {
	high := c.High / scene.Squares
	for n := range scene.Squares {
		at, down := scene.Short(float64(n)*100/scene.Squares), scene.Short(float64(n)*high)
		if n > 0 {
			b.WriteString(`<path class="r-sketch__grid" d="M` + at + ` 0V` + scene.Short(c.High) + `M0 ` + down + `H100"/>`)
		}
		b.WriteString(`<text class="r-sketch__square" x="` + scene.Short(float64(n)*10+5) + `" y="2.6" text-anchor="middle">` + string(rune('A'+n)) + `</text>` +
			`<text class="r-sketch__square" x="0.6" y="` + scene.Short(float64(n)*high+high/2+1) + `">` + strconv.Itoa(n+1) + `</text>`)
	}
}

func (rq *request) sketchWords(k *sketch) string {
	var words []string
	for _, m := range k.v.MarksOn(k.on()) {
		words = append(words, rq.markName(m))
	}
	if len(words) == 0 {
		return rq.t("scene.marks.none")
	}
	return rq.t("scene.sketch.title") + ": " + strings.Join(words, ", ")
}

// drawOne draws one mark by its shape. Kinds are ids of the vocabulary, so
// that they can stand in a class.
func (rq *request) drawOne(b *strings.Builder, c scene.Canvas, m *scene.Mark) {
	class := ` class="r-mark r-mark--` + templ.EscapeString(m.Kind) + `"`
	title := "<title>" + templ.EscapeString(rq.markName(m)) + "</title>"
	points := make([]string, len(m.Points))
	for i, p := range m.Points {
		x, y := c.At(m, p)
		points[i] = scene.Short(x) + "," + scene.Short(y)
	}
	switch rq.of.Scenes.Rules.Shape(m.Kind) {
	case scene.Area:
		b.WriteString(`<polygon` + class + ` points="` + strings.Join(points, " ") + `">` + title + `</polygon>`)
	case scene.Line:
		b.WriteString(`<polyline` + class + ` points="` + strings.Join(points, " ") + `">` + title + `</polyline>`)
	default:
		for _, p := range m.Points {
			x, y := c.At(m, p)
			b.WriteString(`<circle` + class + ` cx="` + scene.Short(x) + `" cy="` + scene.Short(y) + `" r="1.6">` + title + `</circle>`)
		}
	}
	word := m.Code
	if word == "" {
		word = rq.label("scene-marks", m.Kind)
	}
	x, y := c.At(m, m.Points[0])
	anchor, dx := "start", 2.0
	if x > 70 {
		anchor, dx = "end", -2
	}
	b.WriteString(`<text class="r-sketch__word" text-anchor="` + anchor + `" x="` + scene.Short(x+dx) + `" y="` + scene.Short(max(y-1, 3)) + `">` + templ.EscapeString(word) + `</text>`)
}
