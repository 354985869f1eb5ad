package stories_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"
)

// Forty people are found at one labour site in one morning.
func TestALabourSiteOfForty(t *testing.T) {
	each(t, func(s *told) {
		var ids, refs []string
		for i := range 40 {
			s.raise("zawadi.hotline", m{"channel": "raid", "county": "machakos", "holder": "x-tumaini", "account": "Locked in at night",
				"person": m{"name": fmt.Sprintf("Mfanyakazi Fiktivo %d", i), "age": 20 + i%30, "minor": "no", "sex": []string{"male", "female"}[i%2], "language": "sw"}})
			ids, refs = append(ids, s.id), append(refs, s.ref)
		}
		for i, id := range ids {
			s.id = id
			s.takes([]string{"wanjiru.case", "kamau.case"}[i%2])
		}
		for _, id := range ids[:3] {
			s.id = id
			s.page("zawadi.hotline", "").is(http.StatusOK).hides("Mfanyakazi", "Locked in")
			s.nothing("fatuma.case", "barasa.inquiry", "noor.desk")
		}
		s.as("baraka.lead")
		s.call("baraka.lead", "GET", "/workload", nil).is(http.StatusOK).says("Wanjiru Tama", "Kamau Njora", "20")
		s.call("baraka.lead", "GET", "/api/v1/workload", nil).is(http.StatusOK).says(`"cases":20`).hides(s.ref)

		// Kamau goes on leave; Wanjiru covers until a day, then no longer.
		s.id = ids[1]
		wanjiru := s.who("wanjiru.case")
		s.nothing("wanjiru.case")
		s.post("kamau.case", "/covers", m{"staff": wanjiru, "until": day(s, 3), "note": "He sleeps badly"}).is(http.StatusCreated)
		s.get("wanjiru.case", "").is(http.StatusOK)
		s.Clock.Pass(5 * 24 * time.Hour)
		s.nothing("wanjiru.case")

		// One is handed over whole: not before he agrees, and nobody over there
		// reads a word before they have taken the case.
		s.refused("kamau.case", "/transfers", m{"to": "x-pwani-haven", "reason": "moved", "note": "All papers in the blue file"}, "consent.needed-to-disclose")
		s.agree("kamau.case", "x-pwani-haven", "assistance", "identity", "care")
		s.nothing("fatuma.case")
		s.post("kamau.case", "/transfers", m{"to": "x-pwani-haven", "reason": "moved", "note": "All papers in the blue file"}).is(http.StatusCreated)
		s.as("fatuma.case")
		s.call("fatuma.case", "GET", "/?list=offered", nil).is(http.StatusOK).hides("Mfanyakazi")
		s.shut("fatuma.case", "identity", "assistance")
		s.post("fatuma.case", "/transfers/answer", m{"accept": true}).is(http.StatusOK)
		s.opens("fatuma.case", "care", "assistance", "blue file")
		s.nothing("kamau.case", "juma.counsel")
		s.onlyOneOf("fatuma.case", ids, refs, 1)

		s.oneSpeaks(ids, refs)

		// Whoever answers for the agency sees what waits, and nobody's face.
		s.Clock.Pass(20 * 24 * time.Hour)
		s.as("baraka.lead")
		s.call("baraka.lead", "GET", "/agency", nil).is(http.StatusOK).says("What needs us now", "Wanjiru Tama").hides("Mfanyakazi", "Locked in")
		s.call("baraka.lead", "GET", "/api/v1/agency/needs", nil).is(http.StatusOK).says(`"open":39`).hides("Mfanyakazi", "female", "25-34", s.id)
		s.as("wanjiru.case")
		s.call("wanjiru.case", "GET", "/agency", nil).is(http.StatusForbidden)

		// To the end, for the one that was handed over.
		s.id, s.ref = ids[1], refs[1]
		s.inDanger("fatuma.case", "low", "The site is shut.")
		s.need("fatuma.case", "His wages", "legal")
		s.post("fatuma.case", "/follow-ups", m{"kind": "phone", "on": day(s, 0), "safe": "yes", "note": "He works for his brother"}).is(http.StatusCreated)
		s.closes("fatuma.case", "solution-found")
		s.get("fatuma.case", "").is(http.StatusOK).says(`"stage":"closed"`)
	})
}

// oneSpeaks: of forty one agrees to be heard by an investigator, who learns of
// that one and of no other; the man beside him was owed wages and no more.
func (s *told) oneSpeaks(ids, refs []string) {
	s.t.Helper()
	s.id, s.ref = ids[2], refs[2]
	s.screen("wanjiru.case", "adult")
	s.fill("wanjiru.case", "presumption", url.Values{"decision": {"presumed"}, "track": {"trafficking"}, "exploitation": {"forced-labour"}}).is(http.StatusSeeOther)
	s.fill("wanjiru.case", "safety", url.Values{"level": {"high"}, "reasons": {"The foreman has his number."}}).is(http.StatusSeeOther)
	need := s.need("wanjiru.case", "That the gate is opened", "investigation")
	s.agree("wanjiru.case", "x-dci-unit", "investigation", "identity", "account")
	s.refer("wanjiru.case", "barasa.inquiry", "x-dci-unit", "investigation", need, "identity", "account")
	s.opens("barasa.inquiry", "account", "investigation", "Locked in at night")
	s.shut("barasa.inquiry", "care", "investigation")
	s.shut("barasa.inquiry", "whereabouts", "investigation")
	s.page("barasa.inquiry", "").is(http.StatusOK).hides("foreman", "gate is opened")
	s.onlyOneOf("barasa.inquiry", ids, refs, 2)

	s.id, s.ref = ids[4], refs[4]
	s.screen("wanjiru.case", "adult")
	s.doesNotPresume("wanjiru.case", "trafficking", "labour-dispute", "He had the key himself", "May ring at any hour.")
	s.page("wanjiru.case", "").is(http.StatusOK).says("Not presumed a victim")
	s.nothing("kamau.case") // of the same agency, and nobody asked him in
}

// onlyOneOf demands that somebody sees one case of many and finds no other, by
// its address or in a list.
func (s *told) onlyOneOf(user string, ids, refs []string, one int) {
	s.t.Helper()
	s.as(user)
	lists := []*answer{s.call(user, "GET", "/?list=mine", nil).is(http.StatusOK), s.call(user, "GET", "/?list=waiting", nil), s.list(user, "mine"),
		s.call(user, "GET", "/api/v1/worklist?list=waiting", nil), s.call(user, "GET", "/api/v1/referrals/inbox", nil)}
	mine := s.id
	for i, id := range ids {
		if i == one {
			s.id = id
			s.get(user, "").is(http.StatusOK)
			continue
		}
		for _, a := range lists {
			a.hides(refs[i], id)
		}
		if i < 6 { // by its address, for a few
			s.id = id
			s.nothing(user)
		}
	}
	s.id = mine
}

func (s *told) who(user string) string {
	s.t.Helper()
	s.as(user)
	return s.call(user, "GET", "/api/v1/session", nil).is(http.StatusOK).json()["id"].(string)
}

// Somebody paid to be brought across the border and was made to work off the
// debt: smuggling turns into trafficking.
func TestASmuggledMigrantWhoTurnsOutToBeAVictim(t *testing.T) {
	each(t, func(s *told) {
		s.raise("hassan.border", m{"channel": "border", "county": "busia", "holder": "x-kaskazi", "account": "She paid a driver",
			"person": woman("Hodan Fiktivo", 30, "so")})
		s.nothing("barasa.inquiry", "halima.migration", "fatuma.case", "salome.shelter")
		s.takes("ekai.case")
		s.page("hassan.border", "").is(http.StatusOK).hides("Hodan", "driver")
		s.shut("hassan.border", "account", "assistance")
		s.screen("ekai.case", "adult")
		s.cannotTell("ekai.case", "smuggling", 7)
		s.nothing("barasa.inquiry", "halima.migration")
		s.refused("ekai.case", "/reflection", spoken, "reflection.presumed-first")

		// New facts: screened again; both screenings and both tracks are kept.
		s.screen("ekai.case", "adult")
		s.fill("ekai.case", "presumption", url.Values{"decision": {"presumed"}, "track": {"both"}, "exploitation": {"domestic-servitude"}}).is(http.StatusSeeOther)
		if n := len(s.get("ekai.case", "").json()["screenings"].([]any)); n != 2 {
			t.Fatalf("%d screenings are kept", n)
		}
		s.inDanger("ekai.case", "high", "She owes them.")
		s.post("ekai.case", "/incidents", m{"kind": "threat", "on": day(s, 0), "serious": true, "text": "They telephoned her brother."}).is(http.StatusCreated)
		s.get("ekai.case", "").is(http.StatusOK).says(`"clock":"incident"`)
		s.inDanger("ekai.case", "extreme", "They telephoned her brother.")
		need := s.need("ekai.case", "To sleep", "investigation")

		s.agree("ekai.case", "x-dci-unit", "investigation", "identity", "account", "inquiry")
		s.refer("ekai.case", "barasa.inquiry", "x-dci-unit", "investigation", need, "identity", "account")
		s.opens("barasa.inquiry", "account", "investigation", "driver")
		for _, compartment := range []string{"care", "whereabouts", "immigration"} {
			s.shut("barasa.inquiry", compartment, "investigation")
		}
		s.page("barasa.inquiry", "").is(http.StatusOK).hides("telephoned her brother", "To sleep")
		s.post("ekai.case", "/reflection", spoken).is(http.StatusCreated)
		s.page("ekai.case", "/plan").is(http.StatusOK).says("Recovery and reflection period until")
		interview := and(spoken, m{"on": day(s, 0), "account": "What she said", "recorded": false})
		s.refused("barasa.inquiry", "/interviews", interview, "reflection.running")
		s.blind("barasa.inquiry", "plan", "safety", "needs", "logistics")

		// Only she may end it.
		s.refused("ekai.case", "/reflection/end", m{"own_choice": false, "choice": "The officer is in a hurry"}, "reflection.her-own-choice")
		s.post("ekai.case", "/reflection/end", m{"own_choice": true, "choice": "I want him stopped."}).is(http.StatusOK)
		s.post("barasa.inquiry", "/interviews", interview).is(http.StatusCreated)
		s.refused("barasa.inquiry", "/interviews", interview, "victim-first.no-repeat-interview")

		s.noSuspect()

		// To the end: confirmed by two agencies, she stays, and the case closes.
		s.decides("ekai.case", "confirmed", "The debt was made to grow.", "fatuma.case", "kibet.legal", "halima.migration")
		s.page("barasa.inquiry", "/identification").is(http.StatusOK).says("Confirmed").hides("made to grow")
		s.post("ekai.case", "/solutions", m{"kind": "stay", "chosen": "person", "words": "I stay where he cannot come."}).is(http.StatusCreated)
		referral := s.get("ekai.case", "").last("referrals", "id")
		s.serves("barasa.inquiry", referral)
		s.closes("ekai.case", "solution-found")
		s.post("ekai.case", "/follow-ups", m{"kind": "visit", "on": day(s, 0), "safe": "yes", "note": "She cooks for twenty"}).is(http.StatusCreated)
		s.get("ekai.case", "").is(http.StatusOK).says(`"stage":"closed"`)
		s.page("hassan.border", "").is(http.StatusOK).hides("Hodan", "driver", "cooks for twenty")
		s.shut("barasa.inquiry", "care", "investigation")
		s.nothing("halima.migration", "fatuma.case", "salome.shelter")
	})
}

// noSuspect: at the scene of the same matter she is not held to be a suspect
// before section 14 was looked at by two people.
func (s *told) noSuspect() {
	s.t.Helper()
	s.as("barasa.inquiry")
	inquiry := s.call("barasa.inquiry", "POST", "/api/v1/inquiries", m{"kind": "trafficking", "title": "The house by the lake (invented)"}).is(http.StatusCreated).json()["id"].(string)
	at := "/api/v1/inquiries/" + inquiry
	s.call("barasa.inquiry", "POST", at+"/cases", m{"case": s.id}).is(http.StatusOK, http.StatusCreated)
	scene := s.call("barasa.inquiry", "POST", at+"/scenes", m{"class": "premises", "cases": []string{s.id}, "role": "scene-manager"}).is(http.StatusCreated).json()["id"].(string)
	there := "/api/v1/scenes/" + scene
	held := s.call("barasa.inquiry", "POST", there+"/persons", m{"standing": "suspect", "case": s.id})
	held.is(http.StatusConflict).says("nonpunishment.review-first")
	s.call("barasa.inquiry", "POST", there+"/persons", m{"standing": "victim", "case": s.id}).is(http.StatusOK, http.StatusCreated)
	person := s.call("barasa.inquiry", "GET", there, nil).is(http.StatusOK).last("persons", "id")
	s.call("barasa.inquiry", "POST", there+"/persons/restate", m{"person": person, "standing": "suspect", "reason": "She held the key of the gate"}).is(http.StatusConflict).says("nonpunishment.review-first")
}

// A false alarm: found not to be a victim, with a way back that is real.
func TestAFalseAlarm(t *testing.T) {
	each(t, func(s *told) {
		s.walksIn("A neighbour heard shouting", woman("Akello Fiktivo", 33, "sw"))
		s.refused("achieng.case", "/presumption", m{"decision": "not_presumed"}, "screening.reason-for-not-presumed")
		s.post("achieng.case", "/presumption", m{"decision": "not_presumed", "reason": s.reason(), "note": "A family quarrel", "way_back": "She has our number."}).is(http.StatusOK)

		// She asks for it to be looked at again; help does not stop meanwhile,
		// and who decided does not answer.
		s.post("achieng.case", "/status-reviews", m{"asked_by": "person", "grounds": "You did not ask about the other house."}).is(http.StatusCreated)
		s.refused("achieng.case", "/closure", m{"reason": "not-a-victim"}, "identification.services-go-on")
		s.refused("achieng.case", "/status-reviews/answer", m{"outcome": "upheld", "reasons": "No"}, "supervision.own-work")
		s.handedTo("ekai.case", "x-kaskazi")
		s.post("ekai.case", "/status-reviews/answer", m{"outcome": "upheld", "reasons": "Both houses were looked at."}).is(http.StatusOK)
		s.closes("ekai.case", "not-a-victim")
		s.nothing("achieng.case", "fatuma.case", "barasa.inquiry")
	})
}

// A panel does not confirm her; asked again by other eyes the decision changes.
// What the panel decided stays readable beside what holds now, her help never
// stopped, and her letter tells the decision that holds with its own reasons.
func TestAPanelsDecisionIsChangedByAReview(t *testing.T) {
	each(t, func(s *told) {
		s.walksIn("She walked in alone", woman("Atieno Fiktivo", 29, "en"))
		s.presumes("achieng.case", "trafficking")
		first := s.decides("achieng.case", "not_confirmed", "Nobody was paid.", "fatuma.case", "halima.migration")
		s.post("achieng.case", "/status-reviews", m{"asked_by": "lawyer", "grounds": "The broker was paid."}).is(http.StatusCreated)
		s.refused("achieng.case", "/closure", m{"reason": "not-a-victim"}, "identification.services-go-on")
		review := s.get("achieng.case", "/joint").last("status_reviews", "id")
		again := func(members ...string) m {
			return m{"on": day(s, 1), "members": members, "papers": "The receipts of the broker.", "review": review}
		}

		// Not one person alone, not who proposed it, and none who sat on it.
		s.refused("achieng.case", "/status-reviews/answer", m{"outcome": "upheld", "reasons": "No"}, "identification.review-by-panel")
		s.refused("achieng.case", "/panels", again("kamau.case", "kibet.legal"), "identification.other-eyes")
		s.handedTo("ekai.case", "x-kaskazi")
		s.refused("ekai.case", "/panels", again("fatuma.case", "kibet.legal"), "identification.other-eyes")
		s.refused("ekai.case", "/panels", again("naliaka.case", "achieng.case"), "identification.other-eyes")
		s.post("ekai.case", "/panels", again("naliaka.case", "kibet.legal")).is(http.StatusCreated)
		s.post("ekai.case", "/panels/proposal", m{"outcome": "confirmed", "reasons": "No word for a review"}).is(http.StatusUnprocessableEntity)
		s.proposes("ekai.case", "changed", "The receipts were found.")

		// They read why she asks and what was decided, beside the papers.
		s.as("naliaka.case")
		s.get("naliaka.case", "/panel/papers").is(http.StatusOK).says("The receipts of the broker.", "The broker was paid.", "Nobody was paid.", "The receipts were found.").hides("Atieno", "walked in alone")
		s.page("naliaka.case", "/panel").is(http.StatusOK).says("The decision is changed", "another panel")
		s.allAgree("naliaka.case")
		s.get("ekai.case", "/joint").hides(`"changed":"`)
		s.allAgree("kibet.legal")

		joint := s.get("ekai.case", "/joint").is(http.StatusOK).says(`"outcome":"not_confirmed"`, `"changed":"`+review+`"`, `"status":"confirmed"`)
		if joint.last("status_reviews", "outcome") != "changed" || joint.last("panels", "review") != review {
			t.Errorf("the review is not answered by the panel: %s", joint.body)
		}
		s.page("ekai.case", "/identification").is(http.StatusOK).says("Not confirmed", "Changed by a review to: Confirmed", "another panel")
		s.get("ekai.case", "/panels/"+first+"/letter").is(http.StatusOK).says("The receipts were found.", `"outcome":"confirmed"`, `"reviewed":"changed"`, `"on":"`+day(s, 0)+`"`).hides("Nobody was paid.")
		s.get("ekai.case", "/panels/"+joint.last("panels", "id")+"/letter").is(http.StatusNotFound) // her letter is about her status
		s.refused("ekai.case", "/status-reviews", m{"asked_by": "person", "grounds": "Again"}, "identification.nothing-to-review")
	})
}

// Another panel is called together while a review of the first one's decision is
// open: the review stays about the decision she asked about, and what falls is
// that decision.
func TestAReviewIsOfTheDecisionSheAskedAbout(t *testing.T) {
	each(t, func(s *told) {
		s.walksIn("She walked in alone", woman("Nekesa Fiktivo", 31, "en"))
		s.presumes("achieng.case", "trafficking")
		s.handedTo("ekai.case", "x-kaskazi")
		first := s.decides("ekai.case", "not_confirmed", "Nobody was paid.", "fatuma.case", "halima.migration")
		s.post("ekai.case", "/status-reviews", m{"asked_by": "lawyer", "grounds": "The broker was paid."}).is(http.StatusCreated)
		s.page("ekai.case", "/identification").is(http.StatusOK).says("/letter?panel="+first+"&amp;lang=sw", "/letter?panel="+first+"&amp;lang=so")
		s.convenes("ekai.case", "The same papers.", "fatuma.case", "halima.migration")
		s.page("ekai.case", "/identification").is(http.StatusOK).says("/letter?panel="+first+"&amp;lang=sw", "/letter?panel="+first+"&amp;lang=so")
		s.post("ekai.case", "/panels/dismissal", m{}).is(http.StatusOK)
		s.handed("ekai.case", "kamau.case", "x-tumaini")
		review := s.get("kamau.case", "/joint").last("status_reviews", "id")
		s.post("kamau.case", "/panels", m{"on": day(s, 1), "members": []string{"naliaka.case", "kibet.legal"}, "papers": "The receipts.", "review": review}).is(http.StatusCreated)
		s.proposes("kamau.case", "changed", "The receipts were found.")
		s.allAgree("naliaka.case", "kibet.legal")

		joint := s.get("kamau.case", "/joint").is(http.StatusOK)
		if joint.last("status_reviews", "panel") != first {
			t.Errorf("the review does not name the panel it is about: %s", joint.body)
		}
		s.page("kamau.case", "/identification").is(http.StatusOK).says("Changed by a review to: Confirmed")
		s.get("kamau.case", "/panels/"+first+"/letter").is(http.StatusOK).says("The receipts were found.", `"outcome":"confirmed"`)
		s.refused("kamau.case", "/status-reviews", m{"asked_by": "person", "grounds": "Again"}, "identification.nothing-to-review")
	})
}

// She asked for a decision to be looked at again and it stays: she is told that too,
// with its own reasons, whether one person or a panel answered her. The day in her
// letter is that on which it was decided, not that of a meeting to come.
func TestSheIsToldThatADecisionStays(t *testing.T) {
	each(t, func(s *told) {
		s.walksIn("She walked in alone", woman("Wangari Fiktivo", 31, "am"))
		s.presumes("achieng.case", "trafficking")
		first := s.decides("achieng.case", "not_confirmed", "Nobody was paid.", "fatuma.case", "halima.migration")
		s.get("achieng.case", "/panels/"+first+"/letter").is(http.StatusOK).says(`"on":"` + day(s, 0) + `"`).hides(`"reviewed"`)
		s.post("achieng.case", "/status-reviews", m{"asked_by": "person", "grounds": "The broker was paid."}).is(http.StatusCreated)
		review := s.get("achieng.case", "/joint").last("status_reviews", "id")
		s.handedTo("ekai.case", "x-kaskazi")
		s.post("ekai.case", "/panels", m{"on": day(s, 1), "members": []string{"naliaka.case", "kibet.legal"}, "papers": "The receipts.", "review": review}).is(http.StatusCreated)
		s.proposes("ekai.case", "upheld", "They are of another broker.")
		s.get("ekai.case", "/status-reviews/"+review+"/letter").is(http.StatusNotFound)
		s.allAgree("naliaka.case", "kibet.legal")
		s.get("ekai.case", "/status-reviews/"+review+"/letter").is(http.StatusOK).
			says("They are of another broker.", `"outcome":"not_confirmed"`, `"reviewed":"upheld"`, `"on":"`+day(s, 0)+`"`).hides("Nobody was paid.")
		s.page("ekai.case", "/identification").is(http.StatusOK).says("/letter?review="+review, "/letter?review="+review+"&amp;lang=am")
		for _, lang := range []string{"", "sw", "ar"} {
			s.page("ekai.case", "/letter?review="+review+"&lang="+lang).is(http.StatusOK).says("%PDF")
		}

		s.walksIn("A neighbour heard shouting", woman("Moraa Fiktivo", 26, "fr"))
		s.post("achieng.case", "/presumption", m{"decision": "not_presumed", "reason": s.reason(), "note": "A family quarrel", "way_back": "She has our number."}).is(http.StatusOK)
		s.post("achieng.case", "/status-reviews", m{"asked_by": "person", "grounds": "You did not ask."}).is(http.StatusCreated)
		review = s.get("achieng.case", "/joint").last("status_reviews", "id")
		s.handedTo("ekai.case", "x-kaskazi")
		s.post("ekai.case", "/status-reviews/answer", m{"outcome": "upheld", "reasons": "Both houses were looked at."}).is(http.StatusOK)
		s.get("ekai.case", "/status-reviews/"+review+"/letter").is(http.StatusOK).says("Both houses were looked at.", `"outcome":"not_presumed"`, `"reviewed":"upheld"`)
		s.page("ekai.case", "/letter?review="+review).is(http.StatusOK).says("%PDF")
	})
}

// reason is some word of the vocabulary of reasons.
func (s *told) reason() string { return s.Content.List("not-presumed-reasons")[0].ID }

// handedTo hands the case to another agency.
func (s *told) handedTo(user, agency string) {
	s.t.Helper()
	s.handed("achieng.case", user, agency)
}

// handed hands the case from one case manager to another of another agency.
func (s *told) handed(from, user, agency string) {
	s.t.Helper()
	s.agree(from, agency, "assistance", "identity", "care")
	s.nothing(user)
	s.post(from, "/transfers", m{"to": agency, "reason": "conflict", "note": "Somebody else should look"}).is(http.StatusCreated)
	s.post(user, "/transfers/answer", m{"accept": true}).is(http.StatusOK)
}

// She is not presumed a victim; asked again by other eyes that changes. What was
// decided first stays readable beside what holds now, with who decided it; her
// help and her time to recover begin; and there is a letter that tells her.
func TestAPresumptionIsChangedByAReview(t *testing.T) {
	each(t, func(s *told) {
		s.walksIn("A neighbour heard shouting", woman("Adhiambo Fiktivo", 26, "fr"))
		not := m{"decision": "not_presumed", "reason": s.reason(), "note": "A family quarrel", "way_back": "She has our number."}
		s.post("achieng.case", "/presumption", not).is(http.StatusOK)
		s.post("achieng.case", "/status-reviews", m{"asked_by": "person", "grounds": "You did not ask about the other house."}).is(http.StatusCreated)
		review := s.get("achieng.case", "/joint").last("status_reviews", "id")
		s.get("achieng.case", "/status-reviews/"+review+"/letter").is(http.StatusNotFound) // nothing to tell yet
		achieng := s.who("achieng.case")
		s.handedTo("ekai.case", "x-kaskazi")

		// Decided again alike by somebody else: neither of the two answers her.
		s.post("ekai.case", "/presumption", not).is(http.StatusOK)
		s.refused("ekai.case", "/status-reviews/answer", m{"outcome": "changed", "reasons": "My own work"}, "supervision.own-work")
		s.handed("ekai.case", "achieng.case", "x-ziwa")
		s.refused("achieng.case", "/status-reviews/answer", m{"outcome": "changed", "reasons": "My own work"}, "supervision.own-work")
		s.handed("achieng.case", "wanjiru.case", "x-tumaini")
		s.post("wanjiru.case", "/status-reviews/answer", m{"outcome": "changed", "reasons": "The other house was locked from outside."}).is(http.StatusOK)

		// What was decided, by whom and why, and what holds.
		told := s.get("wanjiru.case", "").is(http.StatusOK).json()
		p := told["presumption"].(m)
		if p["decision"] != "not_presumed" || p["reason"] != s.reason() || p["way_back_sealed"] != true || p["changed"] != review || p["standing"] != "presumed" {
			t.Errorf("the presumption: %v", p)
		}
		if told["presumed"] != "presumed" {
			t.Errorf("the frame says %v", told["presumed"])
		}
		if against := s.get("wanjiru.case", "/joint").last("status_reviews", "against"); against != achieng {
			t.Errorf("it was asked against the decision of %s", against)
		}
		s.list("wanjiru.case", "mine").says(`"presumed":"presumed"`)
		s.page("wanjiru.case", "").is(http.StatusOK).says("Not presumed a victim", "Changed by a review to: Presumed victim")
		s.page("wanjiru.case", "/identification").is(http.StatusOK).says("Changed by a review to: Presumed victim", "/letter?review="+review, "lang=fr")
		s.opens("wanjiru.case", "whereabouts", "assistance", "She has our number.")
		s.opens("wanjiru.case", "account", "assistance", "A family quarrel", "The other house was locked from outside.")
		s.post("wanjiru.case", "/reflection", spoken).is(http.StatusCreated)
		s.refused("wanjiru.case", "/status-reviews", m{"asked_by": "person", "grounds": "Again"}, "identification.nothing-to-review")

		// Her letter, which others read nothing of.
		s.get("wanjiru.case", "/status-reviews/"+review+"/letter").is(http.StatusOK).
			says("The other house was locked from outside.", `"outcome":"presumed"`, `"on":"`+day(s, 0)+`"`, "Adhiambo").hides("A family quarrel")
		s.page("wanjiru.case", "/letter?review="+review+"&lang=sw").is(http.StatusOK).says("%PDF")
		s.page("wanjiru.case", "/letter?review="+review).is(http.StatusOK).says("%PDF")
		s.get("barasa.inquiry", "/status-reviews/"+review+"/letter").is(http.StatusNotFound)
		s.page("zawadi.hotline", "/letter?review="+review).is(http.StatusForbidden, http.StatusNotFound)

		// Decided anew, the new decision stands by itself.
		s.presumes("wanjiru.case", "trafficking", "domestic-servitude")
		s.get("wanjiru.case", "").is(http.StatusOK).says(`"standing":"presumed"`).hides(`"changed":"` + review)
	})
}
