package likeness

import (
	"context"
	"slices"

	"rufaa/internal/casefile"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Purpose is what the fields of a pair are opened for (vocabulary purposes).
const Purpose = "comparison"

// Fields are what can be compared, in the order of a page. Nationality is
// sealed as immigration, the rest as identity.
var Fields = []string{"name", "other_names", "birth_date", "nationality", "phone", "id_number"}

// step is one thing that one side does.
type step interface {
	action() policy.Action
	check(c *valid.Check, l *Likenesses)
	decide(ctx context.Context, l *Likenesses, p *part) ([]ledger.Draft, error)
}

func (l *Likenesses) check(x step) error {
	c := valid.New(l.realm.Now())
	x.check(c, l)
	return c.Err()
}

// Agree lets some fields be compared. The person was asked and said yes, or
// she is a child or in danger, with the reason. Which agency it will be is not
// known yet, and she is told so.
//
// Source: Data Protection (General) Regulations reg. 4 (consent states
// purpose, data, sharing, withdrawal); Data Protection Act 2019 s.33 (children).
type Agree struct {
	Ground       string   `json:"ground" doc:"consent, child or danger-to-life" enum:"consent,child,danger-to-life,"`
	Fields       []string `json:"fields" doc:"What may be compared: name, other_names, birth_date, nationality, phone, id_number" maxItems:"6"`
	GivenBy      string   `json:"given_by,omitempty" doc:"Of a consent: person or guardian" enum:"person,guardian,"`
	How          string   `json:"how,omitempty" doc:"Of a consent: vocabulary consent-how" maxLength:"40"`
	Language     string   `json:"language,omitempty" doc:"Of a consent: vocabulary languages" maxLength:"40"`
	Interpreting string   `json:"interpreting,omitempty" doc:"Of a consent: vocabulary interpreting" maxLength:"40"`
	Interpreter  string   `json:"interpreter,omitempty" doc:"Name of the interpreter; sealed" maxLength:"1000"`
	Reason       string   `json:"reason,omitempty" doc:"Of another ground: why she is not asked; sealed as account"`
}

func (*Agree) action() policy.Action { return policy.LikenessAnswer }

func (a *Agree) check(c *valid.Check, l *Likenesses) {
	in := func(list string) func(string) bool {
		return func(id string) bool { _, ok := l.realm.Content.Term(list, id); return ok }
	}
	c.Term("ground", a.Ground, func(s string) bool {
		return s == casefile.BasisConsent || s == casefile.BasisChild || s == casefile.BasisDanger
	}, true)
	if len(a.Fields) == 0 {
		c.Add("fields", "common.error.choose")
	}
	c.Count("fields", len(a.Fields), len(Fields))
	for _, f := range a.Fields {
		c.Term("fields", f, func(s string) bool { return slices.Contains(Fields, s) }, true)
	}
	asked := a.Ground == casefile.BasisConsent
	c.Term("given_by", a.GivenBy, func(s string) bool { return s == "person" || s == "guardian" }, asked)
	c.Term("how", a.How, in("consent-how"), asked)
	c.Term("language", a.Language, in("languages"), asked)
	c.Term("interpreting", a.Interpreting, in("interpreting"), asked)
	c.Text("interpreter", &a.Interpreter, valid.MaxName, asked && a.Interpreting != "" && a.Interpreting != "not-needed")
	c.Text("reason", &a.Reason, valid.MaxText, false)
}

func (a *Agree) decide(ctx context.Context, l *Likenesses, p *part) ([]ledger.Draft, error) {
	child := p.cs.Subject().Child
	switch {
	case p.Status != StatusProposed || p.own.Agreed != nil:
		return nil, problem.Refuse("likeness.answered")
	case a.Ground == casefile.BasisConsent && a.GivenBy == "person" && child:
		return nil, problem.Refuse("child.guardian-consents")
	case a.Ground == casefile.BasisChild && !child:
		return nil, problem.Refuse("child.basis-needs-child")
	case a.Ground != casefile.BasisConsent && a.Reason == "":
		return nil, problem.Refuse("consent.other-basis-needs-reason")
	}
	ev := AgreedEvent{ID: l.realm.NewID(), Case: p.own.Case, Fields: a.Fields, Ground: a.Ground}
	sealer, err := l.realm.Vault.Sealer(ctx, p.own.Person)
	if err != nil {
		return nil, err
	}
	if a.Ground != casefile.BasisConsent {
		ev.Reason, err = sealer.Seal(reasonPlace(ev.ID), a.Reason)
		return drafts(Agreed, ev), err
	}
	ev.GivenBy, ev.How, ev.Language, ev.Interpreting = a.GivenBy, a.How, a.Language, a.Interpreting
	if a.Interpreter != "" {
		ev.Interpreter, err = sealer.Seal(vault.Place{Record: ev.ID, Field: "interpreter", Compartment: vault.Care, Schema: 1}, a.Interpreter)
	}
	return drafts(Agreed, ev), err
}

func reasonPlace(id string) vault.Place {
	return vault.Place{Record: id, Field: "reason", Compartment: vault.Account, Schema: 1}
}

// Refuse says that the person may not be compared, or no longer: it is also
// how a consent is taken back before the pair is linked.
type Refuse struct {
	Reason string `json:"reason" doc:"refusal-reasons of content/likeness.yaml; the other side is not told" maxLength:"40"`
}

func (*Refuse) action() policy.Action { return policy.LikenessAnswer }

func (r *Refuse) check(c *valid.Check, l *Likenesses) {
	c.Term("reason", r.Reason, termIn(l.Rules.Refusals), true)
}

func (r *Refuse) decide(_ context.Context, _ *Likenesses, p *part) ([]ledger.Draft, error) {
	if p.Status != StatusProposed && p.Status != StatusComparing {
		return nil, problem.Refuse("likeness.answered")
	}
	return drafts(Refused, EndedEvent{Case: p.own.Case, Reason: r.Reason}), nil
}

// Judge says, after comparing, whether it is one person. A person says so;
// nothing is computed.
type Judge struct {
	Verdict string `json:"verdict" doc:"same or different" enum:"same,different"`
}

func (*Judge) action() policy.Action { return policy.LikenessJudge }

func (j *Judge) check(c *valid.Check, _ *Likenesses) {
	c.Term("verdict", j.Verdict, func(s string) bool { return s == "same" || s == "different" }, true)
}

func (j *Judge) decide(_ context.Context, _ *Likenesses, p *part) ([]ledger.Draft, error) {
	switch {
	case p.Status == StatusProposed:
		return nil, problem.Refuse("likeness.both-agree-first")
	case p.Status != StatusComparing || p.own.Verdict != "":
		return nil, problem.Refuse("likeness.answered")
	}
	same := j.Verdict == "same"
	out := drafts(Judged, JudgedEvent{Case: p.own.Case, Same: same})
	if same && p.other.Verdict == "same" {
		out = append(out, draft(Linked, Nothing{}))
	}
	return out, nil
}

// Unlink undoes a link, by either side.
type Unlink struct {
	Reason string `json:"reason" doc:"unlinking-reasons of content/likeness.yaml; the other side is not told" maxLength:"40"`
}

func (*Unlink) action() policy.Action { return policy.LikenessUnlink }

func (u *Unlink) check(c *valid.Check, l *Likenesses) {
	c.Term("reason", u.Reason, termIn(l.Rules.Unlinking), true)
}

func (u *Unlink) decide(_ context.Context, _ *Likenesses, p *part) ([]ledger.Draft, error) {
	if p.Status != StatusLinked {
		return nil, problem.Refuse("likeness.not-linked")
	}
	return drafts(Unlinked, EndedEvent{Case: p.own.Case, Reason: u.Reason}), nil
}

// AskAgain takes back an unlinking, by the side that undid the link: the pair is
// open anew and both sides are asked. Nothing of what was agreed before holds.
type AskAgain struct{}

func (*AskAgain) action() policy.Action { return policy.LikenessUnlink }

func (*AskAgain) check(*valid.Check, *Likenesses) {}

func (*AskAgain) decide(_ context.Context, _ *Likenesses, p *part) ([]ledger.Draft, error) {
	if !p.again() {
		return nil, problem.Refuse("likeness.not-undone")
	}
	return drafts(Proposed, ProposedEvent{Parties: [2]Party{p.Sides[0].Party, p.Sides[1].Party}, Rule: p.Rule, Signs: p.Signs}), nil
}

// again tells whether this side undid the link, and so may take that back.
func (p *part) again() bool {
	return p.Status == StatusEnded && p.Ended.Kind == "unlinked" && p.Ended.Case == p.own.Case
}

// Agree runs an Agree step; key is the idempotency key, "" for none.
func (l *Likenesses) Agree(ctx context.Context, who realm.Actor, id, key string, a *Agree) (realm.Receipt, error) {
	return l.do(ctx, who, id, key, a)
}

// Refuse runs a Refuse step.
func (l *Likenesses) Refuse(ctx context.Context, who realm.Actor, id, key string, r *Refuse) (realm.Receipt, error) {
	return l.do(ctx, who, id, key, r)
}

// Judge runs a Judge step.
func (l *Likenesses) Judge(ctx context.Context, who realm.Actor, id, key string, j *Judge) (realm.Receipt, error) {
	return l.do(ctx, who, id, key, j)
}

// Unlink runs an Unlink step.
func (l *Likenesses) Unlink(ctx context.Context, who realm.Actor, id, key string, u *Unlink) (realm.Receipt, error) {
	return l.do(ctx, who, id, key, u)
}

// AskAgain runs an AskAgain step.
func (l *Likenesses) AskAgain(ctx context.Context, who realm.Actor, id, key string, x *AskAgain) (realm.Receipt, error) {
	return l.do(ctx, who, id, key, x)
}
