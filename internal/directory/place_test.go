package directory

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"rufaa/internal/problem"
)

// standsNowhere fails when a text stands in any table of the realm, or any file.
func (w *world) standsNowhere(t *testing.T, canary string) {
	t.Helper()
	rows, err := w.r.Store.Query(ctx, `SELECT body FROM events`)
	if err != nil {
		t.Fatal(err)
	}
	found := false // that the search can find at all
	for rows.Next() {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			t.Fatal(err)
		}
		found = found || bytes.Contains(body, []byte("Tumaini House"))
		if bytes.Contains(body, []byte(canary)) {
			t.Errorf("an event holds %s: %s", canary, body)
		}
	}
	rows.Close()
	if !found {
		t.Fatal("the search finds not even the name of the house")
	}
	var states []byte
	rows, err = w.r.Store.Query(ctx, `SELECT state FROM directory_providers`)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var s []byte
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		states = append(states, s...)
	}
	rows.Close()
	if bytes.Contains(states, []byte(canary)) {
		t.Errorf("the table of providers holds %s", canary)
	}
	if w.at.URL != "" {
		return
	}
	err = filepath.WalkDir(w.at.Dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if bytes.Contains(raw, []byte(canary)) {
			t.Errorf("%s holds %s", filepath.Base(path), canary)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAConfidentialPlaceIsNowhereInTheClear(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.add(house("Tumaini House (fictional)", "meru", 0.0512345, 37.6512345))
		p := w.provider(id)
		l := p.Locations[0]
		w.do(secretariat, id, &SetLocation{Location: Location{ID: l.ID, Kind: "physical", County: "meru", Confidential: true, Place: &Place{Address: "CANARY-NEW 9", Latitude: deg(0.0654321), Longitude: deg(37.6654321)}}})
		for _, canary := range []string{"CANARY", "0.0512345", "37.6512345", "0.0654321", "37.6654321"} {
			w.standsNowhere(t, canary)
		}
		v, err := w.View(ctx, matron, id)
		if err != nil {
			t.Fatal(err)
		}
		found, err := w.Find(ctx, manager, Query{Text: "tumaini"})
		if err != nil || found.Total != 1 {
			t.Fatalf("%+v %v", found, err)
		}
		hidden, err := w.Find(ctx, manager, Query{Text: "canary"})
		if err != nil || hidden.Total != 0 {
			t.Errorf("a search finds what is sealed: %+v %v", hidden, err)
		}
		ranking, err := w.Rank(ctx, manager, Needs{Service: "shelter", County: "nairobi-city", Person: Person{Sex: "female", Age: num(30)}})
		if err != nil || len(ranking.Matches) != 1 {
			t.Fatalf("%+v %v", ranking, err)
		}
		for _, answer := range []any{v, found, ranking} {
			raw, err := json.Marshal(answer)
			if err != nil || bytes.Contains(raw, []byte("CANARY")) || bytes.Contains(raw, []byte("rv1.")) || bytes.Contains(raw, []byte("0.06")) {
				t.Errorf("%T holds what is sealed: %s %v", answer, raw, err)
			}
		}
		err = w.Each(ctx, func(p *Provider) bool {
			if l := p.Locations[0]; l.Place != nil || l.Sealed != "" {
				t.Errorf("published: %+v", l)
			}
			return true
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// An id in another directory may be its key to the very house, or derived from
// its address. Readers do not see it; the next import still knows the house.
func TestAConfidentialPlaceIsNotNamedByItsIdElsewhere(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a := house("Tumaini House (fictional)", "meru", 0.0512345, 37.6512345)
		a.Locations[0].External = map[string]string{"atlas": "CANARY-PLACE-ID"}
		id := w.add(a)
		at := w.provider(id).Locations[0].ID
		for range 2 {
			v, err := w.View(ctx, manager, id)
			if err != nil || v.Provider.Locations[0].External != nil {
				t.Errorf("a reader sees %+v %v", v, err)
			}
			if have := w.provider(id).Locations[0].External["atlas"]; have != "CANARY-PLACE-ID" {
				t.Errorf("the next import knows the house by %q", have)
			}
			l := v.Provider.Locations[0]
			l.ID, l.Accessible = at, Yes
			w.do(secretariat, id, &SetLocation{Location: l}) // as a form sends it that never saw the id
		}
	})
}

func TestOnlyOwnStaffOpenThePlaceAndItIsRecorded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.add(house("Tumaini House (fictional)", "meru", 0.05, 37.65))
		l := w.provider(id).Locations[0].ID
		for _, who := range []struct {
			name string
			err  error
		}{{"case manager elsewhere", nil}, {"secretariat", nil}} {
			a := manager
			if who.name == "secretariat" {
				a = secretariat
			}
			var denied *problem.Denied
			if _, err := w.OpenPlace(ctx, a, id, l); !errors.As(err, &denied) {
				t.Errorf("%s opens the place: %v", who.name, err)
			}
		}
		before := w.openings(t)
		place, err := w.OpenPlace(ctx, matron, id, l)
		if err != nil || place.Address != "CANARY-LANE 7" || *place.Latitude != 0.05 {
			t.Fatalf("%+v %v", place, err)
		}
		near, err := w.TooNear(ctx, matron, id, l, []Circle{{Point{0.06, 37.66}, 5}})
		if err != nil || near != Yes {
			t.Errorf("a trafficker two kilometres away: %q %v", near, err)
		}
		near, err = w.TooNear(ctx, matron, id, l, []Circle{{Point{-1.28, 36.8}, 20}})
		if err != nil || near != No {
			t.Errorf("a trafficker in Nairobi: %q %v", near, err)
		}
		if n := w.openings(t) - before; n != 3 {
			t.Errorf("%d openings recorded, want 3", n)
		}
	})
}

func (w *world) openings(t *testing.T) (n int) {
	if err := w.r.Store.QueryRow(ctx, `SELECT count(*) FROM openings WHERE staff = $1`, matron.Staff).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestImpossiblePositionsAreRefused(t *testing.T) {
	w := newWorld(t, "sqlite")
	for name, x := range map[string]struct {
		lat, lon float64
		key      string
	}{
		"swapped":        {37.65, 0.05, "directory.error.outside-region"},
		"swapped south":  {36.8, -1.28, "directory.error.outside-region"},
		"in the ocean":   {0, 0, "directory.error.outside-region"},
		"another county": {-4.04, 39.66, "directory.error.other-county"},
	} {
		a := house("Tumaini House (fictional)", "meru", x.lat, x.lon)
		_, err := w.Add(ctx, secretariat, Order{}, a)
		want := x.key
		if ok, swapped := w.Taxonomy.Map.inRegion(Point{x.lat, x.lon}); !ok && swapped {
			want = "directory.error.swapped"
		}
		t.Run(name, func(t *testing.T) { invalid(t, err, "locations.0.place.latitude", want) })
	}
}
