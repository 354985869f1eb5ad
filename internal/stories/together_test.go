package stories_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// A mother and her child come out of one house. They are kept together, or
// parted with a reason; nobody is parted by oversight.
func TestAMotherAndHerChildAreKeptTogether(t *testing.T) {
	each(t, func(s *told) {
		come := func(name string, age int, minor string) (id, ref, need string) {
			s.raise("zawadi.hotline", m{"channel": "hotline", "county": "nairobi-city", "holder": "x-tumaini", "account": "Locked in the house",
				"person": m{"name": name, "age": age, "minor": minor, "sex": "female", "language": "sw"}})
			s.takes("wanjiru.case")
			s.inDanger("wanjiru.case", "high", "He looks for them.")
			return s.id, s.ref, s.need("wanjiru.case", "", "shelter")
		}
		child, childRef, childNeed := come("Mali Fiktivo", 6, "yes")
		mother, motherRef, motherNeed := come("Mbeyu Fiktivo", 29, "no")
		s.post("wanjiru.case", "/family", m{"reference": childRef, "relation": "child", "own_relation": "mother"}).is(http.StatusOK)

		offer := func(to, need string) m {
			return m{"to": to, "purpose": "assistance", "urgency": "urgent", "needs": []string{need}, "compartments": []string{}}
		}
		s.refused("wanjiru.case", "/referrals/preview", offer("x-nyumba-salama", motherNeed), "referral.family-together")
		s.page("wanjiru.case", "/referrals/new").is(http.StatusOK).says("Her family", "They come along")
		// Nor are they parted by asking for a bed beside something else, or under
		// another name.
		care := s.need("wanjiru.case", "", "medical")
		s.refused("wanjiru.case", "/referrals/preview", and(offer("x-nyumba-salama", motherNeed), m{"needs": []string{care, motherNeed}}), "referral.family-together")
		s.refused("wanjiru.case", "/referrals/preview", and(offer("x-nyumba-salama", motherNeed), m{"service": "medical"}), "referral.family-together")
		both := and(offer("x-nyumba-salama", motherNeed), m{"family": "together"})
		s.post("wanjiru.case", "/referrals/preview", both).is(http.StatusOK).says(`"family":1`)
		hers := s.sends("wanjiru.case", both)

		// The child goes to the same place, or somebody says why not.
		s.id, s.ref = child, childRef
		s.refused("wanjiru.case", "/referrals/preview", and(offer("x-bustani", childNeed), m{"family": "together"}), "referral.family-elsewhere")
		s.post("wanjiru.case", "/referrals/preview", and(offer("x-bustani", childNeed), m{"family": "danger-between"})).is(http.StatusOK).hides(`"family":1`)
		its := s.sends("wanjiru.case", and(offer("x-nyumba-salama", childNeed), m{"family": "together"}))

		// The shelter sees that they belong together and answers both; a stranger
		// sees neither.
		s.as("salome.shelter")
		s.call("salome.shelter", "GET", "/referrals/"+hers, nil).is(http.StatusOK).says("Belongs together with", childRef).hides("Mali", "Mbeyu")
		s.call("salome.shelter", "GET", "/api/v1/referrals/"+its, nil).is(http.StatusOK).says(motherRef)
		for _, id := range []string{hers, its} {
			s.call("salome.shelter", "POST", "/api/v1/referrals/"+id+"/answer", m{"accept": true}).is(http.StatusOK)
		}
		s.as("rehema.shelter")
		s.call("rehema.shelter", "GET", "/api/v1/referrals/"+hers, nil).is(http.StatusNotFound)
		for _, id := range []string{mother, child} {
			s.id = id
			s.nothing("fatuma.case", "rehema.shelter", "barasa.inquiry")
			s.get("salome.shelter", "").is(http.StatusOK)
		}

		// She is asked how it was, and says it.
		s.as("salome.shelter")
		s.call("salome.shelter", "POST", "/api/v1/referrals/"+hers+"/progress", m{"step": "started"}).is(http.StatusOK)
		s.as("wanjiru.case")
		s.call("wanjiru.case", "POST", "/api/v1/referrals/"+hers+"/feedback", m{"from": "person", "value": s.Content.List("feedback")[0].ID, "note": "They sleep in one bed"}).is(http.StatusOK)
		s.call("wanjiru.case", "GET", "/api/v1/referrals/"+hers, nil).is(http.StatusOK).says("feedback_recorded", `"from":"person"`).hides("one bed")
	})
}

// Whoever leaves the service is out at once, by every door; what they had to do
// is not lost.
func TestWhoLeavesIsOutAtOnce(t *testing.T) {
	each(t, func(s *told) {
		s.raise("zawadi.hotline", m{"channel": "hotline", "county": "nairobi-city", "holder": "x-tumaini", "account": "She waits at the gate",
			"person": woman("Kache Fiktivo", 31, "sw")})
		s.takes("wanjiru.case")
		wanjiru, kamau := s.who("wanjiru.case"), s.who("kamau.case")
		s.post("wanjiru.case", "/team", m{"staff": kamau, "duty": "case_manager"}).is(http.StatusCreated)
		s.post("wanjiru.case", "/tasks", m{"kind": "documents", "staff": wanjiru, "due_on": day(s, 2), "note": "Ask at the embassy"}).is(http.StatusCreated)
		task := s.get("wanjiru.case", "/joint").last("tasks", "id")
		feed := s.call("wanjiru.case", "POST", "/api/v1/calendar/feed", nil).is(http.StatusOK).json()["path"].(string)
		s.call("wanjiru.case", "GET", feed, nil).is(http.StatusOK).says("BEGIN:VCALENDAR")
		s.as("kamau.case")
		s.call("kamau.case", "GET", "/api/v1/calendar?days=7", nil).is(http.StatusOK).hides(`"task"`)

		s.as("wairimu.admin")
		s.call("wairimu.admin", "POST", "/api/v1/staff/"+wanjiru+"/leave", nil).is(http.StatusNoContent)
		s.call("wanjiru.case", "GET", "/api/v1/session", nil).is(http.StatusUnauthorized)
		s.call("wanjiru.case", "GET", "/cases/"+s.id, nil).is(http.StatusSeeOther)
		s.send("", "GET", feed, nil, "").is(http.StatusNotFound)
		r, err := browser.PostForm(s.url+"/sign-in", map[string][]string{"username": {"wanjiru.case"}, "password": {"karibu-rufaa"}})
		if err != nil {
			s.t.Fatal(err)
		}
		r.Body.Close()
		for _, c := range r.Cookies() {
			if c.Name == "rufaa" && c.Value != "" {
				s.t.Error("who left signs in")
			}
		}

		// Her task is the other manager's until it is given to somebody.
		s.call("kamau.case", "GET", "/api/v1/calendar?days=7", nil).is(http.StatusOK).says(`"task"`, s.ref)
		s.page("kamau.case", "/work").is(http.StatusOK).says("left the team")
		s.refused("kamau.case", "/tasks/"+task+"/doer", m{"staff": wanjiru}, "task.on-the-team")
		s.post("kamau.case", "/tasks/"+task+"/doer", m{"staff": kamau}).is(http.StatusOK)
		s.page("kamau.case", "/work").is(http.StatusOK).hides("left the team")
	})
}

// A day in court stands in everybody's calendar who goes there with her; where
// she will be stands in nobody's.
func TestADayInCourt(t *testing.T) {
	each(t, func(s *told) {
		s.raise("amina.officer", m{"channel": "in-person", "county": "mombasa", "holder": "x-tumaini", "account": "Her wages were kept",
			"person": woman("Dama Fiktivo", 24, "sw")})
		s.takes("wanjiru.case")
		s.inDanger("wanjiru.case", "high", "His brothers come to court.")
		need := s.need("wanjiru.case", "That he pays", "prosecution")
		s.agree("wanjiru.case", "x-prosecution", "prosecution", "identity", "account")
		s.refer("wanjiru.case", "odhiambo.court", "x-prosecution", "prosecution", need, "identity", "account")

		s.post("odhiambo.court", "/hearings", m{"kind": "testimony", "on": day(s, 4), "attends": true, "measures": []string{"screen", "accompanied"}, "details": "Court three, by the side gate"}).is(http.StatusCreated)
		hearing := s.get("wanjiru.case", "/joint").last("hearings", "id")
		for _, user := range []string{"wanjiru.case", "odhiambo.court"} {
			s.as(user)
			s.call(user, "GET", "/api/v1/calendar?days=7", nil).is(http.StatusOK).says(`"hearing"`, "testimony", s.ref).hides("side gate", "Dama")
			s.call(user, "GET", "/calendar?day="+day(s, 4), nil).is(http.StatusOK).says("Her testimony").hides("side gate", "Dama")
		}
		s.as("kamau.case")
		s.call("kamau.case", "GET", "/api/v1/calendar?days=7", nil).is(http.StatusOK).hides("hearing")
		s.opens("wanjiru.case", "whereabouts", "assistance", "side gate")
		s.shut("odhiambo.court", "whereabouts", "prosecution")

		s.post("odhiambo.court", "/hearings/"+hearing+"/settlement", m{"state": "adjourned", "on": day(s, 20)}).is(http.StatusOK)
		s.refused("odhiambo.court", "/hearings/"+hearing+"/settlement", m{"state": "held"}, "case.step-order")
		s.as("wanjiru.case")
		s.call("wanjiru.case", "GET", "/api/v1/calendar?days=7", nil).is(http.StatusOK).hides("hearing")
		s.call("wanjiru.case", "GET", "/api/v1/calendar?days=30", nil).is(http.StatusOK).says("hearing")
		s.page("wanjiru.case", "/work").is(http.StatusOK).says("Screen or protection box", "It was put off", "To come")
	})
}

// contacted: the case is closed, and she is asked how she is over two years;
// found unsafe, the case opens by itself.
func (s *told) contacted() {
	s.t.Helper()
	s.as("wanjiru.case")
	s.call("wanjiru.case", "GET", "/api/v1/worklist?list=closed", nil).is(http.StatusOK).says(s.ref, `"clock":"contact"`)
	for _, months := range []int{1, 3, 6} {
		at, err := time.Parse(time.RFC3339, s.get("wanjiru.case", "/joint").json()["next_contact"].(string))
		if err != nil {
			s.t.Fatal(err)
		}
		s.Clock.Pass(at.Sub(s.Clock.Now()) + 24*time.Hour)
		s.as("wanjiru.case")
		s.call("wanjiru.case", "GET", "/api/v1/calendar?days=1&overdue=yes", nil).is(http.StatusOK).says("contact", s.ref)
		s.post("wanjiru.case", "/follow-ups", m{"kind": "phone", "on": day(s, 0), "safe": "yes", "note": "She sews"}).is(http.StatusCreated)
		s.get("wanjiru.case", "").is(http.StatusOK).says(`"stage":"closed"`)
		_ = months
	}
	s.refused("wanjiru.case", "/needs", m{"wishes": "", "needs": []m{{"service": "legal", "urgency": "routine"}}}, "case.closed")
	s.post("wanjiru.case", "/follow-ups", m{"kind": "phone", "on": day(s, 0), "safe": "no", "note": "He stood at her door"}).is(http.StatusCreated)
	s.get("wanjiru.case", "").is(http.StatusOK).hides(`"stage":"closed"`)
}

// corrected: what is put right stands, and what stood before is kept beside it,
// for those who open the whole and for her own sheet; it goes nowhere else.
func (s *told) corrected(was, is string) {
	s.t.Helper()
	person := s.get("wanjiru.case", "").json()["persons"].([]any)[0].(m)["id"].(string)
	s.post("wanjiru.case", "/persons", m{"person": person, "facts": woman(is, 27, "sw")}).is(http.StatusCreated)
	opened := s.get("wanjiru.case", "/compartments/identity?purpose=assistance").is(http.StatusOK).says(is, was, "name_before")
	if strings.Count(opened.body, "_before") != 1 {
		s.t.Errorf("what did not change is told as changed: %s", opened.body)
	}
	s.call("wanjiru.case", "POST", "/cases/"+s.id+"/sheet", nil).is(http.StatusOK).says(is, was, "before it was put right")
}
