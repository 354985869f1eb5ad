package policy

import (
	"fmt"
	"os"
	"testing"
)

func TestX(t *testing.T) {
	d, err := Load(os.DirFS("../../content"), "policy")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(d.Decide(Principal{"a", "x", "case_manager"}, CaseView, Resource{Kind: "case", Team: []string{"a"}}, Context{}), d.n)
}
func BenchmarkDecide(b *testing.B) {
	d, _ := Load(os.DirFS("../../content"), "policy")
	b.ReportAllocs()
	for b.Loop() {
		d.Decide(Principal{"a", "x", "case_manager"}, CaseView, Resource{Kind: "case", Team: []string{"a"}}, Context{})
	}
}
