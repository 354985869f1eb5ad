package policy_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	datafiles "rufaa/content"
	"rufaa/internal/policy"
)

var update = flag.Bool("update", false, "write docs/policy-table.md anew")

func permitted(d *policy.Door, a policy.Action, s policy.Standing, compartment string) []string {
	var out []string
	for _, duty := range policy.Duties {
		if d.Permitted(duty, a, s, compartment) {
			out = append(out, duty)
		}
	}
	return out
}

func cell(list []string) string {
	switch len(list) {
	case 0:
		return "nobody"
	case len(policy.Duties):
		return "everybody"
	}
	return strings.ReplaceAll(strings.Join(list, ", "), "_", " ")
}

func table(d *policy.Door) string {
	var b strings.Builder
	b.WriteString("# Who may do what\n\nMade from the policy files by `go test ./internal/policy -update`; the test fails when it is no longer true.\n" +
		"Every cell names the duties that are permitted; what is not named is refused. Someone who may not see that a\n" +
		"case exists is told that there is none.\n\n")
	for _, s := range policy.Standings("case") {
		fmt.Fprintf(&b, "- **%s**: %s\n", s.Name, s.About)
	}
	row := func(name string, kind string, a policy.Action, compartment string) {
		fmt.Fprintf(&b, "| %s |", name)
		for _, s := range policy.Standings(kind) {
			fmt.Fprintf(&b, " %s |", cell(permitted(d, a, s, compartment)))
		}
		b.WriteByte('\n')
	}
	head := func(title string) {
		fmt.Fprintf(&b, "\n## %s\n\n| |", title)
		for _, s := range policy.Standings("case") {
			fmt.Fprintf(&b, " %s |", s.Name)
		}
		b.WriteString("\n|---|" + strings.Repeat("---|", len(policy.Standings("case"))) + "\n")
	}
	head("In a case")
	for _, a := range policy.Actions {
		if a != policy.CompartmentOpen && a != policy.PartRead && a != policy.FileView && a != policy.FileAdd && a != policy.FileOpen && a != policy.FileAskPreview && a != policy.FileAllowPreview && !strings.HasPrefix(string(a), "referral.") && !strings.HasPrefix(string(a), "likeness.") &&
			!strings.HasPrefix(string(a), "scene.") && !strings.HasPrefix(string(a), "exercise.") && !strings.HasPrefix(string(a), "exhibit.") && (!strings.HasPrefix(string(a), "inquiry.") || a == policy.InquiryLink || a == policy.InquiryKnow) {
			row("`"+string(a)+"`", "case", a, "")
		}
	}
	head("Inquiries and scenes")
	for _, a := range policy.Actions {
		if in := strings.HasPrefix(string(a), "inquiry."); in && a != policy.InquiryCreate && a != policy.InquiryList && a != policy.InquiryLink && a != policy.InquiryKnow || a == policy.SceneCreate {
			row("`"+string(a)+"`", "inquiry", a, "")
		} else if strings.HasPrefix(string(a), "scene.") {
			row("`"+string(a)+"`", "scene", a, "")
		}
	}
	exhibits(&b, d)
	head("Referrals")
	for _, a := range policy.Actions {
		if strings.HasPrefix(string(a), "referral.") {
			row("`"+string(a)+"`", "referral", a, "")
		}
	}
	head("Likenesses: two agencies may know one person")
	for _, a := range policy.Actions {
		if strings.HasPrefix(string(a), "likeness.") && a != policy.LikenessList {
			row("`"+string(a)+"`", "likeness", a, "")
		}
	}
	b.WriteString("\n## In an exercise\n\n| |")
	for _, s := range policy.ExerciseStandings() {
		fmt.Fprintf(&b, " %s |", s.Name)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(policy.ExerciseStandings())) + "\n")
	for _, a := range policy.Actions {
		if !strings.HasPrefix(string(a), "exercise.") {
			continue
		}
		fmt.Fprintf(&b, "| `%s` |", a)
		for _, s := range policy.ExerciseStandings() {
			fmt.Fprintf(&b, " %s |", cell(permitted(d, a, s, "")))
		}
		b.WriteByte('\n')
	}
	head("Opening what is sealed")
	for _, c := range policy.Compartments {
		row(c, "case", policy.CompartmentOpen, c)
	}
	head("Files attached to a case: known of, and added")
	for _, c := range policy.Compartments {
		row(c+", known", "case", policy.FileView, c)
		row(c+", added", "case", policy.FileAdd, c)
	}
	head("Files that are evidence of an inquiry")
	for _, kind := range []string{"inquiry", "scene"} {
		for _, a := range []policy.Action{policy.FileView, policy.FileAdd, policy.FileOpen, policy.FileHistory, policy.FileAskPreview, policy.FileAllowPreview} {
			row("`"+string(a)+"` ("+kind+")", kind, a, "inquiry")
		}
	}
	head("Reading parts of the frame")
	for _, p := range policy.Parts {
		row(p, "case", policy.PartRead, p)
	}
	return b.String()
}

// exhibits tells who may do what with an exhibit, by how they stand to it.
func exhibits(b *strings.Builder, d *policy.Door) {
	standings := []struct {
		name string
		to   policy.Resource
	}{
		{"sees the scene", policy.Resource{Team: []string{"me"}, Roles: []string{"scene"}}},
		{"exhibits officer of the scene", policy.Resource{Team: []string{"me"}, Roles: []string{"scene", "exhibits-officer"}}},
		{"has it", policy.Resource{Team: []string{"me"}, Roles: []string{"keeper", "kept"}}},
		{"is asked to take it", policy.Resource{Team: []string{"me"}, Roles: []string{"awaited"}}},
		{"had it once", policy.Resource{Team: []string{"me"}, Roles: []string{"kept"}}},
		{"has no part in it", policy.Resource{}},
	}
	b.WriteString("\n## Exhibits\n\n| |")
	for _, s := range standings {
		b.WriteString(" " + s.name + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(standings)) + "\n")
	for _, a := range policy.Actions {
		if !strings.HasPrefix(string(a), "exhibit.") || a == policy.ExhibitWork {
			continue
		}
		fmt.Fprintf(b, "| `%s` |", a)
		for _, s := range standings {
			var may []string
			for _, duty := range policy.Duties {
				one, all := s.to, s.to
				one.Kind, all.Kind = "exhibit", "exhibits"
				who := policy.Principal{Staff: "me", Agency: "mine", Duty: duty}
				if len(s.to.Roles) > 0 && s.to.Roles[0] != "scene" {
					all = one // a scene's exhibits as a whole are for its team
				}
				if d.Decide(who, a, one, policy.Context{}).Allowed || d.Decide(who, a, all, policy.Context{}).Allowed {
					may = append(may, duty)
				}
			}
			fmt.Fprintf(b, " %s |", cell(may))
		}
		b.WriteByte('\n')
	}
}

func door(t testing.TB) *policy.Door {
	d, err := policy.Load(datafiles.Files, "policy")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The table that a lawyer reads is what the door decides.
func TestPolicyTable(t *testing.T) {
	const file = "../../docs/policy-table.md"
	got := table(door(t))
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Error("the policies no longer say what docs/policy-table.md says; read the difference, then run: go test ./internal/policy -update")
	}
}

// What must hold whatever the files say.
func TestLinesThatNoPolicyCrosses(t *testing.T) {
	for _, line := range policy.Crossed(door(t)) {
		t.Error(line)
	}
	if !policy.Kept(door(t)) {
		t.Error("nobody could keep the rulebook, or somebody could approve the own version")
	}
}

// with is the program's own policies with one file changed.
func with(t testing.TB, file, old, new string) *policy.Door {
	t.Helper()
	files := fstest.MapFS{}
	list, err := fs.Glob(datafiles.Files, "policy/*.cedar")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range list {
		raw, err := fs.ReadFile(datafiles.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		if name == file {
			if !strings.Contains(string(raw), old) {
				t.Fatalf("%s holds no %q", file, old)
			}
			raw = []byte(strings.Replace(string(raw), old, new, 1))
		}
		files[name] = &fstest.MapFile{Data: raw}
	}
	d, err := policy.Load(files, "policy")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Policies that a lawyer would never sign are told, whoever wrote them.
func TestPoliciesThatCrossALineAreTold(t *testing.T) {
	for name, x := range map[string]struct{ file, old, new, want string }{
		"an interpreter opens":     {"policy/30-compartments.cedar", `principal.duty == "counsellor" && context.basis != ""`, `["counsellor", "interpreter"].contains(principal.duty) && context.basis != ""`, "interpreter opens"},
		"without a ground":         {"policy/30-compartments.cedar", `principal.duty == "guardian" && context.basis != ""`, `principal.duty == "guardian"`, "without any ground"},
		"a word that is not known": {"policy/20-case.cedar", `resource.kind == "case" && resource.on_team &&`, `resource.colour == "red" && resource.on_team &&`, "error in"},
	} {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(policy.Crossed(with(t, x.file, x.old, x.new)), "\n")
			if !strings.Contains(got, x.want) {
				t.Errorf("told: %s", got)
			}
		})
	}
	if policy.Kept(with(t, "policy/90-rulebook.cedar", `Action::"rulebook.view", Action::"rulebook.draft"`, `Action::"rulebook.draft"`)) {
		t.Error("the rulebook that nobody may read counts as kept")
	}
	if policy.Kept(with(t, "policy/90-rulebook.cedar", `resource.staff != "" && resource.staff != principal.staff`, `resource.staff != ""`)) {
		t.Error("the rulebook whose author approves counts as kept")
	}
}

// A line taken away is told as the cells that it permitted, and nothing else.
func TestComparingTwoDoors(t *testing.T) {
	old := door(t)
	if got := policy.Compare(old, door(t)); len(got) != 0 {
		t.Errorf("equal doors differ in %v", got)
	}
	got := policy.Compare(old, with(t, "policy/30-compartments.cedar", `["identity", "whereabouts", "care"]`, `["identity", "care"]`))
	for _, c := range got {
		if c.Duty != "shelter_manager" || c.Action != policy.CompartmentOpen || c.Compartment != "whereabouts" || c.Gains {
			t.Errorf("not what was taken away: %+v", c)
		}
	}
	if len(got) != 2 { // own case; partner, agreed
		t.Errorf("%d cells: %+v", len(got), got)
	}
}

// What a line on evidence or attachments opens is told by compartment, and to
// whom it is evidence.
func TestComparingDoorsOfFiles(t *testing.T) {
	old := door(t)
	for name, x := range map[string]struct {
		old, new string
		do       policy.Action
		standing []string
	}{
		"evidence is opened by fewer": {`[Action::"file.view", Action::"file.open", Action::"file.history"]`, `[Action::"file.view", Action::"file.history"]`,
			policy.FileOpen, []string{"team of the inquiry", "team of the scene"}},
		"who opened evidence is told to fewer": {`[Action::"file.view", Action::"file.open", Action::"file.history"]`, `[Action::"file.view", Action::"file.open"]`,
			policy.FileHistory, []string{"team of the inquiry", "team of the scene"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := policy.Compare(old, with(t, "policy/89-files.cedar", x.old, x.new))
			seen := map[string]bool{}
			for _, c := range got {
				seen[c.Standing+" "+c.Duty] = true
				if c.Action != x.do || c.Compartment != "inquiry" || c.Gains {
					t.Errorf("not what was taken away: %+v", c)
				}
			}
			for _, at := range x.standing {
				for _, duty := range []string{"investigator", "prosecutor", "first_responder", "immigration_officer"} {
					if !seen[at+" "+duty] {
						t.Errorf("%s, %s: not told", at, duty)
					}
				}
			}
			if len(seen) != 8 {
				t.Errorf("%d cells: %v", len(seen), seen)
			}
		})
	}
	got := policy.Compare(old, with(t, "policy/89-files.cedar", `principal.duty == "case_manager" && resource.holder == principal.agency)`,
		`principal.duty == "case_manager" && resource.holder == principal.agency && context.compartment != "care")`))
	if len(got) != 1 || got[0].Action != policy.FileHistory || got[0].Compartment != "care" || got[0].Standing != "own case" || got[0].Duty != "case_manager" {
		t.Errorf("who opened what is attached of her care: %+v", got)
	}
}

// Every standing that a change can be told of has its words in both languages.
func TestStandingsHaveWords(t *testing.T) {
	for _, lang := range []string{"en", "sw"} {
		raw, err := fs.ReadFile(datafiles.Files, "text/rulebook."+lang+".yaml")
		if err != nil {
			t.Fatal(err)
		}
		for _, do := range policy.Actions {
			for _, s := range policy.EveryStanding(do) {
				key := "rulebook.at." + strings.NewReplacer(" ", "_", ",", "", "'", "", "-", "_").Replace(s.Name)
				if !strings.Contains(string(raw), `"`+key+`"`) {
					t.Errorf("%s: %s has no text", lang, key)
				}
			}
		}
	}
}
