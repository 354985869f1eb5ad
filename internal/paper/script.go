package paper

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Arabic letters stand in Unicode without the form that they take beside their
// neighbours; a PDF needs the form. Each entry is the first of a letter's forms
// in Arabic Presentation Forms-B (alone, end, and, where it joins to the left,
// beginning and middle).
var arabicForms = map[rune]struct {
	first rune
	joins bool // to the letter after it
}{
	'ء': {0xFE80, false}, 'آ': {0xFE81, false}, 'أ': {0xFE83, false}, 'ؤ': {0xFE85, false}, 'إ': {0xFE87, false}, 'ئ': {0xFE89, true},
	'ا': {0xFE8D, false}, 'ب': {0xFE8F, true}, 'ة': {0xFE93, false}, 'ت': {0xFE95, true}, 'ث': {0xFE99, true}, 'ج': {0xFE9D, true},
	'ح': {0xFEA1, true}, 'خ': {0xFEA5, true}, 'د': {0xFEA9, false}, 'ذ': {0xFEAB, false}, 'ر': {0xFEAD, false}, 'ز': {0xFEAF, false},
	'س': {0xFEB1, true}, 'ش': {0xFEB5, true}, 'ص': {0xFEB9, true}, 'ض': {0xFEBD, true}, 'ط': {0xFEC1, true}, 'ظ': {0xFEC5, true},
	'ع': {0xFEC9, true}, 'غ': {0xFECD, true}, 'ف': {0xFED1, true}, 'ق': {0xFED5, true}, 'ك': {0xFED9, true}, 'ل': {0xFEDD, true},
	'م': {0xFEE1, true}, 'ن': {0xFEE5, true}, 'ه': {0xFEE9, true}, 'و': {0xFEED, false}, 'ى': {0xFEEF, false}, 'ي': {0xFEF1, true},
}

// lamAlef are the ligatures that a lam makes with the alef after it.
var lamAlef = map[rune]rune{'آ': 0xFEF5, 'أ': 0xFEF7, 'إ': 0xFEF9, 'ا': 0xFEFB}

// shaped gives a word with its Arabic letters in the forms they take. Marks
// above and below (harakat) are left out: the letters say enough without.
func shaped(word string) string {
	in := []rune(strings.Map(func(r rune) rune {
		if r >= 0x64B && r <= 0x652 || r == 0x640 {
			return -1
		}
		return r
	}, word))
	out := make([]rune, 0, len(in))
	before := false // the letter before joins to this one
	for i := 0; i < len(in); i++ {
		f, arabic := arabicForms[in[i]]
		if !arabic {
			out, before = append(out, in[i]), false
			continue
		}
		if in[i] == 'ل' && i+1 < len(in) && lamAlef[in[i+1]] != 0 {
			form := lamAlef[in[i+1]]
			if before {
				form++
			}
			out, before = append(out, form), false
			i++
			continue
		}
		after := false
		if i+1 < len(in) {
			next, ok := arabicForms[in[i+1]]
			after = ok && f.joins && next.first != 0xFE80
		}
		form := f.first
		switch {
		case in[i] == 'ء':
		case before && after:
			form += 3
		case after:
			form += 2
		case before:
			form++
		}
		out, before = append(out, form), f.joins && in[i] != 'ء'
	}
	return string(out)
}

func rightToLeft(r rune) bool {
	return unicode.In(r, unicode.Arabic, unicode.Hebrew)
}

func leftToRight(r rune) bool {
	return !rightToLeft(r) && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// visual gives a line in the order in which its letters stand on the paper,
// from left to right. It knows two directions and no nesting: letters hold
// names, days and numbers, not quotations within quotations.
func visual(line string, rtl bool) string {
	if !strings.ContainsFunc(line, rightToLeft) {
		return line
	}
	type run struct {
		text []rune
		rtl  bool
	}
	var runs []run
	runes := []rune(line)
	dir := func(i int) bool { // what is neither goes with its neighbours if they agree, else with the line
		if rightToLeft(runes[i]) || leftToRight(runes[i]) {
			return rightToLeft(runes[i])
		}
		before, after := rtl, rtl
		for k := i - 1; k >= 0; k-- {
			if rightToLeft(runes[k]) || leftToRight(runes[k]) {
				before = rightToLeft(runes[k])
				break
			}
		}
		for k := i + 1; k < len(runes); k++ {
			if rightToLeft(runes[k]) || leftToRight(runes[k]) {
				after = rightToLeft(runes[k])
				break
			}
		}
		if before == after {
			return before
		}
		return rtl
	}
	for i, r := range runes {
		d := dir(i)
		if n := len(runs); n > 0 && runs[n-1].rtl == d {
			runs[n-1].text = append(runs[n-1].text, r)
		} else {
			runs = append(runs, run{[]rune{r}, d})
		}
	}
	if rtl {
		slices.Reverse(runs)
	}
	var out []rune
	for _, r := range runs {
		if r.rtl {
			slices.Reverse(r.text)
			for i, x := range r.text {
				if at := strings.IndexRune("()[]{}", x); at >= 0 {
					r.text[i] = rune("()[]{}"[at^1])
				}
			}
		}
		out = append(out, r.text...)
	}
	return string(out)
}

// piece is letters of one face.
type piece struct {
	face *face
	text string
}

// pieces cuts a line where the face changes. A letter that no face has is set
// in the first and told by lacks.
func pieces(line string) (out []piece, lacks rune) {
	for _, r := range line {
		f := faceOf(r)
		if f == nil {
			f = faces[0]
			if r >= ' ' && lacks == 0 {
				lacks = r
			}
		}
		if r == ' ' && len(out) > 0 {
			f = out[len(out)-1].face
			if !f.has(r) {
				f = faces[0]
			}
		}
		if n := len(out); n > 0 && out[n-1].face == f {
			out[n-1].text += string(r)
		} else {
			out = append(out, piece{f, string(r)})
		}
	}
	return out, lacks
}

// Printable gives a text that can be printed whatever somebody typed: a letter
// that no font has is written as its number, [U+1F512], so that a paper is made
// and nothing in it goes unseen.
func Printable(s string) string {
	var out strings.Builder
	for _, r := range s {
		if r > ' ' && faceOf(r) == nil {
			fmt.Fprintf(&out, "[U+%04X]", r)
			continue
		}
		out.WriteRune(r)
	}
	return out.String()
}
