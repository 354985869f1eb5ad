package exhibit

import (
	"strconv"
	"time"

	"rufaa/internal/custody"
	"rufaa/internal/text"
)

// Names tells how keepers are called, by their ids.
type Names func(id string) string

// SayFinding tells a finding in words, with the times of both sides.
func SayFinding(l *text.Lang, c *custody.Chain, f *custody.Finding, name Names) string {
	first, second := c.Side(f.First), c.Side(f.Second)
	was, is := f.Was, f.Is
	if f.Flaw.OfPeople() {
		was, is = name(f.Was), name(f.Is)
	}
	return Sentence{Finding: *f, First: number(f.First), Second: number(f.Second), FirstAt: l.DateTime(first.At), SecondAt: l.DateTime(second.At), Was: was, Is: is}.In(l)
}

// Sentence is a finding with what stands in its words: how the two events and
// their times are called, and who or what was and is.
type Sentence struct {
	custody.Finding
	First, Second     string
	FirstAt, SecondAt string
	Was, Is           string
}

// In says it in a language.
func (s Sentence) In(l *text.Lang) string {
	was, is := s.Was, s.Is
	if was == "" {
		was = l.T("custody.none")
	}
	if is == "" {
		is = l.T("custody.none")
	}
	key := s.Key()
	if s.Flaw == custody.TooFast && s.Km == 0 {
		key += "-declared"
	}
	if s.Flaw == custody.DeviceClock && s.Span < 0 {
		key += "-slow"
	}
	switch s.Flaw {
	case custody.SealDiffers, custody.SealBroken:
		if s.Flaw == custody.SealBroken && s.Was != s.Is {
			key += "-other"
		} else if s.First == s.Second { // seen by the two sides of one hand-over
			key += "-sides"
		}
	}
	return l.T(key, "first", s.First, "second", s.Second, "first_at", s.FirstAt, "second_at", s.SecondAt,
		"span", span(l, s.Span), "km", strconv.Itoa(int(s.Km+0.5)), "was", was, "is", is)
}

// Drawn is the chain as a picture (SVG), in words of a language.
func (s *State) Drawn(l *text.Lang, c *custody.Chain, name Names) string {
	return c.Draw(custody.Words{Title: l.T("exhibit.chain.drawn", "number", s.Number), Told: l.N("exhibit.chain.told", len(c.Findings)),
		Event: func(i int) string {
			return strconv.Itoa(i+1) + " " + l.T("exhibit.event."+string(c.Events[i].Kind)) + " " + l.Date(c.Events[i].By.At)
		},
		Flaw: func(i int) string { return SayFinding(l, c, &c.Findings[i], name) }})
}

// Told is how a place is told outside the room, in a bundle for a court: what
// the register calls it, or its kind alone. A protected place is said to be one;
// what is known in sealed words stays sealed.
func (r *Register) Told(l *text.Lang, id string) string {
	p, ok := r.Place(id)
	switch {
	case id == "":
		return ""
	case !ok:
		return l.T("exhibit.place." + id)
	case p.Protected:
		return l.T("exhibit.place.protected")
	}
	return p.Label[l.Code()]
}

// number is how an event is called on a page: from 1.
func number(r custody.Ref) string { return strconv.Itoa(r.Event + 1) }

func span(l *text.Lang, d time.Duration) string {
	if d < 0 {
		d = -d
	}
	return l.Exactly(d)
}
