package directory

import (
	"context"
	"slices"
	"time"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// View is one provider as a page shows it.
type View struct {
	Provider *Provider // nothing sealed; holds as the reader may see them
	Offers   []Offer   // services at places, in the provider's order
	Verified Age
	May      map[policy.Action]bool
}

// Offer is one service at one place, now.
type Offer struct {
	Service  *Service
	Location *Location // nil: by telephone, or where the person is
	Hours    Hours
	Opening  Opening
	Places   []FreeSlot
}

// View gives one provider, also one that is closed. Who holds its places is
// seen by its own staff and the Secretariat; others see their own holds.
func (d *Directory) View(ctx context.Context, who realm.Actor, id string) (*View, error) {
	if err := d.realm.Door.Realm(who.Principal, policy.DirectoryView); err != nil {
		return nil, err
	}
	s, err := d.index.get(ctx, d.realm.Store)
	if err != nil {
		return nil, err
	}
	x := s.find(id)
	if x == nil {
		return nil, problem.ErrNotFound
	}
	now := d.realm.Now()
	p := x.p.public()
	v := &View{Provider: p, May: d.May(who, p, policy.DirectoryEdit, policy.DirectoryConfirm, policy.DirectoryReport,
		policy.DirectoryHold, policy.DirectoryRelease, policy.DirectoryVet, policy.DirectoryMerge, policy.DirectoryPlace,
		policy.DirectoryMessage, policy.DirectoryLine)}
	for _, h := range x.p.Holds {
		if v.May[policy.DirectoryRelease] || h.By.Staff == who.Staff {
			h.For = ""
			p.Holds = append(p.Holds, h)
		}
	}
	f := d.filterFor(&Query{})
	for i := range x.entries {
		e := &x.entries[i]
		o := Offer{Service: e.service, Location: e.location, Hours: e.hours.h, Opening: f.opening(e)}
		for k := range e.slots {
			o.Places = append(o.Places, d.slotNow(x.p, &e.slots[k], now))
		}
		v.Offers = append(v.Offers, o)
	}
	if p.Verified != nil {
		v.Verified = d.Taxonomy.Freshness.Verified.Of(&p.Verified.At, now)
	}
	return v, nil
}

// Each walks through every provider that can be found, by name, without
// anything sealed, held or confidential, for publishing and export. It asks no
// door: what it gives is public within the mechanism. Contacts are left out.
// The providers are shared and must not be changed.
func (d *Directory) Each(ctx context.Context, fn func(*Provider) bool) error {
	s, err := d.index.get(ctx, d.realm.Store)
	if err != nil {
		return err
	}
	for _, x := range s.byName {
		if !x.p.Live() {
			continue
		}
		p := *x.p
		p.Holds, p.Contacts = nil, nil
		if !fn(&p) {
			return nil
		}
	}
	return nil
}

// Now is the moment by which the room judges what is open, fresh and held.
func (d *Directory) Now() time.Time { return d.realm.Now() }

// SlotNow is one capacity with what is held of it at the moment.
func (d *Directory) SlotNow(ctx context.Context, provider string, at Slot) (FreeSlot, bool) {
	s, err := d.index.get(ctx, d.realm.Store)
	if err != nil {
		return FreeSlot{}, false
	}
	x := s.find(provider)
	if x == nil {
		return FreeSlot{}, false
	}
	c := x.p.Capacity(at)
	if c == nil {
		return FreeSlot{}, false
	}
	return d.slotNow(x.p, &slotKept{Slot: at, c: c}, d.realm.Now()), true
}

// Question is something to ask a provider, because nobody knows or what is
// known is old.
type Question struct {
	Provider string    `json:"provider"`
	Name     string    `json:"name"`
	Agency   string    `json:"agency,omitempty"`
	About    string    `json:"about"` // capacity, verified
	Slot     *Slot     `json:"slot,omitempty"`
	Age      Age       `json:"age"`
	Since    time.Time `json:"since,omitzero"`
}

// ToAsk lists what to ask providers, the longest unheard first: stale
// capacity, then entries that nobody checked in time. The Secretariat sees
// all; a provider's own staff what they are asked themselves.
func (d *Directory) ToAsk(ctx context.Context, who realm.Actor, limit int) ([]Question, error) {
	s, err := d.index.get(ctx, d.realm.Store)
	if err != nil {
		return nil, err
	}
	now := d.realm.Now()
	var out []Question
	for _, x := range s.byName {
		if !x.p.Live() || d.admit(who, policy.DirectoryConfirm, x.p, "") != nil {
			continue
		}
		for i := range x.entries {
			for k := range x.entries[i].slots {
				slot := x.entries[i].slots[k]
				f := d.slotNow(x.p, &slot, now)
				if f.Age == AgeNone || f.Age == AgeStale {
					q := Question{Provider: x.p.ID, Name: x.p.Name, Agency: x.p.Agency, About: "capacity", Slot: &slot.Slot, Age: f.Age}
					if f.Reported != nil {
						q.Since = *f.Reported
					}
					out = append(out, q)
				}
			}
		}
		q := Question{Provider: x.p.ID, Name: x.p.Name, Agency: x.p.Agency, About: "verified"}
		if x.p.Verified != nil {
			q.Since = x.p.Verified.At
			q.Age = d.Taxonomy.Freshness.Verified.Of(&q.Since, now)
		}
		if q.Age == AgeNone || q.Age == AgeStale {
			out = append(out, q)
		}
	}
	slices.SortStableFunc(out, func(a, b Question) int {
		if a.About != b.About {
			if a.About == "capacity" {
				return -1
			}
			return 1
		}
		return a.Since.Compare(b.Since)
	})
	return out[:min(limit, len(out))], nil
}

// MyHold is a running hold of somebody's own.
type MyHold struct {
	Provider string `json:"provider"`
	Name     string `json:"name"`
	Hold
}

// MyHolds lists the running holds that a person made, the next to run out
// first.
func (d *Directory) MyHolds(ctx context.Context, who realm.Actor) ([]MyHold, error) {
	s, err := d.index.get(ctx, d.realm.Store)
	if err != nil {
		return nil, err
	}
	now := d.realm.Now()
	var out []MyHold
	for _, x := range s.byName {
		for _, h := range x.p.Holds {
			if h.By.Staff == who.Staff && h.Runs(now) {
				h.For = ""
				out = append(out, MyHold{x.p.ID, x.p.Name, h})
			}
		}
	}
	slices.SortFunc(out, func(a, b MyHold) int { return a.Until.Compare(b.Until) })
	return out, nil
}

// HeldFor tells whether this person already holds a place for a case
// somewhere, so that a hold made twice is seen.
func (d *Directory) HeldFor(ctx context.Context, who realm.Actor, caseID string) ([]MyHold, error) {
	s, err := d.index.get(ctx, d.realm.Store)
	if err != nil {
		return nil, err
	}
	now, mark := d.realm.Now(), d.env(ctx, who, "").mark(caseID)
	var out []MyHold
	for _, x := range s.byName {
		for _, h := range x.p.Holds {
			if h.For == mark && h.By.Staff == who.Staff && h.Runs(now) {
				h.For = ""
				out = append(out, MyHold{x.p.ID, x.p.Name, h})
			}
		}
	}
	return out, nil
}

// ByExternal finds the live provider that another directory knows by an id of
// its own, also after it was merged into another entry; ok is false when there
// is none. Imports ask it, so that a second import changes and never doubles.
func (d *Directory) ByExternal(ctx context.Context, source, id string) (p *Provider, ok bool, err error) {
	s, err := d.index.get(ctx, d.realm.Store)
	if err != nil {
		return nil, false, err
	}
	x := s.find(IDFor(source, id))
	for hops := 0; x != nil && x.p.MergedIn != "" && hops < 100; hops++ {
		x = s.find(x.p.MergedIn)
	}
	if x == nil { // entered by hand, or known by another source first
		i := slices.IndexFunc(s.byName, func(y *shard) bool { return y.p.Live() && y.p.External[source] == id })
		if id == "" || i < 0 {
			return nil, false, nil
		}
		x = s.byName[i]
	}
	if !x.p.Live() {
		return nil, false, nil
	}
	return x.p.public(), true, nil
}
