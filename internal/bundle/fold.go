package bundle

import (
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// origin tells from which byte of a text each byte of its folded form comes, and
// where the text ends. None is kept of a text that folds to itself.
type origin []int

func (o origin) start(at int) int {
	if o == nil {
		return at
	}
	return o[at]
}

// end is where what stands before a place in the folded form ends in the text,
// with the accents that follow it.
func (o origin) end(at int) int {
	if o == nil {
		return at
	}
	last := at - 1
	for o[at] == o[last] { // one sign of the text became several
		at++
	}
	return o[at]
}

// folded is a text as names in it are looked for: without accents, vowel marks,
// apostrophes and signs that show nothing, digits in their plain form, what is
// written for an address of the web (%C3%A9) read, and each letter in its own form
// and not that of a font. The case of letters is left to the pattern. Nothing is
// guessed: no other spelling, and no other script.
func folded(text string) (string, origin) {
	if strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII || r == '%' || foldedRune(r) != r }) < 0 {
		return text, nil
	}
	var out strings.Builder
	from := make(origin, 0, len(text)+1)
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		plain := text[at : at+size]
		if r == '%' {
			if said, n := escaped(text[at:]); n > 0 {
				plain, size = said, n
				r, _ = utf8.DecodeRuneInString(said)
			}
		}
		if r > unicode.MaxASCII {
			plain = norm.NFKD.String(plain)
		}
		plain = strings.Map(foldedRune, plain)
		out.WriteString(plain)
		for range len(plain) {
			from = append(from, at)
		}
		at += size
	}
	return out.String(), append(from, len(text))
}

// escaped reads one sign as addresses of the web write it, and tells how many bytes
// that takes; 0 when it is none.
func escaped(s string) (string, int) {
	var raw []byte
	for at := 0; len(raw) < utf8.UTFMax && at+2 < len(s) && s[at] == '%'; at += 3 {
		b, err := hex.DecodeString(s[at+1 : at+3])
		if err != nil {
			break
		}
		raw = append(raw, b...)
		if utf8.FullRune(raw) {
			break
		}
	}
	if r, n := utf8.DecodeRune(raw); n == len(raw) && n > 0 && r != utf8.RuneError {
		return string(raw), 3 * n
	}
	return "", 0
}

// foldedRune is one sign of it; -1 for one that is left out.
func foldedRune(r rune) rune {
	switch {
	case r == '\'' || r == '`':
		return -1
	case r <= unicode.MaxASCII:
		return r
	case unicode.Is(unicode.Cf, r), r == tatweel, strings.ContainsRune("´‘’ʼʻ′", r),
		unicode.Is(unicode.Mn, r) && unicode.Is(unicode.Inherited, r):
		return -1
	case unicode.Is(unicode.Nd, r):
		return '0' + digitValue(r)
	}
	if plain, ok := struck[r]; ok {
		return plain
	}
	return r
}

// struck are letters with a stroke, which Unicode does not take apart.
var struck = map[rune]rune{'ø': 'o', 'Ø': 'O', 'ł': 'l', 'Ł': 'L', 'đ': 'd', 'Đ': 'D', 'ħ': 'h', 'Ħ': 'H', 'ı': 'i'}

// tatweel stretches an Arabic word and says nothing.
const tatweel = '\u0640'

// digitValue is that of a decimal digit: every script has its ten in a row.
func digitValue(r rune) rune {
	for _, x := range unicode.Nd.R16 {
		if rune(x.Lo) <= r && r <= rune(x.Hi) {
			return (r - rune(x.Lo)) % 10
		}
	}
	for _, x := range unicode.Nd.R32 {
		if rune(x.Lo) <= r && r <= rune(x.Hi) {
			return (r - rune(x.Lo)) % 10
		}
	}
	return 0
}
