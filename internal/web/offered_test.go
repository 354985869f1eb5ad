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

// What a rule stands in the way of is named with what to do first, and leads
// nowhere: the form itself says the same to whoever comes by its address.
func TestAStepOfTheJourneyIsOfferedWhenItsRuleIsKept(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id := w.cared(mine, "case_manager")
		w.join("case_manager", id, "investigator")
		offers := func(who, form, why string) {
			t.Helper()
			page, at := w.get(w.token[who], "/cases/"+id).body, "/cases/"+id+"/do/"+form
			if strings.Contains(page, at+`"`) != (why == "") || !strings.Contains(page, why) {
				t.Errorf("%s is offered to the %s: %v, want the reason %q", form, who, why != "", why)
			}
			own := w.get(w.token[who], at).body
			if strings.Contains(own, `method="post" action="`+at) != (why == "") || !strings.Contains(own, why) {
				t.Errorf("the form %s wants the reason %q in place of its button", form, why)
			}
		}
		offers("investigator", "interview", "Safety before the interview")
		offers("case_manager", "presumption", "A person decides, after a screening")
		offers("case_manager", "followup", "This step does not fit now")
		offers("case_manager", "close", "")
		w.refer("case_manager", id, theirs)
		offers("case_manager", "close", "Referrals are still open")
	})
}

// After she took her consent back nobody can accept or read: the receiver's page
// offers to decline, and says why no more.
func TestWhatAWithdrawalEndsIsNotOffered(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id := w.cared(theirs, "other")
		ref, me := w.refer("other", id, mine), w.token["counsellor"]
		at := "/referrals/" + ref
		offers := func(accept, read, decline bool, why string) {
			t.Helper()
			body := w.get(me, at).body
			for what, want := range map[string]bool{`name="accept" value="yes"`: accept, at + `/read"`: read, `name="accept" value="no"`: decline} {
				if strings.Contains(body, what) != want {
					t.Errorf("%s is offered: %v", what, !want)
				}
			}
			if !strings.Contains(body, why) {
				t.Errorf("the page does not say %q", why)
			}
		}
		offers(true, true, true, "")
		s, err := w.Cases.Load(t.Context(), id)
		w.must(err)
		for _, k := range s.Consents {
			w.must(w.do("other", id, &casefile.Withdraw{Consent: k.ID}))
		}
		offers(false, false, true, "The consent was taken back")
		w.post("en", w.token["other"], at+"/withdrawal", url.Values{})
		offers(false, false, false, "This referral is shut")
	})
}

// Nobody acts on the own account, and each account is offered what its state
// allows.
func TestAnAccountIsOfferedWhatItsStateAllows(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		admin := w.token["administrator"]
		offers := func(who, what string, want bool) {
			t.Helper()
			if got := strings.Contains(w.get(admin, "/staff").body, `action="/staff/`+w.staff[who].Staff+"/"+what+`"`); got != want {
				t.Errorf("%s of the %s is offered: %v", what, who, got)
			}
		}
		for _, what := range []string{"suspend", "unlock", "reset", "leave"} {
			offers("administrator", what, false)
			offers("counsellor", what, what != "reset") // a demonstration account has no second step
		}
		w.post("en", admin, "/staff/"+w.staff["counsellor"].Staff+"/leave", url.Values{"x": {"1"}})
		for _, what := range []string{"suspend", "resume", "unlock", "reset", "leave"} {
			offers("counsellor", what, false)
		}
	})
}

// The administrator of an organisation gives no duty that reaches beyond it, and
// is offered none: neither in an invitation nor for a colleague, unless the
// colleague has it from the Secretariat.
func TestNoDutyIsOfferedThatWouldBeRefused(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		for path, also := range map[string]string{"/staff": "", "/staff/" + w.staff["counsellor"].Staff: "", "/staff/" + w.staff["investigator"].Staff: "investigator"} {
			body := w.get(w.token["administrator"], path).body
			for _, d := range duties {
				_, beyond := map[string]bool{"secretariat": true, "data_protection_officer": true, "prosecutor": true, "immigration_officer": true, "investigator": true}[d]
				if got, want := strings.Contains(body, `name="duties" type="checkbox" value="`+d+`"`), !beyond || d == also; got != want {
					t.Errorf("%s offers %s: %v", path, d, got)
				}
			}
		}
	})
}

// Sealed words are offered to who may open them; to others the page says why not.
func TestASealedWordIsOfferedWhereItOpens(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id, _ := partner(w, "counsellor")
		at, me := "/cases/"+id+"/plan", w.token["counsellor"]
		if body := w.get(me, at).body; !strings.Contains(body, `name="compartment" value="care"`) {
			t.Fatalf("her wishes are not offered to the partner: %.200s", body)
		}
		s, err := w.Cases.Load(t.Context(), id)
		w.must(err)
		for _, k := range s.Consents {
			w.must(w.do("other", id, &casefile.Withdraw{Consent: k.ID}))
		}
		if a := w.get(me, at); a.status != 200 || strings.Contains(a.body, `name="compartment" value="care"`) || !strings.Contains(a.body, "The consent was taken back") {
			t.Error("what a withdrawal shut is offered all the same, or the page does not say why not")
		}
	})
}
