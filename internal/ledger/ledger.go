package ledger

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"

	"rufaa/internal/store"
)

// Options say for which realm events are kept and who signs.
type Options struct {
	Realm    string
	Signer   note.Signer      // signs checkpoints; nil: this process never does
	Verifier note.Verifier    // checks the newest checkpoint on opening; may be nil
	Now      func() time.Time // nil: the wall clock
}

// Ledger appends and reads the events of one realm. It is safe for concurrent
// use; several processes may hold a ledger on the same store.
type Ledger struct {
	db       *store.DB
	realm    string
	signer   note.Signer
	verifier note.Verifier
	now      func() time.Time
	head     head
}

// New opens the ledger in a store. A store whose newest checkpoint does not
// fit its events is refused with *Damage: it was cut off or changed, and to
// append would bury that.
func New(ctx context.Context, db *store.DB, o Options) (*Ledger, error) {
	if err := checkName("realm", o.Realm, false); err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	l := &Ledger{db: db, realm: o.Realm, signer: o.Signer, verifier: o.Verifier, now: o.Now}
	if err := db.View(ctx, l.checkHead); err != nil {
		return nil, fmt.Errorf("ledger: open: %w", err)
	}
	return l, nil
}

// Origin is the first line of a realm's checkpoints.
func Origin(realm string) string { return "rufaa/" + realm }

// Size is how many events there are.
func (l *Ledger) Size(ctx context.Context) (int64, error) {
	var n int64
	if err := l.db.QueryRow(ctx, sizeText).Scan(&n); err != nil {
		return 0, fmt.Errorf("ledger: size: %w", err)
	}
	return n, nil
}

// sizeText relies on seq having no gap.
const sizeText = `SELECT COALESCE(max(seq), -1) + 1 FROM events`

func sizeIn(tx *store.Tx) (n int64, err error) {
	err = tx.QueryRow(sizeText).Scan(&n)
	return n, err
}

// utc is a time as events carry it: what is written is what is read back.
func utc(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
