package directory

import (
	"context"
	"slices"
	"strings"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/valid"
)

// Settle is a person's decision about what a source says of an entry. Take
// names what the source is right about: fields of the profile, "service/<id>",
// "location/<id>"; everything else stays as it is.
type Settle struct {
	Source string   `json:"source" maxLength:"60"`
	Digest string   `json:"digest" doc:"Of what was looked at" maxLength:"64"`
	Take   []string `json:"take,omitempty" maxItems:"500"`
}

// Action is what the door is asked for.
func (*Settle) Action() policy.Action { return policy.DirectoryMerge }

// Check cleans the input.
func (x *Settle) Check(v *valid.Check, _ *Taxonomy) {
	v.Text("source", &x.Source, 60, true)
	v.Text("digest", &x.Digest, 64, true)
	v.Count("take", len(x.Take), 500)
}

func (x *Settle) decide(p *Provider, _ *env) ([]ledger.Draft, error) {
	if err := p.open(); err != nil {
		return nil, err
	}
	told := p.Told[x.Source]
	if told.Waiting == nil || told.Digest != x.Digest { // another version than the person saw
		return nil, &problem.Changed{Expected: p.Version - 1, Have: p.Version}
	}
	all, e := told.Waiting.said().over(p), ImportedEvent{Source: x.Source, Digest: x.Digest}
	known := map[string]bool{}
	if all.profile != nil {
		profile := p.Profile
		into, from := mergeable(&profile), mergeable(all.profile)
		for name := range into {
			if known[name] = true; slices.Contains(x.Take, name) {
				into[name].Set(from[name])
			}
		}
		e.Profile = &profile
	}
	for _, l := range all.locations {
		name := "location/" + l.ID
		if known[name] = true; slices.Contains(x.Take, name) {
			e.Locations = append(e.Locations, recorded(l))
		}
	}
	for _, s := range all.services {
		name := "service/" + s.ID
		if known[name] = true; slices.Contains(x.Take, name) {
			s.At = slices.DeleteFunc(slices.Clone(s.At), func(a At) bool { // a place that was not taken
				return a.Location != "" && p.Location(a.Location) == nil && !slices.Contains(x.Take, "location/"+a.Location)
			})
			e.Services = append(e.Services, s)
		}
	}
	for _, name := range x.Take {
		if !known[name] {
			return nil, &problem.Invalid{Fields: []problem.Field{{Name: "take", Key: "common.error.unknown_term"}}}
		}
	}
	return happened(SourceSettled, e)
}

func (e *ImportedEvent) said() *said {
	s := &said{source: e.Source, digest: e.Digest, services: e.Services}
	if e.Profile != nil {
		s.profile = *e.Profile
	}
	for _, l := range e.Locations {
		s.locations = append(s.locations, l.location())
	}
	return s
}

// Source is what a source says of an entry, beside what the entry says.
type Source struct {
	Provider *Provider // nothing sealed
	Source   string
	Digest   string
	At       time.Time
	Profile  []Difference // Keep: the entry; Drop: the source
	// Locations and Services of the source, each with what stands; Have is nil
	// where it is new.
	Locations []Pair[Location]
	Services  []Pair[Service]
}

// Pair is one thing as the entry has it and as the source would.
type Pair[T any] struct {
	Have *T
	Told T
}

// Differs tells whether anything is left to decide.
func (s *Source) Differs() bool { return len(s.Profile)+len(s.Locations)+len(s.Services) > 0 }

// Sources lists what sources say of entries that people keep, side by side,
// until somebody decides. Provider "" is all.
func (d *Directory) Sources(ctx context.Context, who realm.Actor, provider string, limit int) ([]Source, error) {
	if err := d.admit(who, policy.DirectoryMerge, &Provider{}, ""); err != nil {
		return nil, err
	}
	s, err := d.index.get(ctx, d.realm.Store)
	if err != nil {
		return nil, err
	}
	var out []Source
	for _, x := range s.byName {
		if len(x.waiting) == 0 || !x.p.Live() || provider != "" && x.p.ID != provider {
			continue
		}
		for _, source := range x.waiting {
			if c := sideBySide(x.p, source, x.told[source]); c.Differs() && len(out) < limit {
				out = append(out, c)
			}
		}
	}
	return out, nil
}

func sideBySide(p *Provider, source string, t Told) Source {
	c := Source{Provider: p, Source: source, Digest: t.Digest, At: t.At}
	l := t.Waiting.said().over(p)
	if l.profile != nil {
		c.Profile = Compare(&p.Profile, l.profile)
	}
	for _, x := range l.locations {
		x.Sealed = ""
		c.Locations = append(c.Locations, Pair[Location]{p.Location(x.ID), x})
	}
	for _, x := range l.services {
		c.Services = append(c.Services, Pair[Service]{p.Service(x.ID), x})
	}
	slices.SortFunc(c.Profile, func(a, b Difference) int { return strings.Compare(a.Field, b.Field) })
	return c
}
