package bundle

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mask is what stands in place of a secret.
const Mask = "█████"

// secretForm is how one secret is looked for.
type secretForm struct {
	re    *regexp.Regexp
	alone bool // only where no letter or digit is beside it
}

// mask takes the secrets out of a text and counts them: in any case of letters, with
// accents or without, and however numbers are grouped.
func (d *Dossier) mask(text string) (string, int) {
	low, from := folded(text)
	var found [][2]int // where in text
	for _, s := range d.Secrets {
		f := d.form(s)
		if f == nil {
			continue
		}
		for _, at := range f.re.FindAllStringIndex(low, -1) {
			if f.alone && (beside(utf8.DecodeLastRuneInString(low[:at[0]])) || beside(utf8.DecodeRuneInString(low[at[1]:]))) {
				continue
			}
			found = append(found, [2]int{from.start(at[0]), from.end(at[1])})
		}
	}
	if found == nil {
		return text, 0
	}
	slices.SortFunc(found, func(a, b [2]int) int { return cmp.Compare(a[0], b[0]) })
	var out strings.Builder
	n, done := 0, 0
	for _, at := range found {
		if n > 0 && at[0] < done { // part of what is masked already
			done = max(done, at[1])
			continue
		}
		out.WriteString(text[done:at[0]] + Mask)
		done = at[1]
		n++
	}
	return out.String() + text[done:], n
}

// beside tells whether a letter or digit stands next to a word of two letters:
// "Bo" is a name, and no part of "above".
func beside(r rune, size int) bool { return size > 0 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// form makes the pattern of a secret once; nil for what is too short to be told
// from anything: a single letter.
func (d *Dossier) form(secret string) *secretForm {
	if f, ok := d.forms[secret]; ok {
		return f
	}
	if d.forms == nil {
		d.forms = map[string]*secretForm{}
	}
	f := formOf(secret)
	d.forms[secret] = f
	return f
}

func formOf(secret string) *secretForm {
	secret, _ = folded(secret)
	words := strings.Fields(secret)
	letters := len([]rune(strings.Join(words, "")))
	if letters < 2 {
		return nil
	}
	if digits := digitsOf(secret); len(digits) >= 5 && 2*len(digits) > letters {
		return &secretForm{re: regexp.MustCompile(`(?i)` + grouped(secret, digits))}
	}
	if letters == 2 {
		return shortForm(strings.Join(words, ""))
	}
	for i := range words {
		words[i] = regexp.QuoteMeta(words[i])
	}
	return &secretForm{re: regexp.MustCompile(`(?i)` + strings.Join(words, `\s+`))}
}

// shortForm is that of a name of two letters: written as a name is, and by
// itself. What is written small, "wa" or "al", only joins names.
func shortForm(name string) *secretForm {
	r := []rune(name)
	if !unicode.IsUpper(r[0]) || !unicode.IsLetter(r[1]) {
		return nil
	}
	low := string(r[0]) + string(unicode.ToLower(r[1]))
	return &secretForm{re: regexp.MustCompile(low + "|" + strings.ToUpper(name)), alone: true}
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// between is what people put into a number to read it: +254 712-000 111.
const between = `[\s\x{00a0}.()/-]*`

// grouped is the pattern of a number that is mostly digits. A telephone number is
// found by its last nine digits, with whatever trunk or country code stands before
// them; any other by all its letters and digits.
func grouped(secret, digits string) string {
	phone := len(digits) >= 9 && strings.Trim(secret, "+0123456789 .()/-\u00a0\t") == ""
	var signs []string
	if phone {
		for _, r := range digits[len(digits)-9:] {
			signs = append(signs, string(r))
		}
		return `(?:\+?(?:\d` + between + `){1,5})?` + strings.Join(signs, between)
	}
	for _, r := range secret {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			signs = append(signs, regexp.QuoteMeta(string(r)))
		}
	}
	return strings.Join(signs, between)
}

// Masked takes the secrets out of a text that goes into a picture.
func (d *Dossier) Masked(text string) string {
	text, _ = d.mask(text)
	return text
}

// Secret tells whether a text holds a secret: for who puts in a document, which
// is not masked.
func (d *Dossier) Secret(text string) bool { return d.secret(text) }

// secret tells whether a text holds a secret.
func (d *Dossier) secret(text string) bool {
	_, n := d.mask(text)
	return n > 0
}
