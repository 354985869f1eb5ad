package directory

import (
	"slices"
	"time"

	"rufaa/internal/text"
)

// Nairobi is the zone of hours that name none.
var Nairobi = text.Nairobi

// Hours are when a place is open and when it takes somebody new. The zero
// value says that nothing is known.
type Hours struct {
	Open   []Piece `json:"open,omitempty" maxItems:"60"`
	Intake []Piece `json:"intake,omitempty" doc:"When newcomers are taken; empty is not known" maxItems:"60"`
	// OnHolidays says whether these hours hold on public holidays too.
	OnHolidays Fact   `json:"on_holidays,omitempty" yaml:"on_holidays" enum:"yes,no,"`
	Zone       string `json:"zone,omitempty" doc:"IANA time zone; empty is Africa/Nairobi" maxLength:"40"`
}

// Piece is one part of a week. Closes at or before Opens means after midnight;
// 00:00 to 24:00 is the whole day.
type Piece struct {
	Days   []string `json:"days,omitempty" doc:"mo tu we th fr sa su; none is every day" maxItems:"7"`
	Opens  string   `json:"opens,omitempty" doc:"HH:MM" maxLength:"5"`
	Closes string   `json:"closes,omitempty" doc:"HH:MM, up to 24:00" maxLength:"5"`
	From   string   `json:"from,omitempty" doc:"YYYY-MM-DD, first day" maxLength:"10"`
	Until  string   `json:"until,omitempty" doc:"YYYY-MM-DD, last day" maxLength:"10"`
	// Shut says that on these days nothing else holds: closed for a holiday of
	// its own, for a move, for an outbreak.
	Shut bool `json:"shut,omitempty"`
}

// Always are the hours of what is open day and night.
func Always() Hours {
	return Hours{Open: []Piece{{Opens: "00:00", Closes: "24:00"}}, OnHolidays: Yes}
}

// Told tells whether anything is known of the hours.
func (h Hours) Told() bool { return len(h.Open) > 0 || len(h.Intake) > 0 }

func (h Hours) zone() *time.Location {
	if h.Zone != "" && h.Zone != "Africa/Nairobi" {
		if z, err := time.LoadLocation(h.Zone); err == nil {
			return z
		}
	}
	return Nairobi
}

// State is whether a place can be come to.
type State string

// The states of opening.
const (
	Open         State = "open"
	ShutNow      State = "closed"
	IntakeClosed State = "intake_closed"
	OpenNotKnown State = "not_known"
)

// Opening is the answer of Openness. Next is when the state changes (UTC) and
// Then what it becomes; both zero when that is more than two weeks away.
type Opening struct {
	State State     `json:"state"`
	Next  time.Time `json:"next,omitzero"`
	Then  State     `json:"then,omitempty"`
}

// ahead is how many days Openness looks for the next change.
const ahead = 15

// Openness decides whether a place is open at a moment. It is the one function
// that does, and pure.
func Openness(h Hours, holidays *Holidays, at time.Time) Opening {
	if !h.Told() {
		return Opening{State: OpenNotKnown}
	}
	at = at.In(h.zone())
	now := Opening{State: h.state(holidays, at)}
	for _, t := range h.edges(at) {
		if s := h.state(holidays, t); s != now.State {
			now.Next, now.Then = t.UTC(), s
			break
		}
	}
	return now
}

func (h Hours) state(holidays *Holidays, at time.Time) State {
	open := within(h.Open, h.OnHolidays, holidays, at)
	if len(h.Intake) == 0 {
		return map[Fact]State{Yes: Open, No: ShutNow, NotKnown: OpenNotKnown}[open]
	}
	intake := within(h.Intake, h.OnHolidays, holidays, at)
	switch {
	case len(h.Open) > 0 && open == No:
		return ShutNow
	case len(h.Open) > 0 && open == NotKnown:
		return OpenNotKnown
	case intake == Yes:
		return Open
	case intake == No:
		return IntakeClosed
	}
	return OpenNotKnown
}

// within tells whether a moment lies in one of the pieces. A piece that began
// yesterday may still run.
func within(pieces []Piece, onHolidays Fact, holidays *Holidays, at time.Time) Fact {
	today := dayOf(at)
	minute := at.Hour()*60 + at.Minute()
	out := No
	for i := range pieces {
		p := &pieces[i]
		if p.Shut {
			continue
		}
		opens, closes := p.minutes()
		for back, m := range [2]int{minute, minute + 24*60} {
			d := today.add(-back)
			if m < opens || m >= closes || !p.covers(d) || shut(pieces, d) {
				continue
			}
			if onHolidays != Yes && holidays.On(d) {
				if onHolidays == NotKnown {
					out = NotKnown
				}
				continue
			}
			return Yes
		}
	}
	if !told(pieces, today) {
		return NotKnown
	}
	return out
}

// told tells whether the pieces say anything of a day: hours that ended before
// it, or begin after it, do not say that the place is closed.
func told(pieces []Piece, d day) bool {
	return slices.ContainsFunc(pieces, func(p Piece) bool { return p.valid(d) && (!p.Shut || p.covers(d)) })
}

func shut(pieces []Piece, d day) bool {
	return slices.ContainsFunc(pieces, func(p Piece) bool { return p.Shut && p.covers(d) })
}

// edges are the moments after at when something may change, in order.
func (h Hours) edges(at time.Time) []time.Time {
	y, m, d := at.Date()
	var out []time.Time
	// What a night of the last day reaches into is not looked at: the other
	// changes of the day after it are missing.
	end := time.Date(y, m, d+ahead+1, 0, 0, 0, 0, at.Location())
	for n := -1; n <= ahead; n++ {
		moment := func(minutes int) {
			if t := time.Date(y, m, d+n, 0, minutes, 0, 0, at.Location()); t.After(at) && t.Before(end) {
				out = append(out, t)
			}
		}
		moment(0)
		for _, list := range [2][]Piece{h.Open, h.Intake} {
			for i := range list {
				if !list[i].Shut {
					opens, closes := list[i].minutes()
					moment(opens)
					moment(closes)
				}
			}
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

// minutes are opening and closing in minutes from the midnight the piece
// begins after; closing may lie on the next day.
func (p *Piece) minutes() (opens, closes int) {
	opens, _ = clock(p.Opens)
	closes, _ = clock(p.Closes)
	if closes <= opens {
		closes += 24 * 60
	}
	return opens, closes
}

// clock reads HH:MM, up to 24:00, as minutes.
func clock(s string) (minutes int, ok bool) {
	if len(s) != 5 || s[2] != ':' {
		return 0, false
	}
	n := [4]int{int(s[0]) - '0', int(s[1]) - '0', int(s[3]) - '0', int(s[4]) - '0'}
	for _, d := range n {
		if d < 0 || d > 9 {
			return 0, false
		}
	}
	minutes = (n[0]*10+n[1])*60 + n[2]*10 + n[3]
	return minutes, n[2] < 6 && minutes <= 24*60
}

var weekdays = [7]string{"su", "mo", "tu", "we", "th", "fr", "sa"}

func (p *Piece) covers(d day) bool {
	return p.valid(d) && (len(p.Days) == 0 || slices.Contains(p.Days, weekdays[d.week]))
}

// valid tells whether a day lies between the first and the last of the piece.
func (p *Piece) valid(d day) bool {
	return (p.From == "" || d.text >= p.From) && (p.Until == "" || d.text <= p.Until)
}

// day is a day of the calendar, without a zone.
type day struct {
	date time.Time // midnight UTC of the same date
	text string    // YYYY-MM-DD
	week time.Weekday
}

func dayOf(t time.Time) day {
	y, m, d := t.Date()
	return newDay(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
}

func newDay(date time.Time) day {
	return day{date: date, text: date.Format(time.DateOnly), week: date.Weekday()}
}

func (d day) add(n int) day {
	if n == 0 {
		return d
	}
	return newDay(d.date.AddDate(0, 0, n))
}

// Holidays are the public holidays of the country.
type Holidays struct {
	fixed map[string]bool // MM-DD
	dates map[string]bool // YYYY-MM-DD
	// sundays: a fixed one on a Sunday is kept on the Monday as well
	// (Public Holidays Act, Cap. 110).
	sundays bool
}

// On tells whether a day is a public holiday. No list has none.
func (h *Holidays) On(d day) bool {
	if h == nil {
		return false
	}
	if h.dates[d.text] || h.fixed[d.text[5:]] {
		return true
	}
	return h.sundays && d.week == time.Monday && h.fixed[d.add(-1).text[5:]]
}
