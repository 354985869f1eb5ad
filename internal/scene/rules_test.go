package scene

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	datafiles "rufaa/content"
	"rufaa/internal/content"
)

// A deployment may keep more people apart, never victims and suspects together.
func TestSceneRulesAreCheckedAtStart(t *testing.T) {
	k, err := content.Load(datafiles.Files)
	if err != nil {
		t.Fatal(err)
	}
	own, err := fs.ReadFile(datafiles.Files, File)
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ old, new, want string }{
		"victim with suspect":  {"  - [victim, suspect]\n", "", "write - [victim, suspect]"},
		"an unknown standing":  {"[witness, suspect]", "[wittness, suspect]", "scene.yaml:12: not two standings"},
		"an unknown shape":     {"wall: line", "wall: round", "a shape; write mark: point, line or area"},
		"a misspelt key":       {"\nshapes:", "\nshape:", "field shape not found"},
		"an unknown kind":      {"[child-exploitation, online]", "[children]", "use ids of the vocabulary inquiry-kinds"},
		"one standing instead": {"[victim, suspect]", "[victim]", "not two standings"},
	} {
		fsys := fstest.MapFS{File: {Data: []byte(strings.Replace(string(own), tc.old, tc.new, 1))}}
		if _, err := LoadRules(fsys, k); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: told as %v", name, err)
		}
	}
}
