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

// projection folds case events into case_snapshots, cases, team and glass. All of
// them can be thrown away and folded again (rufaa rebuild).
type projection struct{ cases *Cases }

// Kinds are the case events.
func (projection) Kinds() []string { return []string{"case."} }

// Reset empties the read models.
func (projection) Reset(tx *store.Tx) error {
	for _, table := range []string{"case_snapshots", "cases", "team", "glass", "kept_away", "panel_seats", "overseers"} {
		if _, err := tx.Exec(`DELETE FROM ` + table); err != nil {
			return err
		}
	}
	return nil
}

// Apply folds the events of one case and writes what changed.
func (p projection) Apply(tx *store.Tx, events []ledger.Event) error {
	s, err := p.cases.shelf.fold(tx, strings.TrimPrefix(events[0].Stream, "case/"), events[0].Version-1)
	if err != nil {
		return err
	}
	before := caseRow{}
	if s.Exists() {
		before = rowOf(s)
	}
	for _, e := range events {
		if err := p.one(tx, s, e); err != nil {
			return err
		}
	}
	p.cases.shelf.put(tx, s)
	after := rowOf(s)
	if err := writeRow(tx, before, after); err != nil {
		return err
	}
	return writeTeam(tx, s, touchesTeam(events), before, after)
}

// one folds one event, with what is written for it alone.
func (p projection) one(tx *store.Tx, s *State, e ledger.Event) error {
	if err := s.Fold(e); err != nil {
		return err
	}
	for _, write := range []func(*store.Tx, *State, ledger.Event) error{writeGlass, writeAway, writeOverseers} {
		if err := write(tx, s, e); err != nil {
			return err
		}
	}
	if strings.HasPrefix(e.Kind, "case.panel_") {
		if err := writeSeats(tx, s); err != nil {
			return err
		}
	}
	if s.Version%snapshotEvery == 0 {
		if err := writeSnapshot(tx, s); err != nil {
			return err
		}
	}
	if p.cases.happened == nil {
		return nil
	}
	return p.cases.happened(tx, s, e)
}

// touchesTeam tells whether the team's rows must be written anew; most events
// leave membership alone and only move the due time along.
func touchesTeam(events []ledger.Event) bool {
	return slices.ContainsFunc(events, func(e ledger.Event) bool {
		return e.Kind == Taken || e.Kind == TeamJoined || e.Kind == TeamLeft || e.Kind == CoverEnded || e.Kind == Alerted || e.Kind == TransferAnswered
	})
}

// writeTeam writes the rows of the team, or only moves along in them what repeats
// the case's own row.
func writeTeam(tx *store.Tx, s *State, all bool, before, after caseRow) error {
	closed := flag(after.closedAt != 0)
	if !all {
		if before.due == after.due && before.closedAt == after.closedAt {
			return nil
		}
		_, err := tx.Exec(`UPDATE team SET closed = $2, due_at = $3 WHERE case_id = $1 AND (closed <> $2 OR due_at <> $3)`, s.ID, closed, after.due)
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
			s.ID, m.Staff, m.Agency, m.Duty, closed, after.due, m.nextEnd(), flag(m.Own()), covers); err != nil {
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
