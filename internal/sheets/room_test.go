package sheets

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

var limits = Limits{Bytes: 1 << 20, Unpacked: 4 << 20, Ratio: 100, Files: 50, Columns: 20, Cell: 1000, Row: 64 << 10}

func rowsOf(t *testing.T, text string) (rows [][]string, bad []string) {
	t.Helper()
	f, _, err := Detect(Bytes("list", []byte(text)), limits)
	if err != nil || f != CSV {
		t.Fatal(f, err)
	}
	s, err := Open(Bytes("list", []byte(text)), f, "", limits)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for {
		row, err := s.Next()
		var spoiled *RowError
		switch {
		case errors.As(err, &spoiled):
			bad = append(bad, strconv.Itoa(s.Line)+" "+spoiled.Key)
		case err != nil:
			t.Fatal(err)
		case row == nil:
			return rows, bad
		default:
			rows = append(rows, row)
		}
	}
}

func TestABadRowTakesNoGoodOneWithIt(t *testing.T) {
	rows, bad := rowsOf(t, "name;place\nAmina;Kwale\n"+strings.Repeat("x", 2000)+";\n\xff\xfe;Vöi, Zoë, Émile\na;b;c\nFatuma;Mombasa\n")
	if len(rows) != 2 || rows[1][0] != "Fatuma" {
		t.Errorf("rows %q", rows)
	}
	if got := strings.Join(bad, ", "); got != "3 sheet.cell_long, 4 sheet.encoding, 5 sheet.row_long" {
		t.Error(got)
	}
}

func TestACellSaysNothingHiddenAndRunsNothing(t *testing.T) {
	for raw, want := range map[string]string{
		" Amina ": "Amina|", "n/a": "|", "Hakuna": "|", "=1+1": "|formula", "'=1+1": "=1+1|", "@x": "|formula", "+254 712 000 000": "+254 712 000 000|",
		"a\u202eb": "|characters", "-": "|", "አበበ": "አበበ|",
	} {
		if text, wrong := Text(raw, false); text+"|"+wrong != want {
			t.Errorf("%q: %q %q", raw, text, wrong)
		}
	}
}

// Every key that the room gives has its text and remedy in both languages.
func TestWordsAreComplete(t *testing.T) {
	keys := map[string]bool{"formula": true, "characters": true, "file_rows": true, noResult: true, cellError: true, mergedCell: true,
		readWindows: true, readMacintosh: true, "digits_lost": true}
	for _, file := range []string{"source.go", "sheet.go", "csv.go", "flaws.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			name, _ := call.Fun.(*ast.Ident)
			if at := map[string]int{"Refuse": 0, "badRow": 1}; name != nil && len(call.Args) > at[name.Name] {
				if i, ok := at[name.Name]; ok {
					if lit, ok := call.Args[i].(*ast.BasicLit); ok {
						s, _ := strconv.Unquote(lit.Value)
						keys[s] = true
					}
				}
			}
			return true
		})
	}
	if len(keys) < 15 {
		t.Fatalf("only %d keys found", len(keys))
	}
	for _, lang := range []string{"en", "sw"} {
		raw, err := os.ReadFile("../../content/text/sheet." + lang + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		var words map[string]string
		if err := yaml.Unmarshal(raw, &words); err != nil {
			t.Fatal(err)
		}
		for k := range keys {
			if words["sheet."+k] == "" || words["sheet."+k+".remedy"] == "" {
				t.Errorf("%s: sheet.%s has no text or remedy", lang, k)
			}
		}
		if len(words) != 2*len(keys) {
			t.Errorf("%s: %d texts for %d keys", lang, len(words), len(keys))
		}
	}
}

// FuzzText: whatever a cell holds, what comes out is clean or refused.
func FuzzText(f *testing.F) {
	for _, s := range []string{"=1", "'+x", "a\r\nb", "\xff", "+254-7"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		text, wrong := Text(raw, true)
		if wrong == "" && (Hides(text) || text != strings.TrimSpace(text)) || wrong != "" && text != "" {
			t.Errorf("%q gave %q %q", raw, text, wrong)
		}
	})
}
