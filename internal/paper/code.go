package paper

import (
	"fmt"

	"github.com/boombuler/barcode/qr"
)

// codeMargin is the quiet zone around a QR code, in modules (ISO/IEC 18004 asks for four).
const codeMargin = 4

// Code draws a text as a QR code of a side of some millimetres, codeMargin zone
// included, in the middle of the sheet.
func (p *Paper) Code(text string, side float64) error {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return fmt.Errorf("paper: qr code: %w", err)
	}
	n := code.Bounds().Dx()
	module := side / float64(n+2*codeMargin)
	left, top := (p.size.Width-side)/2, p.pdf.GetY()
	p.pdf.SetFillColor(0, 0, 0)
	for y := range n {
		for x := range n {
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 {
				p.pdf.Rect(left+float64(x+codeMargin)*module, top+float64(y+codeMargin)*module, module, module, "F")
			}
		}
	}
	p.pdf.SetY(top + side)
	return nil
}

// Sheet begins a new sheet.
func (p *Paper) Sheet() { p.pdf.AddPage() }
