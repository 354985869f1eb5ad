package search

import (
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/unicode/norm"
)

// Kind is what an exact token was made of.
type Kind string

// The kinds. Their texts are bound into tokens and never change.
const (
	Reference      Kind = "reference"
	Phone          Kind = "phone"
	IdentityNumber Kind = "identity-number"
)

// tokenSize in bytes: long enough that two persons practically never share a
// token, short enough to be of no use for anything else.
const tokenSize = 8

// region in which a phone number without a country code is read.
const region = "KE"

// Exact is a value that is to be found again exactly.
type Exact struct {
	Kind  Kind
	Value string
}

// Exact gives the keyed token of a value in its normal form, or nil when
// nothing is left of it.
func (x *Index) Exact(kind Kind, value string) []byte {
	norm := normal(kind, value)
	if norm == "" {
		return nil
	}
	sum := x.index.MAC("exact", []byte(kind), []byte(norm))
	return sum[:tokenSize]
}

func normal(kind Kind, value string) string {
	value = firstRunes(value, maxRunes)
	switch kind {
	case Reference:
		return NormalReference(value)
	case Phone:
		return normalPhone(value)
	}
	return alnum(value)
}

// normalPhone is E.164; what cannot be read as a number keeps its digits, so
// that an odd number is still found as it was written.
func normalPhone(value string) string {
	value = norm.NFKC.String(value)
	if n, err := phonenumbers.Parse(value, region); err == nil {
		return phonenumbers.Format(n, phonenumbers.E164)
	}
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, value)
}

// alnum is upper case without separators.
func alnum(value string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, norm.NFKC.String(value))
}

// NormalReference brings a case reference as somebody typed it to the form in
// which it is kept, RF-7K3M-9QXD-2: case, spaces and dashes do not matter, and
// O, I and L are read as the digits they are taken for. A text that is no
// reference comes back in capitals without separators.
func NormalReference(typed string) string {
	s := alnum(firstRunes(typed, maxRunes))
	body, ok := strings.CutPrefix(s, "RF")
	if !ok {
		body = s
	}
	if len(body) != 9 || strings.ContainsFunc(body, func(r rune) bool { return r > unicode.MaxASCII }) {
		return s
	}
	body = strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(body)
	return "RF-" + body[:4] + "-" + body[4:8] + "-" + body[8:]
}
