package training

import (
	"math"
	"math/rand/v2"
	"slices"

	"rufaa/internal/measure"
)

// Gain is what a cohort learned: (post - pre) / (100 - pre) of its mean scores
// in percent, over those who sat both tests. Averaging the gains of persons
// instead would be biased by the error of each test (arXiv 2407.07730).
//
// Low and High are the 95 % interval: percentile bootstrap over persons, 2,000
// samples drawn with a seed of the course, so that the same answers give the
// same interval.
type Gain struct {
	Persons  int     `json:"persons"` // who sat both
	Withheld bool    `json:"withheld,omitempty" doc:"Fewer than five sat both tests"`
	Full     bool    `json:"full,omitempty" doc:"Everybody knew everything before: there is no gain to speak of"`
	Pre      float64 `json:"pre_percent"`
	Post     float64 `json:"post_percent"`
	Gain     float64 `json:"gain"`
	Low      float64 `json:"low_95"`
	High     float64 `json:"high_95"`
}

// Pair is one person's scores in percent.
type Pair struct{ Pre, Post float64 }

const resamples = 2000

// GainOf computes the gain of a cohort.
func GainOf(pairs []Pair, seed uint64) Gain {
	g := Gain{Persons: len(pairs)}
	if len(pairs) < measure.Least {
		return Gain{Withheld: true}
	}
	// In order of the scores: who sits where must not change the interval.
	pairs = slices.Clone(pairs)
	slices.SortFunc(pairs, func(a, b Pair) int {
		switch {
		case a.Pre != b.Pre:
			return int(math.Copysign(1, a.Pre-b.Pre))
		case a.Post != b.Post:
			return int(math.Copysign(1, a.Post-b.Post))
		}
		return 0
	})
	g.Pre, g.Post = means(pairs)
	var ok bool
	if g.Gain, ok = gain(g.Pre, g.Post); !ok {
		g.Full = true
		return g
	}
	dice := rand.New(rand.NewPCG(seed, 0x6761696e))
	samples := make([]float64, 0, resamples)
	drawn := make([]Pair, len(pairs))
	for range resamples {
		for i := range drawn {
			drawn[i] = pairs[dice.IntN(len(pairs))]
		}
		if x, ok := gain(means(drawn)); ok {
			samples = append(samples, x)
		}
	}
	slices.Sort(samples)
	if len(samples) > 0 {
		g.Low, g.High = samples[len(samples)*25/1000], samples[min(len(samples)-1, len(samples)*975/1000)]
	}
	return g
}

func means(pairs []Pair) (pre, post float64) {
	for _, p := range pairs {
		pre += p.Pre
		post += p.Post
	}
	n := float64(len(pairs))
	return pre / n, post / n
}

func gain(pre, post float64) (float64, bool) {
	if 100-pre < 1e-9 {
		return 0, false
	}
	return (post - pre) / (100 - pre), true
}
