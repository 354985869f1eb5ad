package scenario

import (
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"rufaa/content"
)

var update = flag.Bool("update", false, "write the golden files again")

// spoiled is the table-top with one thing broken.
var spoiled = []struct{ name, old, new string }{
	{"a field that does not exist", "channel: helpline", "chanel: helpline"},
	{"a word twice", "channel: helpline", "channel: helpline\n    channel: phone"},
	{"no language", `, sw: "Simu"}`, "}"},
	{"beyond the timetable", "at: D1 11:30", "at: D2 11:30"},
	{"a time that is none", "at: D1 11:30", "at: half past"},
	{"a missing character", `!done("safe", "C1")`, `!done("safe", "C9")`},
	{"a word that does not exist", `!done("safe", "C1")`, `!done("happy", "C1")`},
	{"a missing team", "to: [NGO]", "to: [ABC]"},
	{"division", `!done("safe", "C1")`, `1 / count("safe", "C1") > 1`},
	{"division by nought", `!done("safe", "C1")`, `1 % 0 == 1`},
	{"not typed", `!done("safe", "C1")`, `count("safe", "C1")`},
	{"wrong type", `!done("safe", "C1")`, `done("safe", 1)`},
	{"a loop", `!done("safe", "C1")`, `[1, 2].all(x, x > 0)`},
	{"a name made at run time", `!done("safe", "C1")`, `!done("safe", "C" + "1")`},
	{"triggers itself", `!done("safe", "C1")`, `!fired("3")`},
	{"unreachable", `!done("safe", "C1")`, `done("charged", "C1")`},
	{"nobody meets", "sets: [{do: found, about: C1}, {do: met, about: C7}]\n", "sets: [{do: found, about: C1}]\n"},
	{"an objective without a measure", "id: K2, objective: O2", "id: K2, objective: O1"},
	{"a victim of nobody", "role: offender", "role: victim"},
	{"an alias", "languages: [en, sw]", "languages: &x [en, sw]\nothers: *x"},
	{"not YAML", "languages: [en, sw]", "languages: [en, sw"},
}

func TestLintMessages(t *testing.T) {
	data, err := content.Files.ReadFile("scenario/kaskazi-tabletop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, s := range spoiled {
		if !strings.Contains(string(data), s.old) {
			t.Fatalf("%s: the table-top has no %q", s.name, s.old)
		}
		broken := strings.Replace(string(data), s.old, s.new, 1)
		if s.name == "nobody meets" {
			broken = strings.Replace(broken, "from: C7", "from: control", 1)
		}
		_, err := Load("scenario.yaml", []byte(broken))
		var problems Problems
		if !errors.As(err, &problems) {
			t.Errorf("%s: accepted (%v)", s.name, err)
			continue
		}
		out.WriteString("# " + s.name + "\n" + problems.Error() + "\n\n")
	}
	const golden = "testdata/lint.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != string(want) {
		t.Errorf("messages changed; got\n%s", out.String())
	}
}

// Whatever is in the file: a scenario that can be played to its end, or
// problems with a line.
func FuzzLoad(f *testing.F) {
	data, err := content.Files.ReadFile("scenario/kaskazi-tabletop.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	for _, s := range spoiled {
		f.Add([]byte(strings.Replace(string(data), s.old, s.new, 1)))
	}
	f.Add([]byte("- 1"))
	f.Add([]byte("# only a remark"))
	f.Fuzz(func(t *testing.T, data []byte) {
		script, err := Load("f.yaml", data)
		if err != nil {
			var problems Problems
			if !errors.As(err, &problems) {
				t.Fatalf("not a problem of the file: %v", err)
			}
			for _, p := range problems {
				if p.Line < 1 {
					t.Fatalf("no line: %s", p)
				}
			}
			return
		}
		p := script.Play()
		fired := len(p.Advance(script.Ends()))
		if fired+len(p.Unfired()) != len(script.Injects) {
			t.Fatal("an inject was lost")
		}
		script.Grade(p.Facts())
	})
}
