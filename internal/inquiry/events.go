package inquiry

import (
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/vault"
)

// Kinds of events in an inquiry's stream, "inquiry/<id>".
const (
	Opened       = "inquiry.opened"
	MemberJoined = "inquiry.member_joined"
	MemberLeft   = "inquiry.member_left"
	CaseLinked   = "inquiry.case_linked"
	CaseUnlinked = "inquiry.case_unlinked"
	SceneOpened  = "inquiry.scene_opened" // by the room of scenes, with the scene's own first event
	Planned      = "inquiry.operation_planned"
	Briefed      = "inquiry.operation_briefed"
	Ended        = "inquiry.operation_ended"
	Closed       = "inquiry.closed"
	Reopened     = "inquiry.reopened"
)

// Stream is the ledger's name of an inquiry's stream.
func Stream(id string) string { return "inquiry/" + id }

// Subject is whose key an inquiry's texts are sealed under.
func Subject(id string) string { return "inquiry/" + id }

// OpenedEvent opens an inquiry. Who opened it leads it.
type OpenedEvent struct {
	Ref    string       `json:"ref"`
	Agency string       `json:"agency"`
	Kind   string       `json:"kind"` // vocabulary inquiry-kinds
	Title  vault.Sealed `json:"title"`
	Duty   string       `json:"duty"` // vocabulary inquiry-duties, of who opened it
}

// MemberJoinedEvent puts a member of staff on the team. Until, where given, is
// the last day (YYYY-MM-DD, UTC).
type MemberJoinedEvent struct {
	Staff  string `json:"staff"`
	Agency string `json:"agency"`
	Duty   string `json:"duty"` // vocabulary inquiry-duties
	Until  string `json:"until,omitempty"`
}

// MemberLeftEvent ends a membership.
type MemberLeftEvent struct {
	Staff string `json:"staff"`
}

// CaseEvent links a case, or ends the link.
type CaseEvent struct {
	Case string `json:"case"`
}

// SceneOpenedEvent notes a scene and its number in the inquiry.
type SceneOpenedEvent struct {
	Scene  string `json:"scene"`
	Number int    `json:"number"`
	Class  string `json:"class"`
	CSE    bool   `json:"cse,omitempty"`
}

// ClosedEvent ends the work, with the reason (vocabulary inquiry-endings).
type ClosedEvent struct {
	ID     string       `json:"id"`
	Reason string       `json:"reason"`
	Note   vault.Sealed `json:"note,omitempty"`
}

// ReopenedEvent returns a closed inquiry to work.
type ReopenedEvent struct {
	ID     string       `json:"id"`
	Reason vault.Sealed `json:"reason"`
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
