package training

import (
	"rufaa/internal/ledger"
	"rufaa/internal/vault"
)

// Kinds of events in a course's stream, "course/<id>".
const (
	Opened    = "course.opened"
	Seated    = "course.seated"  // somebody attends
	Sat       = "course.sat"     // a test was sat
	Named     = "course.named"   // the name may stand on the certificate
	Unnamed   = "course.unnamed" // and no longer
	Ended     = "course.ended"
	Certified = "course.certified"
	Revoked   = "course.revoked"
)

// Stream is the ledger's name of a course's stream.
func Stream(id string) string { return "course/" + id }

// Sitting is when a test is sat.
type Sitting string

// The sittings.
const (
	Before Sitting = "before"
	After  Sitting = "after"
	Later  Sitting = "later" // three months
)

// Sittings lists them in order.
var Sittings = []Sitting{Before, After, Later}

// OpenedEvent opens a course. Days are civil days, East Africa Time.
type OpenedEvent struct {
	Title     string   `json:"title"`
	County    string   `json:"county"`
	From      string   `json:"from"` // YYYY-MM-DD
	To        string   `json:"to"`
	Bank      string   `json:"bank"`
	Digest    string   `json:"digest"` // of the bank's file
	Questions []string `json:"questions"`
	Exercise  string   `json:"exercise,omitempty"` // that the course belongs to
}

// SeatedEvent says that somebody attends. Seat is opaque; sex and county are
// what that person told for the report.
type SeatedEvent struct {
	Seat   string `json:"seat"`
	Agency string `json:"agency"`
	Sex    string `json:"sex,omitempty"`
	County string `json:"county,omitempty"`
}

// SatEvent is one test of one seat. Missed are the questions that were not
// answered right.
type SatEvent struct {
	Seat    string   `json:"seat"`
	Sitting Sitting  `json:"sitting"`
	Right   int      `json:"right"`
	Of      int      `json:"of"`
	Missed  []string `json:"missed,omitempty"`
}

// NamedEvent puts a sealed name on the certificate, by consent.
type NamedEvent struct {
	Seat string       `json:"seat"`
	Name vault.Sealed `json:"name"`
}

// SeatEvent is about one seat.
type SeatEvent struct {
	Seat string `json:"seat"`
}

// CertifiedEvent issues a certificate; Code is what anybody can check.
type CertifiedEvent struct {
	Seat string `json:"seat"`
	Code string `json:"code"`
	ID   string `json:"id"` // of the credential, a UUID
}

// RevokedEvent takes it back.
type RevokedEvent struct {
	Seat   string `json:"seat"`
	Reason string `json:"reason"`
}

// Nothing is the payload of events that say all by their kind.
type Nothing struct{}

func drafts(kind string, payload any) []ledger.Draft {
	return []ledger.Draft{{Kind: kind, Schema: 1, Payload: payload}}
}
