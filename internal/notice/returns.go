package notice

import (
	"context"
	"errors"
	"fmt"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// returnClock is the clock by which a victim's own property goes back.
const returnClock = "exhibit-return"

// Again is how long after its time ran out, and after each time it was told, that
// property is owed back is told once more.
const again = 7 * 24 * time.Hour

// Owed tells that a victim's own property is owed back: when its clock comes near,
// when it runs out, and again each week. It is called by the realm's clock for
// all that is owed, tells each once, and may run in several servers.
func (n *Notices) Owed(ctx context.Context, p ReturnEvent) error {
	kind := n.owedAs(p.Due)
	if kind == "" {
		return nil
	}
	var last, version int64
	err := n.realm.Store.QueryRow(ctx, `SELECT COALESCE(max(CASE WHEN kind = $2 THEN at END), 0), count(*) FROM events WHERE stream = $1`, Stream(p.Exhibit), kind).Scan(&last, &version)
	if err != nil {
		return fmt.Errorf("notice: owed: %w", err)
	}
	if last > 0 && (kind != ReturnLate || n.realm.Now().Sub(time.UnixMilli(last)) < again) {
		return nil
	}
	_, err = n.realm.Commit(ctx, realm.Command{Actor: realm.System, Cause: "clock:notice",
		Appends: []realm.Append{{Stream: Stream(p.Exhibit), Expected: version, Drafts: []ledger.Draft{draft(kind, p)}}}})
	if errors.As(err, new(*problem.Changed)) { // another server told it
		return nil
	}
	return err
}

// owedAs is what is told now; "" while there is time.
func (n *Notices) owedAs(due time.Time) string {
	switch late := n.realm.Now().Sub(due); {
	case late >= again:
		return ReturnLate
	case late >= 0:
		return ReturnOut
	case -late <= n.Rules.near(returnClock):
		return ReturnNear
	}
	return ""
}
