package paper_test

import (
	"bytes"
	"testing"
	"time"

	"rufaa/internal/paper"
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
