package content

import (
	"fmt"
	"time"
)

// Conduct is the code of conduct that every user accepts and renews.
type Conduct struct {
	Version  string        `yaml:"version"` // a new one is asked of everybody
	Renew    time.Duration `yaml:"renew"`   // after which it is asked again
	Title    Words         `yaml:"title"`
	Intro    Words         `yaml:"intro"`
	Promises []Promise     `yaml:"promises"`
}

// Promise is one line of the code.
type Promise struct {
	ID     string `yaml:"id"`
	Text   Words  `yaml:"text"`
	Source string `yaml:"source"`
}

func (l *loader) loadConduct() {
	const file = "conduct.yaml"
	root := l.read(file, &l.e.conduct)
	if root == nil {
		return
	}
	c := &l.e.conduct
	l.id(file, lineOf(root, "version", 0), c.Version, false)
	if c.Renew <= 0 {
		l.add(file, lineOf(root, "renew", 0), "the code of conduct names no period after which it is renewed", "write one such as renew: 8760h")
	}
	l.words(file, lineOf(root, "title", 0), "title", c.Title)
	l.words(file, lineOf(root, "intro", 0), "intro", c.Intro)
	if len(c.Promises) == 0 {
		l.add(file, lineOf(root, "promises", 0), "the code of conduct promises nothing", "write at least one promise")
	}
	seen := map[string]bool{}
	for i, p := range c.Promises {
		line := lineOf(root, "promises", i)
		l.id(file, line, p.ID, seen[p.ID])
		seen[p.ID] = true
		l.words(file, line, "promise "+p.ID, p.Text)
		if p.Source == "" {
			l.add(file, line, fmt.Sprintf("promise %q names no source", p.ID), "name the act and section, or the guideline")
		}
	}
}
