package casefile

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
	"rufaa/internal/vault"
)

// projection folds case events into case_state, cases, team and glass. All of
// them can be thrown away and folded again (rufaa rebuild).
type projection struct{ cases *Cases }

// Kinds are the case events.
func (projection) Kinds() []string { return []string{"case."} }

// Reset empties the read models.
func (projection) Reset(tx *store.Tx) error {
	for _, table := range []string{"case_state", "cases", "team", "glass", "kept_away", "panel_seats", "overseers"} {
		if _, err := tx.Exec(`DELETE FROM ` + table); err != nil {
			return err
		}
	}
	return nil
}

// Apply folds the events of one case and writes what changed.
func (p projection) Apply(tx *store.Tx, events []ledger.Event) error {
	shelf := p.cases.shelf
	s, err := shelf.fold(tx, strings.TrimPrefix(events[0].Stream, "case/"))
	if err != nil {
		return err
	}
	for _, e := range events {
		if err := s.Fold(e); err != nil {
			return err
		}
		if err := writeGlass(tx, s, e); err != nil {
			return err
		}
		if err := writeAway(tx, s, e); err != nil {
			return err
		}
		if err := writeOverseers(tx, s, e); err != nil {
			return err
		}
		if strings.HasPrefix(e.Kind, "case.panel_") {
			if err := writeSeats(tx, s); err != nil {
				return err
			}
		}
		if p.cases.happened == nil {
			continue
		}
		if err := p.cases.happened(tx, s, e); err != nil {
			return err
		}
	}
	tx.AfterCommit(func() { shelf.put(s) })
	return write(tx, s, touchesTeam(events))
}

// touchesTeam tells whether the team's rows must be written anew; most events
// leave membership alone and only move the due time along.
func touchesTeam(events []ledger.Event) bool {
	return slices.ContainsFunc(events, func(e ledger.Event) bool {
		return e.Kind == Taken || e.Kind == TeamJoined || e.Kind == TeamLeft || e.Kind == CoverEnded || e.Kind == Alerted || e.Kind == TransferAnswered
	})
}

func write(tx *store.Tx, s *State, team bool) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO case_state (id, version, state) VALUES ($1, $2, $3)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, state = excluded.state`, s.ID, s.Version, raw); err != nil {
		return err
	}
	due, clock := int64(math.MaxInt64), ""
	if at, name, ok := s.NextDue(); ok {
		due, clock = at.UnixMilli(), name
	}
	closedAt := int64(0)
	if s.Closure != nil {
		closedAt = s.Closure.By.At.UnixMilli()
	}
	risk := ""
	if last := s.LastSafety(); last != nil {
		risk = last.Level
	}
	who := s.Subject()
	_, err = tx.Exec(`INSERT INTO cases (id, ref, stage, presumed, track, holder, alert_staff, alert_agency, waiting, county,
			sex, age_band, child, risk, danger, detained, opened_at, changed_at, closed_at, due_at, due, version,
			detained_since, offered_to, awaits)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25)
		ON CONFLICT (id) DO UPDATE SET stage = excluded.stage, presumed = excluded.presumed, track = excluded.track,
			holder = excluded.holder, waiting = excluded.waiting, county = excluded.county, sex = excluded.sex,
			age_band = excluded.age_band, child = excluded.child, risk = excluded.risk, danger = excluded.danger,
			detained = excluded.detained, changed_at = excluded.changed_at, closed_at = excluded.closed_at,
			due_at = excluded.due_at, due = excluded.due, version = excluded.version,
			detained_since = excluded.detained_since, offered_to = excluded.offered_to, awaits = excluded.awaits`,
		s.ID, s.Ref, string(s.Stage), s.Presumed.Standing(), s.Presumed.Track, s.Holder, s.AlertBy.Staff, s.AlertBy.Agency,
		flag(s.Manager() == nil && s.Closure == nil), s.County, who.Sex, who.AgeBand, flag(who.Child), risk,
		flag(s.Danger.Immediate && s.Danger.Answered == nil), flag(s.Detained), s.OpenedAt.UnixMilli(), s.Changed.UnixMilli(),
		closedAt, due, clock, s.Version, s.detainedSince(), s.offeredTo(), flag(len(s.Awaits()) > 0))
	if err != nil {
		return err
	}
	return writeTeam(tx, s, team, due)
}

// detainedSince is a column: milliseconds since 1970, 0 when she is free.
func (s *State) detainedSince() int64 {
	if s.DetainedSince == nil {
		return 0
	}
	return s.DetainedSince.UnixMilli()
}

func (s *State) offeredTo() string {
	if t := s.OpenTransfer(); t != nil {
		return t.To
	}
	return ""
}

func writeTeam(tx *store.Tx, s *State, all bool, due int64) error {
	closed := flag(s.Closure != nil)
	if !all {
		_, err := tx.Exec(`UPDATE team SET closed = $2, due_at = $3 WHERE case_id = $1 AND (closed <> $2 OR due_at <> $3)`, s.ID, closed, due)
		return err
	}
	if _, err := tx.Exec(`DELETE FROM team WHERE case_id = $1`, s.ID); err != nil {
		return err
	}
	for i := range s.Team {
		m := &s.Team[i]
		if m.Until != nil {
			continue
		}
		covers, err := coversText(m)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO team (case_id, staff, agency, duty, closed, due_at, ends_at, own, covers) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)`,
			s.ID, m.Staff, m.Agency, m.Duty, closed, due, m.nextEnd(), flag(m.Own()), covers); err != nil {
			return err
		}
	}
	return nil
}

func coversText(m *Member) (string, error) {
	if len(m.Covers) == 0 {
		return "", nil
	}
	raw, err := json.Marshal(m.Covers)
	return string(raw), err
}

// writeAway keeps who is kept away, so that no list reads a row for them.
func writeAway(tx *store.Tx, s *State, e ledger.Event) error {
	if e.Kind != KeptAway && e.Kind != LetBackIn {
		return nil
	}
	if _, err := tx.Exec(`DELETE FROM kept_away WHERE case_id = $1`, s.ID); err != nil {
		return err
	}
	for i := range s.Away {
		if s.Away[i].Ended != nil {
			continue
		}
		if _, err := tx.Exec(`INSERT INTO kept_away (case_id, staff) VALUES ($1, $2)`, s.ID, s.Away[i].Staff); err != nil {
			return err
		}
	}
	return nil
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// writeGlass keeps the list of openings that are to be reviewed.
func writeGlass(tx *store.Tx, s *State, e ledger.Event) error {
	if e.Kind != GlassBroken && e.Kind != GlassSeconded && e.Kind != GlassReviewed {
		return nil
	}
	var about struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(e.Payload, &about); err != nil {
		return err
	}
	g := s.glass(about.ID)
	if g == nil {
		return nil
	}
	second := ""
	if g.Second != nil {
		second = g.Second.Staff
	}
	_, err := tx.Exec(`INSERT INTO glass (id, case_id, ref, staff, agency, at, until_at, whereabouts, second, reviewed)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)
		ON CONFLICT (id) DO UPDATE SET second = excluded.second, reviewed = excluded.reviewed`,
		g.ID, s.ID, s.Ref, g.By.Staff, g.By.Agency, g.By.At.UnixMilli(), g.Until.UnixMilli(),
		flag(slices.Contains(g.Compartments, string(vault.Whereabouts))), second, flag(g.Reviewed != nil))
	return err
}

// Never is the due time of a case on which no clock runs.
const Never = int64(math.MaxInt64)

// dueTime turns a column back into a time; ok=false when no clock runs.
func dueTime(ms int64) (time.Time, bool) {
	if ms == Never {
		return time.Time{}, false
	}
	return time.UnixMilli(ms).UTC(), true
}
