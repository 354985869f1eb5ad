package policy_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	datafiles "rufaa/content"
	"rufaa/internal/policy"
)

var update = flag.Bool("update", false, "write docs/policy-table.md anew")

var duties = []string{"first_responder", "case_manager", "counsellor", "shelter_manager", "investigator", "prosecutor",
	"immigration_officer", "guardian", "interpreter", "secretariat", "data_protection_officer", "administrator"}

// situation is how somebody stands to the thing asked about.
type situation struct {
	name  string
	res   policy.Resource
	ctx   policy.Context
	about string
}

func thing(kind, holder string, team bool) policy.Resource {
	r := policy.Resource{Kind: kind, Holder: holder, From: holder, To: "elsewhere"}
	if team {
		r.Team = []string{"me"}
	}
	return r
}

func situations(kind string) []situation {
	waiting := thing(kind, "mine", false)
	waiting.Waiting, waiting.AlertedBy = true, "somebody"
	raised := thing(kind, "theirs", false)
	raised.Waiting, raised.AlertedBy = true, "me"
	partner := thing(kind, "theirs", true)
	partner.To = "mine"
	return []situation{
		{"own case", thing(kind, "mine", true), policy.Context{Basis: "holder"}, "on the team, in the agency that holds the case"},
		{"partner, agreed", partner, policy.Context{Basis: "consent"}, "on the team through a referral, with her consent"},
		{"partner, not agreed", partner, policy.Context{}, "on the team through a referral; never asked, declined or withdrawn"},
		{"waiting alert", waiting, policy.Context{}, "not on the team; the own agency was asked to take it"},
		{"raised by me", raised, policy.Context{Basis: "author"}, "raised the alert; nobody has taken it"},
		{"break-glass", thing(kind, "theirs", false), policy.Context{Basis: "break-glass", Glass: true}, "no part in the case; a break-glass runs"},
		{"other agency's case", thing(kind, "theirs", false), policy.Context{}, "no part in the case"},
	}
}

// purposes in which a duty would ask, so that the table shows who may at all.
var purposes = []string{"assistance", "investigation", "prosecution", "immigration"}

func permitted(d *policy.Door, a policy.Action, s situation, compartment string) []string {
	var out []string
	for _, duty := range duties {
		for _, p := range purposes {
			ctx := s.ctx
			ctx.Purpose, ctx.Compartment = p, compartment
			who := policy.Principal{Staff: "me", Agency: "mine", Duty: duty}
			if d.Decide(who, a, s.res, ctx).Allowed {
				out = append(out, duty)
				break
			}
		}
	}
	return out
}

func cell(list []string) string {
	switch len(list) {
	case 0:
		return "nobody"
	case len(duties):
		return "everybody"
	}
	return strings.ReplaceAll(strings.Join(list, ", "), "_", " ")
}

func table(d *policy.Door) string {
	var b strings.Builder
	b.WriteString("# Who may do what\n\nMade from the policy files by `go test ./internal/policy -update`; the test fails when it is no longer true.\n" +
		"Every cell names the duties that are permitted; what is not named is refused. Someone who may not see that a\n" +
		"case exists is told that there is none.\n\n")
	for _, s := range situations("case") {
		fmt.Fprintf(&b, "- **%s**: %s\n", s.name, s.about)
	}
	row := func(name string, kind string, a policy.Action, compartment string) {
		fmt.Fprintf(&b, "| %s |", name)
		for _, s := range situations(kind) {
			fmt.Fprintf(&b, " %s |", cell(permitted(d, a, s, compartment)))
		}
		b.WriteByte('\n')
	}
	head := func(title string) {
		fmt.Fprintf(&b, "\n## %s\n\n| |", title)
		for _, s := range situations("case") {
			fmt.Fprintf(&b, " %s |", s.name)
		}
		b.WriteString("\n|---|" + strings.Repeat("---|", len(situations("case"))) + "\n")
	}
	head("In a case")
	for _, a := range policy.Actions {
		if a != policy.CompartmentOpen && a != policy.PartRead && !strings.HasPrefix(string(a), "referral.") && !strings.HasPrefix(string(a), "likeness.") {
			row("`"+string(a)+"`", "case", a, "")
		}
	}
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
	head("Opening what is sealed")
	for _, c := range []string{"identity", "whereabouts", "account", "care", "inquiry", "immigration", "witness"} {
		row(c, "case", policy.CompartmentOpen, c)
	}
	head("Reading parts of the frame")
	for _, p := range []string{"screening", "consents", "safety", "needs", "referrals", "interviews", "followups", "team"} {
		row(p, "case", policy.PartRead, p)
	}
	return b.String()
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
	d := door(t)
	for _, kind := range []string{"case", "referral", "likeness"} {
		s := situations(kind)
		other := s[len(s)-1]
		for _, duty := range duties {
			who := policy.Principal{Staff: "me", Agency: "mine", Duty: duty}
			for _, c := range []string{"identity", "whereabouts", "account", "care", "inquiry", "immigration", "witness"} {
				for _, p := range purposes {
					if d.Decide(who, policy.CompartmentOpen, other.res, policy.Context{Compartment: c, Purpose: p, Basis: "consent"}).Allowed {
						t.Errorf("%s opens %s of a case they have no part in", duty, c)
					}
					for _, sit := range s {
						ctx := sit.ctx
						ctx.Compartment, ctx.Purpose = c, p
						open := d.Decide(who, policy.CompartmentOpen, sit.res, ctx).Allowed
						if open && (c == "witness" || duty == "administrator" || duty == "secretariat" || duty == "data_protection_officer" || duty == "interpreter") {
							t.Errorf("%s opens %s (%s)", duty, c, sit.name)
						}
						if open && ctx.Basis == "" {
							t.Errorf("%s opens %s without any ground (%s)", duty, c, sit.name)
						}
					}
				}
			}
		}
	}
	nobody := policy.Principal{}
	for _, a := range policy.Actions {
		for _, s := range situations("case") {
			if a != policy.AlertCreate && a != policy.DirectoryView && a != policy.NoticesView && a != policy.SelfManage &&
				d.Decide(nobody, a, s.res, s.ctx).Allowed {
				t.Errorf("nobody in particular may %s (%s)", a, s.name)
			}
		}
	}
}
