package web_test

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"rufaa/internal/api"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/web"
)

var update = flag.Bool("update", false, "write testdata/matrix.txt anew")

// aboutCases are the pages and calls whose address names a case or a referral.
// What changes the case most comes last, so that each question is asked of the
// case as it was made.
func aboutCases(w *world) []string {
	var out []string
	for _, r := range web.Routes(w.Office) {
		out = append(out, r.Pattern)
	}
	for _, o := range api.Operations() {
		if !o.Open {
			out = append(out, o.Method+" "+o.Path)
		}
	}
	out = slices.DeleteFunc(out, func(p string) bool {
		return !strings.Contains(p, "/cases/{id}") && !strings.Contains(p, "/referrals/{id}")
	})
	out = slices.Concat(out, each(out, "{compartment}", "identity", "whereabouts", "account", "care", "inquiry", "immigration", "witness"))
	out = slices.DeleteFunc(out, func(p string) bool { return strings.Contains(p, "{compartment}") })
	rank := func(p string) int {
		switch {
		case strings.HasPrefix(p, "GET"):
			return 0
		case strings.HasSuffix(p, "erasure"), strings.HasSuffix(p, "/hold"), strings.HasSuffix(p, "/release"):
			return 3
		case strings.HasSuffix(p, "take"), strings.HasSuffix(p, "withdrawal"), strings.HasSuffix(p, "close"), strings.HasSuffix(p, "closure"):
			return 2
		}
		return 1
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(rank(a)-rank(b), strings.Compare(a, b)) })
	return out
}

// each puts every value in the place of a part of an address.
func each(patterns []string, part string, values ...string) []string {
	var out []string
	for _, p := range patterns {
		if strings.Contains(p, part) {
			for _, v := range values {
				out = append(out, strings.ReplaceAll(p, part, v))
			}
		}
	}
	return out
}

// purpose is what a duty would open a compartment for.
func purpose(duty string) string {
	switch duty {
	case "investigator":
		return "investigation"
	case "prosecutor":
		return "prosecution"
	case "immigration_officer":
		return "immigration"
	}
	return "assistance"
}

// question is what a form or a call about a case says, as far as it must say
// anything to be heard.
func question(duty string) url.Values {
	return url.Values{"purpose": {purpose(duty)}, "compartment": {"identity"}}
}

func fill(pattern, duty, caseID, referralID, absent string) (method, path string) {
	method, path, _ = strings.Cut(pattern, " ")
	id := caseID
	if strings.Contains(path, "/referrals/{id}") {
		id = referralID
	}
	for _, p := range []string{"{glass}", "{consent}", "{basis}", "{need}", "{staff}", "{goal}", "{delivery}", "{task}", "{flag}", "{booking}", "{review}", "{claim}", "{correction}", "{complaint}", "{panel}", "{hearing}", "{conference}"} {
		path = strings.ReplaceAll(path, p, absent)
	}
	if strings.Contains(path, "/compartments/") {
		path += "?purpose=" + purpose(duty)
	}
	return method, strings.ReplaceAll(path, "{id}", id)
}

// outcome is what a lawyer asks of an answer: let through (to the page, the
// act, or the form that says what is missing), refused by a rule, or told that
// there is nothing here.
func outcome(a answer) string {
	switch {
	case a.status == http.StatusNotFound:
		return "nothing"
	case a.status == http.StatusForbidden:
		return "refused"
	case a.status == http.StatusUnauthorized, strings.Contains(a.header.Get("Location"), "/sign-in"):
		return "sign-in"
	case a.status >= 500:
		return fmt.Sprintf("FAULT %d", a.status)
	}
	return "through"
}

// Every page and every call about a case, asked by every duty in every
// standing, against the table in testdata that a lawyer can read.
func TestWhoGetsThroughToWhat(t *testing.T) {
	w := newWorld(t, store.SQLite)
	routes := aboutCases(w)
	if len(routes) < 80 {
		t.Fatalf("only %d routes are about cases", len(routes))
	}
	table := map[string]map[string][]string{} // route+standing -> outcome -> duties
	for _, st := range standings {
		for _, duty := range duties {
			caseID, referralID := st.make(w, duty)
			absent := w.NewID()
			if referralID == "" {
				referralID = absent
			}
			for _, pattern := range routes {
				method, path := fill(pattern, duty, caseID, referralID, absent)
				got := ask(t, w.url, w.token[duty], method, path, question(duty))
				out := outcome(got)
				key := pattern + " | " + st.name
				if table[key] == nil {
					table[key] = map[string][]string{}
				}
				table[key][out] = append(table[key][out], duty)
				watch(t, st.name, duty, pattern, got)
				if st.name == "other agency's case" {
					foreign(t, w, duty, pattern, caseID, referralID, got)
				}
			}
		}
	}
	everywhere := elsewhere(w)
	for _, duty := range duties {
		for _, pattern := range everywhere {
			absent := w.NewID()
			method, path := fill(pattern, duty, absent, absent, absent)
			// An agency that is there: an act that asks nobody would not be seen on one that is not.
			path = strings.Replace(path, "/agencies/"+absent, "/agencies/"+theirs, 1)
			path = strings.NewReplacer("{$}", "", "{what}", "suspend", "{document}", "clocks", "{number}", "0").Replace(path)
			got := ask(t, w.url, w.token[duty], method, path, question(duty))
			key := pattern + " | " + inRealm
			if table[key] == nil {
				table[key] = map[string][]string{}
			}
			table[key][outcome(got)] = append(table[key][outcome(got)], duty)
			watch(t, inRealm, duty, pattern, got)
		}
	}
	compare(t, "testdata/matrix.txt", render(append(routes, everywhere...), table))
	nothingInTheClear(t, w)
}

// inRealm is the standing towards what is about no case.
const inRealm = "in the realm"

// elsewhere are the pages and calls that are about no case. Where an address
// names something, it names what is not there.
func elsewhere(w *world) []string {
	about := aboutCases(w)
	var out []string
	for _, r := range web.Routes(w.Office) {
		out = append(out, r.Pattern)
	}
	for _, o := range api.Operations() {
		if !o.Open {
			out = append(out, o.Method+" "+o.Path)
		}
	}
	out = slices.DeleteFunc(out, func(p string) bool {
		return slices.Contains(about, p) || strings.Contains(p, "{compartment}")
	})
	slices.Sort(out)
	return out
}

// nothingInTheClear looks for the canaries in every file that the realm wrote
// while all this went on, and in a backup of it.
func nothingInTheClear(t *testing.T, w *world) {
	t.Helper()
	backup := filepath.Join(t.TempDir(), "backup")
	if _, err := realm.Backup(t.Context(), realm.Options{Dir: w.Dir, Name: w.Name, URL: w.URL}, backup); err != nil {
		t.Fatal(err)
	}
	files := 0
	for _, dir := range []string{w.Dir, filepath.Dir(backup)} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			files++
			for comp, word := range canaries {
				if bytes.Contains(raw, []byte(word)) {
					t.Errorf("%s holds the %s in the clear", path, comp)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 5 {
		t.Errorf("only %d files were looked into", files)
	}
}

// Another agency's case and one that never was are answered in the same time:
// nobody learns by the clock which references exist.
//
// Looked at up to four times: a difference that is in the program is there each
// time, one that is in the machine is not.
func TestTheClockTellsNothing(t *testing.T) {
	w := newWorld(t, store.SQLite)
	foreign := w.cared(theirs, "other")
	var told []string
	for range 4 {
		if told = clockTells(t, w, foreign); len(told) == 0 {
			return
		}
	}
	t.Error(told)
}

// clockTells says where the one takes half as long again as the other.
func clockTells(t *testing.T, w *world, foreign string) (told []string) {
	took := map[string][]time.Duration{}
	for range 400 { // in turn, so that whatever else runs disturbs both
		for name, id := range map[string]string{"foreign": foreign, "absent": w.NewID()} {
			for _, path := range []string{"/cases/" + id, "/api/v1/cases/" + id} {
				start := time.Now()
				ask(t, w.url, w.token["counsellor"], "GET", path, nil)
				took[name+path[:5]] = append(took[name+path[:5]], time.Since(start))
			}
		}
	}
	for _, at := range []string{"/case", "/api/"} {
		slices.Sort(took["foreign"+at])
		slices.Sort(took["absent"+at])
		a, b := took["foreign"+at][200], took["absent"+at][200]
		if r := float64(a) / float64(b); r > 1.5 || r < 1/1.5 {
			told = append(told, fmt.Sprintf("%s: foreign takes %v, absent %v", at, a, b))
		}
	}
	return told
}

// watch fails on what no table may ever allow.
func watch(t *testing.T, standing, duty, pattern string, got answer) {
	t.Helper()
	if got.status >= 500 {
		t.Errorf("%s, %s: %s answers %d: %.300s", standing, duty, pattern, got.status, got.body)
	}
	for comp, word := range canaries {
		if !strings.Contains(got.body, word) {
			continue
		}
		switch {
		case duty == "secretariat" || duty == "administrator":
			t.Errorf("%s, %s: %s shows the %s", standing, duty, pattern, comp)
		case standing == "other agency's case", standing == "waiting alert":
			t.Errorf("%s, %s: %s shows the %s of a case that is not theirs to read", standing, duty, pattern, comp)
		case standing == "partner, withdrawn":
			t.Errorf("%s, %s: %s shows the %s after she took her consent back", standing, duty, pattern, comp)
		case comp == "whereabouts" && duty != "case_manager" && duty != "shelter_manager" && duty != "guardian":
			t.Errorf("%s, %s: %s shows where she is", standing, duty, pattern)
		}
	}
}

// foreign wants the very answer that an address gets which never was.
func foreign(t *testing.T, w *world, duty, pattern, caseID, referralID string, got answer) {
	t.Helper()
	if duty == "secretariat" || duty == "data_protection_officer" {
		return // they see frames of every case, by law and without an identity
	}
	if outcome(got) != "nothing" {
		t.Errorf("%s gets %q from %s of another agency's case: %.200s", duty, outcome(got), pattern, got.body)
		return
	}
	never := w.NewID()
	method, path := fill(pattern, duty, never, never, never)
	absent := ask(t, w.url, w.token[duty], method, path, question(duty))
	if a, b := strip(got.body, caseID, referralID, never), strip(absent.body, caseID, referralID, never); a != b {
		t.Errorf("%s tells %s's absent and foreign apart:\n%s\n%s", pattern, duty, a, b)
	}
}

// strip takes the address asked for out of an answer that repeats it.
func strip(body string, ids ...string) string {
	for _, id := range ids {
		if id != "" {
			body = strings.ReplaceAll(body, id, "ID")
		}
	}
	return clockTime.ReplaceAllString(body, "TIME") // the page tells when it was made
}

var clockTime = regexp.MustCompile(`\d\d:\d\d(:\d\d)?Z?`)

func render(routes []string, table map[string]map[string][]string) string {
	var b strings.Builder
	b.WriteString("Who gets through to what, over HTTP. Made by go test ./internal/web -update.\n" +
		"through: the page, the act, or the form that says what is missing\n" +
		"refused: by a rule that is named; everybody not listed is told that there is nothing\n")
	names := []string{inRealm}
	for _, st := range standings {
		names = append(names, st.name)
	}
	for _, pattern := range routes {
		fmt.Fprintf(&b, "\n%s\n", pattern)
		for _, name := range names {
			row := table[pattern+" | "+name]
			for _, out := range []string{"through", "refused"} {
				if list := row[out]; len(list) > 0 {
					fmt.Fprintf(&b, "  %-20s %-8s %s\n", name, out, strings.ReplaceAll(strings.Join(list, ", "), "_", " "))
				}
			}
			for out, list := range row {
				if out != "through" && out != "refused" && out != "nothing" {
					fmt.Fprintf(&b, "  %-20s %-8s %s\n", name, out, strings.Join(list, ", "))
				}
			}
		}
	}
	return b.String()
}

func compare(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		a, b := strings.Split(string(want), "\n"), strings.Split(got, "\n")
		for i := range max(len(a), len(b)) {
			if i >= len(a) || i >= len(b) || a[i] != b[i] {
				t.Fatalf("%s is no longer true at line %d; after thinking about it: go test ./internal/web -update\nwas: %s\nis:  %s", file, i+1, at(a, i), at(b, i))
			}
		}
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}

// Nobody gets anywhere without a session, and a page that is not about a case
// answers each duty by its own rule.
func TestWithoutASessionThereIsOnlySignIn(t *testing.T) {
	w := newWorld(t, store.SQLite)
	id := w.raise(mine)
	for _, r := range web.Routes(w.Office) {
		method, path := fill(r.Pattern, "counsellor", id, id, id)
		path = strings.ReplaceAll(strings.ReplaceAll(path, "{$}", ""), "{what}", "suspend")
		if got := outcome(ask(t, w.url, "", method, path, nil)); got != "sign-in" {
			t.Errorf("%s without a session: %s", r.Pattern, got)
		}
	}
	for _, o := range api.Operations() {
		if o.Open {
			continue
		}
		method, path := fill(o.Method+" "+o.Path, "counsellor", id, id, id)
		if got := outcome(ask(t, w.url, "", method, path, nil)); got != "sign-in" {
			t.Errorf("%s %s without a session: %s", o.Method, o.Path, got)
		}
	}
}
