package text

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Codes are the languages of the product; the first is the one to fall back
// on. A folder may hold more, each as complete as these: see Catalogs.Codes.
var Codes = []string{"en", "sw"}

// Problem is one thing wrong in one catalog file.
type Problem struct {
	File   string
	Line   int // 0 when the whole file is meant
	What   string
	Remedy string
}

func (p Problem) String() string {
	return fmt.Sprintf("%s:%d: %s; %s", p.File, p.Line, p.What, p.Remedy)
}

// Problems lists everything wrong, so that it can be mended in one go.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i := range p {
		lines[i] = p[i].String()
	}
	return "text: " + strings.Join(lines, "\n")
}

// Catalogs hold every language.
type Catalogs struct {
	by    map[string]*Lang
	codes []string
	lost  *missing
}

// Lang is one language. It is safe for concurrent use.
type Lang struct {
	code  string
	tag   language.Tag
	texts map[string]*message
	lost  *missing
}

// missing counts keys that were asked for and stand in no catalog.
type missing struct {
	n    atomic.Int64
	keys sync.Map // "sw some.key" -> struct{}
}

// maxMissing bounds what missing remembers.
const maxMissing = 1000

func (m *missing) add(code, key string) {
	if m.n.Add(1) <= maxMissing {
		m.keys.Store(code+" "+key, struct{}{})
	}
}

// Load reads every catalog of the folder, <area>.<language>.yaml. Its error is
// Problems: file, line and remedy of everything missing, doubled or misspelt.
func Load(fsys fs.FS, dir string) (*Catalogs, error) {
	c := &Catalogs{by: map[string]*Lang{}, lost: &missing{}}
	files, err := fs.Glob(fsys, path.Join(dir, "*.yaml"))
	if err != nil {
		return nil, fmt.Errorf("text: %w", err)
	}
	var problems Problems
	for _, code := range Codes {
		c.lang(code)
	}
	for _, file := range files {
		code := languageOf(file)
		l := c.lang(code)
		if l == nil {
			problems = append(problems, Problem{file, 0, fmt.Sprintf("%q is no language", code), "name the file <area>.<language>.yaml, such as common.en.yaml"})
			continue
		}
		problems = append(problems, l.read(fsys, file)...)
	}
	problems = append(problems, c.compare()...)
	if len(problems) > 0 {
		sort.SliceStable(problems, func(i, j int) bool {
			a, b := problems[i], problems[j]
			return a.File < b.File || a.File == b.File && a.Line < b.Line
		})
		return nil, problems
	}
	return c, nil
}

// languageOf is the part between the last two dots: text/common.en.yaml -> en.
func languageOf(file string) string {
	name := strings.TrimSuffix(path.Base(file), ".yaml")
	return name[strings.LastIndexByte(name, '.')+1:]
}

func (c *Catalogs) lang(code string) *Lang {
	if l, ok := c.by[code]; ok {
		return l
	}
	tag, err := language.Parse(code)
	if err != nil || tag == language.Und {
		return nil
	}
	l := &Lang{code: code, tag: tag, texts: map[string]*message{}, lost: c.lost}
	c.by[code] = l
	c.codes = append(c.codes, code)
	return l
}

// compare holds every language against English.
func (c *Catalogs) compare() (problems Problems) {
	en := c.by[Codes[0]]
	for _, code := range c.codes[1:] {
		l := c.by[code]
		for key, m := range en.texts {
			other, ok := l.texts[key]
			if !ok {
				problems = append(problems, Problem{m.file, m.line, fmt.Sprintf("%q has no text in %q", key, code), "add it to the file of that language beside it"})
			} else if a, b := m.names(), other.names(); !slices.Equal(a, b) {
				problems = append(problems, Problem{other.file, other.line,
					fmt.Sprintf("%q has the placeholders %v in %q and %v in %q", key, a, Codes[0], b, code), "make them equal"})
			}
		}
		for key, m := range l.texts {
			if _, ok := en.texts[key]; !ok {
				problems = append(problems, Problem{m.file, m.line, fmt.Sprintf("%q has no text in %q", key, Codes[0]), "add it there or remove it here"})
			}
		}
	}
	return problems
}

// Codes are the languages that were loaded, English first.
func (c *Catalogs) Codes() []string { return slices.Clone(c.codes) }

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
	if len(accept) > maxAccept {
		return c.by[Codes[0]]
	}
	tags, weights, err := language.ParseAcceptLanguage(accept)
	if err == nil {
		for i, t := range tags {
			base, _ := t.Base()
			if l, ok := c.by[base.String()]; ok && weights[i] > 0 {
				return l
			}
		}
	}
	return c.by[Codes[0]]
}

// maxAccept is the longest Accept-Language header, in bytes, that is read.
const maxAccept = 500

// Missing tells how often a key was asked for that stands in no catalog, and
// which ones, as "sw some.key". Both ought to be empty.
func (c *Catalogs) Missing() (times int64, keys []string) {
	c.lost.keys.Range(func(k, _ any) bool {
		keys = append(keys, k.(string))
		return true
	})
	sort.Strings(keys)
	return c.lost.n.Load(), keys
}

var forms = map[string]plural.Form{"zero": plural.Zero, "one": plural.One, "two": plural.Two, "few": plural.Few, "many": plural.Many, "other": plural.Other}
