package casefile

import (
	"rufaa/internal/store"
)

// caseRow is the row of a case in cases: what lists, clocks and statistics need.
// Times are milliseconds since 1970.
type caseRow struct {
	id, ref, stage, presumed, track string
	holder, alertStaff, alertAgency string
	waiting                         int
	county, sex, ageBand            string
	child                           int
	risk                            string
	danger, detained                int
	opened, closedAt                int64 // closedAt: 0 while open
	due                             int64 // Never when no clock runs
	clock                           string
	detainedSince                   int64 // 0 when she is free
	offeredTo                       string
	awaits                          int
	moved
}

// moved is what every event changes in the row.
type moved struct{ changed, version int64 }

func rowOf(s *State) caseRow {
	who := s.Subject()
	r := caseRow{
		id: s.ID, ref: s.Ref, stage: string(s.Stage), presumed: s.Presumed.Standing(), track: s.Presumed.Track,
		holder: s.Holder, alertStaff: s.AlertBy.Staff, alertAgency: s.AlertBy.Agency,
		waiting: flag(s.Manager() == nil && s.Closure == nil),
		county:  s.County, sex: who.Sex, ageBand: who.AgeBand, child: flag(who.Child),
		danger: flag(s.Danger.Immediate && s.Danger.Answered == nil), detained: flag(s.Detained),
		opened: s.OpenedAt.UnixMilli(), due: Never, awaits: flag(len(s.Awaits()) > 0),
		moved: moved{changed: s.Changed.UnixMilli(), version: s.Version},
	}
	if at, name, ok := s.NextDue(); ok {
		r.due, r.clock = at.UnixMilli(), name
	}
	if s.Closure != nil {
		r.closedAt = s.Closure.By.At.UnixMilli()
	}
	if last := s.LastSafety(); last != nil {
		r.risk = last.Level
	}
	if s.DetainedSince != nil {
		r.detainedSince = s.DetainedSince.UnixMilli()
	}
	if t := s.OpenTransfer(); t != nil {
		r.offeredTo = t.To
	}
	return r
}

// writeRow writes the row. Most events only move it along, and then its indexes
// are left alone.
func writeRow(tx *store.Tx, before, after caseRow) error {
	if before.moved = after.moved; before == after {
		_, err := tx.Exec(`UPDATE cases SET changed_at = $2, version = $3 WHERE id = $1`, after.id, after.changed, after.version)
		return err
	}
	_, err := tx.Exec(`INSERT INTO cases (id, ref, stage, presumed, track, holder, alert_staff, alert_agency, waiting, county,
			sex, age_band, child, risk, danger, detained, opened_at, changed_at, closed_at, due_at, due, version,
			detained_since, offered_to, awaits)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25)
		ON CONFLICT (id) DO UPDATE SET stage = excluded.stage, presumed = excluded.presumed, track = excluded.track,
			holder = excluded.holder, waiting = excluded.waiting, county = excluded.county, sex = excluded.sex,
			age_band = excluded.age_band, child = excluded.child, risk = excluded.risk, danger = excluded.danger,
			detained = excluded.detained, changed_at = excluded.changed_at, closed_at = excluded.closed_at,
			due_at = excluded.due_at, due = excluded.due, version = excluded.version,
			detained_since = excluded.detained_since, offered_to = excluded.offered_to, awaits = excluded.awaits`,
		after.id, after.ref, after.stage, after.presumed, after.track, after.holder, after.alertStaff, after.alertAgency,
		after.waiting, after.county, after.sex, after.ageBand, after.child, after.risk, after.danger, after.detained,
		after.opened, after.changed, after.closedAt, after.due, after.clock, after.version,
		after.detainedSince, after.offeredTo, after.awaits)
	return err
}
