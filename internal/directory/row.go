package directory

import (
	"math"
	"time"
)

// row is what a list shows of a hit.
func (d *Directory) row(h hit, f *filter) Row {
	x, e := h.shard, h.entry
	p, s := x.p, e.service
	r := Row{
		Provider: p.ID, Name: p.Name, Agency: p.Agency, Fictional: p.Fictional, Service: s.ID, Kind: s.Kind, ServiceName: s.Name,
		County: e.county, Opening: f.opening(e), Languages: p.Spoken(s), Phones: p.phonesOf(s),
		Vetting: p.vettingAt(f.now), Verified: p.Verified,
	}
	if p.Verified != nil {
		r.VerifiedAge = d.Taxonomy.Freshness.Verified.Of(&p.Verified.At, f.now)
	}
	if f.q.Person != nil {
		r.Takes = s.Eligibility.Takes(f.q.Person)
	}
	if l := e.location; l != nil {
		r.Location, r.Country, r.Confidential = l.ID, l.In(), l.Confidential
		if l.Place != nil && !l.Confidential {
			r.PlaceName, r.Town = l.Place.Name, l.Place.Town
			if at := x.points[e.point]; at.ok && l.Place.Latitude != nil {
				r.Point = &at.point
			}
		}
	}
	r.Kilometres = d.distance(h)
	for i := range e.slots {
		r.Places = append(r.Places, d.slotNow(x.p, &e.slots[i], f.now))
	}
	return r
}

// distance is what may be told of a hit's distance; nil where there is none.
func (d *Directory) distance(h hit) *Distance {
	if math.IsInf(h.km, 1) {
		return nil
	}
	return &Distance{Km: int(math.Round(h.km)), About: !h.shard.points[h.entry.point].exact}
}

func (d *Directory) slotNow(p *Provider, k *slotKept, now time.Time) FreeSlot {
	out := FreeSlot{Slot: k.Slot, Maximum: k.c.Maximum, Blocked: k.c.Blocked, Held: p.Held(k.Slot, now)}
	if n, ok := p.Free(k.Slot, now); ok {
		out.Free = &n
	}
	if k.c.Reported != nil {
		at := k.c.Reported.At
		out.Reported, out.Age = &at, d.Taxonomy.Freshness.Capacity.Of(&at, now)
	}
	return out
}

// phonesOf are the numbers to ring for a service: its own, or the provider's.
func (p *Provider) phonesOf(s *Service) []Phone {
	if len(s.Phones) > 0 {
		return s.Phones
	}
	return p.Phones
}

// vettingAt is the vetting state on a day; one that ran out is none.
func (p *Provider) vettingAt(now time.Time) string {
	if p.Vetting.Until != "" && now.In(Nairobi).Format(time.DateOnly) > p.Vetting.Until {
		return ""
	}
	return p.Vetting.State
}
