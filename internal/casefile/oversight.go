package casefile

import (
	"context"
	"time"

	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// Overview is the Secretariat's picture: counts and clocks, no identities.
type Overview struct {
	ByStage  map[string]int `json:"by_stage"`
	ByCounty map[string]int `json:"by_county"`
	Waiting  int            `json:"waiting"`  // alerts nobody has taken
	Danger   int            `json:"danger"`   // immediate danger not yet answered
	Detained int            `json:"detained"` // presumed victims in a cell or prison
	Overdue  int            `json:"overdue"`  // clocks that ran out
	Open     int            `json:"open"`
	Closed   int            `json:"closed"`
}

// Overview counts.
func (c *Cases) Overview(ctx context.Context, who realm.Actor) (*Overview, error) {
	if err := c.realm.Door.Realm(who.Principal, policy.OverviewView); err != nil {
		return nil, err
	}
	o := &Overview{ByStage: map[string]int{}, ByCounty: map[string]int{}}
	rows, err := c.realm.Store.Query(ctx, `SELECT stage, county, count(*), sum(waiting), sum(danger), sum(detained),
		sum(CASE WHEN due_at < $1 THEN 1 ELSE 0 END) FROM cases GROUP BY stage, county`, c.now().UnixMilli())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var stage, county string
		var n, waiting, danger, detained, overdue int
		if err := rows.Scan(&stage, &county, &n, &waiting, &danger, &detained, &overdue); err != nil {
			return nil, err
		}
		o.ByStage[stage] += n
		o.ByCounty[county] += n
		if Stage(stage) == StageClosed {
			o.Closed += n
			continue
		}
		o.Open += n
		o.Waiting += waiting
		o.Danger += danger
		o.Detained += detained
		o.Overdue += overdue
	}
	return o, rows.Err()
}

// GlassRow is one break-glass in the review queue.
type GlassRow struct {
	ID          string    `json:"id"`
	Case        string    `json:"case"`
	Ref         string    `json:"reference"`
	Staff       string    `json:"staff"`
	Agency      string    `json:"agency"`
	At          time.Time `json:"at"`
	Until       time.Time `json:"until"`
	Whereabouts bool      `json:"whereabouts"`
	Seconded    bool      `json:"seconded"`
	Agreed      bool      `json:"agreed,omitempty" doc:"The reader is the second person who agreed, and so may not review it"`
	ReviewDue   time.Time `json:"review_due"`
}

// GlassQueue lists what waits for review, the oldest first. One's own is not
// in it: nobody reviews the own opening.
func (c *Cases) GlassQueue(ctx context.Context, who realm.Actor, limit int) ([]GlassRow, error) {
	if err := c.realm.Door.Realm(who.Principal, policy.GlassReview); err != nil {
		return nil, err
	}
	rows, err := c.realm.Store.Query(ctx, `SELECT id, case_id, ref, staff, agency, at, until_at, whereabouts, second FROM glass
		WHERE reviewed = 0 AND staff <> $1 ORDER BY at LIMIT $2`, who.Staff, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []GlassRow
	for rows.Next() {
		var g GlassRow
		var at, until int64
		var second string
		if err := rows.Scan(&g.ID, &g.Case, &g.Ref, &g.Staff, &g.Agency, &at, &until, &g.Whereabouts, &second); err != nil {
			return nil, err
		}
		g.At, g.Until, g.Seconded = time.UnixMilli(at).UTC(), time.UnixMilli(until).UTC(), second != ""
		g.Agreed = second == who.Staff
		g.ReviewDue = g.At.Add(c.realm.Content.Clock("break-glass-review"))
		out = append(out, g)
	}
	return out, rows.Err()
}

// Happening is one line of a case's history, without its content.
type Happening struct {
	Seq     int64     `json:"seq"`
	Version int64     `json:"version"`
	Kind    string    `json:"kind"`
	At      time.Time `json:"at"`
	Staff   string    `json:"staff"`
	Agency  string    `json:"agency"`
	Duty    string    `json:"duty"`
	For     string    `json:"in_place_of,omitempty" doc:"The colleague on leave in whose place it was done"`
}

// History lists what happened in a case, in order.
func (c *Cases) History(ctx context.Context, who realm.Actor, id string) ([]Happening, error) {
	s, err := c.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := c.admit(who, policy.HistoryView, s); err != nil {
		return nil, err
	}
	events, err := c.realm.Ledger.Stream(ctx, Stream(s.ID), 0)
	if err != nil {
		return nil, err
	}
	out := make([]Happening, len(events))
	for i, e := range events {
		out[i] = Happening{Seq: e.Seq, Version: e.Version, Kind: e.Kind, At: e.At, Staff: e.Actor, Agency: e.Agency, Duty: e.Duty, For: inPlaceOf(e)}
	}
	return out, nil
}
