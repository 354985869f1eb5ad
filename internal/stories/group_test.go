package stories_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"rufaa/internal/accounts"
	"rufaa/internal/demo"
)

// met is one of the group, as the first border post wrote the alert.
type met struct{ id, ref string }

func (s *told) about(p met) { s.id, s.ref = p.id, p.ref }

// A lorry is stopped by night at Upepo post: a family of three, a boy alone who
// says that he is nineteen, and a man who cannot stand. They paid to be carried
// on; some were made to pay more. They leave by another post, each otherwise.
func TestAGroupInTransitThroughTwoBorderPosts(t *testing.T) {
	each(t, func(s *told) {
		s.secondPost()
		mother := s.stopped("x-kaskazi", m{"name": "Saba Fiktivo", "age": 28, "minor": "no", "sex": "female", "language": "am"})
		father := s.stopped("x-kaskazi", m{"name": "Yonas Fiktivo", "age": 31, "minor": "no", "sex": "male", "language": "am"})
		child := s.stopped("x-kaskazi", m{"name": "Liya Fiktivo", "age": 4, "minor": "yes", "sex": "female", "language": "am"})
		boy := s.stopped("x-children-office", m{"name": "Samuel Fiktivo", "minor": "unsure", "sex": "male", "language": "am", "phone": "0712334455"}, "child-alone")
		ill := s.stopped("x-kaskazi", m{"name": "Dawit Fiktivo", "age": 22, "minor": "no", "sex": "male", "language": "am"}, "injury")
		all := []met{mother, father, child, boy, ill}

		// Nobody but those who were asked knows of any; the other post knows nothing.
		for _, p := range all {
			s.about(p)
			s.nothing("lekuton.border", "chebet.clinic", "halima.migration", "fatuma.case", "barasa.inquiry")
			s.page("wafula.secretariat", "").is(http.StatusOK).hides("Fiktivo", "Bench in the yard")
		}

		s.theManWhoCannotStand(ill)
		s.theFamily(mother, father, child)
		s.theBoyAlone(boy)

		// The post that stopped them still sees how far each has come, and no more.
		for _, p := range all {
			s.about(p)
			s.page("hassan.border", "").is(http.StatusOK).hides("Fiktivo", "tarpaulin", "Bench in the yard")
			s.shut("hassan.border", "account", "assistance")
			s.nothing("fatuma.case", "salome.shelter")
		}
		s.as("wafula.secretariat")
		s.call("wafula.secretariat", "GET", "/api/v1/worklist?list=detained", nil).is(http.StatusOK).hides(ill.ref, mother.ref)
	})
}

// secondPost opens another post, with an officer of its own, on the road north.
func (s *told) secondPost() {
	s.t.Helper()
	ctx := s.t.Context()
	post := accounts.Agency{ID: "x-border-nyoka", Name: "Nyoka Border Post (fictional)", Kind: "immigration", County: "marsabit"}
	if err := s.Accounts.AddAgency(ctx, accounts.System, post); err != nil {
		s.t.Fatal(err)
	}
	hash, err := s.Accounts.HashPassword(ctx, demo.Password)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.Accounts.AddDemoStaff(ctx, []accounts.DemoStaff{{Username: "lekuton.border", Name: "Lekuton Saro (fictional)", Agency: post.ID,
		Duties: []accounts.Duty{accounts.ImmigrationOfficer}, Language: "en"}}, hash); err != nil {
		s.t.Fatal(err)
	}
	if err := s.ReloadAgencies(ctx); err != nil {
		s.t.Fatal(err)
	}
}

// stopped is what the first post writes of one of them.
func (s *told) stopped(holder string, who m, dangers ...string) met {
	s.t.Helper()
	s.raise("hassan.border", m{"channel": "border", "county": "busia", "holder": holder, "account": "Under a tarpaulin, with twelve others", "immediate": len(dangers) > 0,
		"dangers": dangers, "place": "Bench in the yard", "place_kind": "border-post", "person": who})
	return met{s.id, s.ref}
}

// theManWhoCannotStand: a doctor before any question. The clinic learns who he is
// and what he needs, on the ground of danger to life, without his story; when he
// can speak he decides himself.
func (s *told) theManWhoCannotStand(ill met) {
	s.t.Helper()
	s.about(ill)
	s.as("ekai.case")
	s.call("ekai.case", "GET", "/api/v1/worklist?list=waiting", nil).is(http.StatusOK).says(ill.ref, `"danger":true`)
	s.post("ekai.case", "/take", nil).is(http.StatusOK)
	s.post("ekai.case", "/danger", m{"action": "medical-called"}).is(http.StatusOK)
	s.post("ekai.case", "/safety", m{"level": "high", "reasons": "He has not drunk for two days."}).is(http.StatusCreated)
	need := s.need("ekai.case", "", "medical")
	to := m{"to": "x-hospital", "purpose": "assistance", "urgency": "emergency", "needs": []string{need}, "compartments": []string{"identity", "care"}}
	s.refused("ekai.case", "/referrals/preview", to, "consent.needed-to-disclose")
	s.post("ekai.case", "/bases", m{"kind": "danger-to-life", "purpose": "assistance", "agency": "x-hospital", "compartments": []string{"identity", "care"}, "reason": "He cannot speak."}).is(http.StatusCreated)
	clinic := s.refer("ekai.case", "chebet.clinic", "x-hospital", "assistance", need, "identity", "care")
	s.opens("chebet.clinic", "identity", "assistance", "Dawit")
	s.shut("chebet.clinic", "account", "assistance")
	s.shut("chebet.clinic", "immigration", "assistance")
	s.blind("chebet.clinic", "interviews", "nonpunishment", "solution")
	s.post("ekai.case", "/place", m{"kind": "hospital", "place": "Ward two"}).is(http.StatusOK)

	// Nobody questions or charges him meanwhile; smuggled, and nobody's victim so
	// far as anybody can tell, he is looked at again before he leaves.
	s.answers("ekai.case", "smuggling-abuse-1", "child")
	s.refused("ekai.case", "/presumption", m{"decision": "cannot_tell", "track": "smuggling"}, "screening.review-when-unsure")
	s.post("ekai.case", "/presumption", m{"decision": "cannot_tell", "track": "smuggling", "review_on": day(s, 7)}).is(http.StatusOK)
	s.nothing("barasa.inquiry", "halima.migration")
	s.as("chebet.clinic")
	for _, step := range []string{"started", "finished"} {
		s.call("chebet.clinic", "POST", "/api/v1/referrals/"+clinic+"/progress", m{"step": step}).is(http.StatusOK)
	}
	s.Clock.Pass(7 * 24 * time.Hour)
	s.screen("ekai.case", "adult")
	s.post("ekai.case", "/presumption", m{"decision": "presumed", "track": "both", "exploitation": []string{"forced-labour"}}).is(http.StatusOK)
	s.page("ekai.case", "").is(http.StatusOK).says("Presumed victim")
	s.leavesByNyoka("Dawit")
}

// leavesByNyoka: home by the other post, because he says so and both countries
// looked. That post learns who comes and with what paper, and neither story nor
// illness; it may not turn him into an offender.
func (s *told) leavesByNyoka(name string) {
	s.t.Helper()
	s.nothing("lekuton.border")
	s.post("ekai.case", "/return-risks", m{"country": "et", "joint": true, "with": "A partner in Addis", "outcome": "conditions", "reasons": "The debt is settled"}).is(http.StatusCreated)
	s.post("ekai.case", "/solutions", m{"kind": "return", "chosen": "person", "words": "Home, by the north road"}).is(http.StatusCreated)
	s.post("ekai.case", "/papers", m{"kind": "travel-document", "state": "applied-for"}).is(http.StatusCreated)
	s.post("ekai.case", "/bookings", m{"kind": "transport", "on": day(s, 3), "escorts": 1, "details": "By Nyoka in the morning"}).is(http.StatusCreated)
	pass := s.need("ekai.case", "", "documents")
	s.agree("ekai.case", "x-border-nyoka", "return", "identity", "immigration")
	id := s.refer("ekai.case", "lekuton.border", "x-border-nyoka", "return", pass, "identity")
	s.opens("lekuton.border", "identity", "return", name)
	for _, compartment := range []string{"account", "care", "whereabouts"} {
		s.shut("lekuton.border", compartment, "return")
	}
	s.blind("lekuton.border", "needs", "safety", "logistics", "solution", "child")
	s.refused("lekuton.border", "/offender-steps", m{"step": "charge", "act": "presence"}, "nonpunishment.review-first")
	s.as("lekuton.border")
	for _, step := range []string{"started", "finished"} {
		s.call("lekuton.border", "POST", "/api/v1/referrals/"+id+"/progress", m{"step": step}).is(http.StatusOK)
	}
	s.post("ekai.case", "/closure", m{"reason": "solution-found"}).is(http.StatusOK)
	s.shut("lekuton.border", "care", "return")
}

// theFamily stays one: taken, housed and sent on together, though each is a case
// of their own; the mother's account is not the father's to read, nor the house's.
func (s *told) theFamily(mother, father, child met) {
	s.t.Helper()
	beds := map[string]string{}
	for _, p := range []met{mother, father, child} {
		s.about(p)
		s.post("ekai.case", "/take", nil).is(http.StatusOK)
		s.post("ekai.case", "/safety", m{"level": "medium", "reasons": "The driver telephones."}).is(http.StatusCreated)
		beds[p.id] = s.need("ekai.case", "Not to be parted", "shelter")
	}
	s.about(mother)
	s.post("ekai.case", "/account", m{"text": "She paid a second time, with her ring"}).is(http.StatusCreated)
	s.post("ekai.case", "/family", m{"reference": child.ref, "relation": "child", "own_relation": "mother"}).is(http.StatusOK)
	s.post("ekai.case", "/family", m{"reference": father.ref, "relation": "spouse", "own_relation": "mother"}).is(http.StatusOK)
	offer := func(p met) m {
		return m{"to": "x-bustani", "purpose": "assistance", "urgency": "urgent", "needs": []string{beds[p.id]}, "compartments": []string{"identity"}}
	}
	for _, p := range []met{mother, father} {
		s.about(p)
		s.agree("ekai.case", "x-bustani", "assistance", "identity")
		s.refused("ekai.case", "/referrals/preview", offer(p), "referral.family-together")
	}
	s.about(child)
	s.post("ekai.case", "/consents", and(spoken, m{"given": true, "purposes": []string{"assistance"}, "agency": "x-bustani", "compartments": []string{"identity"},
		"how": "spoken", "given_by": "guardian"})).is(http.StatusCreated)
	s.nothing("rehema.shelter")
	var sent []string
	for _, p := range []met{mother, father, child} {
		s.about(p)
		together := and(offer(p), m{"family": "together"})
		shown := s.post("ekai.case", "/referrals/preview", together).is(http.StatusOK).says(`"family":2`).json()
		sent = append(sent, s.post("ekai.case", "/referrals", and(together, m{"preview": shown["preview"]})).is(http.StatusCreated).json()["id"].(string))
	}
	s.as("rehema.shelter")
	s.call("rehema.shelter", "GET", "/referrals/"+sent[0], nil).is(http.StatusOK).says("Belongs together with", child.ref, father.ref).hides("Liya", "Yonas", "ring")
	for _, id := range sent {
		s.call("rehema.shelter", "POST", "/api/v1/referrals/"+id+"/answer", m{"accept": true}).is(http.StatusOK)
	}
	for _, p := range []met{mother, father, child} {
		s.about(p)
		s.opens("rehema.shelter", "identity", "assistance", "Fiktivo")
		s.shut("rehema.shelter", "account", "assistance")
	}
	s.about(child)
	s.refused("ekai.case", "/bookings", m{"kind": "transport", "on": day(s, 2), "escorts": 1}, "child.two-escorts")

	// Both parents screened by themselves: the ring makes her more than smuggled,
	// and what is found of her is not found of him.
	s.about(mother)
	s.answers("ekai.case", "smuggling-abuse-1", "child")
	s.post("ekai.case", "/presumption", m{"decision": "presumed", "track": "both", "exploitation": []string{"domestic-servitude"}}).is(http.StatusOK)
	s.about(father)
	s.answers("ekai.case", "smuggling-abuse-1", "child")
	s.post("ekai.case", "/presumption", m{"decision": "not_presumed", "track": "smuggling", "reason": "regular-migration", "note": "He paid once", "way_back": "May ask again with her."}).is(http.StatusOK)
	s.get("ekai.case", "").is(http.StatusOK).hides("ring", `"standing":"presumed"`)

	// Immigration is asked in about him alone, as he agreed, for his claim to
	// asylum; of her and the child there is nothing there. What may be held against
	// him may not be against her, whoever would ask.
	s.agree("ekai.case", "x-immigration", "immigration", "identity", "immigration")
	stay := s.need("ekai.case", "", "asylum")
	s.refer("ekai.case", "halima.migration", "x-immigration", "immigration", stay, "identity")
	s.shut("halima.migration", "account", "immigration")
	s.post("halima.migration", "/offender-steps", m{"step": "charge", "act": "presence"}).is(http.StatusCreated)
	s.page("ekai.case", "/nonpunishment").is(http.StatusOK).says("Unlawful presence or entry")
	s.about(mother)
	s.nothing("halima.migration")
	s.about(child)
	s.nothing("halima.migration")
	s.about(mother)
	s.post("ekai.case", "/offender-steps", m{"step": "charge", "act": "presence"}).is(http.StatusForbidden)
}

// theBoyAlone is a child until it is settled otherwise: a guardian before a
// journey, no house of strangers while a family would have him. Carried off
// again, he is met at the second post, where nobody may look into his case; the
// post raises an alert of its own and the two are found to be one person.
func (s *told) theBoyAlone(boy met) {
	s.t.Helper()
	s.about(boy)
	s.post("naliaka.case", "/take", nil).is(http.StatusOK)
	s.get("naliaka.case", "").is(http.StatusOK).says(`"child":true`)
	s.refused("naliaka.case", "/closure", m{"reason": "contact-lost"}, "alert.immediate-danger-first")
	s.post("naliaka.case", "/danger", m{"action": "stayed-with"}).is(http.StatusOK)
	s.nothing("ekai.case") // who has the family has not the boy
	s.refused("naliaka.case", "/age-assessments", m{"methods": []string{"interview", "school"}, "low": 19, "high": 21, "agreed": false, "reasons": "He says so"}, "child.age-with-consent")
	s.answers("naliaka.case", "smuggling-abuse-1", "adult")
	s.post("naliaka.case", "/presumption", m{"decision": "cannot_tell", "track": "smuggling", "review_on": day(s, 10)}).is(http.StatusOK)
	s.post("naliaka.case", "/safety", m{"level": "high", "reasons": "Somebody is to fetch him."}).is(http.StatusCreated)
	s.post("naliaka.case", "/guardians", m{"kind": "childrens-officer", "from": day(s, 0), "name": "Grace Muli"}).is(http.StatusCreated)
	s.refused("naliaka.case", "/care-arrangements", m{"kind": "institution", "tried": []string{}, "review_on": day(s, 30), "reason": "There is a bed"}, "child.institution-last")
	s.post("naliaka.case", "/care-arrangements", m{"kind": "foster", "tried": []string{}, "review_on": day(s, 30), "reason": "A family that speaks his language"}).is(http.StatusCreated)

	s.Clock.Pass(9 * 24 * time.Hour)
	s.as("lekuton.border")
	if known := s.call("lekuton.border", "POST", "/api/v1/alerts/known", m{"name": "Samuel Fiktivo", "phone": "0712334455"}); strings.Contains(known.body, boy.ref) {
		s.t.Error("the second post is told of the first one's case")
	}
	s.raise("lekuton.border", m{"channel": "border", "county": "marsabit", "holder": "x-kaskazi", "account": "Alone in a bus going north", "place": "Room behind the gate",
		"place_kind": "border-post", "person": m{"name": "Samuel Fiktivo", "minor": "unsure", "sex": "male", "language": "am", "phone": "0712334455"}})
	again := met{s.id, s.ref}
	s.post("ekai.case", "/take", nil).is(http.StatusOK)
	s.nothing("naliaka.case")
	if _, err := s.Likenesses.FindAll(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	for user, own := range map[string]met{"ekai.case": again, "naliaka.case": boy} {
		other := map[string]met{"ekai.case": boy, "naliaka.case": again}[user]
		s.as(user)
		s.call(user, "GET", "/api/v1/likenesses", nil).is(http.StatusOK).says(own.ref).hides(other.ref, other.id)
	}
	s.as("lekuton.border")
	s.call("lekuton.border", "GET", "/api/v1/likenesses", nil).is(http.StatusForbidden, http.StatusOK).hides(boy.ref)
	s.about(boy)
	s.nothing("lekuton.border", "ekai.case")
	s.post("naliaka.case", "/retrafficking", m{"on": day(s, 0), "text": "Met alone on the road north"}).is(http.StatusCreated)
	s.screen("naliaka.case", "child")
	s.post("naliaka.case", "/presumption", m{"decision": "presumed", "track": "both", "exploitation": []string{"forced-labour"}}).is(http.StatusOK)
	s.get("naliaka.case", "").is(http.StatusOK).says(`"standing":"presumed"`)
}
