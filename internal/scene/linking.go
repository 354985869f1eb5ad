package scene

import (
	"slices"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
)

// StepLinked says what a step that was done led to besides what was told then:
// a file that was sent from the office, an exhibit that was found later. It
// stands beside the step and rewrites nothing.
const StepLinked = "scene.step_linked"

// LinkedEvent names the step by the id of its doing.
type LinkedEvent struct {
	ID     string `json:"id"`
	Guide  string `json:"guide"`
	Done   string `json:"done"` // StepEvent.ID
	Made   []Made `json:"made,omitempty"`
	Record string `json:"record,omitempty"` // kept elsewhere, by number
	Moment
}

// Linked is what was added to a step, by whom and when.
type Linked struct {
	LinkedEvent
	By By `json:"by"`
}

// Led is everything that a step led to, also what was added afterwards.
func (x *Settled) Led() []Made {
	out := slices.Clone(x.Made)
	for i := range x.Linked {
		out = append(out, x.Linked[i].Made...)
	}
	return out
}

// LinkStep adds to a step that is done what it led to. It is taken after the
// scene was released too: much of what a scene leads to is made elsewhere.
type LinkStep struct {
	OfGuide
	Made   []string `json:"made,omitempty" doc:"What it led to, each of this scene, as in done" maxItems:"60"`
	Record string   `json:"record,omitempty" doc:"Number of what it led to that is kept elsewhere" maxLength:"60"`
	At

	product Product
}

// Action is scene.step.
func (*LinkStep) Action() policy.Action { return policy.SceneStep }

// Check requires the step, and something that it led to.
func (l *LinkStep) Check(c *valid.Check, _ *content.Content) {
	l.OfGuide.check(c)
	l.product = Product{Made: l.Made, Record: l.Record}
	l.product.check(c, func(string) bool { return false })
	if l.Record = l.product.Record; len(l.Made) == 0 && l.Record == "" {
		c.Add("made", "common.error.required")
	}
	l.At.check(c)
}

func (l *LinkStep) decide(s *State, e *env) ([]ledger.Draft, error) {
	r, g := s.Run(l.Guide), e.content.Guide(l.Guide)
	if r == nil || g == nil || g.Step(l.Step) == nil {
		return nil, problem.ErrNotFound
	}
	x := r.Step(l.Step)
	if x == nil || x.Skipped {
		return nil, problem.Refuse("scene.link-after-done")
	}
	if err := l.product.settle(s, e, ""); err != nil {
		return nil, err
	}
	led := x.Led()
	made := slices.DeleteFunc(slices.Clone(l.product.made), func(m Made) bool { return slices.Contains(led, m) })
	if len(made) == 0 && (l.Record == "" || x.recorded(l.Record)) {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "made", Key: "scene.error.made_already"}}}
	}
	if len(led)+len(made) > maxLinked {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "made", Key: "common.error.too_many", Args: []any{"max", maxLinked}}}}
	}
	return happened(StepLinked, LinkedEvent{ID: e.newID(), Guide: l.Guide, Done: x.ID, Made: made, Record: l.Record, Moment: l.At.moment(e.now)})
}

// maxLinked bounds what one step led to altogether.
const maxLinked = 500

// recorded tells whether a number stands with the step already.
func (x *Settled) recorded(number string) bool {
	return x.Record == number || slices.ContainsFunc(x.Linked, func(l Linked) bool { return l.Record == number })
}

var linkFolds = map[string]folder{
	StepLinked: on(func(s *State, p LinkedEvent, by By) {
		if r := s.Run(p.Guide); r != nil {
			for i := range r.Settled {
				if r.Settled[i].ID == p.Done {
					r.Settled[i].Linked = append(r.Settled[i].Linked, Linked{p, by})
				}
			}
		}
		s.tells(by, p.Moment)
	}),
}
