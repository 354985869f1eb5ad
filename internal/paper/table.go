package paper

import (
	"slices"
	"strings"
)

// Roll is a strip of a thermal printer's roll, as long as so many lines need.
func Roll(width float64, lines int) Size {
	return Size{width, max(60, 30+float64(lines)*4)}
}

// Column is one column of a table: its head and its share of the width.
type Column struct {
	Head  string
	Share float64
}

// Table prints rows under heads, which stand on every sheet again. A row is
// never cut across two sheets.
func (p *Paper) Table(columns []Column, rows [][]string) {
	total := 0.0
	for _, c := range columns {
		total += c.Share
	}
	widths := make([]float64, len(columns))
	heads := make([]string, len(columns))
	for i, c := range columns {
		widths[i], heads[i] = (p.size.Width-2*p.margin)*c.Share/total, c.Head
	}
	p.row("B", widths, heads)
	for _, r := range rows {
		if p.pdf.GetY()+p.height(widths, r) > p.size.Height-p.margin-6 {
			p.pdf.AddPage()
			p.row("B", widths, heads)
		}
		p.row("", widths, r)
	}
}

// lineHeight of a table's letters, in millimetres.
func (p *Paper) lineHeight() float64 { return p.base * 0.42 }

// height is how tall a row becomes.
func (p *Paper) height(widths []float64, cells []string) float64 {
	most := 1
	for i, s := range cells {
		s = p.cell("", s, widths[i]-2)
		most = max(most, len(p.pdf.SplitText(s, widths[i]-2)))
	}
	return float64(most)*p.lineHeight() + 2
}

// cell sets the face for what stands in a cell, which is set in one: the first
// that has all its letters. What is too wide for the cell is broken after a stroke
// before anywhere else.
func (p *Paper) cell(style, s string, width float64) string {
	words := strings.Split(s, " ")
	for i := range words {
		words[i] = shaped(words[i])
	}
	s = visual(strings.Join(words, " "), p.rtl)
	for _, f := range faces {
		if !strings.ContainsFunc(s, func(r rune) bool { return r >= ' ' && !f.has(r) }) {
			p.set(f, style, p.base*0.82)
			return p.atStrokes(s, width)
		}
	}
	p.font(style, p.base*0.82)
	return p.known(s)
}

// atStrokes breaks each word that is wider than the cell after its strokes ("/"),
// so that the parts of a number stay whole.
func (p *Paper) atStrokes(s string, width float64) string {
	words := strings.Split(s, " ")
	for i, word := range words {
		if p.pdf.GetStringWidth(word) <= width || !strings.Contains(word, "/") {
			continue
		}
		var lines []string
		line := ""
		for _, part := range strings.SplitAfter(word, "/") {
			if line != "" && p.pdf.GetStringWidth(line+part) > width {
				lines, line = append(lines, line), ""
			}
			line += part
		}
		words[i] = strings.Join(append(lines, line), "\n")
	}
	return strings.Join(words, " ")
}

func (p *Paper) row(style string, widths []float64, cells []string) {
	h, x, y := p.height(widths, cells), p.margin, p.pdf.GetY()
	for i, s := range cells {
		s = p.cell(style, s, widths[i]-2)
		p.pdf.SetXY(x, y+1)
		p.pdf.MultiCell(widths[i]-1, p.lineHeight(), s, "", "L", false)
		x += widths[i]
	}
	p.pdf.SetLineWidth(0.1)
	p.pdf.Line(p.margin, y+h, p.size.Width-p.margin, y+h)
	p.pdf.SetXY(p.margin, y+h)
}

// Blanks are lines to be filled in by hand, each under its name.
func (p *Paper) Blanks(names ...string) {
	for _, chunk := range slices.Collect(slices.Chunk(names, 2)) {
		p.Space(1.3)
		width := (p.size.Width - 2*p.margin) / 2
		y := p.pdf.GetY()
		p.font("", p.base*0.75)
		for i, name := range chunk {
			x := p.margin + float64(i)*width
			p.pdf.SetLineWidth(0.2)
			p.pdf.Line(x, y, x+width-6, y)
			p.pdf.SetXY(x, y+0.5)
			p.pdf.CellFormat(width-6, 4, p.known(name), "", 0, "L", false, 0, "")
		}
		p.pdf.SetXY(p.margin, y+5)
	}
}
