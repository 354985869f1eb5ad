package intake

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rufaa/internal/hsds"
	"rufaa/internal/problem"
)

// tight limits keep a fuzzed file from costing anything.
var tight = Limits{Bytes: 1 << 20, Unpacked: 1 << 20, Rows: 500, Item: 64 << 10, Files: 50}

// anything holds for every file: it is read, or refused with a reason; every
// row is accounted for; what is given on keeps the standard; nothing of a
// confidential service tells a place.
func anything(t *testing.T, c *hsds.Checker, known *Terms, raw []byte) {
	src, o := Bytes("", raw), Options{Source: "fuzz", Terms: known, Limits: tight}
	p, err := Inspect(context.Background(), src, o)
	if err == nil {
		var b *Batch
		if b, err = ReadAll(context.Background(), src, p.Mapping, o); err == nil {
			accounted(t, c, p.Format, b)
		}
	}
	var invalid *problem.Invalid
	if err != nil && !errors.As(err, &invalid) {
		t.Fatalf("neither read nor refused: %v", err)
	}
}

func accounted(t *testing.T, c *hsds.Checker, f Format, b *Batch) {
	if f != Package && b.Report.Records+b.Report.Refused > b.Report.Rows {
		t.Fatalf("%+v", b.Report)
	}
	for _, p := range b.Problems {
		if !strings.HasPrefix(p.Key, "hsds.import.") && !strings.HasPrefix(p.Key, "sheet.") || p.Outcome == "" || p.Remedy == "" || p.Row < 0 {
			t.Fatalf("%+v", p)
		}
	}
	for _, r := range b.Records {
		conforming(t, c, r)
		for i := range r.Services {
			if r.Services[i].Confidential && (tellsPlace(&r.Services[i]) || len(r.Locations)+len(r.AtLocations) > 0 && len(r.Services) == 1 && f != JSON) {
				t.Fatalf("a confidential place: %+v", r)
			}
		}
	}
}

func FuzzSheet(f *testing.F) {
	f.Add([]byte(providers))
	f.Add([]byte("organization;id;phone;lat;lon\r\nA;1;\"0700\r\n\";1,5;36\r\n\r\n"))
	f.Add([]byte("name,hours,beds available,capacity updated\n\"=x\",24/7,-1,2026-01-01\n'=x,Mo 8-5pm,1e400,NaN\n"))
	f.Add([]byte("\xff\xfen\x00a\x00m\x00e\x00\n\x00a\x00"))
	c, known := strict(f), terms(f)
	f.Fuzz(func(t *testing.T, raw []byte) { anything(t, c, known, raw) })
}

func FuzzJSON(f *testing.F) {
	f.Add(sample(f, "publisher/service_full.json"))
	f.Add(here(sample(f, "publisher/organization_full.json")))
	f.Add(sample(f, "uk/default/organization_list.json"))
	f.Add([]byte(`{"contents":[1,{"contents":[]}],"total_items":-1,"size":99999999999999999999}`))
	c, known := strict(f), terms(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		// What a publisher adds of his own is dropped, so that records are
		// checked in strict mode here, too.
		anything(t, c, known, append([]byte{'['}, raw...))
		anything(t, c, known, raw)
	})
}

func FuzzPackage(f *testing.F) {
	files := published(f)
	f.Add(files["services.csv"], files["phones.csv"], files["locations.csv"], files["attributes.csv"])
	f.Add("id\n", "id,number\nx,=1", "id,latitude\n,NaN\n", "link_id\n\"")
	c, known := strict(f), terms(f)
	f.Fuzz(func(t *testing.T, services, phones, locations, attributes string) {
		with := published(t)
		with["services.csv"], with["phones.csv"], with["locations.csv"], with["attributes.csv"] = services, phones, locations, attributes
		anything(t, c, known, archive(t, with))
	})
}

func FuzzWorkbook(f *testing.F) {
	f.Add(workbook(f, []any{"organization", "phone"}, []any{"Amani", 254700000001}))
	f.Add(bomb(f, 2<<20))
	c, known := strict(f), terms(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		if !bytes.HasPrefix(raw, []byte("PK")) {
			return
		}
		anything(t, c, known, raw)
	})
}

func FuzzHours(f *testing.F) {
	for _, s := range []string{"Mo-Fr 08:00-17:00", "24/7", "daily 8am to 5.30pm", "Jumatatu hadi Ijumaa 8:00-16:00", "Sa,Su 22:00-06:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, ok := openings(text)
		for _, o := range list {
			from, ok1 := clock(o.from)
			to, ok2 := clock(o.to)
			if !ok || !ok1 || !ok2 || from == to || len(spans(&hsds.Schedule{Freq: "WEEKLY", ByDay: o.days, OpensAt: o.from, ClosesAt: o.to})) == 0 {
				t.Fatalf("%q: %+v", text, o)
			}
		}
	})
}

func TestHoursAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"Mo-Fr 08:00-17:00":                  "MO,TU,WE,TH,FR 08:00 17:00",
		"Monday to Friday 8am - 5pm":         "MO,TU,WE,TH,FR 08:00 17:00",
		"Mon & Wed: 9.30am-12pm":             "MO,WE 09:30 12:00",
		"daily 8-17":                         "MO,TU,WE,TH,FR,SA,SU 08:00 17:00",
		"Fr-Mo 22:00-06:00":                  "MO,FR,SA,SU 22:00 06:00",
		"24 hours":                           "MO,TU,WE,TH,FR,SA,SU 00:00 24:00",
		"24/7":                               "MO,TU,WE,TH,FR,SA,SU 00:00 24:00",
		"Jumatatu hadi Ijumaa 08:00 - 17:00": "MO,TU,WE,TH,FR 08:00 17:00",
		"12am-12pm":                          "MO,TU,WE,TH,FR,SA,SU 00:00 12:00",
		"by appointment":                     "",
		"8-5":                                "",
		"Mo 25:00-26:00":                     "",
		"Mo 13pm-14pm":                       "",
		"Mo-Fr 08:00-17:00, closed holidays": "",
		"Mo-Xx 08:00-17:00":                  "",
	} {
		got := ""
		if list, ok := openings(text); ok {
			got = list[0].days + " " + list[0].from + " " + list[0].to
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Two schedules clash exactly when some minute of the week is in both.
func TestOverlapIsAMinuteInBoth(t *testing.T) {
	minute := func(s *hsds.Schedule) (in [minutesOfWeek]bool) {
		from, _ := clock(s.OpensAt)
		to, _ := clock(s.ClosesAt)
		if to <= from {
			to += minutesOfDay
		}
		for d, day := range weekdays {
			if strings.Contains(s.ByDay, day) {
				for m := from; m < to; m++ {
					in[(d*minutesOfDay+m)%minutesOfWeek] = true
				}
			}
		}
		return in
	}
	draw := func(t *rapid.T) hsds.Schedule {
		times := rapid.SampledFrom([]string{"00:00", "06:00", "08:00", "12:30", "17:00", "22:00", "23:59"})
		s := hsds.Schedule{Freq: "WEEKLY", OpensAt: times.Draw(t, "opens"), ClosesAt: times.Draw(t, "closes")}
		s.ByDay = strings.Join(rapid.SliceOfNDistinct(rapid.SampledFrom(weekdays), 1, 7, rapid.ID).Draw(t, "days"), ",")
		if s.OpensAt == s.ClosesAt {
			s.ClosesAt = "07:00"
		}
		return s
	}
	rapid.Check(t, func(t *rapid.T) {
		list := []hsds.Schedule{draw(t), draw(t)}
		a, b := minute(&list[0]), minute(&list[1])
		want := false
		for m := range a {
			want = want || a[m] && b[m]
		}
		if got := len(overlapping("", list)) > 0; got != want {
			t.Fatalf("%+v: clash %v, want %v", list, got, want)
		}
	})
}

func TestSchedulesThatMayOverlap(t *testing.T) {
	s := hsds.Schedule{Freq: "WEEKLY", ByDay: "MO", OpensAt: "08:00", ClosesAt: "17:00"}
	for name, change := range map[string]func(*hsds.Schedule){
		"intake hours": func(s *hsds.Schedule) {
			s.Attributes = []hsds.Attribute{{TaxonomyTermID: hsds.ProfileTermID(hsds.HoursIntake)}}
		},
		"by telephone":       func(s *hsds.Schedule) { s.AttendingType = "phone" },
		"another season":     func(s *hsds.Schedule) { s.ValidFrom = "2027-01-01" },
		"once a month":       func(s *hsds.Schedule) { s.Freq = "MONTHLY" },
		"every second week":  func(s *hsds.Schedule) { s.Interval = hsds.Number(2) },
		"closed on that day": func(s *hsds.Schedule) { s.OpensAt, s.ClosesAt = "", "" },
	} {
		first, second := s, s
		first.ValidTo = "2026-12-31"
		change(&second)
		if list := overlapping("", []hsds.Schedule{first, second}); len(list) > 0 {
			t.Errorf("%s: %+v", name, list)
		}
	}
}
