package rehearsal

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"rufaa/internal/scenario"
)

// Report sums up many plays by skilled and by weak teams.
type Report struct {
	Runs       int                `json:"runs"`
	Seed       uint64             `json:"seed"`
	Never      []string           `json:"never_fired"` // injects no run fired
	Fired      map[string]float64 `json:"fired"`       // share of skilled runs, by inject
	ToSafety   [3]int             `json:"minutes_to_safety"`
	NeverSafe  float64            `json:"never_safe"`      // share of victims never safe
	NoBed      map[string]float64 `json:"no_bed"`          // people a run without a bed of their kind, by kind
	Overrun    map[int]float64    `json:"overrun_minutes"` // player minutes a run, by day
	Score      map[string]float64 `json:"score"`           // mean, skilled and weak
	Separation map[string]float64 `json:"separation"`      // AUC by criterion: 0.5 tells nothing apart, 1 everything
	criteria   []scenario.Criterion
}

// Many plays the scenario runs times with skilled and runs times with weak
// teams. ToSafety holds the 10th, 50th and 90th percentile of skilled teams.
func Many(s *scenario.Script, skilled, weak Habits, runs int, seed uint64) Report {
	rep := Report{Runs: runs, Seed: seed, Fired: map[string]float64{}, Score: map[string]float64{}, Separation: map[string]float64{},
		NoBed: map[string]float64{}, Overrun: map[int]float64{}, criteria: s.Criteria}
	fired := map[string]int{}
	points := [2][][5]int{make([][5]int, len(s.Criteria)), make([][5]int, len(s.Criteria))}
	var safety []int
	victims, everFired := 0, map[string]bool{}
	for _, c := range s.Characters {
		if c.Role == "victim" {
			victims++
		}
	}
	for side, h := range []Habits{skilled, weak} {
		for i := range runs {
			r := Once(s, h, seed+uint64(i)*2+uint64(side))
			for id := range r.Fired {
				everFired[id] = true
			}
			for k, g := range r.Graded {
				if g.Grade != scenario.NoChance {
					points[side][k][g.Grade.Points()]++
				}
			}
			rep.Score[[]string{"skilled", "weak"}[side]] += r.Score / float64(runs)
			if side == 1 {
				continue
			}
			for id := range r.Fired {
				fired[id]++
			}
			for _, m := range r.ToSafety {
				safety = append(safety, m)
			}
			for kind, n := range r.NoBed {
				rep.NoBed[kind] += float64(n) / float64(runs)
			}
			for day, n := range r.Overrun {
				rep.Overrun[day] += float64(n) / float64(runs)
			}
		}
	}
	for _, in := range s.Injects {
		rep.Fired[in.ID] = float64(fired[in.ID]) / float64(runs)
		if !everFired[in.ID] {
			rep.Never = append(rep.Never, in.ID)
		}
	}
	slices.Sort(safety)
	if len(safety) > 0 {
		for i, q := range []int{10, 50, 90} {
			rep.ToSafety[i] = safety[(len(safety)-1)*q/100]
		}
	}
	if victims > 0 {
		rep.NeverSafe = 1 - float64(len(safety))/float64(victims*runs)
	}
	for k, c := range s.Criteria {
		rep.Separation[c.ID] = separation(points[0][k], points[1][k])
	}
	return rep
}

// TellsApart is the separation below which a criterion is said to tell nothing:
// a starting value, for designers to look twice.
const TellsApart = 0.6

// separation is the chance that a skilled team gets the better grade, ties half.
func separation(skilled, weak [5]int) float64 {
	better, all := 0.0, 0.0
	for a, n := range skilled {
		for b, m := range weak {
			pairs := float64(n) * float64(m)
			all += pairs
			switch {
			case a > b:
				better += pairs
			case a == b:
				better += pairs / 2
			}
		}
	}
	if all == 0 {
		return 0.5
	}
	return better / all
}

// Table prints the report for people.
func (r Report) Table(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "runs\t%d skilled, %d weak (seed %d)\n", r.Runs, r.Runs, r.Seed)
	fmt.Fprintf(t, "minutes to safety\t%d / %d / %d (10th, 50th, 90th percentile)\n", r.ToSafety[0], r.ToSafety[1], r.ToSafety[2])
	fmt.Fprintf(t, "victims never safe\t%.1f %%\n", 100*r.NeverSafe)
	for _, kind := range BedKinds {
		if n := r.NoBed[kind]; n > 0 {
			fmt.Fprintf(t, "without a bed: %s\t%.2f a run\n", kind, n)
		}
	}
	for _, day := range slices.Sorted(maps.Keys(r.Overrun)) {
		fmt.Fprintf(t, "work past the end of day %d\t%.0f player minutes a run\n", day, r.Overrun[day])
	}
	fmt.Fprintf(t, "score\tskilled %.2f, weak %.2f\n", r.Score["skilled"], r.Score["weak"])
	if len(r.Never) > 0 {
		fmt.Fprintf(t, "injects that never fired\t%v\n", r.Never)
	}
	for _, c := range r.criteria {
		verdict := ""
		if r.Separation[c.ID] < TellsApart {
			verdict = "  does not tell skilled from weak"
		}
		fmt.Fprintf(t, "%s\t%.2f%s\n", c.ID, r.Separation[c.ID], verdict)
	}
	return t.Flush()
}
