package casefile

import (
	"context"
	"fmt"
	"slices"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/store"
)

// SightRow is one case that a supervisor has in sight, with what awaits her there.
// It says nothing of the person.
type SightRow struct {
	ID       string      `json:"id"`
	Ref      string      `json:"reference"`
	Stage    Stage       `json:"stage"`
	Managers []string    `json:"managers" doc:"Staff who manage it"`
	Awaits   []Awaiting  `json:"awaits" doc:"Work of others that waits for a supervisor's word"`
	Flags    []SightFlag `json:"flags" doc:"Flags that she raised and nobody cleared"`
	Clock    string      `json:"clock,omitempty" doc:"The first clock that runs on the case"`
	Due      *time.Time  `json:"due_at,omitempty"`
	Overdue  bool        `json:"overdue" doc:"That clock has run out"`
}

// SightFlag is a flag that was raised, without its words.
type SightFlag struct {
	ID    string `json:"id"`
	Owner string `json:"owner" doc:"Staff"`
	DueOn string `json:"due_on"`
	Late  bool   `json:"late"`
}

// writeOverseers keeps who has a case in sight, for their worklists.
func writeOverseers(tx *store.Tx, s *State, e ledger.Event) error {
	switch e.Kind {
	case WorkApproved, FlagRaised, Closed, Reopened, FollowedUp: // all that can change who has it in sight
	default:
		return nil
	}
	if _, err := tx.Exec(`DELETE FROM overseers WHERE case_id = $1`, s.ID); err != nil {
		return err
	}
	staff := s.overseers()
	slices.Sort(staff)
	for _, id := range slices.Compact(staff) {
		if _, err := tx.Exec(`INSERT INTO overseers (case_id, staff) VALUES ($1, $2)`, s.ID, id); err != nil {
			return err
		}
	}
	return nil
}

// InSight lists the cases of the own agency on which work waits for a supervisor,
// and those that she keeps in sight because she gave a word on them or raised a
// flag: first where something of others waits for her, then by the first clock.
// more tells that there are others beyond the limit.
func (c *Cases) InSight(ctx context.Context, who realm.Actor, limit int) (out []SightRow, more bool, err error) {
	if err := c.realm.Door.Realm(who.Principal, policy.AgencyNeeds); err != nil {
		return nil, false, err
	}
	ids, err := c.column(ctx, `SELECT c.id FROM cases c WHERE c.holder = $1 AND (c.awaits = 1 OR c.closed_at = 0 AND
			EXISTS (SELECT 1 FROM overseers o WHERE o.case_id = c.id AND o.staff = $2))`+Near("c.id", 3)+`
		ORDER BY c.awaits DESC, c.due_at, c.id LIMIT $4`, who.Agency, who.Staff, NearTo(who), limit+1)
	if err != nil {
		return nil, false, fmt.Errorf("casefile: in sight: %w", err)
	}
	for i, id := range ids {
		if i == limit {
			return out, true, nil
		}
		s, err := c.Load(ctx, id)
		if err != nil {
			return nil, false, err
		}
		if c.admit(who, policy.CaseView, s) == nil {
			out = append(out, c.frame(who, s).sightRow(who.Staff, c.now()))
		}
	}
	return out, false, nil
}

// sightRow is what of a frame stands in a supervisor's list.
func (f *Frame) sightRow(staff string, now time.Time) SightRow {
	r := f.State.agencyRow()
	out := SightRow{ID: f.Row.ID, Ref: r.Ref, Stage: r.Stage, Managers: r.Managers, Awaits: []Awaiting{}, Flags: []SightFlag{}, Clock: f.Row.Clock, Due: f.Row.Due}
	out.Overdue = out.Due != nil && !now.Before(*out.Due)
	for _, a := range f.Awaits {
		if !a.Own(staff) {
			out.Awaits = append(out.Awaits, a)
		}
	}
	for i := range f.Flags {
		if x := &f.Flags[i]; x.Cleared == nil && x.By.Staff == staff {
			end, ok := endOfDay(x.DueOn)
			out.Flags = append(out.Flags, SightFlag{ID: x.ID, Owner: x.Owner, DueOn: x.DueOn, Late: ok && !now.Before(end)})
		}
	}
	return out
}
