package sheets

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"rufaa/internal/hsds"
)

// emptyMarks are what people write into a cell that has nothing to say.
var emptyMarks = []string{"-", "–", "—", "n/a", "na", "none", "nil", "hakuna", "?"}

// IsEmpty tells a cell that says nothing, or says that there is nothing.
func IsEmpty(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	return s == "" || slices.Contains(emptyMarks, s)
}

// Text gives what a cell says, cleaned: NFC, trimmed, without the apostrophe
// that an export put before what looks like a formula. A cell that a
// spreadsheet would run, or in which something hides, gives the name of what
// is wrong (a key of content/text/sheet.*). phones lets several telephone
// numbers through, which look like a formula and hold nothing that could run.
func Text(raw string, phones bool) (text, wrong string) {
	if restored := hsds.Restore(raw); restored != raw {
		raw = restored
	} else if !IsEmpty(raw) && hsds.IsFormula(raw) && !(phones && onlyPhones(raw)) {
		return "", "formula"
	}
	text = strings.TrimSpace(norm.NFC.String(strings.ReplaceAll(raw, "\r\n", "\n")))
	if IsEmpty(text) {
		return "", ""
	}
	if Hides(text) {
		return "", "characters"
	}
	return text, ""
}

func onlyPhones(s string) bool { return s[0] == '+' && strings.Trim(s, "+0123456789 ()-./;,|") == "" }

// scientific is a number as spreadsheets show it when its column is too narrow.
var scientific = regexp.MustCompile(`^([0-9])(?:[.,]([0-9]+))?[eE]\+([0-9]{1,2})$`)

// keptDigits is from how many digits on a number in scientific notation is
// taken for whole: what spreadsheets show of a long one has six or seven, and a
// telephone number may end in noughts.
const keptDigits = 9

// Shortened tells a number of which a spreadsheet kept what it showed, such as
// 2.54713E+11: its last digits are lost, and noughts in their place would be
// somebody else's number.
func Shortened(text string) bool {
	m := scientific.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return false
	}
	digits, tens := 1+len(m[2]), 0
	for _, c := range m[3] {
		tens = 10*tens + int(c-'0')
	}
	return digits < keptDigits && digits < tens+1
}

// Hides tells characters that make a text show other than it is; see the same
// rule in internal/valid.
func Hides(s string) bool {
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t':
		case unicode.IsControl(r), r == utf8.RuneError,
			r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x200E, r == 0x200F, r == 0x061C,
			r == 0x200B, r == 0xFEFF, r == 0x2028, r == 0x2029, r >= 0xE0000 && r <= 0xE007F, r >= 0xE000 && r <= 0xF8FF:
			return true
		}
	}
	return false
}
