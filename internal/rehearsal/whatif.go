package rehearsal

import (
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"

	"rufaa/internal/scenario"
)

// Change is a what-if: what is added to the scenario and done otherwise. The
// zero value changes nothing.
type Change struct {
	Beds         map[string]int `json:"beds,omitempty"`         // by kind
	Interpreters map[string]int `json:"interpreters,omitempty"` // by language
	Answer       float64        `json:"answer,omitempty"`       // share of the time allowed; 0 leaves it
	Consent      *float64       `json:"consent,omitempty"`      // chance; nil leaves it
}

// Empty tells whether nothing is changed.
func (c Change) Empty() bool {
	return len(c.Beds) == 0 && len(c.Interpreters) == 0 && c.Answer == 0 && c.Consent == nil
}

// Side is how one way of working came out over all plays.
type Side struct {
	Habits     Habits         `json:"habits"`
	Waits      []int          `json:"-"`               // minutes from found to safe, of every victim of every play, in order; only of those made safe
	Found      int            `json:"victims_found"`   // victims found, over all plays
	Percentile map[int]int    `json:"percentiles"`     // of Waits: 10, 25, 50, 75, 90
	NeverSafe  float64        `json:"never_safe"`      // share of the found who are not safe when play ends
	NoBed      map[string]int `json:"no_bed"`          // people without a bed of their kind, over all plays
	Overrun    map[int]int    `json:"overrun_minutes"` // player minutes past the end of each day, over all plays
	Score      float64        `json:"score"`           // mean, 0 to 1
	means      []float64      // by play: mean minutes to safety, cut off at the end of play
}

// Comparison is a what-if beside the scenario as it stands.
type Comparison struct {
	Runs    int    `json:"runs"`
	Seed    uint64 `json:"seed"`
	Change  Change `json:"change"`
	Before  Side   `json:"before"`
	After   Side   `json:"after"`
	Horizon int    `json:"horizon_minutes"` // the longest anybody can wait: the length of play
	// Mean is by how many minutes the mean time to safety changes, Low and High
	// its 95 % interval. See WhatIf for the method.
	Mean float64 `json:"mean_change_minutes"`
	Low  float64 `json:"low_95"`
	High float64 `json:"high_95"`
}

// WhatIf plays the scenario runs times as it stands and runs times with the
// change, each pair of plays from one seed.
//
// The mean time to safety is cut off at the end of play (restricted mean): a
// victim who is never safe counts with the time from when she was found to the
// end, and not as if she were not there. The interval is that of the mean of
// the paired differences, normal: mean ± 1.96 standard errors.
func WhatIf(s *scenario.Script, base Habits, c Change, runs int, seed uint64) Comparison {
	out := Comparison{Runs: runs, Seed: seed, Change: c, Horizon: int(s.Ends() - s.Begins())}
	out.Before, out.After = side(s, base, runs, seed), side(s, base.with(c), runs, seed)
	out.Mean, out.Low, out.High = paired(out.Before.means, out.After.means)
	return out
}

func side(s *scenario.Script, h Habits, runs int, seed uint64) Side {
	out := Side{Habits: h, NoBed: map[string]int{}, Overrun: map[int]int{}, Percentile: map[int]int{}}
	for i := range runs {
		r := Once(s, h, seed+uint64(i))
		sum, n := 0, 0
		for _, m := range r.ToSafety {
			out.Waits = append(out.Waits, m)
			sum, n = sum+m, n+1
		}
		for _, m := range r.Waiting {
			sum, n = sum+m, n+1
		}
		out.Found += n
		mean := 0.0
		if n > 0 {
			mean = float64(sum) / float64(n)
		}
		out.means = append(out.means, mean)
		for kind, n := range r.NoBed {
			out.NoBed[kind] += n
		}
		for day, m := range r.Overrun {
			out.Overrun[day] += m
		}
		out.Score += r.Score / float64(runs)
	}
	slices.Sort(out.Waits)
	for _, q := range []int{10, 25, 50, 75, 90} {
		if len(out.Waits) > 0 {
			out.Percentile[q] = out.Waits[(len(out.Waits)-1)*q/100]
		}
	}
	if out.Found > 0 {
		out.NeverSafe = 1 - float64(len(out.Waits))/float64(out.Found)
	}
	return out
}

// SafeBy is the share of the victims found who are safe so many minutes later.
func (s *Side) SafeBy(minutes int) float64 {
	if s.Found == 0 {
		return 0
	}
	n, _ := slices.BinarySearch(s.Waits, minutes+1)
	return float64(n) / float64(s.Found)
}

func paired(before, after []float64) (mean, low, high float64) {
	n := float64(len(before))
	for i := range before {
		mean += (after[i] - before[i]) / n
	}
	if n < 2 {
		return mean, mean, mean
	}
	squares := 0.0
	for i := range before {
		d := after[i] - before[i] - mean
		squares += d * d
	}
	half := 1.96 * math.Sqrt(squares/(n-1)/n)
	return mean, mean - half, mean + half
}

// Table prints the comparison for people.
func (c Comparison) Table(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "what if, %d plays each (seed %d)\tas it stands\twith the change\n", c.Runs, c.Seed)
	for _, q := range []int{10, 50, 90} {
		fmt.Fprintf(t, "minutes to safety, %dth percentile\t%d\t%d\n", q, c.Before.Percentile[q], c.After.Percentile[q])
	}
	fmt.Fprintf(t, "found and never safe\t%.1f %%\t%.1f %%\n", 100*c.Before.NeverSafe, 100*c.After.NeverSafe)
	for _, kind := range BedKinds {
		fmt.Fprintf(t, "without a bed a play: %s\t%.2f\t%.2f\n", kind, float64(c.Before.NoBed[kind])/float64(c.Runs), float64(c.After.NoBed[kind])/float64(c.Runs))
	}
	fmt.Fprintf(t, "score\t%.2f\t%.2f\n", c.Before.Score, c.After.Score)
	fmt.Fprintf(t, "change of the mean time to safety\t%+.0f minutes\t95 %% interval %+.0f to %+.0f\n", c.Mean, c.Low, c.High)
	return t.Flush()
}
