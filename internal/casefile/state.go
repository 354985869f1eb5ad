package casefile

import (
	"time"

	"rufaa/internal/vault"
)

// Stage is how far the case has come, computed from what happened.
type Stage string

// The stages, in their usual order. A case may go back: reopening returns it
// to follow-up.
const (
	StageAlerted  Stage = "alerted"  // nobody has taken it yet
	StageTaken    Stage = "taken"    // a case manager has it
	StageScreened Stage = "screened" // a person has decided about the presumption
	StageCare     Stage = "care"     // safety and needs are assessed
	StageReferred Stage = "referred" // at least one referral went out
	StageFollowUp Stage = "followup" // followed up at least once
	StageClosed   Stage = "closed"
)

// Roles of persons in a case.
const (
	RoleSubject  = "subject" // the person the case is about
	RoleReporter = "reporter"
)

// State is a case as its events tell it. Fields of type vault.Sealed are
// ciphertext; everything else may stand in lists and statistics.
type State struct {
	ID       string    `json:"id"`
	Ref      string    `json:"ref"`
	Version  int64     `json:"version"`
	Stage    Stage     `json:"stage"`
	Holder   string    `json:"holder"`   // agency that answers for the case
	AlertBy  By        `json:"alert_by"` // who raised it
	OpenedAt time.Time `json:"opened_at"`
	Changed  time.Time `json:"changed_at"`

	Channel    string        `json:"channel,omitempty"`
	County     string        `json:"county,omitempty"`
	Danger     Danger        `json:"danger"`
	Account    []Entry       `json:"account,omitempty"` // what is said to have happened
	Place      Entry         `json:"place"`             // where the person is now
	PlaceKind  string        `json:"place_kind,omitempty"`
	Detained   bool          `json:"detained,omitempty"`
	Persons    []Person      `json:"persons"`
	Earlier    []Earlier     `json:"earlier,omitempty"` // what was known of persons before it was put right
	Team       []Member      `json:"team,omitempty"`
	Away       []Away        `json:"kept_away,omitempty"` // who must not come near the case
	TakeDue    *time.Time    `json:"take_due,omitempty"`
	Screenings []Screened    `json:"screenings,omitempty"`
	Presumed   Presumed      `json:"presumed"`
	Consents   []Consent     `json:"consents,omitempty"`
	Bases      []Basis       `json:"bases,omitempty"`
	Safety     []Safety      `json:"safety,omitempty"`
	SafetyDue  *time.Time    `json:"safety_due,omitempty"` // of the first risk assessment, once the case is taken
	Needs      []Need        `json:"needs,omitempty"`
	Wishes     Entry         `json:"wishes"` // what she herself wants, in her words
	NeedsAt    *time.Time    `json:"needs_at,omitempty"`
	Interviews []Interview   `json:"interviews,omitempty"`
	Referrals  []ReferralRef `json:"referrals,omitempty"`
	FollowUps  []FollowUp    `json:"follow_ups,omitempty"`
	Closure    *Closure      `json:"closure,omitempty"`
	BreakGlass []BreakGlass  `json:"break_glass,omitempty"`

	DetainedSince *time.Time `json:"detained_since,omitempty"` // behind a lock without a break since then
	PlaceUntil    string     `json:"place_until,omitempty"`    // last day of an emergency place

	SafetyPlans []SafetyPlan `json:"safety_plans,omitempty"`
	Incidents   []Incident   `json:"incidents,omitempty"`

	CarePlans  []CarePlan `json:"care_plans,omitempty"`
	Goals      []Goal     `json:"goals,omitempty"`
	Deliveries []Delivery `json:"deliveries,omitempty"`

	Transfers   []Transfer   `json:"transfers,omitempty"`
	Reflections []Reflection `json:"reflections,omitempty"`

	Panels        []Panel        `json:"panels,omitempty"`
	Voices        []Voice        `json:"panel_voices,omitempty"`
	StatusReviews []StatusReview `json:"status_reviews,omitempty"`

	Tasks       []Task       `json:"tasks,omitempty"`
	Conferences []Conference `json:"conferences,omitempty"`
	Messages    []Message    `json:"messages,omitempty"`

	Guardians        []Guardian        `json:"guardians,omitempty"`
	BestInterests    []BestInterests   `json:"best_interests,omitempty"`
	Ages             []AgeAssessment   `json:"age_assessments,omitempty"`
	Tracings         []Tracing         `json:"tracings,omitempty"`
	CareArrangements []CareArrangement `json:"care_arrangements,omitempty"`

	ReturnRisks    []ReturnRisk    `json:"return_risks,omitempty"`
	Solutions      []Solution      `json:"solutions,omitempty"`
	Funds          []FundClaim     `json:"funds,omitempty"`
	Retraffickings []Retrafficking `json:"retraffickings,omitempty"`

	Section14     []Section14Review `json:"section14,omitempty"`
	OffenderSteps []OffenderStep    `json:"offender_steps,omitempty"`

	Bookings []Booking `json:"bookings,omitempty"`
	Papers   []Paper   `json:"papers,omitempty"`
	Hearings []Hearing `json:"hearings,omitempty"`

	Corrections []Correction `json:"corrections,omitempty"`
	Complaints  []Complaint  `json:"complaints,omitempty"`
	Copies      []By         `json:"copies,omitempty"`

	Approvals []Approval `json:"approvals,omitempty"`
	Flags     []Flag     `json:"flags,omitempty"`
	Extras    []Extra    `json:"extras,omitempty"` // agencies' own fields

	Origin *Origin `json:"origin,omitempty"` // the list it was taken from; never written into, only replaced
}

// By is who did something: ids, never names.
type By struct {
	Staff  string    `json:"staff"`
	Agency string    `json:"agency"`
	Duty   string    `json:"duty"`
	At     time.Time `json:"at"`
	For    string    `json:"in_place_of,omitempty"` // the colleague on leave in whose place it was done
}

// Entry is one sealed text with its author. ID is the record it is bound to.
type Entry struct {
	ID   string       `json:"id,omitempty"`
	Text vault.Sealed `json:"text,omitempty"`
	By   By           `json:"by,omitzero"`
}

// Danger is the first question of every alert.
type Danger struct {
	Immediate bool     `json:"immediate"`
	Kinds     []string `json:"kinds,omitempty"`
	Answered  *Answer  `json:"answered,omitempty"`
}

// Answer is what was done about an immediate danger.
type Answer struct {
	Action string       `json:"action"`
	Note   vault.Sealed `json:"note,omitempty"`
	ID     string       `json:"id"`
	By     By           `json:"by"`
}

// Person is somebody in the case. Names and numbers are sealed in the
// identity compartment, nationality in immigration.
type Person struct {
	ID          string       `json:"id"`
	Role        string       `json:"role"`
	Name        vault.Sealed `json:"name,omitempty"`
	OtherNames  vault.Sealed `json:"other_names,omitempty"`
	Phone       vault.Sealed `json:"phone,omitempty"`
	IDNumber    vault.Sealed `json:"id_number,omitempty"`
	BirthDate   vault.Sealed `json:"birth_date,omitempty"`
	Nationality vault.Sealed `json:"nationality,omitempty"`
	Sex         string       `json:"sex,omitempty"`
	AgeBand     string       `json:"age_band,omitempty"`
	Minor       string       `json:"minor,omitempty"` // yes, no or unsure
	Child       bool         `json:"child"`           // treated as a child
	Language    string       `json:"language,omitempty"`
	Relation    string       `json:"relation,omitempty"`
}

// Member is one member of staff on the case's team.
type Member struct {
	Staff    string     `json:"staff"`
	Agency   string     `json:"agency"`
	Duty     string     `json:"duty"`
	Since    time.Time  `json:"since"`
	Until    *time.Time `json:"until,omitempty"`
	Ends     *time.Time `json:"ends,omitempty"`     // planned end, of whoever is there for a leave alone
	Covers   []Covering `json:"covers,omitempty"`   // colleagues on leave in whose place they stand
	Referral string     `json:"referral,omitempty"` // the referral that brought them
}

// Screened is one screening with every answer and the computed strength.
type Screened struct {
	ID            string            `json:"id"`
	Questionnaire string            `json:"questionnaire"`
	Answers       map[string]string `json:"answers"`
	Note          vault.Sealed      `json:"note,omitempty"`
	Language      string            `json:"language"`
	Interpreting  string            `json:"interpreting"`
	Interpreter   vault.Sealed      `json:"interpreter,omitempty"`
	Trafficking   string            `json:"trafficking"` // none, weak, moderate, strong
	Smuggling     string            `json:"smuggling"`
	By            By                `json:"by"`
}

// Presumed is a person's decision, with its history.
type Presumed struct {
	Decision     string       `json:"decision,omitempty"` // presumed, not_presumed, cannot_tell
	Track        string       `json:"track,omitempty"`    // trafficking, smuggling, both
	Exploitation []string     `json:"exploitation,omitempty"`
	Screening    string       `json:"screening,omitempty"`
	Reason       string       `json:"reason,omitempty"` // term of not-presumed-reasons
	Note         vault.Sealed `json:"note,omitempty"`
	ID           string       `json:"id,omitempty"`
	WayBack      vault.Sealed `json:"way_back_sealed,omitempty"` // how she was told to come back: a contact, a place
	WayBackClear string       `json:"way_back,omitempty"`        // the same in events from before it was sealed; not after erasure
	ReviewOn     string       `json:"review_on,omitempty"`       // YYYY-MM-DD
	By           By           `json:"by,omitzero"`
	Earlier      int          `json:"earlier,omitempty"` // how many decisions came before
	Changed      string       `json:"changed,omitempty"` // the review that changed "not presumed" to "presumed"
}

// Standing is what the decision is now: as it was taken, or as a review changed
// it. Empty: not yet decided.
func (p *Presumed) Standing() string {
	if p.Changed != "" {
		return "presumed"
	}
	return p.Decision
}

// Consent is her answer for some purposes, agencies and compartments.
type Consent struct {
	ID           string       `json:"id"`
	Given        bool         `json:"given"` // false: asked and declined
	Purposes     []string     `json:"purposes"`
	Agency       string       `json:"agency"`
	Compartments []string     `json:"compartments"`
	Language     string       `json:"language"`
	Interpreting string       `json:"interpreting"`
	Interpreter  vault.Sealed `json:"interpreter,omitempty"`
	How          string       `json:"how"`
	GivenBy      string       `json:"given_by"` // person or guardian
	Until        string       `json:"until,omitempty"`
	By           By           `json:"by"`
	Withdrawn    *time.Time   `json:"withdrawn,omitempty"`
}

// Basis is a ground other than consent for letting an agency know.
type Basis struct {
	ID           string       `json:"id"`
	Kind         string       `json:"kind"` // child, danger-to-life, duty
	Purpose      string       `json:"purpose"`
	Agency       string       `json:"agency"`
	Compartments []string     `json:"compartments"`
	Reason       vault.Sealed `json:"reason"`
	Until        time.Time    `json:"until"`
	By           By           `json:"by"`
	Ended        *time.Time   `json:"ended,omitempty"`
}

// Safety is one risk assessment.
type Safety struct {
	ID       string            `json:"id"`
	Level    string            `json:"level"`
	Domains  map[string]string `json:"domains,omitempty"`
	Reasons  vault.Sealed      `json:"reasons"`
	Plan     vault.Sealed      `json:"plan,omitempty"`
	HerView  vault.Sealed      `json:"her_view,omitempty"`
	ReviewAt time.Time         `json:"review_at"`
	By       By                `json:"by"`
}

// Need is one need by the service categories of CTIPA s.15.
type Need struct {
	ID      string       `json:"id"`
	Service string       `json:"service"`
	Urgency string       `json:"urgency"`
	Note    vault.Sealed `json:"note,omitempty"`
	State   string       `json:"state"` // open, referred, met, dropped
	By      By           `json:"by"`
}

// Interview is one investigative interview, after care.
type Interview struct {
	ID           string       `json:"id"`
	Account      vault.Sealed `json:"account"`
	Language     string       `json:"language"`
	Interpreting string       `json:"interpreting"`
	Interpreter  vault.Sealed `json:"interpreter,omitempty"`
	Consent      string       `json:"consent"`                 // the consent it rests on
	Repeat       vault.Sealed `json:"repeat_sealed,omitempty"` // why she was asked again
	RepeatClear  string       `json:"repeat_reason,omitempty"` // the same in events from before it was sealed; not after erasure
	Recorded     bool         `json:"recorded"`                // audio or video was made
	On           string       `json:"on"`
	By           By           `json:"by"`
}

// ReferralRef is what the case knows of a referral; the rest is in its own
// stream.
type ReferralRef struct {
	ID      string    `json:"id"`
	From    string    `json:"from"`
	To      string    `json:"to"`
	Service string    `json:"service"`
	Purpose string    `json:"purpose"`
	Needs   []string  `json:"needs,omitempty"`
	State   string    `json:"state"`
	Due     time.Time `json:"due_at,omitzero"` // until when an answer is awaited
	At      time.Time `json:"at"`
}

// FollowUp is one contact after the referral.
type FollowUp struct {
	ID     string       `json:"id"`
	Kind   string       `json:"kind"`
	On     string       `json:"on"`
	Safe   string       `json:"safe"` // yes, no, unknown
	Note   vault.Sealed `json:"note,omitempty"`
	NextOn string       `json:"next_on,omitempty"`
	By     By           `json:"by"`

	AssessBy *time.Time `json:"assess_by,omitempty"` // she was not safe: the risk is assessed anew until then
}

// Closure ends the work, not the record.
type Closure struct {
	ID     string       `json:"id"`
	Reason string       `json:"reason"`
	Note   vault.Sealed `json:"note,omitempty"`
	By     By           `json:"by"`
}

// BreakGlass is one opening without consent or membership, in an emergency.
type BreakGlass struct {
	ID           string       `json:"id"`
	Compartments []string     `json:"compartments"`
	Reason       vault.Sealed `json:"reason"`
	By           By           `json:"by"`
	Until        time.Time    `json:"until"`
	Second       *By          `json:"second,omitempty"` // needed before whereabouts open
	Reviewed     *Review      `json:"reviewed,omitempty"`
}

// Review is what a data protection officer found.
type Review struct {
	Justified bool         `json:"justified"`
	Note      vault.Sealed `json:"note,omitempty"`
	By        By           `json:"by"`
}

// Subject is the person the case is about.
func (s *State) Subject() *Person {
	for i := range s.Persons {
		if s.Persons[i].Role == RoleSubject {
			return &s.Persons[i]
		}
	}
	return &Person{}
}

// Audience is whose questionnaire this person is asked: child or adult.
func (p *Person) Audience() string {
	if p.Child {
		return "child"
	}
	return "adult"
}

// Signs gathers what every screening of the case was answered, the newest
// answer of each sign. A sign that was once a yes stays one: a later screening
// that did not ask takes nothing back.
func (s *State) Signs() map[string]string {
	out := map[string]string{}
	for i := range s.Screenings {
		for id, a := range s.Screenings[i].Answers {
			if out[id] == "yes" || a == "not_asked" && out[id] != "" {
				continue
			}
			out[id] = a
		}
	}
	return out
}

// person finds somebody in the case by id.
func (s *State) person(id string) *Person {
	for i := range s.Persons {
		if s.Persons[i].ID == id {
			return &s.Persons[i]
		}
	}
	return nil
}

// Exists tells a folded case from an empty one.
func (s *State) Exists() bool { return s.Version > 0 }

// LastSafety is the newest risk assessment, or nil.
func (s *State) LastSafety() *Safety {
	if len(s.Safety) == 0 {
		return nil
	}
	return &s.Safety[len(s.Safety)-1]
}

// LastFollowUp is the newest contact, or nil.
func (s *State) LastFollowUp() *FollowUp {
	if len(s.FollowUps) == 0 {
		return nil
	}
	return &s.FollowUps[len(s.FollowUps)-1]
}

// OpenReferrals counts referrals that still wait for somebody.
func (s *State) OpenReferrals() int {
	n := 0
	for _, r := range s.Referrals {
		switch r.State {
		case "sent", "accepted", "started":
			n++
		}
	}
	return n
}

// Member finds the member of staff on the team now.
func (s *State) Member(staff string) *Member {
	for i := range s.Team {
		if s.Team[i].Staff == staff && s.Team[i].Until == nil {
			return &s.Team[i]
		}
	}
	return nil
}

// Manager is the case manager of the holding agency, or nil while the case
// waits to be taken. Whoever is there for a leave alone is not it.
func (s *State) Manager() *Member {
	for i := range s.Team {
		m := &s.Team[i]
		if m.Until == nil && m.Own() && m.Agency == s.Holder && m.Duty == "case_manager" {
			return m
		}
	}
	return nil
}

// NextDue is the earliest clock that runs on the case, with its name in
// content/clocks.yaml terms ("danger", "take", "safety", "followup",
// "review"), or ok=false when none runs.
func (s *State) NextDue() (at time.Time, clock string, ok bool) {
	s.eachDue(func(t time.Time, name string) {
		if !ok || t.Before(at) {
			at, clock, ok = t, name, true
		}
	})
	return
}

// eachDue gives every clock that runs on the case.
func (s *State) eachDue(put func(time.Time, string)) {
	if s.Stage == StageClosed {
		// The work ended; that she is asked how she is goes on for two years.
		if at, ok := s.NextContact(); ok {
			put(at, "contact")
		}
		s.reviewDue(put)
		return
	}
	if s.Danger.Immediate && s.Danger.Answered == nil {
		put(s.OpenedAt, "danger")
	}
	if s.Stage == StageAlerted && s.TakeDue != nil {
		put(*s.TakeDue, "take")
	}
	if last := s.LastSafety(); last != nil {
		put(last.ReviewAt, "safety")
	} else if s.SafetyDue != nil && s.Stage != StageAlerted {
		put(*s.SafetyDue, "safety_first")
	}
	if f := s.LastFollowUp(); f != nil {
		if at, ok := endOfDay(f.NextOn); ok {
			put(at, "followup")
		}
	}
	if at, ok := endOfDay(s.Presumed.ReviewOn); ok {
		put(at, "review")
	}
	s.jointDue(put)
}

// AgeBand gives the vocabulary's band for an age in completed years.
func AgeBand(years int) string {
	switch {
	case years < 6:
		return "0-5"
	case years < 12:
		return "6-11"
	case years < 18:
		return "12-17"
	case years < 25:
		return "18-24"
	case years < 35:
		return "25-34"
	case years < 50:
		return "35-49"
	}
	return "50+"
}
