package rulebook

import (
	"context"
	"time"

	"github.com/rogpeppe/go-internal/diff"

	"rufaa/internal/content"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// Row is one document of the list.
type Row struct {
	Document Document
	InForce  *Version // nil: the program's own
	Pending  *Version // a draft or what is scheduled; nil: none
	State    Standing // of Pending
	Trouble  string   // why the version in force is not in fact; empty: it is
}

// List gives every document with what is in force and what waits.
func (b *Rulebook) List(ctx context.Context, who realm.Actor) ([]Row, error) {
	if err := b.admit(who, policy.RulebookView, policy.Resource{Kind: "realm"}); err != nil {
		return nil, err
	}
	states, _, err := b.states(ctx)
	if err != nil {
		return nil, err
	}
	now := b.realm.Now()
	var out []Row
	for _, d := range b.Documents() {
		r := Row{Document: d, Trouble: b.Trouble(d.ID)}
		if s := states[d.ID]; s != nil {
			r.InForce, r.Pending = s.InForce(now), s.Pending(now)
			if r.Pending != nil {
				r.State = s.Standing(r.Pending, now)
			}
		}
		out = append(out, r)
	}
	return out, nil
}

// View is one document with its history.
type View struct {
	Row
	Version int64 // of the stream, for the next command
	Text    string
	History []Listed // newest first
}

// Listed is one version of the history as it stands now.
type Listed struct {
	Version
	Standing Standing
}

// View gives one document: the text in force and every version.
func (b *Rulebook) View(ctx context.Context, who realm.Actor, id string) (*View, error) {
	d, s, err := b.find(ctx, who, id)
	if err != nil {
		return nil, err
	}
	now := b.realm.Now()
	v := &View{Row: Row{Document: d, InForce: s.InForce(now), Pending: s.Pending(now), Trouble: b.Trouble(id)}, Version: s.Version}
	if v.Pending != nil {
		v.State = s.Standing(v.Pending, now)
	}
	for i := len(s.Versions) - 1; i >= 0; i-- {
		x := s.Versions[i]
		v.History = append(v.History, Listed{x, s.Standing(&x, now)})
	}
	v.Text, err = b.inForce(ctx, d, s)
	return v, err
}

func (b *Rulebook) find(ctx context.Context, who realm.Actor, id string) (Document, *State, error) {
	if err := b.admit(who, policy.RulebookView, policy.Resource{Kind: "realm"}); err != nil {
		return Document{}, nil, err
	}
	d, err := b.document(id)
	if err != nil {
		return d, nil, err
	}
	s, err := b.state(ctx, id)
	return d, s, err
}

// Preview is one version as it would be: what is wrong with it, how it differs
// from what is in force, what it would change, and a questionnaire as the
// officer will see it.
type Preview struct {
	Document Document
	Stream   int64 // version of the stream
	Listed
	Text     string
	Problems content.Problems
	Diff     string                 // unified, against the text in force; empty: equal
	Effect   *Effect                // nil while there are problems, and for what is past
	Form     *content.Questionnaire // nil for other documents and while it cannot be read
	Made     time.Time
}

// Preview reads one version. Number 0 is what the program brought along.
func (b *Rulebook) Preview(ctx context.Context, who realm.Actor, id string, number int) (*Preview, error) {
	d, s, err := b.find(ctx, who, id)
	if err != nil {
		return nil, err
	}
	p := &Preview{Document: d, Stream: s.Version, Made: b.realm.Now()}
	if number != 0 {
		v := s.version(number)
		if v == nil {
			return nil, problem.ErrNotFound
		}
		p.Listed = Listed{*v, s.Standing(v, p.Made)}
	}
	if p.Text, err = b.text(ctx, d, number); err != nil {
		return nil, err
	}
	holds, err := b.inForce(ctx, d, s)
	if err != nil {
		return nil, err
	}
	p.Diff = string(diff.Diff("in force", []byte(holds), "this version", []byte(p.Text)))
	waits := p.Standing == IsDraft || p.Standing == IsScheduled
	if !waits {
		p.Form = formOf(d, p.Text, b.realm.Content)
		return p, nil
	}
	c := b.candidate(d, p.Text)
	p.Problems = c.problems
	if c.content != nil {
		p.Form = formOf(d, p.Text, c.content)
	}
	if len(c.problems) == 0 {
		p.Effect, err = b.effect(ctx, d, c)
	}
	return p, err
}

// formOf finds the questionnaire that a text is, loaded and checked.
func formOf(d Document, text string, c *content.Content) *content.Questionnaire {
	if d.Kind != Questionnaire {
		return nil
	}
	for _, q := range c.Questionnaires() {
		if q.Family() == d.Name && q.Version == formNumber(text) {
			return q
		}
	}
	return nil
}
