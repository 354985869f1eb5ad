package measure

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

var (
	today    = time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	counties = []string{"busia", "kwale", "lamu"}
	agencies = []string{"x-one", "x-two", "x-three"}
)

// drawn invents cases of three counties, three agencies and two years.
func drawn(t *rapid.T) []fact {
	var out []fact
	for range rapid.IntRange(0, 60).Draw(t, "cases") {
		f := fact{county: rapid.SampledFrom(counties).Draw(t, "county"), holder: rapid.SampledFrom(agencies).Draw(t, "agency"),
			alert: today.AddDate(0, -rapid.IntRange(0, 20).Draw(t, "months"), -1), took: map[string]time.Duration{}}
		if rapid.Bool().Draw(t, "reached") {
			f.took[ToSafety] = time.Hour
		}
		out = append(out, f)
	}
	return out
}

func months(n int) time.Time { return today.AddDate(0, -n, 0) }

func view12(byAgency bool, only string, n int) *view {
	return &view{byAgency: byAgency, only: only, since: months(n), year: months(Year)}
}

// number is what is told of a group: nobody where it is not listed.
func number(x Times, group string) (cases, reached Count) {
	for _, s := range x.By {
		if s.Group == group {
			return s.Cases, s.Reached
		}
	}
	return Count{}, Count{}
}

// Whoever takes the groups that are told away from the whole learns at most how
// many people of two and more groups there are, were reached, or were not.
func TestNothingIsLeftOverOfTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list, byAgency := drawn(t), rapid.Bool().Draw(t, "by agency")
		v := view12(byAgency, "", Year)
		x := v.times(list, ToSafety)
		hidden, gone := map[bool]int{}, map[bool]int{}
		for g, in := range v.groups(after(list, v.since)) {
			cases, reached := number(x, g)
			is := spread(g, in, ToSafety)
			if !cases.Hidden && small(is.Cases.N) || !reached.Hidden && (small(is.Reached.N) || small(is.Cases.N-is.Reached.N)) {
				t.Fatalf("%s: %+v is told", g, is)
			}
			if cases.Hidden {
				gone[false]++
				hidden[false] += is.Cases.N
			}
			if reached.Hidden {
				gone[true]++
				hidden[true] += is.Reached.N
			}
		}
		if n := gone[false]; !x.All.Cases.Hidden && n > 0 && (n < 2 || small(hidden[false])) {
			t.Fatalf("%d cases of %d groups are left over", hidden[false], n)
		}
		if n := gone[true]; !x.All.Reached.Hidden && n > 0 && (n < 2 || small(hidden[true])) {
			t.Fatalf("%d reached of %d groups are left over", hidden[true], n)
		}
	})
}

// Nor does one period taken from another tell of fewer than five.
func TestNoPeriodTellsOfAFewMoreThanAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list, byAgency := drawn(t), rapid.Bool().Draw(t, "by agency")
		var told []Times
		for _, n := range Periods {
			told = append(told, view12(byAgency, "", n).times(list, ToSafety))
		}
		for i := range told {
			for j := range told[:i] {
				for _, g := range append([]string{""}, append(counties, agencies...)...) {
					a, aReached := number(told[i], g)
					b, bReached := number(told[j], g)
					if g == "" {
						a, aReached, b, bReached = told[i].All.Cases, told[i].All.Reached, told[j].All.Cases, told[j].All.Reached
					}
					if a.N == 0 || b.N == 0 {
						continue // not told, or nobody in one of them: the other stands for itself
					}
					if !a.Hidden && !b.Hidden && small(a.N-b.N) || !aReached.Hidden && !bReached.Hidden && small(aReached.N-bReached.N) {
						t.Fatalf("%q: %+v %+v in one period, %+v %+v in another", g, a, aReached, b, bReached)
					}
				}
			}
		}
	})
}

// An agency knows its own cases: taken from a county's, or from all, they leave
// nobody or five and more of the others'.
func TestAnAgencyLearnsNothingOfTheOthersFewCases(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list, byAgency := drawn(t), rapid.Bool().Draw(t, "by agency")
		v := view12(byAgency, "x-one", Year)
		x := v.times(list, ToSafety)
		for _, s := range append([]Spread{x.All}, x.By...) {
			if byAgency && s.Group != "" {
				if s.Group != "x-one" {
					t.Fatalf("%s is told", s.Group)
				}
				continue
			}
			others := 0
			for _, f := range after(list, v.since) {
				if f.holder != "x-one" && (s.Group == "" || s.Group == f.county) {
					others++
				}
			}
			if !s.Cases.Hidden && small(others) {
				t.Fatalf("%q: %d cases of others are told by subtraction", s.Group, others)
			}
		}
	})
}
