package rehearsal

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"rufaa/internal/scenario"
)

// Habits are how the simulated teams work. Miss and Stray are chances, 0 to 1;
// Pace and Answer are shares of the time allowed that an action takes, in the
// middle: 1 is just in time.
type Habits struct {
	Miss    float64 `json:"miss"`    // an expected action is never taken
	Stray   float64 `json:"stray"`   // a temptation is given in to
	Consent float64 `json:"consent"` // consent is asked for when it should be
	Pace    float64 `json:"pace"`    // of everything but answers
	Answer  float64 `json:"answer"`  // of what answers another agency: see answers
	Effort  int     `json:"effort"`  // player minutes one action takes
	// Beds and Interpreters stand besides those of the scenario, by kind of bed
	// and by language.
	Beds         map[string]int `json:"beds,omitempty"`
	Interpreters map[string]int `json:"interpreters,omitempty"`
}

// Skilled and Weak are the two kinds of team a scenario has to tell apart.
func Skilled() Habits {
	return Habits{Miss: 0.04, Stray: 0.03, Consent: 0.95, Pace: 0.5, Answer: 0.5, Effort: 30}
}

// Weak teams miss, stray and are late.
func Weak() Habits {
	return Habits{Miss: 0.3, Stray: 0.35, Consent: 0.4, Pace: 1.1, Answer: 1.1, Effort: 45}
}

// BedKinds are the kinds of beds, by who may sleep there.
var BedKinds = []string{"girls", "boys", "women", "men"}

// answers are the deeds by which one agency answers another.
var answers = map[string]bool{"answered": true, "accepted": true, "refused": true, "referred": true, "shared": true, "advised": true}

// Languages are those that somebody of the cast speaks, in order: an
// interpreter of any other would sit idle.
func Languages(s *scenario.Scenario) []string {
	var out []string
	for _, c := range s.Characters {
		for _, l := range c.Speaks {
			if !slices.Contains(out, l) {
				out = append(out, l)
			}
		}
	}
	slices.Sort(out)
	return out
}

// MoreMost bounds how many beds or interpreters one change adds.
const MoreMost = 1000

// ParseMore reads "women=+10", "am=2" or, for every name at once, "+10".
func ParseMore(text string, names []string) (map[string]int, error) {
	name, number, named := strings.Cut(text, "=")
	if !named {
		name, number = "", text
	}
	n, err := strconv.Atoi(strings.TrimPrefix(number, "+"))
	if err != nil || n < 0 || n > MoreMost {
		return nil, fmt.Errorf("%q is not a number to add; write it like %s=+10 (0 to %d)", text, names[0], MoreMost)
	}
	if !named {
		out := map[string]int{}
		for _, x := range names {
			out[x] = n
		}
		return out, nil
	}
	if !slices.Contains(names, name) {
		return nil, fmt.Errorf("%q is not one of %s", name, strings.Join(names, ", "))
	}
	return map[string]int{name: n}, nil
}

// with is the habits with more beds and interpreters.
func (h Habits) with(c Change) Habits {
	h.Beds, h.Interpreters = added(h.Beds, c.Beds), added(h.Interpreters, c.Interpreters)
	if c.Answer > 0 {
		h.Answer = c.Answer
	}
	if c.Consent != nil {
		h.Consent = *c.Consent
	}
	return h
}

func added(a, b map[string]int) map[string]int {
	out := maps.Clone(a)
	if out == nil {
		out = map[string]int{}
	}
	for k, n := range b {
		out[k] += n
	}
	return out
}
