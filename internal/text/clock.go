package text

import (
	"strconv"
	"time"
	_ "time/tzdata" // Nairobi is known on machines without zone files
)

// Nairobi is the zone in which people of the mechanism read a clock. It has
// had no change of offset since 1960.
var Nairobi = func() *time.Location {
	z, err := time.LoadLocation("Africa/Nairobi")
	if err != nil {
		return time.FixedZone("EAT", 3*60*60)
	}
	return z
}()

var monthKeys = func() (keys [13]string) {
	for m := range keys {
		keys[m] = "common.month." + strconv.Itoa(m)
	}
	return keys
}()

// Date gives a day such as "4 March 2026".
func (l *Lang) Date(t time.Time) string {
	t = t.In(Nairobi)
	return strconv.Itoa(t.Day()) + " " + l.T(monthKeys[t.Month()]) + " " + strconv.Itoa(t.Year())
}

// DateTime gives a day and the time of day in Nairobi, "4 March 2026, 02:15".
func (l *Lang) DateTime(t time.Time) string {
	return l.Date(t) + ", " + t.In(Nairobi).Format("15:04")
}

// Span gives a rough length of time: "3 hours", "2 days", whole years
// from two on. It never says zero.
func (l *Lang) Span(d time.Duration) string {
	const year = 365 * 24 * time.Hour
	if d >= 2*year && d%year == 0 {
		return l.N("common.span.years", int(d/year))
	}
	unit, n := rough(d)
	return l.N("common.span."+unit, max(1, n))
}

// Exactly gives a length of time to the minute, "8 hours 59 minutes", and from two
// days on to the hour, for what somebody must answer for. It never says zero.
func (l *Lang) Exactly(d time.Duration) string {
	whole, part, unit := time.Hour, time.Minute, "minutes"
	if d >= 48*time.Hour {
		whole, part, unit = 24*time.Hour, time.Hour, "hours"
	}
	rest := int(d % whole / part)
	if d < time.Hour || rest == 0 {
		return l.Span(d - d%whole + time.Duration(rest)*part)
	}
	return l.Span(d-d%whole) + " " + l.N("common.span."+unit, rest)
}

// Ago tells how far t lies from now: "just now", "3 hours ago", "in 2 days".
func (l *Lang) Ago(t, now time.Time) string {
	way, d := "common.ago.", now.Sub(t)
	if d < 0 {
		way, d = "common.soon.", -d
	}
	if d < time.Minute {
		return l.T(way + "now")
	}
	unit, n := rough(d)
	return l.N(way+unit, n)
}

// rough takes minutes up to an hour, hours up to two days, then days.
func rough(d time.Duration) (unit string, n int) {
	switch {
	case d < time.Hour:
		return "minutes", int(d.Minutes())
	case d < 48*time.Hour:
		return "hours", int(d.Hours())
	}
	return "days", int(d.Hours() / 24)
}
