package directory

import (
	"slices"
	"time"
)

// Capacity is what a provider reported of one kind of place for one group:
// its beds for women, say.
type Capacity struct {
	Unit  string `json:"unit" doc:"Directory list units: bed, family-room, slot" maxLength:"40"`
	Group string `json:"group" doc:"Directory list groups: whom it is for" maxLength:"40"`
	// Maximum is all there are; Available what a person could have now. What
	// is empty and cannot be used is neither: it stands in Blocked. Nil is not
	// known. Beds that are promised by a hold count as available until the
	// person has come.
	Maximum   *int      `json:"maximum,omitempty"`
	Available *int      `json:"available,omitempty"`
	Blocked   []Blocked `json:"blocked,omitempty" maxItems:"10"`
	Reported  *By       `json:"reported,omitempty"` // nil: nobody has reported
}

// Blocked is what stands empty and cannot be given, and why.
type Blocked struct {
	Reason string `json:"reason" doc:"Directory list blocked-reasons" maxLength:"40"`
	Count  int    `json:"count"`
}

// Age is how old a report may seem. It fades by the clock alone.
type Age string

// The ages of a report. AgeNone: nothing was ever reported.
const (
	AgeNone   Age = ""
	AgeFresh  Age = "fresh"
	AgeAgeing Age = "ageing"
	AgeStale  Age = "stale"
)

// Freshness is when a report begins to age and when it is stale.
type Freshness struct {
	Fresh  time.Duration `yaml:"fresh"`  // fresh within
	Ageing time.Duration `yaml:"ageing"` // ageing within, stale after
}

// Of tells the age of something reported at a moment.
func (f Freshness) Of(reported *time.Time, now time.Time) Age {
	switch {
	case reported == nil:
		return AgeNone
	case now.Sub(*reported) <= f.Fresh:
		return AgeFresh
	case now.Sub(*reported) <= f.Ageing:
		return AgeAgeing
	}
	return AgeStale
}

// Hold keeps places free for somebody for a while, so that two are not sent to
// one bed. It names no case: For is a keyed digest, by which the same case is
// recognised and nothing else learnt.
type Hold struct {
	ID       string    `json:"id"`
	Service  string    `json:"service"`
	Location string    `json:"location,omitempty"`
	Unit     string    `json:"unit"`
	Group    string    `json:"group"`
	Count    int       `json:"count"`
	For      string    `json:"for,omitempty"`
	Until    time.Time `json:"until"`
	By       By        `json:"by"`
	Outcome  string    `json:"outcome,omitempty"` // directory list hold-outcomes; empty: runs, or ran out
	Ended    time.Time `json:"ended,omitzero"`
}

// Runs tells whether the hold still keeps its places.
func (h *Hold) Runs(now time.Time) bool { return h.Outcome == "" && now.Before(h.Until) }

// Slot names one capacity of a provider.
type Slot struct {
	Service  string `json:"service" doc:"Id of the service" maxLength:"60"`
	Location string `json:"location,omitempty" doc:"Id of the location" maxLength:"60"`
	Unit     string `json:"unit" doc:"Directory list units" maxLength:"40"`
	Group    string `json:"group" doc:"Directory list groups" maxLength:"40"`
}

func (h *Hold) slot() Slot {
	return Slot{Service: h.Service, Location: h.Location, Unit: h.Unit, Group: h.Group}
}

// Capacity finds what a slot names; nil when it was never told.
func (p *Provider) Capacity(at Slot) *Capacity {
	s := p.Service(at.Service)
	if s == nil {
		return nil
	}
	a := s.AtLocation(at.Location)
	if a == nil {
		return nil
	}
	i := slices.IndexFunc(a.Capacities, func(c Capacity) bool { return c.Unit == at.Unit && c.Group == at.Group })
	if i < 0 {
		return nil
	}
	return &a.Capacities[i]
}

// Held counts the places of a slot that running holds keep.
func (p *Provider) Held(at Slot, now time.Time) (n int) {
	for i := range p.Holds {
		if h := &p.Holds[i]; h.slot() == at && h.Runs(now) {
			n += h.Count
		}
	}
	return n
}

// Free is what can be promised now: reported as available, less what is held.
// ok is false when nobody has reported.
func (p *Provider) Free(at Slot, now time.Time) (n int, ok bool) {
	c := p.Capacity(at)
	if c == nil || c.Available == nil {
		return 0, false
	}
	return max(0, *c.Available-p.Held(at, now)), true
}
