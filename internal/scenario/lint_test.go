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
	{"never", `!done("safe", "C1")`, `false`},
	{"a contradiction", `!done("safe", "C1")`, `done("safe", "C1") && count("safe", "C1") == 0`},
	{"trust that nobody earns", `!done("safe", "C1")`, `trust("C1") > 20`},
	{"decided before what it waits for", "at: D1 11:30\n    when: '!done(\"safe\", \"C1\")'", "at: D1 09:00\n    when: fired(\"2\")"},
	{"numbers that overflow", `!done("safe", "C1")`, `9223372036854775807 + count("safe", "C1") > 0`},
	{"an index that may be none", `!done("safe", "C1")`, `done("safe", "C1") ? [true][count("safe", "C1")] : true`},
	{"texts", `!done("safe", "C1")`, `"a" + "b" == "ab"`},
	{"the inner name", `!done("safe", "C1")`, `facts_ == facts_`},
	{"another realm", `!done("safe", "C1")`, `realm("main").done("safe", "C1")`},
	{"a secret that nobody hears", "gate: 2", "gate: 20"},
	{"recorded and recorded wrong", "recorded: [{do: recorded, about: C1}]", "recorded: [{do: recorded, about: C1}], wrong: [{do: recorded, about: C1}]"},
	{"a measure of nothing", `p: 'done("answered", "L1")'`, `p: 'true'`},
	{"a measure that nobody can meet", `p: 'done("answered", "L1")'`, `p: 'done("answered", "L1") && count("answered", "L1") == 0'`},
	{"an offender who wrongs nobody", "by: [C7]", "by: [C8]"},
	{"a bed for another age", "bed: girls", "bed: women"},
	{"a team of nobody", "id: DCI, players: 3", "id: DCI, players: 0"},
	{"no time at all", "within: 30m, k: [K2]", "within: 0m, k: [K2]"},
	{"longer than a scenario", "within: 30m, k: [K2]", "within: 9999h, k: [K2]"},
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

// A file that is too large is refused before anybody reads it.
func TestAHugeFileIsRefusedUnread(t *testing.T) {
	_, err := Load("scenario.yaml", []byte(strings.Repeat("[", 10<<20)))
	if err == nil || !strings.HasPrefix(err.Error(), "scenario.yaml:1:1: the file is larger than 512 KiB") {
		t.Errorf("%.200v", err)
	}
}

// What waits for an inject that is never sent is never sent either.
func TestAnInjectBehindADeadOneIsDead(t *testing.T) {
	data, err := content.Files.ReadFile("scenario/kaskazi-tabletop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file := strings.NewReplacer("'!done(\"safe\", \"C1\")'", "fired(\"1\")", "at: D1 08:45", "at: D1 08:45\n    when: done(\"charged\", \"C7\")").Replace(string(data))
	_, err = Load("scenario.yaml", []byte(file))
	if err == nil || !strings.Contains(err.Error(), "inject 1 is unreachable: nothing brings about charged C7") ||
		!strings.Contains(err.Error(), "inject 3 is unreachable: inject 1 is not sent before it is decided") {
		t.Errorf("%v", err)
	}
}

// A scenario that a program of before let through is played on, and its review is
// computed again: what is checked now is checked of new ones.
func TestASealedScenarioIsReopenedWhateverIsCheckedNow(t *testing.T) {
	data, err := content.Files.ReadFile("scenario/kaskazi-tabletop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{`false`, `9223372036854775807 + count("safe", "C1") > 0`, `done("safe", "C1") ? [true][count("safe", "C1")] : true`} {
		file := strings.Replace(string(data), `!done("safe", "C1")`, when, 1)
		if _, err := Load("scenario.yaml", []byte(file)); err == nil {
			t.Fatalf("%s is let through", when)
		}
		script, err := Reopen("scenario.yaml", []byte(file))
		if err != nil {
			t.Fatalf("%s: %v", when, err)
		}
		p := script.Play()
		p.Record(Fact{Do: "safe", About: "C1"})
		p.Advance(script.Ends())
	}
	for _, file := range []string{"", "id: x", "[", strings.Replace(string(data), `!done("safe", "C1")`, `done(`, 1)} {
		if script, err := Reopen("scenario.yaml", []byte(file)); script != nil || err == nil {
			t.Errorf("%.20q is a script, %v", file, err)
		}
	}
}

// The longest condition that a file may hold costs less than the limit, whatever
// has happened: nothing stops in play that was let through at load.
func TestTheCostliestConditionStaysBelowTheLimit(t *testing.T) {
	env, err := conditionLanguage()
	if err != nil {
		t.Fatal(err)
	}
	all := &Facts{seen: map[Deed]tally{{"safe", "C"}: {count: 1}}}
	for _, part := range []string{`done("safe","C")&&`, `how_many("safe",["C"])==1&&`, `longest("safe","safe",["C"])==0&&`, `1<2&&`, `true&&`, `1==1&&`, `!!`, `(1<2?true:false)&&`, `minutes("safe","safe","C")*1==0&&`} {
		source := strings.Repeat(part, (1500-4)/len(part)) + "true"
		c, faults := compile(env, source)
		if len(faults) > 0 {
			if !strings.Contains(faults[0].text, "recursion") && !strings.Contains(faults[0].text, "does not read") {
				t.Errorf("%.40s: %v", source, faults)
			}
			continue
		}
		if ok, err := c.eval(all); err != nil || !ok {
			t.Errorf("%.40s...: %t, %v", source, ok, err)
		}
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
