package accounts

import "strings"

// Bounds of a user name, in characters.
const (
	MinUsername = 3
	MaxUsername = 40
)

// ParseUsername gives the one stored spelling of a user name: 3 to 40 lower-case
// letters, digits, dots, hyphens and underscores, beginning with a letter.
// Capitals are taken as their small letters; anything else is not a user name,
// so that no two names look alike.
func ParseUsername(s string) (string, bool) {
	if len(s) > 2*MaxUsername { // ten megabytes are refused before they are looked at
		return "", false
	}
	s = strings.Trim(s, " \t\r\n")
	if len(s) < MinUsername || len(s) > MaxUsername {
		return "", false
	}
	out := []byte(s)
	for i, c := range out {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
			out[i] = c
		}
		letter := c >= 'a' && c <= 'z'
		other := c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_'
		if !letter && (i == 0 || !other) {
			return "", false
		}
	}
	return string(out), true
}

// agencyID is the form of an agency's id: ctip-secretariat.
func validAgencyID(s string) bool {
	if s == "" || len(s) > 60 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}

// deviceLabel makes a client's own description fit to be shown in a list.
func deviceLabel(s string) string {
	const most = 80
	if len(s) > 4*most {
		s = s[:4*most]
	}
	var b strings.Builder
	n := 0
	for _, r := range strings.TrimSpace(strings.ToValidUTF8(s, "")) {
		// Printable ASCII and Latin letters: labels come from programs, and
		// nothing in a list of sessions may hide or turn its neighbours.
		if r < 0x20 || r > 0x17F || r >= 0x7F && r < 0xA1 || r == 0xAD {
			continue
		}
		if n++; n > most {
			break
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}
