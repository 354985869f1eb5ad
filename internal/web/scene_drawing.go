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

// coordinates are a mark's points as one types them.
func coordinates(m *scene.Mark) string {
	words := make([]string, len(m.Points))
	for i, p := range m.Points {
		words[i] = m.Percent(p.X) + "," + m.Percent(p.Y)
	}
	return strings.Join(words, " ")
}

// The drawing's own measure: it is 100 wide; a photo is as high as it is.
type canvas struct{ height float64 }

func (k *sketch) canvas() canvas {
	if k.ground == nil {
		return canvas{100}
	}
	return canvas{100 * float64(k.ground.Height) / float64(k.ground.Width)}
}

// at places a point of a mark on the canvas.
func (c canvas) at(m *scene.Mark, p scene.XY) (x, y float64) {
	parts := float64(m.Parts())
	return float64(p.X) * 100 / parts, float64(p.Y) * c.height / parts
}

// short writes a measure with at most two places.
func short(f float64) string {
	return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(f, 'f', 2, 64), "0"), ".")
}

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
	c, box := k.canvas(), "-2 -2 104 104"
	if k.ground != nil {
		box = "0 0 100 " + short(c.height) + `" preserveAspectRatio="none`
	}
	b.WriteString(`<svg id="sketch" viewBox="` + box + `" data-high="` + short(c.height) + `" role="img" aria-label="` + templ.EscapeString(rq.sketchWords(k)) + `">`)
	if k.ticket == "" {
		b.WriteString(`<rect x="0" y="0" width="100" height="` + short(c.height) + `" class="r-sketch__ground"/>`)
	}
	c.grid(b)
	for _, m := range k.v.MarksOn(k.on()) {
		rq.drawOne(b, c, m)
	}
	b.WriteString(`</svg>`)
}

// grid draws the squares A1 to J10, by which a place can be named without
// pointing.
func (c canvas) grid(b *strings.Builder) {
	high := c.height / scene.Squares
	for n := range scene.Squares {
		at, down := short(float64(n)*100/scene.Squares), short(float64(n)*high)
		if n > 0 {
			b.WriteString(`<path class="r-sketch__grid" d="M` + at + ` 0V` + short(c.height) + `M0 ` + down + `H100"/>`)
		}
		b.WriteString(`<text class="r-sketch__square" x="` + short(float64(n)*10+5) + `" y="2.6" text-anchor="middle">` + string(rune('A'+n)) + `</text>` +
			`<text class="r-sketch__square" x="0.6" y="` + short(float64(n)*high+high/2+1) + `">` + strconv.Itoa(n+1) + `</text>`)
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
func (rq *request) drawOne(b *strings.Builder, c canvas, m *scene.Mark) {
	class := ` class="r-mark r-mark--` + templ.EscapeString(m.Kind) + `"`
	title := "<title>" + templ.EscapeString(rq.markName(m)) + "</title>"
	points := make([]string, len(m.Points))
	for i, p := range m.Points {
		x, y := c.at(m, p)
		points[i] = short(x) + "," + short(y)
	}
	switch rq.of.Scenes.Rules.Shape(m.Kind) {
	case scene.Area:
		b.WriteString(`<polygon` + class + ` points="` + strings.Join(points, " ") + `">` + title + `</polygon>`)
	case scene.Line:
		b.WriteString(`<polyline` + class + ` points="` + strings.Join(points, " ") + `">` + title + `</polyline>`)
	default:
		for _, p := range m.Points {
			x, y := c.at(m, p)
			b.WriteString(`<circle` + class + ` cx="` + short(x) + `" cy="` + short(y) + `" r="1.6">` + title + `</circle>`)
		}
	}
	word := m.Code
	if word == "" {
		word = rq.label("scene-marks", m.Kind)
	}
	x, y := c.at(m, m.Points[0])
	anchor, dx := "start", 2.0
	if x > 70 {
		anchor, dx = "end", -2
	}
	b.WriteString(`<text class="r-sketch__word" text-anchor="` + anchor + `" x="` + short(x+dx) + `" y="` + short(max(y-1, 3)) + `">` + templ.EscapeString(word) + `</text>`)
}
