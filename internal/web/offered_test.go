package web_test

import (
	"net/url"
	"strings"
	"testing"

	"rufaa/internal/casefile"
)

// A form that could only be refused is not offered: an answer needs a question.
func TestNoFormIsOfferedBeforeThereIsSomethingToAnswer(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id := w.cared(mine, "case_manager")
		me := w.token["case_manager"]
		for _, x := range []struct{ part, form string }{{"solution", "fund-answer"}, {"identification", "panel-proposal"}, {"identification", "status-review-answer"},
			{"identification", "status-review"}, {"rights", "answer-correction"}, {"work", "transfer-answer"}, {"work", "conference-held"}} {
			if a := w.get(me, "/cases/"+id+"/"+x.part); strings.Contains(a.body, "/do/"+x.form+`"`) {
				t.Errorf("%s is offered with nothing to answer", x.form)
			}
		}
		w.must(w.do("case_manager", id, &casefile.ApplyFund{Heads: []string{"medical"}, Amount: 100}))
		if a := w.get(me, "/cases/"+id+"/solution"); !strings.Contains(a.body, "/do/fund-answer") {
			t.Error("the fund's answer cannot be recorded")
		}
	})
}

// A step without a state shows no empty mark.
func TestNoEmptyMark(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id := w.cared(mine, "case_manager")
		if a := w.get(w.token["case_manager"], "/cases/"+id); strings.Contains(a.body, `></strong></div></li>`) {
			t.Error("an empty mark is drawn")
		}
	})
}

// The page offers the one step about a legal hold that there is: to put it on,
// or to release one that stands.
func TestAReleaseIsOfferedWhereAHoldStands(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id := w.cared(mine, "case_manager")
		officer := w.token["data_protection_officer"]
		offers := func(on, off bool) {
			t.Helper()
			body := w.get(officer, "/cases/"+id).body
			if strings.Contains(body, "/hold\"") != on || strings.Contains(body, "/release\"") != off {
				t.Errorf("hold offered: %v, release: %v", strings.Contains(body, "/hold\""), strings.Contains(body, "/release\""))
			}
		}
		offers(true, false)
		w.post("en", officer, "/cases/"+id+"/hold", url.Values{"on": {"1"}})
		offers(false, true)
		w.post("en", officer, "/cases/"+id+"/release", url.Values{"on": {"0"}})
		offers(true, false)
	})
}

// Whoever may send a form of a part that they do not read comes back to the case,
// from the form and after it: the part would answer with a refusal.
func TestAFormOfAPartNotReadLeadsBackToTheCase(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id := w.cared(mine, "case_manager")
		w.join("case_manager", id, "first_responder")
		me := w.token["first_responder"]
		offered := w.get(me, "/cases/"+id).body
		sent := 0
		for _, x := range []struct{ form, part string }{{"retrafficking", "solution"}, {"complaint", "rights"}, {"correction", "rights"}} {
			if !strings.Contains(offered, "/do/"+x.form+`"`) || w.get(me, "/cases/"+id+"/"+x.part).status == 200 {
				continue
			}
			sent++
			if strings.Contains(w.get(me, "/cases/"+id+"/do/"+x.form).body, `href="/cases/`+id+"/"+x.part+`"`) {
				t.Errorf("the form %s leads to a part that is not read", x.form)
			}
		}
		if sent == 0 {
			t.Error("no such form is offered")
		}
	})
}
