package web

import (
	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

// asks is what a form asks.
type asks = func(fields, *casefile.Frame) []templ.Component

// ask makes a form of questions that do not depend on the case.
func ask(questions func(fields) []templ.Component) asks {
	return func(f fields, _ *casefile.Frame) []templ.Component { return questions(f) }
}

// rooms are the parts of the joint case, in the order of its page. It is filled
// before any request, because its pages refer to it.
var rooms roomList

func init() {
	rooms = roomList{
		{casefile.PartPlan, (*request).showPlan, func(s *casefile.State) int { return len(s.Goals) + len(s.Deliveries) }, planForms},
		{casefile.PartSafety, (*request).showSafety, func(s *casefile.State) int { return len(s.SafetyPlans) + len(s.Incidents) }, safetyForms},
		{casefile.PartWork, (*request).showWork, func(s *casefile.State) int { return len(s.Tasks) + len(s.Messages) }, workForms},
		{casefile.PartIdentification, (*request).showIdentification, func(s *casefile.State) int { return len(s.Panels) + len(s.StatusReviews) }, identificationForms},
		{casefile.PartChild, (*request).showChild, func(s *casefile.State) int { return len(s.BestInterests) + len(s.Guardians) }, childForms},
		{casefile.PartNonPunishment, (*request).showNonPunishment, func(s *casefile.State) int { return len(s.Section14) }, nonPunishmentForms},
		{casefile.PartLogistics, (*request).showLogistics, func(s *casefile.State) int { return len(s.Bookings) + len(s.Papers) }, logisticsForms},
		{casefile.PartSolution, (*request).showSolution, func(s *casefile.State) int { return len(s.Solutions) + len(s.Funds) }, solutionForms},
		{casefile.PartRights, (*request).showRights, func(s *casefile.State) int { return len(s.Corrections) + len(s.Complaints) }, rightsForms},
		{casefile.PartSupervision, (*request).showSupervision, func(s *casefile.State) int { return len(s.Flags) }, supervisionForms},
	}
}

var planForms = []command{
	{"plan", policy.PlanChange, askPlan, typed[casefile.PlanCare]},
	{"goal", policy.PlanChange, func(f fields, c *casefile.Frame) []templ.Component {
		return []templ.Component{f.goals(c), f.radios("state", "goal-states"), f.area("note")}
	}, typed[casefile.ReviewGoal]},
	{"service", policy.ServiceRecord, func(f fields, c *casefile.Frame) []templ.Component {
		return []templ.Component{f.service("service"), f.goals(c), f.date("on"), f.amount("minutes", 4), f.amount("cost", 10), f.choose("cost_kind", "cost-kinds"), f.area("note")}
	}, typed[casefile.Deliver]},
	{"reflection", policy.ReflectionRecord, ask(func(f fields) []templ.Component {
		return []templ.Component{para(f.rq.t("web.reflection.text", "days", f.rq.reflectionDays())), f.talk()}
	}), typed[casefile.BeginReflection]},
	{"reflection-end", policy.ReflectionRecord, ask(func(f fields) []templ.Component {
		return []templ.Component{f.yesNo("own_choice"), f.area("choice")}
	}), typed[casefile.EndReflection]},
}

var safetyForms = []command{
	{"safety-plan", policy.SafetyAssess, ask(func(f fields) []templ.Component {
		return []templ.Component{f.checks("measures", "safety-measures"), f.area("signs"), f.area("contact"), f.area("emergency")}
	}), typed[casefile.PlanSafety]},
	{"incident", policy.SafetyAssess, ask(func(f fields) []templ.Component {
		return []templ.Component{f.radios("kind", "incident-kinds"), f.date("on"), f.yesNo("serious"), f.area("text")}
	}), typed[casefile.ReportIncident]},
}

var workForms = []command{
	{"task", policy.TaskChange, func(f fields, c *casefile.Frame) []templ.Component {
		return append(f.task(c, ""), f.tasksBefore(c))
	}, typed[casefile.AddTask]},
	{"give-task", policy.TaskChange, func(f fields, c *casefile.Frame) []templ.Component {
		return []templ.Component{f.openTasks(c), f.member(c, "staff")}
	}, typed[casefile.GiveTask]},
	{"hearing", policy.HearingRecord, ask(func(f fields) []templ.Component {
		return []templ.Component{f.radios("kind", "hearing-kinds"), f.date("on"), f.yesNo("attends"), f.checks("measures", "court-measures"), f.area("details")}
	}), typed[casefile.SetHearing]},
	{"hearing-done", policy.HearingRecord, func(f fields, c *casefile.Frame) []templ.Component {
		return []templ.Component{f.hearings(c), f.oneOf("state", "held", "adjourned", "cancelled"), f.date("on")}
	}, typed[casefile.SettleHearing]},
	{"message", policy.MessageWrite, ask(func(f fields) []templ.Component {
		return []templ.Component{f.compartment(), f.area("text")}
	}), typed[casefile.Say]},
	{"conference", policy.ConferenceHold, ask(func(f fields) []templ.Component {
		return []templ.Component{f.date("on"), f.radios("how", "conference-how")}
	}), typed[casefile.CallConference]},
	{"conference-held", policy.ConferenceHold, askConference, typed[casefile.HoldConference]},
	{"cover", policy.TeamChange, func(f fields, _ *casefile.Frame) []templ.Component {
		return []templ.Component{f.colleagues(), f.date("until"), f.area("note")}
	}, typed[casefile.Cover]},
	{"keep-away", policy.TeamChange, func(f fields, c *casefile.Frame) []templ.Component {
		return []templ.Component{f.anybodyNear(c), f.radios("reason", "away-reasons")}
	}, typed[casefile.KeepAway]},
	{"transfer", policy.TransferOffer, ask(func(f fields) []templ.Component {
		return []templ.Component{f.agency("to"), f.radios("reason", "transfer-reasons"), f.area("note")}
	}), typed[casefile.OfferTransfer]},
	{"transfer-answer", policy.TransferAnswer, ask(func(f fields) []templ.Component {
		return []templ.Component{f.yesNo("accept"), f.choose("reason", "referral-decline-reasons")}
	}), typed[casefile.AnswerTransfer]},
}

var identificationForms = []command{
	{"panel", policy.IdentificationPanel, askPanel, readPanel},
	{"panel-proposal", policy.IdentificationPanel, askProposal, typed[casefile.ProposeStatus]},
	{"status-review", policy.IdentificationReview, ask(func(f fields) []templ.Component {
		return []templ.Component{f.oneOf("asked_by", "person", "guardian", "lawyer"), f.area("grounds")}
	}), typed[casefile.AskReview]},
	{"status-review-answer", policy.IdentificationReview, ask(func(f fields) []templ.Component {
		return []templ.Component{f.oneOf("outcome", "upheld", "changed"), f.area("reasons")}
	}), typed[casefile.AnswerReview]},
}

var childForms = []command{
	{"guardian", policy.ChildRecord, ask(func(f fields) []templ.Component {
		return []templ.Component{f.radios("kind", "guardian-kinds"), f.line("name"), f.phone("phone"), f.date("from")}
	}), typed[casefile.AppointGuardian]},
	{"best-interests", policy.ChildRecord, ask(func(f fields) []templ.Component {
		return []templ.Component{f.oneOf("step", "assessment", "determination"), f.area("view"), f.checks("factors", "interest-factors"), f.manyAgencies("agencies"), f.area("conclusion")}
	}), typed[casefile.WeighInterests]},
	{"age", policy.ChildRecord, ask(func(f fields) []templ.Component {
		return []templ.Component{f.yesNo("agreed"), f.checks("methods", "age-methods"), f.amount("low", 3), f.amount("high", 3), f.area("reasons")}
	}), typed[casefile.AssessAge]},
	{"tracing", policy.ChildRecord, ask(func(f fields) []templ.Component {
		return []templ.Component{f.radios("step", "tracing-steps"), f.area("note")}
	}), typed[casefile.TraceFamily]},
	{"care", policy.ChildRecord, ask(func(f fields) []templ.Component {
		return []templ.Component{f.radios("kind", "alternative-care"), f.checks("tried", "alternative-care"), f.area("reason"), f.date("review_on")}
	}), typed[casefile.ArrangeCare]},
}

var nonPunishmentForms = []command{
	{"section14", policy.Section14Review, ask(func(f fields) []templ.Component {
		return []templ.Component{f.radios("act", "section14-acts"), f.radios("finding", "section14-findings"), f.area("reasons")}
	}), typed[casefile.ReviewSection14]},
	{"offender-step", policy.OffenderStepTake, ask(func(f fields) []templ.Component {
		return []templ.Component{f.radios("step", "offender-steps"), f.radios("act", "section14-acts"), f.area("note")}
	}), typed[casefile.TreatAsOffender]},
}

var logisticsForms = []command{
	{"booking", policy.LogisticsRecord, ask(func(f fields) []templ.Component {
		return []templ.Component{f.radios("kind", "booking-kinds"), f.date("on"), f.choose("language", "languages"), f.choose("sex", "sexes"), f.amount("escorts", 3), f.amount("cost", 10), f.area("details")}
	}), typed[casefile.Book]},
	{"booking-done", policy.LogisticsRecord, func(f fields, c *casefile.Frame) []templ.Component {
		return []templ.Component{f.bookings(c), f.oneOf("state", "done", "cancelled"), f.amount("cost", 10)}
	}, typed[casefile.SettleBooking]},
	{"paper", policy.LogisticsRecord, ask(func(f fields) []templ.Component {
		return []templ.Component{f.radios("kind", "paper-kinds"), f.radios("state", "paper-states"), f.yesNo("agreed"), f.line("number"), f.area("note")}
	}), typed[casefile.NotePaper]},
}

var solutionForms = []command{
	{"return-risk", policy.SolutionRecord, ask(askReturn), typed[casefile.AssessReturn]},
	{"solution", policy.SolutionRecord, ask(func(f fields) []templ.Component {
		return []templ.Component{f.radios("kind", "solution-kinds"), f.oneOf("chosen", "person", "guardian"), f.area("words")}
	}), typed[casefile.ChooseSolution]},
	{"fund", policy.SolutionRecord, ask(func(f fields) []templ.Component {
		return []templ.Component{f.checks("heads", "cost-kinds"), f.amount("amount", 10), f.area("note")}
	}), typed[casefile.ApplyFund]},
	{"fund-answer", policy.SolutionRecord, func(f fields, c *casefile.Frame) []templ.Component {
		return []templ.Component{f.claims(c), f.radios("state", "fund-states"), f.amount("granted", 10)}
	}, typed[casefile.AnswerFund]},
	{"retrafficking", policy.RetraffickingFlag, ask(func(f fields) []templ.Component {
		return []templ.Component{f.date("on"), f.area("text")}
	}), typed[casefile.FlagRetrafficking]},
}

var rightsForms = []command{
	{"correction", policy.RightsAsk, ask(func(f fields) []templ.Component {
		return []templ.Component{f.compartment(), f.area("text")}
	}), typed[casefile.AskCorrection]},
	{"answer-correction", policy.RightsAnswer, func(f fields, c *casefile.Frame) []templ.Component {
		return []templ.Component{f.corrections(c), f.yesNo("accepted"), f.area("answer")}
	}, typed[casefile.AnswerCorrection]},
	{"complaint", policy.RightsAsk, ask(func(f fields) []templ.Component {
		return []templ.Component{f.radios("about", "complaint-about"), f.agency("agency"), f.area("text")}
	}), typed[casefile.Complain]},
	{"answer-complaint", policy.ComplaintAnswer, func(f fields, c *casefile.Frame) []templ.Component {
		return []templ.Component{f.complaints(c), f.area("answer")}
	}, typed[casefile.AnswerComplaint]},
}

var supervisionForms = []command{
	{"approve", policy.WorkApprove, func(f fields, c *casefile.Frame) []templ.Component {
		return []templ.Component{f.awaited(c), f.yesNo("approved"), f.area("note")}
	}, typed[casefile.Approve]},
	{"flag", policy.FlagRaise, func(f fields, c *casefile.Frame) []templ.Component {
		return []templ.Component{f.member(c, "owner"), f.date("due_on"), f.area("text")}
	}, typed[casefile.RaiseFlag]},
}

func askReturn(f fields) []templ.Component {
	out := []templ.Component{f.choose("country", "countries"), f.yesNo("joint"), f.line("with"), f.radios("outcome", "return-outcomes"), f.area("reasons")}
	var domains []templ.Component
	for _, d := range f.rq.of.Content.List("risk-domains") {
		name := "domains." + d.ID
		domains = append(domains, ui.Select(ui.Field{Name: name, Label: d.In(f.rq.lang.Code()), Value: f.v.Get(name), Options: f.rq.options("risk-levels", true)}))
	}
	return append(out, with(ui.Details(f.rq.t("web.safety.domains"), false), domains...))
}
