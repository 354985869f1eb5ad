package content

import (
	"fmt"
	"time"
)

// What the program asks for by name. A deployment may change every word and
// period of the content, and add to it; these may not be lacking.
var (
	requiredClocks = []string{"alert-taken-danger", "alert-taken", "break-glass", "break-glass-review", "invitation",
		"session-idle", "session-absolute", "exercise-session-idle", "exercise-session-absolute", "reflection", "retention", "erasure-confirm", "panel-voices", "safety-first", "safety-after-incident",
		"device-time", "custody-confirm", "custody-gap", "exhibit-return"}

	// laterClocks came later: clocks changed before them need not have them, and
	// one that is lacking runs for this long.
	laterClocks = map[string]time.Duration{"status-review": 720 * time.Hour}

	requiredLists = []string{"counties", "countries", "sexes", "age-bands", "exploitation", "risk-levels", "risk-domains",
		"danger-kinds", "danger-actions", "places-of-stay", "referral-decline-reasons", "feedback", "closure-reasons",
		"not-presumed-reasons", "languages", "purposes", "compartments", "bases", "duties", "alert-channels",
		"reporter-relations", "follow-up-kinds", "urgencies", "agency-kinds", "decisions", "tracks", "interpreting", "consent-how",
		"safety-measures", "incident-kinds", "goal-states", "cost-kinds", "transfer-reasons", "panel-outcomes", "task-kinds", "conference-how", "guardian-kinds", "interest-factors",
		"age-methods", "tracing-steps", "alternative-care", "return-outcomes", "solution-kinds", "fund-states", "section14-acts", "section14-findings", "offender-steps", "booking-kinds", "paper-kinds", "paper-states", "complaint-about", "departure-reasons",
		"family-together", "hearing-kinds", "court-measures", "erasure-reasons",
		"inquiry-kinds", "inquiry-duties", "inquiry-endings", "operation-kinds", "operation-sides", "operation-ends", "scene-classes", "scene-roles", "scene-marks",
		"scene-purposes", "scene-clothing", "scene-weather", "scene-hazards", "scene-standings", "scene-releases", "step-skip-reasons", "step-nothing-reasons", "step-records",
		"exhibit-kinds", "exhibit-packaging", "exhibit-sides", "exhibit-owners", "exhibit-hazards", "power-states", "network-isolation", "passcode-grounds", "medical-forms",
		"sample-kinds", "sample-keeping", "custody-reasons", "custody-declines", "custody-outsiders", "seal-reasons", "return-to", "destruction-methods", "laboratory-asks"}

	// requiredTerms are those that rules and policies name.
	requiredTerms = map[string][]string{
		"compartments":    {"identity", "whereabouts", "account", "care", "inquiry", "immigration", "witness"},
		"family-together": {"together"},

		"bases":        {"consent", "child", "danger-to-life", "duty"},
		"decisions":    {"presumed", "not_presumed", "cannot_tell"},
		"tracks":       {"trafficking", "smuggling", "both"},
		"purposes":     {"assistance", "protection", "investigation", "prosecution", "immigration", "family", "return"},
		"interpreting": {"not-needed"},

		"closure-reasons": {"solution-found", "not-a-victim"},

		"inquiry-duties":    {"lead"},
		"operation-sides":   {"victims", "suspects"},
		"operation-ends":    {"carried-out"},
		"scene-roles":       {"scene-manager", "exhibits-officer", "victim-liaison"},
		"scene-standings":   {"undetermined", "victim", "suspect"},
		"step-skip-reasons": {"other"}, "step-nothing-reasons": {"other"},
		"scene-releases": {"owner", "authority"},
		"exhibit-kinds":  {"device", "document", "cash", "statement", "medical-form", "biological-sample", "vehicle", "csam", "other"},
		"exhibit-sides":  {"victim", "suspect", "neither"},
		"exhibit-owners": {"victim"},
		"duties": {"first_responder", "case_manager", "counsellor", "shelter_manager", "investigator", "prosecutor",
			"immigration_officer", "guardian", "interpreter", "supervisor", "secretariat", "data_protection_officer", "administrator"},
	}

	// clockOf names the clock that each term of a list has: a new urgency
	// without one would never fall due.
	clockOf = map[string]string{"urgencies": "referral-answer-", "risk-levels": "safety-reassess-"}

	requiredRules = []string{
		"access.duty", "alert.immediate-danger-first", "breakglass.not-justified-before", "breakglass.not-own-review", "breakglass.not-agreed-review",
		"breakglass.review-first", "breakglass.time-limit", "case.closed", "case.forgotten", "identification.delegates-of-agency", "agency.cases-first",
		"case.closure-detained", "case.closure-may-be-victim", "case.closure-open-referrals",
		"case.closure-reason", "case.reopen-reason", "case.step-order", "child.basis-needs-child",
		"child.guardian-consents", "child.means-not-asked", "consent.declined", "consent.needed-to-disclose",
		"consent.other-basis-needs-reason", "consent.withdrawn", "disclosure.compartment-not-for-duty",
		"disclosure.not-beyond-preview", "erasure.closed-first", "erasure.legal-hold", "erasure.asked-already", "erasure.nothing-asked", "erasure.second-person", "erasure.no-hold", "erasure.own-interest", "team.watches-over-all", "referral.answer-once",
		"referral.need-open", "referral.needs-need", "referral.order-of-steps", "referral.other-agency",
		"referral.reason-for-decline", "referral.shut", "screening.person-decides", "screening.questionnaire-fits",
		"screening.reason-for-not-presumed", "screening.review-when-unsure", "team.manager-stays", "team.own-agency",
		"victim-first.consent-before-interview", "victim-first.needs-before-interview",
		"victim-first.no-repeat-interview", "victim-first.safety-before-interview", "whereabouts.two-persons",
		"case.team-only", "breakglass.named-only", "nonpunishment.review-first",
		"plan.needs-first",
		"referral.family-together", "referral.family-elsewhere",
		"transfer.one-at-a-time",
		"reflection.presumed-first",
		"reflection.her-own-choice",
		"reflection.running",
		"identification.two-agencies",
		"identification.own-work", "identification.other-eyes", "identification.review-by-panel", "identification.panel-late", "identification.proposal-read", "identification.spoken",
		"identification.panel-first",
		"identification.revoke-confirmed",
		"identification.nothing-to-review",
		"identification.services-go-on",
		"task.on-the-team",
		"task.due-in-order", "task.first-things-first",
		"conference.call-first",
		"child.only",
		"child.assessment-first",
		"child.guardian-first",
		"child.determination-joint",
		"child.age-with-consent",
		"child.interests-before-family",
		"child.verify-before-reunion",
		"child.institution-last",
		"child.two-escorts",
		"solution.her-choice",
		"solution.determination-first",
		"solution.return-joint-risk",
		"solution.return-unsafe",
		"nonpunishment.protected",
		"papers.held-only-for-her",
		"supervision.own-work",
		"supervision.nothing-waits",
		"complaint.independent",
		"exhibit.number-used", "exhibit.number-not-next", "exhibit.csam-nothing-shown", "exhibit.csam-row", "exhibit.digests-of-csam-only", "exhibit.csam-recorded-anew", "exhibit.csam-never-returned",
		"exhibit.cash-counted-by-two", "exhibit.passcode-lawful", "exhibit.ended", "exhibit.destroyed-before-two", "exhibit.nothing-asked", "exhibit.laboratory-answered", "custody.not-keeper", "custody.offer-open",
		"custody.nothing-offered", "custody.not-addressee", "custody.not-giver", "custody.not-to-oneself", "custody.paper-only", "custody.sign-in-only", "custody.attested-by-another", "custody.no-seal", "custody.open-first", "custody.seal-used",
		"rulebook.has-problems", "rulebook.not-a-draft",
		"rulebook.nothing-changed", "rulebook.one-at-a-time", "rulebook.second-person",
	}
)

func (l *loader) required() {
	const lists, clocks, rules = "vocabularies.yaml", "clocks.yaml", "rules.yaml"
	for _, name := range requiredLists {
		if !l.broken[lists] && len(l.e.current[name]) == 0 {
			l.add(lists, 0, fmt.Sprintf("the vocabulary %q is missing or empty", name), "add it with at least one term")
		}
	}
	for list, ids := range requiredTerms {
		for _, id := range ids {
			if t, ok := l.e.terms[list][id]; (!ok || t.Retired) && !l.broken[lists] {
				l.add(lists, 0, fmt.Sprintf("%s has no term %q, which rules and policies name", list, id), "put it back, not retired; its label may be changed")
			}
		}
	}
	want := requiredClocks
	for list, prefix := range clockOf {
		for _, t := range l.e.lists[list] {
			want = append(want[:len(want):len(want)], prefix+t.ID)
		}
	}
	for _, id := range want {
		if _, ok := l.e.clock[id]; !ok && !l.broken[clocks] {
			l.add(clocks, 0, fmt.Sprintf("the clock %q is missing", id), "add it with its period and source")
		}
	}
	for _, id := range requiredRules {
		if _, ok := l.e.rule[id]; !ok && !l.broken[rules] {
			l.add(rules, 0, fmt.Sprintf("the rule %q is missing", id), "put it back; its words may be changed")
		}
	}
}
