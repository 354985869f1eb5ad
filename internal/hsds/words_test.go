package hsds_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"rufaa/internal/hsds/intake"
)

// words are the texts of one language.
func words(t *testing.T, code string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("../../content/text/hsds." + code + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	if err := yaml.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// asked are the keys that the program can ask for: those written whole, and
// those that found, bad and the faults put together.
func asked(t *testing.T) []string {
	t.Helper()
	keys := map[string]bool{}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			gather(n, filepath.Dir(name), keys)
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range intake.AllFields() {
		keys["hsds.field."+string(f)] = true
	}
	for _, rule := range []string{"required", "format", "type", "enum", "unknown", "other"} {
		keys["hsds.import.standard."+rule] = true
	}
	for _, o := range []intake.Outcome{intake.Refused, intake.LeftOut, intake.Warning} {
		keys["hsds.outcome."+string(o)] = true
	}
	var out []string
	for k := range keys {
		out = append(out, k)
		if strings.HasPrefix(k, "hsds.import.") {
			out = append(out, k+".remedy")
		}
	}
	slices.Sort(out)
	return out
}

var (
	wholeKey = regexp.MustCompile(`^hsds\.[a-z_]+\.[a-z_.-]*[a-z]$`)
	ownWord  = regexp.MustCompile(`^(coordinates|confidential)_[a-z]+$`)
)

func gather(n ast.Node, dir string, keys map[string]bool) {
	switch v := n.(type) {
	case *ast.BasicLit:
		s, _ := strconv.Unquote(v.Value)
		if wholeKey.MatchString(s) {
			keys[s] = true
		} else if dir == "intake" && ownWord.MatchString(s) {
			keys["hsds.import."+s] = true
		}
	case *ast.KeyValueExpr: // fault{kind: "busy"}
		if id, ok := v.Key.(*ast.Ident); ok && id.Name == "kind" && dir == "publish" {
			if lit, ok := v.Value.(*ast.BasicLit); ok {
				s, _ := strconv.Unquote(lit.Value)
				keys["hsds.problem."+s+".title"], keys["hsds.problem."+s+".detail"] = true, true
			}
		}
	case *ast.CallExpr:
		name := ""
		switch f := v.Fun.(type) {
		case *ast.Ident:
			name = f.Name
		case *ast.SelectorExpr:
			name = f.Sel.Name
		}
		if dir == "intake" && (name == "found" || name == "bad" || name == "number") && len(v.Args) > 1 {
			if lit, ok := v.Args[1].(*ast.BasicLit); ok {
				s, _ := strconv.Unquote(lit.Value)
				keys["hsds.import."+s] = true
			}
		}
	}
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// Every key that can be asked for has its text in both languages, with the
// same placeholders, and no text stands there that nobody asks for.
func TestWordsAreComplete(t *testing.T) {
	keys, en, sw := asked(t), words(t, "en"), words(t, "sw")
	if len(keys) < 150 {
		t.Fatalf("only %d keys were found in the code", len(keys))
	}
	delete(en, "hsds.import.standard.")
	for _, k := range keys {
		if k == "hsds.import.standard." || k == "hsds.import.standard..remedy" {
			continue
		}
		if en[k] == "" || sw[k] == "" {
			t.Errorf("%s has no text", k)
		}
		a, b := placeholder.FindAllString(en[k], -1), placeholder.FindAllString(sw[k], -1)
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a, b) {
			t.Errorf("%s: %v in English, %v in Kiswahili", k, a, b)
		}
	}
	for k := range en {
		if !slices.Contains(keys, k) {
			t.Errorf("nobody asks for %s", k)
		}
	}
	for k := range sw {
		if en[k] == "" {
			t.Errorf("%s stands in Kiswahili only", k)
		}
	}
}
