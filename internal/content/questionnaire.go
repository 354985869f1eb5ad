package content

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Questionnaire is one version of a screening form: a general one for adults or
// for children, or a module that looks closer at one kind of exploitation and
// is for both.
type Questionnaire struct {
	ID       string `yaml:"id"`
	Version  int    `yaml:"version"`
	Audience string `yaml:"audience"` // adult, child, or any for a module
	// Kind is what a module is about, a term of the vocabulary exploitation;
	// empty for a general form.
	Kind    string   `yaml:"kind,omitempty"`
	Title   Words    `yaml:"title"`
	Intro   Words    `yaml:"intro"`
	Sources []string `yaml:"sources"`
	// LeadsHere are signs of the general forms on which a module is offered.
	LeadsHere []string `yaml:"leads_here,omitempty"`
	Groups    []Group  `yaml:"groups"`

	by    map[string]*Indicator
	views map[string]*Questionnaire // by audience
}

// Family is what the versions of one form have in common: adult, child or the
// kind of a module.
func (q *Questionnaire) Family() string {
	if q.Kind != "" {
		return q.Kind
	}
	return q.Audience
}

// Indicator finds one by its id.
func (q *Questionnaire) Indicator(id string) (*Indicator, bool) {
	i, ok := q.by[id]
	return i, ok
}

// For is the form as an adult or a child is asked it; false when it is not for
// them. The signs of a module that are for the other are left out.
func (q *Questionnaire) For(audience string) (*Questionnaire, bool) {
	if q.Audience == audience {
		return q, true
	}
	v, ok := q.views[audience]
	return v, ok
}

// split makes the views of a module, one for adults and one for children.
func (q *Questionnaire) split() {
	if q.Audience != "any" {
		return
	}
	q.views = map[string]*Questionnaire{}
	for _, audience := range []string{"adult", "child"} {
		v := *q
		v.Audience, v.views, v.Groups, v.by = audience, nil, nil, map[string]*Indicator{}
		for _, g := range q.Groups {
			g.Indicators = slices.DeleteFunc(slices.Clone(g.Indicators), func(in Indicator) bool { return in.Only != "" && in.Only != audience })
			if len(g.Indicators) > 0 {
				v.Groups = append(v.Groups, g)
			}
		}
		for g := range v.Groups {
			for i := range v.Groups[g].Indicators {
				in := &v.Groups[g].Indicators[i]
				v.by[in.ID] = in
			}
		}
		q.views[audience] = &v
	}
}

// Questionnaire finds one version of a form.
func (c *Content) Questionnaire(id string) (*Questionnaire, bool) {
	q, ok := c.now.Load().quest[id]
	return q, ok
}

// QuestionnaireFor gives the newest general form for an audience.
func (c *Content) QuestionnaireFor(audience string) *Questionnaire {
	return c.now.Load().newest(audience)
}

// Newest gives the newest version of a family of forms.
func (c *Content) Newest(family string) (*Questionnaire, bool) {
	q := c.now.Load().newest(family)
	return q, q != nil
}

func (e *edition) newest(family string) *Questionnaire {
	var best *Questionnaire
	for _, q := range e.questionnaires {
		if q.Family() == family && (best == nil || q.Version > best.Version) {
			best = q
		}
	}
	return best
}

// Modules gives the newest version of every module as an audience is asked it,
// in the order of the vocabulary exploitation.
func (c *Content) Modules(audience string) []*Questionnaire {
	var out []*Questionnaire
	e := c.now.Load()
	for _, kind := range e.current["exploitation"] {
		if q := e.newest(kind.ID); q != nil {
			if v, ok := q.For(audience); ok {
				out = append(out, v)
			}
		}
	}
	return out
}

// Leads gives those of the answered signs (indicator id -> answer) on which a
// module is offered: only a yes leads anywhere.
func (q *Questionnaire) Leads(answers map[string]string) []string {
	var out []string
	for _, id := range q.LeadsHere {
		if answers[id] == "yes" {
			out = append(out, id)
		}
	}
	return out
}

// place is where in the files something stands.
type place struct {
	file string
	line int
}

// modules checks what modules say of the general forms, once all are read.
func (l *loader) modules(at map[string]place) {
	known := map[string]bool{}
	for _, q := range l.e.questionnaires {
		for id := range q.by {
			known[id] = known[id] || q.Kind == ""
		}
	}
	for _, q := range l.e.questionnaires {
		for _, id := range q.LeadsHere {
			if !known[id] {
				l.add(at[q.ID].file, at[q.ID].line, fmt.Sprintf("leads_here names %q, which is no sign of a general form", id), "use an id of an indicator of the forms for adults or children")
			}
		}
	}
}

// ReadQuestionnaire reads the text of a form without holding it against any
// check, so that somebody can mend what is wrong with it.
func ReadQuestionnaire(text string) (*Questionnaire, error) {
	q := new(Questionnaire)
	if err := yaml.Unmarshal([]byte(text), q); err != nil {
		return nil, fmt.Errorf("content: %w", err)
	}
	return q, nil
}

// WriteQuestionnaire writes a form as text. The comments before its first
// entry in head, the text it was made from, are kept.
func WriteQuestionnaire(q *Questionnaire, head string) (string, error) {
	var b strings.Builder
	for line := range strings.Lines(head) {
		if !strings.HasPrefix(line, "#") {
			break
		}
		b.WriteString(line)
	}
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(q); err != nil {
		return "", fmt.Errorf("content: %w", err)
	}
	return b.String(), e.Close()
}
