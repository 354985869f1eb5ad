package paper

import (
	"fmt"

	"github.com/boombuler/barcode/qr"
)

// Code draws a text as a QR code, size millimetres wide with its quiet zone
// (ISO/IEC 18004: four modules).
func (p *Paper) Code(text string, size float64) error {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return fmt.Errorf("paper: qr code: %w", err)
	}
	n := code.Bounds().Dx()
	one := size / float64(n+8)
	if p.pdf.GetY()+size > p.size.Height-p.margin-4 {
		p.pdf.AddPage()
	}
	x0, y0 := p.margin+4*one, p.pdf.GetY()+4*one
	p.pdf.SetFillColor(0, 0, 0)
	for y := range n {
		for x := 0; x < n; x++ {
			run := 0
			for x+run < n {
				if r, _, _, _ := code.At(x+run, y).RGBA(); r != 0 {
					break
				}
				run++
			}
			if run > 0 {
				p.pdf.Rect(x0+float64(x)*one, y0+float64(y)*one, float64(run)*one, one, "F")
				x += run
			}
		}
	}
	p.pdf.SetY(y0 + float64(n+4)*one)
	return nil
}
