package measure

import (
	"cmp"
	"context"
	"fmt"
	"maps"
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
	Asked     Count `json:"asked"`    // requests sent, not taken back
	Declined  Count `json:"declined"` // of them turned away
	// Waiting is the age of the middle of the open needs, in days; Answer within
	// how many minutes half of the requests are answered, those that still wait
	// counted; Oldest how many days the oldest of these waits. -1 is not known,
	// or too few people.
	Waiting int `json:"waiting_days"`
	Answer  int `json:"answer_minutes"`
	Oldest  int `json:"oldest_unanswered_days"`
}

// Lack is a county with the needs that no provider serves there.
type Lack struct {
	County   string   `json:"county"`
	Services []string `json:"services"`
}

// Refused is how often requests for a service were turned away in a county for
// a reason.
type Refused struct {
	County  string `json:"county"`
	Service string `json:"service"`
	Reason  string `json:"reason"` // vocabulary referral-decline-reasons
	Count   Count  `json:"count"`
}

// Gaps is the map of unmet need. It is about the year before Until, a midnight
// in Nairobi: so nobody watches a count change with one person, and no two
// spans can be subtracted.
type Gaps struct {
	Service string    `json:"service,omitempty"` // category it was asked for; "" is all
	Until   time.Time `json:"until"`
	Lacking []Lack    `json:"lacking"`
	Rows    []Gap     `json:"rows"`
	Refused []Refused `json:"refused"`
}

// cell is a county and a service.
type cell struct{ county, service string }

// tally is what is counted of one cell, as it is.
type tally struct {
	open     []time.Time
	took     []time.Duration // of those answered
	waits    []time.Time     // sent, not answered
	reasons  map[string]int
	declined int
}

func (t *tally) asked() int { return len(t.took) + len(t.waits) }

// Gaps counts where in the country which need has no provider, how long people
// wait and why they were turned away. service narrows it.
func (m *Measures) Gaps(ctx context.Context, who realm.Actor, d *directory.Directory, service string) (*Gaps, error) {
	if err := m.realm.Door.Realm(who.Principal, policy.GapsView); err != nil {
		return nil, err
	}
	supply, err := d.Supply(ctx, who)
	if err != nil {
		return nil, err
	}
	until := midnight(m.realm.Now())
	cells := map[cell]*tally{}
	if err := m.openNeeds(ctx, cells, service, until); err != nil {
		return nil, err
	}
	if err := m.requests(ctx, cells, service, until); err != nil {
		return nil, err
	}
	out := &Gaps{Service: service, Until: until, Lacking: m.lacking(supply, service), Rows: []Gap{}, Refused: []Refused{}}
	for c, t := range cells {
		out.Rows = append(out.Rows, Gap{County: c.county, Service: c.service, Providers: supply[c.service][c.county], Waiting: waiting(t.open, until),
			Answer: quantile(t.took, t.asked(), .5), Oldest: oldest(t, until)})
	}
	slices.SortFunc(out.Rows, func(a, b Gap) int { return cmp.Or(cmp.Compare(a.County, b.County), cmp.Compare(a.Service, b.Service)) })
	hideRows(out.Rows, cells)
	for i := range out.Rows {
		r := &out.Rows[i]
		out.Refused = append(out.Refused, refusals(r, cells[cell{r.County, r.Service}])...)
	}
	return out, nil
}

// midnight is the one before a moment, in Nairobi.
func midnight(now time.Time) time.Time {
	y, month, day := now.In(directory.Nairobi).Date()
	return time.Date(y, month, day, 0, 0, 0, 0, directory.Nairobi).UTC()
}

// lacking are the counties with the needs that nobody serves there: of the
// categories that the law names (CTIPA s.15), or of the one asked for.
func (m *Measures) lacking(supply map[string]map[string]int, service string) []Lack {
	out := []Lack{}
	for _, county := range m.realm.Content.List("counties") {
		l := Lack{County: county.ID}
		for _, s := range m.realm.Content.Services() {
			asked := s.ID == service || service == "" && s.Parent == "" && s.ID != "other"
			if asked && supply[s.ID][county.ID] == 0 {
				l.Services = append(l.Services, s.ID)
			}
		}
		if len(l.Services) > 0 {
			out = append(out, l)
		}
	}
	return out
}

// hideRows takes out what tells of a few people, and what could be worked out
// from a service's other counties, or from those asked and those turned away.
func hideRows(rows []Gap, cells map[cell]*tally) {
	by := map[string][]int{}
	for i := range rows {
		by[rows[i].Service] = append(by[rows[i].Service], i)
	}
	for _, list := range by {
		needs, asked, turned := make([]int, len(list)), make([]int, len(list)), make([]int, len(list))
		for k, i := range list {
			t := cells[cell{rows[i].County, rows[i].Service}]
			needs[k], asked[k], turned[k] = len(t.open), t.asked(), t.declined
		}
		open, sent, away := Hide(needs), Hide(asked), Parts(turned, asked)
		for k, i := range list {
			r := &rows[i]
			r.Open, r.Asked, r.Declined = open[k], sent[k], away[k]
			if r.Open.Hidden {
				r.Waiting = -1
			}
			if r.Asked.Hidden {
				r.Answer, r.Oldest = -1, -1
			}
		}
	}
}

// refusals are the reasons in one cell. Where the sum is not told, neither is
// any of its parts.
func refusals(r *Gap, t *tally) []Refused {
	if t.declined == 0 {
		return nil
	}
	ids := slices.Sorted(maps.Keys(t.reasons))
	values := make([]int, len(ids))
	for i, id := range ids {
		values[i] = t.reasons[id]
	}
	shown := Hide(values)
	out := make([]Refused, len(ids))
	for i, id := range ids {
		if r.Declined.Hidden {
			shown[i] = Count{Hidden: true, Few: values[i] < Least}
		}
		out[i] = Refused{r.County, r.Service, id, shown[i]}
	}
	slices.SortStableFunc(out, func(a, b Refused) int { return cmp.Compare(b.Count.N, a.Count.N) })
	return out
}

func at(cells map[cell]*tally, c cell) *tally {
	t := cells[c]
	if t == nil {
		t = &tally{reasons: map[string]int{}}
		cells[c] = t
	}
	return t
}

// openNeeds are the needs that nobody meets now, with since when.
func (m *Measures) openNeeds(ctx context.Context, cells map[cell]*tally, service string, until time.Time) error {
	rows, err := m.realm.Store.Query(ctx, `SELECT c.county, n.service, n.since FROM measure_needs n JOIN measure_cases c ON c.case_id = n.case_id
		WHERE n.state = 'open' AND n.since < $2 AND ($1 = '' OR n.service = $1)`, service, until.UnixMilli())
	if err != nil {
		return fmt.Errorf("measure: open needs: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var c cell
		var since int64
		if err := rows.Scan(&c.county, &c.service, &since); err != nil {
			return fmt.Errorf("measure: open needs: %w", err)
		}
		t := at(cells, c)
		t.open = append(t.open, time.UnixMilli(since))
	}
	return rows.Err()
}

// requests are the referrals of the year, with what receivers said until then.
func (m *Measures) requests(ctx context.Context, cells map[cell]*tally, service string, until time.Time) error {
	rows, err := m.realm.Store.Query(ctx, `SELECT c.county, r.service, r.sent_at, r.answered_at, r.outcome, r.reason
		FROM measure_referrals r JOIN measure_cases c ON c.case_id = r.case_id
		WHERE r.outcome <> 'withdrawn' AND r.sent_at >= $2 AND r.sent_at < $3 AND ($1 = '' OR r.service = $1)`,
		service, until.AddDate(-1, 0, 0).UnixMilli(), until.UnixMilli())
	if err != nil {
		return fmt.Errorf("measure: requests: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var c cell
		var sent, answered int64
		var outcome, reason string
		if err := rows.Scan(&c.county, &c.service, &sent, &answered, &outcome, &reason); err != nil {
			return fmt.Errorf("measure: requests: %w", err)
		}
		t := at(cells, c)
		if outcome == "sent" || answered >= until.UnixMilli() {
			t.waits = append(t.waits, time.UnixMilli(sent))
			continue
		}
		t.took = append(t.took, time.Duration(answered-sent)*time.Millisecond)
		if outcome == "declined" {
			t.declined++
			t.reasons[reason]++
		}
	}
	for _, t := range cells {
		slices.Sort(t.took)
	}
	return rows.Err()
}

// oldest is how many days the oldest request waits for its answer.
func oldest(t *tally, until time.Time) int {
	if len(t.waits) == 0 {
		return -1
	}
	first := slices.MinFunc(t.waits, func(a, b time.Time) int { return a.Compare(b) })
	return int(until.Sub(first).Hours() / 24)
}

// waiting is how many days the middle of the open needs is old.
func waiting(since []time.Time, now time.Time) int {
	if len(since) < Least {
		return -1
	}
	slices.SortFunc(since, func(a, b time.Time) int { return a.Compare(b) })
	return int(now.Sub(since[len(since)/2]).Hours() / 24)
}
