package papertest_test

import (
	"strings"
	"testing"
	"time"

	"rufaa/internal/paper"
	"rufaa/internal/paper/papertest"
)

// What is written on each sheet is read off it, and nothing of another sheet.
func TestTheWordsOfEverySheetAreRead(t *testing.T) {
	p := paper.Begin(paper.A6, "Title", "en", "EXERCISE. (Invented)", "foot", time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))
	p.Text(`One \ sheet`)
	p.Together(100)
	p.Text("Wanjirũ (two)")
	raw, err := p.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	sheets, err := papertest.Sheets(raw)
	if err != nil || len(sheets) != 2 {
		t.Fatalf("%q, %v", sheets, err)
	}
	for i, want := range [][]string{{"EXERCISE. (Invented)", `One \ sheet`}, {"EXERCISE. (Invented)", "Wanjirũ (two)"}} {
		for _, w := range want {
			if !strings.Contains(sheets[i], w) {
				t.Errorf("sheet %d does not say %q: %q", i+1, w, sheets[i])
			}
		}
	}
	if strings.Contains(sheets[0], "two") {
		t.Error("the first sheet says what stands on the second")
	}
	if _, err := papertest.Sheets([]byte("no paper")); err == nil {
		t.Error("what is no paper is read")
	}
}
