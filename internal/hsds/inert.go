package hsds

import "strings"

// formulaStarts are the characters with which a spreadsheet takes a cell for a
// formula (OWASP, CSV injection); the last four are their full-width forms.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// IsFormula tells whether a spreadsheet would run the cell. Numbers with a sign
// and telephone numbers (+, digits, spaces, brackets, hyphens) are none.
func IsFormula(cell string) bool {
	if cell == "" || !strings.ContainsRune(formulaStarts, firstRune(cell)) {
		return false
	}
	return !isSigned(cell)
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

// isSigned accepts "+254 712 000 000", "-1.2921" and "(0)20" after a sign: one
// sign, then digits and what people write between them. "-1+2" is not one.
func isSigned(cell string) bool {
	if cell[0] != '+' && cell[0] != '-' {
		return false
	}
	digits := 0
	for i, r := range cell[1:] {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == ' ' || r == '.' || r == '(' || r == ')':
		case r == '-' && cell[0] == '+' && i > 0: // +254-712-000000
		default:
			return false
		}
	}
	return digits > 0
}

// Inert returns the cell so that a spreadsheet shows it instead of running it:
// with an apostrophe before it where needed. A cell that starts with an
// apostrophe before such a character gets one more, so that Restore is exact.
func Inert(cell string) string {
	if IsFormula(strings.TrimLeft(cell, "'")) {
		return "'" + cell
	}
	return cell
}

// Restore undoes Inert.
func Restore(cell string) string {
	if strings.HasPrefix(cell, "'") && IsFormula(strings.TrimLeft(cell, "'")) {
		return cell[1:]
	}
	return cell
}
