package directory

import (
	"fmt"
	"io/fs"
	"strings"

	"rufaa/internal/content"
)

// Vocabulary are words that people write besides the labels, by the id they
// mean (words.yaml).
type Vocabulary struct {
	Services map[string][]string `yaml:"services"`
	Counties map[string][]string `yaml:"counties"`
	Units    map[string][]string `yaml:"units"`
	Groups   map[string][]string `yaml:"groups"`
	Message  map[string][]string `yaml:"message"`
}

// Content is the realm's content, to which the directory's words belong.
func (t *Taxonomy) Content() *content.Content { return t.content }

func (t *Taxonomy) loadWords(files fs.FS) error {
	if err := decode(files, "words.yaml", &t.Words); err != nil {
		return err
	}
	known := map[string]func(string) bool{"services": t.service, "counties": t.inVocabulary("counties"), "units": t.in("units"), "groups": t.in("groups")}
	for list, words := range map[string]map[string][]string{"services": t.Words.Services, "counties": t.Words.Counties, "units": t.Words.Units, "groups": t.Words.Groups} {
		for id := range words {
			if !known[list](id) {
				return fmt.Errorf("directory: words.yaml: %s: %q is none of them; correct the id", list, id)
			}
		}
	}
	t.spoken = map[string]meaning{}
	say := func(word string, m meaning) { t.spoken[strings.ToLower(strings.ReplaceAll(word, " ", "-"))] = m }
	for name, list := range t.Words.Message {
		for _, w := range list {
			say(w, meaning{kind: name})
		}
	}
	for _, kind := range []string{"units", "groups"} {
		for _, term := range t.lists[kind] {
			for _, w := range append([]string{term.ID, term.Label.In("en"), term.Label.In("sw")}, map[string]map[string][]string{"units": t.Words.Units, "groups": t.Words.Groups}[kind][term.ID]...) {
				say(w, meaning{kind, term.ID})
			}
		}
	}
	return nil
}

// meaning is what a word of a short message stands for.
type meaning struct{ kind, id string }
