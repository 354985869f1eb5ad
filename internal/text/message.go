package text

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/feature/plural"
)

// message is the text of one key, cut at its placeholders once, at load.
type message struct {
	forms [8][]piece // by plural.Form; Other (0) always stands
	plain string     // the whole text, when it has no placeholder and one form
	file  string
	line  int
}

type piece struct {
	text string
	name string // placeholder; "" for plain text
}

var (
	keyForm  = regexp.MustCompile(`^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)+$`)
	nameForm = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	yamlLine = regexp.MustCompile(`line (\d+): (.*)`)
)

func (l *Lang) read(fsys fs.FS, file string) (problems Problems) {
	raw, err := fs.ReadFile(fsys, file)
	if err != nil {
		return Problems{{file, 0, "the file cannot be read", "put it back from the program's own content"}}
	}
	var doc yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(raw)).Decode(&doc); err != nil {
		line, what := 0, err.Error()
		if m := yamlLine.FindStringSubmatch(what); m != nil {
			line, _ = strconv.Atoi(m[1])
			what = m[2]
		}
		return Problems{{file, line, what, "correct the YAML: put quotes around a text with a colon, a brace or a quote in it"}}
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return Problems{{file, root.Line, "the file is not a list of keys with texts", "write one area.page.thing: text on each line"}}
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, val := root.Content[i], root.Content[i+1]
		if old, ok := l.texts[key.Value]; ok {
			problems = append(problems, Problem{file, key.Line, fmt.Sprintf("the key %q stands already at %s:%d", key.Value, old.file, old.line), "remove one of them"})
			continue
		}
		if !keyForm.MatchString(key.Value) {
			problems = append(problems, Problem{file, key.Line, fmt.Sprintf("the key %q has no area, or signs other than small letters, digits, dots, hyphens and underscores", key.Value), "write it as area.page.thing"})
			continue
		}
		m, err := l.parse(val)
		if err != nil {
			what, remedy, _ := strings.Cut(err.Error(), "; ")
			problems = append(problems, Problem{file, val.Line, fmt.Sprintf("%q: %s", key.Value, what), remedy})
			continue
		}
		m.file, m.line = file, key.Line
		l.texts[key.Value] = m
	}
	return problems
}

// parse reads one text or a map of plural forms. Its errors are "what; remedy".
func (l *Lang) parse(val *yaml.Node) (*message, error) {
	m := new(message)
	single := true
	var err error
	switch val.Kind {
	case yaml.ScalarNode:
		m.forms[plural.Other], err = split(val.Value)
	case yaml.MappingNode:
		single = false
		for i := 0; i+1 < len(val.Content); i += 2 {
			form, ok := forms[val.Content[i].Value]
			if !ok {
				return nil, fmt.Errorf("%q is no plural form; use one and other", val.Content[i].Value)
			}
			if len(m.forms[form]) > 0 {
				return nil, fmt.Errorf("the plural form %q stands twice; remove one of them", val.Content[i].Value)
			}
			if m.forms[form], err = split(val.Content[i+1].Value); err != nil {
				return nil, err
			}
		}
	default:
		return nil, errors.New("it is neither a text nor a map of plural forms; write a text, or one: and other:")
	}
	if err != nil {
		return nil, err
	}
	other := m.forms[plural.Other]
	if len(other) == 0 {
		return nil, errors.New("the text, or its plural form other, is empty; write it")
	}
	if single && len(other) == 1 && other[0].name == "" {
		m.plain = other[0].text
	}
	return m, nil
}

// split cuts a text at its {placeholders}.
func split(s string) ([]piece, error) {
	var out []piece
	for s != "" {
		open := strings.IndexAny(s, "{}")
		if open < 0 {
			return append(out, piece{text: s}), nil
		}
		end := strings.IndexByte(s[open:], '}')
		if s[open] == '}' || end < 0 || !nameForm.MatchString(s[open+1:open+end]) {
			return nil, errors.New("a brace stands alone or around something that is no name; write placeholders as {name}")
		}
		if open > 0 {
			out = append(out, piece{text: s[:open]})
		}
		out = append(out, piece{name: s[open+1 : open+end]})
		s = s[open+end+1:]
	}
	return out, nil
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
