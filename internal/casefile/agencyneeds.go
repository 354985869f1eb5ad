package casefile

import (
	"context"
	"fmt"
	"strings"
	"time"

	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// AgencyNeeds is what a whole agency has to see to now, for whoever answers for
// it. It names cases by reference and colleagues by duty, and nothing of the
// persons: not sex, not age, not where they are.
type AgencyNeeds struct {
	Waiting  int         `json:"waiting" doc:"Alerts that nobody has taken"`
	Offered  int         `json:"offered" doc:"Whole cases that another agency asks to hand over"`
	Awaited  int         `json:"awaited" doc:"Work that waits for a second pair of eyes"`
	Detained int         `json:"detained" doc:"Behind a lock"`
	Danger   int         `json:"danger" doc:"Immediate dangers that nobody answered"`
	Overdue  int         `json:"overdue" doc:"Cases whose first clock has run out"`
	Soon     int         `json:"soon" doc:"Cases whose first clock runs out within two days"`
	Open     int         `json:"open" doc:"Open cases in all"`
	Cases    []AgencyRow `json:"cases" doc:"The most urgent of them"`
}

// AgencyRow is one case in the agency's list.
type AgencyRow struct {
	Ref      string     `json:"reference"`
	Stage    Stage      `json:"stage"`
	Danger   bool       `json:"danger"`
	Detained bool       `json:"detained"`
	Waiting  bool       `json:"waiting"`
	Clock    string     `json:"clock,omitempty"`
	Due      *time.Time `json:"due_at,omitempty"`
	Since    *time.Time `json:"detained_since,omitempty" doc:"Behind a lock since"`
	Managers []string   `json:"managers" doc:"Staff who manage it"`
}

// soon is how far ahead an agency's head looks.
const soon = 48 * time.Hour

// agencyRows is how many cases the list names.
const agencyRows = 50

// Needs tells what the person's agency has to see to now.
func (c *Cases) Needs(ctx context.Context, who realm.Actor) (*AgencyNeeds, error) {
	if err := c.realm.Door.Realm(who.Principal, policy.AgencyNeeds); err != nil {
		return nil, err
	}
	out, now := &AgencyNeeds{Cases: []AgencyRow{}}, c.now()
	counts := []struct {
		into  *int
		where string
	}{
		{&out.Waiting, `waiting = 1 AND closed_at = 0`},
		{&out.Awaited, `awaits = 1`},
		{&out.Detained, `detained = 1 AND closed_at = 0`},
		{&out.Danger, `danger = 1 AND closed_at = 0`},
		{&out.Overdue, `closed_at = 0 AND due_at < $2`},
		{&out.Soon, `closed_at = 0 AND due_at >= $2 AND due_at < $3`},
		{&out.Open, `closed_at = 0`},
	}
	var columns []string
	var into []any
	for _, x := range counts { // one look at the agency's cases, not one for each count
		columns, into = append(columns, `COALESCE(SUM(CASE WHEN `+x.where+` THEN 1 ELSE 0 END), 0)`), append(into, x.into)
	}
	err := c.realm.Store.QueryRow(ctx, `SELECT `+strings.Join(columns, ", ")+` FROM cases WHERE holder = $1`,
		who.Agency, now.UnixMilli(), now.Add(soon).UnixMilli()).Scan(into...)
	if err != nil {
		return nil, fmt.Errorf("casefile: needs of an agency: %w", err)
	}
	if err := c.realm.Store.QueryRow(ctx, `SELECT count(*) FROM cases WHERE offered_to = $1`, who.Agency).Scan(&out.Offered); err != nil {
		return nil, fmt.Errorf("casefile: needs of an agency: %w", err)
	}
	ids, err := c.column(ctx, `SELECT id FROM cases WHERE holder = $1 AND closed_at = 0 AND (due_at < $2 OR danger = 1 OR detained = 1 OR waiting = 1)
		ORDER BY danger DESC, detained DESC, due_at, id LIMIT $3`, who.Agency, now.Add(soon).UnixMilli(), agencyRows)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		s, err := c.Load(ctx, id)
		if err != nil {
			return nil, err
		}
		out.Cases = append(out.Cases, s.agencyRow())
	}
	return out, nil
}

func (s *State) agencyRow() AgencyRow {
	r := s.row()
	out := AgencyRow{Ref: r.Ref, Stage: r.Stage, Danger: r.Danger, Detained: r.Detained, Waiting: r.Waiting, Clock: r.Clock, Due: r.Due, Since: r.Since, Managers: []string{}}
	for i := range s.Team {
		if m := &s.Team[i]; m.Until == nil && m.Agency == s.Holder && m.Duty == "case_manager" {
			out.Managers = append(out.Managers, m.Staff)
		}
	}
	return out
}
