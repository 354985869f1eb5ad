package bundle

import (
	"cmp"
	"html"
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
	name  bool // of words: initials may stand beside it
}

// Hide adds what must stand nowhere: the text, each of its words, as people are
// called by one of their names, and each number in it.
func (d *Dossier) Hide(said string) {
	d.Secrets = append(d.Secrets, said)
	for _, word := range strings.FieldsFunc(said, apart) {
		if strings.IndexFunc(word, unicode.IsLetter) >= 0 {
			d.Secrets = append(d.Secrets, word)
		}
	}
	d.HideNumbers(said)
}

// HideNumbers adds the numbers in a text: where two are written, each by itself.
func (d *Dossier) HideNumbers(said string) {
	said, _ = folded(said)
	for _, n := range numbersIn.FindAllString(said, -1) {
		if len(digitsOf(n)) >= 5 {
			d.Secrets = append(d.Secrets, n)
		}
	}
}

var numbersIn = regexp.MustCompile(`\+?[0-9](?:[\s.()_-]{0,3}[0-9])+`)

// apart tells what stands between the words of a name: anything but letters, with
// their marks, figures and the apostrophes within.
func apart(r rune) bool {
	return !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.Cf) && foldedRune(r) != -1
}

// mask takes the secrets out of a text and counts them: in any case of letters, with
// accents or without, and however words and numbers are parted. The whole word goes
// in which a secret stands, or what is missing of it would tell the secret.
func (d *Dossier) mask(text string) (string, int) {
	low, from := folded(text)
	var found [][2]int // where in low
	for _, s := range d.Secrets {
		f := d.form(s)
		if f == nil {
			continue
		}
		for _, at := range f.re.FindAllStringIndex(low, -1) {
			if f.alone && (beside(utf8.DecodeLastRuneInString(low[:at[0]])) || beside(utf8.DecodeRuneInString(low[at[1]:]))) {
				continue
			}
			found = append(found, around(low, at[0], at[1], f.name))
		}
	}
	if found == nil {
		return text, 0
	}
	slices.SortFunc(found, func(a, b [2]int) int { return cmp.Compare(a[0], b[0]) })
	var out strings.Builder
	n, done := 0, 0
	for _, in := range found {
		at := [2]int{from.start(in[0]), from.end(in[1])}
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

// around widens a place in a folded text to the whole words that it touches, and a
// name to the initials beside it.
func around(low string, start, end int, name bool) [2]int {
	for r, n := utf8.DecodeLastRuneInString(low[:start]); beside(r, n); r, n = utf8.DecodeLastRuneInString(low[:start]) {
		start -= n
	}
	for r, n := utf8.DecodeRuneInString(low[end:]); beside(r, n); r, n = utf8.DecodeRuneInString(low[end:]) {
		end += n
	}
	if name {
		near := max(0, start-16)
		if at := initialsBefore.FindStringIndex(low[near:start]); at != nil {
			start = near + at[0]
		}
		if at := initialsAfter.FindStringIndex(low[end:]); at != nil {
			end += at[1]
		}
	}
	return [2]int{start, end}
}

var (
	initialsBefore = regexp.MustCompile(`(?:\b\p{Lu}\.\s?){1,4}$`)
	initialsAfter  = regexp.MustCompile(`^,?\s(?:\p{Lu}\.\s?){0,3}\p{Lu}\.`)
)

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
	words := strings.FieldsFunc(secret, apart)
	joined := strings.Join(words, "")
	letters := len([]rune(joined))
	if letters < 2 {
		return nil
	}
	if digits := digitsOf(secret); len(digits) >= 5 && 2*len(digits) > letters {
		return &secretForm{re: regexp.MustCompile(`(?i)` + grouped(secret, digits))}
	}
	if letters == 2 {
		return shortForm(joined)
	}
	for i := range words {
		words[i] = regexp.QuoteMeta(words[i])
	}
	gap := parted + `+`
	if letters >= 6 { // also written as one word
		gap = parted + `*`
	}
	if strings.ContainsAny(joined, "0123456789") {
		gap = parted + `*`
	}
	pattern := strings.Join(words, gap)
	if letters >= 4 && letters <= 40 { // Z A W A D I
		var spaced []string
		for _, r := range joined {
			spaced = append(spaced, regexp.QuoteMeta(string(r)))
		}
		pattern += `|` + strings.Join(spaced, `[\s._*-]{1,2}`)
	}
	return &secretForm{re: regexp.MustCompile(`(?i)` + pattern), name: true}
}

// parted is what stands between two words of a name: as people, file names and
// addresses of the web write it.
const parted = `[^\pL\pM\pN]`

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
const between = `[^\pL\pN]{0,3}`

// grouped is the pattern of a number that is mostly digits. A telephone number is
// found by its last nine digits, with whatever trunk or country code stands before
// them; any other by all its letters and digits.
func grouped(secret, digits string) string {
	phone := len(digits) >= 9 && strings.Trim(secret, "+0123456789 .()/_-\u00a0\t") == ""
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

// secretBody tells whether an event does: as its bytes stand, and in what they say,
// for JSON writes line ends and some signs otherwise.
func (d *Dossier) secretBody(body, payload []byte) bool {
	return d.secret(string(body)) || slices.ContainsFunc(stringsIn(payload), d.secret)
}

// secretPicture tells whether a picture (SVG) does: in its marks, and in its words as
// they are read, over the ends of lines.
func (d *Dossier) secretPicture(svg []byte) bool {
	said := html.UnescapeString(string(svg))
	words := html.UnescapeString(tag.ReplaceAllString(string(svg), " "))
	return d.secret(said) || d.secret(strings.Join(strings.Fields(words), " "))
}

var tag = regexp.MustCompile(`<[^>]*>`)
