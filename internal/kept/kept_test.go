package kept_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/kept"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
)

const manager, colleague, stranger = "wanjiru.case", "kamau.case", "fatuma.case"

func raise(t *testing.T, w *officetest.World, county, name string) string {
	t.Helper()
	rc, err := w.Cases.Raise(t.Context(), officetest.Who(colleague), casefile.Order{}, &casefile.Alert{Holder: "x-tumaini", County: county,
		Person: casefile.PersonFacts{Name: name, Sex: "female", Minor: "no"}})
	if err == nil {
		_, err = w.Cases.Do(t.Context(), officetest.Who(manager), rc.ID, casefile.Order{}, &casefile.Take{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return rc.ID
}

// A filter narrows what one sees anyway, is counted right, and page by page
// gives what the whole list gives.
func TestAFilterNarrowsAList(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		ctx, who := context.Background(), officetest.Who(manager)
		want := map[string]bool{}
		for i := range 7 {
			county := []string{"mombasa", "nairobi-city"}[i%2]
			if id := raise(t, w, county, "Neema Fiktivo"); county == "mombasa" {
				want[id] = true
			}
		}
		f := casefile.Filter{County: "mombasa", Sex: "female", Stage: "taken"}
		got, after := map[string]bool{}, ""
		for range 10 {
			p, err := w.Cases.Filtered(ctx, who, casefile.Mine, f, after, 3)
			if err != nil {
				t.Fatal(err)
			}
			if p.Total != len(want) {
				t.Errorf("counted %d, want %d", p.Total, len(want))
			}
			for _, r := range p.Rows {
				if got[r.ID] || !want[r.ID] {
					t.Errorf("%s twice or not wanted", r.ID)
				}
				got[r.ID] = true
			}
			if after = p.Next; after == "" {
				break
			}
		}
		if len(got) != len(want) {
			t.Errorf("%d rows, want %d", len(got), len(want))
		}
		for name, f := range map[string]casefile.Filter{"child": {Child: true}, "danger": {Danger: true}, "detained": {Detained: true}, "overdue": {Overdue: true}, "risk": {Risk: "extreme"}, "track": {Track: "both"}} {
			if p, err := w.Cases.Filtered(ctx, who, casefile.Mine, f, "", 3); err != nil || len(p.Rows) != 0 {
				t.Errorf("%s: %v %v", name, p, err)
			}
		}
		for _, bad := range []casefile.Filter{{County: "atlantis"}, {Stage: "x' OR 1=1"}, {Risk: "; DROP TABLE cases"}} {
			if _, err := w.Cases.Filtered(ctx, who, casefile.Mine, bad, "", 3); !errors.As(err, new(*problem.Invalid)) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		if p, err := w.Cases.Filtered(ctx, officetest.Who(stranger), casefile.Every, f, "", 50); err != nil || len(p.Rows) != 0 {
			t.Errorf("a filter shows a stranger %v %v", p, err)
		}
	})
}

// Shared with colleagues of the agency and duty, nobody else; one opens the
// worklist of its owner alone.
func TestWhoSeesAKeptFilter(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		ctx, who := context.Background(), officetest.Who(manager)
		keep := func(name string, shared, preset bool) string {
			t.Helper()
			id, err := w.Kept.Keep(ctx, who, &kept.NewFilter{Name: name, List: "mine", Filter: casefile.Filter{Child: true}, Shared: shared, Preset: preset})
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		keep("mine alone", false, true)
		id := keep("shared", true, true)
		count := func(user string) int {
			list, err := w.Kept.Lists(ctx, officetest.Who(user))
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		if a, b, c := count(manager), count(colleague), count(stranger); a != 2 || b != 1 || c != 0 {
			t.Errorf("seen: %d, %d, %d", a, b, c)
		}
		first, err := w.Kept.First(ctx, who)
		if err != nil || first == nil || first.ID != id {
			t.Errorf("the one that opens the worklist: %+v %v", first, err)
		}
		if f, err := w.Kept.First(ctx, officetest.Who(colleague)); err != nil || f != nil {
			t.Errorf("it opens a colleague's: %+v %v", f, err)
		}
		if err := w.Kept.Drop(ctx, officetest.Who(colleague), id); !errors.Is(err, problem.ErrNotFound) {
			t.Errorf("a colleague removes it: %v", err)
		}
		if _, err := w.Kept.Keep(ctx, who, &kept.NewFilter{List: "nowhere"}); !errors.As(err, new(*problem.Invalid)) {
			t.Errorf("without a name, over no list: %v", err)
		}
		if _, err := w.Kept.Lists(ctx, officetest.Who("wairimu.admin")); err == nil {
			t.Error("an administrator keeps filters")
		}
	})
}

// What a kept search looks for stands in no file; it finds what it found, for
// its owner alone, and each run is recorded.
func TestAKeptSearchIsSealed(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		ctx, who := context.Background(), officetest.Who(manager)
		id := raise(t, w, "mombasa", "Zawadikanari Fiktivo")
		kid, err := w.Kept.KeepSearch(ctx, who, &casefile.Query{By: "name", Value: "Zawadikanari Fiktivo"})
		if err != nil {
			t.Fatal(err)
		}
		hits, err := w.Kept.Search(ctx, who, kid)
		if err != nil || len(hits) != 1 || hits[0].ID != id {
			t.Fatalf("found %v %v", hits, err)
		}
		for _, other := range []string{colleague, stranger} {
			if _, err := w.Kept.Search(ctx, officetest.Who(other), kid); !errors.Is(err, problem.ErrNotFound) {
				t.Errorf("%s runs it: %v", other, err)
			}
		}
		list, err := w.Kept.Lists(ctx, who)
		if err != nil || len(list) != 1 || strings.Contains(list[0].Name+list[0].By, "Zawadi") {
			t.Errorf("listed as %+v %v", list, err)
		}
		err = filepath.WalkDir(w.Dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			if bytes.Contains(raw, []byte("Zawadikanari")) {
				t.Errorf("%s holds the words in the clear", path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for range 49 {
			if _, err := w.Kept.KeepSearch(ctx, who, &casefile.Query{By: "phone", Value: "0712000001"}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.Kept.KeepSearch(ctx, who, &casefile.Query{By: "phone", Value: "0712000001"}); !errors.As(err, new(*problem.Refused)) {
			t.Errorf("the fifty-first: %v", err)
		}
	})
}
