package stories_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// Kamau goes on leave. Wanjiru takes his place on his case: she sees and does
// what is his, marked as his, until he is back; the ledger says in whose place.
func TestLeaveIsCoveredAndEnds(t *testing.T) {
	each(t, func(s *told) {
		task := s.kamausCase()
		wanjiru := s.who("wanjiru.case")
		s.nothing("wanjiru.case")
		s.fill("kamau.case", "cover", url.Values{"staff": {wanjiru}, "until-day": {day(s, 3)[8:]}, "until-month": {day(s, 3)[5:7]}, "until-year": {day(s, 3)[:4]}, "note": {"She sleeps badly"}}).is(http.StatusSeeOther)

		// Lists, days and the case say it, on pages in both languages and in the API.
		mine := s.list("wanjiru.case", "mine").says(s.ref, `"covering":[{"for":"`+s.who("kamau.case")+`"`)
		if strings.Count(mine.body, `"covering"`) != 1 {
			t.Errorf("more than his case is marked: %s", mine.body)
		}
		s.call("wanjiru.case", "GET", "/?list=mine", nil).is(http.StatusOK).says("in place of Kamau Njora (fictional), until")
		s.call("wanjiru.case", "GET", "/api/v1/calendar?days=7", nil).is(http.StatusOK).says(`"task"`, task, `"in_place_of":"`+s.who("kamau.case")+`"`)
		s.call("wanjiru.case", "GET", "/calendar?day="+day(s, 2), nil).is(http.StatusOK).says("in place of Kamau Njora")
		s.call("wanjiru.case", "GET", "/day?on="+day(s, 2), nil).is(http.StatusOK).says("in place of Kamau Njora")
		s.page("wanjiru.case", "/work").is(http.StatusOK).says("covered by Wanjiru Tama")
		s.page("kamau.case", "").is(http.StatusOK).says("in place of Kamau Njora (fictional), until", "End the cover: Wanjiru Tama")
		s.lang = "sw"
		s.call("wanjiru.case", "GET", "/?list=mine", nil).is(http.StatusOK).says("kwa niaba ya Kamau Njora (fictional), hadi")
		s.page("kamau.case", "/work").is(http.StatusOK).says("nafasi yake imeshikwa na Wanjiru Tama")
		s.lang = "en"

		// She does what is his; his place is not hers to pass on.
		s.post("wanjiru.case", "/tasks/"+task+"/settlement", m{"state": "done"}).is(http.StatusOK)
		s.post("wanjiru.case", "/account", m{"text": "She telephoned"}).is(http.StatusCreated)
		s.get("wanjiru.case", "/joint").is(http.StatusOK).says(`"in_place_of":"` + s.who("kamau.case") + `"`)
		s.page("wanjiru.case", "/work").is(http.StatusOK).says("in place of Kamau Njora")
		s.page("kamau.case", "/history").is(http.StatusOK).says("in place of Kamau Njora")
		s.cause("case.task_settled", "cover:"+s.who("kamau.case"))
		s.cause("case.account_added", "cover:"+s.who("kamau.case"))
		s.refused("wanjiru.case", "/covers", m{"staff": s.who("kamau.case"), "until": day(s, 3)}, "team.cover-own-place")

		// The day is over: nothing of it is left with her, before and after the
		// realm has written it down, and his case has a manager all the time.
		s.Clock.Pass(4 * 24 * time.Hour)
		s.coverIsOver()
		if err := s.Cases.EndCovers(t.Context(), keeperOfCases); err != nil {
			t.Fatal(err)
		}
		s.coverIsOver()
		s.cause("case.cover_ended", "")
		s.get("kamau.case", "").is(http.StatusOK).says(`"waiting":false`)
		s.refused("kamau.case", "/team/"+s.who("kamau.case")+"/leave", nil, "team.manager-stays")
	})
}

// Wanjiru works on the case herself. When his leave is over she still does; and
// only what is his was done in his place.
func TestACoverLeavesOnesOwnPlace(t *testing.T) {
	each(t, func(s *told) {
		his := s.kamausCase()
		wanjiru, kamau := s.who("wanjiru.case"), s.who("kamau.case")
		s.post("kamau.case", "/team", m{"staff": wanjiru, "duty": "case_manager"}).is(http.StatusCreated)
		s.post("kamau.case", "/tasks", m{"kind": "call", "staff": wanjiru, "due_on": day(s, 2)}).is(http.StatusCreated)
		hers := s.get("kamau.case", "/joint").last("tasks", "id")
		s.post("kamau.case", "/covers", m{"staff": wanjiru, "until": day(s, 3)}).is(http.StatusCreated)
		s.as("wanjiru.case")
		s.call("wanjiru.case", "GET", "/api/v1/calendar?days=7", nil).is(http.StatusOK).says(his, hers)
		s.post("wanjiru.case", "/tasks/"+hers+"/settlement", m{"state": "done"}).is(http.StatusOK)
		s.cause("case.task_settled", "")
		s.post("wanjiru.case", "/tasks/"+his+"/settlement", m{"state": "done"}).is(http.StatusOK)
		s.cause("case.task_settled", "cover:"+kamau)

		// He is back early and says so.
		s.post("kamau.case", "/covers/"+wanjiru+"/end", nil).is(http.StatusOK)
		s.post("kamau.case", "/covers/"+wanjiru+"/end", nil).is(http.StatusNotFound)
		s.list("wanjiru.case", "mine").says(s.ref).hides(`"covering"`)
		s.Clock.Pass(5 * 24 * time.Hour)
		if err := s.Cases.EndCovers(t.Context(), keeperOfCases); err != nil {
			t.Fatal(err)
		}
		s.get("wanjiru.case", "").is(http.StatusOK)
		s.post("kamau.case", "/team/"+kamau+"/leave", nil).is(http.StatusOK) // she manages it
		s.get("wanjiru.case", "").is(http.StatusOK).says(`"waiting":false`)
	})
}

// Wanjiru's brother is the one who kept her. She is kept away from the case: no
// cover and no team brings her in, no list and no search shows it, nobody's
// referral and no broken glass opens it. Let back, she may come again.
func TestNoCoverBringsInWhoIsKeptAway(t *testing.T) {
	each(t, func(s *told) {
		s.raise("wanjiru.case", m{"channel": "hotline", "county": "nairobi-city", "holder": "x-tumaini", "account": "She was kept in a house",
			"person": m{"name": "Sidi Fiktivo", "age": 27, "minor": "no", "sex": "female", "language": "sw", "phone": "0712998877"}})
		s.list("wanjiru.case", "raised").says(s.ref)
		s.takes("kamau.case")
		wanjiru := s.who("wanjiru.case")
		s.post("kamau.case", "/team", m{"staff": wanjiru, "duty": "case_manager"}).is(http.StatusCreated)
		s.list("wanjiru.case", "mine").says(s.ref)
		s.refused("kamau.case", "/kept-away", m{"staff": "nobody", "reason": "conflict"}, "staff")
		s.refused("kamau.case", "/kept-away", m{"staff": s.who("kamau.case"), "reason": "conflict"}, "team.kept-away-oneself")
		s.fill("kamau.case", "keep-away", url.Values{"staff": {wanjiru}, "reason": {"conflict"}}).is(http.StatusSeeOther)
		s.page("kamau.case", "").is(http.StatusOK).says("Kept away from this case", "A conflict of interest", "Let back: Wanjiru Tama")

		s.nothing("wanjiru.case")
		for _, list := range []string{"mine", "waiting", "raised", "closed"} {
			s.list("wanjiru.case", list).hides(s.ref, s.id)
		}
		s.call("wanjiru.case", "GET", "/api/v1/notices", nil).is(http.StatusOK).hides(s.id)
		s.call("wanjiru.case", "GET", "/api/v1/calendar?days=30&overdue=yes", nil).is(http.StatusOK).hides(s.ref)
		for by, value := range map[string]string{"reference": s.ref, "phone": "0712998877", "name": "Sidi Fiktivo"} {
			s.call("wanjiru.case", "POST", "/api/v1/search", m{"by": by, "value": value}).is(http.StatusOK).hides(s.id)
		}
		s.call("wanjiru.case", "POST", "/api/v1/break-glass", m{"reference": s.ref, "compartments": []string{"identity"}, "reason": "She is my sister in law"}).is(http.StatusNotFound)
		s.refused("kamau.case", "/covers", m{"staff": wanjiru, "until": day(s, 3)}, "team.kept-away")
		s.refused("kamau.case", "/team", m{"staff": wanjiru, "duty": "case_manager"}, "team.kept-away")
		s.post("kamau.case", "/tasks", m{"kind": "call", "staff": wanjiru, "due_on": day(s, 2)}).is(http.StatusConflict)
		s.nothing("wanjiru.case")

		s.post("kamau.case", "/kept-away/"+wanjiru+"/return", nil).is(http.StatusOK)
		s.list("wanjiru.case", "raised").says(s.ref)
		s.post("kamau.case", "/covers", m{"staff": wanjiru, "until": day(s, 3)}).is(http.StatusCreated)
		s.get("wanjiru.case", "").is(http.StatusOK)

		// A shelter is sent a referral; one of its people is kept away from the case.
		need := s.need("kamau.case", "A bed", "shelter")
		s.agree("kamau.case", "x-nyumba-salama", "assistance", "identity")
		referral := s.refer("kamau.case", "salome.shelter", "x-nyumba-salama", "assistance", need, "identity")
		s.refused("salome.shelter", "/kept-away", m{"staff": s.who("kamau.case"), "reason": "conflict"}, "team.own-agency")
		s.as("salome.shelter")
		s.call("salome.shelter", "GET", "/api/v1/referrals/inbox", nil).is(http.StatusOK).says(referral)
		s.post("kamau.case", "/kept-away", m{"staff": s.who("salome.shelter"), "reason": "own-wish"}).is(http.StatusCreated)
		s.nothing("salome.shelter")
		s.call("salome.shelter", "GET", "/api/v1/referrals/inbox", nil).is(http.StatusOK).hides(referral)
		s.call("salome.shelter", "GET", "/api/v1/referrals/"+referral, nil).is(http.StatusNotFound)
		s.call("salome.shelter", "GET", "/referrals/"+referral, nil).is(http.StatusNotFound)

		// Who watches over all cases cannot be kept away by who leads one: the deed
		// is refused, and no page says otherwise. Where the door lets them see that
		// it waits, the list names it too.
		for _, over := range []string{"njoki.data", "wafula.secretariat"} {
			s.refused("kamau.case", "/kept-away", m{"staff": s.who(over), "reason": "conflict"}, "team.watches-over-all")
			s.get(over, "").is(http.StatusOK)
		}
		s.page("kamau.case", "").is(http.StatusOK).hides("Njoki Aru", "Wafula Temi")
		watching := realm.Actor{Principal: policy.Principal{Staff: s.who("salome.shelter"), Agency: "x-nyumba-salama", Duty: "secretariat"}}
		rows, err := s.Referrals.Inbox(s.t.Context(), watching, 10)
		if err != nil || len(rows) != 1 || rows[0].ID != referral {
			s.t.Errorf("in the duty of the Secretariat: %v %v", rows, err)
		}
	})
}

// kamausCase is a case of Kamau's with one task of his; it gives the task.
func (s *told) kamausCase() string {
	s.t.Helper()
	s.raise("zawadi.hotline", m{"channel": "hotline", "county": "nairobi-city", "holder": "x-tumaini", "account": "She waits at the gate",
		"person": woman("Sidi Fiktivo", 27, "sw")})
	s.takes("kamau.case")
	s.inDanger("kamau.case", "low", "Nobody looks for her.")
	s.post("kamau.case", "/tasks", m{"kind": "documents", "staff": s.who("kamau.case"), "due_on": day(s, 2), "note": "Ask at the embassy"}).is(http.StatusCreated)
	return s.get("kamau.case", "/joint").last("tasks", "id")
}

// coverIsOver demands that nothing of the cover is left.
func (s *told) coverIsOver() {
	s.t.Helper()
	s.nothing("wanjiru.case")
	s.list("wanjiru.case", "mine").hides(s.ref)
	s.call("wanjiru.case", "GET", "/?list=mine", nil).is(http.StatusOK).hides(s.ref, "in place of")
	s.call("wanjiru.case", "GET", "/api/v1/calendar?days=7&overdue=yes", nil).is(http.StatusOK).hides(s.ref)
	s.page("kamau.case", "/work").is(http.StatusOK).hides("covered by")
}

// list reads a list of the worklist.
func (s *told) list(user, list string) *answer {
	s.t.Helper()
	s.as(user)
	return s.call(user, "GET", "/api/v1/worklist?list="+list, nil).is(http.StatusOK)
}

// keeperOfCases is the realm itself, as its clockwork works.
var keeperOfCases = realm.Actor{Principal: policy.Principal{Staff: "system", Agency: "system", Duty: "secretariat"}}

// cause demands what the ledger keeps as the cause of the newest event of a kind
// in the case.
func (s *told) cause(kind, want string) {
	s.t.Helper()
	events, err := s.Ledger.Stream(s.t.Context(), "case/"+s.id, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range slices.Backward(events) {
		if e.Kind == kind {
			if e.Cause != want {
				s.t.Errorf("%s was done for %q, want %q", kind, e.Cause, want)
			}
			return
		}
	}
	s.t.Errorf("no %s in the case", kind)
}
