package likeness

import (
	"context"
	"slices"

	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/vault"
)

// Comparison is both persons side by side, in the fields that both agreed to.
type Comparison struct {
	Agency string    `json:"agency" doc:"The other agency"`
	Mine   []Compare `json:"mine"`
	Theirs []Compare `json:"theirs"`
	Reason string    `json:"reason,omitempty" doc:"The own reason for comparing without consent"`
}

// Compare is one field of one person. Sex and age band stand beside what was
// sealed; they are in the frame of the case.
type Compare struct {
	Field  string `json:"field"`
	Text   string `json:"text"`
	Erased bool   `json:"erased,omitempty"`
}

// Compare opens the agreed fields of both persons. Each opening is recorded in
// the case that it opens, so that either side sees who looked. It can be done
// while the pair is compared or linked, and not after.
func (l *Likenesses) Compare(ctx context.Context, who realm.Actor, id string) (*Comparison, error) {
	p, err := l.load(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if err := l.admit(who, policy.LikenessCompare, p); err != nil {
		return nil, err
	}
	switch p.Status {
	case StatusComparing, StatusLinked:
	case StatusProposed:
		return nil, problem.Refuse("likeness.both-agree-first")
	default:
		return nil, problem.Refuse("likeness.ended")
	}
	other, err := l.cases.Load(ctx, p.other.Case)
	if err != nil {
		return nil, err
	}
	c := &Comparison{Agency: p.other.Holder}
	if c.Theirs, err = l.open(ctx, who, other, p.other, p.fields(), p.other.Agreed.Ground); err != nil {
		return nil, err
	}
	if c.Mine, err = l.open(ctx, who, p.cs, p.own, p.fields(), casefile.BasisHolder); err != nil {
		return nil, err
	}
	if a := p.own.Agreed; !a.Reason.IsZero() {
		it := casefile.Item{Label: "basis_reason", Item: vault.Item{Place: reasonPlace(a.ID), Sealed: a.Reason}}
		texts, err := l.cases.OpenItems(ctx, who, p.cs, Purpose, casefile.BasisHolder, "", []casefile.Item{it})
		if err != nil {
			return nil, err
		}
		c.Reason = texts[0]
	}
	return c, nil
}

func (l *Likenesses) open(ctx context.Context, who realm.Actor, cs *casefile.State, side *Side, fields []string, basis string) ([]Compare, error) {
	var items []casefile.Item
	for _, it := range append(cs.Items(vault.Identity), cs.Items(vault.Immigration)...) {
		if it.Person == side.Person && slices.Contains(fields, it.Label) {
			items = append(items, it)
		}
	}
	texts, err := l.cases.OpenItems(ctx, who, cs, Purpose, basis, "", items)
	if err != nil {
		return nil, err
	}
	subject := cs.Subject()
	out := []Compare{{Field: "sex", Text: subject.Sex}, {Field: "age_band", Text: subject.AgeBand}}
	for i, it := range items {
		c := Compare{Field: it.Label, Text: texts[i]}
		if vault.IsErased(c.Text) {
			c.Text, c.Erased = "", true
		}
		out = append(out, c)
	}
	return out, nil
}
