package notice

import (
	"context"
	"errors"
	"fmt"

	"rufaa/internal/courier"
	"rufaa/internal/store"
)

// LRS is the channel of statements to a learning record store. They are of
// nobody's choosing and for no person: the operator sets the one address that
// they go to, from an exercise as well. Their times are the wall's, because the
// store's are: a scenario's clock that stands must not keep them.
const LRS = "lrs"

// Tells tells whether a learning record store is set up.
func (n *Notices) Tells() bool { return n.o.Outlets.Statement != nil }

// Hand puts a statement into the outbox, in a transaction of the room whose it
// is. The id is the statement's own; twice is once.
func (n *Notices) Hand(tx *store.Tx, id string, statement []byte) error {
	_, err := tx.Exec(`INSERT INTO notice_outbox (id, staff, agency, channel, body, state, tries, next_at, failure, made_at, done_at)
		VALUES ($1,'','',$2,$3,'waiting',0,0,'',$4,0) ON CONFLICT (id) DO NOTHING`, id, LRS, statement, n.o.Wall().UnixMilli())
	if err != nil {
		return fmt.Errorf("notice: hand over %s: %w", id, err)
	}
	return nil
}

// sendStatements hands over what is due, one after the other. A store that
// fails for now is left alone for a while, with everything that waits for it:
// people's messages do not wait behind it.
func (n *Notices) sendStatements(ctx context.Context) error {
	if !n.Tells() {
		return nil
	}
	for ctx.Err() == nil {
		list, err := n.claim(ctx, n.o.Wall(), `channel = 'lrs'`, 1)
		if err != nil || len(list) == 0 {
			return err
		}
		failed := n.o.Outlets.Statement(ctx, list[0].ID, list[0].raw)
		if ctx.Err() != nil {
			return nil // shutting down: the claim runs out by itself
		}
		if err := n.settle(ctx, list[0], failed); err != nil {
			return err
		}
		if failed != nil && !courier.Lasting(failed) {
			return nil
		}
	}
	return nil
}

// settle notes how the handing over of a statement went. It never dies of a
// store that is away: it is tried again at the longest interval.
func (n *Notices) settle(ctx context.Context, x outgoing, failed error) error {
	now, tries := n.o.Wall(), n.Rules.Delivery.Tries
	if failed != nil {
		n.o.Log.Warn("statement", "realm", n.realm.Name, "id", x.ID, "try", x.tries, "why", failed.Error())
	}
	return n.realm.Store.Write(ctx, func(tx *store.Tx) error {
		switch {
		case failed == nil:
			_, err := tx.Exec(`UPDATE notice_outbox SET state = 'sent', next_at = 0, failure = '', done_at = $2 WHERE id = $1 AND state = 'waiting'`, x.ID, n.realm.Now().UnixMilli())
			return err
		case courier.Lasting(failed):
			_, err := tx.Exec(`UPDATE notice_outbox SET state = 'dead', next_at = 0, failure = $3, done_at = $2 WHERE id = $1 AND state = 'waiting'`, x.ID, n.realm.Now().UnixMilli(), failed.Error())
			return err
		}
		next := now.Add(tries[min(x.tries, len(tries))-1]).UnixMilli()
		_, err := tx.Exec(`UPDATE notice_outbox SET next_at = $2, failure = $3 WHERE id = $1 AND state = 'waiting'`, x.ID, next, failed.Error())
		_, held := tx.Exec(`UPDATE notice_outbox SET next_at = $1 WHERE channel = 'lrs' AND state = 'waiting' AND next_at < $1`, next)
		return errors.Join(err, held)
	})
}
