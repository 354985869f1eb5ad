package bundle

import (
	"strings"
	"unicode"

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

// folded is a text as names in it are looked for: without accents, vowel marks and
// signs that show nothing, apostrophes and digits in their plain form, and each
// letter in its own form and not that of a font. The case of letters is left to the
// pattern. Nothing is guessed: no other spelling, and no other script.
func folded(text string) (string, origin) {
	if strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) < 0 && !strings.Contains(text, "`") {
		return text, nil
	}
	var out strings.Builder
	from := make(origin, 0, len(text)+1)
	for at, r := range text {
		plain := string(r)
		if r > unicode.MaxASCII {
			plain = norm.NFKD.String(plain)
		}
		plain = strings.Map(foldedRune, plain)
		out.WriteString(plain)
		for range len(plain) {
			from = append(from, at)
		}
	}
	return out.String(), append(from, len(text))
}

// foldedRune is one sign of it; -1 for one that is left out.
func foldedRune(r rune) rune {
	switch {
	case unicode.Is(unicode.Cf, r), r == tatweel,
		unicode.Is(unicode.Mn, r) && unicode.Is(unicode.Inherited, r):
		return -1
	case strings.ContainsRune("`´‘’ʼʻ′", r):
		return '\''
	case unicode.Is(unicode.Nd, r):
		return '0' + digitValue(r)
	}
	return r
}

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
