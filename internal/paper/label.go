package paper

import (
	"fmt"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

// Rolls and sheets of labels. A thermal printer's roll gives one label on each
// page; a sheet of A4 gives fourteen.
var (
	Roll58 = Size{58, 40}
	Roll80 = Size{80, 50}
)

// quiet is the zone around a code, in modules (ISO/IEC 18004 asks for four).
const quiet = 4

// Label is what stands on one label.
type Label struct {
	Code  string   // in the QR code and, to be read by eyes, below it
	Title string   // large
	Lines []string // small
}

// Labels prints labels: one on each page of a roll, or in two columns on A4.
// The banner stands on every label, so that none of an exercise is taken for
// one of a case.
func Labels(size Size, title, lang, banner string, now time.Time, list []Label) ([]byte, error) {
	p := &Paper{size: size, margin: 2, base: 8, used: map[string]bool{}}
	p.start(title, lang, now)
	p.pdf.SetAutoPageBreak(false, 0)
	if size != A4 {
		for i := range list {
			p.pdf.AddPage()
			p.label(&list[i], banner, 0, 0, size.Width, size.Height)
		}
		return p.Bytes()
	}
	const columns, rows = 2, 7
	width, height := (size.Width-20)/columns, (size.Height-24)/rows
	for i := range list {
		if i%(columns*rows) == 0 {
			p.pdf.AddPage()
		}
		at := i % (columns * rows)
		x, y := 10+float64(at%columns)*width, 12+float64(at/columns)*height
		p.pdf.SetLineWidth(0.1)
		p.pdf.SetDashPattern([]float64{1, 1}, 0)
		p.pdf.Rect(x, y, width, height, "D")
		p.pdf.SetDashPattern(nil, 0)
		p.label(&list[i], banner, x, y, width, height)
	}
	return p.Bytes()
}

// label draws one label into its rectangle, in millimetres: the code at the
// left, the words beside it.
func (p *Paper) label(l *Label, banner string, x, y, w, h float64) {
	top := y + 2
	if banner != "" { // a long one stands in two lines: cut off it would not say what it is for
		p.pdf.SetXY(x+2, top)
		p.font("B", p.fit(banner, w-4, 5.5, 5))
		p.pdf.MultiCell(w-4, 2.4, p.known(banner), "", "L", false)
		top = p.pdf.GetY() + 0.6
	}
	side := min(w*0.42, y+h-top-5)
	p.code(l.Code, x+1, top, side)
	p.font("", 6.5)
	p.pdf.SetXY(x+1, top+side)
	p.pdf.CellFormat(side, 3, p.known(l.Code), "", 0, "C", false, 0, "")
	left := x + side + 3
	p.pdf.SetXY(left, top+1)
	p.titled(p.known(l.Title), left, x+w-2-left)
	p.font("", 7)
	for _, line := range l.Lines {
		p.pdf.SetX(left)
		p.pdf.MultiCell(x+w-2-left, 3.2, p.known(line), "", "L", false)
	}
}

// titled writes a label's title as large as it goes: in one line, or where that
// would be small, what comes after its first stroke large below what comes before
// it. A number is never broken within a part of it.
func (p *Paper) titled(title string, left, width float64) {
	lines := []string{title}
	if before, after, ok := strings.Cut(title, "/"); ok && p.fit(title, width, 13, 8) == 8 {
		lines = []string{before + "/", after}
	}
	for _, line := range lines {
		p.font("B", p.fit(line, width, 13, 5))
		p.pdf.SetX(left)
		p.pdf.CellFormat(width, 5, line, "", 2, "L", false, 0, "")
	}
}

// fit is the largest size of bold letters, in points, in which a text fits
// into a width.
func (p *Paper) fit(s string, width, most, least float64) float64 {
	for size := most; size > least; size -= 0.5 {
		p.font("B", size)
		if p.pdf.GetStringWidth(s)+3 <= width {
			return size
		}
	}
	return least
}

// code draws a QR code of error correction level M with its quiet zone into a
// square, as runs of dark modules.
func (p *Paper) code(text string, x, y, side float64) {
	c, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		p.pdf.SetError(fmt.Errorf("paper: code: %w", err))
		return
	}
	n := c.Bounds().Dx()
	module := side / float64(n+2*quiet)
	p.pdf.SetFillColor(0, 0, 0)
	for row := range n {
		for col := 0; col < n; {
			run := 0
			for col+run < n && dark(c, col+run, row) {
				run++
			}
			if run > 0 {
				p.pdf.Rect(x+module*float64(quiet+col), y+module*float64(quiet+row), module*float64(run), module, "F")
			}
			col += max(run, 1)
		}
	}
}

func dark(c barcode.Barcode, x, y int) bool {
	r, _, _, _ := c.At(x, y).RGBA()
	return r == 0
}

// QR draws a code at the right edge of the sheet, beside what is written next.
func (p *Paper) QR(text string, side float64) {
	p.code(text, p.size.Width-p.margin-side, p.pdf.GetY(), side)
}

// start makes the document without a page.
func (p *Paper) start(title, lang string, now time.Time) {
	p.pdf = fpdf.NewCustom(&fpdf.InitType{OrientationStr: "P", UnitStr: "mm", Size: fpdf.SizeType{Wd: p.size.Width, Ht: p.size.Height}})
	p.pdf.SetTitle(title, true)
	p.pdf.SetLang(lang)
	p.pdf.SetCreationDate(now.UTC())
	p.pdf.SetModificationDate(now.UTC())
	p.pdf.SetCatalogSort(true)
	p.pdf.SetMargins(p.margin, p.margin, p.margin)
}

// known notes a letter that the face of labels and tables lacks: their words
// are numbers, names of places and terms, in Latin letters.
func (p *Paper) known(s string) string {
	for _, r := range s {
		if r >= ' ' && p.lacks == 0 && !faces[0].has(r) {
			p.lacks = r
		}
	}
	return s
}
