package directory

import (
	"cmp"
	"context"
	"math"

	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// Needs is what somebody needs now, and what must be kept from her.
type Needs struct {
	Service  string  `json:"service" doc:"Category of service"`
	Person   Person  `json:"person"`
	From     *Point  `json:"from,omitempty" doc:"Where she is, or where to measure from"`
	County   string  `json:"county,omitempty" doc:"Instead of a point: its middle"`
	Avoid    Avoid   `json:"avoid"`
	Language bool    `json:"language,omitempty" doc:"One of her languages must be spoken there; no interpreter"`
	Later    bool    `json:"later,omitempty" doc:"Also what is closed for newcomers just now"`
	Places   int     `json:"places,omitempty" doc:"How many places; empty is one for her"`
	Within   float64 `json:"within,omitempty" doc:"At most so many kilometres; 0 is any"`
	Limit    int     `json:"limit,omitempty" doc:"At most so many matches; empty is 20"`
}

// Avoid is where she must not be sent: the trafficker's area, the agency where
// a suspect's relative works.
type Avoid struct {
	Counties  []string `json:"counties,omitempty" maxItems:"47"`
	Places    []Circle `json:"places,omitempty" maxItems:"20"`
	Providers []string `json:"providers,omitempty" maxItems:"100"`
}

// Circle is an area around a point.
type Circle struct {
	Point
	Kilometres float64 `json:"kilometres"`
}

// Reason is one sentence of an explanation: a key of the text catalogs with
// its arguments, name and value in turn. A value that is a vocabulary id is
// named by its list: "language", "county", "group", "unit", "service".
type Reason struct {
	Key  string `json:"key"`
	Args []any  `json:"args,omitempty"`
}

func because(key string, args ...any) Reason { return Reason{"directory.reason." + key, args} }

// Match is a service at a place that can take her as far as is known.
type Match struct {
	Row
	// Sure: every hard rule is known to be met and a place is free. What is
	// not known of the others stands among the reasons: ring first.
	Sure    bool     `json:"sure"`
	Free    *int     `json:"free,omitempty"` // places she could have; nil is not known
	Reasons []Reason `json:"reasons"`
}

// Exclusion is one that was left out, with the first rule that did it.
type Exclusion struct {
	Provider string `json:"provider"`
	Name     string `json:"name"`
	Service  string `json:"service"`
	Location string `json:"location,omitempty"`
	County   string `json:"county,omitempty"`
	Why      Reason `json:"why"`
}

// Ranking is the answer to Rank. Excluded names the nearest that were left
// out; Counts has all of them by rule.
type Ranking struct {
	Matches  []Match        `json:"matches"`
	Total    int            `json:"total"` // matches before Limit
	Excluded []Exclusion    `json:"excluded,omitempty"`
	Counts   map[string]int `json:"counts,omitempty"`
}

// excludedShown is how many exclusions are named.
const excludedShown = 20

// Rank orders those who can take a person now. The rules, in this order:
//
//  1. Left out: whoever says no to her sex, age, children, pregnancy,
//     disability, nationality, kind of exploitation or court order; is barred
//     by vetting; stands in Avoid; does not take newcomers now (unless Later);
//     is full; or speaks none of her languages where Language asks for it.
//  2. First those of whom all of that is known, then those to be asked.
//  3. Nearer before further, in bands (taxonomy.yaml, distance.band).
//  4. In one band: who speaks her language; who accepted more of what was sent
//     before; who is less full; then the distance itself, the name, the id.
//
// Nothing is predicted; a person chooses. For a confidential place distance
// and Avoid are judged by its county alone.
func (d *Directory) Rank(ctx context.Context, who realm.Actor, n Needs) (*Ranking, error) {
	if err := d.realm.Door.Realm(who.Principal, policy.DirectoryView); err != nil {
		return nil, err
	}
	s, err := d.index.get(ctx, d.realm.Store)
	if err != nil {
		return nil, err
	}
	return d.rank(s, n), nil
}

// candidate is a hit with what its place in the order depends on.
type candidate struct {
	hit
	band, accepted, load float32
	sure, speaks         bool
}

func (d *Directory) rank(s *snapshot, n Needs) *Ranking {
	j := d.judgeOf(&n)
	limit := n.Limit
	if limit <= 0 {
		limit = 20
	}
	out := &Ranking{Counts: map[string]int{}}
	best := first[candidate]{most: limit, order: order}
	left := first[hit]{most: excludedShown, order: byDistance, asCome: n.From == nil}
	for _, x := range s.byName {
		j.f.begin(x)
		for i := range x.entries {
			e := &x.entries[i]
			if e.answers&j.f.wants == 0 {
				continue
			}
			h := hit{x, e, 0}
			if v := j.judge(h); v.no != "" {
				out.Counts[v.no]++
				h.km = j.f.rough(x, e)
				left.add(h)
			} else {
				out.Total++
				h.km = j.f.km(x, e)
				best.add(j.candidate(h, v))
			}
		}
	}
	for _, c := range best.page(0, limit) {
		j.f.begin(c.shard)
		out.Matches = append(out.Matches, j.match(c.hit, j.judge(c.hit)))
	}
	for _, h := range left.page(0, excludedShown) {
		j.f.begin(h.shard)
		out.Excluded = append(out.Excluded, Exclusion{Provider: h.shard.p.ID, Name: h.shard.p.Name, Service: h.entry.service.ID,
			Location: locationOf(h.entry), County: h.entry.county, Why: j.judge(h).reason()})
	}
	return out
}

func locationOf(e *entry) string {
	if e.location == nil {
		return ""
	}
	return e.location.ID
}

// order is rules 2 to 4.
func order(a, b candidate) int {
	return cmp.Or(
		-cmp.Compare(asInt(a.sure), asInt(b.sure)),
		cmp.Compare(a.band, b.band),
		-cmp.Compare(asInt(a.speaks), asInt(b.speaks)),
		-cmp.Compare(a.accepted, b.accepted),
		cmp.Compare(a.load, b.load),
		cmp.Compare(a.km, b.km),
		cmp.Compare(a.shard.name, b.shard.name),
		cmp.Compare(a.shard.p.ID, b.shard.p.ID),
		cmp.Compare(a.entry.service.ID, b.entry.service.ID),
		cmp.Compare(locationOf(a.entry), locationOf(b.entry)),
	)
}

func asInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (j *judge) candidate(h hit, v verdict) candidate {
	c := candidate{hit: h, sure: v.sure, speaks: v.speaks == Yes, accepted: 0.5, load: load(h)}
	c.band = float32(math.Floor(h.km / j.d.Taxonomy.Distance.Band)) // infinite stays so
	if a := h.shard.p.Agency; a != "" {
		past, ok := j.past[a]
		if !ok {
			past = j.d.past(a)
			j.past[a] = past
		}
		// In steps of a tenth, and from half for whom little is known: one
		// refusal more or less must not turn the order over.
		c.accepted = float32(math.Round(10*float64(past.Accepted+2)/float64(past.Asked+4)) / 10)
	}
	return c
}

// load is how full a place is, 0 to 1 in tenths; half where it is not known.
func load(h hit) float32 {
	free, all := 0, 0
	for i := range h.entry.slots {
		if c := h.entry.slots[i].c; c.Maximum != nil && c.Available != nil {
			free, all = free+*c.Available, all+*c.Maximum
		}
	}
	if all == 0 {
		return 0.5
	}
	return float32(math.Round(10*(1-float64(free)/float64(all))) / 10)
}
