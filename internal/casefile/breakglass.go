package casefile

import (
	"slices"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Break opens compartments of a case one is not part of, in an emergency: a
// written reason, one hour, a second person told at once, a review of each.
// Whereabouts stay shut until a second person agrees.
type Break struct {
	Ref          string   `json:"reference" doc:"The case's reference, as it was told to you" maxLength:"30"`
	Compartments []string `json:"compartments" doc:"identity, whereabouts, account or care" maxItems:"4"`
	Reason       string   `json:"reason" doc:"What happens now that cannot wait; sealed, read by the reviewer" `
}

// Action is glass.break.
func (*Break) Action() policy.Action { return policy.GlassBreak }

var glassCompartments = []string{"identity", "whereabouts", "account", "care"}

// minReason is how many characters a reason has at least: "urgent" is none.
const minReason = 20

// Check looks at everything before the case is looked up, so that a wrong
// form tells nothing about which references exist.
func (b *Break) Check(c *valid.Check, _ *content.Content) {
	c.Text("reference", &b.Ref, 30, true)
	if len(b.Compartments) == 0 {
		c.Add("compartments", "common.error.choose")
	}
	for _, k := range b.Compartments {
		c.Term("compartments", k, func(s string) bool { return slices.Contains(glassCompartments, s) }, true)
	}
	c.Text("reason", &b.Reason, valid.MaxText, true)
	if n := len([]rune(b.Reason)); n > 0 && n < minReason {
		c.Add("reason", "common.error.too_short", "min", minReason)
	}
}

func (b *Break) decide(s *State, e *env) ([]ledger.Draft, error) {
	for i := range s.BreakGlass {
		// An opening that nobody reviewed in time suspends the privilege on
		// this case; see content/clocks.yaml, break-glass-review.
		g := &s.BreakGlass[i]
		if g.By.Staff == e.by.Staff && g.Reviewed == nil && e.now.After(g.By.At.Add(e.content.Clock("break-glass-review"))) {
			return nil, problem.Refuse("breakglass.review-first")
		}
		if g.By.Staff == e.by.Staff && g.Reviewed != nil && !g.Reviewed.Justified {
			return nil, problem.Refuse("breakglass.not-justified-before")
		}
	}
	id := e.newID()
	return happened(GlassBroken, BreakGlass{
		ID: id, Compartments: b.Compartments, Until: e.now.Add(e.content.Clock("break-glass")),
		Reason: e.sealed(s.Subject().ID, id, "reason", vault.Account, b.Reason),
	})
}

// Second is the second person's yes to opening whereabouts.
type Second struct {
	Glass string `json:"break_glass" doc:"Id of the break-glass" maxLength:"60"`
}

// Action is glass.second.
func (*Second) Action() policy.Action { return policy.GlassSecond }

// Check requires the break-glass.
func (x *Second) Check(c *valid.Check, _ *content.Content) { c.Text("break_glass", &x.Glass, 60, true) }

func (x *Second) decide(s *State, e *env) ([]ledger.Draft, error) {
	g := s.glass(x.Glass)
	switch {
	case g == nil:
		return nil, problem.ErrNotFound
	case g.By.Staff == e.by.Staff:
		return nil, problem.Refuse("whereabouts.two-persons")
	case !g.runs(e.now):
		return nil, problem.Refuse("breakglass.time-limit")
	case g.Second != nil:
		return nil, problem.Refuse("case.step-order", "step", "second")
	}
	return happened(GlassSeconded, GlassSecondedEvent{ID: g.ID})
}

// ReviewGlass is the review of one break-glass.
type ReviewGlass struct {
	Glass     string `json:"break_glass" doc:"Id of the break-glass" maxLength:"60"`
	Justified bool   `json:"justified"`
	Note      string `json:"note" doc:"What the review found; sealed as account"`
}

// Action is glass.review.
func (*ReviewGlass) Action() policy.Action { return policy.GlassReview }

// Check requires the finding in words.
func (x *ReviewGlass) Check(c *valid.Check, _ *content.Content) {
	c.Text("break_glass", &x.Glass, 60, true)
	c.Text("note", &x.Note, valid.MaxText, true)
}

func (x *ReviewGlass) decide(s *State, e *env) ([]ledger.Draft, error) {
	g := s.glass(x.Glass)
	switch {
	case g == nil:
		return nil, problem.ErrNotFound
	case g.By.Staff == e.by.Staff:
		return nil, problem.Refuse("breakglass.not-own-review")
	case g.Second != nil && g.Second.Staff == e.by.Staff:
		return nil, problem.Refuse("breakglass.not-agreed-review")
	case g.Reviewed != nil:
		return nil, problem.Refuse("case.step-order", "step", "review")
	}
	return happened(GlassReviewed, GlassReviewedEvent{
		ID: g.ID, Justified: x.Justified, Note: e.sealed(s.Subject().ID, g.ID, "review", vault.Account, x.Note),
	})
}
