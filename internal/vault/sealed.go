package vault

import (
	"encoding/base64"
	"errors"
	"strings"
)

// Sealed is a ciphertext as it stands in events and read models:
//
//	rv1.<subject>.<compartment>.<base64url of nonce and ciphertext>
//
// The empty Sealed stands for the empty text. Subject and compartment are
// readable by design: erasure and lists need them, and they identify nobody.
type Sealed string

const sealedMark = "rv1"

// ErrMalformed says that a text is not a Sealed.
var ErrMalformed = errors.New("vault: not a sealed text")

// ErrSubject says that a subject's id has a form that cannot be sealed under.
var ErrSubject = errors.New("vault: a subject is 1 to 100 letters, digits and -_/:")

// encoding is strict, so that one ciphertext has one text only.
var encoding = base64.RawURLEncoding.Strict()

// IsZero tells whether there is nothing sealed.
func (s Sealed) IsZero() bool { return s == "" }

// Subject is the id of the person the text is about, or "" when s is
// malformed.
func (s Sealed) Subject() string {
	subject, _, _ := s.cut()
	return subject
}

// Compartment is the class of the text, or "" when s is malformed.
func (s Sealed) Compartment() Compartment {
	_, c, _ := s.cut()
	return c
}

// Check tells whether s is empty or well-formed; whether it opens is another
// question.
func (s Sealed) Check() error {
	if s == "" {
		return nil
	}
	_, _, _, err := s.parse()
	return err
}

// cut splits without decoding the ciphertext.
func (s Sealed) cut() (subject string, c Compartment, body string) {
	parts := strings.Split(string(s), ".")
	if len(parts) != 4 || parts[0] != sealedMark || !validSubject(parts[1]) || !Compartment(parts[2]).Valid() {
		return "", "", ""
	}
	return parts[1], Compartment(parts[2]), parts[3]
}

func (s Sealed) parse() (subject string, c Compartment, raw []byte, err error) {
	subject, c, body := s.cut()
	if subject == "" || strings.ContainsAny(body, "\r\n") { // the decoder would skip line ends
		return "", "", nil, ErrMalformed
	}
	raw, err = encoding.DecodeString(body)
	if err != nil || len(raw) < nonceSize+padTo+tagSize {
		return "", "", nil, ErrMalformed
	}
	return subject, c, raw, nil
}

func compose(subject string, c Compartment, raw []byte) Sealed {
	var b strings.Builder
	b.Grow(len(sealedMark) + len(subject) + len(c) + 3 + encoding.EncodedLen(len(raw)))
	for _, part := range []string{sealedMark, subject, string(c)} {
		b.WriteString(part)
		b.WriteByte('.')
	}
	b.WriteString(encoding.EncodeToString(raw))
	return Sealed(b.String())
}

func validSubject(s string) bool {
	if s == "" || len(s) > 100 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '/', c == ':':
		default:
			return false
		}
	}
	return true
}
