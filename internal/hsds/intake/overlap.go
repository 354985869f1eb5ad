package intake

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"rufaa/internal/hsds"
)

var weekdays = []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

const (
	minutesOfDay  = 24 * 60
	minutesOfWeek = 7 * minutesOfDay
)

// overlapping finds weekly schedules of one thing that are open at the same
// time: one of them is not true any more. Schedules of different kinds (intake
// and opening hours) may overlap, and those that are not weekly, or never valid
// together, are not compared.
func overlapping(path string, list []hsds.Schedule) (out []finding) {
	for i := range list {
		for j := range i {
			if together(&list[i], &list[j]) && clash(spans(&list[i]), spans(&list[j])) {
				out = append(out, found(at(path, i, "opens_at"), "overlap", "first", j+1, "second", i+1))
				break
			}
		}
	}
	return out
}

// together tells whether two schedules speak of the same thing and time.
func together(a, b *hsds.Schedule) bool {
	if weekly(a) != weekly(b) || !weekly(a) || kindOf(a) != kindOf(b) || a.AttendingType != b.AttendingType {
		return false
	}
	if a.ByWeekNo != b.ByWeekNo || a.ByMonthDay != b.ByMonthDay || a.ByYearDay != b.ByYearDay || step(a) != 1 || step(b) != 1 {
		return false
	}
	return !ends(a, b) && !ends(b, a)
}

func weekly(s *hsds.Schedule) bool { return s.Freq == "WEEKLY" || s.Freq == "" && s.ByDay != "" }

func step(s *hsds.Schedule) float64 {
	if s.Interval == nil {
		return 1
	}
	return *s.Interval
}

// ends tells whether a is over before b begins. Dates compare as text.
func ends(a, b *hsds.Schedule) bool {
	return a.ValidTo != "" && b.ValidFrom != "" && a.ValidTo < b.ValidFrom || a.Until != "" && b.Start != "" && a.Until < b.Start
}

func kindOf(s *hsds.Schedule) string {
	var terms []string
	for i := range s.Attributes {
		terms = append(terms, s.Attributes[i].TermID())
	}
	slices.Sort(terms)
	return strings.Join(terms, " ")
}

// span is a piece of a week in minutes from Monday 00:00.
type span struct{ from, to int }

// spans gives the pieces of a weekly schedule; those over midnight, and from
// Sunday to Monday, in their parts. Without days or times there are none.
func spans(s *hsds.Schedule) (out []span) {
	from, okFrom := clock(s.OpensAt)
	to, okTo := clock(s.ClosesAt)
	if !okFrom || !okTo || from == to && s.OpensAt != "00:00" {
		return nil
	}
	if to <= from {
		to += minutesOfDay
	}
	for day := range strings.SplitSeq(s.ByDay, ",") {
		d := slices.Index(weekdays, strings.ToUpper(strings.TrimSpace(day)))
		if d < 0 {
			continue
		}
		a, b := d*minutesOfDay+from, d*minutesOfDay+to
		out = append(out, span{a, min(b, minutesOfWeek)})
		if b > minutesOfWeek {
			out = append(out, span{0, b - minutesOfWeek})
		}
	}
	return out
}

func clash(a, b []span) bool {
	for _, x := range a {
		for _, y := range b {
			if x.from < y.to && y.from < x.to {
				return true
			}
		}
	}
	return false
}

// clock reads HH:MM or HH:MM:SS, with or without a zone, as minutes.
func clock(s string) (int, bool) {
	h, rest, ok := strings.Cut(s, ":")
	if !ok || len(rest) < 2 {
		return 0, false
	}
	hour, err1 := strconv.Atoi(h)
	minute, err2 := strconv.Atoi(rest[:2])
	if err1 != nil || err2 != nil || hour < 0 || hour > 24 || minute < 0 || minute > 59 || hour*60+minute > minutesOfDay {
		return 0, false
	}
	return hour*60 + minute, true
}

// ages tells whether two ages can belong together.
func ages(low, high *float64) bool {
	in := func(n *float64) bool { return n == nil || *n >= 0 && *n <= 120 && !math.IsNaN(*n) }
	return in(low) && in(high) && (low == nil || high == nil || *low <= *high)
}
