package paper_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"rufaa/internal/paper"
	"rufaa/internal/paper/papertest"
)

var at = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func letter(t *testing.T, words string) ([]byte, error) {
	t.Helper()
	p := paper.Begin(paper.A4, "Barua", "sw", "DEMONSTRATION", "01.03.2026", at)
	p.Heading(1, "Utambuzi rasmi")
	p.Text(words)
	p.Rule()
	p.Together(40)
	p.Large("116")
	return p.Bytes()
}

// The same words at the same time give the same bytes.
func TestTheSameWordsGiveTheSameBytes(t *testing.T) {
	one, err := letter(t, "Ng'ombe, Wanjirũ, Müller")
	if err != nil {
		t.Fatal(err)
	}
	two, err := letter(t, "Ng'ombe, Wanjirũ, Müller")
	if err != nil || !bytes.Equal(one, two) {
		t.Errorf("two files of one letter differ (%v)", err)
	}
	if !bytes.HasPrefix(one, []byte("%PDF-")) || len(one) > 200_000 {
		t.Errorf("%d bytes that begin with %q", len(one), one[:8])
	}
}

// A letter that no font has is an error, never a blank.
func TestALetterThatNoFontHasIsTold(t *testing.T) {
	if _, err := letter(t, "\U000F0000"); err == nil {
		t.Error("a letter of nobody was printed as a blank")
	}
}

// Her own name prints as she writes it, also among Latin words.
func TestNamesPrintInTheirOwnLetters(t *testing.T) {
	for _, name := range []string{"አልማዝ በቀለ", "علي محمد الأمين", "Wanjirũ wa Ng'ang'a", "Zoë Müller", "Ольга", "Ⲁ"} {
		if _, err := letter(t, "Kwa "+name+", 04.03.2026 (RF-7K3M-9QXD-2)"); (err != nil) != (name == "Ⲁ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Labels come one to a page on a roll and fourteen to a sheet, the same bytes
// each time; a table goes on over as many sheets as it needs.
func TestLabelsAndLists(t *testing.T) {
	var list []paper.Label
	for i := range 15 {
		list = append(list, paper.Label{Code: "7K3M9QXD2A", Title: fmt.Sprintf("IQ-7K3M-9QXD-2/S1/%03d", i+1), Lines: []string{"KE-0001", "04.03.2026"}})
	}
	for name, x := range map[string]struct {
		size  paper.Size
		pages int
	}{"58 mm": {paper.Roll58, 15}, "80 mm": {paper.Roll80, 15}, "A4": {paper.A4, 2}} {
		one, err := paper.Labels(x.size, "Labels", "en", "DEMONSTRATION", at, list)
		if err != nil {
			t.Fatal(err)
		}
		two, err := paper.Labels(x.size, "Labels", "en", "DEMONSTRATION", at, list)
		if err != nil || !bytes.Equal(one, two) {
			t.Errorf("%s: two prints of the same labels differ (%v)", name, err)
		}
		if n := bytes.Count(one, []byte("/Type /Page\n")); n != x.pages {
			t.Errorf("%s: %d pages, want %d", name, n, x.pages)
		}
	}
	if _, err := paper.Labels(paper.Roll58, "Labels", "en", "", at, []paper.Label{{Code: "A", Title: "ሰላም"}}); err == nil {
		t.Error("a letter that the font lacks was printed")
	}
	p := paper.Begin(paper.A4, "List", "en", "", "foot", at)
	rows := make([][]string, 120)
	for i := range rows {
		rows[i] = []string{fmt.Sprint(i), "a seal and a place that is long enough to be broken over two lines of its column"}
	}
	p.Table([]paper.Column{{Head: "No.", Share: 1}, {Head: "What", Share: 3}}, rows)
	p.Blanks("Signature", "Name", "Date")
	raw, err := p.Bytes()
	if err != nil || bytes.Count(raw, []byte("/Type /Page\n")) < 3 {
		t.Errorf("%d pages, %v", bytes.Count(raw, []byte("/Type /Page\n")), err)
	}
}

// At the foot of an Arabic sheet the page number stands apart from the time of
// printing: behind it, it would be read as part of it.
func TestThePageNumberIsNoPartOfATime(t *testing.T) {
	p := paper.Begin(paper.A4, "x", "ar", "", "تاريخ الطباعة: 12.03.2026 12:30", time.Unix(0, 0))
	p.Text("x")
	raw, err := p.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	sheets, err := papertest.Sheets(raw)
	if err != nil || len(sheets) != 1 {
		t.Fatalf("%d sheets: %v", len(sheets), err)
	}
	foot := strings.Join(strings.Fields(sheets[0]), " ")
	if !strings.Contains(foot, "12.03.2026 12:30") || strings.Contains(foot, "12:30 1") || !strings.HasSuffix(foot, "1") {
		t.Errorf("the foot is drawn %q", foot)
	}
}
