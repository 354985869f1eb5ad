package scene

import (
	"slices"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Kinds of events of guided steps.
const (
	GuideBegun     = "scene.guide_begun"
	StepDone       = "scene.step_done"
	StepSkipped    = "scene.step_skipped"
	PromptAnswered = "scene.prompt_answered"
)

// Answers to "what past cases hinged on".
const (
	Found     = "found"
	NotFound  = "not-found"  // looked for
	NotLooked = "not-looked" // not looked for, with a reason
)

// Run is one guide as it is followed at the scene. The guide's version is in
// its id; a new version is another guide.
type Run struct {
	Guide   string    `json:"guide"`
	Begun   By        `json:"begun"`
	Settled []Settled `json:"settled,omitempty"` // newest last; the last of a step counts
	Answers []Answer  `json:"answers,omitempty"` // newest last; the last of a prompt counts
}

// Settled is a step done or skipped.
type Settled struct {
	StepEvent
	Skipped bool     `json:"skipped,omitempty"`
	By      By       `json:"by"`
	Linked  []Linked `json:"linked,omitempty"` // added after it was done, in the order in which it was
}

// Answer is what was said to a prompt.
type Answer struct {
	AnswerEvent
	By By `json:"by"`
}

// Payloads of the events.
type (
	// GuideBegunEvent begins a guide.
	GuideBegunEvent struct {
		Guide string `json:"guide"`
	}
	// StepEvent settles a step.
	StepEvent struct {
		ID      string       `json:"id"`
		Guide   string       `json:"guide"`
		Step    string       `json:"step"`
		Made    []Made       `json:"made,omitempty"`    // what it led to
		Record  string       `json:"record,omitempty"`  // what it led to elsewhere, by number
		Nothing string       `json:"nothing,omitempty"` // why nothing is linked: vocabulary step-nothing-reasons
		Reason  string       `json:"reason,omitempty"`  // of a skip: vocabulary step-skip-reasons
		Note    vault.Sealed `json:"note,omitempty"`
		Moment
	}
	// AnswerEvent answers a prompt.
	AnswerEvent struct {
		ID     string       `json:"id"`
		Guide  string       `json:"guide"`
		Step   string       `json:"step"`
		Prompt string       `json:"prompt"`
		Answer string       `json:"answer"`
		Reason string       `json:"reason,omitempty"`
		Note   vault.Sealed `json:"note,omitempty"`
		Moment
	}
)

// Run gives the guide as it is followed, or nil.
func (s *State) Run(guide string) *Run {
	for i := range s.Runs {
		if s.Runs[i].Guide == guide {
			return &s.Runs[i]
		}
	}
	return nil
}

// Step is how a step stands: nil when it is open.
func (r *Run) Step(id string) *Settled {
	for i := len(r.Settled) - 1; i >= 0; i-- {
		if r.Settled[i].Step == id {
			return &r.Settled[i]
		}
	}
	return nil
}

// Answer is what was said to a prompt of a step, or nil.
func (r *Run) Answer(step, prompt string) *Answer {
	for i := len(r.Answers) - 1; i >= 0; i-- {
		if a := &r.Answers[i]; a.Step == step && a.Prompt == prompt {
			return a
		}
	}
	return nil
}

// Open counts the steps of a guide that are neither done nor skipped.
func (r *Run) Open(g *content.Guide) int {
	n := 0
	for i := range g.Steps {
		if r.Step(g.Steps[i].ID) == nil {
			n++
		}
	}
	return n
}

// Begin follows a guide.
type Begin struct {
	Guide string `json:"guide" doc:"Id of a guide of content/steps" maxLength:"60"`
}

// Action is scene.step.
func (*Begin) Action() policy.Action { return policy.SceneStep }

// Check requires a guide that there is.
func (b *Begin) Check(c *valid.Check, k *content.Content) {
	c.Term("guide", b.Guide, func(id string) bool { return k.Guide(id) != nil }, true)
}

func (b *Begin) decide(s *State, _ *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	if s.Run(b.Guide) != nil {
		return nil, problem.Refuse("scene.guide-begun")
	}
	return happened(GuideBegun, GuideBegunEvent{b.Guide})
}

// OfGuide names a step of a guide that is followed.
type OfGuide struct {
	Guide string `json:"guide" doc:"Id of the guide" maxLength:"60"`
	Step  string `json:"step" doc:"Id of the step" maxLength:"60"`
}

func (o *OfGuide) check(c *valid.Check) {
	c.Text("guide", &o.Guide, 60, true)
	c.Text("step", &o.Step, 60, true)
}

func (o *OfGuide) find(s *State, e *env) (*Run, *content.Step, error) {
	if err := s.open(); err != nil {
		return nil, nil, err
	}
	r, g := s.Run(o.Guide), e.content.Guide(o.Guide)
	if r == nil || g == nil || g.Step(o.Step) == nil {
		return nil, nil, problem.ErrNotFound
	}
	return r, g.Step(o.Step), nil
}

// DoStep says that a step is done, and what it led to.
type DoStep struct {
	OfGuide
	Product
	Note string `json:"note,omitempty" doc:"In words; needed where nothing is linked for another reason than those listed. Sealed as inquiry"`
	At
}

// Action is scene.step.
func (*DoStep) Action() policy.Action { return policy.SceneStep }

// Check requires the step.
func (d *DoStep) Check(c *valid.Check, k *content.Content) {
	d.OfGuide.check(c)
	d.Product.check(c, inList(k, "step-nothing-reasons"))
	c.Text("note", &d.Note, valid.MaxText, d.Nothing == "other")
	d.At.check(c)
}

func (d *DoStep) decide(s *State, e *env) ([]ledger.Draft, error) {
	run, step, err := d.find(s, e)
	if err != nil {
		return nil, err
	}
	if was := run.Step(step.ID); was != nil && !was.Skipped {
		return nil, problem.Refuse("scene.step-settled")
	}
	for i := range step.Prompts {
		if run.Answer(step.ID, step.Prompts[i].ID) == nil {
			return nil, problem.Refuse("scene.prompts-first")
		}
	}
	if err := d.Product.settle(s, e, step.Produces); err != nil {
		return nil, err
	}
	id := e.newID()
	return happened(StepDone, StepEvent{ID: id, Guide: d.Guide, Step: d.Step, Made: d.made, Record: d.Record, Nothing: d.Nothing,
		Note: e.sealed(Subject(s.ID), id, "note", d.Note), Moment: d.At.moment(e.now)})
}

// SkipStep says that a step is not done, and why.
type SkipStep struct {
	OfGuide
	Reason string `json:"reason" doc:"Vocabulary step-skip-reasons" maxLength:"40"`
	Note   string `json:"note,omitempty" doc:"In words; needed for another reason than those listed. Sealed as inquiry"`
	At
}

// Action is scene.step.
func (*SkipStep) Action() policy.Action { return policy.SceneStep }

// Check requires step and reason.
func (x *SkipStep) Check(c *valid.Check, k *content.Content) {
	x.OfGuide.check(c)
	c.Term("reason", x.Reason, inList(k, "step-skip-reasons"), true)
	c.Text("note", &x.Note, valid.MaxText, x.Reason == "other")
	x.At.check(c)
}

func (x *SkipStep) decide(s *State, e *env) ([]ledger.Draft, error) {
	run, step, err := x.find(s, e)
	switch {
	case err != nil:
		return nil, err
	case step.Stop:
		return nil, problem.Refuse("scene.stop-is-not-skipped")
	case run.Step(step.ID) != nil && !run.Step(step.ID).Skipped:
		return nil, problem.Refuse("scene.step-settled")
	}
	id := e.newID()
	return happened(StepSkipped, StepEvent{ID: id, Guide: x.Guide, Step: x.Step, Reason: x.Reason,
		Note: e.sealed(Subject(s.ID), id, "note", x.Note), Moment: x.At.moment(e.now)})
}

// AnswerPrompt says of one thing that past cases hinged on whether it was
// found, looked for and not found, or not looked for and why.
type AnswerPrompt struct {
	OfGuide
	Prompt string `json:"prompt" doc:"Id of the prompt" maxLength:"60"`
	Answer string `json:"answer" doc:"found, not-found (looked for) or not-looked" enum:"found,not-found,not-looked,"`
	Reason string `json:"reason,omitempty" doc:"Of not-looked: vocabulary step-skip-reasons" maxLength:"40"`
	Note   string `json:"note,omitempty" doc:"Where, which exhibit; sealed as inquiry"`
	At
}

// Action is scene.step.
func (*AnswerPrompt) Action() policy.Action { return policy.SceneStep }

// Check requires the answer, and a reason where nothing was looked for.
func (a *AnswerPrompt) Check(c *valid.Check, k *content.Content) {
	a.OfGuide.check(c)
	c.Text("prompt", &a.Prompt, 60, true)
	c.Term("answer", a.Answer, func(s string) bool { return slices.Contains([]string{Found, NotFound, NotLooked}, s) }, true)
	if a.Answer != NotLooked {
		a.Reason = "" // the form's other answer was chosen before
	}
	c.Term("reason", a.Reason, inList(k, "step-skip-reasons"), a.Answer == NotLooked)
	c.Text("note", &a.Note, valid.MaxText, a.Answer == NotLooked && a.Reason == "other")
	a.At.check(c)
}

func (a *AnswerPrompt) decide(s *State, e *env) ([]ledger.Draft, error) {
	_, step, err := a.find(s, e)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(step.Prompts, func(p content.Prompt) bool { return p.ID == a.Prompt }) {
		return nil, problem.ErrNotFound
	}
	id := e.newID()
	return happened(PromptAnswered, AnswerEvent{ID: id, Guide: a.Guide, Step: a.Step, Prompt: a.Prompt, Answer: a.Answer, Reason: a.Reason,
		Note: e.sealed(Subject(s.ID), id, "note", a.Note), Moment: a.At.moment(e.now)})
}

var stepFolds = map[string]folder{
	GuideBegun: on(func(s *State, p GuideBegunEvent, by By) {
		s.Runs = append(s.Runs, Run{Guide: p.Guide, Begun: by})
	}),
	StepDone:    on(func(s *State, p StepEvent, by By) { s.settle(Settled{StepEvent: p, By: by}) }),
	StepSkipped: on(func(s *State, p StepEvent, by By) { s.settle(Settled{StepEvent: p, Skipped: true, By: by}) }),
	PromptAnswered: on(func(s *State, p AnswerEvent, by By) {
		if r := s.Run(p.Guide); r != nil {
			r.Answers = append(r.Answers, Answer{p, by})
		}
		s.tells(by, p.Moment)
	}),
}

func (s *State) settle(x Settled) {
	if r := s.Run(x.Guide); r != nil {
		r.Settled = append(r.Settled, x)
	}
	s.tells(x.By, x.Moment)
}
