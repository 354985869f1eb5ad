package imports

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"
	"time"

	"rufaa/internal/hsds/intake"
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

// 200,000 rows with three bad ones: the three are named, all others go in, and
// a second time nothing changes.
func TestALongListWithThreeBadRows(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const rows = 200_000
		src := long(rows)
		before := len(w.all())
		start := time.Now()
		out := w.take(src, Order{})
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		t.Logf("%d rows in %v (%.0f rows/s), %d MB from the system", rows, time.Since(start).Round(time.Millisecond), rows/time.Since(start).Seconds(), m.Sys>>20)
		refused := 0
		for _, p := range out.Problems {
			if p.Outcome == intake.Refused {
				refused++
			}
		}
		if out.Rows != rows || out.Refused != 3 || refused != 3 || out.Entries.New != rows/20 {
			t.Fatalf("%+v, %d refusals told", out.Entries, refused)
		}
		services := 0
		list := w.all()
		for _, p := range list {
			if p.External["county-list"] != "" {
				services += len(p.Services)
			}
		}
		if services != rows-3 || len(list) != before+rows/20 {
			t.Errorf("%d services of %d entries are in", services, len(list)-before)
		}
		start = time.Now()
		if again := w.take(src, Order{}); again.Entries.Same != rows/20 {
			t.Errorf("again: %+v", again.Entries)
		}
		t.Logf("the same again in %v", time.Since(start).Round(time.Millisecond))
	})
}
