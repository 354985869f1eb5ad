package paper

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// Size of a sheet in millimetres.
type Size struct{ Width, Height float64 }

// The sheets that are used.
var (
	A4 = Size{210, 297}
	A6 = Size{105, 148} // fits a pocket
)

// Paper is one document while it is written. The first error sticks; Bytes
// tells it.
type Paper struct {
	pdf    *fpdf.Fpdf
	size   Size
	margin float64 // millimetres
	base   float64 // size of the running text, points
	rtl    bool    // its language is written from right to left
	used   map[string]bool
	lacks  rune // first letter that no font has
	plans  int  // pictures that lie under plans so far
}

// Begin starts a document. banner stands on top of every sheet, foot at its
// bottom before the number of the sheet; now is written into the file.
func Begin(size Size, title, lang, banner, foot string, now time.Time) *Paper {
	p := &Paper{size: size, margin: 20, base: 11, rtl: lang == "ar" || lang == "ur", used: map[string]bool{}}
	if size.Width < 150 {
		p.margin, p.base = min(8, size.Width/14), 8.5
	}
	p.start(title, lang, now)
	p.pdf.SetCellMargin(0)
	p.pdf.SetAutoPageBreak(true, p.margin+4)
	p.pdf.SetHeaderFunc(func() {
		if banner == "" {
			return
		}
		p.pdf.SetY(p.margin / 3)
		p.centred("B", p.base*0.85, banner)
		p.pdf.SetY(p.margin)
	})
	p.pdf.SetFooterFunc(func() {
		p.pdf.SetY(-p.margin)
		line := fmt.Sprintf("%s   %d", foot, p.pdf.PageNo())
		if p.rtl { // behind a date the number would be read as part of it
			line = fmt.Sprintf("%d   %s", p.pdf.PageNo(), foot)
		}
		p.centred("", p.base*0.75, line)
	})
	p.pdf.AddPage()
	return p
}

func (p *Paper) font(style string, size float64) { p.set(faces[0], style, size) }

// set chooses a face, and puts it into the document when it is first used.
func (p *Paper) set(f *face, style string, size float64) {
	if !p.used[f.name] {
		p.used[f.name] = true
		p.pdf.AddUTF8FontFromBytes(f.name, "", f.regular)
		p.pdf.AddUTF8FontFromBytes(f.name, "B", f.bold)
	}
	p.pdf.SetFont(f.name, style, size)
}

// centred is one line in the margin of every sheet.
func (p *Paper) centred(style string, size float64, s string) {
	words := strings.Fields(s)
	for i := range words {
		words[i] = shaped(words[i])
	}
	line := visual(strings.Join(words, " "), p.rtl)
	p.pdf.SetX(max(p.margin, (p.size.Width-p.width(style, size, line))/2))
	p.cells(style, size, line)
}

// Heading is a line in larger, bold letters; level 1 is the largest.
func (p *Paper) Heading(level int, s string) {
	size := p.base * []float64{1.6, 1.25, 1.05}[min(max(level, 1), 3)-1]
	p.write("B", size, s)
	p.Space(0.3)
}

// Text is a paragraph.
func (p *Paper) Text(s string) { p.write("", p.base, s) }

// Strong is a paragraph in bold letters.
func (p *Paper) Strong(s string) { p.write("B", p.base, s) }

// Large is a line for the eyes at night: a telephone number.
func (p *Paper) Large(s string) { p.write("B", p.base*1.4, s) }

// Small is a paragraph in small letters.
func (p *Paper) Small(s string) { p.write("", p.base*0.82, s) }

func (p *Paper) write(style string, size float64, s string) {
	if s == "" {
		return
	}
	for paragraph := range strings.SplitSeq(s, "\n") {
		for _, line := range p.lines(style, size, paragraph) {
			p.line(style, size, line)
		}
	}
}

// lines breaks a paragraph into lines that fit. Arabic letters are in their
// forms already, the order is still that of reading.
func (p *Paper) lines(style string, size float64, paragraph string) (out []string) {
	width, line := p.size.Width-2*p.margin, ""
	for _, word := range strings.Fields(paragraph) {
		word = shaped(word)
		longer := strings.TrimPrefix(line+" "+word, " ")
		if line == "" || p.width(style, size, longer) <= width {
			line = longer
			continue
		}
		out, line = append(out, line), word
	}
	return append(out, line)
}

func (p *Paper) width(style string, size float64, line string) (mm float64) {
	list, _ := pieces(line)
	for _, x := range list {
		p.set(x.face, style, size)
		mm += p.pdf.GetStringWidth(x.text)
	}
	return mm
}

// line sets one line; what is wider than the sheet, a word without end, is
// broken where it must.
func (p *Paper) line(style string, size float64, line string) {
	list, lacks := pieces(visual(line, p.rtl))
	if len(list) == 0 {
		p.pdf.Ln(size * 0.5)
		return
	}
	wide := p.width(style, size, line)
	if lacks != 0 && p.lacks == 0 {
		p.lacks = lacks
	}
	if len(list) == 1 && wide > p.size.Width-2*p.margin {
		p.set(list[0].face, style, size)
		p.pdf.MultiCell(0, size*0.5, list[0].text, "", "L", false)
		return
	}
	if p.rtl {
		p.pdf.SetX(max(p.margin, p.size.Width-p.margin-wide))
	}
	p.cells(style, size, visual(line, p.rtl))
	p.pdf.Ln(size * 0.5)
}

// cells sets a line from left to right where the pen stands.
func (p *Paper) cells(style string, size float64, line string) {
	list, lacks := pieces(line)
	if lacks != 0 && p.lacks == 0 {
		p.lacks = lacks
	}
	for _, x := range list {
		p.set(x.face, style, size)
		p.pdf.CellFormat(p.pdf.GetStringWidth(x.text), size*0.5, x.text, "", 0, "L", false, 0, "")
	}
}

// Space leaves room of so many lines.
func (p *Paper) Space(lines float64) { p.pdf.Ln(p.base * 0.5 * lines) }

// Rule draws a line across.
func (p *Paper) Rule() {
	y := p.pdf.GetY() + 1
	p.pdf.SetLineWidth(0.2)
	p.pdf.Line(p.margin, y, p.size.Width-p.margin, y)
	p.pdf.SetY(y + 1)
}

// Together starts a new sheet when so many lines do not fit on this one.
func (p *Paper) Together(lines float64) {
	if p.pdf.GetY()+lines*p.base*0.5 > p.size.Height-p.margin-4 {
		p.pdf.AddPage()
	}
}

// Bytes ends the document.
func (p *Paper) Bytes() ([]byte, error) {
	if p.lacks != 0 {
		return nil, fmt.Errorf("paper: no font has the letter %q (U+%04X)", p.lacks, p.lacks)
	}
	var out bytes.Buffer
	if err := p.pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("paper: %w", err)
	}
	return out.Bytes(), nil
}
