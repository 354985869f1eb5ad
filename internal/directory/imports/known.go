package imports

import (
	"context"
	"strings"

	"rufaa/internal/directory"
	"rufaa/internal/hsds"
)

// known is what of the directory a file is held against.
type known struct {
	own    map[string]string              // ids as we publish and export them, to our own
	hidden map[string]bool                // ids of services and places that are confidential
	open   map[string]bool                // ids of places that are not
	secret map[string]bool                // names and numbers of providers with a confidential place
	all    map[string]*directory.Provider // our entries by id
}

// knownTo gathers it. ids are those under which the realm publishes.
func knownTo(ctx context.Context, d *directory.Directory, source string, ids hsds.IDs) (*known, error) {
	k := &known{own: map[string]string{}, hidden: map[string]bool{}, open: map[string]bool{}, secret: map[string]bool{}, all: map[string]*directory.Provider{}}
	err := d.Each(ctx, func(p *directory.Provider) bool {
		secret := false
		k.all[p.ID] = p
		for i := range p.Locations {
			l := &p.Locations[i]
			secret = secret || l.Confidential
			k.mark(l.Confidential, l.ID, ids.Of("location", p.ID+"/"+l.ID), l.External[source])
		}
		for i := range p.Services {
			s := &p.Services[i]
			hidden := false
			for _, at := range s.At {
				if l := p.Location(at.Location); l != nil && l.Confidential {
					hidden = true
				}
			}
			told, _, _ := strings.Cut(s.External[source], "/")
			if hidden {
				k.mark(true, s.ID, ids.Of("service", p.ID+"/"+s.ID), told)
			}
			k.own[s.ID], k.own[ids.Of("service", p.ID+"/"+s.ID)] = s.ID, s.ID
		}
		for i := range p.Locations {
			id := p.Locations[i].ID
			k.own[id], k.own[ids.Of("location", p.ID+"/"+id)] = id, id
		}
		if secret {
			k.secret[signOf(p.Name)] = true
			for _, phone := range p.Phones {
				k.addNumber(phone.Number)
			}
			for i := range p.Services {
				for _, phone := range p.Services[i].Phones {
					k.addNumber(phone.Number)
				}
			}
		}
		return true
	})
	return k, err
}

func (k *known) mark(hidden bool, ids ...string) {
	into := k.open
	if hidden {
		into = k.hidden
	}
	for _, id := range ids {
		if id != "" {
			into[id] = true
		}
	}
}

func signOf(name string) string { return "name:" + folded(name) }

// addNumber keeps numbers of one subscriber; short codes are shared.
func (k *known) addNumber(n string) {
	if len(n) > 6 {
		k.secret["phone:"+n] = true
	}
}

// resembles tells whether a telling is about a provider with a confidential
// place, by name or number.
func (k *known) resembles(t *directory.Telling) bool {
	if k.secret[signOf(t.Profile.Name)] {
		return true
	}
	lists := [][]directory.Phone{t.Profile.Phones}
	for i := range t.Services {
		lists = append(lists, t.Services[i].Phones)
	}
	for _, list := range lists {
		for _, p := range list {
			if k.secret["phone:"+p.Number] {
				return true
			}
		}
	}
	return false
}
