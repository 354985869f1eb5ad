package directory

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Hours as people type them, one piece on a line:
//
//	mo-fr 08:00-17:00
//	sa 9:00-12:30 2026-01-01..2026-06-30
//	24h
//	closed 2026-12-24..2026-12-31
//
// Days are two letters, or their names in English or Kiswahili.

// week are the days as people count them, Monday first.
var week = [7]string{"mo", "tu", "we", "th", "fr", "sa", "su"}

// dayWords are the names of days by their place in the week.
var dayWords = func() map[string]int {
	words := map[string]int{}
	for i, names := range [7][]string{
		{"mo", "mon", "monday", "jumatatu"}, {"tu", "tue", "tuesday", "jumanne"}, {"we", "wed", "wednesday", "jumatano"},
		{"th", "thu", "thursday", "alhamisi"}, {"fr", "fri", "friday", "ijumaa"}, {"sa", "sat", "saturday", "jumamosi"}, {"su", "sun", "sunday", "jumapili"},
	} {
		for _, n := range names {
			words[n] = i
		}
	}
	return words
}()

var hoursLine = regexp.MustCompile(`^(.*?)\s*\b(?:(\d{1,2}[:.]\d{2})\s*[-–]\s*(\d{1,2}[:.]\d{2})|(24h|24/7|closed|shut|imefungwa))\s*(?:(\d{4}-\d{2}-\d{2})?\.\.(\d{4}-\d{2}-\d{2})?)?$`)

// ReadHours reads pieces as they are typed. Bad tells the first line that it
// does not understand, from 1; 0 when it understands all.
func ReadHours(text string) (list []Piece, bad int) {
	for i, line := range strings.Split(text, "\n") {
		line = strings.ToLower(strings.TrimSpace(line))
		if line == "" {
			continue
		}
		p, ok := readPiece(line)
		if !ok {
			return nil, i + 1
		}
		list = append(list, p)
	}
	return list, 0
}

func readPiece(line string) (p Piece, ok bool) {
	m := hoursLine.FindStringSubmatch(line)
	if m == nil {
		return p, false
	}
	if p.Days, ok = readDays(m[1]); !ok {
		return p, false
	}
	p.Opens, p.Closes, p.From, p.Until = timeText(m[2]), timeText(m[3]), m[5], m[6]
	switch m[4] {
	case "24h", "24/7":
		p.Opens, p.Closes = "00:00", "24:00"
	case "closed", "shut", "imefungwa":
		p.Shut = true
	}
	return p, true
}

// timeText writes 8.30 as 08:30.
func timeText(s string) string {
	s = strings.Replace(s, ".", ":", 1)
	if len(s) == 4 {
		s = "0" + s
	}
	return s
}

func readDays(text string) (days []string, ok bool) {
	var in [7]bool
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ' ' || r == ':' }) {
		first, last, ranged := strings.Cut(strings.ReplaceAll(part, "–", "-"), "-")
		a, known := dayWords[first]
		b := a
		if ranged && known {
			b, known = dayWords[last]
		}
		if !known {
			return nil, false
		}
		for d := a; ; d = (d + 1) % 7 {
			in[d] = true
			if d == b {
				break
			}
		}
	}
	for d, yes := range in {
		if yes {
			days = append(days, week[d])
		}
	}
	if len(days) == 7 {
		days = nil
	}
	return days, true
}

// WriteHours writes pieces so that ReadHours reads the same.
func WriteHours(list []Piece) string {
	lines := make([]string, len(list))
	for i := range list {
		lines[i] = pieceText(&list[i])
	}
	return strings.Join(lines, "\n")
}

func pieceText(p *Piece) string {
	var parts []string
	if days := dayText(p.Days); days != "" {
		parts = append(parts, days)
	}
	switch {
	case p.Shut && p.Opens == "":
		parts = append(parts, "closed")
	case p.Opens == "00:00" && p.Closes == "24:00":
		parts = append(parts, "24h")
	default:
		parts = append(parts, p.Opens+"-"+p.Closes)
	}
	if p.From != "" || p.Until != "" {
		parts = append(parts, fmt.Sprintf("%s..%s", p.From, p.Until))
	}
	return strings.Join(parts, " ")
}

// dayText joins days that follow each other: mo-fr,su.
func dayText(days []string) string {
	var in [7]bool
	for _, d := range days {
		if i := slices.Index(week[:], d); i >= 0 {
			in[i] = true
		}
	}
	var parts []string
	for i := 0; i < 7; i++ {
		if !in[i] {
			continue
		}
		j := i
		for j < 6 && in[j+1] {
			j++
		}
		switch {
		case j == i:
			parts = append(parts, week[i])
		case j == i+1:
			parts = append(parts, week[i], week[j])
		default:
			parts = append(parts, week[i]+"-"+week[j])
		}
		i = j
	}
	return strings.Join(parts, ",")
}
