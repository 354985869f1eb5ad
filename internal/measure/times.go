package measure

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// Measures reads the tables of one realm.
type Measures struct{ realm *realm.Realm }

// New opens the room and registers its projection.
func New(r *realm.Realm) *Measures {
	r.Register(projection{r.Content})
	return &Measures{r}
}

// The measures of time to care, each from the alert.
const (
	ToSafety = "safe"     // first place that is safe, or moved to safety
	ToCare   = "care"     // first service given, need met, or referral begun
	ToAnswer = "answered" // first referral accepted or declined
)

// Which lists them in the order of a page.
var Which = []string{ToSafety, ToCare, ToAnswer}

// Spread is how long something took over a group of cases.
type Spread struct {
	Group string `json:"group"` // id of a county or agency; "" is all
	Cases Count  `json:"cases"`
	// Reached tells in how many of them it has happened at all.
	Reached Count `json:"reached"`
	// Quarter, Half, ThreeQuarters, Most: within so many minutes it happened
	// for 25, 50, 75 and 90 of 100 cases; -1: for fewer than that so far, or
	// too few cases to tell. Cases in which it has not happened count as never.
	Quarter       int `json:"p25_minutes"`
	Half          int `json:"p50_minutes"`
	ThreeQuarters int `json:"p75_minutes"`
	Most          int `json:"p90_minutes"`
}

// Times are the spreads of one measure.
type Times struct {
	Which string   `json:"which"`
	All   Spread   `json:"all"`
	By    []Spread `json:"by"`
}

// fact is one case as far as it is measured.
type fact struct {
	county, holder string
	alert          time.Time
	took           map[string]time.Duration // what has happened
}

// Periods are the months before now over which time to care is told, Year the
// one that is told as it stands. They are few, and what the others would tell by
// subtraction is not told (times_hidden.go).
var Periods = []int{Year, 3, 36}

// Year is twelve months.
const Year = 12

// TimeToCare gives the three measures by county, or by agency, over the cases
// that were reported in so many months before now, one of Periods; another is a
// *problem.Invalid. The Secretariat sees every agency; others their own beside
// the whole.
func (m *Measures) TimeToCare(ctx context.Context, who realm.Actor, byAgency bool, months int) ([]Times, error) {
	if err := m.realm.Door.Realm(who.Principal, policy.GapsView); err != nil {
		return nil, err
	}
	if !slices.Contains(Periods, months) {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "months", Key: "common.error.unknown_term"}}}
	}
	now := m.realm.Now()
	v := view{byAgency: byAgency, since: now.AddDate(0, -months, 0), year: now.AddDate(0, -Year, 0)}
	if m.realm.Door.Realm(who.Principal, policy.OverviewView) != nil {
		v.only = who.Agency
	}
	facts, err := m.facts(ctx, now.AddDate(0, -max(months, Year), 0))
	if err != nil {
		return nil, err
	}
	out := make([]Times, len(Which))
	for i, w := range Which {
		out[i] = v.times(facts, w)
	}
	return out, nil
}

func (m *Measures) facts(ctx context.Context, since time.Time) ([]fact, error) {
	rows, err := m.realm.Store.Query(ctx, `SELECT county, holder, alert_at, safe_at, care_at, answered_at FROM measure_cases WHERE alert_at >= $1`, since.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("measure: time to care: %w", err)
	}
	defer rows.Close()
	var out []fact
	for rows.Next() {
		f := fact{took: map[string]time.Duration{}}
		var alert int64
		var at [3]int64
		if err := rows.Scan(&f.county, &f.holder, &alert, &at[0], &at[1], &at[2]); err != nil {
			return nil, fmt.Errorf("measure: time to care: %w", err)
		}
		f.alert = time.UnixMilli(alert)
		for i, w := range Which {
			if at[i] > 0 {
				f.took[w] = time.Duration(max(0, at[i]-alert)) * time.Millisecond
			}
		}
		out = append(out, f)
	}
	return out, rows.Err()
}

// spread sums up a group of cases as it is; what of it is told is decided in
// times_hidden.go.
func spread(group string, in []fact, which string) Spread {
	var took []time.Duration
	for _, f := range in {
		if d, ok := f.took[which]; ok {
			took = append(took, d)
		}
	}
	slices.Sort(took)
	s := Spread{Group: group, Cases: Count{N: len(in)}, Reached: Count{N: len(took)}}
	for share, into := range map[float64]*int{.25: &s.Quarter, .5: &s.Half, .75: &s.ThreeQuarters, .9: &s.Most} {
		*into = quantile(took, len(in), share)
	}
	return s
}

func few(n int) Count {
	if n > 0 && n < Least {
		return Count{Hidden: true, Few: true}
	}
	return Count{N: n}
}

// quantile gives the minutes within which it happened for a share of all cases;
// those in which it has not happened come last. It is rounded to a tenth of
// itself, so that it never is one person's own time.
func quantile(took []time.Duration, all int, share float64) int {
	rank := int(math.Ceil(share*float64(all))) - 1
	if all < Least || rank < 0 || rank >= len(took) {
		return -1
	}
	return rounded(took[rank])
}

func rounded(d time.Duration) int {
	minutes := d.Minutes()
	step := 5.0
	for _, s := range []float64{15, 60, 360, 1440} {
		if minutes >= 10*s {
			step = s
		}
	}
	return int(math.Round(minutes/step) * step)
}
