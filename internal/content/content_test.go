package content_test

import (
	"errors"
	"io/fs"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	datafiles "rufaa/content"
	"rufaa/internal/content"
)

// ownFiles copies the program's own content, so that a test may break it.
func ownFiles(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(datafiles.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(datafiles.Files, path)
		out[path] = &fstest.MapFile{Data: raw}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func loadOwn(t testing.TB) *content.Content {
	t.Helper()
	c, err := content.Load(datafiles.Files)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Whoever breaks a file is told which file, which line and what to do.
func TestBrokenContentNamesFileLineAndRemedy(t *testing.T) {
	const anAgency = "agencies/zz-test.yaml"
	for name, c := range map[string]struct {
		file     string
		old, new string // the first old becomes new; with no old, new is added at the end
		mark     string // stands on the line to be named; empty: any line
		what     string
	}{
		"a vocabulary without Kiswahili": {file: "vocabularies.yaml", new: "zz-test:\n  - {id: zz, label: {en: Only English}}\n",
			mark: "Only English", what: `has no text in "sw"`},
		"an id twice": {file: "vocabularies.yaml", new: "zz-test:\n  - {id: zz, label: {en: A, sw: A}}\n  - {id: zz, label: {en: Second, sw: B}}\n",
			mark: "Second", what: `"zz" stands twice`},
		"a second document, which nobody reads": {file: "vocabularies.yaml", new: "---\nzz-test: []\n", what: "more than one document"},
		"an id with capitals": {file: "vocabularies.yaml", new: "zz-test:\n  - {id: Zz Top, label: {en: A, sw: A}}\n",
			mark: "Zz Top", what: "is not lower-case"},
		"a list in another form": {file: "vocabularies.yaml", new: "zz-test: one word\n", mark: "zz-test", what: "cannot unmarshal"},
		"a misspelt key":         {file: "vocabularies.yaml", new: "zz-test:\n  - {id: zz, lable: {en: A, sw: A}}\n", mark: "lable: {", what: "field lable not found"},
		"no YAML at all":         {file: "vocabularies.yaml", new: "zz-test: [\n", what: "did not find"},
		"a service under nothing": {file: "services.yaml", new: "  - {id: zz, parent: zz-none, label: {en: A, sw: A}}\n",
			mark: "zz-none", what: "unknown"},
		"a clock without a period": {file: "clocks.yaml", new: "  - {id: zz, within: 0s, source: A test}\n", mark: "id: zz", what: "no period"},
		"a clock without a source": {file: "clocks.yaml", new: "  - {id: zz, within: 1h}\n", mark: "id: zz", what: "no source"},
		"a rule without a source": {file: "rules.yaml",
			new:  "  - {id: zz, title: {en: A, sw: A}, why: {en: A, sw: A}, remedy: {en: A, sw: A}}\n",
			mark: "id: zz", what: "no source"},
		"a letter that greets nobody": {file: "letters.yaml", old: `text: { en: "To {name}"`, new: `text: { en: "Dear madam"`,
			what: "identification/dear (en) does not hold {name}"},
		"a letter that asks for what nobody knows": {file: "letters.yaml", old: `en: "Reasons"`, new: `en: "Reasons of {judge}"`,
			what: "asks for {judge}, which nobody fills in"},
		"a letter without her rights": {file: "letters.yaml", old: "id: rights", new: "id: wrongs", what: `has no part "rights"`},
		"a letter gone":               {file: "letters.yaml", old: "id: identification", new: "id: other", what: `letter "identification" is missing`},
		"a rule without a remedy": {file: "rules.yaml",
			new:  "  - {id: zz, title: {en: A, sw: A}, why: {en: A, sw: A}, remedy: {en: A}, source: A test}\n",
			mark: "id: zz", what: "remedy of zz"},
		"an unknown strength": {file: "questionnaires/adult-1.yaml", old: "strength: medium", new: "strength: heavy",
			mark: "strength: heavy", what: "not a known word"},
		"a child asked for means": {file: "questionnaires/child-1.yaml", old: "element: purpose", new: "element: means",
			mark: "element: means,", what: "asks a child for means"},
		"a child asked for means in a module": {file: "questionnaires/begging-1.yaml", old: "track: trafficking, dimension: coercion_destination, only: adult", new: "track: trafficking, dimension: coercion_destination",
			mark: "id: punished-for-little", what: "asks a child for means"},
		"a module about nothing":    {file: "questionnaires/begging-1.yaml", old: "kind: begging", new: "kind: zz-none", what: "not in the vocabulary"},
		"a module nothing leads to": {file: "questionnaires/begging-1.yaml", old: "[forced-begging", new: "[zz-none", what: "no sign of a general form"},
		"a sign for somebody else": {file: "questionnaires/adult-1.yaml", old: "strength: weak, element: none", new: "only: child, strength: weak, element: none",
			mark: "only: child", what: "is only for"},
		"an extra text that is not sealed": {file: "extra-fields.yaml", new: "  - {id: zz, agency: zz, label: {en: A, sw: A}, kind: text}\n",
			mark: "id: zz", what: "names no compartment"},
		"an extra field of no kind": {file: "extra-fields.yaml", new: "  - {id: zz, agency: zz, label: {en: A, sw: A}, kind: colour}\n",
			mark: "id: zz", what: "unknown kind"},
		"an extra choice of nothing": {file: "extra-fields.yaml", new: "  - {id: zz, agency: zz, label: {en: A, sw: A}, kind: choice}\n",
			mark: "id: zz", what: "options do not fit"},
		"an extra field in the witness file": {file: "extra-fields.yaml", new: "  - {id: zz, agency: zz, label: {en: A, sw: A}, kind: text, compartment: witness}\n",
			mark: "id: zz", what: "which it cannot be"},
		"a sign that counts nowhere": {file: "questionnaires/child-1.yaml", old: "dimension: exploitation", new: "dimension: zz-none",
			mark: "zz-none", what: "zz-none"},
		"a form under another name": {file: "questionnaires/adult-1.yaml", old: "\nversion: 1", new: "\nversion: 7", what: "does not fit"},
		"a combination of nothing":  {file: "scoring.yaml", old: "{strong: 2}", new: "{strong: 0}", mark: "{strong: 0}", what: "without a sign"},
		"an agency without a source": {file: anAgency, new: "agencies:\n  - {id: zz, name: Zz, kind: ngo}\n",
			mark: "id: zz", what: "lacks a name or a source"},
		"an agency of no kind": {file: anAgency, new: "agencies:\n  - {id: zz, name: Zz, kind: zz-none, sources: [A test]}\n",
			mark: "zz-none", what: "unknown kind"},
		"an agency in no county": {file: anAgency, new: "agencies:\n  - {id: zz, name: Zz, kind: ngo, county: zz-none, sources: [A test]}\n",
			mark: "zz-none", what: "unknown county"},
		"an agency with no such service": {file: anAgency, new: "agencies:\n  - {id: zz, name: Zz, kind: ngo, services: [zz-none], sources: [A test]}\n",
			mark: "zz-none", what: "unknown service"},
	} {
		t.Run(name, func(t *testing.T) {
			files := ownFiles(t)
			text := ""
			if f := files[c.file]; f != nil {
				text = string(f.Data)
			}
			if c.old == "" {
				text += c.new
			} else if !strings.Contains(text, c.old) {
				t.Fatalf("%s holds no %q", c.file, c.old)
			} else {
				text = strings.Replace(text, c.old, c.new, 1)
			}
			files[c.file] = &fstest.MapFile{Data: []byte(text)}
			for _, p := range problems(t, files) {
				if p.File == c.file && strings.Contains(p.What, c.what) {
					wantsLine(t, p, text, c.mark)
					return
				}
			}
			_, err := content.Load(files)
			t.Fatalf("nothing about %q in %s: %v", c.what, c.file, err)
		})
	}
}

func problems(t testing.TB, files fs.FS) content.Problems {
	t.Helper()
	c, err := content.Load(files)
	var ps content.Problems
	if !errors.As(err, &ps) || len(ps) == 0 || c != nil {
		t.Fatalf("broken content loads: %v", err)
	}
	for _, p := range ps {
		if p.File == "" || p.What == "" || p.Remedy == "" {
			t.Errorf("a problem lacks its file, what or remedy: %+v", p)
		}
	}
	return ps
}

func wantsLine(t *testing.T, p content.Problem, text, mark string) {
	t.Helper()
	want := p.Line
	if mark != "" {
		before, _, _ := strings.Cut(text, mark)
		want = 1 + strings.Count(before, "\n")
	}
	if p.Line == 0 || p.Line != want {
		t.Errorf("line %d is named, want %d: %s", p.Line, want, p)
	}
}

func TestMissingFileIsNamed(t *testing.T) {
	for _, file := range []string{"vocabularies.yaml", "services.yaml", "clocks.yaml", "rules.yaml", "scoring.yaml", "extra-fields.yaml"} {
		files := ownFiles(t)
		delete(files, file)
		if ps := problems(t, files); !strings.Contains(ps.Error(), file+":0: the file cannot be read") {
			t.Errorf("without %s: %v", file, ps)
		}
	}
	files := ownFiles(t)
	delete(files, "questionnaires/child-1.yaml")
	if ps := problems(t, files); !strings.Contains(ps.Error(), `no questionnaire for audience "child"`) {
		t.Error(ps)
	}
}

var rank = map[string]int{"none": 0, "weak": 1, "moderate": 2, "strong": 3}

// One more yes never makes an indication weaker, whatever was answered.
func TestOneMoreYesNeverWeakens(t *testing.T) {
	c := loadOwn(t)
	for _, q := range forms(c) {
		t.Run(q.ID+" "+q.Audience, func(t *testing.T) {
			var ids []string
			for _, g := range q.Groups {
				for _, in := range g.Indicators {
					ids = append(ids, in.ID)
				}
			}
			rapid.Check(t, func(t *rapid.T) {
				answer := rapid.SampledFrom([]string{"yes", "no", "unknown", "not_asked", ""})
				answers := rapid.MapOf(rapid.SampledFrom(ids), answer).Draw(t, "answers")
				before := c.Scoring().Score(q, answers)
				more := maps.Clone(answers)
				more[rapid.SampledFrom(ids).Draw(t, "also yes")] = "yes"
				after := c.Scoring().Score(q, more)
				if rank[after.Trafficking] < rank[before.Trafficking] || rank[after.Smuggling] < rank[before.Smuggling] {
					t.Fatalf("from %s and %s to %s and %s", before.Trafficking, before.Smuggling, after.Trafficking, after.Smuggling)
				}
				if before.Act && !after.Act || before.Means && !after.Means || before.Purpose && !after.Purpose {
					t.Fatal("an element was lost")
				}
				for i, g := range before.Groups {
					if g.Positive && !after.Groups[i].Positive {
						t.Fatalf("%s is no longer positive", g.Group)
					}
				}
			})
		})
	}
}

// forms are all forms as adults and children are asked them.
func forms(c *content.Content) []*content.Questionnaire {
	var out []*content.Questionnaire
	for _, q := range c.Questionnaires() {
		for _, audience := range []string{"adult", "child"} {
			if v, ok := q.For(audience); ok {
				out = append(out, v)
			}
		}
	}
	return out
}

func TestOnlyYesCounts(t *testing.T) {
	c := loadOwn(t)
	for _, q := range forms(c) {
		for _, answer := range []string{"no", "unknown", "not_asked", ""} {
			answers := map[string]string{"no-such-sign": "yes"}
			all, crossing := map[string]string{}, false
			for _, g := range q.Groups {
				for _, in := range g.Indicators {
					answers[in.ID], all[in.ID] = answer, "yes"
					crossing = crossing || in.Track != "trafficking"
				}
			}
			if r := c.Scoring().Score(q, answers); r.Trafficking != "none" || r.Smuggling != "none" {
				t.Errorf("%s: all %q gives %+v", q.ID, answer, r)
			}
			smuggling := "none"
			if crossing {
				smuggling = "strong"
			}
			r := c.Scoring().Score(q, all)
			if r.Trafficking != "strong" || r.Smuggling != smuggling || r.Means != (q.Audience == "adult") {
				t.Errorf("%s for %s: all yes gives %+v", q.ID, q.Audience, r)
			}
		}
	}
}

// Eight kinds of exploitation have a form of their own, for adults and for
// children, with eight to twelve signs each, and a child is asked no means.
func TestEveryKindOfExploitationHasItsForm(t *testing.T) {
	c := loadOwn(t)
	for _, audience := range []string{"adult", "child"} {
		modules := c.Modules(audience)
		if len(modules) != 8 {
			t.Errorf("%d modules for %s", len(modules), audience)
		}
		general := c.QuestionnaireFor(audience)
		for _, q := range modules {
			n := 0
			for _, g := range q.Groups {
				for _, in := range g.Indicators {
					n++
					if in.Element == "means" && audience == "child" {
						t.Errorf("%s asks a child for means: %s", q.ID, in.ID)
					}
				}
			}
			if n < 8 || n > 12 {
				t.Errorf("%s has %d signs for %s", q.ID, n, audience)
			}
			offered := slices.ContainsFunc(q.LeadsHere, func(id string) bool { _, ok := general.Indicator(id); return ok })
			if !offered {
				t.Errorf("no sign of %s leads to %s", general.ID, q.ID)
			}
		}
	}
}

// A form that is written from what was read is the same form.
func TestAFormIsWrittenAsItWasRead(t *testing.T) {
	for path, f := range ownFiles(t) {
		if !strings.HasPrefix(path, "questionnaires/") {
			continue
		}
		q, err := content.ReadQuestionnaire(string(f.Data))
		if err != nil {
			t.Fatal(err)
		}
		text, err := content.WriteQuestionnaire(q, string(f.Data))
		if err != nil {
			t.Fatal(err)
		}
		if first, _, _ := strings.Cut(string(f.Data), "\n"); !strings.HasPrefix(text, first) {
			t.Errorf("%s lost its comment", path)
		}
		again, err := content.ReadQuestionnaire(text)
		if err != nil || !reflect.DeepEqual(q, again) {
			t.Errorf("%s changed: %v", path, err)
		}
		files := ownFiles(t)
		files[path] = &fstest.MapFile{Data: []byte(text)}
		if _, err := content.Load(files); err != nil {
			t.Error(err)
		}
	}
}

// Whatever stands in the vocabularies, Load neither falls over nor fails
// without saying what to do. The other files are left out: they would only
// make each try slow. Run it with -fuzzminimizetime=1x, as the own file is long.
func FuzzLoadVocabularies(f *testing.F) {
	own := ownFiles(f)["vocabularies.yaml"].Data
	f.Add(own)
	f.Add(own[:len(own)/2])
	for _, s := range []string{"", "null", "[]", "a", "sexes: *x", "sexes: &x [*x]", "sexes:\n  - ~\n", "? {a: b}\n: c",
		"<<: {sexes: [{id: a}]}", "\xff", "a: b\n---\nc: d", "sexes:\n  - {id: a, label: {en: A, sw: A}}\n  - {id: a, label: {en: A}}\n",
		"a: &x\n  - {id: a, label: {en: A}}\nb: *x\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		files := fstest.MapFS{"vocabularies.yaml": &fstest.MapFile{Data: raw}}
		for _, p := range problems(t, files) {
			if p.Line < 0 || p.Line > len(raw)+1 {
				t.Errorf("line %d is outside the file: %s", p.Line, p)
			}
		}
	})
}
