package stories_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

// A boy of nine with a withered leg is carried across the border in a lorry and
// set down every morning at the same crossing to beg. A constable finds him; the
// man who collects the money says that he is his uncle.
func TestABoyCarriedAcrossTheBorderToBeg(t *testing.T) {
	each(t, func(s *told) {
		const name, account = "Juma Fiktivo", "A man in a red cap takes the tin at noon and carries him back"
		s.raise("otieno.officer", m{"channel": "in-person", "county": "nakuru", "holder": "x-children-office", "account": account, "place": "Crossing by the bakery",
			"place_kind": "street", "person": boy(name, 9, "sw")})

		// The constable works on until somebody takes it; nobody else knows of it.
		s.opens("otieno.officer", "account", "assistance", "red cap")
		s.nothing("fatuma.case", "barasa.inquiry", "grace.guardian", "halima.migration", "mutua.shelter", "hassan.border")
		s.takes("naliaka.case")
		s.shut("otieno.officer", "account", "assistance")
		s.page("otieno.officer", "").is(http.StatusOK).hides(name, "red cap", "bakery")

		// A child needs no means: begging and what was made of him are enough.
		s.answers("naliaka.case", "begging-1", "adult")
		s.get("naliaka.case", "").is(http.StatusOK).says(`"child":true`)
		s.presumes("naliaka.case", "trafficking", "begging")
		s.inDanger("naliaka.case", "extreme", "The man waits outside the station.")
		bed := s.need("naliaka.case", "His goat", "shelter")
		s.spokenFor()

		// The uncle may not have him: nobody of the family is spoken with first,
		// and nobody is given a child who was not found safe.
		s.refused("naliaka.case", "/tracings", m{"step": "contacted", "note": "He says he is the uncle"}, "child.interests-before-family")
		s.post("naliaka.case", "/best-interests", m{"step": "assessment", "factors": []string{"view", "safety", "health", "retrafficking"}, "agencies": []string{},
			"view": "He is not my uncle. I want my goat.", "conclusion": "Not to the man; look for the grandmother"}).is(http.StatusCreated)
		s.refused("naliaka.case", "/tracings", m{"step": "reunited"}, "child.verify-before-reunion")

		// A house for children; they learn who comes and how he is, not what was done.
		s.post("naliaka.case", "/bases", m{"kind": "child", "purpose": "assistance", "agency": "x-watoto-centre", "compartments": []string{"identity", "care"},
			"reason": "He must sleep somewhere tonight.", "days": 30}).is(http.StatusCreated)
		house := s.refer("naliaka.case", "mutua.shelter", "x-watoto-centre", "assistance", bed, "identity", "care")
		s.opens("mutua.shelter", "care", "assistance", "goat")
		s.shut("mutua.shelter", "account", "assistance")
		s.refused("naliaka.case", "/care-arrangements", m{"kind": "institution", "tried": []string{}, "review_on": day(s, 30), "reason": "A bed is free"}, "child.institution-last")
		s.post("naliaka.case", "/care-arrangements", m{"kind": "foster", "tried": []string{"kinship"}, "review_on": day(s, 30), "reason": "The house has a foster mother"}).is(http.StatusCreated)

		s.heardOnce()
		s.notHisCrime()
		s.carriedHome(house)

		// Found begging again: the closed case opens, and whoever raised it is
		// told no more than that it is there.
		s.post("naliaka.case", "/retrafficking", m{"on": day(s, 0), "text": "The red cap, at another crossing"}).is(http.StatusCreated)
		s.get("naliaka.case", "").is(http.StatusOK).hides(`"stage":"closed"`)
		s.page("naliaka.case", "/solution").is(http.StatusOK).says("trafficked again")
		s.page("otieno.officer", "").is(http.StatusOK).hides("red cap", name)
		s.nothing("fatuma.case", "rehema.shelter", "hassan.border")
	})
}

// answers says yes to the first signs of a form that fit an adult or a child.
func (s *told) answers(user, form, not string) {
	s.t.Helper()
	s.as(user)
	asked := s.call(user, "GET", "/api/v1/questionnaires/"+form, nil).is(http.StatusOK).json()
	answers := m{}
	for _, g := range asked["groups"].([]any) {
		for _, in := range g.(m)["indicators"].([]any) {
			if only, _ := in.(m)["only"].(string); only == not || len(answers) == 3 {
				continue
			}
			answers[in.(m)["id"].(string)] = "yes"
		}
	}
	s.post(user, "/screenings", and(spoken, m{"questionnaire": form, "answers": answers})).is(http.StatusCreated)
}

// spokenFor: a guardian comes onto the team, reads what concerns the child, and
// gives his consent with him; an inquiry is not hers to read.
func (s *told) spokenFor() {
	s.t.Helper()
	s.page("naliaka.case", "/child").is(http.StatusOK).says("Nobody speaks for this child yet")
	s.fill("naliaka.case", "guardian", url.Values{"kind": {"childrens-officer"}, "name": {"Grace Muli"}, "from-day": {day(s, 0)[8:]}, "from-month": {day(s, 0)[5:7]}, "from-year": {day(s, 0)[:4]}}).is(http.StatusSeeOther)
	s.post("naliaka.case", "/team", m{"staff": s.who("grace.guardian"), "duty": "guardian"}).is(http.StatusCreated)
	s.opens("grace.guardian", "account", "assistance", "red cap")
	s.opens("grace.guardian", "identity", "assistance", "Juma")
	s.shut("grace.guardian", "inquiry", "assistance")
	s.post("grace.guardian", "/presumption", m{"decision": "not_presumed", "reason": s.reason(), "way_back": "none"}).is(http.StatusForbidden)
	s.agreesForHer("grace.guardian", "x-dci-unit", "investigation", "identity", "account", "inquiry")
}

// heardOnce: an investigator is asked in with the guardian's consent, hears him
// once, after care, and reads nothing of where he sleeps or how he is.
func (s *told) heardOnce() {
	s.t.Helper()
	need := s.need("naliaka.case", "", "investigation")
	s.nothing("barasa.inquiry")
	s.refer("naliaka.case", "barasa.inquiry", "x-dci-unit", "investigation", need, "identity", "account")
	s.opens("barasa.inquiry", "account", "investigation", "red cap")
	s.shut("barasa.inquiry", "care", "investigation")
	s.shut("barasa.inquiry", "whereabouts", "investigation")
	s.blind("barasa.inquiry", "child", "needs", "safety", "plan", "solution", "referrals")
	heard := and(spoken, m{"on": day(s, 0), "account": "The lorry stopped where the soldiers are", "recorded": true})
	s.post("barasa.inquiry", "/interviews", heard).is(http.StatusCreated)
	s.refused("barasa.inquiry", "/interviews", heard, "victim-first.no-repeat-interview")
	s.blind("mutua.shelter", "interviews")
	s.shut("mutua.shelter", "inquiry", "assistance")
}

// notHisCrime: begging is held against him at the court, and loitering across a
// border at the office; neither is his.
func (s *told) notHisCrime() {
	s.t.Helper()
	stay := s.need("naliaka.case", "", "immigration-stay")
	s.agreesForHer("grace.guardian", "x-immigration", "immigration", "identity", "immigration")
	s.nothing("halima.migration")
	s.refer("naliaka.case", "halima.migration", "x-immigration", "immigration", stay, "identity")
	s.shut("halima.migration", "account", "immigration")
	for _, act := range []string{"begging", "presence"} {
		s.refused("halima.migration", "/offender-steps", m{"step": "removal", "act": act}, "nonpunishment.review-first")
	}
	s.post("halima.migration", "/section14", m{"act": "presence", "finding": "protected", "reasons": "He was carried."}).is(http.StatusCreated)
	s.refused("halima.migration", "/offender-steps", m{"step": "removal", "act": "presence"}, "nonpunishment.review-first")
}

// carriedHome: the grandmother is found over the border, both countries look at
// what waits, he says what he wants, and goes with two escorts; the case closes
// and he is asked after.
func (s *told) carriedHome(house string) {
	s.t.Helper()
	for _, step := range []string{"begun", "found", "verified-safe", "contacted"} {
		s.post("naliaka.case", "/tracings", m{"step": step, "note": "The grandmother in the village by the lake"}).is(http.StatusCreated)
	}
	home := m{"kind": "return", "chosen": "guardian", "words": "To grandmother and the goat"}
	s.refused("naliaka.case", "/solutions", home, "solution.determination-first")
	s.post("naliaka.case", "/best-interests", m{"step": "determination", "factors": []string{"view", "family", "retrafficking"}, "agencies": []string{"x-children-office", "x-watoto-centre"},
		"view": "To grandmother and the goat", "conclusion": "Home, with visits"}).is(http.StatusCreated)
	s.refused("naliaka.case", "/solutions", home, "solution.return-joint-risk")
	s.post("naliaka.case", "/return-risks", m{"country": "tz", "joint": false, "outcome": "safe", "reasons": "We think so"}).is(http.StatusCreated)
	s.refused("naliaka.case", "/solutions", home, "solution.return-joint-risk")
	s.post("naliaka.case", "/return-risks", m{"country": "tz", "joint": true, "with": "The welfare officer over there", "outcome": "conditions", "reasons": "The red cap is known there"}).is(http.StatusCreated)
	s.post("naliaka.case", "/solutions", home).is(http.StatusCreated)
	s.refused("naliaka.case", "/bookings", m{"kind": "transport", "on": day(s, 2), "escorts": 1}, "child.two-escorts")
	s.post("naliaka.case", "/bookings", m{"kind": "transport", "on": day(s, 2), "escorts": 2, "details": "By the lake road, not by the market"}).is(http.StatusCreated)
	s.blind("mutua.shelter", "nonpunishment", "interviews")
	s.blind("barasa.inquiry", "logistics", "solution", "child")
	s.post("naliaka.case", "/tracings", m{"step": "reunited"}).is(http.StatusCreated)
	for _, r := range s.get("naliaka.case", "").json()["referrals"].([]any) {
		user := map[string]string{"x-watoto-centre": "mutua.shelter", "x-dci-unit": "barasa.inquiry", "x-immigration": "halima.migration"}[r.(m)["to"].(string)]
		s.serves(user, r.(m)["id"].(string))
	}
	s.call("mutua.shelter", "GET", "/api/v1/referrals/"+house, nil).is(http.StatusOK).says(`"status":"finished"`)
	s.post("naliaka.case", "/follow-ups", m{"kind": "visit", "on": day(s, 0), "safe": "yes", "note": "The goat has a kid"}).is(http.StatusCreated)
	s.closes("naliaka.case", "solution-found")
	s.get("naliaka.case", "").is(http.StatusOK).says(`"stage":"closed"`, `"clock":"contact"`)
	s.Clock.Pass(60 * 24 * time.Hour)
	s.as("naliaka.case")
	s.call("naliaka.case", "GET", "/api/v1/calendar?days=1&overdue=yes", nil).is(http.StatusOK).says("contact", s.ref)
}
