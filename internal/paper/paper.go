package paper

import (
	"bytes"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
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
	lacks  rune    // first letter that the font does not have
}

// Begin starts a document. banner stands on top of every sheet, foot at its
// bottom before the number of the sheet; now is written into the file.
func Begin(size Size, title, lang, banner, foot string, now time.Time) *Paper {
	p := &Paper{size: size, margin: 20, base: 11}
	if size.Width < 150 {
		p.margin, p.base = min(8, size.Width/14), 8.5
	}
	p.start(title, lang, now)
	p.pdf.SetAutoPageBreak(true, p.margin+4)
	p.pdf.SetHeaderFunc(func() {
		if banner == "" {
			return
		}
		p.pdf.SetY(p.margin / 3)
		p.font("B", p.base*0.85)
		p.pdf.CellFormat(0, p.base*0.45, p.known(banner), "", 1, "C", false, 0, "")
		p.pdf.SetY(p.margin)
	})
	p.pdf.SetFooterFunc(func() {
		p.pdf.SetY(-p.margin)
		p.font("", p.base*0.75)
		p.pdf.CellFormat(0, p.base*0.4, fmt.Sprintf("%s   %d", p.known(foot), p.pdf.PageNo()), "", 0, "C", false, 0, "")
	})
	p.pdf.AddPage()
	return p
}

// fonts are compiled in: a paper looks the same wherever it is made.
func (p *Paper) fonts() {
	p.pdf.AddUTF8FontFromBytes("go", "", goregular.TTF)
	p.pdf.AddUTF8FontFromBytes("go", "B", gobold.TTF)
}

func (p *Paper) font(style string, size float64) { p.pdf.SetFont("go", style, size) }

// faces knows which letters the font has.
var face = func() *sfnt.Font {
	f, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		panic("paper: the font that is compiled in cannot be read: " + err.Error())
	}
	return f
}()

// known notes a letter that the font lacks.
func (p *Paper) known(s string) string {
	var buf sfnt.Buffer
	for _, r := range s {
		if r < ' ' || p.lacks != 0 {
			continue
		}
		if i, err := face.GlyphIndex(&buf, r); err != nil || i == 0 {
			p.lacks = r
		}
	}
	return s
}

// Heading is a line in larger, bold letters; level 1 is the largest.
func (p *Paper) Heading(level int, s string) {
	size := p.base * []float64{1.6, 1.25, 1.05}[min(max(level, 1), 3)-1]
	p.font("B", size)
	p.pdf.MultiCell(0, size*0.5, p.known(s), "", "L", false)
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
	p.font(style, size)
	p.pdf.MultiCell(0, size*0.5, p.known(s), "", "L", false)
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
		return nil, fmt.Errorf("paper: the font has no letter %q (U+%04X)", p.lacks, p.lacks)
	}
	var out bytes.Buffer
	if err := p.pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("paper: %w", err)
	}
	return out.Bytes(), nil
}
