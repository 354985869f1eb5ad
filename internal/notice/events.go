package notice

import (
	"encoding/json"
	"time"

	"rufaa/internal/ledger"
)

// Kinds of events of this room, in the stream "notice/<case>" or
// "webhook/<agency>".
const (
	ClocksNear     = "notice.clocks_near"  // by the realm, when clocks of a case come near
	WebhookSet     = "webhook.set"         // an agency's endpoint was entered or changed
	WebhookRotated = "webhook.key_rotated" // it has a new key
	WebhookStopped = "webhook.stopped"     // by an administrator, or by the realm after many failures
	WebhookStarted = "webhook.started"
)

// Kinds of events that a victim's own property is owed back, in the stream
// "notice/<exhibit>".
const (
	ReturnNear = "notice.return_near"
	ReturnOut  = "notice.return_out"  // its time ran out
	ReturnLate = "notice.return_late" // again and again, until it is back
)

// ReturnEvent says whose property it is not, but who has it in hand and who
// answers for it.
type ReturnEvent struct {
	Exhibit string    `json:"exhibit"`
	Due     time.Time `json:"due"`
	Staff   []string  `json:"staff"` // who has it, and the exhibits officers of its scene
	Leads   []string  `json:"leads"` // of its inquiry
}

// Stream is the ledger's name of the clocks told about one case.
func Stream(caseID string) string { return "notice/" + caseID }

// HookStream is the ledger's name of an agency's webhook.
func HookStream(agency string) string { return "webhook/" + agency }

// NearEvent says which clocks of a case came near, and whom that concerns.
type NearEvent struct {
	Case   string    `json:"case"`
	Holder string    `json:"holder"`
	Items  []NearOne `json:"items"`
	Next   int64     `json:"next"` // when to look again, Unix milliseconds; 0 never
}

// NearOne is one clock.
type NearOne struct {
	Clock string    `json:"clock"`
	Item  string    `json:"item,omitempty"`  // the task or flag
	Staff string    `json:"staff,omitempty"` // whose it is; empty is the holder's case managers
	Due   time.Time `json:"due"`
	Out   bool      `json:"out,omitempty"` // it has run out
}

// HookEvent says what was done with an agency's webhook. Neither address nor
// key stands in it.
type HookEvent struct {
	Agency string `json:"agency"`
	Failed bool   `json:"failed,omitempty"` // stopped after too many failures
}

func draft(kind string, payload any) ledger.Draft {
	return ledger.Draft{Kind: kind, Schema: 1, Payload: payload}
}

func read[P any](e ledger.Event) (P, error) {
	var p P
	err := json.Unmarshal(e.Payload, &p)
	return p, err
}
