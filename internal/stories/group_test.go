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
// says that he is nineteen, a man who cannot stand, and two cousins who hold each
// other's hand. They paid to be carried on; some were made to pay more. They
// leave by another post, each otherwise.
func TestAGroupInTransitThroughTwoBorderPosts(t *testing.T) {
	each(t, func(s *told) {
		s.secondPost()
		mother := s.stopped("x-kaskazi", woman("Saba Fiktivo", 28, "am"))
		father := s.stopped("x-kaskazi", man("Yonas Fiktivo", 31, "am"))
		child := s.stopped("x-kaskazi", girl("Liya Fiktivo", 4, "am"))
		boy := s.stopped("x-children-office", m{"name": "Samuel Fiktivo", "minor": "unsure", "sex": "male", "language": "am", "phone": "0712334455"}, "child-alone")
		ill := s.stopped("x-kaskazi", man("Dawit Fiktivo", 22, "am"), "injury")
		mulu := s.stopped("x-kaskazi", woman("Mulu Fiktivo", 19, "am"))
		tsion := s.stopped("x-kaskazi", woman("Tsion Fiktivo", 20, "am"))
		all := []met{mother, father, child, boy, ill, mulu, tsion}

		// Nobody but those who were asked knows of any; the other post knows nothing.
		for _, p := range all {
			s.about(p)
			s.nothing("lekuton.border", "naserian.shelter", "chebet.clinic", "halima.migration", "fatuma.case", "barasa.inquiry")
			s.page("wafula.secretariat", "").is(http.StatusOK).hides("Fiktivo", "Bench in the yard")
		}

		s.theManWhoCannotStand(ill)
		house := s.theFamily(mother, father, child)
		s.theFamilyGoesOn(house, mother, father, child)
		s.theCousins(mulu, tsion)
		s.theBoyAlone(boy)
		s.eachKnowsItsOwn(all, map[string][]met{
			"ekai.case":        {mother, father, child, ill, mulu, tsion},
			"naliaka.case":     {boy},
			"chebet.clinic":    {ill},
			"rehema.shelter":   {mother, father, child},
			"naserian.shelter": {mother, father, child, mulu, tsion},
			"halima.migration": {father},
			"lekuton.border":   {ill, father, mulu},
			"barasa.inquiry":   nil,
		})

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

// secondPost opens another post on the road north, with an officer of its own,
// and a rest house beside it that is somebody else's.
func (s *told) secondPost() {
	s.t.Helper()
	ctx := s.t.Context()
	hash, err := s.Accounts.HashPassword(ctx, demo.Password)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, at := range []struct {
		agency accounts.Agency
		staff  accounts.DemoStaff
	}{
		{accounts.Agency{ID: "x-border-nyoka", Name: "Nyoka Border Post (fictional)", Kind: "immigration", County: "marsabit"},
			accounts.DemoStaff{Username: "lekuton.border", Name: "Lekuton Saro (fictional)", Duties: []accounts.Duty{accounts.ImmigrationOfficer}}},
		{accounts.Agency{ID: "x-nyoka-rest", Name: "Nyoka Rest House (fictional)", Kind: "shelter", County: "marsabit"},
			accounts.DemoStaff{Username: "naserian.shelter", Name: "Naserian Leko (fictional)", Duties: []accounts.Duty{accounts.ShelterManager}}},
	} {
		if err := s.Accounts.AddAgency(ctx, accounts.System, at.agency); err != nil {
			s.t.Fatal(err)
		}
		at.staff.Agency, at.staff.Language = at.agency.ID, "en"
		if _, err := s.Accounts.AddDemoStaff(ctx, []accounts.DemoStaff{at.staff}, hash); err != nil {
			s.t.Fatal(err)
		}
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
	s.takes("ekai.case")
	s.post("ekai.case", "/danger", m{"action": "medical-called"}).is(http.StatusOK)
	s.inDanger("ekai.case", "high", "He has not drunk for two days.")
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
	s.cannotTell("ekai.case", "smuggling", 7)
	s.nothing("barasa.inquiry", "halima.migration")
	s.serves("chebet.clinic", clinic)
	s.Clock.Pass(7 * 24 * time.Hour)
	s.screen("ekai.case", "adult")
	s.presumes("ekai.case", "both", "forced-labour")
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
	s.serves("lekuton.border", id)
	s.closes("ekai.case", "solution-found")
	s.shut("lekuton.border", "care", "return")
}

// theFamily stays one: taken, housed and sent on together, though each is a case
// of their own; the mother's account is not the father's to read, nor the house's.
// It gives the referrals to the house.
func (s *told) theFamily(mother, father, child met) []string {
	s.t.Helper()
	beds := map[string]string{}
	for _, p := range []met{mother, father, child} {
		s.about(p)
		s.takes("ekai.case")
		s.inDanger("ekai.case", "medium", "The driver telephones.")
		beds[p.id] = s.need("ekai.case", "Not to be parted", "shelter")
	}
	s.about(mother)
	s.post("ekai.case", "/account", m{"text": "She paid a second time, with her ring"}).is(http.StatusCreated)
	s.post("ekai.case", "/family", m{"reference": child.ref, "relation": "child", "own_relation": "mother"}).is(http.StatusOK)
	s.post("ekai.case", "/family", m{"reference": father.ref, "relation": "spouse", "own_relation": "mother"}).is(http.StatusOK)
	for _, p := range []met{mother, father} {
		s.about(p)
		s.agree("ekai.case", "x-bustani", "assistance", "identity")
		s.refused("ekai.case", "/referrals/preview", m{"to": "x-bustani", "purpose": "assistance", "urgency": "urgent", "needs": []string{beds[p.id]},
			"compartments": []string{"identity"}}, "referral.family-together")
	}
	s.about(child)
	s.agreesForHer("ekai.case", "x-bustani", "assistance", "identity")
	s.nothing("rehema.shelter")
	sent := s.sentTogether("rehema.shelter", "x-bustani", beds, mother, father, child)
	s.about(child)
	s.refused("ekai.case", "/bookings", m{"kind": "transport", "on": day(s, 2), "escorts": 1}, "child.two-escorts")

	// Both parents screened by themselves: the ring makes her more than smuggled,
	// and what is found of her is not found of him.
	s.about(mother)
	s.answers("ekai.case", "smuggling-abuse-1", "child")
	s.presumes("ekai.case", "both", "domestic-servitude")
	s.about(father)
	s.answers("ekai.case", "smuggling-abuse-1", "child")
	s.doesNotPresume("ekai.case", "smuggling", "regular-migration", "He paid once", "May ask again with her.")
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
	return sent
}

// theBoyAlone is a child until it is settled otherwise: a guardian before a
// journey, no house of strangers while a family would have him. Carried off
// again, he is met at the second post, where nobody may look into his case; the
// post raises an alert of its own and the two are found to be one person.
func (s *told) theBoyAlone(boy met) {
	s.t.Helper()
	s.about(boy)
	s.takes("naliaka.case")
	s.get("naliaka.case", "").is(http.StatusOK).says(`"child":true`)
	s.refused("naliaka.case", "/closure", m{"reason": "contact-lost"}, "alert.immediate-danger-first")
	s.post("naliaka.case", "/danger", m{"action": "stayed-with"}).is(http.StatusOK)
	s.nothing("ekai.case") // who has the family has not the boy
	s.refused("naliaka.case", "/age-assessments", m{"methods": []string{"interview", "school"}, "low": 19, "high": 21, "agreed": false, "reasons": "He says so"}, "child.age-with-consent")
	s.answers("naliaka.case", "smuggling-abuse-1", "adult")
	s.cannotTell("naliaka.case", "smuggling", 10)
	s.inDanger("naliaka.case", "high", "Somebody is to fetch him.")
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
	s.takes("ekai.case")
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
	s.presumes("naliaka.case", "both", "forced-labour")
	s.get("naliaka.case", "").is(http.StatusOK).says(`"standing":"presumed"`)
}
