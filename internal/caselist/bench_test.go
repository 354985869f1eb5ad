package caselist_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rufaa/internal/demo"
	"rufaa/internal/office/officetest"
	"rufaa/internal/sheets"
	"rufaa/internal/store"
)

// BenchmarkFiftyThousandRows tries, takes and takes again as long a spreadsheet
// as is taken at all; the metrics are seconds for each.
func BenchmarkFiftyThousandRows(b *testing.B) {
	var text strings.Builder
	text.WriteString(heading)
	for i := range 50_000 {
		fmt.Fprintf(&text, "T-%05d,Person %c%c Number%d,07%08d,,%d,F,Kenyan,Kwale,Notes of %d,15/01/2024,Active\n", i, 'A'+i%26, 'a'+i/26%26, i, 10_000_000+i, 18+i%40, i)
	}
	src := sheets.Bytes("large.csv", []byte(text.String()))
	for b.Loop() {
		w := officetest.Open(b, store.SQLite)
		for _, step := range []struct {
			name   string
			dryRun bool
		}{{"dry-s", true}, {"take-s", false}, {"again-s", false}} {
			o := order()
			o.DryRun = step.dryRun
			start := time.Now()
			out, err := w.CaseLists.Import(ctx, demo.Actor("wanjiru.case"), src, o)
			if err != nil || out.Refused > 0 {
				b.Fatalf("%+v %v", out.Problems, err)
			}
			b.ReportMetric(time.Since(start).Seconds(), step.name)
		}
	}
}
