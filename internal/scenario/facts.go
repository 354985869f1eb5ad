package scenario

// Fact is one thing that happened in the exercise, in scenario time.
type Fact struct {
	At    Minute
	Do    string
	About string
	Team  string // who did it; empty when the story did
}

// Never is what minutes() gives when either fact is missing: longer than any
// limit, so that "minutes(..) <= 120" means done, and in time.
const Never = 1 << 30

// Facts is the fold of an exercise's facts. The zero value is empty.
// It is pure state and not safe for use by several goroutines.
type Facts struct {
	seen    map[Deed]tally
	fired   map[string]Minute
	skipped map[string]bool
	trust   map[string]int
	cast    map[string]int // trust at the start
	steps   map[string]int // what each word does to trust
}

type tally struct {
	first Minute
	count int
}

// NewFacts is an empty fold for a scenario.
func NewFacts(s *Scenario) *Facts {
	f := &Facts{seen: map[Deed]tally{}, fired: map[string]Minute{}, skipped: map[string]bool{}, trust: map[string]int{}, cast: map[string]int{}, steps: s.Trust}
	for _, c := range s.Characters {
		f.cast[c.ID] = c.Trust
	}
	return f
}

// Add folds one fact. Facts come in any order of time; the first moment is kept.
// A kindness earns trust once, a harm costs it every time.
func (f *Facts) Add(x Fact) {
	d := Deed{x.Do, x.About}
	t, had := f.seen[d]
	if !had || x.At < t.first {
		t.first = x.At
	}
	t.count++
	f.seen[d] = t
	if step := f.steps[x.Do]; step < 0 || !had {
		f.trust[x.About] += step
	}
}

// Fire folds that an inject fired.
func (f *Facts) Fire(inject string, at Minute) { f.fired[inject] = at }

// Done tells whether the fact is there, and since when.
func (f *Facts) Done(do, about string) (Minute, bool) {
	t, ok := f.seen[Deed{do, about}]
	return t.first, ok
}

// Count is how often the fact was recorded.
func (f *Facts) Count(do, about string) int { return f.seen[Deed{do, about}].count }

// HowMany is how many of the subjects the fact is there for.
func (f *Facts) HowMany(do string, about []string) int {
	n := 0
	for _, a := range about {
		if _, ok := f.Done(do, a); ok {
			n++
		}
	}
	return n
}

// Minutes is from the first a to the first b; Never when one is missing.
func (f *Facts) Minutes(a, b, about string) int {
	x, okA := f.Done(a, about)
	y, okB := f.Done(b, about)
	if !okA || !okB {
		return Never
	}
	return int(y - x)
}

// Before tells whether a was done and b was not done earlier.
func (f *Facts) Before(a, b, about string) bool {
	x, okA := f.Done(a, about)
	y, okB := f.Done(b, about)
	return okA && (!okB || x <= y)
}

// Fired tells whether an inject fired.
func (f *Facts) Fired(inject string) bool { _, ok := f.fired[inject]; return ok }

// FiredAt tells when an inject fired.
func (f *Facts) FiredAt(inject string) (Minute, bool) { at, ok := f.fired[inject]; return at, ok }

// Trust is how far a character trusts the players now.
func (f *Facts) Trust(character string) int { return f.cast[character] + f.trust[character] }

func (f *Facts) skip(inject string) { f.skipped[inject] = true }
