package notice

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"rufaa/internal/store"
)

// errRaced says that another server did it this moment.
var errRaced = errors.New("another server did it")

// told is a notice that is news, with whom it is for.
type told struct {
	id, kind string
	at       time.Time
	actor    string // who caused it and is not told
	addressee
}

// pending is one line of the table notice_pending.
type pending struct {
	id, notice, staff, agency, channel, kind string
	due                                      time.Time
}

// stale is how old a notice may be to be sent at all: what a rebuild or a
// restored backup brings back is no news.
const stale = 24 * time.Hour

// Spread finds out whom the new notices are to be sent to, by which channel and
// when. It moves on from event to event, so that nothing is spread twice; it
// may run in several servers.
func (n *Notices) Spread(ctx context.Context) (more bool, err error) {
	var from int64
	err = n.realm.Store.QueryRow(ctx, `SELECT seq FROM notice_cursor WHERE id = 1`).Scan(&from)
	if err != nil && !errors.Is(err, store.ErrNoRow) {
		return false, fmt.Errorf("notice: cursor: %w", err)
	}
	list, last, err := n.newNotices(ctx, from)
	if err != nil || last == from {
		return false, err
	}
	var out []pending
	for _, t := range list {
		if n.realm.Now().Sub(t.at) > stale {
			continue
		}
		p, err := n.spreadOne(ctx, t)
		if err != nil {
			return false, err
		}
		out = append(out, p...)
	}
	err = n.realm.Store.Write(ctx, func(tx *store.Tx) error {
		moved, err := tx.Exec(`INSERT INTO notice_cursor (id, seq) VALUES (1, $1)
			ON CONFLICT (id) DO UPDATE SET seq = excluded.seq WHERE notice_cursor.seq = $2`, last, from)
		if err == nil && moved == 0 {
			err = errRaced
		}
		if err != nil {
			return err
		}
		for _, p := range out {
			if _, err := tx.Exec(`INSERT INTO notice_pending (id, notice, staff, agency, channel, kind, due_at) VALUES ($1,$2,$3,$4,$5,$6,$7)
				ON CONFLICT (id) DO NOTHING`, p.id, p.notice, p.staff, p.agency, p.channel, p.kind, p.due.UnixMilli()); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, errRaced) {
		return true, nil
	}
	return true, err
}

// newNotices are the notices of the next events, of each event all.
func (n *Notices) newNotices(ctx context.Context, from int64) (list []told, last int64, err error) {
	last = from
	rows, err := n.realm.Store.Query(ctx, `SELECT id, kind, staff, agency, duty, at, seq, actor FROM notices WHERE seq > $1 AND seq <= (
		SELECT MAX(seq) FROM (SELECT seq FROM notices WHERE seq > $1 ORDER BY seq LIMIT $2) AS first) ORDER BY seq`, from, batch)
	if err != nil {
		return nil, from, fmt.Errorf("notice: new: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var t told
		var at int64
		if err := rows.Scan(&t.id, &t.kind, &t.staff, &t.agency, &t.duty, &at, &last, &t.actor); err != nil {
			return nil, from, err
		}
		t.at = time.UnixMilli(at).UTC()
		list = append(list, t)
	}
	return list, last, rows.Err()
}

// spreadOne finds the persons behind one notice, and the agencies whose own
// systems want to know.
func (n *Notices) spreadOne(ctx context.Context, t told) ([]pending, error) {
	k := n.Rules.Kind(t.kind)
	if k == nil {
		return nil, nil
	}
	var people []Person
	if t.staff != "" {
		p, err := n.o.People.Person(ctx, t.staff)
		if err != nil {
			return nil, err
		}
		people = []Person{p}
	} else {
		var err error
		if people, err = n.o.People.With(ctx, t.agency, t.duty); err != nil {
			return nil, err
		}
	}
	now := n.realm.Now()
	agencies := map[string]bool{}
	if t.agency != "" {
		agencies[t.agency] = true
	}
	var out []pending
	for _, p := range people {
		if !p.Active || p.ID == t.actor {
			continue
		}
		agencies[p.Agency] = true
		s, err := n.settingsOf(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		for channel, wanted := range map[string]bool{Email: s.Email, SMS: s.SMS} {
			if wanted {
				out = append(out, pending{t.id + "." + p.ID + "." + channel, t.id, p.ID, p.Agency, channel, t.kind, s.due(k, now)})
			}
		}
	}
	for agency := range agencies {
		active, err := n.hookActive(ctx, agency)
		if err != nil {
			return nil, err
		}
		if active {
			at := now
			if k.Vague {
				at = n.standard().due(k, now)
			}
			out = append(out, pending{t.id + "." + agency + "." + Webhook, t.id, "", agency, Webhook, t.kind, at})
		}
	}
	return out, nil
}

// due is when a kind is told to somebody with these settings.
func (s Settings) due(k *Kind, now time.Time) time.Time {
	at := now
	if k.Urgency == Calm || k.Urgency == Soon && s.Digest == "daily" {
		if digest, ok := ClockTime(s.At); ok {
			at = next(now, digest)
		}
	}
	if s.Quiet.Within(at) && !(k.Urgency == Now && s.Urgent) {
		at = s.Quiet.End(at)
	}
	return at
}

// group is what one message will tell of.
type group struct{ staff, agency, channel string }

// Gather makes messages of what is due: one for each person and channel, one
// for each notice to an agency's system. What was seen or settled meanwhile is
// no longer told.
func (n *Notices) Gather(ctx context.Context) (messages int, err error) {
	now := n.realm.Now()
	err = n.realm.Store.Write(ctx, func(tx *store.Tx) error {
		list, err := duePending(tx, now)
		if err != nil {
			return err
		}
		groups := map[group][]pending{}
		var order []group
		for _, p := range list {
			g := group{p.staff, p.agency, p.channel}
			if groups[g] == nil {
				order = append(order, g)
			}
			groups[g] = append(groups[g], p)
		}
		for _, g := range order {
			made, err := n.gather(tx, g, groups[g], now)
			if err != nil {
				return err
			}
			messages += made
		}
		return nil
	})
	return messages, err
}

func duePending(tx *store.Tx, now time.Time) ([]pending, error) {
	rows, err := tx.Query(`SELECT id, notice, staff, agency, channel, kind FROM notice_pending WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2`, now.UnixMilli(), 5*batch)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []pending
	for rows.Next() {
		var p pending
		if err := rows.Scan(&p.id, &p.notice, &p.staff, &p.agency, &p.channel, &p.kind); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

func (n *Notices) gather(tx *store.Tx, g group, list []pending, now time.Time) (made int, err error) {
	if g.channel != Webhook {
		hurry := false
		for _, p := range list {
			hurry = hurry || n.rank(p.kind) == 0
		}
		wait, err := n.justWrote(tx, g, now)
		if err != nil {
			return 0, err
		}
		if wait > 0 && !hurry {
			for _, p := range list {
				if _, err := tx.Exec(`UPDATE notice_pending SET due_at = $2 WHERE id = $1`, p.id, now.Add(wait).UnixMilli()); err != nil {
					return 0, err
				}
			}
			return 0, nil
		}
	}
	b := body{At: now}
	for _, p := range list {
		if _, err := tx.Exec(`DELETE FROM notice_pending WHERE id = $1`, p.id); err != nil {
			return made, err
		}
		var duty string
		err := tx.QueryRow(`SELECT duty FROM notices n WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM notices_seen s WHERE s.notice = n.id AND s.staff = $2)`,
			p.notice, p.staff).Scan(&duty)
		if errors.Is(err, store.ErrNoRow) {
			continue // seen in the page, or settled
		}
		if err != nil {
			return made, err
		}
		if g.channel == Webhook {
			if err := n.putOut(tx, g, body{At: now, Duty: duty, Kinds: []counted{{p.kind, 1}}}); err != nil {
				return made, err
			}
			made++
			continue
		}
		b.add(p.kind)
	}
	if len(b.Kinds) == 0 {
		return made, nil
	}
	return made + 1, n.putOut(tx, g, b)
}

func (b *body) add(kind string) {
	for i := range b.Kinds {
		if b.Kinds[i].Kind == kind {
			b.Kinds[i].Count++
			return
		}
	}
	b.Kinds = append(b.Kinds, counted{kind, 1})
}

// justWrote tells how long somebody is left in peace after a message.
func (n *Notices) justWrote(tx *store.Tx, g group, now time.Time) (time.Duration, error) {
	var last int64
	err := tx.QueryRow(`SELECT COALESCE(MAX(made_at), 0) FROM notice_outbox WHERE staff = $1 AND channel = $2 AND made_at > $3`,
		g.staff, g.channel, now.Add(-n.Rules.Delivery.Gap).UnixMilli()).Scan(&last)
	if err != nil || last == 0 {
		return 0, err
	}
	return time.UnixMilli(last).Add(n.Rules.Delivery.Gap).Sub(now), nil
}

// putOut writes one message into the outbox.
func (n *Notices) putOut(tx *store.Tx, g group, b body) error {
	raw, err := json.Marshal(b)
	if err != nil {
		return err
	}
	now := n.realm.Now().UnixMilli()
	_, err = tx.Exec(`INSERT INTO notice_outbox (id, staff, agency, channel, body, state, tries, next_at, failure, made_at, done_at)
		VALUES ($1,$2,$3,$4,$5,'waiting',0,$6,'',$6,0)`, n.realm.NewID(), g.staff, g.agency, g.channel, raw, now)
	return err
}
