package exhibit

import (
	"strings"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
)

// mine refuses whoever does not have it, once it has not ended and no
// hand-over waits.
func (s *State) mine(e *env) error {
	switch {
	case s.Ended():
		return problem.Refuse("exhibit.ended")
	case s.Keeper.Staff != e.by.Staff:
		return problem.Refuse("custody.not-keeper")
	case s.Pending() != nil:
		return problem.Refuse("custody.offer-open")
	}
	return nil
}

// Offer is the giver's side of a hand-over: to a member of staff, or to
// somebody without an account, who then signs a paper.
type Offer struct {
	To     string `json:"to,omitempty" doc:"Id of the member of staff who is to receive it" maxLength:"100"`
	User   string `json:"user,omitempty" doc:"Or the user name, as the receiver tells it" maxLength:"100"`
	Role   string `json:"role,omitempty" doc:"Without an account: vocabulary custody-outsiders" maxLength:"40"`
	Name   string `json:"name,omitempty" doc:"Without an account: the name; sealed" maxLength:"1000"`
	Reason string `json:"reason" doc:"Vocabulary custody-reasons" maxLength:"40"`
	Note   string `json:"note,omitempty" doc:"Sealed"`
	Travel int    `json:"travel,omitempty" doc:"Least minutes that the way takes, when it is received elsewhere"`
	Look
}

// Action is exhibit.keep.
func (*Offer) Action() policy.Action { return policy.ExhibitKeep }

func (o *Offer) check(c *valid.Check, e *env) {
	o.Look.check(c, e)
	c.Text("to", &o.To, 100, false)
	if c.Text("user", &o.User, 100, false); o.User != "" {
		if o.To = e.user(o.User); o.To == "" {
			c.Add("user", "exhibit.error.user")
			return
		}
	}
	c.Text("name", &o.Name, 1000, false)
	c.Text("note", &o.Note, valid.MaxText, false)
	c.Term("reason", o.Reason, e.in("custody-reasons"), true)
	c.Term("role", o.Role, e.in("custody-outsiders"), false)
	c.Between("travel", o.Travel, 0, 10_000)
	switch {
	case o.To == "" && o.Role == "", o.To != "" && o.Role != "":
		c.Add("to", "exhibit.error.one_receiver")
	case o.To != "" && e.agency(o.To) == "":
		c.Add("to", "common.error.unknown_term")
	case o.Role != "" && o.Name == "":
		c.Add("name", "common.error.required")
	}
}

func (o *Offer) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.mine(e); err != nil {
		return nil, err
	}
	if o.To == e.by.Staff {
		return nil, problem.Refuse("custody.not-to-oneself")
	}
	id := e.newID()
	to := Keeper{Staff: o.To, Agency: e.agency(o.To)}
	if o.Role != "" {
		to = Keeper{Outside: id, Role: o.Role, Name: e.seal(id, "name", o.Name)}
	}
	return happened(Offered, OfferedEvent{ID: id, To: to, Reason: o.Reason, Note: e.seal(id, "note", o.Note), Travel: o.Travel, Seen: o.seen(e, id, "")})
}

// Receive is the receiver's side, by own sign-in. What was confirmed already
// by the same person is answered as it was then.
type Receive struct{ Look }

// Action is exhibit.receive.
func (*Receive) Action() policy.Action { return policy.ExhibitReceive }

func (r *Receive) check(c *valid.Check, e *env) { r.Look.check(c, e) }

func (r *Receive) decide(s *State, e *env) ([]ledger.Draft, error) {
	x, err := s.addressed(e)
	if err != nil {
		return nil, err
	}
	return happened(Received, ReceivedEvent{ID: x.ID, Seen: r.seen(e, x.ID, "received_")})
}

// addressed is the hand-over that waits for the very person who acts.
func (s *State) addressed(e *env) (*Step, error) {
	x := s.Pending()
	switch {
	case s.Ended():
		return nil, problem.Refuse("exhibit.ended")
	case x == nil:
		return nil, problem.Refuse("custody.nothing-offered")
	case x.To.Outside != "":
		return nil, problem.Refuse("custody.paper-only")
	case x.To.Staff != e.by.Staff:
		return nil, problem.Refuse("custody.not-addressee")
	}
	return x, nil
}

// again tells whether the very person received the last hand-over already.
func (s *State) again(by string) bool {
	if s.Pending() != nil || len(s.Steps) == 0 || s.Ended() {
		return false
	}
	last := &s.Steps[len(s.Steps)-1]
	return last.Kind == Offered && last.Other != nil && last.Other.Paper == nil && last.To.Staff == by
}

// Decline says that one does not take it.
type Decline struct {
	Reason string `json:"reason" doc:"Vocabulary custody-declines" maxLength:"40"`
	Note   string `json:"note,omitempty" doc:"Sealed"`
}

// Action is exhibit.receive.
func (*Decline) Action() policy.Action { return policy.ExhibitReceive }

func (d *Decline) check(c *valid.Check, e *env) {
	c.Term("reason", d.Reason, e.in("custody-declines"), true)
	c.Text("note", &d.Note, valid.MaxText, false)
}

func (d *Decline) decide(s *State, e *env) ([]ledger.Draft, error) {
	x, err := s.addressed(e)
	if err != nil {
		return nil, err
	}
	return happened(Declined, DeclinedEvent{ID: x.ID, Reason: d.Reason, Note: e.seal(x.ID, "end", d.Note)})
}

// Withdraw takes the own offer back before it was received.
type Withdraw struct {
	Note string `json:"note" doc:"Why; sealed"`
}

// Action is exhibit.keep.
func (*Withdraw) Action() policy.Action { return policy.ExhibitKeep }

func (w *Withdraw) check(c *valid.Check, _ *env) { c.Text("note", &w.Note, valid.MaxText, true) }

func (w *Withdraw) decide(s *State, e *env) ([]ledger.Draft, error) {
	x := s.Pending()
	switch {
	case x == nil:
		return nil, problem.Refuse("custody.nothing-offered")
	case x.By.Staff != e.by.Staff:
		return nil, problem.Refuse("custody.not-giver")
	}
	return happened(Withdrawn, WithdrawnEvent{ID: x.ID, Note: e.seal(x.ID, "end", w.Note)})
}

// Signed is a signed paper in a command.
type Signed struct {
	File   string `json:"file,omitempty" doc:"Id of the evidence file that holds the scan" maxLength:"60"`
	Digest string `json:"digest,omitempty" doc:"SHA-256 of the scan, 64 hexadecimal digits; of a file it need not be told" maxLength:"64"`
}

// check holds the scan to its digest. One that is an evidence file brings its
// own; another that is written beside it is told.
func (p *Signed) check(c *valid.Check, e *env) {
	p.Digest = strings.ToLower(strings.TrimSpace(p.Digest))
	if c.Text("file", &p.File, 60, false); p.File != "" {
		digest, ok := e.file(p.File)
		switch {
		case !ok:
			c.Add("file", "exhibit.error.file")
		case p.Digest == "":
			p.Digest = digest
		case digest != "" && digest != p.Digest:
			c.Add("digest", "exhibit.error.digest_differs")
		}
	}
	if c.Text("digest", &p.Digest, 64, true); p.Digest != "" && !isDigest(p.Digest) {
		c.Add("digest", "exhibit.error.digest")
	}
}

func (p *Signed) paper() Paper { return Paper(*p) }

// Attest is the receiver's side as it stands on a signed paper: the receiver
// has no account. Somebody else than the giver has seen the paper and says so.
type Attest struct {
	Signed
	Look
}

// Action is exhibit.attest.
func (*Attest) Action() policy.Action { return policy.ExhibitAttest }

func (a *Attest) check(c *valid.Check, e *env) {
	a.Signed.check(c, e)
	a.Look.check(c, e)
}

func (a *Attest) decide(s *State, e *env) ([]ledger.Draft, error) {
	x := s.Pending()
	switch {
	case s.Ended():
		return nil, problem.Refuse("exhibit.ended")
	case x == nil:
		return nil, problem.Refuse("custody.nothing-offered")
	case x.To.Outside == "":
		return nil, problem.Refuse("custody.sign-in-only")
	case x.By.Staff == e.by.Staff:
		return nil, problem.Refuse("custody.attested-by-another")
	}
	return happened(Attested, AttestedEvent{ID: x.ID, Paper: a.paper(), Seen: a.seen(e, x.ID, "received_")})
}

// TakeBack receives it from somebody without an account, who signed a paper.
// GivenAt and GivenSeal are what stands on the paper.
type TakeBack struct {
	Reason    string `json:"reason" doc:"Vocabulary custody-reasons" maxLength:"40"`
	Note      string `json:"note,omitempty" doc:"Sealed"`
	Travel    int    `json:"travel,omitempty" doc:"Least minutes that the way takes, when it was given elsewhere"`
	GivenAt   string `json:"given_at,omitempty" doc:"When it was given, by the paper; as at when empty" maxLength:"40"`
	GivenSeal string `json:"given_seal,omitempty" doc:"Number of the seal by the paper" maxLength:"40"`
	Signed
	Look
}

// Action is exhibit.attest.
func (*TakeBack) Action() policy.Action { return policy.ExhibitAttest }

func (t *TakeBack) check(c *valid.Check, e *env) {
	t.Signed.check(c, e)
	t.Look.check(c, e)
	sealNumber(c, "given_seal", &t.GivenSeal, false)
	c.Text("note", &t.Note, valid.MaxText, false)
	c.Term("reason", t.Reason, e.in("custody-reasons"), true)
	c.Between("travel", t.Travel, 0, 10_000)
	if t.GivenAt != "" {
		if at, ok := e.read(t.GivenAt); !ok || at.After(e.now) {
			c.Add("given_at", "exhibit.error.time")
		}
	}
}

func (t *TakeBack) decide(s *State, e *env) ([]ledger.Draft, error) {
	switch {
	case s.Ended():
		return nil, problem.Refuse("exhibit.ended")
	case s.Keeper.Outside == "":
		return nil, problem.Refuse("custody.sign-in-only")
	}
	id := e.newID()
	given := Seen{At: t.at, Place: s.Place, Seal: t.GivenSeal}
	if t.GivenAt != "" {
		given.At, _ = e.read(t.GivenAt)
	}
	return happened(TakenBack, TakenBackEvent{ID: id, Reason: t.Reason, Note: e.seal(id, "note", t.Note), Travel: t.Travel,
		Paper: t.paper(), Given: given, Taken: t.seen(e, id, "received_")})
}
