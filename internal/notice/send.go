package notice

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"rufaa/internal/courier"
	"rufaa/internal/store"
)

// outgoing is one message that this server has claimed.
type outgoing struct {
	message
	body  body
	raw   []byte // as it stands in the outbox
	tries int
}

// Work does everything that is due: clocks, spreading, gathering, sending. It
// is called by the realm's clock. What fails in one does not hold up the others.
func (n *Notices) Work(ctx context.Context) error {
	_, clocks := n.Remind(ctx)
	spread := n.spreadAll(ctx)
	_, gather := n.Gather(ctx)
	_, send := n.Send(ctx)
	return errors.Join(clocks, spread, gather, send, n.sendStatements(ctx))
}

func (n *Notices) spreadAll(ctx context.Context) error {
	for ctx.Err() == nil {
		more, err := n.Spread(ctx)
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// Send hands out what is due in the outbox. Each message is claimed first, for
// as long as a sender may take: one that was killed loses its claim, and the
// message goes again under the same id.
func (n *Notices) Send(ctx context.Context) (sent int, err error) {
	for ctx.Err() == nil {
		list, err := n.claim(ctx, n.realm.Now(), `channel <> 'lrs'`, claims)
		if err != nil || len(list) == 0 {
			return sent, err
		}
		for _, x := range list {
			if ctx.Err() != nil {
				return sent, nil
			}
			ok, err := n.sendOne(ctx, x)
			if err != nil {
				return sent, err
			}
			if ok {
				sent++
			}
		}
	}
	return sent, nil
}

// TakeUp frees the claims of a server that was killed, when the one that begins
// now is the only one: what it had claimed and not told of is sent at once
// instead of when the claim runs out. A message that had gone out already goes
// again under the same id; that is the one duplicate there can be.
func (n *Notices) TakeUp(ctx context.Context) error {
	return n.realm.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE notice_outbox SET next_at = 0 WHERE state = 'waiting' AND tries > 0 AND failure = ''`)
		return err
	})
}

// claims is how many messages one server takes at a time: few enough that it is
// done with them, even when each takes its full time, before its claim runs out.
const claims = 5

// claim takes what is due at a moment, of some channels.
func (n *Notices) claim(ctx context.Context, now time.Time, which string, most int) (out []outgoing, err error) {
	err = n.realm.Store.Write(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(`SELECT id, staff, agency, channel, body, tries FROM notice_outbox WHERE state = 'waiting' AND next_at <= $1 AND `+which+` ORDER BY next_at, made_at, id LIMIT $2`,
			now.UnixMilli(), most)
		if err != nil {
			return err
		}
		for rows.Next() {
			var x outgoing
			if err := rows.Scan(&x.ID, &x.Staff, &x.Agency, &x.Channel, &x.raw, &x.tries); err != nil {
				rows.Close()
				return err
			}
			if err := json.Unmarshal(x.raw, &x.body); err != nil && x.Channel != LRS {
				rows.Close()
				return fmt.Errorf("notice: outbox %s: %w", x.ID, err)
			}
			out = append(out, x)
		}
		rows.Close()
		if err := rows.Err(); err != nil {
			return err
		}
		for i := range out {
			out[i].tries++
			if _, err := tx.Exec(`UPDATE notice_outbox SET tries = $2, next_at = $3 WHERE id = $1`,
				out[i].ID, out[i].tries, now.Add(n.Rules.Delivery.Lease).UnixMilli()); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// errUnwanted says that there is nobody to send it to any more.
var errUnwanted = errors.New("nobody wants it any more")

func (n *Notices) sendOne(ctx context.Context, x outgoing) (sent bool, err error) {
	var failed error
	if x.Channel == Webhook {
		failed = n.post(ctx, x)
	} else {
		failed = n.toPerson(ctx, x)
	}
	if ctx.Err() != nil {
		return false, nil // shutting down: the claim runs out by itself
	}
	now := n.realm.Now()
	state, next, done, why := "sent", int64(0), now.UnixMilli(), ""
	var quiet *quietNow
	switch tries := n.Rules.Delivery.Tries; {
	case failed == nil:
	case errors.As(failed, &quiet): // no try was made
		x.tries--
		state, next, done = "waiting", quiet.until.UnixMilli(), 0
	case errors.Is(failed, errUnwanted):
		state = "dropped"
	case courier.Lasting(failed) || x.tries > len(tries):
		state, why = "dead", failed.Error()
	default:
		state, next, done, why = "waiting", now.Add(tries[x.tries-1]).UnixMilli(), 0, failed.Error()
	}
	if why != "" {
		n.o.Log.Warn("message", "realm", n.realm.Name, "id", x.ID, "channel", x.Channel, "try", x.tries, "state", state, "why", why)
	}
	err = n.realm.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE notice_outbox SET state = $2, next_at = $3, done_at = $4, failure = $5, tries = $6 WHERE id = $1 AND state = 'waiting'`, x.ID, state, next, done, why, x.tries)
		return err
	})
	return failed == nil, err
}

// quietNow says that somebody's quiet hours have begun since the message was made:
// a try that failed is repeated hours later, and one server waits for another. A
// telephone that lights up at night may be seen by whoever must not know.
type quietNow struct{ until time.Time }

func (q *quietNow) Error() string { return "quiet hours until " + q.until.Format(time.RFC3339) }

// toPerson looks once more whether the person may be reached, and sends.
func (n *Notices) toPerson(ctx context.Context, x outgoing) error {
	p, err := n.o.People.Person(ctx, x.Staff)
	if err != nil {
		return fmt.Errorf("who it is for cannot be read")
	}
	s, err := n.settingsOf(ctx, x.Staff)
	if err != nil {
		return fmt.Errorf("how they want to be told cannot be read")
	}
	wants := map[string]bool{Email: s.Email, SMS: s.SMS}[x.Channel]
	if !p.Active || !wants {
		return errUnwanted
	}
	address, err := n.verified(ctx, x.Staff, x.Channel)
	if err != nil {
		return fmt.Errorf("where it goes cannot be read")
	}
	if address == "" {
		return errUnwanted
	}
	urgent := slices.ContainsFunc(x.body.Kinds, func(k counted) bool { return n.rank(k.Kind) == 0 })
	if now := n.realm.Now(); s.Quiet.Within(now) && !(urgent && s.Urgent) {
		return &quietNow{s.Quiet.End(now)}
	}
	m := n.write(x.message, p.Language, x.body)
	if n.o.Capture {
		return n.capture(ctx, m)
	}
	return n.carry(ctx, m, address)
}

// capture keeps what a realm that sends nothing would have sent.
func (n *Notices) capture(ctx context.Context, m message) error {
	if n.o.Box != nil {
		kept, err := n.o.Box.Keep(ctx, Captured{ID: m.ID, Staff: m.Staff, Agency: m.Agency, Channel: m.Channel, Subject: m.Subject, Text: m.Text})
		if err != nil || kept {
			return err
		}
	}
	return n.realm.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO notice_captured (id, staff, agency, channel, subject, text, at) VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT (id) DO NOTHING`,
			m.ID, m.Staff, m.Agency, m.Channel, m.Subject, m.Text, n.realm.Now().UnixMilli())
		return err
	})
}

// Sweep empties the outbox of what is done and old, and the captured box.
func (n *Notices) Sweep(ctx context.Context) error {
	before := n.realm.Now().Add(-n.Rules.Delivery.Keep).UnixMilli()
	return n.realm.Store.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(`DELETE FROM notice_outbox WHERE state IN ('sent', 'dropped') AND done_at < $1`, before); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM notice_captured WHERE at < $1`, before)
		return err
	})
}

// Captured is one message that a realm which sends nothing would have sent.
type Captured struct {
	ID      string    `json:"id"`
	Staff   string    `json:"staff,omitempty"`
	Agency  string    `json:"agency"`
	Channel string    `json:"channel"`
	Subject string    `json:"subject,omitempty"`
	Text    string    `json:"text"`
	At      time.Time `json:"at"`
}

// Mailbox lists everything that would have been sent, the newest first; staff
// narrows it to one person's, "" gives all. It is for exercises: those who run
// one see what the players would have been told.
func (n *Notices) Mailbox(ctx context.Context, staff string, limit int) ([]Captured, error) {
	rows, err := n.realm.Store.Query(ctx, `SELECT id, staff, agency, channel, subject, text, at FROM notice_captured
		WHERE $1 = '' OR staff = $1 ORDER BY at DESC, id DESC LIMIT $2`, staff, limit)
	if err != nil {
		return nil, fmt.Errorf("notice: mailbox: %w", err)
	}
	defer rows.Close()
	var out []Captured
	for rows.Next() {
		var c Captured
		var at int64
		if err := rows.Scan(&c.ID, &c.Staff, &c.Agency, &c.Channel, &c.Subject, &c.Text, &at); err != nil {
			return nil, err
		}
		c.At = time.UnixMilli(at).UTC()
		out = append(out, c)
	}
	if err := rows.Err(); err != nil || n.o.Box == nil {
		return out, err
	}
	rows.Close()
	kept, err := n.o.Box.List(ctx, staff)
	if err != nil {
		return nil, err
	}
	out = append(kept, out...)
	return out[:min(limit, len(out))], nil
}

// Captures tells whether this realm keeps what it would send.
func (n *Notices) Captures() bool { return n.o.Capture }
