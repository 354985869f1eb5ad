package paper_test

import (
	"slices"
	"strings"
	"testing"

	"rufaa/internal/paper"
	"rufaa/internal/paper/papertest"
)

const number = "IQ-7K3M-9QXD-2/S1/001"

// An exhibit's number is broken after a stroke and nowhere else, on the smallest
// label and in the column of a list; a long banner is broken and not cut off.
func TestANumberIsBrokenAtItsStrokes(t *testing.T) {
	banner := "EXERCISE. Nothing here is real. Any likeness with somebody who lives is by chance."
	labels, err := paper.Labels(paper.Roll58, "Labels", "en", banner, at, []paper.Label{{Code: "7K3M9QXD2A", Title: number, Lines: []string{"KE-0001"}}})
	if err != nil {
		t.Fatal(err)
	}
	p := paper.Begin(paper.A4, "List", "en", "", "foot", at)
	p.Table([]paper.Column{{Head: "No.", Share: 1}, {Head: "What", Share: 4}}, [][]string{{number, "A telephone"}})
	list, err := p.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for name, raw := range map[string][]byte{"label": labels, "list": list} {
		sheets, err := papertest.Sheets(raw)
		if err != nil || len(sheets) != 1 {
			t.Fatal(name, len(sheets), err)
		}
		said := strings.Fields(sheets[0])
		for _, part := range []string{"IQ-7K3M-9QXD-2/", "S1/001"} {
			if !slices.Contains(said, part) {
				t.Errorf("%s: %q lacks %q", name, said, part)
			}
		}
	}
	sheets, _ := papertest.Sheets(labels)
	if first, _, _ := strings.Cut(sheets[0], "\n"); first == banner || !strings.HasPrefix(banner, strings.TrimSpace(first)) {
		t.Errorf("the banner is one line of %q", first)
	}
}
