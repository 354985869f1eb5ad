package stories_test

import (
	"net/http"
	"testing"
	"time"
)

// A supervisor's own worklist: what waits for her word, the flags she raised, the
// clocks that ran out, in both languages; of her agency alone, and nothing of the
// person. What records nothing new is not recorded.
func TestWhatASupervisorHasInSight(t *testing.T) {
	each(t, func(s *told) {
		s.raise("zawadi.hotline", m{"channel": "hotline", "county": "nairobi-city", "holder": "x-tumaini", "account": "Locked in at night", "person": woman("Rose Fiktivo", 28, "sw")})
		s.takes("wanjiru.case")
		s.as("baraka.lead")
		s.call("baraka.lead", "GET", "/supervision", nil).is(http.StatusOK).says("Nothing waits for you").hides(s.ref)
		s.inDanger("wanjiru.case", "high", "The foreman has her number.")
		mine := func() *answer {
			s.t.Helper()
			s.as("baraka.lead")
			return s.call("baraka.lead", "GET", "/api/v1/supervision", nil).is(http.StatusOK).hides("Rose", "foreman", "female", "25-34")
		}
		mine().says(s.ref, `"what":"safety"`, `"flags":[]`)
		s.call("baraka.lead", "GET", "/supervision", nil).is(http.StatusOK).says(s.ref, "Risk assessment", "Wanjiru Tama").hides("Rose", "foreman")

		s.post("baraka.lead", "/flags", m{"owner": s.who("wanjiru.case"), "due_on": day(s, 2), "text": "Ring her aunt"}).is(http.StatusCreated)
		s.post("baraka.lead", "/approvals", m{"what": "safety", "approved": true}).is(http.StatusCreated)
		mine().says(s.ref, `"awaits":[]`, `"late":false`).hides("Ring her aunt")
		s.Clock.Pass(5 * 24 * time.Hour)
		mine().says(`"late":true`, `"overdue":true`)
		s.call("baraka.lead", "GET", "/supervision", nil).is(http.StatusOK).says(s.ref, "run out")
		s.lang = "sw"
		s.call("baraka.lead", "GET", "/supervision", nil).is(http.StatusOK).says("Kesi ninazofuatilia", "muda umeisha")
		s.lang = "en"
		for _, other := range []string{"wanjiru.case", "wafula.secretariat"} {
			s.as(other)
			s.call(other, "GET", "/supervision", nil).is(http.StatusForbidden)
			s.call(other, "GET", "/api/v1/supervision", nil).is(http.StatusForbidden)
		}

		// The same again is not recorded again.
		wanjiru, mwende := s.who("wanjiru.case"), s.who("mwende.counsel")
		s.post("wanjiru.case", "/team", m{"staff": mwende, "duty": "counsellor"}).is(http.StatusCreated)
		s.refused("wanjiru.case", "/team", m{"staff": mwende, "duty": "counsellor"}, "case.step-order")
		s.post("wanjiru.case", "/tasks", m{"kind": "call", "staff": wanjiru, "due_on": day(s, 3)}).is(http.StatusCreated)
		task := s.get("wanjiru.case", "/joint").last("tasks", "id")
		s.refused("wanjiru.case", "/tasks/"+task+"/doer", m{"staff": wanjiru}, "case.step-order")
		need := s.need("wanjiru.case", "A bed", "legal")
		s.post("wanjiru.case", "/needs/"+need+"/settlement", m{"state": "dropped"}).is(http.StatusOK)
		s.refused("wanjiru.case", "/needs/"+need+"/settlement", m{"state": "dropped"}, "case.step-order")

		// With its closure seen to, the case is in sight no more.
		s.closes("wanjiru.case", "own-wish")
		mine().says(`"what":"closure"`)
		s.post("baraka.lead", "/approvals", m{"what": "closure", "approved": true}).is(http.StatusCreated)
		mine().hides(s.ref)
	})
}
