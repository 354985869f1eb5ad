package casefile

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/valid"
)

// ErasureRequest is one data protection officer's wish to destroy the keys of
// everybody in a closed case. Nothing is destroyed by it. Why is a word of a
// list: a reason sealed under the person's key would go with her, and one in the
// clear would outlive her.
type ErasureRequest struct {
	ID     string    `json:"id"`
	Reason string    `json:"reason" doc:"Vocabulary erasure-reasons"`
	Until  time.Time `json:"until" doc:"From then on it no longer holds (clock erasure-confirm)"`
	By     By        `json:"by,omitzero" doc:"Who asked, and when"`
}

// AskErasure is the first of the two steps of an erasure.
type AskErasure struct {
	Reason string `json:"reason" doc:"Vocabulary erasure-reasons" maxLength:"40"`
}

// Check requires the reason.
func (x *AskErasure) Check(c *valid.Check, k *content.Content) {
	c.Term("reason", x.Reason, inList(k, "erasure-reasons"), true)
}

// ConfirmErasure is the second person's word, and the one that destroys. It
// names the request that was read and the case's reference, typed again: a
// press by mistake destroys nothing.
type ConfirmErasure struct {
	Request string `json:"request" doc:"Id of the request for erasure" maxLength:"60"`
	Ref     string `json:"reference" doc:"The case's reference, typed again" maxLength:"30"`
}

// Check requires both.
func (x *ConfirmErasure) Check(c *valid.Check, _ *content.Content) {
	c.Text("request", &x.Request, 60, true)
	c.Text("reference", &x.Ref, 30, true)
}

// WithdrawErasure takes the request back.
type WithdrawErasure struct {
	Request string `json:"request" doc:"Id of the request for erasure" maxLength:"60"`
}

// Check requires the request.
func (x *WithdrawErasure) Check(c *valid.Check, _ *content.Content) {
	c.Text("request", &x.Request, 60, true)
}

// oversight is what was decided about a record as a whole, folded from its own
// stream.
type oversight struct {
	version int64
	held    bool
	asked   *ErasureRequest // the last one
	ended   string          // kind of the event that ended it; "" while it stands
}

// recordEvent is the payload of the events about whole records.
type recordEvent struct {
	Case    string    `json:"case"`
	Request string    `json:"request,omitempty"`
	Reason  string    `json:"reason,omitempty"`
	Until   time.Time `json:"until,omitzero"`
}

// request is the request that an event tells of.
func (p *recordEvent) request(e *ledger.Event) *ErasureRequest {
	return &ErasureRequest{ID: p.Request, Reason: p.Reason, Until: p.Until, By: By{Staff: e.Actor, Agency: e.Agency, Duty: e.Duty, At: e.At}}
}

// overseen folds what was decided about the record of a case, up to a version
// of that stream; 0 is all.
func (c *Cases) overseen(ctx context.Context, id string, upTo int64) (*oversight, error) {
	events, err := c.realm.Ledger.Stream(ctx, oversightStream(id), 0)
	if err != nil {
		return nil, err
	}
	o := new(oversight)
	for i := range events {
		if upTo > 0 && events[i].Version > upTo {
			break
		}
		if err := o.fold(&events[i]); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func oversightStream(id string) string { return "oversight/" + id }

func (o *oversight) fold(e *ledger.Event) error {
	o.version = e.Version
	switch e.Kind {
	case RecordHeld, RecordReleased:
		o.held = e.Kind == RecordHeld
		if o.held && o.asked != nil && o.ended == "" {
			o.ended = e.Kind
		}
	case ErasureAsked:
		var p recordEvent
		if err := json.Unmarshal(e.Payload, &p); err != nil {
			return fmt.Errorf("casefile: %s: %w", e.Kind, err)
		}
		o.asked, o.ended = p.request(e), ""
	case ErasureWithdrawn, RecordErased:
		if o.ended == "" {
			o.ended = e.Kind
		}
	}
	return nil
}

// standing is the request that waits for a second person: not withdrawn, not
// lapsed, stopped by no hold since, and made after the case was closed last.
func (o *oversight) standing(s *State, now time.Time) *ErasureRequest {
	if o.asked == nil || o.ended != "" || s.Closure == nil || !now.Before(o.asked.Until) || o.asked.By.At.Before(s.Closure.By.At) {
		return nil
	}
	return o.asked
}

// AskErasure asks for the keys of everybody in a closed case to be destroyed.
// Source: Data Protection Act 2019 s.40 (erasure), s.51 (legal obligations).
func (c *Cases) AskErasure(ctx context.Context, who realm.Actor, id string, o Order, x *AskErasure) (realm.Receipt, *ErasureRequest, error) {
	rc, _, err := c.oversee(ctx, who, id, o, overseeing{policy.Erase, ErasureAsked, x}, func(s *State, k *oversight) (*recordEvent, error) {
		if err := c.erasable(ctx, who, s, k); err != nil {
			return nil, err
		}
		if k.standing(s, c.now()) != nil {
			return nil, problem.Refuse("erasure.asked-already")
		}
		return &recordEvent{Request: c.realm.NewID(), Reason: x.Reason, Until: c.now().Add(c.realm.Content.Clock("erasure-confirm"))}, nil
	})
	if err != nil {
		return rc, nil, err
	}
	k, err := c.overseen(ctx, id, rc.Version) // as it was then, also when it is answered again
	if err != nil {
		return rc, nil, err
	}
	return rc, k.asked, nil
}

// erasable tells whether anything forbids the erasure of the case to somebody.
func (c *Cases) erasable(ctx context.Context, who realm.Actor, s *State, k *oversight) error {
	if s.keptAway(who.Staff) { // before they got a duty that watches over all
		return problem.Refuse("erasure.own-interest")
	}
	if s.Closure == nil {
		return problem.Refuse("erasure.closed-first")
	}
	held := k.held
	for i := 0; i < len(s.Persons) && !held; i++ {
		var err error
		if held, err = c.realm.Vault.Held(ctx, s.Persons[i].ID); err != nil {
			return err
		}
	}
	if held {
		return problem.Refuse("erasure.legal-hold")
	}
	return nil
}

// ConfirmErasure destroys the keys of everybody in a closed case on the word of
// a second person: its texts become unreadable for good, its events stay and
// verify. A legal hold stops it. Killed after the event, the destruction is
// finished by confirming the same request again.
func (c *Cases) ConfirmErasure(ctx context.Context, who realm.Actor, id string, o Order, x *ConfirmErasure) (realm.Receipt, error) {
	rc, s, err := c.oversee(ctx, who, id, o, overseeing{policy.ErasureConfirm, RecordErased, x}, func(s *State, k *oversight) (*recordEvent, error) {
		if err := c.erasable(ctx, who, s, k); err != nil {
			return nil, err
		}
		begun := k.asked != nil && k.asked.ID == x.Request && k.ended == RecordErased
		asked := k.standing(s, c.now())
		switch {
		case !begun && (asked == nil || asked.ID != x.Request):
			return nil, problem.Refuse("erasure.nothing-asked")
		case k.asked.By.Staff == who.Staff:
			return nil, problem.Refuse("erasure.second-person")
		case !strings.EqualFold(strings.TrimSpace(x.Ref), s.Ref):
			return nil, &problem.Invalid{Fields: []problem.Field{{Name: "reference", Key: "web.erasure.other_reference"}}}
		case begun:
			return nil, nil
		}
		return &recordEvent{Request: x.Request}, nil
	})
	if err != nil {
		return rc, err
	}
	return rc, c.destroy(ctx, who, s)
}

// destroy destroys what a closed case can be read with. It may be repeated.
func (c *Cases) destroy(ctx context.Context, who realm.Actor, s *State) error {
	for i := range s.Persons {
		if err := c.realm.Vault.Erase(ctx, s.Persons[i].ID); err != nil {
			return fmt.Errorf("casefile: forget: %w", err)
		}
	}
	if c.forgotten != nil {
		if err := c.forgotten(ctx, who, s.ID); err != nil {
			return fmt.Errorf("casefile: forget: %w", err)
		}
	}
	return c.realm.Store.Write(ctx, func(tx *store.Tx) error {
		for i := range s.Persons {
			if err := c.realm.Search.Forget(tx, s.Persons[i].ID); err != nil {
				return err
			}
		}
		return forgetRows(tx, s.ID)
	})
}

// WithdrawErasure ends a request: the safe direction needs no second person.
func (c *Cases) WithdrawErasure(ctx context.Context, who realm.Actor, id string, o Order, x *WithdrawErasure) (realm.Receipt, error) {
	rc, _, err := c.oversee(ctx, who, id, o, overseeing{policy.ErasureConfirm, ErasureWithdrawn, x}, func(s *State, k *oversight) (*recordEvent, error) {
		if asked := k.standing(s, c.now()); asked == nil || asked.ID != x.Request {
			return nil, problem.Refuse("erasure.nothing-asked")
		}
		return &recordEvent{Request: x.Request}, nil
	})
	return rc, err
}

// Erasing is where a case stands on its way to erasure.
type Erasing struct {
	ID     string          `json:"id"`
	Ref    string          `json:"reference"`
	Closed bool            `json:"closed" doc:"Only a closed case is erased"`
	Held   bool            `json:"held" doc:"A legal hold stops erasure"`
	Erased bool            `json:"erased" doc:"Its keys were destroyed"`
	Asked  *ErasureRequest `json:"request,omitempty" doc:"What waits for a second person; while the keys are destroyed, the request that led to it"`
}

// Erasing tells it to those who ask for it and those who confirm it.
func (c *Cases) Erasing(ctx context.Context, who realm.Actor, id string) (*Erasing, error) {
	s, err := c.Admitted(ctx, who, id, policy.ErasureConfirm)
	if err != nil {
		return nil, err
	}
	k, err := c.overseen(ctx, id, 0)
	if err != nil {
		return nil, err
	}
	out := &Erasing{ID: s.ID, Ref: s.Ref, Closed: s.Closure != nil, Held: k.held, Asked: k.standing(s, c.now())}
	if k.ended == RecordErased {
		out.Asked = k.asked
	}
	var at int64
	err = c.realm.Store.QueryRow(ctx, `SELECT erased_at FROM cases WHERE id = $1`, id).Scan(&at)
	out.Erased = at > 0
	return out, err
}

// ErasureRow is one request that waits for a second person.
type ErasureRow struct {
	Case string `json:"case"`
	Ref  string `json:"reference"`
	ErasureRequest
}

// ErasuresAsked lists what waits for a second person, the oldest first. Whoever
// is kept away from a case finds no line of it.
func (c *Cases) ErasuresAsked(ctx context.Context, who realm.Actor, limit int) ([]ErasureRow, error) {
	if err := c.realm.Door.Realm(who.Principal, policy.ErasureConfirm); err != nil {
		return nil, err
	}
	rows, err := c.realm.Store.Query(ctx, `SELECT c.id, c.ref, e.id, e.staff, e.agency, e.duty, e.reason, e.asked_at, e.until_at
		FROM erasures e JOIN cases c ON c.id = e.case_id
		WHERE e.until_at > $1 AND c.closed_at > 0 AND c.closed_at <= e.asked_at`+Near("c.id", 3)+`
		ORDER BY e.asked_at, e.id LIMIT $2`, c.now().UnixMilli(), limit, NearTo(who))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []ErasureRow
	for rows.Next() {
		var r ErasureRow
		var at, until int64
		if err := rows.Scan(&r.Case, &r.Ref, &r.ID, &r.By.Staff, &r.By.Agency, &r.By.Duty, &r.Reason, &at, &until); err != nil {
			return nil, err
		}
		r.By.At, r.Until = time.UnixMilli(at).UTC(), time.UnixMilli(until).UTC()
		out = append(out, r)
	}
	return out, rows.Err()
}
