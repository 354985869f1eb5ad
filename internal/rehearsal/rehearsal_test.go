package rehearsal

import (
	"maps"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"rufaa/content"
	"rufaa/internal/scenario"
)

func kaskazi(t testing.TB) *scenario.Script {
	t.Helper()
	data, err := content.Files.ReadFile("scenario/kaskazi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenario.Load("kaskazi.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSameSeedSameRehearsal(t *testing.T) {
	s := kaskazi(t)
	one, two := Many(s, Skilled(), Weak(), 40, 7), Many(s, Skilled(), Weak(), 40, 7)
	if !reflect.DeepEqual(one, two) {
		t.Fatal("two rehearsals from one seed differ")
	}
	if reflect.DeepEqual(one, Many(s, Skilled(), Weak(), 40, 8)) {
		t.Fatal("the seed changes nothing")
	}
}

func TestKaskaziTellsSkilledFromWeak(t *testing.T) {
	r := Many(kaskazi(t), Skilled(), Weak(), 200, 1)
	if len(r.Never) > 0 {
		t.Errorf("injects that never fire: %v", r.Never)
	}
	for k, auc := range r.Separation {
		if auc < 0.6 {
			t.Errorf("%s tells nothing apart: %.2f", k, auc)
		}
	}
}

// What a coordinator asks: what happens to the time to safety when there are
// ten more beds, or a second interpreter.
func TestMoreBedsShortenTheWayToSafety(t *testing.T) {
	s := kaskazi(t)
	beds := map[string]int{"girls": 10, "boys": 10, "women": 10, "men": 10}
	c := WhatIf(s, Skilled(), Change{Beds: beds}, 100, 1)
	if len(c.Before.NoBed) == 0 || len(c.After.NoBed) != 0 {
		t.Errorf("without a bed before %v, after %v", c.Before.NoBed, c.After.NoBed)
	}
	if c.High >= 0 || c.After.Percentile[90] >= c.Before.Percentile[90] {
		t.Errorf("ten more beds change the mean by %.0f (%.0f to %.0f) minutes", c.Mean, c.Low, c.High)
	}
	same := WhatIf(s, Skilled(), Change{}, 50, 1)
	if same.Mean != 0 || same.Low != 0 || same.High != 0 || !slices.Equal(same.Before.Waits, same.After.Waits) {
		t.Errorf("no change changes something: %+v", same)
	}
	if !(Change{}).Empty() || (Change{Answer: 0.2}).Empty() {
		t.Error("an empty change is not told from one that changes something")
	}
}

// One interpreter has two people at once to be taken to safety, who speak nothing
// else: a second one shortens the way, and one of a language that the teams speak
// themselves does not.
func TestASecondInterpreterShortensTheWayToSafety(t *testing.T) {
	s := kaskazi(t)
	c := WhatIf(s, Skilled(), Change{Interpreters: map[string]int{"am": 1}}, 100, 1)
	if c.High >= 0 {
		t.Errorf("a second interpreter changes the mean by %.0f (%.0f to %.0f) minutes", c.Mean, c.Low, c.High)
	}
	if c := WhatIf(s, Skilled(), Change{Interpreters: map[string]int{"sw": 1}}, 100, 1); c.Mean != 0 {
		t.Errorf("an interpreter of a language that all speak changes the mean by %.1f minutes", c.Mean)
	}
}

// Somebody found and never safe waits until the end of play; she is not left out.
func TestWhoIsNeverSafeStillCounts(t *testing.T) {
	h := Skilled()
	h.Miss = 1 // nobody does anything
	c := WhatIf(kaskazi(t), h, Change{}, 10, 3)
	if c.Before.NeverSafe != 1 || c.Before.Found == 0 || c.Before.SafeBy(c.Horizon) != 0 {
		t.Fatalf("%d found, %.2f never safe", c.Before.Found, c.Before.NeverSafe)
	}
	for _, m := range c.Before.means {
		if m <= 0 {
			t.Fatal("her waiting counts nothing")
		}
	}
}

// Of values worked out by hand: differences -2, -4, -6 have mean -4, standard
// deviation 2, standard error 2/sqrt(3) = 1.1547, so -4 ± 2.263.
func TestIntervalOfPairedDifferences(t *testing.T) {
	mean, low, high := paired([]float64{10, 10, 10}, []float64{8, 6, 4})
	if mean != -4 || math.Abs(low+6.263) > 0.001 || math.Abs(high+1.737) > 0.001 {
		t.Errorf("%.3f (%.3f to %.3f)", mean, low, high)
	}
	if _, low, high := paired([]float64{1}, []float64{3}); low != 2 || high != 2 {
		t.Error("one pair has no spread")
	}
}

func TestWhatIsAddedIsReadOrRefused(t *testing.T) {
	for text, want := range map[string]map[string]int{
		"women=+10": {"women": 10}, "women=2": {"women": 2}, "+3": {"girls": 3, "boys": 3, "women": 3, "men": 3},
	} {
		if got, err := ParseMore(text, BedKinds); err != nil || !maps.Equal(got, want) {
			t.Errorf("%s gives %v (%v)", text, got, err)
		}
	}
	for _, text := range []string{"", "women", "women=", "women=-1", "dogs=3", "women=1e9", "+9999999999999999999"} {
		if got, err := ParseMore(text, BedKinds); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

func FuzzParseMore(f *testing.F) {
	f.Add("women=+10")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseMore(text, BedKinds)
		for kind, n := range got {
			if err != nil || n < 0 || n > MoreMost || !slices.Contains(BedKinds, kind) {
				t.Errorf("%q gave %v (%v)", text, got, err)
			}
		}
	})
}

// The target of the benchmark holds with room to spare even on a busy machine.
func TestAHundredPlaysASecond(t *testing.T) {
	s := kaskazi(t)
	start := time.Now()
	for i := range 100 {
		Once(s, Skilled(), uint64(i))
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("100 plays of five days took %v", took)
	}
}

func BenchmarkFiveDays(b *testing.B) {
	s := kaskazi(b)
	for i := range b.N {
		Once(s, Skilled(), uint64(i))
	}
}
