package api

import (
	"reflect"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/exchange"
	"rufaa/internal/policy"
	"rufaa/internal/vault"
)

// Joint is the joint case as one person may see it: every part that the duty
// reads. Sealed texts are never in it; a compartment is opened by itself.
type Joint struct {
	SafetyPlans      []casefile.SafetyPlan      `json:"safety_plans,omitempty"`
	Incidents        []casefile.Incident        `json:"incidents,omitempty"`
	CarePlans        []casefile.CarePlan        `json:"care_plans,omitempty"`
	Goals            []casefile.Goal            `json:"goals,omitempty"`
	Deliveries       []casefile.Delivery        `json:"deliveries,omitempty"`
	Costs            map[string]int             `json:"costs,omitempty" doc:"Kenya shillings by head of CTIPA s.13"`
	Transfers        []casefile.Transfer        `json:"transfers,omitempty"`
	Reflections      []casefile.Reflection      `json:"reflections,omitempty"`
	Status           string                     `json:"status,omitempty" doc:"What she is held to be: the last formal decision, or the presumption"`
	Panels           []casefile.Panel           `json:"panels,omitempty"`
	Voices           []casefile.Voice           `json:"panel_voices,omitempty" doc:"What the members of panels said that are over; while one sits nobody reads it"`
	StatusReviews    []casefile.StatusReview    `json:"status_reviews,omitempty"`
	Agenda           []casefile.Point           `json:"agenda,omitempty" doc:"What is open, computed now"`
	Tasks            []casefile.Task            `json:"tasks,omitempty"`
	Conferences      []casefile.Conference      `json:"conferences,omitempty"`
	Messages         []casefile.Message         `json:"messages,omitempty"`
	Hearings         []casefile.Hearing         `json:"hearings,omitempty"`
	Guardians        []casefile.Guardian        `json:"guardians,omitempty"`
	BestInterests    []casefile.BestInterests   `json:"best_interests,omitempty"`
	Ages             []casefile.AgeAssessment   `json:"age_assessments,omitempty"`
	Tracings         []casefile.Tracing         `json:"tracings,omitempty"`
	CareArrangements []casefile.CareArrangement `json:"care_arrangements,omitempty"`
	ReturnRisks      []casefile.ReturnRisk      `json:"return_risks,omitempty"`
	Solutions        []casefile.Solution        `json:"solutions,omitempty"`
	NextContact      *time.Time                 `json:"next_contact,omitempty"`
	Funds            []casefile.FundClaim       `json:"funds,omitempty"`
	Retraffickings   []casefile.Retrafficking   `json:"retraffickings,omitempty"`
	Section14        []casefile.Section14Review `json:"section14,omitempty"`
	OffenderSteps    []casefile.OffenderStep    `json:"offender_steps,omitempty"`
	Bookings         []casefile.Booking         `json:"bookings,omitempty"`
	Papers           []casefile.Paper           `json:"papers,omitempty"`
	Corrections      []casefile.Correction      `json:"corrections,omitempty"`
	Complaints       []casefile.Complaint       `json:"complaints,omitempty"`
	Awaits           []casefile.Awaiting        `json:"awaits,omitempty" doc:"Work that waits for a supervisor"`
	Approvals        []casefile.Approval        `json:"approvals,omitempty"`
	Flags            []casefile.Flag            `json:"flags,omitempty"`
}

func jointOf(f *casefile.Frame, now time.Time) *Joint {
	s := f.State
	j := &Joint{
		SafetyPlans: open(s.SafetyPlans), Incidents: open(s.Incidents), CarePlans: s.CarePlans, Goals: open(s.Goals), Deliveries: open(s.Deliveries),
		Transfers: open(s.Transfers), Reflections: open(s.Reflections), Panels: open(s.Panels), Voices: open(s.Voices), StatusReviews: open(s.StatusReviews),
		Tasks: open(s.Tasks), Conferences: open(s.Conferences), Messages: open(s.Messages), Hearings: open(s.Hearings), Guardians: open(s.Guardians),
		BestInterests: open(s.BestInterests), Ages: open(s.Ages), Tracings: open(s.Tracings), CareArrangements: open(s.CareArrangements),
		ReturnRisks: open(s.ReturnRisks), Solutions: open(s.Solutions), Funds: open(s.Funds), Retraffickings: open(s.Retraffickings),
		Section14: open(s.Section14), OffenderSteps: open(s.OffenderSteps), Bookings: open(s.Bookings), Papers: open(s.Papers),
		Corrections: open(s.Corrections), Complaints: open(s.Complaints), Awaits: f.Awaits, Approvals: open(s.Approvals), Flags: open(s.Flags),
	}
	if f.May[casefile.PartIdentification] {
		j.Status = s.Status()
	}
	if f.May[casefile.PartPlan] {
		j.Costs, _ = s.Costs()
	}
	if f.May[casefile.PartWork] {
		j.Agenda = f.Agenda(now)
	}
	if at, ok := s.NextContact(); ok {
		j.NextContact = &at
	}
	return j
}

var sealedType = reflect.TypeFor[vault.Sealed]()

// open copies records and empties every sealed text in them: a ciphertext
// belongs in no answer either.
func open[R any](list []R) []R {
	out := make([]R, len(list))
	copy(out, list)
	for i := range out {
		v := reflect.ValueOf(&out[i]).Elem()
		for k := range v.NumField() {
			if v.Field(k).Type() == sealedType {
				v.Field(k).SetZero()
			}
		}
	}
	return out
}

func (a *api) jointReads() {
	add(a, policy.CaseView, route{
		method: "GET", path: "/cases/{id}/joint", id: "joint-case", summary: "Plan, tasks, status, children, solution, rights: the parts the duty reads",
		tag: "joint case", door: caseDoor, versioned: true,
	}, func(c *call, _ *none) (*Joint, error) {
		f, err := c.office().Cases.View(c.r.Context(), c.actor, c.id("id"))
		if err != nil {
			return nil, err
		}
		c.version = f.State.Version
		return jointOf(f, c.office().Now()), nil
	})
	add(a, policy.CompartmentOpen, route{
		method: "GET", path: "/cases/{id}/panels/{panel}/letter", id: "letter", summary: "What a formal decision tells the person; the opening is recorded",
		tag: "joint case", door: caseDoor,
	}, func(c *call, _ *none) (*casefile.Letter, error) {
		return c.office().Cases.Letter(c.r.Context(), c.actor, c.id("id"), c.id("panel"))
	})
	add(a, policy.CompartmentOpen, route{
		method: "GET", path: "/cases/{id}/status-reviews/{review}/letter", id: "review-letter",
		summary: "What a review that changed 'not presumed', or left a decision as it was, tells the person; the opening is recorded", tag: "joint case", door: caseDoor,
	}, func(c *call, _ *none) (*casefile.Letter, error) {
		return c.office().Cases.ReviewLetter(c.r.Context(), c.actor, c.id("id"), c.id("review"))
	})
	a.panelReads()
	add(a, policy.CaseExport, route{
		method: "POST", path: "/cases/{id}/export", id: "export-case", summary: "Hand a case out in the fields of HTCDS 2.0; it is noted first", tag: "joint case", door: caseDoor,
		optional: []string{"*"},
	}, func(c *call, in *casefile.Export) (*exchange.Record, error) {
		return c.office().Exporter().Case(c.r.Context(), c.actor, c.id("id"), in.Named)
	})
	add(a, policy.CaseExport, route{
		method: "POST", path: "/cases/export", id: "export-cases", summary: "Hand several cases out in the fields of HTCDS 2.0, or all that the caller manages; each is noted first", tag: "joint case", door: roomDoor,
		optional: []string{"*"},
	}, func(c *call, in *ExportOrder) (*exchange.File, error) {
		if len(in.Cases) == 0 {
			return c.office().Exporter().Mine(c.r.Context(), c.actor, in.Named)
		}
		return c.office().Exporter().Several(c.r.Context(), c.actor, in.Cases, in.Named)
	})
	add(a, policy.AgencyNeeds, route{
		method: "GET", path: "/agency/needs", id: "agency-needs", summary: "What the own agency has to see to now, without anything of the persons", tag: "joint case", door: roomDoor,
	}, agencyNeeds)
	add(a, policy.AgencyNeeds, route{
		method: "GET", path: "/supervision", id: "supervision", summary: "The cases that a supervisor has in sight, with the approvals, flags and clocks that await her", tag: "joint case", door: roomDoor,
		query: []query{limit(50)},
	}, func(c *call, _ *none) (*InSight, error) {
		rows, more, err := c.office().Cases.InSight(c.r.Context(), c.actor, c.number["limit"])
		return &InSight{all(rows), more}, err
	})
	add(a, policy.WorkloadView, route{
		method: "GET", path: "/workload", id: "workload", summary: "Open cases for each member of staff of the own agency", tag: "joint case", door: roomDoor,
	}, func(c *call, _ *none) ([]casefile.Load, error) {
		return c.office().Cases.Workload(c.r.Context(), c.actor)
	})
}

// ExportOrder says which cases are handed out.
type ExportOrder struct {
	Cases []string `json:"cases,omitempty" doc:"Ids; empty is every open case that the caller manages" maxItems:"5000"`
	Named bool     `json:"named,omitempty" doc:"With names and numbers; each opening is recorded"`
}

func (a *api) jointCommands() {
	run[casefile.PlanSafety](a, recording("/safety-plans", "plan-safety", "Write the safety plan", "signs", "contact", "emergency"), nil)
	run[casefile.ReportIncident](a, recording("/incidents", "report-incident", "Report an incident", "serious"), nil)
	run[casefile.PlanCare](a, recording("/care-plans", "plan-care", "Make or extend the care plan"), nil)
	run(a, on("/goals/{goal}/review", "review-goal", "Say how far a goal is", "goal", "note"), func(c *call, in *casefile.ReviewGoal) error {
		in.Goal = c.id("goal")
		return nil
	})
	run[casefile.Deliver](a, recording("/deliveries", "record-service", "Record a service she received"), nil)
	run(a, on("/deliveries/{delivery}/strike", "strike-service", "Strike out a service that was recorded by mistake; the cost ledger leaves it out", "delivery"), func(c *call, in *casefile.StrikeService) error {
		in.Delivery = c.id("delivery")
		return nil
	})
	run[casefile.BeginReflection](a, recording("/reflection", "begin-reflection", "Begin the recovery and reflection period"), nil)
	run[casefile.EndReflection](a, on("/reflection/end", "end-reflection", "End it at her own choice"), nil)
	run[casefile.OfferTransfer](a, recording("/transfers", "offer-transfer", "Offer the whole case to another agency"), nil)
	run[casefile.AnswerTransfer](a, on("/transfers/answer", "answer-transfer", "Take the case over, or decline"), nil)
	run[casefile.ConvenePanel](a, recording("/panels", "convene-panel", "Call the identification panel"), nil)
	run[casefile.ProposeStatus](a, on("/panels/proposal", "propose-status", "Propose what the panel decides; it decides nothing"), nil)
	run[casefile.DismissPanel](a, on("/panels/dismissal", "dismiss-panel", "Send a panel away that was called by mistake, or whose time is over", "*"), nil)
	run[casefile.GiveVoice](a, recording("/panel/voice", "give-voice", "One's own voice as a member of the panel; the last one that it takes decides"), nil)
	run[casefile.AskReview](a, recording("/status-reviews", "ask-status-review", "Ask for the decision to be looked at again"), nil)
	run[casefile.AnswerReview](a, on("/status-reviews/answer", "answer-status-review", "Answer the review"), nil)
	a.jointWork()
	a.jointChild()
	a.jointJustice()
	a.jointRights()
}

func (a *api) jointWork() {
	run[casefile.AddTask](a, recording("/tasks", "add-task", "Give a task to somebody of the team"), nil)
	run(a, on("/tasks/{task}/settlement", "settle-task", "A task is done, or dropped", "task"), func(c *call, in *casefile.SettleTask) error {
		in.Task = c.id("task")
		return nil
	})
	run(a, on("/tasks/{task}/doer", "give-task", "Give an open task to somebody else of the team", "task"), func(c *call, in *casefile.GiveTask) error {
		in.Task = c.id("task")
		return nil
	})
	run[casefile.SetHearing](a, recording("/hearings", "set-hearing", "Enter a day in court"), nil)
	run(a, on("/hearings/{hearing}/settlement", "settle-hearing", "A day in court was held, put off or fell away", "hearing"), func(c *call, in *casefile.SettleHearing) error {
		in.Hearing = c.id("hearing")
		return nil
	})
	run[casefile.CallConference](a, recording("/conferences", "call-conference", "Call a case conference"), nil)
	run[casefile.HoldConference](a, on("/conferences/held", "hold-conference", "Record the conference; decisions become tasks"), nil)
	run(a, on("/conferences/{conference}/calling-off", "call-off-conference", "The conference that was called does not meet", "*"), func(c *call, in *casefile.CallOffConference) error {
		in.Conference = c.id("conference")
		return nil
	})
	run[casefile.Say](a, recording("/messages", "write-message", "Write to the team"), nil)
	run[casefile.Cover](a, recording("/covers", "cover", "Let a colleague cover one's leave"), nil)
	run(a, on("/covers/{staff}/end", "end-cover", "End a cover before its day", "*"), func(c *call, in *casefile.EndCover) error {
		in.Staff = c.id("staff")
		return nil
	})
	run[casefile.KeepAway](a, recording("/kept-away", "keep-away", "Keep a member of staff away from the case"), nil)
	run(a, on("/kept-away/{staff}/return", "let-back", "Let somebody back who was kept away", "*"), func(c *call, in *casefile.LetBack) error {
		in.Staff = c.id("staff")
		return nil
	})
	run[casefile.Approve](a, recording("/approvals", "approve-work", "Approve or return work of others"), nil)
	run[casefile.RaiseFlag](a, recording("/flags", "raise-flag", "Raise a flag"), nil)
	run(a, on("/flags/{flag}/clearing", "clear-flag", "A flag was seen to", "*"), func(c *call, in *casefile.ClearFlag) error {
		in.Flag = c.id("flag")
		return nil
	})
	run[casefile.Book](a, recording("/bookings", "book", "Book an interpreter, journey or escort"), nil)
	run(a, on("/bookings/{booking}/settlement", "settle-booking", "How a booking went", "booking", "cost"), func(c *call, in *casefile.SettleBooking) error {
		in.Booking = c.id("booking")
		return nil
	})
	run[casefile.NotePaper](a, recording("/papers", "note-paper", "Note one of her papers"), nil)
}

func (a *api) jointChild() {
	run[casefile.AppointGuardian](a, recording("/guardians", "appoint-guardian", "Appoint a guardian"), nil)
	run[casefile.WeighInterests](a, recording("/best-interests", "weigh-interests", "Weigh the child's best interests"), nil)
	run[casefile.AssessAge](a, recording("/age-assessments", "assess-age", "Assess the age, with the benefit of the doubt"), nil)
	run[casefile.TraceFamily](a, recording("/tracings", "trace-family", "Record a step of family tracing"), nil)
	run[casefile.ArrangeCare](a, recording("/care-arrangements", "arrange-care", "Arrange alternative care"), nil)
}

func (a *api) jointJustice() {
	run[casefile.ReviewSection14](a, recording("/section14", "review-section14", "Review an act under CTIPA s.14"), nil)
	run(a, on("/section14/{review}/confirmation", "confirm-section14", "Confirm a finding as the second person", "*"), func(c *call, in *casefile.ConfirmSection14) error {
		in.Review = c.id("review")
		return nil
	})
	run[casefile.TreatAsOffender](a, recording("/offender-steps", "treat-as-offender", "Record a step against her; refused without a review"), nil)
	run[casefile.AssessReturn](a, recording("/return-risks", "assess-return", "Assess the risk of return"), nil)
	run[casefile.ChooseSolution](a, recording("/solutions", "choose-solution", "Record the solution she chose", "chosen"), nil)
	run[casefile.ApplyFund](a, recording("/fund-claims", "apply-fund", "Apply to the trust fund"), nil)
	run(a, on("/fund-claims/{claim}/answer", "answer-fund", "Record the fund's answer", "claim", "granted"), func(c *call, in *casefile.AnswerFund) error {
		in.Claim = c.id("claim")
		return nil
	})
	run[casefile.FlagRetrafficking](a, recording("/retrafficking", "flag-retrafficking", "Flag that she was trafficked again"), nil)
}

func (a *api) jointRights() {
	run[casefile.AskCorrection](a, recording("/corrections", "ask-correction", "Record a correction she asks for"), nil)
	run(a, on("/corrections/{correction}/answer", "answer-correction", "Answer a correction", "correction"), func(c *call, in *casefile.AnswerCorrection) error {
		in.Correction = c.id("correction")
		return nil
	})
	run[casefile.Complain](a, recording("/complaints", "complain", "Record a complaint"), nil)
	run(a, on("/complaints/{complaint}/answer", "answer-complaint", "Answer a complaint from outside the team", "complaint"), func(c *call, in *casefile.AnswerComplaint) error {
		in.Complaint = c.id("complaint")
		return nil
	})
	run[casefile.GiveCopy](a, recording("/copies", "give-copy", "She was given a copy of what is kept", "*"), nil)
}

// InSight is a supervisor's worklist.
type InSight struct {
	Cases []casefile.SightRow `json:"cases" doc:"First those where work of others waits for a word"`
	More  bool                `json:"more,omitempty" doc:"There are others beyond the limit"`
}

// AgencyWork is what an agency has to see to, with what it was asked.
type AgencyWork struct {
	casefile.AgencyNeeds
	Referrals int `json:"referrals" doc:"Referrals to the agency that nobody answered"`
	Late      int `json:"referrals_late" doc:"Those among them whose time has run out"`
}

func agencyNeeds(c *call, _ *none) (*AgencyWork, error) {
	n, err := c.office().Cases.Needs(c.r.Context(), c.actor)
	if err != nil {
		return nil, err
	}
	out := &AgencyWork{AgencyNeeds: *n}
	out.Referrals, out.Late, err = c.office().Referrals.Asked(c.r.Context(), c.actor)
	return out, err
}
