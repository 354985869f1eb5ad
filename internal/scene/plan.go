package scene

import (
	"encoding/base64"
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
)

// Canvas is the measure of a drawing of the sketch: it is 100 wide; on a photo
// it is as high as that is.
type Canvas struct{ High float64 }

// CanvasOf is that of a photo, or of the plain sketch for nil.
func CanvasOf(g *Ground) Canvas {
	if g == nil {
		return Canvas{100}
	}
	return Canvas{100 * float64(g.Height) / float64(g.Width)}
}

// At places a point of a mark on the canvas.
func (c Canvas) At(m *Mark, p XY) (x, y float64) {
	parts := float64(m.Parts())
	return float64(p.X) * 100 / parts, float64(p.Y) * c.High / parts
}

// Short writes a measure with at most two places.
func Short(f float64) string {
	return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(f, 'f', 2, 64), "0"), ".")
}

// Coordinates are a mark's points as one types them.
func (m *Mark) Coordinates() string {
	words := make([]string, len(m.Points))
	for i, p := range m.Points {
		words[i] = m.Percent(p.X) + "," + m.Percent(p.Y)
	}
	return strings.Join(words, " ")
}

// Dashed tells a mark whose line is broken, so that it is told from a wall
// without a colour.
func (m *Mark) Dashed() bool { return m.Kind == "outer-cordon" || m.Kind == "approach-path" }

// Plan is one sketch as a picture that stands by itself: it fetches nothing, and
// says in words what it draws.
type Plan struct {
	On      *Ground  // nil is the plain sketch
	Picture []byte   // JPEG under the lines; nil is the lines alone
	Title   string   // above it
	Notes   []string // above it, one below the other
	Word    func(*Mark) string
	Line    func(*Mark) string // of each mark, also one that was taken off
}

// Measures of a plan beside its canvas, in units of its view box.
const (
	planMargin = 3
	planLine   = 3.2 // from one line of words to the next
	planWords  = 78  // letters of a line
)

// DrawPlan draws it as SVG.
func (s *State) DrawPlan(r *Rules, p Plan) string {
	c, on := CanvasOf(p.On), ""
	if p.On != nil {
		on = p.On.File
	}
	var head, foot []string
	for _, note := range p.Notes {
		head = append(head, wrapped(note)...)
	}
	for i := range s.Marks {
		if m := &s.Marks[i]; m.of(on) {
			foot = append(foot, wrapped(p.Line(m))...)
		}
	}
	top := planMargin + 3 + planLine*float64(len(head)) + 2
	below := top + c.High + planLine
	var b strings.Builder
	width, height := float64(100+2*planMargin), below+planLine*float64(len(foot))+planMargin
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 %s %s" width="%s" height="%s" font-family="sans-serif" font-size="2.2" fill="#000">`,
		Short(width), Short(height), Short(8*width), Short(8*height))
	fmt.Fprintf(&b, `<title>%s</title><rect width="%s" height="%s" fill="#fff"/><text x="%d" y="%d" font-size="3" font-weight="bold">%s</text>`,
		html.EscapeString(p.Title), Short(width), Short(height), planMargin, planMargin+2, html.EscapeString(p.Title))
	lines(&b, head, planMargin+2+planLine)
	fmt.Fprintf(&b, `<svg x="%d" y="%s" width="100" height="%s" viewBox="0 0 100 %s">`, planMargin, Short(top), Short(c.High), Short(c.High))
	s.drawCanvas(&b, r, &p, c, on)
	b.WriteString(`</svg>`)
	lines(&b, foot, below)
	b.WriteString(`</svg>`)
	return b.String()
}

// of tells whether a mark stands on a photo; on the plain sketch for "".
func (m *Mark) of(file string) bool {
	return m.On == nil && file == "" || m.On != nil && m.On.File == file
}

func (s *State) drawCanvas(b *strings.Builder, r *Rules, p *Plan, c Canvas, on string) {
	if p.Picture != nil {
		fmt.Fprintf(b, `<image width="100" height="%s" preserveAspectRatio="none" href="data:image/jpeg;base64,%s"/>`,
			Short(c.High), base64.StdEncoding.EncodeToString(p.Picture))
	}
	fmt.Fprintf(b, `<rect width="100" height="%s" fill="none" stroke="#000" stroke-width="0.4"/>`, Short(c.High))
	for n := range Squares {
		at, down := Short(float64(n)*100/Squares), Short(float64(n)*c.High/Squares)
		if n > 0 {
			fmt.Fprintf(b, `<path d="M%s 0V%sM0 %sH100" stroke="#888" stroke-width="0.1" fill="none"/>`, at, Short(c.High), down)
		}
		fmt.Fprintf(b, `<text x="%s" y="2.2" font-size="1.8" fill="#555">%c</text><text x="0.4" y="%s" font-size="1.8" fill="#555">%d</text>`,
			Short(float64(n)*10+4.6), 'A'+n, Short((float64(n)+0.5)*c.High/Squares+0.6), n+1)
	}
	for _, m := range s.MarksOn(on) {
		drawMark(b, c, m, r.Shape(m.Kind), p.Word(m))
	}
}

// drawMark draws one. Each line has a light edge, so that it is seen on dark
// ground and on light.
func drawMark(b *strings.Builder, c Canvas, m *Mark, shape Shape, word string) {
	points := make([]string, len(m.Points))
	for i, at := range m.Points {
		x, y := c.At(m, at)
		points[i] = Short(x) + "," + Short(y)
		if shape == Point {
			fmt.Fprintf(b, `<circle cx="%s" cy="%s" r="1.2" stroke="#fff" stroke-width="0.5"/>`, Short(x), Short(y))
		}
	}
	if shape != Point {
		name := map[bool]string{true: "polygon", false: "polyline"}[shape == Area]
		dash := ""
		if m.Dashed() {
			dash = ` stroke-dasharray="2 1.4"`
		}
		list := strings.Join(points, " ")
		fmt.Fprintf(b, `<%s points="%s" fill="none" stroke="#fff" stroke-width="1.6"/><%s points="%s" fill="none" stroke="#000" stroke-width="0.6"%s/>`, name, list, name, list, dash)
	}
	x, y := c.At(m, m.Points[0])
	anchor, dx := "start", 2.0
	if x > 70 {
		anchor, dx = "end", -2
	}
	fmt.Fprintf(b, `<text x="%s" y="%s" text-anchor="%s" font-weight="bold" stroke="#fff" stroke-width="0.6" paint-order="stroke">%s</text>`,
		Short(x+dx), Short(max(y-1, 2.4)), anchor, html.EscapeString(word))
}

func lines(b *strings.Builder, list []string, y float64) {
	for i, text := range list {
		fmt.Fprintf(b, `<text x="%d" y="%s">%s</text>`, planMargin, Short(y+planLine*float64(i)), html.EscapeString(text))
	}
}

// wrapped breaks a text into lines: a drawing breaks none by itself.
func wrapped(text string) []string {
	var out []string
	line := ""
	for _, word := range slices.Concat(strings.Fields(text), []string{""}) {
		if word == "" || line != "" && len([]rune(line))+1+len([]rune(word)) > planWords {
			if line != "" {
				out = append(out, line)
			}
			line = word
			continue
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return out
}
