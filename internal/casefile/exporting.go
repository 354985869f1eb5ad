package casefile

import (
	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/valid"
)

// Exported says that the case left Rufaa as a file.
const Exported = "case.exported"

// Export notes that the case leaves as a file, before it does.
type Export struct {
	Named bool `json:"named"` // with names and numbers
}

// Action is case.export.
func (*Export) Action() policy.Action { return policy.CaseExport }

// Check has nothing to check.
func (*Export) Check(*valid.Check, *content.Content) {}

func (x *Export) decide(*State, *env) ([]ledger.Draft, error) { return happened(Exported, *x) }

var exportFolds = map[string]folder{Exported: on(func(*State, Export, By) {})}
