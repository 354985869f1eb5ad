package api

import (
	"strconv"

	"rufaa/internal/directory"
	"rufaa/internal/measure"
	"rufaa/internal/placement"
	"rufaa/internal/policy"
)

// TimesToCare are the three measures of time to care.
type TimesToCare struct {
	Times []measure.Times `json:"times"`
}

func (a *api) measureRoutes() {
	months := query{name: "months", doc: "Cases reported in so many months until now"}
	for _, n := range measure.Periods {
		months.terms = append(months.terms, strconv.Itoa(n))
	}
	add(a, policy.GapsView, route{
		method: "GET", path: "/time-to-care", id: "time-to-care", summary: "How long until safety, care and an answer; small cells are not told", tag: "measures",
		door: roomDoor, query: []query{{name: "by", terms: []string{"county", "agency"}}, months},
	}, func(c *call, _ *none) (*TimesToCare, error) {
		n, _ := strconv.Atoi(c.text["months"]) // one of the terms
		t, err := c.office().Measures.TimeToCare(c.r.Context(), c.actor, c.text["by"] == "agency", n)
		return &TimesToCare{t}, err
	})
	add(a, policy.GapsView, route{
		method: "GET", path: "/providers/gaps", id: "gaps", summary: "Where which need has no provider, how long people wait, why they were turned away", tag: "measures",
		door: roomDoor, query: []query{{name: "service", doc: "Category", known: isCategory}},
	}, func(c *call, _ *none) (*measure.Gaps, error) {
		return c.office().Measures.Gaps(c.r.Context(), c.actor, c.office().Directory, c.text["service"])
	})
	add(a, policy.PlacementPropose, route{
		method: "POST", path: "/placements", id: "propose-placement", summary: "Propose places for many people at once, by what decides who can take them; decides nothing", tag: "directory",
		optional: []string{"avoid", "later"},
	}, func(c *call, in *placement.Ask) (*placement.Proposal, error) {
		if err := wrongAsk(c, in); err != nil {
			return nil, err
		}
		return c.office().Placement.Propose(c.r.Context(), c.actor, *in)
	})
	add(a, policy.PlacementPropose, route{
		method: "POST", path: "/placements/cases", id: "propose-placement-of-cases", summary: "Propose places for cases that the person may place; decides nothing", tag: "directory",
		optional: []string{"service", "avoid", "later"},
	}, func(c *call, in *placement.Pick) (*placement.Placed, error) {
		return c.office().Placement.ProposeFor(c.r.Context(), c.actor, *in)
	})
}

// wrongAsk is what is wrong with anybody of those who need a place.
func wrongAsk(c *call, in *placement.Ask) error {
	for i := range in.Units {
		for k := range in.Units[i].Members {
			m := &in.Units[i].Members[k]
			at := "units." + strconv.Itoa(i) + ".members." + strconv.Itoa(k) + "."
			needs := directory.Needs{Service: in.Service, Person: m.Person, County: m.County}
			if err := c.office().Directory.Wrong(c.r.Context(), at, &needs); err != nil {
				return err
			}
		}
	}
	return c.office().Directory.Wrong(c.r.Context(), "", &directory.Needs{Service: in.Service, Avoid: in.Avoid})
}
