package search

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// All persons and numbers in these tests are invented.

func write(t testing.TB, db *store.DB, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := db.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func persons(hits []Hit) []string {
	var out []string
	for _, h := range hits {
		out = append(out, h.Person)
	}
	return out
}

func TestAPersonIsFoundByNamePhoneAndNumber(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		keys := testKeys(t)
		x := open(t, db, keys)
		amani, baraka := uuid.NewString(), "person-2"
		write(t, db, func(tx *store.Tx) error {
			return errors.Join(
				x.Index(tx, amani, "case-1", []string{"Mohamed Abdi Warsame", "Dereva Mwembamba"}, []Exact{
					{Phone, "0712 345 678"}, {IdentityNumber, "a-123/456"}}),
				x.Index(tx, baraka, "case-2", []string{"Baraka Zawadi"}, []Exact{{Phone, "0799 000 111"}}))
		})
		for when, x := range map[string]*Index{"at once": x, "after a restart": open(t, db, keys)} {
			for _, typed := range []string{"Maxamed Cabdi Warsame", "warsame, MUHAMMAD abdi", "dereva mwembamba"} {
				if got := persons(x.FindName(typed, 10, 0.62)); !slices.Equal(got, []string{amani}) {
					t.Errorf("%s: %q finds %q", when, typed, got)
				}
			}
			for _, e := range []Exact{{Phone, "+254712345678"}, {Phone, "254712345678"}, {IdentityNumber, "A123456"}} {
				hits, err := x.FindExact(t.Context(), e.Kind, e.Value)
				if err != nil || len(hits) != 1 || hits[0].Person != amani || hits[0].CaseID != "case-1" {
					t.Errorf("%s: %v finds %+v, %v", when, e, hits, err)
				}
			}
			for _, e := range []Exact{{Phone, "0712 345 679"}, {IdentityNumber, "0712345678"}, {Phone, ""}, {Phone, "none"}} {
				if hits, err := x.FindExact(t.Context(), e.Kind, e.Value); err != nil || len(hits) != 0 {
					t.Errorf("%s: %v finds %+v, %v", when, e, hits, err)
				}
			}
		}
	})
}

func TestDescribingAPersonAgainReplacesWhatStood(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		x := open(t, db, testKeys(t))
		write(t, db, func(tx *store.Tx) error {
			return x.Index(tx, "p", "c", []string{"Amani Tumaini", "Zawadi Neema"}, []Exact{{Phone, "0712345678"}})
		})
		write(t, db, func(tx *store.Tx) error {
			return x.Index(tx, "p", "c", []string{"Hodan Warsame"}, []Exact{{Phone, "0799000111"}})
		})
		if got := x.FindName("Amani Tumaini", 10, 0.6); len(got) != 0 {
			t.Errorf("the old name is still found: %+v", got)
		}
		if got := persons(x.FindName("Hodan Warsame", 10, 0.6)); !slices.Equal(got, []string{"p"}) {
			t.Errorf("the new name finds %q", got)
		}
		if hits, _ := x.FindExact(t.Context(), Phone, "0712345678"); len(hits) != 0 {
			t.Errorf("the old phone is still found")
		}
		if x.Size() != 1 {
			t.Errorf("%d filters in memory", x.Size())
		}
	})
}

func TestAForgottenPersonIsFoundByNothingAndLeavesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		x := open(t, db, testKeys(t))
		write(t, db, func(tx *store.Tx) error {
			return errors.Join(
				x.Index(tx, "p", "c", []string{"Amani Tumaini"}, []Exact{{Phone, "0712345678"}}),
				x.Index(tx, "q", "c", []string{"Amani Tumaini"}, []Exact{{Phone, "0712345678"}}))
		})
		before := x.names.chunks()
		write(t, db, func(tx *store.Tx) error { return x.Forget(tx, "p") })
		if got := persons(x.FindName("Amani Tumaini", 10, 0.6)); !slices.Equal(got, []string{"q"}) {
			t.Errorf("found %q", got)
		}
		if hits, _ := x.FindExact(t.Context(), Phone, "0712345678"); len(hits) != 1 || hits[0].Person != "q" {
			t.Errorf("found %+v", hits)
		}
		for _, table := range []string{"name_filters", "spelt_names", "exact_tokens"} {
			var n int
			if err := db.QueryRow(t.Context(), `SELECT COUNT(*) FROM `+table+` WHERE person = $1`, "p").Scan(&n); err != nil || n != 0 {
				t.Errorf("%d rows in %s, %v", n, table, err)
			}
		}
		if &before[0].words[0] == &x.names.chunks()[0].words[0] {
			t.Error("the memory of the forgotten filter is still in use")
		}
		write(t, db, func(tx *store.Tx) error { return x.Forget(tx, "nobody") })
	})
}

func TestARefusedWriteLeavesTheIndexAsItWas(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		x := open(t, db, testKeys(t))
		refused := errors.New("refused by a rule")
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			return errors.Join(x.Index(tx, "p", "c", []string{"Amani Tumaini"}, nil), refused)
		})
		if !errors.Is(err, refused) || x.Size() != 0 || len(x.FindName("Amani Tumaini", 10, 0.5)) != 0 {
			t.Errorf("%v; %d filters", err, x.Size())
		}
	})
}

func TestWhatIsHiddenIsWorkedOnAllTheSame(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		x := open(t, db, testKeys(t))
		write(t, db, func(tx *store.Tx) error {
			for i := range 30 {
				if err := x.Index(tx, fmt.Sprintf("p%02d", i), fmt.Sprintf("case-%d", i%3), []string{"Amani Tumaini"}, nil); err != nil {
					return err
				}
			}
			return x.Index(tx, "other", "case-9", []string{"Warsame Geedi"}, nil)
		})
		for what, visible := range map[string]func(string) bool{
			"nothing":  func(string) bool { return false },
			"all":      func(string) bool { return true },
			"one case": func(c string) bool { return c == "case-1" },
		} {
			asked := map[string]int{}
			hits := x.find([]string{"Amani Tumaini"}, 5, 0.6, func(c string) bool { asked[c]++; return visible(c) })
			if asked["case-0"]+asked["case-1"]+asked["case-2"] != 30 || asked["case-9"] != 0 {
				t.Errorf("%s visible: asked for %v", what, asked)
			}
			for _, h := range hits {
				if !visible(h.CaseID) {
					t.Errorf("%s visible: shows %+v", what, h)
				}
			}
			if want := map[string]int{"nothing": 0, "all": 5, "one case": 5}[what]; len(hits) != want {
				t.Errorf("%s visible: %d hits", what, len(hits))
			}
		}
	})
}

// The index in memory is what a restart would load, after any history, while
// others search.
func TestMemoryAgreesWithTheStoreUnderLoad(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		keys := testKeys(t)
		x := open(t, db, keys)
		stop := make(chan struct{})
		var readers, writers sync.WaitGroup
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					for _, h := range x.FindName("Amani Tumaini", 50, 0.1) {
						if !strings.HasPrefix(h.Person, "p") || h.CaseID == "" {
							t.Errorf("a torn hit: %+v", h)
							return
						}
					}
				}
			}
		})
		for w := range 4 {
			writers.Go(func() {
				for i := range 60 {
					who := fmt.Sprintf("p%d-%d", w, i%17)
					err := db.Write(t.Context(), func(tx *store.Tx) error {
						if i%5 == 4 {
							return x.Forget(tx, who)
						}
						return x.Index(tx, who, "case", []string{"Amani " + who, "Tumaini " + who}[:1+i%2], nil)
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		writers.Wait()
		close(stop)
		readers.Wait()
		if got, want := dump(x), dump(open(t, db, keys)); !slices.Equal(got, want) {
			t.Errorf("memory has %d filters, the store %d, or they differ", len(got), len(want))
		}
	})
}

func dump(x *Index) []string {
	var out []string
	for _, c := range x.names.chunks() {
		for i := range c.counts {
			out = append(out, fmt.Sprint(x.names.ids.text(c.person[i]), c.counts[i], c.words[i*filterWords:(i+1)*filterWords]))
		}
	}
	slices.Sort(out)
	return out
}

func TestTokensAreKeyedAndKeepKindsApart(t *testing.T) {
	x, y := testIndex(t), testIndex(t)
	if bytes.Equal(x.Exact(Phone, "0712345678"), y.Exact(Phone, "0712345678")) {
		t.Error("two realms make the same token")
	}
	if bytes.Equal(x.Exact(Phone, "712345678"), x.Exact(IdentityNumber, "712345678")) {
		t.Error("a phone and an identity number make the same token")
	}
	if n := len(x.Exact(Phone, "0712345678")); n != 8 {
		t.Errorf("a token of %d bytes", n)
	}
	a, _ := x.encoder().encode("Amani Tumaini")
	b, _ := y.encoder().encode("Amani Tumaini")
	if s := dice(&a, &b); s > 0.4 {
		t.Errorf("the same name in two realms resembles by %.2f: the key does not matter", s)
	}
}

func dice(a, b *filter) float64 { return 2 * float64(common(a, b)) / float64(a.count()+b.count()) }

func TestSpellingsOfOneNameComeNear(t *testing.T) {
	enc := testIndex(t).encoder()
	near := func(a, b string) float64 {
		x, _ := enc.encode(a)
		y, _ := enc.encode(b)
		return dice(&x, &y)
	}
	for _, c := range []struct {
		a, b  string
		least float64
	}{
		{"Mohamed", "Muhammad", 0.6}, {"Mohamed", "Mahamed", 0.6}, {"Mohamed", "Maxamed", 0.6},
		{"Cabdiraxmaan", "Abdulrahman", 0.6}, {"Khadija", "Qadija", 0.99}, {"Aisha", "Ayesha", 0.99},
		{"Ng'ang'a", "Ng’ang’a", 0.999}, {"Ng'ang'a", "Nganga", 0.999}, {"Fatimah", "Fatima", 0.99},
		{"José", "Jose", 0.999}, {"Amani Tumaini", "TUMAINI amani", 0.999}, {"Yasin", "Jasin", 0.99},
		{"Ali bin Hassan", "Ali Hassan", 0.999}, {"Caasha Cali", "Asha Ali", 0.99},
	} {
		if got := near(c.a, c.b); got < c.least {
			t.Errorf("%s and %s: %.2f", c.a, c.b, got)
		}
	}
	for _, c := range [][2]string{{"Mohamed", "Wanjiku"}, {"Amani Tumaini", "Hodan Warsame"}, {"Otieno", "Kamau"}} {
		if got := near(c[0], c[1]); got > 0.45 {
			t.Errorf("%s and %s: %.2f", c[0], c[1], got)
		}
	}
}

func TestReferencesAreReadAsPeopleTypeThem(t *testing.T) {
	for typed, want := range map[string]string{
		"RF-7K3M-9QXD-2": "RF-7K3M-9QXD-2", "rf 7k3m 9qxd 2": "RF-7K3M-9QXD-2", "7k3m9qxd2": "RF-7K3M-9QXD-2",
		"RF-OK3M-9IXL-2": "RF-0K3M-91X1-2", "": "", "x": "X", "RF-7K3M": "RF7K3M",
	} {
		if got := NormalReference(typed); got != want {
			t.Errorf("%q reads as %q, want %q", typed, got, want)
		}
	}
}

func TestHugeAndOddNamesAreTakenInPart(t *testing.T) {
	x := testIndex(t)
	huge := strings.Repeat("amani ", 2_000_000)
	if f, ok := x.encoder().encode(huge); !ok || f.count() > filterBits/2 {
		t.Errorf("a name of %d bytes fills %d bits", len(huge), f.count())
	}
	for _, odd := range []string{"", " ", "123", "'''", "\x00", "\u202e"} {
		if got := x.FindName(odd, 10, 0); len(got) != 0 {
			t.Errorf("%q finds %+v", odd, got)
		}
	}
}

func FuzzNames(f *testing.F) {
	for _, s := range []string{"Amani", "abdul", "Abd al-Rahman", "abdi", "አበበ", "محمد", "x", "abdel\xff", "abdullll"} {
		f.Add(s)
	}
	x := testIndex(f)
	f.Fuzz(func(t *testing.T, s string) {
		a, ok := x.encoder().encode(s)
		b, again := x.encoder().encode(s)
		if a != b || ok != again {
			t.Error("the same name gives two filters")
		}
		if ok != (a.count() > 0) {
			t.Errorf("%q: ok %v with %d bits", s, ok, a.count())
		}
		normalPhone(s)
		if once := NormalReference(s); NormalReference(once) != once {
			t.Errorf("%q is not stable: %q", s, once)
		}
	})
}
