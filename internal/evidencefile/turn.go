package evidencefile

import (
	"image"
	"reflect"
)

// turnOf reads what a camera noted of how it was held (Exif 2.32, tag 0x0112);
// 0 when it stored the picture upright or noted nothing that there is.
func turnOf(value any) int {
	n := 0
	switch v := reflect.ValueOf(value); {
	case v.CanUint():
		n = int(min(v.Uint(), 9))
	case v.CanInt():
		n = int(max(0, min(v.Int(), 9)))
	}
	if n < 2 || n > 8 {
		return 0
	}
	return n
}

// Upright is how wide and high a picture is once it is turned as its camera was
// held: on its side, width and height change places.
func Upright(width, height, turn int) (w, h int) {
	if turn >= 5 {
		return height, width
	}
	return width, height
}

// upright turns a picture as its camera was held.
func upright(src *image.RGBA, turn int) *image.RGBA {
	if turn < 2 {
		return src
	}
	sw, sh := src.Rect.Dx(), src.Rect.Dy()
	w, h := Upright(sw, sh, turn)
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			sx, sy := x, y
			switch turn {
			case 2:
				sx = w - 1 - x
			case 3:
				sx, sy = w-1-x, h-1-y
			case 4:
				sy = h - 1 - y
			case 5:
				sx, sy = y, x
			case 6:
				sx, sy = y, w-1-x
			case 7:
				sx, sy = h-1-y, w-1-x
			case 8:
				sx, sy = h-1-y, x
			}
			dst.SetRGBA(x, y, src.RGBAAt(sx, sy))
		}
	}
	return dst
}
