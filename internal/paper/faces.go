package paper

import (
	_ "embed"
	"sync"

	"github.com/go-fonts/dejavu/dejavusans"
	"github.com/go-fonts/dejavu/dejavusansbold"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

// abyssinica has the Ethiopic letters of Amharic and Tigrinya (SIL Open Font
// License; fonts/AbyssinicaSIL-LICENSE.txt). It has no bold cut.
//
//go:embed fonts/AbyssinicaSIL-Regular.ttf
var abyssinica []byte

// face is one font with its cuts. A letter is set in the first face that has
// it: Latin in Go, Arabic and what else is needed in DejaVu, Ethiopic in
// Abyssinica.
type face struct {
	name          string
	regular, bold []byte
	table         func() *sfnt.Font
}

var faces = []*face{
	newFace("go", goregular.TTF, gobold.TTF),
	newFace("dejavu", dejavusans.TTF, dejavusansbold.TTF),
	newFace("abyssinica", abyssinica, abyssinica),
}

func newFace(name string, regular, bold []byte) *face {
	return &face{name: name, regular: regular, bold: bold, table: sync.OnceValue(func() *sfnt.Font {
		f, err := sfnt.Parse(regular)
		if err != nil {
			panic("paper: the font " + name + " that is compiled in cannot be read: " + err.Error())
		}
		return f
	})}
}

// has tells whether the face has a letter. The writer of PDFs holds no letters
// beyond the first plane: those are told as lacking, like any other.
func (f *face) has(r rune) bool {
	if r > 0xffff {
		return false
	}
	var buf sfnt.Buffer
	i, err := f.table().GlyphIndex(&buf, r)
	return err == nil && i != 0
}

// faceOf finds the face of a letter; nil when none has it.
func faceOf(r rune) *face {
	for _, f := range faces {
		if f.has(r) {
			return f
		}
	}
	return nil
}
