package measure

import (
	"cmp"
	"context"
	"slices"
	"time"

	"rufaa/internal/directory"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// Gap is how one need stands in one county.
type Gap struct {
	County  string `json:"county"`
	Service string `json:"service"`
	// Providers that say they help with it there; of a confidential one no more
	// than that it is.
	Providers int   `json:"providers"`
	Open      Count `json:"open"`     // needs that nobody meets
	Declined  Count `json:"declined"` // requests turned away
	// Waiting is the age of the middle of the open needs, in days; -1 unknown
	// or too few.
	Waiting int `json:"waiting_days"`
}

// Refused is how often requests were turned away for a reason.
type Refused struct {
	Reason string `json:"reason"` // vocabulary referral-decline-reasons
	Count  Count  `json:"count"`
}

// Gaps is the map of unmet need.
type Gaps struct {
	Service string    `json:"service,omitempty"` // category it was asked for; "" is all
	Rows    []Gap     `json:"rows"`
	Refused []Refused `json:"refused"`
	// Answers is how long receivers took to answer, the middle in minutes; -1
	// unknown or too few.
	Answers int `json:"answer_minutes"`
}

// cell is a county and a service.
type cell struct{ county, service string }

// Gaps counts where in the country which need has no provider, how long people
// wait and why they were turned away, since a moment. service narrows it.
func (m *Measures) Gaps(ctx context.Context, who realm.Actor, d *directory.Directory, service string, since time.Time) (*Gaps, error) {
	if err := m.realm.Door.Realm(who.Principal, policy.GapsView); err != nil {
		return nil, err
	}
	open, err := m.openNeeds(ctx, service)
	if err != nil {
		return nil, err
	}
	declined, reasons, answers, err := m.answers(ctx, service, since)
	if err != nil {
		return nil, err
	}
	out := &Gaps{Service: service, Answers: quantile(answers, len(answers), .5), Refused: refusals(reasons)}
	cells := map[cell]bool{}
	for c := range open {
		cells[c] = true
	}
	for c := range declined {
		cells[c] = true
	}
	now := m.realm.Now()
	for c := range cells {
		found, err := d.Find(ctx, who, directory.Query{Services: []string{c.service}, County: c.county, Size: 1})
		if err != nil {
			return nil, err
		}
		out.Rows = append(out.Rows, Gap{County: c.county, Service: c.service, Providers: found.Total, Open: few(len(open[c])),
			Declined: few(declined[c]), Waiting: waiting(open[c], now)})
	}
	hideRows(out.Rows, open, declined)
	slices.SortFunc(out.Rows, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(a.Providers, b.Providers), cmp.Compare(b.Open.N, a.Open.N), cmp.Compare(a.County, b.County), cmp.Compare(a.Service, b.Service))
	})
	return out, nil
}

// hideRows takes out what could be worked out from a service's other counties.
func hideRows(rows []Gap, open map[cell][]time.Time, declined map[cell]int) {
	by := map[string][]int{}
	for i := range rows {
		by[rows[i].Service] = append(by[rows[i].Service], i)
	}
	for _, list := range by {
		needs, turned := make([]int, len(list)), make([]int, len(list))
		for k, i := range list {
			c := cell{rows[i].County, rows[i].Service}
			needs[k], turned[k] = len(open[c]), declined[c]
		}
		for k, c := range Hide(needs) {
			rows[list[k]].Open = c
			if c.Hidden {
				rows[list[k]].Waiting = -1
			}
		}
		for k, c := range Hide(turned) {
			rows[list[k]].Declined = c
		}
	}
}

func refusals(reasons map[string]int) []Refused {
	ids := make([]string, 0, len(reasons))
	for id := range reasons {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	values := make([]int, len(ids))
	for i, id := range ids {
		values[i] = reasons[id]
	}
	out := make([]Refused, len(ids))
	for i, c := range Hide(values) {
		out[i] = Refused{ids[i], c}
	}
	slices.SortStableFunc(out, func(a, b Refused) int { return cmp.Compare(b.Count.N, a.Count.N) })
	return out
}

// openNeeds are the needs that nobody meets now, with since when.
func (m *Measures) openNeeds(ctx context.Context, service string) (map[cell][]time.Time, error) {
	rows, err := m.realm.Store.Query(ctx, `SELECT c.county, n.service, n.since FROM measure_needs n JOIN measure_cases c ON c.case_id = n.case_id
		WHERE n.state = 'open' AND ($1 = '' OR n.service = $1)`, service)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[cell][]time.Time{}
	for rows.Next() {
		var c cell
		var since int64
		if err := rows.Scan(&c.county, &c.service, &since); err != nil {
			return nil, err
		}
		out[c] = append(out[c], time.UnixMilli(since))
	}
	return out, rows.Err()
}

// answers are what receivers said: refusals by cell and by reason, and how long
// every answer took.
func (m *Measures) answers(ctx context.Context, service string, since time.Time) (map[cell]int, map[string]int, []time.Duration, error) {
	rows, err := m.realm.Store.Query(ctx, `SELECT c.county, r.service, r.sent_at, r.answered_at, r.outcome, r.reason
		FROM measure_referrals r JOIN measure_cases c ON c.case_id = r.case_id
		WHERE r.outcome IN ('accepted', 'declined') AND r.sent_at >= $2 AND ($1 = '' OR r.service = $1)`, service, since.UnixMilli())
	if err != nil {
		return nil, nil, nil, err
	}
	defer rows.Close()
	declined, reasons := map[cell]int{}, map[string]int{}
	var took []time.Duration
	for rows.Next() {
		var c cell
		var sent, answered int64
		var outcome, reason string
		if err := rows.Scan(&c.county, &c.service, &sent, &answered, &outcome, &reason); err != nil {
			return nil, nil, nil, err
		}
		took = append(took, time.Duration(answered-sent)*time.Millisecond)
		if outcome == "declined" {
			declined[c]++
			reasons[reason]++
		}
	}
	slices.Sort(took)
	return declined, reasons, took, rows.Err()
}

// waiting is how many days the middle of the open needs is old.
func waiting(since []time.Time, now time.Time) int {
	if len(since) < Least {
		return -1
	}
	slices.SortFunc(since, func(a, b time.Time) int { return a.Compare(b) })
	return int(now.Sub(since[len(since)/2]).Hours() / 24)
}
