package scenario

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// However the time is cut up (paused, stepped, jumped), the same injects fire in
// the same order, each once, and the rest can say why they did not.
func TestTimeCutUpDropsNothing(t *testing.T) {
	s := load(t, "kaskazi")
	whole := s.Play().Advance(s.Ends())
	rapid.Check(t, func(t *rapid.T) {
		p := s.Play()
		var got []Firing
		for _, step := range rapid.SliceOfN(rapid.IntRange(-60, 2000), 0, 30).Draw(t, "steps") {
			got = append(got, p.Advance(min(p.Now()+Minute(step), s.Ends()))...)
		}
		got = append(got, p.Advance(s.Ends())...)
		if !slices.Equal(got, whole) {
			t.Fatalf("%d fired cut up, %d at once", len(got), len(whole))
		}
		for _, u := range p.Unfired() {
			if u.Reason == "" {
				t.Fatalf("inject %s does not say why", u.Inject.ID)
			}
		}
		if len(got)+len(p.Unfired()) != len(s.Injects) {
			t.Fatal("an inject was lost")
		}
	})
}

// Control's word stands: what was skipped stays skipped with control's reason,
// what was fired by hand does not fire again at its time.
func TestControlSkipsAndFires(t *testing.T) {
	s := load(t, "kaskazi")
	p := s.Play()
	p.Advance(s.Begins())
	if _, ok := p.Fire("12"); !ok || !p.Skip("11", "the actor is ill") || p.Skip("12", "too late") {
		t.Fatal("fire and skip were not taken as they should be")
	}
	for _, f := range p.Advance(s.Ends()) {
		if f.Inject.ID == "11" || f.Inject.ID == "12" {
			t.Fatalf("inject %s fired", f.Inject.ID)
		}
	}
	for _, u := range p.Unfired() {
		if u.Inject.ID == "11" && u.Reason != "the actor is ill" {
			t.Fatal(u.Reason)
		}
	}
}
