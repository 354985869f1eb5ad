package casefile

import (
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	datafiles "rufaa/content"
	"rufaa/internal/policy"
)

// Every clock that a case can show has its words on lists and in the calendar,
// in both languages.
func TestEveryClockHasItsWords(t *testing.T) {
	var words strings.Builder
	for _, f := range []string{"web", "joint", "days"} {
		for _, lang := range []string{"en", "sw"} {
			raw, err := fs.ReadFile(datafiles.Files, "text/"+f+"."+lang+".yaml")
			if err != nil {
				t.Fatal(err)
			}
			words.Write(raw)
		}
	}
	var clocks []string
	for _, f := range []string{"state.go", "supervision.go"} {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\bput\([^\n]*"([a-z0-9_]+)"\)`).FindAllStringSubmatch(string(raw), -1) {
			clocks = append(clocks, m[1])
		}
	}
	slices.Sort(clocks)
	if clocks = slices.Compact(clocks); len(clocks) < 15 {
		t.Fatalf("only %v were found", clocks)
	}
	for _, c := range clocks {
		for _, key := range []string{"web.clock." + c, "calendar.what." + c} {
			if n := len(regexp.MustCompile(`(?m)^"?`+regexp.QuoteMeta(key)+`"?:`).FindAllString(words.String(), -1)); n != 2 {
				t.Errorf("%s is written in %d languages, want 2", key, n)
			}
		}
	}
}

func (h *history) runs(clock string) (at time.Time, ok bool) {
	for _, r := range h.s.Clocks() {
		if r.Clock == clock {
			return r.At, true
		}
	}
	return time.Time{}, false
}

// She does not wait for ever: a review that she asked for has its day, also when
// the case is closed, until it is answered.
func TestAReviewThatSheAskedForHasItsDay(t *testing.T) {
	h := notPresumed(t)
	h.must(t, wanjiru, &AskReview{AskedBy: "person", Grounds: "g"})
	want := h.now.Add(h.k.Clock("status-review"))
	if at, ok := h.runs("status_review"); !ok || !at.Equal(want) {
		t.Errorf("answered by %v, %v; want %v", at, ok, want)
	}
	h.must(t, wanjiru, &Close{Reason: "contact-lost"})
	if at, ok := h.runs("status_review"); !ok || !at.Equal(want) {
		t.Errorf("closed: answered by %v, %v; want %v", at, ok, want)
	}
	h.must(t, policy.Principal{Staff: "kamau", Agency: "tumaini", Duty: "case_manager"}, &AnswerReview{Outcome: "upheld", Reasons: "r"})
	if at, ok := h.runs("status_review"); ok {
		t.Errorf("answered, and still due at %v", at)
	}
}

// Arrested and charged as a smuggled migrant, she turns out a victim: a step that no
// section 14 review bears stands on the lists of her team until its act is reviewed
// by two people.
//
// Source: OSCE 2013 recommendations on non-punishment (proceedings are stopped early).
func TestAStepAgainstHerThatNoReviewBearsIsNotForgotten(t *testing.T) {
	h := notPresumed(t)
	h.must(t, police, &TreatAsOffender{Step: "charge", Act: "presence"}, &TreatAsOffender{Step: "fine", Act: "papers"})
	if at, ok := h.runs("section14"); ok {
		t.Fatalf("not presumed, nothing open, and a review is due at %v", at)
	}
	h.must(t, wanjiru, &Screen{Questionnaire: "adult-1", Note: "n", Spoken: Spoken{Language: "sw", Interpreting: "not-needed"}}, &Presume{Decision: "presumed", Track: "both"})
	for _, act := range []string{"presence", "papers"} {
		if _, ok := h.runs("section14"); !ok {
			t.Fatalf("a step for %s stands without a review, and nobody is told", act)
		}
		h.must(t, police, &ReviewSection14{Act: act, Finding: "protected", Reasons: "r"})
		if _, ok := h.runs("section14"); !ok {
			t.Errorf("one person's word on %s was enough", act)
		}
		h.must(t, prosecutor, &ConfirmSection14{Review: last(h.s.Section14).ID})
	}
	if at, ok := h.runs("section14"); ok {
		t.Errorf("all is reviewed, and still due at %v", at)
	}
}
