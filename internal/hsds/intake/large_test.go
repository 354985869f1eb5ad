package intake

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// countyList writes a list of n services of n/20 agencies with three bad rows:
// a number that is none, swapped coordinates, a formula.
func countyList(t testing.TB, n int) Source {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "list.csv"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "organization id,organization,service id,service,description,phone,latitude,longitude,town,county,needs,hours,website")
	for i := range n {
		phone, lat, lon, description := fmt.Sprintf("07%08d", i), -1-float64(i%300)/100, 36+float64(i%500)/100, "Invented service for a test"
		switch i {
		case n / 4:
			phone = "12"
		case n / 2:
			lat, lon = lon, lat
		case n - 1:
			description = "=cmd|' /C calc'!A0"
		}
		fmt.Fprintf(w, "O-%d,Agency %[1]d,S-%d,Service %[2]d,%s,%s,%.4f,%.4f,Town %d,Nairobi,shelter;legal,Mo-Fr 08:00-17:00,agency%[1]d.example\n",
			i/20, i, description, phone, lat, lon, i%90)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return Source{Name: "list.csv", Data: f, Size: info.Size()}
}

// held is how many bytes are in use now, after what is not has been freed.
func held() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestALongListWithThreeBadRows(t *testing.T) {
	const rows, most = 200_000, 48 << 20
	src := countyList(t, rows)
	o := Options{Source: "county-list", Terms: terms(t)}
	p, err := Inspect(context.Background(), src, o)
	if err != nil {
		t.Fatal(err)
	}
	before, peak, n := held(), uint64(0), 0
	start := time.Now()
	report, err := Read(context.Background(), src, p.Mapping, o, func(r Record) error {
		if n++; n%40_000 == 0 {
			peak = max(peak, held()-before)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d rows of %d MB in %v, %d MB held", rows, src.Size>>20, time.Since(start).Round(time.Millisecond), peak>>20)
	want := fmt.Sprintf("%d phone phone refused\n%d latitude coordinates_swapped refused\n%d description formula refused", rows/4+2, rows/2+2, rows+1)
	if got := brief(report.Problems); got != want {
		t.Errorf("problems:\n%s\nwant:\n%s", got, want)
	}
	if report.Rows != rows || report.Records != rows-3 || n != rows-3 || report.Refused != 3 || report.More != 0 {
		t.Errorf("%+v, %d given on", report, n)
	}
	if peak > most {
		t.Errorf("%d MB held, want at most %d: memory grows with the file", peak>>20, most>>20)
	}
}

// A file in which every row is bad gives a report of bounded length.
func TestProblemsAreBounded(t *testing.T) {
	var raw []byte
	raw = append(raw, "organization,service id,phone\n"...)
	for i := range 5000 {
		raw = fmt.Appendf(raw, "Amani,%d,12\n", i)
	}
	b := readIt(t, raw, Options{})
	if len(b.Problems) != 1000 || b.Report.More != 4000 || b.Report.Refused != 5000 {
		t.Errorf("%d problems, %d more, %d refused", len(b.Problems), b.Report.More, b.Report.Refused)
	}
}

func BenchmarkLongList(b *testing.B) {
	src := countyList(b, 200_000)
	o := Options{Source: "county-list", Terms: terms(b)}
	p, err := Inspect(context.Background(), src, o)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(context.Background(), src, p.Mapping, o, func(Record) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(200_000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
