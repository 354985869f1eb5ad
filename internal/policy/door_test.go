package policy_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"rufaa/internal/policy"
)

// A policy file with a mistake does not load, and says where and what to do.
func TestBrokenPolicyFiles(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"no name":        {`permit (principal, action == Action::"case.view", resource);`, "x.cedar:1: a policy without @id"},
		"unknown action": {`@id("a") permit (principal, action == Action::"case.burn", resource);`, `unknown action Action::"case.burn"`},
		"twice":          {"@id(\"a\") permit (principal, action, resource);\n@id(\"a\") permit (principal, action, resource);", "x.cedar:2: the @id \"a\" stands twice"},
		"syntax":         {`permit (principal`, "correct the Cedar syntax"},
		"silent action":  {`@id("a") permit (principal, action == Action::"case.view", resource);`, `no policy speaks of action "alert.create"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := policy.Load(fstest.MapFS{"policy/x.cedar": {Data: []byte(c.text)}}, "policy")
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want it to say %q", err, c.want)
			}
		})
	}
}

func BenchmarkDecide(b *testing.B) {
	d := door(b)
	who := policy.Principal{Staff: "a", Agency: "x", Duty: "case_manager"}
	res := policy.Resource{Kind: "case", Team: []string{"a"}}
	b.ReportAllocs()
	for b.Loop() {
		d.Decide(who, policy.CaseView, res, policy.Context{})
	}
}
