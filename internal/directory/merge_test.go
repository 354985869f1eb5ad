package directory

import (
	"errors"
	"testing"

	"rufaa/internal/problem"
)

func TestTwoSourcesSideBySideAreMergedByAPerson(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a := house("Tumaini House (fictional)", "meru", 0.05, 37.65)
		a.Profile.Sources, a.Profile.External = []string{"list one"}, map[string]string{"one": "17"}
		b := house("Tumaini Home (fictional)", "meru", 0.06, 37.66)
		b.Profile.Sources, b.Profile.External = []string{"list two"}, map[string]string{"two": "x"}
		b.Profile.Email, b.Profile.Kind = "front@example.org", "ngo"
		keep, drop := w.add(a), w.add(b)
		w.add(house("Wema House (fictional)", "meru", 0.07, 37.67)) // shares the telephone as well

		twins, err := w.Lookalikes(ctx, secretariat, 10)
		if err != nil || len(twins) != 2 {
			t.Fatalf("%+v %v", twins, err)
		}
		var pair Twins
		for _, x := range twins {
			if x.Drop.ID == keep || x.Keep.ID == keep {
				pair = x
			}
		}
		fields := map[string]bool{}
		for _, d := range Compare(&w.provider(keep).Profile, &w.provider(drop).Profile) {
			fields[d.Field] = true
		}
		if !fields["name"] || !fields["kind"] || fields["county"] || pair.Why[0] != "phone" {
			t.Errorf("they differ in %v, alike by %v", fields, pair.Why)
		}
		var denied *problem.Denied
		if _, err := w.Merge(ctx, matron, keep, drop, Order{}, nil); !errors.As(err, &denied) {
			t.Errorf("a provider merges: %v", err)
		}
		if _, err := w.Merge(ctx, secretariat, keep, drop, Order{}, []string{"kind"}); err != nil {
			t.Fatal(err)
		}
		p := w.provider(keep)
		if p.Name != "Tumaini House (fictional)" || p.Kind != "ngo" || p.Email != "front@example.org" || len(p.Sources) != 2 || p.External["two"] != "x" ||
			len(p.Services) != 2 || len(p.Locations) != 2 {
			t.Errorf("merged: %+v", p)
		}
		// What was sealed for the one that went still opens.
		place, err := w.OpenPlace(ctx, matron, keep, p.Locations[1].ID)
		if err != nil || *place.Latitude != 0.06 {
			t.Errorf("%+v %v", place, err)
		}
		v, err := w.View(ctx, manager, drop)
		if err != nil || v.Provider.MergedIn != keep || len(v.Offers) != 0 {
			t.Errorf("the old entry leads on: %+v %v", v, err)
		}
		_, err = w.Do(ctx, matron, drop, Order{}, &Confirm{})
		refused(t, err, "directory.closed")
	})
}

func TestTwoThatLookAlikeAreKeptApart(t *testing.T) {
	w := newWorld(t, "sqlite")
	one := w.add(house("Tumaini House (fictional)", "meru", 0.05, 37.65))
	two := w.add(house("Tumaini House (fictional)", "kisumu", -0.1, 34.75))
	if twins, _ := w.Lookalikes(ctx, secretariat, 10); len(twins) != 1 || len(twins[0].Why) != 2 {
		t.Fatalf("%+v", twins)
	}
	if _, err := w.KeepBoth(ctx, secretariat, one, two); err != nil {
		t.Fatal(err)
	}
	if twins, _ := w.Lookalikes(ctx, secretariat, 10); len(twins) != 0 {
		t.Errorf("asked again: %+v", twins)
	}
	_, err := w.Merge(ctx, secretariat, one, one, Order{}, nil)
	refused(t, err, "directory.same-entry")
}
