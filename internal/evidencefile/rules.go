package evidencefile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"
)

// File is the name of the data file in the content folder.
const File = "files.yaml"

// Rules is what content/files.yaml says. Sizes are bytes.
type Rules struct {
	Limits struct {
		File       int64         `yaml:"file"`
		Form       int64         `yaml:"form"`
		Unfinished time.Duration `yaml:"unfinished"`
		Open       int           `yaml:"open"`
	} `yaml:"limits"`
	Preview struct {
		Memory int64 `yaml:"memory"`
		Edge   int   `yaml:"edge"`
	} `yaml:"preview"`
	Tolerance struct {
		Clock  time.Duration `yaml:"clock"`
		Metres float64       `yaml:"metres"`
	} `yaml:"tolerance"`
	Categories  []int  `yaml:"vics-categories"`
	Kinds       []Term `yaml:"kinds"`
	Derivatives []Term `yaml:"derivatives"`
	Thumbnail   Term   `yaml:"thumbnail"`
}

// Term is one kind of file.
type Term struct {
	ID    string            `yaml:"id"`
	Label map[string]string `yaml:"label"`
}

// LoadRules reads and checks the data file.
func LoadRules(fsys fs.FS) (*Rules, error) {
	raw, err := fs.ReadFile(fsys, File)
	if err != nil {
		return nil, fmt.Errorf("evidencefile: %w; put the file back from the program's own content", err)
	}
	r := new(Rules)
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(r); err != nil {
		return nil, fmt.Errorf("evidencefile: %s: %w", File, err)
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("evidencefile: %s: %w", File, err)
	}
	return r, nil
}

func (r *Rules) check() error {
	var problems []error
	bad := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if r.Limits.File < 1 || r.Limits.Form < 1 || r.Limits.Form > r.Limits.File || r.Limits.Unfinished <= 0 || r.Limits.Open < 1 {
		bad("limits: all above nothing, and form at most file")
	}
	if r.Preview.Memory < 1 || r.Preview.Memory > 256<<20 || r.Preview.Edge < 32 || r.Preview.Edge > 2000 {
		bad("preview: memory up to 268435456 bytes, edge from 32 to 2000 pixels")
	}
	if r.Tolerance.Clock <= 0 || r.Tolerance.Metres <= 0 {
		bad("tolerance: clock and metres above nothing")
	}
	if len(r.Categories) == 0 {
		bad("vics-categories: name at least one, or no list of this form matches anything")
	}
	if len(r.Kinds) == 0 {
		bad("kinds: name at least one")
	}
	seen := map[string]bool{}
	for _, t := range append(slices.Concat(r.Kinds, r.Derivatives), r.Thumbnail) {
		if t.ID == "" || t.Label["en"] == "" || t.Label["sw"] == "" || seen[t.ID] {
			bad("the kind %q needs an id of its own and a label in en and sw", t.ID)
		}
		seen[t.ID] = true
	}
	return errors.Join(problems...)
}

func has(list []Term, id string) bool {
	return slices.ContainsFunc(list, func(t Term) bool { return t.ID == id })
}

// Label is the name of a kind in a language; the id where there is none.
func (r *Rules) Label(id, lang string) string {
	for _, t := range append(slices.Concat(r.Kinds, r.Derivatives), r.Thumbnail) {
		if t.ID == id && t.Label[lang] != "" {
			return t.Label[lang]
		}
	}
	return id
}
