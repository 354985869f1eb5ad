package likeness

import (
	"bytes"
	"time"

	"github.com/google/uuid"

	"rufaa/internal/ledger"
	"rufaa/internal/vault"
)

// Kinds of events in a likeness's stream, "likeness/<id>".
const (
	Proposed = "likeness.proposed" // by the realm, from tokens; or by the side that undid a link
	Agreed   = "likeness.agreed"   // one side may be compared
	Refused  = "likeness.refused"  // one side may not, or no longer
	Judged   = "likeness.judged"   // one side: the same, or not
	Linked   = "likeness.linked"   // both say the same
	Unlinked = "likeness.unlinked"
	Lapsed   = "likeness.lapsed" // nobody answered, or somebody was forgotten
)

// Stream is the ledger's name of a likeness's stream.
func Stream(id string) string { return "likeness/" + id }

// namespace keeps ids of likenesses apart from other ids made of ids.
var namespace = uuid.MustParse("6f0b6a5e-5c39-4b57-9a5e-3d1f0c9a7e21")

// idOf follows from the two persons, in whichever order: one pair, one stream.
// The persons' ids are random, so that it cannot be guessed.
func idOf(a, b string) string {
	if a > b {
		a, b = b, a
	}
	return uuid.NewSHA1(namespace, bytes.Join([][]byte{[]byte(a), []byte(b)}, []byte{0})).String()
}

// Party is one person of a pair, with her case and the agency that holds it.
type Party struct {
	Case   string `json:"case"`
	Person string `json:"person"`
	Holder string `json:"holder"`
}

// ProposedEvent says that tokens are alike, by which rule and in what.
type ProposedEvent struct {
	Parties [2]Party `json:"parties"` // in order of the persons' ids
	Rule    string   `json:"rule"`
	Signs   []Sign   `json:"signs"`
}

// AgreedEvent says that one side's fields may be compared, on which ground.
// What was said is sealed under that side's person.
type AgreedEvent struct {
	ID           string       `json:"id"`
	Case         string       `json:"case"`
	Fields       []string     `json:"fields"`
	Ground       string       `json:"ground"` // consent, child or danger-to-life
	GivenBy      string       `json:"given_by,omitempty"`
	How          string       `json:"how,omitempty"`
	Language     string       `json:"language,omitempty"`
	Interpreting string       `json:"interpreting,omitempty"`
	Interpreter  vault.Sealed `json:"interpreter,omitempty"`
	Reason       vault.Sealed `json:"reason,omitempty"`
}

// EndedEvent is a refusal or an unlinking by one side.
type EndedEvent struct {
	Case   string `json:"case"`
	Reason string `json:"reason"`
}

// JudgedEvent is one side's word after comparing.
type JudgedEvent struct {
	Case string `json:"case"`
	Same bool   `json:"same"`
}

// Nothing is the payload of events that say all by their kind.
type Nothing struct{}

func draft(kind string, payload any) ledger.Draft {
	return ledger.Draft{Kind: kind, Schema: 1, Payload: payload}
}

// By is who did a step.
type By struct {
	Staff  string    `json:"staff"`
	Agency string    `json:"agency"`
	At     time.Time `json:"at"`
}
