package notice

import (
	"context"
	"errors"
	"fmt"

	"rufaa/internal/casefile"
	"rufaa/internal/ledger"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// nextNear is the next moment after one at which a clock of the case is near or
// has run out, in Unix milliseconds; 0 when there is none.
func (n *Notices) nextNear(s *casefile.State, after int64) int64 {
	var next int64
	for _, c := range s.Clocks() {
		for _, at := range n.moments(c) {
			if at > after && (next == 0 || at < next) {
				next = at
			}
		}
	}
	return next
}

// moments are when a clock is told: when it is near, and when it has run out.
func (n *Notices) moments(c casefile.Running) [2]int64 {
	return [2]int64{c.At.Add(-n.Rules.near(c.Clock)).UnixMilli(), c.At.UnixMilli()}
}

// batch is how many cases, notices or messages one pass takes.
const batch = 100

// Remind tells of every clock that came near. It is called by the realm's
// clock and may run in several servers: the case's version and the moment that
// was watched let one of them through.
func (n *Notices) Remind(ctx context.Context) (told int, err error) {
	now := n.realm.Now().UnixMilli()
	rows, err := n.realm.Store.Query(ctx, `SELECT case_id, next_at FROM notice_watch WHERE next_at <= $1 ORDER BY next_at LIMIT $2`, now, batch)
	if err != nil {
		return 0, fmt.Errorf("notice: clocks: %w", err)
	}
	type due struct {
		id string
		at int64
	}
	var list []due
	for rows.Next() {
		var d due
		if err := rows.Scan(&d.id, &d.at); err != nil {
			rows.Close()
			return 0, err
		}
		list = append(list, d)
	}
	rows.Close()
	if err := rows.Err(); err != nil {
		return 0, err
	}
	for _, d := range list {
		err := n.remind(ctx, d.id, d.at, now)
		switch {
		case errors.As(err, new(*problem.Changed)): // the case moved on this moment: the next pass looks again
		case err != nil:
			return told, err
		default:
			told++
		}
	}
	return told, nil
}

func (n *Notices) remind(ctx context.Context, caseID string, from, now int64) error {
	s, err := n.cases.Load(ctx, caseID)
	if err != nil {
		return err
	}
	manager := ""
	if m := s.Manager(); m != nil {
		manager = m.Staff
	}
	ev := NearEvent{Case: caseID, Holder: s.Holder, Next: n.nextNear(s, now)}
	for _, c := range s.Clocks() {
		told := false
		for _, at := range n.moments(c) {
			told = told || at >= from && at <= now
		}
		if !told {
			continue
		}
		one := NearOne{Clock: c.Clock, Item: c.Item, Staff: c.Staff, Due: c.At, Out: c.At.UnixMilli() <= now}
		if one.Staff == "" {
			one.Staff = manager
		}
		ev.Items = append(ev.Items, one)
		if cover := s.CoveredBy(one.Staff, n.realm.Now()); cover != "" { // on leave: whoever covers is told too
			one.Staff = cover
			ev.Items = append(ev.Items, one)
		}
	}
	digest, err := n.realm.Digest("notice.clocks", caseID, from)
	if err != nil {
		return err
	}
	_, err = n.realm.Commit(ctx, realm.Command{
		Actor: realm.System, Cause: "clock:notice", Digest: digest, Key: fmt.Sprintf("near:%s:%d", caseID, from),
		Guards:  []realm.Guard{{Stream: casefile.Stream(caseID), Version: s.Version}},
		Appends: []realm.Append{{Stream: Stream(caseID), Expected: ledger.AnyVersion, Drafts: []ledger.Draft{draft(ClocksNear, ev)}}},
	})
	return err
}
