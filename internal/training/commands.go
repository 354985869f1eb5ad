package training

import (
	"context"
	"errors"
	"maps"
	"slices"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Open opens a course.
type Open struct {
	Title    string `json:"title" maxLength:"200"`
	County   string `json:"county" doc:"Vocabulary counties" maxLength:"40"`
	From     string `json:"from" doc:"YYYY-MM-DD" maxLength:"10"`
	To       string `json:"to" doc:"YYYY-MM-DD" maxLength:"10"`
	Bank     string `json:"bank,omitempty" doc:"Which questions; trafficking when absent" maxLength:"60"`
	Exercise string `json:"exercise,omitempty" doc:"Id of the exercise it belongs to" maxLength:"60"`
}

// Open opens a course; key is the idempotency key, "" for none.
func (t *Training) Open(ctx context.Context, who realm.Actor, key string, o *Open) (realm.Receipt, error) {
	if err := t.realm.Door.Realm(who.Principal, policy.TrainingManage); err != nil {
		return realm.Receipt{}, err
	}
	if o.Bank == "" {
		o.Bank = "trafficking"
	}
	c := valid.New(t.realm.Now())
	c.Text("title", &o.Title, valid.MaxName, true)
	c.Term("county", o.County, t.inList("counties"), true)
	c.Term("bank", o.Bank, func(id string) bool { return t.Banks[id] != nil }, true)
	c.Text("exercise", &o.Exercise, 60, false)
	from, okFrom := c.Date("from", o.From)
	to, okTo := c.Date("to", o.To)
	switch {
	case o.From == "":
		c.Add("from", "common.error.required")
	case o.To == "":
		c.Add("to", "common.error.required")
	case okFrom && okTo && to.Before(from):
		c.Add("to", "training.error.to_before_from")
	}
	if o.Exercise != "" {
		_, err := t.comes(ctx, o.Exercise)
		switch {
		case errors.Is(err, problem.ErrNotFound):
			c.Add("exercise", "training.error.no_exercise")
		case err != nil:
			return realm.Receipt{}, err
		}
	}
	if err := c.Err(); err != nil {
		return realm.Receipt{}, err
	}
	digest, err := t.realm.Digest(string(policy.TrainingManage), "course", o)
	if err != nil {
		return realm.Receipt{}, err
	}
	if rc, found, err := t.realm.Replayed(ctx, who, key, digest); err != nil || found {
		return rc, err
	}
	id, bank := t.realm.NewID(), t.Banks[o.Bank]
	ev := OpenedEvent{Title: o.Title, County: o.County, From: o.From, To: o.To, Bank: bank.ID, Digest: bank.Digest,
		Questions: bank.Choose(id, Asked), Exercise: o.Exercise}
	return t.realm.Commit(ctx, realm.Command{Actor: who, Purpose: "training", Key: key, Digest: digest, Answer: realm.Receipt{ID: id},
		Appends: []realm.Append{{Stream: Stream(id), Expected: 0, Drafts: drafts(Opened, ev)}}})
}

func (t *Training) inList(list string) func(string) bool {
	return func(id string) bool { _, ok := t.realm.Content.Term(list, id); return ok }
}

// TakeSeat says that one attends. Sex and county are for the report and may be
// left out.
type TakeSeat struct {
	Sex    string `json:"sex,omitempty" doc:"Vocabulary sexes" maxLength:"20"`
	County string `json:"county,omitempty" doc:"Vocabulary counties" maxLength:"40"`
}

// TakeSeat gives the caller a seat in a course that is not over.
func (t *Training) TakeSeat(ctx context.Context, who realm.Actor, id, key string, x *TakeSeat) (realm.Receipt, error) {
	c := valid.New(t.realm.Now())
	c.Term("sex", x.Sex, t.inList("sexes"), false)
	c.Term("county", x.County, t.inList("counties"), false)
	return t.own(ctx, who, id, key, x, c.Err(), func(c *Course, seat string) ([]ledger.Draft, error) {
		switch {
		case c.Seats[seat] != nil:
			return nil, problem.Refuse("training.seated")
		case c.Over:
			return nil, problem.Refuse("training.too-late")
		}
		return drafts(Seated, SeatedEvent{Seat: seat, Agency: who.Agency, Sex: x.Sex, County: x.County}), nil
	})
}

// own runs a step of the caller about the own seat: door, input, then decide.
func (t *Training) own(ctx context.Context, who realm.Actor, id, key string, command any, wrong error, decide func(*Course, string) ([]ledger.Draft, error)) (realm.Receipt, error) {
	if err := t.realm.Door.Realm(who.Principal, policy.TrainingTake); err != nil {
		return realm.Receipt{}, err
	}
	if wrong != nil {
		return realm.Receipt{}, wrong
	}
	return t.do(ctx, who, policy.TrainingTake, id, key, command, func(c *Course) ([]ledger.Draft, realm.Receipt, error) {
		events, err := decide(c, t.seatOf(c.ID, who.Staff))
		return events, realm.Receipt{}, err
	})
}

// Sit hands in a test: the option chosen for each question. A question left
// out counts as not known.
type Sit struct {
	Sitting Sitting           `json:"sitting" enum:"before,after,later"`
	Answers map[string]string `json:"answers" doc:"Option by question"`
}

// Sit marks a test and keeps how many were right. Who reaches the floor after
// the course has a certificate with it.
func (t *Training) Sit(ctx context.Context, who realm.Actor, id, key string, x *Sit) (realm.Receipt, error) {
	c := valid.New(t.realm.Now())
	c.Term("sitting", string(x.Sitting), func(s string) bool { return slices.Contains(Sittings, Sitting(s)) }, true)
	c.Count("answers", len(x.Answers), 100)
	return t.own(ctx, who, id, key, x, c.Err(), func(c *Course, seat string) ([]ledger.Draft, error) {
		s := c.Seats[seat]
		if err := c.maySit(s, x.Sitting, t.realm.Now()); err != nil {
			return nil, err
		}
		bank := t.Banks[c.Bank]
		if bank == nil {
			return nil, ErrNoBank
		}
		ev, err := mark(bank, c.Questions, x)
		if err != nil {
			return nil, err
		}
		ev.Seat = seat
		out := drafts(Sat, ev)
		passed := x.Sitting == After && 100*float64(ev.Right) >= Floor*float64(ev.Of)
		if passed && s.Code == "" {
			out = append(out, drafts(Certified, CertifiedEvent{Seat: seat, Code: t.newCode(), ID: asUUID(t.realm.Random(16))})...)
		}
		return out, nil
	})
}

// mark counts what is right. An answer to what was not asked, or one that is
// no option, is a wrong form and not a wrong answer.
func mark(bank *Bank, questions []string, x *Sit) (SatEvent, error) {
	c := valid.Check{}
	ev := SatEvent{Sitting: x.Sitting}
	for _, id := range slices.Sorted(maps.Keys(x.Answers)) {
		q := bank.Question(id)
		if q == nil || !slices.Contains(questions, id) || x.Answers[id] != "" && !slices.ContainsFunc(q.Options, func(o Option) bool { return o.ID == x.Answers[id] }) {
			c.Add("answers."+id, "common.error.unknown_term")
		}
	}
	for _, id := range questions {
		q := bank.Question(id)
		if q == nil {
			continue
		}
		ev.Of++
		if x.Answers[id] == q.Right() {
			ev.Right++
		} else {
			ev.Missed = append(ev.Missed, id)
		}
	}
	return ev, c.Err()
}

// Name puts one's name on one's certificate; an empty one takes it off again.
type Name struct {
	Name string `json:"name" doc:"As it should stand on the certificate; empty takes it off" maxLength:"200"`
}

// Name records the consent to show a name, or that it was taken back. Taken
// back, the key is destroyed: nobody can read the name any more.
func (t *Training) Name(ctx context.Context, who realm.Actor, id, key string, x *Name) (realm.Receipt, error) {
	c := valid.New(t.realm.Now())
	c.Text("name", &x.Name, 100, false)
	var old vault.Sealed
	rc, err := t.own(ctx, who, id, key, x, c.Err(), func(c *Course, seat string) ([]ledger.Draft, error) {
		s := c.Seats[seat]
		if s == nil {
			return nil, problem.Refuse("training.seat-first")
		}
		old = s.Name
		switch {
		case x.Name == "" && old.IsZero():
			return nil, problem.Refuse("training.no-name")
		case x.Name == "":
			return drafts(Unnamed, SeatEvent{Seat: seat}), nil
		}
		sealer, err := t.realm.Vault.Sealer(ctx, subjectOf(seat, c.Version))
		if err != nil {
			return nil, err
		}
		sealed, err := sealer.Seal(namePlace(seat), x.Name)
		return drafts(Named, NamedEvent{Seat: seat, Name: sealed}), err
	})
	if err == nil && !old.IsZero() {
		err = t.realm.Vault.Erase(context.WithoutCancel(ctx), old.Subject())
	}
	return rc, err
}

// managed runs a step of who manages courses.
func (t *Training) managed(ctx context.Context, who realm.Actor, id, key string, command any, wrong error, decide func(*Course) ([]ledger.Draft, error)) (realm.Receipt, error) {
	if err := t.realm.Door.Realm(who.Principal, policy.TrainingManage); err != nil {
		return realm.Receipt{}, err
	}
	if wrong != nil {
		return realm.Receipt{}, wrong
	}
	return t.do(ctx, who, policy.TrainingManage, id, key, command, func(c *Course) ([]ledger.Draft, realm.Receipt, error) {
		events, err := decide(c)
		return events, realm.Receipt{}, err
	})
}

// End ends a course: nobody takes a seat any more, and the test before it is
// over. The later test stays.
func (t *Training) End(ctx context.Context, who realm.Actor, id, key string) (realm.Receipt, error) {
	return t.managed(ctx, who, id, key, "end", nil, func(c *Course) ([]ledger.Draft, error) {
		if c.Over {
			return nil, problem.Refuse("training.too-late")
		}
		return drafts(Ended, Nothing{}), nil
	})
}

// Revoke takes a certificate back.
type Revoke struct {
	Code   string `json:"code" maxLength:"20"`
	Reason string `json:"reason" doc:"Names nobody; it stays in the ledger" maxLength:"300"`
}

// Revoke takes back the certificate with a code; whoever checks it is told.
func (t *Training) Revoke(ctx context.Context, who realm.Actor, id, key string, x *Revoke) (realm.Receipt, error) {
	c := valid.New(t.realm.Now())
	c.Text("code", &x.Code, 40, true)
	c.Text("reason", &x.Reason, valid.MaxLine, true)
	return t.managed(ctx, who, id, key, x, c.Err(), func(c *Course) ([]ledger.Draft, error) {
		for _, s := range c.Seats {
			if s.Code == "" || s.Code != normalCode(x.Code) {
				continue
			}
			if s.Revoked != "" {
				return nil, problem.Refuse("training.revoked")
			}
			return drafts(Revoked, RevokedEvent{Seat: s.Seat, Reason: x.Reason}), nil
		}
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "code", Key: "training.error.no_code"}}}
	})
}
