package valid

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/unicode/norm"

	"rufaa/internal/problem"
)

// Lengths in characters. A name longer than MaxName is a mistake or an attack;
// MaxText holds about three pages.
const (
	MaxName = 200
	MaxLine = 300
	MaxText = 8000
)

// Check gathers what is wrong with one command.
type Check struct {
	fields []problem.Field
	now    time.Time
}

// New starts a check; now (UTC) decides what lies in the future.
func New(now time.Time) *Check { return &Check{now: now} }

// Add names one problem.
func (c *Check) Add(name, key string, args ...any) {
	c.fields = append(c.fields, problem.Field{Name: name, Key: key, Args: args})
}

// Err is nil when nothing was wrong.
func (c *Check) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return &problem.Invalid{Fields: c.fields}
}

// Text cleans one line or several of free text.
func (c *Check) Text(name string, s *string, max int, required bool) {
	if !utf8.ValidString(*s) {
		c.Add(name, "common.error.characters")
		return
	}
	if len(*s) > 4*max { // refuse before normalising ten megabytes
		c.Add(name, "common.error.too_long", "max", max)
		return
	}
	clean := strings.TrimSpace(norm.NFC.String(unbroken.Replace(*s)))
	if strings.Trim(clean, "\u200c\u200d \n\t") == "" {
		clean = "" // joiners that join nothing
	}
	for _, r := range clean {
		if hides(r) {
			c.Add(name, "common.error.characters")
			return
		}
	}
	if utf8.RuneCountInString(clean) > max {
		c.Add(name, "common.error.too_long", "max", max)
		return
	}
	if required && clean == "" {
		c.Add(name, "common.error.required")
		return
	}
	*s = clean
}

// unbroken writes line ends one way and drops soft hyphens, which come along
// with what is pasted and say nothing.
var unbroken = strings.NewReplacer("\r\n", "\n", "\u00ad", "")

// Line cleans a text of one line, such as a name: what broke it is a space.
func (c *Check) Line(name string, s *string, max int, required bool) {
	c.Text(name, s, max, required)
	if strings.ContainsAny(*s, "\n\t") {
		*s = strings.Join(strings.Fields(*s), " ")
	}
}

// hides tells characters that make a text show other than it is: controls,
// bidirectional overrides and isolates, what is invisible and used for spoofing.
// U+200C and U+200D stay: Arabic and Ethiopic spelling use them.
func hides(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case unicode.IsControl(r):
		return true
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x200E, r == 0x200F, r == 0x061C:
		return true
	case r == 0x200B, r == 0xFEFF, r == 0x2028, r == 0x2029, r >= 0xE0000 && r <= 0xE007F:
		return true
	case r == 0x180E, r >= 0x2060 && r <= 0x206F, r >= 0xFFF9 && r <= 0xFFFB, unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
		return true
	case r >= 0xE000 && r <= 0xF8FF, r == utf8.RuneError:
		return true
	}
	return false
}

// Term checks that the value stands in a vocabulary; known is its lookup.
func (c *Check) Term(name, value string, known func(string) bool, required bool) {
	switch {
	case value == "" && required:
		c.Add(name, "common.error.choose")
	case value != "" && !known(value):
		c.Add(name, "common.error.unknown_term")
	}
}

// Date reads YYYY-MM-DD.
func (c *Check) Date(name, value string) (time.Time, bool) {
	if value == "" {
		return time.Time{}, false
	}
	t, err := time.Parse(time.DateOnly, value)
	if err != nil {
		c.Add(name, "common.error.date")
		return time.Time{}, false
	}
	return t, true
}

// nairobi is UTC+3 the whole year.
const nairobi = 3 * time.Hour

// today is the day in East Africa as Date reads it: what a night shift writes at
// one in the morning happened today.
func (c *Check) today() time.Time { return c.now.UTC().Add(nairobi).Truncate(24 * time.Hour) }

// PastDate reads a date that is not after today in East Africa.
func (c *Check) PastDate(name, value string) (time.Time, bool) {
	t, ok := c.Date(name, value)
	if ok && t.After(c.today()) {
		c.Add(name, "common.error.future")
		return time.Time{}, false
	}
	return t, ok
}

// FutureDate reads a date that is not before today in East Africa and within ten
// years.
func (c *Check) FutureDate(name, value string) (time.Time, bool) {
	t, ok := c.Date(name, value)
	if !ok {
		return t, false
	}
	if t.Before(c.today()) || t.After(c.now.AddDate(10, 0, 0)) {
		c.Add(name, "common.error.past")
		return time.Time{}, false
	}
	return t, true
}

// MaxAge is the highest age anybody is believed to have, in years.
const MaxAge = 120

// BirthDate reads a date of birth.
func (c *Check) BirthDate(name, value string) (time.Time, bool) {
	t, ok := c.PastDate(name, value)
	if ok && t.Before(c.now.AddDate(-MaxAge, 0, 0)) {
		c.Add(name, "common.error.age")
		return time.Time{}, false
	}
	return t, ok
}

// Age checks a number of years; nil is "not known".
func (c *Check) Age(name string, age *int) {
	if age != nil && (*age < 0 || *age > MaxAge) {
		c.Add(name, "common.error.age")
	}
}

// Phone normalises a telephone number to E.164; numbers without a country
// code are Kenyan, and 00 before one is what most of the world dials for +.
// Short codes such as 116 are nobody's number.
func (c *Check) Phone(name string, s *string) {
	raw := strings.TrimSpace(*s)
	if raw == "" {
		*s = ""
		return
	}
	if len(raw) > 40 {
		c.Add(name, "common.error.phone")
		return
	}
	if rest, ok := strings.CutPrefix(raw, "00"); ok && !strings.HasPrefix(rest, "0") { // 000 is Kenya's own, and known
		raw = "+" + rest
	}
	num, err := phonenumbers.Parse(raw, "KE")
	if err != nil || !phonenumbers.IsPossibleNumber(num) || !phonenumbers.IsValidNumber(num) {
		c.Add(name, "common.error.phone")
		return
	}
	*s = phonenumbers.Format(num, phonenumbers.E164)
}

// IDNumber normalises an identity or passport number.
func (c *Check) IDNumber(name string, s *string) {
	clean := strings.ToUpper(strings.Join(strings.Fields(*s), ""))
	for _, r := range clean {
		if !(r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '/') {
			c.Add(name, "common.error.id_number")
			return
		}
	}
	if len(clean) > 40 {
		c.Add(name, "common.error.id_number")
		return
	}
	*s = clean
}

// Count refuses lists longer than anybody fills in by hand.
func (c *Check) Count(name string, n, max int) {
	if n > max {
		c.Add(name, "common.error.too_many", "max", max)
	}
}

// Index names an element of a list, as field names do everywhere.
func Index(list string, i int, field string) string { return fmt.Sprintf("%s.%d.%s", list, i, field) }

// Day requires a date that is not after today.
func (c *Check) Day(name, value string) {
	if value == "" {
		c.Add(name, "common.error.required")
		return
	}
	c.PastDate(name, value)
}

// Ahead requires a date that is not before today.
func (c *Check) Ahead(name, value string) {
	if value == "" {
		c.Add(name, "common.error.required")
		return
	}
	c.FutureDate(name, value)
}

// Between checks a whole number.
func (c *Check) Between(name string, n, least, most int) {
	if n < least || n > most {
		c.Add(name, "common.error.number_between", "min", least, "max", most)
	}
}
