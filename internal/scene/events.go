package scene

import (
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/vault"
)

// Kinds of events in a scene's stream, "scene/<id>".
const (
	Opened    = "scene.opened"
	RoleGiven = "scene.role_given"
	RoleEnded = "scene.role_ended"
)

// Stream is the ledger's name of a scene's stream.
func Stream(id string) string { return "scene/" + id }

// Subject is whose key a scene's own texts are sealed under. A person at the
// scene has a key of her own: the person's id there.
func Subject(id string) string { return "scene/" + id }

// Moment is when something happened as the device of the writer tells it, and
// how far that device's clock is from the server's.
type Moment struct {
	Device string `json:"device_at,omitempty"` // RFC 3339, as it was sent
	Off    int64  `json:"off,omitempty"`       // seconds that the device is ahead of the server
}

// OpenedEvent opens a scene.
type OpenedEvent struct {
	Inquiry string       `json:"inquiry"`
	Ref     string       `json:"ref"` // the inquiry's reference and the number, e.g. IQ-7K3M-9QXD-2/S1
	Number  int          `json:"number"`
	Class   string       `json:"class"` // vocabulary scene-classes
	CSE     bool         `json:"cse,omitempty"`
	Cases   []string     `json:"cases,omitempty"`
	PlaceID string       `json:"place_id"`
	Address vault.Sealed `json:"address,omitempty"`
	Point   vault.Sealed `json:"point,omitempty"` // "latitude,longitude" in degrees, WGS 84
	Role    string       `json:"role"`            // vocabulary scene-roles, of who opened it

	Operation string `json:"operation,omitempty"`
	Moment
}

// RoleGivenEvent gives somebody a role at the scene.
type RoleGivenEvent struct {
	Staff  string `json:"staff"`
	Agency string `json:"agency"`
	Role   string `json:"role"` // vocabulary scene-roles
}

// RoleEndedEvent ends it.
type RoleEndedEvent struct {
	Staff string `json:"staff"`
	Role  string `json:"role"`
}

// By is who did a step.
type By struct {
	Staff  string    `json:"staff"`
	Agency string    `json:"agency"`
	At     time.Time `json:"at"`
}

func draft(kind string, payload any) ledger.Draft {
	return ledger.Draft{Kind: kind, Schema: 1, Payload: payload}
}

func happened(kind string, payload any) ([]ledger.Draft, error) {
	return []ledger.Draft{draft(kind, payload)}, nil
}
