package casefile

import (
	"time"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Alert opens a case. Nothing is required: an officer at two in the morning
// writes what there is, and a missing field never stands between a person and
// help. The reporter may stay anonymous. What is written must be readable and
// possible; that is all that is checked.
type Alert struct {
	Immediate bool     `json:"immediate" doc:"Is anybody in danger right now? Asked before anything else"`
	Dangers   []string `json:"dangers,omitempty" doc:"Kinds of danger (vocabulary danger-kinds)" maxItems:"40"`
	Channel   string   `json:"channel,omitempty" doc:"How the alert came (vocabulary alert-channels)" maxLength:"40"`
	County    string   `json:"county,omitempty" doc:"County (vocabulary counties)" maxLength:"60"`
	Place     string   `json:"place,omitempty" doc:"Where the person is; sealed as whereabouts"`
	PlaceKind string   `json:"place_kind,omitempty" doc:"Kind of place (vocabulary places-of-stay)" maxLength:"40"`
	Account   string   `json:"account,omitempty" doc:"What was told, in the teller's words; sealed as account"`
	Holder    string   `json:"holder,omitempty" doc:"Agency asked to take the case; the own one when empty" maxLength:"60"`

	Person PersonFacts   `json:"person" required:"false" doc:"The person the alert is about"`
	Others []PersonFacts `json:"others,omitempty" doc:"Others with her: children, siblings, companions" maxItems:"60"`

	Anonymous bool   `json:"anonymous,omitempty" doc:"The reporter does not want to be named"`
	Reporter  string `json:"reporter,omitempty" doc:"Name of the reporter; sealed under a key of its own"`
	Phone     string `json:"reporter_phone,omitempty" doc:"Telephone of the reporter; sealed"`
	Relation  string `json:"reporter_relation,omitempty" doc:"Vocabulary reporter-relations" maxLength:"40"`
}

// Action is alert.create.
func (*Alert) Action() policy.Action { return policy.AlertCreate }

// Check looks at what was written, not at what is missing.
func (a *Alert) Check(c *valid.Check, k *content.Content) {
	checkTerms(c, k, "dangers", "danger-kinds", a.Dangers)
	c.Term("channel", a.Channel, inList(k, "alert-channels"), false)
	c.Term("county", a.County, inList(k, "counties"), false)
	c.Term("place_kind", a.PlaceKind, inList(k, "places-of-stay"), false)
	c.Term("reporter_relation", a.Relation, inList(k, "reporter-relations"), false)
	c.Text("place", &a.Place, valid.MaxText, false)
	c.Text("account", &a.Account, valid.MaxText, false)
	c.Text("reporter", &a.Reporter, valid.MaxName, false)
	c.Phone("reporter_phone", &a.Phone)
	a.Person.check(c, k, "person.")
	c.Count("others", len(a.Others), 60)
	for i := range a.Others {
		a.Others[i].check(c, k, valid.Index("others", i, ""))
	}
	// An anonymous reporter's name is not kept even if somebody typed it.
	if a.Anonymous {
		a.Reporter, a.Phone = "", ""
	}
}

func (a *Alert) decide(s *State, e *env) ([]ledger.Draft, error) {
	subject := a.Person.person(e, e.person(), RoleSubject)
	ev := AlertedEvent{
		Ref: e.newRef(), Holder: a.Holder, Channel: a.Channel, County: a.County,
		Immediate: a.Immediate || len(a.Dangers) > 0, Dangers: a.Dangers,
		EntryID: e.newID(), PlaceID: e.newID(), PlaceKind: a.PlaceKind,
		Persons: []Person{subject},
		TakeDue: e.now.Add(takeWithin(e, a.Immediate || len(a.Dangers) > 0)),
	}
	if ev.Holder == "" {
		ev.Holder = e.by.Agency
	}
	ev.Account = e.sealed(subject.ID, ev.EntryID, "text", vault.Account, a.Account)
	ev.Place = e.sealed(subject.ID, ev.PlaceID, "place", vault.Whereabouts, a.Place)
	ev.Detained = isDetention(e.content, a.PlaceKind)
	for i := range a.Others {
		ev.Persons = append(ev.Persons, a.Others[i].person(e, e.newID(), a.Others[i].role()))
	}
	if !a.Anonymous && (a.Reporter != "" || a.Phone != "" || a.Relation != "") {
		ev.Persons = append(ev.Persons, a.reporter(e))
	}
	return happened(Alerted, ev)
}

// reporter is sealed under a key of its own: forgetting the reporter must not
// forget the person, nor the other way round.
func (a *Alert) reporter(e *env) Person {
	id := e.newID()
	return Person{
		ID: id, Role: RoleReporter, Relation: a.Relation,
		Name:  e.sealed(id, id, "name", vault.Identity, a.Reporter),
		Phone: e.sealed(id, id, "phone", vault.Identity, a.Phone),
	}
}

func takeWithin(e *env, danger bool) time.Duration {
	if danger {
		return e.content.Clock("alert-taken-danger")
	}
	return e.content.Clock("alert-taken")
}

// isDetention tells whether a kind of place is a cell, a prison or another
// place where a victim must not be kept (Refugees Act s.2 shows why the word
// "transit centre" alone does not reassure).
func isDetention(k *content.Content, kind string) bool {
	t, ok := k.Term("places-of-stay", kind)
	return ok && t.Detention
}
