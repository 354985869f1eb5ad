package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The index of decisions lists every one of them.
func TestEveryDecisionIsListed(t *testing.T) {
	folder := filepath.Join("..", "..", "docs", "decisions")
	index, err := os.ReadFile(filepath.Join(folder, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob(filepath.Join(folder, "[0-9]*.md"))
	if err != nil || len(pages) < 50 {
		t.Fatalf("%d decisions, %v", len(pages), err)
	}
	for _, page := range pages {
		if name := filepath.Base(page); !strings.Contains(string(index), "]("+name+")") {
			t.Errorf("%s is not in docs/decisions/README.md", name)
		}
	}
}

// The table of rooms in docs/architecture.md is the rule: every package stands
// on a floor, and imports point down or sideways.
func TestImportsNeverPointUp(t *testing.T) {
	root := filepath.Join("..", "..")
	floors := floorsOf(t, filepath.Join(root, "docs", "architecture.md"))
	if len(floors) < 40 {
		t.Fatalf("only %d rooms are in the table", len(floors))
	}
	for pkg, imports := range importsBelow(t, root) {
		own, known := floorOf(floors, pkg)
		if !known {
			t.Errorf("%s stands on no floor; give it a row in docs/architecture.md", pkg)
			continue
		}
		for _, other := range imports {
			if floor, known := floorOf(floors, other); known && floor > own {
				t.Errorf("%s on floor %d imports %s above it, on floor %d", pkg, own, other, floor)
			}
		}
	}
	for room := range floors {
		if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(room))); err != nil {
			t.Errorf("the table tells of %s, which is not there", room)
		}
	}
}

var (
	row  = regexp.MustCompile("(?m)^\\| (\\d) \\| (.*?) \\|")
	room = regexp.MustCompile("`([^`]+)`")
)

func floorsOf(t *testing.T, file string) map[string]int {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	floors := map[string]int{}
	for _, r := range row.FindAllStringSubmatch(string(text), -1) {
		floor, err := strconv.Atoi(r[1])
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range room.FindAllStringSubmatch(r[2], -1) {
			pkg := name[1]
			if !strings.Contains(pkg, "/") {
				pkg = "internal/" + pkg
			}
			if _, twice := floors[pkg]; twice {
				t.Errorf("%s stands in the table twice", pkg)
			}
			floors[pkg] = floor
		}
	}
	return floors
}

// floorOf finds the floor of a package or of the room that it is part of.
func floorOf(floors map[string]int, pkg string) (int, bool) {
	for ; pkg != "."; pkg = path.Dir(pkg) {
		if floor, ok := floors[pkg]; ok {
			return floor, true
		}
	}
	return 0, false
}

// importsBelow gives the project's own imports of every package of it, tests
// left out.
func importsBelow(t *testing.T, root string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, top := range []string{"internal", "cmd"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
				return err
			}
			tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(root, filepath.Dir(file))
			if err != nil {
				return err
			}
			pkg := filepath.ToSlash(rel)
			found[pkg] = append(found[pkg], nil...)
			for _, imp := range tree.Imports {
				if own, ok := strings.CutPrefix(strings.Trim(imp.Path.Value, `"`), "rufaa/"); ok {
					found[pkg] = append(found[pkg], own)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}
