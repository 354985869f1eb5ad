package content

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Letter is what the mechanism writes to the person herself.
type Letter struct {
	ID     string       `yaml:"id"`
	Title  Words        `yaml:"title"`
	Source string       `yaml:"source"`
	Parts  []LetterPart `yaml:"parts"`
}

// LetterPart is one passage; which of them a letter holds is decided by what
// it tells. Names in braces are filled in.
type LetterPart struct {
	ID   string `yaml:"id"`
	Text Words  `yaml:"text"`
}

// Part gives a passage in a language, with names in braces filled in from
// pairs of name and value. An unknown part is empty.
func (l Letter) Part(id, lang string, pairs ...string) string {
	for _, p := range l.Parts {
		if p.ID != id {
			continue
		}
		for i := 0; i+1 < len(pairs); i += 2 {
			pairs[i] = "{" + pairs[i] + "}"
		}
		return strings.NewReplacer(pairs...).Replace(p.Text.In(lang))
	}
	return ""
}

// Languages are those in which the whole letter is written, English first, then
// Kiswahili, then the others.
func (l Letter) Languages() []string {
	out := slices.Clone(languages)
	for _, lang := range slices.Sorted(maps.Keys(l.Title)) {
		whole := !slices.Contains(out, lang)
		for _, p := range l.Parts {
			whole = whole && strings.TrimSpace(p.Text[lang]) != ""
		}
		if whole {
			out = append(out, lang)
		}
	}
	return out
}

// requiredLetters are those that the program prints: letter -> part -> the
// names it must hold.
var requiredLetters = map[string]map[string][]string{
	"identification": {
		"reference": {"ref"}, "dear": {"name"}, "decided": {"on"}, "reasons": nil, "confirmed": nil,
		"not_confirmed": nil, "revoked": nil, "rights": nil, "printed": {"when"},
	},
}

// laterLetters are passages that came later: a letter changed before them need
// not have them, and what it says in them is held to the same names.
var laterLetters = map[string]map[string][]string{
	"identification": {"reviewed": {"on"}, "upheld": {"on"}, "presumed": nil},
}

var inBraces = regexp.MustCompile(`\{([^{}]*)\}`)

func (l *loader) loadLetters() {
	const file = "letters.yaml"
	var f struct{ Letters []Letter }
	root := l.read(file, &f)
	if root == nil {
		return
	}
	l.e.letter = map[string]Letter{}
	for i, t := range f.Letters {
		line := lineOf(root, "letters", i)
		_, taken := l.e.letter[t.ID]
		l.id(file, line, t.ID, taken)
		l.words(file, line, "title of "+t.ID, t.Title)
		if t.Source == "" {
			l.add(file, line, fmt.Sprintf("letter %q names no source", t.ID), "name the act and section, or the guideline")
		}
		l.letterParts(file, line, t)
		l.e.letter[t.ID] = t
	}
	for _, id := range slices.Sorted(maps.Keys(requiredLetters)) {
		if _, ok := l.e.letter[id]; !ok {
			l.add(file, lineOf(root, "letters", 0), fmt.Sprintf("the letter %q is missing", id), "put it back; its words may be changed")
		}
	}
}

// letterParts holds every passage to the names that it may and must hold.
func (l *loader) letterParts(file string, line int, t Letter) {
	must, seen := requiredLetters[t.ID], map[string]bool{}
	for _, p := range t.Parts {
		l.id(file, line, p.ID, seen[p.ID])
		seen[p.ID] = true
		l.words(file, line, "part "+p.ID+" of "+t.ID, p.Text)
		for _, lang := range slices.Sorted(maps.Keys(p.Text)) {
			names, required := must[p.ID]
			if !required {
				names = laterLetters[t.ID][p.ID]
			}
			l.letterNames(file, line, t.ID+"/"+p.ID+" ("+lang+")", p.Text[lang], names)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(must)) {
		if !seen[id] {
			l.add(file, line, fmt.Sprintf("letter %q has no part %q", t.ID, id), "put it back; its words may be changed")
		}
	}
}

func (l *loader) letterNames(file string, line int, where, words string, must []string) {
	held := map[string]bool{}
	for _, m := range inBraces.FindAllStringSubmatch(words, -1) {
		held[m[1]] = true
		if !slices.Contains(must, m[1]) {
			l.add(file, line, fmt.Sprintf("%s asks for {%s}, which nobody fills in", where, m[1]), "take it out")
		}
	}
	for _, name := range must {
		if words != "" && !held[name] {
			l.add(file, line, fmt.Sprintf("%s does not hold {%s}", where, name), "write it where the value shall stand")
		}
	}
}
