package stories_test

import "net/http"

// woman, man, girl and boy are whom an alert is about, as far as is known.
func woman(name string, age int, language string) m {
	return known(name, age, "no", "female", language)
}
func man(name string, age int, language string) m { return known(name, age, "no", "male", language) }
func girl(name string, age int, language string) m {
	return known(name, age, "yes", "female", language)
}
func boy(name string, age int, language string) m { return known(name, age, "yes", "male", language) }

func known(name string, age int, minor, sex, language string) m {
	return m{"name": name, "age": age, "minor": minor, "sex": sex, "language": language}
}

// takes is the first step of whoever will answer for the case.
func (s *told) takes(user string) {
	s.t.Helper()
	s.post(user, "/take", nil).is(http.StatusOK)
}

// walksIn is how many stories begin: somebody is told of at the hotline, and the
// centre by the lake takes the case and screens her.
func (s *told) walksIn(account string, who m) {
	s.t.Helper()
	s.raise("zawadi.hotline", m{"channel": "hotline", "county": "kisumu", "holder": "x-ziwa", "account": account, "person": who})
	s.takes("achieng.case")
	s.screen("achieng.case", "adult")
}

// presumes records a presumption, on the track and with the kinds of exploitation.
func (s *told) presumes(user, track string, exploitation ...string) {
	s.t.Helper()
	decision := m{"decision": "presumed", "track": track}
	if len(exploitation) > 0 {
		decision["exploitation"] = exploitation
	}
	s.post(user, "/presumption", decision).is(http.StatusOK)
}

// cannotTell leaves it open, to be looked at again after so many days.
func (s *told) cannotTell(user, track string, days int) {
	s.t.Helper()
	s.post(user, "/presumption", m{"decision": "cannot_tell", "track": track, "review_on": day(s, days)}).is(http.StatusOK)
}

// doesNotPresume says why not, and how she can come back.
func (s *told) doesNotPresume(user, track, reason, note, wayBack string) {
	s.t.Helper()
	s.post(user, "/presumption", m{"decision": "not_presumed", "track": track, "reason": reason, "note": note, "way_back": wayBack}).is(http.StatusOK)
}

// inDanger is a safety assessment.
func (s *told) inDanger(user, level, reasons string) {
	s.t.Helper()
	s.post(user, "/safety", m{"level": level, "reasons": reasons}).is(http.StatusCreated)
}

// agreesForHer records a guardian's yes to an agency.
func (s *told) agreesForHer(user, agency, purpose string, compartments ...string) {
	s.t.Helper()
	s.post(user, "/consents", and(spoken, m{"given": true, "purposes": []string{purpose}, "agency": agency, "compartments": compartments,
		"how": "spoken", "given_by": "guardian"})).is(http.StatusCreated)
}

// declines records a no to an agency, which is kept like a yes.
func (s *told) declines(user, agency, purpose, givenBy string, compartments ...string) {
	s.t.Helper()
	s.post(user, "/consents", and(spoken, m{"given": false, "purposes": []string{purpose}, "agency": agency, "compartments": compartments,
		"how": "spoken", "given_by": givenBy})).is(http.StatusCreated)
}

// sends previews a referral and sends what was shown; it gives the referral.
func (s *told) sends(user string, offer m) string {
	s.t.Helper()
	shown := s.post(user, "/referrals/preview", offer).is(http.StatusOK).json()
	return s.post(user, "/referrals", and(offer, m{"preview": shown["preview"]})).is(http.StatusCreated).json()["id"].(string)
}

// serves does what a referral asked for, from start to finish.
func (s *told) serves(user, referral string) {
	s.t.Helper()
	s.as(user)
	for _, step := range []string{"started", "finished"} {
		s.call(user, "POST", "/api/v1/referrals/"+referral+"/progress", m{"step": step}).is(http.StatusOK)
	}
}

// closes the case.
func (s *told) closes(user, reason string) {
	s.t.Helper()
	s.post(user, "/closure", m{"reason": reason}).is(http.StatusOK)
}

// convenes calls an identification panel of named people and lays the papers
// before it; it gives the panel.
func (s *told) convenes(user, papers string, members ...string) string {
	s.t.Helper()
	s.post(user, "/panels", m{"on": day(s, 1), "members": members, "papers": papers}).is(http.StatusCreated)
	return s.get(user, "/joint").last("panels", "id")
}

// proposes lays before the panel what it is to decide.
func (s *told) proposes(user, outcome, reasons string) {
	s.t.Helper()
	s.post(user, "/panels/proposal", m{"outcome": outcome, "reasons": reasons}).is(http.StatusOK)
}

// voice is what a member says of what is proposed now.
func (s *told) voice(user, voice, reasons string) m {
	s.t.Helper()
	s.as(user)
	proposal, _ := s.get(user, "/panel").is(http.StatusOK).json()["proposal"].(m)
	return m{"proposal": proposal["id"], "voice": voice, "reasons": reasons}
}

// allAgree lets each member say yes with a voice of their own.
func (s *told) allAgree(users ...string) {
	s.t.Helper()
	for _, user := range users {
		s.post(user, "/panel/voice", s.voice(user, "agree", "")).is(http.StatusCreated)
	}
}

// decides lets a panel decide, all its members agreeing; it gives the panel.
func (s *told) decides(user, outcome, reasons string, members ...string) string {
	s.t.Helper()
	panel := s.convenes(user, "What she told, and the marks that were seen.", members...)
	s.proposes(user, outcome, reasons)
	s.allAgree(members...)
	return panel
}
