package casefile

import (
	"time"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Command is one thing somebody asks to be done in a case. Pages and API fill
// the same structs; the JSON names are the API's.
type Command interface {
	// Action is what the door is asked for.
	Action() policy.Action
	// Check cleans the input in place and gathers what is wrong with it.
	Check(*valid.Check, *content.Content)
	// decide holds the rules: what happened, or why not. It reads the state
	// and changes nothing.
	decide(*State, *env) ([]ledger.Draft, error)
}

// env is what a decision may know besides the state: the moment, the person,
// the content, fresh ids and the seal. It is injected, so that rules are
// pure and a test can run a thousand histories a second.
type env struct {
	now       time.Time
	by        policy.Principal
	content   *content.Content
	newID     func() string
	newRef    func() string
	newPerson func() string // id of somebody new; nil for newID
	seal      func(subject string, p vault.Place, text string) vault.Sealed
}

// person gives an id for somebody new.
func (e *env) person() string {
	if e.newPerson != nil {
		return e.newPerson()
	}
	return e.newID()
}

// sealed seals one text of a record under the subject's key. Schema 1 is the
// present form of every sealed text.
func (e *env) sealed(subject, record, field string, c vault.Compartment, text string) vault.Sealed {
	if text == "" {
		return ""
	}
	return e.seal(subject, vault.Place{Record: record, Field: field, Compartment: c, Schema: 1}, text)
}

// draft is one event that a decision leads to.
func draft(kind string, payload any) ledger.Draft {
	return ledger.Draft{Kind: kind, Schema: 1, Payload: payload}
}

func happened(kind string, payload any) ([]ledger.Draft, error) {
	return []ledger.Draft{draft(kind, payload)}, nil
}

// open refuses work on a closed case: it is reopened first, with a reason.
func (s *State) open() error {
	if s.Closure != nil {
		return problem.Refuse("case.closed")
	}
	return nil
}

// Spoken is how a talk was held: in which language, interpreted how and by
// whom. CTIPA s.15: communicate in a language understood; Victim Protection
// Act s.4: own language, interpreter.
type Spoken struct {
	Language     string `json:"language" doc:"Language the talk was held in (vocabulary languages)" maxLength:"40"`
	Interpreting string `json:"interpreting" doc:"How it was interpreted (vocabulary interpreting)" maxLength:"40"`
	Interpreter  string `json:"interpreter,omitempty" doc:"Name of the interpreter; sealed" maxLength:"1000"`
}

func (t *Spoken) check(c *valid.Check, k *content.Content) {
	c.Term("language", t.Language, inList(k, "languages"), true)
	c.Term("interpreting", t.Interpreting, inList(k, "interpreting"), true)
	c.Text("interpreter", &t.Interpreter, valid.MaxName, t.Interpreting != "" && t.Interpreting != "not-needed")
}

// inList is the lookup of one vocabulary.
func inList(k *content.Content, list string) func(string) bool {
	return func(id string) bool {
		return k.Choosable(list, id)
	}
}

func checkTerms(c *valid.Check, k *content.Content, name, list string, ids []string) {
	c.Count(name, len(ids), 40)
	for _, id := range ids {
		c.Term(name, id, inList(k, list), true)
	}
}
