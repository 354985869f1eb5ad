package content_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"rufaa/internal/content"
)

func TestTheProgramsOwnContentLoads(t *testing.T) {
	c := loadOwn(t)
	if term, ok := c.Term("counties", "turkana"); !ok || term.In("sw") != "Turkana" {
		t.Errorf("Turkana: %v %v", term, ok)
	}
	if n := len(c.List("counties")); n != 47 {
		t.Errorf("%d counties, Kenya has 47", n)
	}
	if c.Clock("referral-answer-emergency") != 2*time.Hour {
		t.Error("an emergency referral is answered within two hours")
	}
	if term, _ := c.Term("places-of-stay", "police-cell"); !term.Detention {
		t.Error("a police cell is detention")
	}
	if r, ok := c.Rule("victim-first.safety-before-interview"); !ok || r.Remedy.In("sw") == "" {
		t.Error("the rule that care comes first is missing")
	}
	if a, ok := c.Agency("haart-kenya"); !ok || a.Verified != "" || !a.Confidential {
		t.Errorf("HAART Kenya: %+v", a)
	}
	if _, ok := c.Questionnaire("adult-1"); !ok {
		t.Error("no adult-1")
	}
}

func TestEveryCategoryOfSection15IsAService(t *testing.T) {
	c := loadOwn(t)
	for _, id := range []string{"return", "resettlement", "reintegration", "shelter", "psychosocial", "medical", "legal", "other"} {
		if s, ok := c.Service(id); !ok || s.Parent != "" || !strings.Contains(s.Source, "CTIPA s.15") {
			t.Errorf("%s: %+v", id, s)
		}
	}
}

func TestNoIndicatorForAChildIsMeans(t *testing.T) {
	for _, g := range loadOwn(t).QuestionnaireFor("child").Groups {
		for _, in := range g.Indicators {
			if in.Element == "means" {
				t.Errorf("%s asks a child for means", in.ID)
			}
		}
	}
}

// Every rule that stops somebody must be able to say why.
func TestEveryRuleNamedInTheProgramHasItsWords(t *testing.T) {
	c := loadOwn(t)
	named := regexp.MustCompile(`(?:Refuse\(|Rule: *|return )"([a-z-]+\.[a-z-]+)"`)
	found := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range named.FindAllSubmatch(source, -1) {
			found++
			if _, ok := c.Rule(string(m[1])); !ok {
				t.Errorf("%s names the rule %s, which stands not in rules.yaml", path, m[1])
			}
		}
		return nil
	})
	if err != nil || found < 30 {
		t.Fatalf("%d rules found, error %v: the search is broken", found, err)
	}
}

// What the program asks for by name, and what one file says of another.
func TestContentThatDoesNotFitTogetherIsRefused(t *testing.T) {
	for _, x := range []struct {
		name, file, old, new string // new replaces the first old
		where, what, remedy  string
	}{
		{"misspelt key", "clocks.yaml", "within: 1h", "whithin: 1h", "clocks.yaml:5:", "whithin", "misspelt"},
		{"period in days", "clocks.yaml", "within: 1h", "within: 1d", "clocks.yaml:5:", `"1d" is no period`, "a day is 24h"},
		{"clock missing", "clocks.yaml", "id: session-idle", "id: session-idol", "clocks.yaml:0:", `"session-idle" is missing`, "add it"},
		{"urgency without clock", "vocabularies.yaml", `{id: "urgent", `, `{id: "quite-urgent", `, "clocks.yaml:0:", `"referral-answer-quite-urgent" is missing`, "add it"},
		{"list missing", "vocabularies.yaml", "\nsexes:", "\nsex:", "vocabularies.yaml:0:", `"sexes" is missing`, "add it"},
		{"compartment missing", "vocabularies.yaml", `id: "whereabouts"`, `id: "place"`, "vocabularies.yaml:0:", `no term "whereabouts"`, "put it back"},
		{"rule gone", "rules.yaml", "id: case.closed\n", "id: case.shut\n", "rules.yaml:0:", `"case.closed" is missing`, "put it back"},
		{"indicator twice", "questionnaires/adult-1.yaml", "id: watched", "id: papers-held", "questionnaires/adult-1.yaml:", "stands twice", "rename"},
		{"sign of both counted once", "questionnaires/adult-1.yaml", ", also: smuggling_aggravated", "", "questionnaires/adult-1.yaml:30:", "does not fit track both", "smuggling dimension"},
		{"half a question", "questionnaires/child-1.yaml", `ask: {en: "Who looks after you?"`, `ask: {xx: "Who looks after you?"`, "questionnaires/child-1.yaml:", "question of", "add the line en"},
		{"weak before strong", "scoring.yaml", "{id: moderate, positive: 2}", "{id: weak, positive: 2}\n    - {id: moderate, positive: 2}", "scoring.yaml:", "stronger than the one before", "strongest first"},
		{"hiding place told", "agencies/organisations.yaml", "kind: shelter\n", "kind: shelter\n    town: Meru\n", "agencies/organisations.yaml:", "confidential but its town", "county at most"},
		{"verified some day", "agencies/lines.yaml", "\n    verified: null", "\n    verified: lately", "agencies/lines.yaml:", "no date", "null"},
		{"not YAML", "scoring.yaml", "positive:", "positive: [", "scoring.yaml:", "", "compare with"},
		{"empty file", "rules.yaml", "*", "", "rules.yaml:0:", "EOF", "compare with"},
	} {
		t.Run(x.name, func(t *testing.T) {
			fsys := ownFiles(t)
			text := string(fsys[x.file].Data)
			if x.old == "*" {
				text = x.new
			} else if !strings.Contains(text, x.old) {
				t.Fatalf("%q stands no more in %s: mend this test", x.old, x.file)
			} else {
				text = strings.Replace(text, x.old, x.new, 1)
			}
			fsys[x.file] = &fstest.MapFile{Data: []byte(text)}
			_, err := content.Load(fsys)
			var problems content.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("it loaded, or failed otherwise: %v", err)
			}
			for _, p := range problems {
				if s := p.String(); strings.HasPrefix(s, x.where) && strings.Contains(p.What, x.what) && strings.Contains(p.Remedy, x.remedy) {
					return
				}
			}
			t.Errorf("no problem at %s with %q and remedy %q in:\n%v", x.where, x.what, x.remedy, err)
		})
	}
}

// A deployment that changed its clocks before a clock came keeps its own when it is
// brought up: the new one runs with the program's period.
func TestClocksChangedBeforeOneCameStillHold(t *testing.T) {
	fsys := ownFiles(t)
	var kept []string
	for line := range strings.Lines(strings.Replace(string(fsys["clocks.yaml"].Data), "id: reflection, within: 720h", "id: reflection, within: 2160h", 1)) {
		if !strings.Contains(line, "id: status-review") {
			kept = append(kept, line)
		}
	}
	fsys["clocks.yaml"] = &fstest.MapFile{Data: []byte(strings.Join(kept, ""))}
	c, err := content.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Clock("reflection"); got != 2160*time.Hour {
		t.Errorf("its own period is %v", got)
	}
	if got := c.Clock("status-review"); got != 720*time.Hour {
		t.Errorf("the new clock runs for %v", got)
	}
}

func TestAFileThatCannotBeReadIsToldOnce(t *testing.T) {
	for _, file := range []string{"clocks.yaml", "rules.yaml", "services.yaml", "scoring.yaml"} {
		fsys := ownFiles(t)
		fsys[file] = &fstest.MapFile{Data: []byte("{")}
		_, err := content.Load(fsys)
		var problems content.Problems
		if !errors.As(err, &problems) || len(problems) != 1 || problems[0].File != file {
			t.Errorf("%s is broken in one place, so one problem is told: %v", file, err)
		}
	}
}

// FuzzLoad: whatever a file holds, Load answers with content or problems.
func FuzzLoad(f *testing.F) {
	names := []string{"vocabularies.yaml", "services.yaml", "clocks.yaml", "rules.yaml", "scoring.yaml",
		"questionnaires/adult-1.yaml", "agencies/lines.yaml"}
	base := ownFiles(f)
	for i, name := range names {
		text := string(base[name].Data)
		f.Add(i, text[:min(len(text), 1500)])
	}
	for i, s := range []string{"clocks: [{id: &a [*a]}]", "services: null", "- 1", "rules: {a: b}", "dimensions: [[]]\nlevels: 3",
		"groups: [{indicators: [~, 1]}]\nid: [", "agencies:\n- ~\n- {id: x}", "{", "a: b\n---\nc: d", "counties: [{label: 1}]"} {
		f.Add(i, s)
	}
	f.Fuzz(func(t *testing.T, which int, s string) {
		fsys := fstest.MapFS{}
		for k, v := range base {
			fsys[k] = v
		}
		fsys[names[uint(which)%uint(len(names))]] = &fstest.MapFile{Data: []byte(s)}
		c, err := content.Load(fsys)
		if err == nil && c.QuestionnaireFor("adult") == nil {
			t.Error("content loaded without a questionnaire for adults")
		}
	})
}
