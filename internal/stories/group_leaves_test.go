package stories_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
)

// sentTogether sends people who belong together to one house, each with a
// referral of their own. The house reads that they belong together before it
// answers, by reference alone; then who each is, and what happened to none.
func (s *told) sentTogether(house, agency string, beds map[string]string, people ...met) []string {
	s.t.Helper()
	var sent []string
	for _, p := range people {
		s.about(p)
		offer := m{"to": agency, "purpose": "assistance", "urgency": "urgent", "needs": []string{beds[p.id]}, "compartments": []string{"identity"}, "family": "together"}
		s.post("ekai.case", "/referrals/preview", offer).is(http.StatusOK).says(fmt.Sprintf(`"family":%d`, len(people)-1))
		sent = append(sent, s.sends("ekai.case", offer))
	}
	s.as(house)
	page := s.call(house, "GET", "/referrals/"+sent[0], nil).is(http.StatusOK).says("Belongs together with").hides("Fiktivo", "ring", "tarpaulin")
	for _, p := range people[1:] {
		page.says(p.ref)
	}
	for _, id := range sent {
		s.call(house, "POST", "/api/v1/referrals/"+id+"/answer", m{"accept": true}).is(http.StatusOK)
	}
	for _, p := range people {
		s.about(p)
		s.opens(house, "identity", "assistance", "Fiktivo")
		for _, compartment := range []string{"account", "whereabouts", "immigration"} {
			s.shut(house, compartment, "assistance")
		}
		s.page(house, "").is(http.StatusOK).hides("tarpaulin", "Bench in the yard")
	}
	return sent
}

// theFamilyGoesOn, together again, to the rest house at the other post. He lets
// that post know of him; she says no for herself and for the child, and it
// learns of neither, though all three sleep beside its gate.
func (s *told) theFamilyGoesOn(house []string, mother, father, child met) {
	s.t.Helper()
	for _, id := range house {
		s.serves("rehema.shelter", id)
	}
	beds := map[string]string{}
	for _, p := range []met{mother, father, child} {
		s.about(p)
		s.nothing("naserian.shelter", "lekuton.border")
		beds[p.id] = s.need("ekai.case", "To go on together", "shelter")
		if p == child {
			s.agreesForHer("ekai.case", "x-nyoka-rest", "assistance", "identity")
		} else {
			s.agree("ekai.case", "x-nyoka-rest", "assistance", "identity")
		}
	}
	s.sentTogether("naserian.shelter", "x-nyoka-rest", beds, mother, father, child)

	s.about(father)
	s.agree("ekai.case", "x-border-nyoka", "immigration", "identity")
	s.knownAtNyoka("immigration", "Yonas", s.need("ekai.case", "", "documents"), "")
	for p, who := range map[met]string{mother: "person", child: "guardian"} {
		s.about(p)
		papers := s.need("ekai.case", "", "documents")
		s.declines("ekai.case", "x-border-nyoka", "immigration", who, "identity")
		s.refused("ekai.case", "/referrals/preview", m{"to": "x-border-nyoka", "purpose": "immigration", "urgency": "routine", "needs": []string{papers},
			"compartments": []string{"identity"}}, "consent.declined")
		s.page("ekai.case", "").is(http.StatusOK).says("Declined")
		s.nothing("lekuton.border")
	}
}

// knownAtNyoka lets the second post know of one of them: who comes, and neither
// why, nor where from, nor with whom. Apart says why the family stays behind. It
// gives the referral.
func (s *told) knownAtNyoka(purpose, name, need, apart string) string {
	s.t.Helper()
	offer := m{"to": "x-border-nyoka", "purpose": purpose, "urgency": "routine", "needs": []string{need}, "compartments": []string{"identity"}, "family": apart}
	s.post("ekai.case", "/referrals/preview", offer).is(http.StatusOK).hides("tarpaulin", `"family":`)
	id := s.sends("ekai.case", offer)
	s.as("lekuton.border")
	s.call("lekuton.border", "GET", "/referrals/"+id, nil).is(http.StatusOK).hides("Belongs together with", "Fiktivo")
	s.call("lekuton.border", "POST", "/api/v1/referrals/"+id+"/answer", m{"accept": true}).is(http.StatusOK)
	s.opens("lekuton.border", "identity", purpose, name)
	for _, compartment := range []string{"account", "care", "whereabouts", "inquiry"} {
		s.shut("lekuton.border", compartment, purpose)
	}
	s.blind("lekuton.border", "needs", "safety", "logistics", "solution", "child")
	s.page("lekuton.border", "").is(http.StatusOK).hides("tarpaulin", "Bench in the yard", "Belongs together")
	return id
}

// theCousins are kept together as far as the rest house. Each is screened by
// herself, and answers for herself: one was sold on the way and asks to go home;
// the other was carried and no more, and wants no post to know of her.
func (s *told) theCousins(mulu, tsion met) {
	s.t.Helper()
	beds := map[string]string{}
	for _, p := range []met{mulu, tsion} {
		s.about(p)
		s.takes("ekai.case")
		s.inDanger("ekai.case", "medium", "The driver telephones.")
		s.answers("ekai.case", "smuggling-abuse-1", "child")
		beds[p.id] = s.need("ekai.case", "Not without my cousin", "shelter")
		s.agree("ekai.case", "x-nyoka-rest", "assistance", "identity")
	}
	s.about(mulu)
	s.post("ekai.case", "/account", m{"text": "In Moyo she was sold for a week"}).is(http.StatusCreated)
	s.fill("ekai.case", "presumption", url.Values{"decision": {"presumed"}, "track": {"both"}, "exploitation": {"sexual"}}).is(http.StatusSeeOther)
	s.post("ekai.case", "/family", m{"reference": tsion.ref, "relation": "relative", "own_relation": "relative"}).is(http.StatusOK)
	s.about(tsion)
	s.doesNotPresume("ekai.case", "smuggling", "regular-migration", "She paid once and was carried", "May ring at any hour.")
	s.refused("ekai.case", "/reflection", spoken, "reflection.presumed-first")
	s.get("ekai.case", "").is(http.StatusOK).hides("sold for a week")
	s.page("ekai.case", "").is(http.StatusOK).says("Not presumed a victim").hides("sold for a week")

	sent := s.sentTogether("naserian.shelter", "x-nyoka-rest", beds, mulu, tsion)
	s.muluGoesHome(mulu, sent[0])

	// Her cousin's word is not hers: she said no, and the post does not learn of
	// her from the one who went through.
	s.about(tsion)
	s.declines("ekai.case", "x-border-nyoka", "return", "person", "identity")
	s.refused("ekai.case", "/referrals/preview", m{"to": "x-border-nyoka", "purpose": "return", "urgency": "routine", "needs": []string{s.need("ekai.case", "", "documents")},
		"compartments": []string{"identity"}}, "consent.declined")
	s.nothing("lekuton.border")
	s.serves("naserian.shelter", sent[1])
	s.closes("ekai.case", "not-a-victim")
}

// muluGoesHome because she asks to: not before both countries looked at what
// waits for her, and parted from her cousin by her own wish, which is kept.
func (s *told) muluGoesHome(mulu met, bed string) {
	s.t.Helper()
	s.about(mulu)
	home := m{"kind": "return", "chosen": "person", "words": "To my mother, by bus, in daylight"}
	s.refused("ekai.case", "/solutions", home, "solution.return-joint-risk")
	s.post("ekai.case", "/return-risks", m{"country": "et", "joint": true, "with": "A partner in Addis", "outcome": "conditions", "reasons": "Not through Moyo"}).is(http.StatusCreated)
	s.post("ekai.case", "/solutions", home).is(http.StatusCreated)
	way := s.need("ekai.case", "", "return")
	s.agree("ekai.case", "x-border-nyoka", "return", "identity")
	s.refused("ekai.case", "/referrals/preview", m{"to": "x-border-nyoka", "purpose": "return", "urgency": "routine", "needs": []string{way},
		"compartments": []string{"identity"}}, "referral.family-together")
	id := s.knownAtNyoka("return", "Mulu", way, "her-wish")
	s.refused("lekuton.border", "/offender-steps", m{"step": "removal", "act": "presence"}, "nonpunishment.review-first")
	s.page("lekuton.border", "/solution").is(http.StatusForbidden)
	s.shut("naserian.shelter", "account", "assistance")
	s.serves("lekuton.border", id)
	s.serves("naserian.shelter", bed)
	s.closes("ekai.case", "solution-found")
	s.get("ekai.case", "").is(http.StatusOK).says(`"stage":"closed"`, `"clock":"contact"`)
}

// eachKnowsItsOwn demands that whoever was not asked about somebody of the group
// finds nothing of them: not the case, nor in any list or inbox of their own.
func (s *told) eachKnowsItsOwn(all []met, knows map[string][]met) {
	s.t.Helper()
	for user, own := range knows {
		s.as(user)
		var read []*answer
		for _, path := range []string{"/?list=mine", "/?list=waiting", "/?list=closed", "/api/v1/worklist?list=mine", "/api/v1/worklist?list=waiting",
			"/api/v1/worklist?list=closed", "/api/v1/referrals/inbox", "/calendar", "/api/v1/calendar?days=60&overdue=yes"} {
			a := s.call(user, "GET", path, nil)
			if a.status == http.StatusOK {
				read = append(read, a)
			}
		}
		if len(read) == 0 {
			s.t.Fatalf("%s reads no list at all", user)
		}
		for _, p := range all {
			if slices.Contains(own, p) {
				continue
			}
			s.about(p)
			s.nothing(user)
			for _, a := range read {
				a.hides(p.ref, p.id)
			}
		}
	}
}
