package directory

import (
	"context"
	"fmt"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/valid"
)

// enteredAtOnce is how many providers share one transaction in Enter.
const enteredAtOnce = 50

// Enter takes in whole providers, with what was reported of them and when they
// were checked: for demonstrations, exercises and bulk loading. Ids of places
// and services are the caller's, made anew as in Add. A provider that is there
// already, by its first source, is left as it is. It tells how many were new.
//
// All are checked before the first is entered.
func (d *Directory) Enter(ctx context.Context, who realm.Actor, list []*Provider) (int, error) {
	for i, p := range list {
		if err := d.admit(who, policy.DirectoryEdit, p, ""); err != nil {
			return 0, err
		}
		v := valid.New(d.realm.Now())
		a := addOf(p)
		a.Check(v, d.Taxonomy)
		if err := v.Err(); err != nil {
			return 0, fmt.Errorf("directory: provider %d: %w", i+1, err)
		}
	}
	n := 0
	for start := 0; start < len(list); start += enteredAtOnce {
		var appends []realm.Append
		for _, p := range list[start:min(start+enteredAtOnce, len(list))] {
			id := d.newIDFor(&p.Profile)
			old, err := d.load(ctx, id)
			if err != nil {
				return n, err
			}
			if old.Exists() {
				continue
			}
			drafts, err := d.entering(p, d.env(ctx, who, id))
			if err != nil {
				return n, err
			}
			appends = append(appends, realm.Append{Stream: Stream(id), Expected: 0, Drafts: drafts})
		}
		if len(appends) == 0 {
			continue
		}
		if _, err := d.realm.Commit(ctx, realm.Command{Actor: who, Appends: appends}); err != nil {
			return n, err
		}
		n += len(appends)
	}
	return n, nil
}

// addOf is the Add that makes a provider, without what was reported.
func addOf(p *Provider) *Add {
	a := &Add{Profile: p.Profile, Locations: append([]Location(nil), p.Locations...)}
	for _, s := range p.Services {
		s.At = append([]At(nil), s.At...)
		for i := range s.At {
			s.At[i].Capacities = nil
		}
		a.Services = append(a.Services, s)
	}
	return a
}

func (d *Directory) entering(p *Provider, e *env) ([]ledger.Draft, error) {
	drafts, err := addOf(p).decide(&Provider{}, e)
	if err != nil {
		return nil, err
	}
	n := 1 + len(p.Locations)
	for i := range p.Services {
		made := drafts[n+i].Payload.(ServiceEvent).Service
		for k := range p.Services[i].At {
			for _, c := range p.Services[i].At[k].Capacities {
				ev := CapacityEvent{Slot: Slot{made.ID, made.At[k].Location, c.Unit, c.Group}, Maximum: c.Maximum, Available: c.Available, Blocked: c.Blocked}
				if c.Reported == nil { // it has places, and nobody said how many are free
					ev.Available = nil
				} else if ev.AsOf = c.Reported.At.UTC(); ev.AsOf.After(e.now) {
					return nil, problem.Refuse("directory.newer-report")
				}
				drafts = append(drafts, draft(CapacityReported, ev))
			}
		}
	}
	if v := p.Verified; v != nil {
		drafts = append(drafts, draft(Confirmed, ConfirmedEvent{How: v.How, AsOf: v.At.UTC()}))
	}
	return drafts, nil
}
