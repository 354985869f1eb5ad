package content

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Problem is one thing wrong in one file.
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
	return "content: " + strings.Join(lines, "\n")
}

// languages every text must stand in.
var languages = []string{"en", "sw"}

type loader struct {
	fsys     fs.FS
	e        *edition
	problems Problems
	broken   map[string]bool // files that could not be read: what they lack is not told again
}

// Load reads and checks the files of a content folder. The error is Problems.
func Load(fsys fs.FS) (*Content, error) {
	l := &loader{fsys: fsys, broken: map[string]bool{}, e: &edition{
		lists: map[string][]Term{}, current: map[string][]Term{}, terms: map[string]map[string]Term{}, service: map[string]Service{},
		rule: map[string]Rule{}, clock: map[string]time.Duration{}, quest: map[string]*Questionnaire{}, agency: map[string]Agency{}, extra: map[string][]ExtraField{},
	}}
	l.vocabularies()
	l.loadServices()
	l.loadClocks()
	l.loadRules()
	l.loadScoring()
	l.questionnaires()
	l.loadAgencies()
	l.extraFields()
	l.loadConduct()
	l.loadLetters()
	l.loadGuides()
	l.required()
	if len(l.problems) > 0 {
		sort.SliceStable(l.problems, func(i, j int) bool {
			a, b := l.problems[i], l.problems[j]
			return a.File < b.File || a.File == b.File && (a.Line < b.Line || a.Line == b.Line && a.What < b.What)
		})
		return nil, l.problems
	}
	c := new(Content)
	c.now.Store(l.e)
	return c, nil
}

func (l *loader) add(file string, line int, what, remedy string) {
	l.problems = append(l.problems, Problem{file, line, what, remedy})
}

// noPeriod is what the YAML reader says of "1d": a period of Go knows no days.
var noPeriod = regexp.MustCompile("`(.*)` into time.Duration")

var yamlLine = regexp.MustCompile(`line (\d+): (.*)`)

// read decodes one file strictly and gives its tree, for the lines.
func (l *loader) read(file string, into any) *yaml.Node {
	l.broken[file] = true
	raw, err := fs.ReadFile(l.fsys, file)
	if err != nil {
		l.add(file, 0, "the file cannot be read", "put it back from the program's own content")
		return nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(into); err != nil {
		l.decodeError(file, err)
		return nil
	}
	second := new(yaml.Node)
	if err := dec.Decode(second); !errors.Is(err, io.EOF) {
		l.add(file, second.Line, "there is more than one document in the file, and only the first is read", "take out the line --- and what does not belong to the first")
		return nil
	}
	root := new(yaml.Node)
	if err := yaml.Unmarshal(raw, root); err != nil || len(root.Content) == 0 {
		return nil
	}
	l.broken[file] = false
	return root.Content[0]
}

func (l *loader) decodeError(file string, err error) {
	lines := []string{err.Error()}
	var te *yaml.TypeError
	if errors.As(err, &te) {
		lines = te.Errors
	}
	for _, text := range lines {
		line, what := 0, text
		if m := yamlLine.FindStringSubmatch(text); m != nil {
			line, _ = strconv.Atoi(m[1])
			what = m[2]
		}
		if m := noPeriod.FindStringSubmatch(what); m != nil {
			l.add(file, line, fmt.Sprintf("%q is no period", m[1]), "write hours or minutes, such as 72h or 30m; a day is 24h, a year 8760h")
			continue
		}
		l.add(file, line, what, "compare with a neighbouring entry: the key is misspelt or the value has another form")
	}
}

// lineOf finds the line of the i-th entry under a key of the root.
func lineOf(root *yaml.Node, key string, i int) int {
	if root == nil {
		return 0
	}
	for k := 0; k+1 < len(root.Content); k += 2 {
		if root.Content[k].Value == key {
			if v := root.Content[k+1]; i < len(v.Content) {
				return v.Content[i].Line
			}
			return root.Content[k].Line
		}
	}
	return root.Line
}

func (l *loader) words(file string, line int, name string, w Words) {
	for _, lang := range languages {
		if strings.TrimSpace(w[lang]) == "" {
			l.add(file, line, fmt.Sprintf("%s has no text in %q", name, lang), "add the line "+lang+": …")
		}
	}
}

var idForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_.+-]*$`)

func (l *loader) id(file string, line int, id string, taken bool) {
	if !idForm.MatchString(id) {
		l.add(file, line, fmt.Sprintf("the id %q is not lower-case letters, digits and hyphens", id), "write it as in the entries around it")
	}
	if taken {
		l.add(file, line, fmt.Sprintf("the id %q stands twice", id), "rename or remove one of them")
	}
}

func (l *loader) vocabularies() {
	const file = "vocabularies.yaml"
	lists := map[string][]Term{}
	root := l.read(file, &lists)
	if root == nil {
		return
	}
	for name, terms := range lists {
		l.e.lists[name] = terms
		by := map[string]Term{}
		for i, t := range terms {
			line := lineOf(root, name, i)
			_, taken := by[t.ID]
			l.id(file, line, t.ID, taken)
			l.words(file, line, name+" "+t.ID, t.Label)
			by[t.ID] = t
			if !t.Retired {
				l.e.current[name] = append(l.e.current[name], t)
			}
		}
		l.e.terms[name] = by
	}
}

func (l *loader) loadServices() {
	const file = "services.yaml"
	var f struct{ Services []Service }
	root := l.read(file, &f)
	if root == nil {
		return
	}
	for i, s := range f.Services {
		line := lineOf(root, "services", i)
		_, taken := l.e.service[s.ID]
		l.id(file, line, s.ID, taken)
		l.words(file, line, "service "+s.ID, s.Label)
		if s.Parent != "" {
			if _, ok := l.e.service[s.Parent]; !ok {
				l.add(file, line, fmt.Sprintf("service %q stands under unknown %q", s.ID, s.Parent), "put the parent before it")
			}
		}
		l.e.service[s.ID] = s
		if !s.Retired {
			l.e.serviceNow = append(l.e.serviceNow, s)
		}
	}
	l.e.services = f.Services
}

func (l *loader) loadClocks() {
	const file = "clocks.yaml"
	var f struct{ Clocks []Clock }
	root := l.read(file, &f)
	if root == nil {
		return
	}
	for i, c := range f.Clocks {
		line := lineOf(root, "clocks", i)
		_, taken := l.e.clock[c.ID]
		l.id(file, line, c.ID, taken)
		if c.Within <= 0 {
			l.add(file, line, fmt.Sprintf("clock %q has no period", c.ID), "write one such as 72h")
		}
		if c.Source == "" {
			l.add(file, line, fmt.Sprintf("clock %q names no source", c.ID), "say where the period comes from")
		}
		l.e.clock[c.ID] = c.Within
	}
	for id, within := range laterClocks {
		if _, ok := l.e.clock[id]; !ok {
			l.e.clock[id] = within
		}
	}
	l.e.clocks = f.Clocks
}

func (l *loader) loadRules() {
	const file = "rules.yaml"
	var f struct{ Rules []Rule }
	root := l.read(file, &f)
	if root == nil {
		return
	}
	for i, r := range f.Rules {
		line := lineOf(root, "rules", i)
		_, taken := l.e.rule[r.ID]
		l.id(file, line, r.ID, taken)
		l.words(file, line, "title of "+r.ID, r.Title)
		l.words(file, line, "why of "+r.ID, r.Why)
		l.words(file, line, "remedy of "+r.ID, r.Remedy)
		if r.Source == "" {
			l.add(file, line, fmt.Sprintf("rule %q names no source", r.ID), "name the act and section, or the guideline")
		}
		l.e.rule[r.ID] = r
	}
	l.e.rules = f.Rules
}

func child(root *yaml.Node, key string) *yaml.Node {
	for k := 0; root != nil && k+1 < len(root.Content); k += 2 {
		if root.Content[k].Value == key {
			return root.Content[k+1]
		}
	}
	return nil
}
