package custody

import (
	"fmt"
	"html"
	"slices"
	"strings"
)

// Words are what the drawing says; they come from the page.
type Words struct {
	Title string             // what the picture is, for those who hear it
	Told  string             // the same in a sentence: how many had it, how many findings
	Event func(i int) string // beside its number: what and when
	Flaw  func(i int) string // of a finding, short
}

// Sizes of the drawing, in units of its view box.
const (
	rowHeight = 44
	laneWidth = 26
	headSpace = 30
	textWidth = 240
)

// Lanes are the keepers in the order in which they first had it, with those to
// whom it was offered.
func (c *Chain) Lanes() []string {
	var out []string
	add := func(who string) {
		if who != "" && !slices.Contains(out, who) {
			out = append(out, who)
		}
	}
	for i := range c.Events {
		e := &c.Events[i]
		add(e.By.Who)
		if e.Kind == Handed {
			add(e.To)
		}
		if e.Received != nil {
			add(e.Received.Who)
		}
	}
	return out
}

// LaneName is the letter by which a lane is called: A, B, … Z, AA.
func LaneName(i int) string {
	name := string(rune('A' + i%26))
	if i >= 26 {
		return LaneName(i/26-1) + name
	}
	return name
}

// Draw draws the chain as SVG: time runs down, each keeper has a lane, a
// hand-over crosses from lane to lane. Whatever it shows stands in words too;
// colours only support shapes. It uses no style that a content policy forbids.
func (c *Chain) Draw(w Words) string {
	lanes := c.Lanes()
	left := laneWidth * max(len(lanes), 1)
	width, height := left+textWidth, headSpace+rowHeight*len(c.Events)+8
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="r-chain" role="img" aria-label="%s" viewBox="0 0 %d %d" width="%d" height="%d" font-family="sans-serif" font-size="12">`,
		html.EscapeString(w.Title+". "+w.Told), width, height, width, height)
	fmt.Fprintf(&b, `<title>%s</title><desc>%s</desc><rect width="%d" height="%d" fill="#fff"/>`, html.EscapeString(w.Title), html.EscapeString(w.Told), width, height)
	x := func(who string) int { return slices.Index(lanes, who)*laneWidth + laneWidth/2 }
	y := func(i int) int { return headSpace + rowHeight*i + rowHeight/2 }
	for i := range lanes {
		cx := i*laneWidth + laneWidth/2
		fmt.Fprintf(&b, `<text x="%d" y="18" text-anchor="middle" font-weight="bold" fill="#1d2b2a">%s</text><path d="M%d 24V%d" stroke="#c9d3d2" stroke-width="1" stroke-dasharray="2 3"/>`,
			cx, LaneName(i), cx, height-4)
	}
	c.drawStays(&b, x, y)
	for i := range c.Events {
		c.drawEvent(&b, i, x, y(i))
		fmt.Fprintf(&b, `<text x="%d" y="%d" fill="#1d2b2a">%s</text>`, left+6, y(i)+4, html.EscapeString(w.Event(i)))
	}
	c.drawFindings(&b, left, y, w)
	b.WriteString(`</svg>`)
	return b.String()
}

// drawStays draws who had it as thick lines down a lane.
func (c *Chain) drawStays(b *strings.Builder, x func(string) int, y func(int) int) {
	for _, s := range c.Stays {
		to := y(len(c.Events)-1) + rowHeight/3
		if s.To >= 0 {
			to = y(s.To)
		}
		fmt.Fprintf(b, `<path d="M%d %dV%d" stroke="#0b6b66" stroke-width="5"/>`, x(s.Who), y(s.From), max(to, y(s.From)))
	}
}

// drawEvent draws a dot where somebody acted, an arrow where it changed hands
// (dashed while the other side is missing), a bar where the chain ended.
func (c *Chain) drawEvent(b *strings.Builder, i int, x func(string) int, y int) {
	e := &c.Events[i]
	from := x(e.By.Who)
	if e.Kind == Handed {
		to, dash := x(e.To), ` stroke-dasharray="4 3"`
		if e.Received != nil {
			to, dash = x(e.Received.Who), ""
		}
		fmt.Fprintf(b, `<path d="M%d %dH%d" stroke="#0b6b66" stroke-width="2"%s/>`, from, y, to, dash)
		way := 6
		if to < from {
			way = -6
		}
		if e.Received != nil && to != from {
			fmt.Fprintf(b, `<path d="M%d %dl%d -4v8z" fill="#0b6b66"/>`, to, y, -way)
		}
	}
	switch e.Kind {
	case Opened:
		fmt.Fprintf(b, `<circle cx="%d" cy="%d" r="6" fill="#fff" stroke="#0b6b66" stroke-width="2" stroke-dasharray="3 2"/>`, from, y)
	case Returned, Destroyed:
		fmt.Fprintf(b, `<path d="M%d %dh16v5h-16z" fill="#1d2b2a"/>`, from-8, y-2)
	default:
		fmt.Fprintf(b, `<circle cx="%d" cy="%d" r="6" fill="#fff" stroke="#0b6b66" stroke-width="2"/>`, from, y)
	}
}

// drawFindings marks each finding with its number at its second event: a
// triangle for what breaks the chain, a ring for what is only told.
func (c *Chain) drawFindings(b *strings.Builder, left int, y func(int) int, w Words) {
	at := map[int]int{}
	for i := range c.Findings {
		f := &c.Findings[i]
		row := f.Second.Event
		cx, cy := left+14+at[row]*24, y(row)+14
		at[row]++
		shape := fmt.Sprintf(`<path d="M%d %dl8 14h-16z" fill="#a3231b"/>`, cx, cy-9)
		if !f.Flaw.Breaks() {
			shape = fmt.Sprintf(`<circle cx="%d" cy="%d" r="8" fill="#6b4a00"/>`, cx, cy-2)
		}
		fmt.Fprintf(b, `<g><title>%s</title>%s<text x="%d" y="%d" text-anchor="middle" font-size="9" font-weight="bold" fill="#fff">%d</text></g>`,
			html.EscapeString(w.Flaw(i)), shape, cx, cy+2, i+1)
	}
}
