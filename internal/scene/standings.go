package scene

import (
	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// PersonRestated is the kind of the event that changes a standing.
const PersonRestated = "scene.person_restated"

// Restated is a change of standing.
type Restated struct {
	PersonRestatedEvent
	By By `json:"by"`
}

// PersonRestatedEvent changes a standing, with the reason.
type PersonRestatedEvent struct {
	Person   string       `json:"person"`
	ID       string       `json:"id"`
	Standing string       `json:"standing"`
	Reason   vault.Sealed `json:"reason,omitempty"`
	Moment
}

// Restate changes what a person is held to be. What the person shared so far
// is looked at again.
type Restate struct {
	Person   string `json:"person" doc:"Id of the person at the scene" maxLength:"60"`
	Standing string `json:"standing" doc:"Vocabulary scene-standings" maxLength:"40"`
	Reason   string `json:"reason" doc:"What changed; sealed as inquiry under the person's own key"`
	Aside
	At
}

// Action is scene.handle.
func (*Restate) Action() policy.Action { return policy.SceneHandle }

// Check requires person, standing and reason.
func (r *Restate) Check(c *valid.Check, k *content.Content) {
	c.Text("person", &r.Person, 60, true)
	c.Term("standing", r.Standing, inList(k, "scene-standings"), true)
	c.Text("reason", &r.Reason, valid.MaxText, true)
	r.Aside.check(c)
	r.At.check(c)
}

func (r *Restate) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	p := s.Person(r.Person)
	if p == nil {
		return nil, problem.ErrNotFound
	}
	over, err := r.Aside.settle(s, e, e.rules.Clashes(s.contacts(p, r.Standing), e.everybody(s)))
	if err != nil {
		return nil, err
	}
	id := e.newID()
	out := []ledger.Draft{draft(PersonRestated, PersonRestatedEvent{Person: p.ID, ID: id, Standing: r.Standing,
		Reason: e.sealed(p.ID, id, "reason", r.Reason), Moment: r.At.moment(e.now)})}
	return withOverride(out, over), nil
}

var standingFolds = map[string]folder{
	PersonRestated: on(func(s *State, p PersonRestatedEvent, by By) {
		if x := s.Person(p.Person); x != nil {
			x.Standing = p.Standing
			x.Restated = append(x.Restated, Restated{p, by})
		}
		s.tells(by, p.Moment)
	}),
}
