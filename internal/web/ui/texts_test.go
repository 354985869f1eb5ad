package ui_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"rufaa/internal/text"
	"rufaa/internal/web/ui"

	"go.yaml.in/yaml/v3"
)

var _ ui.Texts = (*text.Lang)(nil)

func readCatalog(t *testing.T, code string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "content", "text", "ui."+code+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// keysInSource are the text keys that stand in the components, whole or, when
// the rest is joined to them, up to a dot.
func keysInSource(t *testing.T) map[string]bool {
	t.Helper()
	quoted := regexp.MustCompile(`"(ui\.[a-z0-9.]+)"`)
	keys := map[string]bool{}
	for _, pattern := range []string{"*.go", "*.templ"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") || name == "doc.go" {
				continue
			}
			source, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range quoted.FindAllStringSubmatch(string(source), -1) {
				keys[m[1]] = true
			}
		}
	}
	return keys
}

// A key that only begins one, as "ui.due.in", stands for all that follow it.
func begins(key, prefix string) bool {
	return key == prefix || strings.HasPrefix(key, strings.TrimSuffix(prefix, ".")+".")
}

func TestEveryTextUsedStandsInTheCatalogAndTheOtherWayRound(t *testing.T) {
	var catalog map[string]any
	if err := yaml.Unmarshal(readCatalog(t, "en"), &catalog); err != nil {
		t.Fatal(err)
	}
	used := keysInSource(t)
	if len(used) < 30 {
		t.Fatalf("only %d keys found in the components; the search is broken", len(used))
	}
	for want := range used {
		found := false
		for key := range catalog {
			found = found || begins(key, want)
		}
		if !found {
			t.Errorf("%s is used and stands in no catalog", want)
		}
	}
	for key := range catalog {
		unused := true
		for want := range used {
			unused = unused && !begins(key, want)
		}
		if unused {
			t.Errorf("%s is used nowhere", key)
		}
	}
}

func TestEveryTextStandsInEnglishAndInKiswahili(t *testing.T) {
	_, err := text.Load(fstest.MapFS{
		"ui.en.yaml": {Data: readCatalog(t, "en")},
		"ui.sw.yaml": {Data: readCatalog(t, "sw")},
	}, ".")
	if err != nil {
		t.Error(err)
	}
}
