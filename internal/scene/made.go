package scene

import (
	"slices"
	"strings"

	"rufaa/internal/problem"
	"rufaa/internal/valid"
)

// What a step can have led to. Exhibits and files are kept by rooms of their
// own; the rest stands at the scene.
const (
	MadeExhibit    = "exhibit"
	MadeFile       = "file"
	MadeLog        = "log"  // a line of the scene log
	MadeMark       = "mark" // on the sketch
	MadePerson     = "person"
	MadeConditions = "conditions" // weather and hazards
)

// MadeKinds are all of them, in the order of a page.
var MadeKinds = []string{MadeExhibit, MadeFile, MadePerson, MadeLog, MadeMark, MadeConditions}

// leadsTo is what a step leads to that can be named by an id, by what the guide
// says it produces (vocabulary step-records). An alert, a hand-over or the
// release has its place elsewhere, or comes later.
var leadsTo = map[string]string{"exhibit": MadeExhibit, "photo": MadeFile, "log": MadeLog, "sketch": MadeMark, "person": MadePerson, "conditions": MadeConditions}

// LeadsTo gives the kind of thing that a step with this product leads to; "" is
// nothing that has an id at the scene.
func LeadsTo(produces string) string { return leadsTo[produces] }

// Made is one thing that a step led to.
type Made struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

// String writes it as commands do: "exhibit/<id>".
func (m Made) String() string { return m.Kind + "/" + m.ID }

// maxMade is more than one step at one place leads to.
const maxMade = 60

// Product is what a step led to, or why nothing is linked with it.
type Product struct {
	Made    []string `json:"made,omitempty" doc:"What it led to, each of this scene: exhibit/ID, file/ID, person/ID, log/ID (a line of the scene log), mark/ID (on the sketch) or conditions/ID" maxItems:"60"`
	Record  string   `json:"record,omitempty" doc:"Number of what it led to that is kept elsewhere" maxLength:"60"`
	Nothing string   `json:"nothing,omitempty" doc:"Why nothing is linked with a step that leads to something: vocabulary step-nothing-reasons" maxLength:"40"`

	made []Made
}

func (p *Product) check(c *valid.Check, known func(string) bool) {
	c.Text("record", &p.Record, 60, false)
	c.Count("made", len(p.Made), maxMade)
	p.made = nil
	for _, text := range p.Made {
		kind, id, _ := strings.Cut(text, "/")
		m := Made{kind, id}
		if !slices.Contains(MadeKinds, kind) || id == "" || len(id) > 60 {
			c.Add("made", "scene.error.made")
			return
		}
		if !slices.Contains(p.made, m) {
			p.made = append(p.made, m)
		}
	}
	if len(p.made) > 0 || p.Record != "" {
		p.Nothing = "" // the form's other answer was chosen before
	}
	c.Term("nothing", p.Nothing, known, false)
}

// settle refuses what is not of the scene, and a product that is missing
// without a word.
func (p *Product) settle(s *State, e *env, produces string) error {
	for _, m := range p.made {
		ok, err := s.has(m, e)
		if err != nil {
			return err
		}
		if !ok {
			return &problem.Invalid{Fields: []problem.Field{{Name: "made", Key: "scene.error.made"}}}
		}
	}
	if LeadsTo(produces) != "" && len(p.made) == 0 && p.Record == "" && p.Nothing == "" {
		return &problem.Invalid{Fields: []problem.Field{{Name: "nothing", Key: "scene.error.nothing"}}}
	}
	return nil
}

// has tells whether a thing is of this scene and known to who acts.
func (s *State) has(m Made, e *env) (bool, error) {
	switch m.Kind {
	case MadePerson:
		return s.Person(m.ID) != nil, nil
	case MadeLog:
		return slices.ContainsFunc(s.Log, func(x Entry) bool { return x.ID == m.ID }), nil
	case MadeMark:
		return s.Mark(m.ID) != nil, nil
	case MadeConditions:
		return slices.ContainsFunc(s.Observations, func(x Observation) bool { return x.ID == m.ID }), nil
	}
	return e.has(m)
}

// Origin is the step that led to a thing.
type Origin struct {
	Guide string
	Settled
}

// OriginsOf are the steps that led to a thing, in the order in which they were
// done.
func (s *State) OriginsOf(kind, id string) []Origin {
	var out []Origin
	for i := range s.Runs {
		for _, x := range s.Runs[i].Settled {
			if slices.Contains(x.Led(), Made{kind, id}) {
				out = append(out, Origin{s.Runs[i].Guide, x})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Origin) int { return a.By.At.Compare(b.By.At) })
	return out
}
