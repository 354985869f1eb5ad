package directory

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/realm"
)

// holdsKept is how long an ended hold stays in the provider's state, for the
// lists of those who made it and those who kept it.
const holdsKept = 48 * time.Hour

// Fold applies one event.
func (p *Provider) Fold(e ledger.Event) error {
	by := By{Staff: e.Actor, Agency: e.Agency, Duty: e.Duty, At: e.At}
	apply, ok := folds[e.Kind]
	if !ok {
		return fmt.Errorf("directory: event %d: unknown kind %q", e.Seq, e.Kind)
	}
	if err := apply(p, e.Payload, by); err != nil {
		return fmt.Errorf("directory: event %d (%s): %w", e.Seq, e.Kind, err)
	}
	p.ID = strings.TrimPrefix(e.Stream, "provider/")
	p.Version, p.Changed = e.Version, e.At
	p.Kept = p.Kept || keeping[e.Kind] && e.Actor != realm.System.Staff
	p.forgetHolds(e.At)
	return nil
}

type fold func(*Provider, []byte, By) error

// with decodes an event's payload for its fold.
func with[T any](apply func(*Provider, T, By)) fold {
	return func(p *Provider, raw []byte, by By) error {
		var ev T
		if err := json.Unmarshal(raw, &ev); err != nil {
			return err
		}
		apply(p, ev, by)
		return nil
	}
}

var folds = map[string]fold{
	Added:            with(func(p *Provider, e ProfileEvent, by By) { p.Profile, p.AddedAt = e.Profile, by.At }),
	Described:        with(func(p *Provider, e ProfileEvent, _ By) { p.Profile = e.Profile }),
	LocationSet:      with(func(p *Provider, e LocationEvent, _ By) { p.setLocation(e.Location.location()) }),
	ServiceSet:       with(func(p *Provider, e ServiceEvent, _ By) { p.setService(e.Service) }),
	ServiceDropped:   with(func(p *Provider, e DropEvent, _ By) { p.Services = without(p.Services, e.ID, serviceID) }),
	LocationDropped:  with((*Provider).dropLocation),
	HoursSet:         with((*Provider).setHours),
	Confirmed:        with((*Provider).confirm),
	CapacityReported: with((*Provider).report),
	Held:             with((*Provider).hold),
	HoldEnded:        with((*Provider).endHold),
	Vetted: with(func(p *Provider, e VettedEvent, by By) {
		p.Vetting = Vetting{State: e.State, Until: e.Until, By: &by}
	}),
	Absorbed:   with((*Provider).absorb),
	MergedInto: with(func(p *Provider, e OtherEvent, _ By) { p.MergedIn = e.Other }),
	KeptApart: with(func(p *Provider, e OtherEvent, _ By) {
		if !slices.Contains(p.Apart, e.Other) {
			p.Apart = append(p.Apart, e.Other)
		}
	}),
	ClosedDown:    with(func(p *Provider, e ClosedEvent, by By) { p.Closed = &Closing{Reason: e.Reason, By: by} }),
	Reopened:      with(func(p *Provider, _ struct{}, _ By) { p.Closed = nil }),
	Imported:      with((*Provider).takeImport),
	SourceTold:    with((*Provider).hearSource),
	SourceSettled: with((*Provider).takeImport),
	LineSet:       with(func(p *Provider, e LineEvent, _ By) { p.Line = e.Mark }),
}

// keeping are the events by which a person makes an entry their own: from then
// on no import changes it unasked.
var keeping = map[string]bool{Added: true, Described: true, LocationSet: true, LocationDropped: true, ServiceSet: true,
	ServiceDropped: true, HoursSet: true, Confirmed: true, Vetted: true, Absorbed: true, SourceSettled: true, Reopened: true}

func serviceID(s Service) string   { return s.ID }
func locationID(l Location) string { return l.ID }

func without[T any](list []T, id string, of func(T) string) []T {
	return slices.DeleteFunc(list, func(x T) bool { return of(x) == id })
}

func put[T any](list []T, x T, of func(T) string) []T {
	if i := slices.IndexFunc(list, func(y T) bool { return of(y) == of(x) }); i >= 0 {
		list[i] = x
		return list
	}
	return append(list, x)
}

func (p *Provider) setLocation(l Location) { p.Locations = put(p.Locations, l, locationID) }

// setService keeps what was reported at each place.
func (p *Provider) setService(s Service) {
	if old := p.Service(s.ID); old != nil {
		for i := range s.At {
			if was := old.AtLocation(s.At[i].Location); was != nil {
				s.At[i].Capacities = was.Capacities
			}
		}
	}
	p.Services = put(p.Services, s, serviceID)
}

func (p *Provider) dropLocation(e DropEvent, _ By) {
	p.Locations = without(p.Locations, e.ID, locationID)
	for i := range p.Services {
		p.Services[i].At = without(p.Services[i].At, e.ID, func(a At) string { return a.Location })
	}
}

func (p *Provider) setHours(e HoursEvent, _ By) {
	if e.Service == "" {
		if l := p.Location(e.Location); l != nil {
			l.Hours = e.Hours
		}
		return
	}
	s := p.Service(e.Service)
	if s == nil {
		return
	}
	if at := s.AtLocation(e.Location); at != nil {
		at.Hours = e.Hours
	} else if e.Location == "" {
		s.Hours = e.Hours
	}
}

// confirm takes the time at which it was so, unless a later check stands.
func (p *Provider) confirm(e ConfirmedEvent, by By) {
	if !e.AsOf.IsZero() {
		by.At = e.AsOf
	}
	if p.Verified == nil || !p.Verified.At.After(by.At) {
		p.Verified = &Verified{By: by, How: e.How}
	}
}

func (p *Provider) report(e CapacityEvent, by By) {
	s := p.Service(e.Service)
	if s == nil {
		return
	}
	at := s.AtLocation(e.Location)
	if at == nil {
		s.At = append(s.At, At{Location: e.Location})
		at = &s.At[len(s.At)-1]
	}
	if !e.AsOf.IsZero() {
		by.At = e.AsOf
	}
	c := Capacity{Unit: e.Unit, Group: e.Group, Maximum: e.Maximum, Available: e.Available, Blocked: e.Blocked}
	if e.Available != nil { // else only how many there are
		c.Reported = &by
	}
	at.Capacities = put(at.Capacities, c, func(c Capacity) string { return c.Unit + "\x00" + c.Group })
}

func (p *Provider) hold(e HeldEvent, by By) {
	p.Holds = append(p.Holds, Hold{ID: e.ID, Service: e.Service, Location: e.Location, Unit: e.Unit, Group: e.Group,
		Count: e.Count, For: e.For, Until: e.Until, By: by})
}

// endHold ends a hold; when the person has come, her bed is no longer free.
func (p *Provider) endHold(e HoldEndedEvent, by By) {
	i := slices.IndexFunc(p.Holds, func(h Hold) bool { return h.ID == e.ID })
	if i < 0 {
		return
	}
	h := &p.Holds[i]
	h.Outcome, h.Ended = e.Outcome, by.At
	if c := p.Capacity(h.slot()); e.Outcome == Arrived && c != nil && c.Available != nil {
		left := max(0, *c.Available-h.Count)
		c.Available = &left
	}
}

func (p *Provider) absorb(e AbsorbedEvent, _ By) {
	p.Profile = e.Profile
	for _, l := range e.Locations {
		p.setLocation(l.location())
	}
	for _, s := range e.Services {
		p.setService(s)
	}
}

// forgetHolds drops holds that ended long ago; the ledger keeps them.
func (p *Provider) forgetHolds(now time.Time) {
	p.Holds = slices.DeleteFunc(p.Holds, func(h Hold) bool {
		end := h.Until
		if h.Outcome != "" {
			end = h.Ended
		}
		return now.Sub(end) > holdsKept
	})
}
