package casefile

import (
	"time"

	"rufaa/internal/vault"
)

// Kinds of events in a case's stream, "case/<id>". A kind never changes its
// meaning; a new payload form gets a new schema number and is upcast in fold.
const (
	Alerted          = "case.alerted"
	DangerAnswered   = "case.danger_answered"
	Taken            = "case.taken"
	AccountAdded     = "case.account_added"
	PersonDescribed  = "case.person_described"
	PlaceChanged     = "case.place_changed"
	ScreeningDone    = "case.screened"
	PresumptionMade  = "case.presumption_decided"
	ConsentRecorded  = "case.consent_recorded"
	ConsentWithdrawn = "case.consent_withdrawn"
	BasisRecorded    = "case.basis_recorded"
	BasisEnded       = "case.basis_ended"
	SafetyAssessed   = "case.safety_assessed"
	NeedsAssessed    = "case.needs_assessed"
	NeedSettled      = "case.need_settled"
	TeamJoined       = "case.team_joined"
	TeamLeft         = "case.team_left"
	InterviewHeld    = "case.interview_recorded"
	ReferralNoted    = "case.referral_noted"
	FollowedUp       = "case.followed_up"
	ExtraRecorded    = "case.extra_recorded"
	Closed           = "case.closed"
	Reopened         = "case.reopened"
	GlassBroken      = "case.glass_broken"
	GlassSeconded    = "case.glass_seconded"
	GlassReviewed    = "case.glass_reviewed"
)

// Stream is the ledger's name of a case's stream.
func Stream(id string) string { return "case/" + id }

// AlertedEvent opens a case.
type AlertedEvent struct {
	Ref       string       `json:"ref"`
	Holder    string       `json:"holder"`
	Channel   string       `json:"channel,omitempty"`
	County    string       `json:"county,omitempty"`
	Immediate bool         `json:"immediate"`
	Dangers   []string     `json:"dangers,omitempty"`
	EntryID   string       `json:"entry"`
	Account   vault.Sealed `json:"account,omitempty"`
	PlaceID   string       `json:"place_id"`
	Place     vault.Sealed `json:"place,omitempty"`
	PlaceKind string       `json:"place_kind,omitempty"`
	Detained  bool         `json:"detained,omitempty"`
	Persons   []Person     `json:"persons"`
	TakeDue   time.Time    `json:"take_due"`
}

// DangerAnsweredEvent says what was done about an immediate danger.
type DangerAnsweredEvent struct {
	ID     string       `json:"id"`
	Action string       `json:"action"`
	Note   vault.Sealed `json:"note,omitempty"`
}

// TakenEvent makes somebody the case manager. From then on a clock runs until the
// risk is assessed for the first time: no case is taken and then forgotten.
type TakenEvent struct {
	SafetyDue *time.Time `json:"safety_due,omitempty"`
}

// AccountAddedEvent adds what was told, without asking her again.
type AccountAddedEvent struct {
	ID   string       `json:"id"`
	Text vault.Sealed `json:"text"`
}

// PersonDescribedEvent replaces what is known of one person.
type PersonDescribedEvent struct {
	Person Person `json:"person"`
}

// PlaceChangedEvent says where she is now.
type PlaceChangedEvent struct {
	ID       string       `json:"id"`
	Kind     string       `json:"kind"`
	Place    vault.Sealed `json:"place,omitempty"`
	County   string       `json:"county,omitempty"`
	Detained bool         `json:"detained,omitempty"`
	Until    string       `json:"until,omitempty"` // YYYY-MM-DD, last day of an emergency place
}

// ConsentWithdrawnEvent ends a consent from this moment on.
type ConsentWithdrawnEvent struct {
	Consent string `json:"consent"`
}

// BasisEndedEvent ends another basis from this moment on.
type BasisEndedEvent struct {
	Basis string `json:"basis"`
}

// NeedsAssessedEvent adds needs and keeps her own wishes.
type NeedsAssessedEvent struct {
	WishesID string       `json:"wishes_id"`
	Wishes   vault.Sealed `json:"wishes,omitempty"`
	Needs    []Need       `json:"needs"`
}

// NeedSettledEvent says that a need is met or no longer hers.
type NeedSettledEvent struct {
	Need  string `json:"need"`
	State string `json:"state"` // met or dropped
}

// TeamJoinedEvent puts a member of staff on the team.
type TeamJoinedEvent struct {
	Staff    string `json:"staff"`
	Agency   string `json:"agency"`
	Duty     string `json:"duty"`
	Referral string `json:"referral,omitempty"`

	Ends *time.Time `json:"ends,omitempty"` // of a cover for leave
	For  string     `json:"for,omitempty"`  // the colleague on leave
}

// TeamLeftEvent ends a membership.
type TeamLeftEvent struct {
	Staff   string     `json:"staff"`
	TakeDue *time.Time `json:"take_due,omitempty"` // by when another takes it; where the last case manager left the service
}

// ReopenedEvent returns a closed case to work.
type ReopenedEvent struct {
	ID     string       `json:"id"`
	Reason vault.Sealed `json:"reason"`
}

// GlassSecondedEvent is the second person's word for an opening that needs two.
type GlassSecondedEvent struct {
	ID string `json:"id"`
}

// GlassReviewedEvent is the review of a break-glass.
type GlassReviewedEvent struct {
	ID        string       `json:"id"`
	Justified bool         `json:"justified"`
	Note      vault.Sealed `json:"note,omitempty"`
}
