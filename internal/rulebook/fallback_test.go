package rulebook_test

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	datafiles "rufaa/content"
	"rufaa/internal/casefile"
	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/policy"
	"rufaa/internal/rulebook"
	"rufaa/internal/store"
)

// ownFiles are the program's data files with one of them changed, as another
// version of the program might bring them.
func ownFiles(t testing.TB, file, old, new string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(datafiles.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(datafiles.Files, path)
		if path == file {
			if !strings.Contains(string(raw), old) {
				t.Fatalf("%s holds no %q", file, old)
			}
			raw = []byte(strings.Replace(string(raw), old, new, 1))
		}
		out[path] = &fstest.MapFile{Data: raw}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Another program version asks for a clock that the version in force does not
// know: that version does not take effect and says why, the others hold, and
// the realm opens.
func TestAVersionThatNoLongerFits(t *testing.T) {
	each(t, func(s *story) {
		n := s.draft("clocks", "id: alert-taken, within: 24h", "id: alert-taken, within: 12h")
		s.do(second, "clocks", &rulebook.Approve{Number: n})
		n = s.draft("services", "services:", "# Words of a fictional committee.\nservices:")
		s.do(second, "services", &rulebook.Approve{Number: n})
		// The newer program knows an urgency, and its own clocks have one for it.
		files := ownFiles(t, "vocabularies.yaml", "\nurgencies:\n", "\nurgencies:\n  - {id: \"at-once\", label: {en: \"At once\", sw: \"Mara moja\"}}\n")
		files["clocks.yaml"] = &fstest.MapFile{Data: append(files["clocks.yaml"].Data, []byte("  - {id: referral-answer-at-once, within: 1h, confirmed: false, source: A test}\n")...)}
		newer, err := office.ReadSources(files)
		if err != nil {
			t.Fatal(err)
		}
		of, err := office.Open(s.ctx, office.Options{Data: s.Dir, Realm: s.Name, URL: s.URL, Now: s.Clock.Now, Accounts: officetest.Cheap, Sources: newer})
		if err != nil {
			t.Fatal(err)
		}
		defer of.Close()
		if of.Content.Clock("alert-taken") != 24*time.Hour || of.Content.Clock("referral-answer-at-once") != time.Hour {
			t.Error("the program's own clocks do not hold")
		}
		if why := of.Rulebook.Trouble("clocks"); !strings.Contains(why, `"referral-answer-at-once" is missing`) {
			t.Errorf("it says %q", why)
		}
		if of.Rulebook.Trouble("services") != "" {
			t.Error("a version that fits does not hold")
		}
	})
}

// BenchmarkEffect counts over five thousand cases and a thousand members of
// staff in a hundred agencies.
func BenchmarkEffect(b *testing.B) {
	w := officetest.Open(b, store.SQLite)
	ctx := context.Background()
	text, err := w.Rulebook.View(ctx, author, "policy-30-compartments")
	if err != nil {
		b.Fatal(err)
	}
	less := strings.Replace(text.Text, `["identity", "whereabouts", "care"]`, `["identity", "care"]`, 1)
	if _, err := w.Rulebook.Do(ctx, author, "policy-30-compartments", rulebook.Order{}, &rulebook.Draft{Text: less, Note: "n"}); err != nil {
		b.Fatal(err)
	}
	agency := func(i int) string { return fmt.Sprintf("agency-%d", i%100) }
	var people []policy.Principal
	for i := range 1000 {
		people = append(people, policy.Principal{Staff: fmt.Sprint(i), Agency: agency(i), Duty: policy.Duties[i/100]})
	}
	var cases []*casefile.State
	for i := range 5000 {
		s := &casefile.State{ID: fmt.Sprint(i), Version: 1, Holder: agency(i)}
		for k := range 4 {
			p := people[(i*7+k*101)%len(people)]
			s.Team = append(s.Team, casefile.Member{Staff: p.Staff, Agency: p.Agency, Duty: p.Duty})
		}
		cases = append(cases, s)
	}
	w.Rulebook.World = rulebook.World{
		People:  func(context.Context) ([]policy.Principal, error) { return people, nil },
		Waiting: func(context.Context) (map[string]int, error) { return nil, nil },
		Cases: func(_ context.Context, fn func(*casefile.State) error) error {
			for _, s := range cases {
				if err := fn(s); err != nil {
					return err
				}
			}
			return nil
		},
	}
	for b.Loop() {
		p, err := w.Rulebook.Preview(ctx, dpo, "policy-30-compartments", 1)
		if err != nil || p.Effect == nil || len(p.Effect.Sight) == 0 {
			b.Fatalf("%v %+v", err, p)
		}
	}
}
