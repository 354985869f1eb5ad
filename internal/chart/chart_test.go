package chart

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// wellFormed reads a drawing to its end.
func wellFormed(t *testing.T, svg string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
	}
}

// A name that looks like markup is a name; nothing in a drawing needs a style
// or a script; whoever does not see it is told what it is.
func TestADrawingIsSafeAndSpeaks(t *testing.T) {
	evil := `<script>alert("x")</script>`
	for name, svg := range map[string]string{
		"curves": Curves{Name: evil, About: evil, Axis: evil, Ticks: []string{"0", evil}, Lines: []Curve{{evil, []float64{0, 0.5, 2, -1}}, {"b", nil}}}.SVG(),
		"bars":   Bars{Name: evil, About: evil, Mark: 0.5, Rows: []Bar{{Name: evil, Said: evil, Share: 7}, {Share: -1, Dim: true}}}.SVG(),
		"empty":  Curves{}.SVG() + Bars{}.SVG(),
	} {
		if strings.Contains(svg, "<script") || strings.Contains(svg, "style=") {
			t.Errorf("%s holds a script or a style: %s", name, svg)
		}
		if !strings.Contains(svg, `role="img"><title>`) {
			t.Errorf("%s has no name", name)
		}
		wellFormed(t, "<x>"+svg+"</x>")
	}
}

// Half of the way up is half of the height: 254 is the floor, 14 the top.
func TestSharesStandWhereTheyBelong(t *testing.T) {
	if got := steps([]float64{0, 0.5, 1}, 254); got != "M46.0 254.0H336.0V134.0H626.0V14.0" {
		t.Error(got)
	}
}
