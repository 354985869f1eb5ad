package api

import (
	"strings"
	"testing"
)

// FuzzBodies sends anything to every command: no body makes the server fail,
// and what is refused is a problem.
func FuzzBodies(f *testing.F) {
	w := newWorld(f)
	id, _, need := w.cared()
	var ops []Operation
	for _, op := range Operations() {
		if op.Method == "POST" && !op.Open && op.ID != "change-password" && !strings.HasPrefix(op.ID, "sign") {
			ops = append(ops, op)
		}
	}
	for i := range ops {
		for _, body := range []string{
			`{}`, `null`, `[]`, `{"`, `{"reason":null}`, `{"needs":[null]}`, `{"others":[null],"person":null}`,
			`{"purposes":[""],"compartments":["care"],"given":true,"agency":"test-care","how":"spoken","given_by":"person","language":"sw","interpreting":"not-needed"}`,
			`{"text":"` + strings.Repeat("\\u0000", 5) + `"}`, `{"domains":{"":""},"level":"low","reasons":"x"}`,
			`{"answers":{"a":null},"questionnaire":"adult-1"}`, `{"days":1e19,"kind":"duty"}`, `{"facts":{"age":2147483648}}`,
			`{"to":"test-shelter","purpose":"assistance","urgency":"urgent","needs":["` + need + `"],"compartments":["witness"]}`,
			`{"by":"name","value":"\u202e\u0000"}`, `{"by":"reference","value":"%"}`, `{"duties":[""],"username":"\u0130"}`,
		} {
			f.Add(i, body)
		}
	}
	f.Fuzz(func(t *testing.T, which int, body string) {
		w.t = t
		op := ops[uint(which)%uint(len(ops))]
		path := strings.NewReplacer("{id}", id, "{need}", need, "{consent}", need, "{basis}", need, "{staff}", w.ids["manager"], "{glass}", need).Replace(op.Path)
		for _, user := range []string{"manager", "dpo", "admin"} {
			if op.ID == "staff-leaves" || op.ID == "suspend-staff" {
				continue // the three stay to try the rest
			}
			r := w.post(user, path, body)
			if r.status >= 500 {
				t.Fatalf("%s %q: %d %s; %s", op.Path, body, r.status, r.raw, w.log)
			}
			if r.status >= 400 && r.header.Get("Content-Type") != problemType {
				t.Fatalf("%s %q: %s", op.Path, body, r.raw)
			}
		}
	})
}
