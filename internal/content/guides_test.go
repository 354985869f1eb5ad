package content_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"rufaa/internal/content"
)

// The five guides say for each step why, who, what it produces and where it
// comes from, in both languages; what past cases hinged on is asked for.
func TestGuidesOfTheProgram(t *testing.T) {
	c, err := content.Load(ownFiles(t))
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	names := ""
	for _, g := range c.Guides() {
		names += g.ID + " "
		for _, s := range g.Steps {
			for _, lang := range []string{"en", "sw"} {
				if s.Title[lang] == "" || s.Why[lang] == "" {
					t.Errorf("%s %s has no words in %s", g.ID, s.ID, lang)
				}
			}
			for _, p := range s.Prompts {
				asked[p.ID] = true
			}
		}
	}
	for _, want := range []string{"tip-scene-1", "cse-scene-1", "online-cse-lead-1", "labour-site-1", "border-vehicle-1"} {
		if !strings.Contains(names, want) {
			t.Errorf("there is no guide %s", want)
		}
	}
	for _, want := range []string{"tokens", "ledgers", "cash", "travel-documents", "phones", "chat-logs", "living-conditions", "outside-locks"} {
		if !asked[want] {
			t.Errorf("nothing asks for %s", want)
		}
	}
	for _, tc := range []struct {
		class string
		cse   bool
		want  string
	}{{"premises", false, "tip-scene-1"}, {"premises", true, "cse-scene-1"}, {"online", true, "online-cse-lead-1"}, {"vehicle", false, "border-vehicle-1"}, {"online", false, ""}} {
		if got := c.GuideFor(tc.class, tc.cse); got != tc.want {
			t.Errorf("%s, %v: %q, want %q", tc.class, tc.cse, got, tc.want)
		}
	}
}

// What is wrong in a guide is told with its file, line and remedy.
func TestAFaultInAGuideIsNamed(t *testing.T) {
	const file = "steps/cse-scene-1.yaml"
	for name, tc := range map[string]struct{ old, new, where, what, remedy string }{
		"an unknown role":       {"role: victim-liaison", "role: nobody", file + ":", `"nobody" is not in the vocabulary scene-roles`, "use an id"},
		"no word in Kiswahili":  {`sw: "Mtoto kwanza"`, `sw: ""`, file + ":", `has no text in "sw"`, "add the line sw"},
		"not said if confirmed": {"    confirmed: true\n    prompts:", "    prompts:", file + ":", "does not say whether its source is confirmed", "write confirmed"},
		"a step twice":          {"id: stop", "id: child", file + ":", `"child" stands twice`, "rename"},
		"nothing says stop":     {"stop: true", "stop: false", "steps:0:", "stop: true", "must stand there"},
		"a misspelt key":        {"why: ", "wy: ", file + ":", "wy", "misspelt"},
		"an id of another file": {"id: cse-scene-1", "id: cse-scene-2", file + ":", "does not fit version and file name", "name-version"},
	} {
		fsys := ownFiles(t)
		text := strings.ReplaceAll(string(fsys[file].Data), tc.old, tc.new)
		fsys[file] = &fstest.MapFile{Data: []byte(text)}
		if name == "nothing says stop" {
			const other = "steps/online-cse-lead-1.yaml"
			fsys[other] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(fsys[other].Data), tc.old, tc.new))}
		}
		_, err := content.Load(fsys)
		var problems content.Problems
		if !errors.As(err, &problems) {
			t.Errorf("%s: loaded, %v", name, err)
			continue
		}
		if told := problems.Error(); !strings.Contains(told, tc.where) || !strings.Contains(told, tc.what) || !strings.Contains(told, tc.remedy) {
			t.Errorf("%s is told as:\n%.600s", name, told)
		}
	}
}
