package search

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// Two servers on one database, each with its own memory.
func TestWhatOneServerWritesTheOtherFinds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		keys := testKeys(t)
		here, there := open(t, db, keys), open(t, db, keys)
		index := func(x *Index, person string, names ...string) {
			write(t, db, func(tx *store.Tx) error { return x.Index(tx, person, "c-"+person, names, nil) })
		}
		finds := func(name string, want ...string) {
			t.Helper()
			for where, x := range map[string]*Index{"here": here, "there": there} {
				hits, err := x.Find(t.Context(), []string{name}, 10, 0.9, nil)
				if got := persons(hits); err != nil || !slices.Equal(got, want) {
					t.Errorf("%s: %q finds %q, %v; want %q", where, name, got, err, want)
				}
			}
		}
		index(here, "p", "Amani Tumaini")
		finds("Amani Tumaini", "p")
		index(there, "q", "Hodan Warsame")
		index(here, "r", "Zawadi Neema", "Dereva Mwembamba")
		finds("Hodan Warsame", "q")
		finds("Dereva Mwembamba", "r")

		index(there, "p", "Baraka Zuhura") // described again by the other
		finds("Amani Tumaini")
		finds("Baraka Zuhura", "p")

		write(t, db, func(tx *store.Tx) error { return here.Forget(tx, "q") })
		finds("Hodan Warsame")

		near, err := there.Resembling(t.Context(), "p", Nearness{Name: 0.9, Bits: 10, Sharing: 3})
		if err != nil || len(near) != 0 {
			t.Errorf("p resembles %+v, %v", near, err)
		}
		index(here, "s", "Baraka Zuhura")
		near, err = there.Resembling(t.Context(), "p", Nearness{Name: 0.9, Bits: 10, Sharing: 3})
		if err != nil || len(near) != 1 || near[0].Person != "s" {
			t.Errorf("p resembles %+v, %v", near, err)
		}
	})
}

// Both write and search at once; in the end both know everybody once.
func TestTwoServersWriteAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		keys := testKeys(t)
		servers := []*Index{open(t, db, keys), open(t, db, keys)}
		var all sync.WaitGroup
		for at, x := range servers {
			all.Go(func() {
				for n := range 40 {
					person := fmt.Sprintf("person-%d", (n*7+at*3)%30)
					if err := db.Write(t.Context(), func(tx *store.Tx) error {
						if n%5 == 4 {
							return x.Forget(tx, person)
						}
						return x.Index(tx, person, "c", []string{"Amani Tumaini"}, nil)
					}); err != nil {
						t.Error(err)
					}
					if _, err := x.Find(t.Context(), []string{"Amani Tumaini"}, 50, 0.9, nil); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		fresh := open(t, db, keys)
		want := slices.Sorted(slices.Values(persons(fresh.FindName("Amani Tumaini", 50, 0.9))))
		if len(want) < 10 {
			t.Fatalf("only %d persons stand", len(want))
		}
		for at, x := range servers {
			hits, err := x.Find(t.Context(), []string{"Amani Tumaini"}, 50, 0.9, nil)
			if got := slices.Sorted(slices.Values(persons(hits))); err != nil || !slices.Equal(got, want) {
				t.Errorf("server %d finds %q, %v; want %q", at, got, err, want)
			}
			if x.Size() != fresh.Size() {
				t.Errorf("server %d holds %d filters, the store %d", at, x.Size(), fresh.Size())
			}
		}
	})
}
