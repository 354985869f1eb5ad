package exhibit

import (
	"encoding/hex"
	"slices"
	"strings"
)

// CleanIMEI writes one or more IMEI (parted by commas, semicolons or lines)
// as digits parted by ", ". ok is false when one has not 15 digits or its
// last digit does not check.
//
// Source: 3GPP TS 23.003 annex B (Luhn check digit over the first 14 digits).
func CleanIMEI(s string) (clean string, ok bool) {
	var out []string
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '\n' || r == '/' }) {
		digits := strings.NewReplacer(" ", "", "-", "", ".", "").Replace(part)
		if digits == "" {
			continue
		}
		if len(digits) != 15 || !luhn(digits) {
			return s, false
		}
		out = append(out, digits)
	}
	return strings.Join(out, ", "), len(out) > 0
}

func luhn(digits string) bool {
	sum, zero := 0, true
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i]) - '0'
		if d < 0 || d > 9 {
			return false
		}
		zero = zero && d == 0
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0 && !zero
}

// CleanDigests reads digests from a tool's report, one a line or parted by
// white space or commas: MD5, SHA-1 or SHA-256 in hexadecimal. They come in
// order, each once, in small letters.
func CleanDigests(s string) (list []string, ok bool) {
	for _, d := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,;\n\t\r", r) }) {
		d = strings.ToLower(d)
		if n := len(d); n != 32 && n != 40 && n != 64 {
			return nil, false
		}
		if _, err := hex.DecodeString(d); err != nil {
			return nil, false
		}
		list = append(list, d)
	}
	slices.Sort(list)
	return slices.Compact(list), len(list) > 0
}

// isDigest tells whether a text is a SHA-256 in hexadecimal.
func isDigest(s string) bool {
	raw, err := hex.DecodeString(s)
	return err == nil && len(raw) == 32
}
