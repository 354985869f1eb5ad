package caselist

import (
	"strconv"
	"strings"
	"unicode"

	"rufaa/internal/valid"
)

// perYear are the words that lists write beside an age, in English and
// Kiswahili, with how many of what they count make a year.
var perYear = map[string]float64{
	"": 1, "y": 1, "yo": 1, "yr": 1, "yrs": 1, "year": 1, "years": 1, "mwaka": 1, "miaka": 1, "umri": 1,
	"mo": 12, "mos": 12, "mth": 12, "mths": 12, "month": 12, "months": 12, "mwezi": 12, "miezi": 12,
	"wk": 52, "wks": 52, "week": 52, "weeks": 52, "wiki": 52, "day": 365, "days": 365, "siku": 365,
}

// yearsOf reads an age in whole years: "17", "17 yrs", "miaka 17", "6 months".
// A word that it does not know makes it no age: "about 30" is for a person to
// decide.
func yearsOf(text string) (int, bool) {
	text = strings.ToLower(strings.Trim(strings.TrimSpace(text), "."))
	text = strings.TrimSpace(strings.TrimSuffix(text, " old"))
	digit := func(r rune) bool { return unicode.IsDigit(r) || r == '.' }
	from := strings.IndexFunc(text, digit)
	if from < 0 {
		return 0, false
	}
	to := from + len(text[from:]) - len(strings.TrimLeftFunc(text[from:], digit))
	n, err := strconv.ParseFloat(text[from:to], 64)
	per, known := perYear[strings.Trim(text[:from]+text[to:], " .")]
	if err != nil || !known || n/per > valid.MaxAge {
		return 0, false
	}
	return int(n / per), true
}

// wholeNumber gives a number that a spreadsheet wrote in its own way as its
// digits: what was typed as 254712345678 may be kept as 2.54712345678E+11. A
// workbook also writes 17.0; in a CSV that is what somebody typed.
func wholeNumber(text string, workbook bool) string {
	if !strings.Contains(strings.ToLower(text), "e+") && !(workbook && strings.Contains(text, ".")) {
		return text
	}
	n, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil || n < 0 || n >= 1e15 || n != float64(int64(n)) {
		return text
	}
	return strconv.FormatInt(int64(n), 10)
}
