package ui

import (
	"net/url"
	"strings"
)

// Why three boxes and not <input type="date">: a date of birth is rarely known
// to the day, and a native picker takes no "1998" or "March 2004"; on cheap
// phones it scrolls back through years one month at a time, shows the order of
// day and month of the phone's language instead of the page's, and hides what
// was typed wrongly. Three numeric boxes work in every browser, without script.

// DateFrom reads what DateInput sent: "2004-03-09", "2004-03" or "2004" when
// that is what was filled in. What is not such a date comes back as typed, in
// the same order and with the gaps, so that the page can show it again and the
// domain can refuse it: "2004-xx-31", "-03-" for a month alone.
func DateFrom(form url.Values, name string) string {
	year := strings.TrimSpace(form.Get(name + "-year"))
	month := pad(strings.TrimSpace(form.Get(name + "-month")))
	day := pad(strings.TrimSpace(form.Get(name + "-day")))
	switch {
	case year == "" && month == "" && day == "":
		return ""
	case month == "" && day == "":
		return year
	case day == "" && year != "":
		return year + "-" + month
	}
	return year + "-" + month + "-" + day
}

// pad writes a single digit with its zero; anything else stays.
func pad(s string) string {
	if len(s) == 1 && s[0] >= '0' && s[0] <= '9' {
		return "0" + s
	}
	return s
}

// unpad takes back what pad did, and nothing that was typed.
func unpad(s string) string {
	if len(s) == 2 && s[0] == '0' && s[1] >= '0' && s[1] <= '9' {
		return s[1:]
	}
	return s
}

type datePart struct {
	suffix string // of the name: "-day"
	id     string
	text   string // key of its label
	width  string
	value  string
}

// dateParts are the three boxes in reading order. The first has the field's
// own id, so that a link to the field finds it.
func (f Field) dateParts() []datePart {
	var v [3]string
	copy(v[:], strings.SplitN(f.Value, "-", 3))
	return []datePart{
		{"-day", f.Name, "ui.date.day", "govuk-input--width-2", unpad(v[2])},
		{"-month", f.Name + "-month", "ui.date.month", "govuk-input--width-2", unpad(v[1])},
		{"-year", f.Name + "-year", "ui.date.year", "govuk-input--width-4", v[0]},
	}
}

// dateAutocomplete: browsers must not offer the worker's own birthday for the
// victim's, so the boxes are off unless the field asks for it.
func (f Field) dateAutocomplete(suffix string) string {
	if f.Autocomplete == "bday" {
		return "bday" + suffix
	}
	return "off"
}
