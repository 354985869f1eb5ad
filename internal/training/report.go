package training

import (
	"context"
	"hash/fnv"
	"slices"

	"rufaa/internal/exercise"
	"rufaa/internal/measure"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// Item is how one question fared: shares of those who sat that test. -1 is
// withheld.
type Item struct {
	Question string  `json:"question"`
	Before   float64 `json:"right_before"`
	After    float64 `json:"right_after"`
}

// Report is a course in numbers about the group alone.
type Report struct {
	Attended  measure.Count             `json:"attended"`
	ByAgency  []measure.Cell            `json:"by_agency"`
	BySex     []measure.Cell            `json:"by_sex"`
	ByCounty  []measure.Cell            `json:"by_county"`
	Sat       map[Sitting]measure.Count `json:"sat"`
	Gain      Gain                      `json:"gain" doc:"From before to after"`
	Kept      Gain                      `json:"kept" doc:"From before to three months later"`
	Certified measure.Count             `json:"certified"`
	Items     []Item                    `json:"items"`
	Exercise  *exercise.Turnout         `json:"exercise,omitempty" doc:"Who came to the exercise that the course belongs to, as control recorded it"`
}

// Report counts a course for who manages it.
func (t *Training) Report(ctx context.Context, who realm.Actor, id string) (*Report, error) {
	if err := t.realm.Door.Realm(who.Principal, policy.TrainingManage); err != nil {
		return nil, err
	}
	c, err := t.load(ctx, id)
	if err != nil {
		return nil, err
	}
	r := c.report()
	if c.Exercise == "" {
		return r, nil
	}
	r.Exercise, err = t.comes(ctx, c.Exercise)
	return r, err
}

// Statements tells a course as xAPI, for who manages it; what was taken back is
// voided, as at a record store that we push to.
func (t *Training) Statements(ctx context.Context, who realm.Actor, id string) ([]Statement, error) {
	if err := t.realm.Door.Realm(who.Principal, policy.TrainingManage); err != nil {
		return nil, err
	}
	c, err := t.load(ctx, id)
	if err != nil {
		return nil, err
	}
	return c.File(t.home(), t.issuer.name), nil
}

// statements tells a course. .invalid resolves nowhere (RFC 2606): the home page
// names the realm that the accounts belong to, and is no address.
func (t *Training) statements(c *Course) []Statement {
	return c.Statements(t.home(), t.issuer.name)
}

func (t *Training) home() string { return "https://" + t.realm.Name + ".rufaa.invalid" }

// few withholds a lone number of people.
func few(n int) measure.Count {
	return measure.Total([]int{n}, measure.Hide([]int{n}))
}

func (c *Course) report() *Report {
	r := &Report{Sat: map[Sitting]measure.Count{}}
	groups := [3]map[string]int{{}, {}, {}}
	certified := 0
	for _, s := range c.Seats {
		groups[0][s.Agency]++
		groups[1][s.Sex]++
		groups[2][s.County]++
		if s.Code != "" && s.Revoked == "" {
			certified++
		}
	}
	r.Attended, r.Certified = few(len(c.Seats)), few(certified)
	for i, to := range []*[]measure.Cell{&r.ByAgency, &r.BySex, &r.ByCounty} {
		*to = measure.Cells(groups[i])
	}
	for _, x := range Sittings {
		n := 0
		for _, s := range c.Seats {
			if s.Tests[x] != nil {
				n++
			}
		}
		r.Sat[x] = few(n)
	}
	r.Gain, r.Kept = GainOf(c.pairs(After), c.seed()), GainOf(c.pairs(Later), c.seed())
	for _, q := range c.Questions {
		r.Items = append(r.Items, Item{q, c.right(q, Before), c.right(q, After)})
	}
	return r
}

func (c *Course) pairs(post Sitting) []Pair {
	var out []Pair
	for _, s := range c.Seats {
		if s.Tests[Before] != nil && s.Tests[post] != nil {
			out = append(out, Pair{s.Tests[Before].Percent(), s.Tests[post].Percent()})
		}
	}
	return out
}

// right is the share who knew a question; -1 when fewer than five sat.
func (c *Course) right(q string, x Sitting) float64 {
	n, right := 0, 0
	for _, s := range c.Seats {
		if t := s.Tests[x]; t != nil {
			n++
			if !slices.Contains(t.Missed, q) {
				right++
			}
		}
	}
	if n < measure.Least {
		return -1
	}
	return float64(right) / float64(n)
}

// seed draws the samples of the interval: of the course, so that they are the
// same each time.
func (c *Course) seed() uint64 {
	h := fnv.New64a()
	h.Write([]byte(c.ID))
	return h.Sum64()
}
