package stories_test

import (
	"net/http"
	"net/url"
	"testing"
)

// A girl of fourteen is found at the coast.
func TestAGirlAtTheCoast(t *testing.T) {
	each(t, func(s *told) {
		const name = "Mwanaidi Fiktivo"
		s.raise("amina.officer", m{"immediate": true, "dangers": []string{"violence"}, "channel": "hotline", "county": "kilifi", "holder": "x-children-office",
			"account": "Seen with grown men at a beach house", "person": girl(name, 14, "sw")})
		s.opens("amina.officer", "account", "assistance", "beach house")
		s.nothing("mutua.shelter", "grace.guardian", "fatuma.case", "barasa.inquiry", "halima.migration")
		s.takes("naliaka.case")
		s.shut("amina.officer", "account", "assistance")
		s.page("amina.officer", "").is(http.StatusOK).hides(name, "beach house")
		s.post("naliaka.case", "/danger", m{"action": "moved-to-safety"}).is(http.StatusOK)
		s.page("naliaka.case", "/child").is(http.StatusOK).says("Nobody speaks for this child yet")
		s.screen("naliaka.case", "child")
		s.presumes("naliaka.case", "trafficking", "sexual")
		s.inDanger("naliaka.case", "high", "They know her school.")
		need := s.need("naliaka.case", "To go to school", "shelter")

		// A guardian first, then her interests, then everything else.
		s.refused("naliaka.case", "/tracings", m{"step": "contacted"}, "child.interests-before-family")
		s.fill("naliaka.case", "guardian", url.Values{"kind": {"childrens-officer"}, "name": {"Grace Muli"}, "from-day": {"4"}, "from-month": {"3"}, "from-year": {"2026"}}).is(http.StatusSeeOther)
		s.refused("naliaka.case", "/best-interests", m{"step": "determination", "factors": []string{"view"}, "agencies": []string{"x-children-office", "x-watoto-centre"},
			"view": "She wants her sister", "conclusion": "With her aunt"}, "child.assessment-first")
		s.post("naliaka.case", "/best-interests", m{"step": "assessment", "factors": []string{"view", "safety"}, "agencies": []string{}, "view": "She wants her sister", "conclusion": "Find the aunt"}).is(http.StatusCreated)

		// Her file is open to those who care, and to nobody else.
		s.post("naliaka.case", "/bases", m{"kind": "child", "purpose": "assistance", "agency": "x-watoto-centre", "compartments": []string{"identity", "care"}, "reason": "She must sleep somewhere tonight.", "days": 10}).is(http.StatusCreated)
		s.refer("naliaka.case", "mutua.shelter", "x-watoto-centre", "assistance", need, "identity", "care")
		s.opens("mutua.shelter", "identity", "assistance", name)
		s.opens("mutua.shelter", "care", "assistance", "To go to school")
		s.shut("mutua.shelter", "account", "assistance")
		s.shut("mutua.shelter", "whereabouts", "assistance")
		s.page("mutua.shelter", "").is(http.StatusOK).hides("beach house", "know her school")
		s.nothing("fatuma.case", "barasa.inquiry", "rehema.shelter", "grace.guardian")

		// An institution is the last resort; no child travels with one adult.
		s.refused("naliaka.case", "/care-arrangements", m{"kind": "institution", "tried": []string{}, "review_on": day(s, 30), "reason": "There is a bed"}, "child.institution-last")
		s.post("naliaka.case", "/care-arrangements", m{"kind": "kinship", "tried": []string{}, "review_on": day(s, 30), "reason": "Her aunt is ready"}).is(http.StatusCreated)
		s.refused("naliaka.case", "/bookings", m{"kind": "transport", "on": day(s, 2), "escorts": 1}, "child.two-escorts")
		s.post("naliaka.case", "/bookings", m{"kind": "transport", "on": day(s, 2), "escorts": 2}).is(http.StatusCreated)
		s.refused("naliaka.case", "/tracings", m{"step": "reunited"}, "child.verify-before-reunion")
		for _, step := range []string{"begun", "found", "verified-safe", "contacted", "reunited"} {
			s.post("naliaka.case", "/tracings", m{"step": step}).is(http.StatusCreated)
		}
		s.refused("naliaka.case", "/solutions", m{"kind": "reintegration", "chosen": "guardian", "words": "With her aunt"}, "solution.determination-first")
		s.post("naliaka.case", "/best-interests", m{"step": "determination", "factors": []string{"view", "family"}, "agencies": []string{"x-children-office", "x-watoto-centre"},
			"view": "She wants her sister", "conclusion": "With her aunt"}).is(http.StatusCreated)
		s.post("naliaka.case", "/solutions", m{"kind": "reintegration", "chosen": "guardian", "words": "With her aunt"}).is(http.StatusCreated)
		s.page("mutua.shelter", "/child").is(http.StatusOK).says("With relatives").hides("She wants her sister")

		// To the end: the place gives her back, she is visited, the case closes,
		// and the visits go on.
		referral := s.get("naliaka.case", "").last("referrals", "id")
		s.serves("mutua.shelter", referral)
		s.post("naliaka.case", "/follow-ups", m{"kind": "visit", "on": day(s, 0), "safe": "yes", "note": "She is in class six"}).is(http.StatusCreated)
		s.closes("naliaka.case", "solution-found")
		s.get("naliaka.case", "").is(http.StatusOK).says(`"stage":"closed"`, `"clock":"contact"`)
		s.nothing("fatuma.case", "barasa.inquiry")
		s.parts("amina.officer") // who raised the alert knows that it is there, and no more
		s.blind("amina.officer", "child", "needs", "safety", "followups", "referrals")
	})
}

// A boy begs in the market and says that he is nineteen.
func TestABoyWhoBegs(t *testing.T) {
	each(t, func(s *told) {
		s.raise("otieno.officer", m{"county": "nakuru", "holder": "x-ziwa", "account": "He hands the money to a man at noon",
			"person": m{"name": "Kiptoo Fiktivo", "minor": "unsure", "sex": "male", "language": "sw"}})
		s.takes("achieng.case")
		s.get("achieng.case", "").is(http.StatusOK).says(`"child":true`)

		// The benefit of the doubt: on one method, or with a margin below 18, he
		// stays a child; and nothing without his yes.
		s.refused("achieng.case", "/age-assessments", m{"methods": []string{"interview", "school"}, "low": 19, "high": 21, "agreed": false, "reasons": "none"}, "child.age-with-consent")
		for _, doubt := range []m{{"methods": []string{"dental"}, "low": 19, "high": 22}, {"methods": []string{"interview", "medical"}, "low": 16, "high": 19}} {
			s.post("achieng.case", "/age-assessments", and(doubt, m{"agreed": true, "reasons": "As found"})).is(http.StatusCreated)
			s.get("achieng.case", "").is(http.StatusOK).says(`"child":true`)
		}
		s.screen("achieng.case", "child")
		s.presumes("achieng.case", "trafficking", "begging")
		s.inDanger("achieng.case", "medium", "The man waits at noon.")
		s.need("achieng.case", "To learn to weld", "education")

		s.conferred()

		// Months later he is at the market again: the closed case opens by itself.
		s.closes("achieng.case", "contact-lost")
		s.fill("achieng.case", "retrafficking", url.Values{"text": {"Seen with the same man"}, "on-day": {"4"}, "on-month": {"3"}, "on-year": {"2026"}}).is(http.StatusSeeOther)
		s.get("achieng.case", "").is(http.StatusOK).hides(`"stage":"closed"`)
		s.page("achieng.case", "/solution").is(http.StatusOK).says("trafficked again")
	})
}

// conferred: a case conference whose decisions become tasks, one after another.
func (s *told) conferred() {
	s.t.Helper()
	me := s.call("achieng.case", "GET", "/api/v1/session", nil).json()["id"].(string)
	s.refused("achieng.case", "/conferences/held", m{"present": []string{me}}, "conference.call-first")
	s.post("achieng.case", "/conferences", m{"on": day(s, 1), "how": "by-phone"}).is(http.StatusCreated)
	s.page("achieng.case", "/work").is(http.StatusOK).says("Needs open", "No guardian")
	s.post("achieng.case", "/conferences/held", m{"present": []string{me}, "care": "We spoke of the workshop.", "decisions": []m{{"kind": "school-work", "staff": me, "due_on": day(s, 9), "note": "The workshop by the bridge"}}}).is(http.StatusOK)
	first := s.get("achieng.case", "/joint").last("tasks", "id")
	s.post("achieng.case", "/tasks", m{"kind": "money", "staff": me, "due_on": day(s, 12), "after": []string{first}}).is(http.StatusCreated)
	second := s.get("achieng.case", "/joint").last("tasks", "id")
	s.refused("achieng.case", "/tasks/"+second+"/settlement", m{"state": "done"}, "task.first-things-first")
	for _, id := range []string{first, second} {
		s.post("achieng.case", "/tasks/"+id+"/settlement", m{"state": "done"}).is(http.StatusOK)
	}
	s.refused("achieng.case", "/tasks", m{"kind": "call", "staff": "somebody-else", "due_on": day(s, 9)}, "task.on-the-team")
}
