package intake

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// dayNames begin the names of days, Monday first, English then Kiswahili.
// Longer ones stand before those that begin them.
var dayNames = [7][]string{
	{"monday", "mon", "mo", "jumatatu", "j3"}, {"tuesday", "tues", "tue", "tu", "jumanne", "j4"},
	{"wednesday", "wed", "we", "jumatano", "j5"}, {"thursday", "thurs", "thur", "thu", "th", "alhamisi"},
	{"friday", "fri", "fr", "ijumaa"}, {"saturday", "sat", "sa", "jumamosi", "j1"}, {"sunday", "sun", "su", "jumapili", "j2"},
}

// opening is one line of opening hours, HH:MM.
type opening struct{ days, from, to string }

var (
	always  = regexp.MustCompile(`^(24\s*/\s*7|24\s*(h|hrs?|hours?)|24-?hours?|always( open)?|day and night|saa 24|masaa 24)$`)
	timePat = `(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|h|hrs)?`
	lineOf  = regexp.MustCompile(`^(.*?)[\s:,]*` + timePat + `\s*(?:-|–|to|until|hadi)\s*` + timePat + `$`)
)

// openings reads hours as people write them: "Mo-Fr 08:00-17:00; Sa 9am-12pm",
// "24 hours". What it does not understand whole, it does not understand: ok is
// false and the text stays a text.
func openings(text string) (out []opening, ok bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if always.MatchString(text) {
		return []opening{{strings.Join(weekdays, ","), "00:00", "24:00"}}, true
	}
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\n", ";"), ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		m := lineOf.FindStringSubmatch(part)
		if m == nil {
			return nil, false
		}
		days, okDays := daysOf(m[1])
		from, okFrom := timeOf(m[2], m[3], m[4], m[7])
		to, okTo := timeOf(m[5], m[6], m[7], "")
		bare := m[3]+m[4]+m[6]+m[7] == "" // "8-5" could mean the afternoon
		if !okDays || !okFrom || !okTo || from == to || bare && to < from {
			return nil, false
		}
		out = append(out, opening{days, from, to})
	}
	return out, len(out) > 0
}

// timeOf reads "8", "8.30", "8 am". In "8-5pm" the first has no half of the
// day; taken as 24 hours it is right for every office.
func timeOf(hour, minute, half, other string) (string, bool) {
	h, err := strconv.Atoi(hour)
	if err != nil {
		return "", false
	}
	m := 0
	if minute != "" {
		m, _ = strconv.Atoi(minute) // two digits
	}
	switch half {
	case "pm", "am":
		if h < 1 || h > 12 {
			return "", false
		}
		if h %= 12; half == "pm" {
			h += 12
		}
	case "":
		if minute == "" && other == "" && h > 24 {
			return "", false
		}
	}
	if h*60+m > minutesOfDay || m > 59 {
		return "", false
	}
	return fmt.Sprintf("%02d:%02d", h, m), true
}

// daysOf reads "Mo-Fr", "Mon, Wed & Fri", "daily"; nothing means every day.
func daysOf(text string) (string, bool) {
	text = strings.Trim(text, " :,")
	switch text {
	case "", "daily", "every day", "everyday", "all days", "kila siku":
		return strings.Join(weekdays, ","), true
	case "weekdays", "siku za kazi":
		return "MO,TU,WE,TH,FR", true
	case "weekends", "weekend":
		return "SA,SU", true
	}
	var in [7]bool
	for part := range strings.FieldsFuncSeq(strings.NewReplacer(" and ", ",", " na ", ",", "&", ",", "–", "-", " to ", "-", " hadi ", "-").Replace(text),
		func(r rune) bool { return r == ',' || r == '/' }) {
		first, last, ranged := strings.Cut(part, "-")
		a, okA := dayOf(first)
		b := a
		okB := true
		if ranged {
			b, okB = dayOf(last)
		}
		if !okA || !okB {
			return "", false
		}
		for d := a; ; d = (d + 1) % 7 {
			in[d] = true
			if d == b {
				break
			}
		}
	}
	var days []string
	for d, yes := range in {
		if yes {
			days = append(days, weekdays[d])
		}
	}
	return strings.Join(days, ","), len(days) > 0
}

func dayOf(name string) (int, bool) {
	name = strings.Trim(name, " .")
	for d := range dayNames {
		if slices.Contains(dayNames[d], name) {
			return d, true
		}
	}
	return 0, false
}
