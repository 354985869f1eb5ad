package scenario

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Schema is the JSON Schema (2020-12) of the file format, for editors.
//
//go:embed schema.json
var Schema []byte

const (
	maxBytes = 512 << 10 // ten times the reference scenario; in the ledger it is larger, sealed and revealed
	maxDepth = 12
)

// position is a line and column in the file.
type position struct{ line, col int }

// positions are keyed by path, e.g. "injects/3/when".
type positions map[string]position

func (p positions) of(path string) position {
	for {
		if at, ok := p[path]; ok {
			return at
		}
		cut := strings.LastIndexByte(path, '/')
		if cut < 0 {
			return p[""]
		}
		path = path[:cut]
	}
}

// Parse reads a scenario file and checks it against the schema; the error is
// Problems. Whether the story hangs together is Compile's matter.
func Parse(file string, data []byte) (*Scenario, error) {
	one := func(line, col int, text, remedy string) error { return Problems{{file, line, col, text, remedy}} }
	if len(data) > maxBytes {
		return nil, one(1, 1, "the file is larger than 512 KiB", "shorten it: pictures and long documents are handed out, not written into a scenario")
	}
	var root yaml.Node
	reader := yaml.NewDecoder(bytes.NewReader(data))
	if err := reader.Decode(&root); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, one(1, 1, "the file is empty", "start from content/scenario/kaskazi-tabletop.yaml")
		}
		line, text := yamlLine(err)
		return nil, one(line, 1, "this is not YAML: "+text, "correct the indentation and quotes on this line")
	}
	var second yaml.Node
	if err := reader.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, one(max(1, second.Line), 1, "the file holds more than one document", "remove what follows the second \"---\"")
	}
	r := reading{file: file, at: positions{}}
	value := r.value(root.Content[0], "", 0)
	if len(r.problems) > 0 {
		return nil, r.problems.sorted()
	}
	if problems := r.validate(value); len(problems) > 0 {
		return nil, problems.sorted()
	}
	s := &Scenario{}
	if err := root.Decode(s); err != nil {
		line, text := yamlLine(err)
		return nil, one(line, 1, text, "correct the value on this line")
	}
	s.at = r.at
	return s, nil
}

var lineInError = regexp.MustCompile(`line ([0-9]+): `)

func yamlLine(err error) (int, string) {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	text = strings.TrimSpace(strings.TrimPrefix(text, "unmarshal errors:"))
	if m := lineInError.FindStringSubmatch(text); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n, strings.Replace(text, m[0], "", 1)
	}
	return 1, text
}

type reading struct {
	file     string
	at       positions
	problems Problems
}

// value turns a node into plain values and remembers where each stood.
func (r *reading) value(n *yaml.Node, path string, depth int) any {
	if _, known := r.at[path]; !known {
		r.at[path] = position{n.Line, n.Column}
	}
	refuse := func(n *yaml.Node, text, remedy string) {
		r.problems = append(r.problems, Problem{r.file, n.Line, n.Column, text, remedy})
	}
	if depth > maxDepth {
		refuse(n, "the file is nested too deeply", "keep to the fields of the schema")
		return nil
	}
	switch n.Kind {
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if _, twice := out[key.Value]; twice {
				refuse(key, fmt.Sprintf("%q stands twice", key.Value), "keep one of them")
			}
			below := join(path, key.Value)
			r.at[below] = position{key.Line, key.Column}
			out[key.Value] = r.value(n.Content[i+1], below, depth+1)
		}
		return out
	case yaml.SequenceNode:
		out := []any{}
		for i, c := range n.Content {
			out = append(out, r.value(c, join(path, strconv.Itoa(i)), depth+1))
		}
		return out
	case yaml.AliasNode:
		refuse(n, "the file uses an alias (*)", "write the value out")
		return nil
	}
	var out any
	if err := n.Decode(&out); err != nil {
		refuse(n, "this value cannot be read", "write it in quotes")
	}
	switch out.(type) {
	case string, bool, int, float64, nil:
		return out
	}
	return n.Value
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "/" + key
}

func (r *reading) validate(value any) Problems {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema))
	if err != nil {
		return Problems{{r.file, 1, 1, err.Error(), "report this"}}
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("scenario.json", doc); err != nil {
		return Problems{{r.file, 1, 1, err.Error(), "report this"}}
	}
	schema, err := compiler.Compile("scenario.json")
	if err != nil {
		return Problems{{r.file, 1, 1, err.Error(), "report this"}}
	}
	var bad *jsonschema.ValidationError
	if errors.As(schema.Validate(value), &bad) {
		return r.leaves(bad)
	}
	return nil
}

func (r *reading) leaves(e *jsonschema.ValidationError) Problems {
	var out Problems
	for _, c := range e.Causes {
		out = append(out, r.leaves(c)...)
	}
	if len(e.Causes) > 0 {
		return out
	}
	path := strings.Join(e.InstanceLocation, "/")
	add := func(path, text, remedy string) {
		at := r.at.of(path)
		out = append(out, Problem{r.file, at.line, at.col, text, remedy})
	}
	name := path
	if name == "" {
		name = "the file"
	}
	switch k := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		for _, p := range k.Properties {
			add(join(path, p), fmt.Sprintf("%q is not a field of %s", p, name), "remove it, or correct its spelling")
		}
	case *kind.Required:
		add(path, fmt.Sprintf("%s lacks %s", name, strings.Join(k.Missing, ", ")), "add it")
	default:
		add(path, name+": "+e.ErrorKind.LocalizedString(message.NewPrinter(language.English)), "see the schema: rufaa exercise schema")
	}
	return out
}
