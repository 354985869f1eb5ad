package publication_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"rufaa/internal/directory"
	"rufaa/internal/directory/imports"
	"rufaa/internal/hsds/intake"
	"rufaa/internal/office/officetest"
	"rufaa/internal/store"
)

// What one realm publishes in the open standard another takes in, as JSON and
// as a data package; the realm itself finds its own entries in it.
func TestWhatIsPublishedCanBeImported(t *testing.T) {
	w, srv := served(t)
	other := officetest.Open(t, store.SQLite)
	ctx := context.Background()
	count := func(w *officetest.World) (n int) {
		if err := w.Directory.Each(ctx, func(*directory.Provider) bool { n++; return true }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for name, path := range map[string]string{"list of services": "/hsds/v3/services?full=true&per_page=1000", "data package": "/hsds/v3/bulk"} {
		t.Run(name, func(t *testing.T) {
			src := intake.Bytes("published", get(t, srv.URL+path))
			before := count(w)
			own, err := w.Lists.Import(ctx, secretariat, src, imports.Order{Source: "ourselves", DryRun: true})
			if err != nil {
				t.Fatal(err)
			}
			if own.Entries.New != 0 || own.Entries.Reports != 0 || count(w) != before || own.Refused > 0 {
				t.Errorf("our own: %+v, %+v", own, first(own.Problems, 3))
			}
			out, err := other.Lists.Import(ctx, secretariat, src, imports.Order{Source: "neighbour"})
			if err != nil {
				t.Fatal(err)
			}
			if out.Refused > 0 || out.Entries.New+out.Entries.Same+out.Entries.Changed < 100 {
				t.Errorf("another realm: %+v, %+v", out, first(out.Problems, 3))
			}
			found := false
			if err := other.Directory.Each(ctx, func(p *directory.Provider) bool {
				if p.Name == "Canary House (fictional)" {
					l := p.Location(p.Services[0].At[0].Location)
					found = l.Confidential && l.Place == nil && l.County == "nairobi-city" && p.Verified == nil && slices.Contains(p.Sources, "neighbour")
				}
				return true
			}); err != nil {
				t.Fatal(err)
			}
			if !found {
				t.Error("the confidential house did not arrive by its front door")
			}
			n := count(other)
			again, err := other.Lists.Import(ctx, secretariat, src, imports.Order{Source: "neighbour"})
			if err != nil || again.Entries.New+again.Entries.Changed > 0 || count(other) != n {
				t.Errorf("again: %+v %v", again, err)
			}
		})
	}
}

func first(list []intake.RowProblem, n int) string {
	var out []string
	for i := range list[:min(n, len(list))] {
		out = append(out, list[i].Key+" at "+list[i].Column)
	}
	return strings.Join(out, ", ")
}
