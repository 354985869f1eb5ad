package rulebook

import (
	"context"
	"strings"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
)

// MaxDocument is the longest text of a document, in characters.
const MaxDocument = 150_000

// Command is one thing somebody asks to be done with a document. Pages and API
// fill the same structs; the JSON names are the API's.
type Command interface {
	Action() policy.Action
	Check(*valid.Check)
	decide(context.Context, *Rulebook, Document, *State) ([]ledger.Draft, error)
}

func happened(kind string, payload any) ([]ledger.Draft, error) {
	return []ledger.Draft{{Kind: kind, Schema: 1, Payload: payload}}, nil
}

// Draft proposes a new version. It is kept even when something is wrong with
// it, so that nothing typed is lost; only what passes every check is approved.
type Draft struct {
	Text string `json:"text" doc:"The whole document" maxLength:"150000"`
	Note string `json:"note" doc:"Why it is changed, for those who approve and for the history" maxLength:"2000"`
}

// Action is rulebook.draft.
func (*Draft) Action() policy.Action { return policy.RulebookDraft }

// Check requires a text that shows what it is, and the reason.
func (c *Draft) Check(v *valid.Check) {
	c.Text = strings.ReplaceAll(c.Text, "\r\n", "\n")
	if len(c.Text) > MaxDocument {
		v.Add("text", "common.error.too_long", "max", MaxDocument)
	} else {
		shows := c.Text // whoever approves sees what will hold: nothing invisible or turned round
		v.Text("text", &shows, MaxDocument, true)
	}
	v.Text("note", &c.Note, 1000, true)
}

func (c *Draft) decide(ctx context.Context, b *Rulebook, d Document, s *State) ([]ledger.Draft, error) {
	text := strings.TrimRight(c.Text, "\n") + "\n"
	return b.propose(ctx, d, s, DraftedEvent{Text: text, Note: c.Note})
}

// propose makes the next version of a text. A draft that stood before it stays
// in the history, withdrawn; what is scheduled is withdrawn by a person first.
func (b *Rulebook) propose(ctx context.Context, d Document, s *State, e DraftedEvent) ([]ledger.Draft, error) {
	now := b.realm.Now()
	holds, err := b.inForce(ctx, d, s)
	if err != nil {
		return nil, err
	}
	if d.Kind == Questionnaire {
		e.Text = d.numbered(e.Text, formNumber(holds)) // so that only the number differs when nothing else does
	}
	if e.Text == holds {
		return nil, problem.Refuse("rulebook.nothing-changed")
	}
	e.Text = d.numbered(e.Text, b.nextForm(d))
	e.Number = len(s.Versions) + 1
	var out []ledger.Draft
	if p := s.Pending(now); p != nil {
		if p.Approved != nil {
			return nil, problem.Refuse("rulebook.one-at-a-time")
		}
		out, _ = happened(Withdrawn, WithdrawnEvent{p.Number})
	}
	return append(out, ledger.Draft{Kind: Drafted, Schema: 1, Payload: e}), nil
}

// nextForm is the number that the next version of a questionnaire gets.
func (b *Rulebook) nextForm(d Document) int {
	if q, ok := b.realm.Content.Newest(d.Name); ok {
		return q.Version + 1
	}
	return 1
}

// Restore proposes an earlier version again, as a new one: the way back. It is
// approved like any other.
type Restore struct {
	Number int    `json:"number" doc:"The version to go back to; 0 is what the program brought along"`
	Note   string `json:"note" doc:"Why" maxLength:"2000"`
}

// Action is rulebook.draft.
func (*Restore) Action() policy.Action { return policy.RulebookDraft }

// Check requires the reason.
func (c *Restore) Check(v *valid.Check) { v.Text("note", &c.Note, 1000, true) }

func (c *Restore) decide(ctx context.Context, b *Rulebook, d Document, s *State) ([]ledger.Draft, error) {
	if c.Number != 0 && s.version(c.Number) == nil {
		return nil, problem.ErrNotFound
	}
	text, err := b.text(ctx, d, c.Number)
	if err != nil {
		return nil, err
	}
	return b.propose(ctx, d, s, DraftedEvent{Text: text, Note: c.Note, Restores: c.Number, Back: true})
}

// Approve puts a draft in force, by a second person.
type Approve struct {
	Number int       `json:"number" doc:"The draft"`
	From   time.Time `json:"from,omitzero" doc:"From when it holds; left out: now"`
}

// Action is rulebook.approve.
func (*Approve) Action() policy.Action { return policy.RulebookApprove }

// Check has nothing to clean.
func (*Approve) Check(*valid.Check) {}

func (c *Approve) decide(ctx context.Context, b *Rulebook, d Document, s *State) ([]ledger.Draft, error) {
	now := b.realm.Now()
	v := s.version(c.Number)
	if v == nil {
		return nil, problem.ErrNotFound
	}
	if s.Standing(v, now) != IsDraft {
		return nil, problem.Refuse("rulebook.not-a-draft")
	}
	text, err := b.text(ctx, d, c.Number)
	if err != nil {
		return nil, err
	}
	cand := b.candidate(d, text)
	if len(cand.problems) > 0 {
		return nil, problem.Refuse("rulebook.has-problems")
	}
	effect, err := b.effect(ctx, d, cand)
	if err != nil {
		return nil, err
	}
	from := now
	if c.From.After(now) {
		from = c.From.UTC().Truncate(time.Millisecond)
	}
	return happened(Approved, ApprovedEvent{Number: c.Number, From: from, Summary: effect.Summary()})
}

// Withdraw ends a version that is not in force yet. What is in force is ended
// by restoring another.
type Withdraw struct {
	Number int `json:"number"`
}

// Action is rulebook.draft.
func (*Withdraw) Action() policy.Action { return policy.RulebookDraft }

// Check has nothing to clean.
func (*Withdraw) Check(*valid.Check) {}

func (c *Withdraw) decide(_ context.Context, b *Rulebook, _ Document, s *State) ([]ledger.Draft, error) {
	v := s.version(c.Number)
	if v == nil {
		return nil, problem.ErrNotFound
	}
	if st := s.Standing(v, b.realm.Now()); st != IsDraft && st != IsScheduled {
		return nil, problem.Refuse("rulebook.not-a-draft")
	}
	return happened(Withdrawn, WithdrawnEvent{c.Number})
}
