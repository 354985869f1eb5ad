package content

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Guide is a list of steps to go through at a scene. A new version is a new
// file with a new id: what was followed stays what it was.
type Guide struct {
	ID      string `yaml:"id"` // name-version, as its file is called
	Version int    `yaml:"version"`
	Title   Words  `yaml:"title"`
	About   Words  `yaml:"about"`
	Fits    Fits   `yaml:"fits"`
	Steps   []Step `yaml:"steps"`
}

// Fits says at which scenes a guide is followed without being chosen.
type Fits struct {
	Classes  []string `yaml:"classes"` // vocabulary scene-classes
	CSE      bool     `yaml:"cse"`     // child sexual exploitation
	ByChoice bool     `yaml:"by_choice"`
}

// Step is one thing to do: why, who, and what it produces.
type Step struct {
	ID       string   `yaml:"id"`
	Title    Words    `yaml:"title"`
	Why      Words    `yaml:"why"`
	Do       []Words  `yaml:"do"`
	Role     string   `yaml:"role"`     // vocabulary scene-roles
	Produces string   `yaml:"produces"` // vocabulary step-records
	Stop     bool     `yaml:"stop"`     // may not be skipped
	Source   string   `yaml:"source"`
	Confirm  *bool    `yaml:"confirmed"` // whether a text was found that says so
	Prompts  []Prompt `yaml:"prompts"`
}

// Confirmed tells whether a text was found that says so.
func (s *Step) Confirmed() bool { return s.Confirm != nil && *s.Confirm }

// Prompt asks for one thing that past cases hinged on.
type Prompt struct {
	ID      string `yaml:"id"`
	Text    Words  `yaml:"text"`
	Source  string `yaml:"source"`
	Confirm *bool  `yaml:"confirmed"`
}

// Confirmed tells whether a text was found that says so.
func (p *Prompt) Confirmed() bool { return p.Confirm != nil && *p.Confirm }

// Step gives one step, or nil.
func (g *Guide) Step(id string) *Step {
	for i := range g.Steps {
		if g.Steps[i].ID == id {
			return &g.Steps[i]
		}
	}
	return nil
}

// Name is the id without the version.
func (g *Guide) Name() string { return strings.TrimSuffix(g.ID, fmt.Sprintf("-%d", g.Version)) }

// Guides gives the newest version of each guide, in the order of their files.
func (c *Content) Guides() []*Guide {
	var out []*Guide
	for _, g := range c.now.Load().guides {
		i := slices.IndexFunc(out, func(x *Guide) bool { return x.Name() == g.Name() })
		switch {
		case i < 0:
			out = append(out, g)
		case out[i].Version < g.Version:
			out[i] = g
		}
	}
	return out
}

// Guide finds a guide of any version, or nil.
func (c *Content) Guide(id string) *Guide {
	for _, g := range c.now.Load().guides {
		if g.ID == id {
			return g
		}
	}
	return nil
}

// GuideFor gives the id of the newest guide that fits a scene, or "".
func (c *Content) GuideFor(class string, cse bool) string {
	for _, g := range c.Guides() {
		if !g.Fits.ByChoice && g.Fits.CSE == cse && slices.Contains(g.Fits.Classes, class) {
			return g.ID
		}
	}
	return ""
}

func (l *loader) loadGuides() {
	files, _ := fs.Glob(l.fsys, "steps/*.yaml")
	if len(files) == 0 {
		l.add("steps", 0, "there is no guide", "put the files back from the program's own content")
	}
	stops := false
	for _, file := range files {
		g := new(Guide)
		root := l.read(file, g)
		if root == nil {
			continue
		}
		l.guide(file, root, g)
		stops = stops || g.Fits.CSE && slices.ContainsFunc(g.Steps, func(s Step) bool { return s.Stop })
		l.e.guides = append(l.e.guides, g)
	}
	if !stops && len(files) > 0 {
		l.add("steps", 0, "no guide for child sexual exploitation has a step with stop: true", "a step that says do not copy, view or send must stand there and not be skipped")
	}
}

func (l *loader) guide(file string, root *yaml.Node, g *Guide) {
	if base := strings.TrimSuffix(path.Base(file), ".yaml"); g.ID != base || g.Version < 1 || !strings.HasSuffix(g.ID, fmt.Sprintf("-%d", g.Version)) {
		l.add(file, root.Line, fmt.Sprintf("id %q does not fit version and file name", g.ID), "name the file and the id name-version, e.g. "+base)
	}
	l.words(file, root.Line, "title", g.Title)
	l.words(file, root.Line, "about", g.About)
	for _, class := range g.Fits.Classes {
		l.inVocabulary(file, root.Line, "scene-classes", class)
	}
	if !g.Fits.ByChoice && len(g.Fits.Classes) == 0 {
		l.add(file, lineOf(root, "fits", 0), "the guide fits no scene", "name classes, or write by_choice: true")
	}
	if len(g.Steps) == 0 {
		l.add(file, root.Line, "the guide has no step", "write at least one")
	}
	seen := map[string]bool{}
	for i := range g.Steps {
		s, line := &g.Steps[i], lineOf(root, "steps", i)
		l.id(file, line, s.ID, seen[s.ID])
		seen[s.ID] = true
		l.step(file, line, s)
		var inner *yaml.Node
		if steps := child(root, "steps"); steps != nil && i < len(steps.Content) {
			inner = steps.Content[i]
		}
		asked := map[string]bool{}
		for n := range s.Prompts {
			p, at := &s.Prompts[n], lineOf(inner, "prompts", n)
			l.id(file, at, p.ID, asked[p.ID])
			asked[p.ID] = true
			l.words(file, at, "prompt "+p.ID, p.Text)
			l.sourced(file, at, "prompt "+p.ID, p.Source, p.Confirm)
		}
	}
}

func (l *loader) step(file string, line int, s *Step) {
	l.words(file, line, "step "+s.ID+" title", s.Title)
	l.words(file, line, "step "+s.ID+" why", s.Why)
	for _, d := range s.Do {
		l.words(file, line, "step "+s.ID+" do", d)
	}
	l.inVocabulary(file, line, "scene-roles", s.Role)
	l.inVocabulary(file, line, "step-records", s.Produces)
	l.sourced(file, line, "step "+s.ID, s.Source, s.Confirm)
}

func (l *loader) sourced(file string, line int, what, source string, confirmed *bool) {
	if source == "" {
		l.add(file, line, what+" names no source", "say where it comes from, or that it is standard practice")
	}
	if confirmed == nil {
		l.add(file, line, what+" does not say whether its source is confirmed", "write confirmed: true or confirmed: false")
	}
}

func (l *loader) inVocabulary(file string, line int, list, id string) {
	if l.broken["vocabularies.yaml"] {
		return
	}
	if _, ok := l.e.terms[list][id]; !ok {
		l.add(file, line, fmt.Sprintf("%q is not in the vocabulary %s", id, list), "use an id of that vocabulary")
	}
}
