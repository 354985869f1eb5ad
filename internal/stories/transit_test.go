package stories_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

// Men from Ethiopia are found in transit and sit in a cell. Nobody shares a
// language with them, and the charge of unlawful presence is already written.
func TestMenInTransitAreNotCharged(t *testing.T) {
	each(t, func(s *told) {
		s.raise("hassan.border", m{"channel": "raid", "county": "busia", "holder": "x-kaskazi", "account": "Thirteen men in a lorry; this one is ill",
			"place": "Cell two", "place_kind": "police-cell", "person": man("Dawit Fiktivo", 22, "am")})
		s.opens("hassan.border", "account", "assistance", "Thirteen men")
		s.nothing("halima.migration", "odhiambo.court", "barasa.inquiry", "fatuma.case", "noor.desk")
		s.takes("ekai.case")
		s.page("hassan.border", "").is(http.StatusOK).hides("Dawit", "Cell two", "Thirteen men")
		s.shut("hassan.border", "account", "assistance")
		s.nothing("halima.migration", "odhiambo.court")

		// A cell is a standing warning, with its hours, on the case and with the
		// Secretariat, which learns no name.
		s.Clock.Pass(26 * time.Hour)
		s.page("ekai.case", "").is(http.StatusOK).says("Police cell", "26 hours")
		s.as("wafula.secretariat")
		s.call("wafula.secretariat", "GET", "/?list=detained", nil).is(http.StatusOK).says(s.ref, "26 hours").hides("Dawit", "Cell two")
		s.call("wafula.secretariat", "GET", "/api/v1/worklist?list=detained", nil).is(http.StatusOK).says(s.ref)
		s.call("wafula.secretariat", "GET", "/", nil).is(http.StatusOK).says("behind a lock")
		s.page("wafula.secretariat", "").is(http.StatusOK).hides("Dawit", "Cell two")

		s.post("ekai.case", "/bookings", m{"kind": "interpreter", "on": day(s, 1)}).is(http.StatusUnprocessableEntity)
		s.post("ekai.case", "/bookings", m{"kind": "interpreter", "on": day(s, 1), "language": "am", "sex": "male", "cost": 2000}).is(http.StatusCreated)
		s.screen("ekai.case", "adult")
		s.fill("ekai.case", "presumption", url.Values{"decision": {"presumed"}, "track": {"both"}, "exploitation": {"forced-labour"}}).is(http.StatusSeeOther)
		s.page("ekai.case", "").is(http.StatusOK).says("Presumed victim")
		s.inDanger("ekai.case", "extreme", "The smugglers hold his brother.")
		need := s.need("ekai.case", "To telephone his mother", "shelter")

		s.nobodyIsPunished(need)

		s.post("ekai.case", "/place", m{"kind": "shelter", "place": "A house by the lake", "county": "turkana"}).is(http.StatusOK)
		s.as("wafula.secretariat")
		s.call("wafula.secretariat", "GET", "/api/v1/worklist?list=detained", nil).is(http.StatusOK).hides(s.ref)

		// What waits over there is looked at by both countries before a return.
		s.post("ekai.case", "/return-risks", m{"country": "et", "joint": true, "with": "A partner in Addis", "outcome": "unsafe", "reasons": "Debt to the smugglers"}).is(http.StatusCreated)
		s.refused("ekai.case", "/solutions", m{"kind": "return", "chosen": "person", "words": "He wants to go home"}, "solution.return-unsafe")
		s.post("ekai.case", "/return-risks", m{"country": "et", "joint": true, "with": "A partner in Addis", "outcome": "conditions", "reasons": "Debt settled"}).is(http.StatusCreated)
		s.post("ekai.case", "/solutions", m{"kind": "return", "chosen": "person", "words": "He wants to go home"}).is(http.StatusCreated)

		// The journey, and the end: who charges and who prosecutes read neither.
		s.post("ekai.case", "/papers", m{"kind": "travel-document", "state": "applied-for"}).is(http.StatusCreated)
		s.post("ekai.case", "/bookings", m{"kind": "transport", "on": day(s, 5), "escorts": 1, "cost": 18000, "details": "By air to Addis, a friend of the embassy waits"}).is(http.StatusCreated)
		s.blind("halima.migration", "logistics", "solution")
		s.blind("odhiambo.court", "logistics", "solution")
		s.page("odhiambo.court", "/solution").is(http.StatusForbidden)
		s.post("ekai.case", "/closure", m{"reason": "solution-found"}).is(http.StatusConflict).says("case.closure-open-referrals")
		for _, r := range s.get("ekai.case", "").json()["referrals"].([]any) {
			user := map[string]string{"x-immigration": "halima.migration", "x-prosecution": "odhiambo.court"}[r.(m)["to"].(string)]
			s.serves(user, r.(m)["id"].(string))
		}
		s.closes("ekai.case", "solution-found")
		s.post("ekai.case", "/follow-ups", m{"kind": "phone", "on": day(s, 0), "safe": "yes", "note": "His mother answered"}).is(http.StatusCreated)

		// That his mother answered is known to who rang, and to nobody else.
		for user, purpose := range map[string]string{"halima.migration": "immigration", "odhiambo.court": "prosecution", "hassan.border": "assistance"} {
			s.shut(user, "care", purpose)
			s.page(user, "").is(http.StatusOK, http.StatusNotFound).hides("Dawit", "mother", "Addis")
		}
		s.nothing("barasa.inquiry", "fatuma.case", "noor.desk")
	})
}

// nobodyIsPunished: immigration is on the team and wants to charge; section 14
// is looked at first, by two people.
func (s *told) nobodyIsPunished(need string) {
	s.t.Helper()
	for agency, purpose := range map[string]string{"x-immigration": "immigration", "x-prosecution": "prosecution"} {
		s.agree("ekai.case", agency, purpose, "identity", "account", "immigration")
	}
	s.refer("ekai.case", "halima.migration", "x-immigration", "immigration", need, "identity")
	s.nothing("odhiambo.court") // agreed to, and not sent yet
	other := s.need("ekai.case", "", "legal")
	s.refer("ekai.case", "odhiambo.court", "x-prosecution", "prosecution", other, "identity", "account")
	s.blind("halima.migration", "safety", "needs", "plan", "solution")
	s.blind("odhiambo.court", "safety", "needs", "plan", "solution")

	// The one learns who he is and no story, the other his story and not where he is.
	s.opens("halima.migration", "identity", "immigration", "Dawit")
	s.shut("halima.migration", "account", "immigration")
	s.opens("odhiambo.court", "account", "prosecution", "Thirteen men")
	for user, purpose := range map[string]string{"halima.migration": "immigration", "odhiambo.court": "prosecution"} {
		s.shut(user, "whereabouts", purpose)
		s.shut(user, "care", purpose)
		s.page(user, "").is(http.StatusOK).hides("Cell two", "hold his brother", "telephone his mother")
	}

	charge := m{"step": "charge", "act": "presence"}
	s.refused("halima.migration", "/offender-steps", charge, "nonpunishment.review-first")
	s.post("halima.migration", "/section14", m{"act": "presence", "finding": "protected", "reasons": "He was brought across the border under a tarpaulin."}).is(http.StatusCreated)
	s.refused("halima.migration", "/offender-steps", charge, "nonpunishment.review-first")
	review := s.get("odhiambo.court", "/joint").last("section14", "id")
	s.post("odhiambo.court", "/section14/"+review+"/confirmation", nil).is(http.StatusOK)
	s.refused("halima.migration", "/offender-steps", charge, "nonpunishment.protected")
	s.page("odhiambo.court", "/nonpunishment").is(http.StatusOK).says("not liable", "Confirmed").hides("tarpaulin")
}
