package stories_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// panel is what a case manager asks of a panel.
func (s *told) panel(papers string, members ...string) m {
	return m{"on": day(s, 1), "members": members, "papers": papers}
}

// Three people of three agencies decide, each from the own worklist and with a
// voice of their own. They read what lies before them and nothing else of her;
// until the last has spoken nothing is decided; afterwards all is shut again.
func TestAPanelDecidesWithTheVoicesOfItsMembers(t *testing.T) {
	each(t, func(s *told) {
		s.walksIn("She walked in alone", woman("Mercy Fiktivo", 24, "en"))
		s.presumes("achieng.case", "trafficking", "domestic-servitude")
		members := []string{"fatuma.case", "odhiambo.court", "halima.migration"}

		// Not alone, not on one's own work, not by people who could not speak.
		s.refused("achieng.case", "/panels", s.panel("p", "fatuma.case"), "identification.two-agencies")
		s.refused("achieng.case", "/panels", s.panel("p", "fatuma.case", "fatuma.case", "juma.counsel"), "identification.two-agencies")
		s.refused("achieng.case", "/panels", s.panel("p", "achieng.case", "fatuma.case"), "identification.own-work")
		for _, nobody := range []string{"nobody.here", "njoki.data", "wafula.secretariat", "yusuf.language", "grace.guardian", "wairimu.admin"} {
			s.post("achieng.case", "/panels", s.panel("p", "fatuma.case", nobody)).is(http.StatusUnprocessableEntity).says("members")
		}
		s.post("achieng.case", "/panels", s.panel("", members...)).is(http.StatusUnprocessableEntity).says("papers")
		s.fill("achieng.case", "panel", url.Values{"on-day": {"3"}, "on-month": {"3"}, "on-year": {"2026"}, "members": {"fatuma.case\r\nnobody.here"}, "papers": {"p"}}).
			is(http.StatusUnprocessableEntity).says("may not sit on a panel")
		s.fill("achieng.case", "panel", url.Values{"on-day": {"3"}, "on-month": {"3"}, "on-year": {"2026"}, "members": {strings.Join(members, "\r\n")},
			"papers": {"Her passport was kept; wages ended after a month."}}).is(http.StatusSeeOther)
		s.refused("achieng.case", "/panels", s.panel("p", members...), "case.step-order")

		// Nothing to speak on yet; a word of agreement to nothing is none.
		s.as("fatuma.case")
		s.call("fatuma.case", "GET", "/panels", nil).is(http.StatusOK).says(s.ref, "No decision is proposed yet")
		s.refused("fatuma.case", "/panel/voice", m{"voice": "agree"}, "identification.proposal-read")
		s.fill("achieng.case", "panel-proposal", url.Values{"outcome": {"confirmed"}, "reasons": {"She could not leve."}}).is(http.StatusSeeOther)
		stale := s.voice("fatuma.case", "agree", "")
		s.proposes("achieng.case", "confirmed", "She could not leave.") // a word put right: what was read before is not agreed to
		s.refused("fatuma.case", "/panel/voice", stale, "identification.proposal-read")
		s.get("achieng.case", "/joint").says(`"status":"presumed"`)
		s.page("achieng.case", "/identification").is(http.StatusOK).says("Proposed: Confirmed", "0 of 3 have spoken")

		// What a member sees, in both languages, and what not.
		home := s.call("fatuma.case", "GET", "/", nil).is(http.StatusOK).says("A panel waits for your voice", s.ref)
		home.hides("Mercy", "walked in alone")
		s.nothing(members...)
		s.get("fatuma.case", "/panel").is(http.StatusOK).says(`"outcome":"confirmed"`, `"spoken":0`).hides("Mercy", "passport", "walked in")
		s.page("fatuma.case", "/panel").is(http.StatusOK).says("Open what lies before the panel", "Confirmed as a victim").hides("Mercy", "passport", "walked in")
		read := s.call("fatuma.case", "POST", "/cases/"+s.id+"/panel/papers", url.Values{}).is(http.StatusOK)
		read.says("Her passport was kept; wages ended after a month.", "She could not leave.").hides("Mercy", "walked in alone", "leve.")
		s.lang = "sw"
		s.page("fatuma.case", "/panel").is(http.StatusOK).says("Fungua yaliyo mbele ya jopo", "Imethibitishwa kuwa mwathiriwa")
		s.lang = "en"
		for _, compartment := range []string{"identity", "account", "whereabouts", "care"} {
			s.shut("fatuma.case", compartment, "assistance")
		}
		s.get("achieng.case", "/openings").is(http.StatusOK).says(`"basis":"panel"`, "x-pwani-haven")

		told := func(user string) *answer {
			s.t.Helper()
			s.as(user)
			return s.call(user, "GET", "/api/v1/notices", nil).is(http.StatusOK)
		}
		told("fatuma.case").says("case.panel_proposed")
		s.call("fatuma.case", "GET", "/notices", nil).is(http.StatusOK).says("/cases/" + s.id + "/panel").hides("Mercy")

		// Nobody else: not a stranger, not whoever leads the case, for nobody.
		for _, path := range []string{"/panel", "/panel/papers"} {
			s.get("kibet.legal", path).is(http.StatusNotFound)
			s.get("achieng.case", path).is(http.StatusForbidden)
		}
		s.post("kibet.legal", "/panel/voice", m{"voice": "recused"}).is(http.StatusNotFound)
		s.post("achieng.case", "/panel/voice", m{"voice": "agree", "proposal": stale["proposal"]}).is(http.StatusForbidden)

		// From the page, as a browser sends it.
		form := url.Values{"voice": {"agree"}}
		for _, f := range hidden.FindAllStringSubmatch(s.page("fatuma.case", "/panel").body, -1) {
			form.Set(f[1], f[2])
		}
		s.call("fatuma.case", "POST", "/cases/"+s.id+"/panel/voice", form).is(http.StatusSeeOther)
		s.call("fatuma.case", "GET", "/", nil).is(http.StatusOK).hides("A panel waits for your voice")
		s.call("fatuma.case", "GET", "/panels", nil).is(http.StatusOK).says("Your voice is given; others are awaited")
		s.refused("fatuma.case", "/panel/voice", m{"voice": "recused"}, "identification.spoken")
		told("fatuma.case").hides("case.panel_")
		told("odhiambo.court").says("case.panel_proposed")

		// A dissent has its reason. Nobody reads it while the panel sits, and
		// nobody changes what is spoken on, or sends the panel away for it.
		s.post("halima.migration", "/panel/voice", s.voice("halima.migration", "dissent", "")).is(http.StatusUnprocessableEntity).says("reasons")
		s.post("halima.migration", "/panel/voice", s.voice("halima.migration", "dissent", "The wages were paid late, but paid.")).is(http.StatusCreated)
		s.get("achieng.case", "/joint").says(`"status":"presumed"`).hides("panel_voices", "dissent")
		s.opens("achieng.case", "account", "assistance", "She could not leave.")
		s.get("achieng.case", "/compartments/account?purpose=assistance").hides("paid late")
		s.page("achieng.case", "/identification").is(http.StatusOK).says("2 of 3 have spoken").hides("dissents", "Send the panel away")
		s.refused("achieng.case", "/panels/proposal", m{"outcome": "not_confirmed", "reasons": "Then not"}, "case.step-order")
		s.refused("achieng.case", "/panels/dismissal", m{}, "case.step-order")

		// The last voice decides; then all is told to those who lead, and shut to
		// those who sat.
		s.allAgree("odhiambo.court")
		told("odhiambo.court").hides("case.panel_")
		told("achieng.case").says("case.panel_over")
		s.get("achieng.case", "/joint").says(`"status":"confirmed"`, `"voice":"dissent"`)
		s.page("achieng.case", "/identification").is(http.StatusOK).says("Fatuma Shee", "agrees", "Halima Dida", "dissents", "Confirmed as a victim")
		s.opens("achieng.case", "account", "assistance", "The wages were paid late, but paid.")
		s.nothing(members...)
		for _, user := range members {
			s.get(user, "/panel").is(http.StatusNotFound)
			s.get(user, "/panel/papers").is(http.StatusNotFound)
			s.call(user, "GET", "/api/v1/panels", nil).is(http.StatusOK).hides(s.ref)
		}

		// A confirmation is taken back in the same way alone.
		s.convenes("achieng.case", "The employer's books.", members...)
		s.proposes("achieng.case", "revoked", "The books say otherwise.")
		s.allAgree("fatuma.case")
		s.get("achieng.case", "/joint").says(`"status":"confirmed"`)
		s.allAgree("odhiambo.court", "halima.migration")
		s.get("achieng.case", "/joint").says(`"status":"revoked"`)
	})
}

// A panel whose members do not agree, whose members are too close to her, or
// whose time runs out decides nothing: she stays who she was held to be.
func TestAPanelThatDoesNotDecide(t *testing.T) {
	each(t, func(s *told) {
		s.walksIn("She walked in alone", woman("Naomi Fiktivo", 37, "en"))
		s.presumes("achieng.case", "trafficking")
		ended := func(how string) {
			s.t.Helper()
			panels := s.get("achieng.case", "/joint").says(`"status":"presumed"`).json()["panels"].([]any)
			if got, _ := panels[len(panels)-1].(m)["ended"].(string); got != how {
				s.t.Errorf("the panel ended %q, want %q", got, how)
			}
		}

		s.convenes("achieng.case", "p", "fatuma.case", "kibet.legal")
		s.proposes("achieng.case", "not_confirmed", "r")
		s.allAgree("fatuma.case")
		s.post("kibet.legal", "/panel/voice", s.voice("kibet.legal", "dissent", "She was not asked.")).is(http.StatusCreated)
		ended("not_carried")
		s.page("achieng.case", "/identification").is(http.StatusOK).says("Not enough members agreed")

		// Too close to it, said before there is anything to speak on: shut at once.
		s.convenes("achieng.case", "p", "fatuma.case", "kibet.legal", "barasa.inquiry")
		s.post("kibet.legal", "/panel/voice", m{"voice": "recused"}).is(http.StatusCreated)
		s.get("kibet.legal", "/panel/papers").is(http.StatusNotFound)
		s.proposes("achieng.case", "not_confirmed", "r") // still open to be proposed: nobody has spoken on it
		s.nothing("kibet.legal")
		s.allAgree("fatuma.case")
		s.post("barasa.inquiry", "/panel/voice", s.voice("barasa.inquiry", "dissent", "The broker is known to us.")).is(http.StatusCreated)
		ended("not_carried")

		// Two agencies are left no more: over at once.
		s.convenes("achieng.case", "p", "fatuma.case", "kibet.legal")
		s.proposes("achieng.case", "confirmed", "r")
		s.post("kibet.legal", "/panel/voice", m{"voice": "recused"}).is(http.StatusCreated)
		ended("not_carried")
		s.get("fatuma.case", "/panel").is(http.StatusNotFound)

		// Called by mistake, and sent away before anybody spoke.
		s.convenes("achieng.case", "p", "fatuma.case", "salome.shelter")
		s.page("achieng.case", "/identification").is(http.StatusOK).says("Send the panel away")
		s.post("achieng.case", "/panels/dismissal", m{}).is(http.StatusOK)
		ended("dismissed")
		s.refused("achieng.case", "/panels/dismissal", m{}, "identification.panel-first")

		// Kept away from the case: no voice, no sight, no line in the own list.
		s.convenes("achieng.case", "p", "fatuma.case", "kibet.legal")
		s.proposes("achieng.case", "confirmed", "She is what she says.")
		late := s.voice("fatuma.case", "agree", "")
		s.post("achieng.case", "/kept-away", m{"staff": s.who("kibet.legal"), "reason": "conflict"}).is(http.StatusCreated)
		s.get("kibet.legal", "/panel/papers").is(http.StatusNotFound)
		s.call("kibet.legal", "GET", "/api/v1/panels", nil).is(http.StatusOK).hides(s.ref)
		s.refused("achieng.case", "/panels", s.panel("p", "fatuma.case", "salome.shelter"), "case.step-order")

		// Its time runs out: a late voice is told why it does not count, and
		// nothing is read any more. Her help went on all the while.
		s.Clock.Pass(16 * 24 * time.Hour)
		s.refused("fatuma.case", "/panel/voice", late, "identification.panel-late")
		s.get("fatuma.case", "/panel/papers").is(http.StatusConflict).says("identification.panel-late", "clock panel-voices")
		s.page("fatuma.case", "/panel").is(http.StatusOK).says("The panel&#39;s time is over")
		s.call("fatuma.case", "GET", "/api/v1/panels", nil).is(http.StatusOK).hides(s.ref)
		s.refused("achieng.case", "/panels/proposal", m{"outcome": "confirmed", "reasons": "r"}, "identification.panel-late")
		s.page("achieng.case", "/identification").is(http.StatusOK).says("Its time ran out")
		s.post("achieng.case", "/deliveries", m{"service": "psychosocial", "on": day(s, 0), "minutes": 50}).is(http.StatusCreated)
		s.refused("achieng.case", "/panels", s.panel("p", "fatuma.case", "kibet.legal"), "team.kept-away")
		s.convenes("achieng.case", "p", "fatuma.case", "salome.shelter")
		ended("") // the new one sits
		s.get("achieng.case", "/joint").says(`"ended":"lapsed"`)
	})
}

// An agency names who sits for it on panels. Who calls one names the agency, not its
// people; the first who may sit is called, and another where the first may not.
func TestAnAgencySendsItsOwnDelegateToAPanel(t *testing.T) {
	each(t, func(s *told) {
		wanjiru, kamau, baraka := s.who("wanjiru.case"), s.who("kamau.case"), s.who("baraka.lead")
		s.as("wairimu.admin")
		s.call("wairimu.admin", "POST", "/api/v1/staff/"+wanjiru+"/delegate", nil).is(http.StatusNoContent)
		s.Clock.Pass(time.Minute)
		s.call("wairimu.admin", "GET", "/staff/"+kamau, nil).is(http.StatusOK).says("Let them sit on panels for the agency")
		s.call("wairimu.admin", "POST", "/staff/"+kamau+"/delegate", url.Values{"x": {"1"}}).is(http.StatusSeeOther)
		s.call("wairimu.admin", "GET", "/staff/"+kamau, nil).is(http.StatusOK).says("They sit on panels no more")
		s.as("ruto.admin")
		s.call("ruto.admin", "POST", "/api/v1/staff/"+baraka+"/delegate", nil).is(http.StatusNotFound)

		s.walksIn("She walked in alone", woman("Mercy Fiktivo", 24, "en"))
		s.presumes("achieng.case", "trafficking", "domestic-servitude")
		seated := func() []any {
			panels := s.get("achieng.case", "/joint").json()["panels"].([]any)
			return panels[len(panels)-1].(m)["seats"].([]any)
		}
		s.refused("achieng.case", "/panels", s.panel("p", "baraka.lead", "fatuma.case"), "identification.delegates-of-agency")
		s.post("achieng.case", "/panels", s.panel("p", "x-kaskazi", "fatuma.case")).is(http.StatusUnprocessableEntity).says("members") // it named nobody
		s.page("achieng.case", "/do/panel").is(http.StatusOK).says("Agencies that send a delegate", "Tumaini Care").hides("Wanjiru", "Kamau")
		s.fill("achieng.case", "panel", url.Values{"on-day": {"3"}, "on-month": {"3"}, "on-year": {"2026"}, "panel_agencies": {"x-tumaini"}, "members": {"fatuma.case"}, "papers": {"p"}}).is(http.StatusSeeOther)
		if got := seated()[0].(m)["staff"]; got != wanjiru {
			t.Errorf("%v was sent, want the first", got)
		}
		s.post("achieng.case", "/panels/dismissal", m{}).is(http.StatusOK)

		// The first is kept away from her: the other is sent.
		s.post("achieng.case", "/kept-away", m{"staff": wanjiru, "reason": "conflict"}).is(http.StatusCreated)
		s.post("achieng.case", "/panels", s.panel("p", "x-tumaini", "fatuma.case")).is(http.StatusCreated)
		if got := seated()[0].(m)["staff"]; got != kamau {
			t.Errorf("%v was sent, want the other", got)
		}
		s.post("achieng.case", "/panels/dismissal", m{}).is(http.StatusOK)

		// Named no more: whoever calls a panel names people again.
		s.as("wairimu.admin")
		for _, id := range []string{wanjiru, kamau} {
			s.call("wairimu.admin", "POST", "/api/v1/staff/"+id+"/no-delegate", nil).is(http.StatusNoContent)
		}
		s.post("achieng.case", "/panels", s.panel("p", "baraka.lead", "fatuma.case")).is(http.StatusCreated)
	})
}
