package chart

import (
	"fmt"
	"html"
	"strings"
)

// Curve is a line of shares, 0 to 1, over equal steps of the axis.
type Curve struct {
	Name   string
	Shares []float64
}

// Curves are up to three lines on one pair of axes.
type Curves struct {
	Name, About string   // for those who do not see the drawing
	Axis        string   // what runs from left to right
	Ticks       []string // at equal distances along it, the first at its start
	Lines       []Curve
}

const (
	width, height = 640, 300
	left, right   = 46, 14
	top, bottom   = 14, 46
)

func begin(b *strings.Builder, high int, name, about string) {
	fmt.Fprintf(b, `<svg class="r-chart" viewBox="0 0 %d %d" role="img"><title>%s</title><desc>%s</desc>`,
		width, high, html.EscapeString(name), html.EscapeString(about))
}

func words(b *strings.Builder, x, y int, anchor, text string) {
	fmt.Fprintf(b, `<text class="r-chart__name" x="%d" y="%d" text-anchor="%s">%s</text>`, x, y, anchor, html.EscapeString(text))
}

// SVG draws the curves. Shares outside 0 to 1 are drawn at the edge.
func (c Curves) SVG() string {
	var b strings.Builder
	legend := 18 * len(c.Lines)
	high := height + legend
	begin(&b, high, c.Name, c.About)
	floor := height - bottom
	for i := range 5 {
		y := floor - i*(floor-top)/4
		fmt.Fprintf(&b, `<path class="r-chart__grid" d="M%d %dH%d"/>`, left, y, width-right)
		words(&b, left-6, y+4, "end", fmt.Sprintf("%d %%", i*25))
	}
	for i, t := range c.Ticks {
		x := left
		if len(c.Ticks) > 1 {
			x += i * (width - right - left) / (len(c.Ticks) - 1)
		}
		anchor := "middle"
		switch i {
		case 0:
			anchor = "start"
		case len(c.Ticks) - 1:
			anchor = "end"
		}
		words(&b, x, floor+18, anchor, t)
	}
	words(&b, (left+width-right)/2, floor+38, "middle", c.Axis)
	for i, l := range c.Lines {
		fmt.Fprintf(&b, `<path class="r-chart__line r-chart__line--%d" d="%s"/>`, i+1, steps(l.Shares, floor))
		y := height + 18*i + 4
		fmt.Fprintf(&b, `<path class="r-chart__line r-chart__line--%d" d="M%d %dH%d"/>`, i+1, left, y-4, left+36)
		words(&b, left+44, y, "start", l.Name)
	}
	b.WriteString(`</svg>`)
	return b.String()
}

func steps(shares []float64, floor int) string {
	var d strings.Builder
	for i, s := range shares {
		x := float64(left)
		if len(shares) > 1 {
			x += float64(i) * float64(width-right-left) / float64(len(shares)-1)
		}
		y := float64(floor) - min(max(s, 0), 1)*float64(floor-top)
		if i == 0 {
			fmt.Fprintf(&d, "M%.1f %.1f", x, y)
			continue
		}
		fmt.Fprintf(&d, "H%.1fV%.1f", x, y)
	}
	return d.String()
}

// Bar is one bar with its name and the figure in words.
type Bar struct {
	Name, Said string
	Share      float64 // of the axis, 0 to 1
	Dim        bool    // stands back: hatched, not filled
}

// Bars are named bars from left to right, with a mark across all of them.
type Bars struct {
	Name, About string
	Mark        float64 // 0 to 1; 0 draws none
	Rows        []Bar
}

// SVG draws the bars.
func (c Bars) SVG() string {
	const row, from = 22, 90
	var b strings.Builder
	high := row*len(c.Rows) + 6
	begin(&b, high, c.Name, c.About)
	span := width - from - 60
	for i, r := range c.Rows {
		y := i * row
		words(&b, 0, y+15, "start", r.Name)
		long := max(2, int(min(max(r.Share, 0), 1)*float64(span)))
		class := "r-chart__half"
		if r.Dim {
			class = "r-chart__dim"
		}
		fmt.Fprintf(&b, `<rect class="%s" x="%d" y="%d" width="%d" height="14"/>`, class, from, y+4, long)
		words(&b, from+long+6, y+15, "start", r.Said)
	}
	if c.Mark > 0 {
		x := from + int(c.Mark*float64(span))
		fmt.Fprintf(&b, `<path class="r-chart__mark" d="M%d 0V%d"/>`, x, high)
	}
	b.WriteString(`</svg>`)
	return b.String()
}
