package imports

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"rufaa/internal/hsds/intake"
	"rufaa/internal/store/storetest"
)

// long is a list of n services of n/20 agencies with three bad rows: a number
// that is none, swapped coordinates, a formula.
func long(n int) intake.Source {
	var b bytes.Buffer
	fmt.Fprintln(&b, "organization id,organization,service id,service,description,phone,latitude,longitude,town,needs,hours,website")
	for i := range n {
		phone, lat, lon, text := fmt.Sprintf("07%08d", i), -1-float64(i%300)/100, 36+float64(i%500)/100, "Invented service for a test"
		switch i {
		case n / 4:
			phone = "12"
		case n / 2:
			lat, lon = lon, lat
		case n - 1:
			text = "=cmd|' /C calc'!A0"
		}
		fmt.Fprintf(&b, "O-%d,Agency %[1]d (fictional),S-%d,Service %[2]d,%s,%s,%.4f,%.4f,Town %d,shelter,Mo-Fr 08:00-17:00,agency%[1]d.example\n",
			i/20, i, text, phone, lat, lon, i%90)
	}
	return intake.Bytes("list.csv", b.Bytes())
}

// 200,000 rows with three bad ones: the three are named, all others go in.
func TestALongListWithThreeBadRows(t *testing.T) {
	w := newWorld(t, "sqlite")
	start := time.Now()
	w.longList(200_000)
	t.Logf("200,000 rows in %v", time.Since(start).Round(time.Millisecond))
}

// A second time nothing changes.
func TestALongListTwice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.longList(10_000)
		if again := w.take(long(10_000), Order{}); again.Entries.Same != 500 {
			t.Errorf("again: %+v", again.Entries)
		}
	})
}

func (w *world) longList(rows int) {
	w.t.Helper()
	before := len(w.all())
	out := w.take(long(rows), Order{})
	refused := 0
	for _, p := range out.Problems {
		if p.Outcome == intake.Refused {
			refused++
		}
	}
	if out.Rows != rows || out.Refused != 3 || refused != 3 || out.Entries.New != rows/20 {
		w.t.Fatalf("%+v, %d refusals told", out.Entries, refused)
	}
	services, list := 0, w.all()
	for _, p := range list {
		if p.External["county-list"] != "" {
			services += len(p.Services)
		}
	}
	if services != rows-3 || len(list) != before+rows/20 {
		w.t.Errorf("%d services of %d entries are in", services, len(list)-before)
	}
}

// BenchmarkLongList is a whole import of 200,000 rows on each engine.
func BenchmarkLongList(b *testing.B) {
	for _, e := range storetest.Engines {
		b.Run(string(e), func(b *testing.B) {
			src := long(200_000)
			for b.Loop() {
				b.StopTimer()
				w := newWorld(b, e)
				b.StartTimer()
				w.take(src, Order{})
			}
			b.ReportMetric(200_000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
