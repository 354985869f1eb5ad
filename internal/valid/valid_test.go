package valid

import (
	"testing"
	"time"
)

func TestATextShowsWhatItIs(t *testing.T) {
	for _, s := range []string{"a\x00b", "a\x85b", "a\u202eb", "a\u2066b", "a\u200bb", "a\u2028b", "a\u2060b", "a\u180eb", "a\ufff9b", "\u3164", "a\u034fb", "a\U000e0041b", "a\xffb"} {
		var c Check
		was := s
		if c.Text("name", &s, 200, false); c.Err() == nil {
			t.Errorf("%q is taken as %q", was, s)
		}
	}
	for was, want := range map[string]string{
		" Wanjiru\u00ad Tama ": "Wanjiru Tama", "می\u200cرود": "می\u200cرود", "e\u0301": "\u00e9", "a\r\nb": "a\nb", "Ŋoŋo 😀": "Ŋoŋo 😀",
	} {
		var c Check
		s := was
		if c.Text("name", &s, 200, false); c.Err() != nil || s != want {
			t.Errorf("%q became %q: %v", was, s, c.Err())
		}
	}
}

func TestANameStandsOnOneLine(t *testing.T) {
	for was, want := range map[string]string{"Amina\nBaraka": "Amina Baraka", "Amina\t \r\nBaraka\n": "Amina Baraka", "Amina  Baraka": "Amina  Baraka"} {
		var c Check
		s := was
		if c.Line("name", &s, 200, true); c.Err() != nil || s != want {
			t.Errorf("%q became %q: %v", was, s, c.Err())
		}
	}
}

// Joiners that join nothing are no name.
func TestAnInvisibleNameIsNone(t *testing.T) {
	for _, s := range []string{"\u200d", " \u200c\u200d\n "} {
		var c Check
		if c.Line("name", &s, 200, true); c.Err() == nil {
			t.Errorf("%q is a name", s)
		}
	}
}

// Numbers as people of the region write them; no helpline is anybody's own.
func TestATelephoneNumberOfAnyCountry(t *testing.T) {
	for was, want := range map[string]string{
		"0712 345-678": "+254712345678", "٠٧١٢٣٤٥٦٧٨": "+254712345678", "00254 712345678": "+254712345678", "000256772123456": "+256772123456",
		"00256772123456": "+256772123456", "+966 50 123 4567": "+966501234567", "+1 (415) 555-2671": "+14155552671", "": "",
	} {
		var c Check
		s := was
		if c.Phone("phone", &s); c.Err() != nil || s != want {
			t.Errorf("%q became %q: %v", was, s, c.Err())
		}
	}
	for _, s := range []string{"116", "999", "0712", "+999 123 456 789", "00 00 00", "0712345678 or 0722000000", "*144#"} {
		var c Check
		if c.Phone("phone", &s); c.Err() == nil {
			t.Errorf("%q is taken as a number", s)
		}
	}
}

// A day begins at midnight in Nairobi, three hours before it does in UTC: what a
// night shift writes at a quarter to one happened today, and yesterday is over.
func TestADayBeginsAtMidnightInNairobi(t *testing.T) {
	night := time.Date(2026, 11, 29, 21, 45, 0, 0, time.UTC)
	for _, x := range []struct {
		on          string
		past, ahead bool
	}{{"2026-11-29", true, false}, {"2026-11-30", true, true}, {"2026-12-01", false, true}} {
		c := New(night)
		if _, past := c.PastDate("on", x.on); past != x.past {
			t.Errorf("%s at 00:45 on the 30th is no later than today: %v", x.on, past)
		}
		c = New(night)
		if c.Ahead("on", x.on); (c.Err() == nil) != x.ahead {
			t.Errorf("%s at 00:45 on the 30th: %v", x.on, c.Err())
		}
	}
}
