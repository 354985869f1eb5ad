package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rufaa/internal/casefile"
)

// offered is a case of mine that "theirs" is asked to take over, with words of
// care that are none of the hand-over note.
func (w *world) offered() string {
	w.t.Helper()
	id := w.cared(mine, "case_manager")
	w.must(w.do("case_manager", id, &casefile.Ask{Agency: theirs, Purposes: []string{"assistance"}, Compartments: []string{"identity", "care"},
		Given: true, GivenBy: "person", How: "spoken", Spoken: casefile.Spoken{Language: "sw", Interpreting: "not-needed"}}))
	w.must(w.do("case_manager", id, &casefile.OfferTransfer{To: theirs, Reason: "moved", Note: "Kabidhinote still open"}))
	return id
}

// Whoever is asked to take a whole case finds the question on its page, reads
// the hand-over note before answering, and nothing else that was told.
func TestAnOfferedCaseIsReadAndAnsweredOnItsPage(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id := w.offered()
		at, them := "/cases/"+id, w.token["other"]
		page := w.get(them, at)
		for _, want := range []string{"offered to your agency", "She moved", at + "/do/transfer-answer", at + "/open"} {
			if !strings.Contains(page.body, want) {
				t.Errorf("the page does not show %q", want)
			}
		}
		note := w.post("en", them, at+"/open", url.Values{"compartment": {"care"}, "purpose": {"assistance"}})
		if note.status != http.StatusOK || !strings.Contains(note.body, "Kabidhinote") {
			t.Errorf("the hand-over note is not read: %d", note.status)
		}
		if strings.Contains(note.body, canaries["care"]) {
			t.Error("more than the note is read before the case is taken")
		}
		for _, part := range []string{"identity", "whereabouts", "account", "immigration"} {
			if a := w.post("en", them, at+"/open", url.Values{"compartment": {part}, "purpose": {"assistance"}}); a.status != http.StatusForbidden {
				t.Errorf("%s: %d", part, a.status)
			}
		}
		if mine := w.get(w.token["case_manager"], at); strings.Contains(mine.body, "/do/transfer-answer") {
			t.Error("who offers the case is asked to answer")
		}
		w.must(w.do("other", id, &casefile.AnswerTransfer{Reason: "full"}))
		if a := w.post("en", them, at+"/open", url.Values{"compartment": {"care"}, "purpose": {"assistance"}}); a.status == http.StatusOK {
			t.Error("after declining the note still opens")
		}
	})
}
