package text

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // Nairobi is known on machines without zone files

	"golang.org/x/text/feature/plural"
)

// Code is the language's code, "en" or "sw".
func (l *Lang) Code() string { return l.code }

// Has tells whether a key stands in the catalog.
func (l *Lang) Has(key string) bool { return l.texts[key] != nil }

// T gives the text of a key with name, value, name, value… filled in. A key
// that is not there comes back in brackets: it is seen at once and breaks
// nothing.
func (l *Lang) T(key string, args ...any) string {
	m := l.texts[key]
	if m == nil {
		return "⟦" + key + "⟧"
	}
	if m.plain != "" {
		return m.plain
	}
	return fill(m.forms[plural.Other], args)
}

// N gives the text of a key in the plural form of n, which fills {n}.
func (l *Lang) N(key string, n int, args ...any) string {
	m := l.texts[key]
	if m == nil {
		return "⟦" + key + "⟧"
	}
	f, ok := m.forms[plural.Cardinal.MatchPlural(l.tag, n, 0, 0, 0, 0)]
	if !ok {
		f = m.forms[plural.Other]
	}
	return fill(f, append([]any{"n", n}, args...))
}

func fill(pieces []piece, args []any) string {
	var b strings.Builder
	for _, p := range pieces {
		if p.name == "" {
			b.WriteString(p.text)
			continue
		}
		for i := 0; i+1 < len(args); i += 2 {
			if args[i] == p.name {
				switch v := args[i+1].(type) {
				case string:
					b.WriteString(v)
				case int:
					b.WriteString(strconv.Itoa(v))
				default:
					fmt.Fprint(&b, v)
				}
				break
			}
		}
	}
	return b.String()
}

// Nairobi is the zone in which people of the mechanism read a clock. It has
// had no change of offset since 1960.
var Nairobi = func() *time.Location {
	z, err := time.LoadLocation("Africa/Nairobi")
	if err != nil {
		return time.FixedZone("EAT", 3*60*60)
	}
	return z
}()

// Date gives a day such as "4 March 2026".
func (l *Lang) Date(t time.Time) string {
	t = t.In(Nairobi)
	return fmt.Sprintf("%d %s %d", t.Day(), l.T("common.month."+strconv.Itoa(int(t.Month()))), t.Year())
}

// DateTime gives a day and the time of day in Nairobi.
func (l *Lang) DateTime(t time.Time) string {
	return l.Date(t) + ", " + t.In(Nairobi).Format("15:04")
}

// Span gives a rough length of time: "3 hours", "2 days".
func (l *Lang) Span(d time.Duration) string {
	switch {
	case d < time.Hour:
		return l.N("common.span.minutes", max(1, int(d.Minutes())))
	case d < 48*time.Hour:
		return l.N("common.span.hours", int(d.Hours()))
	}
	return l.N("common.span.days", int(d.Hours()/24))
}
