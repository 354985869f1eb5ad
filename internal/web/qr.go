package web

import (
	"fmt"
	"strings"

	"github.com/a-h/templ"
	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

// qrMargin is the quiet zone around the code, in modules (ISO/IEC 18004 asks
// for four).
const qrMargin = 4

// qrCode draws a text as a QR code inside the page: a picture file would put
// the secret in it into an address or a cache.
func qrCode(text, label string) (templ.Component, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("web: qr code: %w", err)
	}
	size := code.Bounds().Dx()
	return templ.Raw(fmt.Sprintf(
		`<svg class="r-qr" role="img" aria-label="%s" viewBox="0 0 %[2]d %[2]d" width="220" height="220" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%[2]dv%[2]dH0z"/><path fill="#000" d="%s"/></svg>`,
		templ.EscapeString(label), size+2*qrMargin, modules(code, size))), nil
}

// modules are the dark squares as runs, one stroke of a path each.
func modules(code barcode.Barcode, size int) string {
	var d strings.Builder
	dark := func(x, y int) bool {
		r, _, _, _ := code.At(x, y).RGBA()
		return r == 0
	}
	for y := range size {
		for x := 0; x < size; {
			if !dark(x, y) {
				x++
				continue
			}
			run := 1
			for x+run < size && dark(x+run, y) {
				run++
			}
			fmt.Fprintf(&d, "M%d %dh%dv1h-%dz", x+qrMargin, y+qrMargin, run, run)
			x += run
		}
	}
	return d.String()
}
