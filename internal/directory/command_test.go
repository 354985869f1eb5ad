package directory

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

func TestWhoMayDoWhat(t *testing.T) {
	w := newWorld(t, "sqlite")
	id := w.add(house("Tumaini House (fictional)", "meru", 0.05, 37.65))
	slot := w.slot(id)
	w.do(matron, id, &ReportCapacity{Slot: slot, Available: 9, Maximum: num(12)})
	ownAdmin, otherAdmin := actor("adm", "x-house", "administrator"), actor("adm2", "x-ziwa", "administrator")
	nobody := realm.Actor{}
	p := w.provider(id).Profile
	taken := p
	taken.Agency = "x-ziwa"
	for _, x := range []struct {
		name string
		cmd  func() Command
		may  []realm.Actor
		not  []realm.Actor
	}{
		{"describe", func() Command { c := p; return &Describe{c} }, []realm.Actor{secretariat, ownAdmin}, []realm.Actor{manager, matron, officer, otherAdmin, nobody}},
		{"give the entry to another agency", func() Command { c := taken; return &Describe{c} }, nil, []realm.Actor{ownAdmin, otherAdmin}},
		{"report", func() Command { return &ReportCapacity{Slot: slot, Available: 9} }, []realm.Actor{matron, ownAdmin, secretariat}, []realm.Actor{manager, officer, otherAdmin, nobody}},
		{"confirm", func() Command { return &Confirm{How: "telephone"} }, []realm.Actor{matron, secretariat}, []realm.Actor{manager, officer, nobody}},
		{"hold", func() Command { return &PlaceHold{Slot: slot} }, []realm.Actor{manager, secretariat, matron, actor("c", "x", "counsellor")}, []realm.Actor{officer, otherAdmin, nobody, actor("i", "x", "investigator")}},
		{"vet", func() Command { return &Vet{State: "vetted"} }, []realm.Actor{secretariat}, []realm.Actor{manager, matron, ownAdmin, officer, nobody}},
	} {
		for _, who := range x.may {
			if _, err := w.Do(ctx, who, id, Order{}, x.cmd()); err != nil {
				t.Errorf("%s may not %s: %v", who.Duty, x.name, err)
			}
		}
		for _, who := range x.not {
			var denied *problem.Denied
			if _, err := w.Do(ctx, who, id, Order{}, x.cmd()); !errors.As(err, &denied) {
				t.Errorf("%s of %q may %s: %v", who.Duty, who.Agency, x.name, err)
			}
		}
	}
	if _, err := w.Do(ctx, secretariat, "nowhere", Order{}, &Vet{State: "vetted"}); !errors.Is(err, problem.ErrNotFound) {
		t.Errorf("a provider that is not there: %v", err)
	}
	if may := w.May(matron, &Provider{Profile: p}, policy.DirectoryReport, policy.DirectoryVet); !may[policy.DirectoryReport] || may[policy.DirectoryVet] {
		t.Errorf("what a page may offer: %v", may)
	}
}

func TestWhatIsWrongIsToldAtOnce(t *testing.T) {
	w := newWorld(t, "sqlite")
	a := house("", "meru", 0.05, 37.65)
	a.Profile.Phones = []Phone{{Number: "12"}, {Number: "1195"}, {Number: "*483*306#", Way: "ussd"}, {Number: "0722 000 000"}}
	a.Profile.Website, a.Profile.Email = "kenya", "nobody"
	a.Locations[0].County = ""
	a.Services[0].Kind = "sorcery"
	a.Services[0].Eligibility.MaxAge = num(3)
	a.Services[0].Hours = Hours{Zone: "Local", Open: []Piece{{Opens: "8", Closes: "17:00"}}}
	a.Services[0].At = []At{{Location: "nowhere"}}
	_, err := w.Add(ctx, secretariat, Order{}, a)
	for name, key := range map[string]string{
		"profile.name": "common.error.required", "profile.phones.0.number": "common.error.phone", "profile.website": "directory.error.website",
		"profile.email": "directory.error.email", "locations.0.county": "directory.error.county-needed", "services.0.kind": "common.error.unknown_term",
		"services.0.eligibility.max_age": "directory.error.ages-turned", "services.0.hours.open.0.opens": "directory.error.clock",
		"services.0.at.0.location": "directory.error.no-such-place", "services.0.hours.zone": "directory.error.zone",
	} {
		invalid(t, err, name, key)
	}
	var all *problem.Invalid
	if errors.As(err, &all); len(all.Fields) != 10 {
		t.Errorf("other things are called wrong as well: %v", err)
	}
	if r, err := w.Find(ctx, manager, Query{}); err != nil || r.Total != 0 {
		t.Errorf("half of it was entered: %+v %v", r, err)
	}
}

func TestReportsOfCapacity(t *testing.T) {
	w := newWorld(t, "sqlite")
	id := w.add(house("Tumaini House (fictional)", "meru", 0.05, 37.65))
	slot := w.slot(id)
	w.do(matron, id, &ReportCapacity{Slot: slot, Available: 2, Maximum: num(12), Blocked: []Blocked{{"staff", 3}}})
	_, err := w.Do(ctx, matron, id, Order{}, &ReportCapacity{Slot: slot, Available: 10, Blocked: []Blocked{{"staff", 3}}})
	refused(t, err, "directory.more-than-all")
	_, err = w.Do(ctx, secretariat, id, Order{}, &ReportCapacity{Slot: slot, Available: 5, AsOf: noon.Add(-time.Hour)})
	refused(t, err, "directory.newer-report")
	_, err = w.Do(ctx, secretariat, id, Order{}, &ReportCapacity{Slot: slot, Available: 5, AsOf: noon.Add(time.Hour)})
	invalid(t, err, "as_of", "directory.error.as-of")
	f := w.Taxonomy.Freshness.Capacity
	for _, x := range []struct {
		after time.Duration
		age   Age
		free  Fact
	}{{0, AgeFresh, Yes}, {f.Fresh, AgeFresh, Yes}, {f.Fresh + time.Second, AgeAgeing, Yes}, {f.Ageing + time.Second, AgeStale, NotKnown}} {
		w.mu.Lock()
		w.now = noon.Add(x.after)
		w.mu.Unlock()
		surely, _ := w.Find(ctx, manager, Query{Free: Surest})
		maybe, _ := w.Find(ctx, manager, Query{Free: Maybe})
		if got := Of(surely.Total == 1); x.free == Yes && got != Yes || x.free == NotKnown && (got == Yes || maybe.Total != 1) {
			t.Errorf("after %s: surely %d, maybe %d", x.after, surely.Total, maybe.Total)
		}
		if slots := maybe.Rows[0].Places; slots[0].Age != x.age || *slots[0].Free != 2 || *slots[0].Maximum != 12 {
			t.Errorf("after %s: %+v", x.after, slots[0])
		}
	}
	ask, err := w.ToAsk(ctx, matron, 10)
	if err != nil || len(ask) != 2 || ask[0].About != "capacity" || ask[0].Age != AgeStale || ask[1].About != "verified" || ask[1].Age != AgeNone {
		t.Errorf("what the house is asked: %+v %v", ask, err)
	}
	w.do(matron, id, &Confirm{})
	w.do(matron, id, &ReportCapacity{Slot: slot, Available: 0})
	if ask, _ := w.ToAsk(ctx, matron, 10); len(ask) != 0 {
		t.Errorf("asked again after it answered: %+v", ask)
	}
	if ask, _ := w.ToAsk(ctx, manager, 10); len(ask) != 0 {
		t.Errorf("a stranger is asked: %+v", ask)
	}
	if v := w.provider(id).Verified; v == nil || v.How != "own-staff" || v.Staff != "matron" || !v.At.Equal(w.clock()) {
		t.Errorf("still true, said: %+v", v)
	}
	if none, _ := w.Find(ctx, manager, Query{Free: Maybe}); none.Total != 0 {
		t.Errorf("a full house passes for one that may have a place")
	}
}

func TestACommandSentTwiceIsDoneOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.add(house("Tumaini House (fictional)", "meru", 0.05, 37.65))
		slot := w.slot(id)
		w.do(matron, id, &ReportCapacity{Slot: slot, Available: 5, Maximum: num(12)})
		one, err := w.Do(ctx, manager, id, Order{Key: "k"}, &PlaceHold{Slot: slot})
		if err != nil {
			t.Fatal(err)
		}
		two, err := w.Do(ctx, manager, id, Order{Key: "k"}, &PlaceHold{Slot: slot})
		if err != nil || !two.Replayed || two.ID != one.ID {
			t.Errorf("%+v then %+v: %v", one, two, err)
		}
		if _, err := w.Do(ctx, manager, id, Order{Key: "k"}, &PlaceHold{Slot: slot, Count: 2}); !errors.Is(err, problem.ErrKeyReused) {
			t.Errorf("another command under the key: %v", err)
		}
		var changed *problem.Changed
		if _, err := w.Do(ctx, matron, id, Order{Expect: 1}, &Confirm{}); !errors.As(err, &changed) {
			t.Errorf("on an old version: %v", err)
		}
		a := house("Tumaini House (fictional)", "meru", 0.05, 37.65)
		a.Profile.External = map[string]string{"list": "7"}
		b := *a
		b.Profile.Name = "Tumaini (fictional)"
		w.add(a)
		_, err = w.Add(ctx, secretariat, Order{}, &b)
		refused(t, err, "directory.entered-already")
	})
}

// Thrown away and folded again, read again by another server, or brought up to
// date while running: every way leads to the same directory.
func TestRebuildReopenAndRefreshAgree(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		if _, err := w.SeedDemo(ctx, secretariat); err != nil {
			t.Fatal(err)
		}
		if err := w.Load(ctx); err != nil {
			t.Fatal(err)
		}
		r, err := realm.Open(ctx, w.at)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		other, err := New(r, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := other.Load(ctx); err != nil {
			t.Fatal(err)
		}
		id := w.add(house("Aaa House (fictional)", "meru", 0.05, 37.65))
		slot := w.slot(id)
		w.do(matron, id, &ReportCapacity{Slot: slot, Available: 2, Maximum: num(12)})
		hold := w.do(manager, id, &PlaceHold{Slot: slot})
		w.do(matron, id, &ReleaseHold{Hold: hold.ID, Outcome: Arrived})
		w.do(manager, id, &PlaceHold{Slot: slot})
		second := w.add(house("Bbb House (fictional)", "meru", 0.05, 37.65))
		if _, err := w.Merge(ctx, secretariat, id, second, Order{}, nil); err != nil {
			t.Fatal(err)
		}
		all := func(d *Directory) []*Provider {
			s, err := d.index.get(ctx, d.realm.Store)
			if err != nil {
				t.Fatal(err)
			}
			var out []*Provider
			for _, x := range s.byName {
				out = append(out, x.p)
			}
			return out
		}
		running, rows := all(w.Directory), w.rows(t)
		if err := other.Refresh(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := w.r.Rebuild(ctx); err != nil {
			t.Fatal(err)
		}
		if again := w.rows(t); !reflect.DeepEqual(rows, again) {
			t.Error("the tables differ after a rebuild")
		}
		for name, list := range map[string][]*Provider{"refreshed": all(other), "rebuilt": all(w.Directory)} {
			if !reflect.DeepEqual(list, running) {
				t.Errorf("%s differs from what runs", name)
			}
		}
	})
}

func (w *world) rows(t *testing.T) (out []string) {
	for _, q := range []string{`SELECT id || ' ' || seq || ' ' || version || ' ' || name FROM directory_providers ORDER BY id`,
		`SELECT id || provider || service || location || unit || grp || places || staff || agency || made_at || until_at || ended_at || outcome FROM directory_holds ORDER BY id`} {
		rows, err := w.r.Store.Query(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				t.Fatal(err)
			}
			out = append(out, s)
		}
		rows.Close()
	}
	states, err := w.r.Store.Query(ctx, `SELECT state FROM directory_providers ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	defer states.Close()
	for states.Next() {
		var raw []byte
		if err := states.Scan(&raw); err != nil {
			t.Fatal(err)
		}
		out = append(out, string(raw))
	}
	return out
}
