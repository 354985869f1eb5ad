package caselist

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/unicode/norm"

	"rufaa/internal/content"
)

// File is the name of the data file in the content folder.
const File = "case-lists.yaml"

// Words is what content/case-lists.yaml says.
type Words struct {
	Headings map[Field][]string            `yaml:"headings"`
	Words    map[Field]map[string][]string `yaml:"words"`

	field map[string]Field            // by folded heading
	term  map[Field]map[string]string // by folded word
}

// LoadWords reads and checks the data file.
func LoadWords(fsys fs.FS, k *content.Content) (*Words, error) {
	raw, err := fs.ReadFile(fsys, File)
	if err != nil {
		return nil, fmt.Errorf("caselist: %w; put the file back from the program's own content", err)
	}
	w := &Words{field: map[string]Field{}, term: map[Field]map[string]string{}}
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(w); err != nil {
		return nil, fmt.Errorf("caselist: %s: %w", File, err)
	}
	if err := errors.Join(append(w.headings(), w.words(k)...)...); err != nil {
		return nil, fmt.Errorf("caselist: %s: %w", File, err)
	}
	return w, nil
}

func (w *Words) headings() (bad []error) {
	for _, f := range Fields { // in order, so that what is wrong is told the same way each time
		for _, h := range w.Headings[f] {
			if was, ok := w.field[folded(h)]; ok {
				bad = append(bad, fmt.Errorf("heading %q stands for %s and %s; take it from one", h, was, f))
			}
			w.field[folded(h)] = f
		}
	}
	for f := range w.Headings {
		if !slices.Contains(Fields, f) {
			bad = append(bad, fmt.Errorf("headings: %q is no field; it is one of %v", f, Fields))
		}
	}
	return bad
}

func (w *Words) words(k *content.Content) (bad []error) {
	for f, terms := range w.Words {
		if !IsTerm(f) {
			bad = append(bad, fmt.Errorf("words: the cells of %q are no terms", f))
			continue
		}
		w.term[f] = map[string]string{}
		for term, list := range terms {
			if !isTerm(k, f, term) {
				bad = append(bad, fmt.Errorf("words: %s has no term %q", f, term))
			}
			for _, x := range list {
				if was, ok := w.term[f][folded(x)]; ok && was != term {
					bad = append(bad, fmt.Errorf("words: %q stands for %s and %s", x, was, term))
				}
				w.term[f][folded(x)] = term
			}
		}
	}
	return bad
}

func isTerm(k *content.Content, f Field, term string) bool {
	if list := vocabularies[f]; list != "" {
		return k.Choosable(list, term)
	}
	return slices.Contains(choices[f], term)
}

// guess gives each heading a meaning, each meaning once.
func (w *Words) guess(headings []string) []Column {
	out := make([]Column, len(headings))
	seen := map[Field]bool{}
	for i, h := range headings {
		out[i].Heading = h
		if f, ok := w.field[folded(h)]; ok && (!seen[f] || several[f]) {
			out[i].Field, seen[f] = f, true
		}
	}
	return out
}

// find turns a word into a term: by what usually is meant, then by id and
// label in every language.
func (w *Words) find(k *content.Content, f Field, word string) (string, bool) {
	word = folded(word)
	if term, ok := w.term[f][word]; ok {
		return term, true
	}
	for _, t := range k.List(vocabularies[f]) {
		if t.Retired {
			continue
		}
		if folded(t.ID) == word {
			return t.ID, true
		}
		for _, lang := range []string{"en", "sw"} {
			label := folded(t.In(lang))
			if label == word || f == County && (label+" county" == word || "kaunti ya "+label == word) {
				return t.ID, true
			}
		}
	}
	return "", false
}

// folded is how headings and words are compared: small letters, without
// accents, one space, no stop at the end.
func folded(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= 0x300 && r <= 0x36f {
			return -1
		}
		return r
	}, norm.NFD.String(strings.ToLower(s)))
	return strings.Trim(strings.Join(strings.Fields(strings.ReplaceAll(s, "_", " ")), " "), ".:*")
}

// Terms are what the cells of a field can mean. Those of no vocabulary have no
// label.
func Terms(k *content.Content, f Field) []content.Term {
	if list := vocabularies[f]; list != "" {
		return slices.DeleteFunc(slices.Clone(k.List(list)), func(t content.Term) bool { return t.Retired })
	}
	out := make([]content.Term, len(choices[f]))
	for i, id := range choices[f] {
		out[i].ID = id
	}
	return out
}
