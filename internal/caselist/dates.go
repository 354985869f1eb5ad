package caselist

import (
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// months as lists write them, in English and Kiswahili.
var months = map[string]time.Month{
	"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9, "october": 10, "november": 11, "december": 12,
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
	"januari": 1, "februari": 2, "machi": 3, "aprili": 4, "mei": 5, "juni": 6, "julai": 7, "agosti": 8, "septemba": 9, "oktoba": 10, "novemba": 11, "desemba": 12,
}

// day reads a date in the order that a person chose, or as YYYY-MM-DD, or with
// the month as a word; of a workbook also its own day number. A year has four
// digits: nobody knows which century 12 is.
func day(text, order string, workbook, since1904 bool) (string, bool) {
	text = strings.TrimSpace(text)
	if workbook {
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			if n < 1 || n > 80_000 {
				return "", false
			}
			t, err := excelize.ExcelDateToTime(n, since1904)
			return t.Format(time.DateOnly), err == nil
		}
	}
	if at, clock, ok := strings.Cut(text, " "); ok && strings.Count(clock, ":") > 0 {
		text = at
	}
	if at, _, ok := strings.Cut(text, "T"); ok && len(at) == 10 {
		text = at
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '/' || r == '-' || r == '.' || r == ' ' || r == ',' })
	if len(parts) != 3 {
		return "", false
	}
	y, m, d := parts[2], parts[1], parts[0]
	switch _, word := months[strings.ToLower(parts[0])]; {
	case len(parts[0]) == 4:
		y, m, d = parts[0], parts[1], parts[2]
	case word, order == "mdy" && months[strings.ToLower(parts[1])] == 0:
		m, d = parts[0], parts[1]
	case order == "ymd":
		return "", false
	}
	return ymd(y, m, d)
}

func ymd(y, m, d string) (string, bool) {
	year, err1 := strconv.Atoi(y)
	month, err2 := strconv.Atoi(m)
	if named, ok := months[strings.ToLower(m)]; ok {
		month, err2 = int(named), nil
	}
	date, err3 := strconv.Atoi(d)
	if err1 != nil || err2 != nil || err3 != nil || len(y) != 4 || year < 1000 {
		return "", false
	}
	t := time.Date(year, time.Month(month), date, 0, 0, 0, 0, time.UTC)
	if t.Day() != date || int(t.Month()) != month {
		return "", false
	}
	return t.Format(time.DateOnly), true
}
