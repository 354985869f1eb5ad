package casefile

import "testing"

// A grown woman chooses for herself; a guardian chooses with a child alone.
func TestNobodyChoosesForAGrownWoman(t *testing.T) {
	h := taken(t)
	if got := h.refusal(wanjiru, &ChooseSolution{Kind: "stay", Chosen: "guardian", Words: "w"}); got != "solution.her-choice" {
		t.Errorf("a guardian chose for a grown woman: %q", got)
	}
	if got := h.refusal(wanjiru, &ChooseSolution{Kind: "stay", Chosen: "person", Words: "w"}); got != "" {
		t.Errorf("her own choice was refused: %q", got)
	}
}

// A home found safe and unsafe since is not one to which a child goes back: of the
// visits the last counts.
func TestAChildGoesBackToAHomeThatIsSafeNow(t *testing.T) {
	h := taken(t)
	h.s.Persons[0].Child, h.s.BestInterests = true, []BestInterests{{Step: "assessment"}}
	reunite := &TraceFamily{Step: "reunited"}
	for _, x := range []struct{ step, want string }{{"found", "child.verify-before-reunion"}, {"verified-unsafe", "child.verify-before-reunion"},
		{"verified-safe", ""}, {"contacted", ""}, {"verified-unsafe", "child.verify-before-reunion"}, {"verified-safe", ""}, {"not-found", "child.verify-before-reunion"}} {
		h.must(t, wanjiru, &TraceFamily{Step: x.step})
		if got := h.refusal(wanjiru, reunite); got != x.want {
			t.Errorf("after %s: %q, want %q", x.step, got, x.want)
		}
	}
}
