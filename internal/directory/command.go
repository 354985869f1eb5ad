package directory

import (
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Command is one thing somebody asks to be done with a provider. Pages, API
// and imports fill the same structs; the JSON names are the API's.
type Command interface {
	// Action is what the door is asked for.
	Action() policy.Action
	// Check cleans the input in place and gathers what is wrong with it.
	Check(*valid.Check, *Taxonomy)
	// decide holds the rules: what happened, or why not. It reads the state
	// and changes nothing.
	decide(*Provider, *env) ([]ledger.Draft, error)
}

// env is what a decision may know besides the state, injected so that rules
// are pure.
type env struct {
	now   time.Time
	by    policy.Principal
	t     *Taxonomy
	id    string // of the provider
	newID func() string
	seal  func(location string, p *Place) (vault.Sealed, error)
	mark  func(caseID string) string // keyed digest of a case
}

func draft(kind string, payload any) ledger.Draft {
	return ledger.Draft{Kind: kind, Schema: 1, Payload: payload}
}

func happened(kind string, payload any) ([]ledger.Draft, error) {
	return []ledger.Draft{draft(kind, payload)}, nil
}

// Order is what comes with every command besides its content.
type Order struct {
	Key    string // idempotency key; "" for none
	Expect int64  // version of the provider the person looked at; 0 is any
}
