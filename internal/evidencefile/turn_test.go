package evidencefile

import (
	"image"
	"image/color"
	"testing"
)

// Exif 2.32, tag 0x0112: where the stored picture's first row and first column
// are when one looks at it upright.
func TestUpright(t *testing.T) {
	first, next := color.RGBA{255, 0, 0, 255}, color.RGBA{0, 255, 0, 255}
	stored := image.NewRGBA(image.Rect(0, 0, 4, 3))
	stored.SetRGBA(0, 0, first)
	stored.SetRGBA(1, 0, next)
	for turn, want := range map[int]struct{ first, next image.Point }{
		0: {image.Pt(0, 0), image.Pt(1, 0)}, // row at the top, column on the left
		2: {image.Pt(3, 0), image.Pt(2, 0)}, // top, right
		3: {image.Pt(3, 2), image.Pt(2, 2)}, // bottom, right
		4: {image.Pt(0, 2), image.Pt(1, 2)}, // bottom, left
		5: {image.Pt(0, 0), image.Pt(0, 1)}, // left, top
		6: {image.Pt(2, 0), image.Pt(2, 1)}, // right, top
		7: {image.Pt(2, 3), image.Pt(2, 2)}, // right, bottom
		8: {image.Pt(0, 3), image.Pt(0, 2)}, // left, bottom
	} {
		got := upright(stored, turn)
		if w, h := Upright(4, 3, turn); got.Rect.Dx() != w || got.Rect.Dy() != h {
			t.Errorf("turn %d: %v, want %d by %d", turn, got.Rect, w, h)
		}
		if got.RGBAAt(want.first.X, want.first.Y) != first || got.RGBAAt(want.next.X, want.next.Y) != next {
			t.Errorf("turn %d: the first pixels are not at %v and %v", turn, want.first, want.next)
		}
	}
}

// What a camera notes that is no orientation turns nothing.
func TestTurnOf(t *testing.T) {
	for value, want := range map[any]int{uint16(6): 6, uint16(1): 0, uint16(9): 0, uint32(1 << 31): 0, int64(-6): 0, "6": 0, 6.0: 0, uint8(8): 8} {
		if got := turnOf(value); got != want {
			t.Errorf("%T %v: %d, want %d", value, value, got, want)
		}
	}
	if turnOf(nil) != 0 {
		t.Error("nothing turns a picture")
	}
}
