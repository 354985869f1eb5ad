package measure

import (
	"context"
	"math"
	"slices"
	"time"

	"rufaa/internal/policy"
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
	took           map[string]time.Duration // what has happened
}

// TimeToCare gives the three measures by county, or by agency, over the cases
// that were reported since a moment. The Secretariat sees every agency; others
// their own beside the whole.
func (m *Measures) TimeToCare(ctx context.Context, who realm.Actor, byAgency bool, since time.Time) ([]Times, error) {
	if err := m.realm.Door.Realm(who.Principal, policy.GapsView); err != nil {
		return nil, err
	}
	facts, err := m.facts(ctx, since)
	if err != nil {
		return nil, err
	}
	every := m.realm.Door.Realm(who.Principal, policy.OverviewView) == nil
	out := make([]Times, len(Which))
	for i, w := range Which {
		out[i] = Times{Which: w, All: spread("", facts, w)}
		groups := map[string][]fact{}
		for _, f := range facts {
			g := f.county
			if byAgency {
				g = f.holder
			}
			groups[g] = append(groups[g], f)
		}
		for g, in := range groups {
			if byAgency && !every && g != who.Agency {
				continue
			}
			out[i].By = append(out[i].By, spread(g, in, w))
		}
		hideGroups(out[i].By, groups)
		slices.SortFunc(out[i].By, func(a, b Spread) int { return compareGroups(a.Group, b.Group) })
	}
	return out, nil
}

// hideGroups takes out the counts that would tell of a few people.
func hideGroups(list []Spread, groups map[string][]fact) {
	sizes := make([]int, len(list))
	for i := range list {
		sizes[i] = len(groups[list[i].Group])
	}
	shown := Hide(sizes)
	for i := range list {
		list[i].Cases = shown[i]
		if shown[i].Hidden {
			list[i] = Spread{Group: list[i].Group, Cases: shown[i], Reached: Count{Hidden: true}, Quarter: -1, Half: -1, ThreeQuarters: -1, Most: -1}
		}
	}
}

func compareGroups(a, b string) int {
	if a < b {
		return -1
	}
	if a > b {
		return 1
	}
	return 0
}

func (m *Measures) facts(ctx context.Context, since time.Time) ([]fact, error) {
	rows, err := m.realm.Store.Query(ctx, `SELECT county, holder, alert_at, safe_at, care_at, answered_at FROM measure_cases WHERE alert_at >= $1`, since.UnixMilli())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []fact
	for rows.Next() {
		f := fact{took: map[string]time.Duration{}}
		var alert int64
		var at [3]int64
		if err := rows.Scan(&f.county, &f.holder, &alert, &at[0], &at[1], &at[2]); err != nil {
			return nil, err
		}
		for i, w := range Which {
			if at[i] > 0 {
				f.took[w] = time.Duration(max(0, at[i]-alert)) * time.Millisecond
			}
		}
		out = append(out, f)
	}
	return out, rows.Err()
}

// spread sums up a group of cases.
func spread(group string, in []fact, which string) Spread {
	var took []time.Duration
	for _, f := range in {
		if d, ok := f.took[which]; ok {
			took = append(took, d)
		}
	}
	slices.Sort(took)
	s := Spread{Group: group, Cases: few(len(in)), Quarter: -1, Half: -1, ThreeQuarters: -1, Most: -1}
	if missing := len(in) - len(took); missing > 0 && missing < Least && len(in) > 0 || few(len(took)).Hidden {
		s.Reached = Count{Hidden: true} // who was not reached, or was, could be counted
	} else {
		s.Reached = Count{N: len(took)}
	}
	if s.Cases.Hidden {
		s.Reached = Count{Hidden: true}
		return s
	}
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
