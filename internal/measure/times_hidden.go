package measure

import (
	"cmp"
	"slices"
	"time"
)

// view is who asks for what: by agency or county, over which period. Only is
// the one agency whose cases the asker knows; "" for the Secretariat.
type view struct {
	byAgency    bool
	only        string
	since, year time.Time
}

// line is one group of a table, with what of it is not told.
type line struct {
	Spread
	noCases, noReached bool
}

func (l *line) missing() int { return l.Cases.N - l.Reached.N }

// small tells a number of people that is too few to tell, and not nobody.
func small(n int) bool { return n > 0 && n < Least || n < 0 && n > -Least }

// apart hides of a group what would tell of a few people once a part that is
// known otherwise, or a whole of which it is a part, is taken away.
func (l *line) apart(known *Spread) {
	l.noCases = l.noCases || small(l.Cases.N-known.Cases.N)
	l.noReached = l.noReached || small(l.Reached.N-known.Reached.N) || small(l.missing()-(known.Cases.N-known.Reached.N))
}

// times is one measure as it may be told. What could be worked out goes too:
// from the other groups and their sum, from another period (each is held
// against the year, so that the cases between the two are nobody or five and
// more), and by an agency that takes its own cases away.
func (v *view) times(facts []fact, which string) Times {
	in, year := after(facts, v.since), after(facts, v.year)
	all := v.line("", in, year, which)
	var list []line
	for g, part := range v.groups(in) {
		if v.byAgency && v.only != "" && g != v.only {
			continue
		}
		list = append(list, v.line(g, part, v.groups(year)[g], which))
	}
	slices.SortFunc(list, func(a, b line) int { return cmp.Compare(a.Group, b.Group) })
	whole := !v.byAgency || v.only == "" // the groups add up to all
	if whole && !hideCases(list) {
		all.noCases = true
	}
	for i := range list {
		list[i].noReached = list[i].noReached || list[i].noCases
	}
	if whole && !hideReached(list) {
		all.noReached = true
	}
	out := Times{Which: which, All: all.told(), By: []Spread{}}
	for i := range list {
		out.By = append(out.By, list[i].told())
	}
	return out
}

func (v *view) groups(facts []fact) map[string][]fact {
	out := map[string][]fact{}
	for _, f := range facts {
		g := f.county
		if v.byAgency {
			g = f.holder
		}
		out[g] = append(out[g], f)
	}
	return out
}

// line counts a group, and hides what its own numbers, the year's and the
// asker's own cases would tell.
func (v *view) line(group string, in, year []fact, which string) line {
	l := line{Spread: spread(group, in, which)}
	l.apart(&Spread{})
	y := spread(group, year, which)
	l.apart(&y)
	if v.only != "" && !(v.byAgency && group == v.only) {
		own := spread(group, slices.DeleteFunc(slices.Clone(in), func(f fact) bool { return f.holder != v.only }), which)
		l.apart(&own)
	}
	return l
}

func after(facts []fact, since time.Time) []fact {
	var out []fact
	for _, f := range facts {
		if !f.alert.Before(since) {
			out = append(out, f)
		}
	}
	return out
}

// hideCases takes out of a table whose sum is told the smallest of the groups
// that are left, until those gone are two and of five people together; false
// when there are not so many.
func hideCases(list []line) bool {
	return hideMore(list, func(l *line) (int, *bool) { return l.Cases.N, &l.noCases }, func(gone []*line) bool {
		n := 0
		for _, l := range gone {
			n += l.Cases.N
		}
		return n >= Least
	})
}

// hideReached does the same with how many were reached, and how many were not.
func hideReached(list []line) bool {
	return hideMore(list, func(l *line) (int, *bool) { return l.Reached.N, &l.noReached }, func(gone []*line) bool {
		reached, missing := 0, 0
		for _, l := range gone {
			reached, missing = reached+l.Reached.N, missing+l.missing()
		}
		return !small(reached) && !small(missing)
	})
}

func hideMore(list []line, of func(*line) (n int, gone *bool), enough func([]*line) bool) bool {
	var gone, left []*line
	for i := range list {
		if _, hidden := of(&list[i]); *hidden {
			gone = append(gone, &list[i])
		} else {
			left = append(left, &list[i])
		}
	}
	slices.SortStableFunc(left, func(a, b *line) int {
		x, _ := of(a)
		y, _ := of(b)
		return cmp.Compare(x, y)
	})
	for len(gone) > 0 && (len(gone) < 2 || !enough(gone)) {
		if len(left) == 0 {
			return false
		}
		_, hidden := of(left[0])
		*hidden = true
		gone, left = append(gone, left[0]), left[1:]
	}
	return true
}

// told is a line as it may be shown.
func (l *line) told() Spread {
	s := l.Spread
	if l.noCases {
		return Spread{Group: s.Group, Cases: Count{Hidden: true, Few: small(s.Cases.N)}, Reached: Count{Hidden: true}, Quarter: -1, Half: -1, ThreeQuarters: -1, Most: -1}
	}
	if l.noReached {
		s.Reached = Count{Hidden: true}
	}
	return s
}
