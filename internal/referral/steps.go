package referral

import (
	"context"
	"errors"
	"slices"

	"rufaa/internal/casefile"
	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Answer accepts or declines a referral.
type Answer struct {
	Accept bool   `json:"accept"`
	Reason string `json:"reason,omitempty" doc:"Why not (vocabulary referral-decline-reasons)" maxLength:"60"`
	Note   string `json:"note,omitempty" doc:"Sealed as care"`
}

// Progress says that the work began or ended.
type Progress struct {
	Step string `json:"step" doc:"started or finished" enum:"started,finished,"`
	Note string `json:"note,omitempty" doc:"Sealed as care"`
}

// Feedback is what she, her guardian or the provider says of it.
type Feedback struct {
	From  string `json:"from" doc:"person, guardian or provider" enum:"person,guardian,provider,"`
	Value string `json:"value" doc:"Vocabulary feedback" maxLength:"40"`
	Note  string `json:"note,omitempty" doc:"Sealed as care"`
}

// Recall takes a referral back before the work began.
type Recall struct {
	Note string `json:"note,omitempty" doc:"Sealed as care"`
}

// step is what every later step has in common.
type step interface {
	action() policy.Action
	check(*valid.Check, *content.Content)
	// decide gives the event, or the rule against it.
	decide(s *State) (kind string, ev StepEvent, note string, err error)
}

func (a *Answer) action() policy.Action   { return policy.ReferralAnswer }
func (p *Progress) action() policy.Action { return policy.ReferralProgress }
func (f *Feedback) action() policy.Action { return policy.ReferralFeedback }
func (w *Recall) action() policy.Action   { return policy.ReferralWithdraw }

func (a *Answer) check(c *valid.Check, k *content.Content) {
	c.Term("reason", a.Reason, known(k, "referral-decline-reasons"), false)
	c.Text("note", &a.Note, valid.MaxText, false)
}

func (p *Progress) check(c *valid.Check, _ *content.Content) {
	c.Term("step", p.Step, func(s string) bool { return s == "started" || s == "finished" }, true)
	c.Text("note", &p.Note, valid.MaxText, false)
}

func (f *Feedback) check(c *valid.Check, k *content.Content) {
	c.Term("from", f.From, func(s string) bool { return s == "person" || s == "guardian" || s == "provider" }, true)
	c.Term("value", f.Value, known(k, "feedback"), true)
	c.Text("note", &f.Note, valid.MaxText, false)
}

func (w *Recall) check(c *valid.Check, _ *content.Content) {
	c.Text("note", &w.Note, valid.MaxText, false)
}

func (a *Answer) decide(s *State) (string, StepEvent, string, error) {
	if s.Status != "sent" {
		return "", StepEvent{}, "", problem.Refuse("referral.answer-once")
	}
	if a.Accept {
		return Accepted, StepEvent{}, a.Note, nil
	}
	if a.Reason == "" {
		return "", StepEvent{}, "", problem.Refuse("referral.reason-for-decline")
	}
	return Declined, StepEvent{Reason: a.Reason}, a.Note, nil
}

func (p *Progress) decide(s *State) (string, StepEvent, string, error) {
	switch {
	case p.Step == "started" && s.Status == "accepted":
		return Started, StepEvent{}, p.Note, nil
	case p.Step == "finished" && s.Status == "started":
		return Finished, StepEvent{}, p.Note, nil
	}
	return "", StepEvent{}, "", problem.Refuse("referral.order-of-steps")
}

func (f *Feedback) decide(s *State) (string, StepEvent, string, error) {
	if s.Status != "started" && s.Status != "finished" {
		return "", StepEvent{}, "", problem.Refuse("referral.order-of-steps")
	}
	return Fed, StepEvent{Reason: f.Value, From: f.From}, f.Note, nil
}

func (w *Recall) decide(s *State) (string, StepEvent, string, error) {
	if s.Status != "sent" && s.Status != "accepted" {
		return "", StepEvent{}, "", problem.Refuse("referral.order-of-steps")
	}
	return Withdrawn, StepEvent{}, w.Note, nil
}

// Answer, Progress, Feedback and Withdraw run one step each.
func (r *Referrals) Answer(ctx context.Context, who realm.Actor, id string, o casefile.Order, a *Answer) (realm.Receipt, error) {
	rc, err := r.step(ctx, who, id, o, a)
	if err == nil && a.Accept && !rc.Replayed && r.accepted != nil {
		if s, _, lerr := r.load(ctx, id); lerr == nil {
			r.accepted(ctx, who, s.Case)
		}
	}
	return rc, err
}

// Progress runs a Progress step.
func (r *Referrals) Progress(ctx context.Context, who realm.Actor, id string, o casefile.Order, p *Progress) (realm.Receipt, error) {
	return r.step(ctx, who, id, o, p)
}

// Feedback records what was said of the service.
func (r *Referrals) Feedback(ctx context.Context, who realm.Actor, id string, o casefile.Order, f *Feedback) (realm.Receipt, error) {
	return r.step(ctx, who, id, o, f)
}

// Withdraw takes a referral back.
func (r *Referrals) Withdraw(ctx context.Context, who realm.Actor, id string, o casefile.Order, w *Recall) (realm.Receipt, error) {
	return r.step(ctx, who, id, o, w)
}

func (r *Referrals) step(ctx context.Context, who realm.Actor, id string, o casefile.Order, x step) (rc realm.Receipt, err error) {
	// The case may move on under a step that was decided on the referral.
	for range casefile.Tries {
		rc, err = r.tryStep(ctx, who, id, o, x)
		var changed *problem.Changed
		if !errors.As(err, &changed) || o.Expect > 0 && changed.Expected == o.Expect {
			break
		}
	}
	return rc, err
}

func (r *Referrals) tryStep(ctx context.Context, who realm.Actor, id string, o casefile.Order, x step) (realm.Receipt, error) {
	s, cs, err := r.load(ctx, id)
	if err != nil {
		return realm.Receipt{}, err
	}
	if err := r.admit(who, x.action(), s, cs); err != nil {
		return realm.Receipt{}, err
	}
	digest, err := r.realm.Digest(string(x.action()), Stream(id), x)
	if err != nil {
		return realm.Receipt{}, err
	}
	c := valid.New(r.realm.Now())
	x.check(c, r.realm.Content)
	if err := c.Err(); err != nil {
		return realm.Receipt{}, err
	}
	if rc, found, err := r.realm.Replayed(ctx, who, o.Key, digest); err != nil || found {
		return rc, err
	}
	if o.Expect > 0 && o.Expect != s.Version {
		return realm.Receipt{}, &problem.Changed{Expected: o.Expect, Have: s.Version}
	}
	kind, ev, note, err := x.decide(s)
	if err == nil && kind == Accepted {
		err = r.stands(s, cs) // a consent taken back meanwhile brings nobody onto the case
	}
	if err != nil {
		return realm.Receipt{}, err
	}
	ev.ID = r.realm.NewID()
	if note != "" {
		sealer, err := r.realm.Vault.Sealer(ctx, s.Subject)
		if err != nil {
			return realm.Receipt{}, err
		}
		if ev.Note, err = sealer.Seal(place(ev.ID, "note", vault.Care), note); err != nil {
			return realm.Receipt{}, err
		}
	}
	return r.realm.Commit(ctx, realm.Command{
		Actor: who, Purpose: s.Purpose, Cause: cs.Cause(who.Staff, nil, r.realm.Now()), Key: o.Key, Digest: digest, Answer: realm.Receipt{ID: id, Ref: s.Ref},
		Appends: r.appends(who, s, cs, kind, ev),
	})
}

// appends are the step itself and its note in the case. Feedback and
// escalation leave the case's own record as it is.
func (r *Referrals) appends(who realm.Actor, s *State, cs *casefile.State, kind string, ev StepEvent) []realm.Append {
	out := []realm.Append{{Stream: Stream(s.ID), Expected: s.Version, Drafts: drafts(kind, ev)}}
	status := map[string]string{Accepted: "accepted", Declined: "declined", Started: "started", Finished: "finished", Withdrawn: "withdrawn"}[kind]
	if status == "" {
		return out
	}
	var more []ledger.Draft
	switch {
	case kind == Accepted && cs.Member(who.Staff) == nil:
		more = append(more, casefile.Joining(who.Staff, who.Agency, who.Duty, s.ID))
	case kind == Withdrawn:
		for _, staff := range leaving(s, cs) {
			more = append(more, casefile.Leaving(staff))
		}
	}
	ref := casefile.ReferralRef{ID: s.ID, From: s.From, To: s.To, Service: s.Service, Purpose: s.Purpose, Needs: s.Needs, State: status, Due: s.Due}
	return append(out, casefile.NoteReferral(cs, ref, more...))
}

// leaving are the members of the receiving agency's staff who are on the team
// because they were asked to help, when nothing that they were asked for stands
// any more: what brought them onto the case ends, and with it what they may open.
func leaving(s *State, cs *casefile.State) (out []string) {
	if s.To == cs.Holder || slices.ContainsFunc(cs.Referrals, func(r casefile.ReferralRef) bool {
		return r.ID != s.ID && r.To == s.To && (under(r.State) && r.State != "sent" || r.State == "finished")
	}) {
		return nil
	}
	guests, first := false, true // an agency that came by a referral brought its own colleagues
	for i := range cs.Team {
		m := &cs.Team[i]
		if m.Agency != s.To {
			continue
		}
		if first {
			guests, first = m.Referral != "", false
		}
		if m.Until == nil && (guests || m.Referral != "") {
			out = append(out, m.Staff)
		}
	}
	return out
}

func drafts(kind string, payload any) []ledger.Draft {
	return []ledger.Draft{{Kind: kind, Schema: 1, Payload: payload}}
}
