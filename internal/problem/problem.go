package problem

import (
	"errors"
	"fmt"
	"strings"
)

// ErrNotFound stands for "there is no such thing" and for "it is not yours to
// know about" alike; callers must not be able to tell them apart.
var ErrNotFound = errors.New("not found")

// Denied says that the person may know of the thing but not do this with it.
type Denied struct {
	Action string // the policy action, e.g. "interview.record"
	Rule   string // id of the rule that explains it (content/rules.yaml)
}

func (d *Denied) Error() string { return "denied: " + d.Action }

// Refused says that a rule of the domain forbids the command in the present
// state. Rule is its id in content/rules.yaml, where title, reason, remedy and
// source stand in each language.
type Refused struct {
	Rule string
	Args []any // name, value, … for the rule's text; vocabulary ids only
}

func (r *Refused) Error() string { return "refused: " + r.Rule }

// Refuse builds a Refused.
func Refuse(rule string, args ...any) *Refused { return &Refused{Rule: rule, Args: args} }

// Changed says that the command was made on an older version of the thing.
type Changed struct {
	Expected int64 // the version the command was made on
	Have     int64 // the version that stands now
}

func (c *Changed) Error() string {
	return fmt.Sprintf("changed meanwhile: made on version %d, now %d", c.Expected, c.Have)
}

// Field is one thing wrong with one input.
type Field struct {
	Name string // path in the command, e.g. "persons.0.phone"
	Key  string // text key, e.g. "common.error.phone"
	Args []any  // name, value, … for the text; never the input itself
}

// Invalid lists everything wrong with the input at once, so that a person
// mends it in one go.
type Invalid struct{ Fields []Field }

func (i *Invalid) Error() string {
	names := make([]string, len(i.Fields))
	for n, f := range i.Fields {
		names[n] = f.Name + " (" + f.Key + ")"
	}
	return "invalid: " + strings.Join(names, ", ")
}

// ErrKeyReused says that an idempotency key came back with another command.
var ErrKeyReused = errors.New("idempotency key used for another command")
