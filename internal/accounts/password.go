package accounts

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Bounds of a password in characters after NFKC. There are no rules of
// composition: length and a list of the usual ones protect better (NIST SP
// 800-63B, 5.1.1).
const (
	MinPassword = 12
	MaxPassword = 128
)

// maxRaw bounds what is normalised at all, in bytes.
const maxRaw = 4 * MaxPassword

//go:embed common.txt
var commonText string

// commonWords are what most people would try first, in small letters and
// without spaces.
var commonWords = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for line := range strings.Lines(commonText) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			m[line] = true
		}
	}
	return m
})

// normalPassword gives the one spelling in which a password is hashed, so that
// the same keys on another keyboard give the same password. It is false for
// what cannot be anybody's password.
func normalPassword(s string) (string, bool) {
	if len(s) > maxRaw || !utf8.ValidString(s) {
		return "", false
	}
	s = norm.NFKC.String(s)
	if utf8.RuneCountInString(s) > MaxPassword {
		return "", false
	}
	return s, true
}

// strongPassword checks a new password and gives its normal form. about is
// what a stranger who knows the person would try: user name, names, agency.
func strongPassword(s string, about ...string) (string, error) {
	if !utf8.ValidString(s) {
		return "", &WeakPassword{Characters}
	}
	pw, ok := normalPassword(s)
	if !ok {
		return "", &WeakPassword{TooLong}
	}
	for _, r := range pw {
		if unicode.IsControl(r) {
			return "", &WeakPassword{Characters}
		}
	}
	if utf8.RuneCountInString(pw) < MinPassword {
		return "", &WeakPassword{TooShort}
	}
	plain := squash(pw)
	switch {
	case isPattern(plain):
		return "", &WeakPassword{Pattern}
	case isCommon(plain):
		return "", &WeakPassword{Common}
	case mentions(plain, about):
		return "", &WeakPassword{AboutYou}
	}
	return pw, nil
}

// squash puts a text in small letters without spaces.
func squash(s string) string {
	return strings.Join(strings.Fields(strings.ToLower(s)), "")
}

// isCommon finds a common word, alone, said twice, or with digits and signs
// around it: "password2026!".
func isCommon(plain string) bool {
	core := strings.TrimFunc(plain, func(r rune) bool { return !unicode.IsLetter(r) })
	if commonWords()[plain] || commonWords()[core] {
		return true
	}
	for word := range commonWords() {
		if rest := strings.ReplaceAll(core, word, ""); len(word) >= 5 && len(rest) <= 2 && rest != core {
			return true
		}
	}
	return false
}

// rows are what fingers and tongues run along.
var rows = []string{
	"0123456789012345678901234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "1q2w3e4r5t6y7u8i9o0p",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm", "qazwsxedcrfvtgbyhnujm", "qwertyuiop1234567890", "1234567890qwertyuiop",
	"abcdefgh12345678", "12345678abcdefgh",
}

// isPattern finds one short piece repeated, and a row run along either way.
func isPattern(plain string) bool {
	runes := []rune(plain)
	for unit := 1; unit <= 4 && unit < len(runes); unit++ {
		same := true
		for i := unit; i < len(runes) && same; i++ {
			same = runes[i] == runes[i-unit]
		}
		if same {
			return true
		}
	}
	for _, row := range rows {
		if strings.Contains(row, plain) || strings.Contains(reversed(row), plain) {
			return true
		}
	}
	return false
}

func reversed(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

// mentions finds what the person is known by. Pieces under four letters would
// turn up in innocent words; an agency counts by its whole name or id, since
// its words ("children", "services") are everybody's.
func mentions(plain string, about []string) bool {
	for _, a := range about {
		if a = squash(norm.NFKC.String(a)); utf8.RuneCountInString(a) >= 4 && strings.Contains(plain, a) {
			return true
		}
	}
	return false
}

// knownBy lists what a password of this person may not contain.
func knownBy(username, name, agency, agencyName string) []string {
	about := append([]string{username, agency, agencyName, strings.ReplaceAll(agency, "-", "")}, strings.Fields(name)...)
	return append(about, strings.FieldsFunc(username, func(r rune) bool { return r == '.' || r == '-' || r == '_' })...)
}
