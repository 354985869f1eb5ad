package measure

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Nothing hidden can be worked out: whoever has the total and every shown cell
// knows at most the sum of two or more people's cells, of at least five people.
func TestWhatIsHiddenCannotBeWorkedOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.IntRange(0, 12), 0, 12).Draw(t, "values")
		shown := Hide(values)
		total := Total(values, shown)
		hidden, gone := 0, 0
		for i, c := range shown {
			switch {
			case c.Hidden:
				hidden += values[i]
				gone++
				if c.N != 0 {
					t.Fatal("a hidden cell holds its number")
				}
				if c.Few != (values[i] < Least) {
					t.Fatalf("%d is told as fewer than five: %v", values[i], c.Few)
				}
			case c.Few:
				t.Fatal("few, and shown")
			case c.N != values[i]:
				t.Fatal("a shown cell was changed")
			case c.N > 0 && c.N < Least:
				t.Fatalf("a cell of %d is shown", c.N)
			}
		}
		if !total.Hidden && gone > 0 && (gone < 2 || hidden < Least) {
			t.Fatalf("the total gives away %d people in %d cells", hidden, gone)
		}
	})
}

// Of six who were asked for and five who were turned away, the one who was not
// is told by subtraction: both numbers never stand side by side.
func TestWhoWasNotTurnedAwayCannotBeWorkedOut(t *testing.T) {
	if got := Parts([]int{5}, []int{6}); !got[0].Hidden || got[0].Few {
		t.Errorf("five of six: %+v", got[0])
	}
	if got := Parts([]int{5, 0, 6}, []int{5, 7, 12}); got[0].N != 5 || got[1].N != 0 || got[1].Hidden || got[2].N != 6 {
		t.Errorf("nothing of these tells of a few: %+v", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.IntRange(0, 12), 0, 12).Draw(t, "parts")
		wholes := make([]int, len(parts))
		for i, n := range parts {
			wholes[i] = n + rapid.IntRange(0, 12).Draw(t, "rest")
		}
		gone, hidden, left, shown := 0, 0, 0, 0
		for i, c := range Parts(parts, wholes) {
			rest := wholes[i] - parts[i]
			switch {
			case c.Hidden:
				gone, hidden, left = gone+1, hidden+parts[i], left+rest
				if c.N != 0 || c.Few != (parts[i] < Least) {
					t.Fatalf("%d of %d is told as %+v", parts[i], wholes[i], c)
				}
			case c.N != parts[i]:
				t.Fatal("a shown cell was changed")
			case c.N > 0 && (c.N < Least || rest > 0 && rest < Least):
				t.Fatalf("%d of %d is shown", c.N, wholes[i])
			case c.N > 0:
				shown++
			}
		}
		if shown > 0 && gone > 0 && (gone < 2 || hidden < Least || left > 0 && left < Least) {
			t.Fatalf("the sum gives away %d people in %d cells, %d of them left", hidden, gone, left)
		}
	})
}

// How many of all came on a day is told only when neither they nor those who
// were missing are too few.
func TestWhoWasMissingCannotBeWorkedOut(t *testing.T) {
	for all := range 20 {
		for n := range all + 1 {
			c, rest := Within(n, all), all-n
			small := n > 0 && n < Least || n > 0 && rest > 0 && rest < Least
			if c.Hidden != small || !c.Hidden && c.N != n || c.Hidden && c.N != 0 {
				t.Errorf("%d of %d: %+v", n, all, c)
			}
		}
	}
}

func facts(minutes ...int) []fact {
	var out []fact
	for _, m := range minutes {
		f := fact{county: "busia", took: map[string]time.Duration{}}
		if m >= 0 {
			f.took[ToSafety] = time.Duration(m) * time.Minute
		}
		out = append(out, f)
	}
	return out
}

// told is the only measure of one group, as it may be shown.
func told(in []fact) Spread {
	v := view{}
	return v.times(in, ToSafety).By[0]
}

// Who has not been reached counts: a middle of those reached alone would flatter.
func TestWhoWasNotReachedCounts(t *testing.T) {
	s := spread("", facts(30, 60, 90, -1, -1, -1, -1, -1, -1, -1), ToSafety)
	if s.Quarter != 90 || s.Half != -1 || s.Most != -1 {
		t.Errorf("%+v", s)
	}
	s = spread("", facts(60, 60, 60, 60, 120, 120, 180, 240, 600, 6000), ToSafety)
	if s.Half != 120 || s.Most != 600 || s.Reached.N != 10 {
		t.Errorf("%+v", s)
	}
}

// Fewer than five people are no distribution.
func TestFewPeopleAreNoDistribution(t *testing.T) {
	s := told(facts(10, 20, 30, 40))
	if !s.Cases.Hidden || !s.Reached.Hidden || s.Half != -1 {
		t.Errorf("%+v", s)
	}
	if s := told(facts(10, 20, 30, 40, 50, -1)); !s.Reached.Hidden {
		t.Errorf("that one person was not reached is told: %+v", s)
	}
	if s := told(facts(10, 10, 20, 30, 40, -1, -1, -1, -1, -1)); s.Reached.Hidden || s.Reached.N != 5 {
		t.Errorf("%+v", s)
	}
}

// A shown time is rounded, so that it is nobody's own.
func TestShownTimesAreRounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minutes := rapid.IntRange(0, 1_000_000).Draw(t, "minutes")
		got := rounded(time.Duration(minutes) * time.Minute)
		if diff := got - minutes; diff > 3 && diff > minutes/10 || diff < -3 && -diff > minutes/10 {
			t.Fatalf("%d minutes are told as %d", minutes, got)
		}
		if got%5 != 0 {
			t.Fatalf("%d is not rounded", got)
		}
	})
}
