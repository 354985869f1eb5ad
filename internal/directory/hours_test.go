package directory

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	dirfiles "rufaa/content/directory"
	"rufaa/internal/realm/realmtest"
	"rufaa/internal/valid"
)

func taxonomy(t testing.TB) *Taxonomy {
	t.Helper()
	c, _ := realmtest.Sources(t)
	tax, err := LoadTaxonomy(dirfiles.Files, c)
	if err != nil {
		t.Fatal(err)
	}
	return tax
}

func eat(day string, clock string) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04", day+" "+clock, Nairobi)
	if err != nil {
		panic(err)
	}
	return at
}

// 2026-03-04 is a Wednesday; 2026-05-01 (Friday) Labour Day; 2025-10-20 a
// Monday, Mashujaa Day; 2027-10-10 a Sunday, Mazingira Day.
func TestOpenness(t *testing.T) {
	week := []string{"mo", "tu", "we", "th", "fr"}
	office := Hours{Open: []Piece{{Days: week, Opens: "08:00", Closes: "17:00"}}, OnHolidays: No}
	unsaid := office
	unsaid.OnHolidays = NotKnown
	night := Hours{Open: []Piece{{Days: []string{"fr"}, Opens: "20:00", Closes: "06:00"}}, OnHolidays: Yes}
	house := Hours{Open: Always().Open, OnHolidays: Yes, Intake: []Piece{{Days: week, Opens: "09:00", Closes: "16:00"}}}
	intakeOnly := Hours{Intake: house.Intake, OnHolidays: Yes}
	moved := Hours{Open: append([]Piece{{Shut: true, From: "2026-03-01", Until: "2026-03-31"}}, office.Open...), OnHolidays: No}
	season := Hours{Open: []Piece{{Days: week, Opens: "08:00", Closes: "17:00", Until: "2026-02-28"}, {Opens: "10:00", Closes: "12:00", From: "2026-03-01"}}, OnHolidays: Yes}
	kampala := Hours{Open: []Piece{{Opens: "08:00", Closes: "09:00"}}, OnHolidays: Yes, Zone: "Africa/Kinshasa"}
	daily := func(from, until string) Piece {
		return Piece{Opens: "08:00", Closes: "17:00", From: from, Until: until}
	}
	ended := Hours{Open: []Piece{daily("", "2026-02-27")}, OnHolidays: Yes}
	lastNight := Hours{Open: []Piece{{Opens: "20:00", Closes: "06:00", Until: "2026-02-27"}}, OnHolidays: Yes}
	coming := Hours{Open: []Piece{daily("2026-03-10", "")}, OnHolidays: Yes}
	endedShut := Hours{Open: []Piece{daily("", "2026-02-27"), {Shut: true, From: "2026-03-01", Until: "2026-03-10"}}, OnHolidays: Yes}
	onceShut := Hours{Open: []Piece{{Shut: true, Until: "2026-02-27"}}, OnHolidays: Yes}
	intakeEnded := Hours{Open: Always().Open, Intake: []Piece{daily("", "2026-02-27")}, OnHolidays: Yes}
	for _, x := range []struct {
		name  string
		h     Hours
		at    time.Time
		state State
		next  time.Time
		then  State
	}{
		{"nothing is known", Hours{}, eat("2026-03-04", "10:00"), OpenNotKnown, time.Time{}, ""},
		{"in office hours", office, eat("2026-03-04", "10:00"), Open, eat("2026-03-04", "17:00"), ShutNow},
		{"at the minute of opening", office, eat("2026-03-04", "08:00"), Open, eat("2026-03-04", "17:00"), ShutNow},
		{"at the minute of closing", office, eat("2026-03-04", "17:00"), ShutNow, eat("2026-03-05", "08:00"), Open},
		{"over the weekend", office, eat("2026-03-07", "10:00"), ShutNow, eat("2026-03-09", "08:00"), Open},
		{"a holiday, closed on holidays", office, eat("2026-05-01", "10:00"), ShutNow, eat("2026-05-04", "08:00"), Open},
		{"a holiday, nothing said", unsaid, eat("2026-05-01", "10:00"), OpenNotKnown, eat("2026-05-01", "17:00"), ShutNow},
		{"the night of a holiday is closed for sure", unsaid, eat("2026-05-01", "23:00"), ShutNow, eat("2026-05-04", "08:00"), Open},
		{"the Monday after a Sunday holiday", office, eat("2027-10-11", "10:00"), ShutNow, eat("2027-10-12", "08:00"), Open},
		{"day and night, the year round", Always(), eat("2026-12-25", "03:00"), Open, time.Time{}, ""},
		{"past midnight", night, eat("2026-03-07", "02:00"), Open, eat("2026-03-07", "06:00"), ShutNow},
		{"the same hour on another night", night, eat("2026-03-06", "02:00"), ShutNow, eat("2026-03-06", "20:00"), Open},
		{"open, and takes newcomers", house, eat("2026-03-04", "10:00"), Open, eat("2026-03-04", "16:00"), IntakeClosed},
		{"open, and takes nobody new", house, eat("2026-03-04", "22:00"), IntakeClosed, eat("2026-03-05", "09:00"), Open},
		{"only the intake is told", intakeOnly, eat("2026-03-04", "22:00"), IntakeClosed, eat("2026-03-05", "09:00"), Open},
		{"shut for a move", moved, eat("2026-03-04", "10:00"), ShutNow, time.Time{}, ""},
		{"shut for a move, its end in sight", moved, eat("2026-03-25", "10:00"), ShutNow, eat("2026-04-01", "08:00"), Open},
		{"a season that ended", season, eat("2026-03-04", "09:00"), ShutNow, eat("2026-03-04", "10:00"), Open},
		{"hours that ended on a day gone by", ended, eat("2026-03-04", "10:00"), OpenNotKnown, time.Time{}, ""},
		{"on their last day they hold", ended, eat("2026-02-27", "18:00"), ShutNow, eat("2026-02-28", "00:00"), OpenNotKnown},
		{"the last night runs on", lastNight, eat("2026-02-28", "02:00"), Open, eat("2026-02-28", "06:00"), OpenNotKnown},
		{"hours of a day to come", coming, eat("2026-03-04", "10:00"), OpenNotKnown, eat("2026-03-10", "00:00"), ShutNow},
		{"ended, and shut just now", endedShut, eat("2026-03-04", "10:00"), ShutNow, eat("2026-03-11", "00:00"), OpenNotKnown},
		{"shut once, and nothing else told", onceShut, eat("2026-03-04", "10:00"), OpenNotKnown, time.Time{}, ""},
		{"open hours hold, those of intake ended", intakeEnded, eat("2026-03-04", "10:00"), OpenNotKnown, time.Time{}, ""},
		{"another zone", kampala, eat("2026-03-04", "10:30"), Open, eat("2026-03-04", "11:00"), ShutNow},
	} {
		t.Run(x.name, func(t *testing.T) {
			got := Openness(x.h, taxonomy(t).Holidays, x.at)
			if got.State != x.state || !got.Next.Equal(x.next) || got.Then != x.then {
				t.Errorf("got %+v, want %s until %s, then %s", got, x.state, x.next.UTC(), x.then)
			}
		})
	}
}

func anyHours(t *rapid.T) Hours {
	piece := func(t *rapid.T) Piece {
		at := func(name string, most int) string {
			m := 30 * rapid.IntRange(0, most).Draw(t, name)
			return fmt.Sprintf("%02d:%02d", m/60, m%60)
		}
		p := Piece{Days: rapid.SliceOfNDistinct(rapid.SampledFrom(weekdays[:]), 0, 7, rapid.ID[string]).Draw(t, "days"), Opens: at("opens", 47), Closes: at("closes", 48)}
		p.Shut = rapid.IntRange(0, 9).Draw(t, "shut") == 0
		if rapid.Bool().Draw(t, "dated") {
			p.From = fmt.Sprintf("2026-03-%02d", rapid.IntRange(1, 31).Draw(t, "from"))
		}
		return p
	}
	return Hours{
		Open: rapid.SliceOfN(rapid.Custom(piece), 0, 3).Draw(t, "open"), Intake: rapid.SliceOfN(rapid.Custom(piece), 0, 2).Draw(t, "intake"),
		OnHolidays: rapid.SampledFrom([]Fact{Yes, No, NotKnown}).Draw(t, "holidays"),
	}
}

// Until the change that is told nothing changes, and at it something does; what
// the index remembers is what the function says.
func TestTheNextChangeIsTheNextOne(t *testing.T) {
	holidays := taxonomy(t).Holidays
	rapid.Check(t, func(t *rapid.T) {
		h := anyHours(t)
		k := &hoursKept{h: h}
		at := eat("2026-03-01", "00:00").Add(time.Duration(rapid.IntRange(0, 60*24*60).Draw(t, "minute")) * time.Minute)
		first := Openness(h, holidays, at)
		end := first.Next
		if end.IsZero() {
			end = at.Add((ahead - 1) * 24 * time.Hour)
		} else if s := Openness(h, holidays, end).State; s != first.Then || s == first.State {
			t.Fatalf("%+v, but at that moment %s", first, s)
		}
		for m := at; m.Before(end); m = m.Add(7 * time.Minute) {
			if s := Openness(h, holidays, m).State; s != first.State {
				t.Fatalf("%+v, but %s is %s", first, m, s)
			}
			if kept := k.opening(holidays, m); kept.State != first.State {
				t.Fatalf("remembered %+v, want %s", kept, first.State)
			}
		}
	})
}

// Nothing is both open and shut: a weekly piece that overlaps another is told.
func TestOverlappingHoursAreTold(t *testing.T) {
	for _, x := range []struct {
		name string
		a, b Piece
		bad  bool
	}{
		{"side by side", Piece{Opens: "08:00", Closes: "12:00"}, Piece{Opens: "12:00", Closes: "17:00"}, false},
		{"one within the other", Piece{Opens: "08:00", Closes: "17:00"}, Piece{Opens: "10:00", Closes: "11:00"}, true},
		{"other days", Piece{Days: []string{"mo"}, Opens: "08:00", Closes: "17:00"}, Piece{Days: []string{"tu"}, Opens: "08:00", Closes: "17:00"}, false},
		{"past midnight into the next day", Piece{Days: []string{"mo"}, Opens: "20:00", Closes: "06:00"}, Piece{Days: []string{"tu"}, Opens: "05:00", Closes: "07:00"}, true},
		{"Saturday night into Sunday", Piece{Days: []string{"sa"}, Opens: "20:00", Closes: "06:00"}, Piece{Days: []string{"su"}, Opens: "05:00", Closes: "07:00"}, true},
		{"Sunday night into Monday", Piece{Days: []string{"su"}, Opens: "20:00", Closes: "06:00"}, Piece{Days: []string{"mo"}, Opens: "05:00", Closes: "07:00"}, true},
		{"one season after the other", Piece{Opens: "08:00", Closes: "17:00", Until: "2026-05-31"}, Piece{Opens: "08:00", Closes: "15:00", From: "2026-06-01"}, false},
		{"an exception", Piece{Opens: "08:00", Closes: "17:00"}, Piece{Shut: true, From: "2026-12-24", Until: "2026-12-31"}, false},
	} {
		t.Run(x.name, func(t *testing.T) {
			for _, h := range []Hours{{Open: []Piece{x.a, x.b}}, {Open: []Piece{x.b, x.a}}} {
				v := valid.New(noon)
				checker{Check: v, t: taxonomy(t)}.hours("hours", &h)
				if bad := v.Err() != nil; bad != x.bad {
					t.Errorf("told %v, want %v (%v)", bad, x.bad, v.Err())
				}
			}
		})
	}
}

// Whatever stands in a schedule, it is told as wrong or it can be read.
func FuzzHours(f *testing.F) {
	f.Add("08:00", "17:00", "mo", "2026-01-01", "2026-12-31", "Africa/Nairobi")
	f.Add("24:00", "00:00", "", "", "", "")
	f.Add("99:99", "-1:00", "xx", "2026-13-41", "9999-12-31", "../etc")
	tax := taxonomy(f)
	f.Fuzz(func(t *testing.T, opens, closes, day, from, until, zone string) {
		h := Hours{Open: []Piece{{Days: []string{day}, Opens: opens, Closes: closes, From: from, Until: until}, {Opens: closes, Closes: opens}}, Zone: zone}
		v := valid.New(noon)
		checker{Check: v, t: tax}.hours("hours", &h)
		got := Openness(h, tax.Holidays, noon)
		if !got.Next.IsZero() && !got.Next.After(noon) {
			t.Errorf("%+v changes in the past: %+v", h, got)
		}
	})
}
