package directory

import (
	"context"

	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// Vacancy is a service at a place that can take a person now, as far as is
// known, with the beds there that are free and suit her.
type Vacancy struct {
	Provider string
	Service  string
	Location string
	// Kilometres as they may be told and compared; infinite where not known. Of
	// a confidential place they are its county's, rounded.
	Kilometres float64
	Sure       bool       // see Match
	Takes      bool       // it is known to take such a person, by every rule of eligibility that asks
	Speaks     bool       // one of her languages, for sure
	Free       []FreeSlot // each with one free at least

	at hit
}

// Unheard is one that may take her; whether a bed is free nobody has reported
// in time. It is rung.
type Unheard struct {
	Provider   string    `json:"provider"`
	Name       string    `json:"name"`
	County     string    `json:"county,omitempty"`
	Phones     []Phone   `json:"phones,omitempty"`
	Kilometres *Distance `json:"kilometres,omitempty"`
}

// Vacancies are all places for one person, in no order.
type Vacancies struct {
	Open    []Vacancy
	Unheard []Unheard      // the nearest
	Counts  map[string]int // left out, by rule as in Ranking

	judge judge
}

// unheardShown is how many that nobody has heard of are named.
const unheardShown = 5

// Vacancies applies the hard rules of Rank to every service and gives all that
// have a free bed for a person, for placing many at once. Needs.Limit and
// Needs.Places do not count here.
func (d *Directory) Vacancies(ctx context.Context, who realm.Actor, n Needs) (*Vacancies, error) {
	if err := d.realm.Door.Realm(who.Principal, policy.DirectoryView); err != nil {
		return nil, err
	}
	s, err := d.index.get(ctx, d.realm.Store)
	if err != nil {
		return nil, err
	}
	n.Places = 0
	out := &Vacancies{Counts: map[string]int{}, judge: d.judgeOf(&n)}
	j := &out.judge
	unheard := first[hit]{most: unheardShown, order: byDistance, asCome: n.From == nil}
	for _, x := range s.byName {
		j.f.begin(x)
		for i := range x.entries {
			e := &x.entries[i]
			if e.answers&j.f.wants == 0 || len(e.slots) == 0 && !e.housing {
				continue // a telephone line is no bed
			}
			h := hit{x, e, 0}
			v := j.judge(h)
			if v.no != "" {
				out.Counts[v.no]++
				continue
			}
			h.km = j.f.km(x, e)
			if v.told != Yes {
				unheard.add(h)
				continue
			}
			out.Open = append(out.Open, Vacancy{Provider: x.p.ID, Service: e.service.ID, Location: locationOf(e), Kilometres: h.km,
				Sure: v.sure, Takes: j.f.takes(e) == takesSurely, Speaks: v.speaks == Yes, Free: j.freeSlots(h), at: h})
		}
	}
	for _, h := range unheard.page(0, unheardShown) {
		out.Unheard = append(out.Unheard, Unheard{Provider: h.shard.p.ID, Name: h.shard.p.Name, County: h.entry.county,
			Phones: h.shard.p.phonesOf(h.entry.service), Kilometres: d.distance(h)})
	}
	return out, nil
}

// Match explains one of Open, with the reasons in words.
func (v *Vacancies) Match(i int) Match {
	h := v.Open[i].at
	v.judge.f.begin(h.shard)
	return v.judge.match(h, v.judge.judge(h))
}

// freeSlots are the capacities that suit, were reported in time and are free.
func (j *judge) freeSlots(h hit) []FreeSlot {
	var out []FreeSlot
	for i := range h.entry.slots {
		k := &h.entry.slots[i]
		if k.c.Available == nil || k.c.Reported == nil || k.c.Reported.At.Before(j.f.stale) || !j.f.fits(k) {
			continue
		}
		if s := j.d.slotNow(h.shard.p, k, j.f.now); s.Free != nil && *s.Free > 0 {
			out = append(out, s)
		}
	}
	return out
}

// judgeOf makes the rules ready for one person's needs.
func (d *Directory) judgeOf(n *Needs) judge {
	if n.From == nil && n.County != "" {
		if p, ok := d.Taxonomy.Map.Middle(n.County); ok {
			n.From = &p
		}
	}
	q := Query{Services: []string{n.Service}, From: n.From, Person: &n.Person}
	return judge{d: d, n: n, f: d.filterFor(&q), shun: map[string]bool{}, past: map[string]Past{}}
}

// Supply counts, for each category of service and each county, the providers
// that serve people there: at a place of theirs, or, where told, by telephone
// or coming to them. Those barred by vetting do not count.
func (d *Directory) Supply(ctx context.Context, who realm.Actor) (map[string]map[string]int, error) {
	if err := d.realm.Door.Realm(who.Principal, policy.DirectoryView); err != nil {
		return nil, err
	}
	s, err := d.index.get(ctx, d.realm.Store)
	if err != nil {
		return nil, err
	}
	kinds, counties := d.Taxonomy.content.Services(), d.Taxonomy.content.List("counties")
	out := make(map[string]map[string]int, len(kinds))
	for _, k := range kinds {
		out[k.ID] = map[string]int{}
	}
	j := d.judgeOf(&Needs{})
	type served struct {
		kind   int
		county string
	}
	for _, x := range s.byName {
		if j.barred(x.p) {
			continue
		}
		mine := map[served]bool{}
		for i := range x.entries {
			e := &x.entries[i]
			for k := range kinds {
				if e.answers&(1<<k) == 0 {
					continue
				}
				if e.location != nil {
					mine[served{k, e.county}] = true
					continue
				}
				for _, c := range counties {
					if e.reaches(c.ID) {
						mine[served{k, c.ID}] = true
					}
				}
			}
		}
		for m := range mine {
			if m.county != "" {
				out[kinds[m.kind].ID][m.county]++
			}
		}
	}
	return out, nil
}
