package search

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

func TestNamesAreLaidBesideEachOther(t *testing.T) {
	s := newSpeller(testKeys(t).Linkage())
	for _, c := range []struct {
		what, a, b             string
		parts                  int
		ordered, free, leading bool // near
	}{
		{"by another hand", "Mohamed Abdi Warsame", "Maxamed Cabdi Warsameh", 3, true, true, true},
		{"in another order", "Mohamed Abdi Warsame", "Warsame Mohamed Abdi", 3, false, true, false},
		{"another father", "Mohamed Omar Warsame", "Mohamed Jamal Warsame", 3, false, false, false},
		{"the grandfather's name not given", "Hodan Guled", "Hodan Guled Bashir", 2, true, true, true},
		{"the father's name not given", "Hodan Bashir", "Hodan Guled Bashir", 2, true, true, false},
		{"one wrong letter", "Tesfaye Bekele Girma", "Tesfaye Bekwle Girma", 3, true, true, true},
		{"one letter left out", "Tesfaye Bekele Girma", "Tesfaye Bekele Girm", 3, true, true, true},
		{"with a particle", "Ali bin Salim al-Hassan", "Ali Salim Hasan", 3, true, true, true},
		{"one letter twice is one name once", "Amani Amani", "Amani Baraka", 2, false, false, false},
		{"nothing", "Amani Baraka", "123", 0, false, false, false},
	} {
		for _, way := range [][2]string{{c.a, c.b}, {c.b, c.a}} {
			got := align(s.spell(way[0]), s.spell(way[1]))
			if got.Parts != c.parts || got.Ordered >= 0.5 != c.ordered || got.Free >= 0.5 != c.free || got.Leading >= 0.5 != c.leading {
				t.Errorf("%s: %s and %s: %+v", c.what, way[0], way[1], got)
			}
		}
	}
	if got := align(s.spell("Amani Baraka Juma"), s.spell("AMANI Baraka, Juma")); got != (Aligned{Parts: 3, Ordered: 1, Free: 1, Leading: 1}) {
		t.Errorf("one name beside itself: %+v", got)
	}
	if got := len(s.spell("a b d f h j k l m n")); got != comparedParts {
		t.Errorf("%d parts are compared", got)
	}
	other := newSpeller(testKeys(t).Linkage())
	if got := align(s.spell("Amani Baraka Juma"), other.spell("Amani Baraka Juma")); got.Free > 0.1 {
		t.Errorf("one name in two realms: %+v: the key does not matter", got)
	}
}

// What is kept opens again for its own person alone, and two people of one name
// look no more alike than two strangers, nor does a row tell how long a name is.
func TestSpeltNamesAreSealedForTheirPerson(t *testing.T) {
	s := newSpeller(testKeys(t).Linkage())
	names := []spelt{s.spell("Mohamed Abdi Warsame"), s.spell("Dereva")}
	one, same, short := s.close("p", names), s.close("q", names), s.close("r", []spelt{s.spell("Ali")})
	got, err := s.open("p", one)
	if err != nil || len(got) != 2 || align(got[0], names[0]).Ordered != 1 || align(got[1], names[1]).Ordered != 1 {
		t.Fatalf("%v, %v", got, err)
	}
	if len(one) != len(short) {
		t.Errorf("%d bytes for a long name, %d for a short one", len(one), len(short))
	}
	equal := 0
	for i := range one {
		if one[i] == same[i] {
			equal++
		}
	}
	if most := len(one)/256 + 6*int(math.Sqrt(float64(len(one))/256)) + 1; equal > most {
		t.Errorf("%d of %d bytes of two people of one name are equal", equal, len(one))
	}
	for what, raw := range map[string][]byte{"another person's": same, "cut": one[:len(one)-1], "nothing": nil} {
		if _, err := s.open("p", raw); !errors.Is(err, errSpelt) {
			t.Errorf("%s row opens: %v", what, err)
		}
	}
}

// Who was written before names were kept by their parts is found by the whole
// name, as before, until written again; a damaged row is named.
func TestNamesOfBeforeGoOnBeingFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		x := open(t, db, testKeys(t))
		near := Nearness{Name: 0.70, Bits: 96, Sharing: 4}
		names := []string{"Hodan Guled Bashir"}
		write(t, db, func(tx *store.Tx) error {
			return errors.Join(x.Index(tx, "old", "case-1", names, nil), x.Index(tx, "new", "case-2", names, nil))
		})
		write(t, db, func(tx *store.Tx) error {
			_, err := tx.Exec(`DELETE FROM spelt_names WHERE person = $1`, "old")
			return err
		})
		resembling := func() Resemblance {
			t.Helper()
			out, err := x.Resembling(t.Context(), "new", near)
			if err != nil || len(out) != 1 || out[0].Person != "old" || out[0].Name < 0.99 {
				t.Fatalf("%+v, %v", out, err)
			}
			return out[0]
		}
		if r := resembling(); len(r.Names) != 0 {
			t.Errorf("laid beside nothing: %+v", r)
		}
		write(t, db, func(tx *store.Tx) error { return x.Index(tx, "old", "case-1", names, nil) })
		if r := resembling(); len(r.Names) != 1 || r.Names[0].Ordered != 1 {
			t.Errorf("written again: %+v", r)
		}
		write(t, db, func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE spelt_names SET sealed = $2 WHERE person = $1`, "old", bytes.Repeat([]byte{7}, 300))
			return err
		})
		if _, err := x.Resembling(t.Context(), "new", near); !errors.Is(err, errSpelt) {
			t.Errorf("a damaged row: %v", err)
		}
	})
}
