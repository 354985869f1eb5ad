package notice

import (
	"context"
	"fmt"
	"time"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
)

// Stuck is a message that did not go out yet, or never will by itself. No
// address stands in it.
type Stuck struct {
	ID      string    `json:"id"`
	Staff   string    `json:"staff,omitempty"` // empty: to the agency's own system, or to the learning record store
	Agency  string    `json:"agency"`
	Channel string    `json:"channel"`
	State   string    `json:"state" enum:"waiting,dead"`
	Tries   int       `json:"tries"`
	Failure string    `json:"failure"`
	Next    time.Time `json:"next_at,omitzero"`
	Made    time.Time `json:"made_at"`
}

// Outbox is what the administrator sees of it.
type Outbox struct {
	Channels []string `json:"channels" doc:"Ways out that are set up"`
	Captures bool     `json:"captures" doc:"This realm keeps what it would send, and sends nothing"`
	Waiting  int      `json:"waiting"`
	Dead     int      `json:"dead"`
	Stuck    []Stuck  `json:"stuck"`
}

// outboxOf is whose messages somebody may see: the own agency's, or ("") all.
func (n *Notices) outboxOf(who realm.Actor) (string, error) {
	if err := n.realm.Door.Realm(who.Principal, policy.OutboxView); err != nil {
		return "", err
	}
	if n.realm.Door.Decide(who.Principal, policy.OutboxView, policy.Resource{Kind: "agency"}, policy.Context{}).Allowed {
		return "", nil
	}
	return who.Agency, nil
}

// Outbox lists what is stuck, the dead first.
func (n *Notices) Outbox(ctx context.Context, who realm.Actor) (*Outbox, error) {
	agency, err := n.outboxOf(who)
	if err != nil {
		return nil, err
	}
	channels := n.offered()
	if n.Tells() {
		channels = append(channels, LRS)
	}
	out := &Outbox{Channels: channels, Captures: n.o.Capture, Stuck: []Stuck{}}
	err = n.realm.Store.QueryRow(ctx, `SELECT COALESCE(SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END), 0)
		FROM notice_outbox WHERE ($1 = '' OR agency = $1)`, agency).Scan(&out.Waiting, &out.Dead)
	if err != nil {
		return nil, fmt.Errorf("notice: outbox: %w", err)
	}
	rows, err := n.realm.Store.Query(ctx, `SELECT id, staff, agency, channel, state, tries, failure, next_at, made_at FROM notice_outbox
		WHERE (state = 'dead' OR state = 'waiting' AND failure <> '') AND ($1 = '' OR agency = $1) ORDER BY state, made_at DESC LIMIT 200`, agency)
	if err != nil {
		return nil, fmt.Errorf("notice: outbox: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var s Stuck
		var next, made int64
		if err := rows.Scan(&s.ID, &s.Staff, &s.Agency, &s.Channel, &s.State, &s.Tries, &s.Failure, &next, &made); err != nil {
			return nil, err
		}
		s.Made = time.UnixMilli(made).UTC()
		if next > 0 {
			s.Next = time.UnixMilli(next).UTC()
		}
		out.Stuck = append(out.Stuck, s)
	}
	return out, rows.Err()
}

// TryAgain sends a stuck message anew; Drop takes it away.
func (n *Notices) TryAgain(ctx context.Context, who realm.Actor, id string) error {
	return n.turn(ctx, who, id, `UPDATE notice_outbox SET state = 'waiting', tries = 0, next_at = 0, failure = '', done_at = 0 WHERE id = $1 AND state IN ('dead', 'waiting') AND ($2 = '' OR agency = $2)`)
}

// Drop takes a stuck message away.
func (n *Notices) Drop(ctx context.Context, who realm.Actor, id string) error {
	return n.turn(ctx, who, id, `UPDATE notice_outbox SET state = 'dropped', done_at = $3 WHERE id = $1 AND state IN ('dead', 'waiting') AND ($2 = '' OR agency = $2)`, n.realm.Now().UnixMilli())
}

func (n *Notices) turn(ctx context.Context, who realm.Actor, id, text string, args ...any) error {
	agency, err := n.outboxOf(who)
	if err != nil {
		return err
	}
	return n.realm.Store.Write(ctx, func(tx *store.Tx) error {
		done, err := tx.Exec(text, append([]any{id, agency}, args...)...)
		if err == nil && done == 0 {
			return problem.ErrNotFound
		}
		return err
	})
}
