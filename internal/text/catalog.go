package text

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Codes are the languages of the product; the first is the one to fall back on.
var Codes = []string{"en", "sw"}

// Catalogs hold every language.
type Catalogs struct{ by map[string]*Lang }

// Lang is one language. It is safe for concurrent use.
type Lang struct {
	code  string
	tag   language.Tag
	texts map[string]*message
}

type message struct {
	forms map[plural.Form][]piece // Other always stands
	plain string                  // the whole text, when it has no placeholder
	where string
}

type piece struct {
	text string
	name string // placeholder; "" for plain text
}

// Load reads every catalog of the folder. Its error names file, line and
// remedy of everything that is missing or doubled.
func Load(fsys fs.FS, dir string) (*Catalogs, error) {
	c := &Catalogs{by: map[string]*Lang{}}
	var problems []error
	for _, code := range Codes {
		l := &Lang{code: code, tag: language.MustParse(code), texts: map[string]*message{}}
		files, err := fs.Glob(fsys, path.Join(dir, "*."+code+".yaml"))
		if err != nil {
			return nil, fmt.Errorf("text: %w", err)
		}
		for _, file := range files {
			problems = append(problems, l.read(fsys, file)...)
		}
		c.by[code] = l
	}
	problems = append(problems, c.compare()...)
	if len(problems) > 0 {
		return nil, fmt.Errorf("text: %w", errors.Join(problems...))
	}
	return c, nil
}

func (l *Lang) read(fsys fs.FS, file string) (problems []error) {
	raw, err := fs.ReadFile(fsys, file)
	if err != nil {
		return []error{err}
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(raw, &doc); err != nil {
		return []error{fmt.Errorf("%s: %w; correct the YAML", file, err)}
	}
	if len(doc.Content) == 0 {
		return nil
	}
	root := doc.Content[0]
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, val := root.Content[i], root.Content[i+1]
		where := fmt.Sprintf("%s:%d", file, key.Line)
		if old, ok := l.texts[key.Value]; ok {
			problems = append(problems, fmt.Errorf("%s: the key %q stands already at %s; remove one", where, key.Value, old.where))
			continue
		}
		m, err := parse(val)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", where, err))
			continue
		}
		m.where = where
		l.texts[key.Value] = m
	}
	return problems
}

var forms = map[string]plural.Form{"zero": plural.Zero, "one": plural.One, "two": plural.Two, "few": plural.Few, "many": plural.Many, "other": plural.Other}

func parse(val *yaml.Node) (*message, error) {
	m := &message{forms: map[plural.Form][]piece{}}
	switch val.Kind {
	case yaml.ScalarNode:
		m.forms[plural.Other] = split(val.Value)
	case yaml.MappingNode:
		for i := 0; i+1 < len(val.Content); i += 2 {
			f, ok := forms[val.Content[i].Value]
			if !ok {
				return nil, fmt.Errorf("%q is no plural form; use one or other", val.Content[i].Value)
			}
			m.forms[f] = split(val.Content[i+1].Value)
		}
	}
	other := m.forms[plural.Other]
	if len(other) == 0 {
		return nil, errors.New("the text is empty; write it")
	}
	if len(m.forms) == 1 && len(other) == 1 && other[0].name == "" {
		m.plain = other[0].text
	}
	return m, nil
}

// split cuts a text at its {placeholders} once, at load.
func split(s string) []piece {
	var out []piece
	for s != "" {
		open := strings.IndexByte(s, '{')
		end := strings.IndexByte(s, '}')
		if open < 0 || end < open {
			return append(out, piece{text: s})
		}
		if open > 0 {
			out = append(out, piece{text: s[:open]})
		}
		out = append(out, piece{name: s[open+1 : end]})
		s = s[end+1:]
	}
	return out
}

func (c *Catalogs) compare() (problems []error) {
	en := c.by[Codes[0]]
	for _, code := range Codes[1:] {
		l := c.by[code]
		for key, m := range en.texts {
			other, ok := l.texts[key]
			if !ok {
				problems = append(problems, fmt.Errorf("%s: %q has no text in %q; add it to the file beside it", m.where, key, code))
			} else if a, b := m.names(), other.names(); !slices.Equal(a, b) {
				problems = append(problems, fmt.Errorf("%s: %q has the placeholders %v, in %q %v; make them equal", other.where, key, a, code, b))
			}
		}
		for key, m := range l.texts {
			if _, ok := en.texts[key]; !ok {
				problems = append(problems, fmt.Errorf("%s: %q has no text in %q; add it or remove it here", m.where, key, Codes[0]))
			}
		}
	}
	sort.Slice(problems, func(i, j int) bool { return problems[i].Error() < problems[j].Error() })
	return problems
}

func (m *message) names() []string {
	seen := map[string]bool{}
	for _, f := range m.forms {
		for _, p := range f {
			if p.name != "" {
				seen[p.name] = true
			}
		}
	}
	out := make([]string, 0, len(seen))
	for n := range seen {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

// In gives a language, or English when it is not one of the product's.
func (c *Catalogs) In(code string) *Lang {
	if l, ok := c.by[code]; ok {
		return l
	}
	return c.by[Codes[0]]
}

// Match finds the reader's language: the one chosen, else the first that the
// browser asks for and the product has, else English.
func (c *Catalogs) Match(chosen, accept string) *Lang {
	if l, ok := c.by[chosen]; ok {
		return l
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err == nil {
		for _, t := range tags {
			base, _ := t.Base()
			if l, ok := c.by[base.String()]; ok {
				return l
			}
		}
	}
	return c.by[Codes[0]]
}
