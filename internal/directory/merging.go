package directory

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"strings"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// Difference is one thing of which two entries say something else.
type Difference struct {
	Field string `json:"field"` // name of the profile's field in JSON
	Keep  any    `json:"keep"`
	Drop  any    `json:"drop"`
}

// Twins are two entries that may be one provider, side by side.
type Twins struct {
	Keep, Drop  *Provider
	Differences []Difference
	Why         []string // what looks alike: name, phone, website
}

// mergeable are the fields of a profile that a person chooses between.
func mergeable(p *Profile) map[string]reflect.Value {
	out := map[string]reflect.Value{}
	v := reflect.ValueOf(p).Elem()
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if name != "external" && name != "sources" { // always joined
			out[name] = v.Field(i)
		}
	}
	return out
}

// Compare shows where two profiles differ, by field name. It is pure.
func Compare(keep, drop *Profile) []Difference {
	a, b := mergeable(keep), mergeable(drop)
	var out []Difference
	for _, name := range slices.Sorted(maps.Keys(a)) {
		x, y := a[name].Interface(), b[name].Interface()
		if !silent(b[name]) && !reflect.DeepEqual(x, y) {
			out = append(out, Difference{name, x, y})
		}
	}
	return out
}

// silent tells whether a source says nothing of a field: that is no disagreement.
func silent(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Map, reflect.Slice:
		return v.Len() == 0
	}
	return v.IsZero()
}

// Merge makes two entries one. Take names the fields of the profile that come
// from the entry that goes; everywhere else the one that stays is right, except
// that it takes what it did not know. Services and places of both are kept.
func (d *Directory) Merge(ctx context.Context, who realm.Actor, keep, drop string, o Order, take []string) (realm.Receipt, error) {
	a, b, err := d.pair(ctx, who, keep, drop)
	if err != nil {
		return realm.Receipt{}, err
	}
	digest, err := d.realm.Digest("directory.merge", Stream(keep), []any{drop, take})
	if err != nil {
		return realm.Receipt{}, err
	}
	if rc, found, err := d.realm.Replayed(ctx, who, o.Key, digest); err != nil || found {
		return rc, err
	}
	if o.Expect > 0 && o.Expect != a.Version {
		return realm.Receipt{}, &problem.Changed{Expected: o.Expect, Have: a.Version}
	}
	switch {
	case keep == drop:
		return realm.Receipt{}, problem.Refuse("directory.same-entry")
	case !a.Live() || !b.Live():
		return realm.Receipt{}, problem.Refuse("directory.closed")
	case slices.ContainsFunc(b.Holds, func(h Hold) bool { return h.Runs(d.realm.Now()) }):
		return realm.Receipt{}, problem.Refuse("directory.holds-run")
	}
	profile, err := merged(a.Profile, b.Profile, take)
	if err != nil {
		return realm.Receipt{}, err
	}
	places := make([]Recorded, len(b.Locations))
	for i, l := range b.Locations {
		places[i] = recorded(l)
	}
	return d.realm.Commit(ctx, realm.Command{
		Actor: who, Key: o.Key, Digest: digest, Answer: realm.Receipt{ID: keep},
		Appends: []realm.Append{
			{Stream: Stream(keep), Expected: a.Version, Drafts: []ledger.Draft{
				draft(Absorbed, AbsorbedEvent{From: drop, Profile: profile, Locations: places, Services: b.Services})}},
			{Stream: Stream(drop), Expected: b.Version, Drafts: []ledger.Draft{draft(MergedInto, OtherEvent{keep})}},
		},
	})
}

func (d *Directory) pair(ctx context.Context, who realm.Actor, one, other string) (a, b *Provider, err error) {
	if a, err = d.load(ctx, one); err != nil {
		return nil, nil, err
	}
	if b, err = d.load(ctx, other); err != nil {
		return nil, nil, err
	}
	for _, p := range []*Provider{a, b} {
		if !p.Exists() {
			return nil, nil, problem.ErrNotFound
		}
		if err := d.admit(who, policy.DirectoryMerge, p, ""); err != nil {
			return nil, nil, err
		}
	}
	return a, b, nil
}

func merged(keep, drop Profile, take []string) (Profile, error) {
	out := keep
	a, b := mergeable(&out), mergeable(&drop)
	for _, name := range take {
		if _, ok := a[name]; !ok {
			return out, &problem.Invalid{Fields: []problem.Field{{Name: "take", Key: "common.error.unknown_term"}}}
		}
	}
	for name := range a {
		if slices.Contains(take, name) || silent(a[name]) {
			a[name].Set(b[name])
		}
	}
	out.Sources = slices.Clone(keep.Sources)
	for _, s := range drop.Sources {
		if !slices.Contains(out.Sources, s) {
			out.Sources = append(out.Sources, s)
		}
	}
	out.External = maps.Clone(keep.External)
	for source, id := range drop.External {
		if out.External == nil {
			out.External = map[string]string{}
		}
		if _, taken := out.External[source]; !taken {
			out.External[source] = id
		}
	}
	return out, nil
}

// KeepBoth says that two entries that look alike are two providers, so that
// nobody is asked again.
func (d *Directory) KeepBoth(ctx context.Context, who realm.Actor, one, other string) (realm.Receipt, error) {
	a, b, err := d.pair(ctx, who, one, other)
	if err != nil {
		return realm.Receipt{}, err
	}
	if one == other {
		return realm.Receipt{}, problem.Refuse("directory.same-entry")
	}
	return d.realm.Commit(ctx, realm.Command{
		Actor: who, Answer: realm.Receipt{ID: one},
		Appends: []realm.Append{
			{Stream: Stream(one), Expected: a.Version, Drafts: []ledger.Draft{draft(KeptApart, OtherEvent{other})}},
			{Stream: Stream(other), Expected: b.Version, Drafts: []ledger.Draft{draft(KeptApart, OtherEvent{one})}},
		},
	})
}

// Lookalikes lists entries that may be one provider: the same name, telephone
// number or website. Short codes are shared and prove nothing.
func (d *Directory) Lookalikes(ctx context.Context, who realm.Actor, limit int) ([]Twins, error) {
	if err := d.admit(who, policy.DirectoryMerge, &Provider{}, ""); err != nil {
		return nil, err
	}
	s, err := d.index.get(ctx, d.realm.Store)
	if err != nil {
		return nil, err
	}
	first := map[string]*shard{}
	found := map[[2]*shard]int{}
	var out []Twins
	for _, x := range s.byName {
		if !x.p.Live() {
			continue
		}
		for _, sign := range x.signs() {
			why, _, _ := strings.Cut(sign, ":")
			y, met := first[sign]
			if !met {
				first[sign] = x
				continue
			}
			if y == x || slices.Contains(x.p.Apart, y.p.ID) {
				continue
			}
			if i, again := found[[2]*shard{y, x}]; again {
				out[i].Why = append(out[i].Why, why)
			} else if len(out) < limit {
				found[[2]*shard{y, x}] = len(out)
				out = append(out, Twins{Keep: y.p.public(), Drop: x.p.public(), Differences: Compare(&y.p.Profile, &x.p.Profile), Why: []string{why}})
			}
		}
	}
	return out, nil
}

// signs are what two entries of one provider would share.
func (x *shard) signs() []string {
	out := []string{"name:" + x.name}
	for _, p := range x.p.Phones {
		if len(p.Number) > 6 {
			out = append(out, "phone:"+p.Number)
		}
	}
	if w := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(x.p.Website, "https://"), "http://"), "/"); w != "" {
		out = append(out, "website:"+strings.TrimPrefix(w, "www."))
	}
	return out
}
