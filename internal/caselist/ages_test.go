package caselist

import "testing"

// A child of six months is not six years old.
func TestAgesAreReadWithTheirWords(t *testing.T) {
	for text, want := range map[string]int{"17": 17, "17 yrs": 17, "17yrs": 17, "Miaka 20": 20, "12.5": 12, "6 months": 0, "18 months": 1, "miezi 30": 2,
		"30 years old": 30, "3 weeks": 0, "about 30": -1, "30s": -1, "-3": -1, "200": -1, "Minor": -1, "17-20": -1, "2 years 3 months": -1} {
		years, ok := yearsOf(text)
		if !ok {
			years = -1
		}
		if years != want {
			t.Errorf("%q: %d", text, years)
		}
	}
}

func TestNumbersOfWorkbooksAreDigits(t *testing.T) {
	for text, want := range map[string]string{"2.54712345678E+11": "254712345678", "12345678.0": "12345678", "12345678": "12345678", "A.1": "A.1", "0712 345": "0712 345", "1.5": "1.5", "5E10": "5E10"} {
		if got := wholeNumber(text, true); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
	for text, want := range map[string]string{"2.54712345678E+11": "254712345678", "2,54712345678E+11": "254712345678", "17.0": "17.0"} {
		if got := wholeNumber(text, false); got != want {
			t.Errorf("of a CSV, %q: %q", text, got)
		}
	}
}
